//! Session settings of advisql, set with `SET advisql.<name> = …`.

use datafusion_common::config::ConfigExtension;
use datafusion_common::extensions_options;

extensions_options! {
    /// Settings under the prefix `advisql`.
    pub struct AdvisqlOptions {
        /// The day reports look from, as YYYY-MM-DD. Reports take it from here and never from the clock.
        pub report_date: Option<String>, default = None
    }
}

impl ConfigExtension for AdvisqlOptions {
    const PREFIX: &'static str = "advisql";
}
