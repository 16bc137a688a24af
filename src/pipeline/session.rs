//! What a run needs of its session: a schema `run` for its own tables, planning of bound statements, and an
//! account of the memory that its tables hold.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::catalog::{MemorySchemaProvider, SchemaProvider, TableProvider};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::prelude::{DataFrame, SessionContext};

use super::statement::{Parameters, Statement};
use crate::error::{Error, Result};

/// Schema of the tables that only the run knows.
const SCHEMA: &str = "run";

/// The session of one run.
pub(super) struct RunSession {
    context: SessionContext,
    tables: Arc<MemorySchemaProvider>,
    parameters: Parameters,
    held: Mutex<BTreeMap<String, MemoryReservation>>,
}

impl RunSession {
    pub(super) fn new(context: SessionContext, parameters: Parameters) -> Result<Self> {
        let name = context.state().config().options().catalog.default_catalog.clone();
        let catalog = context
            .catalog(&name)
            .ok_or_else(|| Error::Query(format!("the session has no catalog {name}")))?;
        let tables = Arc::new(MemorySchemaProvider::new());
        catalog.register_schema(SCHEMA, Arc::clone(&tables) as Arc<dyn SchemaProvider>)?;
        Ok(Self { context, tables, parameters, held: Mutex::default() })
    }

    /// Plans a statement with the run's parameters. `what` names it in errors.
    pub(super) async fn plan(&self, what: &str, statement: &Statement) -> Result<DataFrame> {
        let state = self.context.state();
        let plan = state.statement_to_plan(statement.bind(&self.parameters)?).await;
        let plan = plan.map_err(|e| failed(what, &e))?;
        Ok(DataFrame::new(state, plan))
    }

    /// Reads a table of the run.
    pub(super) async fn table(&self, name: &str) -> Result<DataFrame> {
        Ok(self.context.table(format!("{SCHEMA}.{name}")).await?)
    }

    /// Makes `table` known as `run.<name>`; `bytes` of the session's memory stand for it until it is forgotten.
    pub(super) fn keep(&self, name: &str, table: Arc<dyn TableProvider>, bytes: usize) -> Result<()> {
        let consumer = MemoryConsumer::new(format!("result of step {name}"));
        let reservation = consumer.register(&self.context.runtime_env().memory_pool);
        reservation.try_grow(bytes).map_err(|e| failed(name, &e))?;
        self.tables.register_table(name.to_owned(), table)?;
        self.held().insert(name.to_owned(), reservation);
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, MemoryReservation>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of `run.<name>`.
    pub(super) fn forget(&self, name: &str) -> Result<()> {
        self.tables.deregister_table(name)?;
        self.held().remove(name);
        Ok(())
    }
}

/// An error of the engine with the step, gate or check it happened in.
pub(super) fn failed(what: &str, error: &datafusion::error::DataFusionError) -> Error {
    Error::Pipeline(format!("{what}: {}", error.strip_backtrace()))
}
