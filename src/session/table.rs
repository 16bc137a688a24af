//! One table of one state as DataFusion sees it: an explicit file list, pruned by the log before any
//! file is opened, with the sort order declared where it really holds.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, ParquetSource,
};
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::col;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use crate::store::DataFile;
use crate::store::contract::Contract;

/// Bytes of a file below which it is not worth a reader of its own.
const PIECE: u64 = 1024 * 1024;

/// A table of a snapshot.
#[derive(Debug)]
pub(crate) struct SnapshotTable {
    contract: Arc<Contract>,
    schema: SchemaRef,
    url: ObjectStoreUrl,
    files: Vec<Arc<DataFile>>,
    /// Of each file; made when the table is first read, because a session has many tables and a query reads few.
    known: OnceLock<Vec<Arc<Statistics>>>,
}

impl SnapshotTable {
    pub(crate) fn new(contract: Arc<Contract>, url: ObjectStoreUrl, files: &[Arc<DataFile>]) -> Self {
        let schema = contract.schema();
        Self { contract, schema, url, files: files.to_vec(), known: OnceLock::new() }
    }

    fn known(&self) -> &[Arc<Statistics>] {
        let make = || self.files.iter().map(|f| Arc::new(file_statistics(&self.schema, f))).collect();
        self.known.get_or_init(make)
    }

    pub(super) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Whether all files follow each other in the sort order, so that reading them one by one is sorted.
    pub(super) fn is_one_chain(&self) -> bool {
        let all: Vec<usize> = (0..self.files.len()).collect();
        chains(&all, |i| &self.files[i]).is_some_and(|chains| chains.len() <= 1)
    }

    /// What the log knows of `files` together.
    pub(super) fn statistics(&self, files: &[usize]) -> Statistics {
        merge_statistics(&self.schema, files.iter().map(|&i| self.known()[i].as_ref()))
    }

    /// Files of one chain in pieces of like size that follow each other in the sort order.
    pub(super) fn ranges(&self, files: &[usize], partitions: usize) -> Vec<FileGroup> {
        let chain = chains(files, |i| &self.files[i]).unwrap_or_default().concat();
        let bytes: u64 = chain.iter().map(|&i| self.files[i].bytes).sum();
        let pieces = bytes.div_ceil(PIECE).clamp(1, partitions.max(1) as u64);
        let piece = |n: u64| {
            let (from, to) = (bytes * n / pieces, bytes * (n + 1) / pieces);
            let mut start = 0;
            let files = chain.iter().filter_map(|&i| {
                let (file, statistics) = (&self.files[i], &self.known()[i]);
                let offset = start;
                start += file.bytes;
                let (first, end) = (from.clamp(offset, start) - offset, to.clamp(offset, start) - offset);
                let read =
                    PartitionedFile::new(&file.path, file.bytes).with_statistics(Arc::clone(statistics));
                (first < end).then(|| read.with_range(first as i64, end as i64))
            });
            FileGroup::new(files.collect())
        };
        (0..pieces).map(piece).collect()
    }

