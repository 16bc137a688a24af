//! The operator.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, internal_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, PlanProperties, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, SendableRecordBatchStream};
use futures::stream;

use super::rows::{Columns, Newest};

/// What [`NewestExec`] reads.
#[derive(Debug, Clone)]
pub struct NewestScan {
    /// Name of the table, for `EXPLAIN`.
    pub table: String,
    /// The table, sorted by key and registration through all partitions: each begins where the one before ends.
    pub rows: Arc<dyn ExecutionPlan>,
    /// The same rows in the same partitions, with nothing but the key's columns and the registration.
    pub keys: Arc<dyn ExecutionPlan>,
    /// Positions of the key's columns in `rows`, in sort order.
    pub key: Vec<usize>,
    /// Position of the registration in `rows`.
    pub registered_at: usize,
    /// Positions in `rows` of the columns to give on.
    pub projection: Vec<usize>,
    /// What is known of the rows that are read, by the columns given on; the result has at most as many.
    pub statistics: Statistics,
}

/// Keeps the rows for which there is no later registration of the same key, see [the module](super).
///
/// The inputs are its own and not its children: no optimizer may cut them into other partitions or leave out rows.
#[derive(Debug)]
pub struct NewestExec {
    scan: NewestScan,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    statistics: Arc<Statistics>,
    metrics: ExecutionPlanMetricsSet,
}

impl NewestExec {
    /// The operator over `scan`.
    ///
    /// # Errors
    /// When a position is not a column of the rows.
    pub fn try_new(scan: NewestScan) -> Result<Self> {
        let schema = Arc::new(scan.rows.schema().project(&scan.projection)?);
        let order = scan.key.iter().chain([&scan.registered_at]);
        let order = order.map_while(|column| {
            let at = scan.projection.iter().position(|given| given == column)?;
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(schema.field(at).name(), at));
            Some(PhysicalSortExpr::new(column, Default::default()))
        });
        let order = LexOrdering::new(order);
        let properties = PlanProperties::new(
            EquivalenceProperties::new_with_orderings(Arc::clone(&schema), order),
            Partitioning::UnknownPartitioning(scan.rows.properties().partitioning.partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let statistics = Arc::new(scan.statistics.clone().to_inexact());
        Ok(Self { scan, schema, properties: Arc::new(properties), statistics, metrics: Default::default() })
    }
}

impl DisplayAs for NewestExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.scan.rows.schema();
        let name = |i: &usize| rows.field(*i).name().clone();
        let key = self.scan.key.iter().map(name).collect::<Vec<_>>().join(", ");
        let columns = self.scan.projection.iter().map(name).collect::<Vec<_>>().join(", ");
        write!(
            f,
            "NewestExec: table={}, key=[{key}], projection=[{columns}], partitions={}",
            self.scan.table,
            self.properties.partitioning.partition_count()
        )
    }
}

impl ExecutionPlan for NewestExec {
    fn name(&self) -> &'static str {
        "NewestExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
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
        match children.is_empty() {
            true => Ok(self),
            false => internal_err!("NewestExec has no inputs to replace"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let partitions = self.properties.partitioning.partition_count();
        let input = self.scan.rows.execute(partition, Arc::clone(&context))?;
        let keys = Arc::clone(&self.scan.keys);
        let following = (partition + 1..partitions).map(move |next| keys.execute(next, Arc::clone(&context)));
        let newest = Newest {
            input,
            columns: Columns { key: self.scan.key.clone(), registered_at: self.scan.registered_at },
            projection: self.scan.projection.clone(),
            following: Some(Box::new(following)),
            pending: None,
        };
        let baseline = BaselineMetrics::new(&self.metrics, partition);
        let rows = stream::try_unfold((newest, baseline), |(mut newest, baseline)| async move {
            let next = newest.next().await?;
            Ok(next.map(|batch| {
                baseline.record_output(batch.num_rows());
                (batch, (newest, baseline))
            }))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows)))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        match partition {
            None => Ok(Arc::clone(&self.statistics)),
            Some(_) => Ok(Arc::new(Statistics::new_unknown(&self.schema))),
        }
    }

    fn metrics(&self) -> Option<MetricsSet> {
        let mut metrics = self.metrics.clone_inner();
        // What reading cost; the rows it gave are not those of this operator.
        for metric in self.scan.rows.metrics().iter().flat_map(MetricsSet::iter) {
            if !matches!(
                metric.value().name(),
                "output_rows" | "elapsed_compute" | "start_timestamp" | "end_timestamp"
            ) {
                metrics.push(Arc::clone(metric));
            }
        }
        Some(metrics)
    }
}
