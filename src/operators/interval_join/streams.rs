//! An input as its partitions read it: each its own part first, then what is left of the others'.
//!
//! A file of one row group comes as one partition with rows and others without. Who has nothing to do takes batches
//! where there still are some, so that every thread joins.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;
use tokio::sync::Mutex;

use super::build::batch_bytes;

/// All partitions of an input: a reader that comes first sees those as well whose own readers have not begun.
pub(super) struct Streams {
    /// Held only while a batch is fetched.
    parts: Vec<Mutex<Part>>,
    schema: SchemaRef,
    /// For batches that were read early.
    memory: MemoryReservation,
}

/// One partition.
struct Part {
    /// Batches that were read early, and their bytes; then comes the stream.
    early: VecDeque<(Result<RecordBatch>, usize)>,
    /// `None` at the end.
    stream: Option<SendableRecordBatchStream>,
}

impl Part {
    fn new(stream: SendableRecordBatchStream) -> Mutex<Self> {
        Mutex::new(Self { early: VecDeque::new(), stream: Some(stream) })
    }

    async fn fetch(&mut self) -> Option<Result<RecordBatch>> {
        let batch = self.stream.as_mut()?.next().await;
        if batch.is_none() {
            self.stream = None;
        }
        batch
    }
}

impl Streams {
    /// Begins every partition of `input`.
    pub(super) fn of(input: &dyn ExecutionPlan, context: &Arc<TaskContext>) -> Result<Self> {
        let partitions = 0..input.output_partitioning().partition_count();
        let begun = |partition| Ok(Part::new(input.execute(partition, Arc::clone(context))?));
        let memory = MemoryConsumer::new("IntervalJoinEarly").register(context.memory_pool());
        Ok(Self { parts: partitions.map(begun).collect::<Result<_>>()?, schema: input.schema(), memory })
    }

    pub(super) fn partitions(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next batch for the reader of partition `own`, from there or else from any.
    pub(super) async fn next(&self, own: usize) -> Option<Result<RecordBatch>> {
        match self.next_of(own).await {
            Some(batch) => Some(batch),
            None => self.next_of_others(own).await,
        }
    }

    /// The next batch of a partition.
    pub(super) async fn next_of(&self, partition: usize) -> Option<Result<RecordBatch>> {
        let mut part = self.parts.get(partition)?.lock().await;
        match part.early.pop_front() {
            Some((batch, bytes)) => {
                self.memory.shrink(bytes);
                Some(batch)
            }
            None => part.fetch().await,
        }
    }

    /// The next batch of any other partition than `own`.
    pub(super) async fn next_of_others(&self, own: usize) -> Option<Result<RecordBatch>> {
        let count = self.parts.len();
        for partition in (own + 1..own + count).map(|partition| partition % count) {
            if let Some(batch) = self.next_of(partition).await {
                return Some(batch);
            }
        }
        None
    }

    /// Reads a partition before its turn, as long as it is `wanted` and there is room for it, up to `most` bytes. May be
    /// dropped at any time.
    pub(super) async fn read_early(&self, partition: usize, most: usize, wanted: impl Fn() -> bool) {
        let Some(part) = self.parts.get(partition) else { return };
        let mut all = 0;
        while wanted() && all < most {
            let mut part = part.lock().await;
            let Some(batch) = part.fetch().await else { return };
            let bytes = batch.as_ref().map_or(0, batch_bytes);
            let (failed, room) = (batch.is_err(), self.memory.try_grow(bytes).is_ok());
            part.early.push_back((batch, if room { bytes } else { 0 }));
            all += bytes;
            if failed || !room {
                return;
            }
        }
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_tuple("Streams").field(&self.parts.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryPool};
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn stream(numbers: std::ops::Range<i64>) -> SendableRecordBatchStream {
        let batch = |number| {
            let column: ArrayRef = Arc::new(Int64Array::from(vec![number]));
            RecordBatch::try_from_iter([("number", column)]).unwrap()
        };
        let batches: Vec<_> = numbers.map(|number| Ok(batch(number))).collect();
        let schema = batch(0).schema();
        Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter(batches)))
    }

    fn streams<const N: usize>(parts: [SendableRecordBatchStream; N], memory: usize) -> Streams {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(memory));
        let schema = parts[0].schema();
        let memory = MemoryConsumer::new("test").register(&pool);
        Streams { parts: parts.map(Part::new).into(), schema, memory }
    }

    #[tokio::test]
    async fn a_reader_that_is_done_reads_for_the_others() {
        let streams = streams([stream(0..3), stream(3..3)], 0);
        let mut read = Vec::new();
        // The one that has nothing comes first.
        for reader in [1, 0, 1, 0, 1] {
            let number = streams.next(reader).await.map(|batch| {
                let batch = batch.unwrap();
                batch.column(0).as_primitive::<Int64Type>().value(0)
            });
            read.push(number);
        }
        assert_eq!(read, [Some(0), Some(1), Some(2), None, None]);
    }

    #[tokio::test]
    async fn what_was_read_early_comes_first_and_once() {
        // As many bytes as are wanted, as there is memory for, or until it is not wanted any more; a number takes eight.
        for (most, memory, times, expected) in
            [(24, 1000, 9, 3), (1000, 17, 9, 3), (1000, 1000, 2, 2), (99, 99, 99, 5)]
        {
            let streams = streams([stream(0..5), stream(5..7)], memory);
            let asked = AtomicUsize::new(0);
            streams.read_early(0, most, || asked.fetch_add(1, Ordering::Relaxed) < times).await;
            streams.read_early(7, most, || true).await;
            assert_eq!(streams.parts[0].lock().await.early.len(), expected);
            assert_eq!(streams.memory.size(), 8 * expected.min(memory / 8));
            let mut read = Vec::new();
            while let Some(batch) = streams.next(1).await {
                read.push(batch.unwrap().column(0).as_primitive::<Int64Type>().value(0));
            }
            assert_eq!(read, [5, 6, 0, 1, 2, 3, 4]);
            assert_eq!(streams.memory.size(), 0);
        }
    }
}
