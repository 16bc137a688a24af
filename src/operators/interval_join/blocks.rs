//! Greatest values over blocks of blocks: jumps over runs of rows that cannot match.

use datafusion::common::Result;

use super::tasks::Watch;

/// Rows of a block, and blocks of a block one level up.
const FAN: usize = 32;

/// Rows or blocks that are looked at between two looks at whether the query is still wanted: whole blocks.
const ITEMS_PER_STEP: usize = FAN << 11;

/// Per level the greatest `high` of every aligned block of [`FAN`]^(level+1) rows.
#[derive(Debug, Default)]
pub(super) struct MaxBlocks {
    levels: Vec<Vec<i64>>,
}

impl MaxBlocks {
    /// Blocks over the upper bounds of all rows. Looks at `watch` between pieces of work.
    pub(super) fn new<T>(rows: &[T], high: impl Fn(&T) -> i64, watch: &Watch) -> Result<Self> {
        let mut level = Self::above(rows, high, watch)?;
        let mut levels = Vec::new();
        while level.len() > 1 {
            let next = Self::above(&level, |greatest| *greatest, watch)?;
            levels.push(std::mem::replace(&mut level, next));
        }
        Ok(Self { levels })
    }

    /// The greatest value of every block of `items`.
    fn above<T>(items: &[T], value: impl Fn(&T) -> i64, watch: &Watch) -> Result<Vec<i64>> {
        let mut level = Vec::with_capacity(items.len().div_ceil(FAN));
        for piece in items.chunks(ITEMS_PER_STEP) {
            let greatest = |block: &[T]| block.iter().map(&value).max().unwrap_or(i64::MIN);
            level.extend(piece.chunks(FAN).map(greatest));
            watch.look()?;
        }
        Ok(level)
    }

    /// The first position from `position` on, before `end`, whose block may hold a value of at least `least`.
    pub(super) fn next_possible(&self, mut position: usize, end: usize, least: i64) -> usize {
        let Some(first) = self.levels.first() else { return position };
        while position < end {
            if !position.is_multiple_of(FAN) || first[position / FAN] >= least {
                return position;
            }
            let mut step = FAN;
            for level in &self.levels[1..] {
                let wider = step * FAN;
                if !position.is_multiple_of(wider) || level[position / wider] >= least {
                    break;
                }
                step = wider;
            }
            position += step;
        }
        end
    }

    /// The end of the block that holds `position`.
    pub(super) fn block_end(position: usize) -> usize {
        (position / FAN + 1) * FAN
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.levels.iter().map(|level| level.capacity() * size_of::<i64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_exactly_to_blocks_that_may_match() {
        let highs: Vec<i64> = (0..5000).map(|i| if i == 4097 { 9 } else { i % 7 }).collect();
        let blocks = MaxBlocks::new(&highs, |high| *high, &Watch::default()).unwrap();
        assert_eq!(blocks.next_possible(0, 5000, 9), 4096);
        assert_eq!(blocks.next_possible(4128, 5000, 9), 5000);
        assert_eq!(blocks.next_possible(3, 5000, 9), 3, "inside a block nothing is known");
        assert_eq!(blocks.next_possible(32, 5000, 6), 32);
    }

    #[test]
    fn blocks_over_many_rows_hold_the_greatest_of_theirs() {
        let rows = 3 * ITEMS_PER_STEP + 77;
        let high = |row: &usize| (row * 7919 % 100_003) as i64;
        let numbers: Vec<usize> = (0..rows).collect();
        let blocks = MaxBlocks::new(&numbers, high, &Watch::default()).unwrap();
        let mut width = 1;
        for level in &blocks.levels {
            width *= FAN;
            let expected = numbers.chunks(width).map(|block| block.iter().map(high).max().unwrap());
            assert!(level.iter().copied().eq(expected));
        }
        assert_eq!(blocks.levels.len(), 3);
    }
}
