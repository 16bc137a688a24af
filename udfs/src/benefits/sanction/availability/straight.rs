//! The sanction of § 40 a over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

straight_rows! { SanctionAvailability }

impl Straight<COUNT, A, R> for SanctionAvailability {
    const READ: [Read; R] = [];

    fn of_day(_: &Law, day: i32) -> i64 {
        days_of_month(day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (help, days) = (facts.get(arg::help), facts.get(arg::days_met));
        let per_day = facts.get(arg::help_per_day);
        line.need(true, help);
        line.need(true, days);
        line.need(days > 0, per_day);
        line.leave(days > rated.of_day);
        line.rule_if(true, either(days > 0, number(RULE_DAYS), number(RULE_CLOSED)));
        let earned = either(days > 0, days * per_day, 0);
        line.set(HELP, help);
        line.set(REDUCTION, earned.min(help) - help);
        line
    }
}
