//! The result columns of a call, only those a query reads.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, Field as ArrowField, Fields};
use datafusion_common::Result;

use super::input::Column;
use super::law::{Book, Law};
use super::outcome::{GROSS, NO_RULE, Outcome, Stopped};
use super::processor::Processor;
use super::spec::{Argument, FieldId, Spec, Unit};
use super::straight::Work;
use super::texts::{Texts, words};
use super::validity::Validity;
use super::wide::{self, Number};
use super::width::{Width, narrow_money, wide_money};

impl Unit {
    fn data_type(self, width: Width) -> DataType {
        match self {
            Unit::Kroner | Unit::Hundredths => width.money(),
            Unit::Whole => DataType::Int64,
            Unit::Flag => DataType::Boolean,
            Unit::Date => DataType::Date32,
            Unit::Word(_) => DataType::Utf8View,
        }
    }
}

/// The fields of the full result, in order.
pub(super) fn all_fields(spec: &Spec, width: Width) -> Fields {
    let field = |name: &str, data_type: DataType| ArrowField::new(name, data_type, true);
    let declared = |f: &super::spec::Field| field(f.name, f.unit.data_type(width));
    let (steps, details) = spec.fields.split_at(spec.steps);
    let mut fields: Vec<ArrowField> = steps.iter().map(declared).collect();
    fields.push(field("gross", width.money()));
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

/// The values of a field, in the width of its column.
#[derive(Debug)]
enum Values {
    /// Nobody reads the field.
    Unread,
    Decimal(Vec<i128>),
    Number(Vec<i64>),
    /// Those of a fact, where the field has a value: nothing is written.
    Given(ScalarBuffer<i128>),
    /// Likewise, of a fact of 64 bits.
    GivenNarrow(ScalarBuffer<i64>),
}

impl Values {
    /// Gives the rows before `end` a place. Places are made a block at a time, while it is in the cache.
    fn reach(&mut self, end: usize) {
        match self {
            Values::Decimal(values) if values.len() < end => values.resize(end, 0),
            Values::Number(values) if values.len() < end => values.resize(end, 0),
            _ => {}
        }
    }

    /// Adds a block's numbers; the caller is compiled for the processor `here`.
    #[inline(always)]
    fn lay<T: Number>(&mut self, lane: &[T], here: Processor) {
        match self {
            Values::Unread | Values::Given(_) | Values::GivenNarrow(_) => {}
            Values::Decimal(values) => wide::push(values, lane, here),
            Values::Number(values) => values.extend(lane.iter().map(|number| (*number).into())),
        }
    }
}

/// The rows of a call. Every row is written once, at its place.
#[derive(Debug)]
pub struct Output<'a, const N: usize> {
    spec: &'static Spec,
    wanted: Wanted,
    texts: Option<Texts<'a>>,
    /// Values by field; `gross` last.
    values: Vec<Values>,
    /// Whether `gross` has the values of the only step, which a query reads too: written once.
    one_step: bool,
    known: Vec<u32>,
    rules: Vec<u8>,
    versions: Vec<u8>,
    numbers: Vec<u32>,
}

impl<'a, const N: usize> Output<'a, N> {
    pub(super) fn new(
        book: &'a Book,
        arguments: &'static [Argument],
        wanted: Wanted,
        width: Width,
        rows: usize,
    ) -> Self {
        let spec = book.spec;
        let explained = (N + 3..=N + 5).any(|at| wanted.has(at));
        let one_step = spec.steps == 1 && wanted.has(0) && wanted.has(1);
        let values = |field: usize| {
            let at = if field < spec.steps { field } else { field + 1 };
            let (at, unit) =
                if field == N { (spec.steps, Unit::Kroner) } else { (at, spec.fields[field].unit) };
            match unit {
                _ if !wanted.has(at) || (field == N && one_step) => Values::Unread,
                Unit::Kroner | Unit::Hundredths if width == Width::Bits128 => {
                    Values::Decimal(Vec::with_capacity(rows))
                }
                _ => Values::Number(Vec::with_capacity(rows)),
            }
        };
        let room = |wanted: bool| if wanted { rows } else { 0 };
        Self {
            spec,
            wanted,
            texts: explained.then(|| Texts::new(book, arguments)),
            values: (0..=N).map(values).collect(),
            one_step,
            known: Vec::with_capacity(rows),
            rules: vec![NO_RULE; room(wanted.has(N + 1))],
            versions: vec![NO_RULE; room(wanted.has(N + 2))],
            numbers: vec![0; room(explained)],
        }
    }

