//! Godtgørelse over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, PER_CENT, Rated, Read, Straight, either, number, over, part_of, straight_rows,
};

/// Hundredths of kilometres a day from here on are left to the plain function: ten thousand.
const MOST_KM: i64 = 1_000_000;

straight_rows! { Godtgoerelse }

impl Straight<COUNT, A, R> for Godtgoerelse {
    const READ: [Read; R] = [Read::Units, Read::Units, Read::Oere];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (km, days) = (facts.get(arg::km_per_day), facts.get(arg::days));
        let expenses = facts.get(arg::expenses);
        line.need(true, km);
        line.need(true, expenses);
        line.leave((days > MOST_DAYS) | (km > MOST_KM));
        line.ask(true, FREE_KM);
        let free = over::<100>(rated.at(FREE_KM));
        let any = rated.answers(&line) & (km > free);
        let beyond = either(any, km - free, 0);
        line.need(any, days);
        line.ask(any, PER_KM);
        let found = rated.answers(&line);
        let kroner = part_of::<PER_CENT>(beyond * days.max(0), rated.at(PER_KM));
        line.rule_if(found, number(RULE));
        line.set_if(found, TRANSPORT, 100 * kroner);
        line.ask(true, MOST);
        line.set_if(rated.answers(&line), EXPENSES, expenses.min(rated.at(MOST)));
        line
    }
}
