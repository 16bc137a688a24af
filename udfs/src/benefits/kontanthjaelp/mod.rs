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
    BASE, CHILD_SUPPORT, COUNT, DISREGARD, Facts, INCOME, INCOME_DEDUCTION, REDUCTION_225, SPEC,
    SPOUSE_DEDUCTION, SUPPLEMENT, arg,
};
pub use rules::{Band, Decision, Family, Version, decide};

use crate::benefits::frame::{Benefit, Book, Input, Law, Outcome, Output, Spec};
use crate::benefits::las::{self, SupportPlaces, settle};
use crate::law::day;
use income::{PLACES, around, nothing_taken};

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
        let (base, supplement) = price(&decide(version, band, &Family::from(facts)), law, out);
        let support = base
            .zip(supplement)
            .and_then(|(base, supplement)| support(facts, version, band, [base, supplement], law, out));
        if let Some(support) = support {
            out.set(CHILD_SUPPORT, support);
        }
        let help = base
            .zip(supplement)
            .zip(support)
            .map(|((base, supplement), support)| base + supplement + support);
        if version.is_new_system() {
            return nothing_taken(help, facts, out);
        }
        settle(help, &around(facts), law, out, &PLACES)
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
fn price(decision: &Decision, law: &Law, out: &mut Outcome<COUNT>) -> (Option<i64>, Option<i64>) {
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
    (base, supplement)
}

/// § 25(4): the supplement for child support, read for those under 30 until June 2025.
fn support(
    facts: &Facts,
    version: Version,
    band: Band,
    [base, supplement]: [i64; 2],
    law: &Law,
    out: &mut Outcome<COUNT>,
) -> Option<i64> {
    if facts.child_support.is_some_and(|granted| granted > 0) {
        let not_read = if version.is_new_system() {
            Some(declaration::SUPPORT_FROM_2025)
        } else {
            (band == Band::From30).then_some(declaration::SUPPORT_FROM_30)
        };
        if let Some(gap) = not_read {
            out.stop(gap);
            return None;
        }
    }
    let places = SupportPlaces {
        maximum: declaration::CHILD_SUPPORT_MAX,
        and_activity: declaration::SUPPORT_AND_ACTIVITY,
    };
    las::support(facts.child_support, base, supplement, law, out, places)
}

#[cfg(test)]
mod tests;
