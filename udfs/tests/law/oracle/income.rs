//! Income against help until June 2025 (LAS §§ 30, 31; principle decision 42-19).

use super::{Case, nearest};

/// The names of one person's income facts.
pub struct Person {
    pub work_income: &'static str,
    pub work_hours: &'static str,
    pub other_income: &'static str,
}

pub const OWN: Person =
    Person { work_income: "work_income", work_hours: "work_hours", other_income: "other_income" };
pub const SPOUSE: Person = Person {
    work_income: "spouse_work_income",
    work_hours: "spouse_work_hours",
    other_income: "spouse_other_income",
};

/// Income of a person and the part of it that is disregarded, øre.
pub struct Income {
    pub all: i64,
    pub disregard: i64,
}

impl Income {
    pub fn counted(&self) -> i64 {
        self.all - self.disregard
    }
}

/// Income and disregard of a month.
pub fn of(case: &mut Case<'_>, person: &Person) -> Option<Income> {
    let work = case.number(person.work_income);
    let other = case.number(person.other_income);
    let disregard = work.and_then(|work| disregard(case, work, person.work_hours));
    Some(Income { all: work? + other?, disregard: disregard? })
}

/// § 31: an amount for every hour worked, at most 160 hours a month and never more than the work income. Unknown hours
/// are the income over the conversion factor.
fn disregard(case: &mut Case<'_>, work: i64, hours: &str) -> Option<i64> {
    if work <= 0 {
        return Some(0);
    }
    // Hours as a fraction of hundredths.
    let (part, whole) = match case.facts.number(hours) {
        Some(known) => (Some(i128::from(known)), 1),
        None => {
            let factor = case.rate("fradrag/conversion_factor_income_to_hours");
            // øre / (kroner an hour in 1/10 000) × 10 000 = hundredths of an hour
            (factor.map(|_| i128::from(work) * 10_000), i128::from(factor.unwrap_or(1)))
        }
    };
    let limit = case.rate("fradrag/work_income_disregard_max_hours_per_month").map(|h| i128::from(h / 100));
    let per_hour = case.rate("fradrag/work_income_disregard_per_hour").map(i128::from);
    let hours = part?.min(limit? * whole);
    // hundredths of an hour × 1/10 000 kroner = øre / 10 000
    Some(nearest(hours * per_hour?, whole * 10_000).min(work))
}
