//! The rows of one side by key and time.

use arrow::array::RecordBatch;
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::keys::{KeyMap, NO_GROUP};
use super::read::{Pace, ROWS_PER_STEP, fits};
use super::spec::{Side, Spec};

/// Bytes that a row needs while it is put in order, besides its key.
pub(super) const ROW_BYTES: usize = 64;

/// A slot for each key and time of one side.
pub(super) struct Order {
    pub keys: KeyMap,
    /// Where each key's slots start, and where the last end; the slots of a key are sorted by time.
    pub starts: Vec<u32>,
    pub times: Vec<i64>,
    /// The slot of each row; [`NO_GROUP`] for a row that can match nothing.
    pub slots: Vec<u32>,
}

impl Order {
    /// Puts the rows of `batches` in order. `None` when the keys do not fit in memory; [`ROW_BYTES`] for each row are
    /// reserved already.
    pub async fn of(
        spec: &Spec,
        side: Side,
        batches: &[RecordBatch],
        types: &[DataType],
        reservation: &MemoryReservation,
    ) -> Result<Option<Self>> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let mut keys = KeyMap::new(types)?;
        let (mut groups, mut times) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let (mut reserved, mut pace) = (0, Pace::default());
        for batch in batches {
            let mut of_rows = keys.insert(&spec.keys(side, batch)?, batch.num_rows())?;
            let of_times = spec.times(side, batch)?;
            let ties = if side == Side::Right { spec.ties(batch)? } else { vec![] };
            let nulls = ties.iter().map(|tie| tie.logical_nulls());
            let nulls = nulls
                .fold(of_times.nulls().cloned(), |all, tie| NullBuffer::union(all.as_ref(), tie.as_ref()));
            if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
                for (group, known) in of_rows.iter_mut().zip(&nulls) {
                    *group = if known { *group } else { NO_GROUP };
                }
            }
            groups.append(&mut of_rows);
            times.extend_from_slice(of_times.values());
            let size = keys.size();
            if !fits(reservation.try_grow(size.saturating_sub(reserved)))? {
                return Ok(None);
            }
            reserved = reserved.max(size);
            pace.rows(batch.num_rows()).await;
        }
        let (starts, times, slots) = slots(&groups, keys.groups(), &times).await;
        Ok(Some(Self { keys, starts, times, slots }))
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.keys.size() + self.starts.len() * 4 + self.times.len() * 8 + self.slots.len() * 4
    }

    /// The slots of a key, and their times.
    pub fn of_group(&self, group: u32) -> (usize, &[i64]) {
        let (start, end) = (self.starts[group as usize] as usize, self.starts[group as usize + 1] as usize);
        (start, &self.times[start..end])
    }
}

/// Sorts rows by group and time: where each group starts, the times, one for equal ones, and the place of each row.
async fn slots(groups: &[u32], count: usize, times: &[i64]) -> (Vec<u32>, Vec<i64>, Vec<u32>) {
    // A counting sort by group, then each group by time.
    let mut next = vec![0_u32; count + 1];
    for group in groups.iter().filter(|group| **group != NO_GROUP) {
        next[*group as usize + 1] += 1;
    }
    for group in 0..count {
        next[group + 1] += next[group];
    }
    let mut sorted = vec![(0_i64, 0_u32); next[count] as usize];
    for (piece, from) in groups.chunks(ROWS_PER_STEP).zip((0..).step_by(ROWS_PER_STEP)) {
        for (group, row) in piece.iter().zip(from..) {
            if *group != NO_GROUP {
                let at = &mut next[*group as usize];
                sorted[*at as usize] = (times[row], row as u32);
                *at += 1;
            }
        }
        tokio::task::yield_now().await;
    }
    // Each start has become the end of its group.
    let mut starts = Vec::with_capacity(count + 1);
    let mut distinct: Vec<i64> = Vec::with_capacity(sorted.len());
    let mut slots = vec![NO_GROUP; groups.len()];
    let (mut start, mut pace) = (0, Pace::default());
    for end in &next[..count] {
        let own = &mut sorted[start..*end as usize];
        sort(own).await;
        let first = distinct.len();
        starts.push(first as u32);
        for (time, row) in own.iter() {
            if distinct.len() == first || distinct.last() != Some(time) {
                distinct.push(*time);
            }
            slots[*row as usize] = distinct.len() as u32 - 1;
        }
        pace.rows(own.len()).await;
        start = *end as usize;
    }
    starts.push(distinct.len() as u32);
    (starts, distinct, slots)
}

/// Sorts, and gives the thread back now and then.
async fn sort(rows: &mut [(i64, u32)]) {
    if rows.len() <= ROWS_PER_STEP {
        rows.sort_unstable();
        return;
    }
    for piece in rows.chunks_mut(ROWS_PER_STEP) {
        piece.sort_unstable();
        tokio::task::yield_now().await;
    }
    let mut merged = Vec::with_capacity(rows.len());
    let mut width = ROWS_PER_STEP;
    while width < rows.len() {
        for both in rows.chunks(2 * width) {
            let (mut a, mut b) = both.split_at(width.min(both.len()));
            while !a.is_empty() || !b.is_empty() {
                for _ in 0..ROWS_PER_STEP {
                    let from = match (a.first(), b.first()) {
                        (Some(first), Some(other)) if other < first => &mut b,
                        (Some(_), _) => &mut a,
                        (None, _) => &mut b,
                    };
                    let Some((first, rest)) = from.split_first() else { break };
                    merged.push(*first);
                    *from = rest;
                }
                tokio::task::yield_now().await;
            }
        }
        rows.copy_from_slice(&merged);
        merged.clear();
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn long_lists_are_sorted_as_short_ones() {
        for length in [0, 1, ROWS_PER_STEP, ROWS_PER_STEP + 1, 5 * ROWS_PER_STEP + 17] {
            let row = |i: usize| ((i as i64).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> 50, i as u32);
            let mut rows: Vec<(i64, u32)> = (0..length).map(row).collect();
            let mut expected = rows.clone();
            expected.sort_unstable();
            sort(&mut rows).await;
            assert!(rows == expected, "{length} rows");
        }
    }
}
