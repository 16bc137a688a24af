//! Six months, the last month and 18½ hours, each alone decisive.

use super::*;
use crate::benefits::testing::book;

fn facts() -> Facts {
    Facts {
        first_absence_day: day::from_civil(2021, 9, 6),
        months_in_business: Some(6),
        last_month: Some(true),
        weekly_hours: Some(18_50),
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    SelfEmployedRequirement::outcome(
        facts,
        book::<COUNT, SelfEmployedRequirement>().on(facts.first_absence_day).unwrap(),
    )
}

#[test]
fn each_condition_decides_alone() {
    for (facts, met) in [
        (facts(), true),
        (Facts { months_in_business: Some(12), ..facts() }, true),
        (Facts { months_in_business: Some(5), ..facts() }, false),
        (Facts { last_month: Some(false), ..facts() }, false),
        (Facts { weekly_hours: Some(18_49), ..facts() }, false),
        (Facts { weekly_hours: Some(60_00), ..facts() }, true),
    ] {
        let out = outcome(&facts);
        let rule =
            if met { "sdp_self_employed_requirement" } else { "sdp_self_employed_requirement_not_met" };
        assert_eq!((out.get(MET), out.rule_of(RULES)), (Some(i64::from(met)), Some(rule)), "{facts:?}");
    }
}

#[test]
fn what_is_unknown_or_cannot_be_is_said() {
    let unknown = Facts { months_in_business: None, last_month: None, weekly_hours: None, ..facts() };
    let asked = [arg::months_in_business, arg::last_month, arg::weekly_hours];
    assert_eq!(outcome(&unknown).stopped().facts, asked.iter().fold(0, |bits, a| bits | 1 << a.0));
    let more = outcome(&Facts { months_in_business: Some(13), ..facts() });
    assert_eq!(more.stopped().gaps, 1 << MORE_MONTHS.0);
}
