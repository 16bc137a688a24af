//! The latest value of each group: order keys and values side by side.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, BooleanArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion_common::{Result, internal_err};
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::chunks::ChunkValues;
use super::keys::{Keys, PackedKeys, RowKeys, packed_width};
use super::raw::layout;
use super::values::{FixedValues, Values, drop_first, nulls_of};
use super::views::ViewValues;
use crate::one_group::Groups;

/// A store for values of one type and order keys of the others.
pub(super) fn groups(value: &DataType, keys: &[DataType]) -> Result<Box<dyn Groups>> {
    match packed_width(keys) {
        Some(0..=64) => Ok(with_keys(value, PackedKeys::<u64>::new(keys.to_vec()))),
        Some(65..=128) => Ok(with_keys(value, PackedKeys::<u128>::new(keys.to_vec()))),
        _ => Ok(with_keys(value, RowKeys::new(keys)?)),
    }
}

fn with_keys<K: Keys>(value: &DataType, keys: K) -> Box<dyn Groups> {
    match (value, layout(value)) {
        (DataType::Utf8View | DataType::BinaryView, _) => with(keys, ViewValues::new(value.clone())),
        (_, Some((32, order))) => with(keys, FixedValues::<u32>::new(value.clone(), order)),
        (_, Some((64, order))) => with(keys, FixedValues::<u64>::new(value.clone(), order)),
        (_, Some((128, order))) => with(keys, FixedValues::<u128>::new(value.clone(), order)),
        _ => with(keys, ChunkValues::new(value.clone())),
    }
}

fn with<K: Keys, V: Values>(keys: K, values: V) -> Box<dyn Groups> {
    Box::new(LatestGroups { keys, values, set: Vec::new() })
}

struct LatestGroups<K, V> {
    keys: K,
    values: V,
    /// Which groups have had a row.
    set: Vec<bool>,
}

impl<K: Keys, V: Values> LatestGroups<K, V> {
    fn take_row(&mut self, row: usize, group: usize) -> Result<()> {
        match self.keys.compare(row, group) {
            Ordering::Less => return Ok(()),
            Ordering::Equal if self.set[group] && !self.values.exceeds(row, group)? => return Ok(()),
            _ => {}
        }
        self.keys.set(row, group);
        self.values.set(row, group);
        self.set[group] = true;
        Ok(())
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        let (value, keys) = split(columns)?;
        self.keys.resize(groups);
        self.values.resize(groups);
        self.set.resize(groups, false);
        self.keys.begin(keys)?;
        self.values.begin(value)?;
        match usable(keys, filter) {
            Some(usable) => {
                for row in usable.valid_indices() {
                    self.take_row(row, group_indices[row])?;
                }
            }
            None => {
                for (row, group) in group_indices.iter().enumerate() {
                    self.take_row(row, *group)?;
                }
            }
        }
        self.values.end()
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.set.len(),
            EmitTo::First(groups) => groups,
        }
    }

    fn discard(&mut self, groups: usize) {
        self.keys.discard(groups);
        self.values.discard(groups);
        drop_first(&mut self.set, groups);
    }
}

fn split(columns: &[ArrayRef]) -> Result<(&ArrayRef, &[ArrayRef])> {
    match columns.split_first() {
        Some((value, keys)) if !keys.is_empty() => Ok((value, keys)),
        _ => internal_err!("latest was given {} columns", columns.len()),
    }
}

/// The rows that count: those with all keys that the filter lets through. `None` when all do.
fn usable(keys: &[ArrayRef], filter: Option<&BooleanArray>) -> Option<NullBuffer> {
    // A filter that is unknown lets nothing through.
    let filter = filter.map(|filter| match filter.nulls() {
        Some(known) => NullBuffer::new(filter.values() & known.inner()),
        None => NullBuffer::new(filter.values().clone()),
    });
    let nulls = keys.iter().map(|key| key.logical_nulls());
    let usable = nulls.fold(filter, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()));
    usable.filter(|usable| usable.null_count() > 0)
}

// The state of a group is the row it took: value and order keys, the keys NULL when it took none. So a state
// is merged as the rows are.
impl<K: Keys, V: Values> GroupsAccumulator for LatestGroups<K, V> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.update(values, group_indices, opt_filter, total_num_groups)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.update(values, group_indices, None, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit_to);
        let column = self.values.column(groups)?;
        self.discard(groups);
        Ok(column)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let mut columns = vec![self.values.column(groups)?];
        columns.extend(self.keys.columns(groups, nulls_of(&self.set[..groups]).as_ref())?);
        self.discard(groups);
        Ok(columns)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let (value, keys) = split(values)?;
        let mut columns = vec![value.clone()];
        match usable(keys, opt_filter) {
            None => columns.extend_from_slice(keys),
            Some(usable) => {
                for key in keys {
                    let data = key.to_data().into_builder().nulls(Some(usable.clone())).build()?;
                    columns.push(make_array(data));
                }
            }
        }
        Ok(columns)
    }

    fn size(&self) -> usize {
        self.keys.size() + self.values.size() + self.set.capacity()
    }
}
