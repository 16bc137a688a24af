//! Income offset, LAS §§ 30-31 as in force until June 2025, on whole øre.

use super::declaration::{
    CONVERSION_FACTOR, COUNT, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, Facts, NEW_SYSTEM, NO_FACTOR,
    SINGLE_WITH_SPOUSE, arg,
};
use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{ArgumentId, Law, Outcome};

/// Income of one person in the month, after ATP, AM-bidrag, set-aside holiday pay and collective pension; øre and hundredths of hours.
#[derive(Debug, Clone, Copy)]
struct Income {
    work: Option<i64>,
    /// Worked hours; unknown: the conversion factor is used.
    hours: Option<i64>,
    /// Other income, deducted krone for krone.
    other: Option<i64>,
}

/// What one person's income gives, in øre.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Offset {
    /// Income before the disregard.
    pub income: i64,
    /// Disregarded part.
    pub disregard: i64,
}

impl Offset {
    /// What counts against the help.
    pub(super) fn counted(&self) -> i64 {
        self.income - self.disregard
    }
}

/// The offset of the applicant and of the spouse until June 2025. `None` where it is not known; `out` then says why.
pub(super) fn offsets(
    facts: &Facts,
    law: &Law,
    out: &mut Outcome<COUNT>,
) -> (Option<Offset>, Option<Offset>) {
    let income = Income { work: facts.work_income, hours: facts.work_hours, other: facts.other_income };
    let own = offset(&income, law, out, arg::work_income, arg::other_income);
    let income = Income {
        work: facts.spouse_work_income,
        hours: facts.spouse_work_hours,
        other: facts.spouse_other_income,
    };
    if !has_spouse(facts, out) {
        return (own, Some(Offset::default()));
    }
    let spouse = offset(&income, law, out, arg::spouse_work_income, arg::spouse_other_income);
    if spouse.is_some_and(|spouse| spouse.counted() > 0) {
        out.need(facts.spouse_help, arg::spouse_help);
    }
    (own, spouse)
}

/// Whether a spouse's income counts. A single person with a spouse's income is an error; whether one is single must be known unless
/// facts about a spouse are given.
fn has_spouse(facts: &Facts, out: &mut Outcome<COUNT>) -> bool {
    let nothing = facts.spouse_work_income.is_none() && facts.spouse_other_income.is_none();
    match facts.single {
        Some(true) => {
            if facts.spouse_work_income.unwrap_or(0) != 0 || facts.spouse_other_income.unwrap_or(0) != 0 {
                out.stop(SINGLE_WITH_SPOUSE);
            }
            false
        }
        None if nothing => {
            out.need(facts.single, arg::single);
            false
        }
        _ => true,
    }
}

/// From July 2025 only the agreement's offset was read: without income the help is known, with any income it is not.
pub(super) fn no_income(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<()> {
    let work = out.need(facts.work_income, arg::work_income);
    let other = out.need(facts.other_income, arg::other_income);
    let mut known = any_of(work, other);
    if has_spouse(facts, out) {
        let work = out.need(facts.spouse_work_income, arg::spouse_work_income);
        let other = out.need(facts.spouse_other_income, arg::spouse_other_income);
        known = known.zip(any_of(work, other)).map(|(own, spouse)| own || spouse);
    }
    if known? {
        out.stop(NEW_SYSTEM);
        return None;
    }
    Some(())
}

/// Whether there is any of two incomes; `None` when one is unknown.
fn any_of(work: Option<i64>, other: Option<i64>) -> Option<bool> {
    work.zip(other).map(|(work, other)| work != 0 || other != 0)
}

fn offset(
    income: &Income,
    law: &Law,
    out: &mut Outcome<COUNT>,
    work_argument: ArgumentId,
    other_argument: ArgumentId,
) -> Option<Offset> {
    let work = out.need(income.work, work_argument);
    let other = out.need(income.other, other_argument);
    let (work, other) = (work?, other?);
    let disregard = if work > 0 { disregard(work, income.hours, law, out)? } else { 0 };
    Some(Offset { income: work + other, disregard })
}

/// LAS § 31(1) and (3): kroner per worked hour, at most 160 hours; hours not known are the income over the conversion factor. The
/// product is rounded once, to the nearest øre: no text read rounds it, and tables hold whole øre.
fn disregard(work: i64, hours: Option<i64>, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let per_hour = out.units(law, DISREGARD_PER_HOUR);
    let max_hours = out.units(law, DISREGARD_MAX_HOURS);
    let factor = if hours.is_none() { out.units(law, CONVERSION_FACTOR) } else { Some(1) };
    let (rate, max, factor) = (i128::from(per_hour?), max_hours?, factor?);
    if factor <= 0 {
        out.stop(NO_FACTOR);
        return None;
    }
    let amount = match hours {
        Some(hours) => Ratio::over(rate * i128::from((hours * 100).min(max)), 1_000_000),
        // Income over factor, in the units of the maximum; compared before dividing, so that nothing is rounded twice.
        None if i128::from(work) * 1_000_000 >= i128::from(max) * i128::from(factor) => {
            Ratio::over(rate * i128::from(max), 1_000_000)
        }
        None => Ratio::over(rate * i128::from(work), factor),
    };
    Some(amount.nearest()?.clamp(0, work))
}
