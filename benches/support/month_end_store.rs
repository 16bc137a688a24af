//! A store for the month-end: persons, cases with their facts, and incomes in one file a month.

use advisql::store::{AsOf, CommitInfo, CommitKind, CommitOutcome, DataFile, Store, Transaction};
use advisql::{Error, Result};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, NaiveDate};

use super::{case_rows, income_rows, person_rows};

/// The open end of a period, 2200-01-01.
pub const OPEN_END: i32 = day(2200, 1, 1);
/// Ids made into one batch.
const STEP: usize = 16 * 1024;
/// The last month of income; the month the run is made for.
const LAST: (i32, u32) = (2022, 12);

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Persons; a third of them have income.
    pub persons: i64,
    /// Cases, each of its own person but for a few.
    pub cases: i64,
    /// Months of income, the last one December 2022; about half a line a person and month.
    pub months: u32,
    /// What the random numbers start from.
    pub seed: u64,
    /// A step through the persons that meets each of them once, and the number that undoes it.
    stride: (i64, i64),
}

impl Shape {
    /// At least as many persons as cases.
    pub fn new(persons: i64, cases: i64, months: u32, seed: u64) -> Self {
        let persons = persons.max(cases).max(1);
        let step = (persons * 381 / 1000..).find(|step| gcd(*step, persons) == 1).unwrap_or(1);
        Self { persons, cases, months, seed, stride: (step, inverse(step, persons)) }
    }

    /// The person of a case: spread over all persons, one case each; every 500th case is the second one of
    /// the person before it.
    pub fn person_of(&self, case: i64) -> i64 {
        let case = if case % 500 == 0 { case - 1 } else { case };
        1 + case * self.stride.0 % self.persons
    }

    /// Whether a person may be the citizen of a case.
    pub fn has_case(&self, person: i64) -> bool {
        (person - 1) * self.stride.1 % self.persons <= self.cases
    }

    /// The case whose citizen is married to the citizen of this one, where both have a case.
    pub fn neighbour(&self, case: i64) -> i64 {
        if case % 2 == 0 { case - 1 } else { case + 1 }
    }
}

/// The number that gives 1 when multiplied with `step` modulo `modulus` (extended Euclid).
fn inverse(step: i64, modulus: i64) -> i64 {
    let (mut rest, mut last, mut x, mut last_x) = (modulus, step, 0, 1);
    while rest != 0 {
        let quotient = last / rest;
        (last, rest) = (rest, last - quotient * rest);
        (last_x, x) = (x, last_x - quotient * x);
    }
    last_x.rem_euclid(modulus)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// One month of income.
#[derive(Debug, Clone, Copy)]
pub struct Month {
    /// Position in the series, from 0.
    pub index: u32,
    /// First day.
    pub first: i32,
    /// First day of the next month.
    pub next: i32,
}

/// The day number of a date (days since 1970-01-01).
pub const fn day(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let era = year / 400;
    let year_of_era = year - era * 400;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date of a day number.
pub fn naive(day: i32) -> NaiveDate {
    NaiveDate::default() + chrono::TimeDelta::days(i64::from(day))
}

/// Noon of a day, in microseconds.
pub fn instant(day: i32) -> Option<i64> {
    Some((i64::from(day) * 24 + 12) * 3_600_000_000)
}

/// Fills an empty store in one commit; `progress` is told what is done. Returns the number of income lines.
pub async fn fill(store: &Store, shape: Shape, progress: fn(&str)) -> Result<u64> {
    let base = store.snapshot(AsOf::Latest).await?;
    let mut transaction = store.begin(&base);
    let persons =
        write(&transaction, "persons", shape.persons, |ids| person_rows::batch(&shape, ids)).await?;
    progress("persons");
    let cases = write(&transaction, "cases", shape.cases, |ids| case_rows::cases(&shape, ids)).await?;
    let facts = write(&transaction, "case_facts", shape.cases, |ids| case_rows::facts(&shape, ids)).await?;
    progress("cases and facts");
    let runtime = tokio::runtime::Handle::current();
    let mut lines = 0;
    let mut incomes = Vec::new();
    for pair in months(shape.months).chunks(2) {
        let one = |month: Month| {
            write(&transaction, "incomes", shape.persons, move |ids| income_rows::batch(&shape, month, ids))
        };
        // Two months at once, each on a thread of its own.
        let files: Vec<Vec<DataFile>> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                pair.iter().map(|month| scope.spawn(|| runtime.block_on(one(*month)))).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|_| Err(stopped())))
                .collect::<Result<_>>()
        })?;
        lines += files.iter().flatten().map(|file| file.rows).sum::<u64>();
        incomes.extend(files.into_iter().flatten());
        progress("two months of income");
    }
    transaction.add("persons", persons);
    transaction.add("cases", cases);
    transaction.add("case_facts", facts);
    transaction.add("incomes", incomes);
    let info = CommitInfo {
        kind: CommitKind::Generate,
        by: "benchmark".to_owned(),
        message: format!("Data of the month-end benchmark: {shape:?}"),
        detail: serde_json::Value::Null,
    };
    match transaction.commit(info).await? {
        CommitOutcome::Committed { .. } => Ok(lines),
        CommitOutcome::MarkDiffers { mark, .. } => Err(Error::Conflict(mark)),
    }
}

fn stopped() -> Error {
    Error::Store("a thread that wrote a month stopped".to_owned())
}

async fn write(
    transaction: &Transaction,
    table: &str,
    count: i64,
    batch: impl Fn(std::ops::Range<i64>) -> Result<RecordBatch>,
) -> Result<Vec<DataFile>> {
    let mut writer = transaction.writer(table)?;
    for from in (1..=count).step_by(STEP) {
        writer.write(&batch(from..(from + STEP as i64).min(count + 1))?)?;
    }
    writer.finish().await
}

/// The months up to [`LAST`].
fn months(count: u32) -> Vec<Month> {
    let first = |back: u32| {
        let months = LAST.0 * 12 + LAST.1 as i32 - 1 - back as i32;
        day(months / 12, months % 12 + 1, 1)
    };
    let after = naive(first(0)).checked_add_months(chrono::Months::new(1)).unwrap_or_default();
    (0..count)
        .map(|index| Month {
            index,
            first: first(count - 1 - index),
            next: if index + 1 == count {
                day(after.year(), after.month() as i32, 1)
            } else {
                first(count - 2 - index)
            },
        })
        .collect()
}
