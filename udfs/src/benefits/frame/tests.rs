//! The frame under a small benefit: a published rate per day less the wage, with a word and a named parameter.

mod bounds_tests;
mod outcome_tests;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, DictionaryArray, Int64Array, StringArray,
    StringViewArray, StructArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Field as ArrowField, Int32Type, Int64Type};
use datafusion_common::ScalarValue;
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};

use super::*;
use crate::documentation::Example;
use crate::law::{Rates, day};

rates! {
    RATE = "kontanthjaelp" / "age_30_plus_provider";
    EXTRA = "parameter" / "frame_test_supplement";
}
rule_ids! {
    FULL = "kh_30_provider";
}
gaps! {
    REFUSED = "rule: the household gets another benefit";
}
roundings! {
    KRONE = "krone_nearest";
}
fields! {
    steps {
        BASE = "base_rate", "The rate.";
        DEDUCTION = "wage_deduction", "Half of the wage, zero or negative.";
    }
    details {
        CHILDREN = "children": Unit::Whole, "As given.";
        HOUSEHOLD = "household": Unit::Word(Household::WORDS), "As given.";
    }
}
words! {
    /// Who lives together.
    pub enum Household {
        /// One adult.
        Single = "single",
        /// Two adults.
        Couple = "a couple with a long name",
        /// Refused.
        Other = "other",
    }
}
facts! {
    /// The facts.
    pub struct TestFacts {
        needed {
            /// First day of the month.
            period: Month,
        }
        given {
            /// Wage of the month.
            wage: Amount,
            /// Who lives together.
            household: Household,
            /// Number of children.
            children: Count,
        }
    }
}

#[derive(Debug)]
struct TestBenefit;

impl Benefit<COUNT> for TestBenefit {
    type Facts = TestFacts;
    const SPEC: &'static Spec = &Spec {
        name: "frame_test",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: ROUNDINGS,
        versions: &[
            LawVersion { from: day::from_civil(2014, 1, 1), name: "old" },
            LawVersion { from: day::from_civil(2016, 1, 1), name: "new" },
        ],
        until: day::from_civil(2025, 7, 1),
        doc: "A test.",
        source: "definition",
        example: Example { sql: "SELECT 1 AS one", column: "one", value: "1" },
    };

    fn assess(facts: &TestFacts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        if let Some(children) = facts.children {
            out.set(CHILDREN, children);
        }
        let household = out.need(facts.household, arg::household);
        let wage = out.need(facts.wage, arg::wage);
        let rate = out.oere(law, RATE);
        let household = household?;
        out.set(HOUSEHOLD, household as i64);
        if household == Household::Other {
            out.stop(REFUSED);
        }
        let extra = if household == Household::Couple { out.oere(law, EXTRA) } else { Some(0) };
        out.rule(FULL);
        let base = rate? + extra?;
        out.set(BASE, base);
        let half = out.round(law, KRONE, math::Ratio::over(i128::from(wage?), 2))?;
        out.set(DEDUCTION, -half.min(base));
        Some(())
    }
}

type Function = BenefitFunction<TestBenefit, COUNT>;

fn function() -> Function {
    Function::new(&Rates::shipped().unwrap())
}

fn call(function: &Function, args: Vec<ColumnarValue>, rows: usize) -> ColumnarValue {
    let types: Vec<DataType> = args.iter().map(ColumnarValue::data_type).collect();
    function.coerce_types(&types).unwrap();
    let return_type = function.return_type(&types).unwrap();
    let result = function
        .invoke_with_args(ScalarFunctionArgs {
            arg_fields: types.iter().map(|t| Arc::new(ArrowField::new("a", t.clone(), true))).collect(),
            args,
            number_rows: rows,
            return_field: Arc::new(ArrowField::new("r", return_type.clone(), true)),
            config_options: Arc::new(ConfigOptions::default()),
        })
        .unwrap();
    assert_eq!(result.data_type(), return_type);
    result
}

fn rows(result: ColumnarValue) -> StructArray {
    match result {
        ColumnarValue::Array(array) => array.as_struct().clone(),
        ColumnarValue::Scalar(value) => value.to_array().unwrap().as_struct().clone(),
    }
}

fn on(text: &str) -> i32 {
    day::parse(text).unwrap()
}

fn money(values: &[Option<i128>]) -> ArrayRef {
    let array: Decimal128Array = values.iter().copied().collect();
    Arc::new(array.with_precision_and_scale(38, 2).unwrap())
}

fn text<'a>(result: &'a StructArray, name: &str, row: usize) -> Option<&'a str> {
    let column = result.column_by_name(name).unwrap().as_string_view();
    column.is_valid(row).then(|| column.value(row))
}

