//! The reduction of § 42 over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, NO_DAY, Rated, Read, Straight, either, number, part_of, straight_rows,
};
use crate::law::money::AMOUNT_UNIT;

/// Bits of the days of a month.
const DAYS_BITS: u32 = 5;

/// More years are no rate of the straight form.
const MOST_YEARS: i64 = 1000;

straight_rows! { SanctionOneThird }

impl Straight<COUNT, A, R> for SanctionOneThird {
    const READ: [Read; R] = [Read::Whole; R];

    /// The latest day of an offence that has lapsed on the first of the month, and the days of the month.
    fn of_day(law: &Law, day: i32) -> i64 {
        let (year, month, of_month) = day::to_civil(day);
        let years = law.units(LAPSE_YEARS).unwrap_or(0) / AMOUNT_UNIT;
        let lapsed = day::from_civil(year - years.clamp(0, MOST_YEARS) as i32, month, of_month);
        i64::from(lapsed) << DAYS_BITS | i64::from(first_of_next_month(day) - day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (period, help) = (facts.get(arg::period), facts.get(arg::help));
        let (decision, established) = (facts.get(arg::decision_date), facts.get(arg::established_date));
        let (first, other) = (facts.get(arg::first_month), facts.get(arg::other_sanction));
        line.need(true, help);
        line.need(true, other);
        line.leave((decision == NO_DAY) | (established == NO_DAY) | (first == NO_DAY));
        line.leave((first <= decision) | (established > decision));
        line.ask(true, WEEKS);
        line.ask(true, LAPSE_YEARS);
        line.leave(!rated.answers(&line));

        let (lapsed, days) = (rated.of_day >> DAYS_BITS, rated.of_day & ((1 << DAYS_BITS) - 1));
        let end = first + 7 * rated.at(WEEKS);
        let postponed = (other == 1) | (help == 0);
        let whole = period + days <= end;
        let rule = either(postponed, number(RULE_POSTPONED), number(RULE_REDUCED));
        let rule = either(period >= end, number(RULE_SERVED), rule);
        let rule = either(established <= lapsed, number(RULE_LAPSED), rule);
        let rule = either(period < first, number(RULE_NOT_YET), rule);
        line.rule_if(true, rule);
        let reduced = rule == number(RULE_REDUCED);
        line.leave(reduced & !whole);
        // Whole kroner.
        let left = 100 * part_of::<300>(help, 2);
        line.set(HELP, help);
        line.set(REDUCTION, either(reduced, (left - help).min(0), 0));
        line
    }
}
