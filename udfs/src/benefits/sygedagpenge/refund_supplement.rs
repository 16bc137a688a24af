//! The supplement to the employer's refund of a week, SDPL §§ 54 a-54 b: a percentage of the refund, to the nearest krone.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Input, Law, LawVersion, Outcome, Output, Spec, Week, facts, fields, gaps, rates,
    roundings, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The refund of one employer and recipient.
    pub struct Facts {
        needed {
            /// Monday of the week with refund.
            week: Week,
        }
        given {
            /// Kroner, the refund of the week.
            employer_refund: Amount,
        }
    }
}

fields! {
    steps {
        SUPPLEMENT = "refund_supplement", "Supplement of the week, nearest whole krone.";
    }
    details {}
}

rates! {
    PERCENT = "parameter" / "sygedagpenge_refund_supplement_pct";
}

rule_ids! {
    RULE = "sdp_refund_supplement";
}

gaps! {}

roundings! {
    KRONE = "krone_nearest";
}

/// The supplement.
#[derive(Debug)]
pub struct RefundSupplement;

impl Benefit<COUNT> for RefundSupplement {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_refusionstillaeg",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: ROUNDINGS,
        versions: &[LawVersion { from: day::from_civil(2021, 8, 31), name: "order_1758" }],
        until: day::OPEN_END,
        doc: "Supplement to an employer's refund for one week: the refund times the percentage of § 54 b for the period, to the nearest whole \
              krone; the state pays it. The percentages and their periods were not read: they are the store's parameter \
              sygedagpenge_refund_supplement_pct, and without it there is no amount, unless there was no refund.",
        source: "SDPL §§ 54 a-54 b; order 1758 of 31 August 2021 § 5; law.rules.",
        example: Example {
            sql: "SELECT sygedagpenge_refusionstillaeg(week => DATE '2021-11-01', employer_refund => 0)['gross'] AS supplement",
            column: "supplement",
            value: "0.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let refund = out.need(facts.employer_refund, arg::employer_refund)?;
        out.rule(RULE);
        let supplement = match refund {
            0 => 0,
            refund => {
                let percent = out.units(law, PERCENT)?;
                out.round(law, KRONE, Ratio::percent(refund, percent))?
            }
        };
        out.set(SUPPLEMENT, supplement);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::las::testing::{Row, has_law, on, rates_with, row_under};

    fn run(percent: Option<i64>, refund: Option<i64>) -> Row<COUNT> {
        let rows: Vec<_> =
            percent.iter().map(|p| ("parameter", "sygedagpenge_refund_supplement_pct", *p)).collect();
        let week = on("2021-11-01");
        row_under::<RefundSupplement, COUNT>(
            &rates_with(&rows, false),
            week,
            &Facts { week, employer_refund: refund },
        )
    }

    #[test]
    fn a_percentage_of_the_week_to_the_nearest_krone() {
        // 21 per cent of 4405 kroner are 925.05, of 4407.14 925.4994, of 4407.15 925.5015.
        for (refund, supplement) in [(0, 0), (440_500, 925), (440_714, 925), (440_715, 926)] {
            let row = run(Some(21), Some(refund));
            assert_eq!(
                (row.gross(), row.rule()),
                (Some(supplement * 100), "sdp_refund_supplement"),
                "{refund}"
            );
        }
    }

    #[test]
    fn the_percentage_is_a_parameter_of_the_store() {
        let why = "parameter sygedagpenge_refund_supplement_pct at 2021-11-01: no row";
        assert_eq!(run(None, Some(440_500)).missing(), why);
        assert_eq!(run(None, Some(0)).gross(), Some(0));
        assert_eq!(run(Some(21), None).missing(), "employer_refund");
        assert!(!has_law::<RefundSupplement, COUNT>(on("2021-08-30")));
        assert!(has_law::<RefundSupplement, COUNT>(on("2021-08-31")));
    }
}
