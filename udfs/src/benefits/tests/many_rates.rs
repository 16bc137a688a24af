//! A store may lay other rates over the law than the published ones: more than a straight form has places for, larger and smaller ones.

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

#[test]
fn every_child_lowers_the_threshold_however_little() {
    let (shipped, period) = (Rates::shipped().unwrap(), day::from_civil(2021, 5, 1));
    let rate = |parameter: &str| shipped.lookup("saerlig_stoette", parameter, period).unwrap();
    let an_oere = |parameter: &str| RateRow { amount: 100, ..rate(parameter).clone() };
    let less = [
        "threshold_deduction_per_further_child_at_home",
        "threshold_deduction_per_further_child_not_at_home",
    ];
    let rates = shipped.overlaid(&less.map(an_oere)).unwrap();
    let all = all(&rates);
    let benefit = all.iter().find(|benefit| benefit.declared.spec().name == "saerlig_stoette").unwrap();
    let counts = [0, 1, 2, 254, 255, 256, 257, 1000];
    let families = counts.iter().flat_map(|home| counts.iter().map(move |away| (*home, *away)));
    let families: Vec<(i64, i64)> = families.filter(|family| *family != (0, 0)).collect();
    let same = |value: Option<i64>| vec![value; families.len()];
    let facts = [
        same(Some(i64::from(period))),
        same(Some(1)),
        families.iter().map(|(home, _)| Some(*home)).collect(),
        families.iter().map(|(_, away)| Some(*away)).collect(),
        same(Some(0)),
        same(Some(0)),
        same(None),
        same(Some(0)),
        same(Some(0)),
        same(Some(0)),
    ];
    let arguments = benefit.declared.arguments();
    let columns: Vec<ArrayRef> = arguments.iter().zip(&facts).map(|(a, values)| column(a, values)).collect();
    ONE_BY_ONE.take();
    let result = call(&benefit.udf, &columns, families.len());
    let left: HashSet<usize> = ONE_BY_ONE.take().into_iter().collect();
    for (row, (home, away)) in families.into_iter().enumerate() {
        let first = if home > 0 { "at_home" } else { "not_at_home" };
        let base = rate(&format!("threshold_provider_1_child_{first}")).amount / 100;
        let threshold = number(result.column_by_name("threshold").unwrap(), Unit::Kroner, row);
        assert_eq!(threshold, Some(base - (home + away - 1)), "{home} at home, {away} away");
        assert_eq!(left.contains(&row), home.max(away) > 255, "{home} at home, {away} away");
    }
}
