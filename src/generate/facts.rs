//! The dated facts of a case: each change closes what held and opens what holds now; payslips come month by month.

use arrow::array::{ArrayRef, new_null_array};

use super::calendar::{OPEN, add_years, local_day, month_start};
use super::cases::{Handling, office_hour};
use super::livelihood::{Benefit, Planted};
use super::neighbourhood::Neighbourhood;
use super::population::{Civil, NEVER, Sex};
use super::rng::{Rng, Stream};
use super::rows::{Row, bools, days, ids, instants, maybe_days, maybe_ids, maybe_ints};
use super::statistics::Living;
use super::world::World;
use crate::error::Result;
use crate::store::contract::Kind;

/// Days from the twelfth week of a pregnancy to the birth.
const PAST_WEEK_12: i32 = 189;

/// `case_id` counts from 0 within the neighbourhood until it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct FactRow {
    pub(super) case_id: i64,
    from: i32,
    to: i32,
    provider: Option<bool>,
    extra_child_allowance: Option<bool>,
    children_at_home: Option<i32>,
    lives_with_parent: Option<bool>,
    single: Option<bool>,
    partner_on_assistance: Option<bool>,
    pregnant: Option<bool>,
    severe_mental_illness: Option<bool>,
    vocational_education: Option<bool>,
    activity_ready: Option<bool>,
    residence_requirement: Option<bool>,
    employment_requirement: Option<bool>,
    supplementary: Option<bool>,
    payslip_received_for: Option<i32>,
    spouse: Option<i64>,
    registered_at: i64,
}

/// The facts of one granted case.
pub(super) fn facts(
    world: &World,
    n: &Neighbourhood,
    i: usize,
    number: usize,
    case_id: i64,
    handling: &Handling,
    out: &mut Vec<FactRow>,
) {
    let spell = &n.lives[i].spells[number];
    let (Some(decided), false) = (handling.decided, spell.refused) else { return };
    let person_id = n.people.persons[i].id;
    let mut rng = Rng::new(world.seed, Stream::Facts, person_id * 8 + number as i64);
    let froms = changes(world, n, i, number);

    // The payslip of a supplementary month comes in its last third.
    let payslips: Vec<(i64, i32)> = spell
        .supplementary
        .map(|(first, last)| first..=last)
        .into_iter()
        .flatten()
        .filter(|&m| spell.planted != Planted::NoPayslip || spell.supplementary.is_some_and(|s| s.1 != m))
        .map(|m| {
            let day = world.calendar.working_day(world.month(m) + 19 + rng.range(0, 5), 0);
            (office_hour(day, &mut rng).max(decided + 60_000_000), world.month(m))
        })
        .collect();
    let received_by = |at: i64| payslips.iter().rev().find(|p| p.0 <= at).map(|p| p.1);

    let traits = Traits::new(&mut rng, spell.vocational_education);
    let unknown = spell.benefit == Benefit::Kontanthjaelp && rng.per_mille(9);
    let mut known = decided;
    let first = out.len();
    for (v, &from) in froms.iter().enumerate() {
        let mut row = traits.facts(world, n, i, number, from);
        row.case_id = case_id;
        if unknown && v + 1 == froms.len() {
            row.provider = None;
        }
        let (to, end_known) = match froms.get(v + 1) {
            Some(&next) => {
                let day = world.calendar.working_day(next, rng.range(1, 4));
                (next, Some(office_hour(day, &mut rng).max(known + 60_000_000)))
            }
            None if spell.to != OPEN => (spell.to, handling.stopped.map(|at| at.max(known + 60_000_000))),
            None => (OPEN, None),
        };
        let supplementary = row.supplementary == Some(true);
        let mut tell = |to: i32, registered_at: i64| {
            let payslip_received_for = received_by(registered_at).filter(|_| supplementary);
            out.push(FactRow { to, payslip_received_for, registered_at, ..row });
        };
        tell(OPEN, known);
        for &(at, _) in
            payslips.iter().filter(|p| supplementary && p.0 > known && end_known.is_none_or(|e| p.0 < e))
        {
            tell(OPEN, at);
        }
        if let Some(end_known) = end_known {
            tell(to, end_known);
            // A payslip that comes when these facts are over still covers a month they held in.
            for &(at, month) in payslips.iter().filter(|p| supplementary && p.0 >= end_known) {
                if month < to && month_start(month, 1) > from && at > end_known {
                    tell(to, at);
                }
            }
            known = end_known;
        }
    }
    if let Planted::OverlappingFacts(month) = spell.planted {
        let from = world.month(month as i32) + 9;
        let day = world.calendar.working_day(from, 1);
        let mut row = traits.facts(world, n, i, number, from);
        row.case_id = case_id;
        row.activity_ready = row.activity_ready.map(|ready| !ready);
        row.registered_at = office_hour(day, &mut rng);
        row.payslip_received_for = received_by(row.registered_at);
        row.to = from + 11;
        out.push(row);
        out[first..].sort_by_key(|r| (r.from, r.registered_at));
    }
}

