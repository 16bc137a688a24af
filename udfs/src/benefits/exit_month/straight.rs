//! The exit month over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, NO_DAY, Rated, Read, Straight, either, number, straight_rows};
use crate::civil;

straight_rows! { ExitMonth }

impl Straight<COUNT, A, R> for ExitMonth {
    const READ: [Read; R] = [];

    /// The first day of the next month.
    fn of_day(_: &Law, day: i32) -> i64 {
        i64::from(civil::month_bounds(day).1)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (period, help) = (facts.get(arg::period), facts.get(arg::help));
        let (first, ends) = (facts.get(arg::first_working_day), facts.get(arg::ends_help));
        line.need(true, help);
        line.need(first != NO_DAY, ends);
        let ends = (first != NO_DAY) & (ends == 1);
        let begun = ends & (first <= period);
        line.stop(ends & !begun & (first < rated.of_day), LATER_DAY);
        let goes_on = line.goes_on();
        let rule = either(first == period, number(RULE_FIRST_DAY), number(RULE_AFTER));
        line.rule_if(goes_on, either(begun, rule, number(RULE_NO_EXIT)));
        line.set(HELP, help);
        line.set_if(goes_on, REDUCTION, -either(begun, help, 0));
        line
    }
}
