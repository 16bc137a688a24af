//! A-tax withheld from a benefit, kildeskatteloven (KSL) § 48, with the roundings the tax authority permits.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Input, Law, LawVersion, Outcome, Output, Percent, Spec, Unit, facts, fields,
    gaps, rates, roundings, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;
use crate::law::money::AMOUNT_UNIT;

words! {
    /// The card the payer has.
    pub enum Card {
        /// Hovedkort: deduction and percentage.
        Main = "main",
        /// Bikort: percentage without deduction.
        Secondary = "secondary",
        /// Frikort: nothing until its amount is used.
        Free = "free",
        /// None.
        None = "none",
    }
}

words! {
    /// A permitted way of rounding.
    pub enum Method {
        /// Calculated with øre, rounded when it is reported.
        Oere = "oere",
        /// Calculated with øre, then rounded by the 50-øre rule.
        NearestKrone = "nearest_krone",
        /// Calculated with øre, then the øre are deleted.
        CutOere = "cut_oere",
        /// Base down to tens of kroner, tax up to whole kroner.
        BaseDown10TaxUp = "base_down_10_tax_up",
    }
}

facts! {
    /// The facts of one payment.
    pub struct Facts {
        needed {
            /// Day of the payment.
            pay_on: Date,
            /// The card the payer has.
            card: Card,
            /// The way of rounding that was chosen; the law permits each.
            method: Method,
        }
        given {
            /// Benefit less the recipient's own ATP.
            income: Amount,
            /// Main card: deduction of the period.
            deduction: Amount,
            /// Main and secondary card: percentage of the card.
            percent: Percent,
            /// Exemption card: what is left of its amount.
            free_amount_left: Amount,
        }
    }
}

fields! {
    steps {
        TAX = "tax", "Tax to withhold.";
    }
    details {
        BASE = "tax_base": Unit::Kroner, "What the percentage is taken of.";
    }
}

rates! {
    WITHOUT_CARD = "skat" / "withholding_pct_without_card";
}

rule_ids! {
    RULE_MAIN = "tax_main_card";
    RULE_SECONDARY = "tax_secondary_card";
    RULE_FREE = "tax_free_card";
    RULE_NONE = "tax_no_card";
}

gaps! {
    ABOVE_FREE = "rule: income above what is left of the exemption card is taxed by another card";
}

roundings! {
    NEAREST_KRONE = "tax_50_oere";
    CUT_OERE = "tax_cut_oere";
    DOWN_10 = "tax_base_down_10";
    UP_KRONE = "tax_up_krone";
}

/// The tax.
#[derive(Debug)]
pub struct ATax;

