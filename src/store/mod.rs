//! The store: immutable Parquet files, made visible by a hash-chained log of commits.

pub mod contract;
mod snapshot;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use object_store::ObjectStore;

use crate::error::Result;
pub use snapshot::{DataFile, Key, Snapshot};
pub use transaction::{CommitInfo, CommitKind, CommitOutcome, TableWriter, Transaction};

/// Which state of a store to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsOf {
    /// The newest commit.
    #[default]
    Latest,
    /// The state after this commit.
    Commit(u64),
    /// The state after the last commit made at or before this instant.
    Time(DateTime<Utc>),
}

/// An open store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
}

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Number, from 1.
    pub number: u64,
    /// What kind of work it holds and who did it.
    pub info: CommitInfo,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// SHA-256 of the parent entry, hexadecimal; empty for commit 1.
    pub parent_sha256: String,
    /// SHA-256 of this entry, hexadecimal.
    pub sha256: String,
}

impl Store {
    /// Creates an empty store at `location` (path or object store URL).
    pub async fn init(_location: &str, _by: &str) -> Result<Store> {
        todo!()
    }
    /// Opens the store at `location`.
    pub async fn open(_location: &str) -> Result<Store> {
        todo!()
    }
    /// A store on any object store (tests use the in-memory one); `init` when it is empty.
    pub async fn on(_object_store: Arc<dyn ObjectStore>, _url: &str) -> Result<Store> {
        todo!()
    }
    /// Where the store is, as given.
    pub fn location(&self) -> &str {
        todo!()
    }
    /// The object store, rooted at the store: paths of [`DataFile`]s are relative to it.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.inner)
    }
    /// Resolves one state.
    pub async fn snapshot(&self, _as_of: AsOf) -> Result<Arc<Snapshot>> {
        todo!()
    }
    /// Starts a commit on top of `base`.
    pub fn begin(&self, _base: &Arc<Snapshot>) -> Transaction {
        todo!()
    }
    /// All commits, oldest first.
    pub async fn commits(&self) -> Result<Vec<Commit>> {
        todo!()
    }
    /// Removes files no commit lists that are older than `older_than`; returns their paths.
    pub async fn vacuum(&self, _older_than: Duration, _dry_run: bool) -> Result<Vec<String>> {
        todo!()
    }
}
