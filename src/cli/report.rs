//! `advisql report`: report pages.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Global;
use super::open::{self, Reading};
use super::output::Output;
use crate::error::{Error, Result};
use crate::report::{self, Labels, Lang};

/// Write report pages: one HTML file that works offline, and the same rows as CSV
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    advisql report ./store --all --out ./rapport\n  \
    advisql report ./store payments_by_benefit advis_backlog --out ./rapport --lang en\n  \
    advisql report --list")]
pub(super) struct ReportArgs {
    /// The store
    #[arg(required_unless_present = "list")]
    store: Option<String>,
    /// The reports
    #[arg(conflicts_with = "all", value_name = "NAME")]
    names: Vec<String>,
    /// All reports
    #[arg(long)]
    all: bool,
    /// List the reports there are
    #[arg(long, exclusive = true)]
    list: bool,
    /// The folder to write to
    #[arg(long, value_name = "DIR", required_unless_present = "list")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

pub(super) async fn run(args: ReportArgs, global: &Global, output: &Output) -> Result<()> {
    let lang = Lang::from(output.lang());
    if args.list {
        for name in report::names() {
            output.line(format!("{name:24}{}", report::definition(name)?.title.of(lang)))?;
        }
        return Ok(());
    }
    let (Some(store), Some(out)) = (args.store, args.out) else {
        return Err(Error::Usage("name a store and, with --out, a folder".to_owned()));
    };
    let names: Vec<&str> = match args.all {
        true => report::names().collect(),
        false => args.names.iter().map(String::as_str).collect(),
    };
    if names.is_empty() {
        return Err(Error::Usage("name reports, or ask for --all; --list shows what there is".to_owned()));
    }
    let engine = open::engine(&store, &args.reading, global).await?;
    let progress = output.progress("reports", 0);
    let set = report::read(&engine, names, lang).await?;
    drop(progress);
    let written = report::write(&set, &Labels::shipped()?, &out)?;
    if output.is_json() {
        return output.json(&json!({ "report_date": set.about.report_date.to_string(), "files": written }));
    }
    for path in written {
        output.line(path.display().to_string())?;
    }
    Ok(())
}
