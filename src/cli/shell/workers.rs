//! The threads that queries of the shell work on.

use tokio::runtime::{Handle, Runtime};

use crate::cli::{Global, runtime};
use crate::error::Result;

/// Threads apart from those that wait for the terminal and its signals: a query that keeps all of them busy does not keep
/// the shell from hearing Ctrl-C.
pub(super) struct Workers {
    /// There until dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Workers {
    pub(super) fn new(global: &Global) -> Result<Self> {
        let runtime = runtime(global)?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Workers {
    /// Whatever still runs ends the next time it pauses; nobody waits for that.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
