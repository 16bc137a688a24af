//! Eight weeks and 74 hours to the day and the hundredth, and earlier employment.

use super::*;
use crate::benefits::testing::book;

fn facts() -> Facts {
    Facts {
        first_absence_day: day::from_civil(2023, 3, 1),
        employed_from: Some(day::from_civil(2023, 1, 4)),
        hours_in_8_weeks: Some(74_00),
        hours_with_earlier_employment: None,
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    EmployerRequirement::outcome(
        facts,
        book::<COUNT, EmployerRequirement>().on(facts.first_absence_day).unwrap(),
    )
}

fn met(facts: &Facts) -> (Option<i64>, Option<&'static str>, Option<i64>) {
    let out = outcome(facts);
    (
        out.get(MET),
        out.rule_of(RULES),
        out.get(PAYS_UNTIL).map(|day| day - i64::from(facts.first_absence_day)),
    )
}

#[test]
fn eight_weeks_to_the_day_and_74_hours() {
    assert_eq!(met(&facts()), (Some(1), Some("sdp_employer_8_weeks"), Some(30)));
    let short = Facts { hours_in_8_weeks: Some(73_99), ..facts() };
    assert_eq!(met(&short), (Some(0), Some("sdp_employer_not_met"), Some(0)));
    let late = Facts { employed_from: Some(day::from_civil(2023, 1, 5)), ..facts() };
    assert_eq!(outcome(&late).stopped().facts, 1 << arg::hours_with_earlier_employment.0);
}

#[test]
fn earlier_employment_at_the_same_employer_helps_a_short_one() {
    let short = |hours| Facts {
        employed_from: Some(day::from_civil(2023, 2, 1)),
        hours_in_8_weeks: None,
        hours_with_earlier_employment: Some(hours),
        ..facts()
    };
    assert_eq!(met(&short(74_00)), (Some(1), Some("sdp_employer_earlier_employment"), Some(30)));
    assert_eq!(met(&short(73_99)), (Some(0), Some("sdp_employer_not_met"), Some(0)));
}

#[test]
fn what_is_unknown_or_cannot_be_is_said() {
    for (facts, argument) in [
        (Facts { employed_from: None, ..facts() }, arg::employed_from),
        (Facts { hours_in_8_weeks: None, ..facts() }, arg::hours_in_8_weeks),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.get(MET), out.stopped().facts), (None, 1 << argument.0));
    }
    let same_day = Facts {
        employed_from: Some(facts().first_absence_day),
        hours_with_earlier_employment: Some(0),
        ..facts()
    };
    assert_eq!(met(&same_day).0, Some(0));
    let later = Facts { employed_from: Some(facts().first_absence_day + 1), ..same_day };
    assert_eq!(outcome(&later).stopped().gaps, 1 << EMPLOYED_LATER.0);
}
