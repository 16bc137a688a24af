//! Waiting for several tasks; what is left of them stops when the waiting does.

use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, Result};

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
