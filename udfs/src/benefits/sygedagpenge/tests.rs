//! Boundaries of every step, published examples, and what must hold for any facts.

use proptest::prelude::*;

use super::*;
use crate::benefits::testing::{book, book_with};

const OPEN: i32 = day::OPEN_END;

fn on(year: i32, month: u32, of_month: u32) -> i32 {
    day::from_civil(year, month, of_month)
}

/// Nothing known but the week and the ground: the first week of May 2022, absent since January.
fn unknown(recipient: Recipient) -> Facts {
    Facts {
        week: on(2022, 5, 2),
        recipient,
        absent_from: Some(on(2022, 1, 3)),
        absent_to: Some(OPEN),
        weekly_hours: None,
        absent_hours: None,
        employer_offers_part_time: None,
        pay: None,
        pay_hours: None,
        employer_period: None,
        employer_pay: None,
        weekly_earning: None,
        insurance: None,
        work_share: None,
        dagpenge_per_day: None,
        dagpenge_per_hour: None,
        insured_full_time: None,
        work_hours: None,
    }
}

/// 37 hours at 200 kr. an hour before AM-bidrag: above the maximum of 120.68 an hour and 4,465 a week.
fn employee() -> Facts {
    Facts {
        weekly_hours: Some(37_00),
        absent_hours: Some(37_00),
        pay: Some(96_200_00),
        pay_hours: Some(481_00),
        employer_period: Some(true),
        employer_pay: Some(0),
        ..unknown(Recipient::Employee)
    }
}

fn self_employed() -> Facts {
    Facts {
        week: on(2023, 5, 1),
        weekly_earning: Some(4_000_00),
        insurance: Some(Insurance::None),
        work_share: Some(0),
        ..unknown(Recipient::SelfEmployed)
    }
}

