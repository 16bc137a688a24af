//! Checkpoints: a whole state in one file, so that opening a store need not read its whole log.
//!
//! A checkpoint is never believed for itself: it is sealed like an entry, and it must name the SHA-256 of the
//! entry it stands at. One that is missing or damaged is passed over for an older one, at last for the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use serde::{Deserialize, Serialize};

use super::contract::Contract;
use super::log::{
    FORMAT, LOG, data_path, entry_number, instant_text, key_of, key_types, read_instant, seal, table_of_log,
    type_of, unseal, value_of,
};
use super::scalar_json::{Plain, to_compact_json};
use super::snapshot::{DataFile, Snapshot};
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
    tables: BTreeMap<String, Table>,
    marks: BTreeMap<String, String>,
}

/// The files of one table. Names of columns and paths are not repeated for every file: that keeps ten
/// thousand files quick to read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Columns with statistics, in the order of the lists of [`File`].
    columns: Vec<String>,
    files: Vec<File>,
}

/// SHA-256, rows, bytes; minimum, maximum and NULLs by column (`null`: none); first and last sort key.
#[derive(Serialize, Deserialize)]
struct File(
    String,
    u64,
    u64,
    Vec<Option<Plain>>,
    Vec<Option<Plain>>,
    Vec<Option<u64>>,
    Vec<Plain>,
    Vec<Plain>,
);

impl Table {
    fn new(files: &[Arc<DataFile>]) -> Result<Self> {
        let columns: BTreeSet<&String> = files.iter().flat_map(|f| f.nulls.keys()).collect();
        let bounds = |values: &BTreeMap<String, ScalarValue>| -> Result<Vec<Option<Plain>>> {
            columns.iter().map(|column| values.get(*column).map(to_compact_json).transpose()).collect()
        };
        let key = |key: &[ScalarValue]| key.iter().map(to_compact_json).collect::<Result<Vec<_>>>();
        let files = files
            .iter()
            .map(|f| {
                let nulls = columns.iter().map(|column| f.nulls.get(*column).copied()).collect();
                let (min, max) = (bounds(&f.min)?, bounds(&f.max)?);
                Ok(File(f.sha256.clone(), f.rows, f.bytes, min, max, nulls, key(&f.first)?, key(&f.last)?))
            })
            .collect::<Result<_>>()?;
        Ok(Self { columns: columns.into_iter().cloned().collect(), files })
    }

    fn into_files(self, contract: &Contract) -> Result<Vec<Arc<DataFile>>, String> {
        // Types once for all files, not once for each value.
        let typed = |column: String| type_of(contract, &column).map(|data_type| (column, data_type));
        let columns: Vec<(String, DataType)> =
            self.columns.into_iter().map(typed).collect::<Result<_, _>>()?;
        let types = key_types(contract)?;
        let bounds = |list: Vec<Option<Plain>>| -> Result<BTreeMap<String, ScalarValue>, String> {
            let given = columns.iter().zip(list).filter_map(|(column, value)| Some((column, value?)));
            given.map(|((column, of), json)| Ok((column.clone(), value_of(json, of, column)?))).collect()
        };
        let file =
            |File(sha256, rows, bytes, min, max, nulls, first, last)| -> Result<Arc<DataFile>, String> {
                let nulls =
                    columns.iter().zip(nulls).filter_map(|((column, _), n)| Some((column.clone(), n?)));
                Ok(Arc::new(DataFile {
                    path: data_path(&contract.name, &sha256),
                    rows,
                    bytes,
                    min: bounds(min)?,
                    max: bounds(max)?,
                    nulls: nulls.collect(),
                    first: key_of(first, contract, &types)?,
                    last: key_of(last, contract, &types)?,
                    sha256,
                }))
            };
        self.files.into_iter().map(file).collect()
    }
}

/// The file of the checkpoint of this state.
pub(crate) fn write(state: &Snapshot) -> Result<Vec<u8>> {
    let tables = state.tables.iter().map(|(table, files)| Ok((table.clone(), Table::new(files)?)));
    let checkpoint = Checkpoint {
        format: FORMAT,
        commit: state.commit,
        at: instant_text(state.at),
        sha256: state.sha256.clone(),
        tables: tables.collect::<Result<_>>()?,
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
    for (table, files) in checkpoint.tables {
        let contract = table_of_log(&table)?;
        tables.insert(table, files.into_files(&contract).map_err(&wrong)?);
    }
    Ok(Snapshot {
        commit: number,
        at: read_instant(path, &checkpoint.at)?,
        sha256: checkpoint.sha256,
        tables,
        marks: checkpoint.marks,
    })
}
