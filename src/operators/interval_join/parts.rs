//! Rows of one side and one part of the key space: packed, in memory as long as there is room, else in a file.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};
use futures::StreamExt;
use tokio::sync::mpsc;

use super::metrics::JoinMetrics;
use super::packed::{HEADER, cut_off, length_and_rows, unpack};

/// Pieces of a file that are read ahead.
const PIECES_AHEAD: usize = 4;

/// Memory for packed rows.
#[derive(Debug)]
pub(super) struct Room {
    reservation: MemoryReservation,
    most: usize,
}

impl Room {
    /// Half of the memory there is: the other half is for what is made of the rows.
    pub(super) fn new(context: &TaskContext) -> Self {
        let pool = context.memory_pool();
        let most = match pool.memory_limit() {
            MemoryLimit::Finite(bytes) => bytes / 2,
            _ => usize::MAX,
        };
        Self { reservation: MemoryConsumer::new("IntervalJoinParts").register(pool), most }
    }

    fn take(&self, bytes: usize) -> bool {
        self.reservation.size().saturating_add(bytes) <= self.most && self.reservation.try_grow(bytes).is_ok()
    }
}

/// Packed rows in memory.
#[derive(Debug)]
struct Held {
    packed: Vec<Box<[u8]>>,
    bytes: usize,
    room: Arc<Room>,
}

impl Held {
    fn clear(&mut self) {
        self.packed = Vec::new();
        self.room.reservation.shrink(std::mem::take(&mut self.bytes));
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Rows of one side in one part.
#[derive(Clone)]
pub(super) struct Stored {
    held: Arc<Held>,
    file: Option<Arc<dyn SpillFile>>,
    pub rows: usize,
    /// Bytes the rows need in an index, were they the build side.
    pub index_bytes: usize,
}

/// What the parts of a side need to be written.
#[derive(Clone)]
pub(super) struct Disk {
    environment: Arc<RuntimeEnv>,
    metrics: JoinMetrics,
}

impl Disk {
    pub(super) fn new(context: &TaskContext, metrics: &JoinMetrics) -> Self {
        Self { environment: context.runtime_env(), metrics: metrics.clone() }
    }
}

/// A part that is being written.
pub(super) struct Part {
    disk: Disk,
    held: Held,
    file: Option<(Arc<dyn SpillFile>, Box<dyn SpillWriter>)>,
    rows: usize,
    index_bytes: usize,
}

impl Part {
    pub(super) fn new(disk: &Disk, room: &Arc<Room>) -> Self {
        let held = Held { packed: Vec::new(), bytes: 0, room: Arc::clone(room) };
        Self { disk: disk.clone(), held, file: None, rows: 0, index_bytes: 0 }
    }

    /// Adds packed rows. Where there is no room for them, they go to the file with all that is held of this part.
    pub(super) fn push(&mut self, packed: &[u8], index_bytes: usize) -> Result<()> {
        self.rows += length_and_rows(packed).map_or(0, |(_, rows)| rows);
        self.index_bytes += index_bytes;
        self.disk.metrics.packed_bytes.add(packed.len());
        if self.held.room.take(packed.len()) {
            self.held.bytes += packed.len();
            self.held.packed.push(packed.into());
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let file = self.disk.environment.disk_manager.create_tmp_file("an interval join")?;
                let writer = file.open_writer()?;
                self.disk.metrics.spill.spill_file_count.add(1);
                (file, writer)
            }
        };
        for bytes in self.held.packed.iter().map(AsRef::as_ref).chain([packed]) {
            file.1.write_all(bytes)?;
            self.disk.metrics.spill.spilled_bytes.add(bytes.len());
            self.disk.metrics.spill.spilled_rows.add(length_and_rows(bytes).map_or(0, |(_, rows)| rows));
        }
        self.file = Some(file);
        self.held.clear();
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Stored> {
        let file = match self.file {
            Some((file, mut writer)) => {
                writer.flush()?;
                writer.finish()?;
                Some(file)
            }
            None => None,
        };
        Ok(Stored { held: Arc::new(self.held), file, rows: self.rows, index_bytes: self.index_bytes })
    }
}

impl Stored {
    /// Reads the rows, always in the same order, in batches of up to `batch_size` unless they were written larger.
    pub(super) fn read(&self, schema: &SchemaRef, batch_size: usize) -> Result<Source> {
        Ok(Source {
            stored: self.clone(),
            schema: Arc::clone(schema),
            batch_size,
            next: 0,
            file: self.file.as_ref().map(|file| Ahead::new(file.as_ref())).transpose()?,
        })
    }
}

/// The batches of [`Stored`] rows.
pub(super) struct Source {
    stored: Stored,
    schema: SchemaRef,
    batch_size: usize,
    /// Next of the pieces in memory.
    next: usize,
    file: Option<Ahead>,
}

impl Source {
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let held = &self.stored.held.packed;
        if self.next < held.len() {
            let pieces = held[self.next..].iter().map(AsRef::as_ref);
            let pieces = up_to(pieces, self.batch_size);
            self.next += pieces.len();
            return unpack(&pieces, &self.schema).map(Some);
        }
        let Some(file) = &mut self.file else { return Ok(None) };
        file.fill(self.batch_size).await?;
        let pieces = up_to(file.pieces(), self.batch_size);
        if pieces.is_empty() {
            return if file.bytes.len() == file.at { Ok(None) } else { cut_off() };
        }
        let batch = unpack(&pieces, &self.schema)?;
        file.at += pieces.iter().map(|piece| piece.len()).sum::<usize>();
        Ok(Some(batch))
    }
}

/// The first of `pieces`, with `rows` rows together at most; but at least one.
fn up_to<'a>(pieces: impl Iterator<Item = &'a [u8]>, rows: usize) -> Vec<&'a [u8]> {
    let mut taken = Vec::new();
    let mut count = 0;
    for piece in pieces {
        count += length_and_rows(piece).map_or(0, |(_, rows)| rows);
        if count > rows && !taken.is_empty() {
            break;
        }
        taken.push(piece);
    }
    taken
}

