//! What people live of: work, pensions, and the periods in which they get a benefit.

use super::calendar::{OPEN, add_years, month_start};
use super::homes::Homes;
use super::population::{NEVER, People};
use super::rng::{Rng, Stream};
use super::statistics::{AGES, Living};
use super::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Benefit {
    Kontanthjaelp,
    Uddannelseshjaelp,
    Sygedagpenge,
    Fleksloentilskud,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    None,
    Wage,
    Student,
    OldAge,
    EarlyPension,
    SelfEmployed,
    Flex,
}

/// What was planted in a spell; see `faults.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Planted {
    Nothing,
    /// The second of two cases for the same time.
    Double,
    /// The grant goes on after a death.
    AfterDeath,
    /// The payslip of the last supplementary month is missing.
    NoPayslip,
    /// Two sets of facts hold at the same time in this month (by number).
    OverlappingFacts(usize),
}

/// One period with one benefit, as the case will show it. Months are numbered from the start of the data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spell {
    pub(super) benefit: Benefit,
    pub(super) from: i32,
    /// First day without the benefit; `OPEN` while it goes on.
    pub(super) to: i32,
    /// An application that was refused.
    pub(super) refused: bool,
    /// Follows without application on an uddannelseshjaelp that ends at the age of thirty.
    pub(super) converted: bool,
    /// First and last month with a wage beside the benefit.
    pub(super) supplementary: Option<(i32, i32)>,
    pub(super) vocational_education: bool,
    pub(super) planted: Planted,
}

/// What one person lives of.
#[derive(Debug, Clone)]
pub(super) struct Livelihood {
    pub(super) work: Work,
    pub(super) spells: Vec<Spell>,
    /// First and last month of an unemployment.
    pub(super) unemployed: Option<(i32, i32)>,
    /// Sickness benefit is paid to the person, not refunded to the employer.
    pub(super) sick_paid_directly: bool,
}

impl Livelihood {
    pub(super) fn new(world: &World, people: &People, homes: &Homes, i: usize) -> Self {
        let person = &people.persons[i];
        let mut rng = Rng::new(world.seed, Stream::Work, person.id);
        let age = person.age(world.end).clamp(0, AGES as i32 - 1);
        let a = &world.model.assumed[age as usize];
        let mut work = match age {
            0..15 => Work::None,
            67.. => Work::OldAge,
            _ => {
                let rest = 1000u32.saturating_sub(a.employed + a.student + a.early_retired + a.self_employed);
                let choices = [
                    (a.employed, Work::Wage),
                    (a.student, Work::Student),
                    (a.early_retired, Work::EarlyPension),
                    (a.self_employed, Work::SelfEmployed),
                    (rest, Work::None),
                ];
                rng.weighted(&choices, Work::None)
            }
        };
        if work == Work::Wage && (30..65).contains(&age) && rng.per_mille(30) {
            work = Work::Flex;
        }
        let months = world.months;
        let mut unemployed = None;
        if work == Work::Wage && age >= 20 && rng.per_mille(45 * months as u32 / 12) {
            let first = rng.range(-3, months - 1);
            unemployed = Some((first, first + rng.range(1, 7)));
        }
        let mut livelihood = Livelihood { work, spells: Vec::new(), unemployed, sick_paid_directly: false };
        if (18..67).contains(&age) {
            livelihood.cash_benefit(world, people, homes, i);
            if livelihood.spells.iter().all(|s| s.refused) {
                livelihood.other_benefits(world, people, homes, i);
            }
        }
        livelihood
    }

    /// The spell that covers all or part of a month.
    pub(super) fn spell_in(
        &self,
        world: &World,
        month: i32,
        benefit: impl Fn(Benefit) -> bool,
    ) -> Option<&Spell> {
        let (from, to) = (world.month(month), world.month(month + 1));
        self.spells.iter().find(|s| !s.refused && benefit(s.benefit) && s.from < to && s.to > from)
    }

