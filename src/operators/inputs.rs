//! What operators with two inputs share.

use std::sync::Arc;

use datafusion::common::{Result, internal_err};
use datafusion::physical_plan::ExecutionPlan;

/// The new inputs of a join.
///
/// # Errors
/// When there are not two of them.
pub(super) fn two_inputs(children: Vec<Arc<dyn ExecutionPlan>>) -> Result<[Arc<dyn ExecutionPlan>; 2]> {
    match <[_; 2]>::try_from(children) {
        Ok(inputs) => Ok(inputs),
        Err(children) => internal_err!("a join has two inputs and not {}", children.len()),
    }
}
