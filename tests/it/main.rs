//! The one integration test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod as_of_join;
mod cancellation;
mod cli;
mod event_log;
mod function_vectors;
mod functions_reference;
mod generate;
mod import;
mod interval_join;
mod interval_join_upstream;
mod law_cases;
mod memory_limit;
mod newest;
mod older_files;
mod period_queries;
mod pipeline;
mod pipeline_decisions;
mod pipeline_fixture;
mod pipeline_generated;
mod pipeline_tasks;
mod process_kill;
mod report;
mod report_views;
mod shell;
mod slt;
mod store_crash;
mod store_damage;
mod store_s3;
mod store_suite;
mod store_support;
mod what_if;
