//! Queries that nobody waits for any more stop, also in the middle of long work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use advisql::{Engine, EngineBuilder};
use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::physical_plan::{ExecutionPlan, collect};

/// How long anything may take on a machine with much other work.
const PATIENCE: Duration = Duration::from_secs(5);

/// A table of so many rows: the same batch again and again, so that it takes no memory.
fn table(batches: usize, days: i32) -> Arc<MemTable> {
    let mixed = |i: i64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> 33;
    let numbers = || (0..8192).map(mixed);
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(Int64Array::from_iter_values(numbers().map(|n| n % 5000)))),
        (
            "since",
            Arc::new(Date32Array::from_iter_values(numbers().map(|n| 15_000 + (n >> 13) as i32 % 4000))),
        ),
        (
            "until",
            Arc::new(Date32Array::from_iter_values(
                numbers().map(|n| 15_000 + (n >> 13) as i32 % 4000 + days),
            )),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let parts = vec![vec![batch.clone(); batches.div_ceil(2)], vec![batch.clone(); batches / 2]];
    Arc::new(MemTable::try_new(batch.schema(), parts).unwrap())
}

/// What the joins of a plan have done so far.
fn done(plan: &dyn ExecutionPlan) -> usize {
    let counted = ["build_rows", "stream_rows", "probe_rows", "comparisons"];
    let metrics = plan.metrics().unwrap_or_default();
    let own: usize =
        counted.iter().filter_map(|name| metrics.sum_by_name(name)).map(|value| value.as_usize()).sum();
    own + plan.children().into_iter().map(|child| done(child.as_ref())).sum::<usize>()
}

/// Aborts a query when its join has done `enough`, and waits until its threads have let go of it.
async fn stops(engine: &Engine, query: &str, operator: &str, enough: usize) {
    let plan = engine.sql(query).await.unwrap().create_physical_plan().await.unwrap();
    let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    assert!(shown.contains(operator), "{shown}");
    let running = tokio::spawn(collect(Arc::clone(&plan), engine.context().task_ctx()));
    let since = Instant::now();
    while done(plan.as_ref()) < enough {
        assert!(!running.is_finished() && since.elapsed() < 12 * PATIENCE, "{query} is not at work");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let aborted = Instant::now();
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled(), "{query} has ended by itself");
    // Tasks that the query has started let go a little later.
    let (mut last, mut changed) = (done(plan.as_ref()), Instant::now());
    while changed.elapsed() < Duration::from_millis(300) {
        assert!(aborted.elapsed() < PATIENCE, "{query} still works");
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = done(plan.as_ref());
        if now != last {
            (last, changed) = (now, Instant::now());
        }
    }
    println!("{operator}: stopped after {:?}: {query}", changed.duration_since(aborted));
}

#[test]
fn aborted_joins_stop_their_threads() {
    // One thread more than work: this one looks.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(3).enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = EngineBuilder::new().threads(2).build().await.unwrap();
        for (name, table) in [("few", table(4, 20)), ("some", table(250, 20)), ("many", table(20_000, 0))] {
            engine.context().register_table(name, table).unwrap();
        }
        let as_of = |left, right, key| {
            format!(
                "SELECT count(s.until) FROM {left} q LEFT JOIN {right} s ON {key} as_of(s.since <= q.since)"
            )
        };
        let key = "s.id = q.id AND";
        // Streaming one side past the other; and putting in order what has been read, with a key and without.
        stops(&engine, &as_of("few", "many", key), "AsOfJoinExec: in_memory=left", 200_000).await;
        stops(&engine, &as_of("many", "few", key), "AsOfJoinExec: in_memory=right", 200_000).await;
        stops(&engine, &as_of("some", "many", key), "AsOfJoinExec: in_memory=left", 250 * 8192).await;
        stops(&engine, &as_of("some", "many", ""), "AsOfJoinExec: in_memory=left", 250 * 8192).await;
        stops(&engine, &as_of("many", "some", ""), "AsOfJoinExec: in_memory=right", 250 * 8192).await;
        let overlap = |key| {
            format!(
                "SELECT count(*) FROM few a JOIN many b ON {key} a.since < b.until AND b.since < a.until \
                 AND a.id + b.id = 1"
            )
        };
        stops(&engine, &overlap(""), "IntervalJoinExec", 5_000_000).await;
        stops(&engine, &overlap("a.id % 3 = b.id % 3 AND"), "IntervalJoinExec", 5_000_000).await;
    });
}
