//! Reads the build side, all its partitions at once, and indexes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use arrow::row::Rows;
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::common::stats::Precision;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use parking_lot::Mutex;

use super::columns::SideColumns;
use super::early::Early;
use super::groups::Groups;
use super::index::BuildIndex;
use super::indexing::Collected;
use super::metrics::JoinMetrics;
use super::scatter::{Moves, Scatter};
use super::shard::{SHARDS, shard_of};
use super::spec::Spec;
use super::spill::{Units, spill};
use super::stored::{Bound, Columns, Sharded, place};
use super::streams::Streams;
use super::tasks::{Pauses, joined};

/// Bytes a row needs beside its columns: key and bounds where they are no columns, row and bucket in the index, order.
pub(super) const ROW_BYTES: usize = 64;

/// So many rows are put in the order of their shards together: enough of every shard.
const ROWS_BY_SHARD: usize = 1 << 17;

/// So many are it at first, each time twice as many: few rows are not all left to the reader that comes first.
const FIRST_ROWS: usize = 1 << 14;

/// An index of up to so many rows fits into the cache of a core as it is.
const SMALL_INDEX: usize = 1 << 17;

/// An index and what the partitions that probe it share.
#[derive(Debug)]
pub(super) struct SharedIndex {
    pub index: BuildIndex,
    /// Partitions that still probe.
    pub probing: AtomicUsize,
    /// The right input.
    pub streams: Arc<Streams>,
    /// Rows of it that are being joined.
    pub groups: Groups,
    /// Build rows that have a partner, joined from all partitions.
    pub matched: Mutex<Marks>,
    /// Reserved as long as the index lives.
    _memory: Arc<Memory>,
}

/// One bit a build row.
#[derive(Debug, Default, Clone)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    pub(super) fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    #[inline]
    pub(super) fn set(&mut self, row: usize) {
        self.0[row / 64] |= 1 << (row % 64);
    }

    pub(super) fn is_set(&self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }

    /// Adds the marks of `other`.
    pub(super) fn join(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }
}

/// What one reader has taken in.
pub(super) struct Reader {
    spec: Arc<Spec>,
    shards: usize,
    collected: Collected,
    /// Batches that are to be put in the order of their shards together, and how many rows they have.
    waiting: Vec<RecordBatch>,
    rows: usize,
    /// Rows that are to wait for each other.
    wanted: usize,
    moves: Moves,
    scatter: Scatter,
    pauses: Pauses,
}

impl Reader {
    /// For an index of about `rows` rows, as far as that is known.
    pub(super) fn new(spec: &Arc<Spec>, rows: Option<usize>) -> Self {
        let small = rows.is_some_and(|rows| rows <= SMALL_INDEX);
        Self {
            spec: Arc::clone(spec),
            shards: if spec.keyed() && !small { SHARDS } else { 1 },
            collected: Collected::new(spec.narrow),
            waiting: Vec::new(),
            rows: 0,
            wanted: FIRST_ROWS,
            moves: Moves::default(),
            scatter: Scatter::default(),
            pauses: Pauses::new(),
        }
    }

    /// Bytes that `batch` will need in the index, while it is built.
    pub(super) fn bytes(batch: &RecordBatch) -> usize {
        2 * batch_bytes(batch) + batch.num_rows() * ROW_BYTES
    }

    pub(super) async fn take(&mut self, batch: RecordBatch) -> Result<()> {
        if self.shards == 1 {
            let starts = vec![0, batch.num_rows()];
            return self.add(batch, starts);
        }
        self.rows += batch.num_rows();
        self.waiting.push(batch);
        if self.rows >= self.wanted { self.put_in_order().await } else { Ok(()) }
    }

