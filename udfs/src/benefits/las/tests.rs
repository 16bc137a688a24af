//! The shared steps under uddannelseshjælp: a person of 27 away from the parents, whose rate of 2019 is 6259 kroner.

use proptest::prelude::*;

use crate::benefits::las::testing::{on, rates_with, row, row_under};
use crate::benefits::uddannelseshjaelp::{
    COUNT, DISREGARD, Facts, INCOME, INCOME_DEDUCTION, REDUCTION_225, SPOUSE_DEDUCTION, Uddannelseshjaelp,
};

const RATE: i64 = 625_900;

fn facts() -> Facts {
    Facts {
        period: on("2019-05-01"),
        birth_date: on("1992-02-10"),
        provider: Some(false),
        extra_child_allowance: None,
        lives_with_parent: Some(false),
        partner_on_assistance: None,
        pregnant_past_week_12: Some(false),
        severe_mental_illness: Some(false),
        vocational_education: Some(false),
        activity_ready: Some(false),
        residence_requirement_met: None,
        child_support: None,
        single: Some(true),
        work_income: Some(0),
        work_hours: None,
        other_income: Some(0),
        spouse_work_income: None,
        spouse_work_hours: None,
        spouse_other_income: None,
        spouse_help: None,
        spouse_opted_out: None,
        reduction_225: None,
    }
}

fn couple() -> Facts {
    Facts {
        single: Some(false),
        spouse_work_income: Some(0),
        spouse_other_income: Some(0),
        spouse_help: Some(RATE),
        ..facts()
    }
}

fn run(facts: &Facts) -> crate::benefits::las::testing::Row<COUNT> {
    row::<Uddannelseshjaelp, COUNT>(facts.period, facts)
}

#[test]
fn own_income_is_deducted_after_the_hourly_disregard() {
    // 27.32 kroner an hour in 2019; the conversion factor is 241.73.
    for (work, hours, disregard) in [
        (300_000, Some(1_000), 27_320),
        (300_000, Some(1_001), 27_347),
        (300_000, Some(0), 0),
        (900_000, Some(15_999), 437_093),
        (900_000, Some(16_000), 437_120),
        (900_000, Some(17_000), 437_120),
        (10_000, Some(1_000), 10_000),
        (0, Some(1_000), 0),
        // 2732 * 300000 / 24173 = 33905.6 øre.
        (300_000, None, 33_906),
        // 160 hours are 38676.80 kroner.
        (3_867_679, None, 437_120),
        (3_867_680, None, 437_120),
        (3_860_000, None, 436_252),
    ] {
        let result = run(&Facts { work_income: Some(work), work_hours: hours, ..facts() });
        assert_eq!(result.get(DISREGARD), Some(disregard), "{work} {hours:?}");
        assert_eq!(result.get(INCOME), Some(work));
        let deduction = (work - disregard).min(RATE);
        assert_eq!(result.get(INCOME_DEDUCTION), Some(-deduction), "{work} {hours:?}");
        assert_eq!(result.gross(), Some(RATE - deduction));
    }
    let result = run(&Facts { other_income: Some(100_001), ..facts() });
    assert_eq!((result.get(DISREGARD), result.gross()), (Some(0), Some(RATE - 100_001)));
}

#[test]
fn what_is_not_known_is_named() {
    let missing = |facts: Facts| {
        let result = run(&facts);
        assert_eq!(result.gross(), None);
        result.missing().to_string()
    };
    assert_eq!(missing(Facts { work_income: None, ..facts() }), "work_income");
    assert_eq!(missing(Facts { other_income: None, ..facts() }), "other_income");
    assert_eq!(missing(Facts { single: None, ..facts() }), "single");
    assert_eq!(missing(Facts { spouse_work_income: None, ..couple() }), "spouse_work_income");
    assert_eq!(missing(Facts { spouse_other_income: None, ..couple() }), "spouse_other_income");
    let worked = Facts { spouse_other_income: Some(1), ..couple() };
    assert_eq!(missing(Facts { spouse_help: None, ..worked }), "spouse_help");
    // One of the spouse's incomes known: a spouse there is.
    assert_eq!(missing(Facts { single: None, spouse_other_income: None, ..couple() }), "spouse_other_income");
    assert_eq!(run(&Facts { single: None, ..couple() }).gross(), Some(RATE));
    assert_eq!(run(&Facts { spouse_help: None, ..couple() }).gross(), Some(RATE));
    let no_factor =
        Facts { period: on("2018-05-01"), birth_date: on("1991-02-10"), work_income: Some(1), ..facts() };
    assert_eq!(
        missing(no_factor),
        "rate fradrag/work_income_disregard_per_hour at 2018-05-01: only derived; rate fradrag/conversion_factor_income_to_hours at \
         2018-05-01: no row"
    );
}

