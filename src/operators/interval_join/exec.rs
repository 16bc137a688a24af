//! The physical operator.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{
    DataFusionError, JoinType, NullEquality, Result, Statistics, internal_err, plan_err,
};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::equivalence::{ProjectionMapping, join_equivalence_properties};
use datafusion::physical_expr::{Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, PlanProperties, ReplaceChildrenOptions,
    apply_expression_roots,
};
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter, build_join_schema};
use datafusion::physical_plan::joins::{HashJoinExecBuilder, PartitionMode};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{EmbeddedProjection, ProjectionExec, try_embed_projection};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::{RecordBatchReceiverStream, RecordBatchStreamAdapter};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, project_schema,
};
use futures::future::{BoxFuture, FutureExt, Shared};
use futures::{StreamExt, TryStreamExt};
use parking_lot::Mutex;

use super::super::inputs::two_inputs;
use super::build::{Built, build};
use super::columns::KeyForm;
use super::condition::{Bound, Condition};
use super::emit::Emitter;
use super::join::Joiner;
use super::metrics::JoinMetrics;
use super::spec::{On, Spec};
use super::tasks::{Pauses, let_others_start};
use super::unit::SpilledInputs;

/// Batches of one partition that may wait for their reader.
const BATCHES_AHEAD: usize = 1;

/// The build side on its way; whoever waits for it moves it on.
type Building = Shared<BoxFuture<'static, Result<Arc<Built>, Arc<DataFusionError>>>>;

/// Joins rows whose equality keys are equal (if there are any) and whose bounds satisfy two comparisons, such as the
/// overlap of two periods or a point in a period.
///
/// The left input is indexed: per key its rows by their lower bound, with the greatest upper bounds over blocks of
/// rows. Batches of the right input are compared as they come, so their size, a frequent key, or the lack of a key
/// cost what the result costs and not the product of the inputs. The answer is exactly that of the comparisons as
/// they are written, for empty and reversed periods too; NULL never matches.
#[derive(Debug)]
pub struct IntervalJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    on: On,
    condition: Condition,
    form: KeyForm,
    join_type: JoinType,
    /// Columns of the join before the projection.
    join_schema: SchemaRef,
    projection: Option<Vec<usize>>,
    spec: Arc<Spec>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// The build sides of executions that have begun, and the partitions that have not been given them yet.
    building: Mutex<Vec<(Building, BTreeSet<usize>)>>,
}

impl IntervalJoinExec {
    /// The interval join for a join of `left` and `right` with `filter`, or `None` when its shape is not supported:
    /// the filter needs two comparisons across the sides on dates, timestamps or integers; mark joins and keys of
    /// floating-point, nested or differing types are left to the other operators.
    ///
    /// # Errors
    /// When the expressions do not fit the inputs.
    pub fn try_new(
        left: &Arc<dyn ExecutionPlan>,
        right: &Arc<dyn ExecutionPlan>,
        on: On,
        filter: &JoinFilter,
        join_type: JoinType,
        projection: Option<Vec<usize>>,
    ) -> Result<Option<Self>> {
        if matches!(join_type, JoinType::LeftMark | JoinType::RightMark) {
            return Ok(None);
        }
        let Some(condition) = Condition::recognise(filter)? else { return Ok(None) };
        let mut types = Vec::with_capacity(on.len());
        for (l, r) in &on {
            let kind = l.data_type(&left.schema())?;
            if kind != r.data_type(&right.schema())? {
                return Ok(None);
            }
            types.push(kind);
        }
        let Some(form) = KeyForm::of(&types)? else { return Ok(None) };
        let (left, right) = (Arc::clone(left), Arc::clone(right));
        Self::with_parts(left, right, on, condition, form, join_type, projection).map(Some)
    }

    fn with_parts(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        on: On,
        condition: Condition,
        form: KeyForm,
        join_type: JoinType,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        let (join_schema, columns) = build_join_schema(&left.schema(), &right.schema(), &join_type);
        let join_schema: SchemaRef = Arc::new(join_schema);
        let schema = project_schema(&join_schema, projection.as_ref())?;
        let output: Vec<ColumnIndex> = match &projection {
            Some(kept) => kept.iter().map(|i| columns[*i].clone()).collect(),
            None => columns,
        };
        let spec = Spec::new(
            join_type,
            &on,
            &condition,
            form.clone(),
            &left.schema(),
            &output,
            Arc::clone(&schema),
        )?;
        let mut equivalences = join_equivalence_properties(
            left.equivalence_properties().clone(),
            right.equivalence_properties().clone(),
            &join_type,
            Arc::clone(&join_schema),
            &[false, false],
            None,
            &on,
        )?;
        if let Some(kept) = &projection {
            let mapping = ProjectionMapping::from_indices(kept, &join_schema)?;
            equivalences = equivalences.project(&mapping, schema);
        }
        // Which row comes out of which partition is not fixed, nor in which order.
        let partitions = right.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Both,
            Boundedness::Bounded,
        );
        Ok(Self {
            left,
            right,
            on,
            condition,
            form,
            join_type,
            join_schema,
            projection,
            spec: Arc::new(spec),
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
            building: Mutex::default(),
        })
    }

    fn replaced(
        &self,
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        let (on, condition) = (self.on.clone(), self.condition.clone());
        Self::with_parts(left, right, on, condition, self.form.clone(), self.join_type, projection)
    }

    /// `keyed` with equality keys, `unkeyed` without.
    pub fn strategy(&self) -> &'static str {
        if self.on.is_empty() { "unkeyed" } else { "keyed" }
    }

    fn comparisons(&self) -> String {
        let name = |expr: &Arc<dyn PhysicalExpr>, side: &str| format!("{side}.{expr}");
        let bound = |b: &Bound| format!("{} {} {}", name(&b.left, "left"), b.op, name(&b.right, "right"));
        self.condition.bounds().map(bound).collect::<Vec<_>>().join(" AND ")
    }

    /// The build that `partition` probes: the newest that it has not been given yet, as there its rows may have gone to
    /// others.
    fn building(&self, partition: usize, context: &Arc<TaskContext>, metrics: &JoinMetrics) -> Building {
        let mut begun = self.building.lock();
        let at = begun.iter().rposition(|(_, open)| open.contains(&partition)).unwrap_or_else(|| {
            let (left, right) = (Arc::clone(&self.left), Arc::clone(&self.right));
            let work = build(Arc::clone(&self.spec), left, right, Arc::clone(context), metrics.clone());
            let building = work.map(|built| built.map(Arc::new).map_err(Arc::new)).boxed().shared();
            begun.push((building, (0..self.properties.partitioning.partition_count()).collect()));
            begun.len() - 1
        });
        let (building, mut open) = begun.remove(at);
        open.remove(&partition);
        if !open.is_empty() {
            begun.insert(at, (building.clone(), open));
        }
        building
    }
}

