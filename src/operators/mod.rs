//! Physical operators and the rules that choose them.

pub mod asof_join;
mod inputs;
pub mod interval_join;
pub mod newest;
mod pausing;
mod row_groups;

pub(crate) use pausing::PausingRule;
pub(crate) use row_groups::RowGroupsRule;
