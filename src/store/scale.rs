//! Test: a store with ten thousand commits and as many files opens fast, and through any damage of its
//! checkpoints to the same state.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, TimeDelta};
use datafusion::common::ScalarValue;

use super::log::{Change, Entry, FORMAT, FileRecord, data_path, entry_path, instant_text, seal};
use super::snapshot::{DataFile, Snapshot};
use super::{AsOf, CommitKind, Store, checkpoint, sha256_hex};

const COMMITS: u64 = 10_000;

/// A file of `residences` as a commit lists it; there are no rows behind it.
fn file(number: u64) -> DataFile {
    let sha256 = sha256_hex(&number.to_le_bytes());
    let id = ScalarValue::Int64(Some(number as i64));
    let day = ScalarValue::Date32(Some(18_000));
    let instant = ScalarValue::TimestampMicrosecond(Some(1_700_000_000_000_000), Some("UTC".into()));
    let bounds = BTreeMap::from([
        ("person_id".to_owned(), id.clone()),
        ("address_id".to_owned(), id.clone()),
        ("valid_from".to_owned(), day.clone()),
        ("valid_to".to_owned(), day.clone()),
        ("registered_at".to_owned(), instant.clone()),
    ]);
    DataFile {
        path: data_path("residences", &sha256),
        rows: 1,
        bytes: 1_000,
        sha256,
        nulls: bounds.keys().map(|column| (column.clone(), 0)).collect(),
        min: bounds.clone(),
        max: bounds,
        first: vec![id.clone(), day.clone(), instant.clone()],
        last: vec![id, day, instant],
    }
}

/// Writes the log of a store as its own commits would, but without syncs: making it is not what is measured.
fn write_log(root: &Path) -> Snapshot {
    fs::create_dir_all(root.join("_log/checkpoints")).unwrap();
    let mut state = Snapshot::empty();
    for number in 1..=COMMITS {
        let added = (number > 1).then(|| FileRecord::new(&file(number)).unwrap());
        let change = Change { add: added.into_iter().collect(), remove: Vec::new() };
        let entry = Entry {
            format: FORMAT,
            number,
            parent_sha256: state.sha256.clone(),
            at: instant_text(DateTime::UNIX_EPOCH + TimeDelta::seconds(number as i64)),
            kind: CommitKind::Import,
            by: "test".into(),
            message: "rows".into(),
            detail: serde_json::Value::Null,
            nonce: number.to_string(),
            tables: BTreeMap::from([("residences".to_owned(), change)]),
            marks: BTreeMap::from([(format!("delivery/{number}"), Some("x".into()))]),
        };
        let path = entry_path(number);
        let (bytes, sha256) = seal(&entry).unwrap();
        fs::write(root.join(&path), bytes).unwrap();
        state.apply(&path, entry, sha256).unwrap();
        // The worst case: the newest checkpoint is as far away as it can be.
        if number == COMMITS - checkpoint::EVERY || number == COMMITS / 2 {
            let bytes = checkpoint::write(&state).unwrap();
            fs::write(root.join(checkpoint::checkpoint_path(number)), bytes).unwrap();
            fs::write(root.join(checkpoint::hint_path()), format!("{number}\n")).unwrap();
        }
    }
    state
}

#[tokio::test]
async fn ten_thousand_commits_and_files() {
    let dir = tempfile::tempdir().unwrap();
    let expected = write_log(dir.path());
    let location = dir.path().to_str().unwrap();
    let open = async || {
        let start = Instant::now();
        let store = Store::open(location).await.unwrap();
        let state = store.snapshot(AsOf::Latest).await.unwrap();
        (start.elapsed().as_secs_f64() * 1e3, store, state)
    };
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (ms, _, state) = open().await;
        assert_eq!(*state, expected);
        best = best.min(ms);
    }
    println!("opening {COMMITS} commits and files: {best:.0} ms");

    let (_, store, _) = open().await;
    assert_eq!(store.snapshot(AsOf::Commit(5_050)).await.unwrap().tables["residences"].len(), 5_049);
    let time = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(5_050_500);
    assert_eq!(store.snapshot(AsOf::Time(time)).await.unwrap().commit, 5_050);

    // The newest checkpoint damaged: the older one; none left: the whole log.
    let newest = dir.path().join(checkpoint::checkpoint_path(COMMITS - checkpoint::EVERY));
    fs::write(&newest, &fs::read(&newest).unwrap()[1..]).unwrap();
    assert_eq!(*open().await.2, expected);
    fs::remove_dir_all(dir.path().join(checkpoint::folder())).unwrap();
    let (whole_log, _, state) = open().await;
    assert_eq!(*state, expected);
    println!("without checkpoints: {whole_log:.0} ms");
}
