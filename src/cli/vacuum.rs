//! `advisql vacuum`: removes files no commit lists.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::error::Result;
use crate::store::Store;

/// Remove files that no commit lists, left by writers that did not finish
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql vacuum ./store --dry-run")]
pub(super) struct VacuumArgs {
    /// The store
    store: String,
    /// Only files at least this many hours old: a younger one may belong to a commit in the making
    #[arg(long, default_value_t = 24, value_name = "HOURS")]
    older_than: u32,
    /// List the files without removing them
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(args: VacuumArgs, output: &Output) -> Result<()> {
    let store = Store::open(&args.store).await?;
    let age = Duration::from_secs(u64::from(args.older_than) * 3600);
    let removed = store.vacuum(age, args.dry_run).await?;
    if output.is_json() {
        return output.json(&json!({ "dry_run": args.dry_run, "files": removed }));
    }
    for path in &removed {
        output.line(path)?;
    }
    let done = if args.dry_run { "would be removed" } else { "removed" };
    output.note(format!("{} unlisted files {done}", removed.len()));
    Ok(())
}
