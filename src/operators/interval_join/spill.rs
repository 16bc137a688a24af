//! Sides that do not fit in memory: written to files by a hash of the key, joined file by file.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{BatchCoalescer, take_record_batch};
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::SpillMetrics;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, SpillManager};
use parking_lot::Mutex;

use super::build::{Reader, Rest};
use super::columns::{KeyForm, SideExprs};
use super::metrics::JoinMetrics;
use super::spec::Spec;
use super::streams::Streams;
use super::tasks::joined;

/// Files a side is split into at a time.
pub(super) const PARTS: usize = 32;
/// How often a part that is still too large is split again.
pub(super) const DEEPEST: u32 = 4;

/// Rows of one side in one file.
#[derive(Clone, Default)]
pub(super) struct Stored {
    pub file: Option<Arc<dyn SpillFile>>,
    pub rows: usize,
    /// Bytes the rows need in an index, were they the build side.
    pub index_bytes: usize,
}

/// Rows that are joined with each other and with no others.
#[derive(Clone)]
pub(super) struct Unit {
    pub left: Stored,
    pub right: Stored,
    /// How often the rows have been split; [`DEEPEST`] where splitting does not help.
    pub level: u32,
}

/// Writes and reads the files of one side.
#[derive(Clone)]
pub(super) struct Files {
    manager: SpillManager,
    batch_size: usize,
}

impl Files {
    pub(super) fn new(context: &TaskContext, metrics: &SpillMetrics, schema: SchemaRef) -> Self {
        let config = context.session_config();
        let manager = SpillManager::new(context.runtime_env(), metrics.clone(), schema)
            .with_compression_type(config.spill_compression());
        Self { manager, batch_size: config.batch_size() }
    }

    /// The batches of a file, in the order they were written.
    pub(super) fn read(&self, stored: &Stored) -> Result<Option<SendableRecordBatchStream>> {
        stored.file.as_ref().map(|file| self.manager.read_spill_as_stream(Arc::clone(file), None)).transpose()
    }
}

/// Appends a batch, or finishes the file. A function because the type of files in progress cannot be named.
type Write = Box<dyn FnMut(Option<&RecordBatch>) -> Result<Option<Arc<dyn SpillFile>>> + Send>;

/// A file that is being written, with the rows that wait for a full batch.
struct Part {
    waiting: BatchCoalescer,
    write: Write,
    stored: Stored,
}

impl Part {
    fn write_ready(&mut self) -> Result<()> {
        while let Some(batch) = self.waiting.next_completed_batch() {
            self.stored.rows += batch.num_rows();
            self.stored.index_bytes += Reader::bytes(&batch);
            (self.write)(Some(&batch))?;
        }
        Ok(())
    }
}

/// Splits one side into files. Several tasks may write at once.
pub(super) struct Splitter {
    side: SideExprs,
    /// Rows whose key is NULL are written too.
    keeps_all: bool,
    level: u32,
    parts: Vec<Mutex<Part>>,
}

impl Splitter {
    /// `count` files; several only where there is a key to split by.
    pub(super) fn new(
        files: &Files,
        side: &SideExprs,
        keeps_all: bool,
        level: u32,
        count: usize,
    ) -> Result<Self> {
        let part = || {
            let waiting = BatchCoalescer::new(Arc::clone(files.manager.schema()), files.batch_size)
                .with_biggest_coalesce_batch_size(Some(files.batch_size / 2));
            let mut file = files.manager.create_in_progress_file("an interval join")?;
            let write: Write = Box::new(move |batch| match batch {
                Some(batch) => file.append_batch(batch).map(|_| None),
                None => file.finish(),
            });
            Ok(Mutex::new(Part { waiting, write, stored: Stored::default() }))
        };
        let parts = (0..count).map(|_| part()).collect::<Result<_>>()?;
        Ok(Self { side: side.clone(), keeps_all, level, parts })
    }

    pub(super) fn write(&self, batch: RecordBatch) -> Result<()> {
        if let [only] = self.parts.as_slice() {
            let mut part = only.lock();
            part.waiting.push_batch(batch)?;
            return part.write_ready();
        }
        let (keys, valid) = self.side.key_numbers(&batch)?;
        let mut rows = vec![Vec::new(); self.parts.len()];
        for (row, key) in keys.iter().enumerate() {
            if valid.as_ref().is_none_or(|valid| valid.is_valid(row)) {
                rows[part_of(*key, self.level, self.parts.len())].push(row as u32);
            } else if self.keeps_all {
                rows[row % self.parts.len()].push(row as u32);
            }
        }
        for (part, rows) in self.parts.iter().zip(rows) {
            if !rows.is_empty() {
                let rows = take_record_batch(&batch, &UInt32Array::from(rows))?;
                let mut part = part.lock();
                part.waiting.push_batch(rows)?;
                part.write_ready()?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(&self) -> Result<Vec<Stored>> {
        let finish = |part: &Mutex<Part>| {
            let mut part = part.lock();
            part.waiting.finish_buffered_batch()?;
            part.write_ready()?;
            part.stored.file = (part.write)(None)?;
            Ok(std::mem::take(&mut part.stored))
        };
        self.parts.iter().map(finish).collect()
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

/// Writes what the readers hold, the rest of their input and all of `right` to files.
pub(super) async fn spill(
    spec: Arc<Spec>,
    left: Rest,
    right: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    metrics: JoinMetrics,
    memory: &MemoryReservation,
) -> Result<VecDeque<Unit>> {
    let count = if matches!(spec.left.form, KeyForm::None) { 1 } else { PARTS };
    let Rest { schema, readers, streams } = left;
    let files = Files::new(&context, &metrics.spill, schema);
    let splitter = Arc::new(Splitter::new(&files, &spec.left, spec.keeps_build(), 0, count)?);
    let mut tasks = JoinSet::new();
    for (reader, own) in readers {
        let (splitter, streams, metrics) = (Arc::clone(&splitter), Arc::clone(&streams), metrics.clone());
        tasks.spawn(async move {
            for batch in reader.into_batches() {
                splitter.write(batch)?;
                tokio::task::yield_now().await;
            }
            while let Some(batch) = streams.next(own).await {
                let batch = batch?;
                metrics.build_rows.add(batch.num_rows());
                splitter.write(batch)?;
            }
            Ok(())
        });
    }
    joined(tasks).await?;
    let left = splitter.finish()?;
    memory.free();
    let files = Files::new(&context, &metrics.spill, right.schema());
    let splitter = Arc::new(Splitter::new(&files, &spec.right, spec.keeps_probe(), 0, count)?);
    let streams = Arc::new(Streams::default());
    let mut tasks = JoinSet::new();
    for partition in 0..right.output_partitioning().partition_count() {
        let own = streams.add(right.execute(partition, Arc::clone(&context))?);
        let (splitter, streams) = (Arc::clone(&splitter), Arc::clone(&streams));
        tasks.spawn(async move {
            while let Some(batch) = streams.next(own).await {
                splitter.write(batch?)?;
            }
            Ok(())
        });
    }
    joined(tasks).await?;
    Ok(units(&spec, left, splitter.finish()?, 0))
}
