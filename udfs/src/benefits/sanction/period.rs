//! A sanction before 2020 (and later of ressourceforløbsydelse, which the reform left out): an amount per day of a period, or per
//! incident, by benefit and rate row.

mod straight;

use crate::benefits::frame::{
    Benefit, Book, Count, Date, Input, Law, LawVersion, Outcome, Output, RateId, Spec, Unit, facts, fields,
    gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// Periodesanktion or punktsanktion.
    pub enum Form {
        /// An amount per day.
        Period = "period",
        /// An amount per incident.
        Point = "point",
    }
}

words! {
    /// The benefit and the row of its rate table.
    pub enum Row {
        /// kontanthjaelp age 30 plus provider.
        CashAge30PlusProvider = "kontanthjaelp_age_30_plus_provider",
        /// kontanthjaelp age 30 plus other.
        CashAge30PlusOther = "kontanthjaelp_age_30_plus_other",
        /// kontanthjaelp under 30 single provider.
        CashUnder30SingleProvider = "kontanthjaelp_under_30_single_provider",
        /// kontanthjaelp under 30 provider no extra child allowance.
        CashUnder30ProviderNoExtraChildAllowance = "kontanthjaelp_under_30_provider_no_extra_child_allowance",
        /// kontanthjaelp under 30 pregnant past week 12.
        CashUnder30PregnantPastWeek12 = "kontanthjaelp_under_30_pregnant_past_week_12",
        /// kontanthjaelp under 30 mental illness provider.
        CashUnder30MentalIllnessProvider = "kontanthjaelp_under_30_mental_illness_provider",
        /// kontanthjaelp under 30 mental illness living out.
        CashUnder30MentalIllnessLivingOut = "kontanthjaelp_under_30_mental_illness_living_out",
        /// kontanthjaelp age 25 29 living out.
        CashAge2529LivingOut = "kontanthjaelp_age_25_29_living_out",
        /// kontanthjaelp age 25 29 living home.
        CashAge2529LivingHome = "kontanthjaelp_age_25_29_living_home",
        /// kontanthjaelp under 25 living out.
        CashUnder25LivingOut = "kontanthjaelp_under_25_living_out",
        /// kontanthjaelp under 25 living home.
        CashUnder25LivingHome = "kontanthjaelp_under_25_living_home",
        /// uddannelseshjaelp under 30 single provider.
        EducationUnder30SingleProvider = "uddannelseshjaelp_under_30_single_provider",
        /// uddannelseshjaelp under 30 provider no extra child allowance.
        EducationUnder30ProviderNoExtraChildAllowance = "uddannelseshjaelp_under_30_provider_no_extra_child_allowance",
        /// uddannelseshjaelp under 30 pregnant past week 12.
        EducationUnder30PregnantPastWeek12 = "uddannelseshjaelp_under_30_pregnant_past_week_12",
        /// uddannelseshjaelp under 30 mental illness provider.
        EducationUnder30MentalIllnessProvider = "uddannelseshjaelp_under_30_mental_illness_provider",
        /// uddannelseshjaelp under 30 mental illness living out.
        EducationUnder30MentalIllnessLivingOut = "uddannelseshjaelp_under_30_mental_illness_living_out",
        /// uddannelseshjaelp age 25 29 living out.
        EducationAge2529LivingOut = "uddannelseshjaelp_age_25_29_living_out",
        /// uddannelseshjaelp age 25 29 living home.
        EducationAge2529LivingHome = "uddannelseshjaelp_age_25_29_living_home",
        /// uddannelseshjaelp under 25 living out.
        EducationUnder25LivingOut = "uddannelseshjaelp_under_25_living_out",
        /// uddannelseshjaelp under 25 living home.
        EducationUnder25LivingHome = "uddannelseshjaelp_under_25_living_home",
        /// integrationsydelse single provider.
        IntegrationSingleProvider = "integrationsydelse_single_provider",
        /// integrationsydelse provider no extra child allowance.
        IntegrationProviderNoExtraChildAllowance = "integrationsydelse_provider_no_extra_child_allowance",
        /// integrationsydelse non provider living out.
        IntegrationNonProviderLivingOut = "integrationsydelse_non_provider_living_out",
        /// integrationsydelse under 30 living home.
        IntegrationUnder30LivingHome = "integrationsydelse_under_30_living_home",
        /// integrationsydelse danskbonus.
        IntegrationDanskbonus = "integrationsydelse_danskbonus",
        /// ressourceforloebsydelse provider.
        ResourceProvider = "ressourceforloebsydelse_provider",
        /// ressourceforloebsydelse non provider.
        ResourceNonProvider = "ressourceforloebsydelse_non_provider",
        /// ressourceforloebsydelse under 25 living home non provider.
        ResourceUnder25LivingHomeNonProvider = "ressourceforloebsydelse_under_25_living_home_non_provider",
        /// ressourceforloebsydelse under 25 living home child maintenance.
        ResourceUnder25LivingHomeChildMaintenance = "ressourceforloebsydelse_under_25_living_home_child_maintenance",
    }
}

