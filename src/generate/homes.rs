//! Where people live: every household's addresses over time, and the homes of those who leave their parents.

use std::collections::HashMap;

use super::calendar::OPEN;
use super::population::{NEIGHBOURHOOD, NEVER, People};
use super::rng::{Rng, Stream};
use super::statistics::AGES;
use super::world::World;

/// One stay at one address; it lasts until the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay {
    pub(super) from: i32,
    pub(super) address: i64,
    pub(super) municipality: usize,
}

/// Homes of one neighbourhood.
#[derive(Debug)]
pub(super) struct Homes {
    stays: Vec<Vec<Stay>>,
    own: HashMap<usize, Stay>,
}

impl Homes {
    pub(super) fn new(world: &World, people: &People) -> Self {
        let base = world.big_addresses + 1 + (people.number * NEIGHBOURHOOD) as i64;
        let mut fresh = people.households.len() as i64;
        let mut new_address = || {
            fresh += 1;
            base + (fresh - 1) % NEIGHBOURHOOD as i64
        };
        let mut stays = Vec::with_capacity(people.households.len());
        for (number, household) in people.households.iter().enumerate() {
            let head = &people.persons[household.first];
            let mut rng = Rng::new(world.seed, Stream::Move, household.key);
            let age = head.age(world.start).clamp(0, AGES as i32 - 1);
            let per_mille = world.model.assumed[age as usize].moves * world.months as u32 / 24;
            let mut days = Vec::new();
            for _ in 0..2 {
                if rng.per_mille(per_mille) {
                    days.push(world.event_day(&mut rng, world.start));
                }
            }
            days.retain(|&day| day < head.gone());
            days.sort_unstable();
            if days.len() == 2 && days[1] - days[0] < 45 {
                days.pop();
            }
            // Care homes, halls of residence and hostels: many single people at one address.
            let crowd =
                head.partner.is_none() && household.count == 1 && (age >= 82 || (19..26).contains(&age));
            let big = crowd && rng.per_mille(60);
            let first =
                if big { 1 + i64::from(rng.below(world.big_addresses as u32)) } else { base + number as i64 };
            let here = household.municipality;
            // 0: into the municipality, 1: out of it, else within.
            let across = if days.is_empty() { 9 } else { rng.below(7) };
            let elsewhere = world.model.other_municipality(here, &mut rng);
            let since = rng.range((world.start - 4_400).max(head.birth), world.start - 30);
            let mut list = vec![Stay {
                from: since,
                address: first,
                municipality: if across == 0 { elsewhere } else { here },
            }];
            for (i, &day) in days.iter().enumerate() {
                let out = across == 1 && i + 1 == days.len();
                let municipality = if out { elsewhere } else { here };
                list.push(Stay { from: day, address: new_address(), municipality });
            }
            stays.push(list);
        }
        let mut own = HashMap::new();
        for (i, person) in people.persons.iter().enumerate() {
            if person.leaves_home != NEVER {
                let municipality = people.households[person.household as usize].municipality;
                own.insert(i, Stay { from: person.leaves_home, address: new_address(), municipality });
            }
        }
        Homes { stays, own }
    }

    /// The stays of one person, oldest first, from birth on.
    pub(super) fn of(&self, people: &People, i: usize) -> Vec<Stay> {
        let person = &people.persons[i];
        let own = self.own.get(&i);
        let until = own.map_or(NEVER, |stay| stay.from).min(person.gone());
        let household = &self.stays[person.household as usize];
        let mut stays: Vec<Stay> = Vec::with_capacity(household.len() + 1);
        for stay in household.iter().filter(|stay| stay.from < until) {
            if stay.from <= person.birth {
                stays.clear();
            }
            stays.push(Stay { from: stay.from.max(person.birth), ..*stay });
        }
        stays.extend(own.filter(|stay| stay.from < person.gone()));
        stays
    }

    /// The period in which a person lives in the municipality of this data.
    pub(super) fn here(&self, people: &People, i: usize) -> (i32, i32) {
        let home = people.households[people.persons[i].household as usize].municipality;
        let stays = self.of(people, i);
        let from = stays.iter().find(|stay| stay.municipality == home).map_or(OPEN, |stay| stay.from);
        let to = stays.iter().find(|s| s.from > from && s.municipality != home).map_or(OPEN, |s| s.from);
        (from, to)
    }
}