    /// Reads `groups`, each of which is in sort order; `predicate` may leave out rows.
    pub(super) async fn read(
        &self,
        state: &dyn Session,
        files: &[usize],
        groups: Vec<FileGroup>,
        columns: Vec<usize>,
        predicate: Option<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut source = ParquetSource::new(Arc::clone(&self.schema));
        if let Some(predicate) = predicate {
            source = source.with_predicate(predicate);
        }
        let config = FileScanConfigBuilder::new(self.url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(self.statistics(files))
            .with_projection_indices(Some(columns))?
            .with_output_ordering(self.ordering()?.into_iter().collect())
            .build();
        self.plan(state, config).await
    }

    async fn plan(&self, state: &dyn Session, config: FileScanConfig) -> Result<Arc<dyn ExecutionPlan>> {
        let options = state.config_options().execution.parquet.clone();
        ParquetFormat::default()
            .with_options(table_options(options))
            .create_physical_plan(state, config)
            .await
    }

    /// The files that may hold rows for which `filters` are true, judged by the log alone.
    pub(super) fn matching_files(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<usize>> {
        let all = || (0..self.files.len()).collect::<Vec<_>>();
        let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(all()) };
        let df_schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        let predicate = state.create_physical_expr(filter, &df_schema)?;
        let builder = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema));
        let Some(pruning) = builder.build(predicate) else { return Ok(all()) };
        let statistics = self.known().to_vec();
        let keep = pruning.prune(&PrunableStatistics::new(statistics, Arc::clone(&self.schema)))?;
        Ok(keep.iter().enumerate().filter_map(|(i, keep)| keep.then_some(i)).collect())
    }

    /// Groups files for `partitions` readers; the flag says whether every group is in sort order.
    fn groups(&self, files: &[usize], partitions: usize) -> (Vec<Vec<usize>>, bool) {
        if let Some(chains) = chains(files, |i| &self.files[i])
            && chains.len() <= partitions
        {
            return (split_chains(chains, partitions, |i| self.files[i].rows), true);
        }
        let mut groups: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new()); partitions.min(files.len()).max(1)];
        let mut by_size = files.to_vec();
        by_size.sort_by_key(|&i| (std::cmp::Reverse(self.files[i].rows), i));
        for i in by_size {
            if let Some(smallest) = groups.iter_mut().min_by_key(|(rows, _)| *rows) {
                smallest.0 += self.files[i].rows;
                smallest.1.push(i);
            }
        }
        (groups.into_iter().map(|(_, files)| files).collect(), false)
    }

    fn ordering(&self) -> Result<Option<LexOrdering>> {
        let exprs = self
            .contract
            .sort
            .iter()
            .map(|c| Ok(PhysicalSortExpr::new(col(c, &self.schema)?, Default::default())))
            .collect::<Result<Vec<_>>>()?;
        Ok(LexOrdering::new(exprs))
    }
}

#[async_trait::async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.matching_files(state, filters)?;
        if files.is_empty() {
            let schema = datafusion::common::project_schema(&self.schema, projection)?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let (groups, sorted) = self.groups(&files, state.config().target_partitions());
        let ordering = if sorted { self.ordering()? } else { None };
        let statistics = self.statistics(&files);
        let groups = groups
            .into_iter()
            .filter(|g| !g.is_empty())
            .map(|group| {
                FileGroup::new(
                    group
                        .into_iter()
                        .map(|i| {
                            let (file, statistics) = (&self.files[i], &self.known()[i]);
                            PartitionedFile::new(&file.path, file.bytes)
                                .with_statistics(Arc::clone(statistics))
                                .with_ordering(ordering.clone())
                        })
                        .collect(),
                )
            })
            .collect();
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.schema)));
        let config = FileScanConfigBuilder::new(self.url.clone(), source)
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_output_ordering(ordering.into_iter().collect())
            .build();
        self.plan(state, config).await
    }
}

fn table_options(
    global: datafusion::common::config::ParquetOptions,
) -> datafusion::common::config::TableParquetOptions {
    datafusion::common::config::TableParquetOptions { global, ..Default::default() }
}

/// Chains of files in which each file starts where the one before has ended; `None` when keys do not compare.
fn chains<'a>(files: &[usize], file: impl Fn(usize) -> &'a Arc<DataFile>) -> Option<Vec<Vec<usize>>> {
    let mut order = files.to_vec();
    let mut comparable = true;
    order.sort_by(|&a, &b| {
        file(a).first.partial_cmp(&file(b).first).unwrap_or_else(|| {
            comparable = false;
            a.cmp(&b)
        })
    });
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for i in order {
        if !comparable || file(i).first.is_empty() {
            return None;
        }
        let fits = chains.iter_mut().find(|chain| {
            chain.last().is_some_and(|&last| {
                matches!(
                    file(last).last.partial_cmp(&file(i).first),
                    Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal)
                )
            })
        });
        match fits {
            Some(chain) => chain.push(i),
            None => chains.push(vec![i]),
        }
    }
    Some(chains)
}

/// Cuts the longest chains until there is work for every partition; a piece of a chain stays in order.
fn split_chains(
    mut chains: Vec<Vec<usize>>,
    partitions: usize,
    rows: impl Fn(usize) -> u64,
) -> Vec<Vec<usize>> {
    let weight = |chain: &[usize]| chain.iter().map(|&i| rows(i)).sum::<u64>();
    while chains.len() < partitions {
        let longest = (0..chains.len())
            .filter(|&c| chains[c].len() > 1)
            .max_by_key(|&c| (weight(&chains[c]), std::cmp::Reverse(c)));
        let Some(longest) = longest else { break };
        let (half, mut sum, mut at) = (weight(&chains[longest]) / 2, 0, 0);
        while at + 1 < chains[longest].len() && (at == 0 || sum < half) {
            sum += rows(chains[longest][at]);
            at += 1;
        }
        let tail = chains[longest].split_off(at);
        chains.push(tail);
    }
    chains
}

