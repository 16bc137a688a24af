//! The schema `sys`: the store's own record, read from its log when a query names it.

use std::sync::Arc;

use advisql_udfs::law::Rates;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringViewArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result as DfResult};

use super::schemas;
use crate::error::Result;
use crate::store::contract::contracts;
use crate::store::{Commit, Snapshot, Store};

/// Tables of `sys` that this module makes; `checks` and `rejects` are tables of the store.
const NAMES: &[&str] = &[
    "checks",
    "columns",
    "commits",
    "files",
    "functions",
    "lineage",
    "rejects",
    "runs",
    "settings",
    "steps",
    "tables",
];

/// The schema `sys` of one session.
#[derive(Debug)]
pub(super) struct System {
    store: Option<Store>,
    snapshot: Option<Arc<Snapshot>>,
    rates: Arc<Rates>,
}

impl System {
    pub(super) fn new(store: Option<Store>, snapshot: Option<Arc<Snapshot>>, rates: Arc<Rates>) -> Self {
        Self { store, snapshot, rates }
    }

    async fn commits(&self) -> Result<Vec<Commit>> {
        let (Some(store), Some(snapshot)) = (&self.store, &self.snapshot) else { return Ok(Vec::new()) };
        let mut commits = store.commits().await?;
        commits.retain(|c| c.number <= snapshot.commit);
        Ok(commits)
    }

    async fn make(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let batch = match name {
            "columns" => columns()?,
            "tables" => tables()?,
            "settings" => settings()?,
            "functions" => functions(&self.rates)?,
            "commits" => commits(&self.commits().await?)?,
            "files" => files(self.snapshot.as_deref())?,
            "lineage" | "runs" | "steps" => {
                let made = crate::store::runs::tables(&self.commits().await?)?;
                match made.into_iter().find(|(table, _)| *table == name) {
                    Some((_, batch)) => batch,
                    None => return Ok(None),
                }
            }
            "checks" | "rejects" => {
                let tables = self.snapshot.as_deref().map(schemas::tables).transpose()?;
                return Ok(tables.and_then(|mut all| all.remove(&format!("sys_{name}"))));
            }
            _ => return Ok(None),
        };
        schemas::mem_table(batch).map(Some)
    }
}

#[async_trait::async_trait]
impl SchemaProvider for System {
    fn table_names(&self) -> Vec<String> {
        NAMES.iter().map(|n| (*n).to_owned()).collect()
    }

    fn table_exist(&self, name: &str) -> bool {
        NAMES.contains(&name)
    }

    async fn table(&self, name: &str) -> DfResult<Option<Arc<dyn TableProvider>>, DataFusionError> {
        self.make(name).await.map_err(|e| DataFusionError::External(Box::new(e)))
    }
}

fn text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ArrayRef {
    Arc::new(StringViewArray::from_iter_values(values))
}

fn number(values: impl IntoIterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.into_iter().map(|v| v as i64)))
}

fn flag(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<BooleanArray>())
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// One row: one column of one table.
fn columns() -> Result<RecordBatch> {
    let all: Vec<_> = contracts()?.values().flat_map(|t| t.columns.iter().map(move |c| (t, c))).collect();
    batch(vec![
        ("table_name", text(all.iter().map(|(t, _)| t.name.replacen("sys_", "sys.", 1)))),
        ("column_name", text(all.iter().map(|(_, c)| &c.name))),
        ("data_type", text(all.iter().map(|(_, c)| c.kind.data_type().to_string()))),
        ("nullable", flag(all.iter().map(|(_, c)| c.nullable))),
        ("codes", text(all.iter().map(|(_, c)| c.codes.join("|")))),
        ("description", text(all.iter().map(|(_, c)| &c.description))),
    ])
}

/// One row: one table.
fn tables() -> Result<RecordBatch> {
    let all: Vec<_> = contracts()?.values().collect();
    batch(vec![
        ("table_name", text(all.iter().map(|t| t.name.replacen("sys_", "sys.", 1)))),
        ("row_meaning", text(all.iter().map(|t| &t.row))),
        ("key", text(all.iter().map(|t| t.key.join(", ")))),
        ("sort_order", text(all.iter().map(|t| t.sort.join(", ")))),
    ])
}

/// One row: one setting of every session and its reason.
fn settings() -> Result<RecordBatch> {
    let all = super::SETTINGS;
    batch(vec![
        ("name", text(all.iter().map(|s| s.key))),
        ("value", text(all.iter().map(|s| s.value))),
        ("reason", text(all.iter().map(|s| s.reason))),
    ])
}

/// One row: one function, as in `advisql functions`.
fn functions(rates: &Arc<Rates>) -> Result<RecordBatch> {
    let all = advisql_udfs::functions_reference(rates)?;
    let arguments = |f: &advisql_udfs::FunctionDoc| {
        f.arguments.iter().map(|a| format!("{}: {}", a.name, a.description)).collect::<Vec<_>>()
    };
    batch(vec![
        ("name", text(all.iter().map(|f| &f.name))),
        ("kind", text(all.iter().map(|f| f.kind))),
        ("family", text(all.iter().map(|f| &f.family))),
        ("syntax", text(all.iter().map(|f| &f.syntax))),
        ("description", text(all.iter().map(|f| &f.description))),
        ("arguments", text(all.iter().map(|f| arguments(f).join("\n")))),
        ("returns", text(all.iter().map(|f| &f.returns))),
        ("nulls", text(all.iter().map(|f| &f.nulls))),
        ("source", text(all.iter().map(|f| &f.source))),
        ("example", text(all.iter().map(|f| &f.example_sql))),
    ])
}

/// One row: one commit of the log.
fn commits(all: &[Commit]) -> Result<RecordBatch> {
    let at = TimestampMicrosecondArray::from_iter_values(all.iter().map(|c| c.at.timestamp_micros()));
    batch(vec![
        ("commit", number(all.iter().map(|c| c.number))),
        ("at", Arc::new(at.with_timezone("UTC"))),
        ("kind", text(all.iter().map(|c| c.info.kind.as_str()))),
        ("by", text(all.iter().map(|c| &c.info.by))),
        ("message", text(all.iter().map(|c| &c.info.message))),
        ("detail", text(all.iter().map(|c| c.info.detail.to_string()))),
        ("parent_sha256", text(all.iter().map(|c| &c.parent_sha256))),
        ("sha256", text(all.iter().map(|c| &c.sha256))),
    ])
}

/// One row: one file of the state.
fn files(snapshot: Option<&Snapshot>) -> Result<RecordBatch> {
    let all: Vec<_> = snapshot
        .iter()
        .flat_map(|s| s.tables.iter())
        .flat_map(|(table, files)| files.iter().map(move |f| (table, f)))
        .collect();
    batch(vec![
        ("table_name", text(all.iter().map(|(t, _)| t))),
        ("path", text(all.iter().map(|(_, f)| &f.path))),
        ("rows", number(all.iter().map(|(_, f)| f.rows))),
        ("bytes", number(all.iter().map(|(_, f)| f.bytes))),
        ("sha256", text(all.iter().map(|(_, f)| &f.sha256))),
        ("first_key", text(all.iter().map(|(_, f)| key_text(&f.first)))),
        ("last_key", text(all.iter().map(|(_, f)| key_text(&f.last)))),
    ])
}

fn key_text(key: &[datafusion::common::ScalarValue]) -> String {
    key.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
