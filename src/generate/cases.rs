//! Benefit cases: their status as it changed, the decisions, and the day each was known.

use arrow::array::ArrayRef;

use super::calendar::{OPEN, instant, local_day};
use super::livelihood::{Benefit, Planted, Spell};
use super::neighbourhood::Neighbourhood;
use super::rng::{Rng, Stream};
use super::rows::{Row, days, ids, instants, maybe_days, maybe_ids, maybe_texts, texts};
use super::world::World;
use crate::error::Result;

/// `case_id` counts from 0 within the neighbourhood until it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaseRow {
    pub(super) case_id: i64,
    person_id: i64,
    municipality: &'static str,
    benefit: &'static str,
    kle: Option<&'static str>,
    status: &'static str,
    received: i32,
    decided: Option<i32>,
    granted_from: Option<i32>,
    stopped_from: Option<i32>,
    closed: Option<i32>,
    owner: Option<i64>,
    registered_at: i64,
}

/// `decision_id` and `case_id` count from 0 within the neighbourhood until they are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecisionRow {
    pub(super) decision_id: i64,
    pub(super) case_id: i64,
    pub(super) kind: &'static str,
    pub(super) decided: i32,
    pub(super) effective: i32,
    pub(super) caseworker: Option<i64>,
    pub(super) reason: Option<&'static str>,
    pub(super) heard: Option<i32>,
    pub(super) registered_at: i64,
}

/// What the office did with one application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handling {
    pub(super) received: i32,
    /// When the decision was registered; none while the case waits.
    pub(super) decided: Option<i64>,
    /// When the stop was registered.
    pub(super) stopped: Option<i64>,
    pub(super) owner: Option<i64>,
}

impl Benefit {
    pub(super) fn code(self) -> &'static str {
        match self {
            Benefit::Kontanthjaelp => "kontanthjaelp",
            Benefit::Uddannelseshjaelp => "uddannelseshjaelp",
            Benefit::Sygedagpenge => "sygedagpenge",
            Benefit::Fleksloentilskud => "fleksloentilskud",
        }
    }

    fn kle(self) -> Option<&'static str> {
        match self {
            Benefit::Kontanthjaelp | Benefit::Uddannelseshjaelp => Some("32.24.04"),
            Benefit::Sygedagpenge => Some("32.30.04"),
            Benefit::Fleksloentilskud => None,
        }
    }
}

/// Something done in the office: a working day, office hours (shorter on Fridays), most of it before noon.
pub(super) fn office_hour(day: i32, rng: &mut Rng) -> i64 {
    let minutes = if super::calendar::weekday(day) == 4 { 330 } else { 450 };
    let early = rng.below(minutes).min(rng.below(minutes));
    instant(day, 8 * 60 + early as i32) + i64::from(rng.below(60)) * 1_000_000
}

impl Handling {
    pub(super) fn new(world: &World, n: &Neighbourhood, i: usize, number: usize) -> Self {
        let person = &n.people.persons[i];
        let spell = &n.lives[i].spells[number];
        let mut rng = Rng::new(world.seed, Stream::CaseWork, -(person.id * 8 + number as i64));
        let municipality = n.people.households[person.household as usize].municipality;
        let owner = world.staff.owner(municipality, person.birth);
        let (received, wait) = match spell {
            s if s.converted => (s.from - 10, 3),
            s if s.planted == Planted::Double => (s.from - 15, 5),
            s if s.refused => (s.from, rng.range(6, 28)),
            s => (s.from - rng.range(0, 20), rng.range(4, 19)),
        };
        let received = world.calendar.working_day(received, 0);
        let decided = office_hour(world.calendar.working_day(received, wait), &mut rng);
        let decided = (decided < instant(world.end, 0)).then_some(decided);
        // A case that is converted at the age of thirty ends by the decision on the next one, made beforehand.
        let converts = n.lives[i].spells.iter().any(|s| s.converted && s.from == spell.to);
        let known = if converts { spell.to - 10 } else { spell.to };
        let stopped = (spell.to != OPEN && !spell.refused)
            .then(|| {
                let day = known.max(decided.map_or(0, local_day) + 1);
                office_hour(world.calendar.working_day(day, rng.range(0, 3)), &mut rng)
            })
            .filter(|&at| at < instant(world.end, 0));
        Handling { received, decided, stopped, owner }
    }
}

