//! `advisql what-if`: who gains and loses under other rates.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::format::{Format, Sink};
use super::output::Output;
use super::{Global, month, open};
use crate::error::Result;
use crate::pipeline::{self, Version};
use crate::report::{self, Definition, Labels, Lang, Rows};

const SUMMARY_SQL: &str = include_str!("../../sql/what_if/summary.sql");
const SUMMARY: &str = include_str!("../../sql/what_if/summary.toml");

/// Calculate a month again under other rates: who gains and who loses; nothing is published
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    advisql what-if ./store --period 2022-12 --rates rates.csv\n  \
    advisql what-if ./store --period 2022-12 --rates rates.csv --cases --format csv -o cases.csv\n\n\
    The file has the columns of law.rates:\n  \
    advisql sql ./store \"select * from law.rates where benefit = 'kontanthjaelp'\" -o rates.csv")]
pub(super) struct WhatIfArgs {
    /// The store
    store: String,
    /// The month, as YYYY-MM
    #[arg(long, value_parser = month::parse, value_name = "MONTH")]
    period: NaiveDate,
    /// The other rates: a CSV file with the columns of law.rates
    #[arg(long, value_name = "FILE")]
    rates: PathBuf,
    /// The pipeline that calculates
    #[arg(long, default_value = "month_end")]
    pipeline: String,
    /// Its version; by default the newest
    #[arg(long)]
    version: Option<String>,
    /// The rows of the cases instead of the sums
    #[arg(long)]
    cases: bool,
    /// How rows are written; by default a table, or what the name of the output file says
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the rows to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(args: WhatIfArgs, global: &Global, output: &Output) -> Result<()> {
    let over = open::read_rates(&args.rates)?;
    let version = Version::shipped(&args.pipeline, args.version.as_deref())?;
    let progress = output.progress("what-if", 0);
    let builder = open::builder(&args.store, global);
    let result = pipeline::what_if(builder, &version, args.period, over).await;
    progress.end();
    let result = result?;
    let by_default = if output.is_json() { Format::Json } else { Format::Table };
    let format = args.format.or_else(|| Format::of(args.output.as_deref()?)).unwrap_or(by_default);
    if !args.cases && format == Format::Table && args.output.is_none() {
        let lang = Lang::from(output.lang());
        let definition = Definition::parse("what_if", SUMMARY_SQL, SUMMARY)?;
        let rows = Rows::of(definition, &result.summary, lang)?;
        return output.line(report::text(&rows, &Labels::shipped()?, lang, usize::MAX).trim_end());
    }
    let batches = if args.cases { &result.changes } else { &result.summary };
    if let Some(first) = batches.first() {
        let mut sink = Sink::new(format, args.output.as_deref(), &first.schema(), output)?;
        for batch in batches {
            sink.write(batch)?;
        }
        sink.finish()?;
    }
    Ok(())
}
