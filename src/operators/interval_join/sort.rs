//! Sorting that can be stopped.

use datafusion::common::Result;

use super::tasks::Watch;

/// Up to here a comparison sort is done in well under ten milliseconds.
pub(super) const SMALL: usize = 1 << 16;
/// Bits of one pass of the radix sort.
const DIGIT: u32 = 11;

/// `value` as a number of the same order.
pub(super) fn ordered(value: i64) -> u64 {
    value as u64 ^ (1 << 63)
}

/// Sorts by `key`; rows with the same key keep their order. Looks at `watch` between pieces of work.
pub(super) fn sort_by_number<T: Copy + Default>(
    rows: &mut Vec<T>,
    key: impl Fn(&T) -> u64,
    watch: &Watch,
) -> Result<()> {
    if rows.is_sorted_by_key(&key) {
        return Ok(());
    }
    if rows.len() <= SMALL {
        rows.sort_by_key(key);
        return Ok(());
    }
    let least = rows.iter().map(&key).min().unwrap_or_default();
    let most = rows.iter().map(&key).max().unwrap_or_default();
    let bits = 64 - (most - least).leading_zeros();
    let mut other = vec![T::default(); rows.len()];
    let mut shift = 0;
    while shift < bits {
        let digit = |row: &T| (((key(row) - least) >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut next = vec![0usize; 1 << DIGIT];
        for piece in rows.chunks(SMALL * 8) {
            piece.iter().for_each(|row| next[digit(row)] += 1);
            watch.look()?;
        }
        let mut start = 0;
        for count in &mut next {
            start += std::mem::replace(count, start);
        }
        for piece in rows.chunks(SMALL * 8) {
            for row in piece {
                let to = &mut next[digit(row)];
                other[*to] = *row;
                *to += 1;
            }
            watch.look()?;
        }
        std::mem::swap(rows, &mut other);
        shift += DIGIT;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_come_out_as_from_the_standard_sort() {
        let mut seed = 7u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed
        };
        let rows: Vec<(i64, u64)> = (0..200_000)
            .map(|row| {
                let low = match row % 5 {
                    0 => i64::MIN + (random() % 5) as i64,
                    1 => i64::MAX - (random() % 5) as i64,
                    _ => (random() % 20_000) as i64 - 10_000,
                };
                (low, row)
            })
            .collect();
        let mut expected = rows.clone();
        expected.sort_unstable();
        let mut sorted = rows;
        sort_by_number(&mut sorted, |row| ordered(row.0), &Watch::default()).unwrap();
        assert!(sorted == expected);
    }
}
