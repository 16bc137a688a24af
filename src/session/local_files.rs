//! `FROM 'file.csv'`: files of this machine as tables, with text kept as text.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::{DynamicFileCatalog, TableProvider, UrlTableFactory};
use datafusion::common::Result;
use datafusion::datasource::listing::{
    ListingTable, ListingTableConfig, ListingTableConfigExt, ListingTableUrl,
};
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;
use parking_lot::{Mutex, RwLock};

/// Rows of a CSV file that are looked at for leading zeros.
const SAMPLE_ROWS: usize = 10_000;

/// Rebuilds the session so that quoted paths are tables.
pub(super) fn enable(context: SessionContext) -> SessionContext {
    let factory = Arc::new(LocalFiles::default());
    let inner = Arc::clone(context.state().catalog_list());
    let catalog = Arc::new(DynamicFileCatalog::new(inner, Arc::clone(&factory) as Arc<dyn UrlTableFactory>));
    let state = context.into_state_builder().with_catalog_list(catalog).build();
    let context = SessionContext::new_with_state(state);
    *factory.state.lock() = Some(context.state_weak_ref());
    context
}

#[derive(Default)]
struct LocalFiles {
    state: Mutex<Option<std::sync::Weak<RwLock<SessionState>>>>,
}

impl std::fmt::Debug for LocalFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalFiles")
    }
}

#[async_trait::async_trait]
impl UrlTableFactory for LocalFiles {
    async fn try_new(&self, url: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Ok(table_url) = ListingTableUrl::parse(url) else { return Ok(None) };
        let Some(state) = self.state.lock().as_ref().and_then(|s| s.upgrade()).map(|s| s.read().clone())
        else {
            return Ok(None);
        };
        let Ok(config) = ListingTableConfig::new(table_url).infer_options(&state).await else {
            return Ok(None);
        };
        let config = config.infer_partitions_from_path(&state).await?.infer_schema(&state).await?;
        let schema = config.file_schema.clone();
        let config = match (schema, url.ends_with(".csv")) {
            (Some(schema), true) => config.with_schema(Arc::new(keep_leading_zeros(&schema, url))),
            _ => config,
        };
        Ok(Some(Arc::new(ListingTable::try_new(config)?)))
    }
}

/// Makes integer columns text again when a value has a leading zero: a CPR number or a code, not a quantity.
fn keep_leading_zeros(schema: &Schema, path: &str) -> Schema {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let coded = coded_columns(path);
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(i, f)| match coded.contains(&i) && f.data_type().is_integer() {
            true => f.as_ref().clone().with_data_type(DataType::Utf8View),
            false => f.as_ref().clone(),
        })
        .collect();
    Schema::new(fields)
}

fn coded_columns(path: &str) -> HashSet<usize> {
    let mut found = HashSet::new();
    let Ok(mut reader) = csv::Reader::from_path(path) else { return found };
    for record in reader.byte_records().take(SAMPLE_ROWS).flatten() {
        for (i, value) in record.iter().enumerate() {
            if value.len() > 1 && value[0] == b'0' && value.iter().all(u8::is_ascii_digit) {
                found.insert(i);
            }
        }
    }
    found
}
