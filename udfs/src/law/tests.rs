//! The functions of the law and the rates of a store, with what may be missing.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field};
use datafusion_common::config::ConfigOptions;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs};

use super::{Rates, day, functions};

/// What the function gives for arguments as its signature would hand them over.
fn call(name: &str, args: Vec<ColumnarValue>, rows: usize) -> Result<ColumnarValue> {
    let rates = Rates::shipped().unwrap();
    let function = functions(&rates).into_iter().find(|f| f.name() == name).unwrap();
    let types: Vec<DataType> = args.iter().map(ColumnarValue::data_type).collect();
    let field = |(i, t): (usize, &DataType)| Arc::new(Field::new(format!("a{i}"), t.clone(), true));
    function.invoke_with_args(ScalarFunctionArgs {
        arg_fields: types.iter().enumerate().map(field).collect(),
        return_field: Arc::new(Field::new("r", function.return_type(&types)?, true)),
        args,
        number_rows: rows,
        config_options: Arc::new(ConfigOptions::default()),
    })
}

fn texts(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(StringArray::from(values.to_vec())))
}

fn days(values: &[Option<&str>]) -> ColumnarValue {
    let days = values.iter().map(|text| text.and_then(day::parse));
    ColumnarValue::Array(Arc::new(days.collect::<Date32Array>()))
}

fn text(value: &str) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::from(value))
}

#[test]
fn a_question_with_a_part_missing_has_no_answer() {
    let (benefit, parameter, on) = ("kontanthjaelp", "age_30_plus_provider", "2023-05-01");
    let rows = |absent: usize, value: &'static str| -> Vec<Option<&'static str>> {
        (0..4).map(|row| (row != absent).then_some(value)).collect()
    };
    let args = vec![texts(&rows(0, benefit)), texts(&rows(1, parameter)), days(&rows(2, on))];
    for name in ["rate", "try_rate"] {
        let given = call(name, args.clone(), 4).unwrap().to_array(4).unwrap();
        let given: Vec<Option<i128>> = given.as_primitive::<Decimal128Type>().iter().collect();
        assert_eq!(given, [None, None, None, Some(1_587_400)], "{name}");
    }
    let given = call("rate_status", args.clone(), 4).unwrap().to_array(4).unwrap();
    let given: Vec<Option<&str>> = given.as_string_view().iter().collect();
    assert_eq!(given, [None, None, None, Some("published")]);
    for name in ["rate", "try_rate", "rate_status"] {
        let on = ColumnarValue::Scalar(ScalarValue::Date32(day::parse(on)));
        let given = call(name, vec![text(benefit), text(parameter), on], 4).unwrap();
        assert!(matches!(given, ColumnarValue::Scalar(value) if !value.is_null()), "{name}");
    }
    let error = call("rate_status", args[..2].to_vec(), 4).unwrap_err().to_string();
    assert!(error.contains("takes benefit, parameter and date"), "{error}");
}

#[test]
fn what_rate_refuses_is_unknown_to_try_rate() {
    for (parameter, on) in [("age_30_plus_provider", "2030-01-01"), ("no_such_rate", "2023-05-01")] {
        let args = vec![text("kontanthjaelp"), text(parameter), days(&[Some(on), Some(on)])];
        let given = call("try_rate", args.clone(), 2).unwrap().to_array(2).unwrap();
        assert_eq!(given.null_count(), 2, "{parameter}");
        assert!(call("rate", args, 2).is_err(), "{parameter}");
    }
}

#[test]
fn rounding_leaves_what_is_unknown_unknown() {
    let amounts = Decimal128Array::from(vec![Some(150), None, Some(249), Some(251)]);
    let amounts = ColumnarValue::Array(Arc::new(amounts.with_precision_and_scale(12, 2).unwrap()));
    let rule = Some("krone_nearest");
    let given = call("round_law", vec![amounts.clone(), texts(&[rule, rule, None, rule])], 4).unwrap();
    let given = given.to_array(4).unwrap();
    assert_eq!(
        given.as_primitive::<Decimal128Type>().iter().collect::<Vec<_>>(),
        [Some(200), None, None, Some(300)]
    );
    let one = ColumnarValue::Scalar(ScalarValue::Decimal128(Some(249), 12, 2));
    let given = call("round_law", vec![one, text("krone_nearest")], 4).unwrap();
    assert!(matches!(given, ColumnarValue::Scalar(ScalarValue::Decimal128(Some(200), 12, 2))), "{given:?}");
    let error = call("round_law", vec![amounts, text("upwards")], 4).unwrap_err().to_string();
    assert!(error.contains("upwards"), "{error}");
}

