//! From delivered fields to typed columns, row by row, with the first fault of each rejected row.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder,
    StringViewBuilder, TimestampMicrosecondBuilder, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::cpr;
use super::numbers::{self, DecimalSign, Seen};
use super::persons::{Holder, PersonIndex};
use super::plan::{Origin, Plan, Target};
use super::reason::Reason;
use super::rejects::Reject;
use super::source::Block;
use super::text::{record_end, split_fields, trim_line_break};
use super::times;
use crate::error::{Error, Result};
use crate::store::contract::Kind;

/// Name of the working column with the place a row came from, see [`position`].
pub const POSITION: &str = "__position";
/// Name of the working column with the order of simultaneous events in their source.
pub const SOURCE_POSITION: &str = "__source_position";

/// The place of a row as one number: rows of an earlier file, then of an earlier line, come first.
pub fn position(file: usize, line: u64) -> u64 {
    ((file as u64) << 44) | line
}

/// File and line of a [`position`].
pub fn place(position: u64) -> (usize, u64) {
    ((position >> 44) as usize, position & ((1 << 44) - 1))
}

/// What is needed to read the rows of one file.
pub struct Reading<'a> {
    /// Number of the file in the delivery, from 0.
    pub file: usize,
    /// How its columns fill the table.
    pub plan: &'a Plan,
    /// What separates its fields.
    pub delimiter: u8,
    /// How its three-digit separators are read.
    pub sign: DecimalSign,
    /// The persons of the store, when CPR numbers are to be resolved.
    pub persons: Option<&'a PersonIndex>,
}

/// What one block gave.
#[derive(Debug)]
pub struct Parsed {
    /// The good rows: the columns of the table and the working columns.
    pub batch: RecordBatch,
    /// The bad rows.
    pub rejects: Vec<Reject>,
    /// Data rows, good and bad.
    pub rows: u64,
    /// Per column of the table: sum of all readable values, where it is wanted.
    pub sums: Vec<i128>,
    /// Per column: values that could not be read for the sum.
    pub unread: Vec<u64>,
    /// Per column: use of the separators.
    pub seen: Vec<Seen>,
}

/// The columns of the table followed by the working columns.
pub fn working_schema(plan: &Plan) -> SchemaRef {
    let mut fields: Vec<Field> = plan.contract.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    fields.push(Field::new(SOURCE_POSITION, DataType::UInt64, false));
    fields.push(Field::new(POSITION, DataType::UInt64, false));
    Arc::new(Schema::new(fields))
}

/// Reads one block.
///
/// # Errors
/// Only of the machine; faults of rows are in [`Parsed::rejects`].
pub fn parse(block: &Block, reading: &Reading<'_>) -> Result<Parsed> {
    let mut out = Output::new(reading);
    each_row(block, reading.plan, reading.delimiter, &mut |line, fields, text| out.row(line, fields, text))?;
    out.finish()
}

/// One row as found: its fields, or why it has none.
pub type Fields<'r, 'a> = std::result::Result<&'r [Cow<'a, str>], Reason>;
/// Takes one row: its line, its fields, and a way to its text as delivered.
pub type TakeRow<'t> = dyn FnMut(u64, Fields<'_, '_>, &dyn Fn() -> String) + 't;

/// Calls `take` with every row of a block.
pub fn each_row(block: &Block, plan: &Plan, delimiter: u8, take: &mut TakeRow<'_>) -> Result<()> {
    match block {
        Block::Text { bytes, first_line } => {
            text_rows(bytes, *first_line, plan, delimiter, take);
            Ok(())
        }
        Block::Rows { batch, first_row } => batch_rows(batch, *first_row, plan, take),
    }
}

fn text_rows(bytes: &[u8], first_line: u64, plan: &Plan, delimiter: u8, take: &mut TakeRow<'_>) {
    let whole = std::str::from_utf8(bytes).ok();
    let mut fields: Vec<Cow<'_, str>> = Vec::with_capacity(plan.fields);
    let (mut start, mut line) = (0, first_line);
    while start < bytes.len() {
        let end = record_end(bytes, start, delimiter, true).unwrap_or(bytes.len());
        let record = trim_line_break(&bytes[start..end]);
        let here = line;
        // most records are one line; only quoted ones are counted
        line += if memchr::memchr(b'"', record).is_some() {
            super::text::count_lines(&bytes[start..end])
        } else {
            1
        };
        let text = match whole {
            Some(whole) => Ok(&whole[start..start + record.len()]),
            None => std::str::from_utf8(record).map_err(|_| Reason::Encoding),
        };
        start = end;
        if record.is_empty() {
            continue;
        }
        let found = text.and_then(|text| {
            split_fields(text, delimiter, &mut fields)?;
            if text.contains(['\u{FFFD}', '\0']) {
                return Err(Reason::Encoding);
            }
            if fields.len() == plan.fields { Ok(()) } else { Err(Reason::ColumnCount) }
        });
        take(here, found.map(|()| &fields[..]), &|| String::from_utf8_lossy(record).into_owned());
    }
}

