//! Columns as lanes of 32 bits: one number a row, without a branch a row.

use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::util::bit_chunk_iterator::BitChunks;

use super::table::FLAGS;
use crate::benefits::frame::{ArgumentId, Column, Input, LANE, UNKNOWN};

/// One number a row.
pub(super) type Lane = [i32; LANE];

/// Unknown, in a lane of amounts or hours.
pub(super) const NONE: i32 = -1;

/// 64 rows as bits.
type Words = [u64; LANE / 64];

const ALL: Words = [u64::MAX; LANE / 64];

/// The bits of some rows, the first row in the lowest.
#[inline(always)]
fn words(bits: &BooleanBuffer, start: usize, rows: usize) -> Words {
    let chunks = BitChunks::new(bits.values(), bits.offset() + start, rows);
    let mut words = [0; LANE / 64];
    for (to, word) in words.iter_mut().zip(chunks.iter_padded()) {
        *to = word;
    }
    words
}

/// Bits as masks: -1 where a bit is set, else 0.
#[inline(always)]
fn masks(words: &Words) -> Lane {
    let mut masks = [0; LANE];
    for (masks, word) in
        masks.chunks_exact_mut(32).zip(words.iter().flat_map(|w| [*w as u32, (*w >> 32) as u32]))
    {
        for (bit, mask) in masks.iter_mut().enumerate() {
            *mask = -((word >> bit & 1) as i32);
        }
    }
    masks
}

#[inline(always)]
fn known(nulls: Option<&NullBuffer>, start: usize, rows: usize) -> Option<Lane> {
    nulls.map(|nulls| masks(&words(nulls.inner(), start, rows)))
}

/// Days; rows without one are left.
#[inline(always)]
pub(super) fn dates(column: &Column, start: usize, rows: usize, to: &mut Lane, left: &mut Lane) {
    match column {
        Column::Date(days) => {
            to[..rows].copy_from_slice(&days.values()[start..start + rows]);
            if let Some(known) = known(column.nulls(), start, rows) {
                for (left, known) in left.iter_mut().zip(&known) {
                    *left |= !known;
                }
            }
        }
        Column::Constant(day) if *day != UNKNOWN => to.fill(*day as i32),
        _ => left.fill(-1),
    }
}

/// Amounts or hours from 0 to below `limit`, [`NONE`] where unknown; rows with others are left.
#[inline(always)]
pub(super) fn hundredths(
    column: &Column,
    start: usize,
    rows: usize,
    limit: i32,
    to: &mut Lane,
    left: &mut Lane,
) {
    let values = match column {
        Column::Hundredths(values) => &values.values()[start..start + rows],
        Column::Constant(UNKNOWN) => return to.fill(NONE),
        Column::Constant(value) if (0..i64::from(limit)).contains(value) => return to.fill(*value as i32),
        _ => {
            to.fill(NONE);
            return left.fill(-1);
        }
    };
    let fits = |value: i128| {
        let (high, low) = ((value >> 64) as u64, value as u64);
        -i32::from(high == 0 && low < limit as u64)
    };
    match known(column.nulls(), start, rows) {
        None => {
            for ((to, left), value) in to.iter_mut().zip(left.iter_mut()).zip(values) {
                let fits = fits(*value);
                *to = *value as i32 & fits;
                *left |= !fits;
            }
        }
        Some(known) => {
            for (((to, left), value), known) in to.iter_mut().zip(left.iter_mut()).zip(values).zip(&known) {
                let fits = fits(*value);
                *to = *value as i32 & fits & known | NONE & !known;
                *left |= !fits & known;
            }
        }
    }
}

