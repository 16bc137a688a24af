//! Rows a second of every benefit function: all fields, and `gross` alone, on columns in memory with every fact known.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use advisql_udfs::benefits::all;
use advisql_udfs::benefits::frame::{Argument, Kind};
use advisql_udfs::law::{Rates, day};
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringViewArray};
use arrow::datatypes::{DataType, Field};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

const ROWS: usize = 1 << 16;

/// Numbers that look random and are the same in every run.
fn mixed(row: usize, column: usize) -> u64 {
    ((row as u64 + 1) ^ ((column as u64 + 1) << 40))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(31)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9)
        >> 16
}

/// A column of plausible values; the month or week is one of 2016 to 2024, in runs as a sorted table has them.
fn column(argument: &Argument, place: usize) -> ArrayRef {
    let below = |bound: u64| (0..ROWS).map(move |row| mixed(row, place) % bound);
    let run = |row: usize| row * 108 / ROWS;
    let month = |row: usize| day::from_civil(2016 + (run(row) / 12) as i32, 1 + (run(row) % 12) as u32, 1);
    let amounts = |bound: u64| -> ArrayRef {
        let values = Decimal128Array::from_iter_values(below(bound).map(i128::from));
        Arc::new(values.with_precision_and_scale(12, 2).unwrap())
    };
    match argument.kind {
        Kind::Month => Arc::new(Date32Array::from_iter_values((0..ROWS).map(month))),
        Kind::Week => Arc::new(Date32Array::from_iter_values(
            (0..ROWS).map(|row| month(row) - (month(row) - 4).rem_euclid(7)),
        )),
        Kind::Date if place == 0 => Arc::new(Date32Array::from_iter_values((0..ROWS).map(month))),
        Kind::Date => Arc::new(Date32Array::from_iter_values(below(18_000).map(|n| n as i32))),
        Kind::Flag => Arc::new(below(2).map(|n| Some(n == 1)).collect::<BooleanArray>()),
        Kind::Word(words) => {
            Arc::new(below(words.len() as u64).map(|n| Some(words[n as usize])).collect::<StringViewArray>())
        }
        Kind::Amount | Kind::Money => amounts(4_000_000),
        Kind::Hours => amounts(16_000),
        Kind::WeekHours => amounts(3_700),
        Kind::Decimal => amounts(60_000),
        Kind::Percent => amounts(10_000),
        Kind::Count => Arc::new(Int64Array::from_iter_values(below(5).map(|n| n as i64))),
    }
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

fn benefits(criterion: &mut Criterion) {
    let rates = Rates::with_overlay(&[], true).unwrap();
    let mut group = criterion.benchmark_group("benefits");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    for benefit in all(&rates) {
        let declared = benefit.declared.arguments();
        let columns: Vec<ArrayRef> = declared.iter().enumerate().map(|(n, a)| column(a, n)).collect();
        let gross = benefit.declared.giving(&["gross"]).unwrap();
        for (fields, function) in [("all", &benefit.udf), ("gross", &gross)] {
            group.bench_function(format!("{}/{fields}", benefit.udf.name()), |bencher| {
                let arguments = arguments(function, &columns);
                bencher.iter(|| black_box(function.invoke_with_args(arguments.clone()).unwrap()));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, benefits);
criterion_main!(benches);
