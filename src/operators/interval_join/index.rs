//! The index over the build side: per key the rows in order of their lower bound.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::buffer::ScalarBuffer;
use arrow::row::Rows;
use datafusion::common::runtime::JoinSet;
use datafusion::common::{Result, internal_err, resources_err};

use super::columns::{SideColumns, numbers};
use super::gather::gather;
use super::shard::{Shard, shard_of};
use super::spec::Spec;
use super::stored::{Bound, Entries, Entry, Part, batch_and_row};
use super::tasks::joined;

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
    /// The build side of a third comparison, in index order.
    pub thirds: Option<ScalarBuffer<i64>>,
    /// The keys in row form, per batch, where equality is decided on it.
    key_rows: Vec<Rows>,
    /// Rows with the same key number have the same key.
    pub exact: bool,
    keyed: bool,
}

/// The collected build side.
#[derive(Default)]
pub(super) struct Collected {
    /// Batches as they came.
    pub batches: Vec<RecordBatch>,
    /// Keys in row form, per batch, where equality is decided on it.
    pub key_rows: Vec<Rows>,
    /// Entries by shard, of every reader, with what has to be added to their places.
    pub entries: Vec<(Entries, u64)>,
    /// Places of rows that cannot match but have to appear in the result.
    pub unmatchable: Vec<u64>,
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
    /// Sorts and indexes the collected rows with up to `threads` tasks.
    pub(super) async fn build(collected: Collected, spec: &Spec, threads: usize) -> Result<Self> {
        let Collected { batches, key_rows, entries, unmatchable } = collected;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if u32::try_from(rows).is_err() {
            return resources_err!(
                "an interval join indexes at most {} rows at a time, not {rows}",
                u32::MAX
            );
        }
        // From here on only these columns are needed: the others are given back at once.
        let batches: Vec<RecordBatch> =
            batches.into_iter().map(|batch| batch.project(&spec.payload)).collect::<Result<_, _>>()?;
        let (keyed, key_rows) = (spec.keyed(), Arc::new(key_rows));
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        for (entries, shift) in entries {
            match entries {
                Entries::Narrow(lists) => narrow.push((lists, shift)),
                Entries::Wide(lists) => wide.push((lists, shift)),
            }
        }
        let (mut shards, exact) = match spec.narrow {
            true => {
                let shards = build_shards(narrow, keyed, &key_rows, threads).await?;
                let exact = shards.iter().all(|shard| shard.exact);
                (Shards::Narrow(shards), exact)
            }
            false => {
                let shards = build_shards(wide, keyed, &key_rows, threads).await?;
                let exact = shards.iter().all(|shard| shard.exact);
                (Shards::Wide(shards), exact)
            }
        };
        let key_rows = Arc::try_unwrap(key_rows).unwrap_or_default();
        let mut order = match &mut shards {
            Shards::Narrow(shards) => orders(shards, key_rows.is_empty()),
            Shards::Wide(shards) => orders(shards, key_rows.is_empty()),
        };
        order.push(Arc::new(unmatchable));
        let payload = gather(batches, order, &spec.payload_schema, threads).await?;
        let thirds = match &spec.third {
            Some(third) => Some(numbers(&third.build, third.reversed, &payload)?.0),
            None => None,
        };
        Ok(Self { payload, shards, thirds, key_rows, exact, keyed })
    }

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

    /// Fetches what lookups in one shard look at into the cache.
    pub(super) fn fetch(&self, shard: usize) {
        let (base, rows) = match &self.shards {
            Shards::Narrow(shards) => {
                shards[shard].fetch();
                (shards[shard].base as usize, shards[shard].rows.len())
            }
            Shards::Wide(shards) => {
                shards[shard].fetch();
                (shards[shard].base as usize, shards[shard].rows.len())
            }
        };
        if let Some(thirds) = &self.thirds {
            let lines = thirds[base..base + rows].iter().step_by(64 / size_of::<i64>());
            std::hint::black_box(lines.fold(0, |sum, third| sum ^ third));
        }
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let shards = self.lookup_size();
        let rows: usize = self.key_rows.iter().map(Rows::size).sum();
        self.payload.get_array_memory_size() + shards + rows
    }

