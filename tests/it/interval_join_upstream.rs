//! DataFusion's own join tests with interval joins on: whatever holds with them off has to hold with them on.
//!
//! `ADVISQL_UPSTREAM_SLT` names the folder of the `.slt` files (`test_files` of the package datafusion-sqllogictest,
//! of the version in Cargo.lock); they are not part of this repository. Records that need DataFusion's own harness fail
//! both ways and do not count; plans shown by EXPLAIN may differ.

use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Record, Runner};

use crate::interval_join::Session;

struct Database(SessionContext);

#[async_trait::async_trait]
impl AsyncDB for Database {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.0.sql(sql).await?;
        let types = vec![DefaultColumnType::Any; frame.schema().fields().len()];
        let batches = frame.collect().await?;
        let options = FormatOptions::default().with_null("NULL");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> =
                batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
            for row in 0..batch.num_rows() {
                rows.push(columns.iter().map(|c| c.value(row).to_string()).collect());
            }
        }
        match types.is_empty() {
            true => Ok(DBOutput::StatementComplete(0)),
            false => Ok(DBOutput::Rows { types, rows }),
        }
    }

    async fn shutdown(&mut self) {}
}

/// Whether each record of `file` holds, and its statement.
async fn records(file: &Path, enabled: bool) -> Vec<(bool, String)> {
    let session = Session { enabled, partitions: 4, batch_size: 8192, memory: None };
    let context = session.open();
    let mut runner = Runner::new(|| {
        let context = context.clone();
        async move { Ok(Database(context)) }
    });
    let mut results = Vec::new();
    for record in sqllogictest::parse_file(file).unwrap() {
        let sql = match &record {
            Record::Statement { sql, .. } | Record::Query { sql, .. } => sql.clone(),
            Record::Halt { .. } => break,
            _ => String::new(),
        };
        let holds = runner.run_async(record).await.is_ok();
        if !sql.is_empty() {
            results.push((holds, sql));
        }
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upstream_join_tests_hold_with_interval_joins() {
    let Some(folder) = std::env::var_os("ADVISQL_UPSTREAM_SLT").map(PathBuf::from) else {
        println!("skipped: ADVISQL_UPSTREAM_SLT names no folder");
        return;
    };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|e| e == "slt") && file.to_string_lossy().contains("join")
    });
    files.sort();
    let (mut holding, mut worse) = (0, Vec::new());
    for file in &files {
        let (off, on) = (records(file, false).await, records(file, true).await);
        let held = off.iter().filter(|(holds, _)| *holds).count();
        println!("{}: {held} of {} records hold with the operator off", file.display(), off.len());
        holding += held;
        for ((off, sql), (on, _)) in off.iter().zip(&on) {
            if *off && !on && !sql.trim_start().to_lowercase().starts_with("explain") {
                worse.push(format!("{}: {sql}", file.display()));
            }
        }
    }
    println!(
        "{} files, {holding} records hold with the operator off, {} of them not with it on",
        files.len(),
        worse.len()
    );
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}
