//! The SQL functions that count the days of periods.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, PrimitiveArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type};
use datafusion_common::Result;

use crate::civil::month_bounds;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// The functions that count days.
pub(super) static ALL: &[&Spec] = &[&OVERLAP_DAYS, &MONTH_SHARE];

pub(super) const FAMILY: &str = "Period";
pub(super) const SOURCE: &str = "definition: periods are half-open, from ≤ d < to";
pub(super) const FROM: (&str, &str) = ("from", "date: the first day of the period");
pub(super) const TO: (&str, &str) = ("to", "date: the day after the last, 2200-01-01 for an open period");

/// Precision and scale of a share: 1.00000000 fits, and 1/28 to 1/31 keep eight digits.
const SHARE: (u8, i8) = (9, 8);

/// The days two periods have in common; 0 for periods that do not touch or that end before they start.
fn common_days(a_from: i32, a_to: i32, b_from: i32, b_to: i32) -> i32 {
    a_to.min(b_to).saturating_sub(a_from.max(b_from)).max(0)
}

static OVERLAP_DAYS: Spec = Spec {
    name: "period_overlap_days",
    text: DocText {
        family: FAMILY,
        syntax: "period_overlap_days(a_from, a_to, b_from, b_to)",
        description: "The number of days two periods have in common. A period that ends on or before its start has \
            no days.",
        arguments: &[
            ("a_from", "date: the first day of period a"),
            ("a_to", "date: the day after the last of period a"),
            ("b_from", "date: the first day of period b"),
            ("b_to", "date: the day after the last of period b"),
        ],
        returns: "integer, days, 0 or more",
        nulls: "when an argument is NULL",
        source: SOURCE,
        example: Example {
            sql: "SELECT period_overlap_days(DATE '2025-01-10', DATE '2200-01-01', DATE '2025-01-01', \
                DATE '2025-02-01') AS days",
            column: "days",
            value: "22",
        },
    },
    kinds: &[Kind::Date, Kind::Date, Kind::Date, Kind::Date],
    required: 4,
    returns: || DataType::Int32,
    kernel: |args| {
        let [a_from, a_to, b_from, b_to] = [0, 1, 2, 3].map(|i| args[i].as_primitive::<Date32Type>());
        let bounds = a_from.iter().zip(a_to).zip(b_from).zip(b_to);
        let days =
            bounds.map(|(((a_from, a_to), b_from), b_to)| Some(common_days(a_from?, a_to?, b_from?, b_to?)));
        Ok(Arc::new(days.collect::<PrimitiveArray<Int32Type>>()))
    },
};

static MONTH_SHARE: Spec = Spec {
    name: "period_month_share",
    text: DocText {
        family: FAMILY,
        syntax: "period_month_share(from, to, month)",
        description: "The share of a month's days that lie in the period, rounded half up at the eighth decimal. For \
            money, multiply the amount with the days first and divide by the days of the month last, so that nothing \
            is rounded twice.",
        arguments: &[FROM, TO, ("month", "date: any day of the month")],
        returns: "DECIMAL(9,8) from 0 to 1",
        nulls: "when an argument is NULL",
        source: SOURCE,
        example: Example {
            sql: "SELECT period_month_share(DATE '2025-06-16', DATE '2200-01-01', DATE '2025-06-01') AS share",
            column: "share",
            value: "0.50000000",
        },
    },
    kinds: &[Kind::Date, Kind::Date, Kind::Date],
    required: 3,
    returns: || DataType::Decimal128(SHARE.0, SHARE.1),
    kernel: |args| month_shares(args),
};

fn month_shares(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [from, to, month] = [0, 1, 2].map(|i| args[i].as_primitive::<Date32Type>());
    let shares =
        from.iter().zip(to).zip(month).map(|((from, to), month)| Some(month_share(from?, to?, month?)));
    let shares = shares.collect::<Decimal128Array>();
    Ok(Arc::new(shares.with_precision_and_scale(SHARE.0, SHARE.1)?))
}

/// The share in units of 10⁻⁸.
fn month_share(from: i32, to: i32, month: i32) -> i128 {
    let (first, next) = month_bounds(month);
    let days = i128::from(common_days(from, to, first, next));
    let length = i128::from(next.saturating_sub(first).max(1));
    (days * 100_000_000 * 2 + length) / (2 * length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn common_days_agree_with_counting(a in 0..60, b in 0..60, c in 0..60, d in 0..60) {
            let counted = (0..60).filter(|day| (a..b).contains(day) && (c..d).contains(day)).count() as i32;
            prop_assert_eq!(common_days(a, b, c, d), counted);
        }

        #[test]
        fn the_shares_of_the_parts_of_a_month_make_one(month in 0..30_000_i32, cut in 0..31_i32) {
            let (first, next) = month_bounds(month);
            let cut = (first + cut).min(next);
            let sum = month_share(i32::MIN, cut, month) + month_share(cut, i32::MAX, month);
            // Two roundings, each of at most half a unit.
            prop_assert!((sum - 100_000_000).abs() <= 1);
            prop_assert_eq!(month_share(first, next, month), 100_000_000);
        }
    }

    #[test]
    fn extreme_bounds_do_not_overflow() {
        assert_eq!(common_days(i32::MIN, i32::MAX, i32::MIN, i32::MAX), i32::MAX);
        assert_eq!(common_days(i32::MAX, i32::MIN, i32::MIN, i32::MAX), 0);
        assert!(month_share(i32::MIN, i32::MAX, i32::MAX) <= 100_000_000);
    }
}
