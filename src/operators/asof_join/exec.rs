//! The physical operator.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, JoinType, Result, internal_err, plan_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::equivalence::{ProjectionMapping, join_equivalence_properties};
use datafusion::physical_expr::{Distribution, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, PlanProperties, ReplaceChildrenOptions,
    apply_expression_roots,
};
use datafusion::physical_plan::joins::utils::build_join_schema;
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{EmbeddedProjection, ProjectionExec, try_embed_projection};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, EmptyRecordBatchStream, ExecutionPlan, ExecutionPlanProperties,
    InputDistributionRequirements, project_schema,
};
use futures::future::{BoxFuture, FutureExt, Shared};
use futures::{StreamExt, TryStreamExt};
use parking_lot::Mutex;

use super::super::inputs::two_inputs;
use super::build_left::LeftSide;
use super::build_right::RightSide;
use super::metrics::JoinMetrics;
use super::node::operator;
use super::read::{Pace, Read};
use super::sorted::{SortedRight, Sorting};
use super::spec::{Conditions, Side, Spec};

/// The side that is read into memory; the other is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InMemory {
    Left,
    Right,
}

/// The side that was read.
#[derive(Clone)]
enum Built {
    Left(Arc<LeftSide>),
    Right(Arc<RightSide>),
    /// It does not fit in memory.
    Sorted(Arc<SortedRight>),
}

/// The side that is being read; whoever waits for it moves it on.
type Building = Shared<BoxFuture<'static, Result<Built, Arc<DataFusionError>>>>;

/// Gives each row of the left side the row of the right side with equal keys whose time is the latest that is not
/// after its own (or, as the conditions say, before it, the earliest not before, or after it).
///
/// One side is read into memory, the one with fewer rows; the other is streamed in any order and any partitions.
/// With the left side in memory each right row is given to the first left time that it fits; with the right side in
/// memory each left row looks its right row up. Output rows come in the order of the left side.
///
/// When the side does not fit in memory, both are sorted, spilling as they have to, and merged; a side that is sorted
/// already streams.
#[derive(Debug)]
pub struct AsOfJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    conditions: Conditions,
    in_memory: InMemory,
    /// Columns of the join before the projection.
    join_schema: SchemaRef,
    projection: Option<Vec<usize>>,
    spec: Arc<Spec>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// The side in memory of the running execution, and how many partitions have been given it.
    building: Mutex<Option<(Building, usize)>>,
}

impl AsOfJoinExec {
    /// The join of `left` and `right`; `projection` are columns of both, left first, all when it is `None`.
    pub(super) fn try_new(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        conditions: Conditions,
        in_memory: InMemory,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        let join_type = join_type(&conditions);
        let (join_schema, _) = build_join_schema(&left.schema(), &right.schema(), &join_type);
        let join_schema: SchemaRef = Arc::new(join_schema);
        let schema = project_schema(&join_schema, projection.as_ref())?;
        let all: Vec<usize> = (0..join_schema.fields().len()).collect();
        let kept = projection.as_ref().unwrap_or(&all);
        let spec = Spec::new(conditions.clone(), &left.schema(), &right.schema(), kept, Arc::clone(&schema));
        let mut equivalences = join_equivalence_properties(
            left.equivalence_properties().clone(),
            right.equivalence_properties().clone(),
            &join_type,
            Arc::clone(&join_schema),
            &[true, false],
            None,
            &conditions.on,
        )?;
        if let Some(kept) = &projection {
            let mapping = ProjectionMapping::from_indices(kept, &join_schema)?;
            equivalences = equivalences.project(&mapping, schema);
        }
        let (streamed, emission) = match in_memory {
            InMemory::Left => (&right, EmissionType::Final),
            InMemory::Right => (&left, EmissionType::Incremental),
        };
        let partitions = Partitioning::UnknownPartitioning(streamed.output_partitioning().partition_count());
        let properties = PlanProperties::new(equivalences, partitions, emission, Boundedness::Bounded);
        Ok(Self {
            left,
            right,
            conditions,
            in_memory,
            join_schema,
            projection,
            spec: Arc::new(spec),
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
            building: Mutex::new(None),
        })
    }

    fn replaced(
        &self,
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        Self::try_new(left, right, self.conditions.clone(), self.in_memory, projection)
    }

    fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }

    fn reservation(context: &TaskContext, name: &str) -> MemoryReservation {
        MemoryConsumer::new(format!("AsOfJoin {name}")).register(context.memory_pool())
    }

    fn building(&self, context: &Arc<TaskContext>, metrics: &JoinMetrics) -> Building {
        let partitions = self.partitions();
        let mut slot = self.building.lock();
        let started = slot.take().filter(|(_, given)| *given < partitions);
        let (building, given) = started.unwrap_or_else(|| {
            let (left, right) = (Arc::clone(&self.left), Arc::clone(&self.right));
            let work = build(
                self.in_memory,
                Arc::clone(&self.spec),
                left,
                right,
                Arc::clone(context),
                metrics.clone(),
            );
            (work.map(|built| built.map_err(Arc::new)).boxed().shared(), 0)
        });
        if given + 1 < partitions {
            *slot = Some((building.clone(), given + 1));
        }
        building
    }
}

fn join_type(conditions: &Conditions) -> JoinType {
    if conditions.inner { JoinType::Inner } else { JoinType::Left }
}

async fn build(
    in_memory: InMemory,
    spec: Arc<Spec>,
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    metrics: JoinMetrics,
) -> Result<Built> {
    match in_memory {
        InMemory::Left => {
            let reservation = AsOfJoinExec::reservation(&context, "left side");
            let partitions = right.output_partitioning().partition_count();
            let input = left.execute(0, Arc::clone(&context))?;
            let side = LeftSide::read(&spec, input, partitions, &reservation, &metrics).await?;
            match side {
                Read::Fits(side) => Ok(Built::Left(Arc::new(side.holding(reservation)))),
                Read::TooLarge(side) => {
                    let sorting = Sorting { spec, context, metrics };
                    let left = sorting.parked(left.schema(), side, reservation)?;
                    Ok(Built::Sorted(Arc::new(sorting.right_of(left, right).await?)))
                }
            }
        }
        InMemory::Right => {
            let reservation = AsOfJoinExec::reservation(&context, "right side");
            let input = right.execute(0, Arc::clone(&context))?;
            let side = RightSide::read(&spec, input, &reservation, &metrics).await?;
            match side {
                Read::Fits(side) => Ok(Built::Right(Arc::new(side.holding(reservation)))),
                Read::TooLarge(side) => {
                    let sorting = Sorting { spec, context, metrics };
                    let is_sorted = sorting.is_sorted(&right, Side::Right)?;
                    let rows = sorting.parked(right.schema(), side, reservation)?;
                    let left = sorting.left(left)?;
                    Ok(Built::Sorted(Arc::new(sorting.right(rows, is_sorted, left).await?)))
                }
            }
        }
    }
}

/// One partition of the work.
struct Partition {
    number: usize,
    spec: Arc<Spec>,
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    metrics: JoinMetrics,
}

impl Partition {
    async fn run(self, building: Building) -> Result<SendableRecordBatchStream> {
        match building.await.map_err(DataFusionError::Shared)? {
            Built::Left(side) => self.stream_right(side).await,
            Built::Right(side) => self.stream_left(side),
            Built::Sorted(right) => self.merge(&right),
        }
    }

    fn merge(self, right: &SortedRight) -> Result<SendableRecordBatchStream> {
        let Some(left) = right.take_left() else {
            return Ok(Box::pin(EmptyRecordBatchStream::new(Arc::clone(&self.spec.schema))));
        };
        let sorting = Sorting { spec: self.spec, context: self.context, metrics: self.metrics };
        sorting.join(left, &self.left, right)
    }

    fn stream_left(self, side: Arc<RightSide>) -> Result<SendableRecordBatchStream> {
        let input = self.left.execute(self.number, Arc::clone(&self.context))?;
        let (spec, metrics) = (Arc::clone(&self.spec), self.metrics);
        let state = (input, Pace::default(), side, spec, metrics);
        let joined = futures::stream::try_unfold(state, |mut state| async move {
            let (input, pace, side, spec, metrics) = &mut state;
            let Some(batch) = input.try_next().await? else { return Ok(None) };
            pace.rows(batch.num_rows()).await;
            let timer = metrics.stream_time.timer();
            metrics.stream_rows.add(batch.num_rows());
            let joined = side.join(spec, &batch)?;
            metrics.output_rows.add(joined.num_rows());
            timer.done();
            Ok(Some((joined, state)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.spec.schema), joined)))
    }

