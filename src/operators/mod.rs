//! Physical operators and the rules that choose them.

pub mod interval_join;
