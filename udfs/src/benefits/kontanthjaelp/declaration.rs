//! What kontanthjælp is told, what it gives, and which rates, rules and reasons it has.

use crate::benefits::frame::{
    Amount, Date, Flag, Hours, LawVersion, Month, Spec, Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

use super::rules::Version;

facts! {
    /// The facts of one case in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// Date of birth; the age on the first day of the month decides. Under 18 stops the calculation.
            birth_date: Date,
        }
        given {
            /// Has the duty to provide for an own child under 18 (forsørger).
            provider: Flag,
            /// Right to ekstra børnetilskud; needed of providers under 30 who are not severely mentally ill, and from July 2025 of
            /// providers on the minimum or basic rate.
            extra_child_allowance: Flag,
            /// Neither married nor, until 2015, cohabiting as spouses (§§ 2 a-2 b); true makes the spouse's facts unneeded and a spouse's income an error. Needed
            /// when no income of a spouse is given, and from July 2025 where a supplement to singles is at stake.
            single: Flag,
            /// Hjemmeboende; needed under 30, until June 2025 of those who are neither providers nor pregnant. From July 2025 a
            /// provider under 30 with a parent stops the calculation: whether the child lives there is not known.
            lives_with_parent: Flag,
            /// Partner on SU, uddannelseshjælp or kontanthjælp; needed of providers under 30 without ekstra børnetilskud in 2014-2015.
            partner_on_assistance: Flag,
            /// Needed under 30 until June 2025. A pregnant provider without severe mental illness stops the calculation: which rate
            /// applies was not read.
            pregnant_past_week_12: Flag,
            /// Needed under 30 until June 2025.
            severe_mental_illness: Flag,
            /// Needed under 30 until June 2025: without it uddannelseshjælp applies.
            vocational_education: Flag,
            /// Aktivitetsparat and in an activity, or from July 2025 forrevalidend (§ 19(2)); decides aktivitetstillæg and ungetillæg;
            /// needed where one of them is at stake.
            activity_ready: Flag,
            /// LAS § 11; needed from July 2025, where it decides mindstesats. Before that false means another benefit.
            residence_requirement_met: Flag,
            /// 2½ years of ordinary full-time work within ten years; needed under 30 from July 2025, where true under 25
            /// stops the calculation (no rate was read). Before that false means another benefit.
            employment_requirement_met: Flag,
            /// Work income after ATP, AM-bidrag, set-aside holiday pay and collective pension.
            work_income: Amount,
            /// Worked hours, at most 744; unknown: the income over the conversion factor.
            work_hours: Hours,
            /// Other income, deducted krone for krone.
            other_income: Amount,
            /// Work income of the spouse, as work_income; needed unless single.
            spouse_work_income: Amount,
            /// Worked hours of the spouse.
            spouse_work_hours: Hours,
            /// Other income of the spouse; needed unless single.
            spouse_other_income: Amount,
            /// The spouse's own calculated help of the month; needed when the spouse has income that counts, unless
            /// spouse_opted_out.
            spouse_help: Amount,
            /// Kroner of child support that a decision adds to the help of a person under 30 under § 25(4), until June 2025. NULL or 0:
            /// no such decision. With an activity supplement and above the maximum, and from 30 years on, the calculation stops:
            /// what counts then was not read.
            child_support: Amount,
            /// A decision under § 26(3): the spouse does not use work opportunities and gets no help; spouse_help is then an error.
            /// NULL: no such decision.
            spouse_opted_out: Flag,
            /// Kroner, the reduction that a decision under the 225-hour rule states; an error outside October 2016 to June 2025.
            /// NULL: no such decision.
            reduction_225: Amount,
        }
    }
}

fields! {
    steps {
        BASE = "base_rate", "the monthly rate";
        SUPPLEMENT = "supplement", "sum of the supplements";
        CHILD_SUPPORT = "child_support_supplement", "supplement for child support, up to the maximum of § 25(4)";
        REDUCTION_225 = "reduction_225", "reduction under the 225-hour rule, zero or negative";
        INCOME_DEDUCTION = "income_deduction", "for own income, zero or negative";
        SPOUSE_DEDUCTION = "spouse_deduction", "for the spouse's income, zero or negative";
    }
    details {
        INCOME = "income": Unit::Kroner, "own income before the disregard";
        DISREGARD = "disregard": Unit::Kroner, "disregarded part of the own income";
    }
}

