//! `advisql runs`, `show`, `withdraw` and `replay`: the ledger of runs.

use clap::Args;
use serde_json::json;

use super::Global;
use super::author::Author;
use super::open;
use super::output::Output;
use super::run::describe;
use crate::error::{Error, Result};
use crate::pipeline::{self, RunRecord};
use crate::report::aligned;
use crate::store::Store;

/// List the runs of a store, oldest first, and what became of them
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql runs ./store")]
pub(super) struct RunsArgs {
    /// The store
    store: String,
}

/// Show one run: gates, steps, checks, sums
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql show ./store month_end-2022-12-5d0c1f8a9b3e")]
pub(super) struct ShowArgs {
    /// The store
    store: String,
    /// The run; a part of its id that only it has is enough
    run: String,
}

/// Take a run back in one commit: its rows are gone from now on, and stay in older states
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  advisql withdraw ./store month_end-2022-12-5d0c1f8a9b3e --why \"wrong income file\""
)]
pub(super) struct WithdrawArgs {
    /// The store
    store: String,
    /// The run; a part of its id that only it has is enough
    run: String,
    /// Why
    #[arg(long)]
    why: String,
    #[command(flatten)]
    author: Author,
}

/// Run a run again on the state it read, and compare the bytes; nothing is changed
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql replay ./store month_end-2022-12-5d0c1f8a9b3e")]
pub(super) struct ReplayArgs {
    /// The store
    store: String,
    /// The run; a part of its id that only it has is enough
    run: String,
}

pub(super) async fn runs(args: RunsArgs, output: &Output) -> Result<()> {
    let records = pipeline::runs(&Store::open(&args.store).await?).await?;
    if output.is_json() {
        return output.json(&records.iter().map(as_json).collect::<Vec<_>>());
    }
    if records.is_empty() {
        output.note("There are no runs.");
        return Ok(());
    }
    let lines: Vec<Vec<String>> = records
        .iter()
        .map(|r| {
            vec![
                r.report.run_id.clone(),
                r.state().to_owned(),
                r.report.version.clone(),
                r.commit.to_string(),
                r.at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
                r.report.by.clone(),
            ]
        })
        .collect();
    let head = ["run", "state", "version", "commit", "at", "by"].map(str::to_owned).to_vec();
    output.line(aligned(&[vec![head], lines].concat(), &[false, false, false, true, false, false]).trim_end())
}

pub(super) async fn show(args: ShowArgs, output: &Output) -> Result<()> {
    let record = pipeline::show(&Store::open(&args.store).await?, &args.run).await?;
    if output.is_json() {
        return output.json(&as_json(&record));
    }
    output.line(describe(&record.report, output.lang())?.trim_end())?;
    output.line(format!(
        "\n{} with commit {} at {}",
        record.state(),
        record.commit,
        record.at.to_rfc3339()
    ))?;
    if let Some(run) = &record.replaced_by {
        output.line(format!("replaced by {run}"))?;
    }
    if let Some((by, why)) = &record.withdrawn {
        output.line(format!("withdrawn by {by}: {why}"))?;
    }
    Ok(())
}

pub(super) async fn withdraw(args: WithdrawArgs, output: &Output) -> Result<()> {
    let store = Store::open(&args.store).await?;
    let commit = pipeline::withdraw(&store, &args.run, &args.why, &args.author.name()).await?;
    if output.is_json() {
        return output.json(&json!({ "commit": commit }));
    }
    output.note(format!("withdrawn with commit {commit}"));
    Ok(())
}

pub(super) async fn replay(args: ReplayArgs, global: &Global, output: &Output) -> Result<()> {
    let progress = output.progress("replay", 0);
    let watch = progress.clone();
    let mut watcher = move |now: pipeline::Progress<'_>| watch.show(now.name, now.done as u64, now.of as u64);
    let replay = pipeline::replay(open::builder(&args.store, global), &args.run, &mut watcher).await;
    progress.end();
    let replay = replay?;
    if output.is_json() {
        output
            .json(&json!({ "run_id": replay.run_id, "same": replay.is_same(), "tables": replay.tables }))?;
    } else {
        for (table, (then, now)) in &replay.tables {
            let same = if then == now { "the same bytes" } else { "OTHER BYTES" };
            output.line(format!("{table}: {} files, {same}", now.len()))?;
        }
    }
    match replay.is_same() {
        true => Ok(()),
        false => Err(Error::Corrupt(format!("{} run again gives other bytes", replay.run_id))),
    }
}

fn as_json(record: &RunRecord) -> serde_json::Value {
    let withdrawn = record.withdrawn.as_ref().map(|(by, why)| json!({ "by": by, "why": why }));
    json!({
        "state": record.state(),
        "commit": record.commit,
        "at": record.at.to_rfc3339(),
        "replaced_by": record.replaced_by,
        "withdrawn": withdrawn,
        "run": record.report,
    })
}
