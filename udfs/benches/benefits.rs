//! Rows a second of every benefit function: all fields, and `gross` alone, on columns in memory with every fact known.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use advisql_udfs::benefits::all;
use advisql_udfs::benefits::frame::{Argument, Kind, Width};
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

/// First day of the month of a row: 2016 to 2024, in runs as a sorted table has them.
fn month(row: usize) -> i32 {
    month_from(row, 2016, 1, 108)
}

/// The same of so many months from one on.
fn month_from(row: usize, year: i32, month: u32, months: usize) -> i32 {
    let run = (row * months / ROWS) as u32 + month - 1;
    day::from_civil(year + (run / 12) as i32, 1 + run % 12, 1)
}

/// What keeps facts that belong together sound, so that rows are calculated and not refused; `None` leaves it to chance.
fn sound(function: &str, argument: &str, row: usize, place: usize) -> Option<Option<i64>> {
    let n = |bound: u64| (mixed(row, place) % bound) as i64;
    let on = |year: i32| i64::from(day::from_civil(year, 1, 1));
    Some(match (function, argument) {
        // Single people and their income: what a month's register mostly has.
        ("kontanthjaelp", "single" | "vocational_education") => Some(1),
        ("kontanthjaelp", "pregnant_past_week_12" | "severe_mental_illness") => Some(0),
        ("kontanthjaelp", "residence_requirement_met" | "employment_requirement_met") => Some(1),
        ("kontanthjaelp", "spouse_work_income" | "spouse_other_income" | "spouse_help") => Some(0),
        ("kontanthjaelp", "child_support" | "reduction_225" | "spouse_opted_out") => None,
        // Months that have their law and amounts.
        ("boligstoetteloft" | "fritidstillaeg", "period") => Some(i64::from(month_from(row, 2025, 7, 18))),
        ("fleksjob_refusion", "period") => Some(i64::from(month_from(row, 2019, 1, 12))),
        ("engangshjaelp", "period") => Some(i64::from(month_from(row, 2013, 1, 12))),
        ("godtgoerelse", "period") => Some(i64::from(month_from(row, 2019, 1, 60))),
        (
            "sanction" | "sanction_availability" | "sanction_one_third" | "sanction_before_2020",
            "event_date" | "period",
        ) => Some(i64::from(month_from(row, if function.ends_with("2020") { 2016 } else { 2020 }, 1, 48))),
        ("fleksjob_refusion", "flexjob_from") => Some(on(2010)),
        ("sanction", "help_after_income") => Some((mixed(row, 2) % 4_000_000) as i64),
        ("engangshjaelp" | "dental_subsidy", "birth_date") => Some(on(1950) + n(16_000)),
        ("sanction", "days" | "decided_rates") | ("sanction_before_2020", "units") => Some(1 + n(9)),
        ("sanction_before_2020", "form") => Some(0),
        ("sanction_one_third", "decision_date" | "established_date") => {
            Some(i64::from(month_from(row, 2020, 1, 48)) - 40)
        }
        ("sanction_one_third", "first_month") => Some(i64::from(month_from(row, 2020, 1, 48))),
        ("asset_test", "assets_left_out") | ("reduction_225", "decided_amount") => None,
        ("asset_test", "spouse_assets") if mixed(row, 3) % 2 == 1 => Some(0),
        ("dental_subsidy", "other_subsidies" | "own_payment_made") => Some(n(60_000)),
        ("dental_subsidy", "cost") => Some(100_000 + n(1_200_000)),
        (_, "flexjob_from") => Some(on(2015)),
        (_, "wage_month") => None,
        (_, "flex_wage" | "wage") => Some(500_000 + n(2_500_000)),
        (_, "full_time_pay") => Some(3_000_000 + n(1_000_000)),
        (_, "holiday_supplement" | "other_work_income_of_year" | "work_share" | "offer_income") => Some(0),
        (_, "birth_date") => Some(on(1960) + n(16_000)),
        (_, "absent_from" | "employed_from") => Some(i64::from(month(row)) - n(90)),
        (_, "absent_to") => Some(i64::from(day::OPEN_END)),
        (_, "weekly_hours") => Some(3_700),
        (_, "pay") => Some(5_000_000 + n(7_000_000)),
        (_, "pay_hours") => Some(48_100),
        (_, "children") => Some(1 + n(4)),
        (_, "pre_rehabilitation") => Some(0),
        (_, "course") => Some(n(2)),
        (_, "weeks") => Some(4),
        _ => return None,
    })
}

/// The values of an argument, in its unit.
fn values(function: &str, argument: &Argument, place: usize) -> Vec<Option<i64>> {
    let one = |row: usize| {
        if let Some(value) = sound(function, argument.name, row, place) {
            return value;
        }
        let below = |bound: u64| (mixed(row, place) % bound) as i64;
        Some(match argument.kind {
            Kind::Month => i64::from(month(row)),
            Kind::Week => i64::from(month(row) - (month(row) - 4).rem_euclid(7)),
            Kind::Date if place == 0 => i64::from(month(row)),
            Kind::Date => below(18_000),
            Kind::Flag => below(2),
            Kind::Word(words) => below(words.len() as u64),
            Kind::Amount | Kind::Money => below(4_000_000),
            Kind::Hours => below(16_000),
            Kind::WeekHours => below(3_700),
            Kind::Decimal => below(60_000),
            Kind::Percent => below(10_000),
            Kind::Count => below(5),
        })
    };
    (0..ROWS).map(one).collect()
}

fn column(function: &str, argument: &Argument, place: usize) -> ArrayRef {
    let values = values(function, argument, place).into_iter();
    match argument.kind {
        Kind::Month | Kind::Week | Kind::Date => {
            Arc::new(values.map(|v| v.map(|day| day as i32)).collect::<Date32Array>())
        }
        Kind::Flag => Arc::new(values.map(|v| v.map(|flag| flag == 1)).collect::<BooleanArray>()),
        Kind::Word(words) => {
            Arc::new(values.map(|v| v.map(|word| words[word as usize])).collect::<StringViewArray>())
        }
        Kind::Count => Arc::new(values.collect::<Int64Array>()),
        _ => {
            let decimals: Decimal128Array = values.map(|v| v.map(i128::from)).collect();
            Arc::new(decimals.with_precision_and_scale(12, 2).unwrap())
        }
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
        let columns: Vec<ArrayRef> =
            declared.iter().enumerate().map(|(n, a)| column(benefit.udf.name(), a, n)).collect();
        let gross = benefit.declared.giving(&["gross"], Width::Bits128).unwrap();
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
