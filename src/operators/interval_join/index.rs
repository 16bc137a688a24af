//! The index over the build side: per key the rows in order of their lower bound.

use arrow::array::RecordBatch;
use arrow::buffer::ScalarBuffer;
use arrow::row::Rows;

use super::columns::SideColumns;
use super::filter::KeyFilter;
use super::shard::{Shard, shard_of};
use super::spec::Spec;
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
    /// Rows with the same key number have the same key.
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

    /// What every row of `probe` has to be compared with; all of them may belong to one `shard`.
    pub(super) fn candidates(
        &self,
        spec: &Spec,
        probe: &SideColumns<i64>,
        rows: usize,
        shard: Option<usize>,
    ) -> Vec<Candidate> {
        match &self.shards {
            Shards::Narrow(shards) => self.candidates_of(shards, spec, probe, rows, shard),
            Shards::Wide(shards) => self.candidates_of(shards, spec, probe, rows, shard),
        }
    }

    fn candidates_of<V: Bound>(
        &self,
        shards: &[Shard<V>],
        spec: &Spec,
        probe: &SideColumns<i64>,
        rows: usize,
        shard: Option<usize>,
    ) -> Vec<Candidate> {
        if !self.keyed {
            let end = shards.first().map_or(0, |shard| shard.rows.len() as u32);
            let all = |row| Candidate { row, shard: 0, start: 0, end };
            return if end == 0 { Vec::new() } else { (0..rows as u32).map(all).collect() };
        }
        match (shard, shards) {
            (Some(number), _) => candidates(spec, probe, |_| (number as u32, &shards[number])),
            (None, [only]) => candidates(spec, probe, |_| (0, only)),
            (None, _) => candidates(spec, probe, |key| {
                let number = shard_of(key);
                (number as u32, &shards[number])
            }),
        }
    }
}

/// Two loops without branches on what they load, so that the processor fetches for many rows at a time.
#[inline(always)]
fn candidates<'a, V: Bound>(
    spec: &Spec,
    probe: &SideColumns<i64>,
    shard_for: impl Fn(u64) -> (u32, &'a Shard<V>),
) -> Vec<Candidate> {
    let (keys, lows, highs): (&[u64], &[i64], &[i64]) = (&probe.keys, &probe.low, &probe.high);
    let mut found = vec![Candidate::default(); keys.len()];
    let mut count = 0;
    for (row, key) in keys.iter().enumerate() {
        let (number, shard) = shard_for(*key);
        let (start, end) = shard.bucket(*key);
        found[count] = Candidate { row: row as u32, shard: number, start, end };
        count += usize::from((end > start) & probe.can_match(row));
    }
    found.truncate(count);
    // A single row in a bucket is compared at once, bounds that would leave their range being taken as they are.
    let (strict_low, strict_high) = (i64::from(spec.low_strict), i64::from(spec.high_strict));
    let mut count = 0;
    for i in 0..found.len() {
        let candidate = found[i];
        let row = candidate.row as usize;
        let (_, shard) = shard_for(keys[row]);
        let first = &shard.rows[candidate.start as usize];
        let (most, least) = (lows[row].saturating_sub(strict_low), highs[row].saturating_add(strict_high));
        let fits = (first.key == keys[row]) & (first.low.into() <= most) & (first.high.into() >= least);
        found[count] = candidate;
        count += usize::from(fits | (candidate.end - candidate.start > 1));
    }
    found.truncate(count);
    found
}
