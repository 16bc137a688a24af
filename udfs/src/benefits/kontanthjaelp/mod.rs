//! Kontanthjælp (cash assistance), lov om aktiv socialpolitik §§ 16-20, 23-26 and 30-31.
//!
//! [`assess`] is the law: one case and month in, one calculation with its steps out, on whole øre. The SQL function
//! tabulates the same decision and runs the same arithmetic over columns.

mod income;
pub mod keys;
mod month;
pub mod rules;
mod table;
mod udf;

pub use income::Income;
pub use month::Month;
pub use rules::{Band, Decision, Family, Version, decide};
pub use udf::Kontanthjaelp;

use crate::law::{Rates, day, money};
use income::{Offset, offset};
use month::{Priced, push};

/// The facts of one case in one month. `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// First day of the month covered, days since 1970-01-01.
    pub period: Option<i32>,
    /// Date of birth.
    pub birth_date: Option<i32>,
    /// What chooses the rate.
    pub family: Family,
    /// Income of the applicant.
    pub own: Income,
    /// Income of the spouse; not needed when single.
    pub spouse: Income,
    /// The spouse's own calculated help that month, øre.
    pub spouse_help: Option<i64>,
}

/// The calculation of one case and month; money in øre.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// Monthly rate.
    pub base_rate: Option<i64>,
    /// Sum of the supplements.
    pub supplement: Option<i64>,
    /// Deducted for own income, zero or negative.
    pub income_deduction: Option<i64>,
    /// Deducted for the spouse's income, zero or negative.
    pub spouse_deduction: Option<i64>,
    /// Help before tax: the sum of the four steps; `None` when something is missing.
    pub gross: Option<i64>,
    /// Own income before the disregard.
    pub income: Option<i64>,
    /// Disregarded part of the own income.
    pub disregard: Option<i64>,
    /// Rule that chose the rate.
    pub rule_id: Option<&'static str>,
    /// Law version.
    pub law_version: Option<&'static str>,
    /// Rates used, separated by `; `.
    pub rates_used: String,
    /// What stopped the calculation, separated by `; `; empty when nothing did.
    pub missing: String,
    /// A derived, unpublished amount was used.
    pub derived_rates_used: bool,
}

/// Calculates one case and month.
pub fn assess(facts: &Facts, rates: &Rates) -> Assessment {
    let (period, band) = match frame(facts.period, facts.birth_date) {
        Ok(known) => known,
        Err(missing) => return Assessment { missing: missing.to_string(), ..Assessment::default() },
    };
    let Some(month) = Month::of(period, rates) else {
        return Assessment { missing: NO_LAW.to_string(), ..Assessment::default() };
    };
    let decision = decide(month.version, band, &facts.family);
    let priced = month.price(&decision, rates);
    let steps = settle(&priced, &month, facts);
    let (mut rates_used, mut missing) = (priced.rates_used, priced.missing);
    explain(steps.bits, &month, rates, &mut rates_used, &mut missing);
    Assessment {
        base_rate: priced.base,
        supplement: priced.supplement,
        income_deduction: steps.income_deduction,
        spouse_deduction: steps.spouse_deduction,
        gross: steps.gross,
        income: steps.income,
        disregard: steps.disregard,
        rule_id: decision.rule,
        law_version: Some(month.version.as_str()),
        rates_used,
        missing,
        derived_rates_used: priced.derived || income::rates_of(steps.bits).any(|key| month.derived(key)),
    }
}

const NO_LAW: &str = "no law: before 2014-01-01";

/// Month and age band, or why there is none.
fn frame(period: Option<i32>, birth_date: Option<i32>) -> Result<(i32, Band), &'static str> {
    let (period, birth) = match (period, birth_date) {
        (Some(period), Some(birth)) => (period, birth),
        (Some(_), None) => return Err("birth_date"),
        (None, Some(_)) => return Err("period"),
        (None, None) => return Err("period; birth_date"),
    };
    if period >= day::OPEN_END || day::to_civil(period).2 != 1 {
        return Err("error: period is not the first day of a month before 2200");
    }
    let age = day::age_on(birth, period);
    if birth > period || age > 150 {
        return Err("error: birth_date is after the period or more than 150 years before it");
    }
    Ok((period, Band::of(age)))
}

/// The arithmetic of one case.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    income_deduction: Option<i64>,
    spouse_deduction: Option<i64>,
    gross: Option<i64>,
    income: Option<i64>,
    disregard: Option<i64>,
    /// Bits of [`income::GAPS`] and of the rates asked for.
    bits: u32,
}

