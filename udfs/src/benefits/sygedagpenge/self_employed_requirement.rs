//! The requirement of self-employed persons: in business in six of the last twelve months, the last one among them, half of the time.

use crate::benefits::frame::{
    Benefit, Count, Date, Flag, Law, LawVersion, Outcome, Spec, Unit, WeekHours, facts, fields, gaps, rates,
    rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// What decides whether a self-employed person has the right to sygedagpenge.
    pub struct Facts {
        needed {
            /// First day of absence.
            first_absence_day: Date,
        }
        given {
            /// Of the last 12 months before that day, those with the business.
            months_in_business: Count,
            /// In business in the last of them.
            last_month: Flag,
            /// Hours a week in the business.
            weekly_hours: WeekHours,
        }
    }
}

fields! {
    steps {}
    details {
        MET = "requirement_met": Unit::Flag, "Whether the requirement is met.";
    }
}

rates! {
    MONTHS = "sygedagpenge" / "self_employed_requirement_months";
    WINDOW = "sygedagpenge" / "self_employed_requirement_window_months";
    HOURS = "sygedagpenge" / "self_employed_requirement_hours_per_week";
}

rule_ids! {
    IN_BUSINESS = "sdp_self_employed_requirement";
    NOT_MET = "sdp_self_employed_requirement_not_met";
}

gaps! {
    MORE_MONTHS = "error: months_in_business is more than the months that count";
}

/// The requirement.
#[derive(Debug)]
pub struct SelfEmployedRequirement;

impl Benefit<COUNT> for SelfEmployedRequirement {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_selvstaendigkrav",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Whether a self-employed person has been in business long enough for sygedagpenge: in at least six of the last twelve months, \
              the last one among them, with at least 18½ hours a week. Who is employed as well meets the requirement in each job \
              separately. Not decided here: when the absence was reported.",
        source: "Municipal page (secondary source); principle decision 23-22; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge_selvstaendigkrav(first_absence_day => DATE '2021-09-06', months_in_business => 6, \
                  last_month => true, weekly_hours => 20)['requirement_met'] AS met",
            column: "met",
            value: "true",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let months = out.need(facts.months_in_business, arg::months_in_business);
        let last = out.need(facts.last_month, arg::last_month);
        let hours = out.need(facts.weekly_hours, arg::weekly_hours);
        let (needed, window) = (out.whole(law, MONTHS), out.whole(law, WINDOW));
        let least = out.units(law, HOURS);
        let (months, last, hours) = (months?, last?, hours?);
        if months > window? {
            out.stop(MORE_MONTHS);
        }
        // Hours are in hundredths, the rate in units of 1/10 000.
        let met = months >= needed? && last && hours * 100 >= least?;
        out.rule(if met { IN_BUSINESS } else { NOT_MET });
        out.set(MET, i64::from(met));
        Some(())
    }
}

#[cfg(test)]
mod tests;
