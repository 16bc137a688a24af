//! Columns as lanes of 32 bits: one number a row, without a branch a row.

use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::util::bit_chunk_iterator::BitChunks;

use super::table::{FLAGS, Weights};
use crate::benefits::frame::{
    self, ArgumentId, Column, FLAGS_OF_A_LINE, Input, Processor, UNKNOWN, cut, halves,
};

/// Rows of a block: numbers of half the width, so twice the rows of other benefits fit the cache.
pub(super) const LANE: usize = 2 * frame::LANE;

/// One number a row.
pub(super) type Lane = [i32; LANE];

/// Unknown, in a lane of amounts or hours.
pub(super) const NONE: i32 = -1;

/// 32 rows a number, the first row in the lowest bit.
pub(super) type Bits = [u32; LANE / 32];

/// Each bit of 32.
const BITS: [u32; 32] = {
    let (mut bits, mut n) = ([1; 32], 1);
    while n < 32 {
        bits[n] = bits[n - 1] << 1;
        n += 1;
    }
    bits
};

const ALL: Bits = [u32::MAX; LANE / 32];

/// The bits of some rows.
#[inline(always)]
fn bits(of: &BooleanBuffer, start: usize, rows: usize) -> Bits {
    let mut bits = [0; LANE / 32];
    let first = of.offset() + start;
    if rows == LANE
        && first.is_multiple_of(8)
        && let Some(bytes) = of.values()[first / 8..].first_chunk::<{ LANE / 8 }>()
    {
        // Most blocks: whole bytes.
        for (to, word) in bits.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *to = u32::from_le_bytes(*word);
        }
        return bits;
    }
    let chunks = BitChunks::new(of.values(), first, rows);
    for (to, word) in bits.chunks_exact_mut(2).zip(chunks.iter_padded()) {
        to[0] = word as u32;
        to[1] = (word >> 32) as u32;
    }
    bits
}

/// Bits as masks: -1 where a bit is set, else 0.
#[inline(always)]
fn masks(bits: &Bits) -> Lane {
    let mut masks = [0; LANE];
    for (masks, word) in masks.chunks_exact_mut(32).zip(bits) {
        for (mask, bit) in masks.iter_mut().zip(&BITS) {
            *mask = -i32::from(word & bit == *bit);
        }
    }
    masks
}

#[inline(always)]
fn known(nulls: Option<&NullBuffer>, start: usize, rows: usize) -> Option<Lane> {
    // A closure would not be compiled for the processor.
    if let Some(nulls) = nulls {
        return Some(masks(&bits(nulls.inner(), start, rows)));
    }
    None
}

/// Days, where they lie if they can be read there; rows without one are marked as unknown.
#[inline(always)]
pub(super) fn dates<'a>(
    column: &'a Column,
    start: usize,
    rows: usize,
    copy: &'a mut Lane,
    unknown: &mut Bits,
) -> &'a Lane {
    match column {
        Column::Date(days) => {
            if let Some(nulls) = column.nulls() {
                mark(&bits(nulls.inner(), start, rows), unknown);
            }
            let days = &days.values()[start..start + rows];
            if let Some(days) = days.first_chunk() {
                return days;
            }
            copy[..rows].copy_from_slice(days);
        }
        Column::Constant(day) if *day != UNKNOWN => copy.fill(*day as i32),
        _ => *unknown = ALL,
    }
    copy
}

/// Marks the rows that are not known.
#[inline(always)]
fn mark(known: &Bits, unknown: &mut Bits) {
    for (unknown, known) in unknown.iter_mut().zip(known) {
        *unknown |= !known;
    }
}

/// Leaves the rows whose bit is set.
#[inline(always)]
pub(super) fn leave(rows: &Bits, left: &mut Lane) {
    if *rows != [0; LANE / 32] {
        for (left, mask) in left.iter_mut().zip(&masks(rows)) {
            *left |= mask;
        }
    }
}

/// Amounts or hours from 0 to below `limit`, [`NONE`] where unknown; rows with others are left. The caller is compiled for the processor
/// `here`.
#[inline(always)]
pub(super) fn hundredths(
    column: &Column,
    start: usize,
    rows: usize,
    limit: i32,
    to: &mut Lane,
    left: &mut Lane,
    here: Processor,
) {
    match column {
        Column::Hundredths(values) => {
            let values = &halves(values)[start..start + rows];
            let together = cut(values, &mut to[..rows], here);
            let value = |pair: &[u64; 2]| (pair[0], pair[1]);
            within(values, value, together, known(column.nulls(), start, rows), limit, to, left);
        }
        Column::Narrow(values) => {
            let values = &values.values()[start..start + rows];
            let mut together = 0;
            for (to, value) in to.iter_mut().zip(values) {
                *to = *value as i32;
                together |= *value as u64;
            }
            let value = |value: &i64| (*value as u64, 0);
            within(values, value, [together, 0], known(column.nulls(), start, rows), limit, to, left);
        }
        Column::Constant(UNKNOWN) => to.fill(NONE),
        Column::Constant(value) if (0..i64::from(limit)).contains(value) => to.fill(*value as i32),
        _ => {
            to.fill(NONE);
            left.fill(-1);
        }
    }
}

