//! Økonomisk friplads over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, PER_CENT, Rated, Read, Straight, either, number, part_of, straight_rows,
};

/// Monthly incomes from here on are left to the plain function: below it, a year's fits 32 bits.
const INCOME_LIMIT: i64 = 1 << 28;

straight_rows! { OekonomiskFriplads }

impl Straight<COUNT, A, R> for OekonomiskFriplads {
    const READ: [Read; R] =
        [Read::Oere, Read::Oere, Read::Oere, Read::Oere, Read::Oere, Read::Whole, Read::Whole, Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (income, single) = (facts.get(arg::monthly_income), facts.get(arg::single_provider));
        let (children, price) = (facts.get(arg::children), facts.get(arg::place_price));
        let sibling = facts.get(arg::sibling_in_dearer_place);
        for fact in [income, single, price, sibling] {
            line.need(true, fact);
        }
        line.leave((income >= INCOME_LIMIT) | !(1..=MOST_CHILDREN).contains(&children));
        let (single, sibling) = (single == 1, sibling == 1);

        let raise = either(single, rated.at(SINGLE), 0) + (children - 1) * rated.at(PER_CHILD);
        let income = 12 * income;
        let (free, full) = (rated.at(FREE) + raise, rated.at(FULL) + raise);
        let (is_free, is_full) = (income < free, income >= full);
        let on_the_scale = !is_free & !is_full;
        let step = rated.at(STEP);
        line.leave(on_the_scale & (step == 0));
        // On the scale it fits 32 bits, where division is faster.
        let steps = i64::from((income - free) as u32 / (step as u32).max(1));
        let percent = (rated.at(FIRST_PCT) + steps).min(rated.at(LAST_PCT));
        let percent = either(is_free, 0, either(is_full, 100, percent));
        let rule = either(is_free, number(FREE_RULE), either(is_full, number(NONE), number(SCALE)));
        let payment = part_of::<100>(price, percent);
        let discount = either(sibling, part_of::<PER_CENT>(payment, rated.at(SIBLING_PCT)), 0);

        line.ask(true, FREE);
        line.ask(true, FULL);
        line.ask(single, SINGLE);
        line.ask(children > 1, PER_CHILD);
        for rate in [STEP, FIRST_PCT, LAST_PCT] {
            line.ask(on_the_scale, rate);
        }
        line.ask(sibling, SIBLING_PCT);
        line.leave(!rated.answers(&line));
        line.rule_if(true, rule);
        line.set(INCOME, income);
        line.set(LOWER, free);
        line.set(UPPER, full);
        line.set(PAYMENT_PCT, percent);
        line.set(FREE_PLACE, price - payment);
        line.set(SIBLING, discount);
        line.set(PAYMENT, payment - discount);
        line
    }
}
