//! The tasks "Manuel godkendelse" that a month-end makes for the cases it withholds.

use advisql::pipeline::{self, RunStatus};
use advisql::store::CompactOptions;
use serde_json::{Value, json};

use crate::pipeline_fixture::*;

/// The task of case 11 in the month of the tests.
const TASK: i64 = 2_023_050_000_000_011;

/// Case 11 lacks a fact, case 12 is paid.
fn one_withheld() -> Vec<(&'static str, Vec<Value>)> {
    let mut tables = two_citizens();
    tables[2].1 = vec![facts(11, json!({ "provider": null })), facts(12, json!({}))];
    tables
}

/// Says that case 11 provides for a child after all.
fn completed() -> Vec<(&'static str, Vec<Value>)> {
    vec![("case_facts", vec![facts(11, json!({ "registered_at": "2023-05-20T10:00:00Z" }))])]
}

fn task(id: i64, changes: Value) -> Value {
    let mut base = json!({
        "task_id": id, "task_type": "Modtag Post", "advis_id": null, "case_id": null, "person_id": 2,
        "benefit": null, "municipality_code": "0751", "created_at": "2023-05-02T09:00:00Z", "due_on": null,
        "must_before_run": false, "package": null, "owner_id": 1, "assigned_by_rule": "birthday_range",
        "registered_at": "2023-05-02T09:00:00Z",
    });
    changes.as_object().unwrap().iter().for_each(|(name, value)| base[name] = value.clone());
    base
}

#[tokio::test]
async fn a_withheld_case_becomes_a_task_and_a_paid_one_does_not() {
    let store = store(&one_withheld()).await;
    let made = run(&store, &v1(), false).await;
    assert_eq!(made.report.status, RunStatus::Published, "{:?}", made.report.failed().collect::<Vec<_>>());
    let columns = "task_id, task_type, advis_id, case_id, person_id, benefit, municipality_code, created_at, due_on, \
                   must_before_run, package, owner_id, assigned_by_rule";
    // The payment day is Wednesday 31 May 2023; it begins at 22:00 UTC the evening before.
    assert_eq!(
        query(&store, &format!("SELECT {columns} FROM tasks")).await,
        [[
            &TASK.to_string(),
            "Manuel godkendelse",
            "-",
            "11",
            "1",
            "kontanthjaelp",
            "0751",
            "2023-05-30T22:00:00Z",
            "2023-05-31",
            "true",
            "Manuel godkendelse",
            "-",
            "package_of_type"
        ]]
    );
    // What the law's list of task types says of it.
    let kind = "SELECT t.must_before_run = k.must_before_run FROM tasks AS t \
                LEFT JOIN law.task_types AS k ON k.name_da = t.task_type";
    assert_eq!(query(&store, kind).await, [["true"]]);
    let backlog = "SELECT municipality_code, task_type, benefit, tasks, overdue FROM report.task_backlog";
    let backlog_on = async |day: &str| {
        let engine = builder(&store).report_date(day.parse().unwrap()).build().await.unwrap();
        table(&engine.sql(backlog).await.unwrap().collect().await.unwrap())
    };
    let row =
        |overdue: &str| ["0751", "Manuel godkendelse", "kontanthjaelp", "1", overdue].map(str::to_owned);
    assert_eq!(backlog_on("2023-05-30").await, Vec::<Vec<String>>::new());
    assert_eq!(backlog_on("2023-05-31").await, [row("0")]);
    assert_eq!(backlog_on("2023-06-01").await, [row("1")]);
}

#[tokio::test]
async fn a_rerun_replaces_the_tasks_and_a_withdrawal_removes_them() {
    let store = store(&one_withheld()).await;
    let first = run(&store, &v1(), false).await;
    deliver(&store, &[("incomes", vec![income(2, "pension", "874.00", json!({}))])]).await;
    let second = run(&store, &v1(), false).await;
    assert_eq!(second.report.replaces.as_ref(), Some(&first.report.run_id));
    assert_eq!(query(&store, "SELECT task_id FROM tasks").await, [[TASK.to_string()]]);
    pipeline::withdraw(&store, &second.report.run_id, "wrong delivery", "ada").await.unwrap();
    assert_eq!(query(&store, "SELECT count(*) FROM tasks").await, [["0"]]);

    // Once the fact is known there is nothing to approve.
    run(&store, &v1(), false).await;
    deliver(&store, &completed()).await;
    run(&store, &v1(), false).await;
    assert_eq!(query(&store, "SELECT count(*) FROM tasks").await, [["0"]]);
    assert_eq!(query(&store, "SELECT count(*) FROM payments WHERE status = 'requested'").await, [["2"]]);
}

#[tokio::test]
async fn a_simulation_makes_no_task_that_counts() {
    let store = store(&one_withheld()).await;
    assert_eq!(run(&store, &v1(), true).await.report.status, RunStatus::Simulated);
    assert_eq!(query(&store, "SELECT count(*) FROM tasks").await, [["0"]]);
    assert_eq!(query(&store, "SELECT task_id FROM simulated.tasks").await, [[TASK.to_string()]]);
}

#[tokio::test]
async fn an_explanation_names_the_task_and_how_far_it_is() {
    let store = store(&one_withheld()).await;
    run(&store, &v1(), false).await;
    let of =
        async |payment: i64| table(&pipeline::explain(&engine(&store).await, payment).await.unwrap().task);
    let found = of(TASK).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0][1].as_str(), found[0][7].as_str()), ("Manuel godkendelse", "new"));
    assert_eq!(of(TASK + 1).await, Vec::<Vec<String>>::new());
    let taken = json!({ "task_id": TASK, "status": "in_progress", "changed_at": "2023-05-31T07:00:00Z",
                        "caseworker_id": 1, "registered_at": "2023-05-31T07:00:00Z" });
    deliver(&store, &[("task_status", vec![taken])]).await;
    assert_eq!(of(TASK).await[0][7], "in_progress");
}

/// Runs and deliveries write to the same table: merging files must not mix them.
#[tokio::test]
async fn compacting_leaves_the_tasks_of_a_run_apart() {
    let store = store(&one_withheld()).await;
    deliver(&store, &[("tasks", vec![task(1, json!({}))])]).await;
    let made = run(&store, &v1(), false).await;
    deliver(&store, &[("tasks", vec![task(2, json!({}))])]).await;
    let done = store.compact("tasks", &CompactOptions::default()).await.unwrap().unwrap();
    assert_eq!((done.before, done.after, done.rows), (2, 1, 2));
    pipeline::withdraw(&store, &made.report.run_id, "wrong delivery", "ada").await.unwrap();
    assert_eq!(query(&store, "SELECT task_id FROM tasks ORDER BY 1").await, [["1"], ["2"]]);
}