fn partly_unemployed() -> Facts {
    Facts {
        dagpenge_per_hour: Some(120_00),
        insured_full_time: Some(true),
        work_hours: Some(12_50),
        ..unknown(Recipient::PartlyUnemployed)
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    Sygedagpenge::outcome(facts, book::<COUNT, Sygedagpenge>().on(facts.week).unwrap())
}

fn steps(out: &Outcome<COUNT>) -> [Option<i64>; 4] {
    [WEEK, NOT_ABSENT, PERIOD, EMPLOYER_PAY].map(|step| out.get(step))
}

#[test]
fn the_published_thirty_hours_of_2022() {
    let out = outcome(&Facts { weekly_hours: Some(30_00), absent_hours: Some(30_00), ..employee() });
    assert_eq!((out.gross(), out.get(PER_HOUR), out.get(HOURS)), (Some(3_620_40), Some(120_68), Some(30_00)));
    assert_eq!(
        (out.get(EARNING), out.get(DAYS), out.rule_of(RULES)),
        (Some(184_00), Some(5), Some("sdp_employee"))
    );
}

#[test]
fn earning_is_after_am_bidrag_and_stops_at_the_maximum_an_hour() {
    let pay = |pay| outcome(&Facts { pay: Some(pay), pay_hours: Some(100_00), ..employee() });
    let amounts = |out: Outcome<COUNT>| (out.get(EARNING), out.get(PER_HOUR));
    assert_eq!(amounts(pay(10_000_00)), (Some(92_00), Some(92_00)));
    // 13,116.84 × 0.92 / 100 = 120.674928 and 13,117.40 × 0.92 / 100 = 120.68008.
    assert_eq!(amounts(pay(13_116_84)), (Some(120_67), Some(120_67)));
    assert_eq!(amounts(pay(13_117_40)), (Some(120_68), Some(120_68)));
    assert_eq!(amounts(pay(13_118_50)), (Some(120_69), Some(120_68)));
    assert_eq!(amounts(pay(0)), (Some(0), Some(0)));
    // A half øre goes up: 50 × 0.92 / 0.8 × 0.01 …
    let half = outcome(&Facts { pay: Some(25), pay_hours: Some(46_00), ..employee() });
    assert_eq!(half.get(EARNING), Some(1));
    let below = outcome(&Facts { pay: Some(24), pay_hours: Some(46_00), ..employee() });
    assert_eq!(below.get(EARNING), Some(0));
}

#[test]
fn the_maximum_a_week_holds_for_more_than_37_hours() {
    let hours = |hours| {
        outcome(&Facts { weekly_hours: Some(hours), absent_hours: Some(hours), ..employee() }).gross()
    };
    // 37 × 120.68 = 4,465.16 > 4,465.
    assert_eq!(hours(37_00), Some(4_465_00));
    assert_eq!(hours(36_99), Some(4_463_95));
    assert_eq!(hours(45_00), Some(4_465_00));
    assert_eq!(hours(0), Some(0));
}

#[test]
fn a_new_maximum_counts_from_the_first_monday_of_january() {
    let week = |week| outcome(&Facts { week, ..employee() }).gross();
    assert_eq!(week(on(2022, 12, 26)), Some(4_465_00));
    assert_eq!(week(on(2023, 1, 2)), Some(4_549_89));
    assert_eq!(week(on(2023, 12, 25)), Some(4_549_89));
    assert_eq!(week(on(2024, 1, 1)), Some(4_694_93));
    assert_eq!(week(on(2024, 12, 30)), Some(4_694_93));
    let unpublished = outcome(&Facts { week: on(2025, 1, 6), ..employee() });
    assert_eq!((unpublished.gross(), unpublished.stopped().rates), (None, 1 << MAX_HOUR.0));
    let derived = Sygedagpenge::outcome(
        &Facts { week: on(2025, 1, 6), ..employee() },
        book_with::<COUNT, Sygedagpenge>(true).on(on(2025, 1, 6)).unwrap(),
    );
    assert_eq!(derived.gross(), Some(4_865_00));
}

#[test]
fn partly_absent_from_four_hours_on() {
    let absent = |absent_hours, offers| {
        let facts =
            Facts { absent_hours: Some(absent_hours), employer_offers_part_time: offers, ..employee() };
        let out = outcome(&facts);
        (out.gross(), out.rule_of(RULES))
    };
    assert_eq!(absent(3_99, None), (Some(0), Some("sdp_employee_fit")));
    assert_eq!(absent(4_00, Some(true)), (Some(482_72), Some("sdp_employee_partly")));
    assert_eq!(absent(4_00, Some(false)), (Some(4_465_00), Some("sdp_employee_no_part_time")));
    assert_eq!(absent(4_00, None), (None, None));
    assert_eq!(absent(36_99, Some(true)), (Some(4_463_95), Some("sdp_employee_partly")));
    assert_eq!(absent(37_00, None), (Some(4_465_00), Some("sdp_employee")));
    let facts = Facts { absent_hours: Some(37_01), ..employee() };
    assert_eq!(outcome(&facts).stopped().gaps, 1 << ABSENT_HOURS.0);
    // Someone who works three hours a week and is wholly absent is not partly fit.
    let little = outcome(&Facts { weekly_hours: Some(3_00), absent_hours: Some(3_00), ..employee() });
    assert_eq!(little.gross(), Some(362_04));
    // Of who is fit, nothing is needed that says what an hour is worth or whose the days are.
    let fit = Facts { weekly_hours: Some(37_00), absent_hours: Some(3_99), ..unknown(Recipient::Employee) };
    assert_eq!((outcome(&fit).gross(), outcome(&fit).get(DAYS)), (Some(0), None));
}

#[test]
fn days_outside_the_absence_take_a_fifth_each() {
    let days = |from, to| {
        outcome(&Facts {
            absent_from: Some(from),
            absent_to: Some(to),
            employer_period: Some(false),
            ..employee()
        })
    };
    let week = on(2022, 5, 2);
    for (from, to, paid) in [
        (week, week + 5, 5),
        (week - 1, week + 7, 5),
        (week, week + 4, 4),
        (week + 1, week + 5, 4),
        (week + 4, OPEN, 1),
        (week + 5, OPEN, 0),
        (week + 6, OPEN, 0),
        (week - 9, week + 1, 1),
        (week - 9, week, 0),
        (week + 2, week + 3, 1),
        (week + 100, OPEN, 0),
    ] {
        let out = days(from, to);
        assert_eq!(out.get(DAYS), Some(paid), "{from} {to}");
        let gross = 893_00 * paid;
        assert_eq!(steps(&out), [Some(4_465_00), Some(gross - 4_465_00), Some(0), Some(0)], "{from} {to}");
    }
    for to in [week, week - 1] {
        assert_eq!(days(week, to).stopped().gaps, 1 << ABSENCE_ENDS.0);
    }
}

#[test]
fn fifths_are_rounded_to_the_nearest_oere() {
    let out = outcome(&Facts {
        weekly_hours: Some(36_99),
        absent_hours: Some(36_99),
        absent_to: Some(on(2022, 5, 5)),
        ..employee()
    });
    // 4,463.95 × 3/5 = 2,678.37.
    assert_eq!(steps(&out), [Some(4_463_95), Some(-1_785_58), Some(0), Some(0)]);
}

#[test]
fn the_employer_pays_thirty_calendar_days() {
    let week = on(2022, 5, 2);
    let absent_since =
        |from, employer_period| outcome(&Facts { absent_from: Some(from), employer_period, ..employee() });
    for (from, paid) in
        [(week - 30, 5), (week - 31, 5), (week - 29, 4), (week - 26, 1), (week - 25, 0), (week, 0)]
    {
        let out = absent_since(from, Some(true));
        assert_eq!(out.get(DAYS), Some(paid), "{}", week - from);
        assert_eq!(out.get(PERIOD), Some(893_00 * paid - 4_465_00));
        assert_eq!(absent_since(from, Some(false)).get(DAYS), Some(5));
    }
    assert_eq!(absent_since(week - 30, None).get(DAYS), Some(5));
    let open = absent_since(week - 29, None);
    assert_eq!((open.gross(), open.stopped().facts), (None, 1 << arg::employer_period.0));
    // Absent for the last two days of the week only: the days outside come first, the rest is the employer's.
    let begins = absent_since(week + 3, Some(true));
    assert_eq!(steps(&begins), [Some(4_465_00), Some(-2_679_00), Some(-1_786_00), Some(0)]);
}

#[test]
fn the_employers_pay_takes_the_benefit_away_krone_for_krone() {
    let pays = |employer_pay| outcome(&Facts { employer_pay: Some(employer_pay), ..employee() });
    assert_eq!(pays(4_464_99).gross(), Some(1));
    assert_eq!((pays(4_465_00).gross(), pays(4_465_01).gross()), (Some(0), Some(0)));
    assert_eq!(pays(4_465_01).get(EMPLOYER_PAY), Some(-4_465_00));
    let open = outcome(&Facts { employer_pay: None, ..employee() });
    assert_eq!((open.gross(), open.stopped().facts), (None, 1 << arg::employer_pay.0));
    let nothing_to_pay = outcome(&Facts { employer_pay: None, absent_hours: Some(0), ..employee() });
    assert_eq!(nothing_to_pay.gross(), Some(0));
}

#[test]
fn each_unknown_fact_of_an_employee_is_named() {
    for (facts, argument) in [
        (Facts { absent_from: None, ..employee() }, arg::absent_from),
        (Facts { absent_to: None, ..employee() }, arg::absent_to),
        (Facts { weekly_hours: None, ..employee() }, arg::weekly_hours),
        (Facts { absent_hours: None, ..employee() }, arg::absent_hours),
        (Facts { pay: None, ..employee() }, arg::pay),
        (Facts { pay_hours: None, ..employee() }, arg::pay_hours),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
    let no_hours = outcome(&Facts { pay_hours: Some(0), ..employee() });
    assert_eq!((no_hours.gross(), no_hours.stopped().gaps), (None, 1 << NO_HOURS.0));
    assert_eq!(outcome(&Facts { pay_hours: Some(1), ..employee() }).gross(), Some(4_465_00));
}

#[test]
fn the_self_employed_have_their_assessment_and_the_insured_two_thirds() {
    let earns = |weekly_earning, insurance| {
        let facts =
            Facts { weekly_earning: Some(weekly_earning), insurance: Some(insurance), ..self_employed() };
        outcome(&facts).get(WEEK)
    };
    assert_eq!(earns(4_549_99, Insurance::None), Some(4_549_99));
    assert_eq!(earns(4_550_01, Insurance::None), Some(4_550_00));
    assert_eq!(earns(0, Insurance::None), Some(0));
    for insurance in [Insurance::FirstDay, Insurance::ThirdDay] {
        assert_eq!(earns(0, insurance), Some(3_033_00));
        assert_eq!(earns(3_032_99, insurance), Some(3_033_00));
        assert_eq!(earns(3_033_01, insurance), Some(3_033_01));
        assert_eq!(earns(9_000_00, insurance), Some(4_550_00));
    }
    // The minimum of 2024 is not published; who earns the maximum does not need it.
    let year_2024 = |weekly_earning| {
        let facts = Facts {
            week: on(2024, 5, 6),
            weekly_earning: Some(weekly_earning),
            insurance: Some(Insurance::FirstDay),
            ..self_employed()
        };
        outcome(&facts)
    };
    assert_eq!(year_2024(4_695_00).gross(), Some(4_695_00));
    assert_eq!(year_2024(4_694_99).stopped().rates, 1 << INSURED_MINIMUM.0);
}

#[test]
fn the_partly_fit_self_employed_have_three_quarters_or_half() {
    for (work_share, amount, rule) in [
        (0, 4_000_00, "sdp_self_employed"),
        (1, 3_000_00, "sdp_self_employed_quarter"),
        (25_00, 3_000_00, "sdp_self_employed_quarter"),
        (25_01, 2_000_00, "sdp_self_employed_half"),
        (50_00, 2_000_00, "sdp_self_employed_half"),
        (50_01, 0, "sdp_self_employed_fit"),
        (100_00, 0, "sdp_self_employed_fit"),
    ] {
        let out = outcome(&Facts { work_share: Some(work_share), ..self_employed() });
        assert_eq!((out.gross(), out.rule_of(RULES)), (Some(amount), Some(rule)), "{work_share}");
    }
    let fit = Facts { work_share: Some(50_01), ..unknown(Recipient::SelfEmployed) };
    assert_eq!(outcome(&fit).gross(), Some(0));
}

#[test]
fn the_self_employed_wait_two_weeks_or_until_the_insured_day() {
    let week = on(2023, 5, 1);
    for (insurance, from, paid) in [
        (Insurance::None, week - 14, 5),
        (Insurance::None, week - 13, 4),
        (Insurance::None, week - 9, 0),
        (Insurance::FirstDay, week, 5),
        (Insurance::FirstDay, week + 1, 4),
        (Insurance::ThirdDay, week - 2, 5),
        (Insurance::ThirdDay, week - 1, 4),
        (Insurance::ThirdDay, week, 3),
    ] {
        let facts = Facts { insurance: Some(insurance), absent_from: Some(from), ..self_employed() };
        assert_eq!(outcome(&facts).get(DAYS), Some(paid), "{insurance:?} {}", week - from);
    }
}

#[test]
fn each_unknown_fact_of_the_others_is_named() {
    let unemployed = unknown(Recipient::Unemployed);
    for (facts, argument) in [
        (Facts { weekly_earning: None, ..self_employed() }, arg::weekly_earning),
        (Facts { insurance: None, ..self_employed() }, arg::insurance),
        (Facts { work_share: None, ..self_employed() }, arg::work_share),
        (unemployed, arg::dagpenge_per_day),
        (Facts { dagpenge_per_hour: None, ..partly_unemployed() }, arg::dagpenge_per_hour),
        (Facts { insured_full_time: None, ..partly_unemployed() }, arg::insured_full_time),
        (Facts { work_hours: None, ..partly_unemployed() }, arg::work_hours),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
}

#[test]
fn the_unemployed_have_five_days_of_dagpenge() {
    let facts = Facts {
        dagpenge_per_day: Some(893_05),
        absent_from: Some(on(2022, 5, 4)),
        ..unknown(Recipient::Unemployed)
    };
    let out = outcome(&facts);
    assert_eq!(steps(&out), [Some(4_465_25), Some(-1_786_10), Some(0), Some(0)]);
    assert_eq!(out.rule_of(RULES), Some("sdp_unemployed"));
}

#[test]
fn the_partly_unemployed_have_the_hours_up_to_37_or_30() {
    let hours = |insured_full_time, work_hours| {
        let facts = Facts {
            insured_full_time: Some(insured_full_time),
            work_hours: Some(work_hours),
            ..partly_unemployed()
        };
        let out = outcome(&facts);
        (out.get(HOURS), out.gross())
    };
    assert_eq!(hours(true, 12_50), (Some(24_50), Some(2_940_00)));
    assert_eq!(hours(false, 12_50), (Some(17_50), Some(2_100_00)));
    assert_eq!(hours(true, 36_99), (Some(1), Some(1_20)));
    assert_eq!(hours(true, 37_00), (Some(0), Some(0)));
    assert_eq!(hours(false, 30_01), (Some(0), Some(0)));
    assert_eq!(outcome(&partly_unemployed()).rule_of(RULES), Some("sdp_partly_unemployed"));
}

#[test]
fn the_published_maxima_are_one_thirtyseventh_and_two_thirds_of_the_week() {
    let rates = crate::law::Rates::shipped().unwrap();
    for year in 2013..2027 {
        for parameter in ["max_per_hour", "self_employed_minimum_two_thirds"] {
            let week = rates.row("sygedagpenge", "max_per_week", on(year, 6, 1)).unwrap().amount;
            let published = rates.row("sygedagpenge", parameter, on(year, 6, 1)).unwrap().amount;
            // In units of 1/10 000 krone: an hour to the øre, two thirds to the krone.
            let expected = match parameter {
                "max_per_hour" => (week * 2 + 37 * 100) / (2 * 37 * 100) * 100,
                _ => (week * 4 + 3 * 10_000) / (6 * 10_000) * 10_000,
            };
            assert_eq!(published, expected, "{year} {parameter}");
        }
    }
}

proptest! {
    #[test]
    fn steps_add_up_and_no_week_is_above_the_maximum(
        monday in 0..500i32, from in -400..400i32, length in 1..900i32, weekly in 0..=168_00i64, absent in 0..=168_00i64,
        pay in 0..30_000_000i64, hours in 1..200_000i64, employer_pay in 0..1_000_000i64, flags in 0..4u8,
    ) {
        let week = on(2021, 1, 4) + 7 * (monday % 200);
        let facts = Facts {
            week,
            absent_from: Some(week + from),
            absent_to: Some(week + from + length),
            weekly_hours: Some(weekly),
            absent_hours: Some(absent.min(weekly)),
            employer_offers_part_time: Some(flags & 1 == 1),
            pay: Some(pay),
            pay_hours: Some(hours),
            employer_period: Some(flags & 2 == 2),
            employer_pay: Some(employer_pay),
            ..employee()
        };
        let out = outcome(&facts);
        let gross = out.gross().unwrap();
        prop_assert_eq!(gross, steps(&out).iter().flatten().sum::<i64>());
        prop_assert!((0..=4_695_00).contains(&gross));
        prop_assert!(steps(&out)[1..].iter().all(|step| step.unwrap() <= 0));
        // Counted day by day.
        let period = if flags & 2 == 2 { 30 } else { 0 };
        let paid = (week..week + 5).filter(|d| *d >= week + from + period && *d < week + from + length).count();
        prop_assert_eq!(out.get(DAYS), Some(paid as i64));
    }
}
