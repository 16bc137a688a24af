//! Faults planted on purpose, and the truth about them: what the checks of a run are measured against.

use std::collections::HashMap;

use arrow::array::ArrayRef;

use super::calendar::OPEN;
use super::livelihood::{Benefit, Livelihood, Planted, Spell};
use super::population::{NEVER, People};
use super::rng::{Rng, Stream};
use super::rows::{Row, days, ids, maybe_ids, texts};
use super::world::World;
use crate::error::Result;

/// What is wrong with a CPR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CprFault {
    /// No calendar has its date.
    Impossible,
    /// It is the number of this person of the neighbourhood too.
    SameAs(usize),
}

/// Faults in the register rows of one person.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PersonFault {
    /// The day from which the number is wrong, and how.
    pub(super) cpr: Option<(i32, CprFault)>,
    /// A second address at the same time.
    pub(super) second_home: Option<(i32, i32)>,
}

/// One planted fault: case by place of its person and spell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    fault: &'static str,
    person: usize,
    spell: usize,
    month: i32,
    detail: &'static str,
}

/// The faults of one neighbourhood.
#[derive(Debug, Default)]
pub(super) struct Faults {
    persons: HashMap<usize, PersonFault>,
    truth: Vec<Truth>,
}

const KINDS: [&str; 5] =
    ["double_payment", "payment_after_death", "missing_payslip", "wrong_cpr", "overlapping_periods"];

impl Faults {
    pub(super) fn of(&self, person: usize) -> Option<PersonFault> {
        self.persons.get(&person).copied()
    }

    /// Plants one fault of each kind in every neighbourhood, in one of the last three months; in the first one two,
    /// one of them in the last month. Every fault has its own person, who has a kontanthjaelp case in that month;
    /// where there are too few of them, fewer faults are planted.
    pub(super) fn plant(world: &World, people: &mut People, lives: &mut [Livelihood]) -> Self {
        let mut faults = Faults::default();
        let mut rng = Rng::new(world.seed, Stream::Fault, people.number as i64);
        let last = world.months - 1;
        let mut wanted = Vec::new();
        if people.number == 0 {
            wanted.extend(KINDS.map(|kind| (kind, last)));
            wanted.extend(KINDS.map(|kind| (kind, (last - 1).max(0))));
        } else {
            wanted.extend(KINDS.map(|kind| (kind, rng.range((last - 2).max(0), last))));
        }
        let mut taken = vec![false; lives.len()];
        for (n, (kind, month)) in wanted.into_iter().enumerate() {
            let candidates: Vec<(usize, usize)> = (0..lives.len())
                .filter(|&i| !taken[i] && people.persons[i].new_cpr == NEVER)
                .filter_map(|i| Some((i, grant_covering(world, &lives[i], month)?)))
                .collect();
            let Some(&(person, spell)) = candidates.get(rng.below(candidates.len() as u32) as usize) else {
                continue;
            };
            taken[person] = true;
            let detail = match kind {
                "double_payment" => double_payment(world, lives, person, spell, month),
                "payment_after_death" => {
                    payment_after_death(world, people, lives, (person, spell), month, &mut rng)
                }
                "missing_payslip" => missing_payslip(lives, person, spell, month),
                "wrong_cpr" => faults.wrong_cpr(world, people, lives, (person, month), n, &mut rng),
                _ => faults.overlap(world, lives, (person, spell), month, n as u64 + people.number),
            };
            faults.truth.push(Truth { fault: kind, person, spell, month, detail });
        }
        faults
    }