fn batch_rows(batch: &RecordBatch, first_row: u64, plan: &Plan, take: &mut TakeRow<'_>) -> Result<()> {
    let options = FormatOptions::new().with_null("");
    let columns = batch
        .columns()
        .iter()
        .map(|array| Ok((array, ArrayFormatter::try_new(array.as_ref(), &options)?)))
        .collect::<Result<Vec<_>>>()?;
    let mut fields: Vec<Cow<'_, str>> = Vec::with_capacity(plan.fields);
    for row in 0..batch.num_rows() {
        fields.clear();
        for (array, formatter) in &columns {
            fields.push(cell(array, formatter, row));
        }
        let found = if fields.iter().any(|f| f.contains('\0')) { Err(Reason::Encoding) } else { Ok(()) };
        let text = || fields.join(";");
        take(first_row + row as u64, found.map(|()| &fields[..]), &text);
    }
    Ok(())
}

/// A value of a Parquet column as text. Tools that know no missing whole numbers store them as floating
/// point: `12.0` is 12.
fn cell<'a>(array: &'a ArrayRef, formatter: &ArrayFormatter<'_>, row: usize) -> Cow<'a, str> {
    if array.is_null(row) {
        return Cow::Borrowed("");
    }
    match array.data_type() {
        DataType::Utf8 => Cow::Borrowed(array.as_string::<i32>().value(row).trim()),
        DataType::LargeUtf8 => Cow::Borrowed(array.as_string::<i64>().value(row).trim()),
        DataType::Utf8View => Cow::Borrowed(array.as_string_view().value(row).trim()),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let text = formatter.value(row).to_string();
            Cow::Owned(text.strip_suffix(".0").map(str::to_owned).unwrap_or(text))
        }
        _ => Cow::Owned(formatter.value(row).to_string()),
    }
}

/// A value ready for its column.
#[derive(Debug)]
enum Value<'a> {
    Null,
    Whole(i64),
    Decimal(i128),
    Truth(bool),
    Text(&'a str),
    Digits(u64),
}

/// The values of a good row, and its position in the source where that is delivered.
type RowValues<'f> = (Vec<Value<'f>>, Option<u64>);
/// The column at fault, if it is one, and what is wrong.
type Fault = (Option<usize>, Reason);

struct Output<'a> {
    reading: &'a Reading<'a>,
    builders: Vec<Builder>,
    source_positions: Vec<u64>,
    positions: Vec<u64>,
    rejects: Vec<Reject>,
    rows: u64,
    sums: Vec<i128>,
    unread: Vec<u64>,
    seen: Vec<Seen>,
}

impl<'a> Output<'a> {
    fn new(reading: &'a Reading<'a>) -> Self {
        let columns = reading.plan.targets.len();
        Output {
            reading,
            builders: reading.plan.targets.iter().map(|t| Builder::new(t.column.kind)).collect(),
            source_positions: Vec::new(),
            positions: Vec::new(),
            rejects: Vec::new(),
            rows: 0,
            sums: vec![0; columns],
            unread: vec![0; columns],
            seen: vec![Seen::default(); columns],
        }
    }

    fn row(&mut self, line: u64, fields: Fields<'_, '_>, text: &dyn Fn() -> String) {
        self.rows += 1;
        let read = match fields {
            Ok(fields) => self.values(fields),
            Err(reason) => {
                for (at, target) in self.reading.plan.targets.iter().enumerate() {
                    self.unread[at] += u64::from(target.summed);
                }
                Err((None, reason))
            }
        };
        let (values, source_position) = match read {
            Ok(values) => values,
            Err((column, reason)) => {
                let column = column.map(|at: usize| self.reading.plan.targets[at].column.name.clone());
                self.rejects.push(Reject { file: self.reading.file, line, column, reason, text: text() });
                return;
            }
        };
        for (builder, value) in self.builders.iter_mut().zip(values) {
            builder.push(value);
        }
        self.source_positions.push(source_position.unwrap_or(line));
        self.positions.push(position(self.reading.file, line));
    }