fn file_statistics(schema: &SchemaRef, file: &DataFile) -> Statistics {
    let column_statistics = schema
        .fields()
        .iter()
        .map(|field| {
            let name = field.name();
            let exact = |v: Option<&datafusion::common::ScalarValue>| {
                v.cloned().map_or(Precision::Absent, Precision::Exact)
            };
            let null_count = match file.nulls.get(name) {
                Some(&n) => Precision::Exact(n as usize),
                None if !field.is_nullable() => Precision::Exact(0),
                None => Precision::Absent,
            };
            ColumnStatistics {
                null_count,
                min_value: exact(file.min.get(name)),
                max_value: exact(file.max.get(name)),
                ..ColumnStatistics::new_unknown()
            }
        })
        .collect();
    Statistics {
        num_rows: Precision::Exact(file.rows as usize),
        total_byte_size: Precision::Inexact(file.bytes as usize),
        column_statistics,
    }
}

fn merge_statistics<'a>(schema: &SchemaRef, files: impl Iterator<Item = &'a Statistics>) -> Statistics {
    files
        .cloned()
        .reduce(|a, b| Statistics {
            num_rows: a.num_rows.add(&b.num_rows),
            total_byte_size: a.total_byte_size.add(&b.total_byte_size),
            column_statistics: a
                .column_statistics
                .into_iter()
                .zip(b.column_statistics)
                .map(|(a, b)| ColumnStatistics {
                    null_count: a.null_count.add(&b.null_count),
                    min_value: a.min_value.min(&b.min_value),
                    max_value: a.max_value.max(&b.max_value),
                    ..ColumnStatistics::new_unknown()
                })
                .collect(),
        })
        .unwrap_or_else(|| Statistics::new_unknown(schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::common::ScalarValue;

    fn file(first: i64, last: i64, rows: u64) -> Arc<DataFile> {
        let key = |v| vec![ScalarValue::Int64(Some(v))];
        Arc::new(DataFile {
            path: format!("data/t/{first}.parquet"),
            rows,
            bytes: rows,
            sha256: String::new(),
            min: Default::default(),
            max: Default::default(),
            nulls: Default::default(),
            first: key(first),
            last: key(last),
        })
    }

    #[test]
    fn files_that_follow_each_other_form_one_chain_and_overlapping_ones_two() {
        let files = [file(5, 9, 1), file(0, 5, 1), file(3, 4, 1), file(10, 12, 1)];
        let found = chains(&[0, 1, 2, 3], |i| &files[i]).unwrap();
        assert_eq!(found, vec![vec![1, 0, 3], vec![2]]);
    }

    #[test]
    fn ranges_cover_a_chain_once_and_in_order() {
        let contract = crate::store::contract::contract("cases").unwrap();
        let files = [file(10, 19, 3 * PIECE), file(0, 9, 2 * PIECE)];
        let table = SnapshotTable::new(contract, super::super::store_url().unwrap(), &files);
        assert!(table.is_one_chain());
        for partitions in [1, 2, 3, 7] {
            let groups = table.ranges(&[0, 1], partitions);
            assert_eq!(groups.len(), partitions.min(5));
            let pieces = groups.iter().flat_map(FileGroup::iter).map(|piece| {
                let range = piece.range.as_ref().unwrap();
                (piece.object_meta.location.to_string(), range.start as u64, range.end as u64)
            });
            let mut at = (String::from("data/t/0.parquet"), 0);
            for (path, start, end) in pieces {
                if path != at.0 {
                    assert_eq!((at.1, path.as_str()), (2 * PIECE, "data/t/10.parquet"));
                    at = (path, 0);
                }
                assert_eq!(start, at.1);
                at.1 = end;
            }
            assert_eq!(at, (String::from("data/t/10.parquet"), 3 * PIECE));
        }
    }

    #[test]
    fn a_long_chain_is_cut_into_balanced_pieces_that_keep_their_order() {
        let files: Vec<_> = (0..6).map(|i| file(i, i, if i == 0 { 50 } else { 10 })).collect();
        let pieces = split_chains(vec![(0..6).collect()], 2, |i| files[i].rows);
        assert_eq!(pieces, vec![vec![0], vec![1, 2, 3, 4, 5]]);
        let more = split_chains(vec![(0..6).collect()], 9, |i| files[i].rows);
        assert_eq!(more.len(), 6);
    }
}
