//! Columns of fixed width as the bits they are made of.

use arrow::array::{Array, ArrayData, ArrayRef, make_array};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, DataType};
use datafusion_common::{Result, internal_err};

/// How bits of one type compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Signed,
    Unsigned,
    /// IEEE 754 total order, as Arrow's comparisons have it.
    Float,
}

/// Width in bits and order of a type that is stored as one number of at most 128 bits.
pub(super) fn layout(data_type: &DataType) -> Option<(u32, Order)> {
    use DataType::{
        Date32, Date64, Decimal32, Decimal64, Decimal128, Duration, Float32, Float64, Int8, Int16, Int32,
        Int64, Time32, Time64, Timestamp, UInt8, UInt16, UInt32, UInt64,
    };
    let layout = match data_type {
        Int8 => (8, Order::Signed),
        Int16 => (16, Order::Signed),
        Int32 | Date32 | Time32(_) | Decimal32(_, _) => (32, Order::Signed),
        Int64 | Date64 | Time64(_) | Timestamp(_, _) | Duration(_) | Decimal64(_, _) => (64, Order::Signed),
        Decimal128(_, _) => (128, Order::Signed),
        UInt8 => (8, Order::Unsigned),
        UInt16 => (16, Order::Unsigned),
        UInt32 => (32, Order::Unsigned),
        UInt64 => (64, Order::Unsigned),
        Float32 => (32, Order::Float),
        Float64 => (64, Order::Float),
        _ => return None,
    };
    Some(layout)
}

/// An unsigned number that holds the bits of a value.
pub(super) trait Bits: ArrowNativeType + Ord + Default {
    /// Bits that compare, as unsigned numbers, in the given order.
    fn ordered(self, order: Order) -> Self;
    /// The bits that [`Bits::ordered`] made these from.
    fn restored(self, order: Order) -> Self;
}

macro_rules! bits {
    ($unsigned:ty, $signed:ty) => {
        impl Bits for $unsigned {
            fn ordered(self, order: Order) -> Self {
                const SIGN: $unsigned = 1 << (<$unsigned>::BITS - 1);
                match order {
                    Order::Unsigned => self,
                    Order::Signed => self ^ SIGN,
                    // Negative numbers sort backwards by their bits: all of them are turned.
                    Order::Float if self & SIGN == 0 => self ^ SIGN,
                    Order::Float => !self,
                }
            }

            fn restored(self, order: Order) -> Self {
                const SIGN: $unsigned = 1 << (<$unsigned>::BITS - 1);
                match order {
                    Order::Unsigned => self,
                    Order::Signed => self ^ SIGN,
                    Order::Float if self & SIGN == 0 => !self,
                    Order::Float => self ^ SIGN,
                }
            }
        }
    };
}
bits!(u8, i8);
bits!(u16, i16);
bits!(u32, i32);
bits!(u64, i64);
bits!(u128, i128);

/// The values of a fixed-width column, without copying; what NULL slots hold is not defined.
pub(super) fn bits_of<T: Bits>(column: &ArrayRef) -> Result<ScalarBuffer<T>> {
    let data = column.to_data();
    match data.buffers().first() {
        Some(buffer) => Ok(ScalarBuffer::new(buffer.clone(), data.offset(), data.len())),
        None => internal_err!("a column of type {} has no values buffer", column.data_type()),
    }
}

/// The column of `data_type` that has these bits.
pub(super) fn column_of<T: Bits>(
    data_type: &DataType,
    values: Vec<T>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    let data = ArrayData::builder(data_type.clone())
        .len(values.len())
        .add_buffer(Buffer::from_vec(values))
        .nulls(nulls)
        .build()?;
    Ok(make_array(data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ordered_bits_compare_as_the_values_do(a: i64, b: i64, x: f64, y: f64) {
            let bits = |v: i64| (v as u64).ordered(Order::Signed);
            prop_assert_eq!(bits(a).cmp(&bits(b)), a.cmp(&b));
            prop_assert_eq!(bits(a).restored(Order::Signed) as i64, a);
            let bits = |v: f64| v.to_bits().ordered(Order::Float);
            prop_assert_eq!(bits(x).cmp(&bits(y)), x.total_cmp(&y));
            prop_assert_eq!(bits(x).restored(Order::Float), x.to_bits());
        }
    }
}
