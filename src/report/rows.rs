//! The rows of a report, read once and shown as page, text and CSV.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};
use chrono::NaiveDate;

use super::definition::{ColumnDefinition, Definition, Format, Labels};
use super::lang::Lang;
use crate::error::{Error, Result};
use crate::session::Engine;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Not known, or there is none.
    Null,
    /// A text or code.
    Text(String),
    /// A number: the whole number, and how many of its digits are decimals.
    Number(i128, u8),
    /// A day.
    Day(NaiveDate),
    /// A count too small to be shown; the limit.
    Below(u32),
}

/// The rows of one report in one language.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The definition they were read for.
    pub definition: Definition,
    /// Names of the columns in the query, in the order of the definition.
    pub names: Vec<String>,
    /// Values by row and column.
    pub values: Vec<Vec<Value>>,
}

impl Rows {
    /// Runs the query of a report.
    ///
    /// # Errors
    /// When the query fails, or lacks a column that the definition names.
    pub async fn read(engine: &Engine, definition: Definition, lang: Lang) -> Result<Rows> {
        let batches = engine.sql(&definition.sql).await?.collect().await?;
        Self::of(definition, &batches, lang)
    }

    /// Rows that were read already.
    ///
    /// # Errors
    /// When they lack a column that the definition names.
    pub fn of(definition: Definition, batches: &[RecordBatch], lang: Lang) -> Result<Rows> {
        let names: Vec<String> = definition.columns.iter().map(|c| c.name.of(lang).to_owned()).collect();
        let mut values = Vec::new();
        for batch in batches {
            let columns = names
                .iter()
                .zip(&definition.columns)
                .map(|(name, column)| read_column(batch, name, column, &definition.name))
                .collect::<Result<Vec<_>>>()?;
            values.extend((0..batch.num_rows()).map(|row| {
                columns
                    .iter()
                    .map(|column| column.get(row).cloned().unwrap_or(Value::Null))
                    .collect::<Vec<_>>()
            }));
        }
        Ok(Rows { definition, names, values })
    }

    /// Only the rows of the last month, where the first column is a month and the rows are ordered by it.
    pub fn newest_month(mut self) -> Rows {
        let is_monthly = self.definition.columns.first().is_some_and(|column| column.format == Format::Month);
        if let (true, Some(newest)) = (is_monthly, self.values.last().and_then(|row| row.first()).cloned()) {
            self.values.retain(|row| row.first() == Some(&newest));
        }
        self
    }

    /// Position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.definition.columns.iter().position(|column| column.name.of(Lang::Da) == name)
    }

    /// A value as people of the language write it.
    pub fn show(&self, row: usize, column: usize, labels: &Labels, lang: Lang) -> String {
        match (self.values.get(row).and_then(|row| row.get(column)), self.definition.columns.get(column)) {
            (Some(value), Some(definition)) => show(value, definition, labels, lang),
            _ => String::new(),
        }
    }

    /// The rows as CSV (RFC 4180): plain numbers and dates, codes as they are, for machines.
    ///
    /// # Errors
    /// When memory cannot be written to, which does not happen.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fault = |e: csv::Error| Error::Query(format!("report {}: {e}", self.definition.name));
        writer.write_record(&self.names).map_err(fault)?;
        for row in &self.values {
            writer.write_record(row.iter().map(plain)).map_err(fault)?;
        }
        writer.into_inner().map_err(|e| Error::Query(format!("report {}: {e}", self.definition.name)))
    }
}

/// A value as people of the language write it.
pub fn show(value: &Value, column: &ColumnDefinition, labels: &Labels, lang: Lang) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Text(text) => match &column.labels {
            Some(set) => labels.of(set, text, lang).to_owned(),
            None => text.clone(),
        },
        Value::Number(unscaled, scale) if column.format == Format::Kroner => {
            format!("{} kr.", lang.number(*unscaled, *scale))
        }
        Value::Number(unscaled, scale) => {
            let (unscaled, scale) = without_trailing_zeros(*unscaled, *scale);
            lang.number(unscaled, scale)
        }
        Value::Day(day) if column.format == Format::Month => lang.month(*day),
        Value::Day(day) => lang.day(*day),
        Value::Below(limit) => format!("<{limit}"),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Number(unscaled, scale) => {
            let sign = if *unscaled < 0 { "-" } else { "" };
            let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = usize::from(*scale) + 1);
            let (whole, fraction) = digits.split_at(digits.len() - usize::from(*scale));
            let point = if fraction.is_empty() { "" } else { "." };
            format!("{sign}{whole}{point}{fraction}")
        }
        Value::Day(day) => day.to_string(),
        Value::Below(limit) => format!("<{limit}"),
    }
}

fn without_trailing_zeros(mut unscaled: i128, mut scale: u8) -> (i128, u8) {
    while scale > 0 && unscaled % 10 == 0 {
        unscaled /= 10;
        scale -= 1;
    }
    (unscaled, scale)
}

fn read_column(
    batch: &RecordBatch,
    name: &str,
    definition: &ColumnDefinition,
    report: &str,
) -> Result<Vec<Value>> {
    let array = batch
        .column_by_name(name)
        .ok_or_else(|| Error::Query(format!("the query of report {report} has no column {name}")))?;
    let mut values = read_array(array)?;
    if let Some(limit) = definition.suppress_below {
        for value in &mut values {
            if matches!(value, Value::Number(n, 0) if (1..i128::from(limit)).contains(n)) {
                *value = Value::Below(limit);
            }
        }
    }
    Ok(values)
}

fn read_array(array: &ArrayRef) -> Result<Vec<Value>> {
    let all = 0..array.len();
    let or_null = |row: usize, value: &dyn Fn(usize) -> Value| match array.is_null(row) {
        true => Value::Null,
        false => value(row),
    };
    Ok(match array.data_type() {
        DataType::Decimal128(_, scale) => {
            let scale =
                u8::try_from(*scale).map_err(|_| Error::Query("a decimal of negative scale".to_owned()))?;
            let numbers = array.as_primitive::<Decimal128Type>();
            all.map(|row| or_null(row, &|row| Value::Number(numbers.value(row), scale))).collect()
        }
        data_type if data_type.is_integer() => {
            let numbers = cast(array, &DataType::Decimal128(38, 0))?;
            let numbers = numbers.as_primitive::<Decimal128Type>();
            all.map(|row| or_null(row, &|row| Value::Number(numbers.value(row), 0))).collect()
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>();
            all.map(|row| or_null(row, &|row| days.value_as_date(row).map_or(Value::Null, Value::Day)))
                .collect()
        }
        _ => {
            let texts = cast(array, &DataType::Utf8)?;
            let texts = texts.as_string::<i32>();
            all.map(|row| or_null(row, &|row| Value::Text(texts.value(row).to_owned()))).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_keep_all_decimals() {
        assert_eq!(plain(&Value::Number(-5, 2)), "-0.05");
        assert_eq!(plain(&Value::Number(1_587_400, 2)), "15874.00");
        assert_eq!(plain(&Value::Number(42, 0)), "42");
        assert_eq!(plain(&Value::Below(5)), "<5");
        assert_eq!(without_trailing_zeros(1_250, 2), (125, 1));
        assert_eq!(without_trailing_zeros(0, 2), (0, 0));
    }
}
