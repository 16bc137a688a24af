//! The law written a second time, and every benefit function on garbage.
//!
//! [`oracle`] calculates benefits row by row from the rule texts, without anything of the library but the functions it
//! checks; [`fuzz`] calls every benefit function with arguments that make no sense.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::inconsistent_digit_grouping,
    reason = "a test may fail and may speak; amounts are written as kroner_øre"
)]

mod call;
mod facts;
mod fuzz;
mod oracle;
mod random;
