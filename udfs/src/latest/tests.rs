//! `latest` against a plain search for the greatest row.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int64Array, StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::compute::{cast, take};
use arrow::datatypes::Int8Type;
use datafusion_common::ScalarValue;
use datafusion_expr::EmitTo;
use proptest::prelude::*;

use super::*;
use crate::one_group::Groups;

/// A row: value, order key, tie-break, group, and whether the filter lets it through.
type Row = (Option<i64>, Option<i32>, Option<i64>, usize, Option<bool>);

const GROUPS: usize = 6;

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::weighted(0.8, -3..4_i64),
        prop::option::weighted(0.9, prop_oneof![-2..3_i32, Just(i32::MIN), Just(i32::MAX)]),
        prop::option::weighted(0.9, prop_oneof![-2..3_i64, Just(i64::MIN)]),
        0..GROUPS,
        prop::option::weighted(0.9, prop::bool::weighted(0.8)),
    );
    prop::collection::vec(row, 0..80)
}

/// The same by sorting: NULL is the least value, as `Option` has it.
fn by_search(rows: &[Row], filtered: bool, keys: usize) -> Vec<Option<i64>> {
    let of_group = |group| {
        let mut found: Vec<_> = rows
            .iter()
            .filter(|row| row.3 == group && (!filtered || row.4 == Some(true)))
            .filter(|row| row.1.is_some() && (keys < 2 || row.2.is_some()))
            .map(|row| (row.1, if keys < 2 { None } else { row.2 }, row.0))
            .collect();
        found.sort();
        found.last().and_then(|row| row.2)
    };
    (0..GROUPS).map(of_group).collect()
}

/// The numbers as a column of one type; the order of the numbers is that of the column's values.
fn as_type(kind: usize, numbers: &[Option<i64>]) -> ArrayRef {
    let text = |n: i64| format!("{}{}", "longer than twelve ".repeat((n.rem_euclid(2)) as usize), n + 10);
    let texts = || numbers.iter().map(|n| n.map(|n| format!("{:02}{}", n + 10, text(n))));
    match kind {
        0 => Arc::new(Int64Array::from(numbers.to_vec())),
        1 => Arc::new(numbers.iter().map(|n| n.map(|n| n as f64)).collect::<Float64Array>()),
        2 => Arc::new(numbers.iter().map(|n| n.map(i128::from)).collect::<Decimal128Array>()),
        3 => Arc::new(numbers.iter().map(|n| n.map(|n| n as i32)).collect::<Date32Array>()),
        4 => Arc::new(texts().collect::<StringViewArray>()),
        5 => Arc::new(texts().collect::<StringArray>()),
        6 => {
            let texts: Vec<Option<String>> = texts().collect();
            Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int8Type>>())
        }
        _ => {
            let texts: ArrayRef = Arc::new(texts().collect::<StringViewArray>());
            let nulls = texts.nulls().cloned();
            let field = Arc::new(Field::new("text", DataType::Utf8View, true));
            Arc::new(StructArray::try_new(vec![field].into(), vec![texts], nulls).unwrap())
        }
    }
}
const KINDS: usize = 8;

fn columns(kind: usize, rows: &[Row], keys: usize) -> Vec<ArrayRef> {
    let values: Vec<Option<i64>> = rows.iter().map(|row| row.0).collect();
    let first: ArrayRef = Arc::new(Date32Array::from(rows.iter().map(|row| row.1).collect::<Vec<_>>()));
    let second: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(rows.iter().map(|row| row.2).collect::<Vec<_>>()));
    let mut columns = vec![as_type(kind, &values), first, second];
    columns.truncate(keys + 1);
    match keys {
        // A third key makes them too wide for one number, text keys never are one.
        3 => columns.push(Arc::new(UInt32Array::from(vec![7; rows.len()]))),
        4 => columns.push(Arc::new(StringArray::from(vec!["same"; rows.len()]))),
        _ => {}
    }
    if keys == 3 {
        columns.push(columns[2].clone());
    }
    columns
}

fn types_of(columns: &[ArrayRef]) -> Vec<DataType> {
    columns.iter().map(|column| column.data_type().clone()).collect()
}

fn group_indices(rows: &[Row]) -> Vec<usize> {
    rows.iter().map(|row| row.3).collect()
}

fn filter(rows: &[Row]) -> BooleanArray {
    rows.iter().map(|row| row.4).collect()
}

