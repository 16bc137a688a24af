//! A benefit in a straight line: the same steps for every row of a block, without a branch that depends on its facts.
//!
//! Rows in no order make a processor guess wrong at every branch of a plain function. The straight form calculates all that may be
//! needed and selects. What is unknown, refused or larger than its bounds marks a row, which is then left to the plain function; so
//! every row gives what the plain function gives.

use std::ops::Range;

use super::Benefit;
use super::ahead::Ahead;
use super::facts::Facts;
use super::input::{Block, Input, LANE};
use super::law::Book;
use super::outcome::{GROSS, NO_RULE};
use super::output::Output;
use super::processor::Processor;
use super::spec::{Argument, ArgumentId, FieldId, RateId, RuleId};
use super::tariff::{Lane, Rates, Table};
use super::udf::one;
use crate::law::money;

/// Amounts from here on are left to the plain function: below it, an amount times a rate fits 64 bits.
pub(crate) const LIMIT: i64 = 1 << 31;

/// An unknown day.
pub(crate) const NO_DAY: i64 = i32::MIN as i64;

/// How the plain function reads a rate.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Read {
    /// As øre.
    Oere,
    /// In units of 1/10 000.
    Units,
    /// In whole units.
    Whole,
}

/// A benefit with a straight form; `A` and `R` are the numbers of its arguments and rates.
pub(crate) trait Straight<const N: usize, const A: usize, const R: usize>: Benefit<N> {
    /// How each rate of the declaration is read.
    const READ: [Read; R];

    /// What the straight form needs of a day besides the rates, calculated once a day of the law.
    fn of_day(_day: i32) -> i32 {
        0
    }

    /// One row.
    fn line(facts: &Known<A>, rated: &Rated<R>) -> Line<N>;
}

/// The facts of a row in their units, held within -1 and [`LIMIT`] (days within 32 bits) so that nothing overflows: -1 is
/// unknown, and an unknown day is the first there is.
#[derive(Debug)]
pub(crate) struct Known<const A: usize>([i64; A]);

impl<const A: usize> Known<A> {
    #[inline(always)]
    pub(crate) fn get(&self, argument: ArgumentId) -> i64 {
        self.0[usize::from(argument.0)]
    }
}

/// The rates of a row's day.
#[derive(Debug)]
pub(crate) struct Rated<const R: usize> {
    amounts: [i64; R],
    known: i64,
    /// What the benefit calculated of the day, [`Straight::of_day`].
    pub(crate) of_day: i64,
}

impl<const R: usize> Rated<R> {
    /// A rate; 0 when it does not count.
    #[inline(always)]
    pub(crate) fn at(&self, rate: RateId) -> i64 {
        self.amounts[usize::from(rate.0)]
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
    amounts: [i64; N],
    /// Fields that have a value.
    known: i64,
    rule: i64,
    /// Rates that the plain function asks for.
    asked: i64,
    /// Negative: the row is left to the plain function.
    left: i64,
}

/// The number of a rule, to choose among rules.
#[inline(always)]
pub(crate) fn number(rule: RuleId) -> i64 {
    i64::from(rule.0)
}

impl<const N: usize> Line<N> {
    /// Nothing calculated yet.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { amounts: [0; N], known: 0, rule: i64::from(NO_RULE), asked: 0, left: 0 }
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
        self.asked |= i64::from(when) << rate.0;
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

/// `amount` times `units` over a whole number, to the nearest, the half up; of a row that is left, anything.
#[inline(always)]
pub(crate) fn part(amount: i64, units: i64, whole: u64) -> i64 {
    ((amount as u64).wrapping_mul(units as u64).wrapping_add(whole / 2) / whole) as i64
}

/// A percentage in units of 1/10 000 per cent.
pub(crate) const PER_CENT: u64 = 100 * money::AMOUNT_UNIT as u64;

/// A block at work: by field, then `gross`, and what explains the rows.
pub(super) struct Work<const N: usize> {
    pub(super) amounts: [Lane; N],
    pub(super) gross: Lane,
    pub(super) known: Lane,
    pub(super) rules: Lane,
    pub(super) versions: [u8; LANE],
    used: Lane,
    lacking: Lane,
    left: Lane,
}

impl<const N: usize> Work<N> {
    fn new() -> Box<Self> {
        const ZERO: Lane = [0; LANE];
        Box::new(Self {
            amounts: [ZERO; N],
            gross: ZERO,
            known: ZERO,
            rules: ZERO,
            versions: [0; LANE],
            used: ZERO,
            lacking: ZERO,
            left: ZERO,
        })
    }
}

/// Calculates the rows of a call in blocks.
pub(crate) fn straight<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    book: &Book,
    input: &Input,
    rows: usize,
    output: &mut Output<'_, N>,
) {
    const {
        assert!(<B::Facts as Facts>::ARGUMENTS.len() == A && B::SPEC.rates.len() == R);
    }
    let table = book.compiled(Table::<R>::new::<B, N, A>);
    let mut block = input.block();
    let (mut rates, mut work) = (Rates::<R>::new(), Work::<N>::new());
    for start in (0..rows).step_by(LANE) {
        let length = LANE.min(rows - start);
        input.fill(&mut block, start, length);
        let place = start..start + length;
        match table {
            Some(table) => {
                let next = input.ahead(place.end);
                calculate::<B, N, A, R>(table, &block, &next, place, &mut rates, &mut work, output);
            }
            None => {
                work.left.fill(-1);
                output.reach(start + length);
            }
        }
        if !output.explains() && work.left[..length].iter().fold(0, |any, left| any | left) >= 0 {
            continue;
        }
        let mut law = book.stretch(i32::MIN);
        for row in 0..length {
            if work.left[row] < 0 {
                law = one::<B, N>(book, &block, row, law, start + row, output);
            } else if output.explains() {
                let (day, used, lacking) = (block.lanes[row] as i32, work.used[row], work.lacking[row]);
                output.explain(start + row, book.stretch(day), day, used as u64, lacking as u64);
            }
        }
    }
}

/// The rows of a block at their place.
fn calculate<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    table: &Table<R>,
    block: &Block,
    next: &[Ahead; A],
    place: Range<usize>,
    rates: &mut Rates<R>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) {
    let (lanes, _) = block.lanes.as_chunks::<LANE>();
    let Ok(lanes) = <&[Lane; A]>::try_from(lanes) else {
        output.reach(place.end);
        return work.left.fill(-1);
    };
    table.look_up(&lanes[0][..place.len()], next, rates, &mut work.versions);
    lines_compiled::<B, N, A, R>(lanes, rates, place, work, output);
    if block.flawed {
        for ((left, absent), error) in work.left.iter_mut().zip(&block.absent).zip(&block.errors) {
            *left |= -i64::from(absent | error != 0);
        }
    }
}

