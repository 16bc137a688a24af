//! A benefit in a straight line: the same steps for every row of a block, without a branch that depends on its facts.
//!
//! Rows in no order make a processor guess wrong at every branch of a plain function. The straight form calculates all that may be
//! needed and selects. What is unknown, refused or larger than its bounds marks a row, which is then left to the plain function; so
//! every row gives what the plain function gives.

use std::ops::Range;

use super::Benefit;
use super::ahead::{self, Ahead};
use super::facts::Facts;
use super::input::{Block, Input, LANE};
use super::law::{Book, Law};
use super::line::{Known, LIMIT, Line, NO_DAY, Rated};
use super::outcome::{GROSS, Stopped};
use super::output::Output;
use super::processor::Processor;
use super::spec::{Argument, ArgumentId, Kind};
use super::tariff::{Lane, Numbers, Rates, Table};
use super::udf::one;

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

    /// Rates that rows only [pick](Rated::pick), a bit each: they are looked up for the row that picks one, not for every row.
    const PICKED: u64 = 0;

    /// A fact that many calls give alike, and its value there: the straight form is compiled once more for blocks of such rows, in which
    /// all that is for others falls away.
    const COMMON: Option<(ArgumentId, i64)> = None;

    /// What the straight form needs of a day besides the rates, calculated once a day of the law: less than
    /// 57 bits.
    fn of_day(_law: &Law, _day: i32) -> i64 {
        0
    }

    /// What it needs of the rates together, calculated once for every set of them.
    fn of_rates(_rates: &[i64; R]) -> i64 {
        0
    }

    /// One row.
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<N>;
}

/// `straight_rows! { Benefit }`: the numbers of arguments and rates of the benefit of a module, `A` and `R`, and `rows`, which
/// calculates the rows of a call with its straight form.
macro_rules! straight_rows {
    ($benefit:ident) => {
        const A: usize = <Facts as $crate::benefits::frame::Facts>::ARGUMENTS.len();
        const R: usize = RATES.len();

        pub(super) fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
            $crate::benefits::frame::straight::<$benefit, COUNT, A, R>(book, input, rows, output);
        }
    };
}
pub(crate) use straight_rows;

