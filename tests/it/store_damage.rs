//! A changed byte anywhere is found, and a lost hint or checkpoint never gives another state.

use std::fs;
use std::path::{Path, PathBuf};

use advisql::Error;
use advisql::store::{AsOf, Store};

use super::store_support::*;

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

async fn with_checkpoint() -> (Place, Store, PathBuf) {
    let place = Place::local();
    let store = place.create().await;
    for i in 0..105 {
        append(&store, [i]).await;
    }
    let root = PathBuf::from(place.path());
    assert!(root.join("_log/checkpoints").join(format!("{:020}.json", 100)).is_file());
    (place, store, root)
}

#[tokio::test]
async fn every_flipped_byte_is_found_and_named() {
    let place = Place::local();
    let store = place.create().await;
    append(&store, 0..2_000).await;
    let replaced = latest(&store).await;
    let mut transaction = store.begin(&replaced);
    transaction.remove("residences", &replaced.tables["residences"][0].path);
    add(&mut transaction, 5..10).await;
    transaction.commit(info(advisql::store::CommitKind::Run, "æ")).await.unwrap();
    assert_eq!(faults(&store).await, [""; 0]);
    let root = PathBuf::from(place.path());
    for file in files(&root) {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let good = fs::read(&file).unwrap();
        // Every byte of what is small, and about two hundred of what is not.
        let step = good.len() / 200 + 1;
        for at in (0..good.len()).step_by(step).chain([good.len() - 1]) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&file, &bad).unwrap();
            let store = Store::open_to_verify(&place.path()).await.unwrap();
            let found = faults(&store).await;
            assert!(found.iter().any(|f| f.starts_with(&name)), "{name} byte {at}: {found:?}");
        }
        for bad in [&good[..good.len() - 1], &[], &[good.as_slice(), b"\n"].concat()] {
            fs::write(&file, bad).unwrap();
            let store = Store::open_to_verify(&place.path()).await.unwrap();
            assert!(faults(&store).await.iter().any(|f| f.starts_with(&name)));
        }
        fs::remove_file(&file).unwrap();
        let store = Store::open_to_verify(&place.path()).await.unwrap();
        // Without its last entry a log is only a shorter log: its file is then unlisted, and no checkpoint tells.
        if name != format!("_log/{:020}.json", 3) {
            assert!(faults(&store).await.iter().any(|f| f.starts_with(&name)), "{name} missing");
        }
        fs::write(&file, good).unwrap();
    }
    assert_eq!(faults(&store).await, [""; 0]);
}

#[tokio::test]
async fn checkpoints_are_verified_and_never_needed() {
    let (place, store, root) = with_checkpoint().await;
    let expected = latest(&store).await;
    let old = store.snapshot(AsOf::Commit(102)).await.unwrap();
    let report = store.verify(|_| {}).await.unwrap();
    assert_eq!((report.commits, report.checkpoints, report.files, report.rows), (106, 1, 105, 105));
    assert!(report.is_sound());
    let checkpoint = root.join("_log/checkpoints").join(format!("{:020}.json", 100));
    let hint = root.join("_log/latest_checkpoint");
    let same = async || {
        let store = Store::open(&place.path()).await.unwrap();
        assert_eq!(latest(&store).await, expected);
        assert_eq!(store.snapshot(AsOf::Commit(102)).await.unwrap(), old);
    };
    same().await;
    let good = fs::read(&checkpoint).unwrap();
    for at in (0..good.len()).step_by(good.len() / 50) {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        fs::write(&checkpoint, &bad).unwrap();
        same().await;
        let found = faults(&Store::open(&place.path()).await.unwrap()).await;
        assert!(found.iter().any(|f| f.starts_with("_log/checkpoints/")), "byte {at}: {found:?}");
    }
    fs::write(&checkpoint, &good).unwrap();
    for bad in ["", "7\n", "999\n", "x", "18446744073709551616"] {
        fs::write(&hint, bad).unwrap();
        same().await;
        assert!(faults(&store).await.iter().any(|f| f.starts_with("_log/latest_checkpoint")));
    }
    fs::remove_file(&hint).unwrap();
    same().await;
    fs::remove_file(&checkpoint).unwrap();
    same().await;
    assert_eq!(faults(&store).await, [""; 0]);
}

#[tokio::test]
async fn a_sealed_checkpoint_of_another_state_is_found() {
    let (_place, _store, root) = with_checkpoint().await;
    let (other_place, other, other_root) = with_checkpoint().await;
    let name = format!("_log/checkpoints/{:020}.json", 100);
    fs::copy(root.join(&name), other_root.join(&name)).unwrap();
    let expected = latest(&other).await;
    assert_eq!(latest(&Store::open(&other_place.path()).await.unwrap()).await, expected);
    assert_eq!(faults(&other).await, [format!("{name}: it does not hold the state that the log gives")]);
}

#[tokio::test]
async fn a_log_with_a_gap_or_damage_does_not_open() {
    let (place, _store, root) = with_checkpoint().await;
    let entry = |n: u64| root.join("_log").join(format!("{n:020}.json"));
    for number in [100, 103, 106] {
        let good = fs::read(entry(number)).unwrap();
        let mut bad = good.clone();
        bad[200] ^= 1;
        fs::write(entry(number), bad).unwrap();
        let error = Store::open(&place.path()).await.unwrap_err();
        assert!(matches!(&error, Error::Corrupt(m) if m.contains(&format!("{number:020}"))), "{error}");
        if number < 106 {
            fs::remove_file(entry(number)).unwrap();
            let error = Store::open(&place.path()).await.unwrap_err();
            assert!(matches!(&error, Error::Corrupt(m) if m.contains("missing")), "{error}");
        }
        fs::write(entry(number), good).unwrap();
    }
    for number in 100..=106 {
        fs::remove_file(entry(number)).unwrap();
    }
    let error = Store::open(&place.path()).await.unwrap_err();
    assert!(matches!(&error, Error::Corrupt(_)), "a log that ends before a checkpoint: {error}");
}
