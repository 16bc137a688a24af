//! A synthetic municipality: people who do not exist, calibrated to public statistics.
//!
//! People are made a neighbourhood of 4096 at a time. Every number drawn depends only on the seed, the stream and
//! the entity it is for, and neighbourhoods are written in order: the same options give the same bytes on any number
//! of threads, and nothing is kept per person once its neighbourhood is written.

mod advis;
mod calendar;
mod cases;
mod cpr;
mod facts;
mod faults;
mod handling;
mod homes;
mod incomes;
mod livelihood;
mod names;
mod neighbourhood;
mod population;
mod registers;
mod rng;
mod rows;
mod staff;
mod statistics;
mod tax_cards;
mod world;
mod write;

use std::time::Instant;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::error::{Error, Result};
use crate::store::{AsOf, CommitInfo, CommitKind, CommitOutcome, Store};
use world::World;

/// What to generate.
#[derive(Debug, Clone)]
pub struct GenerateOptions {
    /// Number of people.
    pub citizens: u64,
    /// Months of data, at least one.
    pub months: u32,
    /// First day of the last month.
    pub last_month: NaiveDate,
    /// The same seed gives the same people.
    pub seed: u64,
    /// Codes of the municipalities they live in. Empty: Aarhus (0751) for fewer than 100 000 people, the whole
    /// country otherwise.
    pub municipalities: Vec<String>,
    /// Threads that make people; by default the machine's.
    pub threads: Option<usize>,
    /// Who asks, for the log.
    pub by: String,
}

/// What was generated.
#[derive(Debug, Clone, Serialize)]
pub struct GenerateReport {
    /// Rows and files of each table, in the order of their names.
    pub tables: Vec<GeneratedTable>,
    /// Wall-clock seconds it took.
    pub seconds: f64,
    /// Number of the commit that holds it all.
    pub commit: u64,
}

/// What was generated of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GeneratedTable {
    /// Name of the table.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Files.
    pub files: usize,
}

/// Set by the commit that holds the generated people: a store takes only one synthetic population, because
/// all of them count their people from 1.
const MARK: &str = "generated";

/// Generates people and everything the registers and the office know of them, into an empty store, in one commit.
/// `progress` is told the stage and how many people of how many are done.
///
/// # Errors
/// [`Error::Usage`] when the options make no sense or the store already holds people.
pub async fn generate(
    store: &Store,
    options: &GenerateOptions,
    progress: &(dyn Fn(&str, u64, u64) + Send + Sync),
) -> Result<GenerateReport> {
    let started = Instant::now();
    let world = World::new(options)?;
    let occupied = || Error::Usage("the store already holds people; generate into a new store".to_owned());
    let base = store.snapshot(AsOf::Latest).await?;
    if base.tables.get("persons").is_some_and(|files| !files.is_empty()) {
        return Err(occupied());
    }
    let mut transaction = store.begin(&base);
    transaction.expect_mark(MARK, None);
    transaction.set_mark(MARK, Some(options.seed.to_string()));
    let threads =
        options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get()));
    let sinks = write::write(&world, &transaction, threads.max(1), progress)?;
    let mut tables = Vec::new();
    for (table, writer) in sinks {
        let files = writer.finish().await?;
        let rows = files.iter().map(|f| f.rows).sum();
        match tables.last_mut() {
            Some(GeneratedTable { table: last, rows: sum, files: count }) if last == table => {
                *sum += rows;
                *count += files.len();
            }
            _ => tables.push(GeneratedTable { table: table.to_owned(), rows, files: files.len() }),
        }
        transaction.add(table, files);
    }
    progress("commit", options.citizens, options.citizens);
    let detail = json!({
        "citizens": options.citizens,
        "months": options.months,
        "last_month": options.last_month.to_string(),
        "seed": options.seed,
        "municipalities": options.municipalities,
    });
    let message = format!("{} synthetic citizens over {} months", options.citizens, options.months);
    let info = CommitInfo { kind: CommitKind::Generate, by: options.by.clone(), message, detail };
    match transaction.commit(info).await? {
        CommitOutcome::Committed { number, .. } => {
            tables.sort_by(|a, b| a.table.cmp(&b.table));
            Ok(GenerateReport { tables, seconds: started.elapsed().as_secs_f64(), commit: number })
        }
        CommitOutcome::MarkDiffers { .. } => Err(occupied()),
    }
}
