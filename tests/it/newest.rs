//! `newest.<table>` against the same question as a join of the table with itself, over files that follow each
//! other and files that overlap.

use advisql::EngineBuilder;
use advisql::store::Store;
use serde_json::{Value, json};

use super::pipeline_fixture::*;

/// The first registrations of some cases, or the one or two that correct those of most of them.
fn cases(from: i64, to: i64, corrections: bool) -> Vec<Value> {
    let all = (from..to).flat_map(|id| {
        let registered = move |n: i64| {
            let stopped = if n == 1 { json!(null) } else { json!("2023-03-01") };
            let at = format!("2022-12-2{n}T10:00:00Z");
            case(id, id, json!({ "registered_at": at, "stopped_from": stopped }))
        };
        let numbers = if corrections { 2..=1 + id % 3 } else { 1..=1 };
        numbers.map(registered).collect::<Vec<_>>()
    });
    all.collect()
}

async fn query(store: &Store, threads: usize, sql: &str) -> Vec<Vec<String>> {
    let engine = EngineBuilder::new().open_store(store.clone()).threads(threads).build().await.unwrap();
    table(&engine.sql(sql).await.unwrap().collect().await.unwrap())
}

async fn agree(store: &Store, strategy: &str) {
    let columns = "case_id, stopped_from, registered_at";
    let joined = format!(
        "SELECT {columns} FROM cases AS t WHERE NOT EXISTS (SELECT 1 FROM cases AS later \
         WHERE later.case_id = t.case_id AND later.registered_at > t.registered_at) ORDER BY case_id"
    );
    let expected = query(store, 2, &joined).await;
    assert!(expected.len() > 50 && expected.iter().any(|row| row[1] == "2023-03-01"));
    for threads in [1, 2, 7] {
        assert_eq!(
            query(store, threads, &format!("SELECT {columns} FROM newest.cases ORDER BY case_id")).await,
            expected
        );
        // The filter holds for older registrations of cases that are stopped in the newest one.
        let running = "SELECT case_id FROM newest.cases WHERE stopped_from IS NULL ORDER BY case_id";
        let rows = expected.iter().filter(|row| row[1] != "2023-03-01").map(|row| vec![row[0].clone()]);
        assert_eq!(query(store, threads, running).await, rows.collect::<Vec<_>>());
        let one = "SELECT count(*) FROM newest.cases WHERE case_id = 5";
        assert_eq!(query(store, threads, one).await, [["1"]]);
        let none = "SELECT count(*) FROM newest.cases WHERE case_id = 5000";
        assert_eq!(query(store, threads, none).await, [["0"]]);
    }
    let plan = query(store, 2, "EXPLAIN SELECT case_id FROM newest.cases").await.concat().concat();
    assert!(plan.contains(strategy), "{plan}");
}

#[tokio::test]
async fn rows_that_no_later_registration_replaces() {
    // One file; then a second one that follows it.
    let chain = store(&[("cases", [cases(1, 60, false), cases(1, 60, true)].concat())]).await;
    agree(&chain, "NewestExec").await;
    deliver(&chain, &[("cases", [cases(60, 90, false), cases(60, 90, true)].concat())]).await;
    agree(&chain, "NewestExec").await;
    // Corrections of earlier cases in a file of their own.
    let overlapping = store(&[("cases", cases(1, 60, false))]).await;
    deliver(&overlapping, &[("cases", cases(1, 60, true))]).await;
    agree(&overlapping, "LeftAnti").await;
}

#[tokio::test]
async fn only_tables_that_registrations_correct_are_there() {
    let store = store(&two_citizens()).await;
    let sql =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'newest' ORDER BY table_name";
    let tables = query(&store, 2, sql).await.concat();
    for corrected in ["cases", "case_facts", "persons", "relations", "residences"] {
        assert!(tables.iter().any(|table| table == corrected), "{tables:?}");
    }
    // Income lines add up, and payments are replaced by run.
    for other in ["incomes", "payments", "sys_checks", "simulated_payments"] {
        assert!(!tables.iter().any(|table| table == other), "{tables:?}");
    }
}
