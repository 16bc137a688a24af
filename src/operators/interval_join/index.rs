//! The index over the build side: per key the rows in order of their lower bound.
//!
//! Rows are spread over shards by one hash of the key; inside a shard an open-addressing table with a slot from a
//! second, independent hash leads to the key's run of rows. (Taking both from the same bits makes the table cluster.)

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{concat, interleave};
use arrow::datatypes::SchemaRef;
use arrow::row::Rows;
use datafusion::common::runtime::JoinSet;
use datafusion::common::{Result, resources_err};

use super::blocks::MaxBlocks;
use super::columns::SideColumns;
use super::sort::{Placed, sort_by_low};
use super::tasks::joined;

/// Multipliers of the two hashes; see the module.
const SHARD_MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const SLOT_MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;

/// Shards of a keyed index.
pub(super) const SHARDS: usize = 256;
const SHARD_SHIFT: u32 = 56;

/// Rows handled between two looks at whether the query is still wanted.
const ROWS_PER_STEP: usize = 1 << 16;

/// Rows of a gathered piece of the payload.
const GATHER_ROWS: usize = 1 << 20;

/// The shard of `key`.
#[inline]
pub(super) fn shard_of(key: u64) -> usize {
    (key.wrapping_mul(SHARD_MULTIPLIER) >> SHARD_SHIFT) as usize
}

/// One row of the build side that can match: its key, bounds, and place (batch in the upper half, row in the lower).
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub key: u64,
    pub low: i64,
    pub high: i64,
    pub row: u64,
}

/// Batch and row as one number.
pub(super) fn place(batch: usize, row: usize) -> u64 {
    ((batch as u64) << 32) | row as u64
}

fn batch_and_row(place: u64) -> (usize, usize) {
    ((place >> 32) as usize, (place & 0xFFFF_FFFF) as usize)
}

/// A run of build rows with one key: `len` rows from `start` of a shard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    pub shard: u32,
    pub start: u32,
    pub len: u32,
}

/// A place in a table; `len` is 0 where it is free.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    start: u32,
    len: u32,
}

/// The rows whose keys fall into one part of the hash space.
#[derive(Debug, Default)]
pub(super) struct Shard {
    slots: Vec<Slot>,
    shift: u32,
    /// Per slot the place of a row with the key, where equality is decided on the row form.
    samples: Vec<u64>,
    /// Lower and upper bound of every row, runs of one key together, each in order of the lower bound.
    pub bounds: Vec<[i64; 2]>,
    pub blocks: MaxBlocks,
    /// Position of the first row in the whole index.
    pub base: u32,
    /// Places of the rows, needed until the payload is gathered.
    order: Vec<u64>,
}

/// The build side, ready to be probed.
#[derive(Debug)]
pub(super) struct BuildIndex {
    /// The columns the join needs, rows in index order; rows that cannot match come last.
    pub payload: RecordBatch,
    pub shards: Vec<Shard>,
    key_rows: Vec<Rows>,
    keyed: bool,
}

/// The collected build side.
#[derive(Default)]
pub(super) struct Collected {
    /// Batches as they came.
    pub batches: Vec<RecordBatch>,
    /// Keys in row form, per batch, where equality is decided on it.
    pub key_rows: Vec<Rows>,
    /// Entries by shard; one list per reader.
    pub entries: Vec<Vec<Vec<Entry>>>,
    /// Places of rows that cannot match but have to appear in the result.
    pub unmatchable: Vec<u64>,
}

impl BuildIndex {
    /// Sorts and indexes the collected rows with up to `threads` tasks; `columns` of the batches become the payload.
    pub(super) async fn build(
        collected: Collected,
        keyed: bool,
        columns: &[usize],
        schema: &SchemaRef,
        threads: usize,
    ) -> Result<Self> {
        let Collected { batches, key_rows, entries, unmatchable } = collected;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if u32::try_from(rows).is_err() {
            return resources_err!(
                "an interval join indexes at most {} rows at a time, not {rows}",
                u32::MAX
            );
        }
        let key_rows = Arc::new(key_rows);
        let mut shards = build_shards(entries, keyed, &key_rows, threads).await?;
        let mut order: Vec<u64> = Vec::with_capacity(shards.iter().map(|s| s.order.len()).sum());
        for shard in &mut shards {
            shard.base = order.len() as u32;
            order.append(&mut std::mem::take(&mut shard.order));
        }
        order.extend(unmatchable);
        let payload = gather(batches, Arc::new(order), columns, schema).await?;
        let key_rows = Arc::try_unwrap(key_rows).unwrap_or_default();
        Ok(Self { payload, shards, key_rows, keyed })
    }

