//! One neighbourhood with all that is decided about its people before any row is written.

use super::faults::Faults;
use super::homes::Homes;
use super::livelihood::Livelihood;
use super::population::People;
use super::world::World;

#[derive(Debug)]
pub(super) struct Neighbourhood {
    pub(super) people: People,
    pub(super) homes: Homes,
    pub(super) lives: Vec<Livelihood>,
    pub(super) faults: Faults,
}

impl Neighbourhood {
    pub(super) fn new(world: &World, number: u64) -> Self {
        let mut people = People::new(world, number);
        let homes = Homes::new(world, &people);
        let mut lives: Vec<Livelihood> =
            (0..people.persons.len()).map(|i| Livelihood::new(world, &people, &homes, i)).collect();
        let faults = Faults::plant(world, &mut people, &mut lives);
        Neighbourhood { people, homes, lives, faults }
    }
}
