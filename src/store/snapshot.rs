//! One state of a store: for every table an explicit list of files.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;

/// The values of the sort columns of one row.
pub type Key = Vec<ScalarValue>;

/// One immutable Parquet file of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// Path below the root of the store; named by content: `data/<table>/<sha256 prefix>.parquet`.
    pub path: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Smallest non-NULL value of each column that has statistics (key, sort, date, id and instant columns).
    pub min: BTreeMap<String, ScalarValue>,
    /// Largest non-NULL value, likewise.
    pub max: BTreeMap<String, ScalarValue>,
    /// NULLs of each such column.
    pub nulls: BTreeMap<String, u64>,
    /// Sort key of the first row; the rows were verified to be in sort order when written.
    pub first: Key,
    /// Sort key of the last row.
    pub last: Key,
}

/// One state of a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The last commit of this state; 0 before the first.
    pub commit: u64,
    /// When that commit was made.
    pub at: DateTime<Utc>,
    /// Its SHA-256.
    pub sha256: String,
    /// The files of each table, in the order of their commits.
    pub tables: BTreeMap<String, Vec<Arc<DataFile>>>,
    /// Named facts of the state, for example `delivery/<sha256>` or `run/month_end/2022-12`; set by commits.
    pub marks: BTreeMap<String, String>,
}
