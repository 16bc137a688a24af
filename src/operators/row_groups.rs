//! Cuts the files of a scan where their row groups begin.
//!
//! DataFusion splits a Parquet file into ranges of equally many bytes, and a row group belongs to the range it begins in: of
//! ten equal row groups the first of two ranges gets six, because the end of the file is no row group. Cut at the nearest
//! beginning of a row group, each gets five.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::datasource::listing::{FileRange, PartitionedFile};
use datafusion::datasource::physical_plan::parquet::metadata::CachedParquetMetaData;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::object_store::ObjectMeta;
use datafusion::object_store::path::Path;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use parquet::file::metadata::RowGroupMetaData;

/// Moves the ends of ranges of Parquet files, as far as the footers have been read.
pub(crate) struct RowGroupsRule {
    /// Where planning has left the footers.
    pub footers: Arc<FileMetadataCache>,
}

impl std::fmt::Debug for RowGroupsRule {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("RowGroupsRule")
    }
}

impl PhysicalOptimizerRule for RowGroupsRule {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(scan) = node.downcast_ref::<DataSourceExec>() else { return Ok(Transformed::no(node)) };
            let Some((config, _)) = scan.downcast_to_file_source::<ParquetSource>() else {
                return Ok(Transformed::no(node));
            };
            Ok(match self.cut(config) {
                Some(config) => {
                    let scan = scan.clone().with_data_source(Arc::new(config));
                    Transformed::yes(Arc::new(scan) as Arc<dyn ExecutionPlan>)
                }
                None => Transformed::no(node),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "row_groups"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

impl RowGroupsRule {
    /// The scan with the ends of its ranges moved, if any is.
    fn cut(&self, config: &FileScanConfig) -> Option<FileScanConfig> {
        let mut begins: HashMap<&Path, Option<Begins>> = HashMap::new();
        let mut moved = false;
        let mut groups = Vec::with_capacity(config.file_groups.len());
        for group in &config.file_groups {
            let mut files: Vec<PartitionedFile> = Vec::with_capacity(group.len());
            let mut changed = false;
            for file in group.iter() {
                let mut file_cut = file.clone();
                if let Some(range) = &file.range {
                    let meta = &file.object_meta;
                    let begins = begins.entry(&meta.location).or_insert_with(|| self.begins(meta));
                    if let Some(begins) = begins {
                        let (start, end) = (begins.nearest(range.start), begins.nearest(range.end));
                        changed |= start != range.start || end != range.end;
                        file_cut.range = Some(FileRange { start, end });
                    }
                }
                files.push(file_cut);
            }
            moved |= changed;
            groups.push(if changed { FileGroup::new(files) } else { group.clone() });
        }
        moved.then(|| {
            let mut config = config.clone();
            config.file_groups = groups;
            config
        })
    }

    fn begins(&self, meta: &ObjectMeta) -> Option<Begins> {
        let footer = self.footers.get(&meta.location).filter(|footer| footer.is_valid_for(meta))?;
        let footer = footer.file_metadata.as_any().downcast_ref::<CachedParquetMetaData>()?;
        let groups = footer.parquet_metadata().row_groups();
        let begin = |group: &RowGroupMetaData| {
            let column = group.columns().first()?;
            Some(column.dictionary_page_offset().unwrap_or(column.data_page_offset()))
        };
        let places: Vec<i64> = groups.iter().map(begin).collect::<Option<_>>()?;
        let end = places.last()? + groups.last()?.compressed_size();
        let size = i64::try_from(meta.size).ok()?;
        (places.is_sorted() && end <= size).then_some(Begins { places, end, size })
    }
}

/// Where the row groups of a file begin, where the last one ends, and where the file does.
struct Begins {
    places: Vec<i64>,
    end: i64,
    size: i64,
}

impl Begins {
    /// The beginning of a row group that is nearest to `place` in the file, as if the file ended with its last row group.
    /// What lies before the first row group, or after the last, stays with it.
    fn nearest(&self, place: i64) -> i64 {
        if place <= 0 || place >= self.size {
            return place;
        }
        let place = (i128::from(place) * i128::from(self.end) / i128::from(self.size)) as i64;
        let after = self.places.partition_point(|begin| *begin < place);
        let next = self.places.get(after).copied().unwrap_or(self.size);
        let last = after.checked_sub(1).and_then(|before| self.places.get(before)).copied().unwrap_or(0);
        if next.min(self.end) - place <= place - last { next } else { last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineBuilder;
    use datafusion::physical_plan::{ExecutionPlanProperties, execute_stream_partitioned};
    use futures::TryStreamExt;

    #[test]
    fn a_place_moves_to_the_nearest_beginning() {
        let begins = Begins { places: vec![4, 100, 200], end: 300, size: 330 };
        let found: Vec<i64> =
            [0, 1, 4, 57, 58, 110, 164, 165, 220, 274, 275, 330].map(|p| begins.nearest(p)).into();
        assert_eq!(found, [0, 0, 4, 4, 100, 100, 100, 200, 200, 200, 330, 330]);
    }

    #[tokio::test]
    async fn equal_row_groups_are_shared_evenly_and_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("numbers.parquet");
        let engine = EngineBuilder::new().threads(2).local_files(true).build().await.unwrap();
        let context = engine.context();
        let written = format!(
            "COPY (SELECT value, (value * 7919) % 10007 AS other FROM range(1000)) TO '{}' OPTIONS (max_row_group_size '100')",
            file.display()
        );
        let unguarded = datafusion::prelude::SessionContext::new();
        unguarded.sql(&written).await.unwrap().collect().await.unwrap();
        context.sql("SET datafusion.optimizer.repartition_file_min_size = 0").await.unwrap();
        for (threads, expected) in [(2, vec![500, 500]), (5, vec![200; 5]), (3, vec![300, 400, 300])] {
            context.sql(&format!("SET datafusion.execution.target_partitions = {threads}")).await.unwrap();
            let query = format!("SELECT value FROM '{}' WHERE other >= 0", file.display());
            let plan = context.sql(&query).await.unwrap().create_physical_plan().await.unwrap();
            assert_eq!(plan.output_partitioning().partition_count(), threads);
            let mut rows = Vec::new();
            for stream in execute_stream_partitioned(plan, context.task_ctx()).unwrap() {
                let batches: Vec<_> = stream.try_collect().await.unwrap();
                rows.push(batches.iter().map(|batch| batch.num_rows()).sum::<usize>());
            }
            assert_eq!(rows, expected, "{threads} threads");
        }
    }
}
