//! The left side in memory: each row of the right side goes to the first left time that it fits, and what no time
//! after it has a better row for is carried on to the next.

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{DataType, Schema};
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use futures::TryStreamExt;
use parking_lot::Mutex;
use std::sync::Arc;

use super::keys::{KeyMap, NO_GROUP};
use super::metrics::JoinMetrics;
use super::spec::Spec;

/// The rows of the left side, and a slot for each of their keys and times.
pub(super) struct LeftSide {
    batch: RecordBatch,
    keys: KeyMap,
    /// Where each key's slots start, and where the last end; the slots of a key are sorted by time.
    starts: Vec<u32>,
    times: Vec<i64>,
    /// The slot of each row; none for a row whose key or time is NULL.
    slots: Vec<u32>,
    /// What the partitions of the right side that are done have found, and how many are not done.
    found: Mutex<(Option<Found>, usize)>,
    _reservation: MemoryReservation,
}

/// The best right row for each slot among those that fit no earlier slot.
pub(super) struct Found {
    best: Box<dyn GroupsAccumulator>,
    reservation: MemoryReservation,
}

impl LeftSide {
    /// Reads the side; `partitions` of the right side will be matched with it.
    pub async fn read(
        spec: &Spec,
        mut input: SendableRecordBatchStream,
        partitions: usize,
        reservation: MemoryReservation,
        metrics: &JoinMetrics,
    ) -> Result<Self> {
        let schema = input.schema();
        let mut batches = Vec::new();
        let mut rows = 0;
        while let Some(batch) = input.try_next().await? {
            rows += batch.num_rows();
            // Twice: the batches are made one batch in the end.
            reservation.try_grow(2 * batch.get_array_memory_size())?;
            batches.push(batch);
        }
        let _timer = metrics.build_time.timer();
        metrics.build_rows.add(rows);
        if rows >= NO_GROUP as usize {
            return exec_err!("the left side of an as-of join has more than {NO_GROUP} rows");
        }
        reservation.try_grow(rows * (size_of::<(i64, u32)>() + size_of::<(i64, u32)>()))?;
        let types =
            spec.conditions.on.iter().map(|on| on.0.data_type(&schema)).collect::<Result<Vec<_>>>()?;
        let mut keys = KeyMap::new(&types)?;
        let batch = concat_batches(&schema, &batches)?;
        drop(batches);
        let groups = keys.insert(&spec.left_keys(&batch)?, rows)?;
        reservation.try_grow(keys.size())?;
        metrics.build_memory.set_max(reservation.size());
        let times = spec.left_times(&batch)?;
        let (starts, times, slots) = slots(&groups, keys.groups(), |row| times.get(row));
        let held = batch.get_array_memory_size()
            + keys.size()
            + starts.len() * 4
            + times.len() * 8
            + slots.len() * 4;
        reservation.resize(held);
        let found = Mutex::new((None, partitions));
        Ok(Self { batch, keys, starts, times, slots, found, _reservation: reservation })
    }

    /// Nothing found yet by one partition of the right side.
    pub fn nothing(&self, spec: &Spec, right: &Schema, reservation: MemoryReservation) -> Result<Found> {
        let keys = [vec![DataType::Int64], spec.tie_types(right)?].concat();
        let best = advisql_udfs::latest::groups(&spec.payload.data_type(), &keys)?;
        Ok(Found { best, reservation })
    }

    /// Matches a batch of the right side.
    pub fn add(&self, spec: &Spec, batch: &RecordBatch, found: &mut Found) -> Result<()> {
        let groups = self.keys.find(&spec.right_keys(batch)?, batch.num_rows())?;
        let times = spec.right_times(batch)?;
        let strict = spec.conditions.strict;
        let (mut used, mut into, mut at) = (Vec::new(), Vec::new(), Vec::new());
        for (row, group) in groups.iter().enumerate() {
            let (true, Some(time)) = (*group != NO_GROUP, times.get(row)) else { continue };
            let (start, end) =
                (self.starts[*group as usize] as usize, self.starts[*group as usize + 1] as usize);
            let own = &self.times[start..end];
            let before = own.partition_point(|left| if strict { *left <= time } else { *left < time });
            if before < own.len() {
                used.push(row as u32);
                into.push(start + before);
                at.push(time);
            }
        }
        if used.is_empty() {
            return Ok(());
        }
        let used = UInt32Array::from(used);
        let mut values =
            vec![take(&spec.payload.value(batch)?, &used, None)?, Arc::new(Int64Array::from(at))];
        for tie in spec.ties(batch)? {
            values.push(take(&tie, &used, None)?);
        }
        found.best.update_batch(&values, &into, None, self.times.len())?;
        found.reservation.try_resize(found.best.size())
    }

