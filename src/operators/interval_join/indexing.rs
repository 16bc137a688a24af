//! Builds the index of the collected rows, several shards at a time.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::row::Rows;
use datafusion::common::runtime::JoinSet;
use datafusion::common::{Result, internal_err, resources_err};

use super::columns::numbers;
use super::filter::KeyFilter;
use super::gather::{Gathering, Share};
use super::index::{BuildIndex, Shards};
use super::shard::Shard;
use super::spec::Spec;
use super::stored::{Bound, Columns, Sharded, place};
use super::tasks::{Watch, joined};

/// So many rows are indexed in less time than it takes to be worth other threads: a few milliseconds.
const FEW_ROWS: usize = 1 << 16;

/// The build side, or what one reader has of it.
pub(super) struct Collected {
    /// Batches, each with its rows in the order of their shards.
    pub batches: Vec<RecordBatch>,
    /// Their keys and bounds.
    pub columns: Columns,
    /// Keys in row form, per batch, where equality is decided on it.
    pub key_rows: Vec<Rows>,
    /// Places of rows that cannot match but have to appear in the result.
    pub unmatchable: Vec<u64>,
}

impl Collected {
    /// Nothing yet, of bounds that four bytes hold or not.
    pub(super) fn new(narrow: bool) -> Self {
        Self {
            batches: Vec::new(),
            columns: if narrow { Columns::Narrow(Vec::new()) } else { Columns::Wide(Vec::new()) },
            key_rows: Vec::new(),
            unmatchable: Vec::new(),
        }
    }

    /// Adds what another reader of the same input has.
    pub(super) fn append(&mut self, mut other: Self) {
        let shift = place(self.batches.len(), 0);
        self.unmatchable.extend(other.unmatchable.into_iter().map(|row| row + shift));
        self.batches.append(&mut other.batches);
        self.key_rows.append(&mut other.key_rows);
        match (&mut self.columns, other.columns) {
            (Columns::Narrow(columns), Columns::Narrow(mut more)) => columns.append(&mut more),
            (Columns::Wide(columns), Columns::Wide(mut more)) => columns.append(&mut more),
            _ => {}
        }
    }
}

impl BuildIndex {
    /// Sorts and indexes the collected rows with up to `threads` threads.
    pub(super) async fn build(collected: Collected, spec: &Arc<Spec>, threads: usize) -> Result<Self> {
        let rows: usize = collected.batches.iter().map(RecordBatch::num_rows).sum();
        if u32::try_from(rows).is_err() {
            return resources_err!(
                "an interval join indexes at most {} rows at a time, not {rows}",
                u32::MAX
            );
        }
        let watch = Watch::default();
        let _wanted = watch.guard();
        if rows <= FEW_ROWS {
            return indexed(collected, spec, 1, &watch);
        }
        let (spec, watch) = (Arc::clone(spec), watch.clone());
        let mut task = JoinSet::new();
        task.spawn_blocking(move || indexed(collected, &spec, threads.max(1), &watch));
        match joined(task).await?.pop() {
            Some(index) => Ok(index),
            None => internal_err!("an index was not built"),
        }
    }
}

fn indexed(collected: Collected, spec: &Spec, threads: usize, watch: &Watch) -> Result<BuildIndex> {
    let Collected { batches, columns, key_rows, unmatchable } = collected;
    // From here on only these columns are needed.
    let batches: Vec<RecordBatch> =
        batches.into_iter().map(|batch| batch.project(&spec.payload)).collect::<Result<_, _>>()?;
    let rows = unmatchable.len()
        + match &columns {
            Columns::Narrow(batches) => batches.iter().map(Sharded::matchable).sum::<usize>(),
            Columns::Wide(batches) => batches.iter().map(Sharded::matchable).sum(),
        };
    let payload = Gathering::new(&batches, &spec.payload_schema, rows);
    drop(batches);
    let keyed = spec.keyed();
    let keeps_places = payload.needs_places() || !key_rows.is_empty();
    let work = Work { keyed, key_rows: &key_rows, unmatchable: &unmatchable, keeps_places, threads, watch };
    let (shards, Whole { payload, exact, filter }) = match columns {
        Columns::Narrow(batches) => {
            let (shards, whole) = work.whole(batches, payload, spec)?;
            (Shards::Narrow(shards), whole)
        }
        Columns::Wide(batches) => {
            let (shards, whole) = work.whole(batches, payload, spec)?;
            (Shards::Wide(shards), whole)
        }
    };
    let thirds = match &spec.third {
        Some(third) => Some(numbers(&third.build, third.reversed, &payload)?.0),
        None => None,
    };
    Ok(BuildIndex { payload, shards, filter, thirds, key_rows, exact, keyed })
}

/// What an index has beside its shards, whatever the size of their bounds.
struct Whole {
    payload: RecordBatch,
    exact: bool,
    filter: Option<KeyFilter>,
}

/// The filter of keys, taken from the shards if there are several.
fn filter_of<V>(shards: &mut [Shard<V>]) -> Option<KeyFilter> {
    let several = shards.len() > 1;
    several.then(|| KeyFilter::new(shards.iter_mut().map(|shard| std::mem::take(&mut shard.filter))))
}

