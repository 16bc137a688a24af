//! What every store must do, wherever it is.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use advisql::Error;
use advisql::store::{AsOf, CommitKind, CommitOutcome, CompactOptions, Store};
use arrow::array::{Array, AsArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Int64Type};
use chrono::{DateTime, TimeDelta};
use datafusion::common::ScalarValue;

use super::store_support::*;

/// A clock that gives the instants of a list of seconds, the last one for ever.
fn clock(seconds: &[i64]) -> advisql::store::Clock {
    let seconds = seconds.to_vec();
    let calls = std::sync::atomic::AtomicUsize::new(0);
    Arc::new(move || {
        let i = calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst).min(seconds.len() - 1);
        DateTime::UNIX_EPOCH + TimeDelta::seconds(4_000_000_000 + seconds[i])
    })
}

#[tokio::test]
async fn rows_come_back_from_every_state() {
    for place in Place::all() {
        let store = place.create().await;
        assert_eq!(latest(&store).await.commit, 1);
        assert_eq!(append(&store, 0..100).await, 2);
        assert_eq!(append(&store, 50..60).await, 3);
        let before = latest(&store).await;
        let mut transaction = store.begin(&before);
        transaction.remove("residences", &before.tables["residences"][0].path);
        transaction.set_mark("run/x", Some("1".into()));
        transaction.commit(info(CommitKind::Run, "replace")).await.unwrap();

        for store in [store, place.open().await] {
            let state = latest(&store).await;
            assert_eq!((state.commit, state.marks["run/x"].as_str()), (4, "1"));
            assert_eq!(ids(&store, &state).await, (50..60).collect::<Vec<_>>());
            let old = store.snapshot(AsOf::Commit(3)).await.unwrap();
            assert_eq!(old.commit, 3);
            assert_eq!(ids(&store, &old).await.len(), 110);
            assert!(store.snapshot(AsOf::Commit(1)).await.unwrap().tables.is_empty());
            for unknown in [0, 5] {
                let error = store.snapshot(AsOf::Commit(unknown)).await.unwrap_err();
                assert!(error.to_string().contains("the commits are 1 to 4"), "{error}");
            }
            let commits = store.commits().await.unwrap();
            assert_eq!(commits.iter().map(|c| c.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
            assert_eq!(commits[3].info.kind, CommitKind::Run);
            assert_eq!(commits[3].info.detail, serde_json::json!({"n": 1}));
            assert_eq!(commits[3].tables["residences"].removed.len(), 1);
            assert_eq!(commits[3].parent_sha256, commits[2].sha256);
            assert_eq!(faults(&store).await, [""; 0]);
        }
    }
}

#[tokio::test]
async fn a_time_finds_the_last_commit_at_or_before_it() {
    for place in Place::all() {
        let store = place.create().await;
        // The clock goes back once and stands still once: the log's times never do go back.
        let store = store.with_clock(clock(&[10, 20, 5, 30, 30, 40]));
        for i in 0..6 {
            append(&store, i..i + 1).await;
        }
        let at =
            |seconds: i64| AsOf::Time(DateTime::UNIX_EPOCH + TimeDelta::seconds(4_000_000_000 + seconds));
        for store in [store, place.open().await] {
            for (seconds, commit) in
                [(9, 1), (10, 2), (19, 2), (20, 4), (29, 4), (30, 6), (39, 6), (40, 7), (99, 7)]
            {
                assert_eq!(store.snapshot(at(seconds)).await.unwrap().commit, commit, "{seconds}");
            }
            let error = store.snapshot(AsOf::Time(DateTime::UNIX_EPOCH)).await.unwrap_err();
            assert!(error.to_string().contains("did not exist yet"), "{error}");
        }
    }
}

#[tokio::test]
async fn marks_and_removed_files_decide_races() {
    for place in Place::all() {
        let store = place.create().await;
        append(&store, 0..10).await;
        let base = latest(&store).await;
        let file = base.tables["residences"][0].path.clone();
        let claim = |value: &str| {
            let mut transaction = store.begin(&base);
            transaction.expect_mark("delivery/a", None);
            transaction.set_mark("delivery/a", Some(value.into()));
            transaction
        };
        let (first, second) = (claim("first"), claim("second"));
        assert!(matches!(
            first.commit(info(CommitKind::Import, "")).await.unwrap(),
            CommitOutcome::Committed { number: 3, .. }
        ));
        let refused = second.commit(info(CommitKind::Import, "")).await.unwrap();
        assert_eq!(
            refused,
            CommitOutcome::MarkDiffers { mark: "delivery/a".into(), found: Some("first".into()) }
        );

        let mut cleared = store.begin(&base);
        cleared.expect_mark("delivery/a", Some("first".into()));
        cleared.set_mark("delivery/a", None);
        cleared.remove("residences", &file);
        cleared.commit(info(CommitKind::Withdraw, "")).await.unwrap();
        let mut late = store.begin(&base);
        late.remove("residences", &file);
        let error = late.commit(info(CommitKind::Run, "")).await.unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error}");
        let state = latest(&store).await;
        assert_eq!((state.commit, state.marks.contains_key("delivery/a")), (4, false));
        assert!(state.tables.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_lose_nothing() {
    for place in Place::all() {
        place.create().await;
        let mut tasks = Vec::new();
        for writer in 0..4_i64 {
            let store = place.open().await;
            tasks.push(tokio::spawn(async move {
                for i in 0..10_i64 {
                    append(&store, [writer * 100 + i]).await;
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let store = place.open().await;
        let state = latest(&store).await;
        let expected: Vec<i64> = (0..4).flat_map(|w| (0..10).map(move |i| w * 100 + i)).collect();
        assert_eq!((state.commit, ids(&store, &state).await), (41, expected));
        assert_eq!(faults(&store).await, [""; 0]);
    }
}

#[tokio::test]
async fn equal_rows_added_twice_count_twice() {
    let place = Place::local();
    let store = place.create().await;
    append(&store, 0..5).await;
    append(&store, 0..5).await;
    let state = latest(&store).await;
    assert_eq!(state.tables["residences"][0], state.tables["residences"][1]);
    assert_eq!(ids(&store, &state).await, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    let mut transaction = store.begin(&state);
    transaction.remove("residences", &state.tables["residences"][0].path);
    transaction.commit(info(CommitKind::Withdraw, "")).await.unwrap();
    let state = latest(&store).await;
    assert_eq!(ids(&store, &state).await, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn bytes_follow_from_rows_alone() {
    let rows = residences(0..300_000);
    let mut seen = BTreeSet::new();
    for pieces in [&[300_000][..], &[1, 8192, 291_807], &[100_000, 5, 199_995]] {
        for place in [Place::local(), Place::Memory(Default::default())] {
            let store = place.create().await;
            let mut writer = store.begin(&latest(&store).await).writer("residences").unwrap();
            let mut from = 0;
            for piece in pieces {
                writer.write(&rows.slice(from, *piece)).unwrap();
                from += piece;
            }
            let files = writer.finish().await.unwrap();
            assert_eq!(files.len(), 1);
            seen.insert(files[0].sha256.clone());
        }
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn files_state_what_they_hold() {
    let place = Place::local();
    let store = place.create().await;
    let mut transaction = store.begin(&latest(&store).await);
    let mut writer = transaction.writer("residences").unwrap();
    writer.write(&residences(5..905)).unwrap();
    writer.split().unwrap();
    writer.write(&residences(1..3)).unwrap();
    let files = writer.finish().await.unwrap();
    assert_eq!(files.len(), 2);
    let path = std::path::Path::new(&place.path()).join(&files[0].path);
    assert_eq!(std::fs::metadata(path).unwrap().len(), files[0].bytes);
    transaction.add("residences", files);
    transaction.commit(info(CommitKind::Import, "")).await.unwrap();

    let store = place.open().await;
    let state = latest(&store).await;
    let file = &state.tables["residences"][0];
    let rows = residences(5..905);
    let days = rows.column(3).as_primitive::<Date32Type>();
    assert_eq!(file.rows, 900);
    assert_eq!(file.min["person_id"], ScalarValue::Int64(Some(5)));
    assert_eq!(file.max["person_id"], ScalarValue::Int64(Some(904)));
    assert_eq!(file.min["valid_from"], ScalarValue::Date32(days.iter().flatten().min()));
    assert_eq!(file.max["valid_from"], ScalarValue::Date32(days.iter().flatten().max()));
    assert_eq!(file.nulls["person_id"], 0);
    assert!(!file.min.contains_key("municipality_code"), "codes outside the sort order have no statistics");
    assert_eq!(file.first[..2], [ScalarValue::Int64(Some(5)), ScalarValue::Date32(Some(18_005))]);
    assert_eq!(file.last[0], ScalarValue::Int64(Some(904)));
    assert_eq!(concat_batches(&rows.schema(), &read(&store, &state).await[..1]).unwrap(), rows);
}

#[tokio::test]
async fn writers_refuse_what_breaks_the_contract() {
    let place = Place::local();
    let store = place.create().await;
    let transaction = store.begin(&latest(&store).await);
    assert!(matches!(transaction.writer("nothing").unwrap_err(), Error::Contract(_)));
    let writer = || transaction.writer("residences").unwrap();
    let refused = |result: advisql::Result<()>, part: &str| {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Contract(_)) && error.to_string().contains(part), "{error}");
    };
    let rows = residences(0..10);
    refused(writer().write(&residences([0, 2, 1])), "row 3 of a batch is not in the sort order");
    let mut two = writer();
    two.write(&rows).unwrap();
    refused(two.write(&residences([8])), "the first row of a batch");
    refused(writer().write(&rows.project(&[0, 1]).unwrap()), "has 6 columns");
    refused(writer().write(&rows.project(&[1, 0, 2, 3, 4, 5]).unwrap()), "expected column person_id");
    let mut columns = rows.columns().to_vec();
    columns[1] = arrow::array::new_null_array(columns[1].data_type(), 10);
    let fields =
        rows.schema().fields().iter().map(|f| f.as_ref().clone().with_nullable(true)).collect::<Vec<_>>();
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    let nulls = arrow::record_batch::RecordBatch::try_new(schema, columns).unwrap();
    refused(writer().write(&nulls), "residences.address_id: a row has NULL");
    assert!(writer().finish().await.unwrap().is_empty(), "no rows, no file");
    drop(two);
    let spool = std::path::Path::new(&place.path()).join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0, "given up writers leave nothing");
}

#[tokio::test]
async fn vacuum_takes_only_what_no_commit_lists() {
    for place in Place::all() {
        let store = place.create().await;
        append(&store, 0..10).await;
        let old = latest(&store).await;
        let path = old.tables["residences"][0].path.clone();
        let mut transaction = store.begin(&old);
        transaction.remove("residences", &path);
        let mut writer = transaction.writer("residences").unwrap();
        writer.write(&residences(0..3)).unwrap();
        let unlisted = writer.finish().await.unwrap()[0].path.clone();
        transaction.commit(info(CommitKind::Run, "")).await.unwrap();

        assert!(store.vacuum(Duration::from_secs(3600), false).await.unwrap().is_empty());
        assert_eq!(store.vacuum(Duration::ZERO, true).await.unwrap(), std::slice::from_ref(&unlisted));
        assert_eq!(store.verify(|_| {}).await.unwrap().unlisted, 1);
        assert_eq!(store.vacuum(Duration::ZERO, false).await.unwrap(), [unlisted]);
        assert!(store.vacuum(Duration::ZERO, false).await.unwrap().is_empty());
        let old = store.snapshot(AsOf::Commit(2)).await.unwrap();
        assert_eq!(ids(&store, &old).await.len(), 10, "history stays readable");
        assert_eq!(faults(&store).await, [""; 0]);
    }
}

#[tokio::test]
async fn compacting_keeps_rows_and_history() {
    for place in Place::all() {
        let store = place.create().await;
        // Overlapping and equal rows, and one file that is large enough already.
        for i in 0..20_i64 {
            append(&store, (0..2_000).map(|n| n * 20 + i)).await;
        }
        append(&store, (0..2_000).map(|n| n * 20)).await;
        append(&store, 0..50_000).await;
        let before = latest(&store).await;
        let options = CompactOptions { below_rows: 10_000, by: "test".into() };
        let done = store.compact("residences", &options).await.unwrap().unwrap();
        assert_eq!((done.before, done.after, done.rows), (21, 1, 42_000));
        let after = latest(&store).await;
        assert_eq!(after.tables["residences"].len(), 2);
        assert_eq!(ids(&store, &after).await, ids(&store, &before).await);
        assert_eq!(store.compact("residences", &options).await.unwrap(), None);
        let old = store.snapshot(AsOf::Commit(before.commit)).await.unwrap();
        assert_eq!(old, before);
        assert_eq!(ids(&store, &old).await.len(), 92_000);
        // Every column, against the rows built anew in order.
        let merged = after.tables["residences"].iter().find(|f| f.rows == 42_000).unwrap();
        let only = advisql::store::Snapshot {
            tables: [("residences".to_owned(), vec![Arc::clone(merged)])].into(),
            ..(*after).clone()
        };
        let read = read(&store, &only).await;
        let read = concat_batches(&read[0].schema(), &read).unwrap();
        let all = read.column(0).as_primitive::<Int64Type>().values().to_vec();
        assert!(all.is_sorted());
        assert_eq!(read, residences(all));
        assert_eq!(faults(&store).await, [""; 0]);
    }
}

#[tokio::test]
async fn places_that_are_no_store_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let says = |result: advisql::Result<Store>, part: &str| {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Store(_)) && error.to_string().contains(part), "{error}");
    };
    says(Store::open(&path("no")).await, "does not exist");
    std::fs::create_dir(path("empty")).unwrap();
    says(Store::open(&path("empty")).await, "there is no store");
    std::fs::create_dir(path("other")).unwrap();
    std::fs::write(path("other/letter.txt"), "x").unwrap();
    says(Store::init(&path("other"), "test").await, "other files");
    says(Store::open("ftp://x/y").await, "unknown scheme 'ftp'");
    says(Store::open("").await, "is empty");
    Store::init(&path("a/b/c"), "test").await.unwrap();
    says(Store::init(&path("a/b/c"), "test").await, "already a store");
    Store::open(&format!("file://{}", path("a/b/c"))).await.unwrap();
    #[cfg(not(feature = "s3"))]
    says(Store::open("s3://bucket/x").await, "feature `s3`");
}
