//! Keys that occur twice: inside a delivery, or in it and in the store.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch, max, max_string_view, min, min_string_view};
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow::row::{RowConverter, SortField};
use datafusion::common::ScalarValue;

use super::reason::Reason;
use super::rows::POSITION;
use super::stored::{Bounds, each_batch};
use crate::error::Result;
use crate::store::contract::Contract;
use crate::store::{DataFile, Snapshot, Store};

/// The columns that identify a row of a table: its key within one `registered_at`.
pub fn identity(contract: &Contract) -> Vec<usize> {
    let registered = contract.column("registered_at").map(|(at, _)| at);
    let mut columns: Vec<usize> =
        contract.key.iter().filter_map(|name| contract.column(name)).map(|(at, _)| at).collect();
    columns.extend(registered.filter(|at| !columns.contains(at)));
    columns
}

/// Smallest and largest value of each column of the identity over a delivery, to leave out stored files that
/// cannot hold any of its keys.
#[derive(Debug)]
pub struct Ranges {
    columns: Vec<usize>,
    ranges: Vec<Option<(ScalarValue, ScalarValue)>>,
}

impl Ranges {
    /// Of no rows.
    pub fn new(contract: &Contract) -> Ranges {
        let columns = identity(contract);
        Ranges { ranges: vec![None; columns.len()], columns }
    }

    /// Takes in more rows.
    pub fn extend(&mut self, batch: &RecordBatch) {
        for (column, range) in self.columns.iter().zip(&mut self.ranges) {
            let Some((low, high)) = min_max(batch.column(*column)) else { continue };
            *range = Some(match range.take() {
                None => (low, high),
                Some((l, h)) => (if low < l { low } else { l }, if high > h { high } else { h }),
            });
        }
    }

    /// Whether a stored file may hold one of the keys.
    fn touches(&self, contract: &Contract, file: &DataFile) -> bool {
        let bounds: Vec<Bounds> = self
            .columns
            .iter()
            .map(|column| {
                let name = &contract.columns[*column].name;
                let value =
                    |of: &BTreeMap<String, ScalarValue>| of.get(name).cloned().unwrap_or(ScalarValue::Null);
                Bounds { min: value(&file.min), max: value(&file.max), nulls: file.nulls.get(name).copied() }
            })
            .collect();
        self.meet(&bounds)
    }

    /// Whether values within these bounds, one for each column of the identity, may be one of the keys.
    fn meet(&self, bounds: &[Bounds]) -> bool {
        self.ranges.iter().zip(bounds).all(|(range, stored)| {
            let Some((low, high)) = range else { return true };
            // NULL keys are outside every range
            stored.nulls.is_some_and(|nulls| nulls > 0)
                || !(less(&stored.max, low) || less(high, &stored.min))
        })
    }
}

/// Whether `a` is certainly smaller than `b`; of an unknown value nothing is certain.
fn less(a: &ScalarValue, b: &ScalarValue) -> bool {
    if a.is_null() || b.is_null() {
        return false;
    }
    match (a.try_as_str(), b.try_as_str()) {
        (Some(Some(a)), Some(Some(b))) => a < b,
        _ => a.partial_cmp(b).is_some_and(|order| order.is_lt()),
    }
}

fn min_max(array: &ArrayRef) -> Option<(ScalarValue, ScalarValue)> {
    match array.data_type() {
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            Some((min(array)?.into(), max(array)?.into()))
        }
        DataType::Int32 => {
            let array = array.as_primitive::<Int32Type>();
            Some((min(array)?.into(), max(array)?.into()))
        }
        DataType::Date32 => {
            let array = array.as_primitive::<Date32Type>();
            Some((ScalarValue::Date32(min(array)), ScalarValue::Date32(Some(max(array)?))))
        }
        DataType::Timestamp(_, zone) => {
            let array = array.as_primitive::<TimestampMicrosecondType>();
            let value = |v| ScalarValue::TimestampMicrosecond(Some(v), zone.clone());
            Some((value(min(array)?), value(max(array)?)))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            let value = |v: &str| ScalarValue::Utf8View(Some(v.to_owned()));
            Some((value(min_string_view(array)?), value(max_string_view(array)?)))
        }
        _ => None,
    }
}

/// Lets each key pass once, and none that the store already has.
pub struct KeyFilter {
    columns: Vec<usize>,
    converter: RowConverter,
    /// Equal keys are neighbours in the sort order, so the last one is enough.
    neighbours: bool,
    last: Vec<u8>,
    passed: HashSet<Box<[u8]>>,
    stored: HashSet<Box<[u8]>>,
}

