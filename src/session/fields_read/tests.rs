//! One call in the plan, and the same rows as without the rule.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use arrow::util::pretty::pretty_format_batches;
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};

const CALL: &str = "kontanthjaelp(
    period => period, birth_date => born, provider => id % 2 = 0, extra_child_allowance => false, single => true,
    lives_with_parent => false, partner_on_assistance => false, pregnant_past_week_12 => false,
    severe_mental_illness => false, vocational_education => id % 3 = 0, activity_ready => true,
    residence_requirement_met => true, employment_requirement_met => true, work_income => 10 * id, work_hours => 0,
    other_income => 0, spouse_work_income => 0, spouse_work_hours => 0, spouse_other_income => 0, spouse_help => 0)";

/// People of two months, in two partitions.
fn context(rule: bool) -> SessionContext {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    crate::session::functions::register(&context).unwrap();
    if !rule {
        assert!(context.remove_optimizer_rule("benefit_fields_read"));
    }
    let part = |month: i32, first: i64| {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + 60));
        let months: ArrayRef = Arc::new(Date32Array::from_value(month, 60));
        let births: ArrayRef = Arc::new(Date32Array::from_iter((0..60).map(|n| {
            // Every seventh is unknown, some are too young.
            (n % 7 != 0).then_some(n * 250)
        })));
        vec![RecordBatch::try_from_iter([("id", ids), ("period", months), ("born", births)]).unwrap()]
    };
    let parts = vec![part(19_478, 0), part(19_113, 60)];
    let table = datafusion::datasource::MemTable::try_new(parts[0][0].schema(), parts).unwrap();
    context.register_table("people", Arc::new(table)).unwrap();
    context
}

/// Runs a query over `k`, the results of the people, with and without the rule: the rows are the same, and the plan has so
/// many calls.
async fn check(query: &str, calls: usize) {
    let query = query.replace("KS", &format!("(SELECT id, {CALL} AS k FROM people)"));
    let mut rows = Vec::new();
    for rule in [true, false] {
        let frame = context(rule).sql(&query).await.unwrap();
        if rule {
            let plan = frame.clone().create_physical_plan().await.unwrap();
            let plan = displayable(plan.as_ref()).indent(false).to_string();
            let made = plan.matches("kontanthjaelp[").count() + plan.matches("kontanthjaelp(").count();
            assert_eq!(made, calls, "{query}\n{plan}");
        }
        let batches = frame.collect().await.unwrap();
        let mut lines: Vec<String> =
            pretty_format_batches(&batches).unwrap().to_string().lines().map(String::from).collect();
        assert!(lines.len() > 4, "{query} has no rows");
        if !query.ends_with("ordered") {
            lines.sort();
        }
        rows.push(lines);
    }
    assert_eq!(rows[0], rows[1], "{query}");
}

#[tokio::test]
async fn a_filter_shares_the_call_with_what_is_above_it() {
    check("SELECT k['gross'] FROM KS WHERE k['gross'] > 10000", 1).await;
    check("SELECT id, k['gross'], k['missing'] FROM KS WHERE k['rule_id'] IS NOT NULL", 1).await;
    check("SELECT id, k FROM KS WHERE k['gross'] > 10000", 1).await;
    check("SELECT k['gross'] FROM (SELECT * FROM KS WHERE k['gross'] > 100) WHERE k['base_rate'] < 20000", 1)
        .await;
    check("SELECT c.k['gross'] FROM (SELECT * FROM KS) AS c WHERE c.k['base_rate'] > 10000 AND c.id > 3", 1)
        .await;
}

#[tokio::test]
async fn so_does_an_order() {
    check("SELECT id, k['gross'] FROM KS ORDER BY k['base_rate'], id -- ordered", 1).await;
    check(
        "SELECT id, k['gross'] FROM KS WHERE k['supplement'] = 0 ORDER BY k['base_rate'], id -- ordered",
        1,
    )
    .await;
    check(
        "SELECT id, k['missing'] FROM KS WHERE k['gross'] > 0 ORDER BY k['base_rate'], id LIMIT 7 -- ordered",
        1,
    )
    .await;
}

#[tokio::test]
async fn so_do_sums_and_windows() {
    check(
        "SELECT k['rule_id'], sum(k['base_rate']) FROM KS WHERE k['gross'] > 10000 GROUP BY k['rule_id']",
        1,
    )
    .await;
    check(
        "SELECT sum(k['base_rate']), sum(k['gross']) FILTER (WHERE k['supplement'] = 0) FROM KS
         WHERE k['gross'] IS NOT NULL HAVING sum(k['gross']) > 0",
        1,
    )
    .await;
    check(
        "SELECT id, k['gross'], sum(k['gross']) OVER (PARTITION BY k['rule_id']) FROM KS
         WHERE k['base_rate'] > 5000",
        1,
    )
    .await;
}

