//! What each kind of argument may be, however a column holds it.

use arrow::array::{BooleanArray, Decimal64Array};

use super::super::input::refused;
use super::*;

const fn argument(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, needed: false, doc: "" }
}

static KINDS: [Argument; 12] = [
    argument("month", Kind::Month),
    argument("week", Kind::Week),
    argument("date", Kind::Date),
    argument("flag", Kind::Flag),
    argument("amount", Kind::Amount),
    argument("money", Kind::Money),
    argument("hours", Kind::Hours),
    argument("week_hours", Kind::WeekHours),
    argument("percent", Kind::Percent),
    argument("decimal", Kind::Decimal),
    argument("count", Kind::Count),
    argument("word", Kind::Word(&["one", "two", "three"])),
];

/// Values that an argument may have, then values it may not.
fn values(kind: Kind) -> (Vec<i64>, Vec<i64>) {
    let days = |days: &[&str]| days.iter().map(|day| i64::from(on(day))).collect::<Vec<_>>();
    let (mut may, mut may_not) = match kind {
        Kind::Month => (
            days(&["1800-01-01", "1970-01-01", "2024-02-01", "2199-12-01"]),
            days(&["1799-12-01", "2200-01-01", "2023-05-02", "2023-05-31"]),
        ),
        Kind::Week => (
            days(&["1800-01-06", "1969-12-29", "1970-01-05", "2024-02-26", "2199-12-30"]),
            days(&["1799-12-30", "2200-01-06", "1970-01-01", "1970-01-04", "1970-01-06", "2023-05-02"]),
        ),
        Kind::Date => (days(&["1800-01-01", "2200-01-01"]), days(&["1799-12-31", "2200-01-02"])),
        Kind::Flag => (vec![0, 1], vec![]),
        Kind::Amount => (vec![0, 999_999_999_999], vec![-1, 1_000_000_000_000]),
        Kind::Money => (vec![-999_999_999_999, 999_999_999_999], vec![-1_000_000_000_000, 1_000_000_000_000]),
        Kind::Hours => (vec![0, 744_00], vec![-1, 744_01]),
        Kind::WeekHours => (vec![0, 168_00], vec![-1, 168_01]),
        Kind::Percent => (vec![0, 100_00], vec![-1, 100_01]),
        Kind::Decimal => (vec![0, 1_000_000_00], vec![-1, 1_000_000_01]),
        Kind::Count => (vec![0, 1_000_000], vec![-1, 1_000_001]),
        Kind::Word(_) => (vec![0, 1, 2], vec![-1]),
    };
    match kind {
        Kind::Flag | Kind::Word(_) => {}
        kind if kind.is_day() => may_not.extend([i32::MIN, i32::MAX].map(i64::from)),
        _ => may_not.extend([i64::MIN + 1, i64::MAX]),
    }
    may.push(may[0]);
    (may, may_not)
}

/// Columns of a kind that hold the same.
fn columns(kind: Kind, values: &[Option<i64>]) -> Vec<ArrayRef> {
    let all = values.iter().copied();
    match kind {
        Kind::Month | Kind::Week | Kind::Date => {
            vec![Arc::new(all.map(|v| v.map(|v| v as i32)).collect::<Date32Array>())]
        }
        Kind::Flag => vec![Arc::new(all.map(|v| v.map(|v| v == 1)).collect::<BooleanArray>())],
        Kind::Count => vec![Arc::new(all.collect::<Int64Array>())],
        Kind::Word(words) => {
            let word = |v: i64| words.get(v as usize).copied().unwrap_or("four");
            vec![Arc::new(all.map(|v| v.map(word)).collect::<StringViewArray>())]
        }
        _ => {
            let narrow = all.collect::<Decimal64Array>().with_precision_and_scale(18, 2).unwrap();
            vec![money(&values.iter().map(|v| v.map(i128::from)).collect::<Vec<_>>()), Arc::new(narrow)]
        }
    }
}

/// Reads a column in blocks and compares every row with what it was made of.
fn read(argument: &'static Argument, column: &ArrayRef, values: &[Option<i64>], wrong: &[i64]) {
    let arguments = std::slice::from_ref(argument);
    for processor in Processor::ALL {
        let input = Input::new(arguments, &[ColumnarValue::Array(Arc::clone(column))]).unwrap();
        let mut block = input.block();
        for (at, values) in values.chunks(LANE).enumerate() {
            processor.at_most(|| input.fill(&mut block, at * LANE, values.len()));
            let mut flawed = false;
            for (row, value) in values.iter().enumerate() {
                let error = value.is_some_and(|value| wrong.contains(&value));
                let absent = argument.needed && value.is_none();
                let about = || format!("{}: {value:?} in row {row} of block {at}", argument.name);
                assert_eq!(block.lanes[row], value.unwrap_or(UNKNOWN), "{}", about());
                assert_eq!(
                    (block.errors[row], block.absent[row]),
                    (error.into(), absent.into()),
                    "{}",
                    about()
                );
                flawed |= error || absent;
                let (mut alone, flaws) =
                    ([0], Stopped { facts: absent.into(), errors: error.into(), ..Stopped::default() });
                assert_eq!(input.row(at * LANE + row, &mut alone), flaws, "{}", about());
                assert_eq!(alone[0], block.lanes[row], "{}", about());
            }
            assert!(block.flawed || !flawed, "{}", argument.name);
        }
    }
}

