//! What holds for every benefit function: over columns it gives what the plain function gives, `gross` is the sum of the steps, and a row
//! without `gross` says why, whatever the row.

mod draw;
mod many_rates;
mod shared_memory;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal64Array, Decimal128Array, Int64Array,
    StringViewArray, StructArray,
};
use arrow::compute::{cast, concat, sort_to_indices, take};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Field, Int64Type};
use datafusion_common::ScalarValue;
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

use super::frame::{Argument, Kind, ONE_BY_ONE, Processor, Registered, Unit, Width};
use super::*;
use crate::law::law_tables;
use draw::{DECISIONS, Draw, Rows, fitting};

/// The column of an argument.
fn column(argument: &Argument, values: &[Option<i64>]) -> ArrayRef {
    let values = values.iter().copied();
    match argument.kind {
        Kind::Month | Kind::Week | Kind::Date => {
            Arc::new(values.map(|v| v.map(|v| v as i32)).collect::<Date32Array>())
        }
        Kind::Flag => Arc::new(values.map(|v| v.map(|v| v != 0)).collect::<BooleanArray>()),
        Kind::Count => Arc::new(values.collect::<Int64Array>()),
        Kind::Word(words) => Arc::new(
            values
                .map(|v| v.map(|v| words.get(v as usize).copied().unwrap_or("no such word")))
                .collect::<StringViewArray>(),
        ),
        _ => {
            let decimals: Decimal128Array = values.map(|v| v.map(i128::from)).collect();
            Arc::new(decimals.with_precision_and_scale(38, 2).unwrap())
        }
    }
}

fn call(udf: &ScalarUDF, columns: &[ArrayRef], rows: usize) -> StructArray {
    call_with(udf, columns.iter().map(|c| ColumnarValue::Array(Arc::clone(c))).collect(), rows)
}

fn call_with(udf: &ScalarUDF, args: Vec<ColumnarValue>, rows: usize) -> StructArray {
    let types: Vec<DataType> = args.iter().map(ColumnarValue::data_type).collect();
    let accepted = udf.inner().coerce_types(&types).unwrap();
    assert_eq!(accepted, types);
    let result = udf
        .invoke_with_args(ScalarFunctionArgs {
            args,
            arg_fields: types.iter().map(|t| Arc::new(Field::new("a", t.clone(), true))).collect(),
            number_rows: rows,
            return_field: Arc::new(Field::new("r", udf.inner().return_type(&types).unwrap(), true)),
            config_options: Arc::new(ConfigOptions::default()),
        })
        .unwrap();
    match result {
        ColumnarValue::Array(array) => array.as_struct().clone(),
        ColumnarValue::Scalar(_) => panic!("columns give columns"),
    }
}

/// The number in a row of a result column, in the unit of the plain function.
fn number(column: &ArrayRef, unit: Unit, row: usize) -> Option<i64> {
    if column.is_null(row) {
        return None;
    }
    Some(match unit {
        Unit::Kroner | Unit::Hundredths => column.as_primitive::<Decimal128Type>().value(row) as i64,
        Unit::Whole => column.as_primitive::<Int64Type>().value(row),
        Unit::Flag => i64::from(column.as_boolean().value(row)),
        Unit::Date => i64::from(column.as_primitive::<Date32Type>().value(row)),
        Unit::Word(words) => {
            let word = column.as_string_view().value(row);
            words.iter().position(|w| *w == word).unwrap() as i64
        }
    })
}

/// Fields are the same when nobody reads what explains them, when whole blocks have one word, and when their days lie near each other.
fn numbers_alone(benefit: &Registered, columns: &[ArrayRef], result: &StructArray) {
    let spec = benefit.declared.spec();
    let names: Vec<&str> = spec.fields.iter().map(|f| f.name).chain(["gross"]).collect();
    let numbers = benefit.declared.giving(&names, Width::Bits128).unwrap();
    let is_word = |(at, a): (usize, &Argument)| matches!(a.kind, Kind::Word(_)).then_some(at);
    let words = benefit.declared.arguments().iter().enumerate().filter_map(is_word);
    for sorted in [None, Some(0)].into_iter().chain(words.map(Some)) {
        let order = match sorted {
            Some(at) => sort_to_indices(&columns[at], None, None).unwrap(),
            None => (0..result.len() as u32).collect::<Vec<_>>().into(),
        };
        let columns: Vec<ArrayRef> = columns.iter().map(|c| take(c, &order, None).unwrap()).collect();
        let expected = take(result, &order, None).unwrap();
        for processor in Processor::ALL {
            let all = processor.at_most(|| call(&benefit.udf, &columns, result.len()));
            assert_eq!(&all, expected.as_struct(), "{} {sorted:?} {processor:?}", spec.name);
            let few = processor.at_most(|| call(&numbers, &columns, result.len()));
            for name in few.column_names() {
                assert_eq!(few.column_by_name(name), all.column_by_name(name), "{} {name}", spec.name);
            }
        }
    }
}

