//! Aggregates that collect the periods of a group: one log for all groups, sorted and shortened when it has grown.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion_common::{Result, exec_err};
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::list::Lists;

/// The log is shortened when it has this many items, later when it has twice what was left.
const SHORTEN_AFTER: usize = 1 << 16;

/// What is collected, and what becomes of it.
pub(super) trait Fold: Send + Sync + 'static {
    /// A part of a group's state.
    type Item: Copy + Default + Send + Sync;

    fn state_type() -> DataType;
    fn result_type() -> DataType;
    /// Calls `each` with the row and the item for everything the arguments hold.
    fn read_arguments(columns: &[ArrayRef], each: impl FnMut(usize, Self::Item)) -> Result<()>;
    /// The same for a column of states.
    fn read_state(columns: &[ArrayRef], each: impl FnMut(usize, Self::Item)) -> Result<()>;
    /// Sorts the items of one group and leaves the fewest that say the same.
    fn shorten(items: &mut Vec<Self::Item>);
    /// Shortened items of each group as a column of states.
    fn state(groups: &Lists<Self::Item>) -> Result<ArrayRef>;
    /// Shortened items of each group as the result.
    fn result(groups: &Lists<Self::Item>) -> Result<ArrayRef>;
}

/// The items of all groups in the order they came in.
pub(super) struct GroupLog<F: Fold> {
    log: Vec<(u32, F::Item)>,
    groups: usize,
    shorten_at: usize,
}

impl<F: Fold> GroupLog<F> {
    pub fn new() -> Self {
        Self { log: Vec::new(), groups: 0, shorten_at: SHORTEN_AFTER }
    }

    fn grow(&mut self, groups: usize) -> Result<()> {
        if u32::try_from(groups).is_err() {
            return exec_err!("{groups} groups are too many for an aggregate of periods");
        }
        self.groups = groups;
        Ok(())
    }

    /// The shortened items of every group; the log is empty afterwards.
    fn take(&mut self) -> Lists<F::Item> {
        // A counting sort by group; the order of the items within a group does not matter.
        let mut next = vec![0_usize; self.groups + 1];
        for (group, _) in &self.log {
            next[*group as usize + 1] += 1;
        }
        for group in 0..self.groups {
            next[group + 1] += next[group];
        }
        let mut sorted = vec![F::Item::default(); self.log.len()];
        for (group, item) in std::mem::take(&mut self.log) {
            let at = &mut next[group as usize];
            sorted[*at] = item;
            *at += 1;
        }
        // Each start has become the end of its group.
        let mut lists =
            Lists { items: Vec::with_capacity(sorted.len()), ends: Vec::with_capacity(self.groups) };
        let (mut start, mut scratch) = (0, Vec::new());
        for end in &next[..self.groups] {
            scratch.clear();
            scratch.extend_from_slice(&sorted[start..*end]);
            F::shorten(&mut scratch);
            lists.items.extend_from_slice(&scratch);
            lists.close();
            start = *end;
        }
        lists
    }

    fn put_back(&mut self, lists: &Lists<F::Item>, first: usize) {
        let mut start = first.checked_sub(1).and_then(|last| lists.ends.get(last)).copied().unwrap_or(0);
        for (group, end) in lists.ends.iter().skip(first).enumerate() {
            self.log.extend(lists.items[start..*end].iter().map(|item| (group as u32, *item)));
            start = *end;
        }
    }

    fn shorten(&mut self) {
        if self.log.len() >= self.shorten_at {
            let lists = self.take();
            self.put_back(&lists, 0);
            // At least doubling between two times keeps the total work at n log n.
            self.shorten_at = SHORTEN_AFTER.max(2 * self.log.len());
        }
    }

    fn emit(&mut self, emit_to: EmitTo) -> Lists<F::Item> {
        let mut lists = self.take();
        let groups = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(groups) => groups,
        };
        self.put_back(&lists, groups);
        self.groups -= groups;
        lists.ends.truncate(groups);
        lists.items.truncate(lists.ends.last().copied().unwrap_or(0));
        lists
    }
}

impl<F: Fold> GroupsAccumulator for GroupLog<F> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups)?;
        F::read_arguments(values, |row, item| {
            if opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row)) {
                self.log.push((group_indices[row] as u32, item));
            }
        })?;
        self.shorten();
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups)?;
        F::read_state(values, |row, item| self.log.push((group_indices[row] as u32, item)))?;
        self.shorten();
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        F::result(&self.emit(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![F::state(&self.emit(emit_to))?])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut each_row = Self::new();
        let own_group: Vec<usize> = (0..rows).collect();
        each_row.update_batch(values, &own_group, opt_filter, rows)?;
        each_row.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        // Sorting needs a second copy for a moment; it is counted from the start.
        2 * self.log.capacity() * size_of::<(u32, F::Item)>() + self.groups * size_of::<usize>()
    }
}
