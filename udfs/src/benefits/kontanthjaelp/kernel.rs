//! Kontanthjælp over many rows: per block of rows an index into the tabulated decision, a look-up of its amounts, and arithmetic
//! without branches in 32 bits.
//!
//! Rows in which something is missing, refused or larger than 32 bits hold are marked on the way and left to the plain
//! function, so every row gives what the plain function gives.

use super::Kontanthjaelp;
use super::columns::{Flags, Lane, dates, decided, hundredths};
use super::declaration::{
    BASE, COUNT, DISREGARD, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, INCOME, INCOME_DEDUCTION,
    SPOUSE_DEDUCTION, SUPPLEMENT, arg,
};
use super::months::{Compiled, Disregard, Entry, LIMIT, NO_HOURS, bands};
use super::rules::Band;
use super::table::TABLE;
use crate::benefits::frame::{
    Ahead, ArgumentId, Block, Book, FieldId, Input, LANE, Output, Processor, one_by_one,
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

/// In a block with more rows than this left to the plain function, all are read for it at once.
const FEW: usize = 12;

/// Position of the fact `single` among the facts.
const SINGLE: usize = (arg::single.0 - arg::provider.0) as usize;

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
    period: Lane,
    birth: Lane,
    /// Masks of the rows that are single, and of those where that is known.
    single: Lane,
    single_known: Lane,
    /// Index of the family.
    family: Lane,
    /// Positions of the month and the decision.
    month: Lane,
    decision: [u16; LANE],
    entry: [Entry; LANE],
    disregard: [Disregard; LANE],
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
            single_known: ZERO,
            family: ZERO,
            month: ZERO,
            decision: [0; LANE],
            entry: [Entry { base: 0, supplement: 0 }; LANE],
            disregard: [NO_HOURS; LANE],
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
        for start in (0..rows).step_by(LANE) {
            let length = LANE.min(rows - start);
            one_by_one::<Kontanthjaelp, COUNT>(book, input, &mut block, start, length, |_| true, output);
        }
        return;
    };
    let mut work = Work::new();
    let mut numbers = Vec::new();
    for start in (0..rows).step_by(LANE) {
        let length = LANE.min(rows - start);
        calculate(Piece { compiled, input, start, rows: length }, &mut work, output);
        output.all_known(start, length);
        name(&work, compiled, start, length, output);
        explain(&work, compiled, book, start, length, &mut numbers, output);
        let left = &work.left[..length];
        let count = left.iter().filter(|left| **left != 0).count();
        if count > FEW {
            let block = block.get_or_insert_with(|| input.block());
            let chosen = |row: usize| left[row] != 0;
            one_by_one::<Kontanthjaelp, COUNT>(book, input, block, start, length, chosen, output);
        } else if count > 0 {
            let block = block.get_or_insert_with(|| input.block());
            for row in (0..length).filter(|row| left[*row] != 0) {
                one_by_one::<Kontanthjaelp, COUNT>(book, input, block, start + row, 1, |_| true, output);
            }
        }
    }
}