/// Every processor gives the same and leaves the same rows to the plain function; columns that are a part of longer ones, texts of every
/// type, and arguments that are the same in every row give the same.
fn the_same_held_otherwise(benefit: &Registered, columns: &[ArrayRef], result: &StructArray, left: &[usize]) {
    let rows = result.len();
    for processor in Processor::ALL {
        ONE_BY_ONE.take();
        assert_eq!(&processor.at_most(|| call(&benefit.udf, columns, rows)), result, "{processor:?}");
        assert_eq!(ONE_BY_ONE.take(), left, "{processor:?}");
    }
    // No multiple of eight: bits then do not begin with a byte.
    let before = 77.min(rows);
    let part: Vec<ArrayRef> = columns
        .iter()
        .map(|c| {
            concat(&[&c.slice(rows - before, before), c, &c.slice(0, 5.min(rows))])
                .unwrap()
                .slice(before, rows)
        })
        .collect();
    assert_eq!(&call(&benefit.udf, &part, rows), result);
    let dictionary = |key: DataType, of: DataType| DataType::Dictionary(Box::new(key), Box::new(of));
    for texts in [
        DataType::Utf8,
        DataType::LargeUtf8,
        dictionary(DataType::Int8, DataType::Utf8),
        dictionary(DataType::UInt16, DataType::LargeUtf8),
    ] {
        let other: Vec<ArrayRef> = columns
            .iter()
            .map(|c| match c.data_type() {
                DataType::Utf8View => cast(c, &texts).unwrap(),
                _ => Arc::clone(c),
            })
            .collect();
        if other.iter().any(|c| *c.data_type() == texts) {
            assert_eq!(&call(&benefit.udf, &other, rows), result, "{texts}");
        }
    }
    let narrow = |c: &ArrayRef| -> ArrayRef {
        let Some(wide) = c.as_primitive_opt::<Decimal128Type>() else { return Arc::clone(c) };
        let values: Vec<i64> = wide.values().iter().map(|value| i64::try_from(*value).unwrap()).collect();
        let narrow = Decimal64Array::new(values.into(), wide.nulls().cloned());
        Arc::new(narrow.with_precision_and_scale(18, 2).unwrap())
    };
    let narrow: Vec<ArrayRef> = columns.iter().map(narrow).collect();
    assert_eq!(&call(&benefit.udf, &narrow, rows), result, "DECIMAL in 64 bits");
    let names: Vec<&str> = result.column_names();
    let of_64_bits = benefit.declared.giving(&names, Width::Bits64).unwrap();
    let wide = DataType::Struct(result.fields().clone());
    for columns in [columns, &narrow] {
        let given = call(&of_64_bits, columns, rows);
        for (field, of) in given.fields().iter().zip(result.fields()) {
            let is_decimal = matches!(of.data_type(), DataType::Decimal128(_, _));
            assert_eq!(matches!(field.data_type(), DataType::Decimal64(12, 2)), is_decimal, "{field}");
        }
        let given: ArrayRef = Arc::new(given);
        assert_eq!(cast(&given, &wide).unwrap().as_struct(), result, "results of 64 bits");
    }
    // Every other argument constant, then all but the first.
    for row in (0..rows).step_by(rows.div_ceil(20)) {
        for varying in [2, columns.len()] {
            let args = columns.iter().enumerate().map(|(n, c)| match n % varying {
                0 => ColumnarValue::Array(c.slice(row, 1)),
                _ => ColumnarValue::Scalar(ScalarValue::try_from_array(c, row).unwrap()),
            });
            assert_eq!(call_with(&benefit.udf, args.collect(), 1), result.slice(row, 1));
        }
    }
}

/// Whether blocks leave a row to the plain function though it has an amount and sensible facts: few rows are like it.
fn is_left(name: &str, arguments: &[Argument], row: &[Option<i64>]) -> bool {
    let given = |name: &str| arguments.iter().position(|a| a.name == name).and_then(|at| row[at]);
    match name {
        "fleksloentilskud" => given("holiday_supplement") != Some(0),
        "kontanthjaelp" => {
            arguments.iter().zip(row).any(|(a, value)| value.is_some() == DECISIONS.contains(&a.name))
        }
        "sygedagpenge" => given("insurance").is_none() || given("employer_period").is_none(),
        _ => false,
    }
}

