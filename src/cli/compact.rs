//! `advisql compact`: merges small files.

use clap::Args;
use serde_json::json;

use super::author::Author;
use super::output::Output;
use crate::error::Result;
use crate::store::{AsOf, CompactOptions, Store};

/// Merge the small files of tables into larger ones; rows and older states stay as they are
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  advisql compact ./store\n  advisql compact ./store incomes advis_status"
)]
pub(super) struct CompactArgs {
    /// The store
    store: String,
    /// Only these tables; by default all
    tables: Vec<String>,
    /// Merge files with fewer rows than this
    #[arg(long, default_value_t = 1_000_000, value_name = "ROWS")]
    below_rows: u64,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: CompactArgs, output: &Output) -> Result<()> {
    let store = Store::open(&args.store).await?;
    let tables = match args.tables.is_empty() {
        true => store.snapshot(AsOf::Latest).await?.tables.keys().cloned().collect(),
        false => args.tables,
    };
    let options = CompactOptions { below_rows: args.below_rows, by: args.author.name() };
    let progress = output.progress("tables", tables.len() as u64);
    let mut results = Vec::new();
    for (done, table) in tables.iter().enumerate() {
        progress.set(done as u64, tables.len() as u64);
        if let Some(compacted) = store.compact(table, &options).await? {
            results.push((table, compacted));
        }
    }
    drop(progress);
    if output.is_json() {
        let results: Vec<_> = results
            .iter()
            .map(|(table, c)| {
                json!({ "table": table, "commit": c.commit, "before": c.before, "after": c.after, "rows": c.rows })
            })
            .collect();
        return output.json(&results);
    }
    for (table, c) in &results {
        output.line(format!(
            "{table}: {} files with {} rows became {}, commit {}",
            c.before, c.rows, c.after, c.commit
        ))?;
    }
    if results.is_empty() {
        output.note("There is nothing to merge.");
    }
    Ok(())
}
