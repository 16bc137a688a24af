//! Kontanthjælp: LAS §§ 25, 30, 31 until June 2025, §§ 16-19 from July 2025.

use super::income::{self, OWN, SPOUSE};
use super::youth::{self, Rate};
use super::{Answer, Benefit, Case, decisions, people, too_large};
use crate::facts::{self, Fact, Facts, Kind, Names, age, days};
use crate::random::Random;

pub const BENEFIT: Benefit = Benefit { function: "kontanthjaelp", arguments: ARGUMENTS, row, rules };

const ARGUMENTS: Names = &[
    ("period", Kind::Day),
    ("birth_date", Kind::Day),
    ("provider", Kind::Bool),
    ("extra_child_allowance", Kind::Bool),
    ("single", Kind::Bool),
    ("lives_with_parent", Kind::Bool),
    ("partner_on_assistance", Kind::Bool),
    ("pregnant_past_week_12", Kind::Bool),
    ("severe_mental_illness", Kind::Bool),
    ("vocational_education", Kind::Bool),
    ("activity_ready", Kind::Bool),
    ("residence_requirement_met", Kind::Bool),
    ("employment_requirement_met", Kind::Bool),
    ("work_income", Kind::Decimal),
    ("work_hours", Kind::Decimal),
    ("other_income", Kind::Decimal),
    ("spouse_work_income", Kind::Decimal),
    ("spouse_work_hours", Kind::Decimal),
    ("spouse_other_income", Kind::Decimal),
    ("spouse_help", Kind::Decimal),
    ("child_support", Kind::Decimal),
    ("spouse_opted_out", Kind::Bool),
    ("reduction_225", Kind::Decimal),
];

fn rules(case: &mut Case<'_>) -> Option<Answer> {
    let month = case.month();
    checked_birth(case);
    check_income(case);
    decisions::fit(case, month);
    match month? >= days(2025, 7, 1) {
        true => from_july_2025(case),
        false => until_june_2025(case),
    }
}

/// Birth is needed, not after the month's first day and not more than 150 years before it.
pub fn checked_birth(case: &mut Case<'_>) {
    let birth = case.facts.day("birth_date");
    case.needed("birth_date", birth);
    if birth.is_some_and(|birth| !(days(1800, 1, 1)..=days(2200, 1, 1)).contains(&birth)) {
        case.error("birth_date");
    }

    if let (Some(birth), Some(period)) = (case.facts.day("birth_date"), case.facts.day("period"))
        && (birth > period || age(birth, period) > 150)
    {
        case.error("birth_date");
    }
}

/// Incomes are not negative, and a month has not more hours than its days.
pub fn check_income(case: &mut Case<'_>) {
    case.not_negative(&[
        "work_income",
        "work_hours",
        "other_income",
        "spouse_work_income",
        "spouse_work_hours",
        "spouse_other_income",
        "spouse_help",
    ]);
    for hours in ["work_hours", "spouse_work_hours"] {
        if case.facts.number(hours).is_some_and(|h| h > 744_00) {
            case.error(hours);
        }
    }
}

/// Who is single has no spouse with income.
pub fn single_has_no_spouse(case: &mut Case<'_>) {
    let income = ["spouse_work_income", "spouse_other_income"]
        .iter()
        .any(|f| case.facts.number(f).is_some_and(|i| i > 0));
    if case.facts.bool("single") == Some(true) && income {
        case.error("single");
    }
}

/// Whether a spouse's income counts: unless single, and where a spouse's income is told of.
fn has_spouse(case: &mut Case<'_>) -> Option<bool> {
    match case.facts.bool("single") {
        Some(single) => Some(!single),
        None if ["spouse_work_income", "spouse_other_income"]
            .iter()
            .any(|f| case.facts.number(f).is_some()) =>
        {
            Some(true)
        }
        None => case.bool("single"),
    }
}

/// Age on the first day of the month.
pub fn years(case: &mut Case<'_>) -> Option<i32> {
    let birth = case.facts.day("birth_date");
    let years = age(case.needed("birth_date", birth)?, case.day);
    if years < 18 {
        case.stop.other = Some("under 18");
    }
    Some(years)
}

