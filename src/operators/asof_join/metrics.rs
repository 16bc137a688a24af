//! What `EXPLAIN ANALYZE` shows of an as-of join.

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{
    Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder, SpillMetrics, Time,
};

/// Metrics of one partition; those of the side in memory are kept by the partition that starts to read it.
#[derive(Debug, Clone)]
pub(super) struct JoinMetrics {
    pub build_rows: Count,
    pub build_time: Time,
    pub build_memory: Gauge,
    pub stream_rows: Count,
    pub stream_time: Time,
    pub output_rows: Count,
    pub spill: SpillMetrics,
}

impl JoinMetrics {
    pub fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        Self {
            build_rows: MetricBuilder::new(metrics).counter("build_rows", partition),
            build_time: MetricBuilder::new(metrics).subset_time("build_time", partition),
            build_memory: MetricBuilder::new(metrics).gauge("build_memory", partition),
            stream_rows: MetricBuilder::new(metrics).counter("stream_rows", partition),
            stream_time: MetricBuilder::new(metrics).subset_time("stream_time", partition),
            output_rows: MetricBuilder::new(metrics).output_rows(partition),
            spill: SpillMetrics::new(metrics, partition),
        }
    }

    /// Adds what an operator that worked for this one has spilled.
    pub fn add_spills(&self, of: &dyn ExecutionPlan) {
        let Some(metrics) = of.metrics() else { return };
        self.spill.spill_file_count.add(metrics.spill_count().unwrap_or(0));
        self.spill.spilled_bytes.add(metrics.spilled_bytes().unwrap_or(0));
        self.spill.spilled_rows.add(metrics.spilled_rows().unwrap_or(0));
    }
}
