//! Kontanthjælp over many rows: per block of rows an index into the tabulated decision, a look-up of its amounts, and arithmetic
//! without branches in 32 bits.
//!
//! Rows in which something is missing, refused or larger than 32 bits hold are marked on the way and left to the plain
//! function, so every row gives what the plain function gives.

use super::Kontanthjaelp;
use super::columns::{Flags, LANE, Lane, dates, decided, hundredths, leave};
use super::declaration::{
    BASE, COUNT, DISREGARD, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, INCOME, INCOME_DEDUCTION,
    SPOUSE_DEDUCTION, SUPPLEMENT, arg,
};
use super::months::{Amounts, Compiled, Found, LIMIT};
use super::table::{SINGLE, TABLE};
use crate::benefits::frame::{
    self, Ahead, ArgumentId, Block, Book, FieldId, Input, Output, Processor, alone, one_by_one,
};

/// The columns of amounts and hours.
const AMOUNTS: [ArgumentId; 7] = [
    arg::work_income,
    arg::work_hours,
    arg::other_income,
    arg::spouse_work_income,
    arg::spouse_work_hours,
    arg::spouse_other_income,
    arg::spouse_help,
];

/// More than the hundredths of hours a month has.
const HOURS_LIMIT: i32 = 74_401;

/// Decisions beside the rate, which few rows have and the plain function calculates, with what stands for none besides NULL.
const DECISIONS: [(ArgumentId, Option<i64>); 3] =
    [(arg::child_support, Some(0)), (arg::spouse_opted_out, Some(0)), (arg::reduction_225, None)];

/// Where more of the rows that other benefits have in a block are left to the plain function than this, all are read for it at once,
/// else each alone.
const FEW: usize = 12;

/// Lines of the cache that a block takes of the widest column.
const PARTS: usize = frame::parts(LANE);

/// Rows of a call that are one block.
#[derive(Clone, Copy)]
struct Piece<'a> {
    compiled: &'a Compiled,
    input: &'a Input,
    start: usize,
    rows: usize,
}

/// A block at work; a mask is -1 or 0 a row.
struct Work {
    /// Not 0 in the rows left to the plain function.
    left: Lane,
    /// Days that could not be read where they lie.
    period: Lane,
    birth: Lane,
    /// Mask of the rows in which the person is known to be single.
    single: Lane,
    /// Index of the family.
    family: Lane,
    found: Found,
    /// By amount, in the order of [`Amounts`].
    amounts: [Lane; 4],
    own: Person,
    spouse: Person,
    spouse_help: Lane,
    steps: Steps,
}

/// The income of a person, negative where unknown.
struct Person {
    work: Lane,
    hours: Lane,
    other: Lane,
}

/// The steps in øre; deductions negative.
struct Steps {
    base: Lane,
    supplement: Lane,
    income: Lane,
    disregard: Lane,
    own: Lane,
    spouse: Lane,
    gross: Lane,
    /// Mask of the rows that used the disregard.
    hours: Lane,
}

impl Work {
    fn new() -> Box<Work> {
        const ZERO: Lane = [0; LANE];
        const NOBODY: Person = Person { work: ZERO, hours: ZERO, other: ZERO };
        Box::new(Work {
            left: ZERO,
            period: ZERO,
            birth: ZERO,
            single: ZERO,
            family: ZERO,
            found: Found { stretch: ZERO, place: ZERO },
            amounts: [ZERO; 4],
            own: NOBODY,
            spouse: NOBODY,
            spouse_help: ZERO,
            steps: Steps {
                base: ZERO,
                supplement: ZERO,
                income: ZERO,
                disregard: ZERO,
                own: ZERO,
                spouse: ZERO,
                gross: ZERO,
                hours: ZERO,
            },
        })
    }
}