    fn wrong_cpr(
        &mut self,
        world: &World,
        people: &mut People,
        lives: &[Livelihood],
        (person, month): (usize, i32),
        n: usize,
        rng: &mut Rng,
    ) -> &'static str {
        let day = world.month(month) + rng.range(1, 6);
        // The other bearer of the number keeps out of the benefit system, so only one payment is in doubt.
        let other = (0..lives.len())
            .map(|step| (person + 100 + step) % lives.len())
            .find(|&i| i != person && lives[i].spells.is_empty() && people.persons[i].new_cpr == NEVER);
        let (fault, detail) = match other {
            Some(other) if (people.number + n as u64).is_multiple_of(2) => (
                CprFault::SameAs(other),
                "from this month on the person carries the number of another person",
            ),
            _ => (CprFault::Impossible, "from this month on the number's date is not in the calendar"),
        };
        self.persons.entry(person).or_default().cpr = Some((day, fault));
        detail
    }

    fn overlap(
        &mut self,
        world: &World,
        lives: &mut [Livelihood],
        (person, spell): (usize, usize),
        month: i32,
        n: u64,
    ) -> &'static str {
        if n.is_multiple_of(2) {
            let period = (world.month(month) + 4, world.month(month + 1));
            self.persons.entry(person).or_default().second_home = Some(period);
            "two residences hold at the same time in this month"
        } else {
            lives[person].spells[spell].planted = Planted::OverlappingFacts(month as usize);
            "two rows of case facts hold at the same time in this month"
        }
    }

    /// The rows of the truth, with the numbers that `case` gives to a person's spell.
    pub(super) fn rows(
        &self,
        world: &World,
        people: &People,
        case: impl Fn(usize, usize) -> i64,
    ) -> Vec<FaultRow> {
        self.truth
            .iter()
            .map(|t| FaultRow {
                fault_id: 0,
                fault: t.fault,
                person_id: people.persons[t.person].id,
                case_id: case(t.person, t.spell),
                period: world.month(t.month),
                detail: t.detail,
            })
            .collect()
    }
}

/// The kontanthjaelp case in force from before `month` until after it, with nothing planted yet.
fn grant_covering(world: &World, life: &Livelihood, month: i32) -> Option<usize> {
    let (from, to) = (world.month(month - 1), world.month(month + 1));
    life.spells.iter().position(|s| {
        !s.refused
            && s.benefit == Benefit::Kontanthjaelp
            && s.from <= from
            && s.to >= to
            && s.to > world.end - 100
    })
}

fn double_payment(
    world: &World,
    lives: &mut [Livelihood],
    person: usize,
    spell: usize,
    month: i32,
) -> &'static str {
    let to = if month + 1 == world.months { OPEN } else { world.month(month + 1) };
    let first = lives[person].spells[spell];
    let (from, supplementary, planted) = (world.month(month), None, Planted::Double);
    lives[person].spells.push(Spell { from, to, supplementary, planted, converted: false, ..first });
    "a second case of the same benefit is granted for the same time"
}

fn payment_after_death(
    world: &World,
    people: &mut People,
    lives: &mut [Livelihood],
    (person, spell): (usize, usize),
    month: i32,
    rng: &mut Rng,
) -> &'static str {
    let dead = &mut people.persons[person];
    dead.dies = world.month(month) - rng.range(6, 20);
    (dead.emigrates, dead.disappears) = (NEVER, NEVER);
    people.marry_in_time(person);
    let life = &mut lives[person];
    let mut kept = life.spells[spell];
    kept.to = if month + 1 == world.months { OPEN } else { world.month(month + 1) };
    kept.planted = Planted::AfterDeath;
    kept.supplementary = None;
    life.spells.truncate(spell + 1);
    life.spells[spell] = kept;
    "the person died the month before, the grant goes on"
}

fn missing_payslip(lives: &mut [Livelihood], person: usize, spell: usize, month: i32) -> &'static str {
    let spell = &mut lives[person].spells[spell];
    let from = spell.supplementary.map_or(month, |(from, _)| from).clamp((month - 3).max(0), month);
    spell.supplementary = Some((from, month));
    spell.planted = Planted::NoPayslip;
    "the payslip of this month is missing"
}

/// One row of `planted_faults`; `case_id` counts from 0 within the neighbourhood until it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct FaultRow {
    pub(super) fault_id: i64,
    fault: &'static str,
    person_id: i64,
    pub(super) case_id: i64,
    period: i32,
    detail: &'static str,
}

impl Row for FaultRow {
    const TABLE: &'static str = "planted_faults";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.fault_id)),
            texts(rows.iter().map(|r| r.fault)),
            maybe_ids(rows.iter().map(|r| Some(r.person_id))),
            maybe_ids(rows.iter().map(|r| Some(r.case_id))),
            days(rows.iter().map(|r| r.period)),
            texts(rows.iter().map(|r| r.detail)),
        ])
    }
}