    /// Rows of the build side, matchable or not.
    pub(super) fn rows(&self) -> usize {
        self.payload.num_rows()
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let shards: usize = self.shards.iter().map(Shard::size).sum();
        let rows: usize = self.key_rows.iter().map(Rows::size).sum();
        self.payload.get_array_memory_size() + shards + rows
    }

    /// The run of build rows for every probe row.
    pub(super) fn find(&self, probe: &SideColumns, rows: usize) -> Vec<Run> {
        if !self.keyed {
            let len = self.shards.first().map_or(0, |shard| shard.bounds.len() as u32);
            return vec![Run { shard: 0, start: 0, len }; rows];
        }
        match &probe.rows {
            None => probe.keys.iter().map(|key| self.find_one(*key, |_| true)).collect(),
            Some(keys) => probe
                .keys
                .iter()
                .enumerate()
                .map(|(i, key)| self.find_one(*key, |sample| self.sample(sample) == keys.row(i).data()))
                .collect(),
        }
    }

    fn sample(&self, place: u64) -> &[u8] {
        let (batch, row) = batch_and_row(place);
        self.key_rows[batch].row(row).data()
    }

    #[inline]
    fn find_one(&self, key: u64, equal: impl Fn(u64) -> bool) -> Run {
        let number = shard_of(key);
        let shard = &self.shards[number];
        if shard.slots.is_empty() {
            return Run::default();
        }
        let mask = shard.slots.len() - 1;
        let mut at = slot_of(key, shard.shift);
        loop {
            let slot = shard.slots[at];
            if slot.len == 0 {
                return Run::default();
            }
            if slot.key == key && (shard.samples.is_empty() || equal(shard.samples[at])) {
                return Run { shard: number as u32, start: slot.start, len: slot.len };
            }
            at = (at + 1) & mask;
        }
    }
}

#[inline]
fn slot_of(key: u64, shift: u32) -> usize {
    (key.wrapping_mul(SLOT_MULTIPLIER) >> shift) as usize
}

impl Shard {
    fn size(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
            + (self.samples.capacity() + self.order.capacity()) * size_of::<u64>()
            + self.bounds.capacity() * size_of::<[i64; 2]>()
            + self.blocks.size()
    }

    async fn unkeyed(parts: Vec<Vec<Entry>>) -> Self {
        let mut placed = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for part in parts {
            placed.extend(part.into_iter().map(Placed::from));
            tokio::task::yield_now().await;
        }
        sort_by_low(&mut placed).await;
        Self::with_rows(placed)
    }

    fn with_rows(placed: Vec<Placed>) -> Self {
        let bounds: Vec<[i64; 2]> = placed.iter().map(|p| [p.low, p.high]).collect();
        let order = placed.iter().map(|p| p.row).collect();
        let blocks = MaxBlocks::new(&bounds);
        Self { bounds, blocks, order, ..Self::default() }
    }

    async fn keyed(parts: Vec<Vec<Entry>>, key_rows: &[Rows]) -> Self {
        let total: usize = parts.iter().map(Vec::len).sum();
        if total == 0 {
            return Self::default();
        }
        let by_rows = !key_rows.is_empty();
        let row_of = |place: u64| {
            let (batch, row) = batch_and_row(place);
            key_rows[batch].row(row)
        };
        // Pass 1: number the keys in order of appearance.
        let bits = (total * 2).next_power_of_two().trailing_zeros().max(1);
        let (shift, mask) = (64 - bits, (1usize << bits) - 1);
        let mut table: Vec<u32> = vec![0; 1 << bits];
        let mut groups: Vec<(u64, u64, u32)> = Vec::new();
        let mut group_of: Vec<u32> = Vec::with_capacity(total);
        for entries in parts.iter().flat_map(|part| part.chunks(ROWS_PER_STEP)) {
            for entry in entries {
                let mut at = slot_of(entry.key, shift);
                let group = loop {
                    match table[at].checked_sub(1) {
                        None => {
                            groups.push((entry.key, entry.row, 0));
                            table[at] = groups.len() as u32;
                            break groups.len() - 1;
                        }
                        Some(group) => {
                            let (key, sample, _) = groups[group as usize];
                            if key == entry.key && (!by_rows || row_of(sample) == row_of(entry.row)) {
                                break group as usize;
                            }
                        }
                    }
                    at = (at + 1) & mask;
                };
                groups[group].2 += 1;
                group_of.push(group as u32);
            }
            tokio::task::yield_now().await;
        }
        drop(table);
        // Pass 2: rows of one key side by side.
        let mut next: Vec<u32> = Vec::with_capacity(groups.len());
        let mut start = 0;
        for (_, _, len) in &groups {
            next.push(start);
            start += len;
        }
        let mut placed = vec![Placed::default(); total];
        let mut numbers = group_of.iter();
        for part in parts {
            for entries in part.chunks(ROWS_PER_STEP) {
                for (entry, group) in entries.iter().zip(numbers.by_ref()) {
                    let to = &mut next[*group as usize];
                    placed[*to as usize] = Placed::from(*entry);
                    *to += 1;
                }
                tokio::task::yield_now().await;
            }
        }
        // Pass 3: every run by its lower bound, and the table that leads to the runs.
        let bits = (groups.len() * 2).next_power_of_two().trailing_zeros().max(1);
        let (shift, mask) = (64 - bits, (1usize << bits) - 1);
        let mut slots = vec![Slot::default(); 1 << bits];
        let mut samples = if by_rows { vec![0; 1 << bits] } else { Vec::new() };
        for ((key, sample, len), end) in groups.into_iter().zip(next) {
            let start = end - len;
            let run = &mut placed[start as usize..end as usize];
            if len as usize > ROWS_PER_STEP {
                let mut long = run.to_vec();
                sort_by_low(&mut long).await;
                run.copy_from_slice(&long);
            } else if len > 1 {
                run.sort_unstable_by_key(|p| (p.low, p.row));
            }
            let mut at = slot_of(key, shift);
            while slots[at].len > 0 {
                at = (at + 1) & mask;
            }
            slots[at] = Slot { key, start, len };
            if by_rows {
                samples[at] = sample;
            }
        }
        Self { slots, shift, samples, ..Self::with_rows(placed) }
    }
}

