//! A side that does not fit in memory: both are sorted, on disk as far as they have to be, and merged. What is sorted
//! already streams.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt64Array};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryLimit, MemoryReservation};
use datafusion::execution::spill_file::SpillFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{
    EmptyRecordBatchStream, ExecutionPlan, ExecutionPlanProperties, SpillManager,
};
use futures::{StreamExt, TryStreamExt};
use parking_lot::Mutex;

use super::distinct::distinct;
use super::merge::merged;
use super::metrics::JoinMetrics;
use super::read::{Pace, TooLarge};
use super::spec::{Side, Spec};

/// The right side: the best row of each key and time, sorted by both.
pub(super) struct SortedRight {
    files: SpillManager,
    rows: Rows,
    /// All of the left side; the partition that comes first joins it. One at a time: several sorts would take each other the
    /// memory that each needs at least.
    left: Mutex<Option<SendableRecordBatchStream>>,
}

enum Rows {
    OnDisk(Option<Arc<dyn SpillFile>>),
    /// For one reader.
    Streaming(Mutex<Option<SendableRecordBatchStream>>),
}

/// What sorting needs.
#[derive(Clone)]
pub(super) struct Sorting {
    pub spec: Arc<Spec>,
    pub context: Arc<TaskContext>,
    pub metrics: JoinMetrics,
}

impl Sorting {
    fn files(&self, schema: SchemaRef) -> SpillManager {
        let compression = self.context.session_config().spill_compression();
        SpillManager::new(self.context.runtime_env(), self.metrics.spill.clone(), schema)
            .with_compression_type(compression)
    }

