//! Ledighedsydelse over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, part_of, straight_rows};

straight_rows! { Ledighedsydelse }

impl Straight<COUNT, A, R> for Ledighedsydelse {
    const READ: [Read; R] = [Read::Oere, Read::Oere, Read::Oere, Read::Oere, Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (low, provider) = (facts.get(arg::level) == Level::Low as i64, facts.get(arg::provider));
        let (weeks, deduction) = (facts.get(arg::weeks), facts.get(arg::deduction));
        let hours = facts.get(arg::side_hours);
        line.need(true, deduction);
        line.leave(low & (provider < 0) | !low & (weeks > MOST_WEEKS));
        let with_hours = hours >= 0;
        line.ask(with_hours, CONVERSION);
        // Without the conversion nothing further is asked for.
        let converted = rated.answers(&line);
        line.set_if(
            with_hours & converted,
            SIDE_INCOME,
            part_of::<10_000>(hours.max(0), rated.at(CONVERSION)),
        );

        let by_week = weeks >= 0;
        let provider = provider == 1;
        let of_low = either(provider, rated.at(LOW_PROVIDER), rated.at(LOW_OTHER));
        let of_max = either(by_week, rated.at(WEEKLY) * weeks, rated.at(MONTHLY));
        let base = either(low, of_low, of_max);
        line.ask(converted & !low & by_week, WEEKLY);
        line.ask(converted & !low & !by_week, MONTHLY);
        line.ask(converted & low & provider, LOW_PROVIDER);
        line.ask(converted & low & !provider, LOW_OTHER);
        let found = rated.answers(&line);
        let rule = either(low, either(provider, number(PROVIDER), number(OTHER)), number(MAX_89));
        line.rule_if(found, rule);
        line.set_if(found, BASE, base);
        line.set_if(found, DEDUCTION, -deduction.min(base));
        line
    }
}
