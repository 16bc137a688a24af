//! One part of the index: rows in buckets by a hash of their key, long buckets in order of key and lower bound.
//!
//! A bucket is found by two neighbouring numbers of one array, its rows lie side by side: looking up a key touches two
//! places in memory, and neither has to be known before the next key is looked up.

use arrow::row::Rows;
use datafusion::common::Result;

use super::ahead::ask_for;
use super::blocks::MaxBlocks;
use super::filter::Filling;
use super::ranks::Ranks;
use super::sort::{SMALL, ordered, sort_by_number};
use super::stored::{Bound, Entry, Row, Sharded, batch_and_row};
use super::tasks::Watch;

/// Shards of a keyed index: what one of them holds fits into a core's cache for some millions of rows.
pub(super) const SHARDS: usize = 256;
const SHARD_BITS: u32 = SHARDS.trailing_zeros();

/// Rows handled between two looks at whether the query is still wanted.
const ROWS_PER_STEP: usize = 1 << 16;

/// Bits that a filter of keys has for a bucket.
const FILTER_BITS: usize = 2;

/// Buckets up to this length are compared row by row, and need no order.
pub(super) const SHORT: usize = 16;

/// A multiplicative hash, its upper half good; the shift lets the upper half of the key take part.
#[inline]
pub(super) fn hash(key: u64) -> u64 {
    (key ^ (key >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The shard of `key`: the first bits of its hash. The bucket inside the shard is told by the bits after them.
#[inline]
pub(super) fn shard_of(key: u64) -> usize {
    (hash(key) >> (64 - SHARD_BITS)) as usize
}

/// The rows whose keys fall into one part of the hash space.
#[derive(Debug)]
pub(super) struct Shard<V> {
    /// Where every bucket starts, and where the last one ends.
    starts: Vec<u32>,
    /// What the hash is shifted by to give the bucket.
    shift: u32,
    pub rows: Vec<Row<V>>,
    /// Ranks of the lower bounds, where there is no key and they lie close together.
    pub by_low: Option<Ranks>,
    pub blocks: MaxBlocks,
    /// Position of the first row in the whole index.
    pub base: u32,
    /// Its part of the filter of keys, if wanted.
    pub filter: Vec<u64>,
    /// Places of the rows; given up when they are needed no more.
    pub places: Vec<u64>,
    /// Rows of a long bucket with the same key number have the same key.
    pub exact: bool,
    /// No upper bound lies below its lower bound.
    pub upright: bool,
}

impl<V: Bound> Shard<V> {
    /// The bucket of `key`: its first row and the one after its last.
    #[inline]
    pub(super) fn bucket(&self, key: u64) -> (u32, u32) {
        let number = self.bucket_number(key);
        (self.starts[number], self.starts[number + 1])
    }

    /// Has the processor fetch what [`Self::bucket`] looks at.
    #[inline]
    pub(super) fn ask_for_bucket(&self, key: u64) {
        ask_for(&self.starts, self.bucket_number(key));
    }

    #[inline]
    fn bucket_number(&self, key: u64) -> usize {
        ((hash(key) << SHARD_BITS) >> self.shift) as usize
    }

    /// Reads everything once, in order: what the processor does fastest, and then finds in its cache.
    pub(super) fn fetch(&self) {
        let starts = self.starts.iter().step_by(64 / size_of::<u32>()).fold(0, |sum, start| sum ^ start);
        let keys = self.rows.iter().step_by(64 / size_of::<Row<V>>()).fold(0, |sum, row| sum ^ row.key);
        std::hint::black_box((starts, keys));
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.starts.capacity() * size_of::<u32>()
            + self.rows.capacity() * size_of::<Row<V>>()
            + self.places.capacity() * size_of::<u64>()
            + self.by_low.as_ref().map_or(0, Ranks::size)
            + self.blocks.size()
    }

    /// The rows of all batches in one bucket.
    pub(super) fn unkeyed(batches: &[Sharded<V>], watch: &Watch) -> Result<Self> {
        let mut all = Vec::with_capacity(batches.iter().map(|batch| batch.rows(0).len()).sum());
        for (number, batch) in batches.iter().enumerate() {
            watch.look()?;
            batch.for_each(0, number, |e| all.push(e));
        }
        let by_low = Ranks::sort(&mut all, |e| e.low.into(), watch)?;
        if by_low.is_none() {
            sort_by_number(&mut all, |e| ordered(e.low.into()), watch)?;
        }
        let (mut rows, mut places) = (Vec::with_capacity(all.len()), Vec::with_capacity(all.len()));
        let mut upright = true;
        for entries in all.chunks(ROWS_PER_STEP) {
            rows.extend(entries.iter().map(Entry::row));
            places.extend(entries.iter().map(|e| e.place));
            upright &= entries.iter().all(|e| e.low <= e.high);
            watch.look()?;
        }
        let blocks = MaxBlocks::new(&rows, |row| row.high.into(), watch)?;
        let starts = vec![0, rows.len() as u32];
        let filter = Vec::new();
        Ok(Self { starts, shift: 63, rows, by_low, blocks, base: 0, filter, places, exact: true, upright })
    }

    /// Shard `shard` of `batches`, in 2^`bits` buckets; `key_rows` decide equality where there are any. With its part of a
    /// filter of keys if the index has other shards. `places` and `next` are memory that may be used again.
    pub(super) fn keyed(
        batches: &[Sharded<V>],
        shard: usize,
        bits: u32,
        key_rows: &[Rows],
        mut places: Vec<u64>,
        next: &mut Vec<u32>,
        watch: &Watch,
    ) -> Result<Self> {
        let shift = 64 - bits;
        let bucket = |key: u64| ((hash(key) << SHARD_BITS) >> shift) as usize;
        let others = batches.first().is_some_and(|batch| batch.starts.len() > 2);
        let mut filter = Filling::new(if others { FILTER_BITS << bits } else { 0 });
        // Counted one place up, so that the sums are the starts.
        let mut starts = vec![0u32; (1 << bits) + 1];
        for (number, batch) in batches.iter().enumerate() {
            batch.for_each(shard, number, |e| {
                starts[bucket(e.key) + 1] += 1;
                filter.add(hash(e.key) << SHARD_BITS);
            });
            watch.look()?;
        }
        let (mut sum, mut longest) = (0, 0);
        for start in &mut starts {
            longest = longest.max(*start);
            sum += *start;
            *start = sum;
        }
        next.clone_from(&starts);
        let count = sum as usize;
        let mut rows: Vec<Row<V>> = Vec::with_capacity(count);
        places.clear();
        places.reserve(count);
        let (to_rows, to_places) = (rows.spare_capacity_mut(), places.spare_capacity_mut());
        let mut upright = true;
        for (number, batch) in batches.iter().enumerate() {
            batch.for_each(shard, number, |e| {
                let to = &mut next[bucket(e.key)];
                to_rows[*to as usize].write(e.row());
                to_places[*to as usize].write(e.place);
                *to += 1;
                upright &= e.low <= e.high;
            });
            watch.look()?;
        }
        // SAFETY: both passes went over the same rows, and every one has had a place of those counted for its bucket.
        unsafe {
            rows.set_len(count);
            places.set_len(count);
        }
        let mut shard = Self {
            starts,
            shift,
            rows,
            by_low: None,
            blocks: MaxBlocks::default(),
            base: 0,
            filter: filter.into_words(),
            places,
            exact: true,
            upright,
        };
        if longest as usize > SHORT {
            shard.sort_long_buckets(watch)?;
            shard.exact = key_rows.is_empty() || shard.keys_are_exact(key_rows);
            shard.blocks = MaxBlocks::new(&shard.rows, |row| row.high.into(), watch)?;
        }
        Ok(shard)
    }

    /// Brings the rows of buckets that are not compared row by row into the order of key and lower bound.
    fn sort_long_buckets(&mut self, watch: &Watch) -> Result<()> {
        let mut entries = Vec::new();
        for ends in self.starts.windows(2) {
            let range = ends[0] as usize..ends[1] as usize;
            if range.len() <= SHORT {
                continue;
            }
            let (rows, places) = (&mut self.rows[range.clone()], &mut self.places[range]);
            entries.clear();
            entries.extend(rows.iter().zip(&*places).map(|(row, place)| Entry {
                key: row.key,
                low: row.low,
                high: row.high,
                place: *place,
            }));
            if entries.len() > SMALL {
                sort_by_number(&mut entries, |e| ordered(e.low.into()), watch)?;
                sort_by_number(&mut entries, |e| e.key, watch)?;
            } else {
                entries.sort_unstable_by_key(Entry::order);
            }
            for ((row, place), entry) in rows.iter_mut().zip(places).zip(&entries) {
                (*row, *place) = (entry.row(), entry.place);
            }
        }
        Ok(())
    }

    /// Whether neighbours with the same number have the same key.
    fn keys_are_exact(&self, key_rows: &[Rows]) -> bool {
        let row_of = |place: u64| {
            let (batch, row) = batch_and_row(place);
            key_rows[batch].row(row)
        };
        let pairs = self.rows.windows(2).zip(self.places.windows(2));
        pairs.into_iter().all(|(two, at)| two[0].key != two[1].key || row_of(at[0]) == row_of(at[1]))
    }
}
