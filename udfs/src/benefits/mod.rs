//! The benefits: one module each, a plain function `assess` and its SQL function.

#![cfg_attr(test, allow(clippy::inconsistent_digit_grouping, reason = "tests write amounts as kroner_øre"))]

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

use crate::law::Rates;
use frame::{BenefitFunction, Registered};

pub mod around;
pub mod asset_test;
pub mod boligstoetteloft;
pub mod engangshjaelp;
pub mod enkeltydelse;
pub mod exit_month;
pub mod fleksjob_refusion;
pub mod fleksloentilskud;
pub mod frame;
pub mod fritidstillaeg;
pub mod godtgoerelse;
pub mod income_offset;
pub mod kontanthjaelp;
pub mod kontanthjaelpsloft;
pub mod las;
pub mod ledighedsydelse;
pub mod oekonomisk_friplads;
pub mod payout;
pub mod reduction_225;
pub mod ressourceforloebsydelse;
pub mod revalideringsydelse;
pub mod saerlig_stoette;
pub mod sanction;
pub mod selvforsoergelsesydelse;
pub mod sygedagpenge;
pub mod uddannelseshjaelp;

/// The benefit functions for one law.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    all(rates).into_iter().map(|benefit| benefit.udf).collect()
}

/// Every benefit for one law, with its declaration.
pub fn all(rates: &Arc<Rates>) -> Vec<Registered> {
    use around::{a_tax, atp, friplads_recalculation, later_adjustment, mandatory_pension, repayment};
    use sygedagpenge::{
        duration, employer_requirement, hours, refund_supplement, requirement, self_employed_requirement,
    };
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
        BenefitFunction::<
            self_employed_requirement::SelfEmployedRequirement,
            { self_employed_requirement::COUNT },
        >::udf(rates),
        BenefitFunction::<employer_requirement::EmployerRequirement, { employer_requirement::COUNT }>::udf(rates),
        BenefitFunction::<duration::Duration, { duration::COUNT }>::udf(rates),
        BenefitFunction::<hours::UnknownWorkingTime, { hours::COUNT }>::udf(rates),
        BenefitFunction::<refund_supplement::RefundSupplement, { refund_supplement::COUNT }>::udf(rates),
        BenefitFunction::<sygedagpenge::payout::Payout, { sygedagpenge::payout::COUNT }>::udf(rates),
        BenefitFunction::<a_tax::ATax, { a_tax::COUNT }>::udf(rates),
        BenefitFunction::<atp::AtpContribution, { atp::COUNT }>::udf(rates),
        BenefitFunction::<friplads_recalculation::FripladsRecalculation, { friplads_recalculation::COUNT }>::udf(rates),
        BenefitFunction::<later_adjustment::LaterAdjustment, { later_adjustment::COUNT }>::udf(rates),
        BenefitFunction::<mandatory_pension::MandatoryPension, { mandatory_pension::COUNT }>::udf(rates),
        BenefitFunction::<repayment::RepaymentKind, { repayment::COUNT }>::udf(rates),
        BenefitFunction::<uddannelseshjaelp::Uddannelseshjaelp, { uddannelseshjaelp::COUNT }>::udf(rates),
        BenefitFunction::<
            selvforsoergelsesydelse::Selvforsoergelsesydelse,
            { selvforsoergelsesydelse::COUNT },
        >::udf(rates),
        BenefitFunction::<selvforsoergelsesydelse::Overgangsydelse, { selvforsoergelsesydelse::COUNT }>::udf(
            rates,
        ),
        BenefitFunction::<asset_test::AssetTest, { asset_test::COUNT }>::udf(rates),
        BenefitFunction::<income_offset::IncomeOffset, { income_offset::COUNT }>::udf(rates),
        BenefitFunction::<reduction_225::Reduction225, { reduction_225::COUNT }>::udf(rates),
        BenefitFunction::<kontanthjaelpsloft::Kontanthjaelpsloft, { kontanthjaelpsloft::COUNT }>::udf(rates),
        BenefitFunction::<saerlig_stoette::SaerligStoette, { saerlig_stoette::COUNT }>::udf(rates),
        BenefitFunction::<boligstoetteloft::Boligstoetteloft, { boligstoetteloft::COUNT }>::udf(rates),
        BenefitFunction::<fritidstillaeg::Fritidstillaeg, { fritidstillaeg::COUNT }>::udf(rates),
        BenefitFunction::<sanction::Sanction, { sanction::by_rate::COUNT }>::udf(rates),
        BenefitFunction::<sanction::SanctionBefore2020, { sanction::period::COUNT }>::udf(rates),
        BenefitFunction::<sanction::SanctionAvailability, { sanction::availability::COUNT }>::udf(rates),
        BenefitFunction::<sanction::SanctionOneThird, { sanction::one_third::COUNT }>::udf(rates),
        BenefitFunction::<exit_month::ExitMonth, { exit_month::COUNT }>::udf(rates),
        BenefitFunction::<engangshjaelp::Engangshjaelp, { engangshjaelp::COUNT }>::udf(rates),
        BenefitFunction::<enkeltydelse::Enkeltydelse, { enkeltydelse::single::COUNT }>::udf(rates),
        BenefitFunction::<enkeltydelse::DentalSubsidy, { enkeltydelse::dental::COUNT }>::udf(rates),
        BenefitFunction::<payout::Payout, { payout::COUNT }>::udf(rates),
    ]
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
