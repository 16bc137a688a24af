//! Deliveries: files are checked row by row, good rows and rejects become visible in one commit.
//!
//! One delivery is one or more CSV or Parquet files for one table. Every data row of it ends either in the
//! table or, with file, line, column and reason, in `sys_rejects`. The same delivery again changes nothing.

mod cpr;
mod expect;
mod gather;
mod keys;
mod numbers;
mod persons;
mod plan;
mod reason;
mod rejects;
mod rows;
mod sorted;
mod source;
mod stored;
mod text;
mod times;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use self::gather::{Input, decimal_sign};
pub use self::numbers::DecimalSign;
pub use self::plan::Ends;
use self::plan::{Given, Plan};
pub use self::reason::Reason;
pub use self::source::Format;
use self::source::Source;
use self::write::Attempt;
use crate::error::{Error, Result};
use crate::store::contract::contract;
use crate::store::{AsOf, Store};

/// How often an import starts over when other deliveries to the same table are committed meanwhile.
const ATTEMPTS: usize = 8;

/// A delivery to be imported.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The table it is for.
    pub table: String,
    /// Its files.
    pub files: Vec<PathBuf>,
    /// What they are; `None`: seen from their first bytes.
    pub format: Option<Format>,
    /// The sender's name for the delivery; the same name with other content is refused.
    pub name: Option<String>,
    /// Number of data rows it must have, good and bad together.
    pub expect_rows: Option<u64>,
    /// Columns and the sum (decimal text) all their readable values must have, rejected rows included.
    pub expect_sums: Vec<(String, String)>,
    /// Where to write the rejected rows as delivered, with their reasons.
    pub rejects_file: Option<PathBuf>,
    /// Name of the event log, for the tables `event_log` and `event_log_cases`.
    pub log: Option<String>,
    /// When the rows became known, where the files do not say; `None`: the time of the import.
    pub registered_at: Option<DateTime<Utc>>,
    /// What the ends of periods mean.
    pub ends: Ends,
    /// What `1.234` means; `None`: a thousand and more in files with `;` between columns, else 1 and a fraction.
    pub decimal_sign: Option<DecimalSign>,
    /// Who imports.
    pub by: String,
    /// Threads that read; `None`: those of the machine. The result is the same for any number.
    pub threads: Option<usize>,
    /// Bytes of rows kept in memory before sorting continues on disk; `None`: 512 MiB.
    pub memory_limit: Option<usize>,
}

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows are read and checked.
    Reading,
    /// Rows are sorted and written.
    Writing,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What it is doing.
    pub step: Step,
    /// Rows done in this step.
    pub done: u64,
    /// Bytes of the files that are read completely.
    pub bytes: u64,
    /// While reading: bytes of all files. While writing: rows to write.
    pub total: u64,
}

/// One file of an import.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// Its name as in `sys_rejects.file`.
    pub file: String,
    /// Data rows, good and bad.
    pub rows: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// `UTF-8` or `Windows-1252`; `None` for Parquet.
    pub encoding: Option<&'static str>,
    /// What separates the columns; `None` for Parquet.
    pub delimiter: Option<char>,
    /// How three digits after a lone separator were read.
    pub decimal_sign: DecimalSign,
    /// Delivered columns the table does not have; they were not used.
    pub ignored_columns: Vec<String>,
}

/// How an import ended.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// The table.
    pub table: String,
    /// The delivery as in `sys_rejects.delivery`: its name, or the SHA-256 of its content.
    pub delivery: String,
    /// SHA-256 of its content: table, options and files.
    pub sha256: String,
    /// The commit in which exactly this delivery came in before; this import then changed nothing.
    pub already_imported: Option<u64>,
    /// The commit that holds the delivery.
    pub commit: u64,
    /// Rows taken in.
    pub rows: u64,
    /// Rejected rows by reason.
    pub rejected: BTreeMap<Reason, u64>,
    /// The files.
    pub files: Vec<FileReport>,
    /// The sums that were asked for, as found.
    pub sums: Vec<(String, String)>,
    /// How long it took.
    pub elapsed: Duration,
}

impl ImportReport {
    /// Rejected rows.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// Imports one delivery in one commit. Reading runs on threads of its own and blocks the calling task.
///
/// # Errors
/// [`Error::Delivery`] when the delivery as a whole is refused (missing columns, other rows or sums than
/// expected, a name used before with other content); nothing is committed then. Faulty rows are no error.
pub async fn import(
    store: &Store,
    delivery: &Delivery,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport> {
    let start = Instant::now();
    let contract = contract(&delivery.table)?;
    if contract.name.starts_with("sys_") {
        return Err(Error::Delivery(format!(
            "{} is the store's own record; nothing is delivered to it",
            contract.name
        )));
    }
    if delivery.files.is_empty() {
        return Err(Error::Usage("a delivery needs at least one file".into()));
    }
    let registered_at = delivery.registered_at.unwrap_or_else(Utc::now).timestamp_micros();
    let given = Given {
        registered_at,
        log: delivery.log.as_deref(),
        ends: delivery.ends,
        summed: delivery.expect_sums.iter().map(|(column, _)| column.as_str()).collect(),
    };
    let mut inputs = Vec::with_capacity(delivery.files.len());
    for path in &delivery.files {
        let source = Source::open(path, delivery.format)?;
        let plan = Plan::new(&contract, &source.header, &given)
            .map_err(|e| Error::Delivery(format!("{}: {e}", path.display())))?;
        let sign = decimal_sign(&source, delivery.decimal_sign);
        inputs.push(Input { source, plan, sign });
    }
    let attempt = Attempt {
        store,
        delivery,
        names: names(&delivery.files),
        sha256: content_hash(delivery, &inputs),
        inputs: &inputs,
        registered_at,
        progress,
    };
    for _ in 0..ATTEMPTS {
        let snapshot = store.snapshot(AsOf::Latest).await?;
        if let Some(mut report) = attempt.run(&snapshot).await? {
            report.elapsed = start.elapsed();
            return Ok(report);
        }
    }
    Err(Error::Conflict(format!(
        "other deliveries to {} were committed {ATTEMPTS} times while this one was checked; import it again",
        contract.name
    )))
}

/// Names of the files for people: without folder where that tells them apart.
fn names(files: &[PathBuf]) -> Vec<String> {
    let short: Vec<String> = files
        .iter()
        .map(|path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned())
        .collect();
    let distinct = short.iter().collect::<std::collections::BTreeSet<_>>().len() == short.len();
    if distinct { short } else { files.iter().map(|path| path.to_string_lossy().into_owned()).collect() }
}

/// SHA-256 over all that decides what a delivery means: table, options and the bytes of its files, in
/// whatever order and under whatever names they are given.
fn content_hash(delivery: &Delivery, inputs: &[Input]) -> String {
    let mut files: Vec<&[u8; 32]> = inputs.iter().map(|input| &input.source.sha256).collect();
    files.sort();
    let mut sha256 = Sha256::new();
    let registered_at = delivery.registered_at.map(|at| at.timestamp_micros());
    let options = (&delivery.log, delivery.ends, delivery.decimal_sign, registered_at);
    sha256.update(format!("delivery 1\n{}\n{options:?}\n", delivery.table));
    for file in files {
        sha256.update(file);
    }
    sha256.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
