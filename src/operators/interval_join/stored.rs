//! Rows of the build side as they are collected and as the index holds them.

use std::fmt;
use std::ops::{Not, Range};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, DataType, Date32Type, Int32Type};
use datafusion::common::Result;

use super::columns::{narrowed, widened};

/// A bound as it is stored. Four bytes suffice for dates and small integers: half the memory, twice the rows a cache
/// holds.
pub(super) trait Bound: ArrowNativeType + Ord + Not<Output = Self> + Into<i64> + fmt::Debug {
    /// The values of `array`, of a type that fits, in the same order.
    fn values(array: &ArrayRef) -> Result<ScalarBuffer<Self>>;
}

impl Bound for i32 {
    fn values(array: &ArrayRef) -> Result<ScalarBuffer<Self>> {
        Ok(match array.data_type() {
            DataType::Date32 => array.as_primitive::<Date32Type>().values().clone(),
            DataType::Int32 => array.as_primitive::<Int32Type>().values().clone(),
            _ => narrowed(array)?,
        })
    }
}

impl Bound for i64 {
    fn values(array: &ArrayRef) -> Result<ScalarBuffer<Self>> {
        widened(array)
    }
}

/// Keys and bounds of a batch of the build side whose rows are in the order of their shards.
#[derive(Debug)]
pub(super) struct Sharded<V: Bound> {
    /// None without a key.
    pub keys: ScalarBuffer<u64>,
    pub low: ScalarBuffer<V>,
    pub high: ScalarBuffer<V>,
    /// Rows that can match; `None` when all can.
    pub valid: Option<NullBuffer>,
    /// Where the rows of every shard start, and where the last ones end.
    pub starts: Vec<usize>,
}

impl<V: Bound> Sharded<V> {
    /// The rows of a shard, whether they can match or not.
    pub(super) fn rows(&self, shard: usize) -> Range<usize> {
        self.starts[shard]..self.starts[shard + 1]
    }

    /// How many rows can match.
    pub(super) fn matchable(&self) -> usize {
        self.low.len() - self.valid.as_ref().map_or(0, NullBuffer::null_count)
    }

    /// How many rows of a shard can match.
    pub(super) fn matchable_of(&self, shard: usize) -> usize {
        let rows = self.rows(shard);
        match &self.valid {
            None => rows.len(),
            Some(valid) => rows.filter(|row| valid.is_valid(*row)).count(),
        }
    }

    /// Calls `f` with the rows of a shard that can match; the batch has this number.
    #[inline]
    pub(super) fn for_each(&self, shard: usize, number: usize, mut f: impl FnMut(Entry<V>)) {
        let rows = self.rows(shard);
        let (low, high) = (&self.low[rows.clone()], &self.high[rows.clone()]);
        let first = place(number, rows.start);
        let bounds = (first..).zip(low.iter().zip(high));
        match (&self.valid, self.keys.get(rows.clone())) {
            (None, Some(keys)) => {
                for (key, (place, (low, high))) in keys.iter().zip(bounds) {
                    f(Entry { key: *key, low: *low, high: *high, place });
                }
            }
            (valid, keys) => {
                for (row, (place, (low, high))) in bounds.enumerate() {
                    if valid.as_ref().is_none_or(|valid| valid.is_valid(rows.start + row)) {
                        let key = keys.map_or(0, |keys| keys[row]);
                        f(Entry { key, low: *low, high: *high, place });
                    }
                }
            }
        }
    }
}

/// The batches, by the size of their bounds.
#[derive(Debug)]
pub(super) enum Columns {
    Narrow(Vec<Sharded<i32>>),
    Wide(Vec<Sharded<i64>>),
}

/// One row of the build side that can match: its key, bounds, and place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry<V> {
    pub key: u64,
    pub low: V,
    pub high: V,
    pub place: u64,
}

impl<V: Bound> Entry<V> {
    /// As the index holds it.
    #[inline]
    pub(super) fn row(&self) -> Row<V> {
        Row { key: self.key, low: self.low, high: self.high }
    }

    /// The key and the lower bound, as the rows of a long bucket are sorted.
    #[inline]
    pub(super) fn order(&self) -> (u64, V, u64) {
        (self.key, self.low, self.place)
    }
}

/// A row of the index.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row<V> {
    pub key: u64,
    pub low: V,
    pub high: V,
}

/// Batch and row as one number: the batch in the upper half, the row in the lower.
pub(super) fn place(batch: usize, row: usize) -> u64 {
    ((batch as u64) << 32) | row as u64
}

/// Batch and row of a place.
pub(super) fn batch_and_row(place: u64) -> (usize, usize) {
    ((place >> 32) as usize, (place & 0xFFFF_FFFF) as usize)
}
