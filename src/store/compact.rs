//! Merging the small files of a table into larger ones, rows and sort order unchanged.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;

use arrow::compute::interleave_record_batch;
use arrow::record_batch::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use futures::stream::{BoxStream, StreamExt};

use super::contract::{Contract, contract, is_published_by_runs};
use super::reader::completed;
use super::snapshot::DataFile;
use super::sort_check::compare_keys;
use super::transaction::{CommitInfo, CommitKind, CommitOutcome};
use super::{AsOf, Store, TableWriter};
use crate::error::{Error, Result};

/// Rows read and written at once.
const BATCH: usize = 8192;
/// Files merged into one: each is open and has one batch in memory.
const FAN_IN: usize = 128;
/// Attempts on top of other writers' commits before giving up.
const ATTEMPTS: usize = 5;

/// How to compact a table.
#[derive(Debug, Clone)]
pub struct CompactOptions {
    /// Files with fewer rows than this are merged. By default a million.
    pub below_rows: u64,
    /// Who does it.
    pub by: String,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { below_rows: 1_000_000, by: "advisql".into() }
    }
}

/// What a compaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compacted {
    /// Number of the commit.
    pub commit: u64,
    /// Files before, of those that were merged.
    pub before: usize,
    /// Files they became.
    pub after: usize,
    /// Rows of those files, before and after.
    pub rows: u64,
}

impl Store {
    /// Merges the small files of a table into larger, sorted ones in one commit. Older states still read the
    /// old files. `None` when there is nothing to merge.
    ///
    /// # Errors
    /// [`Error::Conflict`] when other writers keep replacing the files meanwhile.
    pub async fn compact(&self, table: &str, options: &CompactOptions) -> Result<Option<Compacted>> {
        let contract = contract(table)?;
        let mut attempt = 1;
        loop {
            match self.compact_once(&contract, options).await {
                Err(Error::Conflict(_)) if attempt < ATTEMPTS => attempt += 1,
                other => return other,
            }
        }
    }

    async fn compact_once(&self, contract: &Contract, options: &CompactOptions) -> Result<Option<Compacted>> {
        let table = contract.name.as_str();
        let base = self.snapshot(AsOf::Latest).await?;
        let mut small: Vec<Arc<DataFile>> = base.tables.get(table).cloned().unwrap_or_default();
        small.retain(|file| file.rows < options.below_rows);
        if is_published_by_runs(table) && small.len() > 1 {
            // A run is replaced or withdrawn by removing its files, so none of them may go into another file.
            let of_runs = self.files_of_runs(table).await?;
            small.retain(|file| !of_runs.contains(&file.path));
        }
        // Neighbours in sort order go together: the merged files then overlap as little as possible.
        small.sort_by(|a, b| compare_keys(&a.first, &b.first));
        let groups: Vec<&[Arc<DataFile>]> = small.chunks(FAN_IN).filter(|group| group.len() > 1).collect();
        if groups.is_empty() {
            return Ok(None);
        }
        let mut transaction = self.begin(&base);
        let (mut before, mut after, mut rows) = (0, 0, 0);
        for group in groups {
            let mut writer = transaction.writer(table)?;
            self.merge(contract, group, &mut writer).await?;
            let files = writer.finish().await?;
            let (old, new): (u64, u64) =
                (group.iter().map(|f| f.rows).sum(), files.iter().map(|f| f.rows).sum());
            if old != new {
                return Err(Error::Corrupt(format!(
                    "merging files of {table} gave {new} rows instead of {old}"
                )));
            }
            before += group.len();
            after += files.len();
            rows += new;
            group.iter().for_each(|file| transaction.remove(table, &file.path));
            transaction.add(table, files);
        }
        let info = CommitInfo {
            kind: CommitKind::Compact,
            by: options.by.clone(),
            message: format!("{before} files of {table} merged into {after}"),
            detail: serde_json::json!({"table": table, "files_before": before, "files_after": after, "rows": rows}),
        };
        match transaction.commit(info).await? {
            CommitOutcome::Committed { number, .. } => {
                Ok(Some(Compacted { commit: number, before, after, rows }))
            }
            CommitOutcome::MarkDiffers { mark, .. } => Err(Error::Conflict(format!("mark {mark} differs"))),
        }
    }

