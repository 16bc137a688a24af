//! Every lane against the column it was read from, row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal64Array, Decimal128Array};
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;

use super::super::Facts;
use super::super::declaration::arg;
use super::super::table::TABLE;
use super::*;
use crate::benefits::frame::{Facts as _, Kind};

const LIMIT: i32 = 1_000;

const NO_ROW: Bits = [0; LANE / 32];

/// Amounts about the limit, and those whose low half looks like one within it.
const AMOUNTS: [i128; 16] = [
    0,
    1,
    999,
    1_000,
    1_001,
    -1,
    -1_000,
    i32::MAX as i128,
    i32::MIN as i128,
    1 << 31,
    (1 << 32) + 5,
    i64::MAX as i128,
    i64::MIN as i128 + 1,
    (1 << 64) + 7,
    -(1 << 64) + 7,
    i128::MIN,
];

/// The column of one argument, given in a call.
fn column(of: ArgumentId, value: ColumnarValue) -> Input {
    let arguments = Facts::ARGUMENTS;
    let unknown = |kind_of: usize| match kind_of == usize::from(of.0) {
        true => value.clone(),
        false => ColumnarValue::Scalar(null_of(kind_of)),
    };
    Input::new(arguments, &(0..arguments.len()).map(unknown).collect::<Vec<_>>()).unwrap()
}

fn null_of(position: usize) -> ScalarValue {
    match Facts::ARGUMENTS[position].kind {
        Kind::Month | Kind::Date => ScalarValue::Date32(None),
        Kind::Flag => ScalarValue::Boolean(None),
        _ => ScalarValue::Decimal128(None, 12, 2),
    }
}

/// Rows of which few are unusual: `unusual` at some places, else `usual`; some unknown.
fn rows<T: Copy>(usual: &[T], unusual: T, at: usize, unknown: &[usize]) -> Vec<Option<T>> {
    let row = |n| (!unknown.contains(&n)).then(|| if n == at { unusual } else { usual[n % usual.len()] });
    (0..LANE + 40).map(row).collect()
}

const PIECES: [(usize, usize); 5] = [(0, LANE), (0, 1), (5, LANE), (40, LANE), (LANE, 40)];