/// What all shards are built with.
struct Work<'a> {
    keyed: bool,
    key_rows: &'a [Rows],
    unmatchable: &'a [u64],
    /// The places of the rows are needed when all shards are built.
    keeps_places: bool,
    threads: usize,
    watch: &'a Watch,
}

impl Work<'_> {
    /// The shards and what goes with them.
    fn whole<V: Bound>(
        &self,
        batches: Vec<Sharded<V>>,
        mut payload: Gathering,
        spec: &Spec,
    ) -> Result<(Vec<Shard<V>>, Whole)> {
        let mut shards = self.shards(&batches, &mut payload)?;
        drop(batches);
        let (exact, filter) = (shards.iter().all(|shard| shard.exact), filter_of(&mut shards));
        let payload = payload.finish(&spec.payload_schema, &self.places(&shards), self.watch)?;
        Ok((shards, Whole { payload, exact, filter }))
    }

    /// Builds the shards and fills the payload in their order; rows that cannot match come last.
    fn shards<V: Bound>(&self, batches: &[Sharded<V>], payload: &mut Gathering) -> Result<Vec<Shard<V>>> {
        let mut shards = match self.keyed {
            true => self.keyed(batches, payload)?,
            false => vec![self.unkeyed(batches, payload)?],
        };
        let mut base = 0;
        for shard in &mut shards {
            shard.base = base;
            base += shard.rows.len() as u32;
        }
        Ok(shards)
    }

    /// Every thread builds shards and puts their rows into the payload while they are in its cache.
    fn keyed<V: Bound>(&self, batches: &[Sharded<V>], payload: &mut Gathering) -> Result<Vec<Shard<V>>> {
        let count = batches.first().map_or(1, |batch| batch.starts.len() - 1);
        let rows: usize = batches.iter().map(|batch| batch.low.len()).sum();
        // About as many buckets as rows, equally many in every shard.
        let bits = (rows / count).next_power_of_two().trailing_zeros().max(1);
        let per_thread = count.div_ceil(self.threads);
        let ranges: Vec<Range<usize>> =
            (0..count).step_by(per_thread).map(|first| first..count.min(first + per_thread)).collect();
        let of_range = |range: &Range<usize>| {
            range.clone().flat_map(|shard| batches.iter().map(move |b| b.matchable_of(shard))).sum()
        };
        let mut lengths: Vec<usize> = ranges.iter().map(of_range).collect();
        lengths.push(self.unmatchable.len());
        let mut shares = payload.shares(&lengths);
        if let Some(mut last) = shares.pop() {
            last.put(self.unmatchable, self.watch)?;
        }
        let work = ranges.into_iter().zip(shares);
        let built = side_by_side(work, |(range, mut share): (Range<usize>, Share<'_>)| {
            let (mut spare, mut next) = (Vec::new(), Vec::new());
            let mut shards = Vec::with_capacity(range.len());
            for number in range {
                let mut shard =
                    Shard::keyed(batches, number, bits, self.key_rows, spare, &mut next, self.watch)?;
                share.put(&shard.places, self.watch)?;
                spare = match self.keeps_places {
                    true => Vec::new(),
                    false => std::mem::take(&mut shard.places),
                };
                shards.push(shard);
            }
            Ok(shards)
        })?;
        Ok(built.into_iter().flatten().collect())
    }

    /// One shard, whose rows all threads put into the payload.
    fn unkeyed<V: Bound>(&self, batches: &[Sharded<V>], payload: &mut Gathering) -> Result<Shard<V>> {
        let mut shard = Shard::unkeyed(batches, self.watch)?;
        let per_thread = shard.places.len().div_ceil(self.threads).max(1);
        let mut lists: Vec<&[u64]> = shard.places.chunks(per_thread).collect();
        lists.push(self.unmatchable);
        let lengths: Vec<usize> = lists.iter().map(|places| places.len()).collect();
        let mut shares = payload.shares(&lengths);
        if let Some(mut last) = shares.pop() {
            last.put(self.unmatchable, self.watch)?;
        }
        side_by_side(lists.into_iter().zip(shares), |(places, mut share): (&[u64], Share<'_>)| {
            share.put(places, self.watch)
        })?;
        if !self.keeps_places {
            shard.places = Vec::new();
        }
        Ok(shard)
    }

    /// The places of all rows of the payload, if they have been kept.
    fn places<'a, V>(&'a self, shards: &'a [Shard<V>]) -> Vec<&'a [u64]> {
        shards.iter().map(|shard| &shard.places[..]).chain([self.unmatchable]).collect()
    }
}

/// The results of `work`, each piece in a thread of its own, but the last in this one.
fn side_by_side<T: Send, R: Send>(
    work: impl Iterator<Item = T>,
    done: impl Fn(T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let mut work: Vec<T> = work.collect();
    let done = &done;
    std::thread::scope(|scope| {
        let last = work.pop();
        let threads: Vec<_> = work.into_iter().map(|piece| scope.spawn(move || done(piece))).collect();
        let last = last.map(done);
        let mut results = Vec::with_capacity(threads.len() + 1);
        for thread in threads {
            results.push(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        results.extend(last.transpose()?);
        Ok(results)
    })
}
