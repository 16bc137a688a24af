//! Reduction of the help of an unmarried person under the 225-hour rule, lov om aktiv socialpolitik § 13 g, October 2016 to June
//! 2025. Only a decision makes it: the condition (help in 12 months of three years, less than 225 hours of ordinary work) is not
//! tested here.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, facts, fields, gaps,
    rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// Which rate the help is at.
    pub enum Level {
        /// The adult rates of § 25(2), supplements included.
        Adult = "adult",
        /// A lower rate of kontanthjælp.
        Lower = "lower",
        /// Uddannelseshjælp at the level of SU.
        Student = "student",
    }
}

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// A decision under the rule is in force for the month; without one there is no reduction.
            decided: Flag,
            /// Not married; needed with a decision. The help of spouses lapses or is reduced by the amount the decision states.
            single: Flag,
            /// What rate the help is at, supplements included; needed with a decision for an unmarried person.
            level: Level,
            /// Kroner, the reduction that a decision for a married person states.
            decided_amount: Amount,
        }
    }
}

rates! {
    HIGHEST = "kontanthjaelp" / "rule_225_hours_reduction_highest_rates";
    LOWER = "kontanthjaelp" / "rule_225_hours_reduction_lower_rates";
}

rule_ids! {
    RULE_NONE = "rule_225_none";
    RULE_ADULT = "rule_225_adult";
    RULE_LOWER = "rule_225_lower";
    RULE_STUDENT = "rule_225_student";
    RULE_SPOUSE = "rule_225_spouse";
}

gaps! {
    NOT_THE_AMOUNT = "error: decided_amount of an unmarried person is not the amount of the law";
}

fields! {
    steps {
        REDUCTION = "reduction", "What the help of the month is reduced by, zero or more.";
    }
    details {}
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "reduction_225",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2016, 10, 1), name: "las_2016_10" }],
    until: day::from_civil(2025, 7, 1),
    doc: "Reduction of a month's help under the 225-hour rule, for the argument reduction_225 of the benefits. Zero without a decision. \
          For an unmarried person the law gives the amount by the level of the rate; for a married one the decision does.",
    source: "law.rules and law.rates (kontanthjaelp/rule_225_hours_reduction_…), each row with its own source: LAS § 13 g.",
    example: Example {
        sql: "SELECT reduction_225(period => DATE '2020-05-01', decided => true, single => true, level => 'adult')['gross'] \
              AS reduction",
        column: "reduction",
        value: "1054.00",
    },
};

/// The reduction.
#[derive(Debug)]
pub struct Reduction225;

impl Benefit<COUNT> for Reduction225 {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let amount = if !out.need(facts.decided, arg::decided)? {
            out.rule(RULE_NONE);
            0
        } else if out.need(facts.single, arg::single)? {
            let amount = by_level(out.need(facts.level, arg::level)?, law, out)?;
            if facts.decided_amount.is_some_and(|decided| decided != amount) {
                out.stop(NOT_THE_AMOUNT);
            }
            amount
        } else {
            out.rule(RULE_SPOUSE);
            out.need(facts.decided_amount, arg::decided_amount)?
        };
        out.set(REDUCTION, amount);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// § 13 g(1): the amount by the level of the rate.
fn by_level(level: Level, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let (rule, rate) = match level {
        Level::Adult => (RULE_ADULT, HIGHEST),
        Level::Lower => (RULE_LOWER, LOWER),
        Level::Student => {
            out.rule(RULE_STUDENT);
            return Some(0);
        }
    };
    out.rule(rule);
    out.oere(law, rate)
}

#[cfg(test)]
mod tests;
