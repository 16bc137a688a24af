//! ATP of a benefit: the recipient's and the payer's contribution, LAS §§ 79-80, LAB § 137 and the order on ATP of sygedagpenge.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Decimal, Flag, Input, Law, LawVersion, Outcome, Output, RateId, Spec, Unit,
    facts, fields, gaps, rates, roundings, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// The rule of the benefit.
    pub enum Scheme {
        /// Kontanthjælp, revalideringsydelse, ledighedsydelse and others of LAS §§ 79-80, by month.
        Las = "las",
        /// Sygedagpenge and other benefits by the hour, by week.
        Hours = "hours",
        /// Fleksløntilskud: the elevated contribution, by month.
        Flex = "fleksloentilskud",
        /// Refund of sygedagpenge, wage-type table A.
        RefundA = "refund_a",
        /// Wage-type table C.
        RefundC = "refund_c",
        /// Wage-type table E.
        RefundE = "refund_e",
    }
}

words! {
    /// Period of a wage-type table.
    pub enum PayPeriod {
        /// A month.
        Month = "month",
        /// Fourteen days.
        TwoWeeks = "two_weeks",
        /// A week.
        Week = "week",
    }
}

words! {
    /// Class of a wage-type table.
    pub enum Class {
        /// The whole contribution.
        Full = "full",
        /// Two thirds of it.
        TwoThirds = "two_thirds",
        /// One third of it.
        OneThird = "one_third",
        /// None.
        None = "none",
    }
}

facts! {
    /// The facts of one payment.
    pub struct Facts {
        needed {
            /// First day of the period the payment is for.
            period: Date,
            /// The rule of the benefit.
            scheme: Scheme,
        }
        given {
            /// LAS and fleksløntilskud: benefit of the month.
            amount: Amount,
            /// LAS: has the duty to provide for an own child under 18.
            provider: Flag,
            /// Hours: hours of the week with benefit. Refund: hours of the period.
            hours: Decimal,
            /// Refund: period of the table.
            pay_period: PayPeriod,
        }
    }
}

fields! {
    steps {
        RECIPIENT = "recipient", "Withheld from the recipient.";
        PAYER = "payer", "Paid by the municipality or employer.";
    }
    details {
        CLASS = "class": Unit::Word(Class::WORDS), "Refund: class by hours.";
    }
}

rates! {
    MINIMUM_PROVIDER = "atp" / "benefit_minimum_provider";
    MINIMUM_OTHER = "atp" / "benefit_minimum_other";
    ONE_THIRD = "atp" / "contribution_recipient_one_third";
    TWO_THIRDS = "atp" / "contribution_municipality_two_thirds";
    HOUR_RECIPIENT = "atp" / "unemployment_dagpenge_recipient_per_hour";
    HOUR_PAYER = "atp" / "unemployment_dagpenge_payer_per_hour";
    FLEX_PCT = "atp" / "fleksloentilskud_recipient_contribution_pct";
    FLEX_MAX = "atp" / "fleksloentilskud_recipient_contribution_max";
    A_MONTH_RECIPIENT = "atp" / "sygedagpenge_refund_rate_A_month_full_recipient";
    A_MONTH_PAYER = "atp" / "sygedagpenge_refund_rate_A_month_full_employer";
    C_MONTH_RECIPIENT = "atp" / "sygedagpenge_refund_rate_C_month_full_recipient";
    C_MONTH_PAYER = "atp" / "sygedagpenge_refund_rate_C_month_full_employer";
    C_WEEK_RECIPIENT = "atp" / "sygedagpenge_refund_rate_C_week_9_to_18_hours_recipient";
    C_WEEK_PAYER = "atp" / "sygedagpenge_refund_rate_C_week_9_to_18_hours_employer";
    E_MONTH_RECIPIENT = "atp" / "sygedagpenge_refund_rate_E_month_full_recipient";
    E_MONTH_PAYER = "atp" / "sygedagpenge_refund_rate_E_month_full_employer";
    MONTH_HOURS = "atp" / "refund_hours_full_month";
    TWO_WEEKS_HOURS = "atp" / "refund_hours_full_two_weeks";
    WEEK_HOURS = "atp" / "refund_hours_full_week";
}

