//! The only place where a session is built: settings, functions, tables, limits.

mod extremes;
mod fields_read;
mod functions;
mod guard;
mod local_files;
mod memory;
mod newest;
mod rates;
mod schemas;
mod settings;
mod sums;
mod system;
mod table;

use std::path::PathBuf;
use std::sync::Arc;

use advisql_udfs::AdvisqlOptions;
use advisql_udfs::law::{RateRow, Rates};
use chrono::{DateTime, NaiveDate};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::Analyzer;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::SessionContext;
use object_store::local::LocalFileSystem;

use self::fields_read::SummedRule;
use self::functions::registered;
use crate::error::{Error, Result};
use crate::operators::asof_join::{AsOfQueryPlanner, AsOfRule, as_of, rewrite};
use crate::operators::interval_join::with_interval_join;
use crate::operators::{PausingRule, RowGroupsRule};
use crate::store::page_cache::PageCached;
use crate::store::{AsOf, Snapshot, Store};

pub use functions::{register, register_with};
pub use rates::DERIVED_RATES_MARK;
pub(crate) use schemas::{NEWEST, unlisted};
pub use settings::{SETTINGS, Setting};

/// Settings of an [`Engine`]; every one has a default.
#[derive(Debug, Clone, Default)]
pub struct EngineBuilder {
    location: Option<String>,
    store: Option<Store>,
    as_of: AsOf,
    report_date: Option<NaiveDate>,
    threads: Option<usize>,
    memory_limit: Option<usize>,
    spill_dir: Option<PathBuf>,
    local_files: bool,
    derived_rates: Option<bool>,
    rates_overlay: Vec<RateRow>,
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

    /// A store that is open already.
    pub fn open_store(mut self, store: Store) -> Self {
        self.store = Some(store);
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

    /// Bytes that queries may use before they spill; by default half of the machine's memory.
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

    /// Lets derived, unpublished amounts count (see `law.rates.status`), whatever the store says.
    pub fn derived_rates(mut self, allowed: bool) -> Self {
        self.derived_rates = Some(allowed);
        self
    }

    /// Lays rates over those of the store, for this session only: what a calculation would give under them. See
    /// [`Rates::read_rows`] and [`Rates::overlaid`]. A pipeline with them can be simulated, never published.
    pub fn rates_overlay(mut self, rows: Vec<RateRow>) -> Self {
        self.rates_overlay = rows;
        self
    }

    /// Opens the store and builds the session.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Corrupt`] when the store or the state cannot be read, [`Error::Law`]
    /// when the store's own rates are faulty.
    pub async fn build(self) -> Result<Engine> {
        let store = match (&self.store, &self.location) {
            (Some(store), _) => Some(store.clone()),
            (None, Some(location)) => Some(Store::open(location).await?),
            (None, None) => None,
        };
        let snapshot = match &store {
            Some(store) => Some(store.snapshot(self.as_of).await?),
            None => None,
        };
        let mut config = settings::config(self.threads)?;
        let report_date = self.report_date.or_else(|| snapshot.as_deref().and_then(newest_known_day));
        let mut options = AdvisqlOptions::default();
        options.report_date = report_date.map(|day| day.to_string());
        config.options_mut().extensions.insert(options);
        let runtime = memory::runtime(self.memory_limit, self.spill_dir.as_deref())?;
        runtime.register_object_store(
            ObjectStoreUrl::local_filesystem().as_ref(),
            Arc::new(PageCached::new(LocalFileSystem::new())),
        );
        if let Some(store) = &store {
            runtime.register_object_store(store_url()?.as_ref(), store.object_store());
        }
        let mut rules = vec![guard::Guard::rule()];
        rules.extend(Analyzer::new().rules);
        rules.push(Arc::new(AsOfRule));
        let mut physical_rules = with_interval_join(PhysicalOptimizer::new().rules)?;
        let footers = runtime.cache_manager.get_file_metadata_cache();
        physical_rules.push(Arc::new(RowGroupsRule { footers }));
        let summed = Arc::new(SummedRule::default());
        physical_rules.push(Arc::clone(&summed) as Arc<dyn PhysicalOptimizerRule + Send + Sync>);
        physical_rules.push(Arc::new(PausingRule));
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::new(runtime))
            .with_default_features()
            .with_analyzer_rules(rules)
            .with_query_planner(Arc::new(AsOfQueryPlanner))
            .with_physical_optimizer_rules(physical_rules)
            .build();
        let mut context = SessionContext::new_with_state(state);
        if self.local_files {
            context = local_files::enable(context);
        }
        let rates = match (&store, &snapshot) {
            (Some(_), Some(snapshot)) => rates::overlaid(&context, snapshot, self.derived_rates).await?,
            _ => Rates::with_overlay(&[], self.derived_rates.unwrap_or(false))
                .map_err(|e| Error::Law(e.to_string()))?,
        };
        let rates = match self.rates_overlay.is_empty() {
            true => rates,
            false => rates.overlaid(&self.rates_overlay).map_err(|e| Error::Law(e.to_string()))?,
        };
        summed.know(registered(&context, &rates)?);
        context.register_udf(as_of());
        extremes::functions().into_iter().for_each(|function| context.register_udf(function));
        context.register_udaf(sums::function());
        schemas::register(&context, &rates, store.as_ref(), snapshot.as_ref())?;
        let hypothetical = !self.rates_overlay.is_empty();
        Ok(Engine { context, store, snapshot, rates, hypothetical })
    }
}

