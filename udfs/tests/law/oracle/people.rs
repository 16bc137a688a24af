//! Random persons as kontanthjælp and uddannelseshjælp know them.

use crate::facts::{self, Fact, Facts, days};
use crate::random::Random;

/// A birthday around the ages the law knows, or any.
pub fn birth(random: &mut Random, period: Fact) -> Fact {
    let Fact::Day(period) = period else { return Fact::Day(days(1990, 1, 1)) };
    let (year, month, day) = facts::civil(period);
    match random.below(100) {
        0 => Fact::Day(period + random.between(1, 40) as i32),
        1 => Fact::Day(days(year - random.pick(&[149, 150, 151, 300]), month, 1)),
        2..=4 => Fact::Day(days(random.pick(&[1984, 1988, 1992, 1996, 2000]), 2, 29)),
        5..=44 => {
            let birthday = days(year - random.pick(&[18, 25, 30]), month, day.min(28));
            Fact::Day(birthday + random.pick(&[-31, -1, 0, 1, 14, 31]))
        }
        45..=74 => Fact::Day(period - random.between(16 * 365, 31 * 365) as i32),
        _ => Fact::Day(period - random.between(0, 90 * 365) as i32),
    }
}

/// The facts that kontanthjælp and uddannelseshjælp share.
pub fn person(random: &mut Random, facts: &mut Facts) {
    let period = facts::month(random);
    facts.set("period", period);
    facts.set("birth_date", birth(random, period));
    for (name, percent) in [
        ("provider", 45),
        ("extra_child_allowance", 50),
        ("single", 55),
        ("lives_with_parent", 40),
        ("partner_on_assistance", 40),
        ("pregnant_past_week_12", 10),
        ("severe_mental_illness", 20),
        ("vocational_education", 90),
        ("activity_ready", 50),
        ("residence_requirement_met", 96),
    ] {
        facts.set(name, facts::truth(random, percent));
    }
    for name in ["work_income", "other_income", "spouse_work_income", "spouse_other_income"] {
        // Adult rates, and 160 hours of the disregard.
        facts.set(name, facts::money(random, &[400_000, 431_520, 458_560, 1_194_400, 1_587_400, 1_097_800]));
    }
    facts.set("spouse_help", facts::money(random, &[1_194_400, 1_587_400]));
    if random.chance(50) {
        // The disregard is published for few years.
        facts.set("work_income", Fact::Decimal(0));
        facts.set("spouse_work_income", Fact::Decimal(0));
    }
    if facts.bool("single") == Some(true) && random.chance(95) {
        for name in ["spouse_work_income", "spouse_other_income", "spouse_help"] {
            facts.set(name, Fact::Unknown);
        }
    }
    for name in ["work_hours", "spouse_work_hours"] {
        if random.chance(70) {
            facts.set(name, facts::hours(random, &[16_000, 1, 100]));
        }
    }
}
