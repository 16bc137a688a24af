//! The views analysts find in the schema `report`, in the order they build on each other.

/// Name and SQL of every view of the schema `report`, a view after those it reads.
pub const VIEWS: &[(&str, &str)] = &[
    ("advis_status_changes", include_str!("../sql/views/advis_status_changes.sql")),
    ("advis_state", include_str!("../sql/views/advis_state.sql")),
    ("cases_newest", include_str!("../sql/views/cases_newest.sql")),
    ("tasks_open", include_str!("../sql/views/tasks_open.sql")),
    ("advis_backlog", include_str!("../sql/views/advis_backlog.sql")),
    ("advis_flow", include_str!("../sql/views/advis_flow.sql")),
    ("advis_per_caseworker", include_str!("../sql/views/advis_per_caseworker.sql")),
    ("advis_processing_time", include_str!("../sql/views/advis_processing_time.sql")),
    ("case_processing_time", include_str!("../sql/views/case_processing_time.sql")),
    ("month_change", include_str!("../sql/views/month_change.sql")),
    ("not_paid_but_granted", include_str!("../sql/views/not_paid_but_granted.sql")),
    ("payments_by_benefit", include_str!("../sql/views/payments_by_benefit.sql")),
    ("set_offs_near_12_months", include_str!("../sql/views/set_offs_near_12_months.sql")),
    ("task_backlog", include_str!("../sql/views/task_backlog.sql")),
    ("tasks_before_run", include_str!("../sql/views/tasks_before_run.sql")),
    ("withheld_payments", include_str!("../sql/views/withheld_payments.sql")),
    ("event_log_activities", include_str!("../sql/views/event_log_activities.sql")),
    ("event_log_arrivals", include_str!("../sql/views/event_log_arrivals.sql")),
    ("event_log_directly_follows", include_str!("../sql/views/event_log_directly_follows.sql")),
    ("event_log_open", include_str!("../sql/views/event_log_open.sql")),
    ("event_log_resources", include_str!("../sql/views/event_log_resources.sql")),
    ("event_log_throughput", include_str!("../sql/views/event_log_throughput.sql")),
];
