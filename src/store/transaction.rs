//! Writing: files first, then one commit that makes them visible all at once.

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};

use super::snapshot::DataFile;
use crate::error::Result;

/// What a commit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitKind {
    /// The empty store.
    Init,
    /// A delivery.
    Import,
    /// Synthetic data.
    Generate,
    /// A pipeline run: published, refused or simulated.
    Run,
    /// A run taken back.
    Withdraw,
    /// Files merged, rows unchanged.
    Compact,
}

/// Who did what, kept in the log.
#[derive(Debug, Clone)]
pub struct CommitInfo {
    /// What the commit holds.
    pub kind: CommitKind,
    /// Who.
    pub by: String,
    /// One sentence for people.
    pub message: String,
    /// Details for machines: delivery, run, steps, lineage, sums.
    pub detail: serde_json::Value,
}

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It is in the log under this number.
    Committed {
        /// Number of the commit.
        number: u64,
        /// When it was made.
        at: DateTime<Utc>,
    },
    /// A mark that had to be absent or have a value did not (see [`Transaction::expect_mark`]); nothing was written.
    MarkDiffers {
        /// The mark.
        mark: String,
        /// Its value now.
        found: Option<String>,
    },
}

/// A commit in the making.
#[derive(Debug)]
pub struct Transaction {}

impl Transaction {
    /// A writer of rows of `table`, which must come in sort order.
    pub fn writer(&self, _table: &str) -> Result<TableWriter> {
        todo!()
    }
    /// Adds finished files.
    pub fn add(&mut self, _table: &str, _files: Vec<DataFile>) {
        todo!()
    }
    /// Removes a file of the base state.
    pub fn remove(&mut self, _table: &str, _path: &str) {
        todo!()
    }
    /// Sets (`Some`) or clears a mark.
    pub fn set_mark(&mut self, _mark: &str, _value: Option<String>) {
        todo!()
    }
    /// Demands that a mark has this value (`None`: is absent) when the commit is made.
    pub fn expect_mark(&mut self, _mark: &str, _value: Option<String>) {
        todo!()
    }
    /// Makes everything visible in one step. Retries on top of other writers' commits where they do not
    /// conflict; [`crate::Error::Conflict`] when a file to be removed is gone.
    pub async fn commit(self, _info: CommitInfo) -> Result<CommitOutcome> {
        todo!()
    }
}

/// Writes rows of one table into content-named Parquet files.
#[derive(Debug)]
pub struct TableWriter {}

impl TableWriter {
    /// Takes rows in sort order; checks schema, NULLs and order.
    pub fn write(&mut self, _batch: &RecordBatch) -> Result<()> {
        todo!()
    }
    /// Starts a new file: the next row belongs to another group (for example another month).
    pub fn split(&mut self) -> Result<()> {
        todo!()
    }
    /// Closes and installs the files.
    pub async fn finish(self) -> Result<Vec<DataFile>> {
        todo!()
    }
}
