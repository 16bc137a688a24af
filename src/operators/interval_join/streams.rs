//! An input as its partitions read it: each its own part first, then what is left of the others'.
//!
//! A file of one row group comes as one partition with rows and others without. Who has nothing to do takes batches
//! where there still are some, so that every thread joins.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;
use tokio::sync::Mutex;

/// All partitions of an input: a reader that comes first sees those as well whose own readers have not begun.
pub(super) struct Streams {
    /// `None` at the end. Held only while a batch is fetched.
    parts: Vec<Mutex<Option<SendableRecordBatchStream>>>,
    schema: SchemaRef,
}

impl Streams {
    /// Begins every partition of `input`.
    pub(super) fn of(input: &dyn ExecutionPlan, context: &Arc<TaskContext>) -> Result<Self> {
        let partitions = 0..input.output_partitioning().partition_count();
        let begun = |partition| Ok(Mutex::new(Some(input.execute(partition, Arc::clone(context))?)));
        Ok(Self { parts: partitions.map(begun).collect::<Result<_>>()?, schema: input.schema() })
    }

    pub(super) fn partitions(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next batch for the reader of partition `own`, from there or else from any.
    pub(super) async fn next(&self, own: usize) -> Option<Result<RecordBatch>> {
        for part in self.parts.iter().cycle().skip(own).take(self.parts.len()) {
            let mut stream = part.lock().await;
            let batch = match stream.as_mut() {
                Some(stream) => stream.next().await,
                None => None,
            };
            match batch {
                Some(batch) => return Some(batch),
                None => *stream = None,
            }
        }
        None
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
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;

    fn stream(numbers: std::ops::Range<i64>) -> SendableRecordBatchStream {
        let batch = |number| {
            let column: ArrayRef = Arc::new(Int64Array::from(vec![number]));
            RecordBatch::try_from_iter([("number", column)]).unwrap()
        };
        let batches: Vec<_> = numbers.map(|number| Ok(batch(number))).collect();
        let schema = batch(0).schema();
        Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter(batches)))
    }

    #[tokio::test]
    async fn a_reader_that_is_done_reads_for_the_others() {
        let parts = [stream(0..3), stream(3..3)];
        let schema = parts[0].schema();
        let streams = Streams { parts: parts.map(|part| Mutex::new(Some(part))).into(), schema };
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
}
