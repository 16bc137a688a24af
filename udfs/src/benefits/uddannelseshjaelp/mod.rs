//! Uddannelseshjælp (education assistance), lov om aktiv socialpolitik §§ 23-24, 26 and 30-31, 2014 to June 2025: persons under 30
//! without a vocational education.

mod rates;
mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, rule_ids,
};
use crate::benefits::las::{SupportPlaces, las_facts, las_fields, las_gaps, las_rates, settle, support};
use crate::documentation::Example;
use crate::law::day;
use rates::Supplement;

las_facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// Date of birth; the age on the first day of the month decides. Under 18 stops the calculation, 30 and over is
            /// kontanthjælp.
            birth_date: Date,
        }
        given {
            /// Has the duty to provide for an own child under 18 (forsørger).
            provider: Flag,
            /// Right to ekstra børnetilskud; needed of providers.
            extra_child_allowance: Flag,
            /// Hjemmeboende; needed of non-providers who are neither pregnant nor severely mentally ill, and of the latter.
            lives_with_parent: Flag,
            /// Partner on SU, uddannelseshjælp or kontanthjælp; needed of providers without ekstra børnetilskud in 2014-2015.
            partner_on_assistance: Flag,
            /// Pregnant past week 12; a provider who is not severely mentally ill either stops the calculation, as which rate
            /// applies was not read.
            pregnant_past_week_12: Flag,
            /// Documented severe mental illness.
            severe_mental_illness: Flag,
            /// Erhvervskompetencegivende uddannelse: with it kontanthjælp applies.
            vocational_education: Flag,
            /// Aktivitetsparat, or on maternity or paternity leave: aktivitetstillæg and barselstillæg are the same amount.
            activity_ready: Flag,
            /// Residence and employment requirement of § 11; false: selvforsørgelses- og hjemrejseydelse applies.
            residence_requirement_met: Flag,
            /// Kroner of child support that a decision adds to the help under § 23(3). NULL: no such decision.
            /// With an activity supplement and above the maximum the calculation stops: what counts towards it was not read.
            child_support: Amount,
        }
    }
}

las_rates! {
    SINGLE_PROVIDER = "uddannelseshjaelp" / "under_30_single_provider";
    PROVIDER_NO_EXTRA = "uddannelseshjaelp" / "under_30_provider_no_extra_child_allowance";
    PARTNER_ASSIST = "uddannelseshjaelp" / "under_30_provider_partner_on_su_or_assistance";
    PARTNER_OTHER = "uddannelseshjaelp" / "under_30_provider_partner_other";
    PREGNANT = "uddannelseshjaelp" / "under_30_pregnant_past_week_12";
    MENTAL_PROVIDER = "uddannelseshjaelp" / "under_30_mental_illness_provider";
    MENTAL_LIVING_OUT = "uddannelseshjaelp" / "under_30_mental_illness_living_out";
    AGE_25_OUT = "uddannelseshjaelp" / "age_25_29_living_out";
    AGE_25_HOME = "uddannelseshjaelp" / "age_25_29_living_home";
    UNDER_25_OUT = "uddannelseshjaelp" / "under_25_living_out";
    UNDER_25_HOME = "uddannelseshjaelp" / "under_25_living_home";
    CHILD_SUPPORT_MAX = "uddannelseshjaelp" / "under_30_child_maintenance_max_total";
    ACTIVITY_SINGLE_PROVIDER = "aktivitetstillaeg" / "uddannelseshjaelp_under_30_single_provider";
    ACTIVITY_PROVIDER_NO_EXTRA = "aktivitetstillaeg" / "uddannelseshjaelp_under_30_provider_no_extra_child_allowance";
    ACTIVITY_PARTNER_ASSIST = "aktivitetstillaeg" / "uddannelseshjaelp_under_30_provider_partner_on_su_or_assistance";
    ACTIVITY_PARTNER_OTHER = "aktivitetstillaeg" / "uddannelseshjaelp_under_30_provider_partner_other";
    ACTIVITY_25_OUT = "aktivitetstillaeg" / "uddannelseshjaelp_age_25_29_living_out";
    ACTIVITY_25_HOME = "aktivitetstillaeg" / "uddannelseshjaelp_age_25_29_living_home";
    ACTIVITY_UNDER_25_OUT = "aktivitetstillaeg" / "uddannelseshjaelp_under_25_living_out";
    ACTIVITY_UNDER_25_HOME = "aktivitetstillaeg" / "uddannelseshjaelp_under_25_living_home";
}

