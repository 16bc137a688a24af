//! The settings of every session, each with its reason.

use datafusion::config::ConfigOptions;
use datafusion::prelude::SessionConfig;

use crate::error::Result;

/// One setting that differs from DataFusion's default, and why.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Key as in `SHOW`.
    pub key: &'static str,
    /// Value.
    pub value: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// Everything a session sets, in the order of the keys; threads, memory and spill directory come on top.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "datafusion.catalog.default_catalog",
        value: "advisql",
        reason: "the catalog names the product in plans and information_schema",
    },
    Setting {
        key: "datafusion.catalog.information_schema",
        value: "true",
        reason: "analysts and tools look tables and columns up",
    },
    Setting {
        key: "datafusion.execution.batch_size",
        value: "16384",
        reason: "what a batch costs on top of its rows is a tenth of a benefit's time and of an as-of join's with 8192",
    },
    Setting {
        key: "datafusion.execution.collect_statistics",
        value: "true",
        reason: "the log holds exact statistics of every file, so they cost nothing",
    },
    Setting {
        key: "datafusion.execution.max_spill_file_size_bytes",
        value: "1",
        reason: "one file per spilled batch: a repartitioning that appends to two files can wait for ever (upstream 24883)",
    },
    Setting {
        key: "datafusion.execution.parquet.bloom_filter_on_read",
        value: "true",
        reason: "a look-up by CPR number skips row groups",
    },
    Setting {
        key: "datafusion.execution.parquet.pushdown_filters",
        value: "false",
        reason: "several wrong-result fixes upstream are younger than this release",
    },
    Setting {
        key: "datafusion.optimizer.enable_join_dynamic_filter_pushdown",
        value: "false",
        reason: "drops rows when a join filter passes a GROUP BY with two columns of one name (upstream 25264)",
    },
    Setting {
        key: "datafusion.sql_parser.parse_float_as_decimal",
        value: "true",
        reason: "1.2 in a query is a decimal, so that amounts never become floating point",
    },
];

/// The session configuration with [`SETTINGS`] applied.
pub(super) fn config(threads: Option<usize>) -> Result<SessionConfig> {
    let mut options = ConfigOptions::new();
    for setting in SETTINGS {
        options.set(setting.key, setting.value)?;
    }
    let mut config = SessionConfig::from(options);
    if let Some(threads) = threads {
        config = config.with_target_partitions(threads.max(1));
    }
    Ok(config)
}
