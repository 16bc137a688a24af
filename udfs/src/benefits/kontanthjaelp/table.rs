//! The decision tabulated: one index per family, so that a row costs a look-up and not a chain of branches.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::declaration::arg;
use super::rules::{Band, Decision, Family, Version, decide};

/// The facts of a family, in the order of the arguments.
pub(super) const FLAGS: usize = 11;

/// Position of the fact `single` among the facts.
pub(super) const SINGLE: usize = (arg::single.0 - arg::provider.0) as usize;

/// Values of a fact: unknown, false, true.
const FACT: [Option<bool>; 3] = [None, Some(false), Some(true)];

/// Families of the old system: eight facts of three values and one of two. The new one has fewer; its first ones are used.
pub(super) const FAMILIES: usize = BARRED * 2;

/// Every decision there is, and which one each version, band and family has.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) decisions: Vec<Decision>,
    /// Position in `decisions` by version, band and family.
    pub(super) ids: Vec<u16>,
    /// A decision of each price: what a row costs to look up is how much memory is about.
    pub(super) priced: Vec<Decision>,
    /// Position in `priced` by version, band and family; the first is that of decisions which something stops.
    pub(super) prices: Vec<u8>,
    /// What the facts add to the index of a family, by the system (old, new).
    pub(super) weights: [Weights; 2],
}

/// What a fact of a family adds to its index: once its place when it is known, once more when it is true.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) places: [i32; FLAGS],
    /// Added when one of the last two facts is known to be false.
    pub(super) barred: i32,
}

impl Weights {
    /// Of the facts at some positions, least digit first.
    fn new(digits: &[usize]) -> Weights {
        let mut places = [0; FLAGS];
        let mut place = 1;
        for position in digits {
            places[*position] = place;
            place *= 3;
        }
        Weights { places, barred: 0 }
    }
}

/// The table, built once per process: decisions do not depend on amounts.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

/// The facts of a family in order.
#[cfg(test)]
fn facts(f: &Family) -> [Option<bool>; FLAGS] {
    [
        f.provider,
        f.extra_child_allowance,
        f.single,
        f.lives_with_parent,
        f.partner_on_assistance,
        f.pregnant_past_week_12,
        f.severe_mental_illness,
        f.vocational_education,
        f.activity_ready,
        f.residence_requirement_met,
        f.employment_requirement_met,
    ]
}

/// The positions of the facts a system reads, least digit first; the index of a family is in base three.
fn digits(new_system: bool) -> &'static [usize] {
    if new_system { &[0, 1, 2, 3, 8, 9, 10] } else { &[0, 1, 3, 4, 5, 6, 7, 8] }
}

/// What the old system, which asks of the two requirements only whether one of them is not met, adds to the index where that is so.
const BARRED: usize = 6561;

/// A family whose facts are given in order.
fn family(facts: [Option<bool>; FLAGS]) -> Family {
    Family {
        provider: facts[0],
        extra_child_allowance: facts[1],
        single: facts[2],
        lives_with_parent: facts[3],
        partner_on_assistance: facts[4],
        pregnant_past_week_12: facts[5],
        severe_mental_illness: facts[6],
        vocational_education: facts[7],
        activity_ready: facts[8],
        residence_requirement_met: facts[9],
        employment_requirement_met: facts[10],
    }
}

/// Entry of the first family of a version and band.
fn start(version: Version, band: Band) -> usize {
    (version as usize * Band::ALL.len() + band as usize) * FAMILIES
}

impl Table {
    fn build() -> Table {
        let entries = Version::ALL.len() * Band::ALL.len() * FAMILIES;
        let stopped = Decision { gaps: 1, ..Decision::default() };
        let mut building = Building {
            decisions: Vec::new(),
            priced: vec![stopped],
            known: HashMap::new(),
            ids: vec![0; entries],
            prices: vec![0; entries],
        };
        for version in Version::ALL {
            for band in Band::ALL {
                let start = start(version, band);
                let place = Place { version, band, start };
                building.split(place, [None; FLAGS], 0);
                if !version.is_new_system() {
                    let mut facts = [None; FLAGS];
                    facts[FLAGS - 2] = Some(false);
                    building.split(Place { start: start + BARRED, ..place }, facts, 0);
                }
            }
        }
        let Building { decisions, priced, ids, prices, .. } = building;
        let old = Weights { barred: BARRED as i32, ..Weights::new(digits(false)) };
        let weights = [old, Weights::new(digits(true))];
        Table { decisions, ids, priced, prices, weights }
    }

    /// Position in `decisions` of a version, band and family.
    #[cfg(test)]
    pub(super) fn id(&self, version: Version, band: Band, f: &Family) -> usize {
        let weights = &self.weights[usize::from(version.is_new_system())];
        let mut index = 0;
        for (fact, place) in facts(f).into_iter().zip(weights.places) {
            index += place as usize * FACT.iter().position(|known| *known == fact).unwrap();
        }
        if facts(f)[9..].contains(&Some(false)) {
            index += weights.barred as usize;
        }
        usize::from(self.ids[start(version, band) + index])
    }
}

