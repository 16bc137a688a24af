//! The benefits: one module each, a plain function `assess` and its SQL function.

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

use crate::law::Rates;
use frame::{BenefitFunction, Registered};

pub mod frame;
pub mod kontanthjaelp;

/// The benefit functions for one law.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    all(rates).into_iter().map(|benefit| benefit.udf).collect()
}

/// Every benefit for one law, with its declaration.
pub fn all(rates: &Arc<Rates>) -> Vec<Registered> {
    vec![BenefitFunction::<kontanthjaelp::Kontanthjaelp, { kontanthjaelp::COUNT }>::udf(rates)]
}

#[cfg(test)]
mod tests;
