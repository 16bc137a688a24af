//! Probes an index with the batches of one partition.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::common::{JoinType, Result};
use datafusion::execution::memory_pool::MemoryReservation;

use super::build::{Built, Marks, SharedIndex};
use super::emit::Emitter;
use super::groups::{Group, Groups, Piece};
use super::index::BuildIndex;
use super::metrics::JoinMetrics;
use super::probe::{Found, Probe, Step, Stop};
use super::regroup::Regrouper;
use super::shard::SHORT;
use super::spec::Spec;
use super::tasks::{Pauses, let_others_start};
use super::unit::SpilledInputs;

/// Comparisons between two looks at whether the query is still wanted: less than a tenth of a millisecond.
const COMPARISONS_PER_STEP: usize = 1 << 16;

/// Build rows between two such looks after all has been joined.
const ROWS_PER_STEP: usize = 1 << 16;

/// An index up to this size is taken to be in the cache.
const CACHED_BYTES: usize = 4 << 20;

/// One partition of the probe side at work.
pub(super) struct Joiner {
    pub spec: Arc<Spec>,
    pub emitter: Emitter,
    pub metrics: JoinMetrics,
    /// For probe rows that are held back.
    pub memory: MemoryReservation,
    pub pauses: Pauses,
}

impl Joiner {
    /// Joins what falls to `partition`.
    pub(super) async fn run(
        &mut self,
        built: &Built,
        partition: usize,
        spilled: &SpilledInputs,
    ) -> Result<()> {
        match built {
            Built::Index(shared) => self.shared(shared, partition).await?,
            Built::Units(units) => loop {
                let unit = units.queue.lock().pop_front();
                match unit {
                    Some(unit) => self.unit(unit, spilled, &units.room).await?,
                    None => break,
                }
            },
        }
        self.emitter.finish().await
    }

    /// Joins a partition of the right input with the shared index, then what others have not read or not joined yet; the
    /// partition that ends last adds what is left of the build side.
    async fn shared(&mut self, shared: &SharedIndex, partition: usize) -> Result<()> {
        let (index, streams) = (&shared.index, &shared.streams);
        let mut marks = if self.spec.tracks_build() { Marks::new(index.rows()) } else { Marks::default() };
        if index.rows() > 0 || self.spec.keeps_probe() {
            let mut regrouper = self.regrouper(index, streams.schema());
            while let Some(batch) = streams.next(partition).await {
                match &mut regrouper {
                    None => {
                        let_others_start().await;
                        self.batch(index, batch?, None, &mut marks).await?;
                    }
                    Some(regrouper) => {
                        if regrouper.push(batch?) {
                            let_others_start().await;
                            self.group(index, regrouper, &shared.groups, &mut marks).await?;
                        }
                    }
                }
            }
            if let Some(mut regrouper) = regrouper {
                let_others_start().await;
                self.group(index, &mut regrouper, &shared.groups, &mut marks).await?;
            }
            while let Some(group) = shared.groups.any() {
                self.pieces(index, &group, &mut marks).await?;
            }
        }
        if self.spec.tracks_build() {
            shared.matched.lock().join(marks);
            if shared.probing.fetch_sub(1, Ordering::AcqRel) == 1 {
                let matched = std::mem::take(&mut *shared.matched.lock());
                self.build_rest(index, &matched).await?;
            }
        }
        Ok(())
    }

    /// For probe batches of `schema`, if it is worth grouping them and can be done.
    pub(super) fn regrouper(&self, index: &BuildIndex, schema: &Schema) -> Option<Regrouper> {
        let worth = index.is_split() && index.lookup_size() > CACHED_BYTES;
        worth.then(|| Regrouper::for_schema(schema, &self.spec.right, self.memory.new_empty())).flatten()
    }

    /// Joins what `regrouper` has taken in, others helping by `groups`.
    pub(super) async fn group(
        &mut self,
        index: &BuildIndex,
        regrouper: &mut Regrouper,
        groups: &Groups,
        marks: &mut Marks,
    ) -> Result<()> {
        let timer = self.metrics.probe_time.timer();
        // Rows without a partner may be left out unless they are part of the result.
        let filter = index.filter.as_ref().filter(|_| !self.spec.keeps_probe());
        let taken = regrouper.take(filter, &mut self.pauses).await?;
        timer.done();
        let grouped = match taken {
            Ok(grouped) => grouped,
            Err(batches) => {
                for batch in batches {
                    self.batch(index, batch, None, marks).await?;
                }
                return Ok(());
            }
        };
        self.metrics.probe_rows.add(grouped.left_out);
        let group = Arc::new(Group::new(grouped));
        groups.open(&group);
        self.pieces(index, &group, marks).await?;
        if let Some(grouped) = groups.close(group) {
            regrouper.give_back(grouped);
        }
        Ok(())
    }

