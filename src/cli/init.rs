//! `advisql init`: an empty store.

use clap::Args;
use serde_json::json;

use super::author::Author;
use super::output::Output;
use crate::error::Result;
use crate::session::DERIVED_RATES_MARK;
use crate::store::{AsOf, CommitInfo, CommitKind, Store};

/// Make an empty store with the shipped law
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  advisql init ./store\n  advisql init ./store --derived-rates")]
pub(super) struct InitArgs {
    /// Where: a path or an object store URL
    store: String,
    /// Let amounts count that nobody has published but that follow from published ones; every line that uses one says
    /// so
    #[arg(long)]
    derived_rates: bool,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: InitArgs, output: &Output) -> Result<()> {
    let by = args.author.name();
    let store = Store::init(&args.store, &by).await?;
    if args.derived_rates {
        let mut transaction = store.begin(&store.snapshot(AsOf::Latest).await?);
        transaction.set_mark(DERIVED_RATES_MARK, Some("count".to_owned()));
        let message = "derived, unpublished amounts count".to_owned();
        transaction.commit(CommitInfo { kind: CommitKind::Init, by, message, detail: json!({}) }).await?;
    }
    if output.is_json() {
        return output.json(&json!({ "store": store.location(), "derived_rates": args.derived_rates }));
    }
    output.note(format!("An empty store is ready at {}", store.location()));
    Ok(())
}
