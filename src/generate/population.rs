//! Who there is: households of couples, single adults and their children, made a neighbourhood at a time.

use super::calendar::{add_years, age};
use super::rng::{Rng, Stream};
use super::statistics::{AGES, AGES_AT_HOME, Living};
use super::world::World;

/// People of one neighbourhood. Relations and shared addresses stay within it, so neighbourhoods are independent.
pub(super) const NEIGHBOURHOOD: u64 = 4096;

/// A day that never comes.
pub(super) const NEVER: i32 = i32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Woman,
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Civil {
    Unmarried,
    Married,
    Divorced,
    Widowed,
}

/// One person. Other people are named by their place in the neighbourhood.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) sex: Sex,
    pub(super) birth: i32,
    pub(super) household: u32,
    pub(super) partner: Option<usize>,
    /// In force at the end of the period; a marriage since `civil_since`.
    pub(super) civil: Civil,
    pub(super) civil_since: i32,
    pub(super) mother: Option<usize>,
    pub(super) father: Option<usize>,
    /// Grew up and still lives (or at first lived) in this household.
    pub(super) child: bool,
    pub(super) dies: i32,
    pub(super) emigrates: i32,
    pub(super) new_cpr: i32,
    /// Day an adult child moves out.
    pub(super) leaves_home: i32,
    pub(super) disappears: i32,
}

impl Person {
    pub(super) fn age(&self, at: i32) -> i32 {
        age(self.birth, at)
    }

    pub(super) fn living(&self) -> Living {
        match (self.child, self.partner) {
            (true, _) => Living::AtHome,
            (_, Some(_)) => Living::Together,
            _ => Living::Alone,
        }
    }

    /// First day on which the person is no longer here.
    pub(super) fn gone(&self) -> i32 {
        self.dies.min(self.emigrates)
    }

    pub(super) fn parents(&self) -> impl Iterator<Item = usize> + use<> {
        self.mother.into_iter().chain(self.father)
    }
}

/// One household and where it lives.
#[derive(Debug, Clone)]
pub(super) struct Household {
    pub(super) municipality: usize,
    pub(super) first: usize,
    pub(super) count: usize,
    /// Own key of its random numbers.
    pub(super) key: i64,
}

/// The people of one neighbourhood.
#[derive(Debug)]
pub(super) struct People {
    pub(super) number: u64,
    pub(super) persons: Vec<Person>,
    pub(super) households: Vec<Household>,
}

impl People {
    /// Makes neighbourhood `number`: always the same people, whoever makes it.
    pub(super) fn new(world: &World, number: u64) -> Self {
        let first_id = number * NEIGHBOURHOOD + 1;
        let size = NEIGHBOURHOOD.min(world.citizens + 1 - first_id) as usize;
        let mut people = People { number, persons: Vec::with_capacity(size), households: Vec::new() };
        while people.persons.len() < size {
            people.add_household(world, first_id as i64, size);
        }
        for i in 0..people.persons.len() {
            people.live(world, i);
        }
        for i in 0..people.persons.len() {
            people.marry_in_time(i);
        }
        people
    }

    /// Moves a marriage to before the death of either of the two.
    pub(super) fn marry_in_time(&mut self, i: usize) {
        let Some(partner) = self.persons[i].partner else { return };
        let latest = self.persons[i].gone().min(self.persons[partner].gone()).saturating_sub(60);
        for person in [i, partner] {
            if self.persons[person].civil == Civil::Married {
                self.persons[person].civil_since = self.persons[person].civil_since.min(latest);
            }
        }
    }

