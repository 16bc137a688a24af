//! A store may lay more rates over the law than a straight form has places for, and larger ones: their rows are those of the plain
//! function.

use super::*;
use crate::civil::months_before;
use crate::law::{RateRow, day};

/// Months with a ceiling of their own: more than there are places.
const MONTHS: i32 = 100;
/// The month whose ceiling is 50 million kroner.
const LARGE: i32 = 30;

fn ceiling(month: i32) -> i64 {
    if month == LARGE { 50_000_000_00 } else { 500_00 + 7_00 * i64::from(month) }
}

#[test]
fn every_month_gets_its_own_ceiling() {
    let first = |month: i32| months_before(day::from_civil(2025, 7, 1), -month);
    let shipped = Rates::shipped().unwrap();
    let parameter = "housing_benefit_cap_couples_on_raised_rate";
    let row = shipped.rows().iter().find(|row| row.parameter == parameter).unwrap();
    let of_month = |month: i32| RateRow {
        amount: ceiling(month) * 100,
        valid_from: first(month),
        valid_to: first(month + 1),
        ..row.clone()
    };
    let rates = shipped.overlaid(&(0..MONTHS).map(of_month).collect::<Vec<_>>()).unwrap();
    let all = all(&rates);
    let benefit = all.iter().find(|benefit| benefit.declared.spec().name == "boligstoetteloft").unwrap();
    // Of each month a row one øre below its ceiling, one at it and one an øre above.
    let rows: Vec<(i32, i64)> = (0..MONTHS).flat_map(|month| (-1..=1).map(move |by| (month, by))).collect();
    let facts: Vec<Vec<Option<i64>>> = vec![
        rows.iter().map(|(month, _)| Some(i64::from(first(*month)))).collect(),
        rows.iter().map(|(month, by)| Some(ceiling(*month) + by)).collect(),
        vec![Some(1); rows.len()],
        vec![Some(1); rows.len()],
    ];
    let arguments = benefit.declared.arguments();
    let columns: Vec<ArrayRef> = arguments.iter().zip(&facts).map(|(a, values)| column(a, values)).collect();
    ONE_BY_ONE.take();
    let result = call(&benefit.udf, &columns, rows.len());
    let left: HashSet<usize> = ONE_BY_ONE.take().into_iter().collect();
    assert_eq!(result.column_by_name("missing").unwrap().null_count(), rows.len());
    for (row, (month, by)) in rows.iter().enumerate() {
        let field = |name: &str| number(result.column_by_name(name).unwrap(), Unit::Kroner, row);
        let expected = (Some(ceiling(*month)), Some(-by.max(&0)), Some(ceiling(*month) + by.min(&0)));
        assert_eq!((field("ceiling"), field("cut"), field("gross")), expected, "month {month}");
        // 64 places, of which the first stands for no law.
        assert_eq!(left.contains(&row), *month == LARGE || *month >= 63, "month {month}");
    }
}
