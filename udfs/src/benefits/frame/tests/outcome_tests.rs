//! What the frame itself stops, and what makes two functions different.

use std::hash::{DefaultHasher, Hash, Hasher};

use datafusion_expr::ScalarUDFImpl;

use super::super::outcome::Stopped;
use super::super::texts::{KEPT, Texts};
use super::*;
use crate::law::RateRow;

/// The rate of the test in 2023 in units of 1/10 000.
fn with_rate(amount: i64) -> Arc<Rates> {
    let shipped = Rates::shipped().unwrap();
    let row = shipped.lookup("kontanthjaelp", "age_30_plus_provider", on("2023-05-01")).unwrap();
    shipped.overlaid(&[RateRow { amount, ..row.clone() }]).unwrap()
}

fn missing(rates: &Arc<Rates>, facts: &TestFacts) -> String {
    let book = Book::new(TestBenefit::SPEC, rates);
    let outcome = TestBenefit::outcome(facts, book.on(facts.period).unwrap());
    assert_eq!(outcome.gross().is_none(), !outcome.stopped().is_empty());
    explain(&book, TestFacts::ARGUMENTS, facts.period, &outcome).missing
}

#[test]
fn a_rate_in_parts_of_an_oere_is_no_amount() {
    let facts = TestFacts {
        period: on("2023-05-01"),
        wage: Some(0),
        household: Some(Household::Single),
        children: None,
    };
    assert_eq!(missing(&with_rate(158_740_000), &facts), "");
    assert_eq!(missing(&with_rate(158_740_100), &facts), "");
    assert_eq!(missing(&with_rate(158_740_001), &facts), "error: a rate is not an amount in whole øre");
    let most = crate::law::money::MAX_OERE;
    let all = TestFacts { wage: Some(most), ..facts };
    assert_eq!(missing(&with_rate(158_740_000), &all), "");
}

#[test]
fn an_amount_that_is_no_amount_stops() {
    let book = Book::new(TestBenefit::SPEC, &Rates::shipped().unwrap());
    let law = book.on(on("2023-05-01")).unwrap();
    let mut out = Outcome::<COUNT>::new();
    assert_eq!(out.round(law, KRONE, math::Ratio::over(14_950, 100)), Some(100));
    assert!(!out.is_stopped());
    assert_eq!(out.round(law, KRONE, math::Ratio::over(i128::MAX, 1)), None);
    assert!(out.is_stopped());
}

#[test]
fn a_benefit_that_gives_up_without_a_reason_says_so() {
    let reason = |finished: Option<()>, steps: &[FieldId]| {
        let mut out = Outcome::<COUNT>::new();
        steps.iter().for_each(|step| out.set(*step, 100));
        out.close(finished, STEPS);
        assert_eq!(out.gross(), out.stopped().is_empty().then_some(200));
        out.stopped().gaps
    };
    let no_reason = reason(None, &[BASE, DEDUCTION]);
    assert_eq!(no_reason.count_ones(), 1);
    assert_eq!(reason(Some(()), &[BASE]), no_reason);
    assert_eq!(reason(Some(()), &[]), no_reason);
    assert_eq!(reason(Some(()), &[BASE, DEDUCTION]), 0);
    // A step may be set twice, and details do not count.
    assert_eq!(reason(Some(()), &[BASE, BASE, CHILDREN]), no_reason);
}

#[test]
fn explanations_are_kept_for_the_next_calls_up_to_a_number() {
    let book = Book::new(TestBenefit::SPEC, &Rates::shipped().unwrap());
    let law = book.stretch(on("2023-05-01"));
    let kept = || book.texts.lock().unwrap().len();
    let mut texts = Texts::new(&book, TestFacts::ARGUMENTS);
    // A missing rate is told with its day.
    let stopped = Stopped { rates: 1, ..Stopped::default() };
    for day in 0..KEPT as i32 + 5 {
        assert_eq!(texts.number(law, law.from + day, 0, &stopped, false), day as u32);
        assert_eq!(kept(), KEPT.min(day as usize + 1));
    }
    assert_eq!(texts.number(law, law.from, 0, &stopped, false), 0);
}

#[test]
fn functions_of_other_rates_or_fields_are_others() {
    assert_eq!(function(), function());
    assert_ne!(function(), Function::new(&with_rate(158_740_100)));
    let few = |names: &[&str]| function().giving(names, Width::Bits128).unwrap();
    assert_eq!(few(&["gross", "missing"]), few(&["missing", "gross"]));
    assert_ne!(few(&["gross"]), few(&["missing"]));
    let all = [
        function(),
        few(&["gross"]),
        few(&["missing"]),
        Function::new(&with_rate(158_740_100)),
        Function::new(&with_rate(158_740_000)),
    ];
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        assert_eq!(hash(one) == hash(other), one == other);
    }
    assert_eq!(
        (few(&["missing", "gross"]).name(), function().name()),
        ("frame_test[gross,missing]", "frame_test")
    );
}

#[test]
fn arguments_are_counted_and_their_types_refused_by_name() {
    let types = |given: &[DataType]| function().coerce_types(given).map_err(|e| e.to_string());
    assert_eq!(types(&[DataType::Date32]).unwrap(), [DataType::Date32]);
    let error = types(&[]).unwrap_err();
    assert!(error.contains("frame_test takes 1 to 4 arguments, not 0"), "{error}");
    let error = types(&vec![DataType::Null; 5]).unwrap_err();
    assert!(error.contains("frame_test takes 1 to 4 arguments, not 5"), "{error}");
    let numbers = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Int64));
    let error = types(&[DataType::Date32, DataType::Null, numbers]).unwrap_err();
    assert!(error.contains("household") && error.contains("text"), "{error}");
}

fn hash(function: &Function) -> u64 {
    let mut hasher = DefaultHasher::new();
    function.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn the_reference_says_what_each_argument_and_field_holds() {
    let function = function();
    let reference = function.documentation().unwrap();
    let arguments: Vec<_> =
        reference.arguments.iter().flatten().map(|(n, d)| (n.as_str(), d.as_str())).collect();
    assert_eq!(
        arguments,
        [
            ("period", "Date, first of a month. First day of the month."),
            ("wage", "Kroner, zero or more. Wage of the month."),
            ("household", "One of single, a couple with a long name, other. Who lives together."),
            ("children", "Whole number, 0 to a million. Number of children."),
        ]
    );
    assert_eq!(reference.syntax_example, "frame_test(period, wage, household, children)");
    let returns = "Returns: a struct: base_rate (kroner: The rate.), wage_deduction (kroner: Half of the wage, zero or negative.); \
                   gross (kroner), always base_rate + wage_deduction; children (a whole number: As given.), \
                   household (one of single, a couple with a long name, other: As given.); rule_id";
    assert!(reference.description.contains(returns), "{}", reference.description);
}
