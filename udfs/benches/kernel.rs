//! Kontanthjælp a row: the kernel alone beside the whole call, with every step and with `gross` alone, over person-months as in
//! `benches/queries/benefits/data.sql`. The batches are those of DataFusion: one lies in the cache, many do not.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use advisql_udfs::benefits::frame::{BenefitFunction, Width};
use advisql_udfs::benefits::kontanthjaelp::{COUNT, Kontanthjaelp};
use advisql_udfs::law::{Rates, day};
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal64Array, Decimal128Array};
use arrow::datatypes::{DataType, Field};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use datafusion_common::ScalarValue;
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};

/// Rows of a batch of DataFusion.
const ROWS: usize = 8192;

/// Batches that together are larger than the cache.
const MANY: usize = 64;

type Function = BenefitFunction<Kontanthjaelp, COUNT>;

/// Numbers that look random and are the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ mixed >> 27) % bound) as i64
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// The columns of a batch in the order of the arguments; the facts that nobody asked for are NULL.
fn batch(seed: usize, narrow: bool) -> Vec<ColumnarValue> {
    let mut drawn = Drawn(seed as u64 * ROWS as u64);
    let mut dates = [const { Vec::new() }; 2];
    let mut flags = [const { Vec::new() }; 8];
    let mut amounts = [const { Vec::new() }; 7];
    for _ in 0..ROWS {
        let month = drawn.below(108) as i32;
        let period = day::from_civil(2016 + month / 12, 1 + month as u32 % 12, 1);
        let birth = period - 6575 - drawn.below(16_801) as i32;
        let single = !drawn.one_in(10) && !drawn.one_in(4);
        let (work, spouse) = (drawn.one_in(5), !single && drawn.one_in(2));
        let mut drawn_if = |when: bool, bound: u64| if when { drawn.below(bound) } else { 0 };
        let income = [
            drawn_if(work, 1_500_000),
            drawn_if(work, 17_001),
            drawn_if(spouse, 500_000),
            drawn_if(spouse, 3_000_000),
            drawn_if(spouse, 16_001),
            0,
            if single { 0 } else { 800_000 },
        ];
        for (to, value) in amounts.iter_mut().zip(income) {
            to.push(value);
        }
        for (to, value) in dates.iter_mut().zip([period, birth]) {
            to.push(value);
        }
        let facts = [
            drawn.one_in(4),
            drawn.one_in(2),
            single,
            drawn.one_in(5),
            drawn.one_in(100),
            drawn.one_in(50),
            true,
            drawn.one_in(2),
        ];
        for (to, value) in flags.iter_mut().zip(facts) {
            to.push(value);
        }
    }
    let array = |array: ArrayRef| ColumnarValue::Array(array);
    let unknown = || ColumnarValue::Scalar(ScalarValue::Boolean(None));
    let mut columns: Vec<ColumnarValue> =
        dates.into_iter().map(|days| array(Arc::new(Date32Array::from(days)))).collect();
    columns.extend(flags.into_iter().map(|flags| array(Arc::new(BooleanArray::from(flags)))));
    columns.insert(6, unknown());
    columns.extend([unknown(), unknown()]);
    columns.extend(amounts.into_iter().map(|amounts| {
        if narrow {
            let amounts = Decimal64Array::from(amounts);
            return array(Arc::new(amounts.with_precision_and_scale(12, 2).unwrap()));
        }
        let amounts: Decimal128Array = amounts.into_iter().map(i128::from).map(Some).collect();
        let (_, values, _) = amounts.into_parts();
        array(Arc::new(Decimal128Array::new(values, None).with_precision_and_scale(12, 2).unwrap()))
    }));
    columns
}

fn call(function: &Function, columns: &[ColumnarValue]) -> ScalarFunctionArgs {
    let types: Vec<DataType> = columns.iter().map(ColumnarValue::data_type).collect();
    ScalarFunctionArgs {
        args: columns.to_vec(),
        arg_fields: types.iter().map(|t| Arc::new(Field::new("a", t.clone(), true))).collect(),
        number_rows: ROWS,
        return_field: Arc::new(Field::new("r", function.return_type(&types).unwrap(), true)),
        config_options: Arc::new(ConfigOptions::default()),
    }
}

fn kernel(criterion: &mut Criterion) {
    let rates = Rates::with_overlay(&[], true).unwrap();
    let steps =
        ["base_rate", "supplement", "income_deduction", "spouse_deduction", "gross", "income", "disregard"];
    let full = Function::new(&rates);
    let mut group = criterion.benchmark_group("kontanthjaelp");
    // Facts of either width, and results as others read them or as they are added up.
    let widths = [
        ("decimal128", false, Width::Bits128),
        ("decimal128 summed", false, Width::Bits64),
        ("decimal64 summed", true, Width::Bits64),
    ];
    for (width, narrow, bits) in widths {
        let batches: Vec<Vec<ColumnarValue>> = (0..MANY).map(|seed| batch(seed, narrow)).collect();
        for (fields, names) in [("steps", &steps[..]), ("gross", &steps[4..5])] {
            let function = full.giving(names, bits).unwrap();
            for (place, batches) in [("in cache", &batches[..1]), ("in memory", &batches[..])] {
                let name = |what: &str| format!("{what}/{fields}/{width} {place}");
                group.throughput(Throughput::Elements((batches.len() * ROWS) as u64));
                let calls: Vec<_> = batches.iter().map(|batch| call(&function, batch)).collect();
                group.bench_function(name("call"), |bencher| {
                    bencher.iter_batched(
                        || calls.clone(),
                        |calls| {
                            for call in calls {
                                black_box(function.invoke_with_args(call).unwrap());
                            }
                        },
                        BatchSize::PerIteration,
                    );
                });
                let inputs: Vec<_> = batches.iter().map(|batch| function.input(batch).unwrap()).collect();
                let mut output = function.output(ROWS);
                group.bench_function(name("kernel"), |bencher| {
                    bencher.iter(|| {
                        for input in &inputs {
                            output.clear();
                            function.rows(input, ROWS, &mut output);
                            black_box(&mut output);
                        }
                    });
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, kernel);
criterion_main!(benches);