#[test]
fn one_beyond_the_bounds_is_refused_in_its_row_and_nowhere_else() {
    for argument in &KINDS {
        let (may, may_not) = values(argument.kind);
        for rows in [1, 64, 127, 300] {
            let good = |row: usize| Some(may[row % may.len()]);
            for unknown in [rows, 5, 0] {
                let mut given: Vec<_> = (0..rows).map(good).collect();
                if let Some(value) = given.get_mut(unknown) {
                    *value = None;
                }
                let mut all = vec![given.clone()];
                for (n, bad) in may_not.iter().enumerate() {
                    for at in [0, 63, 64, 126, 128, rows - 1 - n % rows.min(3)] {
                        let mut given = given.clone();
                        if let Some(value) = given.get_mut(at) {
                            *value = Some(*bad);
                        }
                        all.push(given);
                    }
                }
                for given in all {
                    for column in columns(argument.kind, &given) {
                        read(argument, &column, &given, &may_not);
                    }
                }
            }
        }
    }
}

#[test]
fn a_number_of_128_bits_is_refused_though_its_low_half_would_fit() {
    static AMOUNT: [Argument; 1] = [argument("amount", Kind::Amount)];
    for huge in [(1 << 64) + 5, -(1 << 64) + 5, i128::MAX - u64::MAX as i128 + 5, 1 << 63] {
        for unknown in [None, Some(3)] {
            let given: Vec<_> = (0..20)
                .map(|row| (Some(row) != unknown).then_some(if row == 7 { huge } else { 5 }))
                .collect();
            let input = Input::new(&AMOUNT, &[ColumnarValue::Array(money(&given))]).unwrap();
            let mut block = input.block();
            input.fill(&mut block, 0, 20);
            let wrong: Vec<_> = (0..20).filter(|row| block.errors[*row] != 0).collect();
            assert_eq!((wrong, block.flawed), (vec![7], true), "{huge}");
        }
    }
}

/// The lowest number of 64 bits stands for an unknown one in a block.
#[test]
fn the_lowest_number_is_a_wrong_one_and_not_unknown() {
    static AMOUNT: [Argument; 1] = [argument("amount", Kind::Money)];
    static COUNT: [Argument; 1] = [argument("count", Kind::Count)];
    let rows = [Some(5), None, Some(i64::MIN), Some(7)];
    let wide: ArrayRef = money(&rows.map(|value| value.map(i128::from)));
    let narrow = Decimal64Array::from(rows.to_vec()).with_precision_and_scale(18, 2).unwrap();
    let whole: ArrayRef = Arc::new(Int64Array::from(rows.to_vec()));
    for (arguments, column) in [(&AMOUNT, wide), (&AMOUNT, Arc::new(narrow)), (&COUNT, whole)] {
        let input = Input::new(arguments, &[ColumnarValue::Array(Arc::clone(&column))]).unwrap();
        let mut block = input.block();
        input.fill(&mut block, 0, rows.len());
        assert_eq!(block.errors[..rows.len()], [0, 0, 1, 0]);
        assert_eq!(block.lanes[1], UNKNOWN);
        for (row, errors) in [(1, 0), (2, 1)] {
            assert_eq!(input.row(row, &mut [0]).errors, errors, "{row}");
            let scalar = ScalarValue::try_from_array(&column, row).unwrap();
            let same = Input::new(arguments, &[ColumnarValue::Scalar(scalar)]).unwrap();
            assert_eq!(same.row(0, &mut [0]).errors, errors, "{row}");
        }
    }
}

