//! `advisql verify`: is the store what its log says?

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::error::{Error, Result};
use crate::store::Store;

/// Check the whole store: the chain of commits, every checkpoint, every file
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql verify ./store")]
pub(super) struct VerifyArgs {
    /// The store
    store: String,
}

pub(super) async fn run(args: VerifyArgs, output: &Output) -> Result<()> {
    let store = Store::open_to_verify(&args.store).await?;
    let progress = output.progress("bytes", 0);
    let report = store.verify(|done| progress.set(done.bytes, done.of_bytes)).await?;
    drop(progress);
    if output.is_json() {
        let faults: Vec<_> =
            report.faults.iter().map(|f| json!({ "path": f.path, "what": f.what })).collect();
        output.json(&json!({
            "sound": report.is_sound(),
            "commits": report.commits,
            "checkpoints": report.checkpoints,
            "files": report.files,
            "rows": report.rows,
            "bytes": report.bytes,
            "unlisted_files": report.unlisted,
            "faults": faults,
        }))?;
    } else {
        for fault in &report.faults {
            output.line(format!("{}: {}", fault.path, fault.what))?;
        }
        output.note(format!(
            "{} commits, {} checkpoints, {} files with {} rows and {} bytes read",
            report.commits, report.checkpoints, report.files, report.rows, report.bytes
        ));
        if report.unlisted > 0 {
            output.note(format!("{} files no commit lists; advisql vacuum removes them", report.unlisted));
        }
    }
    match report.faults.len() {
        0 => {
            output.note("The store is sound.");
            Ok(())
        }
        n => Err(Error::Corrupt(format!("the store {} has {n} faults; nothing was changed", args.store))),
    }
}
