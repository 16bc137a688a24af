//! The right side in memory: each batch of the left side looks its rows up.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::{HashMap, Result, exec_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use futures::TryStreamExt;

use super::keys::{KeyMap, NO_GROUP};
use super::metrics::JoinMetrics;
use super::spec::Spec;

/// One row for each key and time, sorted by both.
pub(super) struct RightSide {
    keys: KeyMap,
    /// Where each key's rows start, and where the last end.
    starts: Vec<u32>,
    times: Vec<i64>,
    /// The kept columns.
    columns: Vec<ArrayRef>,
    /// Holds the memory as long as the side is in use.
    _reservation: MemoryReservation,
}

/// The number of each pair of key and time.
type Slots = HashMap<(u32, i64), u32>;

impl RightSide {
    pub async fn read(
        spec: &Spec,
        mut input: SendableRecordBatchStream,
        reservation: MemoryReservation,
        metrics: &JoinMetrics,
    ) -> Result<Self> {
        let schema = input.schema();
        let types =
            spec.conditions.on.iter().map(|on| on.1.data_type(&schema)).collect::<Result<Vec<_>>>()?;
        let mut keys = KeyMap::new(&types)?;
        let mut slots = Slots::default();
        let mut ties = spec.tie_types(&schema)?;
        if ties.is_empty() {
            // Rows of one key and time are then told apart by their columns alone.
            ties.push(DataType::Int64);
        }
        let mut rows = advisql_udfs::latest::groups(&spec.payload.data_type(), &ties)?;
        while let Some(batch) = input.try_next().await? {
            let _timer = metrics.build_time.timer();
            metrics.build_rows.add(batch.num_rows());
            add(spec, &batch, &mut keys, &mut slots, rows.as_mut())?;
            let held = keys.size() + slots.capacity() * size_of::<((u32, i64), u32)>() * 8 / 7 + rows.size();
            reservation.try_resize(held)?;
        }
        let _timer = metrics.build_time.timer();
        // The sorted copies live beside what they are made of for a moment.
        reservation.try_grow(slots.len() * size_of::<(u32, i64, u32)>() + rows.size())?;
        metrics.build_memory.set_max(reservation.size());
        let mut sorted: Vec<(u32, i64, u32)> =
            slots.into_iter().map(|((group, time), slot)| (group, time, slot)).collect();
        sorted.sort_unstable();
        let order = UInt32Array::from_iter_values(sorted.iter().map(|row| row.2));
        let values = take(&rows.evaluate(EmitTo::All)?, &order, None)?;
        let mut starts = vec![0; keys.groups() + 1];
        for (group, ..) in &sorted {
            starts[*group as usize + 1] += 1;
        }
        for group in 0..keys.groups() {
            starts[group + 1] += starts[group];
        }
        let columns = spec.payload.columns(&values);
        let times: Vec<i64> = sorted.iter().map(|row| row.1).collect();
        let held = keys.size() + starts.len() * 4 + times.len() * 8 + values.get_array_memory_size();
        reservation.resize(held);
        Ok(Self { keys, starts, times, columns, _reservation: reservation })
    }

    /// The rows of a batch of the left side with their matches.
    pub fn join(&self, spec: &Spec, batch: &RecordBatch) -> Result<RecordBatch> {
        let groups = self.keys.find(&spec.left_keys(batch)?, batch.num_rows())?;
        let times = spec.left_times(batch)?;
        let strict = spec.conditions.strict;
        let chosen = groups.iter().enumerate().map(|(row, group)| {
            if *group == NO_GROUP {
                return None;
            }
            let time = times.get(row)?;
            let (start, end) = (self.starts[*group as usize], self.starts[*group as usize + 1]);
            let own = &self.times[start as usize..end as usize];
            let before = own.partition_point(|at| if strict { *at < time } else { *at <= time });
            (before > 0).then(|| start + before as u32 - 1)
        });
        spec.joined(batch, &chosen.collect(), &self.columns)
    }
}

fn add(
    spec: &Spec,
    batch: &RecordBatch,
    keys: &mut KeyMap,
    slots: &mut Slots,
    rows: &mut dyn GroupsAccumulator,
) -> Result<()> {
    let groups = keys.insert(&spec.right_keys(batch)?, batch.num_rows())?;
    let times = spec.right_times(batch)?;
    let mut ties = spec.ties(batch)?;
    let unknown = ties.iter().map(|tie| tie.logical_nulls());
    let unknown = unknown.fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()));
    let (mut used, mut into) = (Vec::new(), Vec::new());
    for (row, group) in groups.iter().enumerate() {
        let known = *group != NO_GROUP && unknown.as_ref().is_none_or(|unknown| unknown.is_valid(row));
        if let (true, Some(time)) = (known, times.get(row)) {
            let next = slots.len() as u32;
            used.push(row as u32);
            into.push(*slots.entry((*group, time)).or_insert(next) as usize);
        }
    }
    if slots.len() >= NO_GROUP as usize {
        return exec_err!("the right side of an as-of join has more than {NO_GROUP} rows");
    }
    let mut values = vec![spec.payload.value(batch)?];
    if ties.is_empty() {
        ties.push(Arc::new(Int64Array::from(vec![0; batch.num_rows()])));
    }
    values.extend(ties);
    if used.len() < batch.num_rows() {
        let used = UInt32Array::from(used);
        values = values.iter().map(|column| take(column, &used, None)).collect::<Result<_, _>>()?;
    }
    rows.update_batch(&values, &into, None, slots.len())
}