/// The logical plan of a statement, in which `ASOF JOIN` is understood.
async fn plan(state: &SessionState, query: &str) -> Result<LogicalPlan> {
    let dialect = state.config().options().sql_parser.dialect;
    let mut statement = state.sql_to_statement(query, &dialect)?;
    rewrite(&mut statement);
    Ok(state.statement_to_plan(statement).await?)
}

/// The URL under which the open store is known to the session.
fn store_url() -> Result<ObjectStoreUrl> {
    Ok(ObjectStoreUrl::parse("advisql://store")?)
}

/// The local day of the newest `registered_at` of any table: what the state knows, independent of the clock.
fn newest_known_day(snapshot: &Snapshot) -> Option<NaiveDate> {
    let newest = snapshot
        .tables
        .values()
        .flatten()
        .filter_map(|file| match file.max.get("registered_at") {
            Some(ScalarValue::TimestampMicrosecond(Some(micros), _)) => Some(*micros),
            _ => None,
        })
        .max()?;
    let instant = DateTime::from_timestamp_micros(newest)?;
    Some(instant.with_timezone(&chrono_tz::Europe::Copenhagen).date_naive())
}

/// A configured session over one state of one store.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    store: Option<Store>,
    snapshot: Option<Arc<Snapshot>>,
    rates: Arc<Rates>,
    hypothetical: bool,
}

impl Engine {
    /// The DataFusion session: all functions, the tables of the state, `law.*`, `report.*`, `sys.*`.
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

    /// The dated amounts this session calculates with.
    pub fn rates(&self) -> &Arc<Rates> {
        &self.rates
    }

    /// Whether rates were laid over those of the store for this session.
    pub fn is_hypothetical(&self) -> bool {
        self.hypothetical
    }

    /// Plans one read-only statement: a query, EXPLAIN, SHOW or a harmless SET.
    ///
    /// # Errors
    /// [`Error::Query`] when the statement writes or defines something, [`Error::DataFusion`] when it is faulty.
    pub async fn sql(&self, query: &str) -> Result<DataFrame> {
        let state = self.context.state();
        let plan = plan(&state, query).await?;
        self.check(&plan)?;
        Ok(self.context.execute_logical_plan(plan).await?)
    }

    /// Plans one read-only statement with values for its `$name` parameters.
    ///
    /// # Errors
    /// As [`Engine::sql`]; also when a parameter has no value.
    pub async fn sql_with(&self, query: &str, params: impl Into<ParamValues>) -> Result<DataFrame> {
        let state = self.context.state();
        let plan = plan(&state, query).await?;
        self.check(&plan)?;
        let plan = plan.with_param_values(params)?;
        Ok(self.context.execute_logical_plan(plan).await?)
    }

    fn check(&self, plan: &LogicalPlan) -> Result<()> {
        let refused = |e: DataFusionError| Error::Query(e.strip_backtrace());
        guard::sql_options().verify_plan(plan).map_err(refused)?;
        guard::check_statement(plan).map_err(refused)
    }
}
