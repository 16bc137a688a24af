//! The newest month that can be paid: synthetic data ends there.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::session::Engine;

const QUERY: &str = include_str!("../../sql/reports/newest_payable_month.sql");

/// First day of the newest month for which every amount a run needs is published.
///
/// # Errors
/// [`Error::Law`] when there is no such month.
pub(super) async fn newest_payable_month(engine: &Engine) -> Result<NaiveDate> {
    let batches = engine.sql(QUERY).await?.collect().await?;
    batches
        .first()
        .and_then(|batch| batch.column(0).as_primitive_opt::<Date32Type>())
        .filter(|months| months.len() == 1 && months.is_valid(0))
        .and_then(|months| months.value_as_date(0))
        .ok_or_else(|| {
            Error::Law("there is no month with a published amount for everything a run needs".to_owned())
        })
}