impl Benefit<COUNT> for ATax {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "a_tax",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: ROUNDINGS,
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "ksl_48" }],
        until: day::OPEN_END,
        doc: "A-tax of one payment of a benefit that carries no AM-bidrag: main card with deduction, secondary card without, 55 % without a \
              card. The tax authority permits three ways of rounding, one of them in two forms; which one a payer uses is its choice and \
              a named argument. Not calculated here: the order of several payments on one card.",
        source: "KSL § 48, stk. 3, 7, 8; the tax authority's guidance on rounding; law.rules and law.rates.",
        example: Example {
            sql: "SELECT a_tax(pay_on => DATE '2024-05-31', card => 'main', method => 'base_down_10_tax_up', income => 15874, \
                  deduction => 3840, percent => 39)['tax'] AS tax",
            column: "tax",
            value: "4692.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let income = out.need(facts.income, arg::income);
        let (base, units, rule) = match facts.card {
            Card::Main => {
                let deduction = out.need(facts.deduction, arg::deduction);
                let units = card_percent(facts, out);
                ((income? - deduction?).max(0), units?, RULE_MAIN)
            }
            Card::Secondary => {
                let units = card_percent(facts, out);
                (income?, units?, RULE_SECONDARY)
            }
            Card::None => {
                let units = out.units(law, WITHOUT_CARD);
                (income?, units?, RULE_NONE)
            }
            Card::Free => {
                let left = out.need(facts.free_amount_left, arg::free_amount_left);
                if income? > left? {
                    out.stop(ABOVE_FREE);
                    return None;
                }
                (0, 0, RULE_FREE)
            }
        };
        out.rule(rule);
        let base = match facts.method {
            Method::BaseDown10TaxUp => out.round(law, DOWN_10, Ratio::whole(base))?,
            Method::Oere | Method::NearestKrone | Method::CutOere => base,
        };
        let exact = Ratio::percent(base, units);
        let tax = match facts.method {
            Method::Oere => exact.nearest()?,
            Method::NearestKrone => out.round(law, NEAREST_KRONE, Ratio::whole(exact.nearest()?))?,
            Method::CutOere => out.round(law, CUT_OERE, Ratio::whole(exact.nearest()?))?,
            Method::BaseDown10TaxUp => out.round(law, UP_KRONE, exact)?,
        };
        out.set(BASE, base);
        out.set(TAX, tax);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// The percentage of the card, as rates are.
fn card_percent(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<i64> {
    Some(out.need(facts.percent, arg::percent)? * (AMOUNT_UNIT / 100))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::benefits::testing::book;

    fn facts(card: Card, method: Method) -> Facts {
        Facts {
            pay_on: day::from_civil(2024, 5, 31),
            card,
            method,
            income: Some(15_874_00),
            deduction: Some(3_840_00),
            percent: Some(39_00),
            free_amount_left: Some(20_000_00),
        }
    }

    fn outcome(facts: &Facts) -> Outcome<COUNT> {
        ATax::outcome(facts, book::<COUNT, ATax>().on(facts.pay_on).unwrap())
    }

    fn tax(facts: &Facts) -> (Option<i64>, Option<i64>, Option<&'static str>) {
        let out = outcome(facts);
        (out.get(BASE), out.get(TAX), out.rule_of(RULES))
    }

    #[test]
    fn each_card() {
        let by = |card| tax(&facts(card, Method::Oere));
        assert_eq!(by(Card::Main), (Some(12_034_00), Some(4_693_26), Some("tax_main_card")));
        assert_eq!(by(Card::Secondary), (Some(15_874_00), Some(6_190_86), Some("tax_secondary_card")));
        assert_eq!(by(Card::None), (Some(15_874_00), Some(8_730_70), Some("tax_no_card")));
        assert_eq!(by(Card::Free), (Some(0), Some(0), Some("tax_free_card")));
        let small = Facts { income: Some(3_839_99), ..facts(Card::Main, Method::Oere) };
        assert_eq!(tax(&small), (Some(0), Some(0), Some("tax_main_card")));
        assert_eq!(tax(&Facts { income: Some(3_840_03), ..small }).0, Some(3));
    }

    #[test]
    fn each_way_of_rounding() {
        let by = |method, income| {
            let given = Facts { income: Some(income), ..facts(Card::Secondary, method) };
            (outcome(&given).get(BASE), outcome(&given).get(TAX))
        };
        // 39 % of 5,919.96 is 2,308.7844; of 5,910 it is 2,304.90.
        let income = 5_919_96;
        assert_eq!(by(Method::Oere, income), (Some(income), Some(2_308_78)));
        assert_eq!(by(Method::NearestKrone, income), (Some(income), Some(2_309_00)));
        assert_eq!(by(Method::CutOere, income), (Some(income), Some(2_308_00)));
        assert_eq!(by(Method::BaseDown10TaxUp, income), (Some(5_910_00), Some(2_305_00)));
        assert_eq!(by(Method::BaseDown10TaxUp, 5_910_00), (Some(5_910_00), Some(2_305_00)));
        assert_eq!(by(Method::BaseDown10TaxUp, 9_99), (Some(0), Some(0)));
        // 39 % of 100 is a whole number of kroner.
        assert_eq!(by(Method::BaseDown10TaxUp, 100_00), (Some(100_00), Some(39_00)));
        // 39 % of 3.85 is 1.5015, of 3.84 it is 1.4976: the øre come first.
        assert_eq!(
            (by(Method::NearestKrone, 3_85).1, by(Method::NearestKrone, 3_84).1),
            (Some(2_00), Some(2_00))
        );
        assert_eq!(by(Method::NearestKrone, 3_82).1, Some(1_00));
        assert_eq!(by(Method::CutOere, 5_12).1, Some(2_00));
    }

    #[test]
    fn what_is_unknown_or_used_up_is_said() {
        for (card, unknown, argument) in [
            (Card::Main, Facts { income: None, ..facts(Card::Main, Method::Oere) }, arg::income),
            (Card::Main, Facts { deduction: None, ..facts(Card::Main, Method::Oere) }, arg::deduction),
            (Card::Main, Facts { percent: None, ..facts(Card::Main, Method::Oere) }, arg::percent),
            (Card::Secondary, Facts { percent: None, ..facts(Card::Secondary, Method::Oere) }, arg::percent),
            (
                Card::Free,
                Facts { free_amount_left: None, ..facts(Card::Free, Method::Oere) },
                arg::free_amount_left,
            ),
        ] {
            let out = outcome(&unknown);
            assert_eq!((out.get(TAX), out.stopped().facts), (None, 1 << argument.0), "{card:?}");
        }
        let without = Facts {
            deduction: None,
            percent: None,
            free_amount_left: None,
            ..facts(Card::None, Method::Oere)
        };
        assert!(outcome(&without).get(TAX).is_some());
        let left = |income| outcome(&Facts { income: Some(income), ..facts(Card::Free, Method::Oere) });
        assert_eq!(left(20_000_00).get(TAX), Some(0));
        assert_eq!(left(20_000_01).stopped().gaps, 1 << ABOVE_FREE.0);
    }

    proptest! {
        #[test]
        fn ways_of_rounding_stay_near_each_other(income in 0..100_000_000i64, percent in 0..=100_00i64) {
            let by = |method| {
                let given = Facts { income: Some(income), percent: Some(percent), ..facts(Card::Secondary, method) };
                outcome(&given).get(TAX).unwrap()
            };
            let exact = by(Method::Oere);
            prop_assert!((by(Method::NearestKrone) - exact).abs() <= 50);
            prop_assert!((0..100).contains(&(exact - by(Method::CutOere))));
            prop_assert!((by(Method::BaseDown10TaxUp) - exact).abs() <= 10_00);
            prop_assert!(by(Method::BaseDown10TaxUp) % 100 == 0 && by(Method::NearestKrone) % 100 == 0);
            prop_assert!(by(Method::BaseDown10TaxUp) <= income + 1_00);
        }
    }
}
