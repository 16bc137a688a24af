//! The limits to the day, and the windows over the ends of years.

use super::*;
use crate::benefits::testing::book;

fn outcome(year: i32, month: u32, pensioner: Option<bool>, paid_days: Option<i64>) -> Outcome<COUNT> {
    let facts = Facts { period: day::from_civil(year, month, 1), pensioner, paid_days };
    Duration::outcome(&facts, book::<COUNT, Duration>().on(facts.period).unwrap())
}

#[test]
fn more_than_22_weeks_in_nine_months() {
    let exceeded = |days| outcome(2023, 6, Some(false), Some(days)).get(EXCEEDED);
    assert_eq!((exceeded(0), exceeded(154), exceeded(155)), (Some(0), Some(0), Some(1)));
    let out = outcome(2023, 6, Some(false), Some(154));
    assert_eq!((out.get(LIMIT), out.rule_of(RULES)), (Some(154), Some("sdp_duration_22_weeks")));
    let day = |year, month| Some(i64::from(day::from_civil(year, month, 1)));
    assert_eq!((out.get(FROM), out.get(TO)), (day(2022, 10), day(2023, 7)));
}

#[test]
fn more_than_26_weeks_in_twelve_months_for_pensioners() {
    let exceeded = |days| outcome(2023, 6, Some(true), Some(days)).get(EXCEEDED);
    assert_eq!((exceeded(182), exceeded(183)), (Some(0), Some(1)));
    assert_eq!(outcome(2023, 6, Some(true), Some(1)).rule_of(RULES), Some("sdp_duration_26_weeks"));
}

#[test]
fn windows_pass_the_ends_of_years() {
    for (month, from) in [(1, (2022, 5)), (9, (2023, 1)), (8, (2022, 12)), (12, (2023, 4))] {
        let out = outcome(2023, month, Some(false), Some(0));
        assert_eq!(out.get(FROM), Some(i64::from(day::from_civil(from.0, from.1, 1))), "{month}");
    }
    let out = outcome(2023, 12, Some(true), Some(0));
    assert_eq!(out.get(FROM), Some(i64::from(day::from_civil(2023, 1, 1))));
    assert_eq!(out.get(TO), Some(i64::from(day::from_civil(2024, 1, 1))));
}

#[test]
fn the_window_is_known_before_the_days_are() {
    let out = outcome(2023, 6, Some(false), None);
    assert_eq!((out.get(EXCEEDED), out.stopped().facts), (None, 1 << arg::paid_days.0));
    assert_eq!(out.get(LIMIT), Some(154));
    let out = outcome(2023, 6, None, Some(1));
    assert_eq!((out.get(FROM), out.stopped().facts), (None, 1 << arg::pensioner.0));
}

#[test]
fn more_days_than_the_window_has_are_refused() {
    // October 2022 to June 2023 are 273 days.
    assert_eq!(outcome(2023, 6, Some(false), Some(273)).get(EXCEEDED), Some(1));
    assert_eq!(outcome(2023, 6, Some(false), Some(274)).stopped().gaps, 1 << MORE_DAYS.0);
}

#[test]
fn the_limit_begins_in_july_2014() {
    assert_eq!(outcome(2014, 6, Some(false), Some(1)).stopped().rates.count_ones(), 2);
    assert_eq!(outcome(2014, 7, Some(false), Some(1)).get(EXCEEDED), Some(0));
}
