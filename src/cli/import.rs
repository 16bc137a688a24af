//! `advisql import`: a delivery into a table.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Global;
use super::author::Author;
use super::output::Output;
use super::statement;
use crate::error::Result;
use crate::report::aligned;
use crate::store::Store;
use crate::store::import::{self, DecimalSign, Delivery, Ends, ImportReport, Step};

/// Take a delivery into a table: every row checked, bad rows kept with their reason, one commit
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    advisql import ./store incomes eindkomst_2022_12.csv --expect-rows 41250 --expect-sum amount=612345678.50\n  \
    advisql import ./store persons cpr/*.csv --inclusive-ends --rejects afvist.csv\n  \
    advisql import ./store event_log receipt.csv --log receipt")]
pub(super) struct ImportArgs {
    /// The store
    store: String,
    /// The table it is for
    table: String,
    /// Its files, in order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files are; by default seen from their first bytes
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The sender's name for the delivery; the same name with other content is refused
    #[arg(long, value_name = "NAME")]
    delivery: Option<String>,
    /// Refuse the delivery unless it has this many rows, good and bad together
    #[arg(long, value_name = "N")]
    expect_rows: Option<u64>,
    /// Refuse the delivery unless a column has this sum over all its rows
    #[arg(long = "expect-sum", value_name = "COLUMN=SUM", value_parser = statement::parse_parameter)]
    expect_sums: Vec<(String, String)>,
    /// Write the rejected rows as delivered, with their reasons, to this file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Name of the log, for event_log and event_log_cases
    #[arg(long, value_name = "NAME")]
    log: Option<String>,
    /// When the rows became known, where the files do not say; by default now
    #[arg(long, value_name = "TIME")]
    registered_at: Option<DateTime<Utc>>,
    /// The ends of periods are the last day on which they hold, as registers write them
    #[arg(long)]
    inclusive_ends: bool,
    /// What separates decimals; by default a comma in files with semicolons, else a point
    #[arg(long, value_enum, value_name = "SIGN")]
    decimal: Option<Decimal>,
    #[command(flatten)]
    author: Author,
}

/// What a file is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Delimited text with a header line
    Csv,
    /// Parquet
    Parquet,
}

/// What separates decimals.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Decimal {
    /// 1.234,50
    Comma,
    /// 1,234.50
    Point,
}

pub(super) async fn run(args: ImportArgs, global: &Global, output: &Output) -> Result<()> {
    let store = Store::open(&args.store).await?;
    let delivery = Delivery {
        table: args.table,
        files: args.files,
        format: args.format.map(|format| match format {
            Format::Csv => import::Format::Csv,
            Format::Parquet => import::Format::Parquet,
        }),
        name: args.delivery,
        expect_rows: args.expect_rows,
        expect_sums: args.expect_sums,
        rejects_file: args.rejects,
        log: args.log,
        registered_at: args.registered_at,
        ends: if args.inclusive_ends { Ends::Inclusive } else { Ends::Exclusive },
        decimal_sign: args.decimal.map(|sign| match sign {
            Decimal::Comma => DecimalSign::Comma,
            Decimal::Point => DecimalSign::Point,
        }),
        by: args.author.name(),
        threads: global.threads.map(usize::from),
        memory_limit: global.memory,
    };
    let progress = output.progress("reading", 0);
    let watch = progress.clone();
    let report = import::import(&store, &delivery, &move |now: import::Progress| match now.step {
        Step::Reading => watch.show("bytes read", now.bytes, now.total),
        Step::Writing => watch.show("rows written", now.done, now.total),
    })
    .await?;
    progress.end();
    if output.is_json() {
        return output.json(&as_json(&report));
    }
    print(&report, output)
}

fn print(report: &ImportReport, output: &Output) -> Result<()> {
    if let Some(commit) = report.already_imported {
        output.line(format!("This delivery came in with commit {commit}; nothing was changed."))?;
        return Ok(());
    }
    output.line(format!("{} rows into {}, commit {}", report.rows, report.table, report.commit))?;
    let rejected = report.rejected_rows();
    if rejected > 0 {
        output.line(format!(
            "{rejected} rows rejected; they are in sys.rejects, delivery {}:",
            report.delivery
        ))?;
        let lines: Vec<Vec<String>> = report
            .rejected
            .iter()
            .map(|(reason, rows)| {
                vec![rows.to_string(), reason.code().to_owned(), reason.sentence().to_owned()]
            })
            .collect();
        output.line(aligned(&lines, &[true, false, false]).trim_end())?;
    }
    for file in report.files.iter().filter(|file| !file.ignored_columns.is_empty()) {
        output.note(format!("{}: columns not used: {}", file.file, file.ignored_columns.join(", ")));
    }
    for (column, sum) in &report.sums {
        output.note(format!("sum of {column}: {sum}"));
    }
    output.note(format!("in {:.2} s", report.elapsed.as_secs_f64()));
    Ok(())
}

fn as_json(report: &ImportReport) -> serde_json::Value {
    let rejected: Vec<_> = report
        .rejected
        .iter()
        .map(|(reason, rows)| json!({ "code": reason.code(), "reason": reason.sentence(), "rows": rows }))
        .collect();
    let files: Vec<_> = report
        .files
        .iter()
        .map(|f| {
            json!({
                "file": f.file, "rows": f.rows, "rejected": f.rejected, "encoding": f.encoding,
                "delimiter": f.delimiter, "ignored_columns": f.ignored_columns,
            })
        })
        .collect();
    let sums: serde_json::Map<String, serde_json::Value> =
        report.sums.iter().map(|(column, sum)| (column.clone(), json!(sum))).collect();
    json!({
        "table": report.table,
        "delivery": report.delivery,
        "sha256": report.sha256,
        "already_imported": report.already_imported,
        "commit": report.commit,
        "rows": report.rows,
        "rejected_rows": report.rejected_rows(),
        "rejected": rejected,
        "files": files,
        "sums": sums,
        "seconds": report.elapsed.as_secs_f64(),
    })
}
