//! Memory limit and spill directory, always explicit.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};

use crate::error::Result;

/// Used where the machine does not say how much memory it has.
const UNKNOWN_MACHINE: usize = 4 << 30;

/// A runtime whose queries spill to `spill_dir` beyond `limit` bytes.
pub(super) fn runtime(limit: Option<usize>, spill_dir: Option<&Path>) -> Result<RuntimeEnv> {
    let limit = limit.unwrap_or_else(|| machine_memory().map_or(UNKNOWN_MACHINE, |bytes| bytes / 2));
    let top = NonZeroUsize::new(5).unwrap_or(NonZeroUsize::MIN);
    let mode = match spill_dir {
        Some(dir) => DiskManagerMode::Directories(vec![dir.to_path_buf()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    Ok(RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(TrackConsumersPool::new(FairSpillPool::new(limit), top)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
        .build()?)
}

/// Bytes of memory of this machine or of the control group it runs in.
fn machine_memory() -> Option<usize> {
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|s| s.trim().parse().ok());
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|info| {
        let line = info.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
        let kib: usize = line.split_whitespace().next()?.parse().ok()?;
        Some(kib * 1024)
    });
    match (group, machine) {
        (Some(a), Some(b)) => Some(std::cmp::min::<usize>(a, b)),
        (a, b) => a.or(b),
    }
}
