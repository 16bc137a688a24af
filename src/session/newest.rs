//! The schema `newest`: every table whose rows are corrected by later registrations, with only the rows that no later
//! registration of the same key replaces. Files that follow each other in sort order, as an import into an empty
//! table or `compact` leaves them, are read in one pass ([`NewestExec`]); otherwise the table is joined with itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider, Session, TableProvider};
use datafusion::common::{Column, DFSchema, JoinType, project_schema};
use datafusion::datasource::{TableType, ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use super::table::SnapshotTable;
use crate::operators::newest::{NewestExec, NewestScan};
use crate::store::contract::Contract;

/// Column that says when a row became known.
const REGISTERED_AT: &str = "registered_at";

/// The schema over the base tables of a state.
pub(super) fn schema(
    contracts: &BTreeMap<String, Arc<Contract>>,
    tables: &BTreeMap<String, Arc<SnapshotTable>>,
) -> Result<MemorySchemaProvider> {
    let schema = MemorySchemaProvider::new();
    for (name, contract) in contracts.iter().filter(|(_, contract)| is_corrected(contract)) {
        if let Some(table) = tables.get(name) {
            schema.register_table(name.clone(), newest(name, contract, table)?)?;
        }
    }
    Ok(schema)
}

/// Whether a later row replaces an earlier one of the same key. Where the instant is part of the key, rows add up.
fn is_corrected(contract: &Contract) -> bool {
    let corrected =
        contract.column(REGISTERED_AT).is_some() && !contract.key.iter().any(|c| c == REGISTERED_AT);
    corrected && !contract.name.starts_with("sys_") && !contract.name.starts_with("simulated_")
}

fn newest(
    name: &str,
    contract: &Arc<Contract>,
    table: &Arc<SnapshotTable>,
) -> Result<Arc<dyn TableProvider>> {
    let by_key =
        contract.sort.split_last().is_some_and(|(last, key)| last == REGISTERED_AT && key == contract.key);
    if by_key && table.is_one_chain() {
        return Ok(Arc::new(Newest { table: Arc::clone(table) }));
    }
    let source = provider_as_source(Arc::clone(table) as Arc<dyn TableProvider>);
    let column = |of: &str, column: &str| Expr::Column(Column::new(Some(of), column));
    let same = contract.key.iter().map(|c| column(name, c).eq(column("later", c)));
    let later = column("later", REGISTERED_AT).gt(column(name, REGISTERED_AT));
    let plan = LogicalPlanBuilder::scan(name, Arc::clone(&source), None)?
        .join_on(
            LogicalPlanBuilder::scan("later", source, None)?.build()?,
            JoinType::LeftAnti,
            same.chain([later]),
        )?
        .build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// A table that is read in one pass.
#[derive(Debug)]
struct Newest {
    table: Arc<SnapshotTable>,
}

#[async_trait::async_trait]
impl TableProvider for Newest {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // What is skipped by its key is skipped with all its registrations. What is skipped by anything else may
        // be the later registration that replaces a row which is read.
        let key = &self.table.contract().key;
        let support = filters.iter().map(|filter| {
            match filter.column_refs().iter().all(|column| key.contains(&column.name)) {
                true => TableProviderFilterPushDown::Inexact,
                false => TableProviderFilterPushDown::Unsupported,
            }
        });
        Ok(support.collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (table, schema) = (&self.table, self.table.schema());
        let files = table.matching_files(state, filters)?;
        if files.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&schema, projection)?)));
        }
        let predicate = match conjunction(filters.iter().cloned()) {
            Some(filter) => {
                Some(state.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&schema))?)?)
            }
            None => None,
        };
        let wanted = projection.cloned().unwrap_or_else(|| (0..schema.fields().len()).collect());
        let order =
            table.contract().sort.iter().map(|c| schema.index_of(c)).collect::<Result<Vec<_>, _>>()?;
        let mut columns = wanted.clone();
        columns.extend(order.iter().filter(|column| !wanted.contains(column)));
        let at = |column: &usize| columns.iter().position(|c| c == column).unwrap_or_default();
        let mut key: Vec<usize> = order.iter().map(at).collect();
        let registered_at = key.pop().unwrap_or_default();
        let groups = table.ranges(&files, state.config().target_partitions());
        let rows = table.read(state, &files, groups.clone(), columns, predicate.clone()).await?;
        let keys = table.read(state, &files, groups, order, predicate).await?;
        Ok(Arc::new(NewestExec::try_new(NewestScan {
            table: table.contract().name.clone(),
            rows,
            keys,
            key,
            registered_at,
            projection: (0..wanted.len()).collect(),
            statistics: table.statistics(&files).project(Some(&wanted)),
        })?))
    }
}