    /// Ends one partition of the right side; the last gets the rows of the left side's output.
    pub fn finish(&self, found: Found) -> Result<Option<Answer>> {
        let mut all = self.found.lock();
        let (merged, open) = &mut *all;
        *open = open.saturating_sub(1);
        match merged {
            None => *merged = Some(found),
            Some(merged) => {
                let mut found = found;
                let state = found.best.state(EmitTo::All)?;
                let groups: Vec<usize> = (0..state.first().map_or(0, |column| column.len())).collect();
                merged.best.merge_batch(&state, &groups, self.times.len())?;
                merged.reservation.try_resize(merged.best.size())?;
            }
        }
        if *open > 0 {
            return Ok(None);
        }
        match merged.take() {
            Some(merged) => Ok(Some(self.answer(merged)?)),
            None => internal_err!("an as-of join has lost its matches"),
        }
    }

    fn answer(&self, mut found: Found) -> Result<Answer> {
        // Slots that nothing was found for at all are at the end.
        let state = found.best.state(EmitTo::All)?;
        let [value, time, ..] = state.as_slice() else {
            return internal_err!("an as-of join has found no columns");
        };
        let mut best = vec![None; self.times.len()];
        for bounds in self.starts.windows(2) {
            let (start, end) = (bounds[0] as usize, bounds[1] as usize);
            let mut carried = None;
            for (slot, best) in (start..end).zip(&mut best[start..end]) {
                if slot < time.len() && time.is_valid(slot) {
                    carried = Some(slot as u32);
                }
                *best = carried;
            }
        }
        Ok(Answer { value: value.clone(), best, _reservation: found.reservation })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Some rows of the output.
    pub fn output(&self, spec: &Spec, answer: &Answer, from: usize, rows: usize) -> Result<RecordBatch> {
        let slots = &self.slots[from..from + rows];
        let chosen = slots.iter().map(|slot| answer.best.get(*slot as usize).copied().flatten()).collect();
        spec.joined(&self.batch.slice(from, rows), &chosen, &spec.payload.columns(&answer.value))
    }
}

/// The kept columns of the right rows, and which of them each slot has.
pub(super) struct Answer {
    value: ArrayRef,
    best: Vec<Option<u32>>,
    _reservation: MemoryReservation,
}

/// Sorts rows by group and time: where each group starts, the times, one for equal ones, and the place of each row.
fn slots(
    groups: &[u32],
    count: usize,
    time: impl Fn(usize) -> Option<i64>,
) -> (Vec<u32>, Vec<i64>, Vec<u32>) {
    // A counting sort by group, then each group by time.
    let mut next = vec![0_u32; count + 1];
    let known = |row: usize| (groups[row] != NO_GROUP).then(|| time(row)).flatten();
    for (row, group) in groups.iter().enumerate() {
        if known(row).is_some() {
            next[*group as usize + 1] += 1;
        }
    }
    for group in 0..count {
        next[group + 1] += next[group];
    }
    let mut sorted = vec![(0_i64, 0_u32); next[count] as usize];
    for (row, group) in groups.iter().enumerate() {
        if let Some(time) = known(row) {
            let at = &mut next[*group as usize];
            sorted[*at as usize] = (time, row as u32);
            *at += 1;
        }
    }
    // Each start has become the end of its group.
    let mut starts = Vec::with_capacity(count + 1);
    let mut times: Vec<i64> = Vec::with_capacity(sorted.len());
    let mut slots = vec![NO_GROUP; groups.len()];
    let mut start = 0;
    for end in &next[..count] {
        let own = &mut sorted[start..*end as usize];
        own.sort_unstable();
        let first = times.len();
        starts.push(first as u32);
        for (time, row) in own.iter() {
            if times.len() == first || times.last() != Some(time) {
                times.push(*time);
            }
            slots[*row as usize] = times.len() as u32 - 1;
        }
        start = *end as usize;
    }
    starts.push(times.len() as u32);
    (starts, times, slots)
}