/// Calculates the rows of a call.
pub(super) fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
    let mut block: Option<Block> = None;
    let Some(compiled) = book.compiled(Compiled::new) else {
        let mut block = input.block();
        for start in (0..rows).step_by(frame::LANE) {
            let length = frame::LANE.min(rows - start);
            one_by_one::<Kontanthjaelp, COUNT>(book, input, &mut block, start, length, |_| true, output);
        }
        return;
    };
    let mut work = Work::new();
    let mut numbers = Vec::new();
    output.all_known(rows);
    for start in (0..rows).step_by(LANE) {
        let length = LANE.min(rows - start);
        let some_left = calculate(Piece { compiled, input, start, rows: length }, &mut work, output);
        name(&work, compiled, start, length, output);
        explain(&work, compiled, book, start, length, &mut numbers, output);
        if !some_left {
            continue;
        }
        for (left, start) in work.left[..length].chunks(frame::LANE).zip((start..).step_by(frame::LANE)) {
            let chosen = |row: usize| left[row] != 0;
            let count = left.iter().filter(|left| **left != 0).count();
            if count > FEW {
                let block = block.get_or_insert_with(|| input.block());
                one_by_one::<Kontanthjaelp, COUNT>(book, input, block, start, left.len(), chosen, output);
            } else {
                for row in (0..left.len()).filter(|row| chosen(*row)) {
                    alone::<Kontanthjaelp, COUNT>(book, input, start + row, output);
                }
            }
        }
    }
    output.reach(rows);
}

