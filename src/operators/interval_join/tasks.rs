//! Waiting for several tasks; what is left of them stops when the waiting does. Pauses in long work.

use std::time::{Duration, Instant};

use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, Result};

/// How long a task works at most before it lets others have its thread, and is stopped if it is to be stopped. What is
/// done between two looks at the clock takes about as long again where nothing is optimised.
const LONGEST: Duration = Duration::from_millis(5);

/// Gives the thread back where a task has had it for long.
pub(super) struct Pauses(Instant);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }

    /// To be called between pieces of work of well under a millisecond.
    pub(super) async fn pause(&mut self) {
        if self.0.elapsed() > LONGEST {
            tokio::task::yield_now().await;
            self.0 = Instant::now();
        }
    }
}

/// The results of all `tasks`, in the order they end; the first error stops the rest.
pub(super) async fn joined<T: 'static + Send>(mut tasks: JoinSet<Result<T>>) -> Result<Vec<T>> {
    let mut results = Vec::with_capacity(tasks.len());
    while let Some(result) = tasks.join_next().await {
        match result {
            Ok(result) => results.push(result?),
            Err(e) if e.is_panic() => std::panic::resume_unwind(e.into_panic()),
            Err(e) => return Err(DataFusionError::ExecutionJoin(Box::new(e))),
        }
    }
    Ok(results)
}
