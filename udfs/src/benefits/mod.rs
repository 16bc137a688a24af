//! The benefits: one module each, a plain function `assess` and its SQL function.

#![cfg_attr(test, allow(clippy::inconsistent_digit_grouping, reason = "tests write amounts as kroner_øre"))]

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

use crate::law::Rates;
use frame::{BenefitFunction, Registered};

pub mod around;
pub mod fleksjob_refusion;
pub mod fleksloentilskud;
pub mod frame;
pub mod godtgoerelse;
pub mod kontanthjaelp;
pub mod ledighedsydelse;
pub mod oekonomisk_friplads;
pub mod ressourceforloebsydelse;
pub mod revalideringsydelse;
pub mod sygedagpenge;

/// The benefit functions for one law.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    all(rates).into_iter().map(|benefit| benefit.udf).collect()
}

/// Every benefit for one law, with its declaration.
pub fn all(rates: &Arc<Rates>) -> Vec<Registered> {
    use around::{a_tax, atp, later_adjustment, mandatory_pension, repayment};
    use sygedagpenge::{duration, employer_requirement, hours, requirement};
    vec![
        BenefitFunction::<kontanthjaelp::Kontanthjaelp, { kontanthjaelp::COUNT }>::udf(rates),
        BenefitFunction::<fleksjob_refusion::FleksjobRefusion, { fleksjob_refusion::COUNT }>::udf(rates),
        BenefitFunction::<fleksloentilskud::Fleksloentilskud, { fleksloentilskud::COUNT }>::udf(rates),
        BenefitFunction::<godtgoerelse::Godtgoerelse, { godtgoerelse::COUNT }>::udf(rates),
        BenefitFunction::<ledighedsydelse::Ledighedsydelse, { ledighedsydelse::COUNT }>::udf(rates),
        BenefitFunction::<oekonomisk_friplads::OekonomiskFriplads, { oekonomisk_friplads::COUNT }>::udf(rates),
        BenefitFunction::<ressourceforloebsydelse::Ressourceforloebsydelse, { ressourceforloebsydelse::COUNT }>::udf(
            rates,
        ),
        BenefitFunction::<revalideringsydelse::Revalideringsydelse, { revalideringsydelse::COUNT }>::udf(rates),
        BenefitFunction::<sygedagpenge::Sygedagpenge, { sygedagpenge::COUNT }>::udf(rates),
        BenefitFunction::<requirement::Requirement, { requirement::COUNT }>::udf(rates),
        BenefitFunction::<employer_requirement::EmployerRequirement, { employer_requirement::COUNT }>::udf(rates),
        BenefitFunction::<duration::Duration, { duration::COUNT }>::udf(rates),
        BenefitFunction::<hours::UnknownWorkingTime, { hours::COUNT }>::udf(rates),
        BenefitFunction::<a_tax::ATax, { a_tax::COUNT }>::udf(rates),
        BenefitFunction::<atp::AtpContribution, { atp::COUNT }>::udf(rates),
        BenefitFunction::<later_adjustment::LaterAdjustment, { later_adjustment::COUNT }>::udf(rates),
        BenefitFunction::<mandatory_pension::MandatoryPension, { mandatory_pension::COUNT }>::udf(rates),
        BenefitFunction::<repayment::RepaymentKind, { repayment::COUNT }>::udf(rates),
    ]
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
