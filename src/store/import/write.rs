//! One attempt at a delivery on top of one state of the store.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array, RecordBatch};
use arrow::datatypes::Date32Type;
use serde_json::json;

use super::gather::{Gathered, Input, gather, texts};
use super::keys::{KeyFilter, identity};
use super::persons::PersonIndex;
use super::plan::{Origin, Plan};
use super::reason::Reason;
use super::rejects::{self, Reject};
use super::rows::{POSITION, SOURCE_POSITION, place, working_schema};
use super::sorted::{Sorted, Sorter};
use super::source::Format;
use super::{Delivery, FileReport, ImportReport, Progress, Step, expect};
use crate::error::{Error, Result};
use crate::store::contract::{Contract, Kind};
use crate::store::{CommitInfo, CommitKind, CommitOutcome, DataFile, Snapshot, Store, Transaction};

/// Bytes of rows in memory before sorting goes to disk.
const MEMORY_LIMIT: usize = 512 << 20;
/// A new file is begun at a new month only when the last one has this many rows.
const ROWS_PER_FILE: usize = 65_536;

/// A delivery that was looked at and can be taken in.
pub struct Attempt<'a> {
    /// The store.
    pub store: &'a Store,
    /// What was asked for.
    pub delivery: &'a Delivery,
    /// Its files and how they fill the table.
    pub inputs: &'a [Input],
    /// Names of the files.
    pub names: Vec<String>,
    /// SHA-256 of its content.
    pub sha256: String,
    /// When its rows became known, microseconds since 1970.
    pub registered_at: i64,
    /// Told how far it is.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Attempt<'_> {
    /// Takes the delivery in on top of `snapshot`; `None`: another delivery to the table came first.
    pub async fn run(&self, snapshot: &Arc<Snapshot>) -> Result<Option<ImportReport>> {
        let Some(plan) = self.inputs.first().map(|input| &input.plan) else { return Ok(None) };
        let contract = &plan.contract;
        let content_mark = format!("delivery/{}", self.sha256);
        if snapshot.marks.contains_key(&content_mark) {
            return self.already_imported().await.map(Some);
        }
        let name_mark = self.delivery.name.as_ref().map(|name| format!("delivery-name/{name}"));
        if let Some(mark) = name_mark.as_ref().filter(|mark| snapshot.marks.contains_key(*mark)) {
            let name = mark.trim_start_matches("delivery-name/");
            return Err(Error::Delivery(format!(
                "delivery '{name}' was imported before with other content; give this one another name"
            )));
        }
        let persons = match self.needs_persons() {
            true => Some(PersonIndex::read(self.store, snapshot).await?),
            false => None,
        };
        let sorter = Sorter::new(
            working_schema(plan),
            sort_columns(plan)?,
            self.delivery.memory_limit.unwrap_or(MEMORY_LIMIT),
        )?;
        let threads = self
            .delivery
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .max(1);
        let found = gather(self.inputs, persons.as_ref(), sorter, threads, self.progress)?;
        let sums = expect::check(self.delivery, contract, &found)?;
        let Gathered { sorter, mut rejects, rows: delivered, ranges, .. } = found;

        let mut filter = KeyFilter::new(contract)?;
        filter.load(self.store, snapshot, contract, &ranges).await?;
        let mut transaction = self.store.begin(snapshot);
        let written = self
            .write_rows(&transaction, plan, sorter.finish()?, &mut filter, delivered.iter().sum())
            .await?;
        if written.rows > 0 {
            transaction.add(&contract.name, written.files);
        }
        self.add_repeated(&mut rejects, written.repeated)?;
        let registered_at = self.registered_at;
        let delivery = self.delivery.name.clone().unwrap_or_else(|| self.sha256.clone());
        if !rejects.is_empty() {
            let batch = rejects::batch(&rejects, &self.names, &delivery, &contract.name, registered_at)?;
            let mut writer = transaction.writer("sys_rejects")?;
            writer.write(&batch)?;
            let files = writer.finish().await?;
            transaction.add("sys_rejects", files);
        }
        if let Some(path) = &self.delivery.rejects_file {
            let sources: Vec<_> = self.inputs.iter().map(|input| input.source.clone()).collect();
            rejects::write_file(path, &rejects, &sources, &self.names)?;
        }

        // whoever checked keys against the same state for the same table commits first or starts over
        let turn_mark = format!("imported/{}", contract.name);
        transaction.expect_mark(&turn_mark, snapshot.marks.get(&turn_mark).cloned());
        transaction.set_mark(&turn_mark, Some(self.sha256.clone()));
        for mark in [Some(content_mark), name_mark].into_iter().flatten() {
            transaction.expect_mark(&mark, None);
            transaction.set_mark(&mark, Some(self.sha256.clone()));
        }
        let reasons = rejects::by_reason(&rejects);
        let info = CommitInfo {
            kind: CommitKind::Import,
            by: self.delivery.by.clone(),
            message: format!("{}: {} rows in, {} rejected", contract.name, written.rows, rejects.len()),
            detail: json!({
                "delivery": delivery,
                "sha256": self.sha256,
                "table": contract.name,
                "files": self.names,
                "rows": written.rows,
                "rejected": reasons.iter().map(|(r, n)| (r.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
                "sums": sums.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            }),
        };
        match transaction.commit(info).await? {
            CommitOutcome::MarkDiffers { .. } => Ok(None),
            CommitOutcome::Committed { number, .. } => Ok(Some(ImportReport {
                table: contract.name.clone(),
                delivery,
                sha256: self.sha256.clone(),
                already_imported: None,
                commit: number,
                rows: written.rows,
                rejected: reasons,
                files: self.file_reports(&delivered, &rejects),
                sums,
                elapsed: std::time::Duration::ZERO,
            })),
        }
    }

    /// The commit in which this delivery came in before.
    async fn already_imported(&self) -> Result<ImportReport> {
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let commits = self.store.commits().await?;
        let commit = commits
            .iter()
            .find(|c| {
                c.info.kind == CommitKind::Import && c.info.detail["sha256"].as_str() == Some(&self.sha256)
            })
            .ok_or_else(|| Error::Corrupt("a delivery is marked as imported that no commit holds".into()))?;
        Ok(ImportReport {
            table: self.delivery.table.clone(),
            delivery: text(&commit.info.detail["delivery"]).unwrap_or_else(|| self.sha256.clone()),
            sha256: self.sha256.clone(),
            already_imported: Some(commit.number),
            commit: commit.number,
            rows: 0,
            rejected: Default::default(),
            files: Vec::new(),
            sums: Vec::new(),
            elapsed: std::time::Duration::ZERO,
        })
    }

    fn needs_persons(&self) -> bool {
        let person = |plan: &Plan| plan.targets.iter().any(|t| matches!(t.origin, Origin::PersonOf(_)));
        self.inputs.iter().any(|input| person(&input.plan))
    }

    /// Writes the sorted rows whose keys are new.
    async fn write_rows(
        &self,
        transaction: &Transaction,
        plan: &Plan,
        mut sorted: Sorted,
        filter: &mut KeyFilter,
        total: u64,
    ) -> Result<Written> {
        let contract = &plan.contract;
        let mut writer = transaction.writer(&contract.name)?;
        let mut repeated = Vec::new();
        let (mut rows, mut in_file) = (0u64, 0usize);
        let mut numbering =
            plan.targets.iter().any(|t| t.origin == Origin::Numbered).then(Numbering::default);
        let month = contract
            .sort
            .first()
            .and_then(|name| contract.column(name))
            .filter(|(_, c)| c.kind == Kind::Month);
        let mut last_month = None;
        while let Some(batch) = sorted.next()? {
            let batch = match &mut numbering {
                Some(numbering) => numbering.number(contract, &batch)?,
                None => batch,
            };
            let (batch, again) = filter.pass(&batch)?;
            repeated.extend(again);
            let batch = table_columns(contract, &batch)?;
            // deliveries of months come in one file per month, which later reads leave out unopened
            for part in by_month(&batch, month.map(|(at, _)| at)) {
                let this = month.filter(|_| part.num_rows() > 0).map(|(at, _)| first_day(&part, at));
                if this != last_month && in_file >= ROWS_PER_FILE {
                    writer.split()?;
                    in_file = 0;
                }
                last_month = this;
                in_file += part.num_rows();
                rows += part.num_rows() as u64;
                writer.write(&part)?;
            }
            (self.progress)(Progress { step: Step::Writing, done: rows, bytes: 0, total });
        }
        let files = writer.finish().await?;
        Ok(Written { files, rows, repeated })
    }

    /// Adds rows whose keys occur twice to the rejects, with their texts.
    fn add_repeated(&self, rejects: &mut Vec<Reject>, repeated: Vec<(u64, Reason)>) -> Result<()> {
        if repeated.is_empty() {
            return Ok(());
        }
        let places: HashSet<(usize, u64)> = repeated.iter().map(|(at, _)| place(*at)).collect();
        let mut texts = texts(self.inputs, &places)?;
        for (at, reason) in repeated {
            let (file, line) = place(at);
            let text = texts.remove(&(file, line)).unwrap_or_default();
            rejects.push(Reject { file, line, column: None, reason, text });
        }
        rejects.sort_by_key(|reject| (reject.file, reject.line));
        Ok(())
    }

    fn file_reports(&self, delivered: &[u64], rejects: &[Reject]) -> Vec<FileReport> {
        let csv = |input: &Input| input.source.format == Format::Csv;
        let report = |(file, input): (usize, &Input)| FileReport {
            file: self.names[file].clone(),
            rows: delivered[file],
            rejected: rejects.iter().filter(|reject| reject.file == file).count() as u64,
            encoding: csv(input).then(|| input.source.encoding.name()),
            delimiter: csv(input).then(|| char::from(input.source.delimiter)),
            decimal_sign: input.sign,
            ignored_columns: input.plan.ignored.clone(),
        };
        self.inputs.iter().enumerate().map(report).collect()
    }
}

/// What was written of the table.
struct Written {
    files: Vec<DataFile>,
    rows: u64,
    /// Rows whose keys occur twice.
    repeated: Vec<(u64, Reason)>,
}

/// The order of the rows: the table's, then the rest of what identifies a row, then the place in the files.
/// Events that are numbered here come by time instead, simultaneous ones by their order in the source.
fn sort_columns(plan: &Plan) -> Result<Vec<usize>> {
    let contract = &plan.contract;
    let numbered = plan.targets.iter().any(|t| t.origin == Origin::Numbered);
    let names: Vec<&str> = match numbered {
        true => vec!["log", "case_id", "at"],
        false => contract.sort.iter().map(String::as_str).collect(),
    };
    let mut columns: Vec<usize> =
        names.iter().filter_map(|name| contract.column(name)).map(|(at, _)| at).collect();
    let working = working_schema(plan);
    if numbered {
        columns.push(working.index_of(SOURCE_POSITION)?);
    } else {
        columns.extend(identity(contract).into_iter().filter(|at| !columns.contains(at)).collect::<Vec<_>>());
    }
    columns.push(working.index_of(POSITION)?);
    Ok(columns)
}

fn table_columns(contract: &Contract, batch: &RecordBatch) -> Result<RecordBatch> {
    let columns = batch.columns()[..contract.columns.len()].to_vec();
    Ok(RecordBatch::try_new(contract.schema(), columns)?)
}

/// Cuts a sorted batch where the month changes.
fn by_month(batch: &RecordBatch, column: Option<usize>) -> Vec<RecordBatch> {
    let Some(column) = column else { return vec![batch.clone()] };
    let months = batch.column(column).as_primitive::<Date32Type>().values();
    let mut parts = Vec::new();
    let mut start = 0;
    for end in 1..=months.len() {
        if end == months.len() || months[end] != months[start] {
            parts.push(batch.slice(start, end - start));
            start = end;
        }
    }
    parts
}

fn first_day(batch: &RecordBatch, column: usize) -> i32 {
    batch.column(column).as_primitive::<Date32Type>().value(0)
}

/// Numbers the events of each case from 1 in the order they come.
#[derive(Default)]
struct Numbering {
    last: Option<(String, String)>,
    number: i32,
}

impl Numbering {
    fn number(&mut self, contract: &Contract, batch: &RecordBatch) -> Result<RecordBatch> {
        let column = |name: &str| {
            contract
                .column(name)
                .map(|(at, _)| at)
                .ok_or_else(|| Error::Contract(format!("no column {name}")))
        };
        let logs = batch.column(column("log")?).as_string_view();
        let cases = batch.column(column("case_id")?).as_string_view();
        let mut numbers = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let (log, case) = (logs.value(row), cases.value(row));
            if self.last.as_ref().is_some_and(|(l, c)| l == log && c == case) {
                self.number += 1;
            } else {
                self.last = Some((log.to_owned(), case.to_owned()));
                self.number = 1;
            }
            numbers.push(self.number);
        }
        let mut columns = batch.columns().to_vec();
        columns[column("event_no")?] = Arc::new(Int32Array::from(numbers)) as ArrayRef;
        Ok(RecordBatch::try_new(batch.schema(), columns)?)
    }
}
