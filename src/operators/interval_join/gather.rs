//! Brings the columns of the build side into index order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::Buffer;
use arrow::compute::{concat, interleave};
use arrow::datatypes::{ArrowNativeType, DataType, SchemaRef};
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;

use super::stored::batch_and_row;
use super::tasks::joined;

/// Rows of a gathered piece, where pieces are put together at the end.
const ROWS_PER_PIECE: usize = 1 << 18;

/// So many rows are gathered in less time than it takes to be worth another thread: a millisecond or two.
const FEW_ROWS: usize = 1 << 17;

/// Rows gathered between two looks at whether they are still wanted.
const ROWS_PER_LOOK: usize = 1 << 14;

/// Tells threads that cannot be stopped from outside that nobody waits for them any more.
#[derive(Default)]
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The columns of `batches`, which have `schema`, in the order of `order`, with up to `threads` threads.
pub(super) async fn gather(
    batches: Vec<RecordBatch>,
    order: Vec<Arc<Vec<u64>>>,
    schema: &SchemaRef,
    threads: usize,
) -> Result<RecordBatch> {
    let rows: usize = order.iter().map(|places| places.len()).sum();
    let order = Arc::new(order);
    let waiting = Waiting::default();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for (position, field) in schema.fields().iter().enumerate() {
        let parts: Vec<ArrayRef> = batches.iter().map(|batch| Arc::clone(batch.column(position))).collect();
        let plain = parts.iter().all(|array| array.null_count() == 0);
        let (order, kind, given_up) = (Arc::clone(&order), field.data_type().clone(), Arc::clone(&waiting.0));
        let work = move || match kind.primitive_width() {
            Some(4) if plain => values::<u32>(&parts, &order, rows, kind, threads, &given_up),
            Some(8) if plain => values::<u64>(&parts, &order, rows, kind, threads, &given_up),
            _ => pieces(&parts, &order, &kind, &given_up),
        };
        if rows <= FEW_ROWS {
            arrays.push(work()?);
            tokio::task::yield_now().await;
            continue;
        }
        let mut task = JoinSet::new();
        task.spawn_blocking(work);
        arrays.append(&mut joined(task).await?);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}

/// Values of one width without NULLs, whatever their type. Several threads fill one buffer.
fn values<T: ArrowNativeType>(
    arrays: &[ArrayRef],
    order: &[Arc<Vec<u64>>],
    rows: usize,
    kind: DataType,
    threads: usize,
    given_up: &AtomicBool,
) -> Result<ArrayRef> {
    let data: Vec<ArrayData> = arrays.iter().map(|array| array.to_data()).collect();
    let slices: Vec<&[T]> = data.iter().map(|data| data.buffer::<T>(0)).collect();
    let mut values = vec![T::default(); rows];
    let fill = |lists: &[Arc<Vec<u64>>], mut to: &mut [T]| {
        for places in lists.iter().flat_map(|places| places.chunks(ROWS_PER_LOOK)) {
            if given_up.load(Ordering::Relaxed) {
                return;
            }
            let (mine, rest) = to.split_at_mut(places.len());
            for (to, place) in mine.iter_mut().zip(places) {
                let (batch, row) = batch_and_row(*place);
                *to = slices[batch][row];
            }
            to = rest;
        }
    };
    std::thread::scope(|scope| {
        let (mut lists, mut rest) = (order, values.as_mut_slice());
        let share = rows.div_ceil(threads.max(1)).max(ROWS_PER_PIECE);
        while !rest.is_empty() {
            let (mut count, mut len) = (0, 0);
            while len < share && count < lists.len() {
                len += lists[count].len();
                count += 1;
            }
            let (mine, others) = lists.split_at(count);
            let (to, more) = std::mem::take(&mut rest).split_at_mut(len);
            (lists, rest) = (others, more);
            match rest.is_empty() {
                true => fill(mine, to),
                false => drop(scope.spawn(move || fill(mine, to))),
            }
        }
    });
    let gathered = ArrayData::builder(kind).len(rows).add_buffer(Buffer::from_vec(values)).build()?;
    Ok(make_array(gathered))
}

fn pieces(
    arrays: &[ArrayRef],
    order: &[Arc<Vec<u64>>],
    kind: &DataType,
    given_up: &AtomicBool,
) -> Result<ArrayRef> {
    let views: Vec<&dyn Array> = arrays.iter().map(|a| a.as_ref()).collect();
    let mut places = order.iter().flat_map(|places| places.iter()).map(|place| batch_and_row(*place));
    let mut pieces: Vec<ArrayRef> = Vec::new();
    loop {
        let piece: Vec<(usize, usize)> = places.by_ref().take(ROWS_PER_PIECE).collect();
        if piece.is_empty() || given_up.load(Ordering::Relaxed) {
            break;
        }
        pieces.push(interleave(&views, &piece)?);
    }
    Ok(match pieces.as_slice() {
        [] => arrow::array::new_empty_array(kind),
        [one] => Arc::clone(one),
        several => concat(&several.iter().map(|a| a.as_ref()).collect::<Vec<_>>())?,
    })
}