/// Numbers given as their low and high half, and the bits that all have together of either. Hardly a block has one outside the limit: only
/// where there is a bit as high as the highest of the limit, or higher, is each number looked at.
#[inline(always)]
fn within<T>(
    values: &[T],
    value: impl Fn(&T) -> (u64, u64),
    [lows, highs]: [u64; 2],
    known: Option<Lane>,
    limit: i32,
    to: &mut Lane,
    left: &mut Lane,
) {
    if lows >> limit.ilog2() | highs != 0 {
        for (row, ((to, left), one)) in to.iter_mut().zip(left.iter_mut()).zip(values).enumerate() {
            let (low, high) = value(one);
            let fits = -i32::from(high == 0 && low < limit as u64);
            *to &= fits;
            *left |= !fits & known.as_ref().map_or(-1, |known| known[row]);
        }
    }
    if let Some(known) = known {
        for (to, known) in to.iter_mut().zip(&known) {
            *to = *to & known | NONE & !known;
        }
    }
}

/// Leaves the rows for which a decision beside the rate is told of: those known to be something else than `nothing`.
#[inline(always)]
pub(super) fn decided(column: &Column, nothing: Option<i64>, start: usize, rows: usize, left: &mut Lane) {
    let known = || known(column.nulls(), start, rows).unwrap_or([-1; LANE]);
    match column {
        Column::Constant(UNKNOWN) => {}
        Column::Constant(value) if Some(*value) == nothing => {}
        Column::Hundredths(values) => {
            let nothing = nothing.map(i128::from);
            for ((left, value), known) in
                left.iter_mut().zip(&values.values()[start..start + rows]).zip(&known())
            {
                *left |= -i32::from(Some(*value) != nothing) & known;
            }
        }
        Column::Narrow(values) => {
            for ((left, value), known) in
                left.iter_mut().zip(&values.values()[start..start + rows]).zip(&known())
            {
                *left |= -i32::from(Some(*value) != nothing) & known;
            }
        }
        Column::Flag(flags) => {
            let set = masks(&bits(flags.values(), start, rows));
            for ((left, set), known) in left.iter_mut().zip(&set).zip(&known()) {
                *left |= set & known;
            }
        }
        _ => left.fill(-1),
    }
}

/// Some rows of the facts of a family: the bits of each fact, and which of them are known; an unknown one is 0.
pub(super) struct Flags {
    value: [Bits; FLAGS],
    known: [Bits; FLAGS],
    /// Facts that are the same in every row of the call, as bits by position.
    constant: u16,
}

impl Flags {
    /// The facts from the argument `first` on.
    #[inline(always)]
    pub(super) fn read(input: &Input, first: ArgumentId, start: usize, rows: usize) -> Flags {
        let mut flags = Flags { value: [[0; LANE / 32]; FLAGS], known: [ALL; FLAGS], constant: 0 };
        for n in 0..FLAGS {
            let column = input.column(ArgumentId(first.0 + n as u8));
            if let Column::Flag(values) = column {
                // The next line of the cache: some blocks share one, but each column has its own.
                column.ahead(start + FLAGS_OF_A_LINE).fetch(0);
                flags.value[n] = bits(values.values(), start, rows);
                if let Some(nulls) = column.nulls() {
                    flags.known[n] = bits(nulls.inner(), start, rows);
                    for (value, known) in flags.value[n].iter_mut().zip(&flags.known[n]) {
                        *value &= known;
                    }
                }
                continue;
            }
            flags.constant |= 1 << n;
            match column {
                Column::Constant(1) => flags.value[n] = ALL,
                Column::Constant(0) => {}
                _ => flags.known[n] = [0; LANE / 32],
            }
        }
        flags
    }

    /// Masks of the rows in which a fact is known to be true; those in which it is not known are marked.
    #[inline(always)]
    pub(super) fn set(&self, fact: usize, unknown: &mut Bits) -> Lane {
        mark(&self.known[fact], unknown);
        masks(&self.value[fact])
    }

    /// The index of the family of every row, in a system's digits.
    #[inline(always)]
    pub(super) fn index(&self, weights: &Weights) -> Lane {
        let mut base = 0;
        for n in 0..FLAGS {
            if self.constant >> n & 1 == 1 {
                base += weights.places[n] * ((self.value[n][0] & 1) + (self.known[n][0] & 1)) as i32;
            } else if self.known[n] == ALL {
                base += weights.places[n];
            }
        }
        let mut index = [base; LANE];
        for n in 0..FLAGS {
            if self.constant >> n & 1 == 0 && weights.places[n] != 0 {
                add(&mut index, &self.value[n], weights.places[n]);
                if self.known[n] != ALL {
                    add(&mut index, &self.known[n], weights.places[n]);
                }
            }
        }
        if weights.barred != 0 {
            let [first, second] = [FLAGS - 2, FLAGS - 1];
            let refused = |word: usize| {
                self.known[first][word] & !self.value[first][word]
                    | self.known[second][word] & !self.value[second][word]
            };
            let barred: Bits = std::array::from_fn(refused);
            if barred != [0; LANE / 32] {
                add(&mut index, &barred, weights.barred);
            }
        }
        index
    }
}

/// Adds a weight in the rows whose bit is set.
#[inline(always)]
fn add(index: &mut Lane, bits: &Bits, weight: i32) {
    for (index, word) in index.chunks_exact_mut(32).zip(bits) {
        for (index, bit) in index.iter_mut().zip(&BITS) {
            *index += if word & bit == *bit { weight } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests;