rule_ids! {
    RULE_SINGLE_PROVIDER = "uh_single_provider";
    RULE_PROVIDER_NO_EXTRA = "uh_provider_no_extra";
    RULE_PARTNER_ASSIST = "uh_provider_partner_assist";
    RULE_PARTNER_OTHER = "uh_provider_partner_other";
    RULE_PREGNANT = "uh_pregnant";
    RULE_MENTAL_PROVIDER = "uh_mental_provider";
    RULE_MENTAL_LIVING_OUT = "uh_mental_living_out";
    RULE_25_OUT = "uh_25_29_living_out";
    RULE_25_HOME = "uh_25_29_living_home";
    RULE_UNDER_25_OUT = "uh_u25_living_out";
    RULE_UNDER_25_HOME = "uh_u25_living_home";
}

las_gaps! {
    MINOR = "rule: under 18";
    OTHER_AGE = "rule: 30 or over, kontanthjælp applies (LAS § 25)";
    EDUCATED = "rule: under 30 with a vocational education, kontanthjælp applies (LAS § 25)";
    SHO = "rule: residence or employment requirement not met, SHO applies (LAS § 11)";
    PREGNANT_PROVIDER = "rule: provider and pregnant: which row of LAS § 23(2) applies was not read";
    SUPPORT_AND_ACTIVITY = "rule: child support above the maximum together with the activity supplement: whether the supplement counts towards the maximum of § 23(3) was not read";
}

las_fields! {
    BASE_RATE = "base_rate", "Monthly rate, LAS § 23.";
    SUPPLEMENT = "supplement", "Aktivitetstillæg or barselstillæg, LAS § 24.";
    CHILD_SUPPORT = "child_support_supplement", "Supplement for child support, up to the maximum of § 23(3).";
}

/// First version with one rate for providers without ekstra børnetilskud.
const LAS_2016: usize = 1;

/// Its first day.
const FROM_2016: i32 = day::from_civil(2016, 1, 1);

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "uddannelseshjaelp",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[
        LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" },
        LawVersion { from: FROM_2016, name: "las_2016" },
    ],
    until: day::from_civil(2025, 7, 1),
    doc: "Uddannelseshjælp of one person and month before tax, with every step: persons under 30 without a vocational education, \
          2014 to June 2025 (from July 2025 kontanthjælp replaces it). gross is base_rate + supplement + child_support_supplement + \
          reduction_225 + income_deduction + spouse_deduction. Not calculated here: tax, sanctions, the ceiling, part months.",
    source: "law.rules and law.rates, each row with its own source: LAS §§ 23, 24, 26, 30, 31 and 13 g.",
    example: Example {
        sql: "SELECT uddannelseshjaelp(period => DATE '2023-05-01', birth_date => DATE '2002-02-10', provider => false, \
              extra_child_allowance => NULL, lives_with_parent => false, partner_on_assistance => NULL, \
              pregnant_past_week_12 => false, severe_mental_illness => false, vocational_education => false, activity_ready => true, \
              residence_requirement_met => true, child_support => NULL, single => true, work_income => 0, work_hours => NULL, \
              other_income => 0)['gross'] AS gross",
        column: "gross",
        value: "7699.00",
    },
};

/// The benefit.
#[derive(Debug)]
pub struct Uddannelseshjaelp;

impl Benefit<COUNT> for Uddannelseshjaelp {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let chosen = rates::choose(facts, law, out);
        let base = chosen.base.and_then(|rate| out.oere(law, rate));
        let supplement = match chosen.supplement {
            Supplement::Rate(rate) => out.oere(law, rate),
            Supplement::None => Some(0),
            Supplement::Unknown => None,
        };
        if let Some(base) = base {
            out.set(BASE_RATE, base);
        }
        if let Some(supplement) = supplement {
            out.set(SUPPLEMENT, supplement);
        }
        let places = SupportPlaces { maximum: CHILD_SUPPORT_MAX, and_activity: SUPPORT_AND_ACTIVITY };
        let support = base
            .zip(supplement)
            .and_then(|(base, supplement)| support(facts.child_support, base, supplement, law, out, places));
        if let Some(support) = support {
            out.set(CHILD_SUPPORT, support);
        }
        let help = base
            .zip(supplement)
            .zip(support)
            .map(|((base, supplement), support)| base + supplement + support);
        settle(help, &facts.around(), law, out, &PLACES)
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