/// The block, compiled for the processor it runs on; whether rows of it may be left to the plain function.
fn calculate(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) -> bool {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe { calculate_avx512(piece, work, output) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { calculate_avx2(piece, work, output) },
        Processor::Any => block(piece, work, output, Processor::Any),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi2")]
fn calculate_avx512(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) -> bool {
    block(piece, work, output, Processor::Avx512)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn calculate_avx2(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) -> bool {
    block(piece, work, output, Processor::Avx2)
}

/// The same for a caller that is compiled for the processor `here`.
#[inline(always)]
fn block(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>, here: Processor) -> bool {
    let Piece { compiled, input, start, rows } = piece;
    work.left.fill(0);
    for days in [arg::period, arg::birth_date] {
        let next = input.column(days).ahead(start + LANE);
        (0..PARTS).for_each(|part| next.fetch_part::<LANE>(part));
    }
    let mut unknown = [0; LANE / 32];
    let period = dates(input.column(arg::period), start, rows, &mut work.period, &mut unknown);
    let birth = dates(input.column(arg::birth_date), start, rows, &mut work.birth, &mut unknown);
    for (argument, nothing) in DECISIONS {
        decided(input.column(argument), nothing, start, rows, &mut work.left);
    }
    let flags = Flags::read(input, arg::provider, start, rows);
    work.single = flags.set(SINGLE, &mut unknown);
    leave(&unknown, &mut work.left);
    compiled.find(period, birth, &mut work.found, &mut work.left);
    families(compiled, &flags, rows, work);
    let mut next = [Ahead::NOWHERE; AMOUNTS.len()];
    for (next, argument) in next.iter_mut().zip(AMOUNTS) {
        *next = input.column(argument).ahead(start + LANE);
    }
    price(compiled, rows, &next, work);
    let Work { own, spouse, spouse_help, left, .. } = work;
    let to = [
        (arg::work_income, LIMIT, &mut own.work),
        (arg::work_hours, HOURS_LIMIT, &mut own.hours),
        (arg::other_income, LIMIT, &mut own.other),
        (arg::spouse_work_income, LIMIT, &mut spouse.work),
        (arg::spouse_work_hours, HOURS_LIMIT, &mut spouse.hours),
        (arg::spouse_other_income, LIMIT, &mut spouse.other),
        (arg::spouse_help, LIMIT, spouse_help),
    ];
    for ((argument, limit, to), next) in to.into_iter().zip(next) {
        (PARTS / 2..PARTS).for_each(|part| next.fetch_part::<LANE>(part));
        hundredths(input.column(argument), start, rows, limit, to, left, here);
    }
    settle(compiled.new_system, work);
    write(work, rows, output, here);
    work.left.iter().fold(0, |some, left| some | left) != 0
}

/// Finds the family of every row.
#[inline(always)]
fn families(compiled: &Compiled, flags: &Flags, rows: usize, work: &mut Work) {
    let stretches = &work.found.stretch;
    let (mut first, mut last) = (i32::MAX, 0);
    for stretch in &stretches[..rows] {
        first = first.min(*stretch);
        last = last.max(*stretch);
    }
    let weights = &TABLE.weights;
    if last < compiled.new_system {
        work.family = flags.index(&weights[0]);
    } else if first >= compiled.new_system {
        work.family = flags.index(&weights[1]);
    } else {
        let (old, new) = (flags.index(&weights[0]), flags.index(&weights[1]));
        for (row, family) in work.family.iter_mut().enumerate() {
            *family = if stretches[row] < compiled.new_system { old[row] } else { new[row] };
        }
    }
}

/// Finds the amounts of every row, and has half of the memory of the next block's numbers fetched meanwhile: the processor foresees only
/// the end of a column's page, and has few places for memory on its way.
#[inline(always)]
fn price(compiled: &Compiled, rows: usize, next: &[Ahead; AMOUNTS.len()], work: &mut Work) {
    let (prices, amounts) = (&TABLE.prices[..], &compiled.amounts[..]);
    let count = TABLE.priced.len() as i32;
    let mut first = [0; LANE];
    for (row, place) in work.found.place.iter_mut().enumerate() {
        *place += work.family[row];
        first[row] = work.found.stretch[row] * count;
    }
    let (places, _) = work.found.place[..rows.next_multiple_of(8)].as_chunks::<8>();
    let (firsts, _) = first.as_chunks::<8>();
    for (n, (places, first)) in places.iter().zip(firsts).enumerate() {
        for half in [0, 4] {
            let found: [&Amounts; 4] = std::array::from_fn(|row| {
                let price = usize::from(prices[places[half + row] as usize]);
                &amounts[first[half + row] as usize + price]
            });
            for (to, numbers) in work.amounts.iter_mut().zip(Amounts::by_amount(found)) {
                to[8 * n + half..][..4].copy_from_slice(&numbers);
            }
        }
        next.iter().for_each(|column| column.fetch_part::<LANE>(n));
    }
}

/// Deducts income (LAS § 30): own income from the own help, then the spouse's above the spouse's own help; never below zero.
#[inline(always)]
fn settle(first_of_new_system: i32, work: &mut Work) {
    let Work { left, amounts, own, spouse, spouse_help, steps, .. } = work;
    for row in 0..LANE {
        let single = work.single[row];
        let [base, supplement, per_hour, max_hours] =
            [amounts[0][row], amounts[1][row], amounts[2][row], amounts[3][row]];
        // LAS § 31: per_hour times at most max_hours fits 31 bits (Compiled), so the product does.
        let disregarded = |work: i32, hours: i32| {
            let product = hours.min(max_hours) * per_hour;
            work.min(((product as u32).wrapping_add(50) / 100) as i32)
        };
        let (work_income, other) = (own.work[row], own.other[row]);
        let own_disregard = disregarded(work_income, own.hours[row]);
        let (spouse_work, spouse_other) = (spouse.work[row].max(0), spouse.other[row].max(0));
        let counted = spouse_work + spouse_other - disregarded(spouse_work, spouse.hours[row]);

        let help = base + supplement;
        let own_deduction = (work_income + other - own_disregard).min(help);
        let excess = (counted - spouse_help[row].max(0)).max(0) & !single;
        let spouse_deduction = excess.min(help - own_deduction);

        // Unknown is negative, and a mask is negative: what is missing where it is needed leaves the row.
        let worked = -i32::from(work_income > 0);
        let spouse_worked = -i32::from(spouse_work > 0);
        let hours = worked & (own.hours[row] | per_hour);
        let spouse_hours = spouse_worked & (spouse.hours[row] | per_hour);
        let spouse_facts =
            spouse.work[row] | spouse.other[row] | spouse_hours | spouse_help[row] & -i32::from(counted > 0);
        let spouse_income = -i32::from(spouse_work | spouse_other != 0);
        let any_income = -i32::from(work_income | other != 0) | spouse_income;
        let new_system = -i32::from(work.found.stretch[row] >= first_of_new_system);
        let missing = base
            | own.work[row]
            | own.other[row]
            | hours
            | spouse_facts & !single
            | spouse_income & single
            | any_income & new_system;
        left[row] |= missing >> 31;

        steps.base[row] = base;
        steps.supplement[row] = supplement;
        steps.income[row] = work_income + other;
        steps.disregard[row] = own_disregard;
        steps.own[row] = -own_deduction;
        steps.spouse[row] = -spouse_deduction;
        steps.gross[row] = help - own_deduction - spouse_deduction;
        steps.hours[row] = worked | spouse_worked & !single;
    }
}

/// Writes the amounts that are read; the steps of decisions stay zero.
#[inline(always)]
fn write(work: &Work, rows: usize, output: &mut Output<'_, COUNT>, here: Processor) {
    let steps = &work.steps;
    let fields: [(Option<FieldId>, &Lane); 7] = [
        (Some(BASE), &steps.base),
        (Some(SUPPLEMENT), &steps.supplement),
        (Some(INCOME_DEDUCTION), &steps.own),
        (Some(SPOUSE_DEDUCTION), &steps.spouse),
        (None, &steps.gross),
        (Some(INCOME), &steps.income),
        (Some(DISREGARD), &steps.disregard),
    ];
    for (field, lane) in fields {
        output.lay_kroner(field, &lane[..rows], here);
    }
}

/// Names the rule and the law version of the rows, where they are read.
fn name(work: &Work, compiled: &Compiled, start: usize, rows: usize, output: &mut Output<'_, COUNT>) {
    if let Some(to) = output.rules().get_mut(start..start + rows) {
        for (to, place) in to.iter_mut().zip(&work.found.place) {
            *to = compiled.rules[usize::from(TABLE.ids[*place as usize])];
        }
    }
    if let Some(to) = output.versions().get_mut(start..start + rows) {
        for (to, stretch) in to.iter_mut().zip(&work.found.stretch) {
            *to = compiled.stretches[*stretch as usize].version;
        }
    }
}

/// Numbers the explanations of the rows: one for each stretch of the law, decision and use of the disregard.
fn explain(
    work: &Work,
    compiled: &Compiled,
    book: &Book,
    start: usize,
    rows: usize,
    numbers: &mut Vec<u32>,
    output: &mut Output<'_, COUNT>,
) {
    if output.numbers().is_empty() {
        return;
    }
    const HOURS: u64 = 1 << DISREGARD_PER_HOUR.0 | 1 << DISREGARD_MAX_HOURS.0;
    let decisions = TABLE.decisions.len();
    numbers.resize(2 * decisions * compiled.stretches.len(), u32::MAX);
    for row in (0..rows).filter(|row| work.left[*row] == 0) {
        let stretch = work.found.stretch[row] as usize;
        let decision = usize::from(TABLE.ids[work.found.place[row] as usize]);
        let hours = (work.steps.hours[row] & 1) as usize;
        let at = 2 * (stretch * decisions + decision) + hours;
        if numbers[at] == u32::MAX {
            let used = compiled.used[decision] | (HOURS * hours as u64);
            numbers[at] = output.explanation(book.stretch(compiled.stretches[stretch].from), used);
        }
        output.numbers()[start + row] = numbers[at];
    }
}