#[test]
fn a_factor_that_is_not_positive_is_refused() {
    for factor in [-1, 0, 1] {
        let rates = rates_with(&[("fradrag", "conversion_factor_income_to_hours", factor)], false);
        let worked = Facts { work_income: Some(100), ..facts() };
        let result = row_under::<Uddannelseshjaelp, COUNT>(&rates, worked.period, &worked);
        let refused = "error: the conversion factor of LAS § 31(3) is not positive";
        assert_eq!(result.missing(), if factor > 0 { "" } else { refused }, "{factor}");
    }
}

#[test]
fn single_with_a_spouse_is_a_contradiction() {
    let error = "error: single, but a spouse has income or a decision under § 26(3)";
    for facts in [
        Facts { spouse_work_income: Some(1), ..facts() },
        Facts { spouse_other_income: Some(1), ..facts() },
        Facts { spouse_opted_out: Some(true), ..facts() },
    ] {
        assert_eq!(run(&facts).missing(), error);
    }
    let nothing = Facts {
        spouse_work_income: Some(0),
        spouse_other_income: Some(0),
        spouse_opted_out: Some(false),
        ..facts()
    };
    assert_eq!(run(&nothing).gross(), Some(RATE));
}

#[test]
fn the_spouse_counts_above_the_own_help() {
    for (income, help, deduction) in [
        (RATE, RATE, 0),
        (RATE + 1, RATE, 1),
        (0, 0, 0),
        (1, 0, 1),
        (2 * RATE, RATE, RATE),
        (2 * RATE - 1, RATE, RATE - 1),
        (3 * RATE, RATE, RATE),
    ] {
        let result = run(&Facts { spouse_other_income: Some(income), spouse_help: Some(help), ..couple() });
        assert_eq!(result.get(SPOUSE_DEDUCTION), Some(-deduction), "{income} {help}");
        assert_eq!(result.gross(), Some(RATE - deduction));
    }
    // The spouse has an hourly disregard of the same kind: 10 hours are 273.20 kroner.
    let worked = Facts {
        spouse_work_income: Some(RATE),
        spouse_work_hours: Some(1_000),
        spouse_help: Some(0),
        ..couple()
    };
    assert_eq!(run(&worked).get(SPOUSE_DEDUCTION), Some(27_320 - RATE));
    let all_disregarded = Facts {
        spouse_work_income: Some(27_320),
        spouse_help: None,
        spouse_work_hours: Some(1_000),
        ..couple()
    };
    assert_eq!(run(&all_disregarded).gross(), Some(RATE));
}

#[test]
fn a_spouse_without_help_under_section_26_counts_above_the_adult_rate() {
    // § 25(2) in 2020: 15355 kroner for providers, 11554 for others.
    let year = Facts {
        period: on("2020-05-01"),
        birth_date: on("1993-02-10"),
        spouse_opted_out: Some(true),
        spouse_help: None,
        ..couple()
    };
    for (income, deduction) in [(1_155_400, 0), (1_155_401, 1), (1_155_300, 0)] {
        let result = run(&Facts { spouse_other_income: Some(income), ..year });
        assert_eq!(result.get(SPOUSE_DEDUCTION), Some(-deduction), "{income}");
    }
    let provider = Facts {
        provider: Some(true),
        extra_child_allowance: Some(false),
        spouse_other_income: Some(1_535_501),
        ..year
    };
    assert_eq!(run(&provider).get(SPOUSE_DEDUCTION), Some(-1));
    assert_eq!(
        run(&Facts { spouse_other_income: Some(1), spouse_help: Some(1), ..year }).missing(),
        "error: a decision under § 26(3), but the spouse has help"
    );
    assert_eq!(
        run(&Facts { spouse_other_income: Some(1), spouse_help: Some(0), ..year }).get(SPOUSE_DEDUCTION),
        Some(0)
    );
    assert_eq!(run(&Facts { spouse_other_income: Some(1), provider: None, ..year }).missing(), "provider");
}

