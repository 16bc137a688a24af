//! Fleksløntilskud: LAB §§ 123 and 137, flexjobs from 2013 on.

use super::{Answer, Benefit, Case, nearest, too_large};
use crate::facts::{self, Fact, Facts, Kind, Names, civil, days};
use crate::random::Random;

pub const BENEFIT: Benefit = Benefit { function: "fleksloentilskud", arguments: ARGUMENTS, row, rules };

const ARGUMENTS: Names = &[
    ("period", Kind::Day),
    ("flex_wage", Kind::Decimal),
    ("other_wage", Kind::Decimal),
    ("full_time_pay", Kind::Decimal),
    ("holiday_supplement", Kind::Decimal),
    ("other_benefit_days", Kind::Count),
    ("wage_month", Kind::Day),
    ("flexjob_from", Kind::Day),
];

fn rules(case: &mut Case<'_>) -> Option<Answer> {
    let month = case.month();
    case.not_negative(&[
        "flex_wage",
        "other_wage",
        "full_time_pay",
        "holiday_supplement",
        "other_benefit_days",
    ]);
    if case.facts.number("other_benefit_days").is_some_and(|days| days > 31) {
        case.error("other_benefit_days");
    }
    if case.facts.day("wage_month").is_some_and(|day| civil(day).2 != 1) {
        case.error("wage_month");
    }
    let month = month?;
    if case.facts.day("wage_month").is_some_and(|wage_month| wage_month != month_before(month)) {
        case.error("wage_month");
    }
    if case.facts.day("flexjob_from").is_some_and(|from| from < days(2013, 1, 1)) {
        case.stop.other = Some("fleksjob_refusion");
    }
    let flex = case.number("flex_wage");
    // Ferietillæg is part of the wage.
    if case
        .facts
        .number("holiday_supplement")
        .zip(flex)
        .is_some_and(|(supplement, wage)| wage > 0 && supplement > wage)
    {
        case.error("holiday_supplement");
    }
    if flex == Some(0) {
        return Some(Answer { rule: "flex_no_wage", law: "lab_2013", steps: vec![("gross", 0)] });
    }
    let other = case.number("other_wage");
    let days_away = case.number("other_benefit_days");
    let start = case.kroner("fleksloentilskud/max_98_pct_of_dagpenge");
    let limit = case.kroner("fleksloentilskud/income_limit_30_to_55_pct");
    let below = case.rate("fleksloentilskud/reduction_pct_below_limit");
    let above = case.rate("fleksloentilskud/reduction_pct_above_limit");
    let (flex, start, limit) = (flex?, start?, limit?);
    let wage = flex + other?;
    if too_large(wage) {
        case.error("wage_income");
    }
    // Per cent in 1/10 000: the product over a million is øre.
    let part = |amount: i64, pct: i64| nearest(i128::from(amount) * i128::from(pct), 1_000_000);
    let first = part(wage.min(limit), below?).min(start);
    let second = part((wage - limit).max(0), above?).min(start - first);
    let subsidy = start - first - second;
    let ceiling = match subsidy {
        0 => Some(0),
        _ => ceiling(case, subsidy, flex),
    };
    let left = ceiling.map(|ceiling| subsidy - ceiling);
    let other_benefit = match (left, days_away) {
        (Some(0), _) | (_, Some(0)) => Some(0),
        (Some(left), Some(days_away)) => case.rate("fleksloentilskud/average_days_per_month").map(|month| {
            nearest(i128::from(left) * i128::from(days_away) * 10_000, i128::from(month)).min(left)
        }),
        _ => None,
    };
    days_away?;
    let gross = left? - other_benefit?;
    let pct = case.rate("atp/fleksloentilskud_recipient_contribution_pct");
    let most = case.kroner("atp/fleksloentilskud_recipient_contribution_max");
    Some(Answer {
        rule: if ceiling? > 0 { "flex_subsidy_ceiling" } else { "flex_subsidy" },
        law: "lab_2013",
        steps: vec![
            ("maximum", start),
            ("reduction_below_limit", -first),
            ("reduction_above_limit", -second),
            ("ceiling_reduction", -ceiling?),
            ("other_benefit_reduction", -other_benefit?),
            ("gross", gross),
            ("wage_income", wage),
            ("elevated_atp", part(gross, pct?).min(most?)),
        ],
    })
}

/// § 123(3): subsidy and flexjob wage together at most full-time pay, which ferietillæg raises.
fn ceiling(case: &mut Case<'_>, subsidy: i64, flex: i64) -> Option<i64> {
    let over = (subsidy + flex - case.number("full_time_pay")?).max(0);
    if over == 0 {
        return Some(0);
    }
    Some((over - case.number("holiday_supplement")?).clamp(0, subsidy))
}

fn month_before(month: i32) -> i32 {
    let (year, of_year, _) = civil(month - 1);
    days(year, of_year, 1)
}

fn row(random: &mut Random) -> Facts {
    let mut facts = Facts::new(ARGUMENTS);
    let period = facts::month(random);
    facts.set("period", period);
    facts.set("flex_wage", facts::money(random, &[1_496_500, 1_540_100, 1_632_300, 1_600_000]));
    facts.set("other_wage", facts::money(random, &[]));
    facts.set("full_time_pay", facts::money(random, &[3_206_700, 2_354_500, 2_500_000]));
    facts.set("holiday_supplement", facts::money(random, &[]));
    if random.chance(60) {
        facts.set("holiday_supplement", Fact::Decimal(0));
    }
    let days_away = match random.below(100) {
        0 => -1,
        1 => random.pick(&[31, 32, 1_000, 4_000_000_000]),
        2..=50 => 0,
        _ => random.between(1, 23),
    };
    facts.set("other_benefit_days", Fact::Count(days_away));
    if let Fact::Day(period) = period
        && random.chance(50)
    {
        let wage_month = month_before(period);
        facts.set(
            "wage_month",
            Fact::Day(if random.chance(95) {
                wage_month
            } else {
                random.pick(&[period, wage_month - 1, wage_month + 1])
            }),
        );
    }
    if random.chance(50) {
        facts.set(
            "flexjob_from",
            Fact::Day(days(2013, 1, 1) + random.pick(&[-2_000, -1, 0, 1, 1_000, 9_000])),
        );
    }
    facts::forget(random, &mut facts);
    facts
}
