//! Interval joins in small: with a key, with a skewed key, without a key, each with the operator on and off.
//! The full sizes, beside other engines, are measured by benches/compare (see docs/benchmarks.md).

use std::hint::black_box;
use std::sync::Arc;

use advisql::{Engine, EngineBuilder, Error, Result};
use arrow::array::{Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::datasource::MemTable;

const ROWS: u64 = 100_000;

/// Periods of `keys` persons within ten years, up to `days` long.
fn periods(seed: u64, rows: u64, keys: u64, days: u64) -> Result<MemTable> {
    let mut state: u64 = seed;
    // SplitMix64.
    let mut below = |end: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)) % end
    };
    let person: Int64Array = (0..rows).map(|_| Some(below(keys) as i64)).collect();
    let from: Vec<i32> = (0..rows).map(|_| below(3650) as i32).collect();
    let to: Date32Array = from.iter().map(|from| Some(from + 1 + below(days) as i32)).collect();
    let schema = Arc::new(Schema::new(vec![
        Field::new("person", DataType::Int64, false),
        Field::new("valid_from", DataType::Date32, false),
        Field::new("valid_to", DataType::Date32, false),
    ]));
    let columns: Vec<arrow::array::ArrayRef> =
        vec![Arc::new(person), Arc::new(Date32Array::from(from)), Arc::new(to)];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
        .map_err(datafusion::error::DataFusionError::from)?;
    let batches = (0..batch.num_rows())
        .step_by(8192)
        .map(|at| batch.slice(at, 8192.min(batch.num_rows() - at)))
        .collect();
    Ok(MemTable::try_new(schema, vec![batches])?)
}

fn joins(c: &mut Criterion) {
    let runtime = done(tokio::runtime::Runtime::new().map_err(Error::file("runtime")));
    let key = "a.person = b.person AND ";
    for (name, key, rows, keys, days) in [
        ("keyed", key, ROWS, ROWS / 3, 400),
        ("skewed", key, ROWS, 50, 10),
        ("unkeyed", "", ROWS / 10, 1, 10),
    ] {
        let mut group = c.benchmark_group(format!("interval_join_{name}"));
        group.sample_size(10).throughput(Throughput::Elements(2 * rows));
        for enabled in [true, false] {
            let engine: Engine = done(runtime.block_on(async {
                let engine = EngineBuilder::new().threads(2).build().await?;
                engine.context().register_table("a", Arc::new(periods(1, rows, keys, days)?))?;
                engine.context().register_table("b", Arc::new(periods(2, rows, keys, days)?))?;
                engine.sql(&format!("SET advisql.interval_join.enable = {enabled}")).await?.collect().await?;
                Ok(engine)
            }));
            let query = format!(
                "SELECT count(*), sum(a.person) FROM a JOIN b \
                 ON {key}period_overlaps(a.valid_from, a.valid_to, b.valid_from, b.valid_to)"
            );
            group.bench_function(if enabled { "interval_join" } else { "stock" }, |b| {
                b.iter(|| {
                    black_box(done(
                        runtime.block_on(async { Ok(engine.sql(&query).await?.collect().await?) }),
                    ))
                })
            });
        }
        group.finish();
    }
}

/// The value, or the end of the bench.
fn done<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| {
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{error}\n"));
        std::process::exit(1)
    })
}

criterion_group!(benches, joins);
criterion_main!(benches);
