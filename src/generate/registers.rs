//! The civil register: persons, residences, relations, civil statuses. A change is told as the register tells it:
//! the row that held is closed and the next one opened, both known a night or two after the event.

use arrow::array::ArrayRef;

use super::calendar::{OPEN, instant};
use super::faults::CprFault;
use super::names::Name;
use super::neighbourhood::Neighbourhood;
use super::population::{Civil, NEVER, Person, Sex};
use super::rng::{Rng, Stream};
use super::rows::{Row, bools, days, ids, instants, maybe_ids, maybe_texts, texts};
use super::world::World;
use crate::error::Result;

/// Which number a person row carries; the numbers themselves are given when rows are written, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CprUse {
    First,
    Second,
    Faulty(CprFault),
}

#[derive(Debug, Clone)]
pub(super) struct PersonRow {
    pub(super) person_id: i64,
    pub(super) cpr: CprUse,
    pub(super) name: Name,
    pub(super) birth: i32,
    pub(super) sex: Sex,
    pub(super) status: &'static str,
    pub(super) protected: bool,
    pub(super) municipality: usize,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) registered_at: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ResidenceRow {
    pub(super) person_id: i64,
    pub(super) address_id: i64,
    pub(super) municipality: &'static str,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) registered_at: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct RelationRow {
    person_id: i64,
    related: i64,
    relation: &'static str,
    from: i32,
    to: i32,
    registered_at: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct CivilRow {
    person_id: i64,
    status: &'static str,
    spouse: Option<i64>,
    from: i32,
    to: i32,
    registered_at: i64,
}

/// One version of a period: from, to, known at.
type Version = (i32, i32, i64);

/// When the register knows of an event of a day.
pub(super) fn registered(day: i32, person_id: i64) -> i64 {
    let nights = 1 + (day as i64 ^ person_id).rem_euclid(2) as i32;
    instant(day + nights, 190 + (person_id % 60) as i32)
}

/// The versions of consecutive periods that start on `froms` and end for good on `end` (`NEVER`: not yet). What
/// was over before the data begins is told once, closed; later ends were not known when the period began.
fn versions(world: &World, person_id: i64, froms: &[i32], end: i32, mut tell: impl FnMut(usize, Version)) {
    for (i, &from) in froms.iter().enumerate() {
        let until = froms.get(i + 1).copied().unwrap_or(end);
        let known = registered(from, person_id);
        if until == NEVER {
            tell(i, (from, OPEN, known));
            continue;
        }
        let ended = registered(until, person_id).max(known + 1);
        if until >= world.start {
            tell(i, (from, OPEN, known));
        }
        tell(i, (from, until, ended));
    }
}

pub(super) fn persons(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<PersonRow>) {
    let people = &n.people;
    let person = &people.persons[i];
    let stays = n.homes.of(people, i);
    let fault = n.faults.of(i).and_then(|f| f.cpr);
    // Every day on which something of the row changes.
    let mut days = vec![person.birth, person.new_cpr, person.emigrates, person.dies, person.disappears];
    days.extend(stays.windows(2).filter(|s| s[0].municipality != s[1].municipality).map(|s| s[1].from));
    days.extend(fault.map(|(day, _)| day));
    days.retain(|&day| day != NEVER);
    days.sort_unstable();
    days.dedup();
    let municipality = |day: i32| {
        let home = people.households[person.household as usize].municipality;
        stays.iter().rev().find(|s| s.from <= day).or(stays.first()).map_or(home, |s| s.municipality)
    };
    let mut rng = Rng::new(world.seed, Stream::Name, person.id);
    let name = Name::new(world.seed, person.id, people.households[person.household as usize].key);
    let protected = rng.per_mille(12);
    versions(world, person.id, &days, NEVER, |v, (from, to, registered_at)| {
        let day = days[v];
        let cpr = match fault {
            Some((since, fault)) if day >= since => CprUse::Faulty(fault),
            _ if day >= person.new_cpr => CprUse::Second,
            _ => CprUse::First,
        };
        out.push(PersonRow {
            person_id: person.id,
            cpr,
            name,
            birth: person.birth,
            sex: person.sex,
            status: status(person, day),
            protected,
            municipality: municipality(day),
            from,
            to,
            registered_at,
        });
    });
}

/// The CPR status code of a day.
fn status(person: &Person, day: i32) -> &'static str {
    if day >= person.dies {
        "90"
    } else if day >= person.emigrates {
        "80"
    } else if day >= person.disappears {
        "70"
    } else {
        "01"
    }
}

