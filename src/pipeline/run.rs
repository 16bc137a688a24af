//! One run: gates, steps, checks, and one commit.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Months, NaiveDate};

use super::evidence::{Tested, evidence, examine};
use super::fingerprint::{code_fingerprint, run_fingerprint, sha256};
use super::produce::Finished;
use super::publish::publish;
use super::schedule::carry_out;
use super::session::{RunSession, failed};
use super::statement::{Parameter, Parameters};
use super::version::Version;
use crate::error::{Error, Result};
use crate::session::{Engine, EngineBuilder};
use crate::store::runs::{RunReport, RunStatus, RunSum};
use crate::store::{Snapshot, Store, Transaction};

/// What to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Pipeline, for example `month_end`.
    pub pipeline: String,
    /// Version; none: the newest.
    pub version: Option<String>,
    /// First day of the month.
    pub period: NaiveDate,
    /// Whether to publish nothing: the rows go to the schema `simulated`.
    pub simulate: bool,
    /// Who runs it.
    pub by: String,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Examines what must hold before.
    Gate,
    /// Calculates.
    Step,
    /// Examines the produced rows.
    Check,
    /// Makes the result visible.
    Commit,
}

/// Told before each part of a run.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// What kind of part.
    pub stage: Stage,
    /// Its name.
    pub name: &'a str,
    /// Parts that are done.
    pub done: usize,
    /// All parts.
    pub of: usize,
}

