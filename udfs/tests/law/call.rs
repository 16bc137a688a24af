//! Calls a function of the library on rows of facts, and reads the struct it gives.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringViewArray,
    StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion_common::config::ConfigOptions;
use datafusion_expr::type_coercion::functions::fields_with_udf;
use datafusion_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF};

use crate::facts::{Fact, Facts, Kind, Names};

/// The types of a function's arguments for facts of these kinds.
pub fn argument_fields(udf: &ScalarUDF, names: Names) -> Vec<FieldRef> {
    let fields: Vec<FieldRef> =
        names.iter().map(|(n, k)| Arc::new(Field::new(*n, plain(*k), true))).collect();
    fields_with_udf(&fields, udf).unwrap()
}

fn plain(kind: Kind) -> DataType {
    match kind {
        Kind::Day => DataType::Date32,
        Kind::Bool => DataType::Boolean,
        Kind::Decimal => DataType::Decimal128(12, 2),
        Kind::Count => DataType::Int64,
        Kind::Code => DataType::Utf8View,
    }
}

/// The rows as columns.
pub fn columns(rows: &[Facts], fields: &[FieldRef], names: Names) -> Vec<ArrayRef> {
    let column = |at: usize, kind: Kind| -> ArrayRef {
        let values = rows.iter().map(|row| row.values[at]);
        match kind {
            Kind::Day => Arc::new(
                values.map(|v| if let Fact::Day(d) = v { Some(d) } else { None }).collect::<Date32Array>(),
            ),
            Kind::Bool => Arc::new(
                values.map(|v| if let Fact::Bool(b) = v { Some(b) } else { None }).collect::<BooleanArray>(),
            ),
            Kind::Count => Arc::new(
                values.map(|v| if let Fact::Count(n) = v { Some(n) } else { None }).collect::<Int64Array>(),
            ),
            Kind::Code => Arc::new(
                values
                    .map(|v| if let Fact::Code(c) = v { Some(c) } else { None })
                    .collect::<StringViewArray>(),
            ),
            Kind::Decimal => {
                let raw = values.map(|v| if let Fact::Decimal(n) = v { Some(i128::from(n)) } else { None });
                Arc::new(raw.collect::<Decimal128Array>().with_precision_and_scale(12, 2).unwrap())
            }
        }
    };
    let plain = names.iter().enumerate().map(|(at, (_, kind))| column(at, *kind));
    plain.zip(fields).map(|(array, field)| cast(&array, field.data_type()).unwrap()).collect()
}

/// The function's result for these columns.
pub fn invoke(
    udf: &ScalarUDF,
    fields: &[FieldRef],
    columns: Vec<ArrayRef>,
    rows: usize,
) -> datafusion_common::Result<ArrayRef> {
    let scalars = vec![None; fields.len()];
    let return_field =
        udf.return_field_from_args(ReturnFieldArgs { arg_fields: fields, scalar_arguments: &scalars })?;
    let result = udf.invoke_with_args(ScalarFunctionArgs {
        args: columns.into_iter().map(ColumnarValue::Array).collect(),
        arg_fields: fields.to_vec(),
        number_rows: rows,
        return_field,
        config_options: Arc::new(ConfigOptions::default()),
    })?;
    result.into_array(rows)
}

/// Reads fields of the result's rows.
pub struct Answers(StructArray);

impl Answers {
    pub fn new(array: &ArrayRef) -> Self {
        Self(array.as_struct().clone())
    }

    /// A number, øre or hundredths for decimals, days for dates, 0 and 1 for false and true; None when NULL.
    pub fn number(&self, name: &str, row: usize) -> Option<i64> {
        let column = self.0.column_by_name(name).unwrap();
        if column.is_null(row) {
            return None;
        }
        Some(match column.data_type() {
            DataType::Decimal128(_, 2) => {
                i64::try_from(column.as_primitive::<Decimal128Type>().value(row)).unwrap()
            }
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row),
            DataType::Date32 => i64::from(column.as_primitive::<Date32Type>().value(row)),
            DataType::Boolean => i64::from(column.as_boolean().value(row)),
            other => panic!("{name} is {other}"),
        })
    }

    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        let column = self.0.column_by_name(name).unwrap().as_string_view();
        column.is_valid(row).then(|| column.value(row))
    }
}
