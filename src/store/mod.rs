//! The store: immutable Parquet files, made visible by a hash-chained log of commits.
//!
//! Layout below the root:
//!
//! | path | holds |
//! |---|---|
//! | `_log/<20 digits>.json` | one entry per commit, created only if absent: the commit point |
//! | `_log/checkpoints/<20 digits>.json` | the whole state after that commit |
//! | `_log/latest_checkpoint` | where to look for a checkpoint first |
//! | `data/<table>/<start of SHA-256>.parquet` | rows, named by content |
//! | `spool/` | files in the making (local stores) |

mod backend;
mod checkpoint;
mod compact;
pub mod contract;
mod durable;
mod encode;
pub mod import;
mod location;
mod log;
mod open;
pub(crate) mod page_cache;
#[cfg(test)]
mod power_loss;
mod reader;
pub mod runs;
mod scalar_json;
#[cfg(test)]
mod scale;
mod snapshot;
mod sort_check;
mod state;
mod stats;
mod transaction;
mod vacuum;
mod verify;
mod writer;

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use object_store::ObjectStore;
use sha2::{Digest, Sha256};

use backend::Backend;
pub use compact::{CompactOptions, Compacted};
pub use snapshot::{DataFile, Key, Snapshot};
pub use transaction::{CommitInfo, CommitKind, CommitOutcome, Transaction};
pub use verify::{Fault, VerifyProgress, VerifyReport};
pub use writer::TableWriter;

/// Folder of the data files.
pub(crate) const DATA: &str = "data";
/// Folder of files in the making.
pub(crate) const SPOOL: &str = "spool";

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

/// Gives the instant of a commit.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// An open store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    location: String,
    backend: Backend,
    objects: Arc<dyn ObjectStore>,
    /// The newest state seen; the log only grows, so reading goes on from here.
    tip: Mutex<Arc<Snapshot>>,
    clock: Clock,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("location", &self.location).finish_non_exhaustive()
    }
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
    /// What it did to the tables it touched.
    pub tables: std::collections::BTreeMap<String, TableChange>,
}

/// What one commit did to the files of one table.
#[derive(Debug, Clone, Default)]
pub struct TableChange {
    /// Files it added.
    pub added: Vec<Arc<DataFile>>,
    /// Paths of files it removed from the state; the files stay for reading older states.
    pub removed: Vec<String>,
}

impl Store {
    /// Uses another clock for the instants of commits, for tests and reproducible builds of stores.
    pub fn with_clock(self, clock: Clock) -> Store {
        let inner = &self.inner;
        Store {
            inner: Arc::new(Inner {
                location: inner.location.clone(),
                backend: inner.backend.clone(),
                objects: Arc::clone(&inner.objects),
                tip: Mutex::new(inner.tip()),
                clock,
            }),
        }
    }

    /// Where the store is, as given.
    pub fn location(&self) -> &str {
        &self.inner.location
    }

    /// The object store, rooted at the store: paths of [`DataFile`]s are relative to it.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.inner.objects)
    }

    /// Starts a commit on top of `base`.
    pub fn begin(&self, base: &Arc<Snapshot>) -> Transaction {
        Transaction::new(Arc::clone(&self.inner), Arc::clone(base))
    }
}

impl Inner {
    fn tip(&self) -> Arc<Snapshot> {
        Arc::clone(&self.tip.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a state as the newest one seen, unless a newer one was.
    fn keep(&self, state: &Arc<Snapshot>) {
        let mut tip = self.tip.lock().unwrap_or_else(PoisonError::into_inner);
        if state.commit > tip.commit {
            *tip = Arc::clone(state);
        }
    }
}

/// Text that no other call, thread or process gives: the standard library seeds its hashers randomly.
pub(crate) fn nonce() -> String {
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("{:016x}{:08x}", random(), std::process::id())
}

/// Hexadecimal text of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

/// SHA-256 of bytes, hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
