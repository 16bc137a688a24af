//! Income offset, LAS §§ 30-31 as in force until June 2025, on whole øre.

use super::declaration::{
    CONVERSION_FACTOR, COUNT, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, Facts, NEW_SYSTEM, NO_FACTOR,
    SINGLE_WITH_SPOUSE, arg,
};
use crate::benefits::frame::{Law, Outcome};
use crate::benefits::las::income::{Income, Offset, OffsetPlaces, offset};

/// Where kontanthjælp keeps what the hourly disregard needs.
const OFFSET: OffsetPlaces = OffsetPlaces {
    per_hour: DISREGARD_PER_HOUR,
    max_hours: DISREGARD_MAX_HOURS,
    factor: CONVERSION_FACTOR,
    no_factor: NO_FACTOR,
};

/// The offset of the applicant and of the spouse until June 2025. `None` where it is not known; `out` then says why.
pub(super) fn offsets(
    facts: &Facts,
    law: &Law,
    out: &mut Outcome<COUNT>,
) -> (Option<Offset>, Option<Offset>) {
    let income = Income { work: facts.work_income, hours: facts.work_hours, other: facts.other_income };
    let own = offset(&income, [arg::work_income, arg::other_income], law, out, &OFFSET);
    let income = Income {
        work: facts.spouse_work_income,
        hours: facts.spouse_work_hours,
        other: facts.spouse_other_income,
    };
    if !has_spouse(facts, out) {
        return (own, Some(Offset::default()));
    }
    let spouse = offset(&income, [arg::spouse_work_income, arg::spouse_other_income], law, out, &OFFSET);
    if spouse.is_some_and(|spouse| spouse.counted() > 0) {
        out.need(facts.spouse_help, arg::spouse_help);
    }
    (own, spouse)
}

/// Whether a spouse's income counts. A single person with a spouse's income is an error; whether one is single must be known unless
/// facts about a spouse are given.
fn has_spouse(facts: &Facts, out: &mut Outcome<COUNT>) -> bool {
    let nothing = facts.spouse_work_income.is_none() && facts.spouse_other_income.is_none();
    match facts.single {
        Some(true) => {
            if facts.spouse_work_income.unwrap_or(0) != 0 || facts.spouse_other_income.unwrap_or(0) != 0 {
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

/// From July 2025 only the agreement's offset was read: without income the help is known, with any income it is not.
pub(super) fn no_income(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<()> {
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
