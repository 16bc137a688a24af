//! Kontanthjælpsloft over many rows, without branches.

use super::*;
use crate::benefits::frame::{Known, Line, Rated, Read, Straight, either, number, straight_rows};

straight_rows! { Kontanthjaelpsloft }

/// Øre of a krone: the share is rounded down to it.
const KRONE: u32 = 100;

/// Families of a group.
const FAMILIES: usize = CEILINGS[0].len();

/// [`CEILINGS`] by number, one group after the other.
const NUMBERS: [i64; 32] = {
    let (mut numbers, mut n) = ([0; 32], 0);
    while n < CEILINGS.len() * FAMILIES {
        numbers[n] = CEILINGS[n / FAMILIES][n % FAMILIES].0 as i64;
        n += 1;
    }
    numbers
};

impl Straight<COUNT, A, R> for Kontanthjaelpsloft {
    const READ: [Read; R] = [Read::Oere; R];

    /// Each person has one ceiling.
    const PICKED: u64 = (1 << R) - 1;

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (support, exempt) = (facts.get(arg::saerlig_stoette), facts.get(arg::exempt_dwelling));
        let (benefit, adults) = (facts.get(arg::housing_benefit), facts.get(arg::adults));
        for fact in [support, benefit, adults, exempt] {
            line.need(true, fact);
        }
        line.leave(adults == 0);
        // Both fit 32 bits, where division is faster.
        let share = i64::from(benefit as u32 / KRONE / adults.max(1) as u32 * KRONE);

        let (help, group) = (facts.get(arg::help), facts.get(arg::rate_group));
        let (single, children) = (facts.get(arg::single), facts.get(arg::children));
        let exempt = exempt == 1;
        for fact in [help, group, single, children] {
            line.need(!exempt, fact);
        }
        let family = FAMILIES as i64 * group + 3 * single + children.min(2);
        let rate = NUMBERS[family as usize % NUMBERS.len()];
        let ceiling = rated.pick(rate);
        line.ask_picked(!exempt, rate);
        line.rule_if(true, either(exempt, number(RULE_EXEMPT), number(RULE_CEILING)));
        let known = rated.answers(&line);
        let room = (ceiling - help).max(0);
        line.set_if(!exempt & known, CEILING, ceiling);
        line.set_if(!exempt & known, ROOM, room);

        let over = either(exempt, 0, (support + share - room).max(0));
        let support_cut = over.min(support);
        line.set_if(known, SAERLIG_STOETTE, support);
        line.set_if(known, SAERLIG_STOETTE_CUT, -support_cut);
        line.set_if(known, HOUSING_SHARE, share);
        line.set_if(known, HOUSING_CUT, -(over - support_cut).min(share));
        line
    }
}