#[test]
fn a_needed_fact_that_is_unknown_is_noted_by_its_place() {
    static NEEDED: [Argument; 3] = [
        Argument { name: "first", kind: Kind::Count, needed: true, doc: "" },
        Argument { name: "second", kind: Kind::Amount, needed: false, doc: "" },
        Argument { name: "third", kind: Kind::Count, needed: true, doc: "" },
    ];
    let given = |value: [Option<i64>; 3]| refused(&NEEDED, |n| value[n].unwrap_or(UNKNOWN));
    let of = |stopped: Stopped| (stopped.facts, stopped.errors);
    assert_eq!(of(given([None, None, None])), (0b101, 0));
    assert_eq!(of(given([Some(-1), Some(-1), Some(0)])), (0, 0b011));
    assert_eq!(of(given([Some(1), None, Some(1_000_001)])), (0, 0b100));
    // Constants are looked at once for all rows, columns in their rows.
    let scalar = |value| ColumnarValue::Scalar(ScalarValue::Int64(value));
    let column = |values: Vec<Option<i64>>| ColumnarValue::Array(Arc::new(Int64Array::from(values)));
    let amounts = |values: &[Option<i128>]| ColumnarValue::Array(money(values));
    for (values, absent, errors) in [
        (
            vec![scalar(None), amounts(&[Some(-1), None]), column(vec![None, Some(1)])],
            [0b101, 0b001],
            [0b010, 0],
        ),
        (
            vec![scalar(Some(-1)), amounts(&[None, Some(1)]), column(vec![Some(-1), None])],
            [0, 0b100],
            [0b101, 0b001],
        ),
        (
            vec![column(vec![None, Some(3)]), amounts(&[None, None]), scalar(Some(-1))],
            [0b001, 0],
            [0b100, 0b100],
        ),
        (vec![column(vec![Some(4), Some(3)])], [0b100, 0b100], [0, 0]),
        (vec![column(vec![Some(4), Some(3)]), amounts(&[Some(0); 2]), scalar(Some(0))], [0, 0], [0, 0]),
    ] {
        let input = Input::new(&NEEDED, &values).unwrap();
        let mut block = input.block();
        input.fill(&mut block, 0, 2);
        assert_eq!((&block.absent[..2], &block.errors[..2]), (&absent[..], &errors[..]), "{values:?}");
        for row in 0..2 {
            let alone = input.row(row, &mut [0; 3]);
            assert_eq!((alone.facts, alone.errors), (absent[row], errors[row]), "{values:?}");
        }
        assert_eq!(block.flawed, [absent, errors].concat().iter().any(|bits| *bits != 0), "{values:?}");
    }
}

#[test]
fn each_kind_takes_the_types_that_hold_it_exactly() {
    use DataType::{
        Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Float64, Int8, Int64,
        LargeUtf8, Null, UInt32, Utf8, Utf8View,
    };
    let dictionary = |of: DataType| DataType::Dictionary(Box::new(Int8), Box::new(of));
    let wide = Decimal128(38, 2);
    let as_given = |given: DataType| (given.clone(), Some(given));
    for (kind, types) in [
        (
            Kind::Date,
            vec![
                as_given(Date32),
                (Date64, Some(Date32)),
                (Utf8, Some(Date32)),
                (LargeUtf8, Some(Date32)),
                (Utf8View, Some(Date32)),
                (Null, Some(Date32)),
                (Int64, None),
            ],
        ),
        (Kind::Flag, vec![as_given(Boolean), (Null, Some(Boolean)), (Int64, None), (Utf8, None)]),
        (
            Kind::Amount,
            vec![
                as_given(Decimal128(12, 2)),
                as_given(Decimal64(18, 2)),
                (Decimal32(9, 2), Some(wide.clone())),
                (Decimal64(18, 3), Some(wide.clone())),
                (Decimal128(20, 4), Some(wide.clone())),
                (Decimal256(50, 2), Some(wide.clone())),
                (Int8, Some(wide.clone())),
                (UInt32, Some(wide.clone())),
                (Null, Some(wide)),
                (Float64, None),
                (Utf8, None),
            ],
        ),
        (
            Kind::Count,
            vec![
                as_given(Int64),
                (UInt32, Some(Int64)),
                (Null, Some(Int64)),
                (Float64, None),
                (Decimal128(12, 2), None),
            ],
        ),
        (
            Kind::Word(&["one"]),
            vec![
                as_given(Utf8),
                as_given(LargeUtf8),
                as_given(Utf8View),
                as_given(dictionary(Utf8)),
                (Null, Some(Utf8View)),
                (dictionary(Int64), None),
                (Int64, None),
            ],
        ),
    ] {
        for (given, accepted) in types {
            assert_eq!(kind.accept("f", "a", &given).ok(), accepted, "{kind:?} {given}");
        }
    }
}

#[test]
fn one_reason_of_any_sort_stops() {
    assert!(Stopped::default().is_empty());
    // The same bits in two sorts do not cancel each other.
    for sorts in 1..16_u64 {
        let bits = |sort: u64| 6 * (sorts >> sort & 1);
        let stopped = Stopped { facts: bits(0), errors: bits(1), gaps: bits(2), rates: bits(3) };
        assert!(!stopped.is_empty(), "{stopped:?}");
    }
}
