//! Selvforsørgelses- og hjemrejseydelse (until 2019: integrationsydelse) and overgangsydelse, lov om aktiv socialpolitik § 22, until
//! June 2025: for persons who do not meet the residence or employment requirement of § 11.
//!
//! Both benefits have the same rows; they differ in the persons they are for, which the grant decides, and in their first day.

pub mod overgangsydelse;
pub mod sho;
mod straight;

use crate::benefits::frame::{Benefit, Book, Date, Flag, Input, Law, Month, Outcome, Output, Spec};
use crate::benefits::las::{age, las_facts, las_fields, las_gaps, settle};
use sho::{
    BONUS, CONVERSION_FACTOR, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, LIVING_HOME, LIVING_OUT,
    PROVIDER_NO_EXTRA, RULE_LIVING_HOME, RULE_LIVING_OUT, RULE_PROVIDER_NO_EXTRA, RULE_SINGLE_PROVIDER,
    SINGLE_PROVIDER, SPOUSE_LIMIT_OTHER, SPOUSE_LIMIT_PROVIDER,
};

las_facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// Date of birth; the age on the first day of the month decides.
            birth_date: Date,
        }
        given {
            /// Has the duty to provide for an own child under 18 (forsørger).
            provider: Flag,
            /// Right to ekstra børnetilskud; needed of providers.
            extra_child_allowance: Flag,
            /// Hjemmeboende; needed under 30 without children.
            lives_with_parent: Flag,
            /// A decision grants dansk-bonus for the month (§ 22(4)). NULL: no such decision.
            dansk_bonus: Flag,
        }
    }
}

las_gaps! {
    MINOR = "rule: under 18";
    BONUS_AND_INCOME = "rule: income larger than the rate together with dansk-bonus: whether the bonus is reduced was not read";
}

las_fields! {
    BASE_RATE = "base_rate", "Monthly rate, LAS § 22(2).";
    SUPPLEMENT = "supplement", "Dansk-bonus, LAS § 22(4).";
}

/// Selvforsørgelses- og hjemrejseydelse, until 2019 integrationsydelse.
#[derive(Debug)]
pub struct Selvforsoergelsesydelse;

impl Benefit<COUNT> for Selvforsoergelsesydelse {
    type Facts = Facts;
    const SPEC: &'static Spec = &sho::SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        section_22(facts, law, out)
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows::<Self>(book, input, rows, output);
    }
}

/// Overgangsydelse.
#[derive(Debug)]
pub struct Overgangsydelse;

impl Benefit<COUNT> for Overgangsydelse {
    type Facts = Facts;
    const SPEC: &'static Spec = &overgangsydelse::SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        section_22(facts, law, out)
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows::<Self>(book, input, rows, output);
    }
}

/// § 22: the rate, the bonus, and what is taken out.
fn section_22(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
    let base = rate(facts, law, out);
    let bonus = if facts.dansk_bonus == Some(true) { out.oere(law, BONUS) } else { Some(0) };
    if let Some(base) = base {
        out.set(BASE_RATE, base);
    }
    if let Some(bonus) = bonus {
        out.set(SUPPLEMENT, bonus);
    }
    let help = base.zip(bonus).map(|(base, bonus)| base + bonus);
    settle(help, &facts.around(), law, out, &PLACES)?;
    let taken = [REDUCTION_225, INCOME_DEDUCTION, SPOUSE_DEDUCTION].iter().filter_map(|step| out.get(*step));
    if bonus > Some(0) && -taken.sum::<i64>() > base? {
        out.stop(BONUS_AND_INCOME);
    }
    Some(())
}

/// The rows of § 22(2): providers first, then under 30 at home, then all others.
fn rate(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let age = age(facts.birth_date, facts.period, arg::birth_date, out)?;
    if age < 18 {
        out.stop(MINOR);
        return None;
    }
    let (rule, rate) = if out.need(facts.provider, arg::provider)? {
        if out.need(facts.extra_child_allowance, arg::extra_child_allowance)? {
            (RULE_SINGLE_PROVIDER, SINGLE_PROVIDER)
        } else {
            (RULE_PROVIDER_NO_EXTRA, PROVIDER_NO_EXTRA)
        }
    } else if age < 30 && out.need(facts.lives_with_parent, arg::lives_with_parent)? {
        (RULE_LIVING_HOME, LIVING_HOME)
    } else {
        (RULE_LIVING_OUT, LIVING_OUT)
    };
    out.rule(rule);
    out.oere(law, rate)
}

#[cfg(test)]
mod tests;
