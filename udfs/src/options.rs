//! Session settings of advisql, set with `SET advisql.<name> = …`.

use datafusion_common::config::ConfigExtension;
use datafusion_common::{config_namespace, extensions_options};

config_namespace! {
    /// Settings of interval joins, under `advisql.interval_join`.
    pub struct IntervalJoinOptions {
        /// Whether joins on overlapping periods and on points in periods use the interval join.
        pub enable: bool, default = true
    }
}

extensions_options! {
    /// Settings under the prefix `advisql`.
    pub struct AdvisqlOptions {
        /// The day reports look from, as YYYY-MM-DD. Reports take it from here and never from the clock.
        pub report_date: Option<String>, default = None
        /// Interval joins.
        pub interval_join: IntervalJoinOptions, default = IntervalJoinOptions::default()
    }
}

impl ConfigExtension for AdvisqlOptions {
    const PREFIX: &'static str = "advisql";
}
