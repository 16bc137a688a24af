//! Refuses a step that gives two rows for one key: a join went wrong, and somebody would be paid twice.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{ident, lit};

use super::session::RunSession;
use super::version::Step;
use crate::error::{Error, Result};

/// The values of a key that is one whole number, as they pass. Most keys are, and most steps give them nearly in
/// order, so that sorting them costs a fraction of grouping by them.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<i64>);

impl Keys {
    /// These and the keys of a batch; `None` when the key is of another form.
    pub(super) fn with(mut self, step: &Step, batch: &RecordBatch) -> Option<Self> {
        let [name] = step.key.as_slice() else { return None };
        let column = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        if column.null_count() > 0 {
            return None;
        }
        self.0.extend_from_slice(column.values());
        Some(self)
    }

    fn repeated(mut self) -> usize {
        self.0.sort_unstable();
        let repeats = self.0.windows(2).enumerate().filter(|(_, w)| w[0] == w[1]);
        // The second, third … row of one key counts once.
        repeats.filter(|(i, w)| *i == 0 || self.0[i - 1] != w[0]).count()
    }
}

/// Examines the rows of `run.<output>`; `keys` are theirs where the key is one whole number.
///
/// # Errors
/// [`Error::Pipeline`] naming the step and its key when a value of it comes twice.
pub(super) async fn unique(session: &RunSession, step: &Step, keys: Option<Keys>) -> Result<()> {
    let repeated = match keys {
        Some(keys) => keys.repeated(),
        None => grouped(session, step).await?,
    };
    if repeated > 0 {
        return Err(Error::Pipeline(format!(
            "{}: {repeated} values of its key ({}) have more than one row",
            step.output,
            step.key.join(", ")
        )));
    }
    Ok(())
}

async fn grouped(session: &RunSession, step: &Step) -> Result<usize> {
    let key = step.key.iter().map(ident).collect::<Vec<_>>();
    let repeated = session
        .table(&step.output)
        .await?
        .aggregate(key, vec![count(lit(1_i64)).alias("rows_of_key")])?
        .filter(ident("rows_of_key").gt(lit(1_i64)))?;
    Ok(repeated.count().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_keys_that_come_twice_or_more() {
        assert_eq!(Keys(vec![]).repeated(), 0);
        assert_eq!(Keys(vec![3, 1, 2]).repeated(), 0);
        assert_eq!(Keys(vec![3, 1, 3, 2, 3, 1]).repeated(), 2);
    }
}
