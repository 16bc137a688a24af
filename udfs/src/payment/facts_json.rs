//! `facts_json`: one row of facts as a JSON text.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::digits::{push_day, push_decimal};
use crate::documentation::{DocText, Example};

const TEXT: DocText = DocText {
    family: "Payment",
    syntax: "facts_json(facts)",
    description: "The fields of a struct as one JSON object, in their order. Days are texts, amounts numbers with \
                  their decimals; an unknown fact is null.",
    arguments: &[("facts", "struct of truth values, whole numbers, decimals, dates and texts")],
    returns: "text",
    nulls: "when the struct is NULL; a NULL field is null in the text",
    source: "definition",
    example: Example {
        sql: "SELECT facts_json(named_struct('provider', true, 'children', 2)) AS facts",
        column: "facts",
        value: "{\"provider\":true,\"children\":2}",
    },
};

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct FactsJson {
    signature: Signature,
    documentation: Documentation,
}

impl FactsJson {
    /// The function to register.
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: TEXT.build() }
    }
}

impl Default for FactsJson {
    fn default() -> Self {
        Self::new()
    }
}

impl ScalarUDFImpl for FactsJson {
    fn name(&self) -> &str {
        "facts_json"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [facts @ DataType::Struct(_)] => Ok(vec![facts.clone()]),
            _ => plan_err!("facts_json takes one struct"),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(facts) = columns.first().and_then(|c| c.as_struct_opt()) else {
            return plan_err!("facts_json takes one struct");
        };
        let text = render(facts)?;
        if args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_))) {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&text, 0)?));
        }
        Ok(ColumnarValue::Array(text))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn render(facts: &StructArray) -> Result<ArrayRef> {
    let fields = facts
        .fields()
        .iter()
        .zip(facts.columns())
        .enumerate()
        .map(|(i, (field, column))| {
            let lead = if i == 0 { '{' } else { ',' };
            Ok((format!("{lead}{}:", quoted(field.name())), Values::new(column)?))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut out = StringViewBuilder::with_capacity(facts.len());
    let mut text = String::new();
    for row in 0..facts.len() {
        if facts.is_null(row) {
            out.append_null();
            continue;
        }
        text.clear();
        for (label, values) in &fields {
            text.push_str(label);
            values.push(row, &mut text);
        }
        text.push_str(if fields.is_empty() { "{}" } else { "}" });
        out.append_value(&text);
    }
    Ok(Arc::new(out.finish()))
}

/// A column in one of the few forms that are written.
enum Values {
    Truth(ArrayRef),
    Whole(ArrayRef),
    Decimal(ArrayRef, u32),
    Day(ArrayRef),
    Text(ArrayRef),
    Nothing,
}

impl Values {
    fn new(column: &ArrayRef) -> Result<Self> {
        Ok(match column.data_type() {
            DataType::Null => Self::Nothing,
            DataType::Boolean => Self::Truth(Arc::clone(column)),
            DataType::Date32 => Self::Day(Arc::clone(column)),
            DataType::Decimal128(_, scale) if *scale >= 0 => {
                Self::Decimal(Arc::clone(column), scale.unsigned_abs().into())
            }
            whole if whole.is_integer() => Self::Whole(cast(column, &DataType::Int64)?),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _) => {
                Self::Text(cast(column, &DataType::Utf8)?)
            }
            other => return plan_err!("facts_json cannot write a fact of type {other}"),
        })
    }

    fn push(&self, row: usize, out: &mut String) {
        let known = match self {
            Self::Nothing => None,
            Self::Truth(a) | Self::Whole(a) | Self::Decimal(a, _) | Self::Day(a) | Self::Text(a) => {
                a.is_valid(row).then_some(a)
            }
        };
        let Some(values) = known else { return out.push_str("null") };
        match self {
            Self::Nothing => {}
            Self::Truth(_) => out.push_str(if values.as_boolean().value(row) { "true" } else { "false" }),
            Self::Whole(_) => push_decimal(values.as_primitive::<Int64Type>().value(row).into(), 0, out),
            Self::Day(_) => {
                out.push('"');
                push_day(values.as_primitive::<Date32Type>().value(row), out);
                out.push('"');
            }
            Self::Decimal(_, scale) => {
                push_decimal(values.as_primitive::<Decimal128Type>().value(row), *scale, out);
            }
            Self::Text(_) => out.push_str(&quoted(values.as_string::<i32>().value(row))),
        }
    }
}

/// A JSON text.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BooleanArray, Date32Array, Decimal128Array, Int32Array, StringArray};
    use arrow::datatypes::Field;

    #[test]
    fn writes_every_kind_of_fact() {
        let amounts =
            Decimal128Array::from(vec![Some(-5), Some(1_250), None]).with_precision_and_scale(12, 2);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("b", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
            ("n", Arc::new(Int32Array::from(vec![1, -2, 3]))),
            ("a", Arc::new(amounts.unwrap())),
            ("d", Arc::new(Date32Array::from(vec![0, 19327, -1]))),
            ("t", Arc::new(StringArray::from(vec!["æ", "q\"\\", "\n"]))),
        ];
        let facts: StructArray = columns
            .into_iter()
            .map(|(name, array)| (Arc::new(Field::new(name, array.data_type().clone(), true)), array))
            .collect::<Vec<_>>()
            .into();
        let out = render(&facts.slice(1, 2)).unwrap();
        let out = out.as_string_view();
        assert_eq!(out.value(0), r#"{"b":false,"n":-2,"a":12.50,"d":"2022-12-01","t":"q\"\\"}"#);
        assert_eq!(out.value(1), r#"{"b":null,"n":3,"a":null,"d":"1969-12-31","t":"\u000a"}"#);
        assert!(render(&facts).unwrap().as_string_view().value(0).contains("\"a\":-0.05"));
    }
}
