//! The order of operations over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, number, straight_rows};

straight_rows! { Payout }

impl Straight<COUNT, A, R> for Payout {
    const READ: [Read; R] = [];

    #[inline(always)]
    fn line(facts: &Known<A>, _: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (grants, sanctions) = (facts.get(arg::grants), facts.get(arg::sanctions));
        let (atp, tax) = (facts.get(arg::atp), facts.get(arg::tax));
        let (debtor, administration) = (facts.get(arg::debtor), facts.get(arg::administration));
        for amount in [grants, sanctions, atp, tax, debtor, administration] {
            line.need(true, amount);
        }
        line.rule_if(true, number(RULE_ORDER));
        let sanctioned = sanctions.min(grants);
        let after_sanctions = grants - sanctioned;
        let net = after_sanctions - atp - tax;
        line.stop(atp > after_sanctions, ATP_ABOVE);
        line.stop((atp <= after_sanctions) & (net < 0), TAX_ABOVE);
        let fits = line.goes_on();
        let withheld = debtor.min(net);
        line.set(GRANTS, grants);
        line.set(SANCTIONS, -sanctioned);
        line.set(SANCTIONS_LEFT, sanctions - sanctioned);
        line.set(AFTER_SANCTIONS, after_sanctions);
        line.set_if(fits, ATP, -atp);
        line.set_if(fits, TAX, -tax);
        line.set_if(fits, NET, net);
        line.set_if(fits, DEBTOR, -withheld);
        line.set_if(fits, ADMINISTRATION, -administration.min(net - withheld));
        line
    }
}
