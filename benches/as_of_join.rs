//! As-of joins with either side in memory, on tables in memory.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use advisql::EngineBuilder;
use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringViewArray};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::datasource::MemTable;
use tokio::runtime::Runtime;

const FEW: usize = 20_000;
const MANY: usize = 200_000;
const CASES: u64 = 50_000;

/// Numbers that look random and are the same in every run.
fn mixed(row: usize) -> u64 {
    (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        >> 16
}

/// Rows of a case, a day and a status, in batches as a scan gives them.
fn table(rows: usize, shift: usize) -> Arc<MemTable> {
    let batch = |from: usize| {
        let numbers = || (from..rows.min(from + 8192)).map(move |row| mixed(row + shift));
        let columns: [(&str, ArrayRef); 3] = [
            ("case_id", Arc::new(Int64Array::from_iter_values(numbers().map(|n| (n % CASES) as i64)))),
            (
                "day",
                Arc::new(Date32Array::from_iter_values(numbers().map(|n| 15_000 + (n >> 20) as i32 % 4000))),
            ),
            (
                "status",
                Arc::new(StringViewArray::from_iter_values(numbers().map(|n| format!("status {}", n % 7)))),
            ),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let batches: Vec<RecordBatch> = (0..rows).step_by(8192).map(batch).collect();
    Arc::new(MemTable::try_new(batches[0].schema(), vec![batches]).unwrap())
}

fn as_of(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime.block_on(EngineBuilder::new().threads(2).build()).unwrap();
    engine.context().register_table("few", table(FEW, 0)).unwrap();
    engine.context().register_table("many", table(MANY, 1 << 20)).unwrap();
    let mut group = criterion.benchmark_group("as_of_join");
    group.throughput(Throughput::Elements((FEW + MANY) as u64)).sample_size(10);
    for (name, left, right) in [("few × many", "few", "many"), ("many × few", "many", "few")] {
        let query = format!(
            "SELECT count(s.status) FROM {left} AS q LEFT JOIN {right} AS s \
             ON s.case_id = q.case_id AND as_of(s.day <= q.day)"
        );
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let rows =
                    runtime.block_on(async { engine.sql(&query).await.unwrap().collect().await.unwrap() });
                black_box(rows)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, as_of);
criterion_main!(benches);