    /// The key of row `i` of `shard` in row form.
    #[inline]
    pub(super) fn key_of<V>(&self, shard: &Shard<V>, i: usize) -> &[u8] {
        let (batch, row) = batch_and_row(shard.order[i]);
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

    /// What every row of `probe` has to be compared with.
    pub(super) fn candidates(&self, spec: &Spec, probe: &SideColumns, rows: usize) -> Vec<Candidate> {
        match &self.shards {
            Shards::Narrow(shards) => candidates(shards, self.keyed, spec, probe, rows),
            Shards::Wide(shards) => candidates(shards, self.keyed, spec, probe, rows),
        }
    }
}

/// Two loops without branches on what they load, so that the processor fetches for many rows at a time.
fn candidates<V: Bound>(
    shards: &[Shard<V>],
    keyed: bool,
    spec: &Spec,
    probe: &SideColumns,
    rows: usize,
) -> Vec<Candidate> {
    if !keyed {
        let end = shards.first().map_or(0, |shard| shard.rows.len() as u32);
        let all = |row| Candidate { row, shard: 0, start: 0, end };
        return if end == 0 { Vec::new() } else { (0..rows as u32).map(all).collect() };
    }
    let (keys, lows, highs): (&[u64], &[i64], &[i64]) = (&probe.keys, &probe.low, &probe.high);
    let mut found = vec![Candidate::default(); rows];
    let mut count = 0;
    for (row, key) in keys.iter().enumerate() {
        let shard = shard_of(*key) & (shards.len() - 1);
        let (start, end) = shards[shard].bucket(*key);
        found[count] = Candidate { row: row as u32, shard: shard as u32, start, end };
        count += usize::from((end > start) & probe.can_match(row));
    }
    found.truncate(count);
    // A single row in a bucket is compared at once, bounds that would leave their range being taken as they are.
    let (strict_low, strict_high) = (i64::from(spec.low_strict), i64::from(spec.high_strict));
    let mut count = 0;
    for i in 0..found.len() {
        let candidate = found[i];
        let row = candidate.row as usize;
        let first = &shards[candidate.shard as usize].rows[candidate.start as usize];
        let (most, least) = (lows[row].saturating_sub(strict_low), highs[row].saturating_add(strict_high));
        let fits = (first.key == keys[row]) & (first.low.into() <= most) & (first.high.into() >= least);
        found[count] = candidate;
        count += usize::from(fits | (candidate.end - candidate.start > 1));
    }
    found.truncate(count);
    found
}

/// The places of the rows of all shards, which keep theirs unless they are to be given up.
fn orders<V>(shards: &mut [Shard<V>], give_up: bool) -> Vec<Arc<Vec<u64>>> {
    let order = |shard: &mut Shard<V>| match give_up {
        true => std::mem::take(&mut shard.order),
        false => Arc::clone(&shard.order),
    };
    shards.iter_mut().map(order).collect()
}

/// Builds the shards, several at a time.
async fn build_shards<V: Bound>(
    readers: Vec<(Vec<Vec<Entry<V>>>, u64)>,
    keyed: bool,
    key_rows: &Arc<Vec<Rows>>,
    threads: usize,
) -> Result<Vec<Shard<V>>> {
    let count = readers.first().map_or(1, |(lists, _)| lists.len());
    let mut parts: Vec<Vec<Part<V>>> = (0..count).map(|_| Vec::new()).collect();
    let mut rows = 0;
    for (lists, shift) in readers {
        for (part, entries) in parts.iter_mut().zip(lists) {
            rows += entries.len();
            part.push(Part { entries, shift });
        }
    }
    // About as many buckets as rows, equally many in every shard.
    let bits = (rows / count).next_power_of_two().trailing_zeros().max(1);
    let mut shards: Vec<Shard<V>> = if threads <= 1 || count == 1 {
        build_share(parts, keyed, bits, key_rows).await
    } else {
        let per_task = count.div_ceil(threads);
        let mut tasks = JoinSet::new();
        let mut parts = parts.into_iter();
        for number in 0..threads {
            let (share, key_rows) = (parts.by_ref().take(per_task).collect(), Arc::clone(key_rows));
            tasks.spawn(async move { Ok((number, build_share(share, keyed, bits, &key_rows).await)) });
        }
        let mut shares = joined(tasks).await?;
        shares.sort_unstable_by_key(|(number, _)| *number);
        shares.into_iter().flat_map(|(_, shards)| shards).collect()
    };
    if shards.len() != count {
        return internal_err!("an index of {} shards instead of {count}", shards.len());
    }
    let mut base = 0;
    for shard in &mut shards {
        shard.base = base;
        base += shard.rows.len() as u32;
    }
    Ok(shards)
}

async fn build_share<V: Bound>(
    share: Vec<Vec<Part<V>>>,
    keyed: bool,
    bits: u32,
    key_rows: &[Rows],
) -> Vec<Shard<V>> {
    let mut shards = Vec::with_capacity(share.len());
    for part in share {
        shards.push(match keyed {
            true => Shard::keyed(part, bits, key_rows).await,
            false => Shard::unkeyed(part).await,
        });
    }
    shards
}