#[tokio::test]
async fn so_do_joins() {
    check(
        "SELECT a.id, k['gross'] FROM KS AS a JOIN people AS b ON a.id = b.id AND k['base_rate'] > b.id",
        1,
    )
    .await;
    check(
        "SELECT b.id, k['gross'] FROM people AS b LEFT JOIN KS AS a ON a.id = b.id AND k['gross'] > 10000",
        1,
    )
    .await;
    check(
        "SELECT id, k['gross'] FROM KS WHERE k['base_rate'] > 9000 AND id IN (SELECT id + 1 FROM people)",
        1,
    )
    .await;
    // One call a side.
    check(
        "SELECT a.id, a.k['gross'], b.k['missing'] FROM KS AS a JOIN KS AS b ON a.id = b.id + 1
         WHERE a.k['gross'] > 10000 AND b.k['rule_id'] IS NOT NULL",
        2,
    )
    .await;
}

#[tokio::test]
async fn a_call_that_only_some_rows_need_is_not_made_for_all() {
    let some = "CASE WHEN id % 5 = 0 THEN k['missing'] END";
    check(&format!("SELECT id, {some} FROM KS WHERE k['gross'] IS NULL"), 1).await;
    check(&format!("SELECT id, {some} FROM KS"), 1).await;
    check(&format!("SELECT id, k['gross'] FROM KS WHERE {some} IS NULL"), 2).await;
}

#[tokio::test]
async fn a_call_of_other_facts_is_another_call() {
    check(
        "SELECT id, kontanthjaelp(period, born, true)['base_rate'] AS with_children FROM people
         WHERE kontanthjaelp(period, born, false)['missing'] IS NOT NULL",
        2,
    )
    .await;
}

/// A session with the people, in which results that are only added up have decimals of 64 bits.
async fn engine() -> crate::Engine {
    let engine = crate::EngineBuilder::new().threads(2).build().await.unwrap();
    let table = context(true).table_provider("people").await.unwrap();
    engine.context().register_table("people", table).unwrap();
    engine
}

/// Runs a query with every rule and with none, and gives whether its call gives decimals of 64 bits.
async fn summed(query: &str) -> bool {
    let query = query.replace("KS", &format!("(SELECT id, {CALL} AS k FROM people)"));
    let frame = engine().await.sql(&query).await.unwrap();
    // In full: what an aggregate reads is shown by its name alone.
    let plan = format!("{:?}", frame.clone().create_physical_plan().await.unwrap());
    let plain = context(false).sql(&query).await.unwrap();
    assert_eq!(frame.schema().as_arrow(), plain.schema().as_arrow(), "{query}");
    assert_eq!(frame.collect().await.unwrap(), plain.collect().await.unwrap(), "{query}");
    plan.contains(" of 64 bits]")
}

#[tokio::test]
async fn what_is_only_added_up_has_decimals_of_64_bits() {
    for query in [
        "SELECT sum(k['gross']) FROM KS",
        "SELECT sum(k['gross']) * 100, sum(k['base_rate']), count(k['gross']), count(*) FROM KS",
        "SELECT sum(k['gross']), count(k['missing']), sum(id), max(id) FILTER (WHERE id % 3 = 0) FROM KS",
        "SELECT sum(k['gross']) FILTER (WHERE id % 3 = 0) FROM KS WHERE id % 2 = 0",
        &format!("SELECT sum({CALL}['gross']), sum(id) FROM people"),
        "SELECT sum(gross) FROM (SELECT k['gross'] AS gross FROM KS)",
        "SELECT sum(gross) FROM (SELECT k['gross'] AS gross, id FROM KS WHERE id > 3) WHERE id % 3 = 0",
    ] {
        assert!(summed(query).await, "{query}");
    }
}

#[tokio::test]
async fn what_is_read_otherwise_has_those_of_128() {
    for query in [
        "SELECT sum(gross), min(gross) FROM (SELECT k['gross'] AS gross FROM KS)",
        "SELECT sum(k['gross']), max(k['gross']) FROM KS",
        "SELECT sum(DISTINCT k['gross']), sum(k['base_rate']) FROM KS",
        "SELECT count(DISTINCT k['gross']), sum(k['base_rate']) FROM KS",
        "SELECT sum(k['gross'] * 2) FROM KS",
        "SELECT sum(k['gross']) FILTER (WHERE k['base_rate'] > 5000) FROM KS",
        "SELECT sum(k['gross']) FROM KS WHERE k['base_rate'] > 5000",
        "SELECT avg(k['gross']) FROM KS",
        "SELECT array_agg(k['gross'] ORDER BY id) IS NULL, sum(k['gross']) FROM KS",
        "SELECT k['gross'] IS NULL AS unknown, sum(k['gross']) FROM KS GROUP BY k['gross'] IS NULL ORDER BY 1",
        "SELECT sum(coalesce(k['gross'], 1)) FROM KS",
    ] {
        assert!(!summed(query).await, "{query}");
    }
}
