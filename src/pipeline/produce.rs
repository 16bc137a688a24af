//! Runs one step and keeps its rows: the run's own tables in memory, tables of the store as finished files
//! that no commit lists yet.

use std::sync::Arc;
use std::time::Instant;

use arrow::compute::cast;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::runtime::SpawnedTask;
use datafusion::datasource::MemTable;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::ident;
use datafusion::physical_plan::collect_partitioned;
use futures::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::session::{RunSession, failed};
use super::unique::{Keys, unique};
use super::version::Step;
use crate::error::{Error, Result};
use crate::session::unlisted;
use crate::store::contract::{Contract, simulated};
use crate::store::runs::StepOutcome;
use crate::store::{DataFile, TableWriter, Transaction};

/// Batches that may wait to be encoded.
const BATCHES_AHEAD: usize = 4;

/// Finished files of one table of the store.
pub(super) struct Finished {
    pub(super) table: String,
    pub(super) files: Vec<DataFile>,
}

/// The rows of a step, which the steps after it cannot read yet.
pub(super) struct Produced {
    pub(super) outcome: StepOutcome,
    table: Arc<dyn TableProvider>,
    /// Memory the rows hold.
    bytes: usize,
    keys: Option<Keys>,
    finished: Option<Finished>,
}

/// Runs `step`; the rows of a table of the store are written.
pub(super) async fn produce(
    session: &RunSession,
    step: &Step,
    transaction: &Transaction,
    simulate: bool,
) -> Result<Produced> {
    match &step.contract {
        None => in_memory(session, step).await,
        Some(contract) => written(session, step, contract, transaction, simulate).await,
    }
}

impl Produced {
    /// Makes the rows known as `run.<output>`. Gives the files of a table of the store.
    ///
    /// # Errors
    /// [`Error::Pipeline`] when a value of the step's key comes twice.
    pub(super) async fn into_run(self, session: &RunSession, step: &Step) -> Result<Option<Finished>> {
        session.keep(&step.output, self.table, self.bytes)?;
        unique(session, step, self.keys).await?;
        Ok(self.finished)
    }
}

/// Runs `step` and keeps its rows as `run.<output>`, also those of a table of the store: nothing is written.
pub(super) async fn calculate(session: &RunSession, step: &Step) -> Result<()> {
    in_memory(session, step).await?.into_run(session, step).await?;
    Ok(())
}

/// Keeps the rows in memory, in the partitions they come in, so that the steps after read them in parallel.
async fn in_memory(session: &RunSession, step: &Step) -> Result<Produced> {
    let started = Instant::now();
    let output = &step.output;
    let frame = session.plan(output, &step.statement).await?;
    let context = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await.map_err(|e| failed(output, &e))?;
    let schema = plan.schema();
    let partitions = collect_partitioned(plan, context).await.map_err(|e| failed(output, &e))?;
    let mut keys = Some(Keys::default());
    let (mut rows, mut bytes) = (0, 0);
    for batch in partitions.iter().flatten() {
        rows += batch.num_rows() as u64;
        bytes += batch.get_array_memory_size();
        keys = keys.and_then(|keys| keys.with(step, batch));
    }
    let table = MemTable::try_new(schema, partitions).map_err(|e| failed(output, &e))?;
    let outcome = outcome(step, rows, started);
    Ok(Produced { outcome, table: Arc::new(table), bytes, keys, finished: None })
}

/// Writes the rows in the order and form of the contract. Checks read them from the finished files: a run holds
/// no second copy of its result in memory.
async fn written(
    session: &RunSession,
    step: &Step,
    contract: &Arc<Contract>,
    transaction: &Transaction,
    simulate: bool,
) -> Result<Produced> {
    let started = Instant::now();
    let output = &step.output;
    let frame = session.plan(output, &step.statement).await?;
    let mut wanted: Vec<&str> = contract.columns.iter().map(|c| c.name.as_str()).collect();
    let mut given: Vec<&str> = frame.schema().fields().iter().map(|f| f.name().as_str()).collect();
    wanted.sort_unstable();
    given.sort_unstable();
    if wanted != given {
        let why = format!("{output}: the step gives the columns {given:?}, the table has {wanted:?}");
        return Err(Error::Pipeline(why));
    }
    let columns = contract.columns.iter().map(|c| ident(&c.name)).collect::<Vec<_>>();
    // Beyond the sort key the key decides, so that the order of rows never depends on the number of threads.
    let order = contract.sort.iter().chain(contract.key.iter().filter(|k| !contract.sort.contains(k)));
    let order = order.map(|c| ident(c).sort(true, true)).collect();
    let frame = frame.select(columns)?.sort(order)?;
    let stream = frame.execute_stream().await.map_err(|e| failed(output, &e))?;
    let table = if simulate { simulated(&contract.name) } else { contract.name.clone() };
    let (encoder, writer) = encode(transaction.writer(&table)?);
    // In a task of its own: merging the sorted rows of one table must not wait for those of another.
    let passing = SpawnedTask::spawn(pass_on(stream, step.clone(), contract.schema(), encoder));
    let stopped = |e: &dyn std::fmt::Display| Error::Pipeline(format!("{output}: the step was stopped: {e}"));
    let (rows, keys) = passing.join().await.map_err(|e| stopped(&e))??;
    let files = writer.await.map_err(|e| stopped(&e))??.finish().await?;
    let known = unlisted(contract, &files)?;
    let outcome = outcome(step, rows, started);
    Ok(Produced { outcome, table: known, bytes: 0, keys, finished: Some(Finished { table, files }) })
}

/// Hands the rows of `step` to `encoder`, in the form of the contract. Gives their number and keys.
async fn pass_on(
    mut stream: SendableRecordBatchStream,
    step: Step,
    schema: SchemaRef,
    encoder: mpsc::Sender<RecordBatch>,
) -> Result<(u64, Option<Keys>)> {
    let (mut rows, mut keys) = (0, Some(Keys::default()));
    while let Some(batch) = stream.next().await {
        let batch = in_form(&step.output, &batch.map_err(|e| failed(&step.output, &e))?, &schema)?;
        rows += batch.num_rows() as u64;
        keys = keys.and_then(|keys| keys.with(&step, &batch));
        if encoder.send(batch).await.is_err() {
            // The writer has stopped; it says why.
            break;
        }
    }
    Ok((rows, keys))
}

/// Gives `writer` a thread of its own: files are encoded while the next rows, and those of other steps, are made.
fn encode(mut writer: TableWriter) -> (mpsc::Sender<RecordBatch>, JoinHandle<Result<TableWriter>>) {
    let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD);
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(batch) = batches.blocking_recv() {
            writer.write(&batch)?;
        }
        Ok(writer)
    });
    (sender, writing)
}

fn outcome(step: &Step, rows: u64, started: Instant) -> StepOutcome {
    StepOutcome {
        output: step.output.clone(),
        published: step.contract.is_some(),
        inputs: step.statement.tables().iter().cloned().collect(),
        rows,
        seconds: started.elapsed().as_secs_f64(),
    }
}

/// The batch with the contract's types; a NULL where none may be is an error that names the column.
fn in_form(output: &str, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if !field.is_nullable() && column.null_count() > 0 {
            let why =
                format!("{output}.{}: the step gives NULL, which the table does not allow", field.name());
            return Err(Error::Pipeline(why));
        }
        Ok(cast(column, field.data_type())?)
    });
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_>>()?)?)
}
