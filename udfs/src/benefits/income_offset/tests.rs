use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn facts(kind: Kind) -> Facts {
    Facts {
        payment_date: on("2021-05-31"),
        kind: Some(kind),
        amount: Some(500_000),
        grant_date: Some(on("2021-01-01")),
        atp: Some(5_000),
        am_contribution: Some(39_600),
        holiday_set_aside: Some(1_000),
        pension: Some(20_000),
        hours: Some(3_000),
        aconto: Some(false),
        disregarded_this_year: None,
        help_for_days: None,
        married: None,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<IncomeOffset, COUNT>(facts.payment_date, facts)
}

fn counts_as(row: &Row<COUNT>) -> &'static str {
    CountsAs::WORDS[row.get(COUNTS_AS).unwrap() as usize]
}

#[test]
fn work_counts_after_what_is_set_aside() {
    let result = run(&facts(Kind::Work));
    assert_eq!((result.gross(), result.rule(), counts_as(&result)), (Some(434_400), "income_work", "work"));
    assert_eq!(
        (result.get(AMOUNT), result.get(SET_ASIDE), result.get(DISREGARD)),
        (Some(500_000), Some(-65_600), Some(0))
    );
    assert_eq!(result.get(HOURS), Some(3_000));
    assert_eq!(run(&Facts { amount: Some(65_600), ..facts(Kind::Work) }).gross(), Some(0));
    assert_eq!(
        run(&Facts { amount: Some(65_599), ..facts(Kind::Work) }).missing(),
        "error: the set-aside amounts are more than the income"
    );
    let unknown = Facts {
        atp: None,
        am_contribution: None,
        holiday_set_aside: None,
        pension: None,
        ..facts(Kind::Work)
    };
    assert_eq!(run(&unknown).missing(), "atp; am_contribution; holiday_set_aside; pension");
    assert_eq!(run(&Facts { aconto: None, ..facts(Kind::Work) }).missing(), "aconto");
    // A first part of the pay carries no set-aside amount and no hours.
    let first = run(&Facts { aconto: Some(true), atp: None, ..facts(Kind::Work) });
    assert_eq!((first.gross(), first.get(HOURS), counts_as(&first)), (Some(500_000), Some(0), "work"));
}

#[test]
fn hours_that_are_not_known_are_the_income_over_the_factor() {
    let of = |paid: &str, amount| {
        let set_aside = Some(0);
        let facts = Facts {
            atp: set_aside,
            am_contribution: set_aside,
            holiday_set_aside: set_aside,
            pension: set_aside,
            ..facts(Kind::Work)
        };
        run(&Facts {
            payment_date: on(paid),
            grant_date: Some(on("2017-01-01")),
            amount: Some(amount),
            hours: None,
            ..facts
        })
    };
    // 241.73 in 2019, 277.76 in 2024.
    for (paid, amount, hours) in [
        ("2019-05-31", 400_000, 1_655),
        ("2024-05-31", 500_000, 1_800),
        ("2019-05-31", 0, 0),
        ("2019-05-31", 99_999_999, 74_400),
    ] {
        assert_eq!(of(paid, amount).get(HOURS), Some(hours), "{paid} {amount}");
    }
    assert_eq!(
        of("2022-05-31", 1).missing(),
        "rate fradrag/conversion_factor_income_to_hours at 2022-05-31: no row"
    );
}

#[test]
fn other_kinds() {
    for (kind, rule, counts, gross) in [
        (Kind::WithoutWork, "income_without_work", "other", 500_000),
        (Kind::Other, "income_other", "other", 500_000),
        (Kind::HolidayPayNotTaken, "income_holiday_pay_not_taken", "other", 500_000),
        (Kind::Exempt, "income_exempt", "nothing", 0),
        (Kind::BackPayment, "income_back_payment", "nothing", 0),
    ] {
        let result = run(&Facts { atp: None, aconto: None, ..facts(kind) });
        assert_eq!((result.gross(), result.rule(), counts_as(&result)), (Some(gross), rule, counts));
        assert_eq!((result.get(HOURS), result.get(DISREGARD)), (None, Some(gross - 500_000)));
    }
}

#[test]
fn income_before_the_grant_does_not_count() {
    for (paid, counts) in [("2021-05-29", false), ("2021-05-30", true), ("2021-05-31", true)] {
        let result =
            run(&Facts { payment_date: on(paid), grant_date: Some(on("2021-05-30")), ..facts(Kind::Other) });
        assert_eq!(result.gross(), Some(if counts { 500_000 } else { 0 }), "{paid}");
        assert_eq!(result.rule() == "income_before_grant", !counts);
    }
}

#[test]
fn free_amounts_of_the_year() {
    for (kind, yearly, rule) in
        [(Kind::Stu, 2_400_000, "income_stu"), (Kind::FreeCard, 2_000_000, "income_social_free_card")]
    {
        let of = |used| run(&Facts { disregarded_this_year: Some(used), ..facts(kind) });
        let inside = of(0);
        assert_eq!((inside.gross(), inside.rule(), inside.get(HOURS)), (Some(0), rule, Some(0)));
        assert_eq!(inside.get(DISREGARD), Some(-434_400));
        // What is left after the set-aside amounts just fits, or just does not.
        assert_eq!(of(yearly - 434_400).gross(), Some(0));
        assert!(of(yearly - 434_399).missing().starts_with("rule: income partly within a free amount"));
        assert!(of(yearly - 1).missing().starts_with("rule: income partly within a free amount"));
        for used in [yearly, yearly + 1] {
            let beyond = of(used);
            assert_eq!(
                (beyond.gross(), beyond.get(HOURS), counts_as(&beyond)),
                (Some(434_400), Some(3_000), "work")
            );
        }
        assert_eq!(run(&facts(kind)).missing(), "disregarded_this_year");
    }
    let later =
        Facts { payment_date: on("2023-05-31"), disregarded_this_year: Some(0), ..facts(Kind::FreeCard) };
    assert!(run(&later).missing().ends_with("at 2023-05-31: no row"));
}

#[test]
fn holiday_pay_counts_up_to_the_help_of_its_days() {
    for (help, gross) in [(500_000, 500_000), (499_999, 499_999), (500_001, 500_000), (0, 0)] {
        let result = run(&Facts { help_for_days: Some(help), ..facts(Kind::HolidayPay) });
        assert_eq!(
            (result.gross(), result.rule(), counts_as(&result)),
            (Some(gross), "income_holiday_pay", "other")
        );
    }
    assert_eq!(run(&facts(Kind::HolidayPay)).missing(), "help_for_days");
}

#[test]
fn surplus_tax_counts_above_the_asset_limit() {
    for (married, free) in [(false, 1_000_000), (true, 2_000_000)] {
        for (amount, gross) in [(free, 0), (free - 1, 0), (free + 1, 1), (0, 0)] {
            let result =
                run(&Facts { married: Some(married), amount: Some(amount), ..facts(Kind::SurplusTax) });
            assert_eq!(
                (result.gross(), result.rule()),
                (Some(gross), "income_surplus_tax"),
                "{married} {amount}"
            );
        }
    }
    assert_eq!(run(&facts(Kind::SurplusTax)).missing(), "married");
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts { kind: None, amount: None, grant_date: None, ..facts(Kind::Work) };
    assert_eq!(run(&unknown).missing(), "kind; amount; grant_date");
    for (date, law) in
        [("2013-12-31", false), ("2014-01-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<IncomeOffset, COUNT>(on(date)), law, "{date}");
    }
}
