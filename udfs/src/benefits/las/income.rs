//! Income offset of the monthly help until June 2025, LAS §§ 26 and 30-31, on whole øre.

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{ArgumentId, FieldId, GapId, Law, Outcome, RateId};
use crate::law::day;

/// Income of one person in the month, after ATP, AM-bidrag, set-aside holiday pay and collective pension; øre and hundredths of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Income {
    /// Work income.
    pub work: Option<i64>,
    /// Worked hours; unknown: the conversion factor is used.
    pub hours: Option<i64>,
    /// Other income, deducted krone for krone.
    pub other: Option<i64>,
}

/// The facts that decide what is taken out of a month's help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// First day of the month covered, days since 1970-01-01.
    pub period: i32,
    /// Neither married nor cohabiting as spouses.
    pub single: Option<bool>,
    /// Has the duty to provide for an own child under 18.
    pub provider: Option<bool>,
    /// Income of the applicant.
    pub own: Income,
    /// Income of the spouse; not needed when single.
    pub spouse: Income,
    /// The spouse's own calculated help that month, øre.
    pub spouse_help: Option<i64>,
    /// Decision under § 26(3): the spouse does not use work opportunities and gets no help; `None`: no such decision.
    pub spouse_opted_out: Option<bool>,
    /// Reduction that a decision under the 225-hour rule states, øre; `None`: no such decision.
    pub reduction_225: Option<i64>,
}

/// Where a benefit keeps what the hourly disregard needs.
#[derive(Debug, Clone, Copy)]
pub struct OffsetPlaces {
    pub(crate) per_hour: RateId,
    pub(crate) max_hours: RateId,
    pub(crate) factor: RateId,
    /// The reason for a conversion factor that is not positive.
    pub(crate) no_factor: GapId,
}

/// Where a benefit keeps the arguments, rates, reasons and fields of the shared steps.
#[derive(Debug)]
pub struct Places {
    pub(crate) period: ArgumentId,
    pub(crate) single: ArgumentId,
    pub(crate) provider: ArgumentId,
    /// Work income and other income of the applicant.
    pub(crate) own: [ArgumentId; 2],
    pub(crate) own_hours: ArgumentId,
    /// Work income and other income of the spouse.
    pub(crate) spouse: [ArgumentId; 2],
    pub(crate) spouse_hours: ArgumentId,
    pub(crate) spouse_help: ArgumentId,
    pub(crate) spouse_opted_out: ArgumentId,
    /// The reduction that a decision states.
    pub(crate) decided_225: ArgumentId,
    pub(crate) offset: OffsetPlaces,
    pub(crate) spouse_limit_provider: RateId,
    pub(crate) spouse_limit_other: RateId,
    pub(crate) single_with_spouse: GapId,
    pub(crate) help_and_opted_out: GapId,
    pub(crate) no_225_rule: GapId,
    pub(crate) reduction_225: FieldId,
    pub(crate) income_deduction: FieldId,
    pub(crate) spouse_deduction: FieldId,
    pub(crate) income: FieldId,
    pub(crate) disregard: FieldId,
}

/// First day of the 225-hour rule's reductions, and the first day after them.
pub(super) const RULE_225: std::ops::Range<i32> = day::from_civil(2016, 10, 1)..day::from_civil(2025, 7, 1);

/// Takes out of the help (the rate with its supplements) the 225-hour reduction, own income, and the spouse's income above the
/// spouse's own help or, under § 26(3), above the rate of § 25(2); never below zero.
pub fn settle<const N: usize>(
    help: Option<i64>,
    facts: &Around,
    law: &Law,
    out: &mut Outcome<N>,
    at: &Places,
) -> Option<()> {
    if facts.reduction_225.is_some() && !RULE_225.contains(&facts.period) {
        out.stop(at.no_225_rule);
    }
    let own = offset(&facts.own, at.own, law, out, &at.offset);
    if let Some(own) = own {
        out.set(at.income, own.income);
        out.set(at.disregard, own.disregard);
    }
    let excess = spouse_excess(facts, law, out, at);
    let (help, own, excess) = (help?, own?, excess?);
    let reduction = facts.reduction_225.unwrap_or(0).min(help);
    let own_deduction = own.counted().min(help - reduction);
    let spouse_deduction = excess.min(help - reduction - own_deduction);
    out.set(at.reduction_225, -reduction);
    out.set(at.income_deduction, -own_deduction);
    out.set(at.spouse_deduction, -spouse_deduction);
    Some(())
}

