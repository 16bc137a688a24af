//! Særlig støtte over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

/// More children are left to the plain function.
const CHILDREN: i64 = 255;

straight_rows! { SaerligStoette }

impl Straight<COUNT, A, R> for SaerligStoette {
    const READ: [Read; R] = [Read::Oere; R];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (excluded, provider) = (facts.get(arg::excluded), facts.get(arg::provider));
        let (home, away) = (facts.get(arg::children_at_home), facts.get(arg::children_away));
        let (cost, cheaper) = (facts.get(arg::net_housing_cost), facts.get(arg::reasonable_housing_cost));
        let (income, costs, help) =
            (facts.get(arg::net_income), facts.get(arg::work_costs), facts.get(arg::net_help));
        line.need(true, excluded);
        let (excluded, with_child) = (excluded == 1, provider == 1);
        for amount in [provider, cost, income, costs, help] {
            line.need(!excluded, amount);
        }
        line.need(cheaper >= 0, cheaper);
        // Providers without a child, and more children than the thresholds are made for.
        let no_children = (home | away) < 0;
        line.leave(!excluded & with_child & (no_children | (home + away == 0) | (home.max(away) > CHILDREN)));

        let at_home = home > 0;
        let of_children = either(at_home, number(RULE_CHILD_AT_HOME), number(RULE_CHILD_AWAY));
        let rule = either(with_child, of_children, number(RULE_NON_PROVIDER));
        line.rule_if(true, either(excluded, number(RULE_EXCLUDED), rule));
        let of_children = either(at_home, rated.at(CHILD_AT_HOME), rated.at(CHILD_AWAY));
        let base = either(with_child, of_children, rated.at(NON_PROVIDER));
        line.ask(!excluded & !with_child, NON_PROVIDER);
        line.ask(!excluded & with_child & at_home, CHILD_AT_HOME);
        line.ask(!excluded & with_child & !at_home, CHILD_AWAY);
        let further = |children: i64| either(with_child, children.clamp(0, CHILDREN), 0);
        let (home, away) = (further(home - 1), further(away - i64::from(!at_home)));
        line.ask(!excluded & (home > 0), LESS_PER_CHILD_AT_HOME);
        line.ask(!excluded & (away > 0), LESS_PER_CHILD_AWAY);
        let threshold = base - home * rated.at(LESS_PER_CHILD_AT_HOME) - away * rated.at(LESS_PER_CHILD_AWAY);
        let found = rated.answers(&line);
        line.leave(!excluded & found & (threshold < 0));

        let cost = either(cheaper >= 0, cost.min(cheaper), cost);
        let above = either(excluded, 0, (cost - threshold).max(0));
        let reduction = (income - costs - help).max(0).min(above);
        let left = above - reduction;
        line.ask(found & (left > 0), MAXIMUM);
        line.set_if(found & !excluded, THRESHOLD, threshold);
        line.set_if(found, ABOVE_THRESHOLD, above);
        line.set_if(found, INCOME_REDUCTION, -reduction);
        let maximum = either(left > 0, rated.at(MAXIMUM), 0);
        line.set_if(rated.answers(&line), MAXIMUM_REDUCTION, -(left - maximum).max(0));
        line
    }
}
