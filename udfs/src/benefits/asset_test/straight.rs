//! The asset test over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

straight_rows! { AssetTest }

impl Straight<COUNT, A, R> for AssetTest {
    const READ: [Read; R] = [Read::Oere; R];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (assets, left_out) = (facts.get(arg::assets), facts.get(arg::assets_left_out));
        let (single, spouse) = (facts.get(arg::single), facts.get(arg::spouse_assets));
        line.need(true, assets);
        line.need(left_out >= 0, left_out);
        line.need(true, single);
        let single = single == 1;
        line.need(!single, spouse);
        line.leave(single & (spouse > 0));
        line.rule_if(true, either(single, number(RULE_SINGLE), number(RULE_SPOUSES)));
        line.ask(single, LIMIT_SINGLE);
        line.ask(!single, LIMIT_SPOUSES);
        let limit = either(single, rated.at(LIMIT_SINGLE), rated.at(LIMIT_SPOUSES));
        let counted = assets + spouse.max(0) - left_out.max(0);
        let found = rated.answers(&line);
        line.leave(found & (counted < 0));
        line.set_if(found, LIMIT, limit);
        line.set_if(found, ASSETS, counted);
        line.set_if(found, DISREGARD, -counted.min(limit));
        line.set_if(found, WITHIN_LIMIT, i64::from(counted <= limit));
        line
    }
}
