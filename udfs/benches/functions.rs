//! Rows a second of each family of functions, on columns in memory.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use advisql_udfs::scalar_functions;
use arrow::array::{
    ArrayRef, Date32Array, Int64Array, StringArray, StringViewArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, EmitTo, ScalarFunctionArgs, ScalarUDF};

const ROWS: usize = 1 << 16;

/// Numbers that look random and are the same in every run.
fn mixed(row: usize) -> u64 {
    (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        >> 16
}

/// Replacement numbers of people of all ages.
fn cpr_texts() -> Vec<String> {
    let text = |row| {
        let n = mixed(row);
        let (day, month, year) = (61 + n % 28, 1 + (n >> 8) % 12, (n >> 16) % 100);
        format!("{day:02}{month:02}{year:02}{:04}", (n >> 24) % 10_000)
    };
    (0..ROWS).map(text).collect()
}

fn days(spread: u64, shift: i32) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(
        (0..ROWS).map(|row| 15_000 + shift + (mixed(row) % spread) as i32),
    ))
}

fn function(name: &str) -> Arc<ScalarUDF> {
    scalar_functions().into_iter().find(|function| function.name() == name).unwrap()
}

fn arguments(function: &ScalarUDF, columns: &[ArrayRef]) -> ScalarFunctionArgs {
    let types: Vec<DataType> = columns.iter().map(|column| column.data_type().clone()).collect();
    ScalarFunctionArgs {
        args: columns.iter().map(|column| ColumnarValue::Array(Arc::clone(column))).collect(),
        arg_fields: types.iter().map(|t| Arc::new(Field::new("a", t.clone(), true))).collect(),
        number_rows: ROWS,
        return_field: Arc::new(Field::new("r", function.inner().return_type(&types).unwrap(), true)),
        config_options: Arc::new(ConfigOptions::default()),
    }
}

fn scalars(criterion: &mut Criterion) {
    let texts = cpr_texts();
    let views: ArrayRef = Arc::new(StringViewArray::from_iter_values(&texts));
    let offsets: ArrayRef = Arc::new(StringArray::from_iter_values(&texts));
    let instants: ArrayRef = Arc::new(
        TimestampMicrosecondArray::from_iter_values(
            (0..ROWS).map(|row| 1_600_000_000_000_000 + (mixed(row) % 100_000_000) as i64 * 1_000_000),
        )
        .with_timezone("UTC"),
    );
    let (from, to) = (days(4000, 0), days(4000, 300));
    let cases: [(&str, &str, Vec<ArrayRef>); 10] = [
        ("cpr_is_valid", "view", vec![Arc::clone(&views)]),
        ("cpr_is_valid", "offsets", vec![offsets]),
        ("cpr_birth_date", "view", vec![Arc::clone(&views)]),
        ("cpr_passes_modulus_11", "view", vec![Arc::clone(&views)]),
        ("cpr_age", "view", vec![views, Arc::clone(&to)]),
        ("bank_day_count", "dates", vec![Arc::clone(&from), Arc::clone(&to)]),
        ("bank_day_last_of_month", "dates", vec![Arc::clone(&from)]),
        ("local_date", "microseconds", vec![instants]),
        ("local_midnight", "dates", vec![Arc::clone(&from)]),
        (
            "period_overlap_days",
            "dates",
            vec![Arc::clone(&from), Arc::clone(&to), days(900, 0), days(900, 200)],
        ),
    ];
    let mut group = criterion.benchmark_group("functions");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    for (name, input, columns) in &cases {
        let function = function(name);
        group.bench_function(format!("{name}/{input}"), |bencher| {
            let arguments = arguments(&function, columns);
            bencher.iter(|| black_box(function.invoke_with_args(arguments.clone()).unwrap()));
        });
    }
    group.finish();
}

fn merging(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("functions");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    let periods: Vec<(i32, i32)> = (0..ROWS)
        .map(|row| {
            (
                (mixed(row) % 1_000_000) as i32,
                (mixed(row) % 1_000_000) as i32 + 1 + (mixed(row) >> 30) as i32 % 40,
            )
        })
        .collect();
    group.bench_function("period_merge/one group", |bencher| {
        bencher.iter(|| {
            let mut copy = periods.clone();
            advisql_udfs::period::islands(&mut copy);
            black_box(copy.len())
        });
    });
    group.finish();
}

/// Four rows a group, in random order; a row's number is its order key and part of its value.
fn latest(criterion: &mut Criterion) {
    let groups: Vec<usize> = (0..ROWS).map(|row| mixed(row) as usize % (ROWS / 4)).collect();
    let texts: ArrayRef = Arc::new(StringViewArray::from_iter_values(
        groups.iter().map(|group| format!("status {}", group % 7)),
    ));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..ROWS).map(|row| mixed(row) as i64)));
    let days = days(4000, 0);
    let mut group = criterion.benchmark_group("functions");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    for (name, columns) in [
        ("latest/text by date and number", [texts, Arc::clone(&days), Arc::clone(&numbers)]),
        ("latest/number by date and number", [Arc::clone(&numbers), days, numbers]),
    ] {
        let types: Vec<DataType> = columns.iter().map(|column| column.data_type().clone()).collect();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut latest = advisql_udfs::latest::groups(&types[0], &types[1..]).unwrap();
                latest.update_batch(&columns, &groups, None, ROWS / 4).unwrap();
                black_box(latest.evaluate(EmitTo::All).unwrap())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scalars, merging, latest);
criterion_main!(benches);
