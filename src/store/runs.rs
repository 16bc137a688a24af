//! What the log keeps about pipeline runs, and the tables `sys.runs`, `sys.steps` and `sys.lineage` made of it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringViewArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Date32Type;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Commit, CommitKind};
use crate::error::{Error, Result};

/// How a run ended when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Its rows are tables of the store.
    Published,
    /// Its rows can be queried in the schema `simulated`.
    Simulated,
    /// A gate or check refused it; it left no rows but the evidence.
    Refused,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Danish.
    pub da: String,
    /// English.
    pub en: String,
}

/// One gate or check of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestOutcome {
    /// Name.
    pub name: String,
    /// Whether it returned no row.
    pub passed: bool,
    /// Rows it returned: what is wrong.
    pub rows: u64,
    /// What a returned row means.
    pub sentence: Sentence,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Its output.
    pub output: String,
    /// Whether the output is a table of the store.
    pub published: bool,
    /// What it read: `run.<step>` or a table.
    pub inputs: Vec<String>,
    /// Rows it gave.
    pub rows: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// One line of a run's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSum {
    /// Benefit.
    pub benefit: String,
    /// `requested`, `withheld`, `nothing_to_pay` or `not_covered`.
    pub outcome: String,
    /// Why, where it is withheld; its sentence is in the manifest.
    pub reason: Option<String>,
    /// Cases.
    pub cases: i64,
    /// Sum of the amounts before tax in øre; none where no amount is known.
    pub gross_oere: Option<i64>,
}

/// Everything the log keeps about one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// `<pipeline>-<YYYY-MM>-<12 hexadecimal digits>`, derived from input, fingerprint and parameters.
    pub run_id: String,
    /// Pipeline.
    pub pipeline: String,
    /// Version.
    pub version: String,
    /// Fingerprint of everything besides data and parameters that decides the result.
    pub fingerprint: String,
    /// First day of the month it was run for.
    #[serde(with = "day_text")]
    pub period: NaiveDate,
    /// Whether nothing was to be published.
    pub simulate: bool,
    /// Who ran it.
    pub by: String,
    /// The commit whose state it read.
    pub input_commit: u64,
    /// SHA-256 of that commit.
    pub input_sha256: String,
    /// How it ended.
    pub status: RunStatus,
    /// The run of the same month that it replaced.
    pub replaces: Option<String>,
    /// What was tested before.
    pub gates: Vec<TestOutcome>,
    /// What was done.
    pub steps: Vec<StepOutcome>,
    /// What was tested of the produced rows.
    pub checks: Vec<TestOutcome>,
    /// The result by benefit and outcome.
    pub sums: Vec<RunSum>,
    /// Wall-clock seconds before the commit.
    pub seconds: f64,
}

/// A day as `YYYY-MM-DD`.
mod day_text {
    use chrono::NaiveDate;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl RunReport {
    /// The gates and checks that refused the run.
    pub fn failed(&self) -> impl Iterator<Item = &TestOutcome> {
        self.gates.iter().chain(&self.checks).filter(|t| !t.passed)
    }
}

/// How a run was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The run.
    pub run_id: String,
    /// Why.
    pub why: String,
}

/// One run as the log has it now.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Its commit.
    pub commit: u64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What it did.
    pub report: RunReport,
    /// The run that replaced it.
    pub replaced_by: Option<String>,
    /// Who took it back, and why.
    pub withdrawn: Option<(String, String)>,
}

impl RunRecord {
    /// `published`, `simulated` or `refused`, or what became of it since: `replaced`, `withdrawn`.
    pub fn state(&self) -> &'static str {
        match (&self.withdrawn, &self.replaced_by, self.report.status) {
            (Some(_), _, _) => "withdrawn",
            (None, Some(_), _) => "replaced",
            (None, None, RunStatus::Published) => "published",
            (None, None, RunStatus::Simulated) => "simulated",
            (None, None, RunStatus::Refused) => "refused",
        }
    }
}

/// The runs in `commits`, oldest first.
///
/// # Errors
/// [`Error::Corrupt`] when a run's commit does not say what it did.
pub fn records(commits: &[Commit]) -> Result<Vec<RunRecord>> {
    let mut records: Vec<RunRecord> = Vec::new();
    let mut place: HashMap<String, usize> = HashMap::new();
    for commit in commits {
        let part = |name: &str| commit.info.detail.get(name).cloned().unwrap_or_default();
        let unreadable = |e| Error::Corrupt(format!("commit {}: its record of a run: {e}", commit.number));
        match commit.info.kind {
            CommitKind::Run => {
                let report: RunReport = serde_json::from_value(part("run")).map_err(unreadable)?;
                if let Some(i) = report.replaces.as_ref().and_then(|id| place.get(id)) {
                    records[*i].replaced_by = Some(report.run_id.clone());
                }
                place.insert(report.run_id.clone(), records.len());
                let (commit, at) = (commit.number, commit.at);
                records.push(RunRecord { commit, at, report, replaced_by: None, withdrawn: None });
            }
            CommitKind::Withdraw => {
                let withdrawal: Withdrawal = serde_json::from_value(part("withdraw")).map_err(unreadable)?;
                if let Some(i) = place.get(&withdrawal.run_id) {
                    records[*i].withdrawn = Some((commit.info.by.clone(), withdrawal.why));
                }
            }
            _ => {}
        }
    }
    Ok(records)
}