/// Builds the shards, several at a time.
async fn build_shards(
    readers: Vec<Vec<Vec<Entry>>>,
    keyed: bool,
    key_rows: &Arc<Vec<Rows>>,
    threads: usize,
) -> Result<Vec<Shard>> {
    let count = if keyed { SHARDS } else { 1 };
    let mut parts: Vec<Vec<Vec<Entry>>> = (0..count).map(|_| Vec::new()).collect();
    for reader in readers {
        for (part, entries) in parts.iter_mut().zip(reader) {
            part.push(entries);
        }
    }
    if !keyed {
        let mut shards = Vec::new();
        for part in parts {
            shards.push(Shard::unkeyed(part).await);
        }
        return Ok(shards);
    }
    let per_task = count.div_ceil(threads.max(1)).max(1);
    let mut tasks = JoinSet::new();
    let mut parts = parts.into_iter();
    let mut number = 0;
    loop {
        let share: Vec<_> = parts.by_ref().take(per_task).collect();
        if share.is_empty() {
            break;
        }
        let key_rows = Arc::clone(key_rows);
        let task = number;
        number += 1;
        tasks.spawn(async move {
            let mut shards = Vec::with_capacity(share.len());
            for part in share {
                shards.push(Shard::keyed(part, &key_rows).await);
            }
            Ok((task, shards))
        });
    }
    let mut shares = joined(tasks).await?;
    shares.sort_unstable_by_key(|(task, _)| *task);
    Ok(shares.into_iter().flat_map(|(_, shards)| shards).collect())
}

/// `columns` of `batches` in the order of `order`, one task a column.
async fn gather(
    batches: Vec<RecordBatch>,
    order: Arc<Vec<u64>>,
    columns: &[usize],
    schema: &SchemaRef,
) -> Result<RecordBatch> {
    let rows = order.len();
    let mut tasks = JoinSet::new();
    for (position, column) in columns.iter().enumerate() {
        let arrays: Vec<ArrayRef> = batches.iter().map(|batch| Arc::clone(batch.column(*column))).collect();
        let order = Arc::clone(&order);
        let kind = schema.field(position).data_type().clone();
        tasks.spawn(async move {
            let views: Vec<&dyn arrow::array::Array> = arrays.iter().map(|a| a.as_ref()).collect();
            let mut pieces: Vec<ArrayRef> = Vec::new();
            for places in order.chunks(GATHER_ROWS) {
                let places: Vec<(usize, usize)> = places.iter().map(|p| batch_and_row(*p)).collect();
                pieces.push(interleave(&views, &places)?);
                tokio::task::yield_now().await;
            }
            let array = match pieces.as_slice() {
                [] => arrow::array::new_empty_array(&kind),
                [one] => Arc::clone(one),
                several => concat(&several.iter().map(|a| a.as_ref()).collect::<Vec<_>>())?,
            };
            Ok((position, array))
        });
    }
    drop(batches);
    let mut gathered = joined(tasks).await?;
    gathered.sort_unstable_by_key(|(position, _)| *position);
    let arrays: Vec<ArrayRef> = gathered.into_iter().map(|(_, array)| array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}
