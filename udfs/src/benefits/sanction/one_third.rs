//! The reduction of § 42: who received help unlawfully while working or abroad, in bad faith, gets one third less for 20 weeks, and the
//! reduced help in whole kroner.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, Date, FieldId, Flag, Input, Law, LawVersion, Month, Outcome, Output,
    Spec, facts, fields, gaps, rates, roundings, rule_ids,
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
            /// Kroner, the help of the month without the reduction.
            help: Amount,
            /// Day of the decision under § 42.
            decision_date: Date,
            /// Day the municipality established the offence; the reduction lapses five years later.
            established_date: Date,
            /// First month the reduction is served: the first whole calendar month after the decision, later if postponed.
            first_month: Month,
            /// A sanction under §§ 36-40 a runs in the month: the reduction waits.
            other_sanction: Flag,
        }
    }
}

rates! {
    WEEKS = "sanktion" / "unlawful_receipt_weeks";
    LAPSE_YEARS = "sanktion" / "unlawful_receipt_lapse_years";
}

rule_ids! {
    RULE_REDUCED = "unlawful_receipt_reduced";
    RULE_NOT_YET = "unlawful_receipt_not_yet";
    RULE_SERVED = "unlawful_receipt_served";
    RULE_POSTPONED = "unlawful_receipt_postponed";
    RULE_LAPSED = "unlawful_receipt_lapsed";
}

gaps! {
    TOO_EARLY = "error: first_month is not after the month of the decision";
    NOT_ESTABLISHED = "error: established_date is after the decision";
    PART_MONTH = "rule: the 20 weeks end within this month: the help of a part of a month was not read";
}

roundings! {
    KRONE = "krone_nearest";
}

fields! {
    steps {
        HELP = "help", "Help without the reduction.";
        REDUCTION = "reduction", "What § 42 takes, zero or negative.";
    }
    details {}
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "sanction_one_third",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: ROUNDINGS,
    versions: &[LawVersion { from: day::from_civil(2020, 1, 1), name: "las_2020" }],
    until: day::OPEN_END,
    doc: "The help of one person and month under a decision of § 42: reduced by one third and rounded to whole kroner in the months that lie \
          wholly within the 20 weeks from first_month; postponed while another sanction runs or no help is due, and lapsed five years after \
          the offence was established. Whether the help reaches the limit of § 42(1) is part of the decision: its regulated amount was not \
          read. The reduced help is also repaid (§ 95), which is not calculated here.",
    source: "law.rules; LAS § 42 and law.rounding_rules krone_nearest.",
    example: Example {
        sql: "SELECT sanction_one_third(period => DATE '2021-05-01', help => 11698, decision_date => DATE '2021-04-12', \
              established_date => DATE '2021-03-20', first_month => DATE '2021-05-01', other_sanction => false)['gross'] AS help",
        column: "help",
        value: "7799.00",
    },
};

/// The reduction.
#[derive(Debug)]
pub struct SanctionOneThird;

impl Benefit<COUNT> for SanctionOneThird {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(HELP, arg::help)];

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let help = out.need(facts.help, arg::help);
        if let Some(help) = help {
            out.set(HELP, help);
        }
        let reduced = reduced(facts, law, out);
        let (help, reduced) = (help?, reduced?);
        let left = if reduced { out.round(law, KRONE, Ratio::over(2 * i128::from(help), 3))? } else { help };
        out.set(REDUCTION, (left - help).min(0));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// Whether the month's help is reduced.
fn reduced(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<bool> {
    let decision = out.need(facts.decision_date, arg::decision_date);
    let established = out.need(facts.established_date, arg::established_date);
    let first = out.need(facts.first_month, arg::first_month);
    let other = out.need(facts.other_sanction, arg::other_sanction);
    let (weeks, years) = (out.whole(law, WEEKS), out.whole(law, LAPSE_YEARS));
    let (decision, established, first, other) = (decision?, established?, first?, other?);
    if first <= decision {
        out.stop(TOO_EARLY);
    }
    if established > decision {
        out.stop(NOT_ESTABLISHED);
    }
    if out.is_stopped() {
        return None;
    }
    let end = i64::from(first) + 7 * weeks?;
    let next_month = i64::from(first_of_next_month(facts.period));
    let rule = if facts.period < first {
        RULE_NOT_YET
    } else if i64::from(day::age_on(established, facts.period)) >= years? {
        RULE_LAPSED
    } else if i64::from(facts.period) >= end {
        RULE_SERVED
    } else if other || facts.help == Some(0) {
        RULE_POSTPONED
    } else if next_month > end {
        out.stop(PART_MONTH);
        return None;
    } else {
        RULE_REDUCED
    };
    out.rule(rule);
    Some(rule == RULE_REDUCED)
}

fn first_of_next_month(first: i32) -> i32 {
    let (year, month, _) = day::to_civil(first);
    if month == 12 { day::from_civil(year + 1, 1, 1) } else { day::from_civil(year, month + 1, 1) }
}

#[cfg(test)]
mod tests;
