//! Which rows of a sorted stream are the newest of their key.

use std::cmp::Ordering;
use std::ops::Not;

use arrow::array::make_comparator;
use arrow::array::{Array, ArrayRef, BooleanArray, BooleanBufferBuilder};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::{SortOptions, concat_batches, filter_record_batch};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use futures::StreamExt;

use datafusion::physical_plan::SendableRecordBatchStream;

/// Where key and registration are among the columns of a stream, which is sorted by both.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) key: Vec<usize>,
    pub(super) registered_at: usize,
}

/// What a following row says about the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follows {
    /// It has another key: the one before is the newest.
    OtherKey,
    /// It is a later registration of the same key.
    Later,
    /// It was registered at the same instant: both are the newest, or neither.
    SameInstant,
}

impl Columns {
    /// How the first row of `next` follows row `at` of `batch`; both have the columns where `self` and `of_next` say.
    pub(super) fn follows(
        &self,
        batch: &RecordBatch,
        at: usize,
        of_next: &Columns,
        next: &RecordBatch,
        next_at: usize,
    ) -> Result<Follows> {
        let same = |left: usize, right: usize| -> Result<bool> {
            let (left, right) = (batch.column(left), next.column(right));
            Ok(make_comparator(left, right, SortOptions::default())?(at, next_at) == Ordering::Equal)
        };
        for (left, right) in self.key.iter().zip(&of_next.key) {
            if !same(*left, *right)? {
                return Ok(Follows::OtherKey);
            }
        }
        match same(self.registered_at, of_next.registered_at)? {
            true => Ok(Follows::SameInstant),
            false => Ok(Follows::Later),
        }
    }

    /// The newest rows of `batch`, whose last row is one of them if `last` says so.
    pub(super) fn newest(&self, batch: &RecordBatch, last: bool) -> Result<BooleanArray> {
        let pairs = batch.num_rows() - 1;
        let changes = |column: &ArrayRef| -> Result<BooleanBuffer> {
            Ok(distinct(&column.slice(0, pairs), &column.slice(1, pairs))?.into_parts().0)
        };
        let mut other_key = BooleanBuffer::new_unset(pairs);
        for column in &self.key {
            other_key = &other_key | &changes(batch.column(*column))?;
        }
        let later = changes(batch.column(self.registered_at))?;
        let mut kept = BooleanBufferBuilder::new(pairs + 1);
        kept.append_buffer(&other_key);
        kept.append(last);
        let same_instant = &other_key.not() & &later.not();
        if same_instant.count_set_bits() > 0 {
            for row in (0..pairs).rev().filter(|row| same_instant.value(*row)) {
                let next = kept.get_bit(row + 1);
                kept.set_bit(row, next);
            }
        }
        Ok(BooleanArray::new(kept.finish(), None))
    }
}

/// What follows the last row of a partition: the rows of the partitions after it, with only key and registration.
pub(super) type Following = Box<dyn Iterator<Item = Result<SendableRecordBatchStream>> + Send>;

/// The rows of one partition on their way.
pub(super) struct Newest {
    pub(super) input: SendableRecordBatchStream,
    pub(super) columns: Columns,
    /// Columns of `input` that are given on.
    pub(super) projection: Vec<usize>,
    pub(super) following: Option<Following>,
    /// Rows whose last one is not decided.
    pub(super) pending: Option<RecordBatch>,
}

impl Newest {
    /// The next rows; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let Some(next) = self.input.next().await.transpose()? else {
                let Some(before) = self.pending.take() else { return Ok(None) };
                let last = self.is_newest_at_the_end(&before).await?;
                let rows = self.decided(&before, last)?;
                return Ok((rows.num_rows() > 0).then_some(rows));
            };
            if next.num_rows() == 0 {
                continue;
            }
            let Some(before) = self.pending.take() else {
                self.pending = Some(next);
                continue;
            };
            let columns = &self.columns;
            match columns.follows(&before, before.num_rows() - 1, columns, &next, 0)? {
                Follows::SameInstant => {
                    self.pending = Some(concat_batches(&before.schema(), [&before, &next])?);
                }
                follows => {
                    self.pending = Some(next);
                    let rows = self.decided(&before, follows == Follows::OtherKey)?;
                    if rows.num_rows() > 0 {
                        return Ok(Some(rows));
                    }
                }
            }
        }
    }

    fn decided(&self, batch: &RecordBatch, last: bool) -> Result<RecordBatch> {
        let kept = self.columns.newest(batch, last)?;
        let batch = batch.project(&self.projection)?;
        match kept.true_count() == kept.len() {
            true => Ok(batch),
            false => Ok(filter_record_batch(&batch, &kept)?),
        }
    }

    /// Whether the last row of the partition is the newest: decided by the first row after it that is not of the
    /// same instant.
    async fn is_newest_at_the_end(&mut self, last: &RecordBatch) -> Result<bool> {
        let of_next =
            Columns { key: (0..self.columns.key.len()).collect(), registered_at: self.columns.key.len() };
        for stream in self.following.take().into_iter().flatten() {
            let mut stream = stream?;
            while let Some(next) = stream.next().await.transpose()? {
                for row in 0..next.num_rows() {
                    match self.columns.follows(last, last.num_rows() - 1, &of_next, &next, row)? {
                        Follows::OtherKey => return Ok(true),
                        Follows::Later => return Ok(false),
                        Follows::SameInstant => {}
                    }
                }
            }
        }
        Ok(true)
    }
}