impl EmbeddedProjection for IntervalJoinExec {
    fn with_projection(&self, projection: Option<Vec<usize>>) -> Result<Self> {
        let combined = match (&self.projection, projection) {
            (Some(known), Some(wanted)) => {
                let pick = |i: &usize| match known.get(*i) {
                    Some(column) => Ok(*column),
                    None => internal_err!("an interval join has no output column {i}"),
                };
                Some(wanted.iter().map(pick).collect::<Result<_>>()?)
            }
            (known, wanted) => wanted.or_else(|| known.clone()),
        };
        self.replaced(Arc::clone(&self.left), Arc::clone(&self.right), combined)
    }
}

impl DisplayAs for IntervalJoinExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let on: Vec<String> = self.on.iter().map(|(l, r)| format!("({l}, {r})")).collect();
        let residual = self.condition.residual.as_ref().map(|r| r.expression().to_string());
        if matches!(format, DisplayFormatType::TreeRender) {
            writeln!(f, "strategy={}", self.strategy())?;
            writeln!(f, "join_type={:?}", self.join_type)?;
            if !on.is_empty() {
                writeln!(f, "on={}", on.join(", "))?;
            }
            writeln!(f, "interval={}", self.comparisons())?;
            return residual.map_or(Ok(()), |r| writeln!(f, "filter={r}"));
        }
        write!(f, "IntervalJoinExec: strategy={}, join_type={:?}", self.strategy(), self.join_type)?;
        if !on.is_empty() {
            write!(f, ", on=[{}]", on.join(", "))?;
        }
        write!(f, ", interval=[{}]", self.comparisons())?;
        if let Some(residual) = residual {
            write!(f, ", filter={residual}")?;
        }
        if let Some(kept) = &self.projection {
            let name = |i: &usize| format!("{}@{i}", self.join_schema.field(*i).name());
            write!(f, ", projection=[{}]", kept.iter().map(name).collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl ExecutionPlan for IntervalJoinExec {
    fn name(&self) -> &'static str {
        "IntervalJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let keys = self.on.iter().flat_map(|(l, r)| [l, r]);
        let bounds = self.condition.bounds().flat_map(|b| [&b.left, &b.right]);
        let residual = self.condition.residual.iter().map(|filter| filter.expression());
        apply_expression_roots(keys.chain(bounds).chain(residual), f)
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
        if partition >= self.properties.partitioning.partition_count() {
            return plan_err!("an interval join has no partition {partition}");
        }
        let metrics = JoinMetrics::new(&self.metrics, partition);
        let building = self.building(partition, &context, &metrics);
        let (spec, right) = (Arc::clone(&self.spec), Arc::clone(&self.right));
        let (schema, left_schema) = (Arc::clone(&spec.schema), self.left.schema());
        let batch_size = context.session_config().batch_size();
        // Nothing starts before the stream is read. From then on the work is a task of its own, so that the reader is
        // never held up, and ends with the stream.
        let start = async move {
            let mut receiver = RecordBatchReceiverStream::builder(Arc::clone(&spec.schema), BATCHES_AHEAD);
            let emitter =
                Emitter::new(Arc::clone(&spec), batch_size, metrics.output_rows.clone(), receiver.tx());
            let spilled = SpilledInputs::new(&context, &metrics, left_schema, right.schema());
            let memory = MemoryConsumer::new("IntervalJoinProbe").register(context.memory_pool());
            let pauses = Pauses::new();
            let mut joiner = Joiner { spec, emitter, metrics, memory, pauses };
            receiver.spawn(async move {
                let built = building.await.map_err(DataFusionError::Shared)?;
                let_others_start().await;
                joiner.run(&built, partition, &spilled).await
            });
            Ok::<_, DataFusionError>(receiver.build())
        };
        let stream = futures::stream::once(start).try_flatten().boxed();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, _: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(None), ChildStats::At(None)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        if self.on.is_empty() || args.partition().is_some() {
            return Ok(Arc::new(Statistics::new_unknown(&self.spec.schema)));
        }
        // An estimate by the keys, as the hash join makes it.
        let (left, right) = (Arc::clone(&self.left), Arc::clone(&self.right));
        let estimate = HashJoinExecBuilder::new(left, right, self.on.clone(), self.join_type)
            .with_projection(self.projection.clone())
            .with_partition_mode(PartitionMode::Partitioned)
            .with_null_equality(NullEquality::NullEqualsNothing)
            .build()?;
        let estimate = estimate.statistics_from_inputs(inputs, args)?;
        Ok(Arc::new(Arc::unwrap_or_clone(estimate).to_inexact()))
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        try_embed_projection(projection, self)
    }
}
