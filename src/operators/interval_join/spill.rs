//! Sides that do not fit in memory: split by a hash of the key into parts, joined part by part.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::runtime::JoinSet;
use datafusion::common::{Result, internal_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryReservation};
use parking_lot::Mutex;

use super::build::{Reader, Rest, batch_bytes};
use super::columns::{KeyForm, SideExprs};
use super::metrics::JoinMetrics;
use super::packed::pack;
use super::parts::{Disk, Part, Room, Stored};
use super::scatter::{Moves, Scatter};
use super::spec::Spec;
use super::streams::Streams;
use super::tasks::{Pauses, joined};

/// Parts a side is split into at a time at least and at most, and the memory for which there is one more.
const FEWEST_PARTS: usize = 32;
const MOST_PARTS: usize = 512;
const BYTES_PER_PART: usize = 1 << 19;
/// How often a part that is still too large is split again.
pub(super) const DEEPEST: u32 = 4;

/// Rows and bytes that are put in order together: enough that there are many of each part.
const GROUP_ROWS: usize = 1 << 18;
const GROUP_BYTES: usize = 16 << 20;

/// Rows that are joined with each other and with no others.
#[derive(Clone)]
pub(super) struct Unit {
    pub left: Stored,
    pub right: Stored,
    /// How often the rows have been split; [`DEEPEST`] where splitting does not help.
    pub level: u32,
}

/// What is left to be joined.
pub(super) struct Units {
    pub queue: Mutex<VecDeque<Unit>>,
    pub room: Arc<Room>,
}

/// Splits one side into parts. Several tasks may write at once.
pub(super) struct Splitter {
    side: SideExprs,
    /// Rows whose key is NULL are written too.
    keeps_all: bool,
    level: u32,
    batch_size: usize,
    group_bytes: usize,
    parts: Vec<Mutex<Part>>,
}

impl Splitter {
    /// Several parts only where there is a key to split by.
    pub(super) fn new(
        context: &TaskContext,
        disk: &Disk,
        room: &Arc<Room>,
        side: &SideExprs,
        keeps_all: bool,
        level: u32,
    ) -> Self {
        let limit = match context.memory_pool().memory_limit() {
            MemoryLimit::Finite(limit) => limit,
            _ => usize::MAX,
        };
        let parts = (limit / BYTES_PER_PART).clamp(FEWEST_PARTS, MOST_PARTS);
        let count = if matches!(side.form, KeyForm::None) { 1 } else { parts };
        Self {
            side: side.clone(),
            keeps_all,
            level,
            batch_size: context.session_config().batch_size(),
            group_bytes: GROUP_BYTES.min(limit / 32),
            parts: (0..count).map(|_| Mutex::new(Part::new(disk, room))).collect(),
        }
    }

    /// For one of the tasks that write.
    pub(super) fn writer(self: &Arc<Self>) -> PartWriter {
        PartWriter {
            splitter: Arc::clone(self),
            waiting: Vec::new(),
            rows: 0,
            bytes: 0,
            moves: Moves::default(),
            scatter: Scatter::default(),
            packed: Vec::new(),
            pauses: Pauses::new(),
        }
    }

    /// When all writers have finished.
    pub(super) fn finish(self: Arc<Self>) -> Result<Vec<Stored>> {
        let Some(splitter) = Arc::into_inner(self) else {
            return internal_err!("parts are finished while they are written");
        };
        splitter.parts.into_iter().map(|part| part.into_inner().finish()).collect()
    }
}

/// Writes batches into the parts of a [`Splitter`].
pub(super) struct PartWriter {
    splitter: Arc<Splitter>,
    waiting: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    moves: Moves,
    scatter: Scatter,
    packed: Vec<u8>,
    pauses: Pauses,
}

impl PartWriter {
    pub(super) async fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows += batch.num_rows();
        self.bytes += batch_bytes(&batch);
        self.waiting.push(batch);
        if self.rows >= GROUP_ROWS || self.bytes >= self.splitter.group_bytes {
            self.flush().await?;
        }
        Ok(())
    }

    /// Writes what waits.
    pub(super) async fn flush(&mut self) -> Result<()> {
        let batches = std::mem::take(&mut self.waiting);
        (self.rows, self.bytes) = (0, 0);
        if batches.is_empty() {
            return Ok(());
        }
        let splitter = Arc::clone(&self.splitter);
        self.moves.clear();
        for batch in &batches {
            splitter.add_to(&mut self.moves, batch)?;
            self.pauses.pause().await;
        }
        self.moves.order(splitter.parts.len());
        let together = self.scatter.together(&batches, &self.moves, &mut self.pauses).await?;
        drop(batches);
        for (part, ends) in splitter.parts.iter().zip(self.moves.starts().windows(2)) {
            for first in (ends[0]..ends[1]).step_by(splitter.batch_size.max(1)) {
                let rows = together.slice(first, splitter.batch_size.min(ends[1] - first));
                pack(&rows, &mut self.packed)?;
                part.lock().push(&self.packed, Reader::bytes(&rows))?;
            }
            self.pauses.pause().await;
        }
        self.scatter.give_back(together);
        Ok(())
    }
}

