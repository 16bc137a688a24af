//! Advis: what registers told the office about people with a case, most of it about what really happened in the data.

use arrow::array::ArrayRef;

use super::calendar::{OPEN, add_years, instant, ymd};
use super::livelihood::{Benefit, Planted, Spell};
use super::neighbourhood::Neighbourhood;
use super::population::{Civil, NEVER, Sex};
use super::rng::{Rng, Stream};
use super::rows::{Row, days, ids, instants, maybe_ids, money, texts};
use super::world::World;
use crate::error::Result;

/// One kind of advis: code and source group as in `law.event_types`, and the task it makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) code: &'static str,
    pub(super) group: &'static str,
    pub(super) task: Option<&'static str>,
    /// The task must be done before the monthly run.
    pub(super) must: bool,
    /// How long it takes compared with others, per cent.
    pub(super) effort: i32,
}

const fn kind(code: &'static str, group: &'static str, task: Option<&'static str>, effort: i32) -> Kind {
    Kind { code, group, task, must: false, effort }
}

const fn stop(code: &'static str) -> Kind {
    Kind { code, group: "folkeregister", task: Some("Afslut bevilling"), must: true, effort: 25 }
}

const FOLLOW_UP: Option<&str> = Some("Opfølgningsopgave");
const INCOME: Option<&str> = Some("Subproces - Indtægter");
const TAX_CARD: Option<&str> = Some("Subproces - Skattekort");
const SANCTION: Option<&str> = Some("Sanktion - Behandle sanktion");

const DEATH: Kind = stop("505.005.010");
const MISSING: Kind = stop("505.005.020");
const EMIGRATION: Kind = stop("505.005.030");
const MOVES_OUT: Kind = stop("505.005.160");
const NEW_CPR: Kind = kind("505.005.040", "folkeregister", Some("Relationer"), 60);
const BIRTH: Kind = kind("505.005.055", "folkeregister", FOLLOW_UP, 80);
const SPOUSE_DIES: Kind = kind("505.005.125", "folkeregister", FOLLOW_UP, 60);
const MOVES_IN: Kind = kind("505.005.155", "folkeregister", FOLLOW_UP, 80);
const MOVES: Kind = kind("505.005.180", "folkeregister", FOLLOW_UP, 90);
const MARRIAGE: Kind = kind("505.005.190", "folkeregister", Some("Subproces - Gensidig forsørgerpligt"), 120);
const PATERNITY: Kind = kind("505.005.050", "folkeregister", None, 200);
const SOMEBODY_MOVES_IN: Kind = kind("ADR.TILFLYTNING", "adresse", Some("Subproces - Samliv"), 220);
const WAGE_STARTS: Kind = kind("EINK.LOEN.START.OP", "eindkomst", INCOME, 90);
const WAGE_STOPS: Kind = kind("EINK.LOEN.STOP.NED", "eindkomst", INCOME, 120);
const WAGE_UP: Kind = kind("EINK.LOEN.AENDR.OP", "eindkomst", INCOME, 100);
const WAGE_DOWN: Kind = kind("EINK.LOEN.AENDR.NED", "eindkomst", INCOME, 130);
const HOURS_UP: Kind = kind("EINK.LOEN.TIMER.OP", "eindkomst", INCOME, 110);
const AGE_25: Kind = kind("KMDA.P25VOKSEN", "kmd_aktiv_group", FOLLOW_UP, 60);
const AGE_30: Kind = kind("KMDA.P30VOKSEN", "kmd_aktiv_group", FOLLOW_UP, 40);
const PAYSLIP: Kind =
    Kind { must: true, ..kind("KOMDEF.LOENSEDDEL", "kommunedefineret", Some("Lønseddel indsendt"), 40) };