/// Deducts income (LAS § 30): own income from the own help, then the spouse's income above the spouse's own help; never below zero.
fn settle(priced: &Priced, month: &Month, facts: &Facts) -> Steps {
    let single = facts.family.single;
    let amounts = [facts.own.work, facts.own.other, facts.spouse.work, facts.spouse.other, facts.spouse_help];
    if amounts.iter().flatten().any(|a| a.unsigned_abs() > money::MAX_OERE as u64) {
        return Steps { bits: 1 << income::TOO_LARGE, ..Steps::default() };
    }
    let positive = |amount: Option<i64>| amount.is_some_and(|a| a != 0);
    let spouse_income = positive(facts.spouse.work) || positive(facts.spouse.other);
    if month.version.is_new_system() {
        return new_system_income(priced, facts, spouse_income);
    }
    let own = offset(&facts.own, month, income::WORK, income::OTHER);
    let mut bits = own.bits;
    let mut spouse = Offset::default();
    match single {
        Some(true) => bits |= u32::from(spouse_income) << income::SINGLE_WITH_SPOUSE,
        None if facts.spouse.work.is_none() && facts.spouse.other.is_none() => bits |= 1 << income::SINGLE,
        _ => {
            spouse = offset(&facts.spouse, month, income::SPOUSE_WORK, income::SPOUSE_OTHER);
            bits |= spouse.bits;
            if spouse.income > spouse.disregard {
                bits |= u32::from(facts.spouse_help.is_none()) << income::SPOUSE_HELP;
                bits |= u32::from(facts.spouse_help.is_some_and(|h| h < 0)) << income::NEGATIVE;
            }
        }
    }
    let stopped = bits & 0xFFFF != 0 || income::rates_of(bits).any(|key| month.value(key).is_none());
    let known = own.bits & 0xFFFF == 0 && !income::rates_of(own.bits).any(|key| month.value(key).is_none());
    let mut steps = Steps {
        income: known.then_some(own.income),
        disregard: known.then_some(own.disregard),
        bits,
        ..Steps::default()
    };
    let (false, true, Some(base), Some(supplement)) =
        (stopped, priced.missing.is_empty(), priced.base, priced.supplement)
    else {
        return steps;
    };
    let help = base + supplement;
    let own_deduction = (own.income - own.disregard).min(help);
    let excess = (spouse.income - spouse.disregard - facts.spouse_help.unwrap_or(0)).max(0);
    let spouse_deduction = excess.min(help - own_deduction);
    steps.income_deduction = Some(-own_deduction);
    steps.spouse_deduction = Some(-spouse_deduction);
    steps.gross = Some(help - own_deduction - spouse_deduction);
    steps
}

/// From July 2025 only the agreement's offset was read: without income the help is known, with any income it is not.
fn new_system_income(priced: &Priced, facts: &Facts, spouse_income: bool) -> Steps {
    let own = &facts.own;
    let mut bits =
        u32::from(own.work.is_none()) << income::WORK | u32::from(own.other.is_none()) << income::OTHER;
    let unknown_spouse = facts.spouse.work.is_none() || facts.spouse.other.is_none();
    match facts.family.single {
        Some(true) => bits |= u32::from(spouse_income) << income::SINGLE_WITH_SPOUSE,
        None if facts.spouse.work.is_none() && facts.spouse.other.is_none() => bits |= 1 << income::SINGLE,
        _ if unknown_spouse => {
            bits |= u32::from(facts.spouse.work.is_none()) << income::SPOUSE_WORK;
            bits |= u32::from(facts.spouse.other.is_none()) << income::SPOUSE_OTHER;
        }
        _ => bits |= u32::from(spouse_income) << income::NEW_SYSTEM,
    }
    let own_income = own.work.unwrap_or(0) != 0 || own.other.unwrap_or(0) != 0;
    bits |= u32::from(own_income) << income::NEW_SYSTEM;
    let mut steps = Steps { bits, ..Steps::default() };
    if bits == 0 {
        (steps.income, steps.disregard) = (Some(0), Some(0));
        if priced.missing.is_empty() {
            (steps.income_deduction, steps.spouse_deduction) = (Some(0), Some(0));
            steps.gross = priced.base.zip(priced.supplement).map(|(b, s)| b + s);
        }
    }
    steps
}

/// Adds the texts of the income to those of the rate.
fn explain(bits: u32, month: &Month, rates: &Rates, used: &mut String, missing: &mut String) {
    for (i, gap) in income::GAPS.iter().enumerate() {
        if bits & (1 << i) != 0 {
            push(missing, gap);
        }
    }
    for key in income::rates_of(bits) {
        month.note(key, rates, used, missing);
    }
}

#[cfg(test)]
mod tests;