rule_ids! {
    RULE_LAS = "atp_las";
    RULE_LAS_BELOW = "atp_las_below";
    RULE_HOURS = "atp_hours";
    RULE_FLEX = "atp_flex";
    RULE_REFUND = "atp_refund";
}

gaps! {
    NOT_READ = "rule: the amount of this class and period of the wage-type table was not read";
}

roundings! {
    KRONE_DOWN = "krone_down";
}

/// The contribution.
#[derive(Debug)]
pub struct AtpContribution;

impl Benefit<COUNT> for AtpContribution {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "atp_contribution",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: ROUNDINGS,
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "atp" }],
        until: day::OPEN_END,
        doc: "ATP of one payment. LAS benefits: a fixed sum a month from a minimum benefit on, a third by the recipient. Benefits by the hour: \
              the double contribution an hour, each share of a week rounded down to whole kroner. Fleksløntilskud: elevated contribution of 5 %, \
              at most 500 kr., by the recipient. Refunds: the class of wage-type tables A, C and E by hours, and its amounts where they \
              were read.",
        source: "LAS §§ 79-80; LAB § 137; ATP act § 15; order on ATP of sygedagpenge, annexes 1, 3, 5; law.rules and law.rates.",
        example: Example {
            sql: "SELECT atp_contribution(period => DATE '2016-05-01', scheme => 'las', amount => 14575, provider => true)['recipient'] AS recipient",
            column: "recipient",
            value: "95.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (recipient, payer) = match facts.scheme {
            Scheme::Las => las(facts, law, out)?,
            Scheme::Hours => hours(facts, law, out)?,
            Scheme::Flex => flex(facts, law, out)?,
            Scheme::RefundA | Scheme::RefundC | Scheme::RefundE => refund(facts, law, out)?,
        };
        out.set(RECIPIENT, recipient);
        out.set(PAYER, payer);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

fn las(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let (amount, provider) = (out.need(facts.amount, arg::amount), out.need(facts.provider, arg::provider));
    let minimum = out.oere(law, if provider? { MINIMUM_PROVIDER } else { MINIMUM_OTHER })?;
    if amount? < minimum {
        out.rule(RULE_LAS_BELOW);
        return Some((0, 0));
    }
    out.rule(RULE_LAS);
    let (recipient, payer) = (out.oere(law, ONE_THIRD), out.oere(law, TWO_THIRDS));
    recipient.zip(payer)
}

fn hours(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let hours = out.need(facts.hours, arg::hours);
    let (recipient, payer) = (out.units(law, HOUR_RECIPIENT), out.units(law, HOUR_PAYER));
    let hours = hours?;
    out.rule(RULE_HOURS);
    let recipient = out.round(law, KRONE_DOWN, Ratio::hours(recipient?, hours))?;
    Some((recipient, out.round(law, KRONE_DOWN, Ratio::hours(payer?, hours))?))
}

fn flex(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let amount = out.need(facts.amount, arg::amount);
    let (percent, most) = (out.units(law, FLEX_PCT), out.oere(law, FLEX_MAX));
    out.rule(RULE_FLEX);
    Some((Ratio::percent(amount?, percent?).nearest()?.min(most?), 0))
}

