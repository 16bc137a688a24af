//! As-of joins: for each row of the left side the latest row of the right side that is not after it.
//!
//! ```sql
//! -- the status of a case on the day of each question; LEFT JOIN keeps questions without one
//! SELECT q.case_id, q.day, s.status
//! FROM questions q
//! LEFT JOIN statuses s ON s.case_id = q.case_id AND as_of(s.valid_from <= q.day, s.seq)
//!
//! -- the same, in the words of other engines; it keeps every row of the left side
//! FROM questions q ASOF JOIN statuses s MATCH_CONDITION (s.valid_from <= q.day) ON s.case_id = q.case_id
//! ```
//!
//! `as_of(s.at <= q.at)` takes the greatest `s.at` that fits, `<` that before, `as_of(s.at >= q.at)` the least, `>` that
//! after. Of right rows with the same key and time the one with the greatest tie-breaks counts (the further arguments),
//! then the greatest by the columns that are selected, NULL as the least: never the order of the rows. Conditions on
//! the right side alone choose which rows are candidates. A NULL key, time or tie-break matches nothing.
//!
//! The condition becomes an `AsOfJoin` node before anything is optimised, so that no filter passes it, and an
//! [`AsOfJoinExec`] in the physical plan. That operator reads the side with fewer rows into memory, accounted for, and
//! streams the other, in whatever order and partitions it comes: neither side is sorted. Only when that side does not fit
//! in memory are both sorted, on disk as far as they have to be, and merged.

mod analyze;
mod build_left;
mod build_right;
mod distinct;
mod encoded;
mod exec;
mod keys;
mod marker;
mod merge;
mod metrics;
mod node;
mod order;
mod payload;
mod plan;
mod read;
mod sorted;
mod spec;
mod syntax;
mod times;

pub(crate) use analyze::AsOfRule;
pub use exec::AsOfJoinExec;
pub(crate) use marker::as_of;
pub(crate) use plan::AsOfQueryPlanner;
pub(crate) use syntax::rewrite;
