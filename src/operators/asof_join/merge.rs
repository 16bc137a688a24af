//! Both sides in the order of keys and times, side by side: nothing but the batches at hand is in memory.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array, new_empty_array};
use arrow::buffer::NullBuffer;
use arrow::compute::{concat, take};
use datafusion::common::{Result, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::TryStreamExt;

use super::encoded::{Encoded, Encoder, key};
use super::metrics::JoinMetrics;
use super::read::Pace;
use super::spec::{Side, Spec};

/// The output of `left`, sorted by key and time, with the rows of `right` as [`distinct`](super::distinct::distinct)
/// gives them.
pub(super) fn merged(
    spec: Arc<Spec>,
    left: SendableRecordBatchStream,
    right: SendableRecordBatchStream,
    metrics: JoinMetrics,
) -> Result<SendableRecordBatchStream> {
    let schema = Arc::clone(&spec.schema);
    let types = spec.key_types(Side::Left, &left.schema())?;
    let merge = Merge {
        encoder: Encoder::new(&types)?,
        rest: Some(right),
        current: None,
        next: 0,
        before: None,
        spec,
        metrics,
        pace: Pace::default(),
    };
    let batches = futures::stream::try_unfold((left, merge), |(mut left, mut merge)| async move {
        let Some(batch) = left.try_next().await? else { return Ok(None) };
        let joined = merge.batch(&batch).await?;
        Ok(Some((joined, (left, merge))))
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
}

/// A batch of the right side.
struct Current {
    encoded: Encoded,
    rows: usize,
    value: ArrayRef,
}

/// The last row of the batch before.
struct Before {
    encoded: Vec<u8>,
    value: ArrayRef,
}

struct Merge {
    spec: Arc<Spec>,
    metrics: JoinMetrics,
    encoder: Encoder,
    /// Gone when it has ended.
    rest: Option<SendableRecordBatchStream>,
    current: Option<Current>,
    /// The first row of the batch that is after the last left row.
    next: usize,
    before: Option<Before>,
    pace: Pace,
}

/// The right rows that are chosen for one batch of the left side.
#[derive(Default)]
struct Chosen {
    /// For each left row its place among the pieces, one after the other.
    places: Vec<Option<u32>>,
    pieces: Vec<ArrayRef>,
    /// Rows in the pieces.
    rows: u32,
    /// Rows of the batch at hand, which will be the next piece.
    of_current: Vec<u32>,
    /// Where the last row of the batch before is.
    before_at: Option<u32>,
}

impl Chosen {
    fn close(&mut self, current: Option<&Current>) -> Result<()> {
        if let (Some(current), false) = (current, self.of_current.is_empty()) {
            let rows = UInt32Array::from(std::mem::take(&mut self.of_current));
            self.rows += rows.len() as u32;
            self.pieces.push(take(&current.value, &rows, None)?);
        }
        self.before_at = None;
        Ok(())
    }
}

impl Merge {
    async fn batch(&mut self, left: &RecordBatch) -> Result<RecordBatch> {
        let mut columns = self.spec.keys(Side::Left, left)?;
        columns.push(Arc::new(self.spec.times(Side::Left, left)?.column()));
        let encoded = self.encoder.encode(&columns)?;
        let nulls = columns.iter().map(|column| column.logical_nulls());
        let nulls = nulls.fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()));
        self.metrics.stream_rows.add(left.num_rows());
        let mut chosen = Chosen::default();
        for row in 0..left.num_rows() {
            let known = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let place = if known { self.place(encoded.row(row), &mut chosen).await? } else { None };
            chosen.places.push(place);
        }
        self.pace.rows(left.num_rows()).await;
        chosen.close(self.current.as_ref())?;
        let values: Vec<&dyn Array> = chosen.pieces.iter().map(AsRef::as_ref).collect();
        let value = match values.as_slice() {
            [] => new_empty_array(&self.spec.payload.data_type()),
            values => concat(values)?,
        };
        let rows = UInt32Array::from(chosen.places);
        let joined = self.spec.joined(left, &rows, &self.spec.payload.columns(&value))?;
        self.metrics.output_rows.add(joined.num_rows());
        Ok(joined)
    }

    /// The place of the right row for a left row that is not before the last one.
    async fn place(&mut self, left: &[u8], chosen: &mut Chosen) -> Result<Option<u32>> {
        let strict = self.spec.conditions.strict;
        loop {
            if let Some(current) = &self.current {
                let from = self.next;
                while self.next < current.rows {
                    let right = current.encoded.row(self.next);
                    if right > left || (strict && right == left) {
                        break;
                    }
                    self.next += 1;
                }
                if self.next < current.rows {
                    break;
                }
                self.pace.rows(self.next - from).await;
            }
            if !self.read(chosen).await? {
                break;
            }
        }
        let Some(current) = &self.current else { return Ok(None) };
        if let Some(last) = self.next.checked_sub(1) {
            if key(current.encoded.row(last)) != key(left) {
                return Ok(None);
            }
            if chosen.of_current.last() != Some(&(last as u32)) {
                chosen.of_current.push(last as u32);
            }
            return Ok(Some(chosen.rows + chosen.of_current.len() as u32 - 1));
        }
        match &self.before {
            Some(before) if key(&before.encoded) == key(left) => {
                if chosen.before_at.is_none() {
                    if !chosen.of_current.is_empty() {
                        return internal_err!("an as-of join went back in its right side");
                    }
                    chosen.pieces.push(before.value.clone());
                    chosen.before_at = Some(chosen.rows);
                    chosen.rows += 1;
                }
                Ok(chosen.before_at)
            }
            _ => Ok(None),
        }
    }

    /// Goes on to the next batch of the right side; false when there is none, and then the last one stays.
    async fn read(&mut self, chosen: &mut Chosen) -> Result<bool> {
        let Some(rest) = &mut self.rest else { return Ok(false) };
        let batch = loop {
            match rest.try_next().await? {
                None => {
                    self.rest = None;
                    return Ok(false);
                }
                Some(batch) if batch.num_rows() == 0 => {}
                Some(batch) => break batch,
            }
        };
        chosen.close(self.current.as_ref())?;
        self.metrics.build_rows.add(batch.num_rows());
        let Some((value, columns)) = batch.columns().split_last() else {
            return internal_err!("an as-of join has read no columns");
        };
        let encoded = self.encoder.encode(columns)?;
        let next = Current { encoded, rows: batch.num_rows(), value: Arc::clone(value) };
        if let Some(current) = self.current.replace(next) {
            let last = current.rows - 1;
            let row = UInt32Array::from(vec![last as u32]);
            let value = take(&current.value, &row, None)?;
            self.before = Some(Before { encoded: current.encoded.row(last).to_vec(), value });
        }
        self.next = 0;
        Ok(true)
    }
}
