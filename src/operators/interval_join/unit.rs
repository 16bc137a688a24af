//! Joins one pair of parts: in one go, split further, or in blocks that fit.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};

use super::build::{Marks, Reader};
use super::groups::Groups;
use super::index::BuildIndex;
use super::join::Joiner;
use super::metrics::JoinMetrics;
use super::parts::{Disk, Room, Source, Stored};
use super::spill::{DEEPEST, Splitter, Unit, units};

/// The parts of both sides, as one partition uses them.
pub(super) struct SpilledInputs {
    left: SchemaRef,
    right: SchemaRef,
    disk: Disk,
    context: Arc<TaskContext>,
}

impl SpilledInputs {
    pub(super) fn new(
        context: &Arc<TaskContext>,
        metrics: &JoinMetrics,
        left: SchemaRef,
        right: SchemaRef,
    ) -> Self {
        Self { left, right, disk: Disk::new(context, metrics), context: Arc::clone(context) }
    }

    fn read(&self, stored: &Stored, schema: &SchemaRef) -> Result<Source> {
        stored.read(schema, self.context.session_config().batch_size())
    }

    fn reservation(&self) -> MemoryReservation {
        MemoryConsumer::new("IntervalJoinUnit").with_can_spill(true).register(self.context.memory_pool())
    }
}

impl Joiner {
    /// Joins the rows of `unit`; what is split further finds its place in `room`.
    pub(super) async fn unit(&mut self, unit: Unit, inputs: &SpilledInputs, room: &Arc<Room>) -> Result<()> {
        let memory = inputs.reservation();
        let mut open = vec![unit];
        while let Some(unit) = open.pop() {
            let fits = memory.try_grow(unit.left.index_bytes).is_ok();
            if !fits && self.spec.keyed() && unit.level < DEEPEST {
                open.extend(self.split(&unit, inputs, room).await?);
                continue;
            }
            let block = if fits {
                unit.left.index_bytes
            } else {
                half_of_what_is_left(&memory, unit.left.index_bytes)
            };
            self.blocks(&unit, block, inputs).await?;
            memory.free();
        }
        Ok(())
    }

    /// The rows of `unit` in smaller units. A part that is hardly smaller holds one frequent key: it is split no more.
    async fn split(&self, unit: &Unit, inputs: &SpilledInputs, room: &Arc<Room>) -> Result<Vec<Unit>> {
        let level = unit.level + 1;
        let split = async |stored: &Stored, schema: &SchemaRef, side, keeps_all| {
            let splitter = Splitter::new(&inputs.context, &inputs.disk, room, side, keeps_all, level);
            let splitter = Arc::new(splitter);
            let mut writer = splitter.writer();
            let mut source = inputs.read(stored, schema)?;
            while let Some(batch) = source.next().await? {
                writer.push(batch).await?;
            }
            writer.flush().await?;
            drop(writer);
            splitter.finish()
        };
        let left = split(&unit.left, &inputs.left, &self.spec.left, self.spec.keeps_build()).await?;
        let right = split(&unit.right, &inputs.right, &self.spec.right, self.spec.keeps_probe()).await?;
        let mut smaller = units(&self.spec, left, right, level);
        for part in &mut smaller {
            if part.left.rows > unit.left.rows / 2 {
                part.level = DEEPEST;
            }
        }
        Ok(smaller.into())
    }

    /// Joins block by block of the left rows with all right rows, a block being what `bytes` hold but at least a batch.
    async fn blocks(&mut self, unit: &Unit, bytes: usize, inputs: &SpilledInputs) -> Result<()> {
        let mut left = inputs.read(&unit.left, &inputs.left)?;
        // Which right rows have a partner so far, where that matters.
        let mut partners = Marks::new(if self.spec.tracks_probe() { unit.right.rows } else { 0 });
        let mut next: Option<RecordBatch> = None;
        loop {
            let mut reader = Reader::new(&self.spec, Some(unit.left.rows));
            let mut used = 0;
            let last = loop {
                let batch = match next.take() {
                    Some(batch) => Some(batch),
                    None => left.next().await?,
                };
                let Some(batch) = batch else { break true };
                let needed = Reader::bytes(&batch);
                if used > 0 && used + needed > bytes {
                    next = Some(batch);
                    break false;
                }
                used += needed;
                reader.take(batch).await?;
            };
            let timer = self.metrics.build_time.timer();
            reader.put_in_order().await?;
            let index = BuildIndex::build(reader.finish(), &self.spec, 1).await?;
            timer.done();
            self.metrics.build_memory.set_max(index.size());
            self.block(&index, &unit.right, &mut partners, last, inputs).await?;
            if last {
                return Ok(());
            }
        }
    }

    /// Joins all right rows with one block of left rows; after the last block nothing more is known of them.
    async fn block(
        &mut self,
        index: &BuildIndex,
        right: &Stored,
        partners: &mut Marks,
        last: bool,
        inputs: &SpilledInputs,
    ) -> Result<()> {
        let mut marks = Marks::new(if self.spec.tracks_build() { index.rows() } else { 0 });
        let mut first = 0;
        let mut source = inputs.read(right, &inputs.right)?;
        // Partners are known by the order of the right rows: where they matter, it has to stay.
        let mut regrouper = match self.spec.tracks_probe() {
            true => None,
            false => self.regrouper(index, source.schema()),
        };
        // Other threads have units of their own.
        let alone = Groups::default();
        while let Some(batch) = source.next().await? {
            if let Some(regrouper) = &mut regrouper {
                if regrouper.push(batch) {
                    self.group(index, regrouper, &alone, &mut marks).await?;
                }
                continue;
            }
            let rows = batch.num_rows();
            let mut matched = Vec::new();
            if self.spec.tracks_probe() {
                matched = (first..first + rows).map(|row| partners.is_set(row)).collect();
            }
            let probe = self.pairs(index, batch, None, &mut marks, matched).await?;
            if last {
                self.probe_rest(&probe.batch, &probe.matched).await?;
            } else {
                let matched = probe.matched.iter().enumerate().filter(|(_, matched)| **matched);
                matched.for_each(|(row, _)| partners.set(first + row));
            }
            first += rows;
        }
        if let Some(mut regrouper) = regrouper {
            self.group(index, &mut regrouper, &alone, &mut marks).await?;
        }
        if self.spec.tracks_build() {
            self.build_rest(index, &marks).await?;
        }
        Ok(())
    }
}

/// Reserves as much as the pool gives, halving what is asked for; 0 when it gives nothing worth having.
fn half_of_what_is_left(memory: &MemoryReservation, wanted: usize) -> usize {
    let mut bytes = wanted / 2;
    while bytes > 1 << 16 {
        if memory.try_grow(bytes).is_ok() {
            return bytes;
        }
        bytes /= 2;
    }
    0
}
