//! Uddannelseshjælp: LAS §§ 23, 24, 26, 30, 31 and 13 g, until June 2025.

use super::kontanthjaelp::{check_income, checked_birth, offset, single_has_no_spouse, years};
use super::youth::{self, Rate};
use super::{Answer, Benefit, Case, decisions, people};
use crate::facts::{self, Fact, Facts, Kind, Names, days};
use crate::random::Random;

pub const BENEFIT: Benefit = Benefit { function: "uddannelseshjaelp", arguments: ARGUMENTS, row, rules };

const ARGUMENTS: Names = &[
    ("period", Kind::Day),
    ("birth_date", Kind::Day),
    ("provider", Kind::Bool),
    ("extra_child_allowance", Kind::Bool),
    ("lives_with_parent", Kind::Bool),
    ("partner_on_assistance", Kind::Bool),
    ("pregnant_past_week_12", Kind::Bool),
    ("severe_mental_illness", Kind::Bool),
    ("vocational_education", Kind::Bool),
    ("activity_ready", Kind::Bool),
    ("residence_requirement_met", Kind::Bool),
    ("child_support", Kind::Decimal),
    ("single", Kind::Bool),
    ("work_income", Kind::Decimal),
    ("work_hours", Kind::Decimal),
    ("other_income", Kind::Decimal),
    ("spouse_work_income", Kind::Decimal),
    ("spouse_work_hours", Kind::Decimal),
    ("spouse_other_income", Kind::Decimal),
    ("spouse_help", Kind::Decimal),
    ("spouse_opted_out", Kind::Bool),
    ("reduction_225", Kind::Decimal),
];

fn rules(case: &mut Case<'_>) -> Option<Answer> {
    let month = case.month();
    checked_birth(case);
    check_income(case);
    decisions::fit(case, month);
    single_has_no_spouse(case);
    if month? >= days(2025, 7, 1) {
        return case.refuse("kontanthjælp");
    }
    let before_2016 = case.day < days(2016, 1, 1);
    let age = years(case);
    if age.is_some_and(|age| age >= 30) || case.bool("vocational_education") == Some(true) {
        case.stop.other = Some("kontanthjælp");
    }
    if case.facts.bool("residence_requirement_met") == Some(false) {
        case.stop.other = Some("selvforsørgelses- og hjemrejseydelse");
    }
    let rate = age.and_then(|age| youth::rate(case, age >= 25, before_2016));
    let base = rate.and_then(|rate| case.kroner(&format!("uddannelseshjaelp/{}", rate.parameter())));
    let supplement = rate.and_then(|rate| match rate.is_full() || !case.bool("activity_ready")? {
        true => Some(0),
        false => case.kroner(&format!("aktivitetstillaeg/uddannelseshjaelp_{}", rate.parameter())),
    });
    let maximum = "uddannelseshjaelp/under_30_child_maintenance_max_total";
    let child_support = decisions::child_support(case, base, supplement, maximum);
    let before = base.zip(supplement).zip(child_support).map(|((b, s), c)| b + s + c);
    let reduction = case.facts.number("reduction_225").unwrap_or(0);
    let reduction = before.map(|before| reduction.min(before));
    let help = before.zip(reduction).map(|(before, reduction)| before - reduction);
    let free = decisions::spouse_free(case);
    let [income_deduction, spouse_deduction, income, disregard] = offset(case, help, free)?;
    Some(Answer {
        rule: rule(rate?),
        law: if before_2016 { "las_2014" } else { "las_2016" },
        steps: vec![
            ("base_rate", base?),
            ("supplement", supplement?),
            ("child_support_supplement", child_support?),
            ("reduction_225", -reduction?),
            ("income_deduction", income_deduction),
            ("spouse_deduction", spouse_deduction),
            ("gross", help? + income_deduction + spouse_deduction),
            ("income", income),
            ("disregard", disregard),
        ],
    })
}

fn rule(rate: Rate) -> &'static str {
    match rate {
        Rate::MentalProvider => "uh_mental_provider",
        Rate::SingleProvider => "uh_single_provider",
        Rate::Pregnant => "uh_pregnant",
        Rate::MentalLivingOut => "uh_mental_living_out",
        Rate::ProviderNoExtra => "uh_provider_no_extra",
        Rate::ProviderPartnerAssisted => "uh_provider_partner_assist",
        Rate::ProviderPartnerOther => "uh_provider_partner_other",
        Rate::LivingOut { from_25: true } => "uh_25_29_living_out",
        Rate::LivingHome { from_25: true } => "uh_25_29_living_home",
        Rate::LivingOut { from_25: false } => "uh_u25_living_out",
        Rate::LivingHome { from_25: false } => "uh_u25_living_home",
    }
}

fn row(random: &mut Random) -> Facts {
    let mut facts = Facts::new(ARGUMENTS);
    people::person(random, &mut facts);
    if let Some(period) = facts.day("period")
        && random.chance(60)
    {
        facts.set("birth_date", Fact::Day(period - random.between(18 * 366, 30 * 365) as i32));
    }
    facts.set("vocational_education", facts::truth(random, 5));
    decisions::row(random, &mut facts, 25);
    facts::forget(random, &mut facts);
    facts
}