/// A file that is read ahead by a task, which ends with this.
struct Ahead {
    _task: JoinSet<()>,
    incoming: mpsc::Receiver<Result<Bytes>>,
    bytes: Vec<u8>,
    /// Up to here `bytes` are done with.
    at: usize,
}

impl Ahead {
    fn new(file: &dyn SpillFile) -> Result<Self> {
        let mut stream = file.read_stream()?;
        let (to, incoming) = mpsc::channel(PIECES_AHEAD);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(bytes) = stream.next().await {
                if to.send(bytes).await.is_err() {
                    break;
                }
            }
        });
        Ok(Self { _task: task, incoming, bytes: Vec::new(), at: 0 })
    }

    /// The whole pieces that have been read.
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.bytes[self.at..];
        std::iter::from_fn(move || {
            let (length, _) = length_and_rows(rest)?;
            let (piece, after) = rest.split_at_checked(length.max(HEADER))?;
            rest = after;
            Some(piece)
        })
    }

    /// Reads on until there are `rows` rows in whole pieces, or the file ends.
    async fn fill(&mut self, rows: usize) -> Result<()> {
        loop {
            let count: usize = self.pieces().filter_map(length_and_rows).map(|(_, rows)| rows).sum();
            if count >= rows {
                return Ok(());
            }
            let Some(more) = self.incoming.recv().await else { return Ok(()) };
            self.bytes.drain(..std::mem::take(&mut self.at));
            self.bytes.extend_from_slice(&more?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::interval_join::packed::pack;
    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use datafusion::execution::memory_pool::GreedyMemoryPool;
    use datafusion::execution::runtime_env::RuntimeEnvBuilder;
    use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;

    fn batch(numbers: std::ops::Range<i64>) -> RecordBatch {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers.map(|number| number * number)));
        RecordBatch::try_from_iter([("number", column)]).unwrap()
    }

    #[tokio::test]
    async fn rows_come_back_from_memory_and_from_files() {
        for limit in [1 << 20, 20_000, 100] {
            let pool = Arc::new(GreedyMemoryPool::new(limit));
            let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc().unwrap();
            let context = TaskContext::default().with_runtime(runtime);
            let metrics = JoinMetrics::new(&ExecutionPlanMetricsSet::new(), 0);
            let room = Arc::new(Room::new(&context));
            let mut part = Part::new(&Disk::new(&context, &metrics), &room);
            let mut packed = Vec::new();
            for first in (0..20_000).step_by(100) {
                pack(&batch(first..first + 100), &mut packed).unwrap();
                part.push(&packed, 7).unwrap();
                assert!(room.reservation.size() <= limit / 2);
            }
            let stored = part.finish().unwrap();
            assert!(metrics.packed_bytes.value() > 20_000);
            assert_eq!((stored.rows, stored.index_bytes), (20_000, 1400));
            assert_eq!(metrics.spill.spilled_rows.value() == 0, limit == 1 << 20);
            assert_eq!(metrics.spill.spilled_rows.value() == 20_000, limit == 100);
            for batch_size in [1, 250, 100_000] {
                let mut source = stored.read(&batch(0..0).schema(), batch_size).unwrap();
                let mut numbers: Vec<i64> = Vec::new();
                while let Some(batch) = source.next().await.unwrap() {
                    assert!(batch.num_rows() <= batch_size.max(100) && batch.num_rows() > 0);
                    numbers.extend(batch.column(0).as_primitive::<Int64Type>().values());
                }
                numbers.sort_unstable();
                assert!(numbers.into_iter().eq((0..20_000).map(|number| number * number)));
            }
            drop(stored);
            assert_eq!(room.reservation.size(), 0);
        }
    }
}