const QUARTERLY: Kind = kind("KY.BATCH_OPFOELG", "ky_system", FOLLOW_UP, 170);
const TAX_REFUND: Kind = kind("110.010.000", "overskydende_skat", INCOME, 150);
const SICK_LAST_DAY: Kind = kind("KSD.SIDSTEFRAVAER", "ksd_system", None, 30);
const SICK_END: Kind = kind("SDP.SIDSTEBEREGN", "jobcenter", None, 60);
const SICK_REFUND: Kind = kind("KSD.NEMREFUSION", "ksd_system", None, 50);

/// What comes every month whether or not anything changed, by weight.
const JOB_CENTRE: [(u32, Kind); 9] = [
    (22, kind("902", "jobcenter", None, 40)),
    (16, kind("903", "jobcenter", None, 40)),
    (9, kind("904", "jobcenter", None, 60)),
    (18, kind("906", "jobcenter", None, 60)),
    (8, kind("907", "jobcenter", None, 50)),
    (9, kind("909", "jobcenter", SANCTION, 180)),
    (3, kind("912", "jobcenter", SANCTION, 200)),
    (10, kind("913", "jobcenter", None, 40)),
    (5, kind("915", "jobcenter", FOLLOW_UP, 110)),
];
const OFFICE: [(u32, Kind); 7] = [
    (30, kind("110", "skattekort", TAX_CARD, 40)),
    (8, kind("111", "skattekort", TAX_CARD, 70)),
    (5, kind("113", "skattekort", TAX_CARD, 80)),
    (34, kind("KY.SB_DOKUMENT", "ky_system", Some("Modtag Post"), 60)),
    (8, kind("KOMDEF.OPHOLD", "kommunedefineret", Some("Subproces - Opholdsgrundlag"), 250)),
    (5, kind("105.005.030", "forskud", INCOME, 190)),
    (10, kind("32.06.08.START", "sag", None, 90)),
];

/// One advis; `case_id` counts from 0 within the neighbourhood until it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdvisRow {
    pub(super) advis_id: i64,
    pub(super) kind: Kind,
    pub(super) municipality: usize,
    pub(super) municipality_code: &'static str,
    pub(super) person_id: i64,
    pub(super) birth: i32,
    pub(super) party: &'static str,
    pub(super) case_id: Option<i64>,
    pub(super) benefit: Option<&'static str>,
    pub(super) event: i32,
    pub(super) created_at: i64,
    /// Øre.
    pub(super) amount: Option<i64>,
}

/// Collects the advis of one case.
struct Collector<'a> {
    world: &'a World,
    out: &'a mut Vec<AdvisRow>,
    rng: Rng,
    base: AdvisRow,
}

impl Collector<'_> {
    /// An event of a day: the night run of the next working day makes the advis.
    fn add(&mut self, kind: Kind, event: i32, party: &'static str, amount: Option<i64>) {
        if event < self.world.start || event >= self.world.end {
            return;
        }
        let day = self.world.calendar.working_day(event + 1, 0);
        let created_at =
            instant(day, 330 + self.rng.range(0, 89)) + i64::from(self.rng.below(60)) * 1_000_000;
        if day < self.world.end {
            self.out.push(AdvisRow { kind, event, party, amount, created_at, ..self.base });
        }
    }
}

