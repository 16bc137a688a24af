use std::sync::Arc;

use super::rules::{Band, Family, Version, decide};
use super::*;
use crate::benefits::frame::{Book, Explained, Facts as _, explain};
use crate::law::{Rates, day};

fn on(text: &str) -> i32 {
    day::parse(text).unwrap()
}

/// A single person without income.
fn person(period: &str, birth: &str, provider: bool) -> Facts {
    Facts {
        period: on(period),
        birth_date: on(birth),
        provider: Some(provider),
        extra_child_allowance: None,
        single: Some(true),
        lives_with_parent: None,
        partner_on_assistance: None,
        pregnant_past_week_12: None,
        severe_mental_illness: None,
        vocational_education: None,
        activity_ready: None,
        residence_requirement_met: None,
        employment_requirement_met: None,
        work_income: Some(0),
        work_hours: None,
        other_income: Some(0),
        spouse_work_income: None,
        spouse_work_hours: None,
        spouse_other_income: None,
        spouse_help: None,
        child_support: None,
        spouse_opted_out: None,
        reduction_225: None,
    }
}

fn calculate(facts: &Facts, rates: &Arc<Rates>) -> (Outcome<COUNT>, Explained) {
    let book = Book::new(SPEC, rates);
    let outcome = Kontanthjaelp::outcome(facts, book.on(facts.period).unwrap());
    (outcome, explain(&book, Facts::ARGUMENTS, facts.period, &outcome))
}

fn run(facts: &Facts) -> (Outcome<COUNT>, Explained) {
    calculate(facts, &Rates::shipped().unwrap())
}

fn derived() -> Arc<Rates> {
    Rates::with_overlay(&[], true).unwrap()
}

#[test]
fn an_adult_gets_the_published_rate() {
    let (outcome, words) = run(&person("2023-05-01", "1983-02-10", true));
    assert_eq!((outcome.gross(), words.missing.as_str()), (Some(1_587_400), ""));
    assert_eq!(words.rates_used, "kontanthjaelp/age_30_plus_provider@2023-01-01");
    assert_eq!((words.rule_id, words.law_version), (Some("kh_30_provider"), Some("las_2016")));
    assert_eq!(run(&person("2024-12-01", "1983-02-10", true)).0.gross(), Some(1_638_200));
    let turned_30 = person("2023-05-01", "1993-05-01", false);
    assert_eq!(run(&turned_30).0.gross(), Some(1_194_400));
    let the_day_after = Facts { birth_date: on("1993-05-02"), ..turned_30 };
    assert!(run(&the_day_after).1.missing.contains("vocational_education"));
}

#[test]
fn hours_are_disregarded_up_to_160() {
    let mut facts = person("2019-03-01", "1980-01-01", false);
    facts.work_income = Some(1_000_000);
    facts.work_hours = Some(17_000);
    facts.other_income = Some(50_000);
    let outcome = run(&facts).0;
    // 27.32 x 160 = 4371.20; 10 000 - 4371.20 + 500 = 6128.80; 11 423 - 6128.80 = 5294.20
    assert_eq!(outcome.get(DISREGARD), Some(437_120));
    assert_eq!((outcome.get(INCOME_DEDUCTION), outcome.gross()), (Some(-612_880), Some(529_420)));
    facts.work_hours = None;
    // 10 000 / 241.73 = 41.3685 hours x 27.32 = 1130.1866
    assert_eq!(run(&facts).0.get(DISREGARD), Some(113_019));
    facts.period = on("2022-03-01");
    let missing = run(&facts).1.missing;
    assert!(missing.contains("rate fradrag/conversion_factor_income_to_hours at 2022-03-01: no row"));
    facts.period = on("2023-03-01");
    let missing = run(&facts).1.missing;
    assert!(missing.contains("work_income_disregard_per_hour at 2023-03-01: only derived"), "{missing}");
    let (outcome, words) = calculate(&facts, &derived());
    assert!(outcome.gross().is_some() && words.derived_rates_used, "{words:?}");
}

