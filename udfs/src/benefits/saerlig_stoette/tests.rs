use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

/// A person without children in 2021, when the threshold is 3150 kroner, with no income beside the help.
fn facts() -> Facts {
    Facts {
        period: on("2021-05-01"),
        provider: Some(false),
        children_at_home: None,
        children_away: None,
        excluded: Some(false),
        net_housing_cost: Some(415_000),
        reasonable_housing_cost: None,
        net_income: Some(900_000),
        work_costs: Some(0),
        net_help: Some(900_000),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    let rates = rates_with(&[("parameter", "saerlig_stoette_maximum", 2_000)], false);
    row_under::<SaerligStoette, COUNT>(&rates, facts.period, facts)
}

#[test]
fn thresholds_by_children_and_date() {
    let provider = |home, away| Facts {
        provider: Some(true),
        children_at_home: Some(home),
        children_away: Some(away),
        ..facts()
    };
    for (threshold, rule, facts) in [
        (3_150, "special_support_non_provider", facts()),
        (4_600, "special_support_child_at_home", provider(1, 0)),
        (3_750, "special_support_child_at_home", provider(2, 0)),
        (2_900, "special_support_child_at_home", provider(3, 0)),
        (3_900, "special_support_child_at_home", provider(1, 1)),
        (2_350, "special_support_child_at_home", provider(2, 2)),
        (4_700, "special_support_child_away", provider(0, 1)),
        (4_000, "special_support_child_away", provider(0, 2)),
        (350, "special_support_child_at_home", provider(6, 0)),
        (2_450, "special_support_non_provider", Facts { period: on("2012-02-01"), ..facts() }),
        (2_700, "special_support_non_provider", Facts { period: on("2012-03-01"), ..facts() }),
        (2_800, "special_support_non_provider", Facts { period: on("2014-12-01"), ..facts() }),
        (2_850, "special_support_non_provider", Facts { period: on("2015-01-01"), ..facts() }),
        (4_200, "special_support_child_at_home", Facts { period: on("2017-01-01"), ..provider(1, 0) }),
        (4_300, "special_support_child_away", Facts { period: on("2017-01-01"), ..provider(0, 1) }),
        (3_400, "special_support_child_at_home", Facts { period: on("2017-01-01"), ..provider(2, 0) }),
    ] {
        let result = run(&facts);
        assert_eq!((result.get(THRESHOLD), result.rule()), (Some(threshold * 100), rule));
    }
    assert_eq!(run(&provider(0, 0)).missing(), "error: provider without a child");
    assert_eq!(run(&provider(7, 0)).missing(), "rule: a threshold below zero: nothing was read about it");
    let unknown = Facts { children_at_home: None, children_away: None, ..provider(0, 0) };
    assert_eq!(run(&unknown).missing(), "children_at_home; children_away");
    // One child asks for no deduction; 2015 has none published.
    assert_eq!(run(&Facts { period: on("2015-05-01"), ..provider(1, 0) }).get(THRESHOLD), Some(405_000));
    assert!(
        run(&Facts { period: on("2015-05-01"), ..provider(2, 0) }).missing().ends_with("2015-05-01: no row")
    );
}

#[test]
fn the_cost_above_the_threshold_is_paid() {
    for (cost, above) in [(315_000, 0), (314_999, 0), (315_001, 1), (0, 0), (415_000, 100_000)] {
        let result = run(&Facts { net_housing_cost: Some(cost), ..facts() });
        assert_eq!((result.get(ABOVE_THRESHOLD), result.gross()), (Some(above), Some(above)), "{cost}");
    }
    let reasonable = |cost| run(&Facts { reasonable_housing_cost: Some(cost), ..facts() }).gross();
    assert_eq!(
        (reasonable(400_000), reasonable(415_001), reasonable(300_000)),
        (Some(85_000), Some(100_000), Some(0))
    );
}

#[test]
fn income_above_the_help_reduces_it() {
    for (income, costs, reduction) in [
        (900_000, 0, 0),
        (900_001, 0, 1),
        (899_999, 0, 0),
        (950_000, 20_000, 30_000),
        (950_000, 50_000, 0),
        (950_000, 60_000, 0),
        (1_000_000, 0, 100_000),
        (1_000_001, 0, 100_000),
    ] {
        let result = run(&Facts { net_income: Some(income), work_costs: Some(costs), ..facts() });
        assert_eq!(result.get(INCOME_REDUCTION), Some(-reduction), "{income}");
        assert_eq!(result.gross(), Some(100_000 - reduction));
    }
}

#[test]
fn the_maximum_is_a_parameter_of_the_store() {
    for (cost, paid) in [(515_000, 200_000), (514_999, 199_999), (515_001, 200_000), (900_000, 200_000)] {
        let result = run(&Facts { net_housing_cost: Some(cost), ..facts() });
        assert_eq!(result.gross(), Some(paid), "{cost}");
        assert_eq!(result.get(MAXIMUM_REDUCTION), Some(paid - (cost - 315_000)));
    }
    let shipped = row::<SaerligStoette, COUNT>(facts().period, &facts());
    assert_eq!(shipped.missing(), "parameter saerlig_stoette_maximum at 2021-05-01: no row");
    assert_eq!((shipped.get(ABOVE_THRESHOLD), shipped.get(THRESHOLD)), (Some(100_000), Some(315_000)));
    // Where nothing is left, no maximum is needed.
    let nothing = Facts { net_housing_cost: Some(1), ..facts() };
    assert_eq!(row::<SaerligStoette, COUNT>(nothing.period, &nothing).gross(), Some(0));
}

#[test]
fn excluded_groups_and_unknown_facts() {
    let excluded =
        Facts { excluded: Some(true), provider: None, net_housing_cost: None, net_income: None, ..facts() };
    assert_eq!((run(&excluded).gross(), run(&excluded).rule()), (Some(0), "special_support_excluded"));
    for (facts, missing) in [
        (Facts { excluded: None, ..facts() }, "excluded"),
        (Facts { provider: None, ..facts() }, "provider"),
        (Facts { net_housing_cost: None, ..facts() }, "net_housing_cost"),
        (
            Facts { net_income: None, work_costs: None, net_help: None, ..facts() },
            "net_income; work_costs; net_help",
        ),
    ] {
        assert_eq!((run(&facts).missing(), run(&facts).gross()), (missing, None));
    }
    for (date, law) in
        [("2009-09-30", false), ("2009-10-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<SaerligStoette, COUNT>(on(date)), law, "{date}");
    }
}
