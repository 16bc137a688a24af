//! Who a commit says made it.

use clap::Args;

/// Option of every command that writes.
#[derive(Debug, Clone, Args)]
pub(super) struct Author {
    /// Who does this, kept in the log; by default the user of this machine
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Author {
    /// The name to keep.
    pub(super) fn name(&self) -> String {
        self.by
            .clone()
            .or_else(|| ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "unknown".to_owned())
    }
}
