//! Deliveries: what goes in, what is kept as rejected, and that nothing changes twice.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisql::store::contract::contract;
use advisql::store::import::{Delivery, Ends, ImportReport, Progress, Reason, import};
use advisql::store::{AsOf, Snapshot, Store};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// No progress.
pub fn quiet(_: Progress) {}

async fn memory_store() -> Store {
    Store::on(Arc::new(InMemory::new()), "memory:").await.unwrap()
}

/// All rows of a table, file after file.
pub async fn table(store: &Store, snapshot: &Snapshot, name: &str) -> RecordBatch {
    let mut batches = Vec::new();
    for file in snapshot.tables.get(name).map(Vec::as_slice).unwrap_or_default() {
        let path = object_store::path::Path::from(file.path.as_str());
        let bytes = store.object_store().get(&path).await.unwrap().bytes().await.unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
        batches.extend(reader.map(Result::unwrap));
    }
    let schema = batches.first().map_or_else(|| contract(name).unwrap().schema(), |b| b.schema());
    concat_batches(&schema, &batches).unwrap()
}

async fn latest(store: &Store, name: &str) -> RecordBatch {
    let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
    table(store, &snapshot, name).await
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let array =
        arrow::compute::cast(batch.column_by_name(column).unwrap(), &arrow::datatypes::DataType::Utf8)
            .unwrap();
    let array = array.as_string::<i32>();
    array.is_valid(row).then(|| array.value(row).to_owned())
}

fn file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn delivery(table: &str, path: &Path) -> Delivery {
    Delivery {
        table: table.into(),
        files: vec![path.to_owned()],
        by: "test".into(),
        registered_at: Some("2025-04-01T06:00:00Z".parse().unwrap()),
        ..Delivery::default()
    }
}

async fn bring(store: &Store, delivery: &Delivery) -> advisql::Result<ImportReport> {
    import(store, delivery, &quiet).await
}

/// One faulty row of each kind: what is changed in a good row, the reason and the column.
const FAULTS: [(&str, Reason, Option<&str>); 10] = [
    ("too many fields", Reason::ColumnCount, None),
    ("number", Reason::WholeNumber, Some("advis_id")),
    ("missing", Reason::Missing, Some("person_id")),
    ("date", Reason::Date, Some("event_date")),
    ("instant", Reason::Instant, Some("created_at")),
    ("summer time", Reason::NonexistentTime, Some("created_at")),
    ("code", Reason::Code, Some("party")),
    ("amount", Reason::Scale, Some("amount")),
    ("municipality", Reason::Municipality, Some("municipality_code")),
    ("again", Reason::DuplicateInDelivery, None),
];

