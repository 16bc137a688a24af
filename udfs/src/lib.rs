//! The functions of advisql: pure computations on Arrow columns, usable in any DataFusion program.
//!
//! Nothing here reads a file, a clock or a table. [`register`] adds every function to a session;
//! [`functions_reference`] describes every function from the same lists.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_expr::registry::FunctionRegistry;
use datafusion_expr::{AggregateUDF, ScalarUDF};
use law::Rates;

pub mod benefits;
pub mod calendar;
mod civil;
pub mod cpr;
mod documentation;
pub mod explain;
mod function;
mod language;
pub mod latest;
pub mod law;
mod one_group;
mod options;
pub mod payment;
mod percentile;
pub mod period;
mod reference;

pub use documentation::{DocText, Example};
pub use language::Lang;
pub use options::AdvisqlOptions;
pub use reference::{ArgumentDoc, FunctionDoc};

/// Release and content hash of the functions' source: two builds with the same identity calculate the same.
pub const FUNCTIONS_IDENTITY: &str = env!("ADVISQL_FUNCTIONS");

/// Every scalar function that depends on nothing but its arguments and the session's settings.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    [cpr::functions(), calendar::functions(), payment::functions(), period::functions()].concat()
}

/// Every scalar function that calculates with the dated amounts in `rates`.
pub fn law_functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    [law::functions(rates), benefits::functions(rates), explain::functions(rates)].concat()
}

/// Every aggregate function.
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    [latest::aggregates(), percentile::aggregates(), period::aggregates()].concat()
}

/// Adds every function to a session's registry; those of the law calculate with `rates`.
///
/// # Errors
/// When the registry refuses new functions.
pub fn register(registry: &mut dyn FunctionRegistry, rates: &Arc<Rates>) -> Result<()> {
    for function in [scalar_functions(), law_functions(rates)].concat() {
        registry.register_udf(function)?;
    }
    for aggregate in aggregate_functions() {
        registry.register_udaf(aggregate)?;
    }
    Ok(())
}

/// The description of every function, sorted by family and name.
///
/// # Errors
/// When a function has no documentation or one that cannot be read back.
pub fn functions_reference(rates: &Arc<Rates>) -> Result<Vec<FunctionDoc>> {
    reference::describe(&[scalar_functions(), law_functions(rates)].concat(), &aggregate_functions())
}