/// What one person's income gives, in øre.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offset {
    /// Income before the disregard.
    pub income: i64,
    /// Disregarded part.
    pub disregard: i64,
}

impl Offset {
    /// What counts against the help.
    pub fn counted(&self) -> i64 {
        self.income - self.disregard
    }
}

/// The income of one person and its disregard; `names` are the arguments of work income and other income.
pub fn offset<const N: usize>(
    income: &Income,
    names: [ArgumentId; 2],
    law: &Law,
    out: &mut Outcome<N>,
    at: &OffsetPlaces,
) -> Option<Offset> {
    let (work, other) = (out.need(income.work, names[0]), out.need(income.other, names[1]));
    let (work, other) = (work?, other?);
    let disregard = if work > 0 { disregard(work, income.hours, law, out, at)? } else { 0 };
    Some(Offset { income: work + other, disregard })
}

/// LAS § 31(1) and (3): kroner per worked hour, at most 160 hours; hours not known are the income over the conversion factor. The
/// product is rounded once, to the nearest øre: no text read rounds it, and tables hold whole øre.
fn disregard<const N: usize>(
    work: i64,
    hours: Option<i64>,
    law: &Law,
    out: &mut Outcome<N>,
    at: &OffsetPlaces,
) -> Option<i64> {
    let per_hour = out.units(law, at.per_hour);
    let max_hours = out.units(law, at.max_hours);
    let factor = if hours.is_none() { out.units(law, at.factor) } else { Some(1) };
    let (rate, max, factor) = (i128::from(per_hour?), max_hours?, factor?);
    if factor <= 0 {
        out.stop(at.no_factor);
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

/// The part of the spouse's income that is deducted.
fn spouse_excess<const N: usize>(
    facts: &Around,
    law: &Law,
    out: &mut Outcome<N>,
    at: &Places,
) -> Option<i64> {
    let spouse = &facts.spouse;
    let opted_out = facts.spouse_opted_out == Some(true);
    let nonzero = |amount: Option<i64>| amount.is_some_and(|a| a != 0);
    if facts.single == Some(true) {
        if nonzero(spouse.work) || nonzero(spouse.other) || opted_out {
            out.stop(at.single_with_spouse);
        }
        return Some(0);
    }
    if facts.single.is_none() && spouse.work.is_none() && spouse.other.is_none() {
        return out.need(None, at.single);
    }
    let counted = offset(spouse, at.spouse, law, out, &at.offset)?.counted();
    if counted == 0 {
        return Some(0);
    }
    let free = if opted_out {
        if nonzero(facts.spouse_help) {
            out.stop(at.help_and_opted_out);
        }
        let provider = out.need(facts.provider, at.provider)?;
        out.oere(law, if provider { at.spouse_limit_provider } else { at.spouse_limit_other })?
    } else {
        out.need(facts.spouse_help, at.spouse_help)?
    };
    Some((counted - free).max(0))
}

/// The age on a day. A birth after the day, or more than 150 years before it, refuses the fact.
pub fn age<const N: usize>(birth: i32, on: i32, argument: ArgumentId, out: &mut Outcome<N>) -> Option<i32> {
    let age = day::age_on(birth, on);
    if birth > on || age > OLDEST {
        out.refuse(argument);
        return None;
    }
    Some(age)
}

/// Whole years nobody outlives.
const OLDEST: i32 = 150;
