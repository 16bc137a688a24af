//! Two runs of a month side by side.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;

use super::ledger::show;
use super::run::state_of;
use super::session::RunSession;
use super::statement::{Parameter, Parameters, Statement};
use crate::error::{Error, Result};
use crate::session::{Engine, EngineBuilder};
use crate::store::AsOf;
use crate::store::runs::{RunRecord, RunStatus};

const ROWS_OF_RUN: &str = include_str!("../../sql/ledger/rows_of_run.sql");
const ROWS_OF_SIMULATION: &str = include_str!("../../sql/ledger/rows_of_simulation.sql");
const DIFF: &str = include_str!("../../sql/ledger/diff.sql");

/// The cases that `before` and `after` end differently, published, simulated, replaced or withdrawn alike: each
/// is read as of its own commit. Columns: see `sql/ledger/diff.sql`.
///
/// # Errors
/// [`Error::Usage`] when one is not there, was refused, or they are not of the same month.
pub async fn diff(builder: EngineBuilder, before: &str, after: &str) -> Result<Vec<RecordBatch>> {
    let engine = builder.clone().build().await?;
    let (store, _) = state_of(&engine)?;
    let (before, after) = (show(&store, before).await?, show(&store, after).await?);
    if before.report.period != after.report.period {
        return Err(Error::Usage(format!(
            "{} and {} are not runs of the same month",
            before.report.run_id, after.report.run_id
        )));
    }
    let session = RunSession::new(engine.context().clone(), Parameters::new())?;
    for (name, record) in [("before", before), ("after", after)] {
        let of = builder.clone().as_of(AsOf::Commit(record.commit)).build().await?;
        let (table, bytes) = rows(&of, &record).await?;
        session.keep(name, Arc::new(table), bytes)?;
    }
    let statement = Statement::parse("diff.sql", DIFF)?;
    Ok(session.plan("diff", &statement).await?.collect().await?)
}

async fn rows(engine: &Engine, record: &RunRecord) -> Result<(MemTable, usize)> {
    let report = &record.report;
    let (file, text) = match report.status {
        RunStatus::Published => ("rows_of_run.sql", ROWS_OF_RUN),
        RunStatus::Simulated => ("rows_of_simulation.sql", ROWS_OF_SIMULATION),
        RunStatus::Refused => {
            return Err(Error::Usage(format!("{} was refused and has no rows to compare", report.run_id)));
        }
    };
    let parameters = Parameters::from([
        ("run_id", Parameter::Text(report.run_id.clone())),
        ("period", Parameter::Day(report.period)),
    ]);
    let session = RunSession::new(engine.context().clone(), parameters)?;
    let frame = session.plan(file, &Statement::parse(file, text)?).await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await?;
    let bytes = batches.iter().map(RecordBatch::get_array_memory_size).sum();
    Ok((MemTable::try_new(schema, vec![batches])?, bytes))
}
