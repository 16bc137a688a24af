//! The employer's requirement, SDPL § 30: employed for 8 weeks with 74 hours; then the employer pays the first 30 days.

use crate::benefits::frame::{
    Benefit, Date, Decimal, Law, LawVersion, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// What decides whether an employer pays the first days of absence.
    pub struct Facts {
        needed {
            /// First day of absence.
            first_absence_day: Date,
        }
        given {
            /// First day of the employment that lasts; holiday, sickness, leave, courses and agreed days off do not end it.
            employed_from: Date,
            /// Hours worked for the employer in the 8 weeks before, without holiday and sickness.
            hours_in_8_weeks: Decimal,
            /// Hours of the employment and earlier ones with the same employer within 8 weeks; needed when the employment is shorter.
            hours_with_earlier_employment: Decimal,
        }
    }
}

fields! {
    steps {}
    details {
        MET = "requirement_met": Unit::Flag, "Whether the employer pays.";
        PAYS_UNTIL = "employer_pays_until": Unit::Date, "First day the employer no longer pays; the first day of absence when it never does.";
    }
}

rates! {
    WEEKS = "sygedagpenge" / "employer_requirement_weeks";
    HOURS = "sygedagpenge" / "employer_requirement_hours";
    DAYS = "sygedagpenge" / "employer_period_days";
}

rule_ids! {
    EMPLOYED = "sdp_employer_8_weeks";
    EARLIER = "sdp_employer_earlier_employment";
    NOT_MET = "sdp_employer_not_met";
}

gaps! {
    EMPLOYED_LATER = "error: employed_from is after first_absence_day";
}

/// The requirement.
#[derive(Debug)]
pub struct EmployerRequirement;

impl Benefit<COUNT> for EmployerRequirement {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_arbejdsgiverkrav",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Whether the employer pays sygedagpenge the first 30 calendar days from the first day of absence, which nothing prolongs: \
              employed the last 8 weeks with at least 74 hours in them, or 74 hours in 8 weeks together with earlier employment at the \
              same employer. Flexjobs and § 56 agreements have no employer period; they are facts of the case.",
        source: "SDPL § 30; principle decision 29-23; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge_arbejdsgiverkrav(first_absence_day => DATE '2023-03-01', employed_from => DATE '2023-01-04', \
                  hours_in_8_weeks => 74)['employer_pays_until'] AS until",
            column: "until",
            value: "2023-03-31",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let employed_from = out.need(facts.employed_from, arg::employed_from);
        if employed_from.is_some_and(|from| from > facts.first_absence_day) {
            out.stop(EMPLOYED_LATER);
        }
        let (weeks, hours, days) = (out.whole(law, WEEKS), out.units(law, HOURS), out.whole(law, DAYS));
        let (weeks, hours, days) = (weeks?, hours? / 100, i32::try_from(days?).ok()?);
        let long_enough = i64::from(facts.first_absence_day - employed_from?) >= 7 * weeks;
        let worked = match long_enough {
            true => out.need(facts.hours_in_8_weeks, arg::hours_in_8_weeks)?,
            false => out.need(facts.hours_with_earlier_employment, arg::hours_with_earlier_employment)?,
        };
        let met = worked >= hours;
        out.rule(match (met, long_enough) {
            (false, _) => NOT_MET,
            (true, true) => EMPLOYED,
            (true, false) => EARLIER,
        });
        out.set(MET, i64::from(met));
        out.set(PAYS_UNTIL, i64::from(facts.first_absence_day) + if met { i64::from(days) } else { 0 });
        Some(())
    }
}

#[cfg(test)]
mod tests;
