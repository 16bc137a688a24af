//! The operator against a row-by-row reading, on random sorted rows in random pieces.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use datafusion::common::Statistics;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned};
use proptest::prelude::*;

use super::{NewestExec, NewestScan};

/// Key (number and text), registration, and the number of the row.
type Row = (i64, &'static str, i64, i32);

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("row", DataType::Int32, false),
        Field::new("id", DataType::Int64, false),
        Field::new("code", DataType::Utf8View, false),
        Field::new("registered_at", DataType::Int64, false),
    ]))
}

fn batch(rows: &[Row]) -> RecordBatch {
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| r.3).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|r| r.0).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|r| Some(r.1)).collect::<StringViewArray>()),
        Arc::new(rows.iter().map(|r| r.2).collect::<Int64Array>()),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

/// Numbers of the rows that the operator keeps, per partition.
async fn kept(partitions: &[Vec<RecordBatch>]) -> Vec<Vec<i32>> {
    let source = |columns: Vec<usize>| -> Arc<dyn ExecutionPlan> {
        MemorySourceConfig::try_new_exec(partitions, schema(), Some(columns)).unwrap()
    };
    let scan = NewestScan {
        table: "t".into(),
        rows: source(vec![0, 1, 2, 3]),
        keys: source(vec![1, 2, 3]),
        key: vec![1, 2],
        registered_at: 3,
        projection: vec![0],
        statistics: Statistics::new_unknown(&schema().project(&[0]).unwrap()),
    };
    let exec = NewestExec::try_new(scan).unwrap();
    assert_eq!(exec.properties().partitioning.partition_count(), partitions.len());
    let given = collect_partitioned(Arc::new(exec), Arc::new(TaskContext::default())).await.unwrap();
    let rows = |batch: &RecordBatch| {
        assert!(batch.num_rows() > 0 && batch.num_columns() == 1);
        arrow::array::AsArray::as_primitive::<Int32Type>(batch.column(0)).values().to_vec()
    };
    given.iter().map(|batches| batches.iter().flat_map(rows).collect()).collect()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Few keys and instants: repeated keys, equal instants, and long runs of both.
    prop::collection::vec(
        (0..4_i64, prop::sample::select(vec!["a", "b", "a longer code than a view holds"]), 0..4_i64),
        0..40,
    )
    .prop_map(|mut rows| {
        rows.sort();
        rows.into_iter().zip(0..).map(|((id, code, at), number)| (id, code, at, number)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn keeps_what_no_later_registration_replaces(
        rows in rows(),
        cuts in prop::collection::vec((0..45_usize, any::<bool>()), 0..12),
    ) {
        let mut newest = BTreeMap::new();
        for (id, code, at, _) in &rows {
            newest.entry((*id, *code)).and_modify(|n: &mut i64| *n = (*n).max(*at)).or_insert(*at);
        }
        let expected: Vec<i32> =
            rows.iter().filter(|(id, code, at, _)| newest[&(*id, *code)] == *at).map(|r| r.3).collect();
        // Pieces of any size, empty ones included, some of which begin another partition.
        let mut cuts = cuts.into_iter().map(|(at, new)| (at.min(rows.len()), new)).collect::<Vec<_>>();
        cuts.sort_unstable();
        let (mut partitions, mut from) = (vec![Vec::new()], 0);
        for (to, new) in cuts.into_iter().chain([(rows.len(), false)]) {
            partitions.last_mut().unwrap().push(batch(&rows[from..to]));
            from = to;
            if new {
                partitions.push(Vec::new());
            }
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let given = runtime.block_on(kept(&partitions));
        prop_assert_eq!(given.concat(), expected);
    }
}
