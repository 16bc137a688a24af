//! Registers every function of the plugin.

use std::sync::Arc;

use advisql_udfs::law::Rates;
use datafusion::execution::FunctionRegistry;
use datafusion::optimizer::OptimizerRule;
use datafusion::prelude::SessionContext;

use super::fields_read::FieldsRead;
use crate::error::{Error, Result};

/// Adds every function of advisql to `context`, with the shipped law.
///
/// # Errors
/// [`Error::Law`] when the shipped law is faulty, [`Error::DataFusion`] when the session takes no functions.
pub fn register(context: &SessionContext) -> Result<()> {
    let rates = Rates::shipped().map_err(|e| Error::Law(e.to_string()))?;
    register_with(context, &rates)
}

/// As [`register`], with the amounts in `rates`.
///
/// # Errors
/// [`Error::DataFusion`] when the session takes no functions.
pub fn register_with(context: &SessionContext, rates: &Arc<Rates>) -> Result<()> {
    registered(context, rates).map(|_| ())
}

/// The same; gives the rule that knows the benefit functions.
pub(super) fn registered(context: &SessionContext, rates: &Arc<Rates>) -> Result<Arc<FieldsRead>> {
    let state = context.state_ref();
    advisql_udfs::register(&mut *state.write() as &mut dyn FunctionRegistry, rates)?;
    let (keeping, reads) = FieldsRead::rules(advisql_udfs::benefits::all(rates));
    context.add_analyzer_rule(keeping);
    context.add_optimizer_rule(Arc::clone(&reads) as Arc<dyn OptimizerRule + Send + Sync>);
    Ok(reads)
}
