//! `advisql generate`: a synthetic municipality.

use chrono::NaiveDate;
use clap::Args;

use super::Global;
use super::author::Author;
use super::month;
use super::newest_month::newest_payable_month;
use super::open::{self, Reading};
use super::output::Output;
use crate::error::Result;
use crate::generate::{GenerateOptions, GenerateReport, generate};
use crate::report::aligned;
use crate::store::Store;

/// Fill an empty store with a synthetic municipality: reproducible, calibrated to public statistics
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  advisql init ./store && advisql generate ./store --citizens 100000 --months 24 --seed 1"
)]
pub(super) struct GenerateArgs {
    /// The store; it must hold no people
    store: String,
    /// Number of people
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    citizens: u64,
    /// Months of data
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=600))]
    months: u32,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Last month of data, as YYYY-MM; by default the newest with a published amount for everything a run needs
    #[arg(long, value_parser = month::parse, value_name = "MONTH")]
    last_month: Option<NaiveDate>,
    /// Codes of the municipalities, four digits each
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    municipality: Vec<String>,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: GenerateArgs, global: &Global, output: &Output) -> Result<()> {
    let last_month = match args.last_month {
        Some(month) => month,
        None => newest_payable_month(&open::engine("-", &Reading::default(), global).await?).await?,
    };
    let store = Store::open(&args.store).await?;
    let options = GenerateOptions {
        citizens: args.citizens,
        months: args.months,
        last_month,
        seed: args.seed,
        municipalities: args.municipality,
        threads: global.threads.map(usize::from),
        by: args.author.name(),
    };
    let report = with_progress(&store, &options, output).await?;
    if output.is_json() {
        return output.json(&report);
    }
    let lines: Vec<Vec<String>> = report
        .tables
        .iter()
        .map(|t| vec![t.table.clone(), t.rows.to_string(), t.files.to_string()])
        .collect();
    let head = ["table", "rows", "files"].map(str::to_owned).to_vec();
    output.line(aligned(&[vec![head], lines].concat(), &[false, true, true]).trim_end())?;
    output.note(format!("commit {} in {:.2} s", report.commit, report.seconds));
    Ok(())
}

/// Generates and shows how far it is.
pub(super) async fn with_progress(
    store: &Store,
    options: &GenerateOptions,
    output: &Output,
) -> Result<GenerateReport> {
    let progress = output.progress("people", options.citizens);
    let watch = progress.clone();
    let report = generate(store, options, &move |stage: &str, done, of| watch.show(stage, done, of)).await?;
    progress.end();
    Ok(report)
}