    /// Paths of the files that runs have added to `table`.
    async fn files_of_runs(&self, table: &str) -> Result<HashSet<String>> {
        let commits = self.commits().await?;
        let runs = commits.iter().filter(|commit| commit.info.kind == CommitKind::Run);
        let added = runs.filter_map(|commit| commit.tables.get(table)).flat_map(|change| &change.added);
        Ok(added.map(|file| file.path.clone()).collect())
    }

    /// Merges files that are each sorted; rows with equal keys keep the order of the files.
    async fn merge(
        &self,
        contract: &Contract,
        files: &[Arc<DataFile>],
        writer: &mut TableWriter,
    ) -> Result<()> {
        let positions: Vec<usize> =
            contract.sort.iter().filter_map(|name| contract.column(name).map(|(i, _)| i)).collect();
        // The default of sort fields is that of contracts: ascending, NULL first.
        let fields =
            positions.iter().map(|i| SortField::new(contract.schema().field(*i).data_type().clone()));
        let converter = RowConverter::new(fields.collect())?;
        let mut cursors = Vec::with_capacity(files.len());
        let mut heap: BinaryHeap<Reverse<(OwnedRow, usize)>> = BinaryHeap::new();
        for (i, file) in files.iter().enumerate() {
            let stream = self.read_file(file, BATCH).await?;
            let schema = contract.schema();
            let stream = stream.map(move |batch| completed(&batch?, &schema)).boxed();
            let mut cursor = Cursor { stream, batch: None, row: 0 };
            if cursor.next_batch(&converter, &positions).await? {
                heap.extend(cursor.key().map(|key| Reverse((key, i))));
            }
            cursors.push(cursor);
        }
        // Rows of the next batch as (cursor, row) in the batches the cursors stand on.
        let mut picked: Vec<(usize, usize)> = Vec::with_capacity(BATCH);
        while let Some(Reverse((_, i))) = heap.pop() {
            picked.push((i, cursors[i].row));
            cursors[i].row += 1;
            let key = match cursors[i].key() {
                Some(key) => Some(key),
                None => {
                    // The batch this cursor leaves must be written before it goes.
                    write_picked(&cursors, &mut picked, writer)?;
                    cursors[i].next_batch(&converter, &positions).await?;
                    cursors[i].key()
                }
            };
            heap.extend(key.map(|key| Reverse((key, i))));
            if picked.len() == BATCH {
                write_picked(&cursors, &mut picked, writer)?;
            }
        }
        write_picked(&cursors, &mut picked, writer)
    }
}

/// A place in one of the merged files.
struct Cursor {
    stream: BoxStream<'static, Result<RecordBatch>>,
    batch: Option<(RecordBatch, Rows)>,
    row: usize,
}

impl Cursor {
    async fn next_batch(&mut self, converter: &RowConverter, positions: &[usize]) -> Result<bool> {
        (self.batch, self.row) = (None, 0);
        while let Some(batch) = self.stream.next().await.transpose()? {
            if batch.num_rows() > 0 {
                let columns: Vec<_> = positions.iter().map(|i| Arc::clone(batch.column(*i))).collect();
                let rows = converter.convert_columns(&columns)?;
                self.batch = Some((batch, rows));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Key of the row it stands on; `None` at the end of the batch.
    fn key(&self) -> Option<OwnedRow> {
        self.batch
            .as_ref()
            .filter(|(_, rows)| self.row < rows.num_rows())
            .map(|(_, rows)| rows.row(self.row).owned())
    }
}

fn write_picked(
    cursors: &[Cursor],
    picked: &mut Vec<(usize, usize)>,
    writer: &mut TableWriter,
) -> Result<()> {
    if picked.is_empty() {
        return Ok(());
    }
    // Finished cursors have no batch: number the others anew.
    let mut place = vec![0; cursors.len()];
    let mut batches = Vec::with_capacity(cursors.len());
    for (i, cursor) in cursors.iter().enumerate() {
        if let Some((batch, _)) = &cursor.batch {
            place[i] = batches.len();
            batches.push(batch);
        }
    }
    for (cursor, _) in picked.iter_mut() {
        *cursor = place[*cursor];
    }
    let batch = interleave_record_batch(&batches, picked)?;
    picked.clear();
    writer.write(&batch)
}
