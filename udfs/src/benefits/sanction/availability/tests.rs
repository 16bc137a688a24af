use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn facts(period: &str, days: i64) -> Facts {
    Facts { period: on(period), help: Some(1_169_800), days_met: Some(days), help_per_day: Some(37_735) }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<SanctionAvailability, COUNT>(facts.period, facts)
}

#[test]
fn help_for_the_days_met_and_no_more_than_the_help() {
    for (days, help, rule) in [
        (0, 0, "sanction_40a_closed"),
        (1, 37_735, "sanction_40a_days"),
        (30, 1_132_050, "sanction_40a_days"),
        (31, 1_169_785, "sanction_40a_days"),
    ] {
        let result = run(&facts("2021-05-01", days));
        assert_eq!((result.gross(), result.rule()), (Some(help), rule), "{days}");
        assert_eq!((result.get(HELP), result.get(REDUCTION)), (Some(1_169_800), Some(help - 1_169_800)));
    }
    assert_eq!(
        run(&Facts { help_per_day: Some(1_169_801), ..facts("2021-05-01", 1) }).gross(),
        Some(1_169_800)
    );
    assert_eq!(run(&Facts { help_per_day: None, ..facts("2021-05-01", 0) }).gross(), Some(0));
}

#[test]
fn no_more_days_than_the_month_has() {
    for (period, days) in [("2021-02-01", 28), ("2020-02-01", 29), ("2021-04-01", 30), ("2021-12-01", 31)] {
        assert_eq!(run(&facts(period, days)).missing(), "", "{period}");
        assert_eq!(
            run(&facts(period, days + 1)).missing(),
            "error: days_met is more than the days of the month"
        );
    }
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts { help: None, days_met: None, ..facts("2021-05-01", 1) };
    assert_eq!(run(&unknown).missing(), "help; days_met");
    assert_eq!(run(&Facts { help_per_day: None, ..facts("2021-05-01", 1) }).missing(), "help_per_day");
    assert!(!has_law::<SanctionAvailability, COUNT>(on("2019-12-31")));
}