/// The tables `runs`, `steps` and `lineage` of the schema `sys`.
///
/// # Errors
/// As [`records`].
pub fn tables(commits: &[Commit]) -> Result<Vec<(&'static str, RecordBatch)>> {
    let records = records(commits)?;
    Ok(vec![("runs", runs(&records)?), ("steps", steps(&records)?), ("lineage", lineage(&records)?)])
}

fn text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ArrayRef {
    Arc::new(StringViewArray::from_iter_values(values))
}

fn maybe<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<StringViewArray>())
}

fn number(values: impl IntoIterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.into_iter().map(|v| v as i64)))
}

fn flag(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<BooleanArray>())
}

/// One row: one run.
fn runs(all: &[RunRecord]) -> Result<RecordBatch> {
    let at = TimestampMicrosecondArray::from_iter_values(all.iter().map(|r| r.at.timestamp_micros()));
    let period =
        Date32Array::from_iter_values(all.iter().map(|r| Date32Type::from_naive_date(r.report.period)));
    let failed =
        all.iter().map(|r| r.report.failed().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", "));
    Ok(RecordBatch::try_from_iter(vec![
        ("run_id", text(all.iter().map(|r| &r.report.run_id))),
        ("pipeline", text(all.iter().map(|r| &r.report.pipeline))),
        ("version", text(all.iter().map(|r| &r.report.version))),
        ("period", Arc::new(period) as ArrayRef),
        ("status", text(all.iter().map(RunRecord::state))),
        ("by", text(all.iter().map(|r| &r.report.by))),
        ("at", Arc::new(at.with_timezone("UTC"))),
        ("commit", number(all.iter().map(|r| r.commit))),
        ("input_commit", number(all.iter().map(|r| r.report.input_commit))),
        ("fingerprint", text(all.iter().map(|r| &r.report.fingerprint))),
        ("replaces", maybe(all.iter().map(|r| r.report.replaces.as_ref()))),
        ("replaced_by", maybe(all.iter().map(|r| r.replaced_by.as_ref()))),
        ("withdrawn_by", maybe(all.iter().map(|r| r.withdrawn.as_ref().map(|(by, _)| by)))),
        ("withdrawn_why", maybe(all.iter().map(|r| r.withdrawn.as_ref().map(|(_, why)| why)))),
        ("failed", text(failed)),
        ("seconds", Arc::new(Float64Array::from_iter_values(all.iter().map(|r| r.report.seconds)))),
    ])?)
}

/// One row: one step of one run.
fn steps(all: &[RunRecord]) -> Result<RecordBatch> {
    let all: Vec<_> = all
        .iter()
        .flat_map(|r| r.report.steps.iter().enumerate().map(move |(i, s)| (r, i as u64 + 1, s)))
        .collect();
    Ok(RecordBatch::try_from_iter(vec![
        ("run_id", text(all.iter().map(|(r, _, _)| &r.report.run_id))),
        ("ordinal", number(all.iter().map(|(_, i, _)| *i))),
        ("output", text(all.iter().map(|(_, _, s)| &s.output))),
        ("published", flag(all.iter().map(|(_, _, s)| s.published))),
        ("rows", number(all.iter().map(|(_, _, s)| s.rows))),
        ("seconds", Arc::new(Float64Array::from_iter_values(all.iter().map(|(_, _, s)| s.seconds)))),
    ])?)
}

/// One row: one table that one step of one run read. The state it was read from is the run's input commit.
fn lineage(all: &[RunRecord]) -> Result<RecordBatch> {
    let all: Vec<_> = all
        .iter()
        .flat_map(|r| r.report.steps.iter().flat_map(move |s| s.inputs.iter().map(move |i| (r, s, i))))
        .collect();
    Ok(RecordBatch::try_from_iter(vec![
        ("run_id", text(all.iter().map(|(r, _, _)| &r.report.run_id))),
        ("output", text(all.iter().map(|(_, s, _)| &s.output))),
        ("input", text(all.iter().map(|(_, _, i)| i))),
        ("input_commit", number(all.iter().map(|(r, _, _)| r.report.input_commit))),
    ])?)
}
