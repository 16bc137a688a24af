//! Writes the rows of one table into Parquet files named by their content.
//!
//! The bytes depend on the rows alone: rows are regrouped into batches of a fixed size before they are
//! encoded, so it does not matter in which pieces they came.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::ScalarValue;
use parquet::file::properties::WriterProperties;

use super::backend::{Backend, SpooledFile};
use super::contract::Contract;
use super::encode::{Encoder, properties};
use super::log::data_path;
use super::snapshot::{DataFile, Key};
use super::sort_check::{above, first_unsorted};
use super::stats::Stats;
use crate::error::{Error, Result};

/// Rows of a file, a whole number of row groups.
const FILE: u64 = 8 * 1024 * 1024;

/// Writes rows of one table into content-named Parquet files.
#[derive(Debug)]
pub struct TableWriter {
    backend: Backend,
    contract: Arc<Contract>,
    sort: Vec<usize>,
    properties: WriterProperties,
    open: Option<OpenFile>,
    done: Vec<(SpooledFile, Finished)>,
}

struct OpenFile {
    encoder: Encoder,
    rows: u64,
    stats: Stats,
    first: Key,
    last: Key,
}

impl std::fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenFile").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Finished {
    rows: u64,
    stats: Stats,
    first: Key,
    last: Key,
}

impl TableWriter {
    pub(crate) fn new(backend: Backend, contract: Arc<Contract>) -> Result<Self> {
        let sort: Vec<usize> =
            contract.sort.iter().filter_map(|name| contract.column(name).map(|(i, _)| i)).collect();
        let properties = properties(&contract, &sort)?;
        Ok(Self { backend, contract, sort, properties, open: None, done: Vec::new() })
    }

    /// Takes rows in sort order; checks schema, NULLs and order.
    ///
    /// # Errors
    /// [`Error::Contract`] names the table, the column and what is wrong; nothing of the batch is taken then.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = self.checked(batch)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = self.sort.iter().map(|i| Arc::clone(batch.column(*i))).collect();
        if let Some(row) = first_unsorted(&columns)? {
            return Err(self.unsorted(&format!("row {} of a batch", row + 1)));
        }
        let key = |row| -> Result<Key> {
            Ok(columns.iter().map(|c| ScalarValue::try_from_array(c, row)).collect::<Result<_, _>>()?)
        };
        let first = key(0)?;
        if self.open.as_ref().is_some_and(|open| above(&open.last, &first)) {
            return Err(self.unsorted("the first row of a batch"));
        }
        let mut from = 0;
        while from < batch.num_rows() {
            let mut open = match self.open.take() {
                Some(open) => open,
                None => self.start(key(from)?)?,
            };
            let room = usize::try_from(FILE - open.rows).unwrap_or(usize::MAX);
            let rows = room.min(batch.num_rows() - from);
            open.push(&batch.slice(from, rows))?;
            from += rows;
            open.last = key(from - 1)?;
            if open.rows == FILE {
                self.done.push(open.close()?);
            } else {
                self.open = Some(open);
            }
        }
        Ok(())
    }

    /// Starts a new file: the next row belongs to another group (for example another month). The sort order
    /// starts anew as well.
    pub fn split(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            self.done.push(open.close()?);
        }
        Ok(())
    }

    /// Closes and installs the files. They are durable when this returns, and visible when a commit lists them.
    pub async fn finish(mut self) -> Result<Vec<DataFile>> {
        self.split()?;
        let table = &self.contract.name;
        let mut files = Vec::with_capacity(self.done.len());
        let mut install = Vec::with_capacity(self.done.len());
        for (spooled, finished) in self.done {
            let (min, max, nulls) = finished.stats.finish(&self.contract);
            let path = data_path(table, &spooled.sha256);
            files.push(DataFile {
                path: path.clone(),
                rows: finished.rows,
                bytes: spooled.bytes,
                sha256: spooled.sha256.clone(),
                min,
                max,
                nulls,
                first: finished.first,
                last: finished.last,
            });
            install.push((spooled, path));
        }
        self.backend.install(install).await?;
        Ok(files)
    }

    /// The batch with exactly the contract's schema.
    fn checked(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let schema = self.contract.schema();
        let table = &self.contract.name;
        let given = batch.schema();
        if given.fields().len() != schema.fields().len() {
            return Err(Error::Contract(format!(
                "{table} has {} columns, the rows have {}",
                schema.fields().len(),
                given.fields().len()
            )));
        }
        for ((want, have), array) in schema.fields().iter().zip(given.fields()).zip(batch.columns()) {
            if want.name() != have.name() || want.data_type() != have.data_type() {
                return Err(Error::Contract(format!(
                    "{table}: expected column {} of type {}, the rows have {} of type {}",
                    want.name(),
                    want.data_type(),
                    have.name(),
                    have.data_type()
                )));
            }
            if !want.is_nullable() && array.null_count() > 0 {
                return Err(Error::Contract(format!(
                    "{table}.{}: a row has NULL, which is not allowed",
                    want.name()
                )));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(schema, batch.columns().to_vec(), &options)?)
    }

    fn unsorted(&self, row: &str) -> Error {
        Error::Contract(format!(
            "{}: {row} is not in the sort order ({}) of the table",
            self.contract.name,
            self.contract.sort.join(", ")
        ))
    }

    fn start(&self, first: Key) -> Result<OpenFile> {
        Ok(OpenFile {
            encoder: Encoder::new(self.backend.spool()?, self.properties.clone()),
            rows: 0,
            stats: Stats::new(&self.contract),
            last: first.clone(),
            first,
        })
    }
}

impl OpenFile {
    fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        self.stats.update(batch)?;
        self.rows += batch.num_rows() as u64;
        self.encoder.push(batch)
    }

    fn close(self) -> Result<(SpooledFile, Finished)> {
        let spooled = self.encoder.close()?;
        Ok((spooled, Finished { rows: self.rows, stats: self.stats, first: self.first, last: self.last }))
    }
}
