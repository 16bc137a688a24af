//! Kontanthjælp (cash assistance), lov om aktiv socialpolitik §§ 16-20, 23-26 and 30-31.
//!
//! [`Kontanthjaelp::assess`](crate::benefits::frame::Benefit::assess) is the law: one case and month in, one calculation with its
//! steps out, on whole øre. Over columns the kernel tabulates the same decision and runs the same arithmetic.

mod columns;
mod declaration;
mod income;
mod kernel;
mod months;
pub mod rules;
mod table;

pub use declaration::{
    BASE, COUNT, DISREGARD, Facts, INCOME, INCOME_DEDUCTION, SPEC, SPOUSE_DEDUCTION, SUPPLEMENT, arg,
};
pub use rules::{Band, Decision, Family, Version, decide};

use crate::benefits::frame::{Benefit, Book, Input, Law, Outcome, Output, Spec};
use crate::benefits::las::income::Offset;
use crate::law::day;
use income::{no_income, offsets};

/// The benefit kontanthjælp.
#[derive(Debug)]
pub struct Kontanthjaelp;

impl Benefit<COUNT> for Kontanthjaelp {
    type Facts = Facts;
    const SPEC: &'static Spec = SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let version = Version::ALL[law.version()];
        let Some(band) = band(facts.birth_date, facts.period) else {
            out.stop(declaration::BIRTH_DATE);
            return None;
        };
        let decision = decide(version, band, &Family::from(facts));
        let help = price(&decision, law, out);
        let (own, spouse) = if version.is_new_system() {
            let nothing = no_income(facts, out).map(|()| Offset::default());
            (nothing, nothing)
        } else {
            offsets(facts, law, out)
        };
        if let Some(own) = own {
            out.set(INCOME, own.income);
            out.set(DISREGARD, own.disregard);
        }
        let (help, own, spouse) = (help?, own?, spouse?);
        if out.is_stopped() {
            return None;
        }
        // LAS § 30: own income from the own help, then the spouse's income above the spouse's own help; never below zero.
        let own_deduction = own.counted().min(help);
        let excess = (spouse.counted() - facts.spouse_help.unwrap_or(0)).max(0);
        out.set(INCOME_DEDUCTION, -own_deduction);
        out.set(SPOUSE_DEDUCTION, -excess.min(help - own_deduction));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        kernel::rows(book, input, rows, output);
    }
}

/// The age band of a person in the month; `None` when the date of birth cannot be one.
fn band(birth_date: i32, period: i32) -> Option<Band> {
    let age = day::age_on(birth_date, period);
    (birth_date <= period && age <= 150).then(|| Band::of(age))
}

/// Rate and supplements of a decision, in øre.
fn price(decision: &Decision, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    out.stop_for(decision.facts, decision.gaps);
    if let Some(rule) = decision.rule {
        out.rule(rule);
    }
    let base = decision.base.and_then(|rate| out.oere(law, rate));
    if let Some(base) = base {
        out.set(BASE, base);
    }
    let mut supplement = (decision.is_complete() && decision.base.is_some()).then_some(0);
    for rate in decision.supplements.into_iter().flatten() {
        supplement = out.oere(law, rate).zip(supplement).map(|(rate, sum)| sum + rate);
    }
    if let Some(supplement) = supplement {
        out.set(SUPPLEMENT, supplement);
    }
    Some(base? + supplement?)
}

#[cfg(test)]
mod tests;
