//! The sharpened availability sanction of § 40 a: help only for the days on which the person meets the duty by taking part.

mod straight;

use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, Count, FieldId, Input, Law, LawVersion, Month, Outcome, Output, Spec,
    facts, fields, gaps, rates, roundings, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person in one month under the sanction.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Kroner, the help of the month without the sanction.
            help: Amount,
            /// Days of the month on which the duty was met by taking part or meeting up.
            days_met: Count,
            /// Kroner of help for one day, as the municipality reckons it: no text read says how. Needed but for zero days.
            help_per_day: Amount,
        }
    }
}

rates! {}

rule_ids! {
    RULE_DAYS = "sanction_40a_days";
    RULE_CLOSED = "sanction_40a_closed";
}

gaps! {
    TOO_MANY_DAYS = "error: days_met is more than the days of the month";
}

roundings! {}

fields! {
    steps {
        HELP = "help", "Help without the sanction.";
        REDUCTION = "reduction", "What § 40 a takes, zero or negative.";
    }
    details {}
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "sanction_availability",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: ROUNDINGS,
    versions: &[LawVersion { from: day::from_civil(2020, 1, 1), name: "las_2020" }],
    until: day::OPEN_END,
    doc: "The help of one person and month under the sanction of § 40 a: only for the days on which the duty was met. A whole calendar month \
          without a day gives nothing, and the case is closed (the spouse's too). Whether the sanction applies is part of the decision.",
    source: "law.rules: LAS §§ 35 and 40 a.",
    example: Example {
        sql: "SELECT sanction_availability(DATE '2021-05-01', 11698, 4, 377)['gross'] AS help",
        column: "help",
        value: "1508.00",
    },
};

/// The sanction.
#[derive(Debug)]
pub struct SanctionAvailability;

impl Benefit<COUNT> for SanctionAvailability {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(HELP, arg::help)];

    fn assess(facts: &Facts, _: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (help, days) = (out.need(facts.help, arg::help), out.need(facts.days_met, arg::days_met));
        let (help, days) = (help?, days?);
        out.set(HELP, help);
        if days > days_of_month(facts.period) {
            out.stop(TOO_MANY_DAYS);
            return None;
        }
        let earned = if days == 0 {
            out.rule(RULE_CLOSED);
            0
        } else {
            out.rule(RULE_DAYS);
            days * out.need(facts.help_per_day, arg::help_per_day)?
        };
        out.set(REDUCTION, earned.min(help) - help);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

fn days_of_month(first: i32) -> i64 {
    let (year, month, _) = day::to_civil(first);
    let next =
        if month == 12 { day::from_civil(year + 1, 1, 1) } else { day::from_civil(year, month + 1, 1) };
    i64::from(next - first)
}

#[cfg(test)]
mod tests;
