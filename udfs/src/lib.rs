//! The functions of advisql: pure computations on Arrow columns, usable in any DataFusion program.

pub mod law;
