//! The exit month (ophørsmåned): the month of the first working day in full-time ordinary work, or in part-time work with a fixed
//! income above the rate; principle decision 42-19.

mod straight;

use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, Date, FieldId, Flag, Input, Law, LawVersion, Month, Outcome, Output,
    Spec, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Kroner, the help of the month if there were no exit.
            help: Amount,
            /// First working day. NULL: no work is begun.
            first_working_day: Date,
            /// Full-time ordinary work, or part-time with a fixed income above the rate; needed with a first working day.
            ends_help: Flag,
        }
    }
}

rates! {}

rule_ids! {
    RULE_NO_EXIT = "exit_month_none";
    RULE_FIRST_DAY = "exit_month_first_day";
    RULE_AFTER = "exit_month_after";
}

gaps! {
    LATER_DAY = "rule: work begins after the first of the month: how supplementary help of an exit month is reckoned was not readable";
}

fields! {
    steps {
        HELP = "help", "Help if there were no exit.";
        REDUCTION = "reduction", "What the exit takes, zero or negative.";
    }
    details {}
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "exit_month",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" }],
    until: day::OPEN_END,
    doc: "The help of the month in which a person begins work that ends it: nothing when the first working day is the first of the month, and \
          nothing in later months. When the work begins later in the month there can be supplementary help, whose method was not readable: \
          the row then says so.",
    source: "law.rules: principle decision 42-19.",
    example: Example {
        sql: "SELECT exit_month(DATE '2022-05-01', 11716, DATE '2022-05-01', true)['gross'] AS help",
        column: "help",
        value: "0.00",
    },
};

/// The exit month.
#[derive(Debug)]
pub struct ExitMonth;

impl Benefit<COUNT> for ExitMonth {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(HELP, arg::help)];

    fn assess(facts: &Facts, _: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let help = out.need(facts.help, arg::help);
        let ends = match facts.first_working_day {
            Some(first) => out.need(facts.ends_help, arg::ends_help)?.then_some(first),
            None => None,
        };
        let help = help?;
        out.set(HELP, help);
        let (rule, left) = match ends {
            Some(first) if first == facts.period => (RULE_FIRST_DAY, 0),
            Some(first) if first < facts.period => (RULE_AFTER, 0),
            Some(first) if same_month(first, facts.period) => {
                out.stop(LATER_DAY);
                return None;
            }
            _ => (RULE_NO_EXIT, help),
        };
        out.rule(rule);
        out.set(REDUCTION, left - help);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

fn same_month(a: i32, b: i32) -> bool {
    let (year, month, _) = day::to_civil(a);
    let (other_year, other_month, _) = day::to_civil(b);
    (year, month) == (other_year, other_month)
}

#[cfg(test)]
mod tests;