    /// Joins pieces of a group until all are given out.
    async fn pieces(&mut self, index: &BuildIndex, group: &Group, marks: &mut Marks) -> Result<()> {
        let mut fetched = None;
        while let Some(Piece { shard, shard_rows, batch }) = group.next() {
            if fetched.replace(shard) != Some(shard) {
                let timer = self.metrics.probe_time.timer();
                index.fetch(shard, shard_rows);
                timer.done();
            }
            self.batch(index, batch, Some(shard), marks).await?;
        }
        Ok(())
    }

    /// Joins one probe batch with one index that is all of the build side; all its rows may belong to one `shard`.
    async fn batch(
        &mut self,
        index: &BuildIndex,
        batch: RecordBatch,
        shard: Option<usize>,
        marks: &mut Marks,
    ) -> Result<()> {
        let probe = self.pairs(index, batch, shard, marks, Vec::new()).await?;
        self.probe_rest(&probe.batch, &probe.matched).await
    }

    /// Joins one probe batch, whose rows may all belong to one `shard`; `known` says which of its rows have a partner elsewhere (empty: none).
    pub(super) async fn pairs(
        &mut self,
        index: &BuildIndex,
        batch: RecordBatch,
        shard: Option<usize>,
        marks: &mut Marks,
        known: Vec<bool>,
    ) -> Result<Probe> {
        let spec = Arc::clone(&self.spec);
        let stop = match (spec.join_type, &spec.residual) {
            (JoinType::RightSemi | JoinType::RightAnti, None) => Stop::AtFirst,
            (JoinType::RightSemi | JoinType::RightAnti, Some(_)) => Stop::AtPartner,
            _ => Stop::Never,
        };
        self.metrics.probe_rows.add(batch.num_rows());
        let timer = self.metrics.probe_time.timer();
        let mut probe = Probe::new(&spec, index, batch, shard, stop)?;
        if !known.is_empty() {
            probe.matched = known;
        }
        timer.done();
        let limit = self.emitter.batch_size().max(SHORT);
        let mut done = false;
        while !done {
            let timer = self.metrics.probe_time.timer();
            let mut step = Step { limit, budget: COMPARISONS_PER_STEP, stop };
            let (found, ended) = probe.next_pairs(index, &mut step);
            done = ended;
            self.metrics.comparisons.add(COMPARISONS_PER_STEP - step.budget);
            match found {
                Found::Runs(runs) => {
                    if spec.tracks_build() {
                        runs.build_rows().flatten().for_each(|row| marks.set(row as usize));
                    }
                    timer.done();
                    if spec.emits_pairs() {
                        self.emitter.runs(&index.payload, &probe.batch, &runs).await?;
                    }
                }
                Found::Pairs(pairs) => {
                    let pairs = self.emitter.filter(&index.payload, &probe.batch, pairs)?;
                    if spec.tracks_build() {
                        pairs.build.iter().for_each(|row| marks.set(*row as usize));
                    }
                    if spec.tracks_probe() {
                        pairs.probe.iter().for_each(|row| probe.matched[*row as usize] = true);
                    }
                    timer.done();
                    if spec.emits_pairs() {
                        self.emitter.pairs(&index.payload, &probe.batch, pairs).await?;
                    }
                }
            }
            self.pauses.pause().await;
        }
        Ok(probe)
    }

    /// Adds the rows of a finished probe batch that the join type wants besides pairs.
    pub(super) async fn probe_rest(&mut self, batch: &RecordBatch, matched: &[bool]) -> Result<()> {
        let wanted = match self.spec.join_type {
            JoinType::RightSemi => true,
            JoinType::Right | JoinType::Full | JoinType::RightAnti => false,
            _ => return Ok(()),
        };
        let rows = matched.iter().enumerate().filter(|(_, is)| **is == wanted).map(|(row, _)| row as u32);
        self.emitter.unpaired(false, batch, rows).await
    }

    /// Adds the build rows that the join type wants besides pairs.
    pub(super) async fn build_rest(&mut self, index: &BuildIndex, matched: &Marks) -> Result<()> {
        let wanted = self.spec.join_type == JoinType::LeftSemi;
        for first in (0..index.rows()).step_by(ROWS_PER_STEP) {
            let rows = first as u32..index.rows().min(first + ROWS_PER_STEP) as u32;
            let rows = rows.filter(|row| matched.is_set(*row as usize) == wanted);
            self.emitter.unpaired(true, &index.payload, rows).await?;
            self.pauses.pause().await;
        }
        Ok(())
    }
}
