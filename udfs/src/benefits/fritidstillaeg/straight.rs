//! Fritidstillæg over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

/// More children are left to the plain function.
const MOST_CHILDREN: i64 = 255;

straight_rows! { Fritidstillaeg }

impl Straight<COUNT, A, R> for Fritidstillaeg {
    const READ: [Read; R] = [Read::Oere, Read::Oere, Read::Whole, Read::Whole, Read::Whole, Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (children, waited) = (facts.get(arg::children_at_home), facts.get(arg::months_on_help));
        let (documented, single) = (facts.get(arg::documented), facts.get(arg::single_provider));
        let (since_work, raised) = (facts.get(arg::months_since_work), facts.get(arg::raised_rate));
        for fact in [children, waited, documented, single] {
            line.need(true, fact);
        }
        line.ask(true, WAITING_MONTHS);
        line.ask(true, MONTHS_AFTER_WORK);
        line.leave(!rated.answers(&line) | (children > MOST_CHILDREN));
        let early = waited < rated.at(WAITING_MONTHS);
        let over = (since_work >= 0) & (since_work >= rated.at(MONTHS_AFTER_WORK));
        let excluded = early | over | (documented == 0);
        let rule = either(over, number(RULE_OVER), number(RULE_NOT_DOCUMENTED));
        line.rule_if(excluded, either(early, number(RULE_TOO_EARLY), rule));

        let single = !excluded & (single == 1);
        line.need(single, raised);
        line.ask(single & (raised == 0), REDUCED_FOR_ALL_SINGLE);
        // Without the parameter nothing further is asked for.
        let known = rated.answers(&line);
        let due = known & !excluded;
        let reduced = single & ((raised == 1) | (rated.at(REDUCED_FOR_ALL_SINGLE) != 0));
        line.rule_if(due, either(reduced, number(RULE_SINGLE), number(RULE_COUPLE)));
        line.ask(due & reduced, PER_CHILD_SINGLE);
        line.ask(due & !reduced, PER_CHILD);
        line.ask(due, MAX_CHILDREN);
        line.leave(due & !rated.answers(&line));
        let per_child = either(reduced, rated.at(PER_CHILD_SINGLE), rated.at(PER_CHILD));
        let paid = either(due, children.min(rated.at(MAX_CHILDREN)), 0);
        line.set_if(known, CHILDREN, paid);
        line.set_if(known, SUPPLEMENT, per_child * paid);
        line
    }
}