/// The days on which facts of the case change, its first day included.
fn changes(world: &World, n: &Neighbourhood, i: usize, number: usize) -> Vec<i32> {
    let person = &n.people.persons[i];
    let spell = &n.lives[i].spells[number];
    let mut days = vec![spell.from];
    for child in n.people.children(i) {
        let child = &n.people.persons[child];
        days.extend([child.birth, add_years(child.birth, 18), child.dies]);
        if person.sex == Sex::Woman {
            days.push(child.birth - PAST_WEEK_12);
        }
    }
    if let Some(partner) = person.partner {
        days.extend([n.people.persons[partner].gone(), person.civil_since]);
    }
    if person.child {
        days.push(person.leaves_home);
    }
    if let Some((first, last)) = spell.supplementary {
        days.extend([world.month(first), world.month(last + 1)]);
    }
    let until = spell.to.min(world.end - 9);
    days.retain(|&day| day == spell.from || (day > spell.from && day < until && day != NEVER));
    days.sort_unstable();
    days.dedup();
    days
}

/// What does not change during a case.
#[derive(Debug, Clone, Copy)]
struct Traits {
    vocational_education: bool,
    severe_mental_illness: bool,
    activity_ready: bool,
}

impl Traits {
    fn new(rng: &mut Rng, vocational_education: bool) -> Self {
        let (ill, ready) = (rng.per_mille(25), rng.per_mille(450));
        Traits { vocational_education, severe_mental_illness: ill, activity_ready: ready }
    }

    /// The facts as they are on a day.
    fn facts(&self, world: &World, n: &Neighbourhood, i: usize, number: usize, day: i32) -> FactRow {
        let person = &n.people.persons[i];
        let spell = &n.lives[i].spells[number];
        let children = n.people.children(i).map(|c| &n.people.persons[c]);
        let (mut at_home, mut pregnant) = (0, false);
        for child in children {
            at_home += i32::from(child.birth <= day && day < add_years(child.birth, 18) && day < child.dies);
            pregnant |= person.sex == Sex::Woman && day < child.birth && day >= child.birth - PAST_WEEK_12;
        }
        let partner = person.partner.filter(|&p| n.people.persons[p].gone() > day);
        let married = partner.filter(|_| person.civil == Civil::Married && person.civil_since <= day);
        let on_assistance = partner.is_some_and(|p| {
            n.lives[p].spells.iter().any(|s| {
                let assistance = matches!(s.benefit, Benefit::Kontanthjaelp | Benefit::Uddannelseshjaelp);
                assistance && !s.refused && s.from <= day && day < s.to
            })
        });
        let in_month = |(first, last): (i32, i32)| world.month(first) <= day && day < world.month(last + 1);
        let at_parents = person.living() == Living::AtHome && day < person.leaves_home;
        FactRow {
            case_id: 0,
            from: day,
            to: OPEN,
            provider: Some(at_home > 0),
            extra_child_allowance: Some(at_home > 0 && partner.is_none()),
            children_at_home: Some(at_home),
            lives_with_parent: Some(at_parents),
            single: Some(partner.is_none()),
            partner_on_assistance: Some(on_assistance),
            pregnant: Some(pregnant),
            severe_mental_illness: Some(self.severe_mental_illness && person.age(day) >= 30),
            vocational_education: Some(self.vocational_education),
            activity_ready: Some(self.activity_ready),
            residence_requirement: Some(true),
            employment_requirement: Some(true),
            supplementary: Some(spell.supplementary.is_some_and(in_month)),
            payslip_received_for: None,
            spouse: married.map(|p| n.people.persons[p].id),
            registered_at: 0,
        }
    }
}

/// The days within the data on which the facts of a case changed, and when that was registered.
pub(super) fn registered_changes(rows: &[FactRow], first: i32) -> impl Iterator<Item = (i32, i64)> + '_ {
    rows.windows(2)
        .filter(move |w| w[0].from != w[1].from && w[1].from >= first && w[1].to == OPEN)
        .map(|w| (w[1].from, w[1].registered_at))
        .filter(|&(from, at)| local_day(at) >= from)
}

impl Row for FactRow {
    const TABLE: &'static str = "case_facts";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.case_id)),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            bools(rows.iter().map(|r| r.provider)),
            bools(rows.iter().map(|r| r.extra_child_allowance)),
            maybe_ints(rows.iter().map(|r| r.children_at_home)),
            bools(rows.iter().map(|r| r.lives_with_parent)),
            bools(rows.iter().map(|r| r.single)),
            bools(rows.iter().map(|r| r.partner_on_assistance)),
            bools(rows.iter().map(|r| r.pregnant)),
            bools(rows.iter().map(|r| r.severe_mental_illness)),
            bools(rows.iter().map(|r| r.vocational_education)),
            bools(rows.iter().map(|r| r.activity_ready)),
            bools(rows.iter().map(|r| r.residence_requirement)),
            bools(rows.iter().map(|r| r.employment_requirement)),
            bools(rows.iter().map(|r| r.supplementary)),
            maybe_days(rows.iter().map(|r| r.payslip_received_for)),
            maybe_ids(rows.iter().map(|r| r.spouse)),
            // Nobody here has one of the decisions behind these.
            new_null_array(&Kind::Money.data_type(), rows.len()),
            bools(rows.iter().map(|_| None)),
            new_null_array(&Kind::Money.data_type(), rows.len()),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}
