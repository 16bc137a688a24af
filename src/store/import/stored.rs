//! Reads chosen columns of files that are already in the store.

use arrow::record_batch::RecordBatch;
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::Result;
use crate::store::{DataFile, Store};

/// Calls `take` with every batch of `file`, holding just `columns`, in that order.
pub async fn each_batch(
    store: &Store,
    file: &DataFile,
    columns: &[&str],
    mut take: impl FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let bytes = store.object_store().get(&Path::from(file.path.as_str())).await?.bytes().await?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    for batch in builder.with_projection(mask).with_batch_size(32_768).build()? {
        let batch = batch?;
        let order = columns.iter().map(|c| batch.schema().index_of(c)).collect::<Result<Vec<_>, _>>()?;
        take(batch.project(&order)?)?;
    }
    Ok(())
}
