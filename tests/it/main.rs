//! The one integration test binary.

mod slt;
