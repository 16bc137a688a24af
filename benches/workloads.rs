//! Whole jobs, small enough to repeat: the month-end of 50 000 cases.
//! The full sizes, beside other engines, are measured by benches/compare (see docs/benchmarks.md).

mod support;

use std::hint::black_box;
use std::time::Duration;

use advisql::pipeline::{RunOptions, run};
use advisql::store::Store;
use advisql::{EngineBuilder, Error, Result};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::month_end_store::{Shape, day, fill, naive};

const CASES: i64 = 50_000;

/// Runs a month again and again; each run replaces the one before.
fn month_end(c: &mut Criterion) {
    let job = || -> Result<_> {
        let runtime = tokio::runtime::Runtime::new().map_err(Error::file("runtime"))?;
        let folder = tempfile::tempdir().map_err(Error::file("temporary directory"))?;
        let location = folder.path().join("store").to_string_lossy().into_owned();
        let shape = Shape::new(5 * CASES, CASES, 2, 1);
        runtime.block_on(async {
            let store = Store::init(&location, "benchmark").await?;
            fill(&store, shape, |_| {}).await
        })?;
        Ok((runtime, folder, location))
    };
    let (runtime, _folder, location) = done(job());
    let options = RunOptions {
        pipeline: "month_end".to_owned(),
        version: None,
        period: naive(day(2022, 12, 1)),
        simulate: false,
        by: "benchmark".to_owned(),
    };
    let mut group = c.benchmark_group("month_end");
    group.throughput(Throughput::Elements(CASES as u64)).sample_size(10);
    group.measurement_time(Duration::from_secs(20));
    group.bench_function("50 000 cases, 250 000 persons, 2 months of income", |b| {
        b.iter(|| {
            let builder = EngineBuilder::new().store(&location).threads(2);
            black_box(done(runtime.block_on(run(builder, &options, &mut |_| {}))))
        });
    });
    group.finish();
}

/// A benchmark that cannot run has nothing to measure: it ends with the error.
fn done<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| {
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{error}\n"));
        std::process::exit(1)
    })
}

criterion_group!(benches, month_end);
criterion_main!(benches);
