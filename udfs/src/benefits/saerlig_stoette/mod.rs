//! Særlig støtte (support for high housing costs), lov om aktiv socialpolitik § 34 and its executive order (1975 of 11 December 2020),
//! until June 2025.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts,
    fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Has the duty to provide for an own child under 18 at the time of payment.
            provider: Flag,
            /// Own children under 18 at home; needed of providers.
            children_at_home: Count,
            /// Own children under 18 who live elsewhere; needed of providers.
            children_away: Count,
            /// In a group without the right: spouses under § 13(10) or § 13 f(1)-(4), help under §§ 25 a or 27.
            excluded: Flag,
            /// Kroner, net housing cost (§ 4 of the order): of a couple with the right, this spouse's share.
            net_housing_cost: Amount,
            /// Kroner, the cost of a cheaper dwelling that can be had, or without a self-chosen increase (§ 5(2)-(3)). NULL: none.
            reasonable_housing_cost: Amount,
            /// Kroner, net income of the month; of couples together.
            net_income: Amount,
            /// Kroner, necessary tools, clothing and transport for work (§ 5(5)).
            work_costs: Amount,
            /// Kroner, net income with help under §§ 22-25 alone, as it is without sanctions and the 225-hour rule (§ 34(4)-(5)).
            net_help: Amount,
        }
    }
}

rates! {
    NON_PROVIDER = "saerlig_stoette" / "threshold_non_provider";
    CHILD_AT_HOME = "saerlig_stoette" / "threshold_provider_1_child_at_home";
    CHILD_AWAY = "saerlig_stoette" / "threshold_provider_1_child_not_at_home";
    LESS_PER_CHILD_AT_HOME = "saerlig_stoette" / "threshold_deduction_per_further_child_at_home";
    LESS_PER_CHILD_AWAY = "saerlig_stoette" / "threshold_deduction_per_further_child_not_at_home";
    MAXIMUM = "parameter" / "saerlig_stoette_maximum";
}

rule_ids! {
    RULE_EXCLUDED = "special_support_excluded";
    RULE_NON_PROVIDER = "special_support_non_provider";
    RULE_CHILD_AT_HOME = "special_support_child_at_home";
    RULE_CHILD_AWAY = "special_support_child_away";
}

gaps! {
    NO_CHILD = "error: provider without a child";
    NEGATIVE_THRESHOLD = "rule: a threshold below zero: nothing was read about it";
}

fields! {
    steps {
        ABOVE_THRESHOLD = "above_threshold", "Housing cost above the threshold (§ 5(1)).";
        INCOME_REDUCTION = "income_reduction", "Reduction for income above the help alone (§ 5(4)-(5)), zero or negative.";
        MAXIMUM_REDUCTION = "maximum_reduction", "What the maximum of the support takes, zero or negative.";
    }
    details {
        THRESHOLD = "threshold": Unit::Kroner, "The housing cost a person bears (§ 3).";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "saerlig_stoette",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2009, 10, 1), name: "las_2009" }],
    until: day::from_civil(2025, 7, 1),
    doc: "Særlig støtte of one person and month, tax free, before kontanthjælpsloft. The maximum of the support (§§ 6-7 of the order) was not \
          read: it is the store's parameter saerlig_stoette_maximum (kroner a month), and without it there is no gross; threshold and \
          the steps before it are given. Nothing is rounded. Whether a cheaper dwelling can be had is decided by the caseworker.",
    source: "law.rules and law.rates (saerlig_stoette), each row with its own source: LAS § 34, order 1975 of 11 December 2020.",
    example: Example {
        sql: "SELECT saerlig_stoette(period => DATE '2021-05-01', provider => true, children_at_home => 2, children_away => 0, \
              excluded => false, net_housing_cost => 6000)['threshold'] AS threshold",
        column: "threshold",
        value: "3750.00",
    },
};

/// The benefit.
#[derive(Debug)]
pub struct SaerligStoette;

impl Benefit<COUNT> for SaerligStoette {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        if out.need(facts.excluded, arg::excluded) == Some(true) {
            out.rule(RULE_EXCLUDED);
            for step in [ABOVE_THRESHOLD, INCOME_REDUCTION, MAXIMUM_REDUCTION] {
                out.set(step, 0);
            }
            return Some(());
        }
        let threshold = threshold(facts, law, out);
        let cost = out.need(facts.net_housing_cost, arg::net_housing_cost);
        let above = threshold.zip(cost).map(|(threshold, cost)| {
            let cost = facts.reasonable_housing_cost.map_or(cost, |reasonable| cost.min(reasonable));
            (cost - threshold).max(0)
        });
        if let Some(above) = above {
            out.set(ABOVE_THRESHOLD, above);
        }
        let income = out.need(facts.net_income, arg::net_income);
        let costs = out.need(facts.work_costs, arg::work_costs);
        let help = out.need(facts.net_help, arg::net_help);
        let (above, more) = (above?, (income? - costs? - help?).max(0));
        let reduction = more.min(above);
        out.set(INCOME_REDUCTION, -reduction);
        let left = above - reduction;
        let maximum = if left == 0 { 0 } else { out.oere(law, MAXIMUM)? };
        out.set(MAXIMUM_REDUCTION, -(left - maximum).max(0));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// § 3 of the order: the threshold by the duties to provide, less for every child beyond the first.
fn threshold(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    if !out.need(facts.provider, arg::provider)? {
        out.rule(RULE_NON_PROVIDER);
        let threshold = out.oere(law, NON_PROVIDER)?;
        out.set(THRESHOLD, threshold);
        return Some(threshold);
    }
    let home = out.need(facts.children_at_home, arg::children_at_home);
    let away = out.need(facts.children_away, arg::children_away);
    let (home, away) = (home?, away?);
    if home + away == 0 {
        out.stop(NO_CHILD);
        return None;
    }
    let (rule, base, further_home, further_away) = if home > 0 {
        (RULE_CHILD_AT_HOME, CHILD_AT_HOME, home - 1, away)
    } else {
        (RULE_CHILD_AWAY, CHILD_AWAY, 0, away - 1)
    };
    out.rule(rule);
    let base = out.oere(law, base);
    let mut less =
        |children: i64, rate| if children > 0 { Some(children * out.oere(law, rate)?) } else { Some(0) };
    let (at_home, elsewhere) =
        (less(further_home, LESS_PER_CHILD_AT_HOME), less(further_away, LESS_PER_CHILD_AWAY));
    let threshold = base? - at_home? - elsewhere?;
    if threshold < 0 {
        out.stop(NEGATIVE_THRESHOLD);
        return None;
    }
    out.set(THRESHOLD, threshold);
    Some(threshold)
}

#[cfg(test)]
mod tests;
