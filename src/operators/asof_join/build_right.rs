//! The right side in memory: each batch of the left side looks its rows up.

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Schema};
use datafusion::common::{HashMap, Result, exec_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use std::sync::Arc;

use super::keys::NO_GROUP;
use super::metrics::JoinMetrics;
use super::order::{Order, ROW_BYTES};
use super::read::{Pace, Read, TooLarge, collect, fits};
use super::spec::{Side, Spec};

/// One row for each key and time.
pub(super) struct RightSide {
    order: Order,
    /// The row of each slot, in the columns.
    rows: Vec<u32>,
    /// The kept columns.
    columns: Vec<ArrayRef>,
    _reservation: Option<MemoryReservation>,
}

/// The greatest row of each group, by the tie-breaks and then by the kept columns.
pub(super) fn greatest(spec: &Spec, right: &Schema) -> Result<Box<dyn GroupsAccumulator>> {
    let mut ties = spec.tie_types(right)?;
    if ties.is_empty() {
        // Rows of one key and time are then told apart by their columns alone.
        ties.push(DataType::Int64);
    }
    advisql_udfs::latest::groups(&spec.payload.data_type(), &ties)
}

/// What [`greatest`] takes: the kept columns as one and the tie-breaks.
pub(super) fn candidates(spec: &Spec, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let mut columns = vec![spec.payload.value(batch)?];
    columns.extend(spec.ties(batch)?);
    if columns.len() == 1 {
        columns.push(Arc::new(Int64Array::from(vec![0; batch.num_rows()])));
    }
    Ok(columns)
}

impl RightSide {
    /// Reads the side; what it needs stays reserved.
    pub async fn read(
        spec: &Spec,
        input: SendableRecordBatchStream,
        reservation: &MemoryReservation,
        metrics: &JoinMetrics,
    ) -> Result<Read<Self>> {
        let schema = input.schema();
        let batches = match collect(input, ROW_BYTES, reservation, metrics).await? {
            Read::Fits(batches) => batches,
            Read::TooLarge(rows) => return Ok(Read::TooLarge(rows)),
        };
        let _timer = metrics.build_time.timer();
        let count: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if count >= NO_GROUP as usize / 2 {
            return exec_err!("the right side of an as-of join has more than {} rows", NO_GROUP / 2);
        }
        let types = spec.key_types(Side::Right, &schema)?;
        let Some(order) = Order::of(spec, Side::Right, &batches, &types, reservation).await? else {
            return Ok(Read::TooLarge(TooLarge { batches, rest: None }));
        };
        let (mut rows, several) = rows_of_slots(&order);
        let mut values = Vec::with_capacity(batches.len() + 1);
        for batch in &batches {
            values.push(spec.payload.value(batch)?);
        }
        if !several.is_empty() {
            let mut best = greatest(spec, &schema)?;
            if !choose(spec, &order, &several, &batches, best.as_mut(), reservation).await? {
                return Ok(Read::TooLarge(TooLarge { batches, rest: None }));
            }
            for (slot, place) in several {
                rows[slot as usize] = count as u32 + place;
            }
            values.push(best.evaluate(EmitTo::All)?);
        }
        metrics.build_memory.set_max(reservation.size());
        let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
        let value = match values.as_slice() {
            [] => arrow::array::new_empty_array(&spec.payload.data_type()),
            values => concat(values)?,
        };
        drop(batches);
        reservation.resize(order.size() + rows.len() * 4 + value.get_array_memory_size());
        let columns = spec.payload.columns(&value);
        Ok(Read::Fits(Self { order, rows, columns, _reservation: None }))
    }

    /// The side holds its memory as long as it is in use.
    pub fn holding(mut self, reservation: MemoryReservation) -> Self {
        self._reservation = Some(reservation);
        self
    }

    /// The rows of a batch of the left side with their matches.
    pub fn join(&self, spec: &Spec, batch: &RecordBatch) -> Result<RecordBatch> {
        let groups = self.order.keys.find(&spec.keys(Side::Left, batch)?, batch.num_rows())?;
        let times = spec.times(Side::Left, batch)?;
        let strict = spec.conditions.strict;
        let chosen = groups.iter().enumerate().map(|(row, group)| {
            if *group == NO_GROUP {
                return None;
            }
            let time = times.get(row)?;
            let (start, own) = self.order.of_group(*group);
            let before = own.partition_point(|at| if strict { *at < time } else { *at <= time });
            (before > 0).then(|| self.rows[start + before - 1])
        });
        spec.joined(batch, &chosen.collect(), &self.columns)
    }
}

/// The row of each slot, and a number for each slot that has several.
fn rows_of_slots(order: &Order) -> (Vec<u32>, HashMap<u32, u32>) {
    let mut rows = vec![NO_GROUP; order.times.len()];
    let mut several = HashMap::default();
    for (row, slot) in order.slots.iter().enumerate().filter(|(_, slot)| **slot != NO_GROUP) {
        let of_slot = &mut rows[*slot as usize];
        if *of_slot == NO_GROUP {
            *of_slot = row as u32;
        } else {
            let next = several.len() as u32;
            several.entry(*slot).or_insert(next);
        }
    }
    (rows, several)
}

/// Chooses among the rows of each slot that has several; false when that does not fit in memory.
async fn choose(
    spec: &Spec,
    order: &Order,
    several: &HashMap<u32, u32>,
    batches: &[RecordBatch],
    best: &mut dyn GroupsAccumulator,
    reservation: &MemoryReservation,
) -> Result<bool> {
    let (mut reserved, mut first, mut pace) = (0, 0, Pace::default());
    for batch in batches {
        let slots = &order.slots[first..first + batch.num_rows()];
        first += batch.num_rows();
        let (mut used, mut into) = (Vec::new(), Vec::new());
        for (row, slot) in slots.iter().enumerate() {
            if let Some(place) = several.get(slot) {
                used.push(row as u32);
                into.push(*place as usize);
            }
        }
        if used.is_empty() {
            continue;
        }
        let used = UInt32Array::from(used);
        let columns = candidates(spec, batch)?;
        let columns =
            columns.iter().map(|column| take(column, &used, None)).collect::<Result<Vec<_>, _>>()?;
        best.update_batch(&columns, &into, None, several.len())?;
        let size = best.size();
        if !fits(reservation.try_grow(size.saturating_sub(reserved)))? {
            return Ok(false);
        }
        reserved = reserved.max(size);
        pace.rows(batch.num_rows()).await;
    }
    Ok(true)
}
