//! Greatest values over blocks of blocks: jumps over runs of rows that cannot match.

/// Rows of a block, and blocks of a block one level up.
const FAN: usize = 32;

/// Per level the greatest `high` of every aligned block of [`FAN`]^(level+1) rows.
#[derive(Debug, Default)]
pub(super) struct MaxBlocks {
    levels: Vec<Vec<i64>>,
}

impl MaxBlocks {
    /// Blocks over the upper bounds of all rows.
    pub(super) fn new(highs: impl Iterator<Item = i64>) -> Self {
        let mut levels = Vec::new();
        let mut level: Vec<i64> = Vec::new();
        for (row, high) in highs.enumerate() {
            match level.last_mut() {
                Some(greatest) if !row.is_multiple_of(FAN) => *greatest = high.max(*greatest),
                _ => level.push(high),
            }
        }
        while level.len() > 1 {
            let next =
                level.chunks(FAN).map(|block| block.iter().copied().max().unwrap_or(i64::MIN)).collect();
            levels.push(std::mem::replace(&mut level, next));
        }
        Self { levels }
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
        let blocks = MaxBlocks::new((0..5000).map(|i| if i == 4097 { 9 } else { i % 7 }));
        assert_eq!(blocks.next_possible(0, 5000, 9), 4096);
        assert_eq!(blocks.next_possible(4128, 5000, 9), 5000);
        assert_eq!(blocks.next_possible(3, 5000, 9), 3, "inside a block nothing is known");
        assert_eq!(blocks.next_possible(32, 5000, 6), 32);
    }
}
