//! Reads the build side, all its partitions at once, and indexes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::DataType;
use arrow::row::Rows;
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::common::stats::Precision;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use parking_lot::Mutex;

use super::columns::{SideColumns, SideExprs};
use super::index::{BuildIndex, Collected};
use super::metrics::JoinMetrics;
use super::scatter::starts_of;
use super::shard::{SHARDS, shard_of};
use super::spec::Spec;
use super::spill::{Units, spill};
use super::stored::{Bound, Entries, Entry, place};
use super::streams::Streams;
use super::tasks::joined;

/// Bytes a row needs beside its columns: entry (with room to grow), row and bucket in the index, and order.
pub(super) const ROW_BYTES: usize = 80;

/// Batches of fewer rows have too few of every shard for their order to matter.
const LEAST_ROWS_BY_SHARD: usize = 1024;

/// An index of up to so many rows fits into the cache of a core as it is.
const SMALL_INDEX: usize = 1 << 17;

/// An index and what the partitions that probe it share.
#[derive(Debug)]
pub(super) struct SharedIndex {
    pub index: BuildIndex,
    /// Partitions that still probe.
    pub probing: AtomicUsize,
    /// The right input.
    pub streams: Streams,
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
    batches: Vec<RecordBatch>,
    key_rows: Vec<Rows>,
    entries: Entries,
    unmatchable: Vec<u64>,
}

impl Reader {
    /// For an index of about `rows` rows, as far as that is known.
    pub(super) fn new(spec: &Arc<Spec>, rows: Option<usize>) -> Self {
        let small = rows.is_some_and(|rows| rows <= SMALL_INDEX);
        let shards = if spec.keyed() && !small { SHARDS } else { 1 };
        Self {
            spec: Arc::clone(spec),
            shards,
            batches: Vec::new(),
            key_rows: Vec::new(),
            entries: match spec.narrow {
                true => Entries::Narrow((0..shards).map(|_| Vec::new()).collect()),
                false => Entries::Wide((0..shards).map(|_| Vec::new()).collect()),
            },
            unmatchable: Vec::new(),
        }
    }

    /// Bytes that `batch` will need in the index, while it is built.
    pub(super) fn bytes(batch: &RecordBatch) -> usize {
        2 * batch_bytes(batch) + batch.num_rows() * ROW_BYTES
    }

    pub(super) fn take(&mut self, batch: RecordBatch) -> Result<()> {
        let batch = match self.shards > 1 && batch.num_rows() >= LEAST_ROWS_BY_SHARD {
            true => by_shard(&batch, &self.spec.left)?,
            false => batch,
        };
        let columns = self.spec.left.evaluate(&batch)?;
        let number = self.batches.len();
        match &mut self.entries {
            Entries::Narrow(shards) => add(shards, &columns, number),
            Entries::Wide(shards) => add(shards, &columns, number),
        }
        if let Some(valid) = columns.valid.filter(|_| self.spec.keeps_build()) {
            let without = (0..batch.num_rows()).filter(|row| valid.is_null(*row));
            self.unmatchable.extend(without.map(|row| place(number, row)));
        }
        self.key_rows.extend(columns.rows);
        self.batches.push(batch);
        Ok(())
    }

    /// The batches as they came, everything made of them dropped.
    pub(super) fn into_batches(self) -> Vec<RecordBatch> {
        self.batches
    }

    /// Everything the readers have, with the batches numbered through.
    pub(super) fn together(readers: Vec<Self>) -> Collected {
        let mut all = Collected::default();
        for mut reader in readers {
            let shift = place(all.batches.len(), 0);
            all.unmatchable.extend(reader.unmatchable.into_iter().map(|row| row + shift));
            all.batches.append(&mut reader.batches);
            all.key_rows.append(&mut reader.key_rows);
            all.entries.push((reader.entries, shift));
        }
        all
    }
}

/// The rows of `batch` in the order of their shards: what a shard needs of the batch then lies side by side.
fn by_shard(batch: &RecordBatch, side: &SideExprs) -> Result<RecordBatch> {
    let keys = side.key_numbers(batch)?.0;
    let shards: Vec<u16> = keys.iter().map(|key| shard_of(*key) as u16).collect();
    let mut next = starts_of(&shards, SHARDS);
    let mut order = vec![0; shards.len()];
    for (row, shard) in shards.iter().enumerate() {
        let to = &mut next[usize::from(*shard)];
        order[*to] = row as u32;
        *to += 1;
    }
    Ok(take_record_batch(batch, &UInt32Array::from(order))?)
}

/// Adds the rows that can match, those of batch `number`, to their shards.
fn add<V: Bound>(shards: &mut [Vec<Entry<V>>], columns: &SideColumns, number: usize) {
    let bounds = columns.low.iter().zip(columns.high.iter());
    for (row, (low, high)) in bounds.enumerate() {
        if columns.can_match(row) {
            let key = columns.keys.get(row).copied().unwrap_or(0);
            let shard = if shards.len() == 1 { 0 } else { shard_of(key) };
            let (low, high) = (V::of(*low), V::of(*high));
            shards[shard].push(Entry { key, low, high, place: place(number, row) });
        }
    }
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
    let partitions = left.output_partitioning().partition_count();
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
    let streams = Arc::new(Streams::default());
    let mut tasks = JoinSet::new();
    for partition in 0..partitions {
        let own = streams.add(left.execute(partition, Arc::clone(&context))?);
        let reader = (Reader::new(&spec, None), own);
        tasks.spawn(read(reader, Arc::clone(&streams), Arc::clone(&memory), metrics.clone()));
    }
    let readers = joined(tasks).await?;
    if memory.full.load(Ordering::Relaxed) {
        let left = Rest { readers, streams };
        let reservation = Arc::clone(&memory.reservation);
        drop(memory);
        return Ok(Built::Units(spill(spec, left, right, context, metrics, reservation).await?));
    }
    let timer = metrics.build_time.timer();
    let threads = context.session_config().target_partitions();
    let collected = Reader::together(readers.into_iter().map(|(reader, _)| reader).collect());
    drop(streams);
    let index = BuildIndex::build(collected, &spec, threads).await?;
    timer.done();
    memory.reservation.resize(index.size());
    metrics.build_memory.set_max(index.size());
    let probing = AtomicUsize::new(right.output_partitioning().partition_count());
    let (streams, matched) = (Streams::default(), Mutex::default());
    Ok(Built::Index(Box::new(SharedIndex { index, probing, streams, matched, _memory: memory })))
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
    streams: Arc<Streams>,
    memory: Arc<Memory>,
    metrics: JoinMetrics,
) -> Result<(Reader, usize)> {
    while !memory.full.load(Ordering::Relaxed) {
        let Some(batch) = streams.next(own).await else { break };
        let batch = batch?;
        let _timer = metrics.build_time.timer();
        metrics.build_rows.add(batch.num_rows());
        if let Err(e) = memory.reservation.try_grow(Reader::bytes(&batch)) {
            if !memory.can_spill {
                return Err(e);
            }
            memory.full.store(true, Ordering::Relaxed);
        }
        reader.take(batch)?;
    }
    Ok((reader, own))
}
