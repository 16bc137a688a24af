use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

/// Decision of 12 April 2021: May to August lie wholly within the 20 weeks from 1 May, which end on 17 September.
fn facts(period: &str) -> Facts {
    Facts {
        period: on(period),
        help: Some(1_169_800),
        decision_date: Some(on("2021-04-12")),
        established_date: Some(on("2021-03-20")),
        first_month: Some(on("2021-05-01")),
        other_sanction: Some(false),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<SanctionOneThird, COUNT>(facts.period, facts)
}

#[test]
fn one_third_less_in_whole_kroner() {
    for (help, left) in [
        (1_169_800, 779_900),
        (300, 200),
        (100, 100),
        (200, 100),
        (75, 100),
        (74, 0),
        (1_142_300, 761_500),
        (1_500_000, 1_000_000),
    ] {
        let result = run(&Facts { help: Some(help), ..facts("2021-05-01") });
        // Rounding never makes more of the help.
        assert_eq!(result.gross(), Some(left.min(help)), "{help}");
        assert_eq!(result.get(REDUCTION), Some((left - help).min(0)));
        assert_eq!((result.get(HELP), result.rule()), (Some(help), "unlawful_receipt_reduced"));
    }
}

#[test]
fn for_twenty_weeks() {
    for (period, rule) in [
        ("2021-04-01", "unlawful_receipt_not_yet"),
        ("2021-05-01", "unlawful_receipt_reduced"),
        ("2021-08-01", "unlawful_receipt_reduced"),
        ("2021-09-01", ""),
        ("2021-10-01", "unlawful_receipt_served"),
    ] {
        let result = run(&facts(period));
        assert_eq!(result.rule(), rule, "{period}");
        let left = if rule == "unlawful_receipt_reduced" { 779_900 } else { 1_169_800 };
        assert_eq!(result.gross(), (!rule.is_empty()).then_some(left));
    }
    assert_eq!(
        run(&facts("2021-09-01")).missing(),
        "rule: the 20 weeks end within this month: the help of a part of a month was not read"
    );
    // From 1 December 2021 the 140 days end on 19 April 2022; the year turns in between.
    let winter = |period| Facts { first_month: Some(on("2021-12-01")), ..facts(period) };
    assert_eq!(run(&winter("2021-12-01")).rule(), "unlawful_receipt_reduced");
    assert_eq!(run(&winter("2022-03-01")).rule(), "unlawful_receipt_reduced");
    assert!(run(&winter("2022-04-01")).missing().starts_with("rule: the 20 weeks"));
}

#[test]
fn postponed_and_lapsed() {
    let other = Facts { other_sanction: Some(true), ..facts("2021-06-01") };
    assert_eq!((run(&other).gross(), run(&other).rule()), (Some(1_169_800), "unlawful_receipt_postponed"));
    let none = Facts { help: Some(0), ..facts("2021-06-01") };
    assert_eq!((run(&none).gross(), run(&none).rule()), (Some(0), "unlawful_receipt_postponed"));
    let late = |established, period| {
        let facts =
            Facts { established_date: Some(on(established)), first_month: Some(on(period)), ..facts(period) };
        run(&facts).rule().to_string()
    };
    assert_eq!(late("2021-03-20", "2026-03-01"), "unlawful_receipt_reduced");
    assert_eq!(late("2021-03-20", "2026-04-01"), "unlawful_receipt_lapsed");
    assert_eq!(late("2021-03-01", "2026-03-01"), "unlawful_receipt_lapsed");
}

#[test]
fn dates_that_contradict_each_other() {
    let early = "error: first_month is not after the month of the decision";
    assert_eq!(run(&Facts { first_month: Some(on("2021-04-01")), ..facts("2021-05-01") }).missing(), early);
    let first_day = Facts { decision_date: Some(on("2021-05-01")), ..facts("2021-05-01") };
    assert_eq!(run(&first_day).missing(), early);
    assert_eq!(run(&Facts { decision_date: Some(on("2021-04-30")), ..facts("2021-05-01") }).missing(), "");
    let established = Facts { established_date: Some(on("2021-04-13")), ..facts("2021-05-01") };
    assert_eq!(run(&established).missing(), "error: established_date is after the decision");
    assert_eq!(run(&Facts { established_date: Some(on("2021-04-12")), ..facts("2021-05-01") }).missing(), "");
    let unknown = Facts {
        help: None,
        decision_date: None,
        established_date: None,
        first_month: None,
        other_sanction: None,
        ..facts("2021-05-01")
    };
    assert_eq!(run(&unknown).missing(), "help; decision_date; established_date; first_month; other_sanction");
    assert_eq!(run(&Facts { help: None, ..facts("2021-05-01") }).missing(), "help");
    assert!(
        !has_law::<SanctionOneThird, COUNT>(on("2019-12-31"))
            && has_law::<SanctionOneThird, COUNT>(on("2020-01-01"))
    );
}
