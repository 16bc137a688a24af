//! `advisql run`: a pipeline for a month.

use chrono::NaiveDate;
use clap::Args;

use super::author::Author;
use super::open::{self, OtherRates};
use super::output::Output;
use super::{Global, Lang, month};
use crate::error::{Error, Result};
use crate::pipeline::{
    self, Manifest, Run, RunOptions, RunReport, RunStatus, Sentence, TestOutcome, Version,
};
use crate::report::{self, Labels, aligned};
use crate::session::EngineBuilder;

/// Run a pipeline for a month: gates, steps, checks, and one commit
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    advisql run ./store month_end --period 2022-12\n  \
    advisql run ./store month_end --period 2022-12 --simulate\n  \
    advisql run ./store month_end --period 2022-12 --simulate --rates rates.csv")]
pub(super) struct RunArgs {
    /// The store
    store: String,
    /// The pipeline
    pipeline: String,
    /// The month, as YYYY-MM
    #[arg(long, value_parser = month::parse, value_name = "MONTH")]
    period: NaiveDate,
    /// The version; by default the newest
    #[arg(long)]
    version: Option<String>,
    /// Publish nothing: the rows can be queried in the schema `simulated`
    #[arg(long)]
    simulate: bool,
    #[command(flatten)]
    rates: OtherRates,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: RunArgs, global: &Global, output: &Output) -> Result<()> {
    let options = RunOptions {
        pipeline: args.pipeline,
        version: args.version,
        period: args.period,
        simulate: args.simulate,
        by: args.author.name(),
    };
    let builder = args.rates.laid_over(open::builder(&args.store, global))?;
    let run = with_progress(builder, &options, output).await?;
    if output.is_json() {
        output.json(&serde_json::json!({ "commit": run.commit, "run": run.report }))?;
    } else {
        output.line(describe(&run.report, output.lang())?.trim_end())?;
        output.note(format!("commit {}", run.commit));
    }
    refuse(&run.report, output.lang())
}

/// Runs a pipeline and shows how far it is.
pub(super) async fn with_progress(
    builder: EngineBuilder,
    options: &RunOptions,
    output: &Output,
) -> Result<Run> {
    let progress = output.progress(&options.pipeline, 0);
    let watch = progress.clone();
    let mut watcher = move |now: pipeline::Progress<'_>| watch.show(now.name, now.done as u64, now.of as u64);
    let run = pipeline::run(builder, options, &mut watcher).await;
    progress.end();
    run
}

/// The error of a refused run, naming what refused it.
pub(super) fn refuse(report: &RunReport, lang: Lang) -> Result<()> {
    if report.status != RunStatus::Refused {
        return Ok(());
    }
    let why: Vec<String> = report
        .failed()
        .map(|test| format!("{} ({}): {}", test.name, rows(test.rows), sentence(&test.sentence, lang)))
        .collect();
    Err(Error::Refused(format!("{} was refused by {}", report.run_id, why.join("; "))))
}

/// A run for people: steps, gates, checks, sums and times.
pub(super) fn describe(report: &RunReport, lang: Lang) -> Result<String> {
    let status = match report.status {
        RunStatus::Published => "published",
        RunStatus::Simulated => "simulated",
        RunStatus::Refused => "refused",
    };
    let mut text = format!("{}: {status}, {:.2} s\n", report.run_id, report.seconds);
    text.push_str(&format!(
        "{} {} for {}, by {}, on commit {}, fingerprint {}\n",
        report.pipeline,
        report.version,
        report.period.format("%Y-%m"),
        report.by,
        report.input_commit,
        report.fingerprint.get(..16).unwrap_or(&report.fingerprint)
    ));
    if let Some(replaced) = &report.replaces {
        text.push_str(&format!("replaces {replaced}\n"));
    }
    tests(&mut text, "gates", &report.gates, lang);
    if !report.steps.is_empty() {
        text.push_str("\nsteps\n");
        let lines: Vec<Vec<String>> = report
            .steps
            .iter()
            .map(|s| {
                let kept = if s.published { "published" } else { "" };
                vec![s.output.clone(), rows(s.rows), format!("{:.2} s", s.seconds), kept.to_owned()]
            })
            .collect();
        text.push_str(&aligned(&lines, &[false, true, true, false]));
    }
    tests(&mut text, "checks", &report.checks, lang);
    text.push_str(&sums(report, lang)?);
    Ok(text)
}

fn tests(text: &mut String, title: &str, tests: &[TestOutcome], lang: Lang) {
    if tests.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    let lines: Vec<Vec<String>> = tests
        .iter()
        .map(|test| match test.passed {
            true => vec!["passed".to_owned(), test.name.clone(), String::new()],
            false => {
                let why = format!("{}: {}", rows(test.rows), sentence(&test.sentence, lang));
                vec!["FAILED".to_owned(), test.name.clone(), why]
            }
        })
        .collect();
    text.push_str(&aligned(&lines, &[false, false, false]));
}

/// The result of a run by benefit and outcome, with the reasons in words.
pub(super) fn sums(report: &RunReport, lang: Lang) -> Result<String> {
    if report.sums.is_empty() {
        return Ok(String::new());
    }
    let labels = Labels::shipped()?;
    let manifest: Manifest = Version::shipped(&report.pipeline, Some(&report.version))?.manifest;
    let words = report::Lang::from(lang);
    let lines: Vec<Vec<String>> = report
        .sums
        .iter()
        .map(|sum| {
            let why = match sum.reason.as_ref().and_then(|reason| manifest.reasons.get(reason)) {
                Some(reason) => sentence(reason, lang).to_owned(),
                None => sum.reason.clone().unwrap_or_default(),
            };
            let amount = sum.gross_oere.map(|oere| format!("{} kr.", words.number(i128::from(oere), 2)));
            vec![
                labels.of("benefit", &sum.benefit, words).to_owned(),
                labels.of("outcome", &sum.outcome, words).to_owned(),
                words.number(i128::from(sum.cases), 0),
                amount.unwrap_or_default(),
                why,
            ]
        })
        .collect();
    Ok(format!("\n{}", aligned(&lines, &[false, false, true, true, false])))
}

fn sentence(sentence: &Sentence, lang: Lang) -> &str {
    match lang {
        Lang::Da => &sentence.da,
        Lang::En => &sentence.en,
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
