//! Fleksløntilskud over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, NO_DAY, PER_CENT, Rated, Read, Straight, either, number, part, part_of, straight_rows,
};

straight_rows! { Fleksloentilskud }

impl Straight<COUNT, A, R> for Fleksloentilskud {
    const READ: [Read; R] =
        [Read::Oere, Read::Oere, Read::Units, Read::Units, Read::Units, Read::Units, Read::Oere];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (period, month) = (facts.get(arg::period), facts.get(arg::wage_month));
        let from = facts.get(arg::flexjob_from);
        let (flex, other) = (facts.get(arg::flex_wage), facts.get(arg::other_wage));
        let (full_time, supplement) = (facts.get(arg::full_time_pay), facts.get(arg::holiday_supplement));
        let days = facts.get(arg::other_benefit_days);
        // Both begin a month: only the month before is 28 to 31 days away.
        line.leave((month != NO_DAY) & !(28..=31).contains(&(period - month)));
        line.leave(
            (from != NO_DAY) & (from < i64::from(SCHEME)) | (days > DAYS_OF_A_MONTH) | (supplement > flex),
        );
        line.need(true, flex);
        let wages = flex != 0;
        line.need(wages, other);
        line.need(wages, days);

        let (maximum, limit) = (rated.at(MAX), rated.at(LIMIT));
        let wage = flex + other;
        let below = part_of::<PER_CENT>(wage.min(limit).max(0), rated.at(PCT_BELOW)).min(maximum);
        let above = part_of::<PER_CENT>((wage - limit).max(0), rated.at(PCT_ABOVE)).min(maximum - below);
        let reduced = maximum - below - above;
        let due = wages & (reduced > 0);
        line.need(due, full_time);
        let over = (flex + reduced - full_time).max(0).min(reduced);
        line.need(due & (over > 0), supplement);
        let over = (flex + reduced - full_time - supplement.max(0)).max(0).min(reduced);
        let left = reduced - over;
        line.ask(wages & (left > 0) & (days > 0), MONTH_DAYS);
        let month = (rated.at(MONTH_DAYS) as u64).max(1);
        let days = part(left, days.max(0) * AMOUNT_UNIT, month).min(left);
        let gross = left - days;

        for rate in [MAX, LIMIT, PCT_BELOW, PCT_ABOVE, ATP_PCT, ATP_MAX] {
            line.ask(wages, rate);
        }
        line.leave(!rated.answers(&line));
        let rule = either(over > 0, number(SUBSIDY_CEILING), number(SUBSIDY));
        line.rule_if(true, either(wages, rule, number(NO_WAGE)));
        let atp = part_of::<PER_CENT>(gross, rated.at(ATP_PCT)).min(rated.at(ATP_MAX));
        let paid = -i64::from(wages);
        line.set(MAXIMUM, maximum & paid);
        line.set(BELOW_LIMIT, -below & paid);
        line.set(ABOVE_LIMIT, -above & paid);
        line.set(CEILING, -over & paid);
        line.set(OTHER_BENEFIT, -days & paid);
        line.set(ELEVATED_ATP, atp & paid);
        line.set_if(wages, WAGE, wage);
        line
    }
}
