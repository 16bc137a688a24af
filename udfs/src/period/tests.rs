//! The algebra of periods against sets of days, one bit a day, on random cases.
//!
//! `ADVISQL_PERIOD_CASES` sets how many cases are tried, 20 000 by default.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::concat;
use arrow::datatypes::{DataType, Date32Type, Field, Int32Type, Int64Type};
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, EmitTo, GroupsAccumulator, ScalarFunctionArgs, ScalarUDF};

use super::depth::Depth;
use super::grouped::{Fold, GroupLog};
use super::list::{Lists, Period, PeriodColumn};
use super::merge::Merge;

/// Days looked at: day `i` is bit `i`, so a set of days is a number.
const DAYS: i32 = 48;
/// Cases in one column.
const ROWS: usize = 500;

fn cases() -> usize {
    std::env::var("ADVISQL_PERIOD_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000)
}

struct Random(u64);

impl Random {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: i32) -> i32 {
        (self.next() % n as u64) as i32
    }

    /// Mostly a period with days; now and then an empty, a reversed or a very short one.
    fn period(&mut self) -> Period {
        let from = self.below(DAYS);
        match self.below(8) {
            0 => (from, from),
            1 => (from, self.below(DAYS)),
            2 => (from, from + 1),
            _ => (from, from + 1 + self.below(DAYS - from)),
        }
    }

    /// A period, or one with an unknown bound.
    fn bounds(&mut self) -> (Option<i32>, Option<i32>) {
        let (from, to) = self.period();
        match self.below(24) {
            0 => (None, Some(to)),
            1 => (Some(from), None),
            2 => (None, None),
            _ => (Some(from), Some(to)),
        }
    }

    fn list(&mut self) -> Vec<Period> {
        (0..self.below(7)).map(|_| self.period()).collect()
    }
}

/// The days of a period.
fn days((from, to): Period) -> u64 {
    (0..DAYS).filter(|day| from <= *day && *day < to).map(|day| 1 << day).sum()
}

fn days_of(periods: &[Period]) -> u64 {
    periods.iter().map(|period| days(*period)).fold(0, |all, days| all | days)
}

/// The fewest periods that hold these days.
fn periods_of(set: u64) -> Vec<Period> {
    let holds = |day: i32| (0..DAYS).contains(&day) && set >> day & 1 == 1;
    let starts = (0..DAYS).filter(|day| holds(*day) && !holds(*day - 1));
    starts.map(|start| (start, (start..).find(|day| !holds(*day)).unwrap())).collect()
}

fn function(name: &str) -> Arc<ScalarUDF> {
    super::functions().into_iter().find(|function| function.name() == name).unwrap()
}

fn call(name: &str, columns: &[ArrayRef]) -> ArrayRef {
    let function = function(name);
    let types: Vec<DataType> = columns.iter().map(|column| column.data_type().clone()).collect();
    assert_eq!(function.inner().coerce_types(&types).unwrap(), types);
    let result = function.invoke_with_args(ScalarFunctionArgs {
        args: columns.iter().map(|column| ColumnarValue::Array(Arc::clone(column))).collect(),
        arg_fields: types.iter().map(|t| Arc::new(Field::new("a", t.clone(), true))).collect(),
        number_rows: columns[0].len(),
        return_field: Arc::new(Field::new("r", function.inner().return_type(&types).unwrap(), true)),
        config_options: Arc::new(ConfigOptions::default()),
    });
    let result = result.unwrap().into_array(columns[0].len()).unwrap();
    assert_eq!(*result.data_type(), function.inner().return_type(&types).unwrap());
    result
}

fn dates(days: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(days.collect::<Date32Array>())
}

fn lists(rows: &[Vec<Period>], nulls: &[bool]) -> ArrayRef {
    let mut lists = Lists::default();
    for row in rows {
        lists.items.extend(row);
        lists.close();
    }
    lists.column(Some(NullBuffer::from(nulls))).unwrap()
}

/// The same rows in a column that does not start at offset 0 of its buffers.
fn shifted(column: &ArrayRef) -> ArrayRef {
    concat(&[&column.slice(0, 1), column]).unwrap().slice(1, column.len())
}

fn check_lists(name: &str, found: &ArrayRef, expected: impl Fn(usize) -> Option<u64>) {
    let periods = PeriodColumn::new(found).unwrap();
    for row in 0..found.len() {
        let given = found.is_valid(row).then(|| periods.periods(row).collect::<Vec<_>>());
        assert_eq!(given, expected(row).map(periods_of), "{name} in row {row}");
    }
}