/// Line, reason and column of a planted fault.
type Planted = (u64, Reason, Option<&'static str>);

/// A Danish delivery of `rows` advis with one planted fault every thousand rows; line, reason, column.
fn advis(rows: usize) -> (String, Vec<Planted>) {
    let mut text = String::with_capacity(rows * 90);
    text.push_str("advis_id;event_code;source_group;municipality_code;person_id;party;case_id;event_date;created_at;amount\r\n");
    let mut planted = Vec::new();
    for row in 0..rows {
        // ids fall, so that sorting has work to do
        let id = (rows - row) * 3;
        let fault = (row % 1_000 == 999).then(|| FAULTS[(row / 1_000) % FAULTS.len()]);
        let fault_is = |what: &str| fault.is_some_and(|(kind, ..)| kind == what);
        let pick = |what: &str, bad: &str, good: String| if fault_is(what) { bad.to_owned() } else { good };
        let id_text = if fault_is("again") {
            ((rows - row + 1) * 3).to_string()
        } else {
            pick("number", "12x", id.to_string())
        };
        let person = pick("missing", "", (row % 20_000 + 1).to_string());
        let created = match row % 2 {
            _ if fault_is("instant") => "i går".to_owned(),
            _ if fault_is("summer time") => "30.03.2025 02:30:00".to_owned(),
            0 => format!("2025-03-{:02}T08:{:02}:00Z", row % 28 + 1, row % 60),
            _ => format!("{:02}.03.2025 09:{:02}:{:02}", row % 28 + 1, row % 60, row % 59),
        };
        let date = pick("date", "31.02.2025", format!("{:02}.02.2025", row % 28 + 1));
        let amount = pick(
            "amount",
            "1.234,567",
            if row % 3 == 0 {
                String::new()
            } else {
                format!("{}.{:03},{:02}", row % 9 + 1, row % 1_000, row % 100)
            },
        );
        let party = pick("code", "nabo", "primary".to_owned());
        let municipality = pick("municipality", "751", "0751".to_owned());
        let case = if row % 5 == 0 { String::new() } else { (row % 7_000 + 1).to_string() };
        let extra = if fault_is("too many fields") { ";x" } else { "" };
        write!(text, "{id_text};A{:02};income;{municipality};{person};{party};{case};{date};{created};{amount}{extra}\r\n", row % 40).unwrap();
        if let Some((_, reason, column)) = fault {
            planted.push((row as u64 + 2, reason, column));
        }
    }
    (text, planted)
}

async fn planted_faults_are_found(rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (content, planted) = advis(rows);
    let path = file(folder.path(), "advis.csv", content);
    let store = memory_store().await;
    let report = bring(&store, &delivery("advis", &path)).await.unwrap();
    assert_eq!(report.rows as usize, rows - planted.len());
    assert_eq!(report.rejected_rows() as usize, planted.len());
    let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
    assert_eq!(snapshot.tables["advis"].iter().map(|f| f.rows).sum::<u64>(), report.rows);
    let rejects = latest(&store, "sys_rejects").await;
    assert_eq!(rejects.num_rows(), planted.len());
    let lines = rejects.column_by_name("line").unwrap().as_primitive::<Int64Type>();
    for (row, (line, reason, column)) in planted.iter().enumerate() {
        assert_eq!(lines.value(row) as u64, *line);
        assert_eq!(text(&rejects, "code", row).as_deref(), Some(reason.code()), "line {line}");
        assert_eq!(text(&rejects, "column", row).as_deref(), *column, "line {line}");
    }
    let ids = latest(&store, "advis").await;
    assert!(ids.column(0).as_primitive::<Int64Type>().values().is_sorted());
}

#[tokio::test]
async fn a_thousand_faults_in_a_million_rows_are_rejected_with_their_reason_and_line() {
    planted_faults_are_found(1_000_000).await;
}

#[tokio::test]
async fn the_same_delivery_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.csv", advis(2_000).0);
    let store = memory_store().await;
    let named = Delivery { name: Some("march".into()), ..delivery("advis", &path) };
    let first = bring(&store, &named).await.unwrap();
    let before = store.snapshot(AsOf::Latest).await.unwrap();
    let other_name = file(folder.path(), "b.csv", std::fs::read(&path).unwrap());
    let again = bring(&store, &delivery("advis", &other_name)).await.unwrap();
    assert_eq!(again.already_imported, Some(first.commit));
    assert_eq!(store.snapshot(AsOf::Latest).await.unwrap().sha256, before.sha256);
    // the same name with other content is refused
    let other = file(folder.path(), "c.csv", advis(1_500).0);
    let error = bring(&store, &Delivery { name: Some("march".into()), ..delivery("advis", &other) })
        .await
        .unwrap_err();
    assert!(error.to_string().contains("'march'"), "{error}");
    // keys that are in the store with the same registered_at stay out
    let overlap = bring(&store, &delivery("advis", &other)).await.unwrap();
    // two ids were rejected the first time and are free
    assert_eq!(overlap.rows, 2);
    assert_eq!(overlap.rejected[&Reason::AlreadyInStore], 1_497);
}

#[tokio::test]
async fn bytes_do_not_depend_on_threads_or_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.csv", advis(120_000).0);
    let mut hashes = Vec::new();
    for (threads, memory_limit) in [(1, None), (3, None), (2, Some(3_000_000))] {
        let store = memory_store().await;
        let one = Delivery { threads: Some(threads), memory_limit, ..delivery("advis", &path) };
        bring(&store, &one).await.unwrap();
        let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
        let files = ["advis", "sys_rejects"]
            .map(|t| snapshot.tables[t].iter().map(|f| f.sha256.clone()).collect::<Vec<_>>());
        hashes.push(files);
    }
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0], hashes[2]);
}

