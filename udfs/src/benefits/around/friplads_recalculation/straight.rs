//! The monthly recalculation of økonomisk friplads over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

straight_rows! { FripladsRecalculation }

impl Straight<COUNT, A, R> for FripladsRecalculation {
    const READ: [Read; R] = [Read::Oere, Read::Whole];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (decided, actual) = (facts.get(arg::decided_income), facts.get(arg::actual_income));
        line.need(true, decided);
        line.need(true, actual);
        line.ask(true, STEP);
        line.ask(true, LEAST);
        let step = rated.at(STEP);
        line.leave(!rated.answers(&line) | (step == 0));
        let difference = 12 * (actual - decided);
        let apart = (difference.unsigned_abs() / step.max(1) as u64) as i64;
        let again = apart >= rated.at(LEAST);
        line.rule_if(true, either(again, number(AGAIN), number(UNCHANGED)));
        line.set(RECALCULATE, i64::from(again));
        line.set(DIFFERENCE, difference);
        line.set(STEPS_APART, apart);
        line
    }
}