/// The rows of a block calculated and written, compiled for the processor it runs on.
fn lines_compiled<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    lanes: &[Lane; A],
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe { lines_avx512::<B, N, A, R>(lanes, rates, place, work, output) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { lines_avx2::<B, N, A, R>(lanes, rates, place, work, output) },
        Processor::Any => {
            lines::<B, N, A, R>(lanes, rates, work);
            output.lay(place, work);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn lines_avx512<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    lanes: &[Lane; A],
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) {
    lines::<B, N, A, R>(lanes, rates, work);
    output.lay(place, work);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn lines_avx2<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    lanes: &[Lane; A],
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) {
    lines::<B, N, A, R>(lanes, rates, work);
    output.lay(place, work);
}

/// The lowest and the highest number of each fact that the straight form sees.
const fn held<const A: usize>(arguments: &[Argument]) -> ([i64; A], [i64; A]) {
    let (mut low, mut high, mut n) = ([-1; A], [LIMIT; A], 0);
    while n < A {
        if arguments[n].kind.is_day() {
            (low[n], high[n]) = (NO_DAY, i32::MAX as i64);
        }
        n += 1;
    }
    (low, high)
}

/// Every row of the block; those behind the last one are of the block before, and nobody reads what they give.
#[allow(
    clippy::needless_range_loop,
    reason = "functions of the library over many facts are not made part of the loop, which then is none of vectors"
)]
#[inline(always)]
fn lines<B: Straight<N, A, R>, const N: usize, const A: usize, const R: usize>(
    lanes: &[Lane; A],
    rates: &Rates<R>,
    work: &mut Work<N>,
) {
    let (low, high) = const { held::<A>(<B::Facts as Facts>::ARGUMENTS) };
    for row in 0..LANE {
        let mut facts = Known([0; A]);
        for n in 0..A {
            facts.0[n] = lanes[n][row].max(low[n]).min(high[n]);
        }
        let mut rated = Rated { amounts: [0; R], known: rates.known[row], of_day: rates.of_day[row] };
        for n in 0..R {
            rated.amounts[n] = rates.amounts[n][row];
        }
        let line = B::line(&facts, &rated);
        let mut gross = 0;
        for (n, amount) in line.amounts.iter().enumerate() {
            work.amounts[n][row] = *amount;
            gross += if n < B::SPEC.steps { *amount } else { 0 };
        }
        let complete = i64::from(rated.answers(&line));
        work.gross[row] = gross & -complete;
        work.known[row] = line.known | (complete * i64::from(GROSS));
        work.rules[row] = line.rule;
        work.used[row] = line.asked & rated.known;
        work.lacking[row] = line.asked & !rated.known;
        work.left[row] = line.left | rates.left[row];
    }
}

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
    }
}