proptest! {
    #[test]
    fn groups_agree_with_a_search(
        rows in rows(), kind in 0..KINDS, keys in 1..5_usize, filtered: bool, size in 1..40_usize, first in 0..GROUPS,
    ) {
        let all = columns(kind, &rows, keys);
        let types = types_of(&all);
        let mut groups = groups::groups(&types[0], &types[1..]).unwrap();
        let nothing: Vec<ArrayRef> = types.iter().map(new_empty_array).collect();
        groups.merge_batch(&nothing, &[], GROUPS).unwrap();
        for rows in rows.chunks(size) {
            let filter = filtered.then(|| filter(rows));
            groups
                .update_batch(&columns(kind, rows, keys), &group_indices(rows), filter.as_ref(), GROUPS)
                .unwrap();
        }
        let expected = as_type(kind, &by_search(&rows, filtered, keys));
        let start = groups.evaluate(EmitTo::First(first)).unwrap();
        let rest = groups.evaluate(EmitTo::All).unwrap();
        prop_assert_eq!(start.to_data(), expected.slice(0, first).to_data());
        prop_assert_eq!(rest.to_data(), expected.slice(first, GROUPS - first).to_data());
    }

    #[test]
    fn states_of_parts_give_the_same_in_any_order(
        rows in rows(), kind in 0..KINDS, keys in 1..5_usize, size in 1..40_usize, converted: bool,
    ) {
        let types = types_of(&columns(kind, &rows, keys));
        let mut merged = groups::groups(&types[0], &types[1..]).unwrap();
        let every: Vec<usize> = (0..GROUPS).collect();
        let nothing: Vec<ArrayRef> = types.iter().map(new_empty_array).collect();
        merged.merge_batch(&nothing, &[], GROUPS).unwrap();
        for rows in rows.chunks(size).rev() {
            let mut part = groups::groups(&types[0], &types[1..]).unwrap();
            let columns = columns(kind, rows, keys);
            let filter = filter(rows);
            if converted {
                let state = part.convert_to_state(&columns, Some(&filter)).unwrap();
                merged.merge_batch(&state, &group_indices(rows), GROUPS).unwrap();
            } else {
                part.update_batch(&columns, &group_indices(rows), Some(&filter), GROUPS).unwrap();
                let state = part.state(EmitTo::All).unwrap();
                prop_assert_eq!(types_of(&state), types.clone());
                merged.merge_batch(&state, &every, GROUPS).unwrap();
            }
        }
        let expected = as_type(kind, &by_search(&rows, true, keys));
        prop_assert_eq!(merged.evaluate(EmitTo::All).unwrap().to_data(), expected.to_data());
    }

    #[test]
    fn one_group_can_be_asked_again_and_again(rows in rows(), kind in 0..KINDS) {
        let types = types_of(&columns(kind, &rows, 2));
        let group = groups::groups(&types[0], &types[1..]).unwrap();
        let mut single = OneGroup::new(NAME, group, &types).unwrap();
        let mut seen: Vec<Row> = Vec::new();
        for row in rows {
            let row = (row.0, row.1, row.2, 0, None);
            single.update_batch(&columns(kind, &[row], 2)).unwrap();
            seen.push(row);
            let expected = as_type(kind, &by_search(&seen, false, 2)[..1]);
            prop_assert_eq!(single.evaluate().unwrap(), ScalarValue::try_from_array(&expected, 0).unwrap());
        }
    }
}

/// Many groups whose long values are replaced again and again: the store holds little more than they need.
fn size_after_replacing(kind: impl Fn(ArrayRef) -> ArrayRef) -> usize {
    let groups_count = 1000;
    let mut groups: Option<Box<dyn Groups>> = None;
    for round in 0..300_i64 {
        let texts: StringArray =
            (0..groups_count).map(|g| Some(format!("round {round} of group {g}, a long text"))).collect();
        let columns: Vec<ArrayRef> =
            vec![kind(Arc::new(texts)), Arc::new(Int64Array::from(vec![round; groups_count]))];
        let store =
            groups.get_or_insert_with(|| groups::groups(columns[0].data_type(), &[DataType::Int64]).unwrap());
        store.update_batch(&columns, &(0..groups_count).collect::<Vec<_>>(), None, groups_count).unwrap();
    }
    let mut groups = groups.unwrap();
    let size = groups.size();
    let values = cast(&groups.evaluate(EmitTo::All).unwrap(), &DataType::Utf8).unwrap();
    assert_eq!(values.as_string::<i32>().value(7), "round 299 of group 7, a long text");
    assert!(groups.size() < size / 2, "nothing is held after the last value is out");
    size
}

#[test]
fn replaced_values_are_not_held() {
    let plain = size_after_replacing(|texts| texts);
    let views = size_after_replacing(|texts| cast(&texts, &DataType::Utf8View).unwrap());
    assert!(plain < 8 << 20, "{plain}");
    assert!(views < 4 << 20, "{views}");
}

#[test]
fn sliced_columns_are_read_from_their_offset() {
    let rows: Vec<Row> = (0..20).map(|i| (Some(i % 7), Some(i as i32), Some(i), 0, None)).collect();
    for kind in 0..KINDS {
        let columns: Vec<ArrayRef> = columns(kind, &rows, 2).iter().map(|c| c.slice(3, 11)).collect();
        let types = types_of(&columns);
        let mut groups = groups::groups(&types[0], &types[1..]).unwrap();
        groups.update_batch(&columns, &[0; 11], None, 1).unwrap();
        let expected = take(&as_type(kind, &[Some(13 % 7)]), &Int64Array::from(vec![0]), None).unwrap();
        assert_eq!(groups.evaluate(EmitTo::All).unwrap().to_data(), expected.to_data(), "kind {kind}");
    }
}

#[test]
fn types_without_an_order_are_refused() {
    let latest =
        Latest { signature: Signature::user_defined(Volatility::Immutable), documentation: TEXT.build() };
    let list = DataType::new_list(DataType::Int64, true);
    let refused = |types: &[DataType]| latest.coerce_types(types).unwrap_err().to_string();
    assert!(refused(&[DataType::Int64]).contains("at least one order key"));
    assert!(refused(&[DataType::Int64, list.clone()]).contains("cannot order rows"));
    let interval = DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano);
    assert!(latest.coerce_types(&[list, interval]).is_ok());
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    assert_eq!(
        latest.coerce_types(&[dictionary.clone(), dictionary, DataType::Null]).unwrap()[1..],
        [DataType::Utf8, DataType::Int64]
    );
}