    async fn stream_right(self, side: Arc<LeftSide>) -> Result<SendableRecordBatchStream> {
        let mut input = self.right.execute(self.number, Arc::clone(&self.context))?;
        let reservation = AsOfJoinExec::reservation(&self.context, "matches");
        let mut found = side.nothing(&self.spec, &input.schema(), reservation)?;
        let mut pace = Pace::default();
        while let Some(batch) = input.try_next().await? {
            let timer = self.metrics.stream_time.timer();
            self.metrics.stream_rows.add(batch.num_rows());
            side.add(&self.spec, &batch, &mut found)?;
            timer.done();
            pace.rows(batch.num_rows()).await;
        }
        let answer = side.finish(found)?;
        let rows = if answer.is_some() { side.rows() } else { 0 };
        let batch_size = self.context.session_config().batch_size();
        let (spec, output_rows) = (Arc::clone(&self.spec), self.metrics.output_rows.clone());
        let batches = futures::stream::iter((0..rows).step_by(batch_size)).map(move |from| {
            let Some(answer) = &answer else { return internal_err!("an as-of join has no answer") };
            let joined = side.output(&spec, answer, from, batch_size.min(rows - from))?;
            output_rows.add(joined.num_rows());
            Ok(joined)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.spec.schema), batches)))
    }
}

impl EmbeddedProjection for AsOfJoinExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let combined = match (&self.projection, projection) {
            (Some(known), Some(wanted)) => {
                let pick = |i: &usize| match known.get(*i) {
                    Some(column) => Ok(*column),
                    None => internal_err!("an as-of join has no output column {i}"),
                };
                Some(wanted.iter().map(pick).collect::<Result<_>>()?)
            }
            (known, wanted) => wanted.or_else(|| known.clone()),
        };
        self.replaced(Arc::clone(&self.left), Arc::clone(&self.right), combined)
    }
}

impl DisplayAs for AsOfJoinExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let conditions = &self.conditions;
        let on: Vec<String> = conditions.on.iter().map(|(l, r)| format!("({l}, {r})")).collect();
        let compare = operator(conditions.reverse, conditions.strict);
        let matching = format!("right.{} {compare} left.{}", conditions.right_time, conditions.left_time);
        let ties: Vec<String> = conditions.ties.iter().map(ToString::to_string).collect();
        let in_memory = match self.in_memory {
            InMemory::Left => "left",
            InMemory::Right => "right",
        };
        if matches!(format, DisplayFormatType::TreeRender) {
            writeln!(f, "in_memory={in_memory}")?;
            writeln!(f, "join_type={:?}", join_type(conditions))?;
            if !on.is_empty() {
                writeln!(f, "on={}", on.join(", "))?;
            }
            return writeln!(f, "match={matching}");
        }
        write!(f, "AsOfJoinExec: in_memory={in_memory}, join_type={:?}", join_type(conditions))?;
        if !on.is_empty() {
            write!(f, ", on=[{}]", on.join(", "))?;
        }
        write!(f, ", match=[{matching}]")?;
        if !ties.is_empty() {
            write!(f, ", greatest=[{}]", ties.join(", "))?;
        }
        if let Some(kept) = &self.projection {
            let name = |i: &usize| format!("{}@{i}", self.join_schema.field(*i).name());
            write!(f, ", projection=[{}]", kept.iter().map(name).collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl ExecutionPlan for AsOfJoinExec {
    fn name(&self) -> &'static str {
        "AsOfJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let (one, any) = (Distribution::SinglePartition, Distribution::UnspecifiedDistribution);
        InputDistributionRequirements::new(match self.in_memory {
            InMemory::Left => vec![one, any],
            InMemory::Right => vec![any, one],
        })
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let conditions = &self.conditions;
        let keys = conditions.on.iter().flat_map(|(l, r)| [l, r]);
        let times = [&conditions.left_time, &conditions.right_time];
        apply_expression_roots(keys.chain(times).chain(&conditions.ties), f)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let [left, right] = two_inputs(children)?;
        Ok(Arc::new(self.replaced(left, right, self.projection.clone())?))
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let (left, right) = (Arc::clone(&self.left), Arc::clone(&self.right));
        Ok(Arc::new(self.replaced(left, right, self.projection.clone())?))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        if partition >= self.partitions() {
            return plan_err!("an as-of join has no partition {partition}");
        }
        let metrics = JoinMetrics::new(&self.metrics, partition);
        let building = self.building(&context, &metrics);
        let work = Partition {
            number: partition,
            spec: Arc::clone(&self.spec),
            left: Arc::clone(&self.left),
            right: Arc::clone(&self.right),
            context,
            metrics,
        };
        let stream = futures::stream::once(work.run(building)).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.spec.schema), stream)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        try_embed_projection(projection, self)
    }
}
