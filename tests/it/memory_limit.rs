//! Queries under a memory limit end.

use std::sync::Arc;
use std::time::Duration;

use advisql::EngineBuilder;
use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_expr::expressions::col;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{Partitioning, collect_partitioned};

/// Longer than this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// DataFusion 55.2 waits for ever in most runs of this when spilled batches share a file (upstream 24883): the setting
/// `max_spill_file_size_bytes` of every session keeps them apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repartitionings_without_memory_end() {
    const BATCHES: i64 = 300;
    const PARTS: i64 = 4;
    let engine = EngineBuilder::new().build().await.unwrap();
    let config = engine.context().copied_config().with_batch_size(2);
    let batch = |first: i64| {
        let rows: ArrayRef = Arc::new(Int64Array::from_iter_values((0..2).map(|row| 2 * first + row)));
        RecordBatch::try_from_iter([("n", rows)]).unwrap()
    };
    let parts: Vec<Vec<_>> =
        (0..PARTS).map(|part| (0..BATCHES).map(|n| batch(part * BATCHES + n)).collect()).collect();
    let schema = parts[0][0].schema();
    for _ in 0..3 {
        let source = MemorySourceConfig::try_new_exec(&parts, Arc::clone(&schema), None).unwrap();
        let by = Partitioning::Hash(vec![col("n", &schema).unwrap()], 3);
        let plan = Arc::new(RepartitionExec::try_new(source, by).unwrap());
        let nothing = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(1)));
        let task = TaskContext::default().with_session_config(config.clone());
        let task = Arc::new(task.with_runtime(nothing.build_arc().unwrap()));
        let running = tokio::time::timeout(PATIENCE, collect_partitioned(plan, task));
        let batches = running.await.expect("the repartitioning does not end").unwrap();
        let rows: usize = batches.iter().flatten().map(RecordBatch::num_rows).sum();
        assert_eq!(rows as i64, 2 * BATCHES * PARTS);
    }
}
