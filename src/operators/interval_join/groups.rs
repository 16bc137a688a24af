//! Groups of probe rows that are being joined, piece by piece, by every thread that has nothing else to do.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::RecordBatch;
use parking_lot::Mutex;

use super::regroup::Grouped;

/// Rows that are joined at a time.
const PIECE_ROWS: usize = 1 << 12;

/// A group and how far it has been given out.
#[derive(Debug)]
pub(super) struct Group {
    grouped: Grouped,
    /// The pieces: shard and rows.
    pieces: Vec<(usize, Range<usize>)>,
    next: AtomicUsize,
}

/// Rows of one shard.
pub(super) struct Piece {
    pub shard: usize,
    /// Rows that the group has in this shard.
    pub shard_rows: usize,
    pub batch: RecordBatch,
}

impl Group {
    pub(super) fn new(grouped: Grouped) -> Self {
        let shards = grouped.starts.windows(2).enumerate();
        let pieces = shards.flat_map(|(shard, ends)| {
            let pieces = (ends[0]..ends[1]).step_by(PIECE_ROWS);
            pieces.map(move |first| (shard, first..ends[1].min(first + PIECE_ROWS)))
        });
        Self { pieces: pieces.collect(), grouped, next: AtomicUsize::new(0) }
    }

    /// A piece that nobody has joined yet, shard by shard.
    pub(super) fn next(&self) -> Option<Piece> {
        let (shard, rows) = self.pieces.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        let Grouped { batch, starts, .. } = &self.grouped;
        let shard_rows = starts[shard + 1] - starts[*shard];
        Some(Piece { shard: *shard, shard_rows, batch: batch.slice(rows.start, rows.len()) })
    }

    fn is_given_out(&self) -> bool {
        self.next.load(Ordering::Relaxed) >= self.pieces.len()
    }
}

/// The groups of all partitions that probe one index.
#[derive(Debug, Default)]
pub(super) struct Groups(Mutex<Vec<Arc<Group>>>);

impl Groups {
    /// Lets others join pieces of `group`.
    pub(super) fn open(&self, group: &Arc<Group>) {
        self.0.lock().push(Arc::clone(group));
    }

    /// A group that has pieces left.
    pub(super) fn any(&self) -> Option<Arc<Group>> {
        self.0.lock().iter().find(|group| !group.is_given_out()).cloned()
    }

    /// Takes back a group that is given out; its rows, unless another thread still joins some.
    pub(super) fn close(&self, group: Arc<Group>) -> Option<Grouped> {
        self.0.lock().retain(|open| !Arc::ptr_eq(open, &group));
        Arc::into_inner(group).map(|group| group.grouped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;

    #[test]
    fn every_row_is_given_out_once_and_with_its_shard() {
        let rows = 2 * PIECE_ROWS as i64 + 700;
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        let batch = RecordBatch::try_from_iter([("number", numbers)]).unwrap();
        // Three shards, the second without rows.
        let starts = vec![0, 300, 300, rows as usize];
        let groups = Groups::default();
        let group = Arc::new(Group::new(Grouped { batch, starts, left_out: 0 }));
        groups.open(&group);
        let mut found: Vec<i64> = Vec::new();
        while let Some(other) = groups.any() {
            for group in [&group, &other] {
                let Some(piece) = group.next() else { continue };
                let numbers = piece.batch.column(0).as_primitive::<Int64Type>().values();
                assert!(numbers.len() <= PIECE_ROWS);
                let shard = if numbers[0] < 300 { (0, 300) } else { (2, rows as usize - 300) };
                assert_eq!((piece.shard, piece.shard_rows), shard);
                found.extend(numbers);
            }
        }
        assert!(found.into_iter().eq(0..rows));
        assert_eq!(groups.close(group).unwrap().batch.num_rows(), rows as usize);
        assert!(groups.any().is_none());
    }
}
