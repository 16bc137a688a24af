//! A sanction from 2020 over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};
use crate::law::money::AMOUNT_UNIT;

/// More days or rates are left to the plain function: their sanction might be none of DECIMAL(12,2).
const MOST_UNITS: i64 = 400;

/// More months of a window are no rate of the straight form.
const MOST_MONTHS: i64 = 2400;

straight_rows! { Sanction }

impl Straight<COUNT, A, R> for Sanction {
    const READ: [Read; R] = [
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Whole,
        Read::Units,
    ];

    /// The window is counted once a day, and one level is deducted.
    const PICKED: u64 = 1 << LEVEL_1.0 | 1 << LEVEL_2.0 | 1 << LEVEL_3.0 | 1 << LEVEL_4.0 | 1 << WINDOW.0;

    /// The last day of the window.
    fn of_day(law: &Law, day: i32) -> i64 {
        let months = law.units(WINDOW).unwrap_or(0) / AMOUNT_UNIT;
        i64::from(last_day_of_month_after(day, months.clamp(0, MOST_MONTHS)))
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let offence = facts.get(arg::offence);
        let (before, after) = (facts.get(arg::help_before_income), facts.get(arg::help_after_income));
        for fact in [offence, before, after] {
            line.need(true, fact);
        }
        let is = |kind: Offence| offence == kind as i64;
        let decided = is(Offence::Other);
        let units = either(decided, facts.get(arg::decided_rates), facts.get(arg::days));
        line.need(true, units);
        line.leave(!decided & (units == 0) | (units > MOST_UNITS) | (after > before));
        let rule = either(is(Offence::Interview), number(RULE_INTERVIEW), number(RULE_BOOKING));
        let rule = either(is(Offence::Offer), number(RULE_OFFER), rule);
        line.rule_if(true, either(decided, number(RULE_OTHER), rule));

        let (first, second) = (rated.at(THRESHOLD_1), rated.at(THRESHOLD_2));
        line.ask(true, WINDOW);
        line.leave(!rated.answers(&line));
        // What is after income is no more than what is before: the latter asks for all there is to ask for.
        line.ask(true, THRESHOLD_1);
        line.ask(rated.answers(&line) & (before >= first), THRESHOLD_2);
        line.ask(rated.answers(&line) & (before >= first) & (before > second), THRESHOLD_3);
        let found = rated.answers(&line);
        let level = |help: i64| {
            let level = either(help <= rated.at(THRESHOLD_3), number(LEVEL_3), number(LEVEL_4));
            either(help < first, number(LEVEL_1), either(help <= second, number(LEVEL_2), level))
        };
        let (of_before, of_after) = (level(before), level(after));
        line.ask(found & (of_before != of_after), AFTER_INCOME);
        // Without the parameter nothing further is asked for.
        let level = either(rated.at(AFTER_INCOME) == 0, of_before, of_after);
        line.ask_picked(rated.answers(&line), level);
        let (known, rate) = (rated.answers(&line), rated.pick(level));
        line.set(DEDUCT_UNTIL, rated.of_day);
        line.set(UNITS, units);
        line.set_if(known, SANCTION_RATE, rate);
        line.set_if(known, SANCTION, rate * units);
        line
    }
}