facts! {
    /// The facts of one sanction.
    pub struct Facts {
        needed {
            /// Day the duty was breached.
            event_date: Date,
        }
        given {
            /// Per day or per incident.
            form: Form,
            /// The benefit and the row of its rate table.
            rate_row: Row,
            /// Days of the period, or incidents.
            units: Count,
        }
    }
}

rates! {
    DAY_CASH_AGE_30_PLUS_PROVIDER = "sanktion" / "kontanthjaelp_period_sanction_age_30_plus_provider";
    DAY_CASH_AGE_30_PLUS_OTHER = "sanktion" / "kontanthjaelp_period_sanction_age_30_plus_other";
    DAY_CASH_UNDER_30_SINGLE_PROVIDER = "sanktion" / "kontanthjaelp_period_sanction_under_30_single_provider";
    DAY_CASH_UNDER_30_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE = "sanktion" / "kontanthjaelp_period_sanction_under_30_provider_no_extra_child_allowance";
    DAY_CASH_UNDER_30_PREGNANT_PAST_WEEK_12 = "sanktion" / "kontanthjaelp_period_sanction_under_30_pregnant_past_week_12";
    DAY_CASH_UNDER_30_MENTAL_ILLNESS_PROVIDER = "sanktion" / "kontanthjaelp_period_sanction_under_30_mental_illness_provider";
    DAY_CASH_UNDER_30_MENTAL_ILLNESS_LIVING_OUT = "sanktion" / "kontanthjaelp_period_sanction_under_30_mental_illness_living_out";
    DAY_CASH_AGE_25_29_LIVING_OUT = "sanktion" / "kontanthjaelp_period_sanction_age_25_29_living_out";
    DAY_CASH_AGE_25_29_LIVING_HOME = "sanktion" / "kontanthjaelp_period_sanction_age_25_29_living_home";
    DAY_CASH_UNDER_25_LIVING_OUT = "sanktion" / "kontanthjaelp_period_sanction_under_25_living_out";
    DAY_CASH_UNDER_25_LIVING_HOME = "sanktion" / "kontanthjaelp_period_sanction_under_25_living_home";
    DAY_EDUCATION_UNDER_30_SINGLE_PROVIDER = "sanktion" / "uddannelseshjaelp_period_sanction_under_30_single_provider";
    DAY_EDUCATION_UNDER_30_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE = "sanktion" / "uddannelseshjaelp_period_sanction_under_30_provider_no_extra_child_allowance";
    DAY_EDUCATION_UNDER_30_PREGNANT_PAST_WEEK_12 = "sanktion" / "uddannelseshjaelp_period_sanction_under_30_pregnant_past_week_12";
    DAY_EDUCATION_UNDER_30_MENTAL_ILLNESS_PROVIDER = "sanktion" / "uddannelseshjaelp_period_sanction_under_30_mental_illness_provider";
    DAY_EDUCATION_UNDER_30_MENTAL_ILLNESS_LIVING_OUT = "sanktion" / "uddannelseshjaelp_period_sanction_under_30_mental_illness_living_out";
    DAY_EDUCATION_AGE_25_29_LIVING_OUT = "sanktion" / "uddannelseshjaelp_period_sanction_age_25_29_living_out";
    DAY_EDUCATION_AGE_25_29_LIVING_HOME = "sanktion" / "uddannelseshjaelp_period_sanction_age_25_29_living_home";
    DAY_EDUCATION_UNDER_25_LIVING_OUT = "sanktion" / "uddannelseshjaelp_period_sanction_under_25_living_out";
    DAY_EDUCATION_UNDER_25_LIVING_HOME = "sanktion" / "uddannelseshjaelp_period_sanction_under_25_living_home";
    DAY_INTEGRATION_SINGLE_PROVIDER = "sanktion" / "integrationsydelse_period_sanction_single_provider";
    DAY_INTEGRATION_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE = "sanktion" / "integrationsydelse_period_sanction_provider_no_extra_child_allowance";
    DAY_INTEGRATION_NON_PROVIDER_LIVING_OUT = "sanktion" / "integrationsydelse_period_sanction_non_provider_living_out";
    DAY_INTEGRATION_UNDER_30_LIVING_HOME = "sanktion" / "integrationsydelse_period_sanction_under_30_living_home";
    DAY_INTEGRATION_DANSKBONUS = "sanktion" / "integrationsydelse_period_sanction_danskbonus";
    DAY_RESOURCE_PROVIDER = "sanktion" / "ressourceforloebsydelse_period_sanction_provider";
    DAY_RESOURCE_NON_PROVIDER = "sanktion" / "ressourceforloebsydelse_period_sanction_non_provider";
    DAY_RESOURCE_UNDER_25_LIVING_HOME_NON_PROVIDER = "sanktion" / "ressourceforloebsydelse_period_sanction_under_25_living_home_non_provider";
    DAY_RESOURCE_UNDER_25_LIVING_HOME_CHILD_MAINTENANCE = "sanktion" / "ressourceforloebsydelse_period_sanction_under_25_living_home_child_maintenance";
    POINT_INTEGRATION_SINGLE_PROVIDER = "sanktion" / "integrationsydelse_point_sanction_single_provider";
    POINT_INTEGRATION_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE = "sanktion" / "integrationsydelse_point_sanction_provider_no_extra_child_allowance";
    POINT_INTEGRATION_NON_PROVIDER_LIVING_OUT = "sanktion" / "integrationsydelse_point_sanction_non_provider_living_out";
    POINT_INTEGRATION_UNDER_30_LIVING_HOME = "sanktion" / "integrationsydelse_point_sanction_under_30_living_home";
    POINT_INTEGRATION_DANSKBONUS = "sanktion" / "integrationsydelse_point_sanction_danskbonus";
}

