//! What `EXPLAIN ANALYZE` shows of an interval join.

use datafusion::physical_plan::metrics::{
    Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder, SpillMetrics, Time,
};

/// Metrics of one output partition; those of the build side are kept by the partition that starts it.
#[derive(Debug, Clone)]
pub(super) struct JoinMetrics {
    pub build_rows: Count,
    pub build_time: Time,
    pub build_memory: Gauge,
    pub probe_rows: Count,
    pub probe_time: Time,
    pub comparisons: Count,
    pub output_rows: Count,
    /// Bytes of both sides after they have been split into parts, in memory and in files.
    pub packed_bytes: Count,
    pub spill: SpillMetrics,
}

impl JoinMetrics {
    pub(super) fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        Self {
            build_rows: MetricBuilder::new(metrics).counter("build_rows", partition),
            build_time: MetricBuilder::new(metrics).subset_time("build_time", partition),
            build_memory: MetricBuilder::new(metrics).gauge("build_memory", partition),
            probe_rows: MetricBuilder::new(metrics).counter("probe_rows", partition),
            probe_time: MetricBuilder::new(metrics).subset_time("probe_time", partition),
            comparisons: MetricBuilder::new(metrics).counter("comparisons", partition),
            output_rows: MetricBuilder::new(metrics).output_rows(partition),
            packed_bytes: MetricBuilder::new(metrics).counter("packed_bytes", partition),
            spill: SpillMetrics::new(metrics, partition),
        }
    }
}