/// The advis of one case.
pub(super) fn of_case(
    world: &World,
    n: &Neighbourhood,
    i: usize,
    number: usize,
    case: i64,
    out: &mut Vec<AdvisRow>,
) {
    let person = &n.people.persons[i];
    let spell = &n.lives[i].spells[number];
    if spell.refused {
        return;
    }
    let base = base(world, n, i, Some((case, spell.benefit.code())));
    let rng = Rng::new(world.seed, Stream::Advis, person.id * 8 + number as i64);
    let mut to = Collector { world, out, rng, base };
    of_register(n, i, spell, &mut to);
    let assistance = matches!(spell.benefit, Benefit::Kontanthjaelp | Benefit::Uddannelseshjaelp);
    if assistance {
        of_income(n, i, spell, &mut to);
    }
    if spell.benefit == Benefit::Sygedagpenge {
        to.add(SICK_REFUND, spell.from + 20, "primary", None);
        if spell.to != OPEN {
            to.add(SICK_LAST_DAY, spell.to - 1, "primary", None);
            to.add(SICK_END, spell.to + 3, "primary", None);
        }
    }
    let phase = (person.id % 3) as i32;
    for month in 0..world.months {
        let (first, next) = (world.month(month), world.month(month + 1));
        if spell.from >= next || spell.to <= first {
            continue;
        }
        let day = |rng: &mut Rng| rng.range(first.max(spell.from), next.min(spell.to) - 1);
        let (_, calendar_month, _) = ymd(first);
        let summer = matches!(calendar_month, 7 | 12);
        for _ in 0..2 {
            if assistance && to.rng.per_mille(if summer { 260 } else { 380 }) {
                let kind = to.rng.weighted(&JOB_CENTRE, QUARTERLY);
                let at = day(&mut to.rng);
                to.add(kind, at, "primary", None);
            }
        }
        if to.rng.per_mille(if calendar_month == 12 { 600 } else { 230 }) {
            let kind = to.rng.weighted(&OFFICE, QUARTERLY);
            let at = day(&mut to.rng);
            let amount = (kind.group == "forskud").then(|| i64::from(to.rng.range(5, 90)) * 100_000);
            to.add(kind, at, "primary", amount);
        }
        if (month + phase) % 3 == 0 && spell.from < first {
            to.add(QUARTERLY, first + phase, "primary", None);
        }
        if matches!(calendar_month, 3 | 4) && to.rng.per_mille(180) {
            let amount = i64::from(to.rng.range(300, 14_000)) * 100;
            let at = day(&mut to.rng);
            to.add(TAX_REFUND, at, "primary", Some(amount));
        }
    }
}

