//! The interactive shell in a terminal, made by `script` of util-linux; the test says so when that is not there.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take on a machine with much other work.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shell {
    script: Child,
    shown: Arc<Mutex<String>>,
}

impl Shell {
    /// None where no terminal can be made.
    fn open(arguments: &str) -> Option<Self> {
        let program = format!("exec {} {arguments}", env!("CARGO_BIN_EXE_advisql"));
        let history = std::env::temp_dir().join("advisql-no-history");
        let started = Command::new("script")
            .args(["-qfec", &program, "/dev/null"])
            .env("TERM", "xterm")
            .env("XDG_STATE_HOME", history)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut script) = started else {
            println!("no `script` of util-linux here: the shell is not tested");
            return None;
        };
        let shown = Arc::new(Mutex::new(String::new()));
        let (mut out, kept) = (script.stdout.take().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = out.read(&mut bytes) {
                kept.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
        });
        Some(Self { script, shown })
    }

    fn types(&mut self, text: &str) {
        self.script.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Waits until `text` has been shown after `from`, and says where it ends and how long that took.
    fn waits_for(&self, text: &str, from: usize) -> (usize, Duration) {
        let since = Instant::now();
        loop {
            let shown = self.shown.lock().unwrap().clone();
            if let Some(at) = shown[from..].find(text) {
                return (from + at + text.len(), since.elapsed());
            }
            assert!(since.elapsed() < PATIENCE, "{text} is not shown:\n{shown}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The number of the process that runs in the terminal.
    fn program(&self) -> u32 {
        let script = self.script.id();
        let children = std::fs::read_to_string(format!("/proc/{script}/task/{script}/children")).unwrap();
        children.split_whitespace().next().unwrap().parse().unwrap()
    }
}

/// The time the threads of a process have worked, in hundredths of a second.
fn worked(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Types a query that would take years, waits until it works, and presses Ctrl-C.
fn interrupted(endless: &str) -> Option<(Shell, usize)> {
    let mut shell = Shell::open("sql - --threads 2")?;
    let (at, _) = shell.waits_for("advisql> ", 0);
    let process = shell.program();
    let (before, since) = (worked(process), Instant::now());
    shell.types(&format!("{endless};\n"));
    while worked(process) < before + 50 {
        assert!(since.elapsed() < PATIENCE, "the query does not work");
        std::thread::sleep(Duration::from_millis(10));
    }
    shell.types("\x03");
    let (at, until_stopped) = shell.waits_for("interrupted", at);
    println!("{endless}: interrupted after {until_stopped:?}");
    let (at, _) = shell.waits_for("advisql> ", at);
    Some((shell, at))
}

/// The next query runs, and the shell can be left.
fn goes_on(mut shell: Shell, at: usize) {
    shell.types("select 123456 + 654321 as sum;\n");
    let (at, _) = shell.waits_for("777777", at);
    shell.waits_for("advisql> ", at);
    shell.types("\\q\n");
    let since = Instant::now();
    let ended = loop {
        if let Some(ended) = shell.script.try_wait().unwrap() {
            break ended;
        }
        assert!(since.elapsed() < PATIENCE, "the shell does not end");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(ended.success());
}

#[test]
fn ctrl_c_stops_an_endless_cross_join_and_its_threads() {
    let series = |name| format!("generate_series(1, 30000) as {name}(n)");
    let endless =
        format!("select count(*) from {} cross join {} cross join {}", series("a"), series("b"), series("c"));
    let Some((shell, at)) = interrupted(&endless) else { return };
    let (process, since) = (shell.program(), Instant::now());
    // A thread that works adds ten in this time.
    loop {
        let before = worked(process);
        std::thread::sleep(Duration::from_millis(100));
        if worked(process) <= before + 2 {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "the threads still work");
    }
    println!("its threads are idle after {:?}", since.elapsed());
    goes_on(shell, at);
}

#[test]
fn ctrl_c_leaves_a_query_whose_threads_cannot_pause() {
    // Here DataFusion compares every pair of a batch before it looks up.
    let endless = "select count(*) from generate_series(1, 100000) as a(n) \
                   join generate_series(1, 100000000) as b(n) on a.n * b.n = 11";
    let Some((shell, at)) = interrupted(endless) else { return };
    goes_on(shell, at);
}
