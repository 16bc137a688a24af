//! A single payment under LAS §§ 81-85: the amount a decision grants, what of it is repayable, and the state's refund.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, Date, FieldId, Flag, Input, Law, LawVersion, Outcome, Output, Spec,
    Unit, facts, fields, gaps, rates, roundings, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// What the payment is for: the paragraph.
    pub enum Purpose {
        /// § 81: single expenses.
        Single = "expense",
        /// § 82: medical treatment, medicine, dental care.
        Treatment = "treatment",
        /// § 83: being with own children (samvær).
        Contact = "contact",
        /// § 84: providing for another's child.
        OthersChild = "others_child",
        /// § 85: moving.
        Moving = "moving",
    }
}

/// Groupings of function 5.57.72 in the municipal chart of accounts.
const GROUPINGS: &[&str] = &["004", "006", "008"];

facts! {
    /// The facts of one payment.
    pub struct Facts {
        needed {
            /// Day of the decision.
            decision_date: Date,
        }
        given {
            /// What it is granted for.
            purpose: Purpose,
            /// Kroner granted.
            granted: Amount,
            /// The decision makes it repayable.
            repayable: Flag,
        }
    }
}

rates! {
    REFUND_PERCENT = "enkeltydelser" / "state_refund_pct";
}

rule_ids! {
    RULE_81 = "single_payment_81";
    RULE_82 = "single_payment_82";
    RULE_83 = "single_payment_83";
    RULE_84 = "single_payment_84";
    RULE_85 = "single_payment_85";
}

gaps! {}

roundings! {
    OERE = "oere_nearest";
}

fields! {
    steps {
        GRANTED = "granted", "What is paid.";
    }
    details {
        REPAYABLE = "repayable": Unit::Kroner, "What of it has to be paid back.";
        REFUND = "refund": Unit::Kroner, "The state's part, nearest øre.";
        GROUPING = "grouping": Unit::Word(GROUPINGS), "Grouping of function 5.57.72, see law.accounts.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "enkeltydelse",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: ROUNDINGS,
    versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" }],
    until: day::OPEN_END,
    doc: "A single payment under LAS §§ 81-85: the amount a decision grants, the repayable part, the state's refund of 50 per cent and the \
          grouping it is posted on. Whether and how much is granted is an individual assessment and not calculated.",
    source: "law.rules, law.accounts and law.rates (enkeltydelser/state_refund_pct): budget and posting guidance 5.57.72, November 2022.",
    example: Example {
        sql: "SELECT enkeltydelse(DATE '2022-05-10', 'moving', 4500, true)['refund'] AS refund",
        column: "refund",
        value: "2250.00",
    },
};

/// The payment.
#[derive(Debug)]
pub struct Enkeltydelse;

impl Benefit<COUNT> for Enkeltydelse {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(GRANTED, arg::granted)];

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let granted = out.need(facts.granted, arg::granted);
        let repayable = out.need(facts.repayable, arg::repayable);
        let (rule, grouping) = match out.need(facts.purpose, arg::purpose)? {
            Purpose::Single => (RULE_81, 2),
            Purpose::Treatment => (RULE_82, 1),
            Purpose::Contact => (RULE_83, 0),
            Purpose::OthersChild => (RULE_84, 0),
            Purpose::Moving => (RULE_85, 2),
        };
        out.rule(rule);
        out.set(GROUPING, grouping);
        let granted = granted?;
        out.set(GRANTED, granted);
        out.set(REPAYABLE, if repayable? { granted } else { 0 });
        let percent = out.units(law, REFUND_PERCENT)?;
        let refund = out.round(law, OERE, Ratio::percent(granted, percent))?;
        out.set(REFUND, refund);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
