//! The dental subsidy of LAS § 82 a: a share of what is left of the bill above the person's own payment of the calendar year.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Flag, Input, Law, LawVersion, Outcome, Output, RateId, RuleId, Spec, Unit,
    facts, fields, gaps, rates, roundings, rule_ids, words,
};
use crate::benefits::las::age;
use crate::documentation::Example;
use crate::law::day;

words! {
    /// The help the person receives.
    pub enum Help {
        /// Kontanthjælp, or a benefit at its level.
        Cash = "kontanthjaelp",
        /// Uddannelseshjælp.
        Education = "uddannelseshjaelp",
        /// Integrationsydelse, selvforsørgelses- og hjemrejseydelse, overgangsydelse.
        Integration = "integrationsydelse",
    }
}

facts! {
    /// The facts of one bill.
    pub struct Facts {
        needed {
            /// Day of the treatment.
            treatment_date: Date,
            /// Date of birth; the age on the day of the treatment decides.
            birth_date: Date,
        }
        given {
            /// The help the person receives.
            help: Help,
            /// The help is paid with a supplement (aktivitetstillæg or barselstillæg); needed of 25 to 29 year olds without kontanthjælp.
            supplement: Flag,
            /// Kroner, the whole bill.
            cost: Amount,
            /// Kroner, subsidies of the health insurance and of Sygeforsikringen danmark.
            other_subsidies: Amount,
            /// Kroner the person has already paid of the own payment of this calendar year.
            own_payment_made: Amount,
            /// The municipality approved the treatment beforehand; needed of a bill above the limit.
            approved: Flag,
        }
    }
}

rates! {
    OWN_PAYMENT = "enkeltydelser" / "dental_own_payment_per_calendar_year";
    APPROVAL_ABOVE = "enkeltydelser" / "dental_prior_approval_above_total";
    PERCENT_UNDER_25 = "enkeltydelser" / "dental_subsidy_pct_age_18_24";
    PERCENT_STUDENT = "enkeltydelser" / "dental_subsidy_pct_age_25_29_uddannelseshjaelp_without_supplement";
    PERCENT_OTHER = "enkeltydelser" / "dental_subsidy_pct_age_25_plus";
}

rule_ids! {
    RULE_UNDER_25 = "dental_under_25";
    RULE_STUDENT = "dental_25_29_without_supplement";
    RULE_OTHER = "dental_25_plus";
    RULE_NOT_APPROVED = "dental_not_approved";
}

gaps! {
    MINOR = "rule: under 18";
    SUBSIDIES = "error: other_subsidies are more than the bill";
    OWN_PAYMENT_ABOVE = "error: own_payment_made is more than the own payment of a year";
}

roundings! {
    OERE = "oere_nearest";
}

fields! {
    steps {
        COST = "cost", "The whole bill.";
        OTHER_SUBSIDIES = "other_subsidies", "Other subsidies, zero or negative.";
        OWN_PAYMENT_LEFT = "own_payment", "Rest of the own payment of the calendar year, zero or negative.";
        OWN_SHARE = "own_share", "The person's share of the rest, zero or negative.";
    }
    details {
        PERCENT = "percent": Unit::Hundredths, "Share the municipality pays above the own payment.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "dental_subsidy",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: ROUNDINGS,
    versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" }],
    until: day::OPEN_END,
    doc: "The dental subsidy of LAS § 82 a for one bill: all, or 65 per cent, of what is left after other subsidies and the own payment of the \
          calendar year; nearest øre. A bill above the limit needs approval beforehand. The own payment itself may be covered under § 82, \
          which is not calculated.",
    source: "law.rules and law.rates (enkeltydelser/dental_…), municipal pages, undated.",
    example: Example {
        sql: "SELECT dental_subsidy(treatment_date => DATE '2023-05-10', birth_date => DATE '1983-02-10', help => 'kontanthjaelp', \
              supplement => NULL, cost => 2600, other_subsidies => 0, own_payment_made => 0)['gross'] AS subsidy",
        column: "subsidy",
        value: "1300.00",
    },
};

/// The subsidy.
#[derive(Debug)]
pub struct DentalSubsidy;

impl Benefit<COUNT> for DentalSubsidy {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let left = above_own_payment(facts, law, out);
        let approved = approved(facts, law, out);
        let percent = percent(facts, law, out);
        let (left, percent) = (left?, percent?);
        let paid = if approved? {
            out.round(law, OERE, Ratio::percent(left, percent))?
        } else {
            out.rule(RULE_NOT_APPROVED);
            0
        };
        out.set(OWN_SHARE, paid - left);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// What is left of the bill after other subsidies and the own payment of the year.
fn above_own_payment(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let cost = out.need(facts.cost, arg::cost);
    let subsidies = out.need(facts.other_subsidies, arg::other_subsidies);
    let made = out.need(facts.own_payment_made, arg::own_payment_made);
    let yearly = out.oere(law, OWN_PAYMENT);
    let (cost, subsidies, made, yearly) = (cost?, subsidies?, made?, yearly?);
    if subsidies > cost {
        out.stop(SUBSIDIES);
    }
    if made > yearly {
        out.stop(OWN_PAYMENT_ABOVE);
    }
    let rest = (cost - subsidies).max(0);
    let own = (yearly - made).clamp(0, rest);
    out.set(COST, cost);
    out.set(OTHER_SUBSIDIES, -subsidies);
    out.set(OWN_PAYMENT_LEFT, -own);
    Some(rest - own)
}

/// Whether the bill may be subsidised: above the limit only with approval.
fn approved(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<bool> {
    let limit = out.oere(law, APPROVAL_ABOVE)?;
    if facts.cost? <= limit { Some(true) } else { out.need(facts.approved, arg::approved) }
}

/// The share the municipality pays, in units of 1/10 000 per cent.
fn percent(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let age = age(facts.birth_date, facts.treatment_date, arg::birth_date, out)?;
    let (rule, rate): (RuleId, RateId) = match age {
        ..18 => {
            out.stop(MINOR);
            return None;
        }
        18..25 => (RULE_UNDER_25, PERCENT_UNDER_25),
        25..30
            if out.need(facts.help, arg::help)? != Help::Cash
                && !out.need(facts.supplement, arg::supplement)? =>
        {
            (RULE_STUDENT, PERCENT_STUDENT)
        }
        _ => (RULE_OTHER, PERCENT_OTHER),
    };
    out.rule(rule);
    let percent = out.units(law, rate)?;
    out.set(PERCENT, percent / (crate::law::money::AMOUNT_UNIT / 100));
    Some(percent)
}

#[cfg(test)]
mod tests;
