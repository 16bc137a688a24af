//! A-tax over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, PER_CENT, Rated, Read, Straight, either, number, over, straight_rows,
};

straight_rows! { ATax }

/// Øre of a krone and of ten.
const KRONE: u32 = 100;
const TEN: u32 = 1_000;

impl Straight<COUNT, A, R> for ATax {
    const READ: [Read; R] = [Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (card, method) = (facts.get(arg::card), facts.get(arg::method));
        let (main, free) = (card == Card::Main as i64, card == Card::Free as i64);
        let without = card == Card::None as i64;
        let (income, deduction) = (facts.get(arg::income), facts.get(arg::deduction));
        let (percent, left) = (facts.get(arg::percent), facts.get(arg::free_amount_left));
        line.need(true, income);
        line.need(main, deduction);
        line.need(!free & !without, percent);
        line.need(free, left);
        line.ask(without, WITHOUT_CARD);
        line.stop(free & (income > left), ABOVE_FREE);
        let known = rated.answers(&line) & line.goes_on();
        let rule = either(without, number(RULE_NONE), number(RULE_SECONDARY));
        let rule = either(free, number(RULE_FREE), either(main, number(RULE_MAIN), rule));
        line.rule_if(known, rule);

        let base = (income - either(main, deduction, 0)).max(0);
        let base = either(free, 0, base);
        let units = either(without, rated.at(WITHOUT_CARD), percent * (AMOUNT_UNIT / 100));
        let tens = method == Method::BaseDown10TaxUp as i64;
        // More than the whole is no percentage of a card, but a rate could be.
        line.leave(units > PER_CENT as i64);
        let units = units.min(PER_CENT as i64);
        let base = either(tens, i64::from(base as u32 / TEN * TEN), base);
        // To the øre, or of the third way up to the krone: all but one part of a krone is added before the øre are deleted. What is
        // left, at most the base, fits 32 bits, where division is faster.
        let up = PER_CENT as i64 * i64::from(KRONE) - 1;
        let oere = over::<PER_CENT>(base * units + either(tens, up, PER_CENT as i64 / 2));
        let nearest = method == Method::NearestKrone as i64;
        let kroner = (oere as u32 + if nearest { KRONE / 2 } else { 0 }) / KRONE * KRONE;
        let tax = either(method == Method::Oere as i64, oere, i64::from(kroner));
        line.set_if(known, BASE, base);
        line.set_if(known, TAX, tax);
        line
    }
}
