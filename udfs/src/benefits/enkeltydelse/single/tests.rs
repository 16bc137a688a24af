use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn facts() -> Facts {
    Facts {
        decision_date: on("2022-05-10"),
        purpose: Some(Purpose::Moving),
        granted: Some(450_000),
        repayable: Some(true),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Enkeltydelse, COUNT>(facts.decision_date, facts)
}

#[test]
fn grouping_by_purpose() {
    for (purpose, grouping, rule) in [
        (Purpose::Single, "008", "single_payment_81"),
        (Purpose::Treatment, "006", "single_payment_82"),
        (Purpose::Contact, "004", "single_payment_83"),
        (Purpose::OthersChild, "004", "single_payment_84"),
        (Purpose::Moving, "008", "single_payment_85"),
    ] {
        let result = run(&Facts { purpose: Some(purpose), ..facts() });
        assert_eq!((GROUPINGS[result.get(GROUPING).unwrap() as usize], result.rule()), (grouping, rule));
        assert_eq!(result.gross(), Some(450_000));
    }
}

#[test]
fn half_is_refunded_and_only_what_a_decision_says_is_repayable() {
    for (granted, refund) in [(450_000, 225_000), (1, 1), (3, 2), (0, 0)] {
        let result = run(&Facts { granted: Some(granted), ..facts() });
        assert_eq!((result.get(REFUND), result.get(REPAYABLE)), (Some(refund), Some(granted)));
        let free = run(&Facts { granted: Some(granted), repayable: Some(false), ..facts() });
        assert_eq!(
            (free.get(REFUND), free.get(REPAYABLE), free.gross()),
            (Some(refund), Some(0), Some(granted))
        );
    }
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts { purpose: None, granted: None, repayable: None, ..facts() };
    assert_eq!(run(&unknown).missing(), "purpose; granted; repayable");
    assert_eq!(run(&Facts { granted: None, ..facts() }).missing(), "granted");
    assert_eq!(run(&Facts { repayable: None, ..facts() }).missing(), "repayable");
    assert!(!has_law::<Enkeltydelse, COUNT>(on("2013-12-31")));
}
