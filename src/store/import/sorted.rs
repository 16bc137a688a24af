//! Sorts the rows of a delivery; beyond a limit of memory in runs on disk that are merged.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, Rows, SortField};

use crate::error::{Error, Result};

/// Rows of one batch of sorted output.
const OUTPUT_ROWS: usize = 65_536;
/// Rows of one batch of a run on disk.
const RUN_ROWS: usize = 8_192;

/// Takes batches in any order and gives them back sorted. The order is total when the sort columns identify a
/// row, so the result does not depend on the limit or on how the rows were cut into batches.
pub struct Sorter {
    schema: SchemaRef,
    columns: Vec<usize>,
    converter: RowConverter,
    limit: usize,
    batches: Vec<RecordBatch>,
    bytes: usize,
    runs: Vec<File>,
}

impl Sorter {
    /// Sorts by `columns` (positions in `schema`), ascending, NULL first; keeps about `limit` bytes in memory.
    pub fn new(schema: SchemaRef, columns: Vec<usize>, limit: usize) -> Result<Sorter> {
        let fields = columns.iter().map(|c| SortField::new(schema.field(*c).data_type().clone())).collect();
        let converter = RowConverter::new(fields)?;
        Ok(Sorter { schema, columns, converter, limit, batches: Vec::new(), bytes: 0, runs: Vec::new() })
    }

    /// Takes rows.
    pub fn push(&mut self, batch: RecordBatch) -> Result<()> {
        if batch.num_rows() > 0 {
            self.bytes += batch.get_array_memory_size();
            self.batches.push(batch);
            if self.bytes > self.limit {
                self.spill()?;
            }
        }
        Ok(())
    }

    /// The rows in order.
    pub fn finish(mut self) -> Result<Sorted> {
        if self.runs.is_empty() {
            let run = MemoryRun::new(std::mem::take(&mut self.batches), &self)?;
            return Ok(Sorted::Memory(run));
        }
        self.spill()?;
        let runs = std::mem::take(&mut self.runs);
        let cursors = runs.into_iter().map(|file| Cursor::open(file, &self)).collect::<Result<Vec<_>>>()?;
        Ok(Sorted::Merge { sorter: self, cursors })
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Rows> {
        let columns: Vec<ArrayRef> = self.columns.iter().map(|c| Arc::clone(batch.column(*c))).collect();
        Ok(self.converter.convert_columns(&columns)?)
    }

    /// Writes what is in memory to disk as one sorted run.
    fn spill(&mut self) -> Result<()> {
        if self.batches.is_empty() {
            return Ok(());
        }
        let mut run = MemoryRun::new(std::mem::take(&mut self.batches), self)?;
        self.bytes = 0;
        let file = tempfile::tempfile().map_err(Error::file(std::env::temp_dir()))?;
        let mut writer = StreamWriter::try_new(BufWriter::new(file), &self.schema)?;
        while let Some(batch) = run.next(RUN_ROWS)? {
            writer.write(&compact(&batch)?)?;
        }
        let buffered = writer.into_inner()?;
        let mut file =
            buffered.into_inner().map_err(|e| Error::file(std::env::temp_dir())(e.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(Error::file(std::env::temp_dir()))?;
        self.runs.push(file);
        Ok(())
    }
}

/// Drops the text buffers that a gathered batch no longer needs all of.
fn compact(batch: &RecordBatch) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()) as ArrayRef,
        _ => Arc::clone(column),
    });
    Ok(RecordBatch::try_new(batch.schema(), columns.collect())?)
}

/// Rows in order, batch by batch.
pub enum Sorted {
    /// All of them are in memory.
    Memory(MemoryRun),
    /// They are merged from runs on disk.
    Merge {
        /// Knows the order.
        sorter: Sorter,
        /// One per run.
        cursors: Vec<Cursor>,
    },
}

impl Sorted {
    /// The next rows; `None` at the end.
    pub fn next(&mut self) -> Result<Option<RecordBatch>> {
        match self {
            Sorted::Memory(run) => run.next(OUTPUT_ROWS),
            Sorted::Merge { sorter, cursors } => merge(sorter, cursors),
        }
    }
}

/// Batches in memory and the order of their rows.
pub struct MemoryRun {
    batches: Vec<RecordBatch>,
    order: Vec<(u32, u32)>,
    done: usize,
}

impl MemoryRun {
    fn new(batches: Vec<RecordBatch>, sorter: &Sorter) -> Result<MemoryRun> {
        let rows = batches.iter().map(|batch| sorter.rows(batch)).collect::<Result<Vec<_>>>()?;
        let total = rows.iter().map(Rows::num_rows).sum();
        let mut order: Vec<(u128, u32, u32)> = Vec::with_capacity(total);
        for (b, rows) in rows.iter().enumerate() {
            for (r, row) in rows.iter().enumerate() {
                order.push((prefix(row.as_ref()), b as u32, r as u32));
            }
        }
        let data = |b: u32, r: u32| rows[b as usize].row(r as usize);
        let compare = |a: &(u128, u32, u32), b: &(u128, u32, u32)| {
            a.0.cmp(&b.0).then_with(|| data(a.1, a.2).cmp(&data(b.1, b.2)))
        };
        if !order.is_sorted_by(|a, b| compare(a, b).is_le()) {
            order.sort_unstable_by(compare);
        }
        let order = order.into_iter().map(|(_, b, r)| (b, r)).collect();
        Ok(MemoryRun { batches, order, done: 0 })
    }

