//! Writing: files first, then one commit that makes them visible all at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::log::{Change, Entry, FORMAT, FileRecord, entry_path, instant_text, seal};
use super::snapshot::{DataFile, Snapshot};
use super::writer::TableWriter;
use super::{Inner, contract, nonce, state};
use crate::error::{Error, Result};

/// Longest pause before a lost race is tried again.
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// What a commit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl CommitKind {
    /// The word the log and `sys.commits` use.
    pub fn as_str(self) -> &'static str {
        match self {
            CommitKind::Init => "init",
            CommitKind::Import => "import",
            CommitKind::Generate => "generate",
            CommitKind::Run => "run",
            CommitKind::Withdraw => "withdraw",
            CommitKind::Compact => "compact",
        }
    }
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
pub struct Transaction {
    store: Arc<Inner>,
    base: Arc<Snapshot>,
    add: BTreeMap<String, Vec<DataFile>>,
    remove: BTreeMap<String, Vec<String>>,
    marks: BTreeMap<String, Option<String>>,
    expected: BTreeMap<String, Option<String>>,
}

impl Transaction {
    pub(crate) fn new(store: Arc<Inner>, base: Arc<Snapshot>) -> Self {
        Self {
            store,
            base,
            add: BTreeMap::new(),
            remove: BTreeMap::new(),
            marks: BTreeMap::new(),
            expected: BTreeMap::new(),
        }
    }

    /// A writer of rows of `table`, which must come in sort order.
    ///
    /// # Errors
    /// [`Error::Contract`] when there is no such table.
    pub fn writer(&self, table: &str) -> Result<TableWriter> {
        TableWriter::new(self.store.backend.clone(), contract::contract(table)?)
    }

    /// Adds finished files.
    pub fn add(&mut self, table: &str, files: Vec<DataFile>) {
        if !files.is_empty() {
            self.add.entry(table.to_owned()).or_default().extend(files);
        }
    }

    /// Removes a file of the base state.
    pub fn remove(&mut self, table: &str, path: &str) {
        self.remove.entry(table.to_owned()).or_default().push(path.to_owned());
    }

    /// Sets (`Some`) or clears a mark.
    pub fn set_mark(&mut self, mark: &str, value: Option<String>) {
        self.marks.insert(mark.to_owned(), value);
    }

    /// Demands that a mark has this value (`None`: is absent) when the commit is made.
    pub fn expect_mark(&mut self, mark: &str, value: Option<String>) {
        self.expected.insert(mark.to_owned(), value);
    }

    /// Makes everything visible in one step. Retries on top of other writers' commits where they do not
    /// conflict; [`crate::Error::Conflict`] when a file to be removed is gone.
    pub async fn commit(self, info: CommitInfo) -> Result<CommitOutcome> {
        let tables = self.changes()?;
        let mut pause = Duration::from_millis(1);
        loop {
            let tip = self.store.advance(&self.base).await?;
            if let Some(differs) =
                self.expected.iter().find(|(mark, value)| tip.marks.get(*mark) != value.as_ref())
            {
                let mark = differs.0.clone();
                return Ok(CommitOutcome::MarkDiffers { found: tip.marks.get(&mark).cloned(), mark });
            }
            self.still_live(&tip)?;
            let at = (self.store.clock)().max(tip.at);
            let entry = Entry {
                format: FORMAT,
                number: tip.commit + 1,
                parent_sha256: tip.sha256.clone(),
                at: instant_text(at),
                kind: info.kind,
                by: info.by.clone(),
                message: info.message.clone(),
                detail: info.detail.clone(),
                nonce: nonce(),
                tables: tables.clone(),
                marks: self.marks.clone(),
            };
            let path = entry_path(entry.number);
            let (bytes, sha256) = seal(&entry)?;
            let mut next = Snapshot::clone(&tip);
            // What the log could not be read back from must not get into it.
            next.apply(&path, entry, sha256)?;
            if self.store.backend.put_new(&path, bytes).await? {
                let (number, at) = (next.commit, next.at);
                self.store.committed(Arc::new(next)).await;
                return Ok(CommitOutcome::Committed { number, at });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn changes(&self) -> Result<BTreeMap<String, Change>> {
        let tables: BTreeSet<&String> = self.add.keys().chain(self.remove.keys()).collect();
        tables
            .into_iter()
            .map(|table| {
                let add =
                    self.add.get(table).into_iter().flatten().map(FileRecord::new).collect::<Result<_>>()?;
                let remove = self.remove.get(table).cloned().unwrap_or_default();
                Ok((table.clone(), Change { add, remove }))
            })
            .collect()
    }

    fn still_live(&self, tip: &Snapshot) -> Result<()> {
        for (table, paths) in &self.remove {
            let mut files = tip.tables.get(table).cloned().unwrap_or_default();
            if let Some(gone) = state::remove(&mut files, paths, |f| &f.path) {
                return Err(Error::Conflict(format!(
                    "another commit already replaced {gone} of {table}; start again from the newest state"
                )));
            }
        }
        Ok(())
    }
}
