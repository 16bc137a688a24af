use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn facts(birth: &str, home: Option<bool>, needed: i64) -> Facts {
    Facts { period: on("2013-05-01"), birth_date: on(birth), lives_with_parent: home, needed: Some(needed) }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Engangshjaelp, COUNT>(facts.period, facts)
}

#[test]
fn what_is_needed_up_to_the_maximum() {
    for (birth, home, maximum, rule) in [
        ("1988-05-02", Some(true), 278_900, "one_off_under_25_living_home"),
        ("1988-05-02", Some(false), 561_100, "one_off_25_or_living_out"),
        ("1988-05-01", None, 561_100, "one_off_25_or_living_out"),
        ("1995-05-01", Some(true), 278_900, "one_off_under_25_living_home"),
    ] {
        for (needed, paid) in [(0, 0), (maximum - 1, maximum - 1), (maximum, maximum), (maximum + 1, maximum)]
        {
            let result = run(&facts(birth, home, needed));
            assert_eq!((result.gross(), result.rule()), (Some(paid), rule), "{birth} {needed}");
            assert_eq!((result.get(MAXIMUM), result.get(HELP)), (Some(maximum), Some(paid)));
        }
    }
}

#[test]
fn what_is_not_known_is_named() {
    assert_eq!(run(&facts("1995-05-02", Some(true), 1)).missing(), "rule: under 18");
    assert_eq!(run(&facts("1990-05-02", None, 1)).missing(), "lives_with_parent");
    assert_eq!(run(&Facts { needed: None, ..facts("1980-05-02", None, 1) }).missing(), "needed");
    let later = Facts { period: on("2014-01-01"), ..facts("1980-05-02", None, 1) };
    assert!(run(&later).missing().ends_with("at 2014-01-01: no row"));
    assert!(!has_law::<Engangshjaelp, COUNT>(on("2012-12-31")));
}
