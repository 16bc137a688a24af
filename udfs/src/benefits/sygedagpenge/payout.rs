//! Which weeks of sygedagpenge are paid with a month, and when: whole weeks, on the last Thursday.

use crate::benefits::frame::{
    Benefit, Law, LawVersion, Month, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::calendar::Calendar;
use crate::civil;
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// What is asked.
    pub struct Facts {
        needed {
            /// First day of the month of the payment.
            period: Month,
        }
        given {}
    }
}

fields! {
    steps {}
    details {
        FROM = "weeks_from": Unit::Date, "Monday of the first week paid.";
        TO = "weeks_to": Unit::Date, "Monday after the last week paid.";
        WEEKS = "weeks": Unit::Whole, "Weeks paid, 4 or 5.";
        PAY_ON = "pay_on": Unit::Date, "Day of the payment.";
    }
}

rates! {}

rule_ids! {
    RULE = "sdp_payout";
}

gaps! {
    NO_CALENDAR = "error: the calendar of bank days does not reach the month";
}

/// The payment of a month.
#[derive(Debug)]
pub struct Payout;

impl Benefit<COUNT> for Payout {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_payout",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "The whole weeks of sygedagpenge that are paid with a month, Monday to Sunday, up to the Sunday before the week of the payment, \
              and the day: the last Thursday, or the bank day before it.",
        source: "Municipal payment calendars (secondary); law.rules.",
        example: Example {
            sql: "SELECT sygedagpenge_payout(period => DATE '2025-12-01')['pay_on'] AS pay_on",
            column: "pay_on",
            value: "2025-12-23",
        },
    };

    fn assess(facts: &Facts, _: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let thursday = last_thursday(facts.period);
        let (from, to) = (monday(last_thursday(civil::months_before(facts.period, 1))), monday(thursday));
        let bank_day = |day: &i32| Calendar::get().is_bank_day(*day);
        let Some(pay_on) = (to - 7..=thursday).rev().find(|day| bank_day(day) == Some(true)) else {
            out.stop(NO_CALENDAR);
            return None;
        };
        out.rule(RULE);
        out.set(FROM, i64::from(from));
        out.set(TO, i64::from(to));
        out.set(WEEKS, i64::from((to - from) / 7));
        out.set(PAY_ON, i64::from(pay_on));
        Some(())
    }
}

fn last_thursday(month: i32) -> i32 {
    let last = civil::month_bounds(month).1 - 1;
    last - (civil::iso_weekday(last) - 4).rem_euclid(7)
}

fn monday(day: i32) -> i32 {
    day - (civil::iso_weekday(day) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::testing::book;

    fn payout(year: i32, month: u32) -> [Option<i64>; 4] {
        let facts = Facts { period: day::from_civil(year, month, 1) };
        let out = Payout::outcome(&facts, book::<COUNT, Payout>().on(facts.period).unwrap());
        [FROM, TO, WEEKS, PAY_ON].map(|field| out.get(field))
    }

    #[test]
    fn the_published_calendar_of_2025_and_2026() {
        let day = |year, month, of_month| Some(i64::from(day::from_civil(year, month, of_month)));
        assert_eq!(payout(2025, 12), [day(2025, 11, 24), day(2025, 12, 22), Some(4), day(2025, 12, 23)]);
        assert_eq!(payout(2026, 1), [day(2025, 12, 22), day(2026, 1, 26), Some(5), day(2026, 1, 29)]);
        // The pattern of weeks printed with it: 4-5-4-4-5 from December.
        let weeks = [(2025, 12), (2026, 1), (2026, 2), (2026, 3), (2026, 4)]
            .map(|(year, month)| payout(year, month)[2]);
        assert_eq!(weeks, [4, 5, 4, 4, 5].map(Some));
    }

    #[test]
    fn the_calendar_of_bank_days_reaches_every_month() {
        for month in 12 * 2014..12 * 2200 {
            assert!(payout(month / 12, 1 + (month % 12) as u32)[3].is_some(), "{month}");
        }
    }

    #[test]
    fn weeks_follow_each_other_and_payments_are_bank_days_after_them() {
        let mut end = payout(2014, 1)[0];
        for month in 0..12 * 30 {
            let [from, to, weeks, pay_on] = payout(2014 + month / 12, 1 + (month % 12) as u32);
            assert_eq!((from, to.zip(from).map(|(to, from)| (to - from) / 7)), (end, weeks));
            assert!(weeks == Some(4) || weeks == Some(5));
            let (to, pay_on) = (to.unwrap(), pay_on.unwrap());
            assert!(pay_on <= to + 3 && pay_on >= to, "{month}");
            assert_eq!(Calendar::get().is_bank_day(pay_on as i32), Some(true));
            end = Some(to);
        }
    }
}