impl KeyFilter {
    /// A filter for rows that come sorted as the contract says, then by the rest of the identity.
    pub fn new(contract: &Contract) -> Result<KeyFilter> {
        let columns = identity(contract);
        let fields = columns.iter().map(|c| SortField::new(contract.columns[*c].kind.data_type())).collect();
        let neighbours = contract
            .sort
            .iter()
            .all(|name| contract.column(name).is_some_and(|(at, _)| columns.contains(&at)));
        Ok(KeyFilter {
            columns,
            converter: RowConverter::new(fields)?,
            neighbours,
            last: Vec::new(),
            passed: HashSet::new(),
            stored: HashSet::new(),
        })
    }

    /// Reads the keys of the stored files that may hold keys of the delivery.
    pub async fn load(
        &mut self,
        store: &Store,
        snapshot: &Snapshot,
        contract: &Contract,
        ranges: &Ranges,
    ) -> Result<()> {
        let names: Vec<&str> = self.columns.iter().map(|c| contract.columns[*c].name.as_str()).collect();
        let files = snapshot.tables.get(&contract.name).map(Vec::as_slice).unwrap_or_default();
        for file in files.iter().filter(|file| ranges.touches(contract, file)) {
            let (converter, columns, stored) = (&self.converter, &self.columns, &mut self.stored);
            each_batch(
                store,
                file,
                &names,
                |bounds| ranges.meet(bounds),
                |batch| {
                    let arrays = columns
                        .iter()
                        .zip(batch.columns())
                        .map(|(c, array)| cast(array, &contract.columns[*c].kind.data_type()))
                        .collect::<Result<Vec<_>, _>>()?;
                    let rows = converter.convert_columns(&arrays)?;
                    stored.extend(rows.iter().map(|row| Box::from(row.as_ref())));
                    Ok(())
                },
            )
            .await?;
        }
        Ok(())
    }

    /// The rows of a batch that pass, and place and reason of those that do not.
    pub fn pass(&mut self, batch: &RecordBatch) -> Result<(RecordBatch, Vec<(u64, Reason)>)> {
        let arrays: Vec<ArrayRef> = self.columns.iter().map(|c| Arc::clone(batch.column(*c))).collect();
        let rows = self.converter.convert_columns(&arrays)?;
        let mut faults: Vec<(usize, Reason)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let row: &[u8] = row.as_ref();
            let again = if self.neighbours {
                let again = if at == 0 { self.last == row } else { rows.row(at - 1).as_ref() == row };
                if at + 1 == rows.num_rows() {
                    self.last = row.to_vec();
                }
                again
            } else {
                !self.passed.insert(Box::from(row))
            };
            if again {
                faults.push((at, Reason::DuplicateInDelivery));
            } else if !self.stored.is_empty() && self.stored.contains(row) {
                faults.push((at, Reason::AlreadyInStore));
            }
        }
        if faults.is_empty() {
            return Ok((batch.clone(), Vec::new()));
        }
        let mut keep = vec![true; batch.num_rows()];
        let position = batch.schema().index_of(POSITION)?;
        let positions = batch.column(position).as_primitive::<UInt64Type>();
        let places = faults
            .iter()
            .map(|(at, reason)| {
                keep[*at] = false;
                (positions.value(*at), *reason)
            })
            .collect();
        Ok((filter_record_batch(batch, &BooleanArray::from(keep))?, places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::contract;

    /// Ranges of keys 10 to 20 of `residences`, whose key is person and first day.
    fn ranges() -> Ranges {
        let mut ranges = Ranges::new(&contract("residences").unwrap());
        ranges.ranges[0] = Some((ScalarValue::Int64(Some(10)), ScalarValue::Int64(Some(20))));
        ranges
    }

    #[test]
    fn only_what_cannot_hold_a_key_is_left_out() {
        let meets = |min: Option<i64>, max: Option<i64>, nulls: Option<u64>| {
            let bounds = Bounds { min: ScalarValue::Int64(min), max: ScalarValue::Int64(max), nulls };
            ranges().meet(&vec![bounds; 3])
        };
        assert!(meets(Some(1), Some(10), Some(0)) && meets(Some(20), Some(30), Some(0)));
        assert!(!meets(Some(1), Some(9), Some(0)) && !meets(Some(21), Some(30), Some(0)));
        // An unknown bound decides nothing, a known one on the other side still does.
        assert!(meets(None, None, None) && meets(Some(15), None, Some(0)) && meets(None, Some(15), Some(0)));
        assert!(!meets(Some(21), None, Some(0)) && !meets(None, Some(9), Some(0)));
        // NULL keys lie outside every range.
        assert!(meets(Some(1), Some(9), Some(1)));
    }
}
