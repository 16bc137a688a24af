//! How fast synthetic people are made and written: people a second for two years of data.

use advisql::generate::{GenerateOptions, generate};
use advisql::store::Store;
use chrono::NaiveDate;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CITIZENS: u64 = 20_000;

fn options(threads: usize) -> Option<GenerateOptions> {
    Some(GenerateOptions {
        citizens: CITIZENS,
        months: 24,
        last_month: NaiveDate::from_ymd_opt(2022, 12, 1)?,
        seed: 1,
        municipalities: Vec::new(),
        threads: Some(threads),
        by: "bench".to_owned(),
    })
}

async fn once(options: &GenerateOptions) -> advisql::Result<u64> {
    let dir = tempfile::tempdir().map_err(advisql::Error::file("."))?;
    let store = Store::init(&dir.path().join("store").to_string_lossy(), "bench").await?;
    let report = generate(&store, options, &|_, _, _| {}).await?;
    Ok(report.tables.iter().map(|t| t.rows).sum())
}

fn generator(criterion: &mut Criterion) {
    let Ok(runtime) = tokio::runtime::Runtime::new() else { return };
    let mut group = criterion.benchmark_group("generate");
    group.sample_size(10).throughput(Throughput::Elements(CITIZENS));
    for threads in [1, 2] {
        let Some(options) = options(threads) else { return };
        group.bench_function(format!("24 months, {threads} threads"), |bencher| {
            bencher.iter(|| runtime.block_on(once(&options)).ok());
        });
    }
    group.finish();
}

criterion_group!(benches, generator);
criterion_main!(benches);
