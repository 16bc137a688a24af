//! Ressourceforløbsydelse over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Birthdays, Known, Line, NO_DAY, OLDEST, PER_CENT, RateId, Rated, Read, Straight, either, number, part_of,
    straight_rows,
};

straight_rows! { Ressourceforloebsydelse }

impl Straight<COUNT, A, R> for Ressourceforloebsydelse {
    const READ: [Read; R] = [
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Units,
        Read::Units,
        Read::Oere,
        Read::Units,
        Read::Units,
        Read::Units,
    ];

    fn of_day(_: &Law, day: i32) -> i64 {
        Birthdays::packed(day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let course = facts.get(arg::course);
        let (jobafklaring, refund) =
            (course == Course::Jobafklaring as i64, course == Course::EmployerRefund as i64);
        let (base, supplement) = base(facts, rated, &mut line);
        let whole = base + supplement;

        let share = facts.get(arg::work_share);
        line.need(true, share);
        line.leave((share > HALF) | (share > 0) & (course == Course::Ressourceforloeb as i64));
        let quarter = share <= QUARTER;
        let percent = either(quarter, rated.at(QUARTER_PCT), rated.at(HALF_PCT));
        line.ask((share > 0) & quarter, QUARTER_PCT);
        line.ask((share > 0) & !quarter, HALF_PCT);
        let reduced = either(share > 0, part_of::<PER_CENT>(whole, percent), whole);

        let (wage, employed) = (facts.get(arg::wage), facts.get(arg::employed_at_start));
        let (paid, other) = (facts.get(arg::fleksloentilskud), facts.get(arg::other_income));
        line.need(true, wage);
        line.need(true, other);
        line.need(jobafklaring & (wage > 0), employed);
        let from_start = jobafklaring & (wage > 0) & (employed == 1);
        line.need(from_start, paid);
        let by_limit = !from_start & (wage > 0);
        for rate in [WAGE_LIMIT, PCT_BELOW, PCT_ABOVE] {
            line.ask(by_limit, rate);
        }
        let (limit, by_limit) = (rated.at(WAGE_LIMIT), -i64::from(by_limit));
        let below = part_of::<PER_CENT>(wage.min(limit).max(0), rated.at(PCT_BELOW)) & by_limit;
        let above = part_of::<PER_CENT>((wage - limit).max(0), rated.at(PCT_ABOVE)) & by_limit;
        let full = either(from_start, wage + paid, 0);

        let (offer, hours) = (facts.get(arg::offer_income), facts.get(arg::offer_hours));
        line.need(true, offer);
        line.need(offer > 0, hours);
        line.ask(offer > 0, PER_OFFER_HOUR);
        let disregard = part_of::<10_000>(hours.max(0), rated.at(PER_OFFER_HOUR)).min(offer);
        let employer = facts.get(arg::employer_wage);
        line.need(refund, employer);
        line.leave(refund & (wage.max(offer) > 0));

        line.set(BASE, base);
        line.set(MAINTENANCE, supplement);
        line.set(PARTLY_FIT, reduced - whole);
        let mut left = reduced;
        for (step, deduction) in [
            (BELOW_LIMIT, below),
            (ABOVE_LIMIT, above),
            (FULL_WAGE, full),
            (OFFER, offer - disregard),
            (OTHER, other),
        ] {
            let part = deduction.min(left);
            left -= part;
            line.set(step, -part);
        }
        line.leave(refund & (left > employer) | !rated.answers(&line));
        line.set(PAYEE, i64::from(refund));
        line.set(DISREGARD, disregard);
        line
    }
}

/// The level and the supplement for child maintenance.
#[inline(always)]
fn base(facts: &Known<A>, rated: &Rated<'_, R>, line: &mut Line<COUNT>) -> (i64, i64) {
    let level = facts.get(arg::level);
    let (kontanthjaelp, by_week) =
        (level == Level::Kontanthjaelp as i64, level == Level::Sygedagpenge as i64);
    let low = level == Level::LedighedsydelseLow as i64;
    let weekly = by_week | (level == Level::Ledighedsydelse89 as i64);
    let (provider, with_parent) = (facts.get(arg::provider), facts.get(arg::lives_with_parent));
    line.need(kontanthjaelp | low, provider);
    let (birth, period) = (facts.get(arg::birth_date), facts.get(arg::period));
    let with_child = provider == 1;
    let asks_age = kontanthjaelp & !with_child & (with_parent != 0);
    line.leave(asks_age & ((birth == NO_DAY) | (birth > period) | (period - birth > OLDEST)));
    let young = asks_age & (birth > Birthdays::of(rated.of_day).of_25);
    line.need(young, with_parent);
    let maintenance = facts.get(arg::child_maintenance);
    line.need(young, maintenance);
    let (before, weeks) = (facts.get(arg::previous_week_amount), facts.get(arg::weeks));
    line.need(by_week, before);
    line.leave(weekly & !(0..=MOST_WEEKS).contains(&weeks));

    let amount = choose(kontanthjaelp & with_child, (PROVIDER, RULE_PROVIDER), 0, rated, line);
    let amount =
        choose(kontanthjaelp & !with_child & young, (LIVING_HOME, RULE_LIVING_HOME), amount, rated, line);
    let amount =
        choose(kontanthjaelp & !with_child & !young, (NON_PROVIDER, RULE_OTHER), amount, rated, line);
    let amount = choose(by_week, (SYGEDAGPENGE_MAX, RULE_SYGEDAGPENGE), amount, rated, line);
    let amount = choose(weekly & !by_week, (LEDIGHEDSYDELSE_89, RULE_LED_89), amount, rated, line);
    let amount = choose(low & with_child, (LEDIGHEDSYDELSE_PROVIDER, RULE_LED_PROVIDER), amount, rated, line);
    let amount = choose(low & !with_child, (LEDIGHEDSYDELSE_OTHER, RULE_LED_OTHER), amount, rated, line);
    line.ask(young & (maintenance > 0), MAINTENANCE_MAX);
    let amount = either(by_week, amount.min(before), amount) * either(weekly, weeks, 1);
    let most = (rated.at(MAINTENANCE_MAX) - amount).max(0);
    (amount, either(young, maintenance.min(most), 0))
}

/// A rate with its rule where it is this one, else the amount chosen before.
#[inline(always)]
fn choose(
    this: bool,
    (rate, rule): (RateId, RuleId),
    chosen: i64,
    rated: &Rated<'_, R>,
    line: &mut Line<COUNT>,
) -> i64 {
    line.ask(this, rate);
    line.rule_if(this, number(rule));
    either(this, rated.at(rate), chosen)
}
