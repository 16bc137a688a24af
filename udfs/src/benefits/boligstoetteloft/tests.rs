use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

fn facts() -> Facts {
    Facts {
        period: on("2025-07-01"),
        housing_benefit: Some(100_000),
        couple_whole_month: Some(true),
        raised_rate_whole_month: Some(true),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Boligstoetteloft, COUNT>(facts.period, facts)
}

#[test]
fn couples_on_the_raised_rate_get_at_most_the_ceiling() {
    for (benefit, cut) in [(36_300, 0), (36_301, 1), (36_299, 0), (0, 0), (100_000, 63_700)] {
        let result = run(&Facts { housing_benefit: Some(benefit), ..facts() });
        assert_eq!((result.get(CUT), result.gross()), (Some(-cut), Some(benefit - cut)), "{benefit}");
        assert_eq!((result.get(CEILING), result.rule()), (Some(36_300), "housing_benefit_cap"));
    }
}

#[test]
fn others_and_part_months_have_no_ceiling() {
    for facts in [
        Facts { couple_whole_month: Some(false), raised_rate_whole_month: None, ..facts() },
        Facts { couple_whole_month: Some(false), ..facts() },
        Facts { raised_rate_whole_month: Some(false), ..facts() },
    ] {
        let result = run(&facts);
        assert_eq!(
            (result.gross(), result.rule(), result.get(CEILING)),
            (Some(100_000), "housing_benefit_no_cap", None)
        );
    }
}

#[test]
fn what_is_not_known_is_named() {
    assert_eq!(run(&Facts { housing_benefit: None, ..facts() }).missing(), "housing_benefit");
    assert_eq!(run(&Facts { couple_whole_month: None, ..facts() }).missing(), "couple_whole_month");
    assert_eq!(run(&Facts { raised_rate_whole_month: None, ..facts() }).missing(), "raised_rate_whole_month");
    let next_year = Facts { period: on("2026-01-01"), ..facts() };
    assert!(run(&next_year).missing().ends_with("at 2026-01-01: only derived"));
    assert!(
        row_under::<Boligstoetteloft, COUNT>(&rates_with(&[], true), next_year.period, &next_year).gross()
            > Some(36_300)
    );
    assert!(
        !has_law::<Boligstoetteloft, COUNT>(on("2025-06-30"))
            && has_law::<Boligstoetteloft, COUNT>(on("2025-07-01"))
    );
}
