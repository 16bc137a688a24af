//! The command line as a stranger uses it: exit codes, output formats, messages.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Standard output of a command that must succeed.
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_advisql"));
    command.args(args).stdin(Stdio::null()).env("USER", "tester");
    command
}

/// Runs the program.
pub fn advisql(args: &[&str]) -> Ended {
    let output = command(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

const QUERY: &str = "select 1 as n, 'a,\"b' as t, cast(15874 as decimal(12,2)) as amount, \
                     date '2022-12-31' as day, cast(null as varchar) as nothing, '' as empty";

#[test]
fn every_format_keeps_all_decimals() {
    let as_format = |format| advisql(&["sql", "-", QUERY, "--format", format]).ok();
    assert_eq!(as_format("csv"), "n,t,amount,day,nothing,empty\n1,\"a,\"\"b\",15874.00,2022-12-31,,\"\"\n");
    assert_eq!(
        as_format("json"),
        "[\n{\"n\":1,\"t\":\"a,\\\"b\",\"amount\":15874.00,\"day\":\"2022-12-31\",\"nothing\":null,\"empty\":\"\"}\n]\n"
    );
    assert_eq!(
        as_format("table"),
        "n  t       amount  day         nothing  empty\n\
         ─  ────  ────────  ──────────  ───────  ─────\n\
         1  a,\"b  15874.00  2022-12-31  NULL\n"
    );
    assert_eq!(advisql(&["sql", "-", QUERY, "--json"]).ok(), as_format("json"));
}

#[test]
fn an_empty_result_is_still_well_formed() {
    let none = "select 1 as n where false";
    assert_eq!(advisql(&["sql", "-", none, "--format", "csv"]).ok(), "n\n");
    assert_eq!(advisql(&["sql", "-", none, "--format", "json"]).ok(), "[\n]\n");
    let ended = advisql(&["sql", "-", none]);
    assert!(ended.err.starts_with("0 rows in "), "{}", ended.err);
}

#[test]
fn files_are_written_in_the_format_of_their_name_and_can_be_queried() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["rows.parquet", "rows.csv"] {
        let file = folder.path().join(name);
        let file = file.to_str().unwrap();
        let query = "select value as n, cast(value as decimal(12,2)) as amount from generate_series(1, 1000)";
        assert_eq!(advisql(&["sql", "-", query, "-o", file, "--quiet"]).ok(), "");
        let sum = format!("select count(*) as rows, sum(amount) as total from '{file}'");
        assert_eq!(advisql(&["sql", "-", &sum, "--format", "csv"]).ok(), "rows,total\n1000,500500.00\n");
    }
    // Nothing but the two files is left beside them.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn text_of_digits_stays_text_in_a_csv_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    // Replacement numbers (day + 60) never begin with a zero; the first looks like a whole number all the same.
    std::fs::write(&file, "cpr,kommune,antal\n6101011234,0751,7\n7101014321,0101,12\n").unwrap();
    let query = format!(
        "select arrow_typeof(cpr) as cpr, arrow_typeof(kommune) as kommune, arrow_typeof(antal) as antal, \
         cpr_is_replacement(cpr) as replaced from '{}' limit 1",
        file.display()
    );
    assert_eq!(
        advisql(&["sql", "-", &query, "--format", "csv"]).ok(),
        "cpr,kommune,antal,replaced\nUtf8View,Utf8View,Int64,true\n"
    );
}

#[test]
fn parameters_are_typed() {
    let query = "select arrow_typeof($d) as d, arrow_typeof($n) as n, arrow_typeof($a) as a, $c as c";
    let mut args = vec!["sql", "-", query, "--format", "csv"];
    for parameter in ["d=2022-12-31", "n=42", "a=15874.00", "c=0751"] {
        args.extend(["--param", parameter]);
    }
    assert_eq!(advisql(&args).ok(), "d,n,a,c\nDate32,Int64,\"Decimal128(7, 2)\",0751\n");
    let refused = advisql(&["sql", "-", "select $missing"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--param missing=VALUE"), "{}", refused.err);
}

#[test]
fn a_file_or_standard_input_holds_several_queries() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.sql");
    std::fs::write(&file, "-- first\nselect ';' as a;\nselect 2 as b;\n").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(advisql(&["sql", "-", "-f", file, "--format", "csv"]).ok(), "a\n;\nb\n2\n");
    let refused = advisql(&["sql", "-", "-f", file, "-o", "x.csv"]);
    assert_eq!(refused.code, 2, "{}", refused.err);

    let mut child = command(&["sql", "-", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"select 3 as c").unwrap();
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(out, "c\n3\n");
}

#[test]
fn wrong_usage_ends_with_2_and_a_failure_with_1() {
    for args in [
        &["nonsense"][..],
        &[],
        &["sql"],
        &["sql", "-", "select 1", "--format", "parquet"],
        &["sql", "-", "select 1", "--memory", "two stones"],
        &["sql", "-", "select 1", "--threads", "0"],
        &["sql", "-", "--param", "x", "select 1"],
        &["sql", "-", "select 1", "--as-of", "yesterday"],
        &["sql", "-", ""],
        &["run", "x", "month_end", "--period", "2022-13"],
        &["report", "-", "nope", "--out", "/tmp/nowhere"],
    ] {
        let ended = advisql(args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.err);
        assert!(ended.out.is_empty(), "{args:?}: {}", ended.out);
    }
    for args in [
        &["sql", "-", "select nothing from nowhere"][..],
        &["sql", "/there/is/no/store", "select 1"],
        &["verify", "/there/is/no/store"],
        &["sql", "-", "drop table persons"],
    ] {
        let ended = advisql(args);
        assert_eq!(ended.code, 1, "{args:?}: {}", ended.err);
        assert!(ended.err.starts_with("error[A"), "{args:?}: {}", ended.err);
    }
}

#[test]
fn too_little_memory_names_the_option_that_gives_more() {
    let query = "select length(cast(a as varchar)) from (select array_agg(value) as a from generate_series(1, 1000000))";
    let ended = advisql(&["sql", "-", query, "--memory", "1MiB"]);
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(ended.err.contains("note: give it more with --memory"), "{}", ended.err);
}

#[test]
fn errors_do_not_repeat_civil_registration_numbers() {
    let ended = advisql(&["sql", "-", "select cast('6101011234x' as date), cast('6101011234' as date)"]);
    assert_eq!(ended.code, 1);
    let ended = advisql(&["sql", "-", "select cast('610101-1234' as int)"]);
    assert_eq!(ended.code, 1);
    assert!(!ended.err.contains("610101-1234"), "{}", ended.err);
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    for format in ["table", "csv", "json"] {
        let query = "select value, repeat('x', 200) as text from generate_series(1, 2000000)";
        let mut child = command(&["sql", "-", query, "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        // The pipe is closed here; far more than a pipe holds is still to come.
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{format}: {err}");
        assert_eq!(err, "", "{format}");
    }
}

#[test]
fn help_of_every_command_has_an_example() {
    let help = advisql(&["--help"]).ok();
    let commands = [
        "demo",
        "init",
        "generate",
        "import",
        "sql",
        "run",
        "runs",
        "show",
        "diff",
        "withdraw",
        "replay",
        "explain",
        "report",
        "verify",
        "what-if",
        "vacuum",
        "compact",
        "functions",
    ];
    for name in commands {
        assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{name} "))), "{name}");
        assert!(advisql(&[name, "--help"]).ok().contains("Example"), "{name}");
    }
}

#[test]
fn a_new_store_is_sound_and_has_nothing_to_tidy() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    advisql(&["init", store]).ok();
    assert_eq!(advisql(&["init", store]).code, 1, "a store must not be made twice");
    let sound = advisql(&["verify", store, "--json"]).ok();
    assert!(sound.contains("\"sound\": true"), "{sound}");
    assert_eq!(advisql(&["vacuum", store]).ok(), "");
    assert_eq!(advisql(&["compact", store]).ok(), "");
    assert_eq!(
        advisql(&["sql", store, "select count(*) as n from persons", "--format", "csv"]).ok(),
        "n\n0\n"
    );
    assert_eq!(advisql(&["runs", store, "--json"]).ok(), "[]\n");
    flip_a_byte(Path::new(store));
    let broken = advisql(&["verify", store]);
    assert_eq!(broken.code, 1);
    assert!(broken.err.contains("error[A2002]"), "{}", broken.err);
}

#[test]
fn derived_amounts_count_only_where_a_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    advisql(&["init", &path("strict")]).ok();
    advisql(&["init", &path("derived"), "--derived-rates"]).ok();
    let query =
        "select try_rate('aktivitetstillaeg', 'kontanthjaelp_age_25_29_living_home', date '2014-06-01') as r";
    let asked = |store: &str| advisql(&["sql", &path(store), query, "--format", "csv"]).ok();
    assert_eq!((asked("strict").as_str(), asked("derived").as_str()), ("r\n\n", "r\n7365.00\n"));
}

fn flip_a_byte(store: &Path) {
    let log = std::fs::read_dir(store.join("_log")).unwrap().map(|e| e.unwrap().path());
    let entry: PathBuf = log.filter(|p| p.extension().is_some_and(|e| e == "json")).min().unwrap();
    let mut bytes = std::fs::read(&entry).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    // Entries of the log may be read-only: put another file in the place.
    std::fs::remove_file(&entry).unwrap();
    std::fs::write(&entry, bytes).unwrap();
}

#[test]
fn the_function_reference_is_printed_in_three_forms() {
    assert!(advisql(&["functions"]).ok().contains("cpr_is_valid("));
    let page = advisql(&["functions", "--markdown"]).ok();
    assert!(page.starts_with("# Functions") && page.contains("### `bank_day_add("));
    let json: serde_json::Value =
        serde_json::from_str(&advisql(&["functions", "easter", "--json"]).ok()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(json[0]["name"], "easter_sunday");
}

#[test]
fn the_published_vectors_are_answered_from_a_csv_file() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cpr_test_numbers/vectors.csv");
    if !vectors.is_file() {
        eprintln!("skipped: {} is not here", vectors.display());
        return;
    }
    for condition in [
        "cpr_is_valid(input) is distinct from (valid = '1')",
        "cpr_is_valid(input) is distinct from (valid = 1)",
        "cpr_birth_date(input) is distinct from birth_date",
    ] {
        let query = format!("select count(*) as wrong from '{}' where {condition}", vectors.display());
        assert_eq!(advisql(&["sql", "-", &query, "--format", "csv"]).ok(), "wrong\n0\n", "{condition}");
    }
}
