//! The value kept for each group: fixed-width values as numbers.

use arrow::array::{Array, ArrayRef};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use datafusion_common::Result;

use super::raw::{Bits, Order, bits_of, column_of};

/// One value a group, taken from the batch at hand.
pub(super) trait Values: Send + Sync + 'static {
    /// Reads the values of a batch.
    fn begin(&mut self, column: &ArrayRef) -> Result<()>;
    /// Makes room for so many groups; the value of a new group is NULL.
    fn resize(&mut self, groups: usize);
    /// Whether the value of a row of the batch is greater than that of a group; NULL is the least.
    fn exceeds(&mut self, row: usize, group: usize) -> Result<bool>;
    /// Gives a group the value of a row.
    fn set(&mut self, row: usize, group: usize);
    /// Ends a batch: nothing of it but the values of the groups is held afterwards.
    fn end(&mut self) -> Result<()>;
    /// The values of the first groups.
    fn column(&mut self, groups: usize) -> Result<ArrayRef>;
    /// Forgets the first groups.
    fn discard(&mut self, groups: usize);
    /// Bytes held.
    fn size(&self) -> usize;
}

/// The nulls of a column of so many flags, `None` when all are set.
pub(super) fn nulls_of(valid: &[bool]) -> Option<NullBuffer> {
    Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0)
}

/// Drops the first elements; when nothing is left, the memory too.
pub(super) fn drop_first<T>(elements: &mut Vec<T>, count: usize) {
    if count >= elements.len() {
        *elements = Vec::new();
    } else {
        elements.drain(..count);
    }
}

/// Values of fixed width.
pub(super) struct FixedValues<T: Bits> {
    data_type: DataType,
    order: Order,
    batch: ScalarBuffer<T>,
    batch_nulls: Option<NullBuffer>,
    values: Vec<T>,
    valid: Vec<bool>,
}

impl<T: Bits> FixedValues<T> {
    pub fn new(data_type: DataType, order: Order) -> Self {
        Self {
            data_type,
            order,
            batch: ScalarBuffer::from(Vec::new()),
            batch_nulls: None,
            values: Vec::new(),
            valid: Vec::new(),
        }
    }

    fn is_null(&self, row: usize) -> bool {
        self.batch_nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

impl<T: Bits> Values for FixedValues<T> {
    fn begin(&mut self, column: &ArrayRef) -> Result<()> {
        self.batch = bits_of(column)?;
        self.batch_nulls = column.nulls().cloned();
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        self.values.resize(groups, T::default());
        self.valid.resize(groups, false);
    }

    fn exceeds(&mut self, row: usize, group: usize) -> Result<bool> {
        let ordered = |value: T| value.ordered(self.order);
        Ok(!self.is_null(row)
            && (!self.valid[group] || ordered(self.batch[row]) > ordered(self.values[group])))
    }

    fn set(&mut self, row: usize, group: usize) {
        self.values[group] = self.batch[row];
        self.valid[group] = !self.is_null(row);
    }

    fn end(&mut self) -> Result<()> {
        self.batch = ScalarBuffer::from(Vec::new());
        self.batch_nulls = None;
        Ok(())
    }

    fn column(&mut self, groups: usize) -> Result<ArrayRef> {
        column_of(&self.data_type, self.values[..groups].to_vec(), nulls_of(&self.valid[..groups]))
    }

    fn discard(&mut self, groups: usize) {
        drop_first(&mut self.values, groups);
        drop_first(&mut self.valid, groups);
    }

    fn size(&self) -> usize {
        self.values.capacity() * size_of::<T>() + self.valid.capacity()
    }
}
