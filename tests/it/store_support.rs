//! Rows and places that the tests of the store share.

use std::sync::Arc;

use advisql::store::{AsOf, CommitInfo, CommitKind, CommitOutcome, Snapshot, Store, Transaction};
use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array, StringViewArray, TimestampMicrosecondArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use object_store::memory::InMemory;

/// Where a store can be.
pub enum Place {
    Local(tempfile::TempDir),
    Memory(Arc<InMemory>),
    /// An S3 URL of its own.
    #[allow(dead_code)]
    Remote(String),
}

impl Place {
    pub fn local() -> Self {
        Place::Local(tempfile::tempdir().unwrap())
    }

    /// Every kind of place this build and machine can reach.
    pub fn all() -> Vec<Place> {
        let mut places = vec![Place::local(), Place::Memory(Arc::new(InMemory::new()))];
        places.extend(super::store_s3::place());
        places
    }

    pub fn path(&self) -> String {
        match self {
            Place::Local(dir) => dir.path().join("store").to_str().unwrap().to_owned(),
            Place::Memory(_) => "memory".into(),
            Place::Remote(url) => url.clone(),
        }
    }

    pub async fn create(&self) -> Store {
        match self {
            Place::Memory(store) => Store::on(store.clone(), "memory").await.unwrap(),
            _ => Store::init(&self.path(), "test").await.unwrap(),
        }
    }

    /// Opens it again from what is stored.
    pub async fn open(&self) -> Store {
        match self {
            Place::Memory(store) => Store::on(store.clone(), "memory").await.unwrap(),
            _ => Store::open(&self.path()).await.unwrap(),
        }
    }
}

pub fn info(kind: CommitKind, message: &str) -> CommitInfo {
    CommitInfo { kind, by: "test".into(), message: message.into(), detail: serde_json::json!({"n": 1}) }
}

pub async fn latest(store: &Store) -> Arc<Snapshot> {
    store.snapshot(AsOf::Latest).await.unwrap()
}

/// Rows of `residences` with these ids, which must ascend; everything else follows from the id.
pub fn residences(ids: impl IntoIterator<Item = i64>) -> RecordBatch {
    let ids: Vec<i64> = ids.into_iter().collect();
    let days: Vec<i32> = ids.iter().map(|id| 18_000 + i32::try_from(id % 900).unwrap()).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(ids.clone())),
        Arc::new(Int64Array::from_iter_values(ids.iter().map(|id| id * 7))),
        Arc::new(StringViewArray::from_iter_values(ids.iter().map(|id| format!("{:04}", 101 + id % 98)))),
        Arc::new(Date32Array::from(days)),
        Arc::new(Date32Array::from(vec![84_006; ids.len()])),
        Arc::new(
            TimestampMicrosecondArray::from(vec![1_700_000_000_000_000; ids.len()]).with_timezone("UTC"),
        ),
    ];
    let schema = advisql::store::contract::contract("residences").unwrap().schema();
    RecordBatch::try_new(schema, columns).unwrap()
}

/// Writes rows of `residences` and adds them to the commit.
pub async fn add(transaction: &mut Transaction, ids: impl IntoIterator<Item = i64>) {
    let mut writer = transaction.writer("residences").unwrap();
    writer.write(&residences(ids)).unwrap();
    let files = writer.finish().await.unwrap();
    transaction.add("residences", files);
}

/// One commit with rows of `residences`.
pub async fn append(store: &Store, ids: impl IntoIterator<Item = i64>) -> u64 {
    let mut transaction = store.begin(&latest(store).await);
    add(&mut transaction, ids).await;
    match transaction.commit(info(CommitKind::Import, "rows")).await.unwrap() {
        CommitOutcome::Committed { number, .. } => number,
        other => panic!("{other:?}"),
    }
}

/// All rows of `residences` in a state, file by file.
pub async fn read(store: &Store, state: &Snapshot) -> Vec<RecordBatch> {
    use futures::TryStreamExt;
    let mut batches = Vec::new();
    for file in state.tables.get("residences").into_iter().flatten() {
        let rows = store.read_file(file, 8192).await.unwrap();
        batches.extend(rows.try_collect::<Vec<_>>().await.unwrap());
    }
    batches
}

/// The ids of all rows of `residences`, sorted.
pub async fn ids(store: &Store, state: &Snapshot) -> Vec<i64> {
    let mut ids: Vec<i64> = read(store, state)
        .await
        .iter()
        .flat_map(|b| b.column(0).as_primitive::<Int64Type>().values().to_vec())
        .collect();
    ids.sort_unstable();
    ids
}

/// Verifies and gives what is wrong as text.
pub async fn faults(store: &Store) -> Vec<String> {
    let report = store.verify(|_| {}).await.unwrap();
    report.faults.iter().map(|f| format!("{}: {}", f.path, f.what)).collect()
}