/// Amounts per day, in the order of [`Row`].
const PER_DAY: [RateId; 29] = [
    DAY_CASH_AGE_30_PLUS_PROVIDER,
    DAY_CASH_AGE_30_PLUS_OTHER,
    DAY_CASH_UNDER_30_SINGLE_PROVIDER,
    DAY_CASH_UNDER_30_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE,
    DAY_CASH_UNDER_30_PREGNANT_PAST_WEEK_12,
    DAY_CASH_UNDER_30_MENTAL_ILLNESS_PROVIDER,
    DAY_CASH_UNDER_30_MENTAL_ILLNESS_LIVING_OUT,
    DAY_CASH_AGE_25_29_LIVING_OUT,
    DAY_CASH_AGE_25_29_LIVING_HOME,
    DAY_CASH_UNDER_25_LIVING_OUT,
    DAY_CASH_UNDER_25_LIVING_HOME,
    DAY_EDUCATION_UNDER_30_SINGLE_PROVIDER,
    DAY_EDUCATION_UNDER_30_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE,
    DAY_EDUCATION_UNDER_30_PREGNANT_PAST_WEEK_12,
    DAY_EDUCATION_UNDER_30_MENTAL_ILLNESS_PROVIDER,
    DAY_EDUCATION_UNDER_30_MENTAL_ILLNESS_LIVING_OUT,
    DAY_EDUCATION_AGE_25_29_LIVING_OUT,
    DAY_EDUCATION_AGE_25_29_LIVING_HOME,
    DAY_EDUCATION_UNDER_25_LIVING_OUT,
    DAY_EDUCATION_UNDER_25_LIVING_HOME,
    DAY_INTEGRATION_SINGLE_PROVIDER,
    DAY_INTEGRATION_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE,
    DAY_INTEGRATION_NON_PROVIDER_LIVING_OUT,
    DAY_INTEGRATION_UNDER_30_LIVING_HOME,
    DAY_INTEGRATION_DANSKBONUS,
    DAY_RESOURCE_PROVIDER,
    DAY_RESOURCE_NON_PROVIDER,
    DAY_RESOURCE_UNDER_25_LIVING_HOME_NON_PROVIDER,
    DAY_RESOURCE_UNDER_25_LIVING_HOME_CHILD_MAINTENANCE,
];

