//! The views of schema `report`, one file of `sql/views` each.

/// Name and query of every view.
pub const VIEWS: &[(&str, &str)] = &[];
