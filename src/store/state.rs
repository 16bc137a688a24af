//! The state of a store is the fold of its log entries.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::DateTime;

use super::log::{Entry, FORMAT, read_instant, table_of_log};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};

impl Snapshot {
    /// The state before the first commit.
    pub(crate) fn empty() -> Self {
        Self {
            commit: 0,
            at: DateTime::UNIX_EPOCH,
            sha256: String::new(),
            tables: BTreeMap::new(),
            marks: BTreeMap::new(),
        }
    }

    /// Adds the entry that follows this state, checking that it does. `path` and `sha256` are the entry's.
    pub(crate) fn apply(&mut self, path: &str, entry: Entry, sha256: String) -> Result<()> {
        let wrong = |what: String| Error::Corrupt(format!("{path}: {what}"));
        if entry.format > FORMAT {
            return Err(Error::Store(format!(
                "{path} was written by a newer version of advisql; use that one"
            )));
        }
        if entry.number != self.commit + 1 {
            return Err(wrong(format!("it holds commit {} instead of {}", entry.number, self.commit + 1)));
        }
        if entry.parent_sha256 != self.sha256 {
            return Err(wrong("the SHA-256 of its parent is not that of the entry before it".into()));
        }
        let at = read_instant(path, &entry.at)?;
        if at < self.at && self.commit > 0 {
            return Err(wrong("its time is before that of the entry before it".into()));
        }
        for (table, change) in entry.tables {
            let contract = table_of_log(&table)?;
            let files = self.tables.entry(table).or_default();
            if let Some(missing) = remove(files, &change.remove, |f| &f.path) {
                return Err(wrong(format!("it removes {missing}, which was not there")));
            }
            for record in change.add {
                files.push(Arc::new(record.into_file(&contract).map_err(&wrong)?));
            }
        }
        self.tables.retain(|_, files| !files.is_empty());
        for (mark, value) in entry.marks {
            match value {
                Some(value) => self.marks.insert(mark, value),
                None => self.marks.remove(&mark),
            };
        }
        (self.commit, self.at, self.sha256) = (entry.number, at, sha256);
        Ok(())
    }
}

/// Removes one item for every path (the same content may be listed twice: then its rows count twice).
/// Returns a path that was not there.
pub(crate) fn remove<T>(
    items: &mut Vec<T>,
    paths: &[String],
    path_of: impl Fn(&T) -> &str,
) -> Option<String> {
    if paths.is_empty() {
        return None;
    }
    let mut left: HashMap<&str, usize> = HashMap::new();
    for path in paths {
        *left.entry(path).or_default() += 1;
    }
    items.retain(|item| match left.get_mut(path_of(item)) {
        Some(n) if *n > 0 => {
            *n -= 1;
            false
        }
        _ => true,
    });
    left.into_iter().filter(|(_, n)| *n > 0).map(|(path, _)| path.to_owned()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_takes_one_item_per_path() {
        let paths = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let mut items = paths(&["a", "b", "a", "c"]);
        assert_eq!(remove(&mut items, &paths(&["a", "c"]), |s| s), None);
        assert_eq!(items, paths(&["b", "a"]));
        assert_eq!(remove(&mut items, &paths(&["a", "a"]), |s| s), Some("a".into()));
    }
}
