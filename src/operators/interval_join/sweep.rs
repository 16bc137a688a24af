//! Overlaps without a key: the pairs of one probe batch as ranges of neighbours in two sorted lists.
//!
//! Where neither period ends before it starts, two that match do so in exactly one of two ways: the build row starts
//! inside the probe row, or the probe row starts inside the build row and after its start. The first are neighbours
//! among the build rows by start, the second among the probe rows by start. So the work is that of the pairs alone.

use datafusion::common::Result;

use super::probe::Step;
use super::ranks::Ranks;
use super::runs::Runs;
use super::shard::Shard;
use super::stored::{Bound, Row};
use super::tasks::Watch;

/// A probe row: the least upper bound and the greatest lower bound that match it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Probed {
    pub least: i64,
    pub most: i64,
    pub row: u32,
}

/// The probe rows of a batch, and how far they have been swept.
pub(super) struct Sweep {
    rows: Vec<Probed>,
    /// Ranks of their least upper bounds, where these lie close together.
    by_least: Option<Ranks>,
    /// The next probe row of the first pass, and the first build row that does not start before it.
    probe: usize,
    first_build: usize,
    /// The next build row of the second pass, and the first probe row that starts after its start.
    build: usize,
    first_probe: usize,
    /// What is left of the range at hand.
    open: Option<(usize, usize)>,
}

impl Sweep {
    /// For `rows`, all with `least - 1 <= most`.
    pub(super) fn new(mut rows: Vec<Probed>) -> Result<Self> {
        let by_least = Ranks::sort(&mut rows, |probed| probed.least, &Watch::default())?;
        if by_least.is_none() {
            rows.sort_unstable_by_key(|probed| (probed.least, probed.row));
        }
        Ok(Self { rows, by_least, probe: 0, first_build: 0, build: 0, first_probe: 0, open: None })
    }

    /// The probe rows in the order they are swept in.
    pub(super) fn order(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|probed| probed.row)
    }

    /// The number of the probe row at a place of this order.
    pub(super) fn row(&self, place: u32) -> u32 {
        self.rows[place as usize].row
    }

    /// The next pairs, until there are enough, the budget is used up, or all are found (then true).
    ///
    /// Where the neighbours are probe rows, they are places in the order of [`Self::order`].
    pub(super) fn next<V: Bound>(&mut self, shard: &Shard<V>, step: &mut Step) -> (Runs, bool) {
        let mut runs = Runs { of_build: true, ..Runs::default() };
        while let Some(probed) = self.rows.get(self.probe) {
            if runs.len >= step.limit || step.budget == 0 {
                return (runs, false);
            }
            let probed = *probed;
            let (start, end) = self.open.take().unwrap_or_else(|| self.starting_inside(probed, shard));
            let stop = end.min(start + step.limit - runs.len);
            runs.push(self.probe as u32, start, stop - start);
            step.budget = step.budget.saturating_sub(stop - start + 1);
            match stop < end {
                true => self.open = Some((stop, end)),
                false => self.probe += 1,
            }
        }
        if runs.len > 0 {
            return (runs, false);
        }
        runs.of_build = false;
        let (Some(first), Some(last)) = (self.rows.first().copied(), self.rows.last().copied()) else {
            return (runs, true);
        };
        while self.build < shard.rows.len() {
            if runs.len >= step.limit || step.budget == 0 {
                return (runs, false);
            }
            if self.open.is_none() {
                self.build = shard.blocks.next_possible(self.build, shard.rows.len(), first.least);
            }
            let Some(row) = shard.rows.get(self.build) else { break };
            if row.low.into() >= last.least {
                break;
            }
            let (start, end) = self.open.take().unwrap_or_else(|| self.started_inside(row));
            let stop = end.min(start + step.limit - runs.len);
            runs.push(self.build as u32, start, stop - start);
            step.budget = step.budget.saturating_sub(stop - start + 1);
            match stop < end {
                true => self.open = Some((stop, end)),
                false => self.build += 1,
            }
        }
        (runs, true)
    }

    /// The build rows that start inside the next probe row.
    #[inline]
    fn starting_inside<V: Bound>(&mut self, probed: Probed, shard: &Shard<V>) -> (usize, usize) {
        if let Some(ranks) = &shard.by_low {
            return (ranks.below(probed.least), ranks.up_to(probed.most));
        }
        self.first_build += run(&shard.rows[self.first_build..], |row| row.low.into() < probed.least);
        let inside = run(&shard.rows[self.first_build..], |row| row.low.into() <= probed.most);
        (self.first_build, self.first_build + inside)
    }

    /// The probe rows that start inside the next build row, and after its start.
    #[inline]
    fn started_inside<V: Bound>(&mut self, row: &Row<V>) -> (usize, usize) {
        let (low, high): (i64, i64) = (row.low.into(), row.high.into());
        if let Some(ranks) = &self.by_least {
            return (ranks.up_to(low), ranks.up_to(high));
        }
        self.first_probe += run(&self.rows[self.first_probe..], |probed| probed.least <= low);
        let inside = run(&self.rows[self.first_probe..], |probed| probed.least <= high);
        (self.first_probe, self.first_probe + inside)
    }
}

/// How many of the first `items` fulfil `holds`, of which those that do come first. Quick for small answers.
fn run<T>(items: &[T], holds: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    while step <= items.len() && holds(&items[step - 1]) {
        step *= 2;
    }
    let from = step / 2;
    from + items[from..step.min(items.len())].partition_point(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_to_their_end() {
        let items: Vec<usize> = (0..100).collect();
        for end in 0..=100 {
            assert_eq!(run(&items, |item| *item < end), end);
        }
        assert_eq!(run(&[], |_: &usize| true), 0);
    }
}
