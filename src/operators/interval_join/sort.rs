//! Sorting rows by their lower bound without holding a thread for long.

use super::index::Entry;

/// A row on its way into a shard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Placed {
    pub low: i64,
    pub high: i64,
    pub row: u64,
}

impl From<Entry> for Placed {
    fn from(entry: Entry) -> Self {
        Self { low: entry.low, high: entry.high, row: entry.row }
    }
}

/// Up to here a comparison sort is done in well under ten milliseconds.
const SMALL: usize = 1 << 16;
/// Bits of one pass of the radix sort.
const DIGIT: u32 = 11;

/// Sorts by lower bound; rows with the same bound keep their order. Yields between pieces of work.
pub(super) async fn sort_by_low(rows: &mut Vec<Placed>) {
    if rows.is_sorted_by_key(|p| p.low) {
        return;
    }
    if rows.len() <= SMALL {
        rows.sort_by_key(|p| p.low);
        return;
    }
    let least = rows.iter().map(|p| p.low).min().unwrap_or_default();
    let most = rows.iter().map(|p| p.low).max().unwrap_or_default();
    // The distance to the least value is exact in u64, whatever the two signs.
    let distance = |p: &Placed| p.low.wrapping_sub(least) as u64;
    let bits = 64 - (most.wrapping_sub(least) as u64).leading_zeros();
    let mut other = vec![Placed::default(); rows.len()];
    let mut shift = 0;
    while shift < bits {
        let digit = |p: &Placed| ((distance(p) >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut next = vec![0usize; 1 << DIGIT];
        for piece in rows.chunks(SMALL * 8) {
            piece.iter().for_each(|p| next[digit(p)] += 1);
            tokio::task::yield_now().await;
        }
        let mut start = 0;
        for count in &mut next {
            start += std::mem::replace(count, start);
        }
        for piece in rows.chunks(SMALL * 8) {
            for p in piece {
                let to = &mut next[digit(p)];
                other[*to] = *p;
                *to += 1;
            }
            tokio::task::yield_now().await;
        }
        std::mem::swap(rows, &mut other);
        shift += DIGIT;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn long_lists_come_out_as_from_the_standard_sort() {
        let mut seed = 7u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed
        };
        let rows: Vec<Placed> = (0..200_000)
            .map(|row| {
                let low = match row % 5 {
                    0 => i64::MIN + (random() % 5) as i64,
                    1 => i64::MAX - (random() % 5) as i64,
                    _ => (random() % 20_000) as i64 - 10_000,
                };
                Placed { low, high: 0, row }
            })
            .collect();
        let mut expected = rows.clone();
        expected.sort_by_key(|p| (p.low, p.row));
        let mut sorted = rows;
        sort_by_low(&mut sorted).await;
        let key = |p: &Placed| (p.low, p.row);
        assert!(sorted.iter().map(key).eq(expected.iter().map(key)));
    }
}