/// The help after own income and the spouse's, never below zero: what each takes of `help`.
pub fn offset(case: &mut Case<'_>, help: Option<i64>, spouse_free: SpouseFree) -> Option<[i64; 4]> {
    let own = income::of(case, &OWN);
    let spouse = match has_spouse(case) {
        Some(false) => Some(0),
        Some(true) => income::of(case, &SPOUSE).and_then(|spouse| match spouse.counted() {
            0 => Some(0),
            counted => {
                let free = match spouse_free {
                    SpouseFree::OwnHelp => case.number("spouse_help"),
                    SpouseFree::Rate(name) => case.kroner(name),
                };
                Some((counted - free?).max(0))
            }
        }),
        None => None,
    };
    if own.as_ref().is_some_and(|own| too_large(own.all)) {
        case.error("income");
    }
    let (own, help) = (own?, help?);
    let income = own.counted().min(help);
    Some([-income, -spouse?.min(help - income), own.all, own.disregard])
}

/// What of the spouse's income is free (§ 30).
#[derive(Debug, Clone, Copy)]
pub enum SpouseFree {
    /// The spouse's own calculated help.
    OwnHelp,
    /// The rate of § 25(2): a spouse who does not use work opportunities.
    Rate(&'static str),
}

fn until_june_2025(case: &mut Case<'_>) -> Option<Answer> {
    // § 11: without the nine years of residence or the 2½ years of work it is another benefit.
    if ["residence_requirement_met", "employment_requirement_met"]
        .iter()
        .any(|f| case.facts.bool(f) == Some(false))
    {
        case.stop.other = Some("selvforsørgelses- og hjemrejseydelse");
    }
    let before_2016 = case.day < days(2016, 1, 1);
    let age = years(case);
    let category = age.and_then(|age| match age {
        30.. => case.bool("provider").map(|provider| Category::Grown { provider }),
        _ => {
            if case.bool("vocational_education") == Some(false) {
                return case.refuse("uddannelseshjælp");
            }
            youth::rate(case, age >= 25, before_2016).map(Category::Young)
        }
    });
    let base = category.and_then(|c| case.kroner(&format!("kontanthjaelp/{}", c.parameter())));
    let supplement = category.and_then(|c| supplement(case, c));
    let support = match (age, case.facts.number("child_support")) {
        // § 25(4) was read for those under 30.
        (Some(30..), Some(1..)) => case.refuse("child support from 30 years on"),
        _ => decisions::child_support(
            case,
            base,
            supplement,
            "kontanthjaelp/under_30_child_maintenance_max_total",
        ),
    };
    let before = base.zip(supplement).zip(support).map(|((b, s), c)| b + s + c);
    let reduction = before.map(|before| case.facts.number("reduction_225").unwrap_or(0).min(before));
    let help = before.zip(reduction).map(|(before, reduction)| before - reduction);
    single_has_no_spouse(case);
    let free = decisions::spouse_free(case);
    let [income_deduction, spouse_deduction, income, disregard] = offset(case, help, free)?;
    Some(Answer {
        rule: category?.rule(),
        law: if before_2016 { "las_2014" } else { "las_2016" },
        steps: vec![
            ("base_rate", base?),
            ("supplement", supplement?),
            ("child_support_supplement", support?),
            ("reduction_225", -reduction?),
            ("income_deduction", income_deduction),
            ("spouse_deduction", spouse_deduction),
            ("gross", help? + income_deduction + spouse_deduction),
            ("income", income),
            ("disregard", disregard),
        ],
    })
}

#[derive(Debug, Clone, Copy)]
enum Category {
    Grown { provider: bool },
    Young(Rate),
}

impl Category {
    fn parameter(self) -> &'static str {
        match self {
            Self::Grown { provider: true } => "age_30_plus_provider",
            Self::Grown { provider: false } => "age_30_plus_other",
            Self::Young(rate) => rate.parameter(),
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Grown { provider: true } => "kh_30_provider",
            Self::Grown { provider: false } => "kh_30_other",
            Self::Young(rate) => match rate {
                Rate::MentalProvider => "kh_u30_mental_provider",
                Rate::SingleProvider => "kh_u30_single_provider",
                Rate::Pregnant => "kh_u30_pregnant",
                Rate::MentalLivingOut => "kh_u30_mental_living_out",
                Rate::ProviderNoExtra => "kh_u30_provider_no_extra",
                Rate::ProviderPartnerAssisted => "kh_u30_provider_partner_assist",
                Rate::ProviderPartnerOther => "kh_u30_provider_partner_other",
                Rate::LivingOut { from_25: true } => "kh_25_29_living_out",
                Rate::LivingHome { from_25: true } => "kh_25_29_living_home",
                Rate::LivingOut { from_25: false } => "kh_u25_living_out",
                Rate::LivingHome { from_25: false } => "kh_u25_living_home",
            },
        }
    }
}

