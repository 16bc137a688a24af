//! Times as whole numbers of which the greater is the better.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;

/// The types that an as-of join compares.
pub(super) fn is_time(data_type: &DataType) -> bool {
    use DataType::{Date32, Date64, Int8, Int16, Int32, Int64, Timestamp, UInt8, UInt16, UInt32};
    matches!(
        data_type,
        Date32 | Date64 | Timestamp(_, _) | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32
    )
}

/// The numbers of a column of times.
pub(super) struct Times {
    values: Vec<i64>,
    nulls: Option<NullBuffer>,
}

impl Times {
    /// With `reverse` the order is turned, so that the earliest time is the greatest number.
    pub fn new(column: &ArrayRef, reverse: bool) -> Result<Self> {
        let whole = match column.data_type() {
            DataType::Date32 => cast(column, &DataType::Int32)?,
            _ => column.clone(),
        };
        let whole = cast(&whole, &DataType::Int64)?;
        let values = whole.as_primitive::<Int64Type>().values();
        // !v is -1 - v: it turns the order and cannot overflow.
        let values = if reverse { values.iter().map(|v| !v).collect() } else { values.to_vec() };
        Ok(Self { values, nulls: whole.nulls().cloned() })
    }

    /// The numbers; those of NULLs mean nothing.
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    /// The numbers as a column.
    pub fn column(&self) -> Int64Array {
        Int64Array::new(self.values.clone().into(), self.nulls.clone())
    }

    pub fn get(&self, row: usize) -> Option<i64> {
        match &self.nulls {
            Some(nulls) if nulls.is_null(row) => None,
            _ => Some(self.values[row]),
        }
    }
}
