//! Finds the pairs of one probe batch, a bounded number at a time.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use datafusion::common::Result;

use super::blocks::MaxBlocks;
use super::columns::SideColumns;
use super::index::{BuildIndex, Candidate, Shards, Strict};
use super::runs::Runs;
use super::shard::{SHORT, Shard};
use super::spec::Spec;
use super::stored::{Bound, Row};
use super::sweep::{Probed, Sweep};

/// Pairs of row numbers: of the index and of the probe batch.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub build: Vec<u32>,
    pub probe: Vec<u32>,
}

impl Pairs {
    pub(super) fn len(&self) -> usize {
        self.build.len()
    }
}

/// What one step has found.
pub(super) enum Found {
    Pairs(Pairs),
    Runs(Runs),
}

/// When the rest of a probe row's candidates is of no interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Never,
    AtPartner,
    AtFirst,
}

/// How much is done before there is a look at whether the query is still wanted.
pub(super) struct Step {
    /// Pairs that are wanted at most; no fewer than a short bucket has rows.
    pub limit: usize,
    /// Comparisons that are left.
    pub budget: usize,
    pub stop: Stop,
}

/// A sweep looks at every build row; with more of them for a probe row than this, each probe row looks for its own.
const BUILD_ROWS_PER_PROBE_ROW: usize = 64;

/// So many rows are looked up and then compared, while what they have to be compared with is in the cache.
const LOOKED_UP_TOGETHER: usize = 512;

/// Most buckets have at most so many rows.
const FEW: usize = 4;

/// A probe batch and how far it has been compared.
pub(super) struct Probe {
    pub batch: RecordBatch,
    columns: SideColumns<i64>,
    /// Rows that are swept, and rows that are compared with the buckets they belong to.
    sweep: Option<Sweep>,
    /// The batch is in the order of the sweep.
    in_order: bool,
    candidates: Vec<Candidate>,
    /// Rows that have been looked up; the shard they all belong to, if they do.
    looked_up: usize,
    shard: Option<usize>,
    /// Per row whether it has a partner, where that matters.
    pub matched: Vec<bool>,
    strict: Strict,
    third_strict: bool,
    /// The candidate that is being compared, and the positions of its rows still to compare.
    at: usize,
    open: Option<Open>,
}

#[derive(Clone, Copy)]
struct Open {
    position: usize,
    end: usize,
}

/// What the rows of the index are compared with.
#[derive(Clone, Copy)]
struct Wanted {
    key: u64,
    most: i64,
    least: i64,
}

impl Wanted {
    #[inline]
    fn fits<V: Bound>(&self, row: &Row<V>) -> bool {
        (row.key == self.key) & (row.low.into() <= self.most) & (row.high.into() >= self.least)
    }
}

impl Probe {
    /// For `batch`, whose rows may all belong to one `shard`.
    pub(super) fn new(
        spec: &Spec,
        index: &BuildIndex,
        batch: RecordBatch,
        shard: Option<usize>,
        stop: Stop,
    ) -> Result<Self> {
        let columns = spec.right.evaluate(&batch)?;
        let matched = if spec.tracks_probe() { vec![false; batch.num_rows()] } else { Vec::new() };
        let mut probe = Self {
            batch,
            columns,
            sweep: None,
            in_order: false,
            candidates: Vec::new(),
            looked_up: 0,
            shard,
            matched,
            strict: Strict { low: spec.low_strict, high: spec.high_strict },
            third_strict: spec.third.as_ref().is_some_and(|third| third.strict),
            at: 0,
            open: None,
        };
        let sweeps = index.can_be_swept() && stop == Stop::Never;
        if sweeps && index.rows() <= probe.batch.num_rows() * BUILD_ROWS_PER_PROBE_ROW {
            probe.sweep_what_can_be(spec, index)?;
        }
        Ok(probe)
    }

