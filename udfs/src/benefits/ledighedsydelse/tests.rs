//! Every level with its published amounts, the deduction to the øre, and what stops.

use super::*;
use crate::benefits::testing::book;

fn facts(year: i32, level: Level) -> Facts {
    Facts {
        period: day::from_civil(year, 5, 1),
        level,
        provider: None,
        weeks: None,
        deduction: Some(0),
        side_hours: None,
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Ledighedsydelse::outcome(facts, book::<COUNT, Ledighedsydelse>().on(facts.period).unwrap())
}

#[test]
fn the_published_weeks_and_the_published_month() {
    for (year, week) in [
        (2014, 3_625_00),
        (2015, 3_680_00),
        (2017, 3_780_00),
        (2020, 3_919_00),
        (2022, 3_974_00),
        (2024, 4_185_00),
    ] {
        for weeks in [0, 1, 4, 5] {
            let out = outcome(&Facts { weeks: Some(weeks), ..facts(year, Level::Max89) });
            assert_eq!((out.gross(), out.rule_of(RULES)), (Some(weeks * week), Some("led_89_pct")), "{year}");
        }
    }
    assert_eq!(outcome(&facts(2020, Level::Max89)).gross(), Some(16_984_00));
    assert_eq!(outcome(&facts(2021, Level::Max89)).stopped().rates, 1 << MONTHLY.0);
    let six = outcome(&Facts { weeks: Some(6), ..facts(2020, Level::Max89) });
    assert_eq!((six.gross(), six.stopped().gaps), (None, 1 << WEEKS.0));
}

#[test]
fn the_level_of_kontanthjaelp_hangs_on_the_duty_to_provide() {
    for (year, provider, other) in
        [(2015, 14_416_00, 10_849_00), (2020, 15_355_00, 11_554_00), (2024, 16_382_00, 12_326_00)]
    {
        let low = |provider| outcome(&Facts { provider, ..facts(year, Level::Low) });
        assert_eq!(
            (low(Some(true)).gross(), low(Some(true)).rule_of(RULES)),
            (Some(provider), Some("led_low_provider"))
        );
        assert_eq!(
            (low(Some(false)).gross(), low(Some(false)).rule_of(RULES)),
            (Some(other), Some("led_low_other"))
        );
        assert_eq!(low(None).stopped().facts, 1 << arg::provider.0);
    }
}

#[test]
fn the_deduction_takes_at_most_the_level() {
    let deducted = |deduction| outcome(&Facts { deduction, ..facts(2020, Level::Max89) });
    assert_eq!(deducted(Some(1)).gross(), Some(16_983_99));
    assert_eq!(deducted(Some(16_984_00)).gross(), Some(0));
    assert_eq!(
        (deducted(Some(16_984_01)).gross(), deducted(Some(16_984_01)).get(DEDUCTION)),
        (Some(0), Some(-16_984_00))
    );
    assert_eq!((deducted(None).gross(), deducted(None).stopped().facts), (None, 1 << arg::deduction.0));
}

#[test]
fn side_business_is_turned_into_income_but_not_deducted() {
    let side =
        |year, side_hours| outcome(&Facts { side_hours, provider: Some(true), ..facts(year, Level::Low) });
    assert_eq!(
        (side(2020, Some(10_50)).get(SIDE_INCOME), side(2020, Some(10_50)).gross()),
        (Some(2_599_07), Some(15_355_00))
    );
    assert_eq!(side(2020, None).get(SIDE_INCOME), None);
    assert_eq!(side(2022, Some(1)).stopped().rates, 1 << CONVERSION.0);
}
