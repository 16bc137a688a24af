//! Of right rows sorted by key and time, the best of each key and time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{concat_batches, filter_record_batch, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{Result, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::TryStreamExt;

use super::build_right::{candidates, greatest};
use super::encoded::{Encoded, Encoder};
use super::spec::{Side, Spec};

/// The rows of `sorted` that can be chosen: their keys, their time as a number, and the kept columns as one.
pub(super) fn distinct(
    spec: &Arc<Spec>,
    sorted: SendableRecordBatchStream,
) -> Result<SendableRecordBatchStream> {
    let runs = Runs::new(Arc::clone(spec), &sorted.schema())?;
    let schema = Arc::clone(&runs.schema);
    let batches = futures::stream::try_unfold((Some(sorted), runs), |(sorted, mut runs)| async move {
        let Some(mut input) = sorted else { return Ok(None) };
        while let Some(batch) = input.try_next().await? {
            let done = runs.add(&batch)?;
            if done.num_rows() > 0 {
                return Ok(Some((done, (Some(input), runs))));
            }
        }
        Ok(runs.finish()?.map(|last| (last, (None, runs))))
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
}

/// Rows with the same key and time follow each other; the last such run goes on with the next batch.
struct Runs {
    spec: Arc<Spec>,
    encoder: Encoder,
    /// Keys, time, value.
    schema: SchemaRef,
    /// Keys and time.
    names: SchemaRef,
    best: Box<dyn GroupsAccumulator>,
    /// Keys and time of the run that may go on.
    open: Option<(RecordBatch, Encoded)>,
}

impl Runs {
    fn new(spec: Arc<Spec>, right: &Schema) -> Result<Self> {
        let types = spec.key_types(Side::Right, right)?;
        let field =
            |(i, data_type): (usize, &DataType)| Field::new(format!("key{i}"), data_type.clone(), true);
        let mut fields: Vec<Field> = types.iter().enumerate().map(field).collect();
        fields.push(Field::new("time", DataType::Int64, true));
        let names = Arc::new(Schema::new(fields.clone()));
        fields.push(Field::new("value", spec.payload.data_type(), true));
        let best = greatest(&spec, right)?;
        let encoder = Encoder::new(&types)?;
        Ok(Self { spec, encoder, schema: Arc::new(Schema::new(fields)), names, best, open: None })
    }

    /// Takes a batch and gives the runs that have ended.
    fn add(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let (batch, names) = self.usable(batch)?;
        if batch.num_rows() == 0 {
            return Ok(RecordBatch::new_empty(Arc::clone(&self.schema)));
        }
        let encoded = self.encoder.encode(names.columns())?;
        // The open run is number 0.
        let mut runs = usize::from(self.open.is_some());
        let (mut first, mut into) = (Vec::new(), Vec::with_capacity(batch.num_rows()));
        for row in 0..batch.num_rows() {
            let goes_on = match (row.checked_sub(1), &self.open) {
                (Some(before), _) => encoded.row(row) == encoded.row(before),
                (None, Some((_, open))) => encoded.row(row) == open.row(0),
                (None, None) => false,
            };
            if !goes_on {
                first.push(row as u32);
                runs += 1;
            }
            into.push(runs - 1);
        }
        self.best.update_batch(&candidates(&self.spec, &batch)?, &into, None, runs)?;
        let begun = take_record_batch(&names, &UInt32Array::from(first))?;
        let names = match self.open.take() {
            Some((open, _)) => concat_batches(&self.names, [&open, &begun])?,
            None => begun,
        };
        // The last row alone: a slice would keep the whole batch.
        let open = take_record_batch(&names, &UInt32Array::from(vec![runs as u32 - 1]))?;
        let encoded = self.encoder.encode(open.columns())?;
        self.open = Some((open, encoded));
        self.emit(names.slice(0, runs - 1), EmitTo::First(runs - 1))
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>> {
        match self.open.take() {
            Some((open, _)) => self.emit(open, EmitTo::All).map(Some),
            None => Ok(None),
        }
    }

    fn emit(&mut self, names: RecordBatch, runs: EmitTo) -> Result<RecordBatch> {
        if names.num_rows() == 0 {
            return Ok(RecordBatch::new_empty(Arc::clone(&self.schema)));
        }
        let value = self.best.evaluate(runs)?;
        if value.len() != names.num_rows() {
            return internal_err!("an as-of join has {} values for {} rows", value.len(), names.num_rows());
        }
        let columns = names.columns().iter().cloned().chain([value]).collect();
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }

    /// The rows that can be chosen at all, and their keys and time.
    fn usable(&self, batch: &RecordBatch) -> Result<(RecordBatch, RecordBatch)> {
        let mut columns = self.spec.keys(Side::Right, batch)?;
        let time: Int64Array = self.spec.times(Side::Right, batch)?.column();
        columns.push(Arc::new(time) as ArrayRef);
        let ties = self.spec.ties(batch)?;
        let nulls = columns.iter().chain(&ties).map(|column| column.logical_nulls());
        let nulls = nulls.fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()));
        let names = RecordBatch::try_new(Arc::clone(&self.names), columns)?;
        Ok(match nulls.filter(|nulls| nulls.null_count() > 0) {
            None => (batch.clone(), names),
            Some(nulls) => {
                let known = BooleanArray::new(nulls.into_inner(), None);
                (filter_record_batch(batch, &known)?, filter_record_batch(&names, &known)?)
            }
        })
    }
}
