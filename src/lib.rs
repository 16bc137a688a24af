//! advisql: an embedded database for Danish municipal benefit administration.
//!
//! - [`register`] adds every function to any DataFusion [`SessionContext`](datafusion::prelude::SessionContext).
//! - [`EngineBuilder`] opens a store and builds a configured session over one of its states.
//! - [`store`] holds the commit log, snapshots, contracts, import and upkeep.

#[doc(hidden)]
pub mod cli;
mod error;
pub mod generate;
pub mod operators;
pub mod pipeline;
pub mod report;
mod session;
pub mod store;
mod views;

pub use error::{Error, Result};
pub use session::{DERIVED_RATES_MARK, Engine, EngineBuilder, SETTINGS, Setting, register, register_with};
