//! The printed scales step by step, the raised limits, and both subsidies to the øre.

use proptest::prelude::*;

use super::*;
use crate::benefits::testing::{book, book_with};

/// Two providers with one child and a place of 3,000 kr. in 2021.
fn facts(year: i32) -> Facts {
    Facts {
        period: day::from_civil(year, 5, 1),
        monthly_income: Some(0),
        single_provider: Some(false),
        children: Some(1),
        place_price: Some(3_000_00),
        sibling_in_dearer_place: Some(false),
    }
}

fn outcome(facts: &Facts) -> Outcome<COUNT> {
    OekonomiskFriplads::outcome(facts, book::<COUNT, OekonomiskFriplads>().on(facts.period).unwrap())
}

/// Per cent the parents pay at an income of a year that twelve divides.
fn percent(facts: &Facts, year_income: i64) -> Option<i64> {
    outcome(&Facts { monthly_income: Some(year_income / 12), ..*facts }).get(PAYMENT_PCT)
}

/// The smallest income of twelve equal months in whole øre from an amount on.
fn from_oere(oere: i64) -> i64 {
    (oere + 11) / 12 * 12
}

#[test]
fn the_printed_first_steps() {
    for (year, free, first_step_ends) in
        [(2019, 177_601_00, 181_539_00), (2020, 181_501_00, 185_525_00), (2021, 185_701_00, 189_818_00)]
    {
        let facts = Facts { ..facts(year) };
        // 2020 has no published amount for further children, which one child does not need.
        assert_eq!(percent(&facts, from_oere(free) - 12), Some(0), "{year}");
        assert_eq!(percent(&facts, from_oere(free)), Some(5), "{year}");
        assert_eq!(percent(&facts, from_oere(first_step_ends) - 12), Some(5), "{year}");
        assert_eq!(percent(&facts, from_oere(first_step_ends)), Some(6), "{year}");
    }
    assert_eq!(outcome(&Facts { monthly_income: Some(15_750_00), ..facts(2021) }).get(PAYMENT_PCT), Some(5));
}

#[test]
fn the_last_step_is_held_at_99_and_ends_at_the_upper_limit() {
    let facts = facts(2021);
    // 185,701 + 94 × 4,117 = 572,699.
    assert_eq!(percent(&facts, from_oere(572_699_00) - 12), Some(98));
    assert_eq!(percent(&facts, from_oere(572_699_00)), Some(99));
    assert_eq!(percent(&facts, from_oere(576_800_00) - 12), Some(99));
    assert_eq!(percent(&facts, from_oere(576_800_00)), Some(100));
    // In 2019 the rounded step would give 100 before the limit: 177,601 + 95 × 3,938 = 551,711.
    let high = Facts { single_provider: Some(true), children: Some(3), ..super::tests::facts(2019) };
    let out = outcome(&Facts { monthly_income: Some(627_838_00 / 12), ..high });
    assert_eq!(
        (out.get(LOWER), out.get(UPPER), out.get(PAYMENT_PCT)),
        (Some(253_740_00), Some(627_839_00), Some(99))
    );
}

#[test]
fn limits_rise_for_single_providers_and_children() {
    let upper = |year, single, children| {
        outcome(&Facts { single_provider: Some(single), children: Some(children), ..facts(year) }).get(UPPER)
    };
    assert_eq!(upper(2019, true, 1), Some(613_839_00));
    assert_eq!((upper(2019, false, 2), upper(2019, false, 4)), (Some(558_700_00), Some(572_700_00)));
    assert_eq!(upper(2024, true, 2), Some(699_289_00));
    let year_2022 = Facts { single_provider: Some(true), ..facts(2022) };
    assert_eq!(outcome(&year_2022).stopped().rates, 1 << FREE.0);
    let derived = OekonomiskFriplads::outcome(
        &year_2022,
        book_with::<COUNT, OekonomiskFriplads>(true).on(year_2022.period).unwrap(),
    );
    assert_eq!(derived.get(UPPER), Some(649_447_00));
}

#[test]
fn subsidies_in_their_order_to_the_oere() {
    let pays = |monthly_income, place_price, sibling| {
        let out = outcome(&Facts {
            monthly_income: Some(monthly_income),
            place_price: Some(place_price),
            sibling_in_dearer_place: Some(sibling),
            ..facts(2021)
        });
        (out.get(FREE_PLACE), out.get(SIBLING), out.get(PAYMENT), out.gross(), out.rule_of(RULES))
    };
    assert_eq!(
        pays(15_000_00, 3_000_00, true),
        (Some(3_000_00), Some(0), Some(0), Some(3_000_00), Some("fri_free"))
    );
    assert_eq!(
        pays(15_750_00, 3_000_10, false),
        (Some(2_850_09), Some(0), Some(150_01), Some(2_850_09), Some("fri_scale"))
    );
    assert_eq!(
        pays(15_750_00, 3_000_10, true),
        (Some(2_850_09), Some(75_01), Some(75_00), Some(2_925_10), Some("fri_scale"))
    );
    assert_eq!(
        pays(60_000_00, 3_000_00, false),
        (Some(0), Some(0), Some(3_000_00), Some(0), Some("fri_none"))
    );
    assert_eq!(
        pays(60_000_00, 3_000_00, true),
        (Some(0), Some(1_500_00), Some(1_500_00), Some(1_500_00), Some("fri_none"))
    );
}

#[test]
fn each_unknown_fact_is_named_and_children_are_counted() {
    for (facts, argument) in [
        (Facts { monthly_income: None, ..facts(2021) }, arg::monthly_income),
        (Facts { single_provider: None, ..facts(2021) }, arg::single_provider),
        (Facts { children: None, ..facts(2021) }, arg::children),
        (Facts { place_price: None, ..facts(2021) }, arg::place_price),
        (Facts { sibling_in_dearer_place: None, ..facts(2021) }, arg::sibling_in_dearer_place),
    ] {
        let out = outcome(&facts);
        assert_eq!((out.gross(), out.stopped().facts), (None, 1 << argument.0));
    }
    for (children, stops) in [(0, true), (1, false), (50, false), (51, true)] {
        let out = outcome(&Facts { children: Some(children), ..facts(2021) });
        assert_eq!(out.stopped().gaps == 1 << NO_CHILD.0, stops, "{children}");
    }
}

proptest! {
    #[test]
    fn more_income_never_costs_less(income in 0..8_000_000i64, more in 0..100_000i64, price in 0..1_000_000i64, sibling: bool) {
        let at = |monthly_income| outcome(&Facts {
            monthly_income: Some(monthly_income),
            place_price: Some(price),
            sibling_in_dearer_place: Some(sibling),
            ..facts(2021)
        });
        let (low, high) = (at(income), at(income + more));
        prop_assert!(low.get(PAYMENT) <= high.get(PAYMENT));
        prop_assert_eq!(low.gross().unwrap() + low.get(PAYMENT).unwrap(), price);
        prop_assert_eq!(low.gross().unwrap(), low.get(FREE_PLACE).unwrap() + low.get(SIBLING).unwrap());
    }
}
