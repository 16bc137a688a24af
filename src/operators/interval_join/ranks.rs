//! Ranks of numbers that lie close together, as days do: one look tells how many are below a given one.

use datafusion::common::Result;

use super::tasks::Watch;

/// A table has at most so many places for a number, and so many in all: it has to stay in the nearest caches.
const PLACES_PER_NUMBER: usize = 16;
const MOST_PLACES: usize = 1 << 16;

/// Numbers handled between two looks at whether the query is still wanted.
const NUMBERS_PER_STEP: usize = 1 << 16;

/// How many of some numbers are below each of those from the least to the one after the greatest.
#[derive(Debug)]
pub(super) struct Ranks {
    least: i64,
    below: Vec<u32>,
}

impl Ranks {
    /// Sorts `items` by `value`, those of the same value staying as they are, and ranks them; `None` leaves them alone: their
    /// values lie too far apart.
    pub(super) fn sort<T: Copy + Default>(
        items: &mut Vec<T>,
        value: impl Fn(&T) -> i64,
        watch: &Watch,
    ) -> Result<Option<Self>> {
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for piece in items.chunks(NUMBERS_PER_STEP) {
            for item in piece {
                (least, most) = (least.min(value(item)), most.max(value(item)));
            }
            watch.look()?;
        }
        let places = most.saturating_sub(least).saturating_add(2);
        let Some(places) = usize::try_from(places).ok().filter(|places| {
            !items.is_empty() && *places <= MOST_PLACES.min(items.len() * PLACES_PER_NUMBER)
        }) else {
            return Ok(None);
        };
        // Counted one place up, so that the sums are the ranks.
        let mut below = vec![0_u32; places];
        for piece in items.chunks(NUMBERS_PER_STEP) {
            piece.iter().for_each(|item| below[(value(item) - least) as usize + 1] += 1);
            watch.look()?;
        }
        let mut sum = 0;
        for rank in &mut below {
            sum += *rank;
            *rank = sum;
        }
        let mut next = below.clone();
        let mut sorted = vec![T::default(); items.len()];
        for piece in items.chunks(NUMBERS_PER_STEP) {
            for item in piece {
                let to = &mut next[(value(item) - least) as usize];
                sorted[*to as usize] = *item;
                *to += 1;
            }
            watch.look()?;
        }
        *items = sorted;
        Ok(Some(Self { least, below }))
    }

    /// How many numbers are below `number`.
    #[inline]
    pub(super) fn below(&self, number: i64) -> usize {
        let place = number.saturating_sub(self.least).clamp(0, self.below.len() as i64 - 1);
        self.below[place as usize] as usize
    }

    /// How many numbers are `number` or below.
    #[inline]
    pub(super) fn up_to(&self, number: i64) -> usize {
        let place = number.saturating_sub(self.least).clamp(-1, self.below.len() as i64 - 2) + 1;
        self.below[place as usize] as usize
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.below.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_counts_and_the_order_is_that_of_a_stable_sort() {
        for (count, spread, base) in
            [(1, 1, 0), (5, 3, -4), (1000, 1, i64::MIN), (1000, 400, i64::MAX - 400), (100_000, 9000, 16_000)]
        {
            let number = |i: i64| base + i.wrapping_mul(7919) % 1009 * 31 % spread;
            let items: Vec<(i64, i64)> = (0..count).map(|i| (number(i), i)).collect();
            let mut sorted = items.clone();
            let ranks = Ranks::sort(&mut sorted, |item| item.0, &Watch::default()).unwrap().unwrap();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            assert!(sorted == expected, "{count} {spread} {base}");
            let around = (-3..spread.min(50) + 3).map(|more| base.saturating_add(more));
            for number in around.chain([i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX]) {
                assert_eq!(ranks.below(number), items.iter().filter(|item| item.0 < number).count());
                assert_eq!(ranks.up_to(number), items.iter().filter(|item| item.0 <= number).count());
            }
        }
    }

    #[test]
    fn numbers_far_apart_are_left_alone() {
        for numbers in [vec![], vec![0, 31], vec![i64::MIN, i64::MAX], vec![5, 1 << 40, 3]] {
            let mut items = numbers.clone();
            assert!(Ranks::sort(&mut items, |number| *number, &Watch::default()).unwrap().is_none());
            assert_eq!(items, numbers);
        }
        let mut near = vec![30, 0];
        assert!(Ranks::sort(&mut near, |number| *number, &Watch::default()).unwrap().is_some());
        assert_eq!(near, [0, 30]);
    }
}
