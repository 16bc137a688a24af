//! One row of a benefit in a straight line: its facts, its rates and what it gives, without a branch that depends on them.

use super::outcome::NO_RULE;
use super::spec::{ArgumentId, FieldId, GapId, RateId, RuleId};
use super::tariff::{self, Numbers};
use crate::law::money;

/// Amounts from here on are left to the plain function: below it, an amount times a rate fits 64 bits.
pub(crate) const LIMIT: i64 = 1 << 31;

/// An unknown day.
pub(crate) const NO_DAY: i64 = i32::MIN as i64;

/// The facts of a row in their units, held within -1 and [`LIMIT`] (days within 32 bits) so that nothing overflows: -1 is
/// unknown, and an unknown day is the first there is.
#[derive(Debug)]
pub(crate) struct Known<const A: usize>(pub(super) [i64; A]);

impl<const A: usize> Known<A> {
    #[inline(always)]
    pub(crate) fn get(&self, argument: ArgumentId) -> i64 {
        self.0[usize::from(argument.0)]
    }
}

/// The rates of a row's day.
#[derive(Debug)]
pub(crate) struct Rated<'a, const R: usize> {
    pub(super) amounts: [i64; R],
    pub(super) known: i64,
    /// What the benefit calculated of the day, [`Straight::of_day`](super::Straight::of_day).
    pub(crate) of_day: i64,
    /// What it calculated of the rates, [`Straight::of_rates`](super::Straight::of_rates).
    pub(crate) of_rates: i64,
    pub(super) numbers: &'a Numbers,
    /// Position of the tariff.
    pub(super) tariff: i64,
}

impl<const R: usize> Rated<'_, R> {
    /// A rate; 0 when it does not count.
    #[inline(always)]
    pub(crate) fn at(&self, rate: RateId) -> i64 {
        self.amounts[usize::from(rate.0)]
    }

    /// A rate that the facts choose, by its [`number`]; 0 when it does not count. One that is only ever picked is named in
    /// [`Straight::PICKED`](super::Straight::PICKED).
    #[inline(always)]
    pub(crate) fn pick(&self, rate: i64) -> i64 {
        tariff::pick(self.numbers, rate, self.tariff)
    }

    /// Whether a rate given by its [`number`] counts.
    #[inline(always)]
    pub(crate) fn knows(&self, rate: i64) -> bool {
        self.known >> rate & 1 == 1
    }

    /// Whether all rates that a row asked for so far count.
    #[inline(always)]
    pub(crate) fn answers<const N: usize>(&self, line: &Line<N>) -> bool {
        line.asked & !self.known == 0
    }
}

/// What a row gives. All in numbers of one width: then a processor calculates several rows at once.
#[derive(Debug)]
pub(crate) struct Line<const N: usize> {
    pub(super) amounts: [i64; N],
    /// Fields that have a value.
    pub(super) known: i64,
    pub(super) rule: i64,
    /// Rates that the plain function asks for.
    pub(super) asked: i64,
    /// Reasons that stop the row.
    pub(super) gaps: i64,
    /// Negative: the row is left to the plain function.
    pub(super) left: i64,
}

/// What rows choose among by number.
pub(crate) trait Numbered {
    fn number(self) -> i64;
}

impl Numbered for RuleId {
    #[inline(always)]
    fn number(self) -> i64 {
        i64::from(self.0)
    }
}

impl Numbered for RateId {
    #[inline(always)]
    fn number(self) -> i64 {
        i64::from(self.0)
    }
}

/// The number of a rule or rate, to choose among them.
#[inline(always)]
pub(crate) fn number(id: impl Numbered) -> i64 {
    id.number()
}

impl<const N: usize> Line<N> {
    /// Nothing calculated yet.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { amounts: [0; N], known: 0, rule: i64::from(NO_RULE), asked: 0, gaps: 0, left: 0 }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, field: FieldId, value: i64) {
        self.set_if(true, field, value);
    }

    #[inline(always)]
    pub(crate) fn set_if(&mut self, known: bool, field: FieldId, value: i64) {
        self.amounts[usize::from(field.0)] = value;
        self.known |= i64::from(known) << field.0;
    }

    /// Names the rule by its [`number`], where there is one.
    #[inline(always)]
    pub(crate) fn rule_if(&mut self, known: bool, rule: i64) {
        self.rule = either(known, rule, self.rule);
    }

    /// Notes that a rate is asked for, where it is.
    #[inline(always)]
    pub(crate) fn ask(&mut self, when: bool, rate: RateId) {
        self.ask_picked(when, i64::from(rate.0));
    }

    /// Notes the same of a rate given by its [`number`].
    #[inline(always)]
    pub(crate) fn ask_picked(&mut self, when: bool, rate: i64) {
        self.asked |= i64::from(when) << rate;
    }

    /// Stops the calculation for a reason of the declaration.
    #[inline(always)]
    pub(crate) fn stop(&mut self, when: bool, gap: GapId) {
        self.gaps |= i64::from(when) << gap.0;
    }

    /// Whether no reason of the declaration has stopped the calculation so far.
    #[inline(always)]
    pub(crate) fn goes_on(&self) -> bool {
        self.gaps == 0
    }

    /// Leaves the row to the plain function.
    #[inline(always)]
    pub(crate) fn leave(&mut self, when: bool) {
        self.left |= -i64::from(when);
    }

    /// Needs an amount or count, where it does: unknown or of [`LIMIT`] and more, it leaves the row.
    #[inline(always)]
    pub(crate) fn need(&mut self, when: bool, value: i64) {
        self.left |= (value | (LIMIT - 1).wrapping_sub(value)) & -i64::from(when);
    }
}

