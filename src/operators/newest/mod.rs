//! The newest registrations of a sorted table in one pass: a row is kept when no row of the same key was registered
//! later. In ordinary SQL this is a join of the table with itself,
//! `NOT EXISTS (SELECT 1 FROM t AS later WHERE later.key = t.key AND later.registered_at > t.registered_at)`; where
//! the files are sorted by key and registration, it is enough to look at the row that follows.

mod exec;
mod rows;
#[cfg(test)]
mod tests;

pub use exec::{NewestExec, NewestScan};
