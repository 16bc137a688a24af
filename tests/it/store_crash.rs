//! Real processes: two that write at once, and one that is killed again and again.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use advisql::store::{CommitKind, CommitOutcome, Store};

use super::store_support::*;

/// Set for a child process: the store it writes to.
const STORE: &str = "ADVISQL_TEST_CHILD_STORE";
/// Set for a child process: which writer it is; each has rows of its own.
const WRITER: &str = "ADVISQL_TEST_CHILD_WRITER";
/// Set for a child process: commits it makes.
const COMMITS: &str = "ADVISQL_TEST_CHILD_COMMITS";

/// This test binary once more, running only [`child`].
fn spawn(store: &str, writer: i64, commits: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_crash::child", "--nocapture", "--test-threads=1"])
        .env(STORE, store)
        .env(WRITER, writer.to_string())
        .env(COMMITS, commits.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Rows of step `i`: two files, so that a commit is more than one thing.
fn step(writer: i64, i: i64) -> [std::ops::Range<i64>; 2] {
    let first = (writer * 1_000 + i) * 10_000;
    [first..first + 1_500, first + 5_000..first + 5_010]
}

/// The work of a child process: each step is done once, whoever finds it undone.
async fn work(store: &Store, writer: i64, commits: i64) {
    for i in 0..commits {
        let base = latest(store).await;
        let mark = format!("step/{writer}/{i}");
        if base.marks.contains_key(&mark) {
            continue;
        }
        let mut transaction = store.begin(&base);
        for ids in step(writer, i) {
            add(&mut transaction, ids).await;
        }
        transaction.expect_mark(&mark, None);
        transaction.set_mark(&mark, Some("done".into()));
        let outcome = transaction.commit(info(CommitKind::Import, "step")).await.unwrap();
        assert!(matches!(outcome, CommitOutcome::Committed { .. }));
    }
}

/// Not a test of its own: what [`spawn`] runs.
#[tokio::test]
async fn child() {
    let Ok(location) = std::env::var(STORE) else { return };
    let number = |name| std::env::var(name).unwrap().parse().unwrap();
    let store = Store::open(&location).await.unwrap();
    println!("ready");
    work(&store, number(WRITER), number(COMMITS)).await;
}

#[tokio::test]
async fn two_processes_lose_nothing() {
    let place = Place::local();
    place.create().await;
    let mut children = [spawn(&place.path(), 1, 40), spawn(&place.path(), 2, 40)];
    for child in &mut children {
        // The output is only a few lines and fits the pipe.
        assert!(child.wait().unwrap().success());
    }
    let store = place.open().await;
    let state = latest(&store).await;
    assert_eq!(state.commit, 81);
    let expected: Vec<i64> = (1..=2).flat_map(|w| (0..40).flat_map(move |i| step(w, i)).flatten()).collect();
    assert_eq!(ids(&store, &state).await, expected);
    assert_eq!(faults(&store).await, [""; 0]);
}

#[tokio::test]
async fn kills_leave_all_or_nothing_and_repeating_gives_the_same_bytes() {
    const KILLS: u64 = 200;
    const COMMITS: i64 = 500;
    let place = Place::local();
    place.create().await;
    // The kills come anywhere within the time of about three commits on this machine.
    let trial = Place::local();
    let start = std::time::Instant::now();
    work(&trial.create().await, 1, 10).await;
    let within = start.elapsed().as_micros() as u64 * 3 / 10;
    let (mut random, mut in_between, mut done) = (0x9e37_79b9_7f4a_7c15_u64, 0, 0);
    for kill in 0..KILLS {
        let mut child = spawn(&place.path(), 1, COMMITS);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("ready")), "the child did not start");
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_micros(random % within));
        child.kill().unwrap();
        child.wait().unwrap();

        let store = place.open().await;
        let state = latest(&store).await;
        let steps = state.marks.keys().filter(|m| m.starts_with("step/")).count();
        assert!(steps >= done, "a finished commit is gone");
        assert_eq!(state.commit as usize, steps + 1);
        let rows: u64 = state.tables.get("residences").into_iter().flatten().map(|f| f.rows).sum();
        assert_eq!(
            (rows, state.tables.get("residences").map_or(0, Vec::len)),
            (steps as u64 * 1_510, steps * 2)
        );
        // Every time would take long; a fault would still be there the next time.
        if kill % 10 == 9 {
            let report = store.verify(|_| {}).await.unwrap();
            assert!(report.is_sound(), "{:?}", report.faults);
            in_between += report.unlisted;
            store.vacuum(Duration::ZERO, false).await.unwrap();
        }
        done = steps;
    }
    println!("{KILLS} kills, {done} steps done, {in_between} files left unlisted on the way");
    assert!(in_between > 0, "no kill hit a commit in the making");
    assert!(done > 20, "hardly any commit was made between the kills");

    let commits = i64::try_from(done).unwrap() + 3;
    let store = place.open().await;
    work(&store, 1, commits).await;
    store.vacuum(Duration::ZERO, false).await.unwrap();
    let undisturbed = Place::local();
    let calm = undisturbed.create().await;
    work(&calm, 1, commits).await;
    assert_eq!(latest(&store).await.tables, latest(&calm).await.tables, "same names, so the same bytes");
    assert_eq!(faults(&store).await, [""; 0]);
    let spool = std::fs::read_dir(std::path::Path::new(&place.path()).join("spool")).unwrap();
    assert_eq!(spool.count(), 0);
}