#[test]
fn sets_agree_with_days() {
    let mut random = Random(1);
    for _ in 0..cases().div_ceil(ROWS) {
        let a: Vec<Vec<Period>> = (0..ROWS).map(|_| random.list()).collect();
        let b: Vec<Vec<Period>> = (0..ROWS).map(|_| random.list()).collect();
        let known: Vec<bool> = (0..ROWS).map(|_| random.below(20) > 0).collect();
        let bounds: Vec<_> = (0..ROWS).map(|_| random.bounds()).collect();
        let others: Vec<_> = (0..ROWS).map(|_| random.bounds()).collect();
        let columns = [shifted(&lists(&a, &known)), lists(&b, &vec![true; ROWS])];
        let of =
            |row: usize, f: fn(u64, u64) -> u64| known[row].then(|| f(days_of(&a[row]), days_of(&b[row])));
        check_lists("intersection", &call("period_intersection", &columns), |row| of(row, |a, b| a & b));
        check_lists("subtract", &call("period_subtract", &columns), |row| of(row, |a, b| a & !b));

        let bound = |bounds: &[(Option<i32>, Option<i32>)]| {
            [dates(bounds.iter().map(|b| b.0)), dates(bounds.iter().map(|b| b.1))]
        };
        let one = |row: usize| Some((bounds[row].0?, bounds[row].1?));
        let other = |row: usize| Some((others[row].0?, others[row].1?));
        let [from, to] = bound(&bounds);
        let gaps = call("period_gaps", &[columns[0].clone(), from.clone(), to.clone()]);
        check_lists("gaps", &gaps, |row| {
            let looked_at = days(one(row)?);
            known[row].then(|| looked_at & !days_of(&a[row]))
        });
        check_lists("period", &call("period", &[from.clone(), to.clone()]), |row| Some(days(one(row)?)));
        let four = [vec![from, to], bound(&others).to_vec()].concat();
        check_lists("intersection of two", &call("period_intersection", &four), |row| {
            Some(days(one(row)?) & days(other(row)?))
        });
        check_lists("subtract of two", &call("period_subtract", &four), |row| {
            Some(days(one(row)?) & !days(other(row)?))
        });
        let common = call("period_overlap_days", &four);
        let common = common.as_primitive::<Int32Type>();
        for row in 0..ROWS {
            let expected = one(row).zip(other(row)).map(|(a, b)| (days(a) & days(b)).count_ones() as i32);
            assert_eq!(common.is_valid(row).then(|| common.value(row)), expected);
        }
    }
}

/// The relation of two sets of days, from which days one has that the other has not.
fn relation(a: u64, b: u64) -> &'static str {
    let (only_a, only_b, both) = (a & !b, b & !a, a & b);
    let before = |x: u64, y: u64| x != 0 && y != 0 && x.ilog2() < y.trailing_zeros();
    if both == 0 {
        let gap = periods_of(a | b).len() == 2;
        return match (before(a, b), gap) {
            (true, true) => "period_before",
            (true, false) => "period_meets",
            (false, true) => "period_after",
            (false, false) => "period_met_by",
        };
    }
    match (only_a == 0, only_b == 0) {
        (true, true) => "period_equals",
        (true, false) if before(a, only_b) => "period_starts",
        (true, false) if before(only_b, a) => "period_finishes",
        (true, false) => "period_during",
        (false, true) if before(b, only_a) => "period_started_by",
        (false, true) if before(only_a, b) => "period_finished_by",
        (false, true) => "period_contains",
        (false, false) if before(only_a, only_b) => "period_overlaps_allen",
        (false, false) => "period_overlapped_by_allen",
    }
}

const RELATIONS: [&str; 13] = [
    "period_before",
    "period_meets",
    "period_overlaps_allen",
    "period_finished_by",
    "period_contains",
    "period_starts",
    "period_equals",
    "period_started_by",
    "period_during",
    "period_finishes",
    "period_overlapped_by_allen",
    "period_met_by",
    "period_after",
];

#[test]
fn relations_agree_with_days_and_exactly_one_holds() {
    let mut random = Random(2);
    for _ in 0..cases().div_ceil(ROWS) {
        let pairs: Vec<(Period, Period)> = (0..ROWS).map(|_| (random.period(), random.period())).collect();
        let columns = [
            dates(pairs.iter().map(|pair| Some(pair.0.0))),
            dates(pairs.iter().map(|pair| Some(pair.0.1))),
            dates(pairs.iter().map(|pair| Some(pair.1.0))),
            dates(pairs.iter().map(|pair| Some(pair.1.1))),
        ];
        let results = RELATIONS.map(|name| call(name, &columns));
        let overlaps = call("period_overlaps", &columns);
        for (row, (a, b)) in pairs.iter().enumerate() {
            let (a, b) = (days(*a), days(*b));
            let expected = (a != 0 && b != 0).then(|| relation(a, b));
            let held = RELATIONS.iter().zip(&results).filter(|(_, result)| result.as_boolean().value(row));
            assert_eq!(held.map(|(name, _)| *name).collect::<Vec<_>>(), Vec::from_iter(expected));
            if expected.is_some() {
                assert_eq!(overlaps.as_boolean().value(row), a & b != 0);
            }
        }
    }
}