fn base(world: &World, n: &Neighbourhood, i: usize, case: Option<(i64, &'static str)>) -> AdvisRow {
    let person = &n.people.persons[i];
    let municipality = n.people.households[person.household as usize].municipality;
    AdvisRow {
        advis_id: 0,
        kind: QUARTERLY,
        municipality,
        municipality_code: world.model.codes[municipality],
        person_id: person.id,
        birth: person.birth,
        party: "primary",
        case_id: case.map(|c| c.0),
        benefit: case.map(|c| c.1),
        event: 0,
        created_at: 0,
        amount: None,
    }
}

/// Events of the civil register that hit the case while it runs.
fn of_register(n: &Neighbourhood, i: usize, spell: &Spell, to: &mut Collector<'_>) {
    let person = &n.people.persons[i];
    let open = spell.from..=spell.to;
    let mut hit = |kind, day: i32, party| {
        if day != NEVER && open.contains(&day) {
            to.add(kind, day, party, None);
        }
    };
    hit(DEATH, person.dies, "primary");
    hit(EMIGRATION, person.emigrates, "primary");
    hit(MISSING, person.disappears, "primary");
    hit(NEW_CPR, person.new_cpr, "primary");
    if let Some((day, _)) = n.faults.of(i).and_then(|f| f.cpr) {
        hit(NEW_CPR, day, "primary");
    }
    if person.civil == Civil::Married {
        hit(MARRIAGE, person.civil_since, "primary");
        if let Some(partner) = person.partner {
            hit(SPOUSE_DIES, n.people.persons[partner].dies, "spouse");
        }
    }
    if person.sex == Sex::Woman {
        for child in n.people.children(i) {
            hit(BIRTH, n.people.persons[child].birth, "primary");
        }
    }
    hit(AGE_25, add_years(person.birth, 25), "primary");
    hit(AGE_30, add_years(person.birth, 30), "primary");
    let home = n.people.households[person.household as usize].municipality;
    for stays in n.homes.of(&n.people, i).windows(2) {
        let kind = match (stays[0].municipality == home, stays[1].municipality == home) {
            (true, false) => MOVES_OUT,
            (false, true) => MOVES_IN,
            _ => MOVES,
        };
        hit(kind, stays[1].from, "primary");
    }
    if person.id % 23 == 0 && spell.to == OPEN {
        // Somebody who is no party to the case moves in.
        let day = to.rng.range(to.world.start, to.world.end - 20);
        if day > spell.from {
            to.add(SOMEBODY_MOVES_IN, day, "other", None);
        }
    }
}

/// What the income register says about the citizen and the spouse.
fn of_income(n: &Neighbourhood, i: usize, spell: &Spell, to: &mut Collector<'_>) {
    let world = to.world;
    if let Some((first, last)) = spell.supplementary {
        for month in first..=last {
            let payday = world.payday(month).0;
            let kind = match month {
                m if m == first => WAGE_STARTS,
                _ => to.rng.weighted(&[(45, WAGE_UP), (35, WAGE_DOWN), (20, HOURS_UP)], WAGE_UP),
            };
            let amount = i64::from(to.rng.range(800, 9_000)) * 100;
            to.add(kind, payday, "primary", Some(amount));
        }
        if last + 1 < world.months {
            let amount = i64::from(to.rng.range(1_000, 9_000)) * 100;
            to.add(WAGE_STOPS, world.payday(last + 1).0, "primary", Some(amount));
        }
        if spell.planted == Planted::NoPayslip {
            to.add(PAYSLIP, world.month(last) + 24, "primary", None);
        }
    }
    let earns = n.people.persons[i].partner.is_some_and(|p| n.lives[p].work == super::livelihood::Work::Wage);
    if earns {
        for month in 0..world.months {
            let payday = world.payday(month).0;
            if spell.from < payday && payday < spell.to && to.rng.per_mille(140) {
                let kind = to.rng.weighted(&[(60, WAGE_UP), (40, WAGE_DOWN)], WAGE_UP);
                let amount = i64::from(to.rng.range(500, 12_000)) * 100;
                to.add(kind, payday, "spouse", Some(amount));
            }
        }
    }
}

/// Advis about people without a case: events on former or future parties that a subscription let through.
pub(super) fn without_case(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<AdvisRow>) {
    let person = &n.people.persons[i];
    let mut rng = Rng::new(world.seed, Stream::Advis, -person.id);
    if !n.lives[i].spells.is_empty() || !rng.per_mille(30) {
        return;
    }
    let fathered =
        n.people.children(i).map(|c| n.people.persons[c].birth).filter(|_| person.sex == Sex::Man).last();
    let base = base(world, n, i, None);
    let mut to = Collector { world, out, rng, base };
    for (kind, day) in [(DEATH, person.dies), (EMIGRATION, person.emigrates), (NEW_CPR, person.new_cpr)] {
        if day != NEVER {
            to.add(kind, day, "other", None);
        }
    }
    for stays in n.homes.of(&n.people, i).windows(2) {
        to.add(MOVES, stays[1].from, "other", None);
    }
    if let Some(day) = fathered {
        to.add(PATERNITY, day, "other", None);
    }
}

impl Row for AdvisRow {
    const TABLE: &'static str = "advis";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.advis_id)),
            texts(rows.iter().map(|r| r.kind.code)),
            texts(rows.iter().map(|r| r.kind.group)),
            texts(rows.iter().map(|r| r.municipality_code)),
            ids(rows.iter().map(|r| r.person_id)),
            texts(rows.iter().map(|r| r.party)),
            maybe_ids(rows.iter().map(|r| r.case_id)),
            days(rows.iter().map(|r| r.event)),
            instants(rows.iter().map(|r| r.created_at)),
            money(rows.iter().map(|r| r.amount))?,
            instants(rows.iter().map(|r| r.created_at)),
        ])
    }
}
