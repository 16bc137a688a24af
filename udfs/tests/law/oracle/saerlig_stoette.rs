//! Særlig støtte: LAS § 34 and order 1975 of 11 December 2020, until June 2025.

use super::{Answer, Benefit, Case};
use crate::facts::{self, Fact, Facts, Kind, Names, days};
use crate::random::Random;

pub const BENEFIT: Benefit = Benefit { function: "saerlig_stoette", arguments: ARGUMENTS, row, rules };

const ARGUMENTS: Names = &[
    ("period", Kind::Day),
    ("provider", Kind::Bool),
    ("children_at_home", Kind::Count),
    ("children_away", Kind::Count),
    ("excluded", Kind::Bool),
    ("net_housing_cost", Kind::Decimal),
    ("reasonable_housing_cost", Kind::Decimal),
    ("net_income", Kind::Decimal),
    ("work_costs", Kind::Decimal),
    ("net_help", Kind::Decimal),
];

fn rules(case: &mut Case<'_>) -> Option<Answer> {
    let month = case.month_from(days(2009, 10, 1));
    for children in ["children_at_home", "children_away"] {
        if case.facts.number(children).is_some_and(|count| count > 1_000_000) {
            case.error(children);
        }
    }
    case.not_negative(&[
        "children_at_home",
        "children_away",
        "net_housing_cost",
        "reasonable_housing_cost",
        "net_income",
        "work_costs",
        "net_help",
    ]);
    if month? >= days(2025, 7, 1) {
        return case.refuse("no law");
    }
    if case.bool("excluded") == Some(true) {
        return Some(answer("special_support_excluded", None, [0, 0, 0]));
    }
    let threshold = threshold(case);
    let cost = case.number("net_housing_cost");
    // § 5(2)-(3): the cost of a cheaper dwelling, where one can be had.
    let cost = cost.map(|cost| cost.min(case.facts.number("reasonable_housing_cost").unwrap_or(cost)));
    let above = threshold.zip(cost).map(|((threshold, _), cost)| (cost - threshold).max(0));
    // § 5(4)-(5): net income, work costs taken off first, above the net help.
    let (income, costs, help) =
        (case.number("net_income"), case.number("work_costs"), case.number("net_help"));
    let above = above?;
    let reduction = (income? - costs? - help?).max(0).min(above);
    let over = match above - reduction {
        0 => 0,
        support => (support - case.kroner("parameter/saerlig_stoette_maximum")?).max(0),
    };
    let (threshold, rule) = threshold?;
    Some(answer(rule, Some(threshold), [above, -reduction, -over]))
}

fn answer(rule: &'static str, threshold: Option<i64>, [above, income, maximum]: [i64; 3]) -> Answer {
    let mut steps = vec![
        ("above_threshold", above),
        ("income_reduction", income),
        ("maximum_reduction", maximum),
        ("gross", above + income + maximum),
    ];
    steps.extend(threshold.map(|threshold| ("threshold", threshold)));
    Answer { rule, law: "las_2009", steps }
}

/// § 3: what a person bears, by the children there is a duty for; less for every further child.
fn threshold(case: &mut Case<'_>) -> Option<(i64, &'static str)> {
    if !case.bool("provider")? {
        return Some((
            case.kroner("saerlig_stoette/threshold_non_provider")?,
            "special_support_non_provider",
        ));
    }
    let (home, away) = (case.number("children_at_home"), case.number("children_away"));
    let (home, away) = (home?, away?);
    let (name, rule, further_home, further_away) = match (home, away) {
        (0, 0) => {
            case.error("child");
            return None;
        }
        (0, _) => ("threshold_provider_1_child_not_at_home", "special_support_child_away", 0, away - 1),
        _ => ("threshold_provider_1_child_at_home", "special_support_child_at_home", home - 1, away),
    };
    let first = case.kroner(&format!("saerlig_stoette/{name}"));
    let mut less = Some(0);
    for (further, name) in [(further_home, "at_home"), (further_away, "not_at_home")] {
        if further > 0 {
            let each = case.kroner(&format!("saerlig_stoette/threshold_deduction_per_further_child_{name}"));
            less = less.zip(each).map(|(less, each)| less + i128::from(each) * i128::from(further));
        }
    }
    let threshold = i128::from(first?) - less?;
    if threshold < 0 {
        return case.refuse("nothing was read about a threshold below zero");
    }
    Some((i64::try_from(threshold).unwrap(), rule))
}

fn row(random: &mut Random) -> Facts {
    let mut facts = Facts::new(ARGUMENTS);
    facts.set("period", facts::month(random));
    if random.chance(50) {
        // Years with published thresholds.
        facts.set(
            "period",
            Fact::Day(days(random.pick(&[2015, 2017, 2020, 2021]), random.between(1, 12) as i32, 1)),
        );
    }
    facts.set("provider", facts::truth(random, 60));
    for name in ["children_at_home", "children_away"] {
        let count = match random.below(100) {
            0 => -1,
            1 => random.pick(&[1_000, 3_000_000_000]),
            2..=60 => random.below(3),
            _ => random.below(8),
        };
        facts.set(name, Fact::Count(count));
    }
    facts.set("excluded", facts::truth(random, 5));
    facts.set("net_housing_cost", facts::money(random, &[280_000, 315_000, 460_000, 375_000, 470_000]));
    if random.chance(20) {
        facts.set("reasonable_housing_cost", facts::money(random, &[315_000, 460_000]));
    }
    for name in ["net_income", "work_costs", "net_help"] {
        facts.set(name, facts::money(random, &[800_000, 810_000]));
    }
    facts::forget(random, &mut facts);
    facts
}
