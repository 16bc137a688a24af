//! 24 kilometres, whole kroner, 1,000 kr.

use super::*;
use crate::benefits::testing::book;

fn facts() -> Facts {
    Facts { period: day::from_civil(2022, 5, 1), km_per_day: Some(40_50), days: Some(20), expenses: Some(0) }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Godtgoerelse::outcome(facts, book::<COUNT, Godtgoerelse>().on(facts.period).unwrap())
}

#[test]
fn kilometres_beyond_24_a_day_in_whole_kroner() {
    let transport = |km_per_day, days| {
        outcome(&Facts { km_per_day: Some(km_per_day), days: Some(days), ..facts() }).get(TRANSPORT)
    };
    // 16.5 × 20 × 0.99 = 326.70.
    assert_eq!(transport(40_50, 20), Some(327_00));
    assert_eq!((transport(24_00, 20), transport(0, 20)), (Some(0), Some(0)));
    // 0.5 × 0.99 = 0.495 and 0.51 × 0.99 = 0.5049.
    assert_eq!((transport(24_50, 1), transport(24_51, 1)), (Some(0), Some(1_00)));
    assert_eq!(transport(25_00, 31), Some(31_00));
    assert_eq!(transport(40_50, 0), Some(0));
}

#[test]
fn expenses_stop_at_1000() {
    let paid =
        |expenses| outcome(&Facts { expenses: Some(expenses), km_per_day: Some(0), ..facts() }).gross();
    assert_eq!(
        (paid(999_99), paid(1_000_00), paid(1_000_01)),
        (Some(999_99), Some(1_000_00), Some(1_000_00))
    );
    assert_eq!(outcome(&facts()).rule_of(RULES), Some("god_transport_and_expenses"));
}

#[test]
fn what_is_unknown_or_cannot_be_is_said() {
    for (facts, argument) in [
        (Facts { km_per_day: None, ..facts() }, arg::km_per_day),
        (Facts { days: None, ..facts() }, arg::days),
        (Facts { expenses: None, ..facts() }, arg::expenses),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
    assert_eq!(outcome(&Facts { km_per_day: Some(24_00), days: None, ..facts() }).gross(), Some(0));
    assert_eq!(outcome(&Facts { days: Some(32), ..facts() }).stopped().gaps, 1 << MORE_DAYS.0);
    let unpublished = outcome(&Facts { period: day::from_civil(2021, 5, 1), ..facts() });
    assert_eq!(unpublished.stopped().rates, 1 << PER_KM.0);
}
