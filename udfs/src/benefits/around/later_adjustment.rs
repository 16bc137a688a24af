//! How far back a benefit can be regulated on the actual income (efterregulering).

use crate::benefits::frame::{
    Benefit, Date, Law, LawVersion, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids, words,
};
use crate::civil;
use crate::documentation::Example;
use crate::law::day;

words! {
    /// A benefit whose window was read.
    pub enum Adjusted {
        /// Ledighedsydelse.
        Ledighedsydelse = "ledighedsydelse",
    }
}

facts! {
    /// What is asked.
    pub struct Facts {
        needed {
            /// Day of the regulation.
            decided_on: Date,
            /// The benefit that is regulated.
            benefit: Adjusted,
        }
        given {}
    }
}

fields! {
    steps {}
    details {
        FIRST_MONTH = "first_month": Unit::Date, "First day of the oldest month that can be regulated.";
    }
}

rates! {
    MONTHS = "tilbagebetaling" / "later_adjustment_months_ledighedsydelse";
}

rule_ids! {
    RULE = "led_later_adjustment";
}

gaps! {}

/// The window.
#[derive(Debug)]
pub struct LaterAdjustment;

impl Benefit<COUNT> for LaterAdjustment {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "later_adjustment",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "order_111" }],
        until: day::OPEN_END,
        doc: "The oldest month that can still be regulated when the actual income becomes known: of ledighedsydelse up to 12 months back. Other \
              benefits have no window that was read.",
        source: "Order 111 of 29 January 2021 § 19, stk. 3; law.rules and law.rates.",
        example: Example {
            sql: "SELECT later_adjustment(decided_on => DATE '2024-03-15', benefit => 'ledighedsydelse')['first_month'] AS first_month",
            column: "first_month",
            value: "2023-03-01",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let months = i32::try_from(out.whole(law, MONTHS)?).ok()?;
        out.rule(match facts.benefit {
            Adjusted::Ledighedsydelse => RULE,
        });
        let (first, _) = civil::month_bounds(facts.decided_on);
        out.set(FIRST_MONTH, i64::from(civil::months_before(first, months)));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::testing::book;

    #[test]
    fn twelve_months_back_from_the_month_of_the_regulation() {
        for (on, first) in [
            ((2024, 3, 1), (2023, 3)),
            ((2024, 3, 31), (2023, 3)),
            ((2024, 12, 31), (2023, 12)),
            ((2024, 1, 1), (2023, 1)),
        ] {
            let facts =
                Facts { decided_on: day::from_civil(on.0, on.1, on.2), benefit: Adjusted::Ledighedsydelse };
            let out = LaterAdjustment::outcome(
                &facts,
                book::<COUNT, LaterAdjustment>().on(facts.decided_on).unwrap(),
            );
            assert_eq!(out.get(FIRST_MONTH), Some(i64::from(day::from_civil(first.0, first.1, 1))), "{on:?}");
            assert_eq!(out.rule_of(RULES), Some("led_later_adjustment"));
        }
    }
}
