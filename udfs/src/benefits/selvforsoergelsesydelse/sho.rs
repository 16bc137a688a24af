//! Declaration of selvforsørgelses- og hjemrejseydelse, until 2019 integrationsydelse.

use super::{FIELDS, GAPS, STEPS};
use crate::benefits::frame::{LawVersion, Spec, rule_ids};
use crate::benefits::las::las_rates;
use crate::documentation::Example;
use crate::law::day;

las_rates! {
    SINGLE_PROVIDER = "selvforsoergelses_hjemrejseydelse" / "single_provider";
    PROVIDER_NO_EXTRA = "selvforsoergelses_hjemrejseydelse" / "provider_no_extra_child_allowance";
    LIVING_OUT = "selvforsoergelses_hjemrejseydelse" / "non_provider_living_out";
    LIVING_HOME = "selvforsoergelses_hjemrejseydelse" / "under_30_living_home";
    BONUS = "selvforsoergelses_hjemrejseydelse" / "danskbonus";
}

rule_ids! {
    RULE_SINGLE_PROVIDER = "sho_single_provider";
    RULE_PROVIDER_NO_EXTRA = "sho_provider_no_extra";
    RULE_LIVING_OUT = "sho_living_out";
    RULE_LIVING_HOME = "sho_living_home";
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "selvforsoergelsesydelse",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[
        LawVersion { from: day::from_civil(2016, 1, 1), name: "integrationsydelse_2016" },
        LawVersion { from: day::from_civil(2018, 7, 1), name: "integrationsydelse_2018" },
        LawVersion { from: day::from_civil(2020, 1, 1), name: "sho_2020" },
    ],
    until: day::from_civil(2025, 7, 1),
    doc: "Selvforsørgelses- og hjemrejseydelse of one person and month before tax, with every step; until 2019 it was called integrationsydelse, \
          and on 1 July 2018 its rates fell by three per cent. From July 2025 kontanthjælp replaces it. gross is base_rate + supplement + reduction_225 + income_deduction + spouse_deduction. \
          Not calculated here: tax, sanctions, the ceiling, part months.",
    source: "law.rules and law.rates, each row with its own source: LAS §§ 22, 26, 30 and 31.",
    example: Example {
        sql: "SELECT selvforsoergelsesydelse(period => DATE '2023-05-01', birth_date => DATE '1985-02-10', provider => true, \
              extra_child_allowance => false, lives_with_parent => NULL, dansk_bonus => NULL, single => true, work_income => 0, \
              work_hours => NULL, other_income => 0)['gross'] AS gross",
        column: "gross",
        value: "8886.00",
    },
};
