//! The index over the build side: per key the rows in order of their lower bound.

use std::ops::Range;

use arrow::array::RecordBatch;
use arrow::buffer::ScalarBuffer;
use arrow::row::Rows;

use super::ahead::ask_for;
use super::columns::SideColumns;
use super::filter::KeyFilter;
use super::shard::{Shard, shard_of};
use super::stored::{Bound, batch_and_row};

/// A shard of more rows for every lookup in it is not fetched before.
const ROWS_PER_LOOKUP: usize = 64;

/// The rows, by the size of their bounds.
#[derive(Debug)]
pub(super) enum Shards {
    Narrow(Vec<Shard<i32>>),
    Wide(Vec<Shard<i64>>),
}

/// The build side, ready to be probed.
#[derive(Debug)]
pub(super) struct BuildIndex {
    /// The columns the join needs, rows in index order; rows that cannot match come last.
    pub payload: RecordBatch,
    pub shards: Shards,
    /// Which keys there are, if there are several shards.
    pub filter: Option<KeyFilter>,
    /// The build side of a third comparison, in index order.
    pub thirds: Option<ScalarBuffer<i64>>,
    /// The keys in row form, per batch, where equality is decided on it.
    pub key_rows: Vec<Rows>,
    /// Rows of a long bucket with the same key number have the same key.
    pub exact: bool,
    pub keyed: bool,
}

/// Rows of the index that may be partners of one probe row: those of a bucket.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Candidate {
    /// The probe row.
    pub row: u32,
    pub shard: u32,
    /// The bucket: its first row in the shard and the one after its last.
    pub start: u32,
    pub end: u32,
}

/// Which bounds are strict: `<` and not `<=`, `>` and not `>=`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strict {
    pub low: bool,
    pub high: bool,
}

impl BuildIndex {
    /// Rows of the build side, matchable or not.
    pub(super) fn rows(&self) -> usize {
        self.payload.num_rows()
    }

    /// Several shards.
    pub(super) fn is_split(&self) -> bool {
        match &self.shards {
            Shards::Narrow(shards) => shards.len() > 1,
            Shards::Wide(shards) => shards.len() > 1,
        }
    }

    /// Bytes of what a lookup looks at.
    pub(super) fn lookup_size(&self) -> usize {
        match &self.shards {
            Shards::Narrow(shards) => shards.iter().map(Shard::size).sum(),
            Shards::Wide(shards) => shards.iter().map(Shard::size).sum(),
        }
    }

    /// Fetches what lookups in one shard look at into the cache, unless there are so few that they look at little of it.
    pub(super) fn fetch(&self, shard: usize, lookups: usize) {
        let (base, rows) = match &self.shards {
            Shards::Narrow(shards) => (shards[shard].base as usize, shards[shard].rows.len()),
            Shards::Wide(shards) => (shards[shard].base as usize, shards[shard].rows.len()),
        };
        if lookups < rows / ROWS_PER_LOOKUP {
            return;
        }
        match &self.shards {
            Shards::Narrow(shards) => shards[shard].fetch(),
            Shards::Wide(shards) => shards[shard].fetch(),
        }
        if let Some(thirds) = &self.thirds {
            let lines = thirds[base..base + rows].iter().step_by(64 / size_of::<i64>());
            std::hint::black_box(lines.fold(0, |sum, third| sum ^ third));
        }
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let shards = self.lookup_size();
        let rows: usize = self.key_rows.iter().map(Rows::size).sum();
        let filter = self.filter.as_ref().map_or(0, KeyFilter::size);
        self.payload.get_array_memory_size() + shards + rows + filter
    }

    /// The key of row `i` of `shard` in row form.
    #[inline]
    pub(super) fn key_of<V>(&self, shard: &Shard<V>, i: usize) -> &[u8] {
        let (batch, row) = batch_and_row(shard.places[i]);
        self.key_rows[batch].row(row).data()
    }