    /// Puts what has been read of a side on disk, so that its memory is free, and gives all of it again.
    pub(super) fn parked(
        &self,
        schema: SchemaRef,
        side: TooLarge,
        reservation: MemoryReservation,
    ) -> Result<SendableRecordBatchStream> {
        let files = self.files(Arc::clone(&schema));
        let mut file = files.create_in_progress_file("an as-of join")?;
        for batch in side.batches {
            file.append_batch(&batch)?;
        }
        drop(reservation);
        let rest = side.rest.unwrap_or_else(|| Box::pin(EmptyRecordBatchStream::new(Arc::clone(&schema))));
        let all = match file.finish()? {
            Some(file) => files.read_spill_as_stream(file, None)?.chain(rest).boxed(),
            None => rest,
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, all)))
    }

    /// The rows of all partitions of the right side, for a left side that has been read.
    pub(super) async fn right_of(
        &self,
        left: SendableRecordBatchStream,
        right: Arc<dyn ExecutionPlan>,
    ) -> Result<SortedRight> {
        let context = Arc::clone(&self.context);
        if !self.is_sorted(&right, Side::Right)? {
            let rows = CoalescePartitionsExec::new(right).execute(0, context)?;
            return self.right(rows, false, left).await;
        }
        let merged = SortPreservingMergeExec::new(self.order(Side::Right)?, right);
        let rows = distinct(&self.spec, merged.execute(0, context)?)?;
        let files = self.files(rows.schema());
        let rows = Rows::Streaming(Mutex::new(Some(rows)));
        Ok(SortedRight { files, rows, left: Mutex::new(Some(left)) })
    }

    /// All partitions of the left side, in its order where it has one.
    pub(super) fn left(&self, left: Arc<dyn ExecutionPlan>) -> Result<SendableRecordBatchStream> {
        let order = match self.is_sorted(&left, Side::Left)? {
            true => Some(self.order(Side::Left)?),
            false => left.output_ordering().cloned(),
        };
        match order {
            Some(order) => SortPreservingMergeExec::new(order, left).execute(0, Arc::clone(&self.context)),
            None => CoalescePartitionsExec::new(left).execute(0, Arc::clone(&self.context)),
        }
    }

    /// Sorts the right side for all rows of the left one.
    pub(super) async fn right(
        &self,
        right: SendableRecordBatchStream,
        is_sorted: bool,
        left: SendableRecordBatchStream,
    ) -> Result<SortedRight> {
        let order = self.order(Side::Right)?;
        let (sorted, sort) = self.sort(right, order, is_sorted)?;
        let (files, file) = self.stored(distinct(&self.spec, sorted)?).await?;
        sort.iter().for_each(|sort| self.metrics.add_spills(sort.as_ref()));
        Ok(SortedRight { rows: Rows::OnDisk(file), files, left: Mutex::new(Some(left)) })
    }

    /// Rows on disk: what made them needs no more memory.
    async fn stored(
        &self,
        mut rows: SendableRecordBatchStream,
    ) -> Result<(SpillManager, Option<Arc<dyn SpillFile>>)> {
        let files = self.files(rows.schema());
        let mut file = files.create_in_progress_file("an as-of join")?;
        let mut pace = Pace::default();
        while let Some(batch) = rows.try_next().await? {
            file.append_batch(&batch)?;
            pace.rows(batch.num_rows()).await;
        }
        Ok((files, file.finish()?))
    }

    /// Whether every partition of a side is in the order of the merge.
    pub(super) fn is_sorted(&self, plan: &Arc<dyn ExecutionPlan>, side: Side) -> Result<bool> {
        plan.equivalence_properties().ordering_satisfy(self.order(side)?)
    }

    /// Keys, then times, from the one that is looked up first to the last.
    fn order(&self, side: Side) -> Result<LexOrdering> {
        let options = SortOptions { descending: false, nulls_first: true };
        let sorted = |(expr, options)| PhysicalSortExpr::new(Arc::clone(expr), options);
        let keys = self.spec.key_exprs(side).into_iter().map(|key| (key, options));
        let descending = self.spec.conditions.reverse;
        let time = (self.spec.time_expr(side), SortOptions { descending, nulls_first: true });
        match LexOrdering::new(keys.chain([time]).map(sorted)) {
            Some(order) => Ok(order),
            None => internal_err!("an as-of join has no time to sort by"),
        }
    }

    fn sort(
        &self,
        rows: SendableRecordBatchStream,
        order: LexOrdering,
        is_sorted: bool,
    ) -> Result<(SendableRecordBatchStream, Option<Arc<SortExec>>)> {
        if is_sorted {
            return Ok((rows, None));
        }
        let schema = rows.schema();
        let once = Arc::new(Once { schema: Arc::clone(&schema), rows: Mutex::new(Some(rows)) });
        let input = StreamingTableExec::try_new(schema, vec![once], None, [], false, None)?;
        let sort = Arc::new(SortExec::new(order, Arc::new(input)));
        Ok((sort.execute(0, sorting_context(&self.context))?, Some(sort)))
    }

    /// Joins the rows of the left side, which `plan` gives, with the right side. Where `plan` has an order, they come out in it.
    pub(super) fn join(
        &self,
        left: SendableRecordBatchStream,
        plan: &Arc<dyn ExecutionPlan>,
        right: &SortedRight,
    ) -> Result<SendableRecordBatchStream> {
        let right = right.rows()?;
        let is_sorted = self.is_sorted(plan, Side::Left)?;
        if is_sorted || plan.output_ordering().is_none() {
            let (sorted, sort) = self.sort(left, self.order(Side::Left)?, is_sorted)?;
            let joined = merged(Arc::clone(&self.spec), sorted, right, self.metrics.clone())?;
            return Ok(self.counted(joined, sort.into_iter().collect()));
        }
        let numbered = numbered(left);
        let spec = Arc::new(self.spec.numbered(&numbered.schema()));
        let (sorted, sort) = self.sort(numbered, self.order(Side::Left)?, false)?;
        let joined = merged(spec, sorted, right, self.metrics.clone())?;
        let joined = self.counted(joined, sort.into_iter().collect());
        let sorting = self.clone();
        let rows = futures::stream::once(async move { sorting.by_number(joined).await }).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.spec.schema), rows)))
    }

    /// Rows in the order of their last column, without it.
    async fn by_number(&self, rows: SendableRecordBatchStream) -> Result<SendableRecordBatchStream> {
        let number = rows.schema().fields().len() - 1;
        let number = Column::new(rows.schema().field(number).name(), number);
        let order = LexOrdering::from([PhysicalSortExpr::new_default(Arc::new(number))]);
        let (files, file) = self.stored(rows).await?;
        let Some(file) = file else {
            return Ok(Box::pin(EmptyRecordBatchStream::new(Arc::clone(&self.spec.schema))));
        };
        let (rows, sort) = self.sort(files.read_spill_as_stream(file, None)?, order, false)?;
        let schema = Arc::clone(&self.spec.schema);
        let named = Arc::clone(&schema);
        let rows = rows.map(move |batch| {
            let kept: Vec<usize> = (0..named.fields().len()).collect();
            Ok(batch?.project(&kept)?.with_schema(Arc::clone(&named))?)
        });
        let rows = Box::pin(RecordBatchStreamAdapter::new(schema, rows));
        Ok(self.counted(rows, sort.into_iter().collect()))
    }

    /// The same rows; what the sorts have spilled is added to the metrics in the end.
    fn counted(
        &self,
        rows: SendableRecordBatchStream,
        sorts: Vec<Arc<SortExec>>,
    ) -> SendableRecordBatchStream {
        let metrics = self.metrics.clone();
        let end = futures::stream::once(async move {
            sorts.iter().for_each(|sort| metrics.add_spills(sort.as_ref()));
            None
        });
        let schema = rows.schema();
        let rows = rows.map(Some).chain(end).filter_map(std::future::ready);
        Box::pin(RecordBatchStreamAdapter::new(schema, rows))
    }
}

