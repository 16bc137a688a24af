//! The ledger of runs: what was run, and what became of it.

use super::publish::find;
use crate::error::Result;
use crate::store::Store;
use crate::store::runs::{RunRecord, records};

/// Every run, oldest first.
///
/// # Errors
/// [`crate::Error::Corrupt`] when the log cannot be read.
pub async fn runs(store: &Store) -> Result<Vec<RunRecord>> {
    records(&store.commits().await?)
}

/// One run by its id, or by the beginning or end of it where only one run has it.
///
/// # Errors
/// [`crate::Error::Usage`] when there is none, or more than one.
pub async fn show(store: &Store, run_id: &str) -> Result<RunRecord> {
    find(runs(store).await?, run_id)
}