/// Leaves the rows for which a decision beside the rate is told of: those known to be something else than `nothing`.
#[inline(always)]
pub(super) fn decided(column: &Column, nothing: Option<i64>, start: usize, rows: usize, left: &mut Lane) {
    match column {
        Column::Constant(UNKNOWN) => {}
        Column::Constant(value) if Some(*value) == nothing => {}
        Column::Hundredths(values) => {
            let known = known(column.nulls(), start, rows).unwrap_or([-1; LANE]);
            let nothing = nothing.map(i128::from);
            for ((left, value), known) in
                left.iter_mut().zip(&values.values()[start..start + rows]).zip(&known)
            {
                *left |= -i32::from(Some(*value) != nothing) & known;
            }
        }
        Column::Flag(flags) => {
            let known = known(column.nulls(), start, rows).unwrap_or([-1; LANE]);
            let set = masks(&words(flags.values(), start, rows));
            for ((left, set), known) in left.iter_mut().zip(&set).zip(&known) {
                *left |= set & known;
            }
        }
        _ => left.fill(-1),
    }
}

/// The flags from an argument on as bits of a number a row, and which of them are known; an unknown one is 0.
#[inline(always)]
pub(super) fn flags(
    input: &Input,
    first: ArgumentId,
    start: usize,
    rows: usize,
    value: &mut [u16; LANE],
    known: &mut [u16; LANE],
) {
    let mut values = [[0; LANE / 64]; 16];
    let mut knowns = [ALL; 16];
    let mut unknown = false;
    for n in 0..FLAGS {
        let column = input.column(ArgumentId(first.0 + n as u8));
        match column {
            Column::Flag(flags) => {
                values[n] = words(flags.values(), start, rows);
                if let Some(nulls) = column.nulls() {
                    unknown = true;
                    knowns[n] = words(nulls.inner(), start, rows);
                    for (value, known) in values[n].iter_mut().zip(&knowns[n]) {
                        *value &= known;
                    }
                }
            }
            Column::Constant(1) => values[n] = ALL,
            Column::Constant(0) => {}
            _ => {
                unknown = true;
                knowns[n] = [0; LANE / 64];
            }
        }
    }
    turn(&values, value);
    match unknown {
        true => turn(&knowns, known),
        false => known.fill(u16::MAX),
    }
}

/// From bits by column to bits by row, eight rows and eight columns at a time.
#[inline(always)]
fn turn(columns: &[Words; 16], rows: &mut [u16; LANE]) {
    for (word, rows) in rows.chunks_exact_mut(64).enumerate() {
        for (eight, rows) in rows.chunks_exact_mut(8).enumerate() {
            let byte = |n: usize| columns[n][word] >> (8 * eight) & 0xFF;
            let low = turn_eight((0..8).fold(0, |bytes, n| bytes | byte(n) << (8 * n)));
            let high = turn_eight((8..FLAGS).fold(0, |bytes, n| bytes | byte(n) << (8 * (n - 8))));
            for (row, to) in rows.iter_mut().enumerate() {
                *to = (low >> (8 * row) & 0xFF | (high >> (8 * row) & 0xFF) << 8) as u16;
            }
        }
    }
}

/// Transposes eight by eight bits: bit c of byte r becomes bit r of byte c.
#[inline(always)]
fn turn_eight(mut bits: u64) -> u64 {
    for (mask, shift) in
        [(0x00AA_00AA_00AA_00AA, 7), (0x0000_CCCC_0000_CCCC, 14), (0x0000_0000_F0F0_F0F0, 28)]
    {
        let moved = (bits ^ bits >> shift) & mask;
        bits ^= moved ^ moved << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_by_column_become_bits_by_row() {
        let columns: [Words; 16] = std::array::from_fn(|n| {
            std::array::from_fn(|w| 0x9E37_79B9_7F4A_7C15_u64.rotate_left((n * 8 + w) as u32))
        });
        let mut rows = [0; LANE];
        turn(&columns, &mut rows);
        for (row, bits) in rows.iter().enumerate() {
            for (n, column) in columns.iter().enumerate().take(FLAGS) {
                assert_eq!(
                    u64::from(bits >> n & 1),
                    column[row / 64] >> (row % 64) & 1,
                    "row {row} column {n}"
                );
            }
        }
    }
}