    fn next(&mut self, rows: usize) -> Result<Option<RecordBatch>> {
        let end = self.order.len().min(self.done + rows);
        let part = &self.order[self.done..end];
        if part.is_empty() {
            return Ok(None);
        }
        // only the batches of this part, so that text columns do not refer to all the others
        let mut slots = vec![usize::MAX; self.batches.len()];
        let mut used = Vec::new();
        let indices: Vec<(usize, usize)> = part
            .iter()
            .map(|&(b, r)| {
                let slot = &mut slots[b as usize];
                if *slot == usize::MAX {
                    *slot = used.len();
                    used.push(&self.batches[b as usize]);
                }
                (*slot, r as usize)
            })
            .collect();
        let batch = interleave_record_batch(&used, &indices)?;
        self.done = end;
        Ok(Some(batch))
    }
}

/// The first 16 bytes of a row, which decide almost every comparison.
fn prefix(row: &[u8]) -> u128 {
    let mut bytes = [0u8; 16];
    let length = row.len().min(16);
    bytes[..length].copy_from_slice(&row[..length]);
    u128::from_be_bytes(bytes)
}

/// The place reached in one run on disk.
pub struct Cursor {
    reader: StreamReader<BufReader<File>>,
    current: Option<(RecordBatch, Rows)>,
    row: usize,
}

impl Cursor {
    fn open(file: File, sorter: &Sorter) -> Result<Cursor> {
        let reader = StreamReader::try_new(BufReader::new(file), None)?;
        let mut cursor = Cursor { reader, current: None, row: 0 };
        cursor.load(sorter)?;
        Ok(cursor)
    }

    fn load(&mut self, sorter: &Sorter) -> Result<()> {
        self.row = 0;
        self.current = match self.reader.next().transpose()? {
            Some(batch) => {
                let rows = sorter.rows(&batch)?;
                Some((batch, rows))
            }
            None => None,
        };
        Ok(())
    }
}

fn merge(sorter: &Sorter, cursors: &mut [Cursor]) -> Result<Option<RecordBatch>> {
    let mut held: Vec<RecordBatch> = Vec::new();
    let mut slots: Vec<Option<usize>> = vec![None; cursors.len()];
    let mut indices = Vec::with_capacity(OUTPUT_ROWS);
    while indices.len() < OUTPUT_ROWS {
        let least = cursors
            .iter()
            .enumerate()
            .filter_map(|(i, c)| c.current.as_ref().map(|(_, rows)| (rows.row(c.row), i)))
            .min_by(|(a, _), (b, _)| a.cmp(b))
            .map(|(_, i)| i);
        let Some(i) = least else { break };
        let cursor = &mut cursors[i];
        let Some((batch, rows)) = &cursor.current else { break };
        let slot = *slots[i].get_or_insert_with(|| {
            held.push(batch.clone());
            held.len() - 1
        });
        indices.push((slot, cursor.row));
        cursor.row += 1;
        if cursor.row == rows.num_rows() {
            cursor.load(sorter)?;
            slots[i] = None;
        }
    }
    if indices.is_empty() {
        return Ok(None);
    }
    let held: Vec<&RecordBatch> = held.iter().collect();
    Ok(Some(interleave_record_batch(&held, &indices)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, StringViewArray};
    use arrow::compute::concat_batches;
    use arrow::datatypes::{Field, Schema};

    fn sorted(limit: usize, rows_per_batch: usize) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![
            Field::new("k", DataType::Int64, true),
            Field::new("t", DataType::Utf8View, false),
        ]));
        let mut sorter = Sorter::new(Arc::clone(&schema), vec![0, 1], limit).unwrap();
        let mut state = 1u64;
        let values: Vec<i64> = (0..40_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 52) as i64
            })
            .collect();
        for (at, chunk) in values.chunks(rows_per_batch).enumerate() {
            let texts: StringViewArray = (0..chunk.len())
                .map(|i| Some(format!("a text that is longer than twelve {}", at * rows_per_batch + i)))
                .collect();
            let keys: Int64Array = chunk.iter().map(|v| (v % 7 != 0).then_some(*v)).collect();
            sorter
                .push(
                    RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(keys), Arc::new(texts)]).unwrap(),
                )
                .unwrap();
        }
        let mut sorted = sorter.finish().unwrap();
        let mut out = Vec::new();
        while let Some(batch) = sorted.next().unwrap() {
            out.push(batch);
        }
        concat_batches(&schema, &out).unwrap()
    }

    #[test]
    fn runs_on_disk_give_the_same_rows_as_memory() {
        let memory = sorted(usize::MAX, 1_000);
        assert_eq!(memory.num_rows(), 40_000);
        let keys = memory.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        assert!(keys.is_null(0) && keys.iter().is_sorted());
        assert_eq!(sorted(300_000, 1_000), memory);
        assert_eq!(sorted(1, 777), memory);
    }
}