    /// Takes the values of a field from the fact that it is, where that has their width.
    pub(super) fn give(&mut self, field: FieldId, fact: &Column) {
        let field = usize::from(field.0);
        let gross = (self.spec.steps == 1 && field == 0).then_some(N);
        for field in [field].into_iter().chain(gross) {
            let given = match (&self.values[field], fact) {
                (Values::Decimal(_), Column::Hundredths(fact)) => Values::Given(fact.values().clone()),
                (Values::Number(_), Column::Narrow(fact)) => Values::GivenNarrow(fact.values().clone()),
                _ => continue,
            };
            self.values[field] = given;
        }
    }

    /// Forgets the values written, so that the rows can be calculated again in the same memory.
    pub fn clear(&mut self) {
        self.known.clear();
        for values in &mut self.values {
            match values {
                Values::Unread | Values::Given(_) | Values::GivenNarrow(_) => {}
                Values::Decimal(values) => values.clear(),
                Values::Number(values) => values.clear(),
            }
        }
    }

    /// Writes a calculated row.
    #[inline(always)]
    pub(crate) fn put(&mut self, row: usize, outcome: &Outcome<N>, law: &Law, day: i32) {
        self.write(row, outcome, law, day, law.version() as u8, false);
    }

    /// Writes a row that could not be calculated: needed facts, bounds, or no law for its day.
    pub(super) fn refuse(&mut self, row: usize, stopped: Stopped, law: &Law, day: i32) {
        let no_law = stopped.is_empty();
        let outcome = Outcome { stopped, ..Outcome::new() };
        self.write(row, &outcome, law, day, NO_RULE, no_law);
    }

    #[inline(always)]
    fn write(&mut self, row: usize, outcome: &Outcome<N>, law: &Law, day: i32, version: u8, no_law: bool) {
        let amounts = outcome.amounts.iter().copied().chain([outcome.gross]);
        for (values, amount) in self.values.iter_mut().zip(amounts) {
            match values {
                Values::Unread | Values::Given(_) | Values::GivenNarrow(_) => {}
                Values::Decimal(values) => values[row] = i128::from(amount),
                Values::Number(values) => values[row] = amount,
            }
        }
        self.known[row] = outcome.known;
        if let Some(rule) = self.rules.get_mut(row) {
            *rule = outcome.rule;
        }
        if let Some(to) = self.versions.get_mut(row) {
            *to = version;
        }
        if let Some(texts) = &mut self.texts {
            self.numbers[row] = texts.number(law, day, outcome.used, &outcome.stopped, no_law);
        }
    }

