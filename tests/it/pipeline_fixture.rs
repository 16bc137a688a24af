//! A hand-made municipality: a handful of people whose month is known by heart.

use std::sync::Arc;

use advisql::pipeline::{Run, RunOptions, Version, run_version};
use advisql::store::AsOf;
use advisql::store::contract::contract;
use advisql::store::{CommitInfo, CommitKind, Store};
use advisql::{Engine, EngineBuilder};
use arrow::array::{Array, AsArray};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;
use object_store::memory::InMemory;
use serde_json::{Value, json};

/// The month of every test. The rate of an applicant of 30 or more who provides for a child is 15 874 kr in 2023.
pub const PERIOD: &str = "2023-05-01";
pub const PROVIDER_RATE: &str = "15874.00";

pub fn period() -> NaiveDate {
    PERIOD.parse().unwrap()
}

/// `base` with the fields of `changes` put over it.
fn with(mut base: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        assert!(base.get(name).is_some(), "there is no field {name}");
        base[name] = value.clone();
    }
    base
}

pub fn person(id: i64, changes: Value) -> Value {
    // 64 + 60: the day of a replacement number, which no living person has.
    let cpr = format!("{:02}0180{:04}", 61 + id % 28, 1000 + id);
    let base = json!({
        "person_id": id, "cpr": cpr, "name": null, "birth_date": "1980-01-01", "sex": "F", "status": "01",
        "protected": false, "municipality_code": "0751", "valid_from": "1980-01-01", "valid_to": "2200-01-01",
        "registered_at": "1980-01-02T00:00:00Z",
    });
    with(base, changes)
}

pub fn case(id: i64, person: i64, changes: Value) -> Value {
    let base = json!({
        "case_id": id, "person_id": person, "municipality_code": "0751", "benefit": "kontanthjaelp", "kle": null,
        "status": "granted", "received_on": "2022-12-15", "decided_on": "2022-12-20", "granted_from": "2023-01-01",
        "stopped_from": null, "closed_on": null, "owner_id": null, "registered_at": "2022-12-20T10:00:00Z",
    });
    with(base, changes)
}

pub fn facts(case: i64, changes: Value) -> Value {
    let base = json!({
        "case_id": case, "valid_from": "2023-01-01", "valid_to": "2200-01-01", "provider": true,
        "extra_child_allowance": false, "children_at_home": 1, "lives_with_parent": false, "single": true,
        "partner_on_assistance": false, "pregnant_past_week_12": false, "severe_mental_illness": false,
        "vocational_education": true, "activity_ready": false, "residence_requirement_met": true,
        "employment_requirement_met": true, "supplementary": false, "payslip_received_for": null,
        "spouse_person_id": null, "child_support": null, "spouse_opted_out": null, "reduction_225": null,
        "registered_at": "2022-12-20T10:00:00Z",
    });
    with(base, changes)
}

pub fn income(person: i64, group: &str, amount: &str, changes: Value) -> Value {
    let base = json!({
        "person_id": person, "period": PERIOD, "income_group": group, "se_number": "10000001",
        "pay_from": PERIOD, "pay_to": "2023-06-01", "available_on": "2023-05-31", "amount": amount,
        "hours": null, "kind": "original", "registered_at": "2023-06-05T00:00:00Z",
    });
    with(base, changes)
}

/// Rows of `table`, in its sort order.
pub fn rows(table: &str, rows: &[Value]) -> RecordBatch {
    let contract = contract(table).unwrap();
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let reader = arrow::json::ReaderBuilder::new(contract.schema());
    let reader = reader.build(std::io::Cursor::new(lines.join("\n"))).unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let batch = concat_batches(&contract.schema(), &batches).unwrap();
    let columns: Vec<SortColumn> = contract
        .sort
        .iter()
        .map(|name| SortColumn { values: Arc::clone(batch.column_by_name(name).unwrap()), options: None })
        .collect();
    take_record_batch(&batch, &lexsort_to_indices(&columns, None).unwrap()).unwrap()
}

/// Adds rows to a store in one commit.
pub async fn deliver(store: &Store, tables: &[(&str, Vec<Value>)]) {
    let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
    let mut transaction = store.begin(&snapshot);
    for (table, values) in tables.iter().filter(|(_, values)| !values.is_empty()) {
        let mut writer = transaction.writer(table).unwrap();
        writer.write(&rows(table, values)).unwrap();
        transaction.add(table, writer.finish().await.unwrap());
    }
    let (by, message) = ("test".to_owned(), "delivery".to_owned());
    let info = CommitInfo { kind: CommitKind::Import, by, message, detail: json!({}) };
    transaction.commit(info).await.unwrap();
}

/// A store in memory with somebody's income of the month, so that the delivery is in, and `tables`.
pub async fn store(tables: &[(&str, Vec<Value>)]) -> Store {
    let store = Store::on(Arc::new(InMemory::new()), "memory://test").await.unwrap();
    deliver(&store, &[("incomes", vec![income(9_999, "wage", "30000.00", json!({ "hours": "160.33" }))])])
        .await;
    deliver(&store, tables).await;
    store
}

/// Two citizens who are paid the whole rate.
pub fn two_citizens() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("persons", vec![person(1, json!({})), person(2, json!({}))]),
        ("cases", vec![case(11, 1, json!({})), case(12, 2, json!({}))]),
        ("case_facts", vec![facts(11, json!({})), facts(12, json!({}))]),
    ]
}

pub fn options(simulate: bool) -> RunOptions {
    let (pipeline, by) = ("month_end".to_owned(), "test".to_owned());
    RunOptions { pipeline, version: Some("v1".into()), period: period(), simulate, by }
}

pub fn builder(store: &Store) -> EngineBuilder {
    EngineBuilder::new().open_store(store.clone()).threads(2)
}

/// Version 1 as its files are.
pub fn v1() -> Version {
    broken(&[])
}

/// Version 1 with one text of one file changed: what a mistake in the SQL would be.
pub fn broken(changes: &[(&str, &str, &str)]) -> Version {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/pipelines/month_end/v1");
    let mut files = Vec::new();
    for directory in ["", "gates", "checks"] {
        for entry in std::fs::read_dir(root.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    for (file, from, to) in changes {
        let text = &mut files.iter_mut().find(|(name, _)| name == file).unwrap().1;
        assert!(text.contains(from), "{file} holds no '{from}'");
        *text = text.replace(from, to);
    }
    Version::read(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
}

pub async fn run(store: &Store, version: &Version, simulate: bool) -> Run {
    run_version(builder(store), version, &options(simulate), &mut |_| {}).await.unwrap()
}

pub async fn engine(store: &Store) -> Engine {
    builder(store).build().await.unwrap()
}

/// The rows of a query as texts, NULL as a dash.
pub async fn query(store: &Store, sql: &str) -> Vec<Vec<String>> {
    table(&engine(store).await.sql(sql).await.unwrap().collect().await.unwrap())
}

pub fn table(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for batch in batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|c| arrow::compute::cast(c, &arrow::datatypes::DataType::Utf8).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let text = |c: &arrow::array::ArrayRef| match c.is_null(row) {
                true => "-".to_owned(),
                false => c.as_string::<i32>().value(row).to_owned(),
            };
            out.push(columns.iter().map(text).collect());
        }
    }
    out
}