    fn cash_benefit(&mut self, world: &World, people: &People, homes: &Homes, i: usize) {
        let person = &people.persons[i];
        let mut rng = Rng::new(world.seed, Stream::Spell, person.id);
        let municipality = people.households[person.household as usize].municipality;
        let age = person.age(world.end);
        let chance = world.model.case_ppm(municipality, age as usize, person.living());
        let draw = rng.below(1_000_000);
        let (start, end) = (world.start, world.end);
        let last_year = start.max(end - 365);
        let aligned = |day: i32, rng: &mut Rng, per_mille| {
            if rng.per_mille(per_mille) { month_start(day, 0) } else { day }
        };
        let (from, to) = if draw < chance {
            match rng.below(100) {
                0..60 => (start - rng.range(30, 2_500), OPEN),
                60..77 => (rng.range(last_year, end - 45), OPEN),
                77..95 => (start - rng.range(30, 1_500), rng.range(last_year + 15, end - 30)),
                _ => {
                    let from = rng.range(last_year, end - 150);
                    (from, rng.range(from + 45, end - 20))
                }
            }
        } else if draw < chance + chance / 4 && last_year > start + 60 {
            (start - rng.range(30, 1_000), rng.range(start + 30, last_year - 5))
        } else if draw < chance + chance / 3 {
            let from = rng.range(start, end - 45);
            self.spells.push(Spell {
                benefit: if age < 30 { Benefit::Uddannelseshjaelp } else { Benefit::Kontanthjaelp },
                from,
                to: from,
                refused: true,
                converted: false,
                supplementary: None,
                vocational_education: age >= 30,
                planted: Planted::Nothing,
            });
            return;
        } else {
            return;
        };
        let (here_from, here_to) = homes.here(people, i);
        let from = aligned(from, &mut rng, 750).max(add_years(person.birth, 18)).max(here_from);
        let to = if to == OPEN { OPEN } else { aligned(to, &mut rng, 850) };
        let ends = [person.gone(), person.disappears, here_to, add_years(person.birth, 67)];
        let to = ends.iter().fold(to, |to, &day| to.min(day));
        if to <= from + 27 || from >= end - 40 || to <= start - 365 {
            return;
        }
        let to = if to >= end - 12 { OPEN } else { to };
        self.work = if rng.per_mille(500) { Work::Wage } else { Work::None };
        self.unemployed = None;
        self.sick_paid_directly = false;

        let thirty = add_years(person.birth, 30);
        let at_start = super::calendar::age(person.birth, from);
        let children = || people.children(i).map(|c| &people.persons[c]);
        let provider_throughout =
            children().any(|c| c.birth <= from && add_years(c.birth, 18) > end && c.dies == NEVER);
        let no_child = children().all(|c| add_years(c.birth, 18) <= from);
        let single_provider = person.living() == Living::Alone && provider_throughout;
        let educated = at_start >= 30
            || (single_provider && rng.per_mille(700))
            || (at_start >= 25 && person.living() != Living::AtHome && no_child && rng.per_mille(500));
        let benefit = if educated { Benefit::Kontanthjaelp } else { Benefit::Uddannelseshjaelp };
        let mut spell = Spell {
            benefit,
            from,
            to,
            refused: false,
            converted: false,
            supplementary: None,
            vocational_education: if at_start >= 30 { rng.per_mille(450) } else { educated },
            planted: Planted::Nothing,
        };
        let mut spells = Vec::new();
        if benefit == Benefit::Uddannelseshjaelp && thirty > from && thirty < to && thirty < end {
            spells.push(Spell { to: thirty, ..spell });
            spell = Spell {
                benefit: Benefit::Kontanthjaelp,
                from: thirty,
                converted: thirty >= start,
                vocational_education: false,
                ..spell
            };
        }
        spells.push(spell);
        for mut spell in spells {
            if spell.to <= start - 31 {
                continue;
            }
            if spell.benefit == Benefit::Kontanthjaelp && rng.per_mille(220) {
                // Whole months of the grant within the data.
                let first = (0..world.months).find(|&m| world.month(m) >= spell.from);
                let last = (0..world.months).rev().find(|&m| world.month(m + 1) <= spell.to);
                if let (Some(first), Some(last)) = (first, last)
                    && first <= last
                {
                    let all = rng.per_mille(350);
                    let from = if all { first } else { rng.range(first, last) };
                    let to = if all { last } else { (from + rng.range(1, 7)).min(last) };
                    spell.supplementary = Some((from, to));
                }
            }
            self.spells.push(spell);
        }
    }

    fn other_benefits(&mut self, world: &World, people: &People, homes: &Homes, i: usize) {
        let person = &people.persons[i];
        let mut rng = Rng::new(world.seed, Stream::CaseWork, person.id);
        let (start, end) = (world.start, world.end);
        let (benefit, from, to) = match self.work {
            Work::Flex => (Benefit::Fleksloentilskud, start - rng.range(60, 3_000), OPEN),
            Work::Wage if rng.per_mille(55 * world.months as u32 / 12) => {
                let from = rng.range(start - 60, end - 40);
                (Benefit::Sygedagpenge, from, from + rng.range(31, 250))
            }
            _ => return,
        };
        let (here_from, here_to) = homes.here(people, i);
        let from = from.max(add_years(person.birth, 18)).max(here_from);
        let to = to.min(here_to).min(person.gone()).min(person.disappears);
        if to <= from + 27 || from >= end - 40 || to <= start {
            return;
        }
        let to = if to >= end - 12 { OPEN } else { to };
        self.sick_paid_directly = rng.per_mille(400);
        self.spells.push(Spell {
            benefit,
            from,
            to,
            refused: false,
            converted: false,
            supplementary: None,
            vocational_education: rng.per_mille(650),
            planted: Planted::Nothing,
        });
    }
}