#[test]
fn equal_functions_have_equal_rates() {
    let shipped = functions(&Rates::shipped().unwrap());
    let again = functions(&Rates::shipped().unwrap());
    let row = super::RateRow { amount: 1, ..Rates::shipped().unwrap().rows()[0].clone() };
    let other = functions(&Rates::shipped().unwrap().overlaid(&[row]).unwrap());
    for (i, function) in shipped.iter().enumerate() {
        assert_eq!(function, &again[i]);
        // Rounding knows no rates.
        assert_eq!(function == &other[i], function.name() == "round_law", "{}", function.name());
        assert_eq!(hash(function), hash(&again[i]));
        assert_eq!(hash(function) == hash(&other[i]), function == &other[i], "{}", function.name());
    }
    assert_ne!(shipped[0], shipped[1]);
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// One rate of a store's table.
fn stored(amount: Option<i128>, from: Option<&str>, note: Option<&str>) -> RecordBatch {
    let text = |value: Option<&str>| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let day = |value: Option<&str>| {
        Arc::new(arrow::array::PrimitiveArray::<Date32Type>::from(vec![value.and_then(day::parse)]))
            as ArrayRef
    };
    let amount = Decimal128Array::from(vec![amount]).with_precision_and_scale(14, 4).unwrap();
    RecordBatch::try_from_iter_with_nullable([
        ("benefit", text(Some("kontanthjaelp")), true),
        ("parameter", text(Some("age_30_plus_provider")), true),
        ("law_ref", text(Some("§ 25")), true),
        ("amount", Arc::new(amount) as ArrayRef, true),
        ("unit", text(Some("dkk_per_month")), true),
        ("valid_from", day(from), true),
        ("valid_to", day(Some("2040-01-01")), true),
        ("status", text(Some("published")), true),
        ("source", text(Some("https://example.org")), true),
        ("note", text(note), true),
    ])
    .unwrap()
}

#[test]
fn amounts_of_a_law_text_or_an_agreement_are_never_in_force() {
    for (name, status, refused) in [
        ("base_amount", super::Status::Published, true),
        ("base_amount", super::Status::Derived, true),
        ("base_amount", super::Status::Base, false),
        ("agreement_level_2025", super::Status::Published, true),
        ("agreement_level_2025", super::Status::Derived, true),
        ("level_2025", super::Status::Published, false),
    ] {
        let file = format!(
            "benefit,parameter,law_ref,amount,unit,valid_from,valid_to,status,source,note\n\
             parameter,{name},§ 1,1,dkk_per_month,2020-01-01,2021-01-01,{},a test,\n",
            status.as_str()
        );
        let read = Rates::read_rows("a test", &file);
        assert_eq!(read.is_err(), refused, "{name} {status:?}");
        let text = read.map_or_else(|e| e.to_string(), |_| String::new());
        assert_eq!(text.contains("is a base or agreement amount and cannot be"), refused, "{text}");
    }
}

#[test]
fn a_rate_of_the_store_needs_its_amount_and_days() {
    let rates = Rates::with_overlay(&[stored(Some(1_000_000), Some("2039-01-01"), None)], false).unwrap();
    let row = rates.row("kontanthjaelp", "age_30_plus_provider", day::parse("2039-06-01").unwrap()).unwrap();
    assert_eq!((row.amount, row.note.as_deref()), (1_000_000, None));
    for batch in [stored(None, Some("2039-01-01"), Some("n")), stored(Some(1), None, Some("n"))] {
        let error = Rates::with_overlay(&[batch], false).unwrap_err().to_string();
        assert!(error.contains("amount, valid_from or valid_to is missing"), "{error}");
    }
}
