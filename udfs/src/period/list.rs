//! Lists of periods: how they lie in a column, and reading them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Fields};
use datafusion_common::{Result, exec_err, internal_err};

/// From and to, as day numbers.
pub(super) type Period = (i32, i32);

fn period_fields() -> Fields {
    Fields::from(vec![Field::new("from", DataType::Date32, false), Field::new("to", DataType::Date32, false)])
}

fn item_field() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(period_fields()), true))
}

/// The type of a list of periods that these functions give.
pub(crate) fn list_type() -> DataType {
    DataType::List(item_field())
}

/// Whether a column is a list of structs of two dates, whatever they are called.
pub(crate) fn is_list_of_periods(data_type: &DataType) -> bool {
    let DataType::List(item) = data_type else { return false };
    let DataType::Struct(fields) = item.data_type() else { return false };
    fields.len() == 2 && fields.iter().all(|field| *field.data_type() == DataType::Date32)
}

/// Lists one after the other: `ends[i]` is where list i ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lists<T> {
    pub items: Vec<T>,
    pub ends: Vec<usize>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// Ends the list at hand.
    pub fn close(&mut self) {
        self.ends.push(self.items.len());
    }

    /// The offsets of a list column.
    pub fn offsets(&self) -> Result<OffsetBuffer<i32>> {
        if i32::try_from(self.items.len()).is_err() {
            return exec_err!("{} periods are too many for one column", self.items.len());
        }
        let ends = self.ends.iter().map(|end| *end as i32);
        Ok(OffsetBuffer::new(ScalarBuffer::from_iter(std::iter::once(0).chain(ends))))
    }
}

impl Lists<Period> {
    /// The lists as a column, NULL where `nulls` says so.
    pub fn column(&self, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let bound = |of: fn(&Period) -> i32| -> ArrayRef {
            Arc::new(Date32Array::from_iter_values(self.items.iter().map(of)))
        };
        let periods = StructArray::try_new(period_fields(), vec![bound(|p| p.0), bound(|p| p.1)], None)?;
        Ok(Arc::new(ListArray::try_new(item_field(), self.offsets()?, Arc::new(periods), nulls)?))
    }
}

/// A column of lists of periods, read by row.
pub(super) struct PeriodColumn<'a> {
    lists: &'a ListArray,
    periods: &'a StructArray,
    from: &'a Date32Array,
    to: &'a Date32Array,
}

impl<'a> PeriodColumn<'a> {
    pub fn new(column: &'a ArrayRef) -> Result<Self> {
        let Some(lists) = column.as_list_opt::<i32>() else {
            return internal_err!("a list of periods was expected, not {}", column.data_type());
        };
        let periods = lists.values().as_struct_opt().filter(|periods| periods.num_columns() == 2);
        let dates = periods.and_then(|periods| {
            let bound = |i: usize| periods.column(i).as_primitive_opt::<Date32Type>();
            Some((periods, bound(0)?, bound(1)?))
        });
        match dates {
            Some((periods, from, to)) => Ok(Self { lists, periods, from, to }),
            None => internal_err!("a list of periods was expected, not {}", column.data_type()),
        }
    }

    /// The periods of a row with both bounds known, in the order they are in.
    pub fn periods(&self, row: usize) -> impl Iterator<Item = Period> {
        let offsets = self.lists.value_offsets();
        (offsets[row] as usize..offsets[row + 1] as usize)
            .filter(|item| {
                self.periods.is_valid(*item) && self.from.is_valid(*item) && self.to.is_valid(*item)
            })
            .map(|item| (self.from.value(item), self.to.value(item)))
    }
}
