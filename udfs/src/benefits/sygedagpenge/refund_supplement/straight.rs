//! The supplement to an employer's refund over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, PER_CENT, Rated, Read, Straight, number, part, straight_rows};

straight_rows! { RefundSupplement }

impl Straight<COUNT, A, R> for RefundSupplement {
    const READ: [Read; R] = [Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let refund = facts.get(arg::employer_refund);
        line.need(true, refund);
        line.rule_if(true, number(RULE));
        line.ask(refund > 0, PERCENT);
        let kroner = part(refund.max(0), rated.at(PERCENT), 100 * PER_CENT);
        line.set_if(rated.answers(&line), SUPPLEMENT, 100 * kroner);
        line
    }
}
