//! Neighbourhoods are made on several threads and written in order.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use arrow::record_batch::RecordBatch;

use super::advis::{self, AdvisRow};
use super::calendar::local_day;
use super::cases::{self, CaseRow, DecisionRow, Handling};
use super::cpr::Numbers;
use super::facts::{self, FactRow};
use super::faults::{CprFault, FaultRow};
use super::handling::{AdvisStatus, Handled, TaskStatus};
use super::incomes::{self, IncomeRow};
use super::neighbourhood::Neighbourhood;
use super::population::NEIGHBOURHOOD;
use super::registers::{self, CprUse, NumberedPerson, PersonRow};
use super::rows::Row;
use super::tax_cards;
use super::world::World;
use crate::error::{Error, Result};
use crate::store::{TableWriter, Transaction};

/// A neighbourhood, ready but for what depends on those before it: CPR numbers, and the numbers of cases,
/// decisions, advis, tasks and faults, which count from 0.
struct Made {
    persons: Vec<PersonRow>,
    ready: Vec<RecordBatch>,
    incomes: Vec<RecordBatch>,
    cases: Vec<CaseRow>,
    case_count: i64,
    facts: Vec<FactRow>,
    decisions: Vec<DecisionRow>,
    advis: Vec<AdvisRow>,
    handled: Handled,
    faults: Vec<FaultRow>,
}

/// Tables whose rows a neighbourhood can finish by itself, in the order of [`Made::ready`].
const READY: [&str; 4] = ["residences", "relations", "civil_statuses", "tax_cards"];

fn make(world: &World, number: u64) -> Result<Made> {
    let n = Neighbourhood::new(world, number);
    let people = n.people.persons.len();
    let (mut persons, mut residences, mut relations) = (Vec::with_capacity(people), Vec::new(), Vec::new());
    let (mut civil, mut cards) = (Vec::new(), Vec::new());
    let mut lines: Vec<Vec<IncomeRow>> = (0..world.months).map(|_| Vec::with_capacity(people)).collect();
    let mut case_rows = (Vec::new(), Vec::new());
    let (mut fact_rows, mut advis_rows) = (Vec::new(), Vec::new());
    let mut first_cases = Vec::with_capacity(people);
    let mut case = 0;
    for i in 0..people {
        registers::persons(world, &n, i, &mut persons);
        registers::residences(world, &n, i, &mut residences);
        registers::relations(world, &n, i, &mut relations);
        registers::civil_statuses(world, &n, i, &mut civil);
        tax_cards::tax_cards(world, &n, i, &mut cards);
        incomes::incomes(world, &n, i, &mut lines);
        first_cases.push(case);
        for spell in 0..n.lives[i].spells.len() {
            let handling = Handling::new(world, &n, i, spell);
            let (first_fact, first_decision) = (fact_rows.len(), case_rows.1.len());
            cases::case(world, &n, i, spell, case, &handling, &mut case_rows);
            facts::facts(world, &n, i, spell, case, &handling, &mut fact_rows);
            changes(world, &fact_rows[first_fact..], &handling, case, &mut case_rows.1, first_decision);
            advis::of_case(world, &n, i, spell, case, &mut advis_rows);
            case += 1;
        }
        advis::without_case(world, &n, i, &mut advis_rows);
    }
    for (id, row) in case_rows.1.iter_mut().enumerate() {
        row.decision_id = id as i64;
    }
    advis_rows.sort_by_key(|a| (a.created_at, a.person_id, a.kind.code, a.event));
    for (id, row) in advis_rows.iter_mut().enumerate() {
        row.advis_id = id as i64;
    }
    let handled = Handled::new(world, &advis_rows, number);
    let faults = n.faults.rows(world, &n.people, |person, spell| first_cases[person] + spell as i64);
    Ok(Made {
        persons,
        ready: vec![
            Row::batch(&residences)?,
            Row::batch(&relations)?,
            Row::batch(&civil)?,
            Row::batch(&cards)?,
        ],
        incomes: lines.iter().map(|lines| Row::batch(lines)).collect::<Result<_>>()?,
        cases: case_rows.0,
        case_count: case,
        facts: fact_rows,
        decisions: case_rows.1,
        advis: advis_rows,
        handled,
        faults,
    })
}

