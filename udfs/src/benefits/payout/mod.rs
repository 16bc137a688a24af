//! From the grants of a month to the amount paid out: the one place that knows the order of operations. Each line is a row of
//! `law.order_of_operations`.
//!
//! ```text
//!   rate + supplements                      the benefit's own function
//! - 225-hour reduction                      argument reduction_225 of the benefits, see reduction_225
//! - income, own and spouse's                the benefit's own function, see income_offset
//! = gross of a grant, never below zero
//!   sum over the grants of a person
//! - sanctions                               sanction, sanction_before_2020, sanction_one_third
//! = gross
//! - ATP, the recipient's part
//! - A-tax of gross less ATP and deduction
//! = net
//! - debtor withholding
//! - administration withholding
//! = paid out                                payout
//! ```
//!
//! Særlig støtte, fritidstillæg and the cut by kontanthjælpsloft stand beside it: they are tax free, and sanctions do not touch them.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts, fields, gaps,
    rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The amounts of one person and month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Kroner, sum of the gross amounts of the person's grants.
            grants: Amount,
            /// Kroner, sum of the sanctions to be deducted this month.
            sanctions: Amount,
            /// Kroner, the recipient's part of ATP.
            atp: Amount,
            /// Kroner, A-tax of what is left after sanctions, ATP and the deduction of the tax card.
            tax: Amount,
            /// Kroner, withheld for the debtor system.
            debtor: Amount,
            /// Kroner, withheld by an administration case, such as bills the municipality pays for the person.
            administration: Amount,
        }
    }
}

rates! {}

rule_ids! {
    RULE_ORDER = "order_of_operations";
}

gaps! {
    ATP_ABOVE = "error: atp is more than the gross amount after sanctions";
    TAX_ABOVE = "error: tax is more than the gross amount after sanctions and ATP";
}

fields! {
    steps {
        GRANTS = "grants", "Sum of the grants.";
        SANCTIONS = "sanctions", "Sanctions, at most the grants, zero or negative.";
        ATP = "atp", "The recipient's part of ATP, zero or negative.";
        TAX = "tax", "A-tax, zero or negative.";
        DEBTOR = "debtor", "Debtor withholding, at most the net, zero or negative.";
        ADMINISTRATION = "administration", "Administration withholding, at most what is left, zero or negative.";
    }
    details {
        AFTER_SANCTIONS = "after_sanctions": Unit::Kroner, "Gross after sanctions: what ATP and tax are reckoned on.";
        NET = "net": Unit::Kroner, "After ATP and tax.";
        SANCTIONS_LEFT = "sanctions_left": Unit::Kroner, "Sanctions there was no help for; deductible until the window of § 35(3) ends.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "payout",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "order_2013" }],
    until: day::OPEN_END,
    doc: "From the sum of a person's grants to the amount paid out, in the order of law.order_of_operations: sanctions, ATP, A-tax, debtor \
          withholding, administration withholding. gross is what is paid out and is never below zero: sanctions, debtor and administration \
          take at most what is there, while ATP and tax must fit, as they are reckoned on it.",
    source: "law.order_of_operations: KY information model of 28 November 2013.",
    example: Example {
        sql: "SELECT payout(DATE '2022-12-01', 15570, 1400, 0, 4000, 500, 0)['gross'] AS paid_out",
        column: "paid_out",
        value: "9670.00",
    },
};

/// The order of operations.
#[derive(Debug)]
pub struct Payout;

impl Benefit<COUNT> for Payout {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, _: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let grants = out.need(facts.grants, arg::grants);
        let sanctions = out.need(facts.sanctions, arg::sanctions);
        let atp = out.need(facts.atp, arg::atp);
        let tax = out.need(facts.tax, arg::tax);
        let debtor = out.need(facts.debtor, arg::debtor);
        let administration = out.need(facts.administration, arg::administration);
        out.rule(RULE_ORDER);
        let (grants, sanctions) = (grants?, sanctions?);
        let sanctioned = sanctions.min(grants);
        out.set(GRANTS, grants);
        out.set(SANCTIONS, -sanctioned);
        out.set(SANCTIONS_LEFT, sanctions - sanctioned);
        let after_sanctions = grants - sanctioned;
        out.set(AFTER_SANCTIONS, after_sanctions);
        let (atp, tax) = (atp?, tax?);
        if atp > after_sanctions {
            out.stop(ATP_ABOVE);
            return None;
        }
        if tax > after_sanctions - atp {
            out.stop(TAX_ABOVE);
            return None;
        }
        let net = after_sanctions - atp - tax;
        out.set(ATP, -atp);
        out.set(TAX, -tax);
        out.set(NET, net);
        let withheld = debtor?.min(net);
        out.set(DEBTOR, -withheld);
        out.set(ADMINISTRATION, -administration?.min(net - withheld));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
