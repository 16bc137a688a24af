//! The views of schema `report`, one file of `sql/views` each.

/// Name and query of every view.
pub const VIEWS: &[(&str, &str)] = &[
    ("event_log_activities", include_str!("../sql/views/event_log_activities.sql")),
    ("event_log_arrivals", include_str!("../sql/views/event_log_arrivals.sql")),
    ("event_log_directly_follows", include_str!("../sql/views/event_log_directly_follows.sql")),
    ("event_log_open", include_str!("../sql/views/event_log_open.sql")),
    ("event_log_resources", include_str!("../sql/views/event_log_resources.sql")),
    ("event_log_throughput", include_str!("../sql/views/event_log_throughput.sql")),
];
