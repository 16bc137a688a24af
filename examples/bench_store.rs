//! Makes the store that the month-end benchmark runs on (see docs/benchmarks.md).

#[path = "../benches/support/mod.rs"]
mod support;

use std::io::Write;

use advisql::store::Store;
use clap::Parser;
use support::month_end_store::{Shape, fill};

/// Fill a new store with persons, cases, facts and incomes up to December 2022
#[derive(Debug, Parser)]
struct Args {
    /// Where to make the store
    store: String,
    /// Persons; about half an income line each a month
    #[arg(long, default_value_t = 5_000_000)]
    persons: i64,
    /// Cases of kontanthjælp
    #[arg(long, default_value_t = 1_000_000)]
    cases: i64,
    /// Months of income
    #[arg(long, default_value_t = 24)]
    months: u32,
    /// The same seed gives the same rows
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> advisql::Result<()> {
    let args = Args::parse();
    let shape = Shape::new(args.persons, args.cases, args.months, args.seed);
    let store = Store::init(&args.store, "benchmark").await?;
    let lines = fill(&store, shape, note).await?;
    note(&format!("{lines} income lines"));
    Ok(())
}

fn note(text: &str) {
    // Nobody may be listening; the store is made all the same.
    let _ = writeln!(std::io::stderr(), "{text}");
}
