//! Checkpoints: a whole state in one file, so that opening a store need not read its whole log.
//!
//! A checkpoint is never believed for itself: it is sealed like an entry, and it must name the SHA-256 of the
//! entry it stands at. One that is missing or damaged is passed over for an older one, at last for the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::log::{
    FORMAT, FileRecord, LOG, entry_number, instant_text, read_instant, seal, table_of_log, unseal,
};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};

/// Commits between two checkpoints.
pub(crate) const EVERY: u64 = 100;

/// The number of the newest checkpoint, as a hint where to look first.
pub(crate) fn hint_path() -> String {
    format!("{LOG}/latest_checkpoint")
}

/// Folder of the checkpoints.
pub(crate) fn folder() -> String {
    format!("{LOG}/checkpoints")
}

/// Path of the checkpoint at this commit.
pub(crate) fn checkpoint_path(number: u64) -> String {
    format!("{LOG}/checkpoints/{number:020}.json")
}

/// Number of the checkpoint with this file name.
pub(crate) fn checkpoint_number(name: &str) -> Option<u64> {
    entry_number(name)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    format: u32,
    commit: u64,
    at: String,
    sha256: String,
    tables: BTreeMap<String, Vec<FileRecord>>,
    marks: BTreeMap<String, String>,
}

/// The file of the checkpoint of this state.
pub(crate) fn write(state: &Snapshot) -> Result<Vec<u8>> {
    let tables = state
        .tables
        .iter()
        .map(|(table, files)| {
            Ok((table.clone(), files.iter().map(|f| FileRecord::new(f)).collect::<Result<Vec<_>>>()?))
        })
        .collect::<Result<_>>()?;
    let checkpoint = Checkpoint {
        format: FORMAT,
        commit: state.commit,
        at: instant_text(state.at),
        sha256: state.sha256.clone(),
        tables,
        marks: state.marks.clone(),
    };
    Ok(seal(&checkpoint)?.0)
}

/// Reads the checkpoint of commit `number`.
pub(crate) fn read(path: &str, number: u64, bytes: &[u8]) -> Result<Snapshot> {
    let (checkpoint, _): (Checkpoint, _) = unseal(path, bytes)?;
    let wrong = |what: String| Error::Corrupt(format!("{path}: {what}"));
    if checkpoint.format > FORMAT || checkpoint.commit != number {
        return Err(wrong(format!("it is not a checkpoint of commit {number}")));
    }
    let mut tables = BTreeMap::new();
    for (table, records) in checkpoint.tables {
        let contract = table_of_log(&table)?;
        let files = records
            .into_iter()
            .map(|r| r.into_file(&contract).map(Arc::new).map_err(&wrong))
            .collect::<Result<Vec<_>>>()?;
        tables.insert(table, files);
    }
    Ok(Snapshot {
        commit: number,
        at: read_instant(path, &checkpoint.at)?,
        sha256: checkpoint.sha256,
        tables,
        marks: checkpoint.marks,
    })
}