/// A block at work: by field, then `gross`, and what explains the rows.
pub(super) struct Work<const N: usize> {
    pub(super) amounts: [Lane; N],
    pub(super) gross: Lane,
    pub(super) known: Lane,
    pub(super) rules: Lane,
    pub(super) versions: [u8; LANE],
    used: Lane,
    lacking: Lane,
    gaps: Lane,
    left: Lane,
    /// Negative where a row is left.
    any_left: i64,
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
            gaps: ZERO,
            left: ZERO,
            any_left: 0,
        })
    }

    /// Leaves every row to the plain function.
    fn leave_all(&mut self) {
        self.left.fill(-1);
        self.any_left = -1;
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
        assert!(<B::Facts as Facts>::ARGUMENTS.len() == A && B::SPEC.rates.len() == R && R < 64);
    }
    let table = book.compiled(Table::<R>::new::<B, N, A>);
    let mut block = input.block();
    // The table has no law for a day that is wrong, so that no row needs to be asked.
    block.any_day = true;
    let (mut rates, mut work) = (Rates::<R>::new(), Work::<N>::new());
    for start in (0..rows).step_by(LANE) {
        let length = LANE.min(rows - start);
        input.fill(&mut block, start, length);
        let place = start..start + length;
        match table {
            Some(table) => {
                // The memory of the next block has not come by when it is read: that of the one after it.
                let next = input.ahead(place.end + LANE);
                calculate::<B, N, A, R>(table, &block, &next, place, &mut rates, &mut work, output);
            }
            None => {
                work.leave_all();
                output.reach(start + length);
            }
        }
        if !output.explains() && work.any_left >= 0 {
            continue;
        }
        let mut law = book.stretch(i32::MIN);
        for row in 0..length {
            if work.left[row] < 0 {
                block.refuse_day(<B::Facts as Facts>::ARGUMENTS[0].kind, row);
                law = one::<B, N>(book, block.row(row), block.flaws(row), law, start + row, output);
            } else if output.explains() {
                let day = block.lanes[row] as i32;
                let (used, rates, gaps) =
                    (work.used[row] as u64, work.lacking[row] as u64, work.gaps[row] as u64);
                let stopped = Stopped { rates, gaps, ..Stopped::default() };
                output.explain(start + row, book.stretch(day), day, used, &stopped);
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
        return work.leave_all();
    };
    // What has not been fetched on the way is in halves, as a processor has few places for what is to come at once.
    let (first, last) = match table.look_up(&lanes[0], next, rates) {
        true => (0..0, 0..0),
        false => (0..LANE / 2, LANE / 2..LANE),
    };
    ahead::fetch(next, first);
    if output.names_versions() {
        table.versions(rates, &mut work.versions);
    }
    if output.explains() || output.names_rules() {
        lines_compiled::<B, N, A, R, true>(lanes, &table.numbers, rates, place, work, output);
    } else {
        lines_compiled::<B, N, A, R, false>(lanes, &table.numbers, rates, place, work, output);
    }
    ahead::fetch(next, last);
    if block.flawed {
        for ((left, absent), error) in work.left.iter_mut().zip(&block.absent).zip(&block.errors) {
            *left |= -i64::from(absent | error != 0);
            work.any_left |= *left;
        }
    }
}

/// The rows of a block calculated and written, compiled for the processor it runs on; with their rules and what explains them where
/// `EXPLAINED`.
fn lines_compiled<B, const N: usize, const A: usize, const R: usize, const EXPLAINED: bool>(
    lanes: &[Lane; A],
    numbers: &Numbers,
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) where
    B: Straight<N, A, R>,
{
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe {
            lines_avx512::<B, N, A, R, EXPLAINED>(lanes, numbers, rates, place, work, output)
        },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe {
            lines_avx2::<B, N, A, R, EXPLAINED>(lanes, numbers, rates, place, work, output)
        },
        Processor::Any => {
            lines::<B, N, A, R, EXPLAINED>(lanes, numbers, rates, work);
            output.lay(place, work, Processor::Any);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn lines_avx512<B, const N: usize, const A: usize, const R: usize, const EXPLAINED: bool>(
    lanes: &[Lane; A],
    numbers: &Numbers,
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) where
    B: Straight<N, A, R>,
{
    lines::<B, N, A, R, EXPLAINED>(lanes, numbers, rates, work);
    output.lay(place, work, Processor::Avx512);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn lines_avx2<B, const N: usize, const A: usize, const R: usize, const EXPLAINED: bool>(
    lanes: &[Lane; A],
    numbers: &Numbers,
    rates: &Rates<R>,
    place: Range<usize>,
    work: &mut Work<N>,
    output: &mut Output<'_, N>,
) where
    B: Straight<N, A, R>,
{
    lines::<B, N, A, R, EXPLAINED>(lanes, numbers, rates, work);
    output.lay(place, work, Processor::Avx2);
}

/// The lowest and the highest number of each fact that the straight form sees.
const fn held<const A: usize>(arguments: &[Argument]) -> ([i64; A], [i64; A]) {
    let (mut low, mut high, mut n) = ([-1; A], [LIMIT; A], 0);
    while n < A {
        match arguments[n].kind {
            kind if kind.is_day() => (low[n], high[n]) = (NO_DAY, i32::MAX as i64),
            // Nothing else is read of them.
            Kind::Flag | Kind::Word(_) => high[n] = i64::MAX,
            _ => {}
        }
        n += 1;
    }
    (low, high)
}

/// Every row of the block; those behind the last one are of the block before, and nobody reads what they give.
#[inline(always)]
fn lines<B, const N: usize, const A: usize, const R: usize, const EXPLAINED: bool>(
    lanes: &[Lane; A],
    numbers: &Numbers,
    rates: &Rates<R>,
    work: &mut Work<N>,
) where
    B: Straight<N, A, R>,
{
    let alike = |(argument, value): (ArgumentId, i64)| {
        lanes[usize::from(argument.0)].iter().fold(0, |other, given| other | given ^ value) == 0
    };
    match B::COMMON {
        Some(common) if alike(common) => {
            lines_of::<B, N, A, R, EXPLAINED, true>(lanes, numbers, rates, work);
        }
        _ => lines_of::<B, N, A, R, EXPLAINED, false>(lanes, numbers, rates, work),
    }
}

/// The same of rows that all have the [common](Straight::COMMON) fact, or of any.
#[allow(
    clippy::needless_range_loop,
    reason = "functions of the library over many facts are not made part of the loop, which then is none of vectors"
)]
#[inline(always)]
fn lines_of<B, const N: usize, const A: usize, const R: usize, const EXPLAINED: bool, const COMMON: bool>(
    lanes: &[Lane; A],
    numbers: &Numbers,
    rates: &Rates<R>,
    work: &mut Work<N>,
) where
    B: Straight<N, A, R>,
{
    let (low, high) = const { held::<A>(<B::Facts as Facts>::ARGUMENTS) };
    let mut any_left = 0;
    for row in 0..LANE {
        let mut facts = Known([0; A]);
        for n in 0..A {
            facts.0[n] = match B::COMMON {
                Some((argument, value)) if COMMON && usize::from(argument.0) == n => value,
                _ => lanes[n][row].max(low[n]).min(high[n]),
            };
        }
        let mut rated = Rated {
            amounts: [0; R],
            known: rates.known[row],
            of_day: rates.of_day[row],
            of_rates: rates.of_rates[row],
            numbers,
            tariff: rates.tariff[row],
        };
        for n in 0..R {
            rated.amounts[n] = rates.amounts[n][row];
        }
        let line = B::line(&facts, &rated);
        let mut gross = 0;
        for (n, amount) in line.amounts.iter().enumerate() {
            work.amounts[n][row] = *amount;
            gross += if n < B::SPEC.steps { *amount } else { 0 };
        }
        let complete = i64::from(rated.answers(&line) & line.goes_on());
        work.gross[row] = gross & -complete;
        work.known[row] = line.known | (complete * i64::from(GROSS));
        work.left[row] = line.left | rated.known;
        any_left |= work.left[row];
        if EXPLAINED {
            work.rules[row] = line.rule;
            work.used[row] = line.asked & rated.known;
            work.lacking[row] = line.asked & !rated.known;
            work.gaps[row] = line.gaps;
        }
    }
    work.any_left = any_left;
}
