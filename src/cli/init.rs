//! `advisql init`: an empty store.

use clap::Args;
use serde_json::json;

use super::author::Author;
use super::output::Output;
use crate::error::Result;
use crate::store::Store;

/// Make an empty store with the shipped law
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql init ./store")]
pub(super) struct InitArgs {
    /// Where: a path or an object store URL
    store: String,
    #[command(flatten)]
    author: Author,
}

pub(super) async fn run(args: InitArgs, output: &Output) -> Result<()> {
    let store = Store::init(&args.store, &args.author.name()).await?;
    if output.is_json() {
        return output.json(&json!({ "store": store.location() }));
    }
    output.note(format!("An empty store is ready at {}", store.location()));
    Ok(())
}
