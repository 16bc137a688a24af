//! Decisions that a case's facts name and the month-end counts: child support, a spouse who opted out, the 225-hour rule.

use advisql::pipeline::RunStatus;
use serde_json::{Value, json};

use crate::pipeline_fixture::{case, facts, income, person, query, run, store, v1};

const STEPS: &str = "SELECT base_rate + supplement, child_support_supplement, reduction_225, spouse_deduction, gross, \
                     missing FROM calculations ORDER BY case_id";

/// Runs the month for two cases of citizens born on `born`, whose facts differ in `decision` only; the steps of each.
async fn with_and_without(
    born: &str,
    common: Value,
    decision: Value,
    incomes: Vec<Value>,
) -> [Vec<String>; 2] {
    let mut decided = common.clone();
    decided.as_object_mut().unwrap().extend(decision.as_object().unwrap().clone());
    let store = store(&[
        ("incomes", incomes),
        ("persons", [1, 2].map(|id| person(id, json!({ "birth_date": born }))).to_vec()),
        ("cases", [1, 2].map(|id| case(id, id, json!({}))).to_vec()),
        ("case_facts", vec![facts(1, common), facts(2, decided)]),
    ])
    .await;
    let run = run(&store, &v1(), false).await;
    assert_eq!(run.report.status, RunStatus::Published, "{:?}", run.report.failed().collect::<Vec<_>>());
    query(&store, STEPS).await.try_into().unwrap()
}

fn differing(steps: &[Vec<String>; 2]) -> Vec<(&str, &str)> {
    let pairs = steps[0].iter().zip(&steps[1]).map(|(a, b)| (a.as_str(), b.as_str()));
    pairs.filter(|(a, b)| a != b).collect()
}

#[tokio::test]
async fn the_225_hour_rule_reduces_the_help() {
    let steps =
        with_and_without("1980-01-01", json!({}), json!({ "reduction_225": "1200.00" }), vec![]).await;
    assert_eq!(differing(&steps), [("0.00", "-1200.00"), ("15874.00", "14674.00")]);
}

#[tokio::test]
async fn child_support_is_added_up_to_its_maximum() {
    let young = json!({ "provider": false, "children_at_home": 0 });
    let steps = with_and_without("1998-01-01", young, json!({ "child_support": "300.00" }), vec![]).await;
    let (without, with) = (&steps[0], &steps[1]);
    assert_eq!((without[1].as_str(), with[1].as_str()), ("0.00", "300.00"), "{steps:?}");
    let oere = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    assert_eq!(oere(&with[4]), oere(&without[4]) + 30_000, "{steps:?}");
}

#[tokio::test]
async fn what_the_law_does_not_say_about_child_support_is_withheld() {
    let steps = with_and_without("1980-01-01", json!({}), json!({ "child_support": "300.00" }), vec![]).await;
    assert_eq!(steps[1][4], "-");
    assert!(steps[1][5].contains("child support"), "{steps:?}");
}

/// The income of a spouse who opted out counts from the rate of § 25(2) on (§ 30(2)); of any other spouse all of it that
/// is not help.
#[tokio::test]
async fn the_income_of_a_spouse_who_opted_out_counts_above_a_rate() {
    let married = json!({ "single": false, "spouse_person_id": 3 });
    let pension = income(3, "pension", "20000.00", json!({}));
    let steps =
        with_and_without("1980-01-01", married, json!({ "spouse_opted_out": true }), vec![pension]).await;
    assert_eq!((steps[0][3].as_str(), steps[1][3].as_str()), ("-15874.00", "-4126.00"), "{steps:?}");
    assert_eq!(steps[1][4], "11748.00");
}