pub(super) fn residences(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<ResidenceRow>) {
    let people = &n.people;
    let person = &people.persons[i];
    let stays = n.homes.of(people, i);
    let froms: Vec<i32> = stays.iter().map(|s| s.from).collect();
    let first = out.len();
    let end = person.gone().min(person.disappears);
    let end = if froms.last().is_some_and(|&from| from >= end) { NEVER } else { end };
    versions(world, person.id, &froms, end, |v, (from, to, registered_at)| {
        let municipality = world.model.codes[stays[v].municipality];
        out.push(ResidenceRow {
            person_id: person.id,
            address_id: stays[v].address,
            municipality,
            from,
            to,
            registered_at,
        });
    });
    if let Some((from, to)) = n.faults.of(i).and_then(|f| f.second_home)
        && let Some(&row) = out.get(first)
    {
        // A second address at the same time: planted.
        let registered_at = registered(from, person.id);
        let address_id = 1 + row.address_id % world.big_addresses;
        out.push(ResidenceRow { address_id, from, to, registered_at, ..row });
        out[first..].sort_by_key(|r| (r.from, r.registered_at));
    }
}

pub(super) fn relations(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<RelationRow>) {
    let people = &n.people;
    let person = &people.persons[i];
    let first = out.len();
    let mut add = |other: &Person, relation: &'static str, from: i32, end: i32| {
        versions(world, person.id, &[from], end, |_, (from, to, registered_at)| {
            let (person_id, related) = (person.id, other.id);
            out.push(RelationRow { person_id, related, relation, from, to, registered_at });
        });
    };
    if let Some(partner) = person.partner
        && person.civil == Civil::Married
    {
        let other = &people.persons[partner];
        add(other, "spouse", person.civil_since, person.dies.min(other.dies));
    }
    for parent in person.parents() {
        add(&people.persons[parent], "parent", person.birth, NEVER);
    }
    for child in people.children(i) {
        let child = &people.persons[child];
        add(child, "child", child.birth, NEVER);
    }
    out[first..].sort_by_key(|r| (r.related, r.from, r.registered_at));
}

pub(super) fn civil_statuses(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<CivilRow>) {
    let people = &n.people;
    let person = &people.persons[i];
    let mut held = vec![(person.birth, "unmarried", None)];
    let partner = person.partner.map(|p| &people.persons[p]);
    match (person.civil, partner) {
        (Civil::Unmarried, _) => {}
        (Civil::Married, Some(partner)) => {
            held.push((person.civil_since, "married", Some(partner.id)));
            if partner.dies < person.dies {
                held.push((partner.dies, "widowed", None));
            }
        }
        (civil, _) => {
            // An earlier marriage, its spouse not among the people of this data.
            let adult = person.birth + 18 * 366;
            let wed = adult + (person.civil_since - adult) / 2;
            if wed > adult && wed < person.civil_since {
                held.push((wed, "married", None));
            }
            held.push((
                person.civil_since,
                if civil == Civil::Widowed { "widowed" } else { "divorced" },
                None,
            ));
        }
    }
    let froms: Vec<i32> = held.iter().map(|h| h.0).collect();
    let end =
        if person.dies != NEVER && froms.iter().all(|&f| f < person.dies) { person.dies } else { NEVER };
    versions(world, person.id, &froms, end, |v, (from, to, registered_at)| {
        let (_, status, spouse) = held[v];
        out.push(CivilRow { person_id: person.id, status, spouse, from, to, registered_at });
    });
}

impl Row for ResidenceRow {
    const TABLE: &'static str = "residences";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.person_id)),
            ids(rows.iter().map(|r| r.address_id)),
            texts(rows.iter().map(|r| r.municipality)),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}

impl Row for RelationRow {
    const TABLE: &'static str = "relations";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.person_id)),
            ids(rows.iter().map(|r| r.related)),
            texts(rows.iter().map(|r| r.relation)),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}

impl Row for CivilRow {
    const TABLE: &'static str = "civil_statuses";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.person_id)),
            texts(rows.iter().map(|r| r.status)),
            maybe_ids(rows.iter().map(|r| r.spouse)),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}

/// A person row with its number, ready to be written.
#[derive(Debug)]
pub(super) struct NumberedPerson<'a> {
    pub(super) row: &'a PersonRow,
    pub(super) cpr: &'a str,
    pub(super) name: String,
    pub(super) municipality: &'a str,
}

impl Row for NumberedPerson<'_> {
    const TABLE: &'static str = "persons";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.row.person_id)),
            texts(rows.iter().map(|r| r.cpr)),
            texts(rows.iter().map(|r| r.name.as_str())),
            days(rows.iter().map(|r| r.row.birth)),
            texts(rows.iter().map(|r| if r.row.sex == Sex::Woman { "F" } else { "M" })),
            texts(rows.iter().map(|r| r.row.status)),
            bools(rows.iter().map(|r| Some(r.row.protected))),
            maybe_texts(rows.iter().map(|r| Some(r.municipality))),
            days(rows.iter().map(|r| r.row.from)),
            days(rows.iter().map(|r| r.row.to)),
            instants(rows.iter().map(|r| r.row.registered_at)),
        ])
    }
}
