//! Boundaries of every step, published examples, and what must hold for any facts.

use proptest::prelude::*;

use super::*;
use crate::benefits::testing::{book, book_with};

fn month(year: i32, month: u32) -> i32 {
    day::from_civil(year, month, 1)
}

/// A month of 2024 with wage, far below the lønloft.
fn facts() -> Facts {
    Facts {
        period: month(2024, 5),
        flex_wage: Some(15_600_00),
        other_wage: Some(0),
        full_time_pay: Some(99_000_00),
        holiday_supplement: Some(0),
        other_benefit_days: Some(0),
        wage_month: None,
        flexjob_from: None,
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Fleksloentilskud::outcome(facts, book::<COUNT, Fleksloentilskud>().on(facts.period).unwrap())
}

fn steps(facts: &Facts) -> [i64; 5] {
    let out = outcome(facts);
    [MAXIMUM, BELOW_LIMIT, ABOVE_LIMIT, CEILING, OTHER_BENEFIT].map(|step| out.get(step).unwrap())
}

#[test]
fn the_published_calculator_of_2024() {
    let out = outcome(&Facts { full_time_pay: Some(32_067_00), ..facts() });
    assert_eq!((out.get(BELOW_LIMIT), out.gross()), (Some(-4_680_00), Some(15_272_00)));
    assert_eq!(out.get(ELEVATED_ATP), Some(500_00));
}

#[test]
fn the_limit_divides_the_wage_at_its_own_oere() {
    let wage = |flex_wage| steps(&Facts { flex_wage: Some(flex_wage), ..facts() });
    assert_eq!(wage(16_323_00)[1..3], [-4_896_90, 0]);
    assert_eq!(wage(16_323_01)[1..3], [-4_896_90, -1]);
    assert_eq!(wage(16_322_99)[1..3], [-4_896_90, 0]);
    assert_eq!(wage(16_322_98)[1..3], [-4_896_89, 0]);
    assert_eq!(wage(16_323_03)[1..3], [-4_896_90, -2]);
    let copenhagen = Facts { period: month(2020, 3), flex_wage: Some(16_000_00), ..facts() };
    assert_eq!(steps(&copenhagen)[..3], [18_701_00, -4_489_50, -569_25]);
}

#[test]
fn other_wage_counts_as_wage_but_not_towards_the_ceiling() {
    let out = outcome(&Facts {
        flex_wage: Some(10_000_00),
        other_wage: Some(5_600_00),
        full_time_pay: Some(25_272_00),
        ..facts()
    });
    assert_eq!((out.get(WAGE), out.get(CEILING), out.gross()), (Some(15_600_00), Some(0), Some(15_272_00)));
    assert_eq!(out.rule_of(RULES), Some("flex_subsidy"));
}

#[test]
fn high_wage_leaves_nothing_and_then_no_full_time_pay_is_needed() {
    // 19,952 − 4,896.90 = 15,055.10 = 55 % of 27,372.91: the subsidy ends at 43,695.91.
    let wage = |flex_wage| Facts { flex_wage: Some(flex_wage), full_time_pay: None, ..facts() };
    let end = outcome(&wage(43_695_91));
    assert_eq!((end.get(ABOVE_LIMIT), end.gross()), (Some(-15_055_10), Some(0)));
    assert_eq!(outcome(&wage(43_695_89)).gross(), None);
    assert_eq!(outcome(&Facts { full_time_pay: Some(99_000_00), ..wage(43_695_89) }).gross(), Some(1));
    let above = outcome(&wage(900_000_00));
    assert_eq!(
        (above.get(BELOW_LIMIT), above.get(ABOVE_LIMIT), above.gross()),
        (Some(-4_896_90), Some(-15_055_10), Some(0))
    );
}

#[test]
fn the_ceiling_cuts_to_the_oere_and_ferietillaeg_raises_it() {
    // 15,600 + 15,272 = 30,872.
    let ceiling = |full_time_pay, holiday_supplement| {
        outcome(&Facts { full_time_pay: Some(full_time_pay), holiday_supplement, ..facts() })
    };
    assert_eq!(ceiling(30_872_00, None).get(CEILING), Some(0));
    assert_eq!(ceiling(30_871_99, None).gross(), None);
    let cut = ceiling(30_871_99, Some(0));
    assert_eq!((cut.get(CEILING), cut.rule_of(RULES)), (Some(-1), Some("flex_subsidy_ceiling")));
    let raised = ceiling(30_871_99, Some(1));
    assert_eq!((raised.get(CEILING), raised.rule_of(RULES)), (Some(0), Some("flex_subsidy")));
    assert_eq!(ceiling(15_600_00, Some(0)).gross(), Some(0));
    assert_eq!(ceiling(15_600_01, Some(0)).gross(), Some(1));
    assert_eq!(ceiling(0, Some(0)).gross(), Some(0));
    assert_eq!(ceiling(10_000_00, Some(15_600_00)).gross(), Some(10_000_00));
    assert!(ceiling(10_000_00, Some(15_600_01)).stopped().gaps != 0);
}

#[test]
fn days_with_another_benefit_take_their_share_of_21_6667() {
    let days = |days| outcome(&Facts { other_benefit_days: Some(days), ..facts() });
    assert_eq!(days(5).get(OTHER_BENEFIT), Some(-3_524_30));
    assert_eq!(days(21).get(OTHER_BENEFIT), Some(-14_802_07));
    assert_eq!((days(22).gross(), days(31).gross()), (Some(0), Some(0)));
    assert_eq!((days(32).gross(), days(32).stopped().gaps != 0), (None, true));
    let after_ceiling =
        outcome(&Facts { other_benefit_days: Some(5), full_time_pay: Some(20_600_00), ..facts() });
    assert_eq!(after_ceiling.get(OTHER_BENEFIT), Some(-1_153_84));
    let before_the_order = outcome(&Facts { period: month(2022, 2), other_benefit_days: Some(1), ..facts() });
    assert_eq!((before_the_order.gross(), before_the_order.stopped().rates != 0), (None, true));
    // Of a subsidy that full-time pay takes away, no share is left to take.
    let nothing_left = Facts { period: month(2022, 2), other_benefit_days: Some(1), ..facts() };
    let nothing_left = outcome(&Facts { full_time_pay: Some(15_600_00), ..nothing_left });
    assert_eq!((nothing_left.gross(), nothing_left.get(OTHER_BENEFIT)), (Some(0), Some(0)));
    assert_eq!(outcome(&Facts { flex_wage: Some(0), other_benefit_days: Some(32), ..facts() }).gross(), None);
}

#[test]
fn elevated_atp_is_five_per_cent_and_stops_at_500() {
    let atp =
        |full_time_pay| outcome(&Facts { full_time_pay: Some(full_time_pay), ..facts() }).get(ELEVATED_ATP);
    assert_eq!(atp(25_600_00), Some(500_00));
    assert_eq!(atp(25_599_90), Some(500_00));
    assert_eq!(atp(25_599_89), Some(499_99));
    assert_eq!(atp(25_600_90), Some(500_00));
    assert_eq!(atp(15_620_00), Some(1_00));
}

#[test]
fn no_wage_is_no_subsidy_whatever_else_is_unknown() {
    let out = outcome(&Facts {
        flex_wage: Some(0),
        other_wage: None,
        full_time_pay: None,
        other_benefit_days: None,
        ..facts()
    });
    assert_eq!(
        (out.gross(), out.rule_of(RULES), out.get(ELEVATED_ATP)),
        (Some(0), Some("flex_no_wage"), Some(0))
    );
    assert!(outcome(&Facts { flex_wage: Some(1), ..facts() }).gross() > Some(0));
}

#[test]
fn the_wage_is_of_the_month_before() {
    let of = |period, wage_month| outcome(&Facts { period, wage_month: Some(wage_month), ..facts() });
    assert!(of(month(2024, 1), month(2023, 12)).gross().is_some());
    assert!(of(month(2024, 3), month(2024, 2)).gross().is_some());
    for wrong in [month(2024, 3), month(2024, 4), month(2024, 1), month(2023, 2)] {
        assert_eq!(of(month(2024, 3), wrong).stopped().gaps, 1 << WAGE_MONTH.0);
    }
}

#[test]
fn a_flexjob_from_before_2013_is_not_this_scheme() {
    let from = |from| outcome(&Facts { flexjob_from: Some(from), ..facts() });
    assert_eq!(from(day::from_civil(2012, 12, 31)).stopped().gaps, 1 << OLD_SCHEME.0);
    assert!(from(day::from_civil(2013, 1, 1)).gross().is_some());
}

#[test]
fn each_unknown_fact_is_named_and_a_year_without_rates_says_so() {
    for (unknown, argument) in [
        (Facts { flex_wage: None, ..facts() }, arg::flex_wage),
        (Facts { other_wage: None, ..facts() }, arg::other_wage),
        (Facts { full_time_pay: None, ..facts() }, arg::full_time_pay),
        (Facts { other_benefit_days: None, ..facts() }, arg::other_benefit_days),
    ] {
        let out = outcome(&unknown);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
    let year_2023 = Facts { period: month(2023, 5), ..facts() };
    assert_eq!(outcome(&year_2023).stopped().rates, 1 << MAX.0);
    let derived = Fleksloentilskud::outcome(
        &year_2023,
        book_with::<COUNT, Fleksloentilskud>(true).on(year_2023.period).unwrap(),
    );
    assert_eq!(derived.gross(), Some(19_333_00 - 4_680_00));
}

proptest! {
    #[test]
    fn steps_add_up_and_nothing_is_negative(
        flex in 0..60_000_00i64, other in 0..60_000_00i64, full_time in 0..60_000_00i64,
        supplement in 0..60_000_00i64, days in 0..=31i64, year in 2016..=2020i32,
    ) {
        let given = Facts {
            period: month(year, 6),
            flex_wage: Some(flex),
            other_wage: Some(other),
            full_time_pay: Some(full_time),
            holiday_supplement: Some(supplement.min(flex)),
            other_benefit_days: Some(0),
            ..facts()
        };
        let out = outcome(&given);
        let gross = out.gross().unwrap();
        prop_assert_eq!(gross, steps(&given).iter().sum::<i64>());
        prop_assert!((0..=steps(&given)[0]).contains(&gross));
        prop_assert!(steps(&given)[1..].iter().all(|step| *step <= 0));
        prop_assert!(gross == 0 || gross + flex <= full_time + supplement.min(flex));
        // More wage never gives a larger subsidy, and more income never a smaller sum of wage and subsidy below the lønloft.
        let more = outcome(&Facts { other_wage: Some(other + 1_00), ..given }).gross().unwrap();
        prop_assert!(more <= gross && (more == 0 || gross - more <= 56));
        let late = Facts { period: month(2024, 6), other_benefit_days: Some(days), ..given };
        prop_assert!(outcome(&late).gross() >= Some(0));
    }
}
