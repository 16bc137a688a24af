//! The result columns of a call, only those a query reads.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Field as ArrowField, Fields};
use datafusion_common::Result;

use super::law::{Book, Law};
use super::outcome::{GROSS, NO_RULE, Outcome, Stopped};
use super::spec::{Argument, Spec, Unit};
use super::texts::{Texts, words};
use crate::law::money::{MONEY_PRECISION, MONEY_SCALE};

const MONEY: DataType = DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE);

impl Unit {
    fn data_type(self) -> DataType {
        match self {
            Unit::Kroner | Unit::Hundredths => MONEY,
            Unit::Whole => DataType::Int64,
            Unit::Flag => DataType::Boolean,
            Unit::Date => DataType::Date32,
            Unit::Word(_) => DataType::Utf8View,
        }
    }
}

/// The fields of the full result, in order.
pub(super) fn all_fields(spec: &Spec) -> Fields {
    let field = |name: &str, data_type: DataType| ArrowField::new(name, data_type, true);
    let declared = |f: &super::spec::Field| field(f.name, f.unit.data_type());
    let (steps, details) = spec.fields.split_at(spec.steps);
    let mut fields: Vec<ArrowField> = steps.iter().map(declared).collect();
    fields.push(field("gross", MONEY));
    fields.extend(details.iter().map(declared));
    fields.extend(["rule_id", "law_version", "rates_used", "missing"].map(|n| field(n, DataType::Utf8View)));
    fields.push(field("derived_rates_used", DataType::Boolean));
    Fields::from(fields)
}

/// Which fields of [`all_fields`] a call gives, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wanted(pub(super) u64);

impl Wanted {
    pub(super) const ALL: Wanted = Wanted(u64::MAX);

    pub(super) fn has(self, position: usize) -> bool {
        self.0 & (1 << position) != 0
    }

    pub(super) fn of(self, fields: &Fields) -> Fields {
        fields.iter().enumerate().filter(|(n, _)| self.has(*n)).map(|(_, f)| Arc::clone(f)).collect()
    }
}

/// Collects the rows of a call.
pub(super) struct Output<'a, const N: usize> {
    spec: &'static Spec,
    wanted: Wanted,
    texts: Option<Texts<'a>>,
    /// Values by field; `gross` last. Empty where not wanted.
    values: Vec<Vec<i64>>,
    known: Vec<u32>,
    rules: Vec<u8>,
    versions: Vec<u8>,
    numbers: Vec<u32>,
}

impl<'a, const N: usize> Output<'a, N> {
    pub(super) fn new(book: &'a Book, arguments: &'static [Argument], wanted: Wanted, rows: usize) -> Self {
        let spec = book.spec;
        let room = |wanted: bool| if wanted { rows } else { 0 };
        let place = |field: usize| if field < spec.steps { field } else { field + 1 };
        let values = (0..N)
            .map(place)
            .chain([spec.steps])
            .map(|at| Vec::with_capacity(room(wanted.has(at))))
            .collect();
        let explained = (N + 3..=N + 5).any(|at| wanted.has(at));
        Self {
            spec,
            wanted,
            texts: explained.then(|| Texts::new(book, arguments)),
            values,
            known: Vec::with_capacity(rows),
            rules: Vec::with_capacity(room(wanted.has(N + 1))),
            versions: Vec::with_capacity(room(wanted.has(N + 2))),
            numbers: Vec::with_capacity(room(explained)),
        }
    }

    /// Position of a field in the full result.
    fn place(&self, field: usize) -> usize {
        if field < self.spec.steps { field } else { field + 1 }
    }

    /// Adds a calculated row.
    #[inline(always)]
    pub(super) fn push(&mut self, outcome: &Outcome<N>, law: &Law, day: i32) {
        self.row(outcome, law, day, law.version() as u8, false);
    }

    /// Adds a row that could not be calculated: needed facts, bounds, or no law for its day.
    pub(super) fn refuse(&mut self, stopped: Stopped, law: &Law, day: i32) {
        let no_law = stopped.is_empty();
        let outcome = Outcome { stopped, ..Outcome::new() };
        self.row(&outcome, law, day, NO_RULE, no_law);
    }

    #[inline(always)]
    fn row(&mut self, outcome: &Outcome<N>, law: &Law, day: i32, version: u8, no_law: bool) {
        for field in 0..N {
            if self.wanted.has(self.place(field)) {
                self.values[field].push(outcome.amounts[field]);
            }
        }
        if self.wanted.has(self.spec.steps) {
            self.values[N].push(outcome.gross);
        }
        self.known.push(outcome.known);
        if self.wanted.has(N + 1) {
            self.rules.push(outcome.rule);
        }
        if self.wanted.has(N + 2) {
            self.versions.push(version);
        }
        if let Some(texts) = &mut self.texts {
            self.numbers.push(texts.number(law, day, outcome.used, &outcome.stopped, no_law));
        }
    }

    /// The wanted columns in the order of the full result.
    pub(super) fn finish(mut self) -> Result<Vec<ArrayRef>> {
        let every = self.known.iter().fold(u32::MAX, |every, known| every & known);
        let mut columns = Vec::new();
        for at in 0..=N {
            if !self.wanted.has(at) {
                continue;
            }
            let (field, bit, unit) = match at {
                at if at < self.spec.steps => (at, 1 << at, self.spec.fields[at].unit),
                at if at == self.spec.steps => (N, GROSS, Unit::Kroner),
                at => (at - 1, 1 << (at - 1), self.spec.fields[at - 1].unit),
            };
            let nulls = (every & bit == 0).then(|| {
                NullBuffer::new(BooleanBuffer::collect_bool(self.known.len(), |i| self.known[i] & bit != 0))
            });
            columns.push(column(unit, std::mem::take(&mut self.values[field]), nulls)?);
        }
        if self.wanted.has(N + 1) {
            columns.push(words(self.spec.rules, &self.rules)?);
        }
        if self.wanted.has(N + 2) {
            let names: Vec<&str> = self.spec.versions.iter().map(|v| v.name).collect();
            columns.push(words(&names, &self.versions)?);
        }
        if let Some(texts) = &self.texts {
            let rows = UInt32Array::from(self.numbers);
            if self.wanted.has(N + 3) {
                columns.push(texts.used(&rows)?);
            }
            if self.wanted.has(N + 4) {
                columns.push(texts.missing(&rows)?);
            }
            if self.wanted.has(N + 5) {
                columns.push(texts.derived(&rows));
            }
        }
        Ok(columns)
    }
}

fn column(unit: Unit, values: Vec<i64>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    Ok(match unit {
        Unit::Kroner | Unit::Hundredths => {
            let values: Vec<i128> = values.into_iter().map(i128::from).collect();
            Arc::new(
                Decimal128Array::try_new(values.into(), nulls)?
                    .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?,
            )
        }
        Unit::Whole => Arc::new(Int64Array::try_new(values.into(), nulls)?),
        Unit::Flag => {
            let flags = BooleanBuffer::collect_bool(values.len(), |i| values[i] != 0);
            Arc::new(BooleanArray::new(flags, nulls))
        }
        Unit::Date => {
            let days: Vec<i32> = values.into_iter().map(|day| day as i32).collect();
            Arc::new(Date32Array::try_new(days.into(), nulls)?)
        }
        Unit::Word(list) => {
            let place = |(i, value): (usize, i64)| match &nulls {
                Some(nulls) if nulls.is_null(i) => u8::MAX,
                _ => value as u8,
            };
            let rows: Vec<u8> = values.into_iter().enumerate().map(place).collect();
            words(list, &rows)?
        }
    })
}
