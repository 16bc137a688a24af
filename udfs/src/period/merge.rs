//! `period_merge`: the periods of a group as the fewest periods that hold the same days.

use arrow::array::{Array, ArrayRef, AsArray, Date32Array};
use arrow::datatypes::{DataType, Date32Type};
use datafusion_common::{Result, internal_err};
use datafusion_expr::AggregateUDF;

use super::aggregate;
use super::days::{FAMILY, SOURCE};
use super::grouped::Fold;
use super::list::{Lists, Period, PeriodColumn, list_type};
use crate::documentation::{DocText, Example};

const TEXT: DocText = DocText {
    family: FAMILY,
    syntax: "period_merge(from, to)",
    description: "The days of all periods of the group as the fewest possible periods, in order of time. Periods that \
        overlap or that follow each other without a gap become one. Ignored are periods with an unknown bound and \
        periods without days (to on or before from).",
    arguments: &[
        ("from", "date: the first day of the period"),
        ("to", "date: the day after the last, 2200-01-01 for an open period"),
    ],
    returns: "list of struct(\"from\" date, \"to\" date); an empty list when no period has days",
    nulls: "never",
    source: SOURCE,
    example: Example {
        sql: "SELECT array_length(period_merge(f, t)) AS periods FROM (VALUES (DATE '2025-01-01', DATE '2025-02-01'), \
            (DATE '2025-02-01', DATE '2025-03-01'), (DATE '2025-05-01', DATE '2025-06-01')) AS p(f, t)",
        column: "periods",
        value: "2",
    },
};

/// Merges periods `(from, to)`, sorted in place, into the fewest that hold the same days, in order.
pub fn islands(periods: &mut Vec<(i32, i32)>) {
    periods.retain(|(from, to)| from < to);
    periods.sort_unstable();
    periods.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
}

/// Calls `each` for the rows whose bounds are both known.
pub(super) fn read_bounds(columns: &[ArrayRef], mut each: impl FnMut(usize, Period)) -> Result<()> {
    let [from, to] = columns else {
        return internal_err!("an aggregate of periods was given {} columns", columns.len());
    };
    let (from, to): (&Date32Array, &Date32Array) = (from.as_primitive::<Date32Type>(), to.as_primitive());
    if from.null_count() + to.null_count() == 0 {
        for (row, period) in from.values().iter().copied().zip(to.values().iter().copied()).enumerate() {
            each(row, period);
        }
        return Ok(());
    }
    for (row, bounds) in from.iter().zip(to).enumerate() {
        if let (Some(from), Some(to)) = bounds {
            each(row, (from, to));
        }
    }
    Ok(())
}

/// The function to register.
pub(super) fn udaf() -> AggregateUDF {
    aggregate::udaf::<Merge>("period_merge", TEXT)
}

/// Collects periods; what is left of them is the result.
pub(super) struct Merge;

impl Fold for Merge {
    type Item = Period;

    fn state_type() -> DataType {
        list_type()
    }

    fn result_type() -> DataType {
        list_type()
    }

    fn read_arguments(columns: &[ArrayRef], mut each: impl FnMut(usize, Period)) -> Result<()> {
        read_bounds(columns, |row, period| {
            if period.0 < period.1 {
                each(row, period);
            }
        })
    }

    fn read_state(columns: &[ArrayRef], mut each: impl FnMut(usize, Period)) -> Result<()> {
        let [lists] = columns else {
            return internal_err!("period_merge was given {} state columns", columns.len());
        };
        let periods = PeriodColumn::new(lists)?;
        for row in 0..lists.len() {
            periods.periods(row).for_each(|period| each(row, period));
        }
        Ok(())
    }

    fn shorten(items: &mut Vec<Period>) {
        islands(items);
    }

    fn state(groups: &Lists<Period>) -> Result<ArrayRef> {
        groups.column(None)
    }

    fn result(groups: &Lists<Period>) -> Result<ArrayRef> {
        groups.column(None)
    }
}