/// A change of the facts of a running case is a decision too.
fn changes(
    world: &World,
    rows: &[FactRow],
    handling: &Handling,
    case_id: i64,
    decisions: &mut Vec<DecisionRow>,
    first: usize,
) {
    for (effective, registered_at) in facts::registered_changes(rows, world.start) {
        let decided = local_day(registered_at);
        decisions.push(DecisionRow {
            decision_id: 0,
            case_id,
            kind: "change",
            decided,
            effective,
            caseworker: handling.owner.map(|owner| world.staff.present(owner, decided)),
            reason: Some("Ændrede forhold"),
            heard: None,
            registered_at,
        });
    }
    decisions[first..].sort_by_key(|d| d.registered_at);
}

/// The writers of all tables; the incomes have one a month.
struct Sinks {
    tables: BTreeMap<&'static str, TableWriter>,
    incomes: Vec<TableWriter>,
}

impl Sinks {
    fn write(&mut self, table: &'static str, batch: &RecordBatch) -> Result<()> {
        match self.tables.get_mut(table) {
            Some(writer) => writer.write(batch),
            None => Err(Error::Contract(format!("the generator has no writer for {table}"))),
        }
    }

    fn rows<R: Row>(&mut self, rows: &[R]) -> Result<()> {
        self.write(R::TABLE, &R::batch(rows)?)
    }
}

/// How far the numbers of each kind have been used.
#[derive(Debug)]
struct Counters {
    cases: i64,
    decisions: i64,
    advis: i64,
    tasks: i64,
    faults: i64,
    cpr: Numbers,
}

/// Makes and writes everything; the writers are handed back to be finished.
pub(super) fn write(
    world: &World,
    transaction: &Transaction,
    threads: usize,
    progress: &(dyn Fn(&str, u64, u64) + Send + Sync),
) -> Result<Vec<(&'static str, TableWriter)>> {
    const OTHERS: [&str; 11] = [
        "advis",
        "advis_status",
        "case_facts",
        "cases",
        "caseworker_absences",
        "caseworkers",
        "decisions",
        "persons",
        "planted_faults",
        "task_status",
        "tasks",
    ];
    let mut sinks = Sinks { tables: BTreeMap::new(), incomes: Vec::new() };
    for table in OTHERS.into_iter().chain(READY) {
        sinks.tables.insert(table, transaction.writer(table)?);
    }
    for _ in 0..world.months {
        sinks.incomes.push(transaction.writer("incomes")?);
    }
    sinks.rows(&world.staff.caseworkers)?;
    sinks.rows(&world.staff.absences)?;

    let all = world.neighbourhoods();
    let threads = (threads as u64).min(all);
    let mut counters =
        Counters { cases: 1, decisions: 1, advis: 1, tasks: 1, faults: 1, cpr: Numbers::new() };
    std::thread::scope(|scope| {
        // Thread t makes neighbourhoods t, t + threads, …; each has its own short queue, so taking from the queues
        // in turn gives the neighbourhoods in order, and no thread runs far ahead.
        let queues: Vec<Receiver<Result<Made>>> = (0..threads)
            .map(|thread| {
                let (sender, receiver): (SyncSender<Result<Made>>, _) = sync_channel(1);
                scope.spawn(move || {
                    for number in (thread..all).step_by(threads as usize) {
                        // The receiver is gone when writing failed: nobody needs more.
                        if sender.send(make(world, number)).is_err() {
                            return;
                        }
                    }
                });
                receiver
            })
            .collect();
        for number in 0..all {
            let made = queues[(number % threads) as usize].recv().map_err(|_| {
                Error::Contract("a thread of the generator stopped before its work was done".to_owned())
            })??;
            take(world, &mut sinks, &mut counters, made, number)?;
            progress("people", ((number + 1) * NEIGHBOURHOOD).min(world.citizens), world.citizens);
        }
        Ok::<(), Error>(())
    })?;
    let incomes = sinks.incomes.into_iter().map(|writer| ("incomes", writer));
    Ok(sinks.tables.into_iter().chain(incomes).collect())
}