#[test]
fn amounts_below_the_limit_are_read_and_others_left() {
    for (n, odd) in AMOUNTS.into_iter().enumerate() {
        for unknown in [&[][..], &[3, 64, 130], &[n + 20, n + 21]] {
            let given = rows(&[0, 5, 999, 1], odd, n + 20, unknown);
            let wide: Decimal128Array = given.iter().copied().collect();
            let mut held: Vec<ArrayRef> = vec![Arc::new(wide.with_precision_and_scale(38, 2).unwrap())];
            if i64::try_from(odd).is_ok() {
                let narrow: Decimal64Array = given.iter().map(|v| v.map(|v| v as i64)).collect();
                held.push(Arc::new(narrow.with_precision_and_scale(18, 2).unwrap()));
            }
            for array in held {
                let input = column(arg::work_income, ColumnarValue::Array(array));
                for (start, rows) in PIECES {
                    let (mut to, mut left) = ([77; LANE], [0; LANE]);
                    let column = input.column(arg::work_income);
                    hundredths(column, start, rows, LIMIT, &mut to, &mut left, Processor::here());
                    for (row, value) in given[start..start + rows].iter().enumerate() {
                        let fits = value.is_none_or(|value| (0..1_000).contains(&value));
                        assert_eq!(left[row] != 0, !fits, "{value:?} in row {row} from {start}");
                        let read = value.map_or(NONE, |value| value as i32);
                        assert!(!fits || to[row] == read, "{value:?} in row {row} from {start}: {}", to[row]);
                    }
                }
                // Only a decision for nothing, or none, is told of nowhere.
                for nothing in [Some(0), Some(5), None] {
                    for (start, rows) in PIECES {
                        let mut left = [0; LANE];
                        decided(input.column(arg::work_income), nothing, start, rows, &mut left);
                        for (row, value) in given[start..start + rows].iter().enumerate() {
                            let told = value.is_some_and(|value| Some(value) != nothing.map(i128::from));
                            assert_eq!(left[row] != 0, told, "{value:?} against {nothing:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn constants_are_read_like_columns() {
    for value in [None, Some(-1), Some(0), Some(1), Some(999), Some(1_000), Some(i64::MAX)] {
        let scalar = ScalarValue::Decimal128(value.map(i128::from), 38, 2);
        let input = column(arg::work_income, ColumnarValue::Scalar(scalar));
        let column = input.column(arg::work_income);
        let (mut to, mut left) = ([77; LANE], [0; LANE]);
        hundredths(column, 0, LANE, LIMIT, &mut to, &mut left, Processor::here());
        let fits = value.is_none_or(|value| (0..1_000).contains(&value));
        assert!(left.iter().all(|left| (*left != 0) != fits), "{value:?}");
        assert!(!fits || to == [value.map_or(NONE, |value| value as i32); LANE], "{value:?}");
        for nothing in [None, Some(0), Some(1)] {
            let mut left = [0; LANE];
            decided(column, nothing, 0, LANE, &mut left);
            let told = value.is_some() && value != nothing;
            assert!(left.iter().all(|left| (*left != 0) == told), "{value:?} against {nothing:?}");
        }
    }
    for day in [None, Some(-400), Some(0), Some(19_000)] {
        let input = column(arg::birth_date, ColumnarValue::Scalar(ScalarValue::Date32(day)));
        let (mut to, mut unknown, mut left) = ([77; LANE], NO_ROW, [0; LANE]);
        let days = dates(input.column(arg::birth_date), 0, LANE, &mut to, &mut unknown);
        leave(&unknown, &mut left);
        assert!(left.iter().all(|left| (*left != 0) == day.is_none()));
        assert!(day.is_none_or(|day| *days == [day; LANE]));
    }
}

#[test]
fn days_and_flags_are_those_of_their_rows() {
    for unknown in [&[][..], &[0, 31, 32, 63, 64, 127, 128, 150]] {
        let days = rows(&[-30_000, 0, 19_000], 7, 12, unknown);
        let input = column(arg::birth_date, ColumnarValue::Array(Arc::new(Date32Array::from(days.clone()))));
        let set = rows(&[true, false, false, true, false], true, 12, unknown);
        let flags = ColumnarValue::Array(Arc::new(BooleanArray::from(set.clone())));
        let opted_out = column(arg::spouse_opted_out, flags);
        for (start, rows) in PIECES {
            let (mut to, mut marked, mut left) = ([77; LANE], NO_ROW, [0; LANE]);
            let lane = dates(input.column(arg::birth_date), start, rows, &mut to, &mut marked);
            leave(&marked, &mut left);
            let mut told = [0; LANE];
            decided(opted_out.column(arg::spouse_opted_out), Some(0), start, rows, &mut told);
            for row in 0..rows {
                let day = days[start + row];
                assert_eq!((left[row] != 0, day.is_some_and(|d| d != lane[row])), (day.is_none(), false));
                assert_eq!(told[row] != 0, set[start + row] == Some(true), "row {row} from {start}");
            }
        }
    }
}

/// What the facts of a row say, from the bits of a number.
fn fact(row: usize, position: usize) -> Option<bool> {
    let mixed = (row * 31 + position * 17 + 5).wrapping_mul(0x9E37_79B9) >> 7;
    [Some(true), Some(false), None][mixed % 3]
}

#[test]
fn the_index_of_a_family_is_the_sum_of_its_facts() {
    // Of the facts that are columns, others are constants; some columns have no unknown row.
    for (constants, complete) in
        [(0, 0), (0, !0), (0b101_0101_0101, 0b10), (!0, 0), (0b110_0000_0000, 0b1010)]
    {
        for seed in 0..6 {
            let of = |row: usize, n: usize| {
                let row = if constants >> n & 1 == 1 { seed } else { row + seed };
                match fact(row, n) {
                    None if complete >> n & 1 == 1 => Some(false),
                    fact => fact,
                }
            };
            let facts = |n: usize| match constants >> n & 1 {
                1 => ColumnarValue::Scalar(ScalarValue::Boolean(of(0, n))),
                _ => {
                    let column: BooleanArray = (0..LANE + 40).map(|row| of(row, n)).collect();
                    ColumnarValue::Array(Arc::new(column))
                }
            };
            let first = usize::from(arg::provider.0);
            let given = |position: usize| match position.checked_sub(first).filter(|n| *n < FLAGS) {
                Some(n) => facts(n),
                None => ColumnarValue::Scalar(null_of(position)),
            };
            let values: Vec<_> = (0..Facts::ARGUMENTS.len()).map(given).collect();
            let input = Input::new(Facts::ARGUMENTS, &values).unwrap();
            for (start, rows) in PIECES {
                let flags = Flags::read(&input, arg::provider, start, rows);
                for n in 0..FLAGS {
                    let (mut unknown, mut left) = (NO_ROW, [0; LANE]);
                    let set = flags.set(n, &mut unknown);
                    leave(&unknown, &mut left);
                    for row in 0..rows {
                        let fact = of(start + row, n);
                        assert_eq!(
                            (set[row], left[row] != 0),
                            (-i32::from(fact == Some(true)), fact.is_none())
                        );
                    }
                }
                for weights in &TABLE.weights {
                    let index = flags.index(weights);
                    for (row, index) in index[..rows].iter().enumerate() {
                        let digit = |n: usize| match of(start + row, n) {
                            None => 0,
                            Some(set) => (1 + i32::from(set)) * weights.places[n],
                        };
                        let barred =
                            [FLAGS - 2, FLAGS - 1].iter().any(|n| of(start + row, *n) == Some(false));
                        let sum = (0..FLAGS).map(digit).sum::<i32>() + i32::from(barred) * weights.barred;
                        assert_eq!(*index, sum, "row {row} from {start}, constants {constants:b}");
                    }
                }
            }
        }
    }
}