    /// Puts what waits in the order of the shards: what a shard needs of it then lies side by side.
    pub(super) async fn put_in_order(&mut self) -> Result<()> {
        let batches = std::mem::take(&mut self.waiting);
        if batches.is_empty() {
            return Ok(());
        }
        self.rows = 0;
        self.wanted = (2 * self.wanted).min(ROWS_BY_SHARD);
        self.moves.clear();
        for batch in &batches {
            let keys = self.spec.left.key_numbers(batch)?.0;
            self.moves.add(keys.iter().map(|key| (shard_of(*key) as u16, true)));
        }
        let starts = self.moves.order(self.shards).to_vec();
        let batch = self.scatter.together(&batches, &self.moves, &mut self.pauses).await?;
        self.add(batch, starts)
    }

    /// Adds a batch that is in the order of the shards.
    fn add(&mut self, batch: RecordBatch, starts: Vec<usize>) -> Result<()> {
        let number = self.collected.batches.len();
        let (valid, rows) = match &mut self.collected.columns {
            Columns::Narrow(all) => sharded(all, self.spec.left.evaluate(&batch)?, starts),
            Columns::Wide(all) => sharded(all, self.spec.left.evaluate(&batch)?, starts),
        };
        if let Some(valid) = valid.filter(|_| self.spec.keeps_build()) {
            let without = (0..batch.num_rows()).filter(|row| valid.is_null(*row));
            self.collected.unmatchable.extend(without.map(|row| place(number, row)));
        }
        self.collected.key_rows.extend(rows);
        self.collected.batches.push(batch);
        Ok(())
    }

    /// Everything, for the index.
    pub(super) fn finish(self) -> Collected {
        self.collected
    }

    /// The batches, everything made of them dropped.
    pub(super) fn into_batches(self) -> Vec<RecordBatch> {
        let mut batches = self.collected.batches;
        batches.extend(self.waiting);
        batches
    }
}

/// Adds the keys and bounds of a batch to those of `all`; which of its rows can match, and its keys in row form.
fn sharded<V: Bound>(
    all: &mut Vec<Sharded<V>>,
    columns: SideColumns<V>,
    starts: Vec<usize>,
) -> (Option<NullBuffer>, Option<Rows>) {
    let SideColumns { keys, low, high, valid, rows, .. } = columns;
    all.push(Sharded { keys, low, high, valid: valid.clone(), starts });
    (valid, rows)
}

/// Bytes of the values of `batch`, counted as if it were alone in its buffers.
pub(super) fn batch_bytes(batch: &RecordBatch) -> usize {
    let long = |views: &[u128]| views.iter().map(|view| *view as u32 as usize).filter(|len| *len > 12).sum();
    let column = |column: &ArrayRef| {
        let texts: usize = match column.data_type() {
            DataType::Utf8View => long(column.as_string_view().views()),
            DataType::BinaryView => long(column.as_binary_view().views()),
            _ => 0,
        };
        let slice = column.to_data().get_slice_memory_size();
        slice.unwrap_or_else(|_| column.get_array_memory_size()) + texts
    };
    batch.columns().iter().map(column).sum()
}

/// The build side, ready to be joined.
pub(super) enum Built {
    /// In memory.
    Index(Box<SharedIndex>),
    /// Both sides in parts, to be joined unit by unit.
    Units(Units),
}

