//! Brings many probe rows into the order of the index's shards before they are looked up.
//!
//! An index larger than a core's cache costs a wait for memory at every lookup. Rows that are sorted by shard first are
//! looked up in one shard at a time, which is fetched in one go and then stays in the cache. Rows whose keys the index does
//! not hold are left out before, as far as a filter of keys tells.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::columns::SideExprs;
use super::filter::KeyFilter;
use super::scatter::{Moves, Scatter, is_movable};
use super::shard::{SHARDS, shard_of};
use super::tasks::Pauses;

/// Fewer rows are not grouped. The first batch is not, so that the first result comes early; from then on each group is
/// four times as large as the one before.
const LEAST_ROWS: usize = 1 << 16;
const GROWTH: usize = 4;
/// Rows and bytes of a group at most.
const MOST_ROWS: usize = 1 << 20;
const MOST_BYTES: usize = 32 << 20;
/// Bytes a row takes in [`Moves`].
const MOVE_BYTES: usize = 10;
/// A filter that leaves out fewer than one row in so many costs more than it spares.
const WORTH_FILTERING: usize = 8;

/// Probe rows in the order of their shards.
#[derive(Debug)]
pub(super) struct Grouped {
    pub batch: RecordBatch,
    /// Where the rows of every shard start, and where the last ones end.
    pub starts: Vec<usize>,
    /// Rows left out: the index does not hold their keys.
    pub left_out: usize,
}

