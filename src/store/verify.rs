//! Proof that a store holds what its log says: the chain of entries, the checkpoints, every file's bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::stream::{self, StreamExt};
use parquet::arrow::async_reader::AsyncFileReader;

use super::checkpoint::{self, checkpoint_number, checkpoint_path, hint_path};
use super::log::{Entry, LOG, entry_number, entry_path, table_of_log, unseal};
use super::reader::FileReader;
use super::snapshot::{DataFile, Snapshot};
use super::{DATA, Inner, Store, location};
use crate::error::{Error, Result};

/// One thing that is wrong in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path below the root of the store.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Data files read.
    pub files: u64,
    /// Data files to read.
    pub of_files: u64,
    /// Bytes of data files read.
    pub bytes: u64,
    /// Bytes of data files to read.
    pub of_bytes: u64,
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries of the log that were read.
    pub commits: u64,
    /// Checkpoints that were read.
    pub checkpoints: u64,
    /// Data files that were read, of all states the log knows.
    pub files: u64,
    /// Their rows.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Data files no commit lists: left by writers that were killed, see [`Store::vacuum`]. Not a fault.
    pub unlisted: u64,
    /// Everything that is wrong, by path.
    pub faults: Vec<Fault>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault { path: path.into(), what: what.into() });
    }

    /// Keeps what [`Error::Corrupt`] says about `path`; other errors end the verification.
    fn keep<T>(&mut self, path: &str, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Corrupt(what)) => {
                let what = what.strip_prefix(path).map_or(what.as_str(), |w| w.trim_start_matches(": "));
                self.fault(path, what);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }
}

impl Store {
    /// Opens a store without reading its log, so that a damaged one can be verified.
    ///
    /// # Errors
    /// [`Error::Store`] when the place does not exist.
    pub async fn open_to_verify(location: &str) -> Result<Store> {
        let (backend, objects) = location::open(location, false)?;
        Ok(Self::with(location, backend, objects))
    }

    /// Reads the whole store and says precisely what is wrong: every entry of the log and its place in the
    /// chain, every checkpoint against the log, and every data file of every state the log knows (bytes,
    /// SHA-256, rows).
    ///
    /// # Errors
    /// Only when something cannot be read at all; what is read and wrong is in the report.
    pub async fn verify(&self, mut progress: impl FnMut(VerifyProgress)) -> Result<VerifyReport> {
        let mut report = VerifyReport::default();
        let inner = &self.inner;
        // Data files first: what a writer commits while the log is read was listed already, or is not yet.
        let there: BTreeSet<String> = inner.backend.list(DATA).await?.into_iter().map(|f| f.path).collect();
        let files = inner.verify_log(&mut report).await?;
        report.unlisted = there.iter().filter(|path| !files.contains_key(*path)).count() as u64;

        let mut state = VerifyProgress {
            files: 0,
            of_files: files.len() as u64,
            bytes: 0,
            of_bytes: files.values().map(|f| f.bytes).sum(),
        };
        progress(state);
        let at_once = std::thread::available_parallelism().map_or(2, usize::from);
        let mut checks = stream::iter(files.into_values())
            .map(|file| {
                let inner = Arc::clone(inner);
                let check = tokio::spawn(async move {
                    let wrong = inner.verify_file(&file).await?;
                    Ok::<_, Error>((file, wrong))
                });
                async move {
                    check.await.map_err(|e| Error::Store(format!("verifying a file was interrupted: {e}")))?
                }
            })
            .buffered(at_once);
        while let Some(checked) = checks.next().await {
            let (file, wrong) = checked?;
            report.files += 1;
            report.rows += file.rows;
            report.bytes += file.bytes;
            wrong.into_iter().for_each(|what| report.fault(&file.path, what));
            state = VerifyProgress { files: report.files, bytes: report.bytes, ..state };
            progress(state);
        }
        drop(checks);
        report.faults.sort();
        Ok(report)
    }
}

