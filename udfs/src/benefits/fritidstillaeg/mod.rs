//! Fritidstillæg (leisure supplement), lov om aktiv socialpolitik § 20, from July 2025: tax free, per child, outside the gross help.

mod straight;

use crate::benefits::frame::{
    Benefit, Book, Count, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts, fields,
    gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one family in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Children under 18 who live at the family's address.
            children_at_home: Count,
            /// Months in a row with kontanthjælp before this one; the right begins after three.
            months_on_help: Count,
            /// Months since the family left kontanthjælp for work; the supplement continues for three. NULL: still on kontanthjælp.
            months_since_work: Count,
            /// The papers for the last period of three months are in, or none is due yet.
            documented: Flag,
            /// Enlig forsørger.
            single_provider: Flag,
            /// Kontanthjælp at the raised rate (forhøjet sats); needed of single providers.
            raised_rate: Flag,
        }
    }
}

rates! {
    PER_CHILD = "kontanthjaelp_2025" / "leisure_supplement_per_child_couple";
    PER_CHILD_SINGLE = "kontanthjaelp_2025" / "leisure_supplement_per_child_single_provider";
    MAX_CHILDREN = "kontanthjaelp_2025" / "leisure_supplement_max_children_per_family";
    WAITING_MONTHS = "kontanthjaelp_2025" / "leisure_supplement_waiting_months";
    MONTHS_AFTER_WORK = "kontanthjaelp_2025" / "leisure_supplement_months_after_work";
    REDUCED_FOR_ALL_SINGLE = "parameter" / "fritidstillaeg_reduced_for_all_single_providers";
}

rule_ids! {
    RULE_COUPLE = "leisure_supplement";
    RULE_SINGLE = "leisure_supplement_single";
    RULE_TOO_EARLY = "leisure_supplement_too_early";
    RULE_OVER = "leisure_supplement_over";
    RULE_NOT_DOCUMENTED = "leisure_supplement_not_documented";
}

gaps! {}

fields! {
    steps {
        SUPPLEMENT = "leisure_supplement", "Supplement of the month, tax free.";
    }
    details {
        CHILDREN = "children": Unit::Whole, "Children it is paid for.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "fritidstillaeg",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2025, 7, 1), name: "las_2025" }],
    until: day::OPEN_END,
    doc: "Fritidstillæg of one family and month, tax free and outside the gross help. Sources disagree whether every single provider or \
          only one on the raised rate gets the reduced amount: for a single provider on another rate the store's parameter \
          fritidstillaeg_reduced_for_all_single_providers decides (1 or 0), and without it the amount is missing.",
    source: "law.rules and law.rates (kontanthjaelp_2025/leisure_supplement_…); municipal pages on LAS § 20.",
    example: Example {
        sql: "SELECT fritidstillaeg(period => DATE '2025-10-01', children_at_home => 2, months_on_help => 3, months_since_work => NULL, \
              documented => true, single_provider => false)['gross'] AS supplement",
        column: "supplement",
        value: "900.00",
    },
};

/// The supplement.
#[derive(Debug)]
pub struct Fritidstillaeg;

impl Benefit<COUNT> for Fritidstillaeg {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let children = out.need(facts.children_at_home, arg::children_at_home);
        let waited = out.need(facts.months_on_help, arg::months_on_help);
        let documented = out.need(facts.documented, arg::documented);
        let single = out.need(facts.single_provider, arg::single_provider);
        let (wait, after_work) = (out.whole(law, WAITING_MONTHS), out.whole(law, MONTHS_AFTER_WORK));
        let (children, waited, documented, single) = (children?, waited?, documented?, single?);
        let after_work = after_work?;
        let excluded = if waited < wait? {
            Some(RULE_TOO_EARLY)
        } else if facts.months_since_work.is_some_and(|months| months >= after_work) {
            Some(RULE_OVER)
        } else {
            (!documented).then_some(RULE_NOT_DOCUMENTED)
        };
        if let Some(rule) = excluded {
            out.rule(rule);
            out.set(CHILDREN, 0);
            out.set(SUPPLEMENT, 0);
            return Some(());
        }
        let reduced = single
            && (out.need(facts.raised_rate, arg::raised_rate)?
                || out.units(law, REDUCED_FOR_ALL_SINGLE)? != 0);
        out.rule(if reduced { RULE_SINGLE } else { RULE_COUPLE });
        let per_child = out.oere(law, if reduced { PER_CHILD_SINGLE } else { PER_CHILD });
        let paid = out.whole(law, MAX_CHILDREN).map(|most| children.min(most));
        if let Some(paid) = paid {
            out.set(CHILDREN, paid);
        }
        out.set(SUPPLEMENT, per_child? * paid?);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
