//! Both shares, both caps to the øre.

use super::*;
use crate::benefits::testing::book;

fn facts() -> Facts {
    Facts {
        period: day::from_civil(2019, 5, 1),
        flexjob_from: Some(day::from_civil(2012, 12, 31)),
        wage: Some(30_000_00),
        share: Some(Share::TwoThirds),
        hours: None,
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    FleksjobRefusion::outcome(facts, book::<COUNT, FleksjobRefusion>().on(facts.period).unwrap())
}

#[test]
fn half_or_two_thirds_of_the_wage() {
    let share = |share, wage| {
        let out = outcome(&Facts { share: Some(share), wage: Some(wage), ..facts() });
        (out.gross(), out.rule_of(RULES))
    };
    assert_eq!(share(Share::TwoThirds, 30_000_00), (Some(20_000_00), Some("flex_employer_two_thirds")));
    assert_eq!(share(Share::Half, 30_000_01), (Some(15_000_01), Some("flex_employer_half")));
    assert_eq!(share(Share::TwoThirds, 1).0, Some(1));
    assert_eq!(share(Share::Half, 0).0, Some(0));
}

#[test]
fn the_cap_is_a_twelfth_of_the_year_or_the_hours() {
    // 527,091 / 12 = 43,924.25; 273.93 × 160.33 = 43,919.20 (43,919.1969).
    let steps = |wage, hours| {
        let out = outcome(&Facts { wage: Some(wage), hours, share: Some(Share::Half), ..facts() });
        (out.get(WAGE_SHARE), out.get(CAP))
    };
    assert_eq!(steps(43_924_24, None), (Some(21_962_12), Some(0)));
    assert_eq!(steps(43_926_26, None), (Some(21_963_13), Some(-1_00)));
    assert_eq!(steps(43_919_20, Some(160_33)), (Some(21_959_60), Some(0)));
    assert_eq!(steps(43_921_20, Some(160_33)), (Some(21_960_60), Some(-1_00)));
    assert_eq!(steps(100_00, Some(0)), (Some(50_00), Some(-50_00)));
}

#[test]
fn what_is_unknown_or_of_another_scheme_is_said() {
    for (facts, argument) in [
        (Facts { flexjob_from: None, ..facts() }, arg::flexjob_from),
        (Facts { wage: None, ..facts() }, arg::wage),
        (Facts { share: None, ..facts() }, arg::share),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
    let new = outcome(&Facts { flexjob_from: Some(NEXT_SCHEME), ..facts() });
    assert_eq!(new.stopped().gaps, 1 << NEW_SCHEME.0);
    let later = outcome(&Facts { period: day::from_civil(2020, 1, 1), ..facts() });
    assert_eq!(later.stopped().rates, 1 << PER_YEAR.0);
}
