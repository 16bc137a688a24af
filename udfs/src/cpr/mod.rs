//! Civil registration numbers (CPR): `ddmmyy-nnnn`, with or without the hyphen.
//!
//! Positions 1-6 are the birth date, position 7 with the year gives the century, position 10 the sex
//! (cpr.dk, "Opbygning af CPR-nummeret"). Replacement numbers have the day raised by 60 (cpr.dk,
//! "Erstatningspersonnummer i eksterne systemer"). Numbers that fail modulus 11 are issued since
//! 1 October 2007 and are fully valid (cpr.dk, "Personnumre uden kontrolciffer").

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

mod column;
#[cfg(test)]
mod flavours;
mod functions;
mod kernel;

/// The functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    functions::ALL.iter().map(|spec| Arc::new(spec.udf())).collect()
}
