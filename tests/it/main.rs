//! The one integration test binary.

mod event_log;
mod function_vectors;
mod functions_reference;
mod generate;
mod import;
mod law_cases;
mod pipeline;
mod pipeline_fixture;
mod pipeline_generated;
mod slt;
