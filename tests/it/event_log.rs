//! The real process logs of `../shared/data`: all import, and the views give the published figures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisql::Engine;
use advisql::store::Store;
use advisql::store::import::{Delivery, import};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use serde_json::Value;

use crate::import::quiet;
use crate::pipeline_fixture::engine;

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

/// The rows of `report.event_log_<name>`.
async fn view(engine: &Engine, name: &str, filter: &str) -> Vec<serde_json::Map<String, Value>> {
    let query = format!("SELECT * FROM report.event_log_{name} WHERE {filter}");
    let batches = engine.sql(&query).await.unwrap().collect().await.unwrap();
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
    let engine = engine(&store).await;
    let mut figures = 0;
    for log in LOGS {
        let text = std::fs::read_to_string(folder(log).join("reference_headline.json")).unwrap();
        let reference: Value = serde_json::from_str(&text).unwrap();
        let of_log = format!("log = '{log}'");

        let throughput = view(&engine, "throughput", &of_log).await;
        assert_eq!(throughput.len(), 1);
        figures +=
            assert_figures(log, &reference["throughput_seconds"], &throughput[0], |n| format!("{n}_seconds"));
        let mut counts = reference["counts"].clone();
        for name in ["first_timestamp", "last_timestamp"] {
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
                let found = view(&engine, "open", &filter).await;
                assert_eq!(found.len(), 1, "{log} {span} {month}");
                figures +=
                    assert_figures(&format!("{log} {span} {month}"), expected, &found[0], str::to_owned);
            }
        }
        let activities = view(&engine, "activities", &of_log).await;
        for (activity, expected) in reference["activities"].as_object().unwrap() {
            let found = activities.iter().find(|row| row["activity"] == activity.as_str()).unwrap();
            figures += assert_figures(&format!("{log} {activity}"), expected, found, str::to_owned);
        }
        let resources = view(&engine, "resources", &of_log).await;
        for (resource, expected) in reference["resources"].as_object().unwrap() {
            let found = resources.iter().find(|row| row["resource"] == resource.as_str()).unwrap();
            figures += assert_figures(&format!("{log} {resource}"), expected, found, str::to_owned);
        }
        let pairs = view(&engine, "directly_follows", &of_log).await;
        for expected in reference["directly_follows_top"].as_array().unwrap() {
            let same = |row: &&serde_json::Map<String, Value>| {
                ["from_activity", "to_activity"].iter().all(|c| row[*c] == expected[*c])
            };
            figures += assert_figures(log, expected, pairs.iter().find(same).unwrap(), str::to_owned);
        }
        let arrivals = view(&engine, "arrivals", &of_log).await;
        for (month, expected) in reference["arrivals_per_month"].as_object().unwrap() {
            let found = arrivals.iter().find(|row| row["month"] == format!("{month}-01"));
            let found = found.map_or(0.0, |row| row["arrivals"].as_f64().unwrap());
            assert_eq!(found, expected.as_f64().unwrap_or(0.0), "{log} arrivals {month}");
            figures += 1;
        }
        if let Some(expected) = reference.get("case_dates") {
            let dates = view(&engine, "case_dates", &of_log).await;
            figures += assert_figures(log, expected, &dates[0], str::to_owned);
        }
        let items = view(&engine, "work_items", &of_log).await;
        for (activity, expected) in
            reference.get("work_items").and_then(Value::as_object).into_iter().flatten()
        {
            let found = items.iter().find(|row| row["activity"] == activity.as_str()).unwrap();
            figures += assert_figures(&format!("{log} {activity}"), expected, found, str::to_owned);
        }
        // What is not compared needs columns that a process log in general does not have.
        let compared = [
            "definitions",
            "time_zone",
            "counts",
            "throughput_seconds",
            "activities",
            "resources",
            "open_cases_month_end",
            "arrivals_per_month",
            "directly_follows_top",
            "case_dates",
            "work_items",
        ];
        let left: Vec<&String> =
            reference.as_object().unwrap().keys().filter(|k| !compared.contains(&k.as_str())).collect();
        assert!(left.iter().all(|name| ["money", "planned"].contains(&name.as_str())), "{log}: {left:?}");
    }
    println!("{figures} figures compared");
    assert!(figures > 350, "only {figures} figures were compared");
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
    let engine = engine(&store).await;
    let query = "SELECT count(*) FROM event_log a JOIN event_log b ON a.case_id = b.case_id AND a.event_no = b.event_no \
                 WHERE a.log = 'receipt' AND b.log = 'turned' AND a.activity = b.activity AND a.at = b.at";
    let batches = engine.sql(query).await.unwrap().collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 8_577);
}
