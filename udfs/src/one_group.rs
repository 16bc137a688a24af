//! All rows as one group of an aggregate that is written for many groups.

use std::fmt::{Debug, Formatter};

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::DataType;
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// Groups that an [`Accumulator`], which must be [`Sync`], can hold too.
pub(crate) trait Groups: GroupsAccumulator + Sync {}

impl<G: GroupsAccumulator + Sync> Groups for G {}

/// One group; it can be asked for its result again and again, as a window does.
pub(crate) struct OneGroup {
    name: &'static str,
    group: Box<dyn Groups>,
}

impl OneGroup {
    /// A group without rows; `state` are the types of the columns of its state.
    pub fn new(name: &'static str, mut group: Box<dyn Groups>, state: &[DataType]) -> Result<Self> {
        let nothing: Vec<ArrayRef> = state.iter().map(new_empty_array).collect();
        group.merge_batch(&nothing, &[], 1)?;
        Ok(Self { name, group })
    }

    /// The state, which stays.
    fn row(&mut self) -> Result<Vec<ArrayRef>> {
        let state = self.group.state(EmitTo::All)?;
        self.group.merge_batch(&state, &[0], 1)?;
        Ok(state)
    }
}

impl Debug for OneGroup {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

fn zeros(columns: &[ArrayRef]) -> Vec<usize> {
    vec![0; columns.first().map_or(0, |column| column.len())]
}

impl Accumulator for OneGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.group.update_batch(values, &zeros(values), None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.group.merge_batch(states, &zeros(states), 1)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.row()?.iter().map(|column| ScalarValue::try_from_array(column, 0)).collect()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let state = self.row()?;
        let result = self.group.evaluate(EmitTo::All)?;
        self.group.merge_batch(&state, &[0], 1)?;
        match result.len() {
            1 => ScalarValue::try_from_array(&result, 0),
            groups => internal_err!("{} gave {groups} results for one group", self.name),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.group.size()
    }
}
