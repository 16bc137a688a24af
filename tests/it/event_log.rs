//! The real process logs of `../shared/data`: all import, and the views give the published figures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisql::store::import::{Delivery, import};
use advisql::store::{AsOf, Store};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::prelude::SessionContext;
use serde_json::Value;

use crate::import::{quiet, table};

const LOGS: [&str; 4] = ["bpic2012", "bpic2015_municipality1", "receipt", "traffic_fines"];

fn folder(log: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../shared/data/eventlog_{log}"))
}

async fn deliver(store: &Store, table: &str, log: &str, file: &str) -> advisql::Result<u64> {
    let delivery = Delivery {
        table: table.into(),
        files: vec![folder(log).join(file)],
        log: Some(log.into()),
        by: "test".into(),
        ..Delivery::default()
    };
    let report = import(store, &delivery, &quiet).await?;
    assert_eq!(report.rejected_rows(), 0, "{log}: {:?}", report.rejected);
    Ok(report.rows)
}

/// A session with the event log tables and the views, built from the files in `sql/views`.
async fn session(store: &Store) -> SessionContext {
    let context = SessionContext::new();
    for function in advisql_udfs::scalar_functions() {
        context.register_udf(function.as_ref().clone());
    }
    let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
    for name in ["event_log", "event_log_cases"] {
        context.register_batch(name, table(store, &snapshot, name).await).unwrap();
    }
    context
}

async fn view(context: &SessionContext, name: &str, filter: &str) -> Vec<serde_json::Map<String, Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("sql/views/event_log_{name}.sql"));
    let text = std::fs::read_to_string(path).unwrap();
    let query = format!("SELECT * FROM ({text}) AS v WHERE {filter}");
    let batches = context.sql(&query).await.unwrap().collect().await.unwrap();
    batches.iter().flat_map(rows).collect()
}

/// Rows with every number as a double: the references are rounded to six decimals.
fn rows(batch: &RecordBatch) -> Vec<serde_json::Map<String, Value>> {
    let schema = batch.schema();
    let value = |array: &ArrayRef, row: usize| -> Value {
        if array.is_null(row) {
            return Value::Null;
        }
        match array.data_type() {
            DataType::Decimal128(..) | DataType::Int64 | DataType::UInt64 => {
                cast(array, &DataType::Float64).unwrap().as_primitive::<Float64Type>().value(row).into()
            }
            DataType::Timestamp(..) => {
                cast(array, &DataType::Int64).unwrap().as_primitive::<Int64Type>().value(row).into()
            }
            _ => cast(array, &DataType::Utf8).unwrap().as_string::<i32>().value(row).into(),
        }
    };
    (0..batch.num_rows())
        .map(|row| {
            let cells = batch.columns().iter().zip(schema.fields());
            cells.map(|(array, field)| (field.name().clone(), value(array, row))).collect()
        })
        .collect()
}

/// Every figure of `expected` is in `found`, under the name `rename` gives it.
fn assert_figures(
    what: &str,
    expected: &Value,
    found: &serde_json::Map<String, Value>,
    rename: impl Fn(&str) -> String,
) -> usize {
    let expected = expected.as_object().unwrap();
    for (name, wanted) in expected {
        let got = found.get(&rename(name)).unwrap_or_else(|| panic!("{what}: no figure {name}"));
        match (wanted.as_f64(), got.as_f64()) {
            (Some(wanted), Some(got)) => {
                assert!((wanted - got).abs() < 1.1e-6, "{what} {name}: {got}, expected {wanted}");
            }
            _ => assert_eq!(wanted, got, "{what} {name}"),
        }
    }
    expected.len()
}