/// The block, compiled for the processor it runs on.
fn calculate(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe { calculate_avx512(piece, work, output) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { calculate_avx2(piece, work, output) },
        Processor::Any => block(piece, work, output),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,bmi2")]
fn calculate_avx512(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) {
    block(piece, work, output);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn calculate_avx2(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) {
    block(piece, work, output);
}

#[inline(always)]
fn block(piece: Piece<'_>, work: &mut Work, output: &mut Output<'_, COUNT>) {
    let Piece { compiled, input, start, rows } = piece;
    work.left.fill(0);
    dates(input.column(arg::period), start, rows, &mut work.period, &mut work.left);
    dates(input.column(arg::birth_date), start, rows, &mut work.birth, &mut work.left);
    for (argument, nothing) in DECISIONS {
        decided(input.column(argument), nothing, start, rows, &mut work.left);
    }
    let flags = Flags::read(input, arg::provider, start, rows);
    (work.single, work.single_known) = flags.masks(SINGLE);
    families(compiled, &flags, rows, work);
    let next = |argument: ArgumentId| input.column(argument).ahead(start + LANE);
    decide(compiled, rows, &AMOUNTS.map(next), work);
    let Work { own, spouse, spouse_help, left, .. } = work;
    for (argument, limit, to) in [
        (arg::work_income, LIMIT, &mut own.work),
        (arg::work_hours, HOURS_LIMIT, &mut own.hours),
        (arg::other_income, LIMIT, &mut own.other),
        (arg::spouse_work_income, LIMIT, &mut spouse.work),
        (arg::spouse_work_hours, HOURS_LIMIT, &mut spouse.hours),
        (arg::spouse_other_income, LIMIT, &mut spouse.other),
        (arg::spouse_help, LIMIT, spouse_help),
    ] {
        hundredths(input.column(argument), start, rows, limit, to, left);
    }
    settle(compiled.new_system, work);
    write(work, rows, output);
}

/// Finds the month and the family of every row.
#[inline(always)]
fn families(compiled: &Compiled, flags: &Flags, rows: usize, work: &mut Work) {
    compiled.positions(&work.period, &mut work.month);
    let (mut first, mut last) = (i32::MAX, 0);
    for month in &work.month[..rows] {
        first = first.min(*month);
        last = last.max(*month);
    }
    let weights = &TABLE.weights;
    if last < compiled.new_system {
        work.family = flags.index(&weights[0]);
    } else if first >= compiled.new_system {
        work.family = flags.index(&weights[1]);
    } else {
        let (old, new) = (flags.index(&weights[0]), flags.index(&weights[1]));
        for (row, family) in work.family.iter_mut().enumerate() {
            *family = if work.month[row] < compiled.new_system { old[row] } else { new[row] };
        }
    }
}

/// Finds the decision of every row, then its amounts: apart, more rows wait for memory at once.
///
/// A row of a birth date or period that the law has no answer to is left, or gets the amounts of minors, of whom nothing is
/// calculated.
#[inline(always)]
fn decide(compiled: &Compiled, rows: usize, next: &[Ahead; 7], work: &mut Work) {
    let (months, ids, entries) = (&compiled.months[..], &TABLE.ids[..], &compiled.entries[..]);
    let mut band = [0; LANE];
    bands(&work.birth, &work.month, &mut band);
    for row in 0..rows {
        let month = &months[work.month[row] as usize];
        let first = month.bands[band[row] as usize % Band::ALL.len()];
        work.decision[row] = ids[first as usize + work.family[row] as usize];
        work.disregard[row] = month.disregard;
        work.left[row] |= work.period[row] ^ month.first;
        if row % 4 == 0 {
            // The memory of the next block: the processor foresees only the end of a column's page.
            next.iter().for_each(|column| column.fetch(row));
        }
    }
    for row in 0..rows {
        let first = months[work.month[row] as usize].entries as usize;
        work.entry[row] = entries[first + usize::from(work.decision[row])];
    }
}

/// Deducts income (LAS § 30): own income from the own help, then the spouse's above the spouse's own help; never below zero.
#[inline(always)]
fn settle(first_of_new_system: i32, work: &mut Work) {
    let Work { left, entry, disregard, own, spouse, spouse_help, steps, .. } = work;
    for row in 0..LANE {
        let (single, unknown) = (work.single[row], !work.single_known[row]);
        let Entry { base, supplement } = entry[row];
        let Disregard { per_hour, max_hours } = disregard[row];
        // LAS § 31: per_hour times at most max_hours fits 31 bits (Compiled), so the product does.
        let disregarded = |work: i32, hours: i32| {
            let product = hours.max(0).min(max_hours) * per_hour;
            work.min(((product as u32 + 50) / 100) as i32)
        };
        let (work_income, other) = (own.work[row].max(0), own.other[row].max(0));
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
        let new_system = -i32::from(work.month[row] >= first_of_new_system);
        let missing = base
            | own.work[row]
            | own.other[row]
            | hours
            | spouse_facts & !single
            | spouse_income & single
            | any_income & new_system
            | unknown;
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
fn write(work: &Work, rows: usize, output: &mut Output<'_, COUNT>) {
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
        output.lay_kroner(field, &lane[..rows]);
    }
}

/// Names the rule and the law version of the rows, where they are read.
fn name(work: &Work, compiled: &Compiled, start: usize, rows: usize, output: &mut Output<'_, COUNT>) {
    if let Some(to) = output.rules().get_mut(start..start + rows) {
        for (to, decision) in to.iter_mut().zip(&work.decision) {
            *to = compiled.rules[usize::from(*decision)];
        }
    }
    if let Some(to) = output.versions().get_mut(start..start + rows) {
        for (to, month) in to.iter_mut().zip(&work.month) {
            *to = compiled.months[*month as usize].version;
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
    numbers.resize(2 * compiled.entries.len(), u32::MAX);
    for row in (0..rows).filter(|row| work.left[*row] == 0) {
        let month = &compiled.months[work.month[row] as usize];
        let decision = usize::from(work.decision[row]);
        let hours = (work.steps.hours[row] & 1) as usize;
        let at = 2 * (month.entries as usize + decision) + hours;
        if numbers[at] == u32::MAX {
            let used = compiled.used[decision] | (HOURS * hours as u64);
            numbers[at] = output.explanation(book.stretch(month.first), used);
        }
        output.numbers()[start + row] = numbers[at];
    }
}
