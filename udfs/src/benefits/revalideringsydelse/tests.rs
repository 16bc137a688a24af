//! Every row of § 52 with its published amounts, ages to the day, and every way of not knowing.

use super::*;
use crate::benefits::frame::{ArgumentId, GapId};
use crate::benefits::testing::{book, book_with};

/// A person of an age with no ground for more than the least.
fn facts(year: i32, age: i32) -> Facts {
    Facts {
        period: day::from_civil(year, 5, 1),
        birth_date: Some(day::from_civil(year - age, 5, 1)),
        pre_rehabilitation: Some(false),
        provider: Some(false),
        child_at_home: None,
        prior_income_above_max: Some(false),
        pregnant_past_week_12: Some(false),
        mental_illness: Some(false),
        lives_with_parent: Some(false),
        child_maintenance: Some(0),
        other_work_income_of_year: Some(0),
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Revalideringsydelse::outcome(facts, book::<COUNT, Revalideringsydelse>().on(facts.period).unwrap())
}

fn paid(facts: &Facts) -> (Option<i64>, Option<&'static str>) {
    let out = outcome(facts);
    (out.gross(), out.rule_of(RULES))
}

fn lacks(facts: &Facts, argument: ArgumentId) {
    let out = outcome(facts);
    assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
}

fn stops(facts: &Facts, gap: GapId) {
    let out = outcome(facts);
    assert_eq!((out.gross(), out.stopped().gaps), (None, 1 << gap.0));
}

#[test]
fn every_row_of_2015_and_2020() {
    for (year, full, provider, other, out, home) in [
        (2015, 17_928_00, 14_416_00, 10_849_00, 6_992_00, 3_374_00),
        (2020, 19_095_00, 15_355_00, 11_554_00, 7_448_00, 3_594_00),
    ] {
        let (adult, grown, young) = (facts(year, 30), facts(year, 25), facts(year, 24));
        let away = |facts| Facts { provider: Some(true), child_at_home: Some(false), ..facts };
        for (facts, amount, rule) in [
            (adult, full, "rev_30"),
            (Facts { prior_income_above_max: Some(true), ..grown }, full, "rev_prior_income"),
            (Facts { prior_income_above_max: Some(true), ..young }, full, "rev_prior_income"),
            (Facts { provider: Some(true), child_at_home: Some(true), ..grown }, full, "rev_child_at_home"),
            (Facts { provider: Some(true), child_at_home: Some(true), ..young }, full, "rev_child_at_home"),
            (away(grown), provider, "rev_25_provider"),
            (grown, other, "rev_25_other"),
            (young, out, "rev_u25_living_out"),
            (away(young), out, "rev_u25_living_out"),
            (Facts { lives_with_parent: Some(true), ..young }, home, "rev_u25_living_home"),
            (
                Facts { lives_with_parent: Some(true), mental_illness: Some(true), ..young },
                home,
                "rev_u25_living_home",
            ),
            (Facts { pregnant_past_week_12: Some(true), ..young }, other, "rev_u25_pregnant"),
            (
                Facts {
                    pregnant_past_week_12: Some(true),
                    lives_with_parent: None,
                    mental_illness: Some(true),
                    ..young
                },
                other,
                "rev_u25_pregnant",
            ),
            (away(Facts { mental_illness: Some(true), ..young }), provider, "rev_u25_mental_provider"),
            (
                away(Facts { mental_illness: Some(true), pregnant_past_week_12: None, ..young }),
                provider,
                "rev_u25_mental_provider",
            ),
            (Facts { mental_illness: Some(true), ..young }, other, "rev_u25_mental_living_out"),
        ] {
            assert_eq!(paid(&facts), (Some(amount), Some(rule)), "{year} {facts:?}");
        }
    }
}

#[test]
fn the_published_cases_of_2023() {
    let away = Facts { provider: Some(true), child_at_home: Some(false), ..facts(2023, 26) };
    assert_eq!(paid(&away), (Some(15_874_00), Some("rev_25_provider")));
    assert_eq!(paid(&Facts { prior_income_above_max: Some(true), ..facts(2023, 27) }).0, Some(19_741_00));
    assert_eq!(paid(&Facts { lives_with_parent: Some(true), ..facts(2023, 22) }).0, Some(3_715_00));
    assert_eq!(paid(&Facts { mental_illness: Some(true), ..facts(2023, 22) }).0, Some(11_944_00));
}

#[test]
fn the_table_of_2014_has_its_own_rows() {
    let provider =
        |child_at_home| Facts { provider: Some(true), child_at_home: Some(child_at_home), ..facts(2014, 26) };
    assert_eq!(paid(&provider(true)), (Some(17_663_00), Some("rev_child_at_home")));
    assert_eq!(paid(&provider(false)), (Some(17_663_00), Some("rev_25_provider_2014")));
    assert_eq!(paid(&facts(2014, 26)), (Some(10_689_00), Some("rev_25_other")));
}

#[test]
fn ages_change_on_the_birthday() {
    let born =
        |day_of_may| Facts { birth_date: Some(day::from_civil(1990, 5, day_of_may)), ..facts(2020, 0) };
    assert_eq!((paid(&born(1)).1, paid(&born(2)).1), (Some("rev_30"), Some("rev_25_other")));
    let born =
        |day_of_may| Facts { birth_date: Some(day::from_civil(1995, 5, day_of_may)), ..facts(2020, 0) };
    assert_eq!((paid(&born(1)).1, paid(&born(2)).1), (Some("rev_25_other"), Some("rev_u25_living_out")));
    stops(&Facts { birth_date: Some(day::from_civil(2020, 5, 2)), ..facts(2020, 0) }, BIRTH);
    assert!(paid(&facts(2020, 0)).0.is_some());
    assert!(paid(&facts(2020, 150)).0.is_some());
    stops(&facts(2020, 151), BIRTH);
}

#[test]
fn child_maintenance_raises_the_young_up_to_the_most_there_is() {
    let pays = |child_maintenance, lives_with_parent| {
        let young = Facts {
            child_maintenance: Some(child_maintenance),
            lives_with_parent: Some(lives_with_parent),
            ..facts(2020, 24)
        };
        (outcome(&young).get(MAINTENANCE), outcome(&young).gross())
    };
    assert_eq!(pays(1_500_00, true), (Some(1_500_00), Some(5_094_00)));
    assert_eq!(pays(7_907_00, false), (Some(7_907_00), Some(15_355_00)));
    assert_eq!(pays(7_907_01, false), (Some(7_907_00), Some(15_355_00)));
    let full = Facts {
        provider: Some(true),
        child_at_home: Some(true),
        child_maintenance: Some(500_00),
        ..facts(2020, 24)
    };
    assert_eq!(paid(&full).0, Some(19_095_00));
    let income =
        Facts { prior_income_above_max: Some(true), child_maintenance: Some(500_00), ..facts(2020, 24) };
    assert_eq!(paid(&income).0, Some(19_095_00));
    assert_eq!(paid(&Facts { child_maintenance: Some(500_00), ..facts(2020, 25) }).0, Some(11_554_00));
    let most = Facts {
        mental_illness: Some(true),
        provider: Some(true),
        child_at_home: Some(false),
        child_maintenance: Some(1),
        ..facts(2020, 24)
    };
    assert_eq!(paid(&most).0, Some(15_355_00));
}

#[test]
fn facts_are_asked_for_only_where_they_decide() {
    let nothing = Facts {
        provider: None,
        prior_income_above_max: None,
        pregnant_past_week_12: None,
        mental_illness: None,
        lives_with_parent: None,
        child_maintenance: None,
        ..facts(2020, 30)
    };
    assert_eq!(paid(&nothing).0, Some(19_095_00));
    lacks(&Facts { birth_date: None, ..nothing }, arg::birth_date);
    lacks(&Facts { pre_rehabilitation: None, ..nothing }, arg::pre_rehabilitation);
    lacks(&Facts { other_work_income_of_year: None, ..nothing }, arg::other_work_income_of_year);
    for age in [24, 29] {
        lacks(&Facts { provider: None, ..facts(2020, age) }, arg::provider);
        lacks(&Facts { prior_income_above_max: None, ..facts(2020, age) }, arg::prior_income_above_max);
        lacks(&Facts { provider: Some(true), ..facts(2020, age) }, arg::child_at_home);
        let full = Facts {
            prior_income_above_max: None,
            provider: Some(true),
            child_at_home: Some(true),
            ..facts(2020, age)
        };
        assert_eq!(paid(&full).0, Some(19_095_00));
    }
    lacks(&Facts { pregnant_past_week_12: None, ..facts(2020, 24) }, arg::pregnant_past_week_12);
    lacks(&Facts { mental_illness: None, ..facts(2020, 24) }, arg::mental_illness);
    lacks(&Facts { lives_with_parent: None, ..facts(2020, 24) }, arg::lives_with_parent);
    lacks(&Facts { child_maintenance: None, ..facts(2020, 24) }, arg::child_maintenance);
    let grown = Facts {
        pregnant_past_week_12: None,
        mental_illness: None,
        lives_with_parent: None,
        child_maintenance: None,
        ..facts(2020, 25)
    };
    assert_eq!(paid(&grown).0, Some(11_554_00));
}

#[test]
fn forrevalidering_and_more_income_stop() {
    stops(&Facts { pre_rehabilitation: Some(true), ..facts(2020, 30) }, FORREVALIDERING);
    let earns = |year, income| Facts { other_work_income_of_year: Some(income), ..facts(year, 30) };
    assert_eq!(outcome(&earns(2015, 12_000_00)).get(DISREGARD), Some(12_000_00));
    assert_eq!(paid(&earns(2015, 12_000_00)).0, Some(17_928_00));
    stops(&earns(2015, 12_000_01), INCOME);
    assert_eq!(outcome(&earns(2020, 1)).stopped().rates, 1 << INCOME_OF_YEAR.0);
}

#[test]
fn derived_rates_count_only_where_they_are_wanted() {
    let given = facts(2018, 30);
    assert_eq!(outcome(&given).stopped().rates, 1 << AGE_30.0);
    let derived = Revalideringsydelse::outcome(
        &given,
        book_with::<COUNT, Revalideringsydelse>(true).on(given.period).unwrap(),
    );
    assert_eq!(derived.gross(), Some(18_645_00));
}
