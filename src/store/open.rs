//! Creating, opening and reading states: checkpoint first, then the entries after it.

use std::sync::{Arc, Mutex};

use chrono::Utc;
use futures::stream::{self, StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::backend::Backend;
use super::checkpoint::{self, EVERY, checkpoint_number, checkpoint_path, hint_path};
use super::contract::contract;
use super::log::{Entry, LOG, entry_number, entry_path, read_instant, unseal};
use super::snapshot::Snapshot;
use super::transaction::{CommitInfo, CommitKind, CommitOutcome, Transaction};
use super::{AsOf, Commit, Inner, Store, TableChange, location};
use crate::error::{Error, Result};

/// Entries read at the same time where reading means waiting for a network.
const AT_ONCE: usize = 16;

impl Store {
    /// Creates an empty store at `location` (path or object store URL).
    ///
    /// # Errors
    /// [`Error::Store`] when there is a store already, or a folder with other things in it.
    pub async fn init(location: &str, by: &str) -> Result<Store> {
        let (backend, objects) = location::open(location, true)?;
        if let Backend::Local(dir) = &backend {
            let root = dir.root();
            for entry in std::fs::read_dir(root).map_err(Error::file(root))? {
                let name = entry.map_err(Error::file(root))?.file_name();
                if ![LOG, super::DATA, super::SPOOL].iter().any(|own| name == **own) {
                    return Err(Error::Store(format!(
                        "'{location}' holds other files; a store needs a folder of its own"
                    )));
                }
            }
        }
        Self::create(location, backend, objects, by).await
    }

    /// Opens the store at `location`.
    ///
    /// # Errors
    /// [`Error::Store`] when there is none, [`Error::Corrupt`] when its log is damaged.
    pub async fn open(location: &str) -> Result<Store> {
        let (backend, objects) = location::open(location, false)?;
        Self::existing(location, backend, objects).await
    }

    /// A store on any object store (tests use the in-memory one); created when it is empty.
    pub async fn on(object_store: Arc<dyn ObjectStore>, url: &str) -> Result<Store> {
        let backend = Backend::Remote(Arc::clone(&object_store));
        if backend.get(&entry_path(1)).await?.is_some() {
            return Self::existing(url, backend, object_store).await;
        }
        Self::create(url, backend, object_store, "advisql").await
    }

    pub(crate) async fn create(
        location: &str,
        backend: Backend,
        objects: Arc<dyn ObjectStore>,
        by: &str,
    ) -> Result<Store> {
        let there = || Error::Store(format!("there is already a store at '{location}'"));
        if backend.get(&entry_path(1)).await?.is_some() {
            return Err(there());
        }
        if let Backend::Local(dir) = &backend {
            for folder in [LOG, &checkpoint::folder(), super::DATA, super::SPOOL] {
                dir.make_dir(&dir.at(folder))?;
            }
        }
        let store = Self::with(location, backend, objects);
        let mut first = Transaction::new(Arc::clone(&store.inner), store.inner.tip());
        // Only one of two creators may win.
        first.expect_mark(CREATED, None);
        first.set_mark(CREATED, Some("1".into()));
        let info = CommitInfo {
            kind: CommitKind::Init,
            by: by.to_owned(),
            message: "Store created".into(),
            detail: serde_json::Value::Null,
        };
        match first.commit(info).await? {
            CommitOutcome::Committed { .. } => Ok(store),
            CommitOutcome::MarkDiffers { .. } => Err(there()),
        }
    }

    pub(crate) async fn existing(
        location: &str,
        backend: Backend,
        objects: Arc<dyn ObjectStore>,
    ) -> Result<Store> {
        let store = Self::with(location, backend, objects);
        store.inner.read_head().await?;
        Ok(store)
    }

    pub(crate) fn with(location: &str, backend: Backend, objects: Arc<dyn ObjectStore>) -> Store {
        let inner = Inner {
            location: location.to_owned(),
            backend,
            objects,
            tip: Mutex::new(Arc::new(Snapshot::empty())),
            clock: Arc::new(Utc::now),
        };
        Store { inner: Arc::new(inner) }
    }

    /// Resolves one state.
    ///
    /// # Errors
    /// [`Error::Store`] when there is no such commit, or none yet at that time.
    pub async fn snapshot(&self, as_of: AsOf) -> Result<Arc<Snapshot>> {
        let tip = self.inner.advance(&self.inner.tip()).await?;
        let number = match as_of {
            AsOf::Latest => tip.commit,
            AsOf::Commit(number) if number == 0 || number > tip.commit => {
                return Err(Error::Store(format!(
                    "there is no commit {number}; the commits are 1 to {}",
                    tip.commit
                )));
            }
            AsOf::Commit(number) => number,
            AsOf::Time(at) if at >= tip.at => tip.commit,
            AsOf::Time(at) => {
                // The times of commits never go back: search for the first one after `at`.
                let (mut low, mut high) = (1, tip.commit);
                while low < high {
                    let middle = low + (high - low) / 2;
                    if self.inner.entry_at(middle).await? > at { high = middle } else { low = middle + 1 }
                }
                if low == 1 {
                    return Err(Error::Store(format!(
                        "the store did not exist yet at {}",
                        super::log::instant_text(at)
                    )));
                }
                low - 1
            }
        };
        if number == tip.commit { Ok(tip) } else { self.inner.read_state(number).await }
    }

    /// All commits, oldest first.
    pub async fn commits(&self) -> Result<Vec<Commit>> {
        let tip = self.inner.advance(&self.inner.tip()).await?;
        let mut commits: Vec<Commit> = Vec::new();
        let mut entries = self.inner.entries(1..=tip.commit);
        while let Some((path, entry, sha256)) = entries.try_next().await? {
            if commits.last().is_some_and(|before| before.sha256 != entry.parent_sha256) {
                return Err(Error::Corrupt(format!("{path}: it does not follow the entry before it")));
            }
            commits.push(commit(&path, entry, sha256)?);
        }
        Ok(commits)
    }
}

/// Mark of a created store; makes creating it twice fail.
const CREATED: &str = "store/format";

/// What [`Inner::entries`] yields: path, entry and SHA-256.
type Read = (String, Entry, String);

impl Inner {
    /// Finds the newest state of a store that was not read yet.
    async fn read_head(&self) -> Result<()> {
        // Listing first: an entry that is missing although a later one is there must not go unnoticed.
        let listed = self.backend.names(LOG).await?.iter().filter_map(|name| entry_number(name)).max();
        let Some(newest) = listed else {
            return Err(Error::Store(format!(
                "there is no store at '{}'; create one with `advisql init`",
                self.location
            )));
        };
        // A checkpoint beyond the log means that the end of the log is gone. (Its entry is looked for anew:
        // another process may have made both since the listing.)
        let beyond = self.checkpoints().await?.last().copied().filter(|number| *number > newest);
        if let Some(number) = beyond {
            self.entry(number).await?;
        }
        let start = self.read_checkpoint(newest, true).await?;
        let head = self.advance(&Arc::new(start)).await?;
        if head.commit < newest {
            return Err(Error::Corrupt(format!("{} is missing", entry_path(head.commit + 1))));
        }
        Ok(())
    }

    /// `base`, or the newest state seen when that is newer, with all newer entries of the log added.
    pub(crate) async fn advance(&self, base: &Arc<Snapshot>) -> Result<Arc<Snapshot>> {
        let tip = self.tip();
        let mut state = if tip.commit > base.commit { tip } else { Arc::clone(base) };
        // One more than needed is read per round; rounds grow so that a long way is not walked step by step.
        let mut round = 1;
        'all: loop {
            let from = state.commit + 1;
            let found: Vec<(String, Option<bytes::Bytes>)> = stream::iter(from..from + round)
                .map(|number| async move {
                    let path = entry_path(number);
                    let bytes = self.backend.get(&path).await?;
                    Ok::<_, Error>((path, bytes))
                })
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
            for (path, bytes) in found {
                let Some(bytes) = bytes else { break 'all };
                let (entry, sha256) = unseal(&path, &bytes)?;
                Arc::make_mut(&mut state).apply(&path, entry, sha256)?;
            }
            round = (round * 2).min(AT_ONCE as u64);
        }
        self.keep(&state);
        Ok(state)
    }

    /// The state after commit `number`, which is in the log.
    pub(crate) async fn read_state(&self, number: u64) -> Result<Arc<Snapshot>> {
        let mut state = self.read_checkpoint(number, false).await?;
        let mut entries = self.entries(state.commit + 1..=number);
        while let Some((path, entry, sha256)) = entries.try_next().await? {
            state.apply(&path, entry, sha256)?;
        }
        Ok(Arc::new(state))
    }

    /// The newest sound checkpoint at or before `number`; the empty state when there is none.
    async fn read_checkpoint(&self, number: u64, use_hint: bool) -> Result<Snapshot> {
        if use_hint {
            let hint = self.backend.get(&hint_path()).await?;
            let hint = hint.and_then(|bytes| std::str::from_utf8(&bytes).ok()?.trim().parse().ok());
            if let Some(state) = self.sound_checkpoint(hint.filter(|hint| *hint <= number)).await? {
                return Ok(state);
            }
        }
        for number in self.checkpoints().await?.into_iter().rev().filter(|n| *n <= number) {
            if let Some(state) = self.sound_checkpoint(Some(number)).await? {
                return Ok(state);
            }
        }
        Ok(Snapshot::empty())
    }

    /// Numbers of the checkpoints, ascending.
    async fn checkpoints(&self) -> Result<Vec<u64>> {
        let names = self.backend.names(&checkpoint::folder()).await?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| checkpoint_number(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The checkpoint, when it is there, undamaged, and stands at the entry that is in the log.
    async fn sound_checkpoint(&self, number: Option<u64>) -> Result<Option<Snapshot>> {
        let Some(number) = number else { return Ok(None) };
        let path = checkpoint_path(number);
        let Some(bytes) = self.backend.get(&path).await? else { return Ok(None) };
        // A damaged checkpoint is reported by `verify`; the log itself is enough to read the state.
        let Ok(state) = checkpoint::read(&path, number, &bytes) else { return Ok(None) };
        let (_, _, sha256) = self.entry(number).await?;
        Ok((state.sha256 == sha256).then_some(state))
    }

    pub(crate) async fn entry(&self, number: u64) -> Result<Read> {
        let path = entry_path(number);
        let bytes = self.backend.get(&path).await?;
        let bytes = bytes.ok_or_else(|| Error::Corrupt(format!("{path} is missing")))?;
        let (entry, sha256) = unseal(&path, &bytes)?;
        Ok((path, entry, sha256))
    }

    fn entries(&self, numbers: std::ops::RangeInclusive<u64>) -> stream::BoxStream<'_, Result<Read>> {
        stream::iter(numbers).map(|number| self.entry(number)).buffered(AT_ONCE).boxed()
    }

    async fn entry_at(&self, number: u64) -> Result<chrono::DateTime<Utc>> {
        let (path, entry, _) = self.entry(number).await?;
        read_instant(&path, &entry.at)
    }

    /// Keeps the state of a commit that was just made, and writes its checkpoint when it is due.
    pub(crate) async fn committed(&self, state: Arc<Snapshot>) {
        self.keep(&state);
        if state.commit.is_multiple_of(EVERY) {
            // The commit stands whether or not this works; the next opening only reads more entries.
            let _ = self.write_checkpoint(&state).await;
        }
    }

    pub(super) async fn write_checkpoint(&self, state: &Snapshot) -> Result<()> {
        self.backend.put(&checkpoint_path(state.commit), checkpoint::write(state)?).await?;
        self.backend.put(&hint_path(), format!("{}\n", state.commit).into_bytes()).await
    }
}

fn commit(path: &str, entry: Entry, sha256: String) -> Result<Commit> {
    let mut tables = std::collections::BTreeMap::new();
    for (table, change) in entry.tables {
        let contract = contract(&table)?;
        let added = change
            .add
            .into_iter()
            .map(|record| record.into_file(&contract).map(Arc::new))
            .collect::<Result<_, String>>()
            .map_err(|what| Error::Corrupt(format!("{path}: {what}")))?;
        tables.insert(table, TableChange { added, removed: change.remove });
    }
    Ok(Commit {
        number: entry.number,
        at: read_instant(path, &entry.at)?,
        info: CommitInfo { kind: entry.kind, by: entry.by, message: entry.message, detail: entry.detail },
        parent_sha256: entry.parent_sha256,
        sha256,
        tables,
    })
}