#[test]
fn an_answer_with_unknown_bounds_holds_whatever_they_are() {
    let mut random = Random(3);
    for _ in 0..cases().div_ceil(20 * ROWS) {
        let rows: Vec<(Option<i32>, Option<i32>)> = (0..2 * ROWS).map(|_| random.bounds()).collect();
        let (a, b) = rows.split_at(ROWS);
        let bounds = |side: &[(Option<i32>, Option<i32>)]| {
            [dates(side.iter().map(|period| period.0)), dates(side.iter().map(|period| period.1))]
        };
        let unknown = [bounds(a), bounds(b)].concat();
        let filled: Vec<ArrayRef> = unknown
            .iter()
            .map(|column| {
                dates(column.as_primitive::<Date32Type>().iter().map(|day| day.or(Some(random.below(DAYS)))))
            })
            .collect();
        for name in RELATIONS {
            let (with_unknown, answers) = (call(name, &unknown), call(name, &filled));
            let (with_unknown, answers) = (with_unknown.as_boolean(), answers.as_boolean());
            for row in (0..ROWS).filter(|row| with_unknown.is_valid(*row)) {
                assert_eq!(with_unknown.value(row), answers.value(row), "{name}");
            }
        }
    }
}

/// Rows of an aggregate: bounds, group, and whether the filter lets them through.
struct AggregateRows {
    columns: [ArrayRef; 2],
    groups: Vec<usize>,
    filter: BooleanArray,
}

const GROUPS: usize = 40;

fn aggregate_rows(random: &mut Random, per_group: &mut [Vec<Period>]) -> AggregateRows {
    let rows = 1 + random.below(120) as usize;
    let bounds: Vec<_> = (0..rows).map(|_| random.bounds()).collect();
    let groups: Vec<usize> = (0..rows).map(|_| random.below(GROUPS as i32) as usize).collect();
    let filter: BooleanArray = (0..rows)
        .map(|_| [None, Some(false), Some(true), Some(true), Some(true)][random.below(5) as usize])
        .collect();
    for (row, group) in groups.iter().enumerate() {
        if let ((Some(from), Some(to)), true) = (bounds[row], filter.is_valid(row) && filter.value(row)) {
            per_group[*group].push((from, to));
        }
    }
    let columns = [dates(bounds.iter().map(|b| b.0)), dates(bounds.iter().map(|b| b.1))];
    AggregateRows { columns, groups, filter }
}

/// The result of an aggregate over random parts that are merged, and the periods of each group.
fn aggregated<F: Fold>(random: &mut Random) -> (ArrayRef, Vec<Vec<Period>>) {
    let mut per_group = vec![Vec::new(); GROUPS];
    let every: Vec<usize> = (0..GROUPS).collect();
    let mut whole = GroupLog::<F>::new();
    for _ in 0..1 + random.below(4) {
        let rows = aggregate_rows(random, &mut per_group);
        match random.below(3) {
            0 => whole.update_batch(&rows.columns, &rows.groups, Some(&rows.filter), GROUPS).unwrap(),
            1 => {
                let state = whole.convert_to_state(&rows.columns, Some(&rows.filter)).unwrap();
                whole.merge_batch(&state, &rows.groups, GROUPS).unwrap();
            }
            _ => {
                let mut part = GroupLog::<F>::new();
                part.update_batch(&rows.columns, &rows.groups, Some(&rows.filter), GROUPS).unwrap();
                let state = part.state(EmitTo::All).unwrap();
                whole.merge_batch(&state, &every, GROUPS).unwrap();
            }
        }
    }
    let first = whole.evaluate(EmitTo::First(random.below(GROUPS as i32 + 1) as usize)).unwrap();
    let rest = whole.evaluate(EmitTo::All).unwrap();
    (concat(&[&first, &rest]).unwrap(), per_group)
}