/// Receives the progress of a run.
pub type Watcher<'a> = &'a mut (dyn FnMut(Progress<'_>) + Send);

/// A run that is in the log.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it did.
    pub report: RunReport,
    /// Number of its commit.
    pub commit: u64,
}

/// Runs a shipped pipeline on the newest state of the builder's store. A refused run is not an error: see
/// [`RunReport::status`].
///
/// # Errors
/// [`Error::Usage`] without a store or when the period is not the first of a month, [`Error::Pipeline`] when
/// the pipeline is not there, not for that month, or fails, [`Error::Conflict`] when another run of the same
/// month was committed meanwhile.
pub async fn run(builder: EngineBuilder, options: &RunOptions, watcher: Watcher<'_>) -> Result<Run> {
    let version = Version::shipped(&options.pipeline, options.version.as_deref())?;
    run_version(builder, &version, options, watcher).await
}

/// As [`run`], for a version from anywhere.
///
/// # Errors
/// As [`run`].
pub async fn run_version(
    builder: EngineBuilder,
    version: &Version,
    options: &RunOptions,
    watcher: Watcher<'_>,
) -> Result<Run> {
    let engine = builder.build().await?;
    if engine.is_hypothetical() && !options.simulate {
        let why = "rates laid over those of the store are for simulations: nothing is published with them";
        return Err(Error::Usage(why.to_owned()));
    }
    let (store, snapshot) = state_of(&engine)?;
    let transaction = store.begin(&snapshot);
    let calculated = calculate(&engine, version, options, &transaction, watcher).await?;
    let report = calculated.report.clone();
    let commit = publish(&store, &snapshot, transaction, calculated).await?;
    Ok(Run { report, commit })
}

/// The store and the state of an engine that has them.
pub(super) fn state_of(engine: &Engine) -> Result<(Store, Arc<Snapshot>)> {
    match (engine.store(), engine.snapshot()) {
        (Some(store), Some(snapshot)) => Ok((store.clone(), Arc::clone(snapshot))),
        _ => Err(Error::Usage("a pipeline runs on a store; name one".into())),
    }
}

/// Everything of a run but its commit.
pub(super) struct Calculated {
    pub(super) report: RunReport,
    /// Finished files, by table; empty for a refused run.
    pub(super) finished: Vec<Finished>,
    /// Rows of `sys_checks`.
    pub(super) evidence: RecordBatch,
}

/// Name of the mark that holds the run in force of one month.
pub(super) fn mark(pipeline: &str, period: NaiveDate, simulate: bool) -> String {
    let kind = if simulate { "simulation" } else { "run" };
    format!("{kind}/{pipeline}/{}", period.format("%Y-%m"))
}

/// Gates, steps and checks on the engine's state. Files are written through `transaction`, and nothing is
/// committed.
pub(super) async fn calculate(
    engine: &Engine,
    version: &Version,
    options: &RunOptions,
    transaction: &Transaction,
    watcher: Watcher<'_>,
) -> Result<Calculated> {
    let started = Instant::now();
    let (_, snapshot) = state_of(engine)?;
    let mut report = opening(engine, &snapshot, version, options)?;
    // A run that replaces another must not take that one's payments for somebody else's.
    let published = snapshot.marks.get(&mark(&report.pipeline, report.period, false));
    let replaced = published.cloned().unwrap_or_default();
    let parameters = parameters(report.period, report.run_id.clone(), replaced)?;
    let session = RunSession::new(engine.context().clone(), parameters)?;
    let of = version.gates.len() + version.steps.len() + version.checks.len() + 1;
    let mut done = 0;
    let mut tell = |stage, name: &str| {
        watcher(Progress { stage, name, done, of });
        done += 1;
    };
    let mut gates = Vec::with_capacity(version.gates.len());
    for gate in &version.gates {
        tell(Stage::Gate, &gate.name);
        gates.push(examine(&session, gate).await?);
    }
    let (mut finished, mut checks) = (Vec::new(), Vec::new());
    if passed(&gates) {
        let done = carry_out(&session, version, transaction, options.simulate, &mut tell).await?;
        report.steps = done.steps;
        (finished, checks) = (done.finished, done.checks);
        report.sums = sums(&session, version).await?;
    }
    report.status = match (passed(&gates) && passed(&checks), options.simulate) {
        (false, _) => RunStatus::Refused,
        (true, true) => RunStatus::Simulated,
        (true, false) => RunStatus::Published,
    };
    if report.status == RunStatus::Refused {
        finished.clear();
        report.replaces = None;
    }
    let evidence = evidence(&report.run_id, &gates, &checks)?;
    report.gates = gates.into_iter().map(|t| t.outcome).collect();
    report.checks = checks.into_iter().map(|t| t.outcome).collect();
    report.seconds = started.elapsed().as_secs_f64();
    tell(Stage::Commit, "");
    Ok(Calculated { report, finished, evidence })
}

/// What the run can read, as the bytes of its tables. The hash of the commit would not do: it holds the time it was
/// made, and the same work on the same data must give the same rows, which hold the id of the run.
fn content_of_inputs(snapshot: &Snapshot, version: &Version) -> String {
    let mut content = String::new();
    for table in &version.manifest.inputs {
        let files = snapshot.tables.get(table).map_or(&[][..], Vec::as_slice);
        for file in files {
            content.push_str(&format!("{table} {}\n", file.sha256));
        }
    }
    content
}

/// The report of a run that has not begun: what it is, and its id.
fn opening(
    engine: &Engine,
    snapshot: &Snapshot,
    version: &Version,
    options: &RunOptions,
) -> Result<RunReport> {
    let period = options.period;
    whole_month(period)?;
    version.manifest.admit(period)?;
    let (pipeline, simulate) = (version.manifest.name.clone(), options.simulate);
    let code = code_fingerprint(version)?;
    let fingerprint = run_fingerprint(&code, advisql_udfs::FUNCTIONS_IDENTITY, &engine.rates().hash_hex());
    let inputs = content_of_inputs(snapshot, version);
    let identity = format!("{}\n{inputs}{fingerprint}\n{period}\n{simulate}\n", snapshot.commit);
    let digits = sha256(&identity);
    Ok(RunReport {
        run_id: format!("{pipeline}-{}-{}", period.format("%Y-%m"), &digits[..12]),
        replaces: snapshot.marks.get(&mark(&pipeline, period, simulate)).cloned(),
        pipeline,
        version: version.manifest.version.clone(),
        fingerprint,
        period,
        simulate,
        by: options.by.clone(),
        input_commit: snapshot.commit,
        input_sha256: snapshot.sha256.clone(),
        status: RunStatus::Refused,
        gates: Vec::new(),
        steps: Vec::new(),
        checks: Vec::new(),
        sums: Vec::new(),
        seconds: 0.0,
    })
}

/// What the statements of a run can ask for.
pub(super) fn parameters(period: NaiveDate, run_id: String, replaced_run_id: String) -> Result<Parameters> {
    Ok(Parameters::from([
        ("period", Parameter::Day(period)),
        ("period_end", Parameter::Day(next_month(period)?)),
        ("run_id", Parameter::Text(run_id)),
        ("replaced_run_id", Parameter::Text(replaced_run_id)),
    ]))
}

/// Refuses a day that is not the first of a month.
pub(super) fn whole_month(period: NaiveDate) -> Result<()> {
    match period.day() {
        1 => Ok(()),
        _ => Err(Error::Usage(format!("a run is for a month: {period} is not the first day of one"))),
    }
}

fn next_month(period: NaiveDate) -> Result<NaiveDate> {
    let next = period.checked_add_months(Months::new(1));
    next.ok_or_else(|| Error::Usage(format!("{period} is beyond the calendar")))
}

fn passed(tested: &[Tested]) -> bool {
    tested.iter().all(|t| t.outcome.passed)
}

/// The rows of the summary.
async fn sums(session: &RunSession, version: &Version) -> Result<Vec<RunSum>> {
    let batches = session.plan("summary", &version.summary).await?.collect().await;
    let mut sums = Vec::new();
    for batch in batches.map_err(|e| failed("summary", &e))? {
        let column = |name: &str, data_type: &DataType| {
            let column = batch.column_by_name(name);
            let column =
                column.ok_or_else(|| Error::Pipeline(format!("summary: there is no column {name}")))?;
            Ok::<_, Error>(cast(column, data_type)?)
        };
        let text = |name| column(name, &DataType::Utf8);
        let (benefits, outcomes, reasons) = (text("benefit")?, text("outcome")?, text("reason")?);
        let cases = column("cases", &DataType::Int64)?;
        let gross = column("gross", &DataType::Decimal128(18, 2))?;
        for row in 0..batch.num_rows() {
            let text = |array: &arrow::array::ArrayRef| array.as_string::<i32>().value(row).to_owned();
            sums.push(RunSum {
                benefit: text(&benefits),
                outcome: text(&outcomes),
                reason: reasons.is_valid(row).then(|| text(&reasons)),
                cases: cases.as_primitive::<Int64Type>().value(row),
                gross_oere: gross
                    .is_valid(row)
                    .then(|| gross.as_primitive::<Decimal128Type>().value(row))
                    .and_then(|oere| i64::try_from(oere).ok()),
            });
        }
    }
    Ok(sums)
}