    /// Own children of `parent` in the same neighbourhood: they follow their parents in the household.
    pub(super) fn children(&self, parent: usize) -> impl Iterator<Item = usize> + '_ {
        let household = &self.households[self.persons[parent].household as usize];
        (household.first..household.first + household.count)
            .filter(move |&i| self.persons[i].parents().any(|p| p == parent))
    }

    fn add_household(&mut self, world: &World, first_id: i64, size: usize) {
        let model = &world.model;
        let (first, number) = (self.persons.len(), self.households.len() as u32);
        let key = first_id + first as i64;
        let mut rng = Rng::new(world.seed, Stream::Household, key);
        let municipality = model.home_municipality(&mut rng);
        let add = |people: &mut Self, sex: Sex, birth: i32| {
            let id = first_id + people.persons.len() as i64;
            people.persons.push(Person {
                id,
                sex,
                birth,
                household: number,
                partner: None,
                civil: Civil::Unmarried,
                civil_since: birth,
                mother: None,
                father: None,
                child: false,
                dies: NEVER,
                emigrates: NEVER,
                new_cpr: NEVER,
                leaves_home: NEVER,
                disappears: NEVER,
            });
            people.persons.len() - 1
        };

        let couple = rng.per_million(model.couples_ppm) && size - first >= 2;
        let head_age =
            rng.cumulative(if couple { &model.couple_sums } else { &model.single_sums }).min(AGES - 1);
        let head_birth = world.birth_day(&mut rng, head_age as i32);
        let head;
        if couple {
            let step = rng.range(-5, 5);
            let other = (head_age as i32 + step).clamp(18, AGES as i32 - 1) as usize;
            let fits = rng.per_million(model.partner_ppm(head_age, other));
            let other_age = if fits { other } else { head_age };
            let same_sex = rng.per_mille(8);
            let woman_first = rng.per_mille(500);
            let sex = if woman_first { Sex::Woman } else { Sex::Man };
            let other_sex = if woman_first == same_sex { Sex::Woman } else { Sex::Man };
            head = add(self, sex, head_birth);
            let other_birth = world.birth_day(&mut rng, other_age as i32);
            let partner = add(self, other_sex, other_birth);
            self.persons[head].partner = Some(partner);
            self.persons[partner].partner = Some(head);
            let married = rng.per_million(model.married_ppm[head_age]);
            let latest = if rng.per_mille(30) { world.end - 20 } else { world.start - 1 };
            let since = rng.range(add_years(head_birth.max(other_birth), 18), latest).min(world.end - 20);
            let status = self.civil_of(world, &mut rng, head, married, since);
            let since = self.persons[head].civil_since;
            if married {
                (self.persons[partner].civil, self.persons[partner].civil_since) = (status, since);
            } else {
                self.civil_of(world, &mut rng, partner, false, since);
            }
        } else {
            let woman = rng.per_million(model.single_women_ppm[head_age]);
            head = add(self, if woman { Sex::Woman } else { Sex::Man }, head_birth);
            self.civil_of(world, &mut rng, head, false, 0);
        }

        let living = if couple { Living::Together } else { Living::Alone };
        let woman = self.persons[head].sex == Sex::Woman;
        for age in (0..AGES_AT_HOME).rev() {
            if !rng.per_million(model.child_ppm(head_age, living, woman, age)) || self.persons.len() >= size {
                continue;
            }
            let girl = rng.per_million(model.women_ppm[age]);
            let birth = world.birth_day(&mut rng, age as i32);
            let child = add(self, if girl { Sex::Woman } else { Sex::Man }, birth);
            let partner = self.persons[head].partner;
            let (mother, father) = match (woman, partner) {
                (true, _) => (Some(head), partner),
                (false, _) => (partner, Some(head)),
            };
            let child = &mut self.persons[child];
            (child.mother, child.father, child.child) = (mother, father, true);
        }
        let count = self.persons.len() - first;
        self.households.push(Household { municipality, first, count, key });
    }

    fn civil_of(&mut self, world: &World, rng: &mut Rng, i: usize, married: bool, since: i32) -> Civil {
        let person = &mut self.persons[i];
        if married {
            (person.civil, person.civil_since) = (Civil::Married, since);
            return Civil::Married;
        }
        let age = person.age(world.end).clamp(0, AGES as i32 - 1);
        let [never, divorced, widowed] = world.model.unmarried[age as usize];
        let choices = [(never, Civil::Unmarried), (divorced, Civil::Divorced), (widowed, Civil::Widowed)];
        person.civil = rng.weighted(&choices, Civil::Unmarried);
        if person.civil != Civil::Unmarried {
            person.civil_since = rng.range(add_years(person.birth, (age / 2).max(18)), world.start - 1);
        }
        person.civil
    }

    /// What happens to one person within the period.
    fn live(&mut self, world: &World, i: usize) {
        let person = &mut self.persons[i];
        let mut rng = Rng::new(world.seed, Stream::Life, person.id);
        let age = person.age(world.start);
        let first = person.birth.max(world.start) + 1;
        if age < 0 {
            return;
        }
        let assumed = &world.model.assumed[(age as usize).min(AGES - 1)];
        let months = world.months as u32;
        if rng.per_million(assumed.deaths * 10 * months / 12) {
            person.dies = world.event_day(&mut rng, first);
        }
        if rng.per_mille(assumed.emigration * months / 12) && !person.child && person.partner.is_none() {
            person.emigrates = world.event_day(&mut rng, first);
        }
        if person.emigrates < person.dies {
            person.dies = NEVER;
        } else if person.dies != NEVER {
            person.emigrates = NEVER;
        }
        if rng.per_million(400 * months / 12) {
            person.new_cpr = world.event_day(&mut rng, first);
            if person.new_cpr >= person.gone() {
                person.new_cpr = NEVER;
            }
        }
        if rng.per_million(150 * months / 12) && age >= 18 && person.gone() == NEVER {
            person.disappears = world.event_day(&mut rng, first);
            if person.new_cpr != NEVER {
                person.disappears = NEVER;
            }
        }
        if person.child && age >= 18 && rng.per_mille(150 * months / 12) {
            let day = world.event_day(&mut rng, first);
            person.leaves_home = if day < person.gone() { day } else { NEVER };
        }
    }
}
