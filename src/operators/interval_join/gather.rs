//! Brings the columns of the build side into index order.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::Buffer;
use arrow::compute::{concat, interleave};
use arrow::datatypes::{ArrowNativeType, DataType, SchemaRef};
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;

use super::stored::batch_and_row;
use super::tasks::joined;

/// Rows handled between two looks at whether the query is still wanted.
const ROWS_PER_STEP: usize = 1 << 16;

/// Rows of a gathered piece, where pieces are put together at the end.
const ROWS_PER_PIECE: usize = 1 << 20;

/// The columns of `batches`, which have `schema`, in the order of `order`, one task a column.
pub(super) async fn gather(
    batches: Vec<RecordBatch>,
    order: Arc<Vec<u64>>,
    schema: &SchemaRef,
) -> Result<RecordBatch> {
    let rows = order.len();
    let mut tasks = JoinSet::new();
    for (position, field) in schema.fields().iter().enumerate() {
        let arrays: Vec<ArrayRef> = batches.iter().map(|batch| Arc::clone(batch.column(position))).collect();
        let order = Arc::clone(&order);
        let kind = field.data_type().clone();
        tasks.spawn(async move {
            let plain = arrays.iter().all(|array| array.null_count() == 0);
            let array = match kind.primitive_width() {
                Some(4) if plain => values::<u32>(&arrays, &order, kind).await?,
                Some(8) if plain => values::<u64>(&arrays, &order, kind).await?,
                _ => pieces(&arrays, &order, &kind).await?,
            };
            Ok((position, array))
        });
    }
    drop(batches);
    let mut gathered = joined(tasks).await?;
    gathered.sort_unstable_by_key(|(position, _)| *position);
    let arrays: Vec<ArrayRef> = gathered.into_iter().map(|(_, array)| array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}

/// Values of one width without NULLs, whatever their type.
async fn values<T: ArrowNativeType>(arrays: &[ArrayRef], order: &[u64], kind: DataType) -> Result<ArrayRef> {
    let data: Vec<ArrayData> = arrays.iter().map(|array| array.to_data()).collect();
    let slices: Vec<&[T]> = data.iter().map(|data| data.buffer::<T>(0)).collect();
    let mut values: Vec<T> = Vec::with_capacity(order.len());
    for places in order.chunks(ROWS_PER_STEP) {
        values.extend(places.iter().map(|place| {
            let (batch, row) = batch_and_row(*place);
            slices[batch][row]
        }));
        tokio::task::yield_now().await;
    }
    let gathered = ArrayData::builder(kind).len(order.len()).add_buffer(Buffer::from_vec(values)).build()?;
    Ok(make_array(gathered))
}

async fn pieces(arrays: &[ArrayRef], order: &[u64], kind: &DataType) -> Result<ArrayRef> {
    let views: Vec<&dyn Array> = arrays.iter().map(|a| a.as_ref()).collect();
    let mut pieces: Vec<ArrayRef> = Vec::new();
    for places in order.chunks(ROWS_PER_PIECE) {
        let places: Vec<(usize, usize)> = places.iter().map(|place| batch_and_row(*place)).collect();
        pieces.push(interleave(&views, &places)?);
        tokio::task::yield_now().await;
    }
    Ok(match pieces.as_slice() {
        [] => arrow::array::new_empty_array(kind),
        [one] => Arc::clone(one),
        several => concat(&several.iter().map(|a| a.as_ref()).collect::<Vec<_>>())?,
    })
}
