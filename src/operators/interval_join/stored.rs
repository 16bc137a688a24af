//! Rows of the build side as they are collected and as the index holds them.

use std::fmt;

/// A bound as it is stored. Four bytes suffice for dates and small integers: half the memory, twice the rows a cache
/// holds.
pub(super) trait Bound: Copy + Default + Ord + Into<i64> + fmt::Debug + Send + Sync + 'static {
    /// `value`, which comes from a type that fits.
    fn of(value: i64) -> Self;
}

impl Bound for i32 {
    #[inline]
    fn of(value: i64) -> Self {
        value as i32
    }
}

impl Bound for i64 {
    #[inline]
    fn of(value: i64) -> Self {
        value
    }
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
    /// The key and the lower bound, as the rows of a bucket are sorted.
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

/// Entries of one reader and one shard.
#[derive(Debug)]
pub(super) struct Part<V> {
    pub entries: Vec<Entry<V>>,
    /// What has to be added to the places, because the reader numbers its batches from 0.
    pub shift: u64,
}

/// Entries, one list per shard.
#[derive(Debug)]
pub(super) enum Entries {
    Narrow(Vec<Vec<Entry<i32>>>),
    Wide(Vec<Vec<Entry<i64>>>),
}
