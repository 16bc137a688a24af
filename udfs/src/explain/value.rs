//! One result as values with a name, and how each is written.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use chrono::NaiveDate;
use datafusion_common::Result;

use crate::language::Lang;
use crate::law::Glossary;

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Not known.
    Null,
    /// A decimal number: unscaled value and scale.
    Decimal(i128, u8),
    /// A whole number.
    Whole(i64),
    /// True or false.
    Flag(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// A code, or a text.
    Text(String),
}

impl Value {
    fn read(column: &ArrayRef, row: usize) -> Result<Value> {
        if column.is_null(row) {
            return Ok(Value::Null);
        }
        Ok(match column.data_type() {
            DataType::Decimal128(_, scale) => Value::Decimal(
                column.as_primitive::<Decimal128Type>().value(row),
                u8::try_from(*scale).unwrap_or(0),
            ),
            DataType::Boolean => Value::Flag(column.as_boolean().value(row)),
            DataType::Date32 => Value::Date(column.as_primitive::<Date32Type>().value(row)),
            whole if whole.is_integer() => {
                let value = cast(&column.slice(row, 1), &DataType::Int64)?;
                Value::Whole(value.as_primitive::<Int64Type>().value(0))
            }
            _ => {
                let value = cast(&column.slice(row, 1), &DataType::Utf8)?;
                Value::Text(value.as_string::<i32>().value(0).to_owned())
            }
        })
    }

    /// Whether there is anything to say: neither unknown, nor zero, nor empty.
    pub(super) fn says_something(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Decimal(value, _) => *value != 0,
            Value::Whole(value) => *value != 0,
            Value::Text(text) => !text.is_empty(),
            Value::Flag(_) | Value::Date(_) => true,
        }
    }

    /// The value of the field `name` in words.
    pub(super) fn shown(&self, name: &str, glossary: &Glossary, lang: Lang) -> String {
        match self {
            Value::Null => lang.pick("ukendt", "unknown").to_owned(),
            Value::Decimal(value, scale) => format!("{} {}", number(*value, *scale, lang), unit(name, lang)),
            Value::Whole(value) => lang.number(i128::from(*value), 0),
            Value::Flag(true) => lang.pick("ja", "yes").to_owned(),
            Value::Flag(false) => lang.pick("nej", "no").to_owned(),
            Value::Date(days) => shown_day(*days, lang),
            Value::Text(code) => glossary.words("code", code, lang),
        }
    }
}

/// A number without decimals that are all zero.
pub(super) fn number(unscaled: i128, scale: u8, lang: Lang) -> String {
    let whole = 10_i128.pow(u32::from(scale.min(38)));
    match unscaled % whole {
        0 => lang.number(unscaled / whole, 0),
        _ => lang.number(unscaled, scale),
    }
}

/// A day written out.
pub(super) fn shown_day(days: i32, lang: Lang) -> String {
    NaiveDate::from_epoch_days(days).map_or_else(|| days.to_string(), |day| lang.day(day))
}

/// The unit of a decimal field: its name says when it is not kroner.
fn unit(name: &str, lang: Lang) -> &'static str {
    let ends = |endings: &[&str]| endings.iter().any(|end| name.ends_with(end));
    if ends(&["hours", "hours_used"]) {
        lang.pick("timer", "hours")
    } else if ends(&["_pct", "percent", "_percentage"]) {
        "%"
    } else {
        "kr."
    }
}

/// One result.
#[derive(Debug)]
pub(super) struct Assessment {
    fields: Vec<(String, Value)>,
    gross: usize,
}

/// Fields after `gross` that say how the result came about, not what it is.
const ABOUT: [&str; 5] = ["rule_id", "law_version", "rates_used", "missing", "derived_rates_used"];

impl Assessment {
    /// Reads one row of a column of results.
    pub(super) fn read(column: &StructArray, row: usize) -> Result<Assessment> {
        let fields = column
            .fields()
            .iter()
            .zip(column.columns())
            .map(|(field, values)| Ok((field.name().clone(), Value::read(values, row)?)))
            .collect::<Result<Vec<_>>>()?;
        let gross = fields.iter().position(|(name, _)| name == "gross").unwrap_or(0);
        Ok(Assessment { fields, gross })
    }

    /// The value of a field; `None` when there is no such field.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// A text of a field; empty when it is unknown.
    pub(super) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The steps of the sum, in the order applied.
    pub(super) fn steps(&self) -> &[(String, Value)] {
        &self.fields[..self.gross]
    }

    /// Whether there is anything else the calculation found.
    pub(super) fn has_details(&self) -> bool {
        self.details().next().is_some()
    }

    /// What else the calculation found.
    pub(super) fn details(&self) -> impl Iterator<Item = &(String, Value)> {
        self.fields.iter().skip(self.gross + 1).filter(|(name, _)| !ABOUT.contains(&name.as_str()))
    }
}