#[test]
fn aggregates_agree_with_days() {
    let mut random = Random(4);
    for _ in 0..cases().div_ceil(2 * GROUPS) {
        let (merged, per_group) = aggregated::<Merge>(&mut random);
        check_lists("merge", &merged, |group| Some(days_of(&per_group[group])));

        let (depths, per_group) = aggregated::<Depth>(&mut random);
        let depths = depths.as_list::<i32>();
        for (group, periods) in per_group.iter().enumerate() {
            let depth = |day: i32| periods.iter().filter(|p| p.0 <= day && day < p.1).count() as i64;
            let starts = (0..DAYS).filter(|day| depth(*day) > 0 && depth(*day) != depth(*day - 1));
            let expected: Vec<(i32, i32, i64)> = starts
                .map(|start| {
                    (start, (start..).find(|day| depth(*day) != depth(start)).unwrap(), depth(start))
                })
                .collect();
            let list = depths.value(group);
            let stretches = list.as_struct();
            let day = |i: usize| stretches.column(i).as_primitive::<Date32Type>().values().to_vec();
            let given = day(0).into_iter().zip(day(1));
            let given = given.zip(stretches.column(2).as_primitive::<Int64Type>().values());
            assert_eq!(given.map(|((from, to), depth)| (from, to, *depth)).collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn months_and_shares_agree_with_days() {
    let mut random = Random(5);
    for _ in 0..cases().div_ceil(20 * ROWS) {
        let rows: Vec<[i32; 3]> = (0..ROWS)
            .map(|_| {
                let from = 20_000 + random.below(900);
                [from, from + random.below(140) - 20, 20_000 + random.below(900)]
            })
            .collect();
        let columns = [0, 1, 2].map(|i| dates(rows.iter().map(|row| Some(row[i]))));
        let months = call("period_months", &columns);
        let months = months.as_list::<i32>();
        for (row, [from, to, horizon]) in rows.iter().enumerate() {
            let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
            let first_of_month = |day: i32| {
                let date = epoch + chrono::TimeDelta::days(day.into());
                (chrono::Datelike::with_day(&date, 1).unwrap() - epoch).num_days() as i32
            };
            let mut expected: Vec<i32> =
                (*from..*to).filter(|day| day < horizon).map(first_of_month).collect();
            expected.dedup();
            assert_eq!(months.value(row).as_primitive::<Date32Type>().values(), expected.as_slice());
            // Each day lies in one month, so the shares times the lengths of the months give the days back.
            let every = call("period_months", &[0, 1, 1].map(|i: usize| columns[i].slice(row, 1)));
            let every = every.as_list::<i32>().value(0);
            let count = every.len();
            let again = |i: usize| dates(std::iter::repeat_n(Some(rows[row][i]), count));
            let shares = call("period_month_share", &[again(0), again(1), every.clone()]);
            let days: f64 = shares
                .as_primitive::<arrow::datatypes::Decimal128Type>()
                .values()
                .iter()
                .zip(every.as_primitive::<Date32Type>().values())
                .map(|(share, month)| {
                    let (first, next) = crate::civil::month_bounds(*month);
                    (*share as f64 / 1e8 * f64::from(next - first)).round()
                })
                .sum();
            assert_eq!(days as i32, (to - from).max(0));
        }
    }
}

#[test]
fn a_log_of_many_rows_stays_small_and_correct() {
    let mut log = GroupLog::<Merge>::new();
    for start in 0..2000 {
        let from: ArrayRef = Arc::new(Date32Array::from_iter_values((0..200).map(|i| start * 200 + i)));
        let to: ArrayRef = Arc::new(Date32Array::from_iter_values((0..200).map(|i| start * 200 + i + 2)));
        log.update_batch(&[from, to], &[0; 200], None, 1).unwrap();
    }
    assert!(log.size() < 4 << 20, "{}", log.size());
    check_list_is(&log.evaluate(EmitTo::All).unwrap(), &[(0, 400_001)]);
    assert!(log.size() < 1 << 20);
}

fn check_list_is(column: &ArrayRef, expected: &[Period]) {
    assert_eq!(PeriodColumn::new(column).unwrap().periods(0).collect::<Vec<_>>(), expected);
}

#[test]
fn extreme_days_do_not_overflow() {
    let column = |day: i32| dates([Some(day)].into_iter());
    let far = [column(i32::MIN), column(i32::MAX), column(i32::MIN), column(0)];
    check_list_is(&call("period_subtract", &far), &[(0, i32::MAX)]);
    check_list_is(&call("period_intersection", &far), &[(i32::MIN, 0)]);
    let too_many = function("period_months").invoke_with_args(ScalarFunctionArgs {
        args: [i32::MIN, i32::MAX, i32::MAX].map(|day| ColumnarValue::Array(column(day))).to_vec(),
        arg_fields: vec![],
        number_rows: 1,
        return_field: Arc::new(Field::new("r", DataType::Null, true)),
        config_options: Arc::new(ConfigOptions::default()),
    });
    assert!(too_many.unwrap_err().to_string().contains("more than 12000 months"));
    let last = call("period_months", &[column(i32::MAX - 1), column(i32::MAX), column(i32::MAX)]);
    assert_eq!(last.as_list::<i32>().value(0).len(), 1);
}
