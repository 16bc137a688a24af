//! Rows on their way into Arrow: one plain struct a table, turned into a batch in the order of the contract.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, StringViewArray,
    TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;

use crate::error::Result;
use crate::store::contract::contract;

/// A row that knows its table.
pub(super) trait Row: Sized {
    /// Name of the table.
    const TABLE: &'static str;
    /// The columns of `rows`, in the order of the contract.
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>>;

    /// All rows as one batch with the schema of the contract.
    fn batch(rows: &[Self]) -> Result<RecordBatch> {
        Ok(RecordBatch::try_new(contract(Self::TABLE)?.schema(), Self::columns(rows)?)?)
    }
}

pub(super) fn ids(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

pub(super) fn maybe_ids(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

pub(super) fn maybe_ints(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

pub(super) fn days(values: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(values))
}

pub(super) fn maybe_days(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Date32Array>())
}

pub(super) fn instants(values: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
}

pub(super) fn bools(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    Arc::new(values.collect::<BooleanArray>())
}

pub(super) fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringViewArray::from_iter_values(values))
}

pub(super) fn maybe_texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringViewArray>())
}

/// Amounts in øre as kroner with two decimals.
pub(super) fn money(values: impl Iterator<Item = Option<i64>>) -> Result<ArrayRef> {
    Ok(Arc::new(
        values.map(|v| v.map(i128::from)).collect::<Decimal128Array>().with_precision_and_scale(12, 2)?,
    ))
}

/// Hundredths of hours.
pub(super) fn hours(values: impl Iterator<Item = Option<i32>>) -> Result<ArrayRef> {
    Ok(Arc::new(
        values.map(|v| v.map(i128::from)).collect::<Decimal128Array>().with_precision_and_scale(9, 2)?,
    ))
}
