//! The commit of a run, and its reverse.

use serde_json::json;

use super::run::{Calculated, mark};
use crate::error::{Error, Result};
use crate::store::runs::{RunRecord, RunReport, RunStatus, Withdrawal, records};
use crate::store::{AsOf, Commit, CommitInfo, CommitKind, CommitOutcome, Snapshot, Store, Transaction};

/// The table that holds what gates and checks found. It is kept whatever becomes of a run.
const EVIDENCE: &str = "sys_checks";

/// Makes a run visible: the rows it produced in place of those of the run it replaces, and the evidence; of a
/// refused run the evidence alone. Gives the number of the commit.
///
/// # Errors
/// [`Error::Conflict`] when another run of the same month was committed meanwhile.
pub(super) async fn publish(
    store: &Store,
    snapshot: &Snapshot,
    mut transaction: Transaction,
    calculated: Calculated,
) -> Result<u64> {
    let Calculated { report, finished, evidence } = calculated;
    let mut writer = transaction.writer(EVIDENCE)?;
    writer.write(&evidence)?;
    transaction.add(EVIDENCE, writer.finish().await?);
    if report.status != RunStatus::Refused {
        let mark = mark(&report.pipeline, report.period, report.simulate);
        transaction.expect_mark(&mark, snapshot.marks.get(&mark).cloned());
        if let Some(replaced) = &report.replaces {
            remove(&mut transaction, &store.commits().await?, replaced)?;
        }
        transaction.set_mark(&mark, Some(report.run_id.clone()));
        for table in finished {
            transaction.add(&table.table, table.files);
        }
    }
    let info = CommitInfo {
        kind: CommitKind::Run,
        by: report.by.clone(),
        message: sentence(&report),
        detail: json!({ "run": report }),
    };
    commit(transaction, info, &report.run_id).await
}

/// Takes a run back: removes its rows and says why, in one commit. Its rows stay readable `AS OF` the commits
/// before. Gives the number of the commit.
///
/// # Errors
/// [`Error::Usage`] when there is no such run, it is not in force, or no reason is given.
pub async fn withdraw(store: &Store, run_id: &str, why: &str, by: &str) -> Result<u64> {
    if why.trim().is_empty() {
        return Err(Error::Usage("say why the run is withdrawn".into()));
    }
    let snapshot = store.snapshot(AsOf::Latest).await?;
    let commits = store.commits().await?;
    let record = find(records(&commits)?, run_id)?;
    let report = &record.report;
    let mark = mark(&report.pipeline, report.period, report.simulate);
    if snapshot.marks.get(&mark) != Some(&report.run_id) {
        return Err(Error::Usage(format!(
            "{} is {}; only a run in force can be withdrawn",
            report.run_id,
            record.state()
        )));
    }
    let mut transaction = store.begin(&snapshot);
    transaction.expect_mark(&mark, Some(report.run_id.clone()));
    transaction.set_mark(&mark, None);
    remove(&mut transaction, &commits, &report.run_id)?;
    let withdrawal = Withdrawal { run_id: report.run_id.clone(), why: why.to_owned() };
    let info = CommitInfo {
        kind: CommitKind::Withdraw,
        by: by.to_owned(),
        message: format!("{} withdrawn: {why}", report.run_id),
        detail: json!({ "withdraw": withdrawal }),
    };
    commit(transaction, info, &report.run_id).await
}

/// The run with this id or the only one whose id ends or begins with it.
pub(super) fn find(records: Vec<RunRecord>, run_id: &str) -> Result<RunRecord> {
    let mut found: Vec<RunRecord> = records
        .into_iter()
        .filter(|r| r.report.run_id.ends_with(run_id) || r.report.run_id.starts_with(run_id))
        .collect();
    match (found.pop(), found.len()) {
        (Some(record), 0) => Ok(record),
        (Some(_), more) => {
            Err(Error::Usage(format!("{} runs are called {run_id}; give the whole id", more + 1)))
        }
        (None, _) => Err(Error::Usage(format!("there is no run {run_id}"))),
    }
}

/// Removes the rows that `run_id` added to the tables.
fn remove(transaction: &mut Transaction, commits: &[Commit], run_id: &str) -> Result<()> {
    let made = commits.iter().rev().find(|c| {
        c.info.kind == CommitKind::Run
            && c.info.detail.pointer("/run/run_id").and_then(|id| id.as_str()) == Some(run_id)
    });
    let made = made.ok_or_else(|| Error::Corrupt(format!("the log has no commit of run {run_id}")))?;
    for (table, change) in made.tables.iter().filter(|(table, _)| *table != EVIDENCE) {
        for file in &change.added {
            transaction.remove(table, &file.path);
        }
    }
    Ok(())
}

async fn commit(transaction: Transaction, info: CommitInfo, run_id: &str) -> Result<u64> {
    match transaction.commit(info).await? {
        CommitOutcome::Committed { number, .. } => Ok(number),
        CommitOutcome::MarkDiffers { mark, found } => {
            let found = found.unwrap_or_else(|| "no run".into());
            Err(Error::Conflict(format!(
                "{run_id} was not committed: meanwhile {mark} became {found}; start again from the newest state"
            )))
        }
    }
}

/// What the run did, for people who read the log.
fn sentence(report: &RunReport) -> String {
    let month = report.period.format("%Y-%m");
    let what = format!("{} {} for {month}", report.pipeline, report.version);
    match report.status {
        RunStatus::Refused => {
            let why: Vec<&str> = report.failed().map(|t| t.name.as_str()).collect();
            format!("{what}: refused by {}", why.join(", "))
        }
        RunStatus::Simulated => format!("{what}: simulated"),
        RunStatus::Published => match &report.replaces {
            Some(replaced) => format!("{what}: published in place of {replaced}"),
            None => format!("{what}: published"),
        },
    }
}
