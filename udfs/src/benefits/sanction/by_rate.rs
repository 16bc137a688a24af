//! A sanction from 2020: the sanction rate by the month's help (§ 35(4)) for every day (§§ 36, 37, 37 a) or every rate a decision states.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Date, Input, Law, LawVersion, Outcome, Output, RateId, RuleId, Spec, Unit,
    facts, fields, gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// What was breached.
    pub enum Offence {
        /// § 36: absence from an offer.
        Offer = "offer",
        /// § 37: a missed interview, rehabilitation team meeting or availability assessment.
        Interview = "interview",
        /// § 37 a: an interview not booked.
        Booking = "booking",
        /// Any other; the decision states the number of sanction rates.
        Other = "other",
    }
}

facts! {
    /// The facts of one offence.
    pub struct Facts {
        needed {
            /// Day the duty was breached.
            event_date: Date,
        }
        given {
            /// What was breached.
            offence: Offence,
            /// Kroner, the month's help under §§ 22-25 before income.
            help_before_income: Amount,
            /// Kroner, the same after income.
            help_after_income: Amount,
            /// Days from the due date, which always counts, until contact is restored; needed but for other.
            days: Count,
            /// Sanction rates the decision states; needed for other.
            decided_rates: Count,
        }
    }
}

rates! {
    THRESHOLD_1 = "sanktion" / "tiered_sanction_threshold_1";
    THRESHOLD_2 = "sanktion" / "tiered_sanction_threshold_2";
    THRESHOLD_3 = "sanktion" / "tiered_sanction_threshold_3";
    LEVEL_1 = "sanktion" / "tiered_sanction_level_1";
    LEVEL_2 = "sanktion" / "tiered_sanction_level_2";
    LEVEL_3 = "sanktion" / "tiered_sanction_level_3";
    LEVEL_4 = "sanktion" / "tiered_sanction_level_4";
    WINDOW = "sanktion" / "deduction_window_months";
    AFTER_INCOME = "parameter" / "sanction_rate_by_help_after_income";
}

rule_ids! {
    RULE_OFFER = "sanction_36";
    RULE_INTERVIEW = "sanction_37";
    RULE_BOOKING = "sanction_37a";
    RULE_OTHER = "sanction_decided_rates";
}

gaps! {
    NO_DAY = "error: days is zero, but the due date always counts";
    INCOME_ADDS = "error: help_after_income is larger than help_before_income";
}

fields! {
    steps {
        SANCTION = "sanction", "What is deducted for the offence, zero or more.";
    }
    details {
        SANCTION_RATE = "sanction_rate": Unit::Kroner, "The sanction rate, § 35(4).";
        UNITS = "units": Unit::Whole, "Days or rates it is multiplied with.";
        DEDUCT_UNTIL = "deduct_until": Unit::Date, "Last day of the third whole month after the event, § 35(3).";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "sanction",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2020, 1, 1), name: "las_2020" }],
    until: day::OPEN_END,
    doc: "A sanction from 2020 on: the sanction rate by the month's help, times the days of §§ 36-37 a or the rates that a decision states (how \
          many rates an offence costs was not read). Whether the help before or after income chooses the rate was not found: where the \
          two choose different rates, the store's parameter sanction_rate_by_help_after_income decides (1 or 0), and without it the \
          sanction is missing. The deduction has to be made from the event's month to deduct_until.",
    source: "law.rules and law.rates (sanktion), each row with its own source: LAS §§ 35-37 a.",
    example: Example {
        sql: "SELECT sanction(DATE '2021-05-10', 'interview', 11698, 11698, 2)['gross'] AS sanction",
        column: "sanction",
        value: "1200.00",
    },
};

/// The sanction.
#[derive(Debug)]
pub struct Sanction;

impl Benefit<COUNT> for Sanction {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let window = out.whole(law, WINDOW);
        if let Some(months) = window {
            out.set(DEDUCT_UNTIL, i64::from(last_day_of_month_after(facts.event_date, months)));
        }
        let units = units(facts, out);
        let (before, after) = (
            out.need(facts.help_before_income, arg::help_before_income),
            out.need(facts.help_after_income, arg::help_after_income),
        );
        let (before, after) = (before?, after?);
        if after > before {
            out.stop(INCOME_ADDS);
            return None;
        }
        let (of_before, of_after) = (level(before, law, out), level(after, law, out));
        let chosen = if of_before? == of_after? || out.units(law, AFTER_INCOME)? == 0 {
            of_before?
        } else {
            of_after?
        };
        let rate = out.oere(law, chosen)?;
        out.set(SANCTION_RATE, rate);
        out.set(SANCTION, rate * units?);
        window.map(|_| ())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// Days or rates of an offence.
fn units(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<i64> {
    let units = match out.need(facts.offence, arg::offence)? {
        Offence::Offer => days(facts, out, RULE_OFFER),
        Offence::Interview => days(facts, out, RULE_INTERVIEW),
        Offence::Booking => days(facts, out, RULE_BOOKING),
        Offence::Other => {
            out.rule(RULE_OTHER);
            out.need(facts.decided_rates, arg::decided_rates)
        }
    };
    out.set(UNITS, units?);
    units
}

/// §§ 36-37 a: the days of an offence, at least the due date.
fn days(facts: &Facts, out: &mut Outcome<COUNT>, rule: RuleId) -> Option<i64> {
    out.rule(rule);
    let days = out.need(facts.days, arg::days)?;
    if days == 0 {
        out.stop(NO_DAY);
        return None;
    }
    Some(days)
}

/// The sanction rate of a month's help: below the first limit, up to and with the second, up to and with the third, above it.
fn level(help: i64, law: &Law, out: &mut Outcome<COUNT>) -> Option<RateId> {
    if help < out.oere(law, THRESHOLD_1)? {
        return Some(LEVEL_1);
    }
    if help <= out.oere(law, THRESHOLD_2)? {
        return Some(LEVEL_2);
    }
    Some(if help <= out.oere(law, THRESHOLD_3)? { LEVEL_3 } else { LEVEL_4 })
}

/// The last day of a month some months after that of a day.
fn last_day_of_month_after(date: i32, months: i64) -> i32 {
    let (year, month, _) = day::to_civil(date);
    let next = i64::from(year) * 12 + i64::from(month) + months;
    let (year, month) = (next.div_euclid(12) as i32, next.rem_euclid(12) as u32 + 1);
    day::from_civil(year, month, 1) - 1
}

#[cfg(test)]
mod tests;
