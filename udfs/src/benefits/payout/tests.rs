use proptest::prelude::*;

use super::*;
use crate::benefits::las::testing::{Row, on, row};

fn facts(grants: i64, sanctions: i64, atp: i64, tax: i64, debtor: i64, administration: i64) -> Facts {
    Facts {
        period: on("2022-12-01"),
        grants: Some(grants),
        sanctions: Some(sanctions),
        atp: Some(atp),
        tax: Some(tax),
        debtor: Some(debtor),
        administration: Some(administration),
    }
}

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Payout, COUNT>(facts.period, facts)
}

#[test]
fn the_order_decides_what_is_left() {
    let result = run(&facts(1_557_000, 140_000, 9_500, 400_000, 50_000, 200_000));
    let steps = [GRANTS, SANCTIONS, ATP, TAX, DEBTOR, ADMINISTRATION].map(|step| result.get(step).unwrap());
    assert_eq!(steps, [1_557_000, -140_000, -9_500, -400_000, -50_000, -200_000]);
    assert_eq!(result.gross(), Some(757_500));
    assert_eq!(
        (result.get(AFTER_SANCTIONS), result.get(NET), result.get(SANCTIONS_LEFT)),
        (Some(1_417_000), Some(1_007_500), Some(0))
    );
    assert_eq!(result.rule(), "order_of_operations");
}

#[test]
fn nothing_goes_below_zero() {
    // Sanctions beyond the help wait for a later month.
    let result = run(&facts(100, 101, 0, 0, 5, 5));
    assert_eq!(
        (result.gross(), result.get(SANCTIONS), result.get(SANCTIONS_LEFT)),
        (Some(0), Some(-100), Some(1))
    );
    assert_eq!((result.get(DEBTOR), result.get(ADMINISTRATION)), (Some(0), Some(0)));
    // The debtor system comes before the administration case.
    let result = run(&facts(100, 0, 10, 20, 71, 5));
    assert_eq!(
        (result.get(DEBTOR), result.get(ADMINISTRATION), result.gross()),
        (Some(-70), Some(0), Some(0))
    );
    let result = run(&facts(100, 0, 10, 20, 69, 5));
    assert_eq!(
        (result.get(DEBTOR), result.get(ADMINISTRATION), result.gross()),
        (Some(-69), Some(-1), Some(0))
    );
    // ATP and tax are reckoned on what is there: more than that is an error.
    assert_eq!(run(&facts(100, 50, 50, 0, 0, 0)).gross(), Some(0));
    assert_eq!(
        run(&facts(100, 50, 51, 0, 0, 0)).missing(),
        "error: atp is more than the gross amount after sanctions"
    );
    assert_eq!(run(&facts(100, 50, 10, 40, 0, 0)).gross(), Some(0));
    assert_eq!(
        run(&facts(100, 50, 10, 41, 0, 0)).missing(),
        "error: tax is more than the gross amount after sanctions and ATP"
    );
}

#[test]
fn what_is_not_known_is_named() {
    let none = Facts {
        period: on("2022-12-01"),
        grants: None,
        sanctions: None,
        atp: None,
        tax: None,
        debtor: None,
        administration: None,
    };
    assert_eq!(run(&none).missing(), "grants; sanctions; atp; tax; debtor; administration");
    let all = facts(100, 0, 0, 0, 0, 0);
    for (facts, missing) in [
        (Facts { grants: None, ..all }, "grants"),
        (Facts { sanctions: None, ..all }, "sanctions"),
        (Facts { atp: None, ..all }, "atp"),
        (Facts { tax: None, ..all }, "tax"),
        (Facts { debtor: None, ..all }, "debtor"),
        (Facts { administration: None, ..all }, "administration"),
    ] {
        assert_eq!((run(&facts).missing(), run(&facts).gross()), (missing, None));
    }
}

proptest! {
    /// The steps add up to what is paid out, which is never below zero, and no one gets more than asked.
    #[test]
    fn the_steps_add_up(grants in 0..5_000_000i64, sanctions in 0..6_000_000i64, atp in 0..30_000i64, tax in 0..2_000_000i64, debtor in 0..3_000_000i64, administration in 0..3_000_000i64) {
        let result = run(&facts(grants, sanctions, atp, tax, debtor, administration));
        let left = (grants - sanctions).max(0);
        match result.gross() {
            None => prop_assert!(atp + tax > left),
            Some(paid) => {
                prop_assert_eq!(paid, (left - atp - tax - debtor - administration).max(0));
                prop_assert_eq!(result.get(SANCTIONS_LEFT).unwrap() - result.get(SANCTIONS).unwrap(), sanctions);
                prop_assert!(-result.get(DEBTOR).unwrap() <= debtor && -result.get(ADMINISTRATION).unwrap() <= administration);
            }
        }
    }
}
