//! A single payment over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, PER_CENT, Rated, Read, Straight, either, number, part_of, straight_rows,
};

straight_rows! { Enkeltydelse }

impl Straight<COUNT, A, R> for Enkeltydelse {
    const READ: [Read; R] = [Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (purpose, granted) = (facts.get(arg::purpose), facts.get(arg::granted));
        let repayable = facts.get(arg::repayable);
        line.need(true, purpose);
        line.need(true, granted);
        line.need(true, repayable);
        line.ask(true, REFUND_PERCENT);
        let is = |of: Purpose| purpose == of as i64;
        let (rule, grouping) = [
            (is(Purpose::Single), RULE_81, 2),
            (is(Purpose::Treatment), RULE_82, 1),
            (is(Purpose::Contact), RULE_83, 0),
            (is(Purpose::OthersChild), RULE_84, 0),
        ]
        .into_iter()
        .fold((number(RULE_85), 2), |(rule, grouping), (this, of, of_grouping)| {
            (either(this, number(of), rule), either(this, of_grouping, grouping))
        });
        line.rule_if(true, rule);
        line.set(GROUPING, grouping);
        line.set(GRANTED, granted);
        line.set(REPAYABLE, either(repayable == 1, granted, 0));
        let refund = part_of::<PER_CENT>(granted.max(0), rated.at(REFUND_PERCENT));
        line.set_if(rated.answers(&line), REFUND, refund);
        line
    }
}
