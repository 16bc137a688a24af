//! The bits that the decimals of a result have in memory.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal64Array, Decimal128Array};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use datafusion_common::Result;

use crate::law::money::{MONEY_PRECISION, MONEY_SCALE};

/// The bits of the decimals of a result. `DECIMAL(12,2)` fits both; of 64 there is half as much to write and to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Width {
    /// For readers that know them: DataFusion makes a whole number of one that meets a whole number, and the øre are gone.
    Bits64,
    /// What SQL's DECIMAL is in DataFusion.
    Bits128,
}

impl Width {
    /// The type of money.
    pub(super) fn money(self) -> DataType {
        match self {
            Width::Bits64 => DataType::Decimal64(MONEY_PRECISION, MONEY_SCALE),
            Width::Bits128 => DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE),
        }
    }
}

/// Money of 128 bits.
pub(super) fn wide_money(values: ScalarBuffer<i128>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let array = Decimal128Array::try_new(values, nulls)?;
    Ok(Arc::new(array.with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?))
}

/// Money of 64 bits.
pub(super) fn narrow_money(values: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let array = Decimal64Array::try_new(values, nulls)?;
    Ok(Arc::new(array.with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?))
}
