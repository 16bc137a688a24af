//! Begins to read the right input while the left one is read, by threads that have nothing else to do.
//!
//! A left input rarely ends on all threads at once: row groups are few, and a file may have one. Who is done with a part of
//! it reads some of the right input, which would be read anyhow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::Result;
use datafusion::common::runtime::JoinSet;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use parking_lot::Mutex;

use super::streams::Streams;

/// Bytes of a partition that are read early at most, and the part of the memory there is.
const MOST_BYTES: usize = 32 << 20;
const PART_OF_MEMORY: usize = 64;

/// The right input, for as long as the left one is read.
pub(super) struct Early {
    right: Arc<Streams>,
    most_bytes: usize,
    over: Arc<AtomicBool>,
    /// End with this.
    tasks: Mutex<JoinSet<()>>,
}

impl Early {
    /// Begins `right`, if it can be begun early.
    pub(super) fn begin(right: &dyn ExecutionPlan, context: &Arc<TaskContext>) -> Result<Option<Self>> {
        if !is_read_as_it_comes(right) {
            return Ok(None);
        }
        let most_bytes = match context.memory_pool().memory_limit() {
            MemoryLimit::Finite(bytes) => MOST_BYTES.min(bytes / PART_OF_MEMORY),
            _ => MOST_BYTES,
        };
        let right = Arc::new(Streams::of(right, context)?);
        Ok(Some(Self { right, most_bytes, over: Arc::default(), tasks: Mutex::default() }))
    }

    /// To be called by the reader of a partition of the left input that has come to its end.
    pub(super) fn read(&self, partition: usize) {
        let (right, over, most) = (Arc::clone(&self.right), Arc::clone(&self.over), self.most_bytes);
        let wanted = move || !over.load(Ordering::Relaxed);
        self.tasks.lock().spawn(async move { right.read_early(partition, most, wanted).await });
    }

    /// The left input is at its end: from here on only who joins reads the right one.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// The right input with what has been read of it.
    pub(super) fn right(&self) -> Arc<Streams> {
        Arc::clone(&self.right)
    }
}

/// Whether nothing in `plan` collects its input, or waits for another: then its first rows cost what they cost later.
fn is_read_as_it_comes(plan: &dyn ExecutionPlan) -> bool {
    match plan.children().as_slice() {
        [] => true,
        [input] => {
            plan.pipeline_behavior() == EmissionType::Incremental && is_read_as_it_comes(input.as_ref())
        }
        _ => false,
    }
}