impl Inner {
    /// Replays the log and compares the checkpoints; gives the data files of all states by path.
    async fn verify_log(&self, report: &mut VerifyReport) -> Result<BTreeMap<String, Arc<DataFile>>> {
        let newest = self.numbers(LOG, entry_number, report).await?.last().copied().unwrap_or(0);
        let checkpoints = self.numbers(&checkpoint::folder(), checkpoint_number, report).await?;
        if newest == 0 {
            report.fault(entry_path(1), "the store has no log");
        }
        let mut files = BTreeMap::new();
        // `None` after damage: what follows cannot be replayed, only read.
        let mut state = Some(Snapshot::empty());
        let mut before: Option<(u64, String)> = None;
        for number in 1..=newest {
            let path = entry_path(number);
            let Some(bytes) = self.backend.get(&path).await? else {
                report.fault(path, "the entry is missing");
                state = None;
                continue;
            };
            report.commits += 1;
            let Some((entry, sha256)) = report.keep(&path, unseal::<Entry>(&path, &bytes))? else {
                state = None;
                continue;
            };
            report.keep(&path, collect(&path, &entry, &mut files))?;
            if let Some(mut replayed) = state.take() {
                let applied = replayed.apply(&path, entry, sha256.clone());
                state = report.keep(&path, applied)?.map(|()| replayed);
            } else if before.is_some_and(|(n, sha)| n + 1 == number && sha != entry.parent_sha256) {
                report.fault(&path, "the SHA-256 of its parent is not that of the entry before it");
            }
            before = Some((number, sha256));
            if checkpoints.contains(&number) {
                self.verify_checkpoint(number, state.as_ref(), report).await?;
            }
        }
        for number in checkpoints.into_iter().filter(|n| *n > newest || *n == 0) {
            report.fault(checkpoint_path(number), "the log does not reach this checkpoint");
        }
        if let Some(bytes) = self.backend.get(&hint_path()).await? {
            let hint = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim_end().parse::<u64>().ok());
            let there = match hint {
                Some(number) => self.backend.get(&checkpoint_path(number)).await?.is_some(),
                None => false,
            };
            if !there {
                report.fault(hint_path(), "it does not name a checkpoint that is there");
            }
        }
        Ok(files)
    }

    /// Numbers of the files directly in a folder of the log, ascending; other files are faults.
    async fn numbers(
        &self,
        folder: &str,
        number_of: fn(&str) -> Option<u64>,
        report: &mut VerifyReport,
    ) -> Result<BTreeSet<u64>> {
        let mut numbers = BTreeSet::new();
        for name in self.backend.names(folder).await? {
            let path = format!("{folder}/{name}");
            match number_of(&name) {
                Some(number) => {
                    numbers.insert(number);
                }
                None if path == hint_path() || path == checkpoint::folder() => {}
                None => report.fault(path, "it does not belong here"),
            }
        }
        Ok(numbers)
    }

    async fn verify_checkpoint(
        &self,
        number: u64,
        replayed: Option<&Snapshot>,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let path = checkpoint_path(number);
        let Some(bytes) = self.backend.get(&path).await? else { return Ok(()) };
        report.checkpoints += 1;
        let read = checkpoint::read(&path, number, &bytes);
        if let Some(state) = report.keep(&path, read)?
            && replayed.is_some_and(|replayed| *replayed != state)
        {
            report.fault(path, "it does not hold the state that the log gives");
        }
        Ok(())
    }

    /// What is wrong with a data file.
    async fn verify_file(&self, file: &DataFile) -> Result<Option<String>> {
        let Some((sha256, bytes)) = self.backend.hash(&file.path).await? else {
            return Ok(Some("the file is missing".into()));
        };
        if bytes != file.bytes {
            return Ok(Some(format!("the file has {bytes} bytes instead of {}", file.bytes)));
        }
        if sha256 != file.sha256 {
            return Ok(Some("its content does not have the SHA-256 the log states".into()));
        }
        let mut reader = FileReader::new(Arc::clone(&self.objects), file);
        let rows = reader.get_metadata(None).await?.file_metadata().num_rows();
        Ok((u64::try_from(rows).ok() != Some(file.rows))
            .then(|| format!("the file has {rows} rows instead of {}", file.rows)))
    }
}

fn collect(path: &str, entry: &Entry, files: &mut BTreeMap<String, Arc<DataFile>>) -> Result<()> {
    for (table, change) in &entry.tables {
        let contract = table_of_log(table)?;
        for record in &change.add {
            let file = record.clone().into_file(&contract);
            let file = file.map_err(|what| Error::Corrupt(format!("{path}: {what}")))?;
            files.insert(file.path.clone(), Arc::new(file));
        }
    }
    Ok(())
}
