//! The benefits: one module each, a plain function `assess` and its SQL function.

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

use crate::law::Rates;

pub mod frame;
pub mod kontanthjaelp;

/// The benefit functions for one law.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    vec![Arc::new(ScalarUDF::from(kontanthjaelp::Kontanthjaelp::new(Arc::clone(rates))))]
}
