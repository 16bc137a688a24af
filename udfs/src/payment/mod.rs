//! What a run of payments derives from its rows: ids, fingerprints, and the facts as text.

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

mod columns;
mod digits;
mod facts_json;

pub use facts_json::FactsJson;

/// The functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let columns = columns::ALL.iter().map(|spec| Arc::new(spec.udf()));
    columns.chain([Arc::new(ScalarUDF::from(FactsJson::new()))]).collect()
}