/// Aktivitetstillæg (§ 25(9)): under 30 and active; not under 25 without children.
fn supplement(case: &mut Case<'_>, category: Category) -> Option<i64> {
    let rate = match category {
        Category::Grown { .. } => return Some(0),
        Category::Young(rate) if rate.is_full() => return Some(0),
        Category::Young(Rate::LivingOut { from_25: false } | Rate::LivingHome { from_25: false }) => {
            return Some(0);
        }
        Category::Young(rate) => rate,
    };
    match case.bool("activity_ready")? {
        true => case.kroner(&format!("aktivitetstillaeg/kontanthjaelp_{}", rate.parameter())),
        false => Some(0),
    }
}

fn from_july_2025(case: &mut Case<'_>) -> Option<Answer> {
    single_has_no_spouse(case);
    if case.facts.number("child_support").is_some_and(|granted| granted > 0) {
        case.stop.other = Some("child support: no supplement was read");
    }
    let provider = case.bool("provider");
    let residence = case.bool("residence_requirement_met");
    let age = years(case);
    // Only the agreement's offset was read: any income stops the calculation.
    let mut incomes = vec!["work_income", "other_income"];
    if has_spouse(case) == Some(true) {
        incomes.extend(["spouse_work_income", "spouse_other_income"]);
    }
    for name in incomes {
        if case.number(name).is_some_and(|amount| amount > 0) {
            case.stop.other = Some("income");
        }
    }
    let at_home = match age? {
        ..30 => case.bool("lives_with_parent"),
        _ => Some(false),
    };
    if at_home? && provider? {
        return case.refuse("whether the child lives at home is not known");
    }
    let (parameter, rule) = if at_home? {
        ("living_home_rate", "kh25_living_home")
    } else if !residence? {
        ("minimum_rate", "kh25_minimum")
    } else if age? >= 30 {
        ("raised_rate", "kh25_raised")
    } else if case.bool("employment_requirement_met")? {
        if age? < 25 {
            return case.refuse("no rate for those under 25 with 2½ years of work was read");
        }
        ("raised_rate", "kh25_raised")
    } else {
        ("basic_rate", "kh25_basic")
    };
    let base = case.kroner(&format!("kontanthjaelp_2025/{parameter}"));
    let mut supplements = Vec::new();
    if provider? {
        supplements.push("child_supplement");
    }
    let mut of_single = None;
    if provider? && matches!(parameter, "minimum_rate" | "basic_rate") {
        let extra = case.bool("extra_child_allowance") == Some(true);
        of_single = extra.then_some("single_provider_supplement");
    } else if !provider? && matches!(parameter, "basic_rate" | "raised_rate") {
        of_single = Some("single_non_provider_supplement");
    }
    if of_single.is_some() && case.bool("single") == Some(true) {
        supplements.extend(of_single);
    }
    if parameter == "basic_rate" {
        if case.bool("activity_ready") == Some(true) {
            supplements.push(match (provider?, age?) {
                (true, _) => "special_youth_supplement_under_30_provider",
                (false, 25..) => "special_youth_supplement_age_25_29_non_provider",
                (false, _) => "special_youth_supplement_under_25_non_provider",
            });
        }
        if case.day < days(2027, 7, 1) {
            supplements.push("temporary_adaptation_supplement");
        }
    }
    let mut supplement = Some(0);
    for name in supplements {
        let amount = case.kroner(&format!("kontanthjaelp_2025/{name}"));
        supplement = supplement.zip(amount).map(|(sum, amount)| sum + amount);
    }
    let (base, supplement) = (base?, supplement?);
    Some(Answer {
        rule,
        law: "las_2025",
        steps: vec![
            ("base_rate", base),
            ("supplement", supplement),
            ("child_support_supplement", 0),
            ("reduction_225", 0),
            ("income_deduction", 0),
            ("spouse_deduction", 0),
            ("gross", base + supplement),
            ("income", 0),
            ("disregard", 0),
        ],
    })
}

fn row(random: &mut Random) -> Facts {
    let mut facts = Facts::new(ARGUMENTS);
    people::person(random, &mut facts);
    let new = facts.day("period").is_some_and(|day| day >= days(2025, 7, 1));
    facts.set("employment_requirement_met", facts::truth(random, if new { 50 } else { 95 }));
    if new {
        facts.set("residence_requirement_met", facts::truth(random, 70));
        for name in ["work_income", "other_income", "spouse_work_income", "spouse_other_income"] {
            if random.chance(95) {
                facts.set(name, Fact::Decimal(0));
            }
        }
    }
    decisions::row(random, &mut facts, if new { 2 } else { 20 });
    facts::forget(random, &mut facts);
    facts
}