#[test]
fn the_spouse_counts_above_the_spouses_own_help() {
    let mut facts = person("2014-06-01", "1970-01-01", false);
    facts.single = Some(false);
    facts.spouse_work_income = Some(2_137_800);
    facts.spouse_work_hours = Some(0);
    facts.spouse_other_income = Some(0);
    facts.spouse_help = Some(1_068_900);
    // Published limit for two adults without children, 2014: 21 378 kr.
    assert_eq!(run(&facts).0.gross(), Some(0));
    facts.spouse_work_income = Some(2_137_700);
    let outcome = run(&facts).0;
    assert_eq!((outcome.gross(), outcome.get(SPOUSE_DEDUCTION)), (Some(100), Some(-1_068_800)));
    facts.spouse_help = None;
    assert_eq!(run(&facts).1.missing, "spouse_help");
    facts.single = None;
    (facts.spouse_work_income, facts.spouse_other_income) = (None, None);
    assert_eq!(run(&facts).1.missing, "single");
    facts.single = Some(true);
    facts.spouse_work_income = Some(1);
    assert_eq!(run(&facts).1.missing, "error: single, but a spouse has income or a decision under § 26(3)");
}

/// Under 30 with a vocational education, away from the parents: 7069 kroner in 2016, 3899 more with the activity supplement.
fn young(period: &str) -> Facts {
    Facts {
        birth_date: on(period) - 27 * 366,
        lives_with_parent: Some(false),
        pregnant_past_week_12: Some(false),
        severe_mental_illness: Some(false),
        vocational_education: Some(true),
        activity_ready: Some(false),
        ..person(period, "1990-01-01", false)
    }
}

#[test]
fn child_support_is_added_up_to_the_maximum_of_section_25() {
    // § 25(4) in 2016: 14575 kroner; the rate is 7069, so 7506 are left.
    let plain = young("2016-05-01");
    for (granted, paid) in [(0, 0), (1, 1), (750_600, 750_600), (750_601, 750_600), (9_000_000, 750_600)] {
        let outcome = run(&Facts { child_support: Some(granted), ..plain }).0;
        assert_eq!(
            (outcome.get(CHILD_SUPPORT), outcome.gross()),
            (Some(paid), Some(706_900 + paid)),
            "{granted}"
        );
    }
    assert_eq!(run(&plain).0.get(CHILD_SUPPORT), Some(0));
    // With the activity supplement of 3899 the two readings agree up to 3607.
    let active = Facts { activity_ready: Some(true), child_support: Some(360_700), ..plain };
    assert_eq!(run(&active).0.gross(), Some(1_457_500));
    let above = run(&Facts { child_support: Some(360_701), ..active });
    assert!(above.1.missing.starts_with("rule: child support above the maximum"), "{}", above.1.missing);
    // A maximum that is only derived, an age and a system it was not read for.
    for (facts, missing) in [
        (
            young("2020-05-01"),
            "rate kontanthjaelp/under_30_child_maintenance_max_total at 2020-05-01: only derived",
        ),
        (
            person("2016-05-01", "1980-01-01", false),
            "rule: child support from 30 years on: the supplement of § 25(4) was read for those under 30 only",
        ),
        (
            Facts { residence_requirement_met: Some(false), ..person("2025-07-01", "1980-01-01", false) },
            "rule: child support from 2025-07-01: no supplement for it was read",
        ),
    ] {
        assert_eq!(run(&Facts { child_support: Some(1), ..facts }).1.missing, missing);
        assert_eq!(run(&Facts { child_support: Some(0), ..facts }).1.missing, "");
    }
}

#[test]
fn the_225_hour_reduction_comes_before_income() {
    let person = person("2020-05-01", "1980-01-01", false);
    // 11554 kroner, less 1054 by the decision.
    let reduced = Facts { reduction_225: Some(105_400), other_income: Some(100_000), ..person };
    let outcome = run(&reduced).0;
    assert_eq!(outcome.get(REDUCTION_225), Some(-105_400));
    assert_eq!((outcome.get(INCOME_DEDUCTION), outcome.gross()), (Some(-100_000), Some(950_000)));
    let all = run(&Facts { reduction_225: Some(1_155_300), ..reduced }).0;
    assert_eq!((all.get(INCOME_DEDUCTION), all.gross()), (Some(-100), Some(0)));
    assert_eq!(run(&Facts { reduction_225: Some(9_000_000), ..reduced }).0.gross(), Some(0));
    for (period, missing) in [
        ("2016-09-01", "error: reduction_225 outside October 2016 to June 2025"),
        ("2016-10-01", ""),
        ("2025-06-01", ""),
        ("2025-07-01", "error: reduction_225 outside October 2016 to June 2025"),
    ] {
        let facts = Facts {
            residence_requirement_met: (period == "2025-07-01").then_some(false),
            ..self::person(period, "1980-01-01", period != "2025-07-01")
        };
        assert_eq!(run(&Facts { reduction_225: Some(0), ..facts }).1.missing, missing, "{period}");
        assert_eq!(run(&facts).1.missing, "", "{period}");
    }
}

