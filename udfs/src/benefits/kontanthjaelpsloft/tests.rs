use proptest::prelude::*;

use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

/// A single person of 30 or over without children in 2023: the ceiling is 14447 kroner.
fn facts() -> Facts {
    Facts {
        period: on("2023-05-01"),
        rate_group: Some(Group::Adult),
        single: Some(true),
        children: Some(0),
        help: Some(1_194_400),
        saerlig_stoette: Some(100_000),
        housing_benefit: Some(100_000),
        adults: Some(1),
        exempt_dwelling: Some(false),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Kontanthjaelpsloft, COUNT>(facts.period, facts)
}

#[test]
fn every_ceiling_of_2023_and_the_integration_ceilings_of_2018() {
    let published = [
        (Group::Adult, [11_944, 15_874, 15_874, 14_447, 16_550, 16_941]),
        (Group::Young, [10_294, 13_553, 13_419, 11_060, 16_223, 16_614]),
        (Group::Student, [9_863, 12_925, 12_751, 10_623, 15_436, 15_825]),
        (Group::Integration, [9_132, 11_948, 11_783, 9_848, 14_208, 14_576]),
    ];
    for (group, ceilings) in published {
        let period = on(if group == Group::Integration { "2018-07-01" } else { "2023-12-01" });
        for (n, ceiling) in ceilings.into_iter().enumerate() {
            for more in if n % 3 == 2 { vec![0, 1, 7] } else { vec![0] } {
                let facts = Facts {
                    period,
                    rate_group: Some(group),
                    single: Some(n >= 3),
                    children: Some(n as i64 % 3 + more),
                    ..facts()
                };
                assert_eq!(run(&facts).get(CEILING), Some(ceiling * 100), "{group:?} {n}");
            }
        }
    }
    let missing = Facts { rate_group: Some(Group::Integration), ..facts() };
    assert_eq!(
        run(&missing).missing(),
        "rate kontanthjaelpsloft/integrationsydelse_single_non_provider at 2023-05-01: no row"
    );
}

#[test]
fn special_support_is_cut_before_housing_benefit() {
    // The room above the help is 2503 kroner.
    for (support, housing, support_cut, housing_cut) in [
        (100_000, 150_300, 0, 0),
        (100_000, 150_400, 100, 0),
        (100_100, 150_300, 100, 0),
        (300_000, 150_000, 199_700, 0),
        (0, 250_300, 0, 0),
        (0, 250_400, 0, 100),
        (50_000, 300_000, 50_000, 49_700),
        (0, 0, 0, 0),
    ] {
        let result =
            run(&Facts { saerlig_stoette: Some(support), housing_benefit: Some(housing), ..facts() });
        assert_eq!(result.get(SAERLIG_STOETTE_CUT), Some(-support_cut), "{support} {housing}");
        assert_eq!(result.get(HOUSING_CUT), Some(-housing_cut), "{support} {housing}");
        assert_eq!(result.gross(), Some(support + housing - support_cut - housing_cut));
        assert_eq!(result.get(ROOM), Some(250_300));
    }
    // Help above the ceiling leaves no room, and is not cut itself.
    let result = run(&Facts { help: Some(1_444_701), ..facts() });
    assert_eq!((result.get(ROOM), result.gross()), (Some(0), Some(0)));
}

#[test]
fn housing_benefit_counts_with_an_equal_share_in_whole_kroner() {
    for (benefit, adults, share) in
        [(200_000, 2, 100_000), (100_000, 3, 33_300), (100_099, 1, 100_000), (99, 1, 0)]
    {
        let result = run(&Facts { housing_benefit: Some(benefit), adults: Some(adults), ..facts() });
        assert_eq!(result.get(HOUSING_SHARE), Some(share));
    }
    assert_eq!(run(&Facts { adults: Some(0), ..facts() }).missing(), "error: adults is zero");
}

#[test]
fn an_exempt_dwelling_has_no_ceiling() {
    let exempt = Facts {
        exempt_dwelling: Some(true),
        help: None,
        rate_group: None,
        saerlig_stoette: Some(900_000),
        ..facts()
    };
    let result = run(&exempt);
    assert_eq!(
        (result.gross(), result.rule(), result.get(CEILING)),
        (Some(1_000_000), "ceiling_exempt", None)
    );
}

#[test]
fn what_is_not_known_is_named() {
    for (facts, missing) in [
        (
            Facts { rate_group: None, single: None, children: None, help: None, ..facts() },
            "rate_group; single; children; help",
        ),
        (Facts { rate_group: None, ..facts() }, "rate_group"),
        (Facts { help: None, ..facts() }, "help"),
        (
            Facts { saerlig_stoette: None, housing_benefit: None, adults: None, ..facts() },
            "saerlig_stoette; housing_benefit; adults",
        ),
        (Facts { exempt_dwelling: None, ..facts() }, "exempt_dwelling"),
    ] {
        assert_eq!((run(&facts).missing(), run(&facts).gross()), (missing, None));
    }
    assert_eq!(run(&facts()).rule(), "ceiling");
}

#[test]
fn the_ceiling_lived_from_october_2016_to_june_2025() {
    for (date, law) in
        [("2016-09-30", false), ("2016-10-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<Kontanthjaelpsloft, COUNT>(on(date)), law, "{date}");
    }
}

proptest! {
    /// Nothing is cut below zero, the sum fits under the ceiling or nothing is left, and housing benefit is only cut when no special
    /// support is left.
    #[test]
    fn the_cut_is_no_more_than_needed(help in 0..2_000_000i64, support in 0..500_000i64, benefit in 0..900_000i64, adults in 1..5i64) {
        let result = run(&Facts { help: Some(help), saerlig_stoette: Some(support), housing_benefit: Some(benefit), adults: Some(adults), ..facts() });
        let (cut, housing_cut) = (-result.get(SAERLIG_STOETTE_CUT).unwrap(), -result.get(HOUSING_CUT).unwrap());
        let share = result.get(HOUSING_SHARE).unwrap();
        prop_assert!((0..=support).contains(&cut) && (0..=share).contains(&housing_cut));
        prop_assert!(housing_cut == 0 || cut == support);
        let total = help + result.gross().unwrap();
        prop_assert!(total <= 1_444_700 || result.gross() == Some(0));
        prop_assert!(cut + housing_cut == 0 || total == 1_444_700 || help > 1_444_700);
    }
}