#[tokio::test]
async fn an_incomplete_delivery_is_refused_with_both_figures() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "s.csv",
        "set_off_id;request_id;payment_id;amount\n1;1;1;1.000,50\n2;1;2;-0,25\n3;1;x;10\n",
    );
    let store = memory_store().await;
    let before = store.snapshot(AsOf::Latest).await.unwrap().commit;
    let rows = Delivery { expect_rows: Some(4), ..delivery("set_offs", &path) };
    let error = bring(&store, &rows).await.unwrap_err();
    assert!(error.to_string().contains("3 rows, 4"), "{error}");
    let sum =
        Delivery { expect_sums: vec![("amount".into(), "1010.26".into())], ..delivery("set_offs", &path) };
    let error = bring(&store, &sum).await.unwrap_err();
    assert!(error.to_string().contains("1010.25") && error.to_string().contains("1010.26"), "{error}");
    assert_eq!(store.snapshot(AsOf::Latest).await.unwrap().commit, before);
    let right = Delivery {
        expect_rows: Some(3),
        expect_sums: vec![("amount".into(), "1.010,25".into())],
        ..delivery("set_offs", &path)
    };
    let report = bring(&store, &right).await.unwrap();
    assert_eq!((report.rows, report.rejected_rows()), (2, 1));
    assert_eq!(report.sums, [("amount".to_owned(), "1010.25".to_owned())]);
}

#[tokio::test]
async fn latin_1_danish_numbers_quotes_and_inclusive_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"caseworker_id;name;unit;capacity_minutes_per_day;valid_from;valid_to_inclusive;farve\r\n1;\"S\xF8ren\r\n\xC5se\";Ydelse;300;01.01.2024;31.12.2024;r\xF8d\r\n".to_vec();
    bytes.extend(b"2;Bo;Ydelse;300;01.01.2024;31.12.9999;\r\n3;Ib;Ydelse;300;02.01.2024;01.01.2024;\r\n4;Eva;Ydelse;300;01.01.2024;;\r\n");
    let path = file(folder.path(), "c.csv", bytes);
    let store = memory_store().await;
    let report = bring(&store, &delivery("caseworkers", &path)).await.unwrap();
    assert_eq!(report.files[0].encoding, Some("Windows-1252"));
    assert_eq!(report.files[0].ignored_columns, ["farve"]);
    assert_eq!((report.rows, report.rejected[&Reason::Period]), (3, 1));
    let rows = latest(&store, "caseworkers").await;
    assert_eq!(text(&rows, "name", 0).unwrap(), "Søren\r\nÅse");
    let ends = rows.column_by_name("valid_to").unwrap().as_primitive::<Date32Type>();
    assert_eq!(ends.values()[..], [20_089, 84_006, 84_006]);
    let rejects = latest(&store, "sys_rejects").await;
    // the quoted name of row one takes two lines
    assert_eq!(rejects.column_by_name("line").unwrap().as_primitive::<Int64Type>().value(0), 5);
    let inclusive = Delivery { ends: Ends::Inclusive, ..delivery("caseworkers", &path) };
    assert!(bring(&store, &inclusive).await.unwrap().already_imported.is_none());
}

