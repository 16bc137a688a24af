//! Half-open periods: a period holds the days d with from ≤ d < to. The open end is 2200-01-01.

use std::sync::Arc;

use datafusion_expr::{AggregateUDF, ScalarUDF};

mod aggregate;
mod days;
mod depth;
mod grouped;
mod list;
mod merge;
mod months;
mod overlaps;
mod relations;
mod sets;
#[cfg(test)]
mod tests;

pub(crate) use list::{is_list_of_periods, list_type};

pub use merge::islands;

/// The scalar functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let specs = days::ALL.iter().chain(sets::ALL).chain(months::ALL);
    let columns = specs.map(|spec| spec.udf());
    columns.chain([overlaps::udf()]).chain(relations::udfs()).chain(sets::udfs()).map(Arc::new).collect()
}

/// The aggregate functions of this family.
pub fn aggregates() -> Vec<Arc<AggregateUDF>> {
    vec![Arc::new(merge::udaf()), Arc::new(depth::udaf())]
}
