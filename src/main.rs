//! The command line of advisql.

fn main() {}
