//! `advisql demo`: a municipality from nothing to a paid month, in one command.

use std::path::{Path, PathBuf};

use chrono::{Months, NaiveDate};
use clap::Args;
use serde_json::json;

use super::Global;
use super::author::Author;
use super::generate::with_progress as generate;
use super::newest_month::newest_payable_month;
use super::open::{self, Reading};
use super::output::Output;
use super::run::{refuse, with_progress as run_pipeline};
use crate::error::{Error, Result};
use crate::generate::GenerateOptions;
use crate::pipeline::{RunOptions, RunStatus};
use crate::report::{self, Labels, Lang};
use crate::store::Store;

/// The municipality of the demo: Aarhus.
const MUNICIPALITY: &str = "0751";

/// Months that are paid, so that the page has a year to show.
const PAID_MONTHS: u32 = 12;

/// The pipeline that pays.
const PIPELINE: &str = "month_end";

/// Name of the file that says a folder was made by this command, so that it may replace it.
const MARK: &str = "advisql-demo.txt";

/// Reports of the summary on the terminal.
const SUMMARY: [&str; 5] =
    ["overview", "payments_by_benefit", "not_paid", "decisions", "advis_processing_time"];

/// Rows of a report shown on the terminal.
const SHOWN: usize = 10;

/// Generate a municipality, run its month-ends, print what was paid and write the report page
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql demo --citizens 20000 --months 24")]
pub(super) struct DemoArgs {
    /// The folder to make; an earlier demo in it is replaced
    #[arg(long, default_value = "./advisql-demo")]
    dir: PathBuf,
    /// Number of people
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    citizens: u64,
    /// Months of data
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=600))]
    months: u32,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: DemoArgs, global: &Global, output: &Output) -> Result<()> {
    let started = std::time::Instant::now();
    let last_month = newest_payable_month(&open::engine("-", &Reading::default(), global).await?).await?;
    prepare(&args.dir)?;
    let location = args.dir.join("store");
    let location =
        location.to_str().ok_or_else(|| Error::Usage("the name of --dir is not text".to_owned()))?;
    let author = args.author.name();
    let store = Store::init(location, &author).await?;
    let options = GenerateOptions {
        citizens: args.citizens,
        months: args.months,
        last_month,
        seed: args.seed,
        municipalities: vec![MUNICIPALITY.to_owned()],
        threads: global.threads.map(usize::from),
        by: author.clone(),
    };
    generate(&store, &options, output).await?;
    for period in paid_months(last_month, args.months) {
        let options = RunOptions {
            pipeline: PIPELINE.to_owned(),
            version: None,
            period,
            simulate: false,
            by: author.clone(),
        };
        let run = run_pipeline(open::builder(location, global), &options, output).await?;
        if run.report.status == RunStatus::Refused {
            return refuse(&run.report, output.lang());
        }
    }
    let lang = Lang::from(output.lang());
    let reading = Reading::on(last_day(last_month)?);
    let engine = open::engine(location, &reading, global).await?;
    let labels = Labels::shipped()?;
    let set = report::read(&engine, report::names(), lang).await?;
    let page = report::write(&set, &labels, &args.dir.join("report"))?;
    let seconds = started.elapsed().as_secs_f64();
    if output.is_json() {
        let page = page.first();
        return output.json(
            &json!({ "store": location, "report": page, "last_month": last_month.to_string(), "seconds": seconds }),
        );
    }
    for rows in set.reports.into_iter().filter(|rows| SUMMARY.contains(&rows.definition.name.as_str())) {
        output.line(report::text(&rows.newest_month(), &labels, lang, SHOWN))?;
    }
    output.line(next(location, page.first().map(PathBuf::as_path), &args.dir, lang))?;
    output.note(format!("{seconds:.1} s"));
    Ok(())
}

/// The months to pay, oldest first.
fn paid_months(last: NaiveDate, months: u32) -> impl Iterator<Item = NaiveDate> {
    (0..months.min(PAID_MONTHS)).rev().filter_map(move |back| last.checked_sub_months(Months::new(back)))
}

fn last_day(month: NaiveDate) -> Result<NaiveDate> {
    month
        .checked_add_months(Months::new(1))
        .and_then(|next| next.pred_opt())
        .ok_or_else(|| Error::Usage("the month is out of range".to_owned()))
}

/// Makes the folder, empty: it may be new, empty, or an earlier demo.
fn prepare(dir: &Path) -> Result<()> {
    if dir.exists() {
        let mut entries = std::fs::read_dir(dir).map_err(Error::file(dir))?;
        let is_ours = dir.join(MARK).is_file();
        if !is_ours && entries.next().is_some() {
            return Err(Error::Store(format!(
                "{} holds something that is no demo; name another folder with --dir",
                dir.display()
            )));
        }
        // Only what a demo makes is removed; other files that somebody put beside it stay.
        for part in ["store", "report"] {
            let part = dir.join(part);
            if part.exists() {
                std::fs::remove_dir_all(&part).map_err(Error::file(&part))?;
            }
        }
    }
    std::fs::create_dir_all(dir).map_err(Error::file(dir))?;
    let mark = dir.join(MARK);
    let text = "Made by `advisql demo`, which replaces the folders store and report when it is run again.\n";
    std::fs::write(&mark, text).map_err(Error::file(&mark))
}

fn next(store: &str, page: Option<&Path>, dir: &Path, lang: Lang) -> String {
    let page = page.unwrap_or(dir).display();
    let (where_store, where_page, try_these) = match lang {
        Lang::Da => ("Databasen", "Rapporten", "Prøv for eksempel:"),
        Lang::En => ("The store", "The report", "Try for example:"),
    };
    format!(
        "{where_store}:  {store}\n{where_page}:  {page}\n\n{try_these}\n\n\
         \x20 advisql sql {store} \"select * from report.payments_by_benefit order by period\"\n\
         \x20 advisql sql {store} \"select status_reason, count(*) from report.withheld_payments group by status_reason\"\n\
         \x20 advisql sql {store} \"select period, facts_used, gross from calculations where gross > 0 limit 3\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_year_is_paid_oldest_month_first() {
        let last = NaiveDate::from_ymd_opt(2022, 12, 1).unwrap();
        let months: Vec<NaiveDate> = paid_months(last, 24).collect();
        assert_eq!((months.len(), months[0].to_string()), (12, "2022-01-01".to_owned()));
        assert_eq!(months[11], last);
        assert_eq!(paid_months(last, 2).count(), 2);
        assert_eq!(last_day(last).unwrap().to_string(), "2022-12-31");
    }

    #[test]
    fn only_its_own_folder_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("demo");
        prepare(&dir).unwrap();
        std::fs::create_dir(dir.join("store")).unwrap();
        std::fs::write(dir.join("notes.txt"), "mine").unwrap();
        prepare(&dir).unwrap();
        assert!(!dir.join("store").exists() && dir.join("notes.txt").exists());
        let other = folder.path().join("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("thesis.txt"), "mine").unwrap();
        assert_eq!(prepare(&other).unwrap_err().code(), "A2001");
        assert!(other.join("thesis.txt").exists());
    }
}
