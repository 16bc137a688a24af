//! Whole jobs, small enough to repeat: the month-end of 50 000 cases, the import of 100 000 advis, and opening a
//! store with a long log.
//! The full sizes, beside other engines, are measured by benches/compare (see docs/benchmarks.md).

mod support;

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use advisql::pipeline::{RunOptions, run};
use advisql::store::contract::contract;
use advisql::store::import::{Delivery, import};
use advisql::store::{AsOf, CommitInfo, CommitKind, Store};
use advisql::{EngineBuilder, Error, Result};
use arrow::array::{ArrayRef, Date32Array, Int64Array, StringViewArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::month_end_store::{Shape, day, fill, naive};
use support::random::Random;

const CASES: i64 = 50_000;
const ADVIS: u64 = 100_000;
const COMMITS: i64 = 10_000;

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

/// Takes one delivery into a new store.
fn import_advis(c: &mut Criterion) {
    let folder = done(tempfile::tempdir().map_err(Error::file("temporary directory")));
    let file = folder.path().join("advis.csv");
    done(std::fs::write(&file, delivery()).map_err(Error::file(&file)));
    let runtime = done(tokio::runtime::Runtime::new().map_err(Error::file("runtime")));
    let mut group = c.benchmark_group("import");
    group.throughput(Throughput::Elements(ADVIS)).sample_size(10);
    let mut count = 0;
    group.bench_function("100 000 advis from CSV", |b| {
        b.iter_batched(
            || {
                count += 1;
                let store = folder.path().join(count.to_string());
                done(runtime.block_on(Store::init(&store.to_string_lossy(), "benchmark")))
            },
            |store| black_box(done(runtime.block_on(take_in(&store, &file)))),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

async fn take_in(store: &Store, file: &Path) -> Result<u64> {
    let delivery = Delivery {
        table: "advis".to_owned(),
        files: vec![file.to_owned()],
        by: "benchmark".to_owned(),
        threads: Some(2),
        ..Delivery::default()
    };
    let report = import(store, &delivery, &|_| {}).await?;
    if report.rows != ADVIS {
        let rejected = report.rejected_rows();
        return Err(Error::Delivery(format!("{rejected} rows of the benchmark's delivery were rejected")));
    }
    Ok(report.rows)
}

/// A delivery of advis as CSV, in Danish style.
fn delivery() -> String {
    let mut text = String::from(
        "advis_id;event_code;source_group;municipality_code;person_id;party;case_id;event_date;created_at;amount\n",
    );
    for id in 1..=ADVIS {
        let mut random = Random::of(1, 6, id);
        let (person, case, day) =
            (random.below(5_000_000), random.below(1_000_000), 1 + id * 28 / (ADVIS + 1));
        let kroner = random.below(30_000);
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{id};ADR.FRAFLYTNING;adresse;0751;{};primary;{};{day:02}.12.2022;2022-12-{day:02}T05:00:00Z;{kroner},50",
            1 + person,
            1 + case,
        );
    }
    text
}

/// Opens a store whose log holds ten thousand commits of one file each, as far from a checkpoint as can be. Making
/// it syncs every commit to disk and takes about a minute.
fn open(c: &mut Criterion) {
    let mut group = c.benchmark_group("open");
    group.sample_size(20);
    group.bench_function("10 000 commits and files", |b| {
        let runtime = done(tokio::runtime::Runtime::new().map_err(Error::file("runtime")));
        let folder = done(tempfile::tempdir().map_err(Error::file("temporary directory")));
        let location = folder.path().join("store").to_string_lossy().into_owned();
        done(runtime.block_on(long_log(&location)));
        b.iter(|| {
            let opened = async { Store::open(&location).await?.snapshot(AsOf::Latest).await };
            black_box(done(runtime.block_on(opened)))
        });
    });
    group.finish();
}

async fn long_log(location: &str) -> Result<()> {
    let store = Store::init(location, "benchmark").await?;
    // The last checkpoint is at 10 000.
    for number in 1..COMMITS + 99 {
        let mut transaction = store.begin(&store.snapshot(AsOf::Latest).await?);
        let mut writer = transaction.writer("residences")?;
        writer.write(&home(number)?)?;
        transaction.add("residences", writer.finish().await?);
        let info = CommitInfo {
            kind: CommitKind::Import,
            by: "benchmark".to_owned(),
            message: "One person moves".to_owned(),
            detail: serde_json::Value::Null,
        };
        transaction.commit(info).await?;
    }
    Ok(())
}

/// One row of `residences`.
fn home(person: i64) -> Result<RecordBatch> {
    let (from, to) = (day(2020, 1, 1), day(2200, 1, 1));
    let known = TimestampMicrosecondArray::from(vec![1_600_000_000_000_000 + person]).with_timezone("UTC");
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![person])),
        Arc::new(Int64Array::from(vec![person / 2])),
        Arc::new(StringViewArray::from(vec!["0751"])),
        Arc::new(Date32Array::from(vec![from])),
        Arc::new(Date32Array::from(vec![to])),
        Arc::new(known),
    ];
    Ok(RecordBatch::try_new(contract("residences")?.schema(), columns)?)
}

/// A benchmark that cannot run has nothing to measure: it ends with the error.
fn done<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| {
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{error}\n"));
        std::process::exit(1)
    })
}

criterion_group!(benches, month_end, import_advis, open);
criterion_main!(benches);