fn reason(world: &World, n: &Neighbourhood, i: usize, spell: &Spell, rng: &mut Rng) -> &'static str {
    let person = &n.people.persons[i];
    let at = spell.to;
    if at == person.dies || spell.planted == Planted::AfterDeath {
        "Dødsfald"
    } else if at == person.emigrates {
        "Udrejse"
    } else if at == person.disappears {
        "Forsvundet"
    } else if at == n.homes.here(&n.people, i).1 {
        "Fraflytning til anden kommune"
    } else if n.lives[i].spells.iter().any(|s| s.converted && s.from == at) {
        "Fyldt 30 år"
    } else if spell.benefit == Benefit::Sygedagpenge {
        "Raskmeldt"
    } else if person.age(at.min(world.end)) >= 67 {
        "Folkepension"
    } else {
        let reasons = [
            (60, "Arbejde"),
            (20, "Uddannelse"),
            (8, "Ægtefælles indtægt"),
            (7, "Formue"),
            (5, "Ønsker ikke hjælp"),
        ];
        rng.weighted(&reasons, "Arbejde")
    }
}

/// The rows of one case.
pub(super) fn case(
    world: &World,
    n: &Neighbourhood,
    i: usize,
    number: usize,
    case_id: i64,
    handling: &Handling,
    out: &mut (Vec<CaseRow>, Vec<DecisionRow>),
) {
    let person = &n.people.persons[i];
    let spell = &n.lives[i].spells[number];
    let mut rng = Rng::new(world.seed, Stream::CaseWork, person.id * 8 + number as i64);
    let home = n.people.households[person.household as usize].municipality;
    let (cases, decisions) = out;
    let mut row = CaseRow {
        case_id,
        person_id: person.id,
        municipality: world.model.codes[home],
        benefit: spell.benefit.code(),
        kle: spell.benefit.kle(),
        status: "applied",
        received: handling.received,
        decided: None,
        granted_from: None,
        stopped_from: None,
        closed: None,
        owner: handling.owner,
        registered_at: office_hour(handling.received, &mut rng),
    };
    let mut decide = |kind, effective, heard: Option<i32>, reason, registered_at: i64| {
        let decided = local_day(registered_at);
        decisions.push(DecisionRow {
            decision_id: 0,
            case_id,
            kind,
            decided,
            effective,
            caseworker: handling.owner.map(|owner| world.staff.present(owner, decided)),
            reason,
            heard,
            registered_at,
        });
        decided
    };
    cases.push(row);
    let Some(decided) = handling.decided else { return };
    row.registered_at = decided;
    if spell.refused {
        let reasons = [(50, "Formue over grænsen"), (30, "Ikke til rådighed"), (20, "Ægtefælles indtægt")];
        let why = rng.weighted(&reasons, "Formue over grænsen");
        row.decided = Some(decide("refusal", handling.received, None, Some(why), decided));
        row.status = "refused";
        cases.push(row);
        return;
    }
    row.decided = Some(decide("grant", spell.from, None, None, decided));
    row.granted_from = Some(spell.from);
    row.status = "granted";
    cases.push(row);
    let Some(stopped) = handling.stopped else { return };
    let why = reason(world, n, i, spell, &mut rng);
    // A stop against the citizen's wish is preceded by a hearing (partshøring, forvaltningsloven § 19).
    let heard = matches!(why, "Formue" | "Ægtefælles indtægt")
        .then(|| world.calendar.working_day(local_day(stopped) - 18, 0).max(local_day(decided)));
    decide("stop", spell.to, heard, Some(why), stopped);
    row.stopped_from = Some(spell.to);
    row.status = "stopped";
    row.registered_at = stopped;
    cases.push(row);
    let closed = world.calendar.working_day(local_day(stopped) + rng.range(20, 60), 0);
    if closed < world.end {
        row.closed = Some(closed);
        row.status = "closed";
        row.registered_at = office_hour(closed, &mut rng);
        cases.push(row);
    }
}

impl Row for CaseRow {
    const TABLE: &'static str = "cases";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.case_id)),
            ids(rows.iter().map(|r| r.person_id)),
            texts(rows.iter().map(|r| r.municipality)),
            texts(rows.iter().map(|r| r.benefit)),
            maybe_texts(rows.iter().map(|r| r.kle)),
            texts(rows.iter().map(|r| r.status)),
            days(rows.iter().map(|r| r.received)),
            maybe_days(rows.iter().map(|r| r.decided)),
            maybe_days(rows.iter().map(|r| r.granted_from)),
            maybe_days(rows.iter().map(|r| r.stopped_from)),
            maybe_days(rows.iter().map(|r| r.closed)),
            maybe_ids(rows.iter().map(|r| r.owner)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}

impl Row for DecisionRow {
    const TABLE: &'static str = "decisions";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.decision_id)),
            ids(rows.iter().map(|r| r.case_id)),
            texts(rows.iter().map(|r| r.kind)),
            days(rows.iter().map(|r| r.decided)),
            days(rows.iter().map(|r| r.effective)),
            maybe_ids(rows.iter().map(|r| r.caseworker)),
            maybe_texts(rows.iter().map(|r| r.reason)),
            maybe_days(rows.iter().map(|r| r.heard)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}