/// Reads `left` and indexes it; when the memory does not suffice, reads `right` as well and splits both.
pub(super) async fn build(
    spec: Arc<Spec>,
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    metrics: JoinMetrics,
) -> Result<Built> {
    let can_spill = context.runtime_env().disk_manager.tmp_files_enabled();
    let consumer = MemoryConsumer::new("IntervalJoinBuild").with_can_spill(can_spill);
    let memory = Arc::new(Memory {
        reservation: Arc::new(consumer.register(context.memory_pool())),
        can_spill,
        full: AtomicBool::new(false),
    });
    if can_spill && memory.reservation.try_grow(expected_bytes(left.as_ref())?).is_err() {
        memory.full.store(true, Ordering::Relaxed);
    }
    memory.reservation.free();
    let streams = Arc::new(Streams::of(left.as_ref(), &context)?);
    let early = Early::begin(right.as_ref(), &context)?.map(Arc::new);
    let mut tasks = JoinSet::new();
    for own in 0..streams.partitions() {
        let reader = (Reader::new(&spec, None), own);
        let inputs = (Arc::clone(&streams), early.clone());
        tasks.spawn(read(reader, inputs, Arc::clone(&memory), metrics.clone()));
    }
    let readers = joined(tasks).await?;
    if let Some(early) = &early {
        early.end();
    }
    let right = || match &early {
        Some(early) => Ok(early.right()),
        None => Streams::of(right.as_ref(), &context).map(Arc::new),
    };
    if memory.full.load(Ordering::Relaxed) {
        let left = Rest { readers, streams };
        let reservation = Arc::clone(&memory.reservation);
        drop(memory);
        return Ok(Built::Units(spill(spec, left, right, &context, metrics, reservation).await?));
    }
    let timer = metrics.build_time.timer();
    let threads = context.session_config().target_partitions();
    let mut collected = Collected::new(spec.narrow);
    for (reader, _) in readers {
        collected.append(reader.finish());
    }
    drop(streams);
    let index = BuildIndex::build(collected, &spec, threads).await?;
    timer.done();
    memory.reservation.resize(index.size());
    metrics.build_memory.set_max(index.size());
    let streams = right()?;
    let (probing, groups) = (AtomicUsize::new(streams.partitions()), Groups::default());
    let matched = Mutex::default();
    Ok(Built::Index(Box::new(SharedIndex { index, probing, streams, groups, matched, _memory: memory })))
}

/// A left input that did not fit in memory.
pub(super) struct Rest {
    /// What has been read, and the numbers the readers have in `streams`.
    pub readers: Vec<(Reader, usize)>,
    /// What has not been read.
    pub streams: Arc<Streams>,
}

/// Bytes an index of `input` needs while it is built, as far as it is known how many rows there are.
fn expected_bytes(input: &dyn ExecutionPlan) -> Result<usize> {
    let statistics = StatisticsContext::new().compute(input, &StatisticsArgs::new())?;
    let Precision::Exact(rows) = statistics.num_rows else { return Ok(0) };
    let widths =
        input.schema().fields().iter().filter_map(|field| field.data_type().primitive_width()).sum::<usize>();
    Ok(rows.saturating_mul(2 * widths + ROW_BYTES))
}

/// The memory the readers share.
#[derive(Debug)]
struct Memory {
    reservation: Arc<MemoryReservation>,
    can_spill: bool,
    /// A batch did not fit: every reader stops.
    full: AtomicBool,
}

/// Reads until the end, or until a reader has met the limit. The batch that met it is kept: it has been read.
async fn read(
    (mut reader, own): (Reader, usize),
    (streams, mut early): (Arc<Streams>, Option<Arc<Early>>),
    memory: Arc<Memory>,
    metrics: JoinMetrics,
) -> Result<(Reader, usize)> {
    while !memory.full.load(Ordering::Relaxed) {
        let batch = match streams.next_of(own).await {
            Some(batch) => Some(batch),
            None => {
                if let Some(early) = early.take() {
                    early.read(own);
                }
                streams.next_of_others(own).await
            }
        };
        let Some(batch) = batch else { break };
        let batch = batch?;
        let _timer = metrics.build_time.timer();
        metrics.build_rows.add(batch.num_rows());
        if let Err(e) = memory.reservation.try_grow(Reader::bytes(&batch)) {
            if !memory.can_spill {
                return Err(e);
            }
            memory.full.store(true, Ordering::Relaxed);
        }
        reader.take(batch).await?;
    }
    if !memory.full.load(Ordering::Relaxed) {
        let _timer = metrics.build_time.timer();
        reader.put_in_order().await?;
    }
    Ok((reader, own))
}