/// Amounts per incident, by row; only those of integrationsydelse were read.
const PER_INCIDENT: [(Row, RateId); 5] = [
    (Row::IntegrationSingleProvider, POINT_INTEGRATION_SINGLE_PROVIDER),
    (Row::IntegrationProviderNoExtraChildAllowance, POINT_INTEGRATION_PROVIDER_NO_EXTRA_CHILD_ALLOWANCE),
    (Row::IntegrationNonProviderLivingOut, POINT_INTEGRATION_NON_PROVIDER_LIVING_OUT),
    (Row::IntegrationUnder30LivingHome, POINT_INTEGRATION_UNDER_30_LIVING_HOME),
    (Row::IntegrationDanskbonus, POINT_INTEGRATION_DANSKBONUS),
];

rule_ids! {
    RULE_PERIOD = "sanction_period";
    RULE_POINT = "sanction_point";
}

gaps! {
    REFORMED = "rule: from 2020 the sanction rates of LAS § 35(4) apply, see sanction";
    NO_POINT = "rule: the amount per incident of this benefit was not read";
}

fields! {
    steps {
        SANCTION = "sanction", "What is deducted, zero or more.";
    }
    details {
        PER_UNIT = "per_unit": Unit::Kroner, "Amount per day or incident.";
    }
}

/// The version from which only ressourceforløbsydelse has these sanctions.
const LAS_2020: usize = 1;

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "sanction_before_2020",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[
        LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" },
        LawVersion { from: day::from_civil(2020, 1, 1), name: "las_2020" },
    ],
    until: day::OPEN_END,
    doc: "A sanction of the law before 2020: the published amount per day (periodesanktion) or incident (punktsanktion) of a rate row, times \
          the days or incidents. From 2020 only ressourceforløbsydelse has it. How many days or incidents an offence costs is decided by \
          the caseworker.",
    source: "law.rules and law.rates (sanktion/…_period_sanction_… and …_point_sanction_…), each row with its own source.",
    example: Example {
        sql: "SELECT sanction_before_2020(DATE '2018-09-03', 'period', 'integrationsydelse_single_provider', 3)['gross'] AS sanction",
        column: "sanction",
        value: "1662.00",
    },
};

/// The sanction.
#[derive(Debug)]
pub struct SanctionBefore2020;

impl Benefit<COUNT> for SanctionBefore2020 {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let units = out.need(facts.units, arg::units);
        let (form, row) = (out.need(facts.form, arg::form), out.need(facts.rate_row, arg::rate_row));
        let (form, row) = (form?, row?);
        let per_day = PER_DAY[row as usize];
        if law.version() >= LAS_2020 && (row as usize) < Row::ResourceProvider as usize {
            out.stop(REFORMED);
            return None;
        }
        let rate = match form {
            Form::Period => {
                out.rule(RULE_PERIOD);
                per_day
            }
            Form::Point => {
                out.rule(RULE_POINT);
                let Some((_, rate)) = PER_INCIDENT.iter().find(|(of, _)| *of == row) else {
                    out.stop(NO_POINT);
                    return None;
                };
                *rate
            }
        };
        let per_unit = out.oere(law, rate)?;
        out.set(PER_UNIT, per_unit);
        out.set(SANCTION, per_unit * units?);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
