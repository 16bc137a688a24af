//! Runs one step and keeps its rows: the run's own tables in memory, tables of the store as finished files
//! that no commit lists yet.

use std::sync::Arc;
use std::time::Instant;

use arrow::compute::cast;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::ident;
use datafusion::physical_plan::collect_partitioned;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use super::session::{RunSession, failed};
use super::unique::{Keys, unique};
use super::version::Step;
use crate::error::{Error, Result};
use crate::session::unlisted;
use crate::store::contract::{Contract, simulated};
use crate::store::runs::StepOutcome;
use crate::store::{DataFile, Transaction};

/// Finished files of one table of the store.
pub(super) struct Finished {
    pub(super) table: String,
    pub(super) files: Vec<DataFile>,
}

/// Runs `step`, makes its rows known as `run.<output>` and, for a table of the store, writes them.
pub(super) async fn produce(
    session: &mut RunSession,
    step: &Step,
    transaction: &Transaction,
    simulate: bool,
) -> Result<(StepOutcome, Option<Finished>)> {
    let started = Instant::now();
    let frame = session.plan(&step.output, &step.statement).await?;
    let (rows, keys, finished) = match &step.contract {
        None => keep(session, step, frame).await?,
        Some(contract) => write(session, step, frame, contract, transaction, simulate).await?,
    };
    unique(session, step, keys).await?;
    let outcome = StepOutcome {
        output: step.output.clone(),
        published: step.contract.is_some(),
        inputs: step.statement.tables().iter().cloned().collect(),
        rows,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok((outcome, finished))
}

/// Runs `step` and keeps its rows as `run.<output>`, also those of a table of the store: nothing is written.
pub(super) async fn calculate(session: &mut RunSession, step: &Step) -> Result<()> {
    let frame = session.plan(&step.output, &step.statement).await?;
    let (_, keys, _) = keep(session, step, frame).await?;
    unique(session, step, keys).await
}

/// Keeps the rows in memory, in the partitions they come in, so that the steps after read them in parallel.
async fn keep(
    session: &mut RunSession,
    step: &Step,
    frame: DataFrame,
) -> Result<(u64, Option<Keys>, Option<Finished>)> {
    let output = &step.output;
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
    session.keep(output, Arc::new(table), bytes)?;
    Ok((rows, keys, None))
}

/// Writes the rows in the order and form of the contract. Checks read them from the finished files: a run holds
/// no second copy of its result in memory.
async fn write(
    session: &mut RunSession,
    step: &Step,
    frame: DataFrame,
    contract: &Arc<Contract>,
    transaction: &Transaction,
    simulate: bool,
) -> Result<(u64, Option<Keys>, Option<Finished>)> {
    let output = &step.output;
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
    let mut stream = frame.execute_stream().await.map_err(|e| failed(output, &e))?;
    let table = if simulate { simulated(&contract.name) } else { contract.name.clone() };
    let mut writer = transaction.writer(&table)?;
    let (mut rows, mut keys) = (0, Some(Keys::default()));
    while let Some(batch) = stream.next().await {
        let batch = in_form(output, &batch.map_err(|e| failed(output, &e))?, &contract.schema())?;
        writer.write(&batch)?;
        rows += batch.num_rows() as u64;
        keys = keys.and_then(|keys| keys.with(step, &batch));
    }
    let files = writer.finish().await?;
    session.keep(output, unlisted(contract, &files)?, 0)?;
    Ok((rows, keys, Some(Finished { table, files })))
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
