//! What is taken out of the help: LAS §§ 13 g, 26 and 30-31 as in force until June 2025, and nothing where only the agreement was read.

use super::declaration::{
    AGE_30_OTHER, AGE_30_PROVIDER, CONVERSION_FACTOR, COUNT, DISREGARD, DISREGARD_MAX_HOURS,
    DISREGARD_PER_HOUR, Facts, HELP_AND_OPTED_OUT, INCOME, INCOME_DEDUCTION, NEW_SYSTEM, NO_225_RULE,
    NO_FACTOR, REDUCTION_225, SINGLE_WITH_SPOUSE, SPOUSE_DEDUCTION, arg,
};
use crate::benefits::frame::Outcome;
use crate::benefits::las::income::{Income, OffsetPlaces};
use crate::benefits::las::{Around, Places};

/// Where kontanthjælp keeps what the shared steps need.
pub(super) const PLACES: Places = Places {
    period: arg::period,
    single: arg::single,
    provider: arg::provider,
    own: [arg::work_income, arg::other_income],
    own_hours: arg::work_hours,
    spouse: [arg::spouse_work_income, arg::spouse_other_income],
    spouse_hours: arg::spouse_work_hours,
    spouse_help: arg::spouse_help,
    spouse_opted_out: arg::spouse_opted_out,
    decided_225: arg::reduction_225,
    offset: OffsetPlaces {
        per_hour: DISREGARD_PER_HOUR,
        max_hours: DISREGARD_MAX_HOURS,
        factor: CONVERSION_FACTOR,
        no_factor: NO_FACTOR,
    },
    spouse_limit_provider: AGE_30_PROVIDER,
    spouse_limit_other: AGE_30_OTHER,
    single_with_spouse: SINGLE_WITH_SPOUSE,
    help_and_opted_out: HELP_AND_OPTED_OUT,
    no_225_rule: NO_225_RULE,
    reduction_225: REDUCTION_225,
    income_deduction: INCOME_DEDUCTION,
    spouse_deduction: SPOUSE_DEDUCTION,
    income: INCOME,
    disregard: DISREGARD,
};

/// The facts of the shared steps.
pub(super) fn around(facts: &Facts) -> Around {
    Around {
        period: facts.period,
        single: facts.single,
        provider: facts.provider,
        own: Income { work: facts.work_income, hours: facts.work_hours, other: facts.other_income },
        spouse: Income {
            work: facts.spouse_work_income,
            hours: facts.spouse_work_hours,
            other: facts.spouse_other_income,
        },
        spouse_help: facts.spouse_help,
        spouse_opted_out: facts.spouse_opted_out,
        reduction_225: facts.reduction_225,
    }
}

/// Whether a spouse's income counts. A single person with a spouse's income is an error; whether one is single must be known unless
/// facts about a spouse are given.
fn has_spouse(facts: &Facts, out: &mut Outcome<COUNT>) -> bool {
    let nothing = facts.spouse_work_income.is_none() && facts.spouse_other_income.is_none();
    match facts.single {
        Some(true) => {
            let income = facts.spouse_work_income.unwrap_or(0) | facts.spouse_other_income.unwrap_or(0);
            if income != 0 || facts.spouse_opted_out == Some(true) {
                out.stop(SINGLE_WITH_SPOUSE);
            }
            false
        }
        None if nothing => {
            out.need(facts.single, arg::single);
            false
        }
        _ => true,
    }
}

/// From July 2025 only the agreement's offset was read: without income the help is known, with any income it is not. The 225-hour
/// rule has ended.
pub(super) fn nothing_taken(help: Option<i64>, facts: &Facts, out: &mut Outcome<COUNT>) -> Option<()> {
    if facts.reduction_225.is_some() {
        out.stop(NO_225_RULE);
    }
    no_income(facts, out)?;
    for field in [INCOME, DISREGARD] {
        out.set(field, 0);
    }
    help?;
    for step in [REDUCTION_225, INCOME_DEDUCTION, SPOUSE_DEDUCTION] {
        out.set(step, 0);
    }
    Some(())
}

/// Whether there is no income; with any the calculation stops.
fn no_income(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<()> {
    let work = out.need(facts.work_income, arg::work_income);
    let other = out.need(facts.other_income, arg::other_income);
    let mut known = any_of(work, other);
    if has_spouse(facts, out) {
        let work = out.need(facts.spouse_work_income, arg::spouse_work_income);
        let other = out.need(facts.spouse_other_income, arg::spouse_other_income);
        known = known.zip(any_of(work, other)).map(|(own, spouse)| own || spouse);
    }
    if known? {
        out.stop(NEW_SYSTEM);
        return None;
    }
    Some(())
}

/// Whether there is any of two incomes; `None` when one is unknown.
fn any_of(work: Option<i64>, other: Option<i64>) -> Option<bool> {
    work.zip(other).map(|(work, other)| work != 0 || other != 0)
}