#[test]
fn the_225_hour_reduction_needs_the_rule_to_be_in_force() {
    let reduced = Facts { reduction_225: Some(52_600), ..facts() };
    let result = run(&reduced);
    assert_eq!((result.get(REDUCTION_225), result.gross()), (Some(-52_600), Some(RATE - 52_600)));
    assert_eq!(run(&Facts { reduction_225: Some(RATE + 1), ..facts() }).gross(), Some(0));
    // The reduction comes before income.
    let both = run(&Facts { reduction_225: Some(RATE - 100), other_income: Some(500), ..facts() });
    assert_eq!(
        (both.get(REDUCTION_225), both.get(INCOME_DEDUCTION), both.gross()),
        (Some(100 - RATE), Some(-100), Some(0))
    );
    let in_month = |period: &str| {
        let rates = rates_with(&[], true);
        let facts = Facts {
            period: on(period),
            birth_date: on(period) - 27 * 366,
            reduction_225: Some(1),
            ..facts()
        };
        row_under::<Uddannelseshjaelp, COUNT>(&rates, facts.period, &facts).missing().to_string()
    };
    assert_eq!(in_month("2016-09-01"), "error: reduction_225 outside October 2016 to June 2025");
    assert_eq!(in_month("2016-10-01"), "");
    assert_eq!(in_month("2025-06-01"), "");
}

fn amount() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        4 => (0..=2_000_000i64).prop_map(Some),
        1 => Just(Some(crate::law::money::MAX_OERE)),
        1 => Just(Some(0)),
    ]
}

proptest! {
    /// The steps add up, none has the wrong sign, and the help is neither negative nor more than the rate.
    #[test]
    fn the_steps_are_the_help(
        (work, hours, other) in (amount(), proptest::option::of(0..=74_400i64), amount()),
        (spouse_work, spouse_hours, spouse_other) in (amount(), proptest::option::of(0..=74_400i64), amount()),
        (single, opted_out, help, reduction) in (proptest::option::of(any::<bool>()), proptest::option::of(any::<bool>()), amount(), amount()),
    ) {
        let facts = Facts {
            single,
            work_income: work,
            work_hours: hours,
            other_income: other,
            spouse_work_income: spouse_work,
            spouse_work_hours: spouse_hours,
            spouse_other_income: spouse_other,
            spouse_help: help,
            spouse_opted_out: opted_out,
            reduction_225: reduction,
            ..facts()
        };
        let result = run(&facts);
        if let Some(gross) = result.gross() {
            let steps = [REDUCTION_225, INCOME_DEDUCTION, SPOUSE_DEDUCTION].map(|step| result.get(step).unwrap());
            prop_assert!(steps.iter().all(|step| *step <= 0));
            prop_assert_eq!(gross, RATE + steps.iter().sum::<i64>());
            prop_assert!((0..=RATE).contains(&gross));
            prop_assert!(result.get(DISREGARD) <= work);
            // Written from the rule, in exact fractions of an øre: what is left after each person's counted income.
            let whole = 100 * 24_173i128;
            let counted = |work: Option<i64>, hours: Option<i64>, other: Option<i64>| {
                let (work, other) = (i128::from(work.unwrap()), i128::from(other.unwrap()));
                let hours = hours.map_or(work * 100, |hours| i128::from(hours) * 24_173).min(160 * whole);
                (work * whole - 2732 * hours).max(0) + other * whole
            };
            let mut left = (i128::from(RATE) - i128::from(reduction.unwrap_or(0))).max(0) * whole;
            left = (left - counted(work, hours, other)).max(0);
            if single != Some(true) {
                let spouse = counted(spouse_work, spouse_hours, spouse_other);
                match help {
                    Some(free) if opted_out != Some(true) => {
                        left = (left - (spouse - i128::from(free) * whole).max(0)).max(0);
                    }
                    _ if spouse > whole / 2 => return Ok(()),
                    _ => {}
                }
            }
            // Each person's disregard is rounded once, to the nearest øre.
            prop_assert!((i128::from(gross) * whole - left).abs() <= whole, "{} {}", gross, left / whole);
        } else {
            prop_assert!(!result.missing().is_empty());
        }
    }
}
