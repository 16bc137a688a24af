//! The catalog of a session: base tables, `newest`, `simulated`, `law`, `report` and `sys`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Weak};

use arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result as DfResult, internal_err};
use datafusion::datasource::{MemTable, ViewTable};
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;
use parking_lot::RwLock;

use super::table::SnapshotTable;
use super::{newest, system};
use crate::error::{Error, Result};
use crate::store::contract::{Contract, contracts};
use crate::store::{DataFile, Snapshot, Store};
use advisql_udfs::law::Rates;

/// Schema of the tables of simulated runs.
const SIMULATED: &str = "simulated";
/// Schema of the rows that no later registration replaces; pipelines name it for the table itself.
pub(crate) const NEWEST: &str = "newest";

/// Registers every schema of a session.
pub(super) fn register(
    context: &SessionContext,
    rates: &Arc<Rates>,
    store: Option<&Store>,
    snapshot: Option<&Arc<Snapshot>>,
) -> Result<()> {
    let catalog_name = context.state().config().options().catalog.default_catalog.clone();
    let catalog = context
        .catalog(&catalog_name)
        .ok_or_else(|| Error::Query(format!("the session has no catalog {catalog_name}")))?;
    let base = Arc::new(MemorySchemaProvider::new());
    let simulated = Arc::new(MemorySchemaProvider::new());
    if let Some(snapshot) = snapshot {
        let tables = snapshot_tables(snapshot)?;
        catalog.register_schema(NEWEST, Arc::new(newest::schema(contracts()?, &tables)?))?;
        for (name, table) in tables {
            match name.strip_prefix("simulated_") {
                Some(rest) => simulated.register_table(rest.to_owned(), table)?,
                None if name.starts_with("sys_") => None,
                None => base.register_table(name, table)?,
            };
        }
    }
    let schema = context.state().config().options().catalog.default_schema.clone();
    catalog.register_schema(&schema, base)?;
    catalog.register_schema(SIMULATED, simulated)?;
    let law = MemorySchemaProvider::new();
    for (name, batch) in advisql_udfs::law::law_tables(rates).map_err(|e| Error::Law(e.to_string()))? {
        law.register_table(name.to_owned(), mem_table(batch)?)?;
    }
    catalog.register_schema("law", Arc::new(Law { tables: law }))?;
    // The views read the tables of a store; without one none of them could be planned.
    if snapshot.is_some() {
        catalog.register_schema("report", Arc::new(Reports { state: context.state_weak_ref() }))?;
    }
    let system = system::System::new(store.cloned(), snapshot.cloned(), Arc::clone(rates));
    catalog.register_schema("sys", Arc::new(system))?;
    Ok(())
}

/// The tables of a state, empty ones included.
pub(super) fn tables(snapshot: &Snapshot) -> Result<BTreeMap<String, Arc<dyn TableProvider>>> {
    let tables = snapshot_tables(snapshot)?.into_iter();
    Ok(tables.map(|(name, table)| (name, table as Arc<dyn TableProvider>)).collect())
}

fn snapshot_tables(snapshot: &Snapshot) -> Result<BTreeMap<String, Arc<SnapshotTable>>> {
    let url = super::store_url()?;
    let table = |(name, contract): (&String, &Arc<Contract>)| {
        let files = snapshot.tables.get(name).map(Vec::as_slice).unwrap_or_default();
        (name.clone(), Arc::new(SnapshotTable::new(Arc::clone(contract), url.clone(), files)))
    };
    Ok(contracts()?.iter().map(table).collect())
}

/// Finished files of the open store that no commit lists yet, as a table: what a run has written and not
/// published.
pub(crate) fn unlisted(contract: &Arc<Contract>, files: &[DataFile]) -> Result<Arc<dyn TableProvider>> {
    let files: Vec<Arc<DataFile>> = files.iter().cloned().map(Arc::new).collect();
    Ok(Arc::new(SnapshotTable::new(Arc::clone(contract), super::store_url()?, &files)))
}

pub(super) fn mem_table(batch: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}

/// The schema `law`: the amounts and lists of a session, and the calendar, which is made when a query names it.
#[derive(Debug)]
struct Law {
    tables: MemorySchemaProvider,
}

/// Table of the calendar.
const BANK_DAYS: &str = "bank_days";

#[async_trait::async_trait]
impl SchemaProvider for Law {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.tables.table_names();
        names.push(BANK_DAYS.to_owned());
        names
    }

    fn table_exist(&self, name: &str) -> bool {
        name == BANK_DAYS || self.tables.table_exist(name)
    }

    async fn table(&self, name: &str) -> DfResult<Option<Arc<dyn TableProvider>>, DataFusionError> {
        if name != BANK_DAYS {
            return self.tables.table(name).await;
        }
        let batch = advisql_udfs::calendar::bank_days()?;
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }
}

/// The views of `sql/views`, planned when a query names them.
struct Reports {
    state: Weak<RwLock<SessionState>>,
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reports")
    }
}

#[async_trait::async_trait]
impl SchemaProvider for Reports {
    fn table_names(&self) -> Vec<String> {
        crate::views::VIEWS.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn table_exist(&self, name: &str) -> bool {
        crate::views::VIEWS.iter().any(|(view, _)| *view == name)
    }

    async fn table(&self, name: &str) -> DfResult<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let Some((_, sql)) = crate::views::VIEWS.iter().find(|(view, _)| *view == name) else {
            return Ok(None);
        };
        let Some(state) = self.state.upgrade() else { return internal_err!("the session is closed") };
        let state = state.read().clone();
        let plan =
            state.create_logical_plan(sql).await.map_err(|e| e.context(format!("view report.{name}")))?;
        Ok(Some(Arc::new(ViewTable::new(plan, Some((*sql).to_owned())))))
    }
}
