//! Removing what no commit lists: files of writers that were killed or gave up.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{DATA, SPOOL, Store};
use crate::error::Result;

impl Store {
    /// Removes files no commit lists that are older than `older_than`; returns their paths, sorted.
    ///
    /// Files that any commit of the log lists stay, so that older states can be read. `older_than` must be
    /// longer than the longest import or run: a writer's files are not listed until it commits. With
    /// `dry_run` nothing is removed.
    pub async fn vacuum(&self, older_than: Duration, dry_run: bool) -> Result<Vec<String>> {
        // The files are listed before the log is read: what is committed in between is kept.
        let mut found = self.inner.backend.list(DATA).await?;
        found.extend(self.inner.backend.list(SPOOL).await?);
        let mut listed = HashSet::new();
        for commit in self.commits().await? {
            for change in commit.tables.into_values() {
                listed.extend(change.added.into_iter().map(|file| file.path.clone()));
            }
        }
        let age = TimeDelta::from_std(older_than).unwrap_or(TimeDelta::MAX);
        let limit = Utc::now().checked_sub_signed(age).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut removed = Vec::new();
        for file in found {
            if file.modified <= limit && !listed.contains(&file.path) {
                if !dry_run {
                    self.inner.backend.delete(&file.path).await?;
                }
                removed.push(file.path);
            }
        }
        Ok(removed)
    }
}
