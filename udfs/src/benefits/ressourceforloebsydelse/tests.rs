//! Every level with its published amounts, each deduction to the øre, and what stops.

use proptest::prelude::*;

use super::*;
use crate::benefits::frame::{ArgumentId, GapId};
use crate::benefits::testing::{book, book_with};

fn facts(year: i32, course: Course, level: Level) -> Facts {
    Facts {
        period: day::from_civil(year, 5, 1),
        course,
        level,
        birth_date: None,
        provider: Some(false),
        lives_with_parent: Some(false),
        child_maintenance: None,
        previous_week_amount: None,
        weeks: None,
        wage: Some(0),
        employed_at_start: None,
        fleksloentilskud: None,
        offer_income: Some(0),
        offer_hours: None,
        other_income: Some(0),
        work_share: Some(0),
        employer_wage: None,
    }
}

/// A person of 2017 at the level of kontanthjælp, not a provider: 11,143 kr.
fn plain() -> Facts {
    facts(2017, Course::Ressourceforloeb, Level::Kontanthjaelp)
}

fn jobafklaring() -> Facts {
    Facts { course: Course::Jobafklaring, ..plain() }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Ressourceforloebsydelse::outcome(
        facts,
        book::<COUNT, Ressourceforloebsydelse>().on(facts.period).unwrap(),
    )
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
fn the_published_levels_of_kontanthjaelp() {
    for (year, provider, other, home) in [
        (2015, 14_416_00, 10_849_00, 3_374_00),
        (2017, 14_808_00, 11_143_00, 3_466_00),
        (2020, 15_355_00, 11_554_00, 3_594_00),
        (2022, 15_570_00, 11_716_00, 3_644_00),
        (2024, 16_382_00, 12_326_00, 3_834_00),
    ] {
        for course in [Course::Ressourceforloeb, Course::Jobafklaring] {
            let given = facts(year, course, Level::Kontanthjaelp);
            let out = outcome(&Facts { provider: Some(true), lives_with_parent: None, ..given });
            assert_eq!((out.gross(), out.rule_of(RULES)), (Some(provider), Some("res_provider")));
            let out = outcome(&given);
            assert_eq!((out.gross(), out.rule_of(RULES)), (Some(other), Some("res_other")));
            let young = Facts {
                birth_date: Some(day::from_civil(year - 25, 5, 2)),
                lives_with_parent: Some(true),
                child_maintenance: Some(0),
                ..given
            };
            let out = outcome(&young);
            assert_eq!((out.gross(), out.rule_of(RULES)), (Some(home), Some("res_u25_living_home")));
            let out = outcome(&Facts { birth_date: Some(day::from_civil(year - 25, 5, 1)), ..young });
            assert_eq!((out.gross(), out.rule_of(RULES)), (Some(other), Some("res_other")));
        }
    }
}

#[test]
fn facts_of_the_level_are_asked_for_only_where_they_decide() {
    lacks(&Facts { provider: None, ..plain() }, arg::provider);
    let home = Facts { lives_with_parent: Some(true), ..plain() };
    lacks(&home, arg::birth_date);
    let young = Facts { birth_date: Some(day::from_civil(1998, 1, 1)), ..home };
    lacks(&young, arg::child_maintenance);
    lacks(&Facts { lives_with_parent: None, ..young }, arg::lives_with_parent);
    let old = Facts { birth_date: Some(day::from_civil(1980, 1, 1)), lives_with_parent: None, ..plain() };
    assert_eq!(outcome(&old).gross(), Some(11_143_00));
    let born = |year, of_month| Facts {
        birth_date: Some(day::from_civil(year, 5, of_month)),
        child_maintenance: Some(0),
        lives_with_parent: Some(true),
        ..plain()
    };
    stops(&born(2017, 2), PERIOD_BEFORE_BIRTH);
    stops(&born(1866, 1), PERIOD_BEFORE_BIRTH);
    assert!(outcome(&born(1866, 2)).gross().is_some());
    assert!(outcome(&born(2017, 1)).gross().is_some());
}

#[test]
fn child_maintenance_raises_the_youngest_up_to_the_most_there_is() {
    let pays = |child_maintenance| {
        let out = outcome(&Facts {
            birth_date: Some(day::from_civil(1998, 1, 1)),
            lives_with_parent: Some(true),
            child_maintenance: Some(child_maintenance),
            ..plain()
        });
        (out.get(MAINTENANCE), out.gross())
    };
    assert_eq!(pays(1_500_00), (Some(1_500_00), Some(4_966_00)));
    assert_eq!(pays(11_342_00), (Some(11_342_00), Some(14_808_00)));
    assert_eq!(pays(11_342_01), (Some(11_342_00), Some(14_808_00)));
}

#[test]
fn levels_by_week() {
    let weekly = |level, previous_week_amount, weeks| {
        let out = outcome(&Facts { previous_week_amount, weeks, ..facts(2017, Course::Jobafklaring, level) });
        (out.gross(), out.rule_of(RULES))
    };
    let before = Level::Sygedagpenge;
    assert_eq!(weekly(before, Some(4_244_99), Some(4)), (Some(16_979_96), Some("res_sygedagpenge")));
    assert_eq!(weekly(before, Some(4_245_01), Some(5)), (Some(21_225_00), Some("res_sygedagpenge")));
    let led = (Some(15_120_00), Some("res_ledighedsydelse_89"));
    assert_eq!(weekly(Level::Ledighedsydelse89, None, Some(4)), led);
    let syg = facts(2017, Course::Jobafklaring, before);
    lacks(&Facts { weeks: Some(4), ..syg }, arg::previous_week_amount);
    lacks(&Facts { previous_week_amount: Some(1), ..syg }, arg::weeks);
    lacks(&facts(2017, Course::Jobafklaring, Level::Ledighedsydelse89), arg::weeks);
    stops(&Facts { weeks: Some(6), ..facts(2017, Course::Jobafklaring, Level::Ledighedsydelse89) }, WEEKS);
    let low = |provider| {
        let out =
            outcome(&Facts { provider, ..facts(2017, Course::Ressourceforloeb, Level::LedighedsydelseLow) });
        (out.gross(), out.rule_of(RULES))
    };
    assert_eq!(low(Some(true)), (Some(14_808_00), Some("res_ledighedsydelse_provider")));
    assert_eq!(low(Some(false)), (Some(11_143_00), Some("res_ledighedsydelse_other")));
    assert_eq!(low(None), (None, None));
}

#[test]
fn wage_takes_30_and_55_per_cent() {
    let steps = |wage| {
        let out = outcome(&Facts { wage: Some(wage), ..plain() });
        (out.get(BELOW_LIMIT), out.get(ABOVE_LIMIT), out.gross())
    };
    assert_eq!(steps(14_116_00), (Some(-4_234_80), Some(0), Some(6_908_20)));
    assert_eq!(steps(14_116_02), (Some(-4_234_80), Some(-1), Some(6_908_19)));
    assert_eq!(steps(14_115_98), (Some(-4_234_79), Some(0), Some(6_908_21)));
    assert_eq!(steps(99_000_00), (Some(-4_234_80), Some(-6_908_20), Some(0)));
    let without_limit = facts(2014, Course::Ressourceforloeb, Level::Kontanthjaelp);
    assert_eq!(outcome(&Facts { wage: Some(1), ..without_limit }).stopped().rates.count_ones(), 4);
    lacks(&Facts { wage: None, ..plain() }, arg::wage);
}

#[test]
fn employed_when_jobafklaring_began_the_whole_wage_counts() {
    let employed = Facts {
        wage: Some(5_000_00),
        employed_at_start: Some(true),
        fleksloentilskud: Some(0),
        ..jobafklaring()
    };
    let steps = |facts: &Facts| {
        let out = outcome(facts);
        (out.get(BELOW_LIMIT), out.get(FULL_WAGE), out.gross())
    };
    assert_eq!(steps(&employed), (Some(0), Some(-5_000_00), Some(6_143_00)));
    assert_eq!(
        steps(&Facts { fleksloentilskud: Some(143_00), ..employed }),
        (Some(0), Some(-5_143_00), Some(6_000_00))
    );
    assert_eq!(
        steps(&Facts { employed_at_start: Some(false), ..employed }),
        (Some(-1_500_00), Some(0), Some(9_643_00))
    );
    assert_eq!(
        steps(&Facts { course: Course::Ressourceforloeb, ..employed }),
        (Some(-1_500_00), Some(0), Some(9_643_00))
    );
    lacks(&Facts { employed_at_start: None, ..employed }, arg::employed_at_start);
    lacks(&Facts { fleksloentilskud: None, ..employed }, arg::fleksloentilskud);
    assert_eq!(outcome(&jobafklaring()).gross(), Some(11_143_00));
}

#[test]
fn income_in_an_offer_has_a_disregard_an_hour_and_other_income_none() {
    let offer =
        |offer_income, offer_hours| Facts { offer_income: Some(offer_income), offer_hours, ..plain() };
    let steps = |facts: &Facts| {
        let out = outcome(facts);
        (out.get(DISREGARD), out.get(OFFER), out.get(OTHER), out.gross())
    };
    // 16.15 kr. an hour in 2017.
    assert_eq!(steps(&offer(1_000_00, Some(10_00))), (Some(161_50), Some(-838_50), Some(0), Some(10_304_50)));
    assert_eq!(steps(&offer(161_50, Some(10_00))), (Some(161_50), Some(0), Some(0), Some(11_143_00)));
    assert_eq!(steps(&offer(100_00, Some(10_00))), (Some(100_00), Some(0), Some(0), Some(11_143_00)));
    lacks(&offer(1, None), arg::offer_hours);
    lacks(&Facts { offer_income: None, ..plain() }, arg::offer_income);
    lacks(&Facts { other_income: None, ..plain() }, arg::other_income);
    let other = Facts { other_income: Some(11_143_01), ..offer(1_000_00, Some(0)) };
    assert_eq!(steps(&other), (Some(0), Some(-1_000_00), Some(-10_143_00), Some(0)));
}

#[test]
fn partly_fit_self_employed_have_75_or_50_per_cent() {
    // The percentages are published for 2019, whose levels are derived.
    let fit = |work_share| {
        let given =
            Facts { work_share: Some(work_share), ..facts(2019, Course::Jobafklaring, Level::Kontanthjaelp) };
        let out = Ressourceforloebsydelse::outcome(
            &given,
            book_with::<COUNT, Ressourceforloebsydelse>(true).on(given.period).unwrap(),
        );
        (out.get(PARTLY_FIT), out.gross())
    };
    assert_eq!(fit(0), (Some(0), Some(11_423_00)));
    assert_eq!((fit(1), fit(25_00)), ((Some(-2_855_75), Some(8_567_25)), (Some(-2_855_75), Some(8_567_25))));
    assert_eq!(
        (fit(25_01), fit(50_00)),
        ((Some(-5_711_50), Some(5_711_50)), (Some(-5_711_50), Some(5_711_50)))
    );
    stops(&Facts { work_share: Some(50_01), ..jobafklaring() }, FIT);
    stops(&Facts { work_share: Some(1), ..plain() }, PARTLY_FIT_COURSE);
    lacks(&Facts { work_share: None, ..plain() }, arg::work_share);
}

#[test]
fn the_refund_goes_to_the_employer_and_not_above_the_wage() {
    let refund =
        |employer_wage| Facts { employer_wage, ..facts(2017, Course::EmployerRefund, Level::Kontanthjaelp) };
    let out = outcome(&refund(Some(11_143_00)));
    assert_eq!((out.gross(), out.get(PAYEE)), (Some(11_143_00), Some(1)));
    assert_eq!(outcome(&plain()).get(PAYEE), Some(0));
    stops(&refund(Some(11_142_99)), REFUND_ABOVE_WAGE);
    lacks(&refund(None), arg::employer_wage);
    stops(&Facts { wage: Some(1), ..refund(Some(20_000_00)) }, REFUND_OF_WAGE);
    stops(&Facts { offer_income: Some(1), offer_hours: Some(0), ..refund(Some(20_000_00)) }, REFUND_OF_WAGE);
    assert_eq!(
        outcome(&Facts { other_income: Some(143_00), ..refund(Some(20_000_00)) }).gross(),
        Some(11_000_00)
    );
}

proptest! {
    #[test]
    fn steps_add_up_and_nothing_falls_below_zero(
        wage in 0..6_000_000i64, offer in 0..2_000_000i64, hours in 0..=744_00i64, other in 0..2_000_000i64,
        flex in 0..2_000_000i64, employed: bool, course in 0..2usize,
    ) {
        let given = Facts {
            course: Course::ALL[course],
            wage: Some(wage),
            employed_at_start: Some(employed),
            fleksloentilskud: Some(flex),
            offer_income: Some(offer),
            offer_hours: Some(hours),
            other_income: Some(other),
            ..plain()
        };
        let out = outcome(&given);
        let gross = out.gross().unwrap();
        let steps = [BASE, MAINTENANCE, PARTLY_FIT, BELOW_LIMIT, ABOVE_LIMIT, FULL_WAGE, OFFER, OTHER].map(|s| out.get(s).unwrap());
        prop_assert_eq!(gross, steps.iter().sum::<i64>());
        prop_assert!((0..=11_143_00).contains(&gross));
        prop_assert!(steps[2..].iter().all(|step| *step <= 0));
        let taken = match employed && course == 1 && wage > 0 {
            true => wage + flex,
            false => -(steps[3] + steps[4]),
        };
        let disregard = (hours * 1615 + 50) / 100;
        prop_assert!(gross == 0 || gross == 11_143_00 - taken - (offer - disregard).max(0) - other);
    }
}