fn amount(result: &StructArray, name: &str, row: usize) -> Option<i128> {
    let column = result.column_by_name(name).unwrap().as_primitive::<Decimal128Type>();
    column.is_valid(row).then(|| column.value(row))
}

/// Period, wage, household, children; then the expected gross and `missing`.
type Line = (Option<i32>, Option<i128>, Option<&'static str>, Option<i64>, Option<i128>, &'static str);

/// Rows of every sort: each with what it should give.
fn table() -> Vec<Line> {
    let may = Some(on("2023-05-01"));
    vec![
        (may, Some(100_001), Some("single"), Some(2), Some(1_587_400 - 50_000), ""),
        (may, Some(0), Some("single"), None, Some(1_587_400), ""),
        (may, Some(99_999_999), Some("single"), None, Some(0), ""),
        (may, None, Some("single"), None, None, "wage"),
        (may, None, None, None, None, "wage; household"),
        (may, Some(0), Some("other"), None, None, "rule: the household gets another benefit"),
        (
            may,
            Some(0),
            Some("a couple with a long name"),
            None,
            None,
            "parameter frame_test_supplement at 2023-05-01: no row",
        ),
        (
            may,
            Some(0),
            Some("triple"),
            None,
            None,
            "error: household is none of single, a couple with a long name, other",
        ),
        (None, Some(0), Some("single"), None, None, "period"),
        (
            Some(on("2023-05-02")),
            Some(-1),
            Some("single"),
            Some(-1),
            None,
            "error: period is not the first day of a month before 2200; \
             error: wage is negative or larger than DECIMAL(12,2) holds; \
             error: children is negative or more than a million",
        ),
        (
            may,
            Some(i128::MAX),
            Some("single"),
            None,
            None,
            "error: wage is negative or larger than DECIMAL(12,2) holds",
        ),
        (
            Some(i32::MAX),
            Some(0),
            Some("single"),
            None,
            None,
            "error: period is not the first day of a month before 2200",
        ),
        (
            Some(i32::MIN),
            Some(0),
            Some("single"),
            None,
            None,
            "error: period is not the first day of a month before 2200",
        ),
        (Some(on("2013-12-01")), Some(0), Some("single"), None, None, "no law: before 2014-01-01"),
        (Some(on("2025-07-01")), Some(0), Some("single"), None, None, "no law: from 2025-07-01 on"),
    ]
}

fn arguments(times: usize) -> Vec<ArrayRef> {
    let all: Vec<_> = (0..times).flat_map(|_| table()).collect();
    vec![
        Arc::new(all.iter().map(|r| r.0).collect::<Date32Array>()),
        money(&all.iter().map(|r| r.1).collect::<Vec<_>>()),
        Arc::new(all.iter().map(|r| r.2).collect::<StringViewArray>()),
        Arc::new(all.iter().map(|r| r.3).collect::<Int64Array>()),
    ]
}

fn check(result: &StructArray) {
    for row in 0..result.len() {
        let all = table();
        let expected = &all[row % all.len()];
        assert_eq!(amount(result, "gross", row), expected.4, "row {row}: {expected:?}");
        assert_eq!(text(result, "missing", row).unwrap_or_default(), expected.5, "row {row}");
        if let Some(gross) = expected.4 {
            let steps = ["base_rate", "wage_deduction"].map(|name| amount(result, name, row).unwrap());
            assert_eq!(steps.iter().sum::<i128>(), gross);
            assert_eq!(text(result, "rule_id", row), Some("kh_30_provider"));
            assert_eq!(text(result, "law_version", row), Some("new"));
            assert_eq!(
                text(result, "rates_used", row),
                Some("kontanthjaelp/age_30_plus_provider@2023-01-01")
            );
            assert_eq!(text(result, "household", row), Some("single"));
        }
    }
    let children = result.column_by_name("children").unwrap().as_primitive::<Int64Type>();
    assert!(children.is_valid(0) && children.value(0) == 2 && children.is_null(1));
}

#[test]
fn every_sort_of_row_gives_its_amount_or_its_reason() {
    let args = arguments(100);
    let length = args[0].len();
    let result = call(&function(), args.into_iter().map(ColumnarValue::Array).collect(), length);
    check(&rows(result));
}

