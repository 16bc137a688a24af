//! The dated amounts of a session: the shipped law, overlaid by the store's own rows.

use std::sync::Arc;

use advisql_udfs::law::Rates;
use datafusion::prelude::SessionContext;

use super::schemas;
use crate::error::{Error, Result};
use crate::store::Snapshot;

/// Mark of a store that lets derived, unpublished amounts count.
pub const DERIVED_RATES_MARK: &str = "setting/derived_rates";

/// The law as `snapshot` has it. `derived` overrules what the store says about derived amounts.
pub(super) async fn overlaid(
    context: &SessionContext,
    snapshot: &Snapshot,
    derived: Option<bool>,
) -> Result<Arc<Rates>> {
    let allow = derived.unwrap_or_else(|| snapshot.marks.contains_key(DERIVED_RATES_MARK));
    let own = match schemas::tables(snapshot)?.remove("rates") {
        Some(table) => context.read_table(table)?.collect().await?,
        None => Vec::new(),
    };
    Rates::with_overlay(&own, allow).map_err(|e| Error::Law(e.to_string()))
}