    /// Moves the candidates that do not end before they start to a sweep. Where no row has to be recognised, the batch
    /// is brought into its order.
    fn sweep_what_can_be(&mut self, spec: &Spec, index: &BuildIndex) -> Result<()> {
        while self.look_up(index) {}
        let candidates = std::mem::take(&mut self.candidates);
        let mut rows = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            match self.wanted(candidate.row as usize) {
                Some(Wanted { least, most, .. }) if least <= most.saturating_add(1) => {
                    rows.push(Probed { least, most, row: candidate.row });
                }
                Some(_) => self.candidates.push(candidate),
                None => {}
            }
        }
        let sweep = Sweep::new(rows)?;
        let plain = spec.third.is_none() && spec.residual.is_none() && !spec.tracks_probe();
        if plain && self.candidates.is_empty() {
            let order = UInt32Array::from_iter_values(sweep.order());
            self.batch = take_record_batch(&self.batch, &order)?;
            self.in_order = true;
        }
        self.sweep = Some(sweep);
        Ok(())
    }

    /// The next pairs, until there are `limit`, the budget of comparisons is used up, or the batch is done (then true).
    ///
    /// [`Stop::AtPartner`] leaves a row that is known to have a partner, [`Stop::AtFirst`] also after its first pair.
    pub(super) fn next_pairs(&mut self, index: &BuildIndex, step: &mut Step) -> (Found, bool) {
        match &index.shards {
            Shards::Narrow(shards) => self.next_of(index, shards, step),
            Shards::Wide(shards) => self.next_of(index, shards, step),
        }
    }

    /// With the third comparison there is, if any.
    fn next_of<V: Bound>(
        &mut self,
        index: &BuildIndex,
        shards: &[Shard<V>],
        step: &mut Step,
    ) -> (Found, bool) {
        let (Some(build), Some(probe)) = (&index.thirds, self.columns.third.clone()) else {
            return self.next_with(index, shards, step, |_, _| true);
        };
        let (build, probe): (&[i64], &[i64]) = (build, &probe);
        match self.third_strict {
            true => self.next_with(index, shards, step, |b, p| build[b] < probe[p]),
            false => self.next_with(index, shards, step, |b, p| build[b] <= probe[p]),
        }
    }

    fn next_with<V: Bound>(
        &mut self,
        index: &BuildIndex,
        shards: &[Shard<V>],
        step: &mut Step,
        third: impl Fn(usize, usize) -> bool,
    ) -> (Found, bool) {
        let (Some(sweep), Some(shard)) = (&mut self.sweep, shards.first()) else {
            let (pairs, done) = self.compare(index, shards, step, third);
            return (Found::Pairs(pairs), done);
        };
        let (runs, swept) = sweep.next(shard, step);
        let found = match self.in_order {
            true => Found::Runs(runs),
            false => {
                let mut pairs = runs.pairs(|build, at| third(build as usize, sweep.row(at) as usize));
                pairs.probe.iter_mut().for_each(|at| *at = sweep.row(*at));
                Found::Pairs(pairs)
            }
        };
        if swept {
            self.sweep = None;
        }
        (found, swept && self.candidates.is_empty())
    }

    /// Pairs are written down before it is known whether they match, and then counted or not: a branch on that would
    /// often be guessed wrong.
    fn compare<V: Bound>(
        &mut self,
        index: &BuildIndex,
        shards: &[Shard<V>],
        step: &mut Step,
        third: impl Fn(usize, usize) -> bool,
    ) -> (Pairs, bool) {
        let (mut build, mut probe) = (Vec::new(), Vec::new());
        let mut count = 0;
        let mut done = true;
        self.make_room(&mut build, &mut probe, count, step.limit);
        loop {
            let Some(candidate) = self.candidates.get(self.at).copied() else {
                self.candidates.clear();
                self.at = 0;
                if !self.look_up(index) {
                    break;
                }
                self.make_room(&mut build, &mut probe, count, step.limit);
                continue;
            };
            let row = candidate.row as usize;
            let known = step.stop != Stop::Never && self.matched.get(row).copied().unwrap_or(false);
            let wanted = match self.wanted(row) {
                Some(wanted) if !known => wanted,
                _ => {
                    self.open = None;
                    self.at += 1;
                    continue;
                }
            };
            let shard = &shards[candidate.shard as usize];
            let base = shard.base as usize;
            let same_key = |i: usize| match &self.columns.rows {
                None => true,
                Some(rows) => index.key_of(shard, i) == rows.row(row).data(),
            };
            let (start, end) = (candidate.start as usize, candidate.end as usize);
            let before = count;
            if end - start <= SHORT {
                if count + end - start > step.limit || step.budget == 0 {
                    done = false;
                    break;
                }
                step.budget = step.budget.saturating_sub(end - start);
                if end - start <= FEW {
                    // As many steps for one row as for four: the end of a loop would often be guessed wrong.
                    let rows = &shard.rows[start..end];
                    for step in 0..FEW {
                        let at = step.min(rows.len() - 1);
                        let position = base + start + at;
                        build[count] = position as u32;
                        let fits = wanted.fits(&rows[at]) & (at == step);
                        count += usize::from(fits & third(position, row));
                    }
                } else {
                    for (position, found) in (base + start..).zip(&shard.rows[start..end]) {
                        build[count] = position as u32;
                        count += usize::from(wanted.fits(found) & third(position, row));
                    }
                }
                if self.columns.rows.is_some() {
                    count = kept(&mut build, before, count, |at| same_key(at - base));
                }
                if step.stop == Stop::AtFirst {
                    count = count.min(before + 1);
                }
                probe[before..count].fill(candidate.row);
                self.at += 1;
                continue;
            }
            let opened = self.open.or_else(|| open(shard, start, end, wanted));
            let Some(Open { mut position, mut end }) = opened else {
                self.at += 1;
                continue;
            };
            if index.exact && position < end && !same_key(position) {
                end = position;
            }
            while position < end && count < step.limit && step.budget > 0 {
                position = shard.blocks.next_possible(position, end, wanted.least);
                let stop = end.min(MaxBlocks::block_end(position)).min(position + step.limit - count);
                let block = &shard.rows[position.min(stop)..stop];
                step.budget = step.budget.saturating_sub(block.len());
                let first = count;
                for (at, found) in (base + position..).zip(block) {
                    build[count] = at as u32;
                    count += usize::from((found.high.into() >= wanted.least) & third(at, row));
                }
                if !index.exact {
                    count = kept(&mut build, first, count, |at| same_key(at - base));
                }
                if step.stop == Stop::AtFirst && count > before {
                    count = before + 1;
                    end = stop;
                }
                position = stop.max(position);
            }
            probe[before..count].fill(candidate.row);
            if position < end {
                self.open = Some(Open { position, end });
                done = false;
                break;
            }
            self.open = None;
            self.at += 1;
        }
        build.truncate(count);
        probe.truncate(count);
        (Pairs { build, probe }, done)
    }

    /// Adds what the next rows have to be compared with; false when there are no more.
    fn look_up(&mut self, index: &BuildIndex) -> bool {
        let rows = self.looked_up..self.batch.num_rows().min(self.looked_up + LOOKED_UP_TOGETHER);
        if rows.is_empty() {
            return false;
        }
        self.looked_up = rows.end;
        index.look_up(&self.columns, rows, self.shard, self.strict, &mut self.candidates);
        true
    }

    /// Room for the pairs there can be beside `count`, up to `limit`, and one more: what is written down last may not count.
    fn make_room(&self, build: &mut Vec<u32>, probe: &mut Vec<u32>, count: usize, limit: usize) {
        let open = &self.candidates[self.at..];
        let possible: usize = open.iter().map(|candidate| (candidate.end - candidate.start) as usize).sum();
        let most = limit.min(count + possible) + 1;
        build.resize(most.max(build.len()), 0);
        probe.resize(most.max(probe.len()), 0);
    }

    /// What the rows that fit `row` look like; `None` when there can be none.
    #[inline]
    fn wanted(&self, row: usize) -> Option<Wanted> {
        if !self.columns.can_match(row) {
            return None;
        }
        let most = self.columns.low[row].checked_sub(i64::from(self.strict.low))?;
        let least = self.columns.high[row].checked_add(i64::from(self.strict.high))?;
        let key = self.columns.keys.get(row).copied().unwrap_or(0);
        Some(Wanted { key, most, least })
    }
}

/// Moves those of `rows[from..to]` that are wanted together; the end of them.
fn kept(rows: &mut [u32], from: usize, to: usize, wanted: impl Fn(usize) -> bool) -> usize {
    let mut end = from;
    for i in from..to {
        let row = rows[i];
        rows[end] = row;
        end += usize::from(wanted(row as usize));
    }
    end
}

/// The rows of a long bucket whose key and lower bound fit.
fn open<V: Bound>(shard: &Shard<V>, start: usize, end: usize, wanted: Wanted) -> Option<Open> {
    let rows = &shard.rows[start..end];
    let first = match rows.first() {
        Some(row) if row.key == wanted.key => 0,
        _ => rows.partition_point(|row| row.key < wanted.key),
    };
    let fits = |row: &Row<V>| row.key == wanted.key && row.low.into() <= wanted.most;
    let count = rows[first..].partition_point(|row| row.key < wanted.key || fits(row));
    (count > 0).then_some(Open { position: start + first, end: start + first + count })
}
