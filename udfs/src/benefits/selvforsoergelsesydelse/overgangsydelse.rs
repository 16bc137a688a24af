//! Declaration of overgangsydelse: the rows of selvforsørgelses- og hjemrejseydelse, in the same order.

use super::{FIELDS, GAPS, STEPS};
use crate::benefits::frame::{LawVersion, Spec, rule_ids};
use crate::benefits::las::las_rates;
use crate::documentation::Example;
use crate::law::day;

las_rates! {
    SINGLE_PROVIDER = "overgangsydelse" / "single_provider";
    PROVIDER_NO_EXTRA = "overgangsydelse" / "provider_no_extra_child_allowance";
    LIVING_OUT = "overgangsydelse" / "non_provider_living_out";
    LIVING_HOME = "overgangsydelse" / "under_30_living_home";
    BONUS = "overgangsydelse" / "danskbonus";
}

rule_ids! {
    RULE_SINGLE_PROVIDER = "overgang_single_provider";
    RULE_PROVIDER_NO_EXTRA = "overgang_provider_no_extra";
    RULE_LIVING_OUT = "overgang_living_out";
    RULE_LIVING_HOME = "overgang_living_home";
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "overgangsydelse",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2020, 1, 1), name: "overgangsydelse_2020" }],
    until: day::from_civil(2025, 7, 1),
    doc: "Overgangsydelse of one person and month before tax, with every step, 2020 to June 2025; from July 2025 kontanthjælp replaces it. gross is base_rate + supplement + reduction_225 + income_deduction + spouse_deduction. \
          Not calculated here: tax, sanctions, the ceiling, part months.",
    source: "law.rules and law.rates, each row with its own source: LAS §§ 22, 26, 30 and 31.",
    example: Example {
        sql: "SELECT overgangsydelse(period => DATE '2023-05-01', birth_date => DATE '1985-02-10', provider => true, \
              extra_child_allowance => false, lives_with_parent => NULL, dansk_bonus => NULL, single => true, work_income => 0, \
              work_hours => NULL, other_income => 0)['gross'] AS gross",
        column: "gross",
        value: "8886.00",
    },
};
