//! The only place where a session is built: settings, functions, tables, limits.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::error::Result;
use crate::store::{AsOf, Snapshot, Store};

/// Settings of an [`Engine`]; every one has a default.
#[derive(Debug, Clone, Default)]
pub struct EngineBuilder {
    location: Option<String>,
    as_of: AsOf,
    report_date: Option<NaiveDate>,
    threads: Option<usize>,
    memory_limit: Option<usize>,
    spill_dir: Option<PathBuf>,
    local_files: bool,
}

impl EngineBuilder {
    /// An engine without a store, with the shipped law.
    pub fn new() -> Self {
        Self::default()
    }
    /// The store to open.
    pub fn store(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }
    /// The state to read.
    pub fn as_of(mut self, as_of: AsOf) -> Self {
        self.as_of = as_of;
        self
    }
    /// The day reports look from; by default the local day of the newest `registered_at` of the state.
    pub fn report_date(mut self, day: NaiveDate) -> Self {
        self.report_date = Some(day);
        self
    }
    /// Threads that work on one query; by default the machine's.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }
    /// Bytes that queries may use before they spill; by default three quarters of the machine's memory.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_limit = Some(bytes);
        self
    }
    /// Where queries spill; by default the machine's temporary directory.
    pub fn spill_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.spill_dir = Some(dir.into());
        self
    }
    /// Lets `FROM 'file.parquet'` read files of this machine. Off by default: a server must not.
    pub fn local_files(mut self, allowed: bool) -> Self {
        self.local_files = allowed;
        self
    }
    /// Opens the store and builds the session.
    pub async fn build(self) -> Result<Engine> {
        todo!()
    }
}

/// A configured session over one state of one store.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    store: Option<Store>,
    snapshot: Option<Arc<Snapshot>>,
}

impl Engine {
    /// The DataFusion session: all functions, and all tables of the state as `persons`, `law.rates`, `report.*`, `sys.*`.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }
    /// The store, when there is one.
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }
    /// The state that is read.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }
    /// Plans one read-only statement (no DDL, DML, COPY, SET of dangerous options).
    pub async fn sql(&self, _query: &str) -> Result<DataFrame> {
        todo!()
    }
}
