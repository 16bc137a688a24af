//! The time limit, SDPL §§ 24-25: more than 22 weeks in nine months, for pensioners 26 in twelve.

use crate::benefits::frame::{
    Benefit, Count, Flag, Law, LawVersion, Month, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::civil;
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// What has been paid before the end of a month.
    pub struct Facts {
        needed {
            /// First day of the month at whose end the limit is tried.
            period: Month,
        }
        given {
            /// Receives a pension or has reached its age (§ 25).
            pensioner: Flag,
            /// Calendar days with sygedagpenge or refund within the window of the result; days partly paid count whole, the employer's
            /// and the self-employed's waiting period and leave do not.
            paid_days: Count,
        }
    }
}

fields! {
    steps {}
    details {
        EXCEEDED = "limit_exceeded": Unit::Flag, "Whether the benefit stops at the end of the month, unless it is prolonged.";
        FROM = "window_from": Unit::Date, "First day of the months that count.";
        TO = "window_to": Unit::Date, "First day after them.";
        LIMIT = "limit_days": Unit::Whole, "Most days in the window.";
    }
}

rates! {
    WEEKS = "sygedagpenge" / "duration_limit_weeks";
    MONTHS = "sygedagpenge" / "duration_window_months";
    PENSIONER_WEEKS = "sygedagpenge" / "duration_limit_weeks_pensioner";
    PENSIONER_MONTHS = "sygedagpenge" / "duration_window_months_pensioner";
}

rule_ids! {
    GENERAL = "sdp_duration_22_weeks";
    PENSIONER = "sdp_duration_26_weeks";
}

gaps! {
    MORE_DAYS = "error: paid_days is more than the window has";
}

/// The time limit.
#[derive(Debug)]
pub struct Duration;

impl Benefit<COUNT> for Duration {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_varighed",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Whether sygedagpenge stops at the end of a month because more than 22 weeks have been paid in the nine calendar months that end \
              with it; for pensioners 26 weeks in twelve. The window stands in the result also when paid_days is NULL, so that the days can \
              be counted in it (period_overlap_days). Whether the benefit is prolonged (§ 27) is a decision, not calculated here.",
        source: "SDPL §§ 24-25; guidance 9078 of 13 February 2020; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge_varighed(period => DATE '2023-06-01', pensioner => false, paid_days => 155)['limit_exceeded'] AS stops",
            column: "stops",
            value: "true",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let pensioner = out.need(facts.pensioner, arg::pensioner);
        let paid = out.need(facts.paid_days, arg::paid_days);
        let (weeks, months, rule) = match pensioner? {
            true => (PENSIONER_WEEKS, PENSIONER_MONTHS, PENSIONER),
            false => (WEEKS, MONTHS, GENERAL),
        };
        let (weeks, months) = (out.whole(law, weeks), out.whole(law, months));
        let (limit, months) = (7 * weeks?, i32::try_from(months?).ok()?);
        let to = civil::month_bounds(facts.period).1;
        let from = civil::months_before(to, months);
        out.set(FROM, i64::from(from));
        out.set(TO, i64::from(to));
        out.set(LIMIT, limit);
        out.rule(rule);
        let paid = paid?;
        if paid > i64::from(to - from) {
            out.stop(MORE_DAYS);
        }
        out.set(EXCEEDED, i64::from(paid > limit));
        Some(())
    }
}

#[cfg(test)]
mod tests;
