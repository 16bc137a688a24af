//! A month calculated again under other rates: who would gain and who would lose. Nothing is written.

use std::sync::Arc;

use advisql_udfs::law::RateRow;
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;
use datafusion::datasource::MemTable;
use datafusion::prelude::DataFrame;

use super::produce;
use super::run::{parameters, state_of, whole_month};
use super::session::RunSession;
use super::statement::{Parameters, Statement};
use super::version::Version;
use crate::error::{Error, Result};
use crate::session::{Engine, EngineBuilder};
use crate::store::AsOf;

const CHANGES: &str = include_str!("../../sql/what_if/changes.sql");
const SUMMARY: &str = include_str!("../../sql/what_if/summary.sql");

/// The step whose rows are compared.
const CALCULATIONS: &str = "calculations";

/// A month under the rates in force and under others.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// One row a case: see `sql/what_if/changes.sql`.
    pub changes: Vec<RecordBatch>,
    /// One row a benefit and family type, and one for all: see `sql/what_if/summary.sql`.
    pub summary: Vec<RecordBatch>,
}

/// Calculates the month `period` of the builder's store twice on the same state: with its rates, and with `over` laid over
/// them. Gates and checks do not apply, as nothing is paid: a month that is paid already can be asked about.
///
/// # Errors
/// [`Error::Usage`] without a store or when the period is not the first of a month, [`Error::Law`] when `over` does not fit
/// the law, [`Error::Pipeline`] when the version is not for that month or fails.
pub async fn what_if(
    builder: EngineBuilder,
    version: &Version,
    period: NaiveDate,
    over: Vec<RateRow>,
) -> Result<WhatIf> {
    whole_month(period)?;
    version.manifest.admit(period)?;
    let today = builder.clone().build().await?;
    let (_, snapshot) = state_of(&today)?;
    let other = builder.as_of(AsOf::Commit(snapshot.commit)).rates_overlay(over).build().await?;
    let before = calculations(&today, version, period).await?;
    let after = calculations(&other, version, period).await?;
    let session = RunSession::new(today.context().clone(), Parameters::new())?;
    keep(&session, "before", before).await?;
    keep(&session, "after", after).await?;
    let changes = session.plan("changes.sql", &Statement::parse("changes.sql", CHANGES)?).await?;
    keep(&session, "changes", changes).await?;
    let changes = session.table("changes").await?.collect().await?;
    let summary = session.plan("summary.sql", &Statement::parse("summary.sql", SUMMARY)?).await?;
    Ok(WhatIf { changes, summary: summary.collect().await? })
}

/// The calculations of the month, by the steps that lead to them.
async fn calculations(engine: &Engine, version: &Version, period: NaiveDate) -> Result<DataFrame> {
    let parameters = parameters(period, "what-if".to_owned(), String::new())?;
    let session = RunSession::new(engine.context().clone(), parameters)?;
    for step in &version.steps {
        produce::calculate(&session, step).await?;
        if step.output == CALCULATIONS {
            return session.table(CALCULATIONS).await;
        }
    }
    Err(Error::Pipeline(format!("{} has no step {CALCULATIONS} to compare", version.manifest.name)))
}

/// Makes the rows known as `run.<name>`.
async fn keep(session: &RunSession, name: &str, frame: DataFrame) -> Result<()> {
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await?;
    let bytes = batches.iter().map(RecordBatch::get_array_memory_size).sum();
    session.keep(name, Arc::new(MemTable::try_new(schema, vec![batches])?), bytes)
}
