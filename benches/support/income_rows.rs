//! Rows of `incomes`: one month after another, each sorted by person and payer.

use std::sync::Arc;

use advisql::Result;
use advisql::store::contract::contract;
use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, StringViewBuilder, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;

use super::month_end_store::{Month, Shape, instant};
use super::random::Random;

const PERSON: u64 = 4;
const LINE: u64 = 5;

struct Line {
    person: i64,
    group: &'static str,
    payer: u64,
    /// Øre.
    amount: i64,
    /// Hundredths of an hour.
    hours: Option<i64>,
    kind: &'static str,
    registered: i32,
}

/// The lines of the persons `ids` in one month. 32 % of the persons ever have income, 85 % of them in a given
/// month, one to five lines each; 1 % of the lines are followed by a correction, 3 % state no hours.
pub fn batch(shape: &Shape, month: Month, ids: std::ops::Range<i64>) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for person in ids {
        push(shape, month, person, &mut rows);
    }
    let texts = |of: &dyn Fn(&Line) -> String| -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.append_value(of(row)));
        Arc::new(builder.finish())
    };
    let codes = |of: fn(&Line) -> &'static str| -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.append_value(of(row)));
        Arc::new(builder.finish())
    };
    let same = |day: i32| -> ArrayRef { Arc::new(Date32Array::from_value(day, rows.len())) };
    let columns = vec![
        Arc::new(rows.iter().map(|row| row.person).collect::<Int64Array>()) as ArrayRef,
        same(month.first),
        codes(|row| row.group),
        texts(&|row| format!("{:08}", row.payer)),
        same(month.first),
        same(month.next),
        same(month.next - 1),
        Arc::new(
            rows.iter()
                .map(|row| Some(i128::from(row.amount)))
                .collect::<Decimal128Array>()
                .with_precision_and_scale(12, 2)?,
        ),
        Arc::new(
            rows.iter()
                .map(|row| row.hours.map(i128::from))
                .collect::<Decimal128Array>()
                .with_precision_and_scale(9, 2)?,
        ),
        codes(|row| row.kind),
        Arc::new(
            rows.iter()
                .map(|row| instant(row.registered))
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        ),
    ];
    Ok(RecordBatch::try_new(contract("incomes")?.schema(), columns)?)
}

fn push(shape: &Shape, month: Month, person: i64, rows: &mut Vec<Line>) {
    let mut constant = Random::of(shape.seed, PERSON, person as u64);
    if !constant.per_mille(320) {
        return;
    }
    let mut random = Random::of(shape.seed, LINE, (person as u64) << 8 | u64::from(month.index));
    if !random.per_mille(850) {
        return;
    }
    // Log-normal pay around 21 000 kroner; people with a case work a little beside it.
    let scale = if shape.has_case(person) { 0.15 } else { 1.0 };
    let pay = (scale * (14.55 + 0.55 * constant.normal()).exp()) as i64;
    let first = rows.len();
    let lines = match random.below(100) {
        0..45 => 1,
        45..80 => 2,
        80..93 => 3,
        93..98 => 4,
        _ => 5,
    };
    for _ in 0..lines {
        let wage = random.per_mille(800);
        // 70 % of the pay does not change from month to month.
        let amount = if random.per_mille(700) { pay } else { pay * random.between(60, 140) as i64 / 100 };
        let line = Line {
            person,
            group: match (wage, random.below(4)) {
                (true, _) => "wage",
                (false, 0) => "holiday_pay",
                (false, 1) => "unemployment_benefit",
                (false, 2) => "pension",
                (false, _) => "other",
            },
            payer: 10_000_000 + (150_000.0 * constant.unit().powf(2.5)) as u64,
            amount: amount / lines,
            hours: (wage && !random.per_mille(30)).then(|| amount / lines / 180),
            kind: "original",
            registered: month.next - 1,
        };
        if random.per_mille(10) {
            let amount = -line.amount / 10;
            rows.push(Line {
                amount,
                hours: line.hours.map(|_| 0),
                kind: "correction",
                registered: month.next + 9,
                ..line
            });
        }
        rows.push(line);
    }
    rows[first..].sort_by_key(|row| (row.payer, row.registered));
}
