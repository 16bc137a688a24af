//! Half-open periods: a period holds the days d with from ≤ d < to. The open end is 2200-01-01.

use std::sync::Arc;

use datafusion_expr::{AggregateUDF, ScalarUDF};

mod days;
mod merge;
mod overlaps;

pub use merge::islands;

/// The scalar functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let columns = days::ALL.iter().map(|spec| spec.udf());
    columns.chain([overlaps::udf()]).map(Arc::new).collect()
}

/// The aggregate functions of this family.
pub fn aggregates() -> Vec<Arc<AggregateUDF>> {
    vec![Arc::new(merge::udaf())]
}
