use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

fn facts() -> Facts {
    Facts {
        period: on("2020-05-01"),
        decided: Some(true),
        single: Some(true),
        level: Some(Level::Adult),
        decided_amount: None,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Reduction225, COUNT>(facts.period, facts)
}

#[test]
fn only_a_decision_reduces() {
    let none = Facts { decided: Some(false), single: None, level: None, ..facts() };
    assert_eq!((run(&none).gross(), run(&none).rule()), (Some(0), "rule_225_none"));
    for (facts, missing) in [
        (Facts { decided: None, ..facts() }, "decided"),
        (Facts { single: None, ..facts() }, "single"),
        (Facts { level: None, ..facts() }, "level"),
        (Facts { single: Some(false), ..facts() }, "decided_amount"),
    ] {
        assert_eq!((run(&facts).missing(), run(&facts).gross()), (missing, None));
    }
}

#[test]
fn the_amount_by_the_level_of_the_rate() {
    for (period, level, amount, rule) in [
        ("2016-10-01", Level::Adult, 100_000, "rule_225_adult"),
        ("2016-10-01", Level::Lower, 50_000, "rule_225_lower"),
        ("2017-01-01", Level::Adult, 101_600, "rule_225_adult"),
        ("2017-12-01", Level::Lower, 50_800, "rule_225_lower"),
        ("2020-05-01", Level::Adult, 105_400, "rule_225_adult"),
        ("2020-05-01", Level::Lower, 52_600, "rule_225_lower"),
        ("2022-12-01", Level::Adult, 106_900, "rule_225_adult"),
        ("2018-05-01", Level::Student, 0, "rule_225_student"),
    ] {
        let result = run(&Facts { period: on(period), level: Some(level), ..facts() });
        assert_eq!((result.gross(), result.rule()), (Some(amount), rule), "{period} {level:?}");
        assert_eq!(result.get(REDUCTION), Some(amount));
    }
    let later = Facts { period: on("2024-05-01"), ..facts() };
    assert!(run(&later).missing().ends_with("at 2024-05-01: only derived"));
    assert_eq!(
        row_under::<Reduction225, COUNT>(&rates_with(&[], true), later.period, &later).gross(),
        Some(112_500)
    );
}

#[test]
fn a_decision_for_spouses_states_the_amount() {
    let married = Facts { single: Some(false), level: None, decided_amount: Some(1_169_800), ..facts() };
    assert_eq!((run(&married).gross(), run(&married).rule()), (Some(1_169_800), "rule_225_spouse"));
    assert_eq!(run(&Facts { decided_amount: Some(105_400), ..facts() }).gross(), Some(105_400));
    let other = Facts { decided_amount: Some(105_399), ..facts() };
    assert_eq!(
        run(&other).missing(),
        "error: decided_amount of an unmarried person is not the amount of the law"
    );
}

#[test]
fn the_rule_lived_from_october_2016_to_june_2025() {
    for (date, law) in
        [("2016-09-30", false), ("2016-10-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<Reduction225, COUNT>(on(date)), law, "{date}");
    }
}
