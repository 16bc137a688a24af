use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

/// A person of 40 with kontanthjælp and a bill of 2600 kroner.
fn facts() -> Facts {
    Facts {
        treatment_date: on("2023-05-10"),
        birth_date: on("1983-05-10"),
        help: Some(Help::Cash),
        supplement: None,
        cost: Some(260_000),
        other_subsidies: Some(0),
        own_payment_made: Some(0),
        approved: None,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<DentalSubsidy, COUNT>(facts.treatment_date, facts)
}

#[test]
fn the_share_by_age_help_and_supplement() {
    for (birth, help, supplement, percent, rule) in [
        ("2005-05-10", None, None, 100, "dental_under_25"),
        ("1998-05-11", Some(Help::Cash), None, 100, "dental_under_25"),
        ("1998-05-10", Some(Help::Cash), None, 65, "dental_25_plus"),
        ("1998-05-10", Some(Help::Education), Some(false), 100, "dental_25_29_without_supplement"),
        ("1998-05-10", Some(Help::Education), Some(true), 65, "dental_25_plus"),
        ("1993-05-11", Some(Help::Integration), Some(false), 100, "dental_25_29_without_supplement"),
        ("1993-05-10", Some(Help::Integration), Some(false), 65, "dental_25_plus"),
        ("1993-05-10", None, None, 65, "dental_25_plus"),
    ] {
        let result = run(&Facts { birth_date: on(birth), help, supplement, ..facts() });
        assert_eq!((result.get(PERCENT), result.rule()), (Some(percent * 100), rule), "{birth} {help:?}");
        assert_eq!(result.gross(), Some(2_000 * percent));
        assert_eq!(result.get(OWN_SHARE), Some(2_000 * percent - 200_000));
    }
    assert_eq!(run(&Facts { birth_date: on("2005-05-11"), ..facts() }).missing(), "rule: under 18");
    let young = Facts { birth_date: on("1995-01-01"), ..facts() };
    assert_eq!(run(&Facts { help: None, ..young }).missing(), "help");
    assert_eq!(run(&Facts { help: Some(Help::Education), ..young }).missing(), "supplement");
}

#[test]
fn own_payment_and_other_subsidies_come_first() {
    for (cost, other, made, own, paid) in [
        (260_000, 0, 0, 60_000, 130_000),
        (260_000, 0, 60_000, 0, 169_000),
        (260_000, 0, 59_999, 1, 168_999),
        (260_000, 100_000, 0, 60_000, 65_000),
        (60_000, 0, 0, 60_000, 0),
        (60_001, 0, 0, 60_000, 1),
        (50_000, 0, 0, 50_000, 0),
        (50_000, 50_000, 0, 0, 0),
        (60_003, 0, 0, 60_000, 2),
    ] {
        let facts =
            Facts { cost: Some(cost), other_subsidies: Some(other), own_payment_made: Some(made), ..facts() };
        let result = run(&facts);
        assert_eq!(result.gross(), Some(paid), "{cost} {other} {made}");
        assert_eq!(result.get(COST), Some(cost));
        assert_eq!(result.get(OTHER_SUBSIDIES), Some(-other));
        assert_eq!(result.get(OWN_PAYMENT_LEFT), Some(-own), "{cost} {other} {made}");
    }
    assert_eq!(
        run(&Facts { other_subsidies: Some(260_001), ..facts() }).missing(),
        "error: other_subsidies are more than the bill"
    );
    assert_eq!(
        run(&Facts { own_payment_made: Some(60_001), ..facts() }).missing(),
        "error: own_payment_made is more than the own payment of a year"
    );
}

#[test]
fn a_large_bill_needs_approval() {
    let large = Facts { cost: Some(1_000_001), ..facts() };
    assert_eq!(run(&Facts { cost: Some(1_000_000), ..facts() }).gross(), Some(611_000));
    assert_eq!(run(&large).missing(), "approved");
    assert_eq!(run(&Facts { approved: Some(true), ..large }).gross(), Some(611_001));
    let refused = run(&Facts { approved: Some(false), ..large });
    assert_eq!((refused.gross(), refused.rule()), (Some(0), "dental_not_approved"));
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts { cost: None, other_subsidies: None, own_payment_made: None, ..facts() };
    assert_eq!(run(&unknown).missing(), "cost; other_subsidies; own_payment_made");
    assert!(!has_law::<DentalSubsidy, COUNT>(on("2013-12-31")));
}
