//! Sygedagpenge over many rows, without branches.

use super::recipient::{HALF, QUARTER, WHOLE};
use super::*;
use crate::benefits::frame::{
    Known, Line, NO_DAY, PER_CENT, Rated, Read, Straight, either, number, over, part, part_of, straight_rows,
};
use crate::law::money::AMOUNT_UNIT;

/// Hours of pay from here on are left to the plain function.
const HOURS_LIMIT: i64 = 1 << 24;

/// Parts of a week.
const FIFTHS: u64 = WORKING_DAYS as u64;

straight_rows! { Sygedagpenge }

impl Straight<COUNT, A, R> for Sygedagpenge {
    const READ: [Read; R] = [
        Read::Oere,
        Read::Oere,
        Read::Oere,
        Read::Units,
        Read::Whole,
        Read::Whole,
        Read::Units,
        Read::Units,
        Read::Units,
        Read::Units,
        Read::Units,
    ];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let recipient = facts.get(arg::recipient);
        let is = |kind: Recipient| recipient == kind as i64;
        let (employed, self_employed) = (is(Recipient::Employee), is(Recipient::SelfEmployed));
        let (unemployed, partly) = (is(Recipient::Unemployed), is(Recipient::PartlyUnemployed));

        let (earning, per_hour, hours) = employee(facts, rated, employed, &mut line);
        let (assessed, percent) = assessment(facts, rated, self_employed, &mut line);
        let (per_day, dagpenge) = (facts.get(arg::dagpenge_per_day), facts.get(arg::dagpenge_per_hour));
        line.need(unemployed, per_day);
        let hours_left = without_work(facts, rated, partly, &mut line);
        line.need(partly, dagpenge);
        line.rule_if(unemployed, number(UNEMPLOYED));
        line.rule_if(partly, number(PARTLY_UNEMPLOYED));

        let hours = either(employed, hours, hours_left);
        let per_hour = either(employed, per_hour, dagpenge);
        let by_hours = part_of::<100>(hours.max(0), per_hour);
        let by_hours = either(employed, by_hours.min(rated.at(MAX_WEEK)), by_hours);
        let by_week = either(self_employed, part_of::<PER_CENT>(assessed, percent), WORKING_DAYS * per_day);
        let week_amount = either(employed | partly, by_hours, by_week);

        let (week, from, to) = (facts.get(arg::week), facts.get(arg::absent_from), facts.get(arg::absent_to));
        line.leave((from == NO_DAY) | (to == NO_DAY) | (to <= from));
        let absent_days = days(week, from, to);
        let waiting = waits(facts, rated, employed, self_employed, absent_days > 0, week_amount, &mut line);
        let paid_days = days(week, from + waiting, to);
        let (absent, paid) =
            (part_of::<FIFTHS>(week_amount, absent_days), part_of::<FIFTHS>(week_amount, paid_days));
        let employer_pay = facts.get(arg::employer_pay);
        line.need(employed & (paid > 0), employer_pay);
        line.leave(!rated.answers(&line));

        line.set(WEEK, week_amount);
        line.set(NOT_ABSENT, absent - week_amount);
        line.set(PERIOD, paid - absent);
        line.set(EMPLOYER_PAY, -either(employed, employer_pay.max(0).min(paid), 0));
        line.set_if(employed & (hours != 0), EARNING, earning);
        line.set_if(employed & (hours != 0) | partly, PER_HOUR, per_hour);
        line.set_if(employed | partly, HOURS, hours);
        line.set(DAYS, paid_days);
        line
    }
}

/// Employees: the earning of an hour, the amount of an hour, and the hours that count.
#[inline(always)]
fn employee(
    facts: &Known<A>,
    rated: &Rated<'_, R>,
    employed: bool,
    line: &mut Line<COUNT>,
) -> (i64, i64, i64) {
    let (weekly, absent) = (facts.get(arg::weekly_hours), facts.get(arg::absent_hours));
    let offers = facts.get(arg::employer_offers_part_time);
    line.need(employed, weekly);
    line.need(employed, absent);
    line.leave(employed & (absent > weekly));
    let whole = absent == weekly;
    line.ask(employed & !whole, MINIMUM_ABSENCE);
    let fit = !whole & (absent * 100 < rated.at(MINIMUM_ABSENCE));
    let partly = !whole & !fit;
    line.need(employed & partly, offers);
    let hours = either(fit, 0, either(partly & (offers == 1), absent, weekly));
    let rule = either(offers == 1, number(EMPLOYEE_PARTLY), number(EMPLOYEE_NO_PART_TIME));
    let rule = either(partly, rule, number(EMPLOYEE));
    line.rule_if(employed, either(fit, number(EMPLOYEE_FIT), rule));

    let (pay, pay_hours, am) = (facts.get(arg::pay), facts.get(arg::pay_hours), rated.at(AM_PCT));
    let any = employed & (hours != 0);
    line.need(any, pay);
    line.leave(any & !((1..HOURS_LIMIT).contains(&pay_hours) & (am <= WHOLE)));
    for rate in [MAX_HOUR, MAX_WEEK, AM_PCT] {
        line.ask(any, rate);
    }
    // Øre after AM-bidrag over hours, which are in hundredths.
    let earning = part(pay, WHOLE - am, (pay_hours.max(1) * AMOUNT_UNIT) as u64);
    (earning, earning.min(rated.at(MAX_HOUR)), hours)
}

