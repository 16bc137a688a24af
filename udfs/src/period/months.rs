//! `period_months`: the months that a period touches.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, ListArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Field};
use datafusion_common::{Result, exec_err};

use super::days::{FAMILY, FROM, SOURCE, TO};
use super::list::Lists;
use crate::civil::{month_bounds, year_month_day};
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// A thousand years: more months than that are a mistake, and would fill the memory.
const MOST_MONTHS: i32 = 12_000;

/// The functions on months.
pub(super) static ALL: &[&Spec] = &[&MONTHS];

static MONTHS: Spec = Spec {
    name: "period_months",
    text: DocText {
        family: FAMILY,
        syntax: "period_months(from, to, horizon)",
        description: "The months with a day in the period and before the horizon, each as its first day, in order. As \
            rows: unnest(period_months(…)). The horizon is needed because open periods end in 2200: it is where the \
            question ends, for example the month after the one that is paid. A period of more than 12000 months is \
            an error.",
        arguments: &[FROM, TO, ("horizon", "date: no month that starts on or after this day")],
        returns: "list of dates; an empty list when the period has no day before the horizon",
        nulls: "when an argument is NULL",
        source: SOURCE,
        example: Example {
            sql: "SELECT period_months(DATE '2024-12-31', DATE '2200-01-01', DATE '2025-02-01') AS months",
            column: "months",
            value: "[2024-12-01, 2025-01-01]",
        },
    },
    kinds: &[Kind::Date, Kind::Date, Kind::Date],
    required: 3,
    returns: list_of_dates,
    kernel: months,
};

fn list_of_dates() -> DataType {
    DataType::new_list(DataType::Date32, true)
}

/// The number of months from year 0 to that of the day.
fn month_number(day: i32) -> i64 {
    let (year, month, _) = year_month_day(day);
    i64::from(year) * 12 + i64::from(month)
}

fn months(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [from, to, horizon] = [0, 1, 2].map(|i| args[i].as_primitive::<Date32Type>());
    let nulls = args.iter().fold(None, |nulls, arg| NullBuffer::union(nulls.as_ref(), arg.nulls()));
    let mut found = Lists::default();
    for row in 0..from.len() {
        let known = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let end = to.value(row).min(horizon.value(row));
        if known && from.value(row) < end {
            if month_number(end) - month_number(from.value(row)) > i64::from(MOST_MONTHS) {
                return exec_err!("period_months was given a period of more than {MOST_MONTHS} months");
            }
            let mut day = from.value(row);
            while day < end {
                let (first, next) = month_bounds(day);
                found.items.push(first);
                if next <= day {
                    break;
                }
                day = next;
            }
        }
        found.close();
    }
    let offsets = found.offsets()?;
    let item = Arc::new(Field::new_list_field(DataType::Date32, true));
    let days = Arc::new(Date32Array::from_iter_values(found.items));
    Ok(Arc::new(ListArray::try_new(item, offsets, days, nulls)?))
}
