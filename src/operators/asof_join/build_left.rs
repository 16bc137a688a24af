//! The left side in memory: each row of the right side goes to the first left time that it fits, and what no time
//! after it has a better row for is carried on to the next.

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{DataType, Schema};
use datafusion::common::utils::memory::get_record_batch_memory_size;
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use parking_lot::Mutex;
use std::sync::Arc;

use super::keys::NO_GROUP;
use super::metrics::JoinMetrics;
use super::order::{Order, ROW_BYTES};
use super::read::{Read, TooLarge, collect, fits};
use super::spec::{Side, Spec};

/// The rows of the left side, and a slot for each of their keys and times.
pub(super) struct LeftSide {
    batch: RecordBatch,
    order: Order,
    /// What the partitions of the right side that are done have found, and how many are not done.
    found: Mutex<(Option<Found>, usize)>,
    /// Bytes that are reserved for what one partition finds.
    expected: usize,
    _reservation: Option<MemoryReservation>,
}

/// The best right row for each slot among those that fit no earlier slot.
pub(super) struct Found {
    best: Box<dyn GroupsAccumulator>,
    /// What the side has not reserved.
    more: MemoryReservation,
}

impl LeftSide {
    /// Reads the side; `partitions` of the right side will be matched with it. What it needs stays reserved.
    pub async fn read(
        spec: &Spec,
        input: SendableRecordBatchStream,
        partitions: usize,
        reservation: &MemoryReservation,
        metrics: &JoinMetrics,
    ) -> Result<Read<Self>> {
        let schema = input.schema();
        let batches = match collect(input, ROW_BYTES, reservation, metrics).await? {
            Read::Fits(batches) => batches,
            Read::TooLarge(rows) => return Ok(Read::TooLarge(rows)),
        };
        let _timer = metrics.build_time.timer();
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows >= NO_GROUP as usize {
            return exec_err!("the left side of an as-of join has more than {NO_GROUP} rows");
        }
        let types = spec.key_types(Side::Left, &schema)?;
        let Some(order) = Order::of(spec, Side::Left, &batches, &types, reservation).await? else {
            return Ok(Read::TooLarge(TooLarge { batches, rest: None }));
        };
        let expected = order.times.len() * found_bytes(spec);
        if !fits(reservation.try_grow(partitions * expected))? {
            return Ok(Read::TooLarge(TooLarge { batches, rest: None }));
        }
        metrics.build_memory.set_max(reservation.size());
        let batch = concat_batches(&schema, &batches)?;
        drop(batches);
        reservation.resize(get_record_batch_memory_size(&batch) + order.size() + partitions * expected);
        let found = Mutex::new((None, partitions));
        Ok(Read::Fits(Self { batch, order, found, expected, _reservation: None }))
    }

    /// The side holds its memory as long as it is in use.
    pub fn holding(mut self, reservation: MemoryReservation) -> Self {
        self._reservation = Some(reservation);
        self
    }

    /// Nothing found yet by one partition of the right side.
    pub fn nothing(&self, spec: &Spec, right: &Schema, more: MemoryReservation) -> Result<Found> {
        let keys = [vec![DataType::Int64], spec.tie_types(right)?].concat();
        let best = advisql_udfs::latest::groups(&spec.payload.data_type(), &keys)?;
        Ok(Found { best, more })
    }

    fn reserve(&self, found: &Found) -> Result<()> {
        found.more.try_resize(found.best.size().saturating_sub(self.expected))
    }

    /// Matches a batch of the right side.
    pub fn add(&self, spec: &Spec, batch: &RecordBatch, found: &mut Found) -> Result<()> {
        let groups = self.order.keys.find(&spec.keys(Side::Right, batch)?, batch.num_rows())?;
        let times = spec.times(Side::Right, batch)?;
        let strict = spec.conditions.strict;
        let (mut used, mut into, mut at) = (Vec::new(), Vec::new(), Vec::new());
        for (row, group) in groups.iter().enumerate() {
            let (true, Some(time)) = (*group != NO_GROUP, times.get(row)) else { continue };
            let (start, own) = self.order.of_group(*group);
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
        found.best.update_batch(&values, &into, None, self.order.times.len())?;
        self.reserve(found)
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
                merged.best.merge_batch(&state, &groups, self.order.times.len())?;
                self.reserve(merged)?;
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
        let mut best = vec![None; self.order.times.len()];
        for bounds in self.order.starts.windows(2) {
            let (start, end) = (bounds[0] as usize, bounds[1] as usize);
            let mut carried = None;
            for (slot, best) in (start..end).zip(&mut best[start..end]) {
                if slot < time.len() && time.is_valid(slot) {
                    carried = Some(slot as u32);
                }
                *best = carried;
            }
        }
        Ok(Answer { value: value.clone(), best, _more: found.more })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Some rows of the output.
    pub fn output(&self, spec: &Spec, answer: &Answer, from: usize, rows: usize) -> Result<RecordBatch> {
        let slots = &self.order.slots[from..from + rows];
        let chosen = slots.iter().map(|slot| answer.best.get(*slot as usize).copied().flatten()).collect();
        spec.joined(&self.batch.slice(from, rows), &chosen, &spec.payload.columns(&answer.value))
    }
}

/// The kept columns of the right rows, and which of them each slot has.
pub(super) struct Answer {
    value: ArrayRef,
    best: Vec<Option<u32>>,
    _more: MemoryReservation,
}

/// Bytes of what is found for one slot: the kept columns, the time and the tie-breaks.
fn found_bytes(spec: &Spec) -> usize {
    16 * spec.payload.width() + 9 + 16 * spec.conditions.ties.len()
}