    /// The wanted columns in the order of the full result.
    pub(super) fn finish(mut self) -> Result<Vec<ArrayRef>> {
        let mut validity = Validity::new(&self.known, GROSS | ((1 << N) - 1));
        let mut columns: Vec<ArrayRef> = Vec::new();
        for at in (0..=N).filter(|at| self.wanted.has(*at)) {
            let (field, bit, unit) = match at {
                at if at < self.spec.steps => (at, 1 << at, self.spec.fields[at].unit),
                at if at == self.spec.steps => (N, GROSS, Unit::Kroner),
                at => (at - 1, 1 << (at - 1), self.spec.fields[at - 1].unit),
            };
            let nulls = validity.of(bit);
            columns.push(match columns.first() {
                Some(step) if field == N && self.one_step => shared(step, nulls)?,
                _ => column(unit, std::mem::replace(&mut self.values[field], Values::Unread), nulls)?,
            });
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

impl<const N: usize> Output<'_, N> {
    /// Says that every field of the first `rows` rows has a value: what [`lay_kroner`](Self::lay_kroner) writes, or what a row that is
    /// calculated alone puts.
    pub(crate) fn all_known(&mut self, rows: usize) {
        self.known.resize(rows, GROSS | ((1 << N) - 1));
    }

    /// Writes a block's kroner of a field, `None` for `gross`; blocks follow each other. The caller is compiled for the processor `here`.
    #[inline(always)]
    pub(crate) fn lay_kroner(&mut self, field: Option<FieldId>, lane: &[i32], here: Processor) {
        self.values[field.map_or(N, |field| usize::from(field.0))].lay(lane, here);
    }

    /// Gives the rows before `end` a place; where nothing has been written there is 0.
    pub(crate) fn reach(&mut self, end: usize) {
        self.values.iter_mut().for_each(|values| values.reach(end));
        if self.known.len() < end {
            self.known.resize(end, 0);
        }
    }

    /// Writes the rows of a place from a block, all but their explanations; blocks follow each other. The caller is compiled for the
    /// processor `here`.
    #[inline(always)]
    pub(super) fn lay(&mut self, place: Range<usize>, work: &Work<N>, here: Processor) {
        let rows = place.len();
        for (values, lane) in self.values.iter_mut().zip(work.amounts.iter().chain([&work.gross])) {
            values.lay(&lane[..rows], here);
        }
        self.known.extend(work.known[..rows].iter().map(|known| *known as u32));
        for (to, rule) in self.rules.get_mut(place.clone()).into_iter().flatten().zip(&work.rules) {
            *to = *rule as u8;
        }
        if let Some(versions) = self.versions.get_mut(place) {
            versions.copy_from_slice(&work.versions[..rows]);
        }
    }

    /// Whether somebody reads the rules.
    pub(super) fn names_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// Whether somebody reads the law versions.
    pub(super) fn names_versions(&self) -> bool {
        !self.versions.is_empty()
    }

    /// Whether somebody reads the explanations.
    pub(super) fn explains(&self) -> bool {
        self.texts.is_some()
    }

    /// Writes the explanation of a row that used some rates, given as bits, and what stopped it.
    pub(super) fn explain(&mut self, row: usize, law: &Law, day: i32, used: u64, stopped: &Stopped) {
        if let Some(texts) = &mut self.texts {
            self.numbers[row] = texts.number(law, day, used, stopped, false);
        }
    }

    /// Where the rule of a row goes, by its position; empty where nobody reads it.
    pub(crate) fn rules(&mut self) -> &mut [u8] {
        &mut self.rules
    }

    /// Where the law version of a row goes, by its position; empty where nobody reads it.
    pub(crate) fn versions(&mut self) -> &mut [u8] {
        &mut self.versions
    }

    /// Where the number of a row's explanation goes; empty where nobody reads it.
    pub(crate) fn numbers(&mut self) -> &mut [u32] {
        &mut self.numbers
    }

    /// The number of the explanation of rows that used these rates and miss nothing.
    pub(crate) fn explanation(&mut self, law: &Law, used: u64) -> u32 {
        self.texts.as_mut().map_or(0, |texts| texts.number(law, 0, used, &Stopped::default(), false))
    }
}

/// Kroner with the values of a column of kroner.
fn shared(of: &ArrayRef, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    match of.data_type() {
        DataType::Decimal64(_, _) => narrow_money(of.as_primitive::<Decimal64Type>().values().clone(), nulls),
        _ => wide_money(of.as_primitive::<Decimal128Type>().values().clone(), nulls),
    }
}

fn column(unit: Unit, values: Values, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let values = match values {
        Values::Decimal(values) => return wide_money(values.into(), nulls),
        Values::Given(values) => return wide_money(values, nulls),
        Values::GivenNarrow(values) => return narrow_money(values, nulls),
        Values::Number(values) => values,
        Values::Unread => Vec::new(),
    };
    Ok(match unit {
        Unit::Kroner | Unit::Hundredths => narrow_money(values.into(), nulls)?,
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
