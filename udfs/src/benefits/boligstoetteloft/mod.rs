//! Boligstøtteloft: from July 2025 spouses and cohabitants on the raised rate of kontanthjælp get at most a fixed housing benefit.

mod straight;

use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, FieldId, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec,
    Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one household in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Kroner, housing benefit of the month before the ceiling.
            housing_benefit: Amount,
            /// Married or cohabiting in the whole calendar month.
            couple_whole_month: Flag,
            /// Kontanthjælp at the raised rate (forhøjet sats) in the whole calendar month; needed of couples.
            raised_rate_whole_month: Flag,
        }
    }
}

rates! {
    CAP = "kontanthjaelp_2025" / "housing_benefit_cap_couples_on_raised_rate";
}

rule_ids! {
    RULE_CAP = "housing_benefit_cap";
    RULE_NO_CAP = "housing_benefit_no_cap";
}

gaps! {}

fields! {
    steps {
        HOUSING_BENEFIT = "housing_benefit", "Housing benefit before the ceiling.";
        CUT = "cut", "What the ceiling takes, zero or negative.";
    }
    details {
        CEILING = "ceiling": Unit::Kroner, "The ceiling; NULL when it does not apply.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "boligstoetteloft",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2025, 7, 1), name: "las_2025" }],
    until: day::OPEN_END,
    doc: "Housing benefit after the ceiling of July 2025 for couples on the raised rate. The ceiling holds in whole calendar months only: \
          who becomes a couple, or comes on the raised rate, in mid-month meets it from the first whole month. gross is what is paid.",
    source: "law.rules and law.rates (kontanthjaelp_2025/housing_benefit_cap_couples_on_raised_rate); municipal pages.",
    example: Example {
        sql: "SELECT boligstoetteloft(DATE '2025-07-01', 1000, true, true)['gross'] AS housing_benefit",
        column: "housing_benefit",
        value: "363.00",
    },
};

/// The ceiling.
#[derive(Debug)]
pub struct Boligstoetteloft;

impl Benefit<COUNT> for Boligstoetteloft {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(HOUSING_BENEFIT, arg::housing_benefit)];

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let benefit = out.need(facts.housing_benefit, arg::housing_benefit);
        let capped = out.need(facts.couple_whole_month, arg::couple_whole_month)?
            && out.need(facts.raised_rate_whole_month, arg::raised_rate_whole_month)?;
        let benefit = benefit?;
        let mut cut = 0;
        out.rule(if capped { RULE_CAP } else { RULE_NO_CAP });
        if capped {
            let ceiling = out.oere(law, CAP)?;
            out.set(CEILING, ceiling);
            cut = (benefit - ceiling).max(0);
        }
        out.set(HOUSING_BENEFIT, benefit);
        out.set(CUT, -cut);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
