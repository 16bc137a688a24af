//! `greatest` and `least` of two columns of whole numbers, days or times, which every overlap of periods is calculated with.
//!
//! DataFusion compares, and then copies row by row from one or the other column. Where no value is NULL, one loop does both.
//! Everything else is left to DataFusion's own functions.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::compute::binary;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::Result;
use datafusion::functions::core::{greatest, least};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// Both functions, to be registered over DataFusion's own.
pub(super) fn functions() -> [ScalarUDF; 2] {
    [(greatest(), true), (least(), false)]
        .map(|(stock, greatest)| ScalarUDF::from(Extreme { stock, greatest }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Extreme {
    /// DataFusion's own function.
    stock: Arc<ScalarUDF>,
    greatest: bool,
}

impl Extreme {
    /// The greater or lesser value of every row, if the columns are of a type and have no NULLs.
    fn of(&self, one: &ArrayRef, other: &ArrayRef) -> Result<Option<ArrayRef>> {
        let kind = one.data_type();
        if kind != other.data_type() || one.null_count() + other.null_count() > 0 || one.len() != other.len()
        {
            return Ok(None);
        }
        Ok(Some(match kind {
            DataType::Int32 => self.each::<Int32Type>(one, other)?,
            DataType::Int64 => self.each::<Int64Type>(one, other)?,
            DataType::Date32 => self.each::<Date32Type>(one, other)?,
            DataType::Decimal128(_, _) => self.each::<Decimal128Type>(one, other)?,
            DataType::Timestamp(TimeUnit::Second, _) => self.each::<TimestampSecondType>(one, other)?,
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                self.each::<TimestampMillisecondType>(one, other)?
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                self.each::<TimestampMicrosecondType>(one, other)?
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                self.each::<TimestampNanosecondType>(one, other)?
            }
            _ => return Ok(None),
        }))
    }

    fn each<T: ArrowPrimitiveType<Native: Ord>>(&self, one: &ArrayRef, other: &ArrayRef) -> Result<ArrayRef> {
        let (left, right) = (one.as_primitive::<T>(), other.as_primitive::<T>());
        let values: PrimitiveArray<T> = match self.greatest {
            true => binary(left, right, Ord::max)?,
            false => binary(left, right, Ord::min)?,
        };
        Ok(Arc::new(values.with_data_type(one.data_type().clone())))
    }
}

impl ScalarUDFImpl for Extreme {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.stock.inner().return_type(given)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.stock.inner().coerce_types(given)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if let [ColumnarValue::Array(one), ColumnarValue::Array(other)] = args.args.as_slice()
            && let Some(found) = self.of(one, other)?
        {
            return Ok(ColumnarValue::Array(found));
        }
        self.stock.inner().invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringArray};
    use arrow::compute::cast;
    use arrow::datatypes::Field;
    use datafusion::common::ScalarValue;
    use datafusion::common::config::ConfigOptions;

    fn call(function: &ScalarUDF, args: &[ColumnarValue], rows: usize) -> ArrayRef {
        let types: Vec<DataType> = args.iter().map(ColumnarValue::data_type).collect();
        assert_eq!(function.inner().coerce_types(&types).unwrap(), types);
        let kind = function.inner().return_type(&types).unwrap();
        let args = ScalarFunctionArgs {
            args: args.to_vec(),
            arg_fields: types.iter().map(|kind| Arc::new(Field::new("a", kind.clone(), true))).collect(),
            number_rows: rows,
            return_field: Arc::new(Field::new("r", kind, true)),
            config_options: Arc::new(ConfigOptions::default()),
        };
        function.inner().invoke_with_args(args).unwrap().into_array(rows).unwrap()
    }

    #[test]
    fn every_type_gives_what_datafusion_gives() {
        let number = |row: i64, by: i64| row * by % 1013 - 500;
        let rows = 300;
        for nulls in [0, 7] {
            let column = |by: i64| -> ArrayRef {
                let value = |row: i64| (nulls == 0 || (row * by) % nulls != 0).then_some(number(row, by));
                Arc::new((0..rows).map(value).collect::<Int64Array>())
            };
            let kinds = [
                DataType::Int16,
                DataType::Int32,
                DataType::Int64,
                DataType::Float64,
                DataType::Date32,
                DataType::Decimal128(12, 2),
                DataType::Timestamp(TimeUnit::Second, None),
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
                DataType::Timestamp(TimeUnit::Microsecond, None),
                DataType::Timestamp(TimeUnit::Nanosecond, Some("Europe/Copenhagen".into())),
                DataType::Utf8,
            ];
            for kind in kinds {
                let of = |by: i64| {
                    let numbers = column(by);
                    let numbers =
                        if kind == DataType::Date32 { cast(&numbers, &DataType::Int32) } else { Ok(numbers) };
                    cast(&numbers.unwrap(), &kind).unwrap()
                };
                let (one, other) = (of(7919), of(104_729));
                let scalar = ScalarValue::try_from_array(&other, 1).unwrap();
                let arrays = [&one, &other].map(|array| ColumnarValue::Array(Arc::clone(array)));
                let parts = [one.slice(3, 90), other.slice(5, 90)].map(ColumnarValue::Array);
                let mixed = [ColumnarValue::Array(Arc::clone(&one)), ColumnarValue::Scalar(scalar)];
                let three = [arrays[0].clone(), arrays[1].clone(), mixed[1].clone()];
                let calls: [(&[ColumnarValue], usize); 4] =
                    [(&arrays, 300), (&parts, 90), (&mixed, 300), (&three, 300)];
                for (args, rows) in calls {
                    for (ours, stock) in functions().iter().zip([greatest(), least()]) {
                        assert_eq!(
                            &call(ours, args, rows),
                            &call(&stock, args, rows),
                            "{} of {kind}",
                            ours.name()
                        );
                    }
                }
            }
        }
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        let [greatest, _] = functions();
        let alone = [ColumnarValue::Array(Arc::clone(&texts))];
        assert_eq!(&call(&greatest, &alone, 2), &texts);
    }
}
