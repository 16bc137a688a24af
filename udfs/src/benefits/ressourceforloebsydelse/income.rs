//! What income takes from the benefit, LAS §§ 68 a and 69 j.

use super::*;
use crate::benefits::frame::FieldId;

/// Every deduction in the order applied, øre, before it is held at what is left.
pub(super) fn deductions(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<[(FieldId, i64); 5]> {
    let wage = out.need(facts.wage, arg::wage);
    let offer = offer(facts, law, out);
    let other = out.need(facts.other_income, arg::other_income);
    let wage = wage?;
    if facts.course == Course::EmployerRefund
        && (wage > 0 || facts.offer_income.is_some_and(|income| income > 0))
    {
        out.stop(REFUND_OF_WAGE);
    }
    let whole = match facts.course {
        Course::Jobafklaring if wage > 0 => out.need(facts.employed_at_start, arg::employed_at_start)?,
        _ => false,
    };
    let ([below, above], full) = match whole {
        true => ([0, 0], wage + out.need(facts.fleksloentilskud, arg::fleksloentilskud)?),
        false => (by_limit(wage, law, out)?, 0),
    };
    Some([(BELOW_LIMIT, below), (ABOVE_LIMIT, above), (FULL_WAGE, full), (OFFER, offer?), (OTHER, other?)])
}

/// 30 % up to the limit and 55 % above it.
fn by_limit(wage: i64, law: &Law, out: &mut Outcome<COUNT>) -> Option<[i64; 2]> {
    if wage == 0 {
        return Some([0, 0]);
    }
    let limit = out.oere(law, WAGE_LIMIT);
    let (below, above) = (out.units(law, PCT_BELOW), out.units(law, PCT_ABOVE));
    let limit = limit?;
    let part = |of: i64, percent: i64| Ratio::percent(of, percent).nearest();
    Some([part(wage.min(limit), below?)?, part((wage - limit).max(0), above?)?])
}

/// Income in an offer above its disregard an hour.
fn offer(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let income = out.need(facts.offer_income, arg::offer_income)?;
    let disregard = match income {
        0 => 0,
        income => {
            let hours = out.need(facts.offer_hours, arg::offer_hours);
            let per_hour = out.units(law, PER_OFFER_HOUR);
            Ratio::hours(per_hour?, hours?).nearest()?.min(income)
        }
    };
    out.set(DISREGARD, disregard);
    Some(income - disregard)
}
