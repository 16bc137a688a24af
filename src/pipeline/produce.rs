//! Runs one step and keeps its rows: the run's own tables in memory, tables of the store as finished files
//! that no commit lists yet.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{ident, lit};
use datafusion::prelude::DataFrame;

use super::session::{RunSession, failed};
use super::version::Step;
use crate::error::{Error, Result};
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
    let output = &step.output;
    let frame = session.plan(output, &step.statement).await?;
    let (partitions, schema, finished) = match &step.contract {
        None => {
            let plan = frame.clone().create_physical_plan().await.map_err(|e| failed(output, &e))?;
            let schema = plan.schema();
            let partitions = frame.collect_partitioned().await.map_err(|e| failed(output, &e))?;
            (partitions, schema, None)
        }
        Some(contract) => {
            let (batches, finished) = write(output, frame, contract, transaction, simulate).await?;
            (vec![batches], contract.schema(), Some(finished))
        }
    };
    let rows = partitions.iter().flatten().map(RecordBatch::num_rows).sum::<usize>() as u64;
    let bytes = partitions.iter().flatten().map(RecordBatch::get_array_memory_size).sum();
    let table = MemTable::try_new(schema, partitions).map_err(|e| failed(output, &e))?;
    session.keep(output, Arc::new(table), bytes)?;
    unique(session, step).await?;
    let outcome = StepOutcome {
        output: output.clone(),
        published: step.contract.is_some(),
        inputs: step.statement.tables().iter().cloned().collect(),
        rows,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok((outcome, finished))
}

/// Writes the rows of `frame` in the order and form of the contract.
async fn write(
    output: &str,
    frame: DataFrame,
    contract: &Arc<Contract>,
    transaction: &Transaction,
    simulate: bool,
) -> Result<(Vec<RecordBatch>, Finished)> {
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
    let batches = frame.collect().await.map_err(|e| failed(output, &e))?;
    let table = if simulate { simulated(&contract.name) } else { contract.name.clone() };
    let mut writer = transaction.writer(&table)?;
    let mut formed = Vec::with_capacity(batches.len());
    for batch in batches {
        let batch = in_form(output, &batch, &contract.schema())?;
        writer.write(&batch)?;
        formed.push(batch);
    }
    Ok((formed, Finished { table, files: writer.finish().await? }))
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

/// Refuses a step that gives two rows for one key: a join went wrong, and somebody would be paid twice.
async fn unique(session: &RunSession, step: &Step) -> Result<()> {
    let key = step.key.iter().map(ident).collect::<Vec<_>>();
    let repeated = session
        .table(&step.output)
        .await?
        .aggregate(key, vec![count(lit(1_i64)).alias("rows_of_key")])?
        .filter(ident("rows_of_key").gt(lit(1_i64)))?
        .aggregate(vec![], vec![count(lit(1_i64)).alias("keys")])?
        .collect()
        .await?;
    let keys = repeated.first().map_or(0, |b| {
        b.column(0).as_primitive_opt::<arrow::datatypes::Int64Type>().map_or(0, |keys| keys.value(0))
    });
    if keys > 0 {
        return Err(Error::Pipeline(format!(
            "{}: {keys} values of its key ({}) have more than one row",
            step.output,
            step.key.join(", ")
        )));
    }
    Ok(())
}