#[test]
fn slices_dictionaries_and_other_texts_give_the_same() {
    let function = function();
    let args = arguments(3);
    let (cycle, whole) = (args[0].len() / 3, args[0].len());
    let plain = args[2].as_string_view().iter().collect::<StringArray>();
    let dictionary: DictionaryArray<Int32Type> = args[2].as_string_view().iter().collect();
    for texts in [Arc::new(plain) as ArrayRef, Arc::new(dictionary), Arc::clone(&args[2])] {
        let columns = [&args[0], &args[1], &texts, &args[3]];
        let sliced = columns.map(|c| ColumnarValue::Array(c.slice(cycle, whole - cycle)));
        check(&rows(call(&function, sliced.to_vec(), whole - cycle)));
    }
}

#[test]
fn scalars_give_a_scalar_and_no_rows_give_no_rows() {
    let function = function();
    let given = |amount: Option<i128>| {
        vec![
            ColumnarValue::Scalar(ScalarValue::Date32(Some(on("2015-05-01")))),
            ColumnarValue::Scalar(ScalarValue::Decimal128(amount, 12, 2)),
            ColumnarValue::Scalar(ScalarValue::Utf8View(Some("single".into()))),
        ]
    };
    let result = call(&function, given(Some(0)), 7);
    assert!(matches!(result, ColumnarValue::Scalar(_)));
    let result = rows(result);
    assert_eq!((result.len(), text(&result, "law_version", 0)), (1, Some("old")));
    assert_eq!(text(&rows(call(&function, given(None), 1)), "missing", 0), Some("wage"));
    let none = ColumnarValue::Array(Arc::new(Date32Array::from(Vec::<i32>::new())));
    assert_eq!(rows(call(&function, vec![none], 0)).len(), 0);
    let mixed = vec![
        ColumnarValue::Scalar(ScalarValue::Date32(Some(on("2023-05-01")))),
        ColumnarValue::Array(arguments(1).swap_remove(1)),
    ];
    assert_eq!(text(&rows(call(&function, mixed, 15)), "missing", 14), Some("household"));
}

#[test]
fn a_function_that_gives_few_fields_gives_the_same_in_those() {
    let args: Vec<_> = arguments(2).into_iter().map(ColumnarValue::Array).collect();
    let length = arguments(2)[0].len();
    let whole = rows(call(&function(), args.clone(), length));
    let names = whole.column_names();
    for wanted in [vec!["gross"], vec!["missing", "base_rate"], vec!["derived_rates_used", "law_version"]] {
        let few = function().giving(&wanted, Width::Bits128).unwrap();
        assert_ne!(few, function());
        let few = rows(call(&few, args.clone(), length));
        let order: Vec<&str> = names.iter().copied().filter(|n| wanted.contains(n)).collect();
        assert_eq!(few.column_names(), order);
        for name in wanted {
            assert_eq!(few.column_by_name(name), whole.column_by_name(name), "{name}");
        }
    }
    assert!(function().giving(&["net"], Width::Bits128).is_none());
}

#[test]
fn the_plain_function_says_the_same_in_words() {
    let book = Book::new(TestBenefit::SPEC, &Rates::shipped().unwrap());
    let period = on("2023-05-01");
    let facts = TestFacts { period, wage: None, household: Some(Household::Single), children: None };
    let outcome = TestBenefit::outcome(&facts, book.on(period).unwrap());
    assert_eq!((outcome.gross(), outcome.get(BASE)), (None, Some(1_587_400)));
    let words = explain(&book, TestFacts::ARGUMENTS, period, &outcome);
    assert_eq!((words.missing.as_str(), words.law_version), ("wage", Some("new")));
    assert!(book.on(on("2013-12-31")).is_none() && book.on(on("2025-07-01")).is_none());
}

#[test]
fn every_day_is_in_the_stretch_that_covers_it() {
    let rates = Rates::shipped().unwrap();
    let book = Book::new(TestBenefit::SPEC, &rates);
    for day in (on("2008-01-01")..on("2032-01-01")).chain([i32::MIN, -1, 0, day::OPEN_END, i32::MAX]) {
        let law = book.stretch(day);
        assert!(law.from <= day && (day < law.to || law.to == i32::MAX), "{day}");
        let row = rates.lookup("kontanthjaelp", "age_30_plus_provider", day).ok();
        assert_eq!(law.units(RATE), row.map(|r| r.amount), "{}", day::format(day));
    }
}

#[test]
fn the_days_that_begin_a_month_are_those_of_the_calendar() {
    let (first, end) = (day::from_civil(1800, 1, 1), day::OPEN_END);
    for on in first..end {
        assert_eq!(super::kind::first_of_a_month(i64::from(on)), day::to_civil(on).2 == 1, "{on}");
    }
    for on in [i64::MIN, i64::from(first) - 31, i64::from(first) - 1, i64::from(end), i64::MAX] {
        assert!(!super::kind::first_of_a_month(on), "{on}");
    }
}
