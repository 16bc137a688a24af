//! The law: dated rates, rounding rules, money in øre, and the reference tables.

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

pub mod day;
mod error;
mod glossary;
mod load;
pub mod money;
mod rate;
mod rates;
mod round;
mod rounding;
mod rules;
mod shipped;
mod tables;
#[cfg(test)]
mod tests;

pub use error::LawError;
pub use glossary::Glossary;
pub use rate::{Rate, RateStatus};
pub use rates::{Missing, RateRow, Rates, Status, label};
pub use round::RoundLaw;
pub use rounding::RoundingRule;
pub use rules::{Rule, Rules};
pub use tables::law_tables;

/// The functions of this family for one law: `rate`, `try_rate`, `rate_status`, `round_law`.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    vec![
        Arc::new(ScalarUDF::from(Rate::new(Arc::clone(rates)))),
        Arc::new(ScalarUDF::from(Rate::new_try(Arc::clone(rates)))),
        Arc::new(ScalarUDF::from(RateStatus::new(Arc::clone(rates)))),
        Arc::new(ScalarUDF::from(RoundLaw::new())),
    ]
}
