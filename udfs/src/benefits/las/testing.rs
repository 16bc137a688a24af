//! One row of a benefit, for tests.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, StringArray};
use arrow::record_batch::RecordBatch;

use crate::benefits::frame::{Benefit, Book, Explained, Facts, FieldId, Outcome, explain};
use crate::law::{Rates, day};

/// What a row gives.
pub(crate) struct Row<const N: usize> {
    outcome: Outcome<N>,
    pub(crate) words: Explained,
}

impl<const N: usize> Row<N> {
    pub(crate) fn get(&self, field: FieldId) -> Option<i64> {
        self.outcome.get(field)
    }

    pub(crate) fn gross(&self) -> Option<i64> {
        self.outcome.gross()
    }

    pub(crate) fn missing(&self) -> &str {
        &self.words.missing
    }

    pub(crate) fn rule(&self) -> &str {
        self.words.rule_id.unwrap_or("")
    }
}

/// One row under some rates; the day has to have a law.
pub(crate) fn row_under<B: Benefit<N>, const N: usize>(
    rates: &Arc<Rates>,
    on: i32,
    facts: &B::Facts,
) -> Row<N> {
    let book = Book::new(B::SPEC, rates);
    let law = book.on(on).unwrap_or_else(|| panic!("{} has no law on {}", B::SPEC.name, day::format(on)));
    let outcome = B::outcome(facts, law);
    let words = explain(&book, <B::Facts as Facts>::ARGUMENTS, on, &outcome);
    assert_eq!(words.missing.is_empty(), outcome.gross().is_some(), "{words:?}");
    Row { outcome, words }
}

/// One row under the shipped, published rates.
pub(crate) fn row<B: Benefit<N>, const N: usize>(on: i32, facts: &B::Facts) -> Row<N> {
    row_under::<B, N>(&Rates::shipped().unwrap(), on, facts)
}

/// Whether a benefit has a law on a day.
pub(crate) fn has_law<B: Benefit<N>, const N: usize>(on: i32) -> bool {
    Book::new(B::SPEC, &Rates::shipped().unwrap()).on(on).is_some()
}

/// The shipped rates, derived ones counting or not, with rows of a store: benefit, parameter, whole units.
pub(crate) fn rates_with(rows: &[(&str, &str, i64)], allow_derived: bool) -> Arc<Rates> {
    let text = |value: fn(&(&str, &str, i64)) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<StringArray>())
    };
    let same = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value; rows.len()])) };
    let date = |value: &str| -> ArrayRef {
        Arc::new(Date32Array::from(vec![day::parse(value).unwrap(); rows.len()]))
    };
    let amounts: Decimal128Array = rows.iter().map(|row| Some(i128::from(row.2) * 10_000)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("benefit", text(|row| row.0.to_string())),
        ("parameter", text(|row| row.1.to_string())),
        ("law_ref", same("a test")),
        ("amount", Arc::new(amounts.with_precision_and_scale(14, 4).unwrap())),
        ("unit", text(unit)),
        ("valid_from", date("2010-01-01")),
        ("valid_to", date("2200-01-01")),
        ("status", same("published")),
        ("source", same("a test")),
        ("note", same("a test")),
    ];
    Rates::with_overlay(&[RecordBatch::try_from_iter(columns).unwrap()], allow_derived).unwrap()
}

/// The unit the law has a rate in; that of a parameter of a store is free.
fn unit((benefit, parameter, _): &(&str, &str, i64)) -> String {
    let rates = Rates::shipped().unwrap();
    let row = rates.rows().iter().find(|row| row.benefit == *benefit && row.parameter == *parameter);
    row.map_or("dkk_per_month", |row| &row.unit).to_string()
}

/// A day.
pub(crate) fn on(text: &str) -> i32 {
    day::parse(text).unwrap()
}
