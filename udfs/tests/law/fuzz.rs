//! Every benefit function on facts that make no sense: it may stop a row, never the batch and never the program.
//!
//! Facts without any sense stop before the amounts. So a part of the rows is [`sense`] with a fact or two broken, and the
//! test demands that enough rows get as far as an amount.
//!
//! `ADVISQL_FUZZ_SECONDS` sets the time of each function, `ADVISQL_FUZZ_FUNCTION` names one alone.

mod garbage;
mod sense;

use std::sync::Arc;
use std::time::{Duration, Instant};

use advisql_udfs::benefits::all;
use advisql_udfs::benefits::frame::{Argument, Kind, Registered, Unit, Width};
use advisql_udfs::law::Rates;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};

use self::garbage::{Columns, words_by_key};
use self::sense::Sense;
use crate::call::{Answers, invoke};
use crate::oracle::too_large;
use crate::random::Random;

/// Rows of each function when no time is given.
const EVERYDAY_ROWS: usize = 4_000;
/// Rows calculated a second time, each alone.
const ALONE: usize = 8;
/// Of a hundred rows so many must get as far as an amount.
const CALCULATED_PERCENT: usize = 20;

#[test]
fn garbage_stops_rows_and_nothing_else() {
    let seconds = std::env::var("ADVISQL_FUZZ_SECONDS").map(|s| s.parse().unwrap()).ok();
    let laws = [Rates::shipped().unwrap(), sense::every_amount()].map(|rates| all(&rates));
    for (at, registered) in laws[0].iter().enumerate() {
        let name = registered.udf.name();
        if std::env::var("ADVISQL_FUZZ_FUNCTION").is_ok_and(|wanted| wanted != name) {
            continue;
        }
        let mut random = Random::new(7 + at as u64);
        let mut sense = [0, 1].map(|law| Sense::find(&laws[law][at], &mut random));
        let (begun, mut rows, mut calculated) = (Instant::now(), 0, 0);
        let go_on = |rows: usize| match seconds {
            Some(seconds) => begun.elapsed() < Duration::from_secs(seconds),
            None => rows < EVERYDAY_ROWS,
        };
        while go_on(rows) {
            let size = random.pick(&[1, 2, 7, 64, 511, 512, 513, 1_500]);
            // Some functions need an amount that nobody has published.
            let law = usize::from(random.chance(50) || sense[0].is_empty());
            if random.chance(20) {
                sense[law].renew(&laws[law][at], &mut random);
            }
            calculated += batch(&laws[law][at], &sense[law], &mut random, size);
            rows += size;
        }
        let share = 100 * calculated / rows;
        println!("{name}: {rows} rows, {share} % calculated, {:?}", begun.elapsed());
        assert!(share >= CALCULATED_PERCENT, "{name}: {calculated} of {rows} rows calculated");
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

/// One batch of garbage; the rows that were calculated all the same.
fn batch(registered: &Registered, sense: &Sense, random: &mut Random, rows: usize) -> usize {
    let (udf, arguments) = (&registered.udf, registered.declared.arguments());
    let given = Columns::new(arguments, random).arrays(sense, random, rows);
    let types: Vec<DataType> = given.iter().map(|a| a.data_type().clone()).collect();
    let coerced = udf.coerce_types(&types).unwrap();
    let columns: Vec<ArrayRef> = given.iter().zip(&coerced).map(|(a, t)| cast(a, t).unwrap()).collect();
    let field =
        |(a, t): (&Argument, &DataType)| -> FieldRef { Arc::new(Field::new(a.name, t.clone(), true)) };
    let fields: Vec<FieldRef> = arguments.iter().zip(&coerced).map(field).collect();
    let result = invoke(udf, &fields, columns.clone(), rows).unwrap();
    assert_eq!((result.len(), result.null_count()), (rows, 0), "{}", udf.name());
    let names: Vec<&str> = result.as_struct().column_names();
    let narrow = registered.declared.giving(&names, Width::Bits64).unwrap();
    let narrow = invoke(&narrow, &fields, columns.clone(), rows).unwrap();
    assert_eq!(&cast(&narrow, result.data_type()).unwrap(), &result, "{}: of 64 bits", udf.name());
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