impl SortedRight {
    fn rows(&self) -> Result<SendableRecordBatchStream> {
        let rows = match &self.rows {
            Rows::OnDisk(Some(file)) => Some(self.files.read_spill_as_stream(Arc::clone(file), None)?),
            Rows::OnDisk(None) => None,
            Rows::Streaming(rows) => rows.lock().take(),
        };
        let nothing = || Box::pin(EmptyRecordBatchStream::new(Arc::clone(self.files.schema()))) as _;
        Ok(rows.unwrap_or_else(nothing))
    }

    /// The left side, for who asks first.
    pub(super) fn take_left(&self) -> Option<SendableRecordBatchStream> {
        self.left.lock().take()
    }
}

/// Sorting keeps some memory back for merging: not more than a small part of what there is.
fn sorting_context(context: &TaskContext) -> Arc<TaskContext> {
    let config = context.session_config().clone();
    let kept_back = config.options().execution.sort_spill_reservation_bytes;
    let kept_back = match context.memory_pool().memory_limit() {
        MemoryLimit::Finite(limit) => kept_back.min(limit / 16),
        _ => kept_back,
    };
    Arc::new(TaskContext::new(
        context.task_id(),
        context.session_id(),
        config.with_sort_spill_reservation_bytes(kept_back),
        HashMap::default(),
        HashMap::default(),
        HashMap::default(),
        HashMap::default(),
        context.runtime_env(),
    ))
}

/// The same rows with their number as the last column.
fn numbered(rows: SendableRecordBatchStream) -> SendableRecordBatchStream {
    let unnumbered = rows.schema();
    let fields = unnumbered.fields().iter().cloned();
    let number = Arc::new(Field::new("row_number", DataType::UInt64, false));
    let schema: SchemaRef = Arc::new(Schema::new(fields.chain([number]).collect::<Vec<_>>()));
    let named = Arc::clone(&schema);
    let mut first = 0;
    let rows = rows.map(move |batch| {
        let batch = batch?;
        let numbers = UInt64Array::from_iter_values(first..first + batch.num_rows() as u64);
        first += batch.num_rows() as u64;
        let columns = batch.columns().iter().cloned().chain([Arc::new(numbers) as _]).collect();
        Ok(RecordBatch::try_new(Arc::clone(&named), columns)?)
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, rows))
}

/// Rows that can be read once, as an input of an operator.
struct Once {
    schema: SchemaRef,
    rows: Mutex<Option<SendableRecordBatchStream>>,
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows of an as-of join")
    }
}

impl PartitionStream for Once {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let nothing = || Box::pin(EmptyRecordBatchStream::new(Arc::clone(&self.schema))) as _;
        self.rows.lock().take().unwrap_or_else(nothing)
    }
}