#[test]
fn a_spouse_who_opted_out_counts_above_the_adult_rate() {
    let couple = Facts {
        single: Some(false),
        spouse_work_income: Some(0),
        spouse_other_income: Some(1_155_400),
        spouse_opted_out: Some(true),
        ..person("2020-05-01", "1980-01-01", false)
    };
    for (income, deduction) in [(1_155_400, 0), (1_155_401, 1), (9_000_000, 1_155_400)] {
        let outcome = run(&Facts { spouse_other_income: Some(income), ..couple }).0;
        assert_eq!(outcome.get(SPOUSE_DEDUCTION), Some(-deduction), "{income}");
    }
    let provider = Facts { provider: Some(true), spouse_other_income: Some(1_535_501), ..couple };
    assert_eq!(run(&provider).0.get(SPOUSE_DEDUCTION), Some(-1));
    for (facts, missing) in [
        (
            Facts { spouse_help: Some(1), ..couple },
            "error: a decision under § 26(3), but the spouse has help",
        ),
        (Facts { spouse_opted_out: Some(false), ..couple }, "spouse_help"),
        (
            Facts { single: Some(true), spouse_other_income: None, ..couple },
            "error: single, but a spouse has income or a decision under § 26(3)",
        ),
    ] {
        assert_eq!(run(&facts).1.missing, missing);
    }
}

#[test]
fn the_system_of_2025_pays_what_is_published_and_names_what_is_not() {
    let mut facts = person("2025-07-01", "1990-01-01", false);
    facts.residence_requirement_met = Some(false);
    assert_eq!(run(&facts).0.gross(), Some(678_900));
    facts.residence_requirement_met = Some(true);
    let (outcome, words) = run(&facts);
    assert_eq!(words.missing, "rate kontanthjaelp_2025/raised_rate at 2025-07-01: only derived");
    assert_eq!(outcome.gross(), None);
    let (outcome, words) = calculate(&facts, &derived());
    assert_eq!((outcome.gross(), words.derived_rates_used), (Some(1_249_800 + 109_200), true));
    facts.residence_requirement_met = Some(false);
    facts.work_income = Some(100);
    assert!(run(&facts).1.missing.starts_with("rule: income offset from 2025-07-01"));
}

#[test]
fn the_supplement_for_single_providers_is_for_the_single() {
    let mut facts = person("2025-07-01", "1990-01-01", true);
    (facts.residence_requirement_met, facts.extra_child_allowance) = (Some(false), Some(true));
    assert_eq!(run(&facts).0.get(SUPPLEMENT), Some(278_400 + 163_800));
    (facts.single, facts.spouse_work_income, facts.spouse_other_income) = (Some(false), Some(0), Some(0));
    assert_eq!(run(&facts).0.get(SUPPLEMENT), Some(278_400));
    facts.single = None;
    assert_eq!(run(&facts).1.missing, "single");
}

#[test]
fn a_birth_date_that_cannot_be_one_is_refused() {
    for birth in ["2023-05-02", "1872-05-01"] {
        let missing = run(&person("2023-05-01", birth, true)).1.missing;
        assert_eq!(missing, "error: birth_date is after the period or more than 150 years before it");
    }
    assert!(run(&person("2023-05-01", "1872-05-02", true)).0.gross().is_some());
    assert_eq!(run(&person("2023-05-01", "2010-05-02", true)).1.missing, "rule: under 18");
}

#[test]
fn facts_a_version_does_not_read_change_nothing() {
    for version in Version::ALL {
        for band in Band::ALL {
            for flags in 0..3_u32.pow(7) {
                let fact = |n: u32| [None, Some(false), Some(true)][(flags / 3_u32.pow(n) % 3) as usize];
                let plain = Family {
                    provider: fact(0),
                    extra_child_allowance: fact(1),
                    lives_with_parent: fact(2),
                    activity_ready: fact(3),
                    single: fact(4),
                    severe_mental_illness: fact(5),
                    residence_requirement_met: fact(6),
                    ..Family::default()
                };
                let mut other = plain;
                if version.is_new_system() {
                    (other.partner_on_assistance, other.vocational_education) = (fact(5), fact(4));
                    (other.pregnant_past_week_12, other.severe_mental_illness) = (fact(4), None);
                } else {
                    other.single = None;
                }
                assert_eq!(decide(version, band, &other), decide(version, band, &plain));
            }
        }
    }
}
