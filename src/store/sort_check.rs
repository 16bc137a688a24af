//! Proof that rows come in sort order: ascending, NULL first, column by column.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use datafusion::common::ScalarValue;

use crate::error::{Error, Result};

/// First row whose key is below that of the row before it.
pub(crate) fn first_unsorted(columns: &[ArrayRef]) -> Result<Option<usize>> {
    let rows = columns.first().map_or(0, |c| c.len());
    // Rows that equal the row before them in all columns so far; `None`: all rows.
    let mut tied: Option<Vec<u32>> = None;
    let mut found: Option<usize> = None;
    for column in columns {
        let (ties, bad) = match column.data_type() {
            DataType::Int64 => primitive(column, column.as_primitive::<Int64Type>().values(), &tied, rows),
            DataType::Int32 => primitive(column, column.as_primitive::<Int32Type>().values(), &tied, rows),
            DataType::Date32 => primitive(column, column.as_primitive::<Date32Type>().values(), &tied, rows),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                primitive(column, column.as_primitive::<TimestampMicrosecondType>().values(), &tied, rows)
            }
            DataType::Decimal128(..) => {
                primitive(column, column.as_primitive::<Decimal128Type>().values(), &tied, rows)
            }
            DataType::Boolean => {
                let array = column.as_boolean();
                compare(|i| array.is_valid(i).then(|| array.value(i)), &tied, rows)
            }
            DataType::Utf8View => {
                let array = column.as_string_view();
                compare(|i| array.is_valid(i).then(|| array.value(i)), &tied, rows)
            }
            other => return Err(Error::Contract(format!("a sort column cannot have type {other}"))),
        };
        // A later column may break the order at an earlier row than this one did.
        found = match (found, bad) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if ties.is_empty() {
            break;
        }
        tied = Some(ties);
    }
    Ok(found)
}

fn primitive<T: Ord + Copy>(
    array: &ArrayRef,
    values: &[T],
    tied: &Option<Vec<u32>>,
    rows: usize,
) -> (Vec<u32>, Option<usize>) {
    if array.null_count() == 0 {
        // Sorted without ties is the common case of a key: one pass that the compiler vectorises.
        if tied.is_none() && values.windows(2).fold(true, |ok, w| ok & (w[0] < w[1])) {
            return (Vec::new(), None);
        }
        compare(|i| values[i], tied, rows)
    } else {
        compare(|i| array.is_valid(i).then(|| values[i]), tied, rows)
    }
}

/// `None` is below `Some`: NULL first.
fn compare<T: Ord>(
    at: impl Fn(usize) -> T,
    tied: &Option<Vec<u32>>,
    rows: usize,
) -> (Vec<u32>, Option<usize>) {
    let (mut ties, mut bad) = (Vec::new(), None);
    let mut visit = |i: usize| match at(i - 1).cmp(&at(i)) {
        std::cmp::Ordering::Less => {}
        std::cmp::Ordering::Equal => ties.push(i as u32),
        std::cmp::Ordering::Greater => {
            bad.get_or_insert(i);
        }
    };
    match tied {
        None => (1..rows).for_each(&mut visit),
        Some(rows) => rows.iter().for_each(|i| visit(*i as usize)),
    }
    (ties, bad)
}

/// Whether key `a` is above key `b`.
pub(crate) fn above(a: &[ScalarValue], b: &[ScalarValue]) -> bool {
    compare_keys(a, b).is_gt()
}

/// Order of two keys of one table.
pub(crate) fn compare_keys(a: &[ScalarValue], b: &[ScalarValue]) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    for (a, b) in a.iter().zip(b) {
        let order = match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringViewArray};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against tuples compared one by one.
        #[test]
        fn agrees_with_tuples(rows in prop::collection::vec(
            (prop::option::of(0_i64..3), prop::option::of(0_usize..3), 0_i64..4), 0..40), sort in any::<bool>()) {
            let mut rows: Vec<_> = rows.into_iter().map(|(a, b, c)| (a, b.map(|b| ["", "a", "æ"][b]), c)).collect();
            if sort {
                rows.sort();
                if rows.len() > 5 { rows.swap(3, 4); }
            }
            let columns: Vec<ArrayRef> = vec![
                Arc::new(Int64Array::from_iter(rows.iter().map(|r| r.0))),
                Arc::new(StringViewArray::from_iter(rows.iter().map(|r| r.1))),
                Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.2))),
            ];
            let expected = (1..rows.len()).find(|i| rows[i - 1] > rows[*i]);
            prop_assert_eq!(first_unsorted(&columns).unwrap(), expected);
            for i in 1..rows.len() {
                let key = |i| columns.iter().map(|c| ScalarValue::try_from_array(c, i).unwrap()).collect::<Vec<_>>();
                prop_assert_eq!(above(&key(i - 1), &key(i)), rows[i - 1] > rows[i]);
            }
        }
    }
}
