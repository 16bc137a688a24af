//! How the office works off advis and tasks: waiting in working days, office hours, holidays that let piles grow.

use arrow::array::ArrayRef;

use super::advis::AdvisRow;
use super::calendar::{instant, last_bank_day, local_day};
use super::cases::office_hour;
use super::rng::{Rng, Stream};
use super::rows::{Row, bools, ids, instants, maybe_days, maybe_ids, maybe_texts, texts};
use super::world::World;
use crate::error::Result;

/// Waiting in half working days at equal steps of probability: log-normal, median 3 working days.
const WAIT: [i32; 21] = [0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 11, 13, 16, 20, 27, 40, 95];

/// Working days until a task should be done.
const DEADLINE: i32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatusRow {
    /// Advis or task.
    id: i64,
    status: &'static str,
    changed_at: i64,
    caseworker: Option<i64>,
}

impl StatusRow {
    /// The same change of an advis or task that is numbered `by` higher.
    pub(super) fn renumbered(self, by: i64) -> Self {
        StatusRow { id: self.id + by, ..self }
    }
}

/// One task; `task_id` counts from 0 within the neighbourhood until it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct TaskRow {
    pub(super) task_id: i64,
    task_type: &'static str,
    pub(super) advis_id: i64,
    pub(super) case_id: Option<i64>,
    person_id: i64,
    benefit: Option<&'static str>,
    municipality: &'static str,
    created_at: i64,
    due: i32,
    must: bool,
    owner: Option<i64>,
    rule: Option<&'static str>,
}

/// What became of the advis of a neighbourhood.
#[derive(Debug, Default)]
pub(super) struct Handled {
    pub(super) advis_status: Vec<StatusRow>,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) task_status: Vec<StatusRow>,
}

impl Handled {
    /// Takes the advis in order; their ids must be given.
    pub(super) fn new(world: &World, advis: &[AdvisRow], number: u64) -> Self {
        let mut handled = Handled::default();
        for row in advis {
            let entity = (number << 24) as i64 + row.advis_id;
            let mut rng = Rng::new(world.seed, Stream::Task, entity);
            let first = handled.advis_status.len();
            work_off(world, row, &mut rng, &mut handled.advis_status);
            if let Some(task_type) = row.kind.task
                && rng.per_mille(if row.kind.must { 1000 } else { 850 })
            {
                handled.add_task(world, row, task_type, first);
            }
        }
        handled
    }

    fn add_task(&mut self, world: &World, row: &AdvisRow, task_type: &'static str, first_status: usize) {
        let task_id = self.tasks.len() as i64;
        let day = local_day(row.created_at);
        let due = world.calendar.working_day(day, DEADLINE);
        let owner = world.staff.owner(row.municipality, row.birth);
        let present = owner.map(|owner| world.staff.present(owner, day));
        let rule = owner.map(|_| if owner == present { "birthday_range" } else { "substitute" });
        self.tasks.push(TaskRow {
            task_id,
            task_type,
            advis_id: row.advis_id,
            case_id: row.case_id,
            person_id: row.person_id,
            benefit: row.benefit,
            municipality: row.municipality_code,
            created_at: row.created_at,
            due: if row.kind.must { due.min(last_bank_day(day)).max(day) } else { due },
            must: row.kind.must,
            owner: present,
            rule,
        });
        // A task lives with its advis: begun with it, finished just before it.
        for status in &self.advis_status[first_status..] {
            let before = if status.status == "done" { -30_000_000 } else { 0 };
            let changed_at = status.changed_at + before;
            self.task_status.push(StatusRow { id: task_id, changed_at, ..*status });
        }
    }
}

fn work_off(world: &World, row: &AdvisRow, rng: &mut Rng, out: &mut Vec<StatusRow>) {
    let end = instant(world.end, 0);
    let owner = world.staff.owner(row.municipality, row.birth);
    let mut at = row.created_at;
    let mut add = |status, changed_at: i64, by: Option<i64>| {
        let known = changed_at < end;
        if known {
            out.push(StatusRow { id: row.advis_id, status, changed_at, caseworker: by });
        }
        known
    };
    add("new", at, None);
    // A hundred minutes at the desk is long; most take a quarter of an hour.
    let work = |rng: &mut Rng| i64::from(rng.range(120, 1_500) + rng.range(60, 900)) * 1_000_000;
    let wait = rng.quantile(&WAIT) * row.kind.effort / 100;
    let fate = rng.below(1000);
    let mut day = world.calendar.day_of_work_done(local_day(at), wait);
    let by = |day: i32| owner.map(|owner| world.staff.present(owner, day));
    // Nothing is begun before the night run is over, so hours never run backwards.
    at = office_hour(day, rng).max(at + 60_000_000);
    if fate < 45 {
        add("cancelled", at, by(day));
        return;
    }
    if !add("in_progress", at, by(day)) {
        return;
    }
    if fate < 180 {
        // Somebody has to answer first (partshøring, documents): it lies open for days.
        day = world.calendar.day_of_work_done(day, rng.range(4, 24));
        at = office_hour(day, rng).max(at + 60_000_000);
    } else {
        at += work(rng);
    }
    if !add("done", at, by(day)) {
        return;
    }
    if fate >= 975 {
        day = world.calendar.day_of_work_done(day + 1, rng.range(2, 30));
        at = office_hour(day, rng);
        if add("in_progress", at, by(day)) {
            add("done", at + work(rng), by(day));
        }
    }
}

/// A change of status of an advis.
#[derive(Debug)]
pub(super) struct AdvisStatus(pub(super) StatusRow);

/// A change of status of a task.
#[derive(Debug)]
pub(super) struct TaskStatus(pub(super) StatusRow);

fn status_columns<'a>(rows: impl Iterator<Item = &'a StatusRow> + Clone) -> Vec<ArrayRef> {
    vec![
        ids(rows.clone().map(|r| r.id)),
        texts(rows.clone().map(|r| r.status)),
        instants(rows.clone().map(|r| r.changed_at)),
        maybe_ids(rows.clone().map(|r| r.caseworker)),
        instants(rows.map(|r| r.changed_at)),
    ]
}

impl Row for AdvisStatus {
    const TABLE: &'static str = "advis_status";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(status_columns(rows.iter().map(|r| &r.0)))
    }
}

impl Row for TaskStatus {
    const TABLE: &'static str = "task_status";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(status_columns(rows.iter().map(|r| &r.0)))
    }
}

impl Row for TaskRow {
    const TABLE: &'static str = "tasks";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.task_id)),
            texts(rows.iter().map(|r| r.task_type)),
            maybe_ids(rows.iter().map(|r| Some(r.advis_id))),
            maybe_ids(rows.iter().map(|r| r.case_id)),
            maybe_ids(rows.iter().map(|r| Some(r.person_id))),
            maybe_texts(rows.iter().map(|r| r.benefit)),
            texts(rows.iter().map(|r| r.municipality)),
            instants(rows.iter().map(|r| r.created_at)),
            maybe_days(rows.iter().map(|r| Some(r.due))),
            bools(rows.iter().map(|r| Some(r.must))),
            maybe_texts(rows.iter().map(|_| None::<&str>)),
            maybe_ids(rows.iter().map(|r| r.owner)),
            maybe_texts(rows.iter().map(|r| r.rule)),
            instants(rows.iter().map(|r| r.created_at)),
        ])
    }
}
