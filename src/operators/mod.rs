//! Physical operators and the rules that choose them.

pub mod asof_join;
mod inputs;
pub mod interval_join;
pub mod newest;
mod pausing;

pub(crate) use pausing::PausingRule;
