//! The built program, killed while it imports and while it runs a month: the store holds all or nothing, and doing it
//! again gives the bytes of a run that nobody disturbed.

use std::fmt::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use advisql::generate::{GenerateOptions, generate};
use advisql::store::{Snapshot, Store};

use super::cli::advisql;
use super::store_support::{faults, latest};

/// A command of the program, the store it begins on, and what it makes of it.
struct Disturbed {
    folder: tempfile::TempDir,
    /// Arguments after the store.
    before: &'static [&'static str],
    after: Vec<String>,
    /// The state it begins with, and the one it ends with.
    begin: Arc<Snapshot>,
    end: Arc<Snapshot>,
    /// From the start to the first written byte, and to the end.
    writes_after: Duration,
    ends_after: Duration,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

async fn open(store: &Path) -> Store {
    Store::open(store.to_str().unwrap()).await.unwrap()
}

/// Files in the folder where writers work.
fn spooled(store: &Path) -> usize {
    std::fs::read_dir(store.join("spool")).map_or(0, Iterator::count)
}

impl Disturbed {
    /// Does it once undisturbed on a copy of `folder/base`.
    async fn new(folder: tempfile::TempDir, before: &'static [&'static str], after: &[&str]) -> Disturbed {
        let begin = latest(&open(&folder.path().join("base")).await).await;
        let after = after.iter().map(|word| (*word).to_owned()).collect();
        let (end, zero) = (Arc::clone(&begin), Duration::ZERO);
        let mut made = Disturbed { folder, before, after, begin, end, writes_after: zero, ends_after: zero };
        let store = made.fresh("calm");
        let (start, mut writes) = (Instant::now(), None);
        let mut child = made.spawn(&store);
        while child.try_wait().unwrap().is_none() {
            if writes.is_none() && spooled(&store) > 0 {
                writes = Some(start.elapsed());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        made.ends_after = start.elapsed();
        made.writes_after = writes.unwrap();
        made.end = latest(&open(&store).await).await;
        assert_eq!(made.end.commit, made.begin.commit + 1);
        made
    }

    /// A copy of the store it begins on.
    fn fresh(&self, name: &str) -> PathBuf {
        let store = self.folder.path().join(name);
        let _ = std::fs::remove_dir_all(&store);
        copy(&self.folder.path().join("base"), &store);
        store
    }

    fn spawn(&self, store: &Path) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_advisql"));
        command.args(self.before).arg(store).args(&self.after).env("USER", "tester");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Starts it and kills it at a random point within `within`, counted from its first write when `while_writing`.
    /// Gives how long it took when it came to its end before.
    fn kill(&self, store: &Path, while_writing: bool, within: Duration, random: u64) -> Option<Duration> {
        let mut child = self.spawn(store);
        let mut runs = || child.try_wait().unwrap().is_none();
        let before = spooled(store);
        while while_writing && spooled(store) == before && runs() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let start = Instant::now();
        let point = Duration::from_micros(random % (within.as_micros() as u64 + 1));
        while start.elapsed() < point && runs() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let took = start.elapsed();
        child.kill().unwrap();
        (child.wait().unwrap().signal() != Some(9)).then_some(took)
    }

    /// Kills it `kills` times, each time looking at what is left.
    ///
    /// One half of the points is spread over the whole time, the other half over the time after its first write,
    /// counted from that write: so they hit whatever else the machine is doing. The times follow what is seen.
    async fn disturb(&self, kills: u32, name: &str) {
        let same = |a: &Snapshot, b: &Snapshot| a.tables == b.tables && a.marks == b.marks;
        let (mut random, mut store) = (0x9e37_79b9_7f4a_7c15_u64, self.fresh("disturbed"));
        let mut times = [self.ends_after, self.ends_after - self.writes_after];
        let (mut killed, mut half_written, mut ended, mut repeated, mut left) = (0, 0, 0, 0, 0);
        for attempt in 0_u32.. {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let writing = attempt % 2 == 1;
            let within = &mut times[usize::from(writing)];
            match self.kill(&store, writing, *within, random) {
                None => {
                    killed += 1;
                    *within = *within * 51 / 50;
                }
                Some(took) => *within = took,
            }
            let opened = open(&store).await;
            let state = latest(&opened).await;
            assert_eq!(faults(&opened).await, [""; 0], "{name}, kill {killed}");
            if same(&state, &self.begin) {
                let leaves = opened.verify(|_| {}).await.unwrap().unlisted + spooled(&store) as u64;
                half_written += u32::from(leaves > left);
                left = leaves;
                // Most often it is killed again on what is left; now and then it may end.
                if attempt % 8 == 7 {
                    assert!(self.spawn(&store).wait().unwrap().success());
                    repeated += 1;
                } else if killed < kills {
                    continue;
                }
            } else {
                ended += 1;
            }
            // All of it, and the bytes of the undisturbed one, however much was left by attempts before.
            let state = latest(&opened).await;
            if killed < kills || !same(&state, &self.begin) {
                assert!(same(&state, &self.end), "{name}, kill {killed}: neither all nor nothing");
                opened.vacuum(Duration::ZERO, false).await.unwrap();
                assert_eq!(opened.verify(|_| {}).await.unwrap().unlisted, 0);
                assert_eq!(spooled(&store), 0);
                (store, left) = (self.fresh("disturbed"), 0);
            }
            if killed >= kills {
                break;
            }
        }
        println!(
            "{name}: {killed} kills within {:?} (writing from {:?} on), {half_written} left something half written, \
             {ended} found the commit made, {repeated} repeated to the end",
            self.ends_after, self.writes_after
        );
        assert!(
            half_written > kills / 10,
            "{name}: hardly any kill came between the first write and the commit"
        );
        assert!(ended + repeated > 5, "{name}: it hardly ever came to its end");
    }
}

/// A delivery with good and bad rows on top of one that is in.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_anywhere_leaves_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let rows = |from: usize| {
        let mut text = String::from(
            "advis_id;event_code;source_group;municipality_code;person_id;party;case_id;event_date;created_at;amount\n",
        );
        for id in from..from + 4_000 {
            let day = if id % 50 == 0 { 31 } else { 1 + id % 28 };
            writeln!(
                text,
                "{id};505.005.010;folkeregister;0751;{id};primary;;{day:02}.02.2022;2022-03-01T09:00:00Z;1.234,50"
            )
            .unwrap();
        }
        text
    };
    std::fs::write(path("first.csv"), rows(1)).unwrap();
    std::fs::write(path("second.csv"), rows(5_000)).unwrap();
    let known = ["--registered-at", "2022-03-02T00:00:00Z"];
    advisql(&["init", &path("base")]).ok();
    advisql(&[&["import", &path("base"), "advis", &path("first.csv")], &known[..]].concat()).ok();
    let second = path("second.csv");
    let after = ["advis", &second, "--delivery", "2022-03-01", known[0], known[1]];
    let disturbed = Disturbed::new(folder, &["import"], &after).await;
    let rejected = disturbed.end.tables["sys_rejects"].iter().map(|file| file.rows).sum::<u64>();
    assert_eq!(rejected, 2 * 80, "31 February is no day");
    disturbed.disturb(140, "import").await;
}

/// A month that replaces one published before.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_killed_anywhere_leaves_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("base").to_str().unwrap().to_owned();
    let store = Store::init(&base, "test").await.unwrap();
    let people = GenerateOptions {
        citizens: 1_500,
        months: 2,
        last_month: "2022-12-01".parse().unwrap(),
        seed: 5,
        municipalities: vec!["0751".into()],
        threads: Some(2),
        by: "test".into(),
    };
    generate(&store, &people, &|_, _, _| {}).await.unwrap();
    advisql(&["run", &base, "month_end", "--period", "2022-12"]).ok();
    let disturbed = Disturbed::new(folder, &["run"], &["month_end", "--period", "2022-12"]).await;
    assert_ne!(
        disturbed.begin.tables["payments"], disturbed.end.tables["payments"],
        "the run's id is in the rows"
    );
    disturbed.disturb(60, "run").await;
}
