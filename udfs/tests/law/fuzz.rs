//! Every benefit function on facts that make no sense: it may stop a row, never the batch and never the program.
//!
//! `ADVISQL_FUZZ_SECONDS` sets the time of each function, `ADVISQL_FUZZ_FUNCTION` names one alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use advisql_udfs::benefits::all;
use advisql_udfs::benefits::frame::{Argument, Kind, Registered, Unit};
use advisql_udfs::law::Rates;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray,
    StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};

use crate::call::{Answers, invoke};
use crate::facts::days;
use crate::oracle::too_large;
use crate::random::Random;

/// Rows of each function when no time is given.
const EVERYDAY_ROWS: usize = 4_000;
/// Rows calculated a second time, each alone.
const ALONE: usize = 8;

#[test]
fn garbage_stops_rows_and_nothing_else() {
    let seconds = std::env::var("ADVISQL_FUZZ_SECONDS").map(|s| s.parse().unwrap()).ok();
    let laws = [Rates::shipped().unwrap(), Rates::with_overlay(&[], true).unwrap()].map(|rates| all(&rates));
    for (at, registered) in laws[0].iter().enumerate() {
        if std::env::var("ADVISQL_FUZZ_FUNCTION").is_ok_and(|name| name != registered.udf.name()) {
            continue;
        }
        let mut random = Random::new(7 + at as u64);
        let (begun, mut rows, mut calculated) = (Instant::now(), 0, 0);
        let go_on = |rows: usize| match seconds {
            Some(seconds) => begun.elapsed() < Duration::from_secs(seconds),
            None => rows < EVERYDAY_ROWS,
        };
        while go_on(rows) {
            let size = random.pick(&[1, 2, 7, 64, 511, 512, 513, 1_500]);
            calculated += batch(&laws[usize::from(random.chance(50))][at], &mut random, size);
            rows += size;
        }
        println!("{}: {rows} rows, {calculated} calculated, {:?}", registered.udf.name(), begun.elapsed());
    }
}

#[test]
fn a_dictionary_without_a_word_is_all_unknown() {
    let all = all(&Rates::shipped().unwrap());
    let sickness = all.iter().find(|r| r.udf.name() == "sygedagpenge").unwrap();
    let arguments = sickness.declared.arguments();
    let given = |argument: &Argument| -> ArrayRef {
        match argument.kind {
            Kind::Word(_) => cast(&nulls(DataType::Utf8), &words_by_key()).unwrap(),
            Kind::Month | Kind::Week | Kind::Date => nulls(DataType::Date32),
            Kind::Flag => nulls(DataType::Boolean),
            Kind::Count => nulls(DataType::Int64),
            _ => nulls(DataType::Decimal128(12, 2)),
        }
    };
    let columns: Vec<ArrayRef> = arguments.iter().map(given).collect();
    let field = |(a, c): (&Argument, &ArrayRef)| -> FieldRef {
        Arc::new(Field::new(a.name, c.data_type().clone(), true))
    };
    let fields: Vec<FieldRef> = arguments.iter().zip(&columns).map(field).collect();
    let answers = Answers::new(&invoke(&sickness.udf, &fields, columns, 3).unwrap());
    assert_eq!(answers.text("missing", 2), Some("week; recipient"));
}

fn nulls(kind: DataType) -> ArrayRef {
    arrow::array::new_null_array(&kind, 3)
}

fn words_by_key() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// One batch of garbage; the rows that were calculated all the same.
fn batch(registered: &Registered, random: &mut Random, rows: usize) -> usize {
    let (udf, arguments) = (&registered.udf, registered.declared.arguments());
    // Sense in most facts, so that some rows get as far as the amounts.
    let nonsense = random.pick(&[0, 2, 10, 60]);
    let around = random.between(12 * 2013, 12 * 2027) as i32;
    let given: Vec<ArrayRef> = arguments.iter().map(|a| column(a, random, rows, nonsense, around)).collect();
    let types: Vec<DataType> = given.iter().map(|a| a.data_type().clone()).collect();
    let coerced = udf.coerce_types(&types).unwrap();
    let columns: Vec<ArrayRef> = given.iter().zip(&coerced).map(|(a, t)| cast(a, t).unwrap()).collect();
    let field =
        |(a, t): (&Argument, &DataType)| -> FieldRef { Arc::new(Field::new(a.name, t.clone(), true)) };
    let fields: Vec<FieldRef> = arguments.iter().zip(&coerced).map(field).collect();
    let result = invoke(udf, &fields, columns.clone(), rows).unwrap();
    assert_eq!((result.len(), result.null_count()), (rows, 0), "{}", udf.name());
    let answers = Answers::new(&result);
    let calculated = (0..rows).filter(|row| check(registered, &answers, *row)).count();
    for _ in 0..ALONE.min(rows) {
        let row = random.below(rows as i64) as usize;
        let one = columns.iter().map(|c| c.slice(row, 1)).collect();
        let alone = invoke(udf, &fields, one, 1).unwrap();
        assert_eq!(alone.as_struct(), result.slice(row, 1).as_struct(), "{}: a row alone", udf.name());
    }
    calculated
}

