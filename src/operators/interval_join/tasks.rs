//! Waiting for several tasks; what is left of them stops when the waiting does. Pauses in long work.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, Result, exec_err};

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

/// To be called before long work that begins with what was waited for. Hands the thread on to the task that was woken last,
/// so that an idle thread takes this one: tokio keeps a task that another has woken, say the one that fills its channel,
/// for the same thread, until that gives way, and tells no idle thread of it. `yield_now` would not do: what it puts off,
/// no other thread takes over.
pub(super) async fn let_others_start() {
    let mut first = true;
    poll_fn(|context| {
        if std::mem::take(&mut first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Tells work that cannot be stopped from outside that nobody waits for it any more.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch(Arc<AtomicBool>);

impl Watch {
    /// As long as this lives, the work is wanted.
    pub(super) fn guard(&self) -> impl Drop + use<> {
        struct Guard(Watch);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.0.store(true, Ordering::Relaxed);
            }
        }
        Guard(self.clone())
    }

    /// To be called between pieces of work of well under a millisecond; an error ends the work.
    pub(super) fn look(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => exec_err!("an interval join is no longer wanted"),
            false => Ok(()),
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