/// Rows that were paid, of `rows` random ones.
fn compare(benefit: &Registered, rows: usize, mut draw: Draw) -> usize {
    let (spec, arguments) = (benefit.declared.spec(), benefit.declared.arguments());
    let one = |_| {
        let mut row: Vec<_> = arguments.iter().enumerate().map(|(n, a)| draw.value(a, n == 0)).collect();
        if draw.of != Rows::Wild {
            fitting(arguments, &mut row, &mut draw);
        }
        row
    };
    let all: Vec<Vec<Option<i64>>> = (0..rows).map(one).collect();
    let columns: Vec<ArrayRef> = arguments
        .iter()
        .enumerate()
        .map(|(n, a)| column(a, &all.iter().map(|row| row[n]).collect::<Vec<_>>()))
        .collect();
    ONE_BY_ONE.take();
    let result = call(&benefit.udf, &columns, rows);
    let left = ONE_BY_ONE.take();
    for row in left.iter().copied().filter(|_| draw.of != Rows::Wild && BLOCKS.contains(&spec.name)) {
        let unpaid = result.column_by_name("gross").unwrap().is_null(row);
        assert!(
            unpaid || is_left(spec.name, arguments, &all[row]),
            "{} leaves row {row}: {:?}",
            spec.name,
            all[row]
        );
    }
    let gross_only = call(&benefit.declared.giving(&["gross"], Width::Bits128).unwrap(), &columns, rows);
    assert_eq!(gross_only.column(0), result.column_by_name("gross").unwrap(), "{}", spec.name);
    let few = call(
        &benefit.declared.giving(&["gross", "rule_id", "missing"], Width::Bits128).unwrap(),
        &columns,
        rows,
    );
    for name in few.column_names() {
        assert_eq!(few.column_by_name(name), result.column_by_name(name), "{} {name}", spec.name);
    }
    for name in ["rule_id", "law_version", "rates_used", "derived_rates_used", "missing"] {
        let alone = call(&benefit.declared.giving(&[name], Width::Bits128).unwrap(), &columns, rows);
        assert_eq!(alone.column(0), result.column_by_name(name).unwrap(), "{} {name} alone", spec.name);
    }
    numbers_alone(benefit, &columns, &result);
    the_same_held_otherwise(benefit, &columns, &result, &left);
    let text = |name: &str, row: usize| {
        let column = result.column_by_name(name).unwrap().as_string_view();
        column.is_valid(row).then(|| column.value(row))
    };
    let mut paid = 0;
    for (row, values) in all.iter().enumerate() {
        let plain = benefit.declared.calculate(values);
        let about = || format!("{} row {row}: {values:?}\n{plain:?}", spec.name);
        let fields: Vec<_> =
            spec.fields.iter().map(|f| number(result.column_by_name(f.name).unwrap(), f.unit, row)).collect();
        assert_eq!(fields, plain.fields, "{}", about());
        let gross = number(result.column_by_name("gross").unwrap(), Unit::Kroner, row);
        assert_eq!(gross, plain.gross, "{}", about());
        assert_eq!(text("rule_id", row), plain.explained.rule_id, "{}", about());
        assert_eq!(text("law_version", row), plain.explained.law_version, "{}", about());
        assert_eq!(text("rates_used", row).unwrap_or_default(), plain.explained.rates_used, "{}", about());
        assert_eq!(text("missing", row).unwrap_or_default(), plain.explained.missing, "{}", about());
        let derived = result.column_by_name("derived_rates_used").unwrap().as_boolean();
        assert_eq!(derived.value(row), plain.explained.derived_rates_used, "{}", about());
        assert_eq!(gross.is_none(), !plain.explained.missing.is_empty(), "{}", about());
        if let Some(gross) = gross {
            let steps: i64 = fields[..spec.steps].iter().map(|step| step.unwrap()).sum();
            assert_eq!(gross, steps, "{}", about());
            paid += 1;
        }
    }
    paid
}

/// Random rows a benefit and law.
const ROWS: usize = 4000;

