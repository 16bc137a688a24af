//! The amount of a whole week of absence, by kind of recipient.

use super::*;
use crate::law::money::AMOUNT_UNIT;

/// A whole in hundredths of a per cent.
pub(super) const WHOLE: i64 = 100 * AMOUNT_UNIT;

/// Hours of absence times the hourly earning of three completed months, both at most the maximum (§§ 46, 47, 50, 53).
pub(super) fn employee(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let hours = absent_hours(facts, law, out);
    if hours == Some(0) {
        // No hour counts: what an hour is worth is not needed.
        out.set(HOURS, 0);
        return hours;
    }
    let pay = out.need(facts.pay, arg::pay);
    let pay_hours = out.need(facts.pay_hours, arg::pay_hours);
    if pay_hours == Some(0) {
        out.stop(NO_HOURS);
    }
    let (max_hour, max_week) = (out.oere(law, MAX_HOUR), out.oere(law, MAX_WEEK));
    let am = out.units(law, AM_PCT);
    let (pay, pay_hours) = (pay?, pay_hours.filter(|hours| *hours > 0)?);
    // Øre after AM-bidrag over hours: `pay_hours` is in hundredths.
    let after = i128::from(pay) * i128::from(WHOLE - am?) * 100;
    let earning = Ratio { dividend: after, divisor: i128::from(WHOLE) * i128::from(pay_hours) }.nearest()?;
    let per_hour = earning.min(max_hour?);
    out.set(EARNING, earning);
    out.set(PER_HOUR, per_hour);
    let hours = hours?;
    out.set(HOURS, hours);
    Some(Ratio::over(i128::from(per_hour) * i128::from(hours), 100).nearest()?.min(max_week?))
}

/// Hours of a whole week that count, with the rule that says so.
fn absent_hours(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let weekly = out.need(facts.weekly_hours, arg::weekly_hours);
    let absent = out.need(facts.absent_hours, arg::absent_hours);
    let (weekly, absent) = weekly.zip(absent)?;
    if absent > weekly {
        out.stop(ABSENT_HOURS);
        return None;
    }
    if absent == weekly {
        out.rule(EMPLOYEE);
        return Some(weekly);
    }
    // A rate in units of 1/10 000 hour, hours in hundredths.
    if absent * 100 < out.units(law, MINIMUM_ABSENCE)? {
        out.rule(EMPLOYEE_FIT);
        return Some(0);
    }
    if out.need(facts.employer_offers_part_time, arg::employer_offers_part_time)? {
        out.rule(EMPLOYEE_PARTLY);
        Some(absent)
    } else {
        out.rule(EMPLOYEE_NO_PART_TIME);
        Some(weekly)
    }
}

/// The latest tax assessment, at least two thirds of the maximum when insured; less when some work can be done (§§ 45, 53).
pub(super) fn self_employed(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let work = out.need(facts.work_share, arg::work_share);
    if work.is_some_and(|share| share > HALF) {
        out.rule(SELF_EMPLOYED_FIT);
        return Some(0);
    }
    let earning = out.need(facts.weekly_earning, arg::weekly_earning);
    let insurance = out.need(facts.insurance, arg::insurance);
    let maximum = out.oere(law, MAX_WEEK)?;
    let earning = earning?;
    let minimum = match insurance? {
        Insurance::None => 0,
        Insurance::FirstDay | Insurance::ThirdDay if earning >= maximum => 0,
        Insurance::FirstDay | Insurance::ThirdDay => out.oere(law, INSURED_MINIMUM)?,
    };
    let whole = earning.max(minimum).min(maximum);
    let (rule, percent) = match work? {
        0 => (SELF_EMPLOYED, WHOLE),
        share if share <= QUARTER => (SELF_EMPLOYED_QUARTER, out.units(law, PCT_QUARTER)?),
        _ => (SELF_EMPLOYED_HALF, out.units(law, PCT_HALF)?),
    };
    out.rule(rule);
    Ratio::percent(whole, percent).nearest()
}

/// A quarter and a half of the normal work, in hundredths of a per cent.
pub(super) const QUARTER: i64 = 2_500;
pub(super) const HALF: i64 = 5_000;

/// The dagpenge rate of five days; partly fit counts as wholly absent (§§ 51, 53 stk. 2).
pub(super) fn unemployed(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<i64> {
    let per_day = out.need(facts.dagpenge_per_day, arg::dagpenge_per_day)?;
    out.rule(UNEMPLOYED);
    Some(WORKING_DAYS * per_day)
}

/// 37 or 30 hours less the hours that would have been worked (order § 13).
pub(super) fn partly_unemployed(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let full_time = out.need(facts.insured_full_time, arg::insured_full_time);
    let work = out.need(facts.work_hours, arg::work_hours);
    let per_hour = out.need(facts.dagpenge_per_hour, arg::dagpenge_per_hour);
    let insured = out.units(law, if full_time? { HOURS_FULL_TIME } else { HOURS_PART_TIME })? / 100;
    let hours = (insured - work?).max(0);
    out.rule(PARTLY_UNEMPLOYED);
    out.set(HOURS, hours);
    let per_hour = per_hour?;
    out.set(PER_HOUR, per_hour);
    Ratio::over(i128::from(per_hour) * i128::from(hours), 100).nearest()
}
