//! The columns of the right side that the output needs, as one value a row.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, NullArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Fields, Schema};
use datafusion::common::Result;

/// Which columns of the right side are kept.
#[derive(Debug, Clone)]
pub(super) struct Payload {
    columns: Vec<usize>,
    fields: Fields,
}

impl Payload {
    pub fn new(columns: Vec<usize>, right: &Schema) -> Self {
        let fields = columns.iter().map(|i| Arc::new(right.field(*i).clone().with_nullable(true))).collect();
        Self { columns, fields }
    }

    /// The type of [`Payload::value`].
    pub fn data_type(&self) -> DataType {
        match self.fields.as_ref() {
            [] => DataType::Null,
            [one] => one.data_type().clone(),
            _ => DataType::Struct(self.fields.clone()),
        }
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The columns as one: a struct unless there is only one of them.
    pub fn value(&self, batch: &RecordBatch) -> Result<ArrayRef> {
        match self.columns.as_slice() {
            [] => Ok(Arc::new(NullArray::new(batch.num_rows()))),
            [one] => Ok(batch.column(*one).clone()),
            columns => {
                let columns = columns.iter().map(|i| batch.column(*i).clone()).collect();
                Ok(Arc::new(StructArray::try_new(self.fields.clone(), columns, None)?))
            }
        }
    }

    /// The columns of a value again.
    pub fn columns(&self, value: &ArrayRef) -> Vec<ArrayRef> {
        match self.columns.len() {
            0 => vec![],
            1 => vec![value.clone()],
            _ => value.as_struct().columns().to_vec(),
        }
    }
}