rates! {
    AGE_30_PROVIDER = "kontanthjaelp" / "age_30_plus_provider";
    AGE_30_OTHER = "kontanthjaelp" / "age_30_plus_other";
    SINGLE_PROVIDER = "kontanthjaelp" / "under_30_single_provider";
    PROVIDER_NO_EXTRA = "kontanthjaelp" / "under_30_provider_no_extra_child_allowance";
    PARTNER_ASSIST = "kontanthjaelp" / "under_30_provider_partner_on_su_or_assistance";
    PARTNER_OTHER = "kontanthjaelp" / "under_30_provider_partner_other";
    PREGNANT = "kontanthjaelp" / "under_30_pregnant_past_week_12";
    MENTAL_PROVIDER = "kontanthjaelp" / "under_30_mental_illness_provider";
    MENTAL_LIVING_OUT = "kontanthjaelp" / "under_30_mental_illness_living_out";
    AGE_25_OUT = "kontanthjaelp" / "age_25_29_living_out";
    AGE_25_HOME = "kontanthjaelp" / "age_25_29_living_home";
    UNDER_25_OUT = "kontanthjaelp" / "under_25_living_out";
    UNDER_25_HOME = "kontanthjaelp" / "under_25_living_home";
    CHILD_SUPPORT_MAX = "kontanthjaelp" / "under_30_child_maintenance_max_total";
    ACTIVITY_SINGLE_PROVIDER = "aktivitetstillaeg" / "kontanthjaelp_under_30_single_provider";
    ACTIVITY_PROVIDER_NO_EXTRA = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_no_extra_child_allowance";
    ACTIVITY_PARTNER_ASSIST = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_partner_on_su_or_assistance";
    ACTIVITY_PARTNER_OTHER = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_partner_other";
    ACTIVITY_25_OUT = "aktivitetstillaeg" / "kontanthjaelp_age_25_29_living_out";
    ACTIVITY_25_HOME = "aktivitetstillaeg" / "kontanthjaelp_age_25_29_living_home";
    MINIMUM = "kontanthjaelp_2025" / "minimum_rate";
    BASIC = "kontanthjaelp_2025" / "basic_rate";
    RAISED = "kontanthjaelp_2025" / "raised_rate";
    NEW_LIVING_HOME = "kontanthjaelp_2025" / "living_home_rate";
    CHILD_SUPPLEMENT = "kontanthjaelp_2025" / "child_supplement";
    SINGLE_PROVIDER_SUPPLEMENT = "kontanthjaelp_2025" / "single_provider_supplement";
    SINGLE_NON_PROVIDER_SUPPLEMENT = "kontanthjaelp_2025" / "single_non_provider_supplement";
    YOUTH_UNDER_25 = "kontanthjaelp_2025" / "special_youth_supplement_under_25_non_provider";
    YOUTH_25_29 = "kontanthjaelp_2025" / "special_youth_supplement_age_25_29_non_provider";
    YOUTH_PROVIDER = "kontanthjaelp_2025" / "special_youth_supplement_under_30_provider";
    ADAPTATION = "kontanthjaelp_2025" / "temporary_adaptation_supplement";
    DISREGARD_PER_HOUR = "fradrag" / "work_income_disregard_per_hour";
    DISREGARD_MAX_HOURS = "fradrag" / "work_income_disregard_max_hours_per_month";
    CONVERSION_FACTOR = "fradrag" / "conversion_factor_income_to_hours";
}

