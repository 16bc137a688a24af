//! Interval joins: overlap of periods, points in periods, in ordinary SQL, with equality keys or without.
//!
//! [`IntervalJoinRule`] finds them in a plan (`condition`), [`IntervalJoinExec`] runs them: `build` reads the left input,
//! `indexing` makes the `index` of it, sorted per key (in `shard`s), `probe` compares batches of the right input with it
//! (in an order that spares the cache, and without those whose keys a `filter` does not know: `regroup`; piece by piece, all
//! threads to the end: `groups`), `emit` hands over
//! the result. When the left input does not fit in memory, `spill` splits both inputs into `parts`, `packed` tightly and in
//! files where even that does not fit, and `unit` joins them part by part.

mod ahead;
mod blocks;
mod build;
mod columns;
mod condition;
mod early;
mod emit;
mod exec;
mod filter;
mod gather;
mod groups;
mod index;
mod indexing;
mod join;
mod metrics;
mod packed;
mod parts;
mod probe;
mod ranks;
mod regroup;
mod rule;
mod runs;
mod scatter;
mod shard;
mod sort;
mod spec;
mod spill;
mod stored;
mod streams;
mod sweep;
mod tasks;
mod unit;

pub use exec::IntervalJoinExec;
pub use rule::{IntervalJoinRule, with_interval_join};