    /// The values of a row, or its first fault. Columns whose sum is wanted are read in any case.
    fn values<'f>(&mut self, fields: &'f [Cow<'_, str>]) -> std::result::Result<RowValues<'f>, Fault>
    where
        'a: 'f,
    {
        let plan = self.reading.plan;
        let mut values = Vec::with_capacity(plan.targets.len());
        let mut fault = None;
        for (at, target) in plan.targets.iter().enumerate() {
            if fault.is_some() && !target.summed {
                continue;
            }
            match self.value(at, target, fields) {
                Ok(value) => {
                    if target.summed {
                        self.sums[at] += match value {
                            Value::Whole(value) => i128::from(value),
                            Value::Decimal(value) => value,
                            _ => 0,
                        };
                    }
                    values.push(value);
                }
                Err(reason) => {
                    self.unread[at] += u64::from(target.summed && reason != Reason::Missing);
                    fault = fault.or(Some((Some(at), reason)));
                }
            }
        }
        if let Some(fault) = fault {
            return Err(fault);
        }
        for (at, target) in plan.targets.iter().enumerate() {
            if let Some(begins) = target.begins
                && let (Value::Whole(from), Value::Whole(to)) = (&values[begins], &values[at])
                && from >= to
            {
                return Err((Some(at), Reason::Period));
            }
        }
        let source_position = plan.source_position.and_then(|at| fields[at].parse().ok());
        Ok((values, source_position))
    }

    fn value<'f>(
        &mut self,
        at: usize,
        target: &'f Target,
        fields: &'f [Cow<'_, str>],
    ) -> std::result::Result<Value<'f>, Reason> {
        let text = match &target.origin {
            Origin::Field(field) => fields[*field].as_ref(),
            Origin::PersonOf(field) => return self.person(fields[*field].as_ref(), target.column.nullable),
            Origin::Instant(micros) => return Ok(Value::Whole(*micros)),
            Origin::Text(text) => return Ok(Value::Text(text)),
            Origin::Numbered => return Ok(Value::Whole(0)),
            Origin::Null => return Ok(Value::Null),
        };
        let column = &target.column;
        if text.is_empty() {
            return match (column.kind, column.nullable) {
                (_, true) => Ok(Value::Null),
                (Kind::To, false) => Ok(Value::Whole(i64::from(times::OPEN_END))),
                _ => Err(Reason::Missing),
            };
        }
        let sign = self.reading.sign;
        let seen = &mut self.seen[at];
        match column.kind {
            Kind::Id => numbers::whole(text).map(Value::Whole),
            Kind::Int => {
                let value = numbers::whole(text)?;
                i32::try_from(value).map(|v| Value::Whole(i64::from(v))).map_err(|_| Reason::Range)
            }
            Kind::Money => numbers::decimal(text, 12, 2, sign, seen).map(Value::Decimal),
            Kind::Hours => numbers::decimal(text, 9, 2, sign, seen).map(Value::Decimal),
            Kind::Amount => numbers::decimal(text, 14, 4, sign, seen).map(Value::Decimal),
            Kind::Date | Kind::From => times::date(text).map(|d| Value::Whole(i64::from(d))),
            Kind::To => times::period_end(text, target.inclusive).map(|d| Value::Whole(i64::from(d))),
            Kind::Month => times::month(text).map(|d| Value::Whole(i64::from(d))),
            Kind::Instant => times::instant(text).map(Value::Whole),
            Kind::Bool => truth(text).map(Value::Truth).ok_or(Reason::Truth),
            Kind::Cpr => cpr::parse(text).map(Value::Digits).ok_or(Reason::Cpr),
            Kind::Text => Ok(Value::Text(text)),
            Kind::Code if column.name == "municipality_code" => {
                let four = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
                if four { Ok(Value::Text(text)) } else { Err(Reason::Municipality) }
            }
            Kind::Code if column.codes.is_empty() => Ok(Value::Text(text)),
            Kind::Code => {
                let code = column.codes.iter().find(|code| code.eq_ignore_ascii_case(text));
                code.map(|code| Value::Text(code)).ok_or(Reason::Code)
            }
        }
    }

    fn person(&self, text: &str, nullable: bool) -> std::result::Result<Value<'static>, Reason> {
        if text.is_empty() {
            return if nullable { Ok(Value::Null) } else { Err(Reason::Missing) };
        }
        let number = cpr::parse(text).ok_or(Reason::Cpr)?;
        match self.reading.persons.and_then(|persons| persons.holder(number)) {
            Some(Holder::One(person)) => Ok(Value::Whole(person)),
            Some(Holder::Several) => Err(Reason::AmbiguousPerson),
            None => Err(Reason::UnknownPerson),
        }
    }

    fn finish(self) -> Result<Parsed> {
        let mut columns: Vec<ArrayRef> =
            self.builders.into_iter().map(Builder::finish).collect::<Result<_>>()?;
        columns.push(Arc::new(UInt64Array::from(self.source_positions)));
        columns.push(Arc::new(UInt64Array::from(self.positions)));
        Ok(Parsed {
            batch: RecordBatch::try_new(working_schema(self.reading.plan), columns)?,
            rejects: self.rejects,
            rows: self.rows,
            sums: self.sums,
            unread: self.unread,
            seen: self.seen,
        })
    }
}

