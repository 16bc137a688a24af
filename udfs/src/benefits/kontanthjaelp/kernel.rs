//! Kontanthjælp over many rows: per block of rows an index into the tabulated decision, a look-up of its amounts, and arithmetic
//! without branches in 32 bits.
//!
//! Rows in which something is missing, refused or larger than 32 bits hold are marked on the way and left to the plain
//! function, so every row gives what the plain function gives.

use super::Kontanthjaelp;
use super::columns::{Lane, dates, decided, flags, hundredths};
use super::declaration::{
    BASE, COUNT, DISREGARD, DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR, INCOME, INCOME_DEDUCTION,
    SPOUSE_DEDUCTION, SUPPLEMENT, arg,
};
use super::months::{Compiled, LIMIT, Month};
use super::table::{LOW, TABLE, Table};
use crate::benefits::frame::{ArgumentId, Block, Book, FieldId, Input, LANE, Output, one_by_one};

/// More than the hundredths of hours a month has.
const HOURS_LIMIT: i32 = 74_401;

/// Decisions beside the rate, which few rows have and the plain function calculates, with what stands for none besides NULL.
const DECISIONS: [(ArgumentId, Option<i64>); 3] =
    [(arg::child_support, Some(0)), (arg::spouse_opted_out, Some(0)), (arg::reduction_225, None)];

/// In a block with more rows than this left to the plain function, all are read for it at once.
const FEW: usize = 12;

/// Position of the fact `single` among the facts.
const SINGLE: u8 = arg::single.0 - arg::provider.0;

