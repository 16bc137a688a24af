//! A side on its way into memory, as long as it fits.

use std::future::Future;

use arrow::array::RecordBatch;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::TryStreamExt;

use super::metrics::JoinMetrics;

/// What came of reading a side.
pub(super) enum Read<T> {
    Fits(T),
    TooLarge(TooLarge),
}

/// What has been read of a side that does not fit, and what has not.
pub(super) struct TooLarge {
    pub batches: Vec<RecordBatch>,
    pub rest: Option<SendableRecordBatchStream>,
}

/// Whether the memory was given; any other error stays one.
pub(super) fn fits(grown: Result<()>) -> Result<bool> {
    match grown {
        Ok(()) => Ok(true),
        Err(e) if matches!(e.find_root(), DataFusionError::ResourcesExhausted(_)) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Reads a side, reserving twice its size, because its batches are made one in the end, and `row_bytes` for each row.
pub(super) async fn collect(
    mut input: SendableRecordBatchStream,
    row_bytes: usize,
    reservation: &MemoryReservation,
    metrics: &JoinMetrics,
) -> Result<Read<Vec<RecordBatch>>> {
    let mut batches = Vec::new();
    let mut counter = RecordBatchMemoryCounter::new();
    while let Some(batch) = input.try_next().await? {
        metrics.build_rows.add(batch.num_rows());
        let bytes = 2 * counter.count_batch(&batch) + row_bytes * batch.num_rows();
        batches.push(batch);
        if !fits(reservation.try_grow(bytes))? {
            return Ok(Read::TooLarge(TooLarge { batches, rest: Some(input) }));
        }
    }
    Ok(Read::Fits(batches))
}

/// Rows between two looks at whether the query is still wanted: a few milliseconds.
pub(super) const ROWS_PER_STEP: usize = 1 << 15;

/// Gives the thread back after so many rows.
#[derive(Default)]
pub(super) struct Pace(usize);

impl Pace {
    /// So many rows have been worked on.
    pub fn rows(&mut self, rows: usize) -> impl Future<Output = ()> + use<> {
        self.0 += rows;
        let pause = self.0 >= ROWS_PER_STEP;
        if pause {
            self.0 = 0;
        }
        async move {
            if pause {
                tokio::task::yield_now().await;
            }
        }
    }
}