impl Splitter {
    /// Adds the rows of `batch` with their parts; those that nobody needs are left out.
    fn add_to(&self, moves: &mut Moves, batch: &RecordBatch) -> Result<()> {
        let count = self.parts.len();
        if count == 1 {
            moves.add((0..batch.num_rows()).map(|_| (0, true)));
            return Ok(());
        }
        let (keys, valid) = self.side.key_numbers(batch)?;
        let part = |key: &u64| part_of(*key, self.level, count) as u16;
        match valid.filter(|valid| valid.null_count() > 0) {
            None => moves.add(keys.iter().map(|key| (part(key), true))),
            Some(valid) => moves.add(keys.iter().enumerate().map(|(row, key)| match valid.is_valid(row) {
                true => (part(key), true),
                false => ((row % count) as u16, self.keeps_all),
            })),
        }
        Ok(())
    }
}

/// The part of `key`; unlike the shard of the index, and another for every level.
fn part_of(key: u64, level: u32, parts: usize) -> usize {
    let mut z = key.wrapping_add(u64::from(level + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (((z ^ (z >> 31)) >> 32) as usize * parts) >> 32
}

/// Units of `left` and `right`, without those that have no result.
pub(super) fn units(spec: &Spec, left: Vec<Stored>, right: Vec<Stored>, level: u32) -> VecDeque<Unit> {
    let useful = |unit: &Unit| {
        (unit.left.rows > 0 || spec.keeps_probe()) && (unit.right.rows > 0 || spec.keeps_build())
    };
    left.into_iter().zip(right).map(|(left, right)| Unit { left, right, level }).filter(useful).collect()
}

/// Splits what the readers hold, the rest of their input and then all of `right` into parts.
pub(super) async fn spill(
    spec: Arc<Spec>,
    left: Rest,
    right: impl FnOnce() -> Result<Arc<Streams>>,
    context: &TaskContext,
    metrics: JoinMetrics,
    memory: Arc<MemoryReservation>,
) -> Result<Units> {
    let Rest { readers, streams } = left;
    let room = Arc::new(Room::new(context));
    let disk = Disk::new(context, &metrics);
    // What has been made of the batches is dropped now; they themselves when they are written.
    let readers: Vec<_> = readers.into_iter().map(|(reader, own)| (reader.into_batches(), own)).collect();
    memory.resize(readers.iter().flat_map(|(batches, _)| batches).map(batch_bytes).sum());
    let splitter = Arc::new(Splitter::new(context, &disk, &room, &spec.left, spec.keeps_build(), 0));
    let mut tasks = JoinSet::new();
    for (batches, own) in readers {
        let (mut writer, streams) = (splitter.writer(), Arc::clone(&streams));
        let (metrics, memory) = (metrics.clone(), Arc::clone(&memory));
        tasks.spawn(async move {
            for batch in batches {
                memory.shrink(batch_bytes(&batch));
                writer.push(batch).await?;
            }
            while let Some(batch) = streams.next(own).await {
                let batch = batch?;
                metrics.build_rows.add(batch.num_rows());
                writer.push(batch).await?;
            }
            writer.flush().await
        });
    }
    joined(tasks).await?;
    let left = splitter.finish()?;
    memory.free();
    drop(memory);
    let splitter = Arc::new(Splitter::new(context, &disk, &room, &spec.right, spec.keeps_probe(), 0));
    let streams = right()?;
    let mut tasks = JoinSet::new();
    for own in 0..streams.partitions() {
        let (mut writer, streams) = (splitter.writer(), Arc::clone(&streams));
        tasks.spawn(async move {
            while let Some(batch) = streams.next(own).await {
                writer.push(batch?).await?;
            }
            writer.flush().await
        });
    }
    joined(tasks).await?;
    let queue = Mutex::new(units(&spec, left, splitter.finish()?, 0));
    Ok(Units { queue, room })
}