/// Where the decisions of some families go.
#[derive(Clone, Copy)]
struct Place {
    version: Version,
    band: Band,
    /// Entry of the family of which nothing is known.
    start: usize,
}

struct Building {
    decisions: Vec<Decision>,
    priced: Vec<Decision>,
    /// Positions of a decision and its price.
    known: HashMap<Decision, (u16, u8)>,
    ids: Vec<u16>,
    prices: Vec<u8>,
}

impl Building {
    /// Enters the decisions of all families that have some facts, those of the positions in `told`. A decision says which further
    /// facts it asks for, being unknown: the families are told apart by one of them, or it is the decision of all.
    fn split(&mut self, place: Place, mut facts: [Option<bool>; FLAGS], told: u16) {
        let decision = decide(place.version, place.band, &family(facts));
        let asked = (decision.facts >> arg::provider.0) as u16 & !told;
        let positions = digits(place.version.is_new_system());
        let Some(next) = positions.iter().find(|position| asked >> *position & 1 == 1) else {
            return self.enter(place, decision, told);
        };
        let weight = 3_usize.pow(positions.iter().take_while(|position| *position != next).count() as u32);
        for (digit, fact) in FACT.into_iter().enumerate() {
            facts[*next] = fact;
            self.split(Place { start: place.start + digit * weight, ..place }, facts, told | 1 << next);
        }
    }

    /// Enters the decision of all families that have the facts told.
    fn enter(&mut self, place: Place, decision: Decision, told: u16) {
        let (id, price) = match self.known.get(&decision) {
            Some(known) => *known,
            None => {
                let known = (self.decisions.len() as u16, self.price(&decision));
                self.decisions.push(decision);
                self.known.insert(decision, known);
                known
            }
        };
        let mut free = Vec::new();
        let mut weight = 1;
        for position in digits(place.version.is_new_system()) {
            if told >> position & 1 == 0 {
                free.push(weight);
            }
            weight *= 3;
        }
        each(place.start, &free, &mut |families| {
            self.ids[families.clone()].fill(id);
            self.prices[families].fill(price);
        });
    }

    /// The position of the price of a decision. Of what has no number there the plain function is asked, as of the first.
    fn price(&mut self, decision: &Decision) -> u8 {
        if !decision.is_complete() {
            return 0;
        }
        let same = |d: &Decision| (d.base, d.supplements) == (decision.base, decision.supplements);
        let place = self.priced[1..].iter().position(same).map_or(self.priced.len(), |place| place + 1);
        if place == self.priced.len() {
            self.priced.push(*decision);
        }
        u8::try_from(place).unwrap_or(0)
    }
}

/// Every family from one on whose digits of some weights, the least first, are any: in stretches of families that follow each other.
fn each(first: usize, weights: &[usize], found: &mut impl FnMut(Range<usize>)) {
    let length = 3_usize.pow(weights.len() as u32);
    match weights.split_last() {
        Some((most, less)) if 3 * most != length => {
            (0..3).for_each(|digit| each(first + digit * most, less, found));
        }
        _ => found(first..first + length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A family of every index.
    fn of_index(version: Version, index: usize) -> Family {
        let mut all = [None; FLAGS];
        let mut rest = index % BARRED;
        for position in digits(version.is_new_system()) {
            all[*position] = FACT[rest % 3];
            rest /= 3;
        }
        if index >= BARRED {
            all[9] = Some(false);
        }
        family(all)
    }

    #[test]
    fn every_family_has_the_decision_of_the_plain_function() {
        // Every value of every fact: 3^11 families.
        for n in 0..3_usize.pow(FLAGS as u32) {
            let fact = |position: u32| FACT[n / 3_usize.pow(position) % 3];
            let family = family(std::array::from_fn(|position| fact(position as u32)));
            for version in Version::ALL {
                for band in Band::ALL {
                    let decision = TABLE.decisions[TABLE.id(version, band, &family)];
                    assert_eq!(decision, decide(version, band, &family), "{version:?} {band:?} {family:?}");
                }
            }
        }
        for version in Version::ALL {
            for band in Band::ALL {
                let families = if version.is_new_system() { 3_usize.pow(7) } else { FAMILIES };
                for index in 0..families {
                    let at = start(version, band) + index;
                    let id = TABLE.id(version, band, &of_index(version, index));
                    assert_eq!(id, usize::from(TABLE.ids[at]));
                    let price = &TABLE.priced[usize::from(TABLE.prices[at])];
                    let decision = &TABLE.decisions[id];
                    assert_eq!(price.is_complete(), decision.is_complete());
                    if decision.is_complete() {
                        assert_eq!((price.base, price.supplements), (decision.base, decision.supplements));
                    }
                }
            }
        }
        assert!(TABLE.decisions.len() < 1000 && TABLE.priced.len() < 100);
    }
}
