//! The contribution to the mandatory pension scheme (obligatorisk pensionsordning), LAS § 80 c.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Input, Law, LawVersion, Outcome, Output, Spec, facts, fields, gaps, rates,
    rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one payment.
    pub struct Facts {
        needed {
            /// Day of the payment.
            pay_on: Date,
        }
        given {
            /// The benefit the contribution is a percentage of.
            amount: Amount,
        }
    }
}

fields! {
    steps {
        CONTRIBUTION = "contribution", "Contribution, nearest øre.";
    }
    details {}
}

rates! {
    PCT = "obligatorisk_pension" / "contribution_pct";
}

rule_ids! {
    RULE = "pension_contribution";
}

gaps! {}

/// The contribution.
#[derive(Debug)]
pub struct MandatoryPension;

impl Benefit<COUNT> for MandatoryPension {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "mandatory_pension",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2020, 1, 1), name: "las_80_c" }],
        until: day::OPEN_END,
        doc: "Contribution to the mandatory pension scheme of one payment: 0.3 % in 2020, 0.3 points more every year until 3.3 % from 2030. \
              Who bears it was not read: nothing here takes it from the benefit.",
        source: "LAS § 80 c; law.rules and law.rates.",
        example: Example {
            sql: "SELECT mandatory_pension(pay_on => DATE '2022-05-31', amount => 11716)['contribution'] AS contribution",
            column: "contribution",
            value: "105.44",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (amount, percent) = (out.need(facts.amount, arg::amount), out.units(law, PCT));
        out.rule(RULE);
        out.set(CONTRIBUTION, Ratio::percent(amount?, percent?).nearest()?);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::testing::book;

    fn contribution(year: i32, amount: Option<i64>) -> (Option<i64>, u64) {
        let facts = Facts { pay_on: day::from_civil(year, 6, 30), amount };
        let out =
            MandatoryPension::outcome(&facts, book::<COUNT, MandatoryPension>().on(facts.pay_on).unwrap());
        (out.get(CONTRIBUTION), out.stopped().facts)
    }

    #[test]
    fn three_tenths_of_a_point_more_every_year_until_2030() {
        for year in 2020..=2032 {
            let tenths = 3 * i64::from(year.min(2030) - 2019);
            assert_eq!(contribution(year, Some(10_000_00)), (Some(tenths * 10_00), 0), "{year}");
        }
        assert_eq!((contribution(2020, Some(1_66)).0, contribution(2020, Some(1_67)).0), (Some(0), Some(1)));
        assert_eq!(contribution(2024, None), (None, 1 << arg::amount.0));
        assert!(book::<COUNT, MandatoryPension>().on(day::from_civil(2019, 12, 31)).is_none());
    }
}
