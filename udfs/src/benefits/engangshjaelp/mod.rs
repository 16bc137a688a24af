//! Engangshjælp (one-off help until running help starts), lov om aktiv socialpolitik § 25 a.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts,
    fields, gaps, rates, rule_ids,
};
use crate::benefits::las::age;
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// Date of birth; the age on the first day of the month decides.
            birth_date: Date,
        }
        given {
            /// Hjemmeboende; needed under 25.
            lives_with_parent: Flag,
            /// Kroner that the person needs until running help starts.
            needed: Amount,
        }
    }
}

rates! {
    MAX_OTHER = "kontanthjaelp" / "one_off_help_max_25_plus_or_living_out";
    MAX_HOME = "kontanthjaelp" / "one_off_help_max_under_25_living_home";
}

rule_ids! {
    RULE_OTHER = "one_off_25_or_living_out";
    RULE_HOME = "one_off_under_25_living_home";
}

gaps! {
    MINOR = "rule: under 18";
}

fields! {
    steps {
        HELP = "help", "One-off help.";
    }
    details {
        MAXIMUM = "maximum": Unit::Kroner, "The most that can be given.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "engangshjaelp",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2013, 1, 1), name: "las_2013" }],
    until: day::OPEN_END,
    doc: "One-off help until running help starts: what is needed, at most the maximum of the month. The maximum was read for 2013 only; in \
          other years it is missing unless the store has it.",
    source: "law.rules and law.rates (kontanthjaelp/one_off_help_max_…): LAS § 25 a.",
    example: Example {
        sql: "SELECT engangshjaelp(DATE '2013-05-01', DATE '1990-02-10', true, 4000)['gross'] AS help",
        column: "help",
        value: "2789.00",
    },
};

/// The benefit.
#[derive(Debug)]
pub struct Engangshjaelp;

impl Benefit<COUNT> for Engangshjaelp {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let age = age(facts.birth_date, facts.period, arg::birth_date, out)?;
        if age < 18 {
            out.stop(MINOR);
        }
        let needed = out.need(facts.needed, arg::needed);
        let home = age < 25 && out.need(facts.lives_with_parent, arg::lives_with_parent)?;
        let (rule, rate) = if home { (RULE_HOME, MAX_HOME) } else { (RULE_OTHER, MAX_OTHER) };
        out.rule(rule);
        let maximum = out.oere(law, rate)?;
        out.set(MAXIMUM, maximum);
        out.set(HELP, needed?.min(maximum));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
