//! What the log keeps about the rows of a file, so that files are left out before they are opened.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::compute::{max, max_boolean, max_string_view, min, min_boolean, min_string_view};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;

use super::contract::{Contract, Kind};
use super::sort_check::compare_keys;
use crate::error::Result;

/// Smallest and largest value and NULLs of the columns that have statistics.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// Positions of the columns.
    columns: Vec<usize>,
    ranges: Vec<(Option<ScalarValue>, Option<ScalarValue>, u64)>,
}

impl Stats {
    /// Ids, days, months and instants, and what else of small domain is in the key or sort order. Never text:
    /// the log must not hold names or CPR numbers.
    pub(crate) fn new(contract: &Contract) -> Self {
        let columns: Vec<usize> = contract
            .columns
            .iter()
            .enumerate()
            .filter(|(_, c)| match c.kind {
                Kind::Id | Kind::Date | Kind::From | Kind::To | Kind::Month | Kind::Instant => true,
                Kind::Text | Kind::Cpr => false,
                Kind::Code => contract.sort.contains(&c.name),
                _ => contract.sort.contains(&c.name) || contract.key.contains(&c.name),
            })
            .map(|(i, _)| i)
            .collect();
        let ranges = columns.iter().map(|_| (None, None, 0)).collect();
        Self { columns, ranges }
    }

    /// Takes the rows of a batch.
    pub(crate) fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        for (position, (low, high, nulls)) in self.columns.iter().zip(&mut self.ranges) {
            let array = batch.column(*position);
            *nulls += array.null_count() as u64;
            if let Some((a, b)) = range(array.as_ref())? {
                widen(low, a, std::cmp::Ordering::Less);
                widen(high, b, std::cmp::Ordering::Greater);
            }
        }
        Ok(())
    }

    /// Minimum, maximum and NULLs by column name.
    #[allow(clippy::type_complexity)]
    pub(crate) fn finish(
        self,
        contract: &Contract,
    ) -> (BTreeMap<String, ScalarValue>, BTreeMap<String, ScalarValue>, BTreeMap<String, u64>) {
        let (mut min, mut max, mut nulls) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (position, (low, high, n)) in self.columns.into_iter().zip(self.ranges) {
            let name = &contract.columns[position].name;
            min.extend(low.map(|v| (name.clone(), v)));
            max.extend(high.map(|v| (name.clone(), v)));
            nulls.insert(name.clone(), n);
        }
        (min, max, nulls)
    }
}

fn widen(bound: &mut Option<ScalarValue>, value: ScalarValue, side: std::cmp::Ordering) {
    let outside = match bound {
        Some(b) => compare_keys(std::slice::from_ref(&value), std::slice::from_ref(b)) == side,
        None => true,
    };
    if outside {
        *bound = Some(value);
    }
}

/// Smallest and largest non-NULL value; `None` without one.
fn range(array: &dyn Array) -> Result<Option<(ScalarValue, ScalarValue)>> {
    let data_type = array.data_type();
    let both = |a: Option<ScalarValue>, b: Option<ScalarValue>| a.zip(b);
    Ok(match data_type {
        DataType::Int64 => primitive::<Int64Type>(array)?,
        DataType::Int32 => primitive::<Int32Type>(array)?,
        DataType::Date32 => primitive::<Date32Type>(array)?,
        DataType::Timestamp(..) => primitive::<TimestampMicrosecondType>(array)?,
        DataType::Decimal128(..) => primitive::<Decimal128Type>(array)?,
        DataType::Boolean => {
            let array = array.as_boolean();
            both(min_boolean(array).map(ScalarValue::from), max_boolean(array).map(ScalarValue::from))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            let value = |v: &str| ScalarValue::Utf8View(Some(v.to_owned()));
            both(min_string_view(array).map(value), max_string_view(array).map(value))
        }
        _ => None,
    })
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array) -> Result<Option<(ScalarValue, ScalarValue)>>
where
    T::Native: PartialOrd,
{
    let values = array.as_primitive::<T>();
    let value = |v| ScalarValue::new_primitive::<T>(Some(v), array.data_type());
    Ok(match (min(values), max(values)) {
        (Some(low), Some(high)) => Some((value(low)?, value(high)?)),
        _ => None,
    })
}