/// One of two numbers that are both calculated.
#[inline(always)]
pub(crate) fn either(first: bool, one: i64, other: i64) -> i64 {
    if first { one } else { other }
}

/// The largest dividend of [`over`].
const MOST_DIVIDEND: u64 = (1 << 56) - 1;

/// The lowest 32 bits.
const SHORT: u64 = u32::MAX as u64;

/// A dividend from 0 to 2^56 over a whole number that is known beforehand, rounded down; of a row that is left, anything.
///
/// Compilers divide numbers of 64 bits one by one, as the high half of a product is needed and processors multiply several only to the
/// low one. So the upper bits of the dividend are divided first, by a reciprocal a little too small, then the rest, which is short.
#[inline(always)]
pub(crate) fn over<const WHOLE: u64>(dividend: i64) -> i64 {
    const { assert!(1 <= WHOLE && WHOLE < 1 << 24) };
    let bits = const { WHOLE.ilog2() };
    if WHOLE.is_power_of_two() {
        return dividend >> bits;
    }
    // Compilers see that both factors of each product below have 32 bits, of which processors multiply several at once.
    let dividend = dividend as u64 & MOST_DIVIDEND;
    // The reciprocal is a little too small; so the quotient is, by less than 2^24 / WHOLE for the lower bits, 2^(25 - bits) for the
    // reciprocal, and 1.
    let first = ((dividend >> 24) * const { (1 << (31 + WHOLE.ilog2())) / WHOLE }) >> (7 + bits);
    // So the rest is below 2^27, and its lowest bits are all of it. Times a reciprocal that is too large by less than 1, which makes the
    // product too large by less than 2^(28 + bits) / WHOLE, it gives the exact quotient.
    let rest = dividend.wrapping_sub((first & SHORT) * WHOLE) & SHORT;
    let second = (rest * const { (1 << (28 + WHOLE.ilog2())) / WHOLE + 1 }) >> (28 + bits);
    first.wrapping_add(second) as i64
}

/// `amount` times `units` over a whole number that is known beforehand, as [`part`].
#[inline(always)]
pub(crate) fn part_of<const WHOLE: u64>(amount: i64, units: i64) -> i64 {
    over::<WHOLE>(amount.wrapping_mul(units & SHORT as i64).wrapping_add((WHOLE / 2) as i64))
}

/// `amount` times `units` over a whole number, to the nearest, the half up; of a row that is left, anything.
#[inline(always)]
pub(crate) fn part(amount: i64, units: i64, whole: u64) -> i64 {
    ((amount as u64).wrapping_mul(units as u64).wrapping_add(whole / 2) / whole) as i64
}

/// A percentage in units of 1/10 000 per cent.
pub(crate) const PER_CENT: u64 = 100 * money::AMOUNT_UNIT as u64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::benefits::frame::tariff::UNITS_LIMIT;

    proptest! {
        #[test]
        fn parts_are_those_of_whole_numbers(
            amount in 0..LIMIT,
            units in 0..UNITS_LIMIT,
            whole in prop_oneof![Just(5), Just(100), Just(10_000), Just(PER_CENT), 1..1_u64 << 40],
        ) {
            // To the half and just below it too.
            for amount in [amount, whole as i64 / units.max(1), (whole / 2) as i64 / units.max(1)] {
                let amount = amount.min(LIMIT - 1);
                let expected = (i128::from(amount) * i128::from(units) + i128::from(whole / 2)) / i128::from(whole);
                prop_assert_eq!(i128::from(part(amount, units, whole)), expected);
            }
        }

        #[test]
        fn quotients_of_numbers_known_beforehand_are_exact(dividend in 0..1_i64 << 56, near in 0..1_i64 << 56) {
            fn check<const WHOLE: u64>(dividend: i64, near: i64) {
                // A multiple, and the numbers beside it.
                let multiple = near / WHOLE as i64 * WHOLE as i64;
                for dividend in [dividend, dividend >> 20, multiple, (multiple - 1).max(0), multiple + 1, (1 << 56) - 1] {
                    assert_eq!(over::<WHOLE>(dividend), dividend / WHOLE as i64, "{dividend} over {WHOLE}");
                }
            }
            check::<1>(dividend, near);
            check::<2>(dividend, near);
            check::<3>(dividend, near);
            check::<5>(dividend, near);
            check::<100>(dividend, near);
            check::<10_000>(dividend, near);
            check::<PER_CENT>(dividend, near);
            check::<{ (1 << 23) - 1 }>(dividend, near);
            check::<{ 1 << 23 }>(dividend, near);
            check::<{ (1 << 23) + 1 }>(dividend, near);
            check::<{ (1 << 24) - 1 }>(dividend, near);
        }
    }
}
