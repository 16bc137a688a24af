//! Boligstøtteloft over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

straight_rows! { Boligstoetteloft }

impl Straight<COUNT, A, R> for Boligstoetteloft {
    const READ: [Read; R] = [Read::Oere; R];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (benefit, couple) = (facts.get(arg::housing_benefit), facts.get(arg::couple_whole_month));
        let raised = facts.get(arg::raised_rate_whole_month);
        line.need(true, benefit);
        line.need(true, couple);
        line.need(couple == 1, raised);
        let capped = (couple == 1) & (raised == 1);
        line.rule_if(true, either(capped, number(RULE_CAP), number(RULE_NO_CAP)));
        line.ask(capped, CAP);
        let found = rated.answers(&line);
        let ceiling = rated.at(CAP);
        line.set_if(capped & found, CEILING, ceiling);
        line.set_if(found, HOUSING_BENEFIT, benefit);
        line.set_if(found, CUT, -either(capped, (benefit - ceiling).max(0), 0));
        line
    }
}
