//! Rows of `persons`.

use std::sync::Arc;

use advisql::Result;
use advisql::store::contract::contract;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, StringViewBuilder, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, NaiveDate};

use super::month_end_store::{OPEN_END, Shape, day, instant, naive};
use super::random::Random;

const SALT: u64 = 1;

/// One registration of one person.
struct Row {
    person: i64,
    birth: i32,
    man: bool,
    status: &'static str,
    municipality: i64,
    from: i32,
    to: i32,
}

/// The registrations of the persons `ids`: one each, two for the 3 % who moved, 0.3 % dead, 0.3 % abroad.
pub fn batch(shape: &Shape, ids: std::ops::Range<i64>) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for person in ids {
        push(shape, person, &mut rows);
    }
    let mut cpr = StringViewBuilder::with_capacity(rows.len());
    let mut name = StringViewBuilder::with_capacity(rows.len());
    let mut municipality = StringViewBuilder::with_capacity(rows.len());
    for row in &rows {
        cpr.append_value(replacement_number(naive(row.birth), row.person, row.man));
        name.append_value(format!("Testperson {}", row.person));
        municipality.append_value(format!("{:04}", row.municipality));
    }
    let text = |of: fn(&Row) -> &'static str| -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.append_value(of(row)));
        Arc::new(builder.finish())
    };
    let days =
        |of: fn(&Row) -> i32| -> ArrayRef { Arc::new(Date32Array::from_iter_values(rows.iter().map(of))) };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| row.person).collect::<Int64Array>()),
        Arc::new(cpr.finish()),
        Arc::new(name.finish()),
        days(|row| row.birth),
        text(|row| if row.man { "M" } else { "F" }),
        text(|row| row.status),
        Arc::new(rows.iter().map(|_| Some(false)).collect::<BooleanArray>()),
        Arc::new(municipality.finish()),
        days(|row| row.from),
        days(|row| row.to),
        Arc::new(
            rows.iter()
                .map(|row| instant(row.from))
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        ),
    ];
    Ok(RecordBatch::try_new(contract("persons")?.schema(), columns)?)
}

fn push(shape: &Shape, person: i64, rows: &mut Vec<Row>) {
    let mut random = Random::of(shape.seed, SALT, person as u64);
    let birth = birth_date(&mut random);
    // The second digit of the last pair tells the sex; the register's column says the same.
    let man = random.per_mille(500);
    let mut row = Row {
        person,
        birth,
        man,
        status: "01",
        municipality: municipality(&mut random),
        from: birth,
        to: OPEN_END,
    };
    match random.below(1000) {
        0..3 => {
            let end = random.between(day(2021, 1, 1), day(2023, 1, 1));
            rows.push(Row { to: end, ..row });
            row = Row { status: "90", from: end, ..row };
        }
        3..6 => {
            let end = random.between(day(2019, 1, 1), day(2023, 1, 1));
            rows.push(Row { to: end, ..row });
            row = Row { status: "80", from: end, ..row };
        }
        6..36 => {
            let moved = random.between(day(2019, 1, 1), day(2022, 12, 1));
            rows.push(Row { to: moved, ..row });
            row = Row { municipality: municipality(&mut random), from: moved, ..row };
        }
        _ => {}
    }
    rows.push(row);
}

/// Birth dates of adults: 18 to 66 years old at the end of 2022.
fn birth_date(random: &mut Random) -> i32 {
    random.between(day(1956, 1, 1), day(2004, 12, 1))
}

/// One of 98 codes, the first ones much more often.
fn municipality(random: &mut Random) -> i64 {
    101 + (98.0 * random.unit().powi(3)) as i64 * 7
}

/// A replacement number (day of birth + 60): no person has it.
fn replacement_number(birth: NaiveDate, person: i64, man: bool) -> String {
    let century_digit = if birth.year() >= 2000 { 4 } else { person / 500 % 4 };
    let last = person % 5 * 2 + i64::from(man);
    format!(
        "{:02}{:02}{:02}{century_digit}{:02}{last}",
        birth.day() + 60,
        birth.month(),
        birth.year() % 100,
        person / 5 % 100
    )
}
