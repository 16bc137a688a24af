use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn facts(first_working_day: Option<&str>, ends_help: Option<bool>) -> Facts {
    Facts {
        period: on("2022-05-01"),
        help: Some(1_171_600),
        first_working_day: first_working_day.map(on),
        ends_help,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<ExitMonth, COUNT>(facts.period, facts)
}

#[test]
fn work_from_the_first_ends_the_help_of_the_month() {
    for (first, help, rule) in [
        (Some("2022-05-01"), Some(0), "exit_month_first_day"),
        (Some("2022-04-30"), Some(0), "exit_month_after"),
        (Some("2021-05-15"), Some(0), "exit_month_after"),
        (Some("2022-06-01"), Some(1_171_600), "exit_month_none"),
        (Some("2023-05-02"), Some(1_171_600), "exit_month_none"),
        (None, Some(1_171_600), "exit_month_none"),
        (Some("2022-05-02"), None, ""),
        (Some("2022-05-31"), None, ""),
    ] {
        let result = run(&facts(first, Some(true)));
        assert_eq!((result.gross(), result.rule()), (help, rule), "{first:?}");
        assert_eq!(result.get(HELP), Some(1_171_600));
        assert_eq!(result.get(REDUCTION), help.map(|help| help - 1_171_600));
        assert_eq!(result.missing().starts_with("rule: work begins after the first"), help.is_none());
    }
}

#[test]
fn other_work_is_income_and_no_exit() {
    assert_eq!(run(&facts(Some("2022-05-01"), Some(false))).gross(), Some(1_171_600));
    assert_eq!(run(&facts(None, None)).gross(), Some(1_171_600));
    assert_eq!(run(&facts(Some("2022-05-01"), None)).missing(), "ends_help");
    assert_eq!(run(&Facts { help: None, ..facts(None, None) }).missing(), "help");
    assert!(!has_law::<ExitMonth, COUNT>(on("2013-12-31")));
}
