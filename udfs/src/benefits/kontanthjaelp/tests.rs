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
    assert_eq!(run(&facts).1.missing, "error: single, but a spouse has income");
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
