//! Gates and checks: statements that return what is wrong, and the evidence that is kept of it.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, BooleanBuilder, Int64Builder, StringViewBuilder};
use arrow::json::LineDelimitedWriter;
use arrow::record_batch::RecordBatch;
use futures::StreamExt;

use super::session::{RunSession, failed};
use super::version::Test;
use crate::error::Result;
use crate::store::contract::contract;
use crate::store::runs::TestOutcome;

/// Offending rows kept of one gate or check; all are counted.
const KEPT: usize = 1000;

/// A gate or check that was run.
#[derive(Debug)]
pub(super) struct Tested {
    pub(super) outcome: TestOutcome,
    /// The first offending rows, as JSON.
    rows: Vec<String>,
}

/// Runs one gate or check.
pub(super) async fn examine(session: &RunSession, test: &Test) -> Result<Tested> {
    let started = Instant::now();
    let frame = session.plan(&test.name, &test.statement).await?;
    let mut stream = frame.execute_stream().await.map_err(|e| failed(&test.name, &e))?;
    let (mut count, mut rows) = (0, Vec::new());
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|e| failed(&test.name, &e))?;
        let wanted = (KEPT - rows.len()).min(batch.num_rows());
        if wanted > 0 {
            rows.extend(json_lines(&batch.slice(0, wanted))?);
        }
        count += batch.num_rows() as u64;
    }
    let outcome = TestOutcome {
        name: test.name.clone(),
        passed: count == 0,
        rows: count,
        sentence: test.sentence.clone(),
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok(Tested { outcome, rows })
}

fn json_lines(batch: &RecordBatch) -> Result<Vec<String>> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).lines().map(str::to_owned).collect())
}

/// The rows of `sys_checks` of one run, in the table's order.
pub(super) fn evidence(run_id: &str, gates: &[Tested], checks: &[Tested]) -> Result<RecordBatch> {
    let mut all: Vec<(&str, &Tested)> = Vec::with_capacity(gates.len() + checks.len());
    all.extend(gates.iter().map(|t| ("gate", t)));
    all.extend(checks.iter().map(|t| ("check", t)));
    all.sort_by(|a, b| a.1.outcome.name.cmp(&b.1.outcome.name));
    let text = StringViewBuilder::new;
    let (mut run, mut stages, mut names, mut details) = (text(), text(), text(), text());
    let (mut ordinals, mut passed, mut counts) =
        (Int64Builder::new(), BooleanBuilder::new(), Int64Builder::new());
    for (stage, tested) in all {
        let outcome = &tested.outcome;
        let lines = std::iter::once(&outcome.sentence.en).chain(&tested.rows);
        for (ordinal, detail) in lines.enumerate() {
            run.append_value(run_id);
            stages.append_value(stage);
            names.append_value(&outcome.name);
            ordinals.append_value(ordinal as i64);
            passed.append_value(outcome.passed);
            counts.append_value(outcome.rows as i64);
            details.append_value(detail);
        }
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(run.finish()),
        Arc::new(stages.finish()),
        Arc::new(names.finish()),
        Arc::new(ordinals.finish()),
        Arc::new(passed.finish()),
        Arc::new(counts.finish()),
        Arc::new(details.finish()),
    ];
    Ok(RecordBatch::try_new(contract("sys_checks")?.schema(), columns)?)
}
