//! Data of the benchmarks: reproducible from a seed, written through the store like any other data.

pub mod case_rows;
pub mod income_rows;
pub mod month_end_store;
pub mod person_rows;
pub mod random;
