//! ATP over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    ArgumentId, Known, Line, PER_CENT, Rated, Read, Straight, either, number, over, part_of, straight_rows,
};

straight_rows! { AtpContribution }

/// Kroner an hour (in units of 1/10 000) times hours (in hundredths) over this is whole kroner.
const HOURS: u64 = 1_000_000;

/// Øre of a krone.
const KRONE: i64 = 100;

impl Straight<COUNT, A, R> for AtpContribution {
    const READ: [Read; R] = {
        let mut read = [Read::Oere; R];
        let units = [HOUR_RECIPIENT, HOUR_PAYER, FLEX_PCT, MONTH_HOURS, TWO_WEEKS_HOURS, WEEK_HOURS];
        let mut n = 0;
        while n < units.len() {
            read[units[n].0 as usize] = Read::Units;
            n += 1;
        }
        read
    };

    /// Each payment has one rate of the recipient, one of the payer and one threshold. Those of a month's help are looked up for every
    /// row, as most rows have it.
    const PICKED: u64 = {
        let (mut picked, mut n) = ((1 << R) - 1, 0);
        let of_help = [MINIMUM_PROVIDER, MINIMUM_OTHER, ONE_THIRD, TWO_THIRDS];
        while n < of_help.len() {
            picked &= !(1 << of_help[n].0);
            n += 1;
        }
        picked
    };

    /// A benefit has its rule, mostly that of a month's help.
    const COMMON: Option<(ArgumentId, i64)> = Some((arg::scheme, Scheme::Las as i64));

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let scheme = facts.get(arg::scheme);
        let (las, by_hours) = (scheme == Scheme::Las as i64, scheme == Scheme::Hours as i64);
        let flex = scheme == Scheme::Flex as i64;
        let refund = !(las | by_hours | flex);
        let (amount, provider) = (facts.get(arg::amount), facts.get(arg::provider));
        let (hours, period) = (facts.get(arg::hours), facts.get(arg::pay_period));
        line.need(las | flex, amount);
        line.need(las, provider);
        line.need(by_hours | refund, hours);
        line.need(refund, period);

        let minimum = either(provider == 1, number(MINIMUM_PROVIDER), number(MINIMUM_OTHER));
        let is = |one: PayPeriod| period == one as i64;
        let full = either(is(PayPeriod::TwoWeeks), number(TWO_WEEKS_HOURS), number(WEEK_HOURS));
        let full = either(is(PayPeriod::Month), number(MONTH_HOURS), full);
        let threshold = either(refund, full, minimum);
        line.ask_picked(las | refund, threshold);
        // Without the threshold nothing further is asked for.
        let found = rated.answers(&line);
        let minimum = either(provider == 1, rated.at(MINIMUM_PROVIDER), rated.at(MINIMUM_OTHER));
        let threshold = either(las, minimum, rated.pick(threshold));
        let class = class(hours, over::<100>(threshold));
        let below = las & (amount < threshold) | refund & (class == Class::None as i64);
        let (read, of_refund) = refund_rates(scheme, period, class);
        line.stop(refund & found & !below & !read, NOT_READ);

        let of = |this: bool, (recipient, payer): (RateId, RateId), other: [i64; 2]| {
            [either(this, number(recipient), other[0]), either(this, number(payer), other[1])]
        };
        let rates = of(las, (ONE_THIRD, TWO_THIRDS), of_refund);
        let rates = of(by_hours, (HOUR_RECIPIENT, HOUR_PAYER), rates);
        let [recipient, payer] = of(flex, (FLEX_PCT, FLEX_MAX), rates);
        let asked = found & !below & line.goes_on();
        line.ask_picked(asked, recipient);
        line.ask_picked(asked, payer);
        let known = rated.answers(&line) & line.goes_on();
        let recipient = either(las, rated.at(ONE_THIRD), rated.pick(recipient));
        let payer = either(las, rated.at(TWO_THIRDS), rated.pick(payer));
        let by_hour = |rate: i64| over::<HOURS>(hours.max(0) * rate) * KRONE;
        let of_flex = part_of::<PER_CENT>(amount, recipient).min(payer);
        let recipient = either(by_hours, by_hour(recipient), either(flex, of_flex, recipient));
        let payer = either(by_hours, by_hour(payer), either(flex, 0, payer));
        line.set_if(refund & found, CLASS, class);
        line.set_if(known, RECIPIENT, either(below, 0, recipient));
        line.set_if(known, PAYER, either(below, 0, payer));

        let of_las = either(below, number(RULE_LAS_BELOW), number(RULE_LAS));
        let rule = either(by_hours, number(RULE_HOURS), either(flex, number(RULE_FLEX), of_las));
        line.rule_if(found, either(refund, number(RULE_REFUND), rule));
        line
    }
}

/// The class of a refund by the hours of the period and those of a full one.
#[inline(always)]
fn class(hours: i64, full: i64) -> i64 {
    let third = either(3 * hours >= full, Class::OneThird as i64, Class::None as i64);
    let class = either(3 * hours >= 2 * full, Class::TwoThirds as i64, third);
    either(hours >= full, Class::Full as i64, class)
}

/// The numbers of the rates of a refund, and whether they were read.
#[inline(always)]
fn refund_rates(scheme: i64, period: i64, class: i64) -> (bool, [i64; 2]) {
    let is = |one: Scheme| scheme == one as i64;
    let of_month = (period == PayPeriod::Month as i64) & (class == Class::Full as i64);
    let of_week = (period == PayPeriod::Week as i64) & (class == Class::OneThird as i64);
    let month_or_week = either(of_month, number(C_MONTH_RECIPIENT), number(C_WEEK_RECIPIENT));
    let recipient = either(is(Scheme::RefundE), number(E_MONTH_RECIPIENT), month_or_week);
    let recipient = either(is(Scheme::RefundA), number(A_MONTH_RECIPIENT), recipient);
    let month_or_week = either(of_month, number(C_MONTH_PAYER), number(C_WEEK_PAYER));
    let payer = either(is(Scheme::RefundE), number(E_MONTH_PAYER), month_or_week);
    let payer = either(is(Scheme::RefundA), number(A_MONTH_PAYER), payer);
    (of_month | is(Scheme::RefundC) & of_week, [recipient, payer])
}