fn truth(text: &str) -> Option<bool> {
    const TRUE: [&str; 4] = ["true", "1", "ja", "j"];
    const FALSE: [&str; 4] = ["false", "0", "nej", "n"];
    let among = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if among(TRUE) { Some(true) } else { among(FALSE).then_some(false) }
}

enum Builder {
    Id(Int64Builder),
    Int(Int32Builder),
    Day(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Decimal(Decimal128Builder, DataType),
    Truth(BooleanBuilder),
    Text(StringViewBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Builder {
        match kind {
            Kind::Id => Builder::Id(Int64Builder::new()),
            Kind::Int => Builder::Int(Int32Builder::new()),
            Kind::Date | Kind::From | Kind::To | Kind::Month => Builder::Day(Date32Builder::new()),
            Kind::Instant => {
                Builder::Instant(TimestampMicrosecondBuilder::new().with_data_type(kind.data_type()))
            }
            Kind::Money | Kind::Hours | Kind::Amount => {
                Builder::Decimal(Decimal128Builder::new(), kind.data_type())
            }
            Kind::Bool => Builder::Truth(BooleanBuilder::new()),
            // values repeat a lot in long texts of registers, so equal ones are stored once per block
            Kind::Text | Kind::Code | Kind::Cpr => {
                Builder::Text(StringViewBuilder::new().with_deduplicate_strings())
            }
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Builder::Id(b), Value::Whole(v)) => b.append_value(v),
            (Builder::Int(b), Value::Whole(v)) => b.append_option(i32::try_from(v).ok()),
            (Builder::Day(b), Value::Whole(v)) => b.append_option(i32::try_from(v).ok()),
            (Builder::Instant(b), Value::Whole(v)) => b.append_value(v),
            (Builder::Decimal(b, _), Value::Decimal(v)) => b.append_value(v),
            (Builder::Truth(b), Value::Truth(v)) => b.append_value(v),
            (Builder::Text(b), Value::Text(v)) => b.append_value(v),
            (Builder::Text(b), Value::Digits(v)) => b.append_value(cpr::digits(v)),
            (Builder::Id(b), _) => b.append_null(),
            (Builder::Int(b), _) => b.append_null(),
            (Builder::Day(b), _) => b.append_null(),
            (Builder::Instant(b), _) => b.append_null(),
            (Builder::Decimal(b, _), _) => b.append_null(),
            (Builder::Truth(b), _) => b.append_null(),
            (Builder::Text(b), _) => b.append_null(),
        }
    }

    fn finish(self) -> Result<ArrayRef> {
        Ok(match self {
            Builder::Id(mut b) => Arc::new(b.finish()),
            Builder::Int(mut b) => Arc::new(b.finish()),
            Builder::Day(mut b) => Arc::new(b.finish()),
            Builder::Instant(mut b) => Arc::new(b.finish()),
            Builder::Decimal(mut b, data_type) => match data_type {
                DataType::Decimal128(precision, scale) => {
                    Arc::new(b.finish().with_precision_and_scale(precision, scale)?)
                }
                other => return Err(Error::Contract(format!("{other} is no decimal type"))),
            },
            Builder::Truth(mut b) => Arc::new(b.finish()),
            Builder::Text(mut b) => Arc::new(b.finish()),
        })
    }
}
