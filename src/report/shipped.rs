//! The shipped reports, in the order of a page.

/// Readable words for codes.
pub(super) const LABELS: &str = include_str!("../../sql/reports/labels.toml");

/// Name, query and definition of every report.
pub(super) const REPORTS: &[(&str, &str, &str)] = &[
    (
        "overview",
        include_str!("../../sql/reports/overview.sql"),
        include_str!("../../sql/reports/overview.toml"),
    ),
    (
        "payments_by_benefit",
        include_str!("../../sql/reports/payments_by_benefit.sql"),
        include_str!("../../sql/reports/payments_by_benefit.toml"),
    ),
    (
        "not_paid",
        include_str!("../../sql/reports/not_paid.sql"),
        include_str!("../../sql/reports/not_paid.toml"),
    ),
    (
        "decisions",
        include_str!("../../sql/reports/decisions.sql"),
        include_str!("../../sql/reports/decisions.toml"),
    ),
    (
        "month_change",
        include_str!("../../sql/reports/month_change.sql"),
        include_str!("../../sql/reports/month_change.toml"),
    ),
    (
        "advis_backlog",
        include_str!("../../sql/reports/advis_backlog.sql"),
        include_str!("../../sql/reports/advis_backlog.toml"),
    ),
    (
        "advis_age",
        include_str!("../../sql/reports/advis_age.sql"),
        include_str!("../../sql/reports/advis_age.toml"),
    ),
    (
        "advis_processing_time",
        include_str!("../../sql/reports/advis_processing_time.sql"),
        include_str!("../../sql/reports/advis_processing_time.toml"),
    ),
    (
        "advis_per_caseworker",
        include_str!("../../sql/reports/advis_per_caseworker.sql"),
        include_str!("../../sql/reports/advis_per_caseworker.toml"),
    ),
    (
        "case_processing_time",
        include_str!("../../sql/reports/case_processing_time.sql"),
        include_str!("../../sql/reports/case_processing_time.toml"),
    ),
    (
        "task_backlog",
        include_str!("../../sql/reports/task_backlog.sql"),
        include_str!("../../sql/reports/task_backlog.toml"),
    ),
];
