use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

fn facts(help: i64) -> Facts {
    Facts {
        event_date: on("2021-05-10"),
        offence: Some(Offence::Interview),
        help_before_income: Some(help),
        help_after_income: Some(help),
        days: Some(1),
        decided_rates: None,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Sanction, COUNT>(facts.event_date, facts)
}

#[test]
fn the_sanction_rate_by_the_help_of_the_month() {
    for (help, rate) in [
        (0, 200),
        (563_299, 200),
        (563_300, 400),
        (993_500, 400),
        (993_501, 600),
        (1_351_900, 600),
        (1_351_901, 700),
        (9_999_999, 700),
    ] {
        let result = run(&facts(help));
        assert_eq!(result.get(SANCTION_RATE), Some(rate * 100), "{help}");
        assert_eq!(result.gross(), Some(rate * 100));
    }
    // 2023: the first limit and its rate are published, the others are not.
    let later = Facts { event_date: on("2023-05-10"), ..facts(575_099) };
    assert_eq!(run(&later).gross(), Some(20_000));
    let above = Facts { help_before_income: Some(575_100), help_after_income: Some(575_100), ..later };
    assert_eq!(
        run(&above).missing(),
        "rate sanktion/tiered_sanction_threshold_2 at 2023-05-10: only derived"
    );
    assert_eq!(
        row_under::<Sanction, COUNT>(&rates_with(&[], true), above.event_date, &above).gross(),
        Some(40_000)
    );
}

#[test]
fn days_or_decided_rates() {
    for (offence, days, rates, units, rule) in [
        (Offence::Offer, Some(2), None, 2, "sanction_36"),
        (Offence::Interview, Some(5), Some(9), 5, "sanction_37"),
        (Offence::Booking, Some(31), None, 31, "sanction_37a"),
        (Offence::Other, None, Some(3), 3, "sanction_decided_rates"),
        (Offence::Other, None, Some(0), 0, "sanction_decided_rates"),
    ] {
        let result = run(&Facts { offence: Some(offence), days, decided_rates: rates, ..facts(1_169_800) });
        assert_eq!((result.gross(), result.rule()), (Some(units * 60_000), rule));
        assert_eq!((result.get(UNITS), result.get(SANCTION)), (Some(units), Some(units * 60_000)));
    }
    assert_eq!(
        run(&Facts { days: Some(0), ..facts(0) }).missing(),
        "error: days is zero, but the due date always counts"
    );
    assert_eq!(run(&Facts { days: None, ..facts(0) }).missing(), "days");
    assert_eq!(run(&Facts { offence: Some(Offence::Other), ..facts(0) }).missing(), "decided_rates");
    assert_eq!(run(&Facts { offence: None, ..facts(0) }).missing(), "offence");
}

#[test]
fn income_matters_only_where_it_changes_the_rate() {
    let both = |before, after| Facts {
        help_before_income: Some(before),
        help_after_income: Some(after),
        ..facts(0)
    };
    assert_eq!(run(&both(993_500, 563_300)).gross(), Some(40_000));
    let differ = both(993_501, 993_500);
    assert_eq!(run(&differ).missing(), "parameter sanction_rate_by_help_after_income at 2021-05-10: no row");
    for (value, gross) in [(0, 60_000), (1, 40_000)] {
        let rates = rates_with(&[("parameter", "sanction_rate_by_help_after_income", value)], false);
        assert_eq!(row_under::<Sanction, COUNT>(&rates, differ.event_date, &differ).gross(), Some(gross));
    }
    assert_eq!(run(&both(1, 2)).missing(), "error: help_after_income is larger than help_before_income");
    let unknown = Facts { help_before_income: None, help_after_income: None, ..facts(0) };
    assert_eq!(run(&unknown).missing(), "help_before_income; help_after_income");
}

#[test]
fn the_deduction_ends_with_the_third_whole_month() {
    for (event, until) in [
        ("2021-01-01", "2021-04-30"),
        ("2021-05-31", "2021-08-31"),
        ("2021-08-15", "2021-11-30"),
        ("2021-09-01", "2021-12-31"),
        ("2021-11-30", "2022-02-28"),
        ("2021-12-31", "2022-03-31"),
    ] {
        let result = run(&Facts { event_date: on(event), ..facts(0) });
        assert_eq!(result.get(DEDUCT_UNTIL), Some(i64::from(on(until))), "{event}");
    }
    assert!(!has_law::<Sanction, COUNT>(on("2019-12-31")) && has_law::<Sanction, COUNT>(on("2020-01-01")));
}
