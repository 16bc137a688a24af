//! Files written before their table gained a column: it is NULL in them, and everything goes on.

use std::sync::Arc;

use advisql::pipeline::RunStatus;
use advisql::store::{AsOf, CommitInfo, CommitKind, CompactOptions, DataFile, Store};
use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::pipeline_fixture::{case, deliver, facts, income, person, query, rows, run, v1};

/// What `case_facts` gained.
const GAINED: [&str; 3] = ["child_support", "spouse_opted_out", "reduction_225"];

/// Adds rows to `case_facts` in a file as it was before the table gained columns.
async fn deliver_old(objects: &InMemory, store: &Store, values: &[Value]) {
    let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
    let mut transaction = store.begin(&snapshot);
    let mut writer = transaction.writer("case_facts").unwrap();
    writer.write(&rows("case_facts", values)).unwrap();
    let written = writer.finish().await.unwrap();
    let mut old = Vec::new();
    for file in written {
        old.push(without(objects, file).await);
    }
    transaction.add("case_facts", old);
    let (by, message) = ("test".to_owned(), "old delivery".to_owned());
    let info = CommitInfo { kind: CommitKind::Import, by, message, detail: json!({}) };
    transaction.commit(info).await.unwrap();
}

/// The same file without the columns.
async fn without(objects: &InMemory, file: DataFile) -> DataFile {
    let bytes = objects.get(&Path::from(file.path.as_str())).await.unwrap().bytes().await.unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    let mut writer: Option<ArrowWriter<Vec<u8>>> = None;
    for batch in reader.map(Result::unwrap) {
        let kept: Vec<usize> = (0..batch.num_columns())
            .filter(|at| !GAINED.contains(&batch.schema().field(*at).name().as_str()))
            .collect();
        assert_eq!(kept.len() + GAINED.len(), batch.num_columns());
        let batch = batch.project(&kept).unwrap();
        let into =
            writer.get_or_insert_with(|| ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap());
        into.write(&batch).unwrap();
    }
    let bytes = writer.unwrap().into_inner().unwrap();
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let path = format!("data/case_facts/{}.parquet", &sha256[..32]);
    let size = bytes.len() as u64;
    objects.put(&Path::from(path.as_str()), Bytes::from(bytes).into()).await.unwrap();
    let mut old = DataFile { path, sha256, bytes: size, ..file };
    GAINED.iter().for_each(|name| {
        old.nulls.remove(*name);
    });
    old
}

#[tokio::test]
async fn a_column_that_files_lack_is_null_in_their_rows() {
    let objects = Arc::new(InMemory::new());
    let store = Store::on(Arc::clone(&objects) as Arc<dyn ObjectStore>, "memory://old").await.unwrap();
    let tables = [
        ("incomes", vec![income(9_999, "wage", "30000.00", json!({ "hours": "160.33" }))]),
        ("persons", (1..=3).map(|id| person(id, json!({}))).collect()),
        ("cases", (1..=3).map(|id| case(10 + id, id, json!({}))).collect()),
    ];
    deliver(&store, &tables).await;
    deliver_old(&objects, &store, &[facts(11, json!({})), facts(13, json!({}))]).await;
    let known = "SELECT case_id, child_support, spouse_opted_out, reduction_225, registered_at IS NOT NULL \
                 FROM case_facts ORDER BY case_id";
    let none = |case: &str| [case, "-", "-", "-", "true"].map(String::from).to_vec();
    assert_eq!(query(&store, known).await, [none("11"), none("13")]);

    // Together with a file that has them, whichever way they are read.
    deliver(&store, &[("case_facts", vec![facts(12, json!({ "reduction_225": "1000.00" }))])]).await;
    let both = [none("11"), ["12", "-", "-", "1000.00", "true"].map(String::from).to_vec(), none("13")];
    assert_eq!(query(&store, known).await, both);
    assert_eq!(query(&store, &known.replace("case_facts", "newest.case_facts")).await, both);
    let filtered = "SELECT case_id FROM case_facts WHERE reduction_225 IS NULL ORDER BY case_id";
    assert_eq!(query(&store, filtered).await, [["11"], ["13"]]);
    let found = "SELECT case_id FROM case_facts WHERE reduction_225 > 10";
    assert_eq!(query(&store, found).await, [["12"]]);

    let published = run(&store, &v1(), false).await;
    assert_eq!(published.report.status, RunStatus::Published);
    let paid = "SELECT case_id, gross FROM payments ORDER BY case_id";
    assert_eq!(query(&store, paid).await, [["11", "15874.00"], ["12", "14874.00"], ["13", "15874.00"]]);

    assert!(store.verify(|_| {}).await.unwrap().is_sound());
    let merged = store.compact("case_facts", &CompactOptions::default()).await.unwrap().unwrap();
    assert_eq!((merged.before, merged.after, merged.rows), (2, 1, 3));
    assert_eq!(query(&store, known).await, both);
    assert!(store.verify(|_| {}).await.unwrap().is_sound());
}
