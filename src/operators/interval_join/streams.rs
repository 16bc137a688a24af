//! An input as its partitions read it: each its own part first, then what is left of the others'.
//!
//! A file of one row group comes as one partition with rows and others without. Who has nothing to do takes batches
//! where there still are some, so that every thread joins.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::Result;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use parking_lot::Mutex;

/// One partition of the input; `None` at its end. Held only while a batch is fetched.
type Part = Arc<tokio::sync::Mutex<Option<SendableRecordBatchStream>>>;

/// The partitions that have begun.
#[derive(Default)]
pub(super) struct Streams(Mutex<Vec<Part>>);

impl Streams {
    /// Adds a partition; its reader has the number that is returned.
    pub(super) fn add(&self, stream: SendableRecordBatchStream) -> usize {
        let mut parts = self.0.lock();
        parts.push(Arc::new(tokio::sync::Mutex::new(Some(stream))));
        parts.len() - 1
    }

    /// The next batch for reader `own`, from its partition or else from any.
    pub(super) async fn next(&self, own: usize) -> Option<Result<RecordBatch>> {
        let parts = self.0.lock().clone();
        for part in parts.iter().cycle().skip(own).take(parts.len()) {
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
        f.debug_tuple("Streams").field(&self.0.lock().len()).finish()
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
        let streams = Streams::default();
        let (first, second) = (streams.add(stream(0..3)), streams.add(stream(3..3)));
        let mut read = Vec::new();
        for reader in [first, second, second, first, second] {
            let number = streams.next(reader).await.map(|batch| {
                let batch = batch.unwrap();
                batch.column(0).as_primitive::<Int64Type>().value(0)
            });
            read.push(number);
        }
        assert_eq!(read, [Some(0), Some(1), Some(2), None, None]);
    }
}