/// A block at work; a mask is -1 or 0 a row.
struct Work {
    /// Mask of the rows left to the plain function.
    left: Lane,
    period: Lane,
    birth: Lane,
    /// The facts as bits, and which of them are known.
    value: [u16; LANE],
    known: [u16; LANE],
    /// Positions of the month and the decision.
    month: [u16; LANE],
    decision: [u16; LANE],
    base: Lane,
    supplement: Lane,
    /// Mask of the system of July 2025.
    new_system: Lane,
    /// Mask of the months without a disregard to calculate with.
    no_hours: Lane,
    per_hour: Lane,
    max_hours: Lane,
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

/// The steps in øre; deductions positive.
struct Steps {
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
            value: [0; LANE],
            known: [0; LANE],
            month: [0; LANE],
            decision: [0; LANE],
            base: ZERO,
            supplement: ZERO,
            new_system: ZERO,
            no_hours: ZERO,
            per_hour: ZERO,
            max_hours: ZERO,
            own: NOBODY,
            spouse: NOBODY,
            spouse_help: ZERO,
            steps: Steps { income: ZERO, disregard: ZERO, own: ZERO, spouse: ZERO, gross: ZERO, hours: ZERO },
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
        calculate(compiled, input, start, length, &mut work);
        output.all_known(start, length);
        write(&work, compiled, start, length, output);
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
fn calculate(compiled: &Compiled, input: &Input, start: usize, rows: usize, work: &mut Work) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has the features the function is compiled for.
        return unsafe { calculate_avx2(compiled, input, start, rows, work) };
    }
    block(compiled, input, start, rows, work);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn calculate_avx2(compiled: &Compiled, input: &Input, start: usize, rows: usize, work: &mut Work) {
    block(compiled, input, start, rows, work);
}

#[inline(always)]
fn block(compiled: &Compiled, input: &Input, start: usize, rows: usize, work: &mut Work) {
    work.left.fill(0);
    dates(input.column(arg::period), start, rows, &mut work.period, &mut work.left);
    dates(input.column(arg::birth_date), start, rows, &mut work.birth, &mut work.left);
    flags(input, arg::provider, start, rows, &mut work.value, &mut work.known);
    for (argument, nothing) in DECISIONS {
        decided(input.column(argument), nothing, start, rows, &mut work.left);
    }
    look_up(compiled, rows, work);
    let mut read = |argument: ArgumentId, limit: i32, to: &mut Lane| {
        hundredths(input.column(argument), start, rows, limit, to, &mut work.left);
    };
    read(arg::work_income, LIMIT, &mut work.own.work);
    read(arg::work_hours, HOURS_LIMIT, &mut work.own.hours);
    read(arg::other_income, LIMIT, &mut work.own.other);
    read(arg::spouse_work_income, LIMIT, &mut work.spouse.work);
    read(arg::spouse_work_hours, HOURS_LIMIT, &mut work.spouse.hours);
    read(arg::spouse_other_income, LIMIT, &mut work.spouse.other);
    read(arg::spouse_help, LIMIT, &mut work.spouse_help);
    settle(work);
}

/// Finds the month of every row, its decision and the decision's amounts.
#[inline(always)]
fn look_up(compiled: &Compiled, rows: usize, work: &mut Work) {
    let table = &*TABLE;
    let first = work.period[0];
    let same = work.period[..rows].iter().fold(0, |differs, day| differs | (day ^ first)) == 0;
    if same {
        let (position, month) = compiled.month(first);
        work.month.fill(position);
        work.new_system.fill(month.new_system);
        work.no_hours.fill(month.no_hours);
        work.per_hour.fill(month.per_hour);
        work.max_hours.fill(month.max_hours);
        for row in 0..rows {
            decide(compiled, table, month, row, work);
        }
        return;
    }
    for row in 0..rows {
        let (position, month) = compiled.month(work.period[row]);
        work.month[row] = position;
        work.new_system[row] = month.new_system;
        work.no_hours[row] = month.no_hours;
        work.per_hour[row] = month.per_hour;
        work.max_hours[row] = month.max_hours;
        decide(compiled, table, month, row, work);
    }
}

/// The decision of a row and its amounts.
#[inline(always)]
fn decide(compiled: &Compiled, table: &Table, month: &Month, row: usize, work: &mut Work) {
    let birth = work.birth[row];
    let band = month.cuts.iter().fold(0, |band, cut| band + u32::from(birth <= *cut));
    let (value, known) = (usize::from(work.value[row]), usize::from(work.known[row]));
    let system = (month.new_system & 1) as usize;
    let low = table.low[system][value & 63 | (known & 63) << LOW];
    let high = table.high[system][value >> LOW & 31 | (known >> LOW & 31) << 5];
    let at = (month.ids + band * month.families) as usize + usize::from(low) + usize::from(high);
    let decision = table.ids[at];
    let entry = compiled.entries[month.entries as usize + usize::from(decision)];
    work.decision[row] = decision;
    work.base[row] = entry.base;
    work.supplement[row] = entry.supplement;
    let refused =
        entry.base < 0 || birth > month.first || birth < month.oldest || work.period[row] != month.first;
    work.left[row] |= -i32::from(refused);
}

/// Deducts income (LAS § 30): own income from the own help, then the spouse's above the spouse's own help; never below zero.
#[inline(always)]
fn settle(work: &mut Work) {
    let Work { left, value, known, base, supplement, new_system, no_hours, per_hour, max_hours, .. } = work;
    let (own, spouse, spouse_help, steps) = (&work.own, &work.spouse, &work.spouse_help, &mut work.steps);
    for row in 0..LANE {
        let single = -i32::from(value[row] >> SINGLE & 1);
        let unknown = !-i32::from(known[row] >> SINGLE & 1);
        // LAS § 31: per_hour times at most max_hours fits 31 bits (Compiled), so the product does.
        let disregard = |work: i32, hours: i32| {
            let product = hours.max(0).min(max_hours[row]) * per_hour[row];
            work.min(((product as u32 + 50) / 100) as i32)
        };
        let (work, other) = (own.work[row].max(0), own.other[row].max(0));
        let own_disregard = disregard(work, own.hours[row]);
        let (spouse_work, spouse_other) = (spouse.work[row].max(0), spouse.other[row].max(0));
        let counted = spouse_work + spouse_other - disregard(spouse_work, spouse.hours[row]);

        let help = base[row] + supplement[row];
        let own_deduction = (work + other - own_disregard).min(help);
        let excess = (counted - spouse_help[row].max(0)).max(0) & !single;
        let spouse_deduction = excess.min(help - own_deduction);

        // Unknown is negative, and a mask is negative: what is missing where it is needed leaves the row.
        let worked = -i32::from(work > 0);
        let spouse_worked = -i32::from(spouse_work > 0);
        let hours = worked & (own.hours[row] | no_hours[row]);
        let spouse_hours = spouse_worked & (spouse.hours[row] | no_hours[row]);
        let spouse_facts =
            spouse.work[row] | spouse.other[row] | spouse_hours | spouse_help[row] & -i32::from(counted > 0);
        let spouse_income = -i32::from(spouse_work | spouse_other != 0);
        let any_income = -i32::from(work | other != 0) | spouse_income;
        let missing = own.work[row]
            | own.other[row]
            | hours
            | spouse_facts & !single
            | spouse_income & single
            | any_income & new_system[row]
            | unknown;
        left[row] |= missing >> 31;

        steps.income[row] = work + other;
        steps.disregard[row] = own_disregard;
        steps.own[row] = own_deduction;
        steps.spouse[row] = spouse_deduction;
        steps.gross[row] = help - own_deduction - spouse_deduction;
        steps.hours[row] = worked | spouse_worked & !single;
    }
}

/// Writes the fields that are read; the steps of decisions stay zero.
fn write(work: &Work, compiled: &Compiled, start: usize, rows: usize, output: &mut Output<'_, COUNT>) {
    let steps = &work.steps;
    let fields: [(Option<FieldId>, &Lane, i128); 7] = [
        (Some(BASE), &work.base, 1),
        (Some(SUPPLEMENT), &work.supplement, 1),
        (Some(INCOME_DEDUCTION), &steps.own, -1),
        (Some(SPOUSE_DEDUCTION), &steps.spouse, -1),
        (None, &steps.gross, 1),
        (Some(INCOME), &steps.income, 1),
        (Some(DISREGARD), &steps.disregard, 1),
    ];
    for (field, lane, sign) in fields {
        if let Some(to) = output.kroner(field) {
            for (to, value) in to[start..start + rows].iter_mut().zip(lane) {
                *to = i128::from(*value) * sign;
            }
        }
    }
    if let Some(to) = output.rules().get_mut(start..start + rows) {
        for (to, decision) in to.iter_mut().zip(&work.decision) {
            *to = compiled.rules[usize::from(*decision)];
        }
    }
    if let Some(to) = output.versions().get_mut(start..start + rows) {
        for (to, month) in to.iter_mut().zip(&work.month) {
            *to = compiled.months[usize::from(*month)].version;
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
        let month = &compiled.months[usize::from(work.month[row])];
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