#[tokio::test]
async fn cpr_numbers_lead_to_persons_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let persons = "person_id,cpr,birth_date,sex,status,protected,valid_from,valid_to\n\
                   7,610170-1234,1970-01-01,F,01,nej,1970-01-01,\n\
                   8,6201704321,1970-01-02,M,01,0,1970-01-02,9999-12-31\n\
                   9,6132704321,1970-01-02,M,01,0,1970-01-02,9999-12-31\n";
    let store = memory_store().await;
    let path = file(folder.path(), "p.csv", persons);
    let report = bring(&store, &delivery("persons", &path)).await.unwrap();
    assert_eq!((report.rows, report.rejected[&Reason::Cpr]), (2, 1));
    let residences = "cpr;address_id;municipality_code;valid_from;valid_to\n\
                      6101701234;1;0751;2020-01-01;\n\
                      620170-4321;2;0751;2020-01-01;2021-01-01\n\
                      630170-9999;3;0751;2020-01-01;\n";
    let path = file(folder.path(), "r.csv", residences);
    let rejects_file = folder.path().join("rejects.csv");
    let with_file = Delivery { rejects_file: Some(rejects_file.clone()), ..delivery("residences", &path) };
    let report = bring(&store, &with_file).await.unwrap();
    assert_eq!((report.rows, report.rejected[&Reason::UnknownPerson]), (2, 1));
    let rows = latest(&store, "residences").await;
    assert_eq!(rows.column(0).as_primitive::<Int64Type>().values()[..], [7, 8]);
    let rejects = latest(&store, "sys_rejects").await;
    for row in 0..rejects.num_rows() {
        let shown = text(&rejects, "row_text", row).unwrap() + &text(&rejects, "reason", row).unwrap();
        assert!(
            shown.contains("****") && !shown.contains("9999;3") && !shown.contains("6132704321"),
            "{shown}"
        );
    }
    let kept = std::fs::read_to_string(rejects_file).unwrap();
    assert!(
        kept.lines()
            .next()
            .unwrap()
            .ends_with("valid_to;reject_code;reject_reason;reject_column;reject_file;reject_line")
    );
    assert_eq!(
        kept.lines().nth(1).unwrap(),
        "630170-9999;3;0751;2020-01-01;;R18;unknown person;person_id;r.csv;4"
    );
}

#[tokio::test]
async fn damaged_bytes_cost_one_row_of_a_utf8_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = "\u{FEFF}caseworker_id,name,unit,capacity_minutes_per_day,valid_from,valid_to\n1,Åse,Y,300,2024-01-01,\n2,".as_bytes().to_vec();
    bytes.extend(b"B\xF8rge,Y,300,2024-01-01,\n3,\"open,Y,300,2024-01-01,\n4,Bo,Y,300,2024-01-01,\n");
    let path = file(folder.path(), "c.csv", bytes);
    let store = memory_store().await;
    let report = bring(&store, &delivery("caseworkers", &path)).await.unwrap();
    assert_eq!(report.rows, 2);
    assert_eq!((report.rejected[&Reason::Encoding], report.rejected[&Reason::Quoting]), (1, 1));
}

#[tokio::test]
async fn parquet_gives_the_same_rows_as_csv() {
    let folder = tempfile::tempdir().unwrap();
    let csv = file(folder.path(), "a.csv", advis(3_000).0);
    let store = memory_store().await;
    bring(&store, &delivery("advis", &csv)).await.unwrap();
    let rows = latest(&store, "advis").await;
    let path = folder.path().join("a.parquet");
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), rows.schema(), None)
            .unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    let other = memory_store().await;
    let report = bring(&other, &delivery("advis", &path)).await.unwrap();
    assert_eq!(report.rejected_rows(), 0);
    assert_eq!(latest(&other, "advis").await, rows);
    let amounts = rows.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
    assert!(amounts.null_count() > 0 && amounts.iter().flatten().all(|ore| ore >= 100_000));
    let created = rows.column_by_name("created_at").unwrap().as_primitive::<TimestampMicrosecondType>();
    assert!(created.values().iter().all(|at| *at > 1_740_000_000_000_000));
}

#[tokio::test]
async fn a_delivery_without_its_columns_or_with_two_decimal_signs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = memory_store().await;
    let path = file(folder.path(), "a.csv", "advis_id;party\n1;primary\n");
    let error = bring(&store, &delivery("advis", &path)).await.unwrap_err();
    assert!(error.to_string().contains("event_code, source_group"), "{error}");
    let path =
        file(folder.path(), "b.csv", "set_off_id;request_id;payment_id;amount\n1;1;1;1.000\n2;1;2;12.50\n");
    let error = bring(&store, &delivery("set_offs", &path)).await.unwrap_err();
    assert!(error.to_string().contains("amount"), "{error}");
}
