//! Turns pairs of row numbers into batches of the result and hands them over, one bounded batch at a time.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use arrow::compute::{BatchCoalescer, take};
use datafusion::common::cast::as_boolean_array;
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_plan::metrics::Count;
use tokio::sync::mpsc::Sender;

use super::probe::Pairs;
use super::runs::Runs;
use super::spec::{PairColumn, Spec};

/// Builds the result of one output partition.
pub(super) struct Emitter {
    spec: Arc<Spec>,
    batch_size: usize,
    coalescer: BatchCoalescer,
    /// Rows of a result without columns.
    bare_rows: usize,
    output_rows: Count,
    to: Sender<Result<RecordBatch>>,
}

/// Rows of one side, by number; `None` for a side whose columns are NULL.
type Rows<'a> = Option<(&'a RecordBatch, &'a UInt32Array)>;

impl Emitter {
    pub(super) fn new(
        spec: Arc<Spec>,
        batch_size: usize,
        output_rows: Count,
        to: Sender<Result<RecordBatch>>,
    ) -> Self {
        let coalescer = BatchCoalescer::new(Arc::clone(&spec.schema), batch_size)
            .with_biggest_coalesce_batch_size(Some(batch_size / 2));
        Self { spec, batch_size, coalescer, bare_rows: 0, output_rows, to }
    }

    /// Rows of a full batch.
    pub(super) fn batch_size(&self) -> usize {
        self.batch_size
    }

    /// Keeps the pairs for which the residual filter is true.
    pub(super) fn filter(&self, build: &RecordBatch, probe: &RecordBatch, pairs: Pairs) -> Result<Pairs> {
        let Some(residual) = &self.spec.residual else { return Ok(pairs) };
        if pairs.len() == 0 {
            return Ok(pairs);
        }
        let (build_rows, probe_rows) = (UInt32Array::from(pairs.build), UInt32Array::from(pairs.probe));
        let (left, right) = (Some((build, &build_rows)), Some((probe, &probe_rows)));
        let columns = columns(&residual.columns, left, right, None)?;
        let options = RecordBatchOptions::new().with_row_count(Some(build_rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&residual.schema), columns, &options)?;
        let holds = residual.expression.evaluate(&batch)?.into_array(batch.num_rows())?;
        let holds = as_boolean_array(&holds)?;
        Ok(Pairs { build: kept(&build_rows, holds), probe: kept(&probe_rows, holds) })
    }

    /// Adds joined pairs to the result.
    pub(super) async fn pairs(
        &mut self,
        build: &RecordBatch,
        probe: &RecordBatch,
        pairs: Pairs,
    ) -> Result<()> {
        let rows = pairs.len();
        if rows == 0 {
            return Ok(());
        }
        if self.spec.output.is_empty() {
            return self.add_bare(rows).await;
        }
        let (build_rows, probe_rows) = (UInt32Array::from(pairs.build), UInt32Array::from(pairs.probe));
        self.add(Some((build, &build_rows)), Some((probe, &probe_rows)), rows).await
    }

    /// Adds joined pairs that are runs to the result.
    pub(super) async fn runs(&mut self, build: &RecordBatch, probe: &RecordBatch, runs: &Runs) -> Result<()> {
        if runs.len == 0 {
            return Ok(());
        }
        if self.spec.output.is_empty() {
            return self.add_bare(runs.len).await;
        }
        let column = |wanted: &PairColumn| match wanted {
            PairColumn::Build(column) => runs.column(true, build, *column),
            PairColumn::Probe(column) => runs.column(false, probe, *column),
        };
        let columns: Vec<ArrayRef> = self.spec.output.iter().map(column).collect::<Result<_>>()?;
        self.push(columns).await
    }

    /// Adds rows of the build side (or else of the probe side) without a partner.
    pub(super) async fn unpaired(
        &mut self,
        of_build: bool,
        batch: &RecordBatch,
        mut rows: impl Iterator<Item = u32> + Send,
    ) -> Result<()> {
        loop {
            let piece: Vec<u32> = rows.by_ref().take(self.batch_size).collect();
            if piece.is_empty() {
                return Ok(());
            }
            let piece = UInt32Array::from(piece);
            let side = Some((batch, &piece));
            match (self.spec.output.is_empty(), of_build) {
                (true, _) => self.add_bare(piece.len()).await?,
                (false, true) => self.add(side, None, piece.len()).await?,
                (false, false) => self.add(None, side, piece.len()).await?,
            }
        }
    }

    async fn add(&mut self, build: Rows<'_>, probe: Rows<'_>, rows: usize) -> Result<()> {
        let columns = columns(&self.spec.output, build, probe, Some((&self.spec, rows)))?;
        self.push(columns).await
    }

    async fn push(&mut self, columns: Vec<ArrayRef>) -> Result<()> {
        self.coalescer.push_batch(RecordBatch::try_new(Arc::clone(&self.spec.schema), columns)?)?;
        while let Some(batch) = self.coalescer.next_completed_batch() {
            self.send(batch).await?;
        }
        Ok(())
    }

    async fn add_bare(&mut self, rows: usize) -> Result<()> {
        self.bare_rows += rows;
        while self.bare_rows >= self.batch_size {
            self.bare_rows -= self.batch_size;
            self.send_bare(self.batch_size).await?;
        }
        Ok(())
    }

    async fn send_bare(&mut self, rows: usize) -> Result<()> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        self.send(RecordBatch::try_new_with_options(Arc::clone(&self.spec.schema), vec![], &options)?).await
    }

    async fn send(&mut self, batch: RecordBatch) -> Result<()> {
        self.output_rows.add(batch.num_rows());
        match self.to.send(Ok(batch)).await {
            Ok(()) => Ok(()),
            Err(_) => Err(DataFusionError::Execution("the reader of an interval join is gone".to_owned())),
        }
    }

    /// Hands over what is left.
    pub(super) async fn finish(&mut self) -> Result<()> {
        if self.bare_rows > 0 {
            let rows = std::mem::take(&mut self.bare_rows);
            self.send_bare(rows).await?;
        }
        self.coalescer.finish_buffered_batch()?;
        while let Some(batch) = self.coalescer.next_completed_batch() {
            self.send(batch).await?;
        }
        Ok(())
    }
}

/// The numbers for which `holds` is true; unknown is not true.
fn kept(rows: &UInt32Array, holds: &BooleanArray) -> Vec<u32> {
    rows.values()
        .iter()
        .zip(holds.iter())
        .filter(|(_, holds)| *holds == Some(true))
        .map(|(row, _)| *row)
        .collect()
}

fn columns(
    wanted: &[PairColumn],
    build: Rows<'_>,
    probe: Rows<'_>,
    nulls: Option<(&Spec, usize)>,
) -> Result<Vec<ArrayRef>> {
    let column = |(position, wanted): (usize, &PairColumn)| {
        let (side, column) = match wanted {
            PairColumn::Build(column) => (build, *column),
            PairColumn::Probe(column) => (probe, *column),
        };
        match (side, nulls) {
            (Some((batch, rows)), _) => Ok(take(batch.column(column), rows, None)?),
            (None, Some((spec, rows))) => Ok(new_null_array(spec.schema.field(position).data_type(), rows)),
            (None, None) => Err(DataFusionError::Internal("a residual filter needs both sides".to_owned())),
        }
    };
    wanted.iter().enumerate().map(column).collect()
}