/// Probe batches on their way into a group.
pub(super) struct Regrouper {
    side: SideExprs,
    /// Reserved for what is waiting, for the group made of it, and for what is spare.
    memory: MemoryReservation,
    scatter: Scatter,
    moves: Moves,
    /// The last group has shown that it is worth asking the filter.
    filters: bool,
    wanted: usize,
    waiting: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Regrouper {
    /// For batches of `schema`, if its columns are of types that can be moved by value.
    pub(super) fn for_schema(schema: &Schema, side: &SideExprs, memory: MemoryReservation) -> Option<Self> {
        schema.fields().iter().all(|field| is_movable(field.data_type())).then(|| Self {
            side: side.clone(),
            memory,
            scatter: Scatter::default(),
            moves: Moves::default(),
            filters: true,
            wanted: 1,
            waiting: Vec::new(),
            rows: 0,
            bytes: 0,
        })
    }

    /// Takes a batch in; whether the group is full, which it also is when there is no memory for more.
    pub(super) fn push(&mut self, batch: RecordBatch) -> bool {
        if self.waiting.is_empty() {
            self.memory.shrink(self.memory.size().saturating_sub(self.scatter.spare_bytes()));
        }
        self.rows += batch.num_rows();
        // The rows as they came and as they are grouped, and where they go.
        self.bytes += batch.num_rows() * (2 * row_bytes(batch.schema_ref()) + MOVE_BYTES);
        self.waiting.push(batch);
        let fits = self.bytes <= self.memory.size() || self.memory.try_resize(self.bytes).is_ok();
        !fits || self.rows >= self.wanted || self.bytes >= 2 * MOST_BYTES
    }

    /// What has been taken in since the last time: grouped, or as it came when that is not possible. `filter` tells the
    /// rows that may be left out.
    pub(super) async fn take(
        &mut self,
        filter: Option<&KeyFilter>,
        pauses: &mut Pauses,
    ) -> Result<std::result::Result<Grouped, Vec<RecordBatch>>> {
        let batches = std::mem::take(&mut self.waiting);
        self.wanted = (self.wanted * GROWTH).clamp(LEAST_ROWS, MOST_ROWS);
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let plain = batches.iter().flat_map(RecordBatch::columns).all(|column| column.null_count() == 0);
        if rows < LEAST_ROWS || !plain {
            return Ok(Err(batches));
        }
        self.group(&batches, filter.filter(|_| self.filters), pauses).await.map(Ok)
    }

    /// Takes the memory of a group back that is done with.
    pub(super) fn give_back(&mut self, grouped: Grouped) {
        self.scatter.give_back(grouped.batch);
    }

    /// The rows of `batches`, without NULLs and of movable types, by shard.
    async fn group(
        &mut self,
        batches: &[RecordBatch],
        filter: Option<&KeyFilter>,
        pauses: &mut Pauses,
    ) -> Result<Grouped> {
        self.moves.clear();
        let mut rows = 0;
        for batch in batches {
            let keys = self.side.key_numbers(batch)?.0;
            match filter {
                None => self.moves.add(keys.iter().map(|key| (shard_of(*key) as u16, true))),
                Some(filter) => {
                    self.moves.add(keys.iter().map(|key| (shard_of(*key) as u16, filter.may_hold(*key))));
                }
            }
            rows += batch.num_rows();
            pauses.pause().await;
        }
        let left_out = rows - self.moves.len();
        self.filters = filter.is_some() && left_out > rows / WORTH_FILTERING;
        let starts = self.moves.order(SHARDS).to_vec();
        let batch = self.scatter.together(batches, &self.moves, pauses).await?;
        Ok(Grouped { batch, starts, left_out })
    }
}

/// Bytes of a row; the columns have a width.
fn row_bytes(schema: &Schema) -> usize {
    schema.fields().iter().filter_map(|field| field.data_type().primitive_width()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::operators::interval_join::columns::KeyForm;
    use crate::operators::interval_join::condition::Complement;
    use arrow::array::{AsArray, Int16Array, Int64Array};
    use arrow::datatypes::{DataType, Field, Int16Type, Int64Type};
    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};
    use datafusion::physical_expr::PhysicalExpr;
    use datafusion::physical_expr::expressions::Column;

    #[tokio::test]
    async fn every_row_stays_whole_and_comes_to_its_shard() {
        let schema = Arc::new(Schema::new(vec![
            Field::new("number", DataType::Int16, false),
            Field::new("key", DataType::Int64, false),
        ]));
        let key = |row: i64| (row * 7919) % 5003;
        let key_column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("key", 1));
        let side = SideExprs {
            keys: vec![Arc::clone(&key_column)],
            low: Arc::clone(&key_column),
            high: key_column,
            complement: Complement::Nothing,
            third: None,
            form: KeyForm::Integer,
        };
        let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        let memory = MemoryConsumer::new("test").register(&pool);
        let mut regrouper = Regrouper::for_schema(&schema, &side, memory).unwrap();
        // The first batch is not grouped.
        let empty = RecordBatch::new_empty(Arc::clone(&schema));
        assert!(!regrouper.push(empty));
        assert!(regrouper.take(None, &mut Pauses::new()).await.unwrap().is_err());
        for round in 0..3 {
            let rows = (LEAST_ROWS * GROWTH.pow(round)) as i64;
            let mut full = false;
            for first in (0..rows).step_by(1000) {
                assert!(!full);
                let range = first..rows.min(first + 1000);
                let numbers: Int16Array = range.clone().map(|row| Some(row as i16)).collect();
                let keys: Int64Array = range.map(|row| Some(key(row))).collect();
                let batch =
                    RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(numbers), Arc::new(keys)]);
                // A slice, so that values do not start where the buffer does.
                full = regrouper.push(batch.unwrap().slice(0, 1000.min((rows - first) as usize)));
            }
            assert!(full);
            let Ok(grouped) = regrouper.take(None, &mut Pauses::new()).await.unwrap() else {
                panic!("not grouped")
            };
            let keys = grouped.batch.column(1).as_primitive::<Int64Type>().values();
            for shard in 0..SHARDS {
                let range = grouped.starts[shard]..grouped.starts[shard + 1];
                assert!(keys[range].iter().all(|key| shard_of(*key as u64) == shard));
            }
            let numbers = grouped.batch.column(0).as_primitive::<Int16Type>().values();
            let mut found: Vec<(i64, i16)> = keys.iter().copied().zip(numbers.iter().copied()).collect();
            let mut expected: Vec<(i64, i16)> = (0..rows).map(|row| (key(row), row as i16)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert!(found == expected);
            // The next group is written over this one.
            regrouper.give_back(grouped);
        }
    }
}
