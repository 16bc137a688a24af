//! advisql: an embedded database for Danish municipal benefit administration.

mod error;
mod session;
pub mod store;

pub use error::{Error, Result};
pub use session::{Engine, EngineBuilder};
