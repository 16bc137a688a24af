//! The contribution to the mandatory pension scheme over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, PER_CENT, Rated, Read, Straight, number, part_of, straight_rows};

straight_rows! { MandatoryPension }

impl Straight<COUNT, A, R> for MandatoryPension {
    const READ: [Read; R] = [Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let amount = facts.get(arg::amount);
        line.need(true, amount);
        line.ask(true, PCT);
        line.rule_if(true, number(RULE));
        line.set_if(rated.answers(&line), CONTRIBUTION, part_of::<PER_CENT>(amount, rated.at(PCT)));
        line
    }
}
