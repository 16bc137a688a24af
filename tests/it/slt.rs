//! Runs every `tests/slt/**/*.slt` file. `ADVISQL_SLT_COMPLETE=1` writes the answers instead of comparing them.

use std::path::{Path, PathBuf};

use advisql::{Engine, EngineBuilder, Error};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use sqllogictest::{AsyncDB, ColumnType, DBOutput, Runner, strict_column_validator};

const MUST_FAIL: &str = "harness/must_fail.slt";

/// Column letters: `B` boolean, `I` integer, `R` number with a fraction, `D` date, `P` timestamp, `T` the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter(char);

impl ColumnType for Letter {
    fn from_char(value: char) -> Option<Self> {
        "BIRDPT".contains(value).then_some(Letter(value))
    }

    fn to_char(&self) -> char {
        self.0
    }
}

fn letter(data_type: &DataType) -> Letter {
    Letter(match data_type {
        DataType::Boolean => 'B',
        t if t.is_integer() => 'I',
        t if t.is_numeric() => 'R',
        DataType::Date32 | DataType::Date64 => 'D',
        DataType::Timestamp(_, _) => 'P',
        _ => 'T',
    })
}

struct Database {
    engine: Engine,
}

#[async_trait::async_trait]
impl AsyncDB for Database {
    type Error = Error;
    type ColumnType = Letter;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<Letter>, Error> {
        let defines = ["create table", "create view", "create external", "drop "];
        let test_only = defines.iter().any(|word| sql.trim_start().to_lowercase().starts_with(word));
        let frame = match test_only {
            true => self.engine.context().sql(sql).await?,
            false => self.engine.sql(sql).await?,
        };
        let types = frame.schema().fields().iter().map(|f| letter(f.data_type())).collect();
        let batches = frame.collect().await?;
        let options = FormatOptions::default().with_null("NULL");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns = batch
                .columns()
                .iter()
                .map(|c| ArrayFormatter::try_new(c.as_ref(), &options))
                .collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let cell = |c: &ArrayFormatter| match c.value(row).to_string() {
                    empty if empty.is_empty() => "(empty)".to_owned(),
                    value => value.replace('\n', "\\n"),
                };
                rows.push(columns.iter().map(cell).collect());
            }
        }
        match batches.is_empty() && test_only {
            true => Ok(DBOutput::StatementComplete(0)),
            false => Ok(DBOutput::Rows { types, rows }),
        }
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "advisql"
    }
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "slt") {
            found.push(path);
        }
    }
}

async fn run(file: &Path) -> Result<(), String> {
    let runner = || {
        let mut runner = Runner::new(|| async {
            // Three threads and a limit that no test nears: the same plans on every machine.
            let engine = EngineBuilder::new().threads(3).memory_limit(1 << 30).build().await?;
            Ok(Database { engine })
        });
        runner.with_column_validator(strict_column_validator);
        runner
    };
    if std::env::var_os("ADVISQL_SLT_COMPLETE").is_some() && !file.ends_with(MUST_FAIL) {
        let validator = sqllogictest::default_validator;
        let normalizer = sqllogictest::default_normalizer;
        return runner()
            .update_test_file(file, " ", validator, normalizer, strict_column_validator)
            .await
            .map_err(|e| e.to_string());
    }
    runner().run_file_async(file).await.map_err(|e| e.display(false).to_string())
}

#[test]
fn every_slt_file_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let failures: Vec<String> = all
        .iter()
        .filter(|file| !file.ends_with(MUST_FAIL))
        .filter_map(|file| runtime.block_on(run(file)).err().map(|e| format!("{}:\n{e}", file.display())))
        .collect();
    assert!(all.len() > 1, "the slt files were not found");
    assert!(
        failures.is_empty(),
        "{} of {} files fail:\n{}",
        failures.len(),
        all.len(),
        failures.join("\n\n")
    );
}

#[test]
fn the_harness_notices_a_wrong_scale() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt").join(MUST_FAIL);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let failure = runtime.block_on(run(&file)).unwrap_err();
    assert!(failure.contains("1.50"), "{failure}");
}
