//! The Danish calendar: public holidays, bank days, local days, and the session's report date.

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

mod days;
mod functions;
mod local_functions;
pub mod local_time;
mod report_date;
mod table;

pub use days::{Calendar, easter_sunday};
pub use table::bank_days;

/// The functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let columns = functions::ALL.iter().chain(local_functions::ALL).map(|spec| spec.udf());
    columns.chain([report_date::udf()]).map(Arc::new).collect()
}
