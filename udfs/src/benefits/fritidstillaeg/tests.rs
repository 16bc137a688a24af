use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

/// A couple with two children after three months of kontanthjælp in 2025.
fn facts() -> Facts {
    Facts {
        period: on("2025-10-01"),
        children_at_home: Some(2),
        months_on_help: Some(3),
        months_since_work: None,
        documented: Some(true),
        single_provider: Some(false),
        raised_rate: None,
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Fritidstillaeg, COUNT>(facts.period, facts)
}

#[test]
fn per_child_at_most_three() {
    let single = Facts { single_provider: Some(true), raised_rate: Some(true), ..facts() };
    for (children, paid) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (9, 3)] {
        let of = |facts: Facts| run(&Facts { children_at_home: Some(children), ..facts });
        assert_eq!(of(facts()).gross(), Some(paid * 45_000), "{children}");
        assert_eq!(of(facts()).get(CHILDREN), Some(paid));
        assert_eq!(of(single).gross(), Some(paid * 11_250), "{children}");
        let next = on("2026-01-01");
        assert_eq!(of(Facts { period: next, ..facts() }).gross(), Some(paid * 50_000));
        assert_eq!(of(Facts { period: next, ..single }).gross(), Some(paid * 12_500));
    }
    assert_eq!(
        (run(&facts()).rule(), run(&single).rule()),
        ("leisure_supplement", "leisure_supplement_single")
    );
    assert_eq!(run(&facts()).get(SUPPLEMENT), Some(90_000));
}

#[test]
fn the_right_begins_after_three_months_and_ends_three_after_work() {
    for (waited, since_work, documented, rule) in [
        (0, None, true, "leisure_supplement_too_early"),
        (2, None, true, "leisure_supplement_too_early"),
        (3, None, true, "leisure_supplement"),
        (3, Some(0), true, "leisure_supplement"),
        (3, Some(2), true, "leisure_supplement"),
        (3, Some(3), true, "leisure_supplement_over"),
        (9, None, false, "leisure_supplement_not_documented"),
    ] {
        let result = run(&Facts {
            months_on_help: Some(waited),
            months_since_work: since_work,
            documented: Some(documented),
            ..facts()
        });
        assert_eq!(result.rule(), rule, "{waited} {since_work:?}");
        let paid = rule == "leisure_supplement";
        assert_eq!(result.gross(), Some(if paid { 90_000 } else { 0 }));
        assert_eq!(result.get(CHILDREN), Some(if paid { 2 } else { 0 }));
    }
}

#[test]
fn single_providers_below_the_raised_rate_depend_on_a_parameter() {
    let single = Facts { single_provider: Some(true), raised_rate: Some(false), ..facts() };
    let name = "fritidstillaeg_reduced_for_all_single_providers";
    assert_eq!(run(&single).missing(), format!("parameter {name} at 2025-10-01: no row"));
    for (value, gross) in [(1, 22_500), (0, 90_000)] {
        let rates = rates_with(&[("parameter", name, value)], false);
        assert_eq!(row_under::<Fritidstillaeg, COUNT>(&rates, single.period, &single).gross(), Some(gross));
    }
    assert_eq!(run(&Facts { raised_rate: None, ..single }).missing(), "raised_rate");
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts {
        children_at_home: None,
        months_on_help: None,
        documented: None,
        single_provider: None,
        ..facts()
    };
    assert_eq!(run(&unknown).missing(), "children_at_home; months_on_help; documented; single_provider");
    assert!(run(&Facts { period: on("2027-01-01"), ..facts() }).missing().contains("2027-01-01: no row"));
    assert!(
        !has_law::<Fritidstillaeg, COUNT>(on("2025-06-30"))
            && has_law::<Fritidstillaeg, COUNT>(on("2025-07-01"))
    );
}
