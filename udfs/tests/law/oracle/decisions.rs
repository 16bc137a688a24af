//! What decisions add to and take from the help until June 2025: child support (§§ 23(3), 25(4)), a spouse who does not use work
//! opportunities (§ 26(3)), the 225-hour rule (§ 13 g).

use super::Case;
use super::income::{self, SPOUSE};
use super::kontanthjaelp::SpouseFree;
use crate::facts::{self, Fact, Facts, days};
use crate::random::Random;

/// What decisions say has to fit the month and the family: the 225-hour rule of October 2016 to June 2025, and a spouse who does
/// not use work opportunities (§ 26(3)).
pub fn fit(case: &mut Case<'_>, month: Option<i32>) {
    case.not_negative(&["child_support", "reduction_225"]);
    let in_force = month.is_some_and(|month| (days(2016, 10, 1)..days(2025, 7, 1)).contains(&month));
    if case.facts.number("reduction_225").is_some() && !in_force {
        case.error("reduction_225");
    }
    if case.facts.bool("single") == Some(true) && case.facts.bool("spouse_opted_out") == Some(true) {
        case.error("single");
    }
}

/// What of the spouse's income is free; who does not use work opportunities gets no help.
pub fn spouse_free(case: &mut Case<'_>) -> SpouseFree {
    if case.facts.bool("spouse_opted_out") != Some(true) {
        return SpouseFree::OwnHelp;
    }
    let helped = case.facts.number("spouse_help").is_some_and(|help| help > 0);
    if helped && income::of(case, &SPOUSE).is_some_and(|spouse| spouse.counted() > 0) {
        case.error("26(3)");
    }
    SpouseFree::Rate(match case.facts.bool("provider") {
        Some(true) => "kontanthjaelp/age_30_plus_provider",
        _ => "kontanthjaelp/age_30_plus_other",
    })
}

/// The supplement for child support: rate and supplement are at most the maximum. Whether the activity supplement counts towards it
/// was not read: stopped where that could decide.
pub fn child_support(
    case: &mut Case<'_>,
    base: Option<i64>,
    activity: Option<i64>,
    maximum: &str,
) -> Option<i64> {
    let Some(granted @ 1..) = case.facts.number("child_support") else { return Some(0) };
    let left = case.kroner(maximum)? - base?;
    match activity? {
        1.. if granted > left - activity? => case.refuse("child support above the maximum"),
        _ => Some(granted.min(left).max(0)),
    }
}

/// What decisions say, in some of a hundred rows.
pub fn row(random: &mut Random, facts: &mut Facts, percent: i64) {
    if random.chance(percent) {
        // What is left under the maximum beside a rate, or beside rate and activity supplement.
        facts.set("child_support", facts::money(random, &[100_000, 278_400, 360_700, 750_600, 932_900]));
    }
    if random.chance(percent) && facts.bool("single") != Some(true) {
        facts.set("spouse_opted_out", facts::truth(random, 50));
        if random.chance(80) {
            facts.set("spouse_help", Fact::Decimal(0));
        }
    }
    if random.chance(percent) {
        facts.set("reduction_225", facts::money(random, &[50_000, 52_600, 105_400]));
    }
}