/// Self-employed: the assessment that counts, and how much of it is paid.
#[inline(always)]
fn assessment(facts: &Known<A>, rated: &Rated<'_, R>, this: bool, line: &mut Line<COUNT>) -> (i64, i64) {
    let (work, earning) = (facts.get(arg::work_share), facts.get(arg::weekly_earning));
    let insurance = facts.get(arg::insurance);
    line.need(this, work);
    let fit = work > HALF;
    let due = this & !fit;
    line.need(due, earning);
    line.need(due, insurance);
    let maximum = rated.at(MAX_WEEK);
    let insured = (insurance != Insurance::None as i64) & (earning < maximum);
    line.ask(due, MAX_WEEK);
    line.ask(due & insured, INSURED_MINIMUM);
    let assessed = earning.max(either(insured, rated.at(INSURED_MINIMUM), 0)).min(maximum);
    let (quarter, whole) = (work <= QUARTER, work == 0);
    line.ask(due & !whole & quarter, PCT_QUARTER);
    line.ask(due & !whole & !quarter, PCT_HALF);
    let percent = either(quarter, rated.at(PCT_QUARTER), rated.at(PCT_HALF));
    let percent = either(fit, 0, either(whole, WHOLE, percent));
    let rule = either(quarter, number(SELF_EMPLOYED_QUARTER), number(SELF_EMPLOYED_HALF));
    let rule = either(whole, number(SELF_EMPLOYED), rule);
    line.rule_if(this, either(fit, number(SELF_EMPLOYED_FIT), rule));
    (assessed, percent)
}

/// Partly unemployed: hours without work.
#[inline(always)]
fn without_work(facts: &Known<A>, rated: &Rated<'_, R>, this: bool, line: &mut Line<COUNT>) -> i64 {
    let (full_time, work) = (facts.get(arg::insured_full_time), facts.get(arg::work_hours));
    line.need(this, full_time);
    line.need(this, work);
    let full_time = full_time == 1;
    line.ask(this & full_time, HOURS_FULL_TIME);
    line.ask(this & !full_time, HOURS_PART_TIME);
    (over::<100>(either(full_time, rated.at(HOURS_FULL_TIME), rated.at(HOURS_PART_TIME))) - work).max(0)
}

/// Days of absence before the municipality pays.
#[inline(always)]
fn waits(
    facts: &Known<A>,
    rated: &Rated<'_, R>,
    employed: bool,
    self_employed: bool,
    absent: bool,
    week_amount: i64,
    line: &mut Line<COUNT>,
) -> i64 {
    let (period, insurance) = (facts.get(arg::employer_period), facts.get(arg::insurance));
    // Where nothing is due and nothing says whose the days are, they have no number.
    let told = either(employed, period, either(self_employed, insurance, 0)) >= 0;
    line.leave(absent & (week_amount == 0) & !told);
    let days = rated.at(EMPLOYER_DAYS);
    let reach = facts.get(arg::week) - facts.get(arg::absent_from) < days;
    line.ask(absent & employed, EMPLOYER_DAYS);
    line.need(absent & employed & reach, period);
    line.need(absent & self_employed, insurance);
    let uninsured = insurance == Insurance::None as i64;
    line.ask(absent & self_employed & uninsured, WAITING_DAYS);
    let third = either(insurance == Insurance::ThirdDay as i64, 2, 0);
    let of_self_employed = either(uninsured, rated.at(WAITING_DAYS), third);
    let of_employee = either(reach & (period == 1), days, 0);
    either(employed, of_employee, either(self_employed, of_self_employed, 0))
}

/// Working days of a week within half-open days.
#[inline(always)]
fn days(week: i64, from: i64, to: i64) -> i64 {
    (to.min(week + WORKING_DAYS) - from.max(week)).max(0)
}
