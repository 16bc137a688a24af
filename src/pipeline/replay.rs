//! Runs a run again on the state it read, and compares the bytes.

use std::collections::BTreeMap;

use super::ledger::show;
use super::run::{RunOptions, Watcher, calculate, state_of};
use super::version::Version;
use crate::error::{Error, Result};
use crate::session::EngineBuilder;
use crate::store::AsOf;
use crate::store::runs::RunStatus;

/// What came of running a run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The run.
    pub run_id: String,
    /// By table: SHA-256 of the files then, and now.
    pub tables: BTreeMap<String, (Vec<String>, Vec<String>)>,
}

impl Replay {
    /// Whether every file has the same bytes.
    pub fn is_same(&self) -> bool {
        self.tables.values().all(|(then, now)| then == now)
    }
}

/// Runs `run_id` again: same input commit, same version, same parameters. Nothing is committed.
///
/// # Errors
/// [`Error::Usage`] when there is no such run or it was refused, [`Error::Pipeline`] when its SQL, the
/// functions or the law are no longer what they were.
pub async fn replay(builder: EngineBuilder, run_id: &str, watcher: Watcher<'_>) -> Result<Replay> {
    let engine = builder.clone().build().await?;
    let (store, _) = state_of(&engine)?;
    let record = show(&store, run_id).await?;
    let then = record.report;
    if then.status == RunStatus::Refused {
        return Err(Error::Usage(format!("{} was refused and wrote nothing to compare with", then.run_id)));
    }
    let version = Version::shipped(&then.pipeline, Some(&then.version))?;
    let options = RunOptions {
        pipeline: then.pipeline.clone(),
        version: Some(then.version.clone()),
        period: then.period,
        simulate: then.simulate,
        by: then.by.clone(),
    };
    let engine = builder.as_of(AsOf::Commit(then.input_commit)).build().await?;
    let (store, snapshot) = state_of(&engine)?;
    let transaction = store.begin(&snapshot);
    let calculated = calculate(&engine, &version, &options, &transaction, watcher).await?;
    if calculated.report.fingerprint != then.fingerprint {
        return Err(Error::Pipeline(format!(
            "{} cannot be replayed: its SQL, the functions or the law's amounts have changed since (fingerprint \
             {} then, {} now)",
            then.run_id, then.fingerprint, calculated.report.fingerprint
        )));
    }
    let mut tables: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    let commits = store.commits().await?;
    let made = commits.iter().find(|c| c.number == record.commit);
    for (table, change) in made.into_iter().flat_map(|c| &c.tables) {
        if table != "sys_checks" {
            tables.entry(table.clone()).or_default().0 =
                change.added.iter().map(|f| f.sha256.clone()).collect();
        }
    }
    for table in calculated.finished {
        tables.entry(table.table).or_default().1 = table.files.into_iter().map(|f| f.sha256).collect();
    }
    Ok(Replay { run_id: then.run_id, tables })
}
