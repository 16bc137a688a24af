//! The shared steps over many rows, without branches.

use super::income::{OffsetPlaces, Places, RULE_225};
use crate::benefits::frame::{ArgumentId, Known, Line, Rated, Read, either, number};

/// How the rates of a benefit are read: those of the hourly disregard in units, all others as øre.
pub(crate) const fn read<const R: usize>(at: &OffsetPlaces) -> [Read; R] {
    let mut read = [Read::Oere; R];
    read[at.per_hour.0 as usize] = Read::Units;
    read[at.max_hours.0 as usize] = Read::Units;
    read[at.factor.0 as usize] = Read::Units;
    read
}

/// The rates that rows choose among, of the shared steps.
pub(crate) const fn picked(at: &Places) -> u64 {
    1 << at.spouse_limit_provider.0 | 1 << at.spouse_limit_other.0
}

/// Bits of a reciprocal below one.
const BITS: u32 = 32;

/// What of an income is disregarded, by the conversion factor, in parts of 2^32: for [`Straight::of_rates`], as a processor divides
/// no numbers of 64 bits several at once.
///
/// [`Straight::of_rates`]: crate::benefits::frame::Straight::of_rates
pub(crate) fn of_rates<const R: usize>(rates: &[i64; R], at: &OffsetPlaces) -> i64 {
    (rates[usize::from(at.per_hour.0)] << BITS) / rates[usize::from(at.factor.0)].max(1)
}

/// Kroner an hour (in units of 1/10 000) times an hour (likewise) over this is øre.
const HOURS: i64 = 1_000_000;

/// The reciprocal of [`HOURS`] in parts of 2^48.
const OVER_HOURS: i64 = (1 << 48) / HOURS;

/// What one person's income gives, as [`Offset`](super::income::Offset).
#[derive(Debug)]
struct Person {
    income: i64,
    disregard: i64,
    /// The rates it asks for count.
    found: bool,
}

/// The income of one person and its disregard, where it is asked for.
#[inline(always)]
fn person<const N: usize, const A: usize, const R: usize>(
    asked: bool,
    [work, hours, other]: [i64; 3],
    rated: &Rated<'_, R>,
    line: &mut Line<N>,
    at: &OffsetPlaces,
) -> Person {
    line.need(asked, work);
    line.need(asked, other);
    let (worked, by_factor) = (asked & (work > 0), hours < 0);
    line.ask(worked, at.per_hour);
    line.ask(worked, at.max_hours);
    line.ask(worked & by_factor, at.factor);
    let knows = |rate| rated.knows(number(rate));
    let rates = knows(at.per_hour) & knows(at.max_hours) & (!by_factor | knows(at.factor));
    let (per_hour, most, factor) = (rated.at(at.per_hour), rated.at(at.max_hours), rated.at(at.factor));
    line.leave(worked & by_factor & rates & (factor == 0));

    // The product of hours, or of the income, is below 2^60: where the income counts, it is worth less than the most hours.
    let by_income = by_factor & (work * HOURS < most * factor);
    let hours = either(by_factor, most, (hours * 100).min(most));
    let units = either(by_income, work, hours);
    let divisor = either(by_income, factor, HOURS);
    let reciprocal = either(by_income, rated.of_rates, (per_hour * OVER_HOURS) >> (48 - BITS));
    // The reciprocal is a little too small, which makes the quotient at most one too small, and rounding may add another.
    let quotient = (units * reciprocal) >> BITS;
    let rest = per_hour * units + divisor / 2 - quotient * divisor;
    let amount = quotient + i64::from(rest >= divisor) + i64::from(rest >= 2 * divisor);
    Person { income: work + other, disregard: amount.min(work), found: !worked | rates }
}

/// Takes out of the help, where it is known, what [`settle`](super::income::settle) takes. Gives whether all steps are known, and
/// what was taken.
#[inline(always)]
pub(crate) fn settle<const N: usize, const A: usize, const R: usize>(
    (known, help): (bool, i64),
    facts: &Known<A>,
    rated: &Rated<'_, R>,
    line: &mut Line<N>,
    at: &Places,
) -> (bool, i64) {
    let (period, reduction) = (facts.get(at.period), facts.get(at.decided_225));
    let (first, last) = (i64::from(RULE_225.start), i64::from(RULE_225.end));
    line.need(reduction >= 0, reduction);
    line.stop((reduction >= 0) & ((period < first) | (period >= last)), at.no_225_rule);
    let of = |[work, other]: [ArgumentId; 2], hours| [facts.get(work), facts.get(hours), facts.get(other)];
    let own = person::<N, A, R>(true, of(at.own, at.own_hours), rated, line, &at.offset);
    line.set_if(own.found, at.income, own.income);
    line.set_if(own.found, at.disregard, own.disregard);
    let (spouse_known, excess) = excess(of(at.spouse, at.spouse_hours), facts, rated, line, at);

    let known = known & own.found & spouse_known;
    let reduction = reduction.max(0).min(help);
    let own = (own.income - own.disregard).min(help - reduction);
    let spouse = excess.min(help - reduction - own);
    line.set_if(known, at.reduction_225, -reduction);
    line.set_if(known, at.income_deduction, -own);
    line.set_if(known, at.spouse_deduction, -spouse);
    (known, reduction + own + spouse)
}

/// The part of the spouse's income that is deducted, and whether it is known.
#[inline(always)]
fn excess<const N: usize, const A: usize, const R: usize>(
    income: [i64; 3],
    facts: &Known<A>,
    rated: &Rated<'_, R>,
    line: &mut Line<N>,
    at: &Places,
) -> (bool, i64) {
    let (single, opted_out) = (facts.get(at.single) == 1, facts.get(at.spouse_opted_out) == 1);
    let (help, provider) = (facts.get(at.spouse_help), facts.get(at.provider));
    let any = (income[0] > 0) | (income[2] > 0) | opted_out;
    line.stop(single & any, at.single_with_spouse);
    let spouse = person::<N, A, R>(!single, income, rated, line, &at.offset);
    let counted = spouse.income - spouse.disregard;
    let counts = !single & spouse.found & (counted > 0);

    let by_limit = counts & opted_out;
    line.stop(by_limit & (help > 0), at.help_and_opted_out);
    line.need(by_limit, provider);
    line.need(counts & !opted_out, help);
    let limit = either(provider == 1, number(at.spouse_limit_provider), number(at.spouse_limit_other));
    line.ask_picked(by_limit, limit);
    let free = either(opted_out, rated.pick(limit), help);
    let known = single | spouse.found & (!by_limit | rated.knows(limit));
    (known, either(counts, (counted - free).max(0), 0))
}