/// Class by hours of the period, and the amounts that were read.
fn refund(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let (hours, period) = (out.need(facts.hours, arg::hours), out.need(facts.pay_period, arg::pay_period));
    let (hours, period) = (hours?, period?);
    let full = out.units(
        law,
        match period {
            PayPeriod::Month => MONTH_HOURS,
            PayPeriod::TwoWeeks => TWO_WEEKS_HOURS,
            PayPeriod::Week => WEEK_HOURS,
        },
    )? / 100;
    let class = match hours {
        hours if hours >= full => Class::Full,
        hours if 3 * hours >= 2 * full => Class::TwoThirds,
        hours if 3 * hours >= full => Class::OneThird,
        _ => Class::None,
    };
    out.set(CLASS, class as i64);
    out.rule(RULE_REFUND);
    let amounts: (RateId, RateId) = match (facts.scheme, period, class) {
        (_, _, Class::None) => return Some((0, 0)),
        (Scheme::RefundA, PayPeriod::Month, Class::Full) => (A_MONTH_RECIPIENT, A_MONTH_PAYER),
        (Scheme::RefundC, PayPeriod::Month, Class::Full) => (C_MONTH_RECIPIENT, C_MONTH_PAYER),
        (Scheme::RefundC, PayPeriod::Week, Class::OneThird) => (C_WEEK_RECIPIENT, C_WEEK_PAYER),
        (Scheme::RefundE, PayPeriod::Month, Class::Full) => (E_MONTH_RECIPIENT, E_MONTH_PAYER),
        _ => {
            out.stop(NOT_READ);
            return None;
        }
    };
    let (recipient, payer) = (out.oere(law, amounts.0), out.oere(law, amounts.1));
    recipient.zip(payer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::testing::{book, book_with};

    fn facts(year: i32, scheme: Scheme) -> Facts {
        Facts {
            period: day::from_civil(year, 5, 1),
            scheme,
            amount: None,
            provider: None,
            hours: None,
            pay_period: None,
        }
    }

    fn outcome(facts: &Facts) -> Outcome<COUNT> {
        AtpContribution::outcome(facts, book::<COUNT, AtpContribution>().on(facts.period).unwrap())
    }

    fn shares(facts: &Facts) -> (Option<i64>, Option<i64>, Option<&'static str>) {
        let out = outcome(facts);
        (out.get(RECIPIENT), out.get(PAYER), out.rule_of(RULES))
    }

    #[test]
    fn las_benefits_from_the_minimum_on() {
        for (year, provider, minimum) in [
            (2016, true, 14_575_00),
            (2016, false, 10_968_00),
            (2021, true, 15_547_00),
            (2021, false, 11_698_00),
        ] {
            let at =
                |amount| Facts { amount: Some(amount), provider: Some(provider), ..facts(year, Scheme::Las) };
            assert_eq!(shares(&at(minimum)), (Some(95_00), Some(189_00), Some("atp_las")));
            assert_eq!(shares(&at(minimum - 1)), (Some(0), Some(0), Some("atp_las_below")));
        }
        let year_2020 = Facts { amount: Some(99_000_00), provider: Some(true), ..facts(2020, Scheme::Las) };
        assert_eq!(outcome(&year_2020).stopped().rates, 1 << MINIMUM_PROVIDER.0);
        let derived = AtpContribution::outcome(
            &year_2020,
            book_with::<COUNT, AtpContribution>(true).on(year_2020.period).unwrap(),
        );
        assert_eq!(derived.get(RECIPIENT), Some(95_00));
    }

    #[test]
    fn hours_of_a_week_down_to_whole_kroner() {
        let week = |year, hours| shares(&Facts { hours: Some(hours), ..facts(year, Scheme::Hours) });
        // 37 × 1.34 = 49.58 and 37 × 2.68 = 99.16.
        assert_eq!(week(2023, 37_00), (Some(49_00), Some(99_00), Some("atp_hours")));
        assert_eq!(week(2024, 37_00), (Some(52_00), Some(105_00), Some("atp_hours")));
        assert_eq!(week(2023, 50_00), (Some(67_00), Some(134_00), Some("atp_hours")));
        assert_eq!(week(2023, 0), (Some(0), Some(0), Some("atp_hours")));
    }

    #[test]
    fn fleksloentilskud_five_per_cent_at_most_500() {
        let flex = |amount| shares(&Facts { amount: Some(amount), ..facts(2024, Scheme::Flex) }).0;
        assert_eq!(
            (flex(9_999_80), flex(10_000_00), flex(10_000_20)),
            (Some(499_99), Some(500_00), Some(500_00))
        );
        assert_eq!(
            shares(&Facts { amount: Some(0), ..facts(2024, Scheme::Flex) }),
            (Some(0), Some(0), Some("atp_flex"))
        );
    }

    #[test]
    fn classes_of_the_wage_type_tables() {
        let class = |period, hours| {
            let given =
                Facts { hours: Some(hours), pay_period: Some(period), ..facts(2020, Scheme::RefundC) };
            outcome(&given).get(CLASS).map(|class| Class::WORDS[class as usize])
        };
        for (period, full, two, one) in [
            (PayPeriod::Month, 117_00, 78_00, 39_00),
            (PayPeriod::TwoWeeks, 54_00, 36_00, 18_00),
            (PayPeriod::Week, 27_00, 18_00, 9_00),
        ] {
            for (hours, word) in [
                (full, "full"),
                (full - 1, "two_thirds"),
                (two, "two_thirds"),
                (two - 1, "one_third"),
                (one, "one_third"),
                (one - 1, "none"),
                (0, "none"),
            ] {
                assert_eq!(class(period, hours), Some(word), "{period:?} {hours}");
            }
        }
    }

    #[test]
    fn amounts_of_the_wage_type_tables_where_they_were_read() {
        let refund = |scheme, period, hours| {
            let out = outcome(&Facts { hours: Some(hours), pay_period: Some(period), ..facts(2020, scheme) });
            (out.get(RECIPIENT), out.get(PAYER), out.stopped().gaps)
        };
        let month = PayPeriod::Month;
        assert_eq!(refund(Scheme::RefundA, month, 117_00), (Some(94_65), Some(189_35), 0));
        assert_eq!(refund(Scheme::RefundC, month, 160_00), (Some(62_25), Some(124_55), 0));
        assert_eq!(refund(Scheme::RefundE, month, 160_00), (Some(73_05), Some(146_15), 0));
        assert_eq!(refund(Scheme::RefundC, PayPeriod::Week, 10_00), (Some(5_45), Some(10_90), 0));
        assert_eq!(refund(Scheme::RefundA, PayPeriod::Week, 8_99), (Some(0), Some(0), 0));
        for (scheme, period, hours) in [
            (Scheme::RefundA, PayPeriod::Week, 10_00),
            (Scheme::RefundA, month, 100_00),
            (Scheme::RefundC, PayPeriod::Week, 30_00),
            (Scheme::RefundC, PayPeriod::TwoWeeks, 20_00),
            (Scheme::RefundE, PayPeriod::TwoWeeks, 60_00),
        ] {
            assert_eq!(refund(scheme, period, hours), (None, None, 1 << NOT_READ.0));
        }
    }

    #[test]
    fn what_is_unknown_is_said() {
        let las = Facts { amount: Some(1), provider: Some(true), ..facts(2016, Scheme::Las) };
        let refund =
            Facts { hours: Some(1), pay_period: Some(PayPeriod::Week), ..facts(2020, Scheme::RefundA) };
        for (facts, argument) in [
            (Facts { amount: None, ..las }, arg::amount),
            (Facts { provider: None, ..las }, arg::provider),
            (facts(2023, Scheme::Hours), arg::hours),
            (facts(2023, Scheme::Flex), arg::amount),
            (Facts { hours: None, ..refund }, arg::hours),
            (Facts { pay_period: None, ..refund }, arg::pay_period),
        ] {
            let out = outcome(&facts);
            assert_eq!((out.get(RECIPIENT), out.stopped().facts), (None, 1 << argument.0), "{facts:?}");
        }
    }
}