#[tokio::test]
async fn real_logs_give_the_reference_figures() {
    if !LOGS.iter().all(|log| folder(log).is_dir()) {
        println!("skipped: ../shared/data has no event logs here");
        return;
    }
    let store = Store::on(Arc::new(object_store::memory::InMemory::new()), "memory:").await.unwrap();
    for log in LOGS {
        // two logs from CSV, two from Parquet
        let file = if matches!(log, "receipt" | "bpic2015_municipality1") {
            "events.csv.gz"
        } else {
            "events.parquet"
        };
        deliver(&store, "event_log", log, file).await.unwrap();
    }
    deliver(&store, "event_log_cases", "receipt", "cases.parquet").await.unwrap();
    let context = session(&store).await;
    let mut figures = 0;
    for log in LOGS {
        let text = std::fs::read_to_string(folder(log).join("reference_headline.json")).unwrap();
        let reference: Value = serde_json::from_str(&text).unwrap();
        let of_log = format!("log = '{log}'");

        let throughput = view(&context, "throughput", &of_log).await;
        assert_eq!(throughput.len(), 1);
        figures +=
            assert_figures(log, &reference["throughput_seconds"], &throughput[0], |n| format!("{n}_seconds"));
        let mut counts = reference["counts"].clone();
        for name in ["first_timestamp", "last_timestamp", "variants"] {
            let value = counts.as_object_mut().unwrap().remove(name);
            if let Some(at) = value.as_ref().and_then(|v| v.as_str()) {
                let micros = at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros();
                let column = format!("{}_event_at", name.trim_end_matches("_timestamp"));
                assert_eq!(throughput[0][&column], Value::from(micros), "{log} {name}");
                figures += 1;
            }
        }
        figures += assert_figures(log, &counts, &throughput[0], str::to_owned);

        for (span, months) in reference["open_cases_month_end"].as_object().unwrap() {
            for (month, expected) in months.as_object().unwrap() {
                let filter = format!("{of_log} AND span = '{span}' AND month = DATE '{month}-01'");
                let found = view(&context, "open", &filter).await;
                assert_eq!(found.len(), 1, "{log} {span} {month}");
                figures +=
                    assert_figures(&format!("{log} {span} {month}"), expected, &found[0], str::to_owned);
            }
        }
        let activities = view(&context, "activities", &of_log).await;
        for (activity, expected) in reference["activities"].as_object().unwrap() {
            let found = activities.iter().find(|row| row["activity"] == activity.as_str()).unwrap();
            figures += assert_figures(&format!("{log} {activity}"), expected, found, str::to_owned);
        }
        let resources = view(&context, "resources", &of_log).await;
        for (resource, expected) in reference["resources"].as_object().unwrap() {
            let found = resources.iter().find(|row| row["resource"] == resource.as_str()).unwrap();
            figures += assert_figures(&format!("{log} {resource}"), expected, found, str::to_owned);
        }
        let pairs = view(&context, "directly_follows", &of_log).await;
        for expected in reference["directly_follows_top"].as_array().unwrap() {
            let same = |row: &&serde_json::Map<String, Value>| {
                ["from_activity", "to_activity"].iter().all(|c| row[*c] == expected[*c])
            };
            figures += assert_figures(log, expected, pairs.iter().find(same).unwrap(), str::to_owned);
        }
        let arrivals = view(&context, "arrivals", &of_log).await;
        for (month, expected) in reference["arrivals_per_month"].as_object().unwrap() {
            let found = arrivals.iter().find(|row| row["month"] == format!("{month}-01"));
            let found = found.map_or(0.0, |row| row["arrivals"].as_f64().unwrap());
            assert_eq!(found, expected.as_f64().unwrap_or(0.0), "{log} arrivals {month}");
            figures += 1;
        }
    }
    assert!(figures > 250, "only {figures} figures were compared");
}

#[tokio::test]
async fn events_numbered_here_come_in_the_order_of_the_reference() {
    let csv = folder("receipt").join("events.csv.gz");
    if !csv.is_file() {
        println!("skipped: ../shared/data has no event logs here");
        return;
    }
    // the same file without its event_no column, rows turned around
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(std::fs::File::open(csv).unwrap()),
        &mut text,
    )
    .unwrap();
    let without = |line: &str| {
        let mut fields: Vec<&str> = line.split(',').collect();
        fields.remove(1);
        fields.join(",")
    };
    let mut lines: Vec<String> = text.lines().map(without).collect();
    assert!(!text.contains('"'));
    lines[1..].reverse();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("turned.csv");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let store = Store::on(Arc::new(object_store::memory::InMemory::new()), "memory:").await.unwrap();
    deliver(&store, "event_log", "receipt", "events.csv.gz").await.unwrap();
    let turned = Delivery {
        table: "event_log".into(),
        files: vec![path],
        log: Some("turned".into()),
        by: "test".into(),
        memory_limit: Some(200_000),
        ..Delivery::default()
    };
    import(&store, &turned, &quiet).await.unwrap();
    let context = session(&store).await;
    let query = "SELECT count(*) FROM event_log a JOIN event_log b ON a.case_id = b.case_id AND a.event_no = b.event_no \
                 WHERE a.log = 'receipt' AND b.log = 'turned' AND a.activity = b.activity AND a.at = b.at";
    let batches = context.sql(query).await.unwrap().collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 8_577);
}