/// Rates that a table of the law has a place for, but no amount was read in any year: rows that need them say so.
const NEVER_READ: &[(&str, &str)] = &[
    ("aktivitetstillaeg", "kontanthjaelp_under_30_provider_partner_other"),
    ("aktivitetstillaeg", "uddannelseshjaelp_under_30_provider_partner_other"),
    ("kontanthjaelp_2025", "living_home_rate"),
];

#[test]
fn columns_give_what_the_plain_function_gives_and_gross_is_the_sum_of_the_steps() {
    for (seed, rates) in
        [Rates::shipped().unwrap(), Rates::with_overlay(&[], true).unwrap()].iter().enumerate()
    {
        for benefit in all(rates) {
            let paid = compare(&benefit, ROWS, Draw { state: seed as u64, of: Rows::Wild });
            println!("{}: {paid} of {ROWS} rows have an amount", benefit.udf.name());
        }
    }
}

/// Each a test.
macro_rules! blocks {
    ($($name:ident)*) => {
        /// The functions that calculate blocks of rows at once.
        const BLOCKS: &[&str] = &[$(stringify!($name)),*];

        mod blocks_give_what_the_plain_function_gives {
            $(#[test]
            fn $name() {
                super::blocks(stringify!($name));
            })*
        }
    };
}

blocks! {
    kontanthjaelp fleksloentilskud ledighedsydelse oekonomisk_friplads ressourceforloebsydelse saerlig_stoette
    sygedagpenge reduction_225 boligstoetteloft fritidstillaeg asset_test godtgoerelse fleksjob_refusion enkeltydelse
    uddannelseshjaelp selvforsoergelsesydelse overgangsydelse revalideringsydelse kontanthjaelpsloft a_tax
    atp_contribution dental_subsidy engangshjaelp sanction sanction_before_2020 sanction_availability
    sanction_one_third payout exit_month mandatory_pension friplads_genberegning sygedagpenge_refusionstillaeg
}

fn blocks(name: &str) {
    for (seed, rates) in
        [Rates::shipped().unwrap(), Rates::with_overlay(&[], true).unwrap()].iter().enumerate()
    {
        let all = all(rates);
        let benefit = all.iter().find(|benefit| benefit.declared.spec().name == name).unwrap();
        for (of, rows) in [
            (Rows::Tame, 40_000),
            (Rows::Patchy, 40_000),
            (Rows::Wild, 40_000),
            (Rows::Tame, 1),
            (Rows::Tame, 127),
            (Rows::Tame, 129),
        ] {
            let paid = compare(benefit, rows, Draw { state: 11 + seed as u64, of });
            println!("{name}: {paid} of {rows} rows have an amount");
            assert!(of != Rows::Tame || rows < 1000 || paid > rows / 40, "{name} {paid}");
        }
    }
}

#[test]
fn every_rule_rate_and_rounding_of_a_declaration_exists() {
    let rates = Rates::shipped().unwrap();
    let known: HashSet<(String, String)> =
        rates.rows().iter().map(|row| (row.benefit.clone(), row.parameter.clone())).collect();
    let tables = law_tables(&rates).unwrap();
    let text = |table: &str, column: &str| -> Vec<String> {
        let batch = &tables.iter().find(|(name, _)| *name == table).unwrap().1;
        let column = batch.column_by_name(column).unwrap().as_string_view().clone();
        column.iter().map(|value| value.unwrap_or_default().to_string()).collect()
    };
    let rules: HashSet<String> = text("rules", "rule_id").into_iter().collect();
    let parameters: HashSet<String> = text("parameters", "parameter").into_iter().collect();
    for benefit in all(&rates) {
        let spec = benefit.declared.spec();
        for rule in spec.rules {
            assert!(rules.contains(*rule), "{}: rule {rule} is not in law.rules", spec.name);
        }
        for (area, parameter) in spec.rates {
            let found = match *area {
                "parameter" => parameters.contains(*parameter),
                area if NEVER_READ.contains(&(area, parameter)) => true,
                area => known.contains(&(area.to_string(), (*parameter).to_string())),
            };
            assert!(found, "{}: {area}/{parameter} is in no table of the law", spec.name);
        }
        for rounding in spec.roundings {
            assert!(crate::law::RoundingRule::named(rounding).is_ok(), "{}: {rounding}", spec.name);
        }
        for gap in spec.gaps {
            assert!(gap.starts_with("rule: ") || gap.starts_with("error: "), "{}: {gap}", spec.name);
        }
        let names: HashSet<&str> = spec.fields.iter().map(|f| f.name).collect();
        assert_eq!(names.len(), spec.fields.len(), "{}", spec.name);
    }
}