rule_ids! {
    KH_30_PROVIDER = "kh_30_provider";
    KH_30_OTHER = "kh_30_other";
    KH_SINGLE_PROVIDER = "kh_u30_single_provider";
    KH_PROVIDER_NO_EXTRA = "kh_u30_provider_no_extra";
    KH_PARTNER_ASSIST = "kh_u30_provider_partner_assist";
    KH_PARTNER_OTHER = "kh_u30_provider_partner_other";
    KH_PREGNANT = "kh_u30_pregnant";
    KH_MENTAL_PROVIDER = "kh_u30_mental_provider";
    KH_MENTAL_LIVING_OUT = "kh_u30_mental_living_out";
    KH_25_OUT = "kh_25_29_living_out";
    KH_25_HOME = "kh_25_29_living_home";
    KH_UNDER_25_OUT = "kh_u25_living_out";
    KH_UNDER_25_HOME = "kh_u25_living_home";
    NEW_MINIMUM = "kh25_minimum";
    NEW_BASIC = "kh25_basic";
    NEW_RAISED = "kh25_raised";
    NEW_HOME = "kh25_living_home";
}

gaps! {
    MINOR = "rule: under 18";
    EDUCATION_BENEFIT = "rule: under 30 without vocational education, uddannelseshjælp applies (LAS § 23)";
    SHO_BENEFIT = "rule: residence or employment requirement not met, SHO applies (LAS § 11)";
    PREGNANT_PROVIDER = "rule: under 30, provider and pregnant: which row of LAS § 25(3) applies was not read";
    PROVIDER_AT_HOME = "rule: under 30, provider, living with a parent: whether the child lives at home is not known";
    YOUNG_WORKER = "rule: under 25 with 2½ years of work: no rate was read for this";
    NEW_SYSTEM = "rule: income offset from 2025-07-01 (LAS § 31): only the level of the agreement was read";
    BIRTH_DATE = "error: birth_date is after the period or more than 150 years before it";
    NO_FACTOR = "error: the conversion factor of LAS § 31(3) is not positive";
    SINGLE_WITH_SPOUSE = "error: single, but a spouse has income or a decision under § 26(3)";
    HELP_AND_OPTED_OUT = "error: a decision under § 26(3), but the spouse has help";
    NO_225_RULE = "error: reduction_225 outside October 2016 to June 2025";
    SUPPORT_AND_ACTIVITY = "rule: child support above the maximum together with the activity supplement: whether the supplement counts towards the maximum of § 25(4) was not read";
    SUPPORT_FROM_30 = "rule: child support from 30 years on: the supplement of § 25(4) was read for those under 30 only";
    SUPPORT_FROM_2025 = "rule: child support from 2025-07-01: no supplement for it was read";
}

/// The declaration of kontanthjælp.
pub const SPEC: &Spec = &Spec {
    name: "kontanthjaelp",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[
        LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" },
        LawVersion { from: day::from_civil(2016, 1, 1), name: "las_2016" },
        LawVersion { from: day::from_civil(2025, 7, 1), name: "las_2025" },
        LawVersion { from: day::from_civil(2027, 7, 1), name: "las_2027" },
    ],
    until: day::OPEN_END,
    doc: "Kontanthjælp of one person and month before tax, with every step. Rate and supplements by the law in force in the month covered \
          (2014 to June 2025: LAS §§ 25, 26, 30, 31 and 13 g; from July 2025: §§ 16-19, where only the amounts that are published count and any \
          income stops the calculation, as only the agreement's offset was read). gross is base_rate + supplement + \
          child_support_supplement + reduction_225 + income_deduction + spouse_deduction. Not calculated here: tax, sanctions, the \
          ceiling, part months.",
    source: "law.rules and law.rates, each row with its own source.",
    example: Example {
        sql: "SELECT kontanthjaelp(period => DATE '2023-05-01', birth_date => DATE '1983-02-10', provider => true, \
              extra_child_allowance => NULL, single => true, lives_with_parent => NULL, partner_on_assistance => NULL, \
              pregnant_past_week_12 => NULL, severe_mental_illness => NULL, vocational_education => NULL, activity_ready => NULL, \
              residence_requirement_met => NULL, employment_requirement_met => NULL, work_income => 0, work_hours => NULL, \
              other_income => 1000)['gross'] AS gross",
        column: "gross",
        value: "14874.00",
    },
};

const _: () = assert!(SPEC.versions.len() == Version::ALL.len());