    /// Whether there is no key, and no row whose upper bound lies below its lower bound.
    pub(super) fn can_be_swept(&self) -> bool {
        !self.keyed
            && match &self.shards {
                Shards::Narrow(shards) => shards.iter().all(|shard| shard.upright),
                Shards::Wide(shards) => shards.iter().all(|shard| shard.upright),
            }
    }

    /// Adds what these `rows` of `probe` have to be compared with, bounds being taken as strict or not; all of the rows may
    /// belong to one `shard`.
    pub(super) fn look_up(
        &self,
        probe: &SideColumns<i64>,
        rows: Range<usize>,
        shard: Option<usize>,
        strict: Strict,
        found: &mut Vec<Candidate>,
    ) {
        match &self.shards {
            Shards::Narrow(shards) => self.look_up_in(shards, probe, rows, shard, strict, found),
            Shards::Wide(shards) => self.look_up_in(shards, probe, rows, shard, strict, found),
        }
    }

    fn look_up_in<V: Bound>(
        &self,
        shards: &[Shard<V>],
        probe: &SideColumns<i64>,
        rows: Range<usize>,
        shard: Option<usize>,
        strict: Strict,
        found: &mut Vec<Candidate>,
    ) {
        if !self.keyed {
            let end = shards.first().map_or(0, |shard| shard.rows.len() as u32);
            let all = |row| Candidate { row: row as u32, shard: 0, start: 0, end };
            found.extend(rows.filter(|_| end > 0).map(all));
            return;
        }
        match (shard, shards) {
            (Some(number), _) => {
                let shard = (number as u32, &shards[number]);
                candidates::<V, false>(probe, rows, strict, found, |_| shard);
            }
            (None, [only]) => candidates::<V, true>(probe, rows, strict, found, |_| (0, only)),
            (None, _) => candidates::<V, true>(probe, rows, strict, found, |key| {
                let number = shard_of(key);
                (number as u32, &shards[number])
            }),
        }
    }
}

/// Loops without branches on what they load, so that the processor fetches for many rows at a time; with `AHEAD` what the
/// next loop loads is asked for before, which pays where it is not in the nearest cache.
#[inline(always)]
fn candidates<'a, V: Bound, const AHEAD: bool>(
    probe: &SideColumns<i64>,
    rows: Range<usize>,
    strict: Strict,
    found: &mut Vec<Candidate>,
    shard_for: impl Fn(u64) -> (u32, &'a Shard<V>),
) {
    let (keys, lows, highs): (&[u64], &[i64], &[i64]) = (&probe.keys, &probe.low, &probe.high);
    let (strict_low, strict_high) = (i64::from(strict.low), i64::from(strict.high));
    if AHEAD {
        keys[rows.clone()].iter().for_each(|key| shard_for(*key).1.ask_for_bucket(*key));
    }
    let begin = found.len();
    found.resize(begin + rows.len(), Candidate::default());
    let mut end = begin;
    for (row, key) in rows.clone().zip(&keys[rows]) {
        let (number, shard) = shard_for(*key);
        let (first, last) = shard.bucket(*key);
        if AHEAD {
            ask_for(&shard.rows, first as usize);
            ask_for(&shard.rows, last as usize);
        }
        found[end] = Candidate { row: row as u32, shard: number, start: first, end: last };
        end += usize::from((last > first) & probe.can_match(row));
    }
    // A single row in a bucket is compared at once, bounds that would leave their range being taken as they are.
    let mut kept = begin;
    for i in begin..end {
        let candidate = found[i];
        let row = candidate.row as usize;
        let (_, shard) = shard_for(keys[row]);
        let first = &shard.rows[candidate.start as usize];
        let (most, least) = (lows[row].saturating_sub(strict_low), highs[row].saturating_add(strict_high));
        let fits = (first.key == keys[row]) & (first.low.into() <= most) & (first.high.into() >= least);
        found[kept] = candidate;
        kept += usize::from(fits | (candidate.end - candidate.start > 1));
    }
    found.truncate(kept);
}