/// Whether the row was calculated: then the steps give the gross amount and nothing is missing.
fn check(registered: &Registered, answers: &Answers, row: usize) -> bool {
    let spec = registered.declared.spec();
    let name = spec.name;
    for field in spec.fields.iter().filter(|f| f.unit == Unit::Kroner) {
        if let Some(amount) = answers.number(field.name, row) {
            assert!(!too_large(amount), "{name}: {} is {amount}", field.name);
        }
    }
    let (gross, missing) = (answers.number("gross", row), answers.text("missing", row));
    assert_eq!(gross.is_none(), missing.is_some(), "{name}: gross {gross:?}, missing {missing:?}");
    let Some(gross) = gross else { return false };
    let steps: Option<Vec<i64>> =
        spec.fields[..spec.steps].iter().map(|f| answers.number(f.name, row)).collect();
    assert_eq!(steps.map(|steps| steps.iter().sum::<i64>()), Some(gross), "{name}: gross and its steps");
    assert!(!too_large(gross), "{name}: gross is {gross}");
    true
}

/// A column of an argument, cut out of a longer one; `nonsense` in a hundred of its values are. Days are near the month
/// `around`, counted from year 0.
fn column(argument: &Argument, random: &mut Random, rows: usize, nonsense: i64, around: i32) -> ArrayRef {
    let (before, after) = (random.below(9) as usize, random.below(9) as usize);
    let all = before + rows + after;
    let array: ArrayRef = match argument.kind {
        Kind::Month | Kind::Week | Kind::Date => {
            let day = |random: &mut Random| match random.chance(nonsense) {
                true => {
                    random.pick(&[i32::MIN, i32::MAX, 0, -1, 1 << 30, days(2200, 1, 1), days(2013, 12, 31)])
                }
                false => sensible_day(argument.kind, random, around),
            };
            Arc::new((0..all).map(|_| known(random, nonsense, day)).collect::<Date32Array>())
        }
        Kind::Flag => {
            Arc::new((0..all).map(|_| known(random, nonsense, |r| r.chance(50))).collect::<BooleanArray>())
        }
        Kind::Count => {
            let count = |random: &mut Random| match random.chance(nonsense) {
                true => random.pick(&[i64::MIN, i64::MAX, -1, 1_000_000, 1_000_001]),
                false => random.below(40),
            };
            Arc::new((0..all).map(|_| known(random, nonsense, count)).collect::<Int64Array>())
        }
        Kind::Word(words) => {
            let word = |random: &mut Random| match random.chance(nonsense) {
                true => random
                    .pick(&["", " ", "none ", "NULL", "æøå\u{0}", "'; --", "long".repeat(16).as_str()])
                    .to_owned(),
                false => random.pick(words).to_owned(),
            };
            let words: Vec<Option<String>> = (0..all).map(|_| known(random, nonsense, word)).collect();
            match random.below(3) {
                0 => Arc::new(words.iter().map(Option::as_deref).collect::<StringArray>()),
                1 => Arc::new(words.iter().map(Option::as_deref).collect::<StringViewArray>()),
                _ => {
                    let plain: ArrayRef =
                        Arc::new(words.iter().map(Option::as_deref).collect::<StringArray>());
                    cast(&plain, &words_by_key()).unwrap()
                }
            }
        }
        _ => {
            let (precision, most) = random.pick(&[(12, 999_999_999_999), (38, 10_i128.pow(38) - 1)]);
            let amount = |random: &mut Random| match random.chance(nonsense) {
                true => random.pick(&[most, -most, -1, 999_999_999_999, most / 2, i128::from(u32::MAX)]),
                false => i128::from(random.below(random_limit(argument.kind))),
            };
            let amounts = (0..all).map(|_| known(random, nonsense, amount)).collect::<Decimal128Array>();
            Arc::new(amounts.with_precision_and_scale(precision, 2).unwrap())
        }
    };
    array.slice(before, rows)
}

fn known<T>(random: &mut Random, nonsense: i64, value: impl Fn(&mut Random) -> T) -> Option<T> {
    (!random.chance(nonsense / 2)).then(|| value(random))
}

fn random_limit(kind: Kind) -> i64 {
    match kind {
        Kind::Percent => 10_001,
        Kind::Hours | Kind::WeekHours | Kind::Decimal => 17_000,
        _ => 4_000_000,
    }
}

fn sensible_day(kind: Kind, random: &mut Random, around: i32) -> i32 {
    let month = around - i32::from(random.chance(50));
    let first = days(month / 12, month % 12 + 1, 1);
    match kind {
        Kind::Month => first,
        Kind::Week => first + (4 - first).rem_euclid(7),
        _ if random.chance(50) => first - random.below(400) as i32,
        _ => days(1950, 1, 1) + random.below(28_000) as i32,
    }
}
