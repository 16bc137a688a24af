//! The published boundaries, each ground, and every way of not knowing.

use proptest::prelude::*;

use super::*;
use crate::benefits::testing::book;

/// In employment with these hours, no other ground.
fn facts(hours: [i64; 6]) -> Facts {
    let [month_1, month_2, month_3, month_4, month_5, month_6] = hours.map(Some);
    Facts {
        first_absence_day: day::from_civil(2021, 9, 6),
        in_employment: Some(true),
        month_1,
        month_2,
        month_3,
        month_4,
        month_5,
        month_6,
        entitled_to_dagpenge: Some(false),
        education_ended: Some(false),
        paid_trainee: Some(false),
        flexjob: Some(false),
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Requirement::outcome(facts, book::<COUNT, Requirement>().on(facts.first_absence_day).unwrap())
}

fn met(facts: &Facts) -> (Option<i64>, Option<&'static str>) {
    let out = outcome(facts);
    (out.get(MET), out.rule_of(RULES))
}

const YES: (Option<i64>, Option<&str>) = (Some(1), Some("sdp_requirement_hours"));
const NO: (Option<i64>, Option<&str>) = (Some(0), Some("sdp_requirement_not_met"));

#[test]
fn the_boundaries_of_the_hours() {
    assert_eq!(met(&facts([40_00; 6])), YES);
    assert_eq!(met(&facts([48_00, 48_00, 48_00, 48_00, 48_00, 0])), YES);
    assert_eq!(met(&facts([48_00, 48_00, 48_00, 48_00, 47_99, 0])), NO);
    assert_eq!(met(&facts([39_99, 0, 160_00, 160_00, 160_00, 160_00])), NO);
    assert_eq!(met(&facts([40_00, 0, 160_00, 160_00, 160_00, 160_00])), YES);
    assert_eq!(met(&facts([39_99, 40_01, 40_00, 40_00, 40_00, 40_00])), YES);
    assert_eq!(met(&facts([39_99, 39_99, 160_00, 160_00, 160_00, 160_00])), NO);
    let out = outcome(&facts([48_00, 48_00, 48_00, 39_00, 48_00, 10_50]));
    assert_eq!((out.get(HOURS), out.get(MONTHS)), (Some(241_50), Some(4)));
}

#[test]
fn hours_without_employment_are_not_enough() {
    let none = Facts { in_employment: Some(false), ..facts([160_00; 6]) };
    assert_eq!(met(&none), NO);
    assert_eq!(outcome(&none).get(HOURS), None);
    let unknown = outcome(&Facts { in_employment: None, ..facts([160_00; 6]) });
    assert_eq!((unknown.get(MET), unknown.stopped().facts), (None, 1 << arg::in_employment.0));
    assert_eq!(met(&Facts { in_employment: None, ..facts([0; 6]) }), NO);
}

#[test]
fn each_other_ground_suffices_alone() {
    let none = Facts { in_employment: Some(false), ..facts([0; 6]) };
    for (facts, rule) in [
        (Facts { entitled_to_dagpenge: Some(true), ..none }, "sdp_requirement_dagpenge"),
        (Facts { education_ended: Some(true), ..none }, "sdp_requirement_education"),
        (Facts { paid_trainee: Some(true), ..none }, "sdp_requirement_trainee"),
        (Facts { flexjob: Some(true), ..none }, "sdp_requirement_flexjob"),
        (
            Facts { flexjob: Some(true), in_employment: None, month_1: None, education_ended: None, ..none },
            "sdp_requirement_flexjob",
        ),
    ] {
        assert_eq!(met(&facts), (Some(1), Some(rule)));
    }
    for (facts, argument) in [
        (Facts { entitled_to_dagpenge: None, ..none }, arg::entitled_to_dagpenge),
        (Facts { education_ended: None, ..none }, arg::education_ended),
        (Facts { paid_trainee: None, ..none }, arg::paid_trainee),
        (Facts { flexjob: None, ..none }, arg::flexjob),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.get(MET), out.stopped().facts), (None, 1 << argument.0));
    }
    assert_eq!(met(&Facts { flexjob: None, ..facts([40_00; 6]) }), YES);
}

#[test]
fn an_unknown_month_stops_only_where_it_decides() {
    let unknown = |n: usize, hours| {
        let mut given = facts(hours);
        *[
            &mut given.month_1,
            &mut given.month_2,
            &mut given.month_3,
            &mut given.month_4,
            &mut given.month_5,
            &mut given.month_6,
        ][n] = None;
        given
    };
    let arguments = [arg::month_1, arg::month_2, arg::month_3, arg::month_4, arg::month_5, arg::month_6];
    for (n, argument) in arguments.into_iter().enumerate() {
        assert_eq!(met(&unknown(n, [48_00; 6])), YES);
        let open = outcome(&unknown(n, [47_00; 6]));
        assert_eq!((open.get(MET), open.stopped().facts), (None, 1 << argument.0));
    }
    assert_eq!(met(&unknown(0, [0, 39_00, 39_00, 100_00, 100_00, 100_00])), NO);
    assert_eq!(outcome(&unknown(0, [0, 39_00, 100_00, 100_00, 100_00, 100_00])).get(MET), None);
}

#[test]
fn before_2016_the_requirement_is_not_known() {
    let early = Facts { first_absence_day: day::from_civil(2015, 12, 31), ..facts([160_00; 6]) };
    let out = outcome(&early);
    assert_eq!((out.get(MET), out.stopped().rates.count_ones()), (None, 3));
    assert_eq!(met(&Facts { flexjob: Some(true), ..early }).0, Some(1));
}

proptest! {
    #[test]
    fn knowing_a_month_never_turns_an_answer(hours in prop::array::uniform6(0..80_00i64), unknown in 0..6usize) {
        let whole = facts(hours);
        let mut part = whole;
        *[&mut part.month_1, &mut part.month_2, &mut part.month_3, &mut part.month_4, &mut part.month_5, &mut part.month_6][unknown] = None;
        let plain = hours.iter().sum::<i64>() >= 240_00 && hours.iter().filter(|h| **h >= 40_00).count() >= 5;
        prop_assert_eq!(met(&whole).0, Some(i64::from(plain)));
        let guess = met(&part).0;
        prop_assert!(guess.is_none() || guess == met(&whole).0);
    }
}