/// Gives a neighbourhood its numbers and writes it.
fn take(world: &World, sinks: &mut Sinks, next: &mut Counters, mut made: Made, number: u64) -> Result<()> {
    persons(world, sinks, &mut next.cpr, &made.persons, number)?;
    for (table, batch) in READY.into_iter().zip(&made.ready) {
        sinks.write(table, batch)?;
    }
    for (writer, batch) in sinks.incomes.iter_mut().zip(&made.incomes) {
        writer.write(batch)?;
    }
    let (cases, advis, tasks) = (next.cases, next.advis, next.tasks);
    made.cases.iter_mut().for_each(|r| r.case_id += cases);
    made.facts.iter_mut().for_each(|r| r.case_id += cases);
    for row in &mut made.decisions {
        row.case_id += cases;
        row.decision_id += next.decisions;
    }
    for row in &mut made.advis {
        row.advis_id += advis;
        row.case_id = row.case_id.map(|case| case + cases);
    }
    for row in &mut made.handled.tasks {
        row.task_id += tasks;
        row.advis_id += advis;
        row.case_id = row.case_id.map(|case| case + cases);
    }
    for (fault_id, row) in (next.faults..).zip(&mut made.faults) {
        row.fault_id = fault_id;
        row.case_id += cases;
    }
    sinks.rows(&made.cases)?;
    sinks.rows(&made.facts)?;
    sinks.rows(&made.decisions)?;
    sinks.rows(&made.advis)?;
    sinks.rows(&made.handled.tasks)?;
    sinks.rows(&made.faults)?;
    next.tasks += made.handled.tasks.len() as i64;
    let advis_status: Vec<_> =
        made.handled.advis_status.iter().map(|r| AdvisStatus(r.renumbered(advis))).collect();
    sinks.rows(&advis_status)?;
    let task_status: Vec<_> =
        made.handled.task_status.iter().map(|r| TaskStatus(r.renumbered(tasks))).collect();
    sinks.rows(&task_status)?;
    next.cases += made.case_count;
    next.decisions += made.decisions.len() as i64;
    next.advis += made.advis.len() as i64;
    next.faults += made.faults.len() as i64;
    Ok(())
}

fn persons(
    world: &World,
    sinks: &mut Sinks,
    numbers: &mut Numbers,
    rows: &[PersonRow],
    number: u64,
) -> Result<()> {
    let first = (number * NEIGHBOURHOOD) as i64 + 1;
    let place = |person_id: i64| (person_id - first) as usize;
    // The number everybody begins with, and the later, right or wrong, ones of the few who get one.
    let (mut firsts, mut later): (Vec<String>, BTreeMap<i64, String>) = (Vec::new(), BTreeMap::new());
    for row in rows {
        if place(row.person_id) == firsts.len() {
            firsts.push(numbers.next(row.birth, row.sex)?);
        }
        if later.contains_key(&row.person_id) {
            continue;
        }
        match row.cpr {
            CprUse::Second => later.insert(row.person_id, numbers.next(row.birth, row.sex)?),
            CprUse::Faulty(CprFault::Impossible) => {
                later.insert(row.person_id, Numbers::impossible(row.birth, row.person_id))
            }
            CprUse::First | CprUse::Faulty(CprFault::SameAs(_)) => None,
        };
    }
    let numbered: Vec<NumberedPerson<'_>> = rows
        .iter()
        .map(|row| {
            let cpr = match row.cpr {
                CprUse::First => firsts.get(place(row.person_id)),
                CprUse::Second | CprUse::Faulty(CprFault::Impossible) => later.get(&row.person_id),
                CprUse::Faulty(CprFault::SameAs(other)) => firsts.get(other),
            };
            let mut name = String::with_capacity(32);
            row.name.write(row.sex, &mut name);
            let cpr = cpr.map_or("", String::as_str);
            NumberedPerson { row, cpr, name, municipality: world.model.codes[row.municipality] }
        })
        .collect();
    sinks.rows(&numbered)
}
