//! What is joined with what, on physical expressions.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::physical_expr::PhysicalExpr;

use super::payload::Payload;
use super::times::Times;

/// The conditions of an as-of join.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    /// Pairs of equal keys, left first.
    pub on: Vec<(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>)>,
    pub left_time: Arc<dyn PhysicalExpr>,
    pub right_time: Arc<dyn PhysicalExpr>,
    pub ties: Vec<Arc<dyn PhysicalExpr>>,
    /// The right time is not before the left one, and the earliest counts; else not after, and the latest.
    pub reverse: bool,
    /// Equal times do not match.
    pub strict: bool,
    /// Left rows without a match are dropped.
    pub inner: bool,
}

/// A side of the join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A column of the output.
#[derive(Debug, Clone, Copy)]
enum Output {
    Left(usize),
    /// The place among the kept columns of the right side.
    Right(usize),
}

/// The conditions and what comes out.
#[derive(Debug)]
pub(super) struct Spec {
    pub conditions: Conditions,
    pub payload: Payload,
    pub schema: SchemaRef,
    output: Vec<Output>,
}

fn evaluate(exprs: &[&Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    exprs.iter().map(|expr| expr.evaluate(batch)?.into_array(batch.num_rows())).collect()
}

impl Spec {
    /// `kept` are columns of the left side followed by the right side, `schema` what they are called.
    pub fn new(
        conditions: Conditions,
        left: &Schema,
        right: &Schema,
        kept: &[usize],
        schema: SchemaRef,
    ) -> Self {
        let lefts = left.fields().len();
        let mut of_right: Vec<usize> = kept.iter().filter_map(|column| column.checked_sub(lefts)).collect();
        of_right.sort_unstable();
        of_right.dedup();
        let output = kept.iter().map(|column| match column.checked_sub(lefts) {
            None => Output::Left(*column),
            Some(column) => Output::Right(of_right.partition_point(|kept| *kept < column)),
        });
        let output = output.collect();
        Self { conditions, payload: Payload::new(of_right, right), schema, output }
    }

    /// The same for a left side with one column more, which becomes the last of the output.
    pub fn numbered(&self, left: &Schema) -> Self {
        let number = left.fields().len() - 1;
        let fields = self.schema.fields().iter().cloned();
        let schema = Schema::new(fields.chain([Arc::clone(&left.fields()[number])]).collect::<Vec<_>>());
        let output = self.output.iter().copied().chain([Output::Left(number)]).collect();
        let (conditions, payload) = (self.conditions.clone(), self.payload.clone());
        Self { conditions, payload, schema: Arc::new(schema), output }
    }

    /// The expressions of a side's keys.
    pub fn key_exprs(&self, side: Side) -> Vec<&Arc<dyn PhysicalExpr>> {
        let of_side = |(left, right)| if side == Side::Left { left } else { right };
        self.conditions.on.iter().map(|(left, right)| of_side((left, right))).collect()
    }

    /// The expression of a side's time.
    pub fn time_expr(&self, side: Side) -> &Arc<dyn PhysicalExpr> {
        match side {
            Side::Left => &self.conditions.left_time,
            Side::Right => &self.conditions.right_time,
        }
    }

    pub fn key_types(&self, side: Side, schema: &Schema) -> Result<Vec<DataType>> {
        self.key_exprs(side).into_iter().map(|key| key.data_type(schema)).collect()
    }

    pub fn keys(&self, side: Side, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        evaluate(&self.key_exprs(side), batch)
    }

    pub fn times(&self, side: Side, batch: &RecordBatch) -> Result<Times> {
        let column = self.time_expr(side).evaluate(batch)?.into_array(batch.num_rows())?;
        Times::new(&column, self.conditions.reverse)
    }

    /// The types of the columns that [`Spec::ties`] gives.
    pub fn tie_types(&self, right: &Schema) -> Result<Vec<DataType>> {
        self.conditions.ties.iter().map(|tie| tie.data_type(right)).collect()
    }

    /// The tie-breaks of rows of the right side.
    pub fn ties(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        evaluate(&self.conditions.ties.iter().collect::<Vec<_>>(), batch)
    }

    /// Rows of the left side with the chosen rows of the right side's kept columns.
    pub fn joined(
        &self,
        left: &RecordBatch,
        chosen: &UInt32Array,
        right: &[ArrayRef],
    ) -> Result<RecordBatch> {
        let matched: UInt32Array =
            (0..chosen.len() as u32).filter(|row| chosen.is_valid(*row as usize)).collect();
        let all = !self.conditions.inner || matched.len() == chosen.len();
        let of_matched = if all { None } else { Some(take(chosen, &matched, None)?) };
        let right_rows: &dyn Array = of_matched.as_ref().map_or(chosen, |rows| rows.as_ref());
        let columns = self.output.iter().map(|output| match output {
            Output::Left(column) if all => Ok(left.column(*column).clone()),
            Output::Left(column) => take(left.column(*column), &matched, None),
            Output::Right(place) => take(&right[*place], right_rows, None),
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(right_rows.len()));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?)
    }
}
