//! The municipality's employment requirement, SDPL § 32, stk. 1: 240 hours in six completed months, 40 of them in five.

use crate::benefits::frame::{
    Benefit, Date, Flag, Hours, Law, LawVersion, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// What decides whether a person has the right to sygedagpenge from the municipality.
    pub struct Facts {
        needed {
            /// First day of absence.
            first_absence_day: Date,
        }
        given {
            /// In employment on that day.
            in_employment: Flag,
            /// Hours in the last completed calendar month before that day.
            month_1: Hours,
            /// Hours in the month before month_1.
            month_2: Hours,
            /// Hours in the month before month_2.
            month_3: Hours,
            /// Hours in the month before month_3.
            month_4: Hours,
            /// Hours in the month before month_4.
            month_5: Hours,
            /// Hours in the month before month_5.
            month_6: Hours,
            /// Would be entitled to dagpenge (nr. 2).
            entitled_to_dagpenge: Flag,
            /// Ended vocational education of at least 18 months within the last month (nr. 3).
            education_ended: Flag,
            /// Trainee in paid practice (nr. 4).
            paid_trainee: Flag,
            /// Employed in a flexjob (nr. 5).
            flexjob: Flag,
        }
    }
}

fields! {
    steps {}
    details {
        MET = "requirement_met": Unit::Flag, "Whether the requirement is met.";
        HOURS = "hours": Unit::Hundredths, "Hours in the six months that are known.";
        MONTHS = "months_with_minimum": Unit::Whole, "Months with at least 40 hours.";
    }
}

rates! {
    TOTAL = "sygedagpenge" / "municipality_requirement_hours";
    IN_MONTH = "sygedagpenge" / "municipality_requirement_hours_per_month";
    NEEDED_MONTHS = "sygedagpenge" / "municipality_requirement_months";
}

rule_ids! {
    HOURS_WORKED = "sdp_requirement_hours";
    DAGPENGE = "sdp_requirement_dagpenge";
    EDUCATION = "sdp_requirement_education";
    TRAINEE = "sdp_requirement_trainee";
    FLEXJOB = "sdp_requirement_flexjob";
    NOT_MET = "sdp_requirement_not_met";
}

gaps! {}

/// The requirement.
#[derive(Debug)]
pub struct Requirement;

impl Benefit<COUNT> for Requirement {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_beskaeftigelseskrav",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Whether a person has the right to sygedagpenge from the municipality: in employment with 240 hours in the last six completed \
              calendar months before the first day of absence and at least 40 in five of them, or one of the other grounds. Hours are \
              those reported to eIndkomst, per job. An unknown month counts when the requirement is met without it.",
        source: "SDPL § 32, stk. 1, nr. 1-5; principle decision 23-22; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge_beskaeftigelseskrav(first_absence_day => DATE '2021-09-06', in_employment => true, month_1 => 48, \
                  month_2 => 48, month_3 => 48, month_4 => 48, month_5 => 48, month_6 => 0)['requirement_met'] AS met",
            column: "met",
            value: "true",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let other_grounds = [
            (facts.entitled_to_dagpenge, DAGPENGE, arg::entitled_to_dagpenge),
            (facts.education_ended, EDUCATION, arg::education_ended),
            (facts.paid_trainee, TRAINEE, arg::paid_trainee),
            (facts.flexjob, FLEXJOB, arg::flexjob),
        ];
        if let Some((_, rule, _)) = other_grounds.iter().find(|(ground, _, _)| *ground == Some(true)) {
            return decide(true, *rule, out);
        }
        if facts.in_employment != Some(false) && hours_met(facts, law, out)? {
            out.need(facts.in_employment, arg::in_employment)?;
            return decide(true, HOURS_WORKED, out);
        }
        for (ground, _, argument) in other_grounds {
            out.need(ground, argument);
        }
        if out.is_stopped() {
            return None;
        }
        decide(false, NOT_MET, out)
    }
}

fn decide(met: bool, rule: crate::benefits::frame::RuleId, out: &mut Outcome<COUNT>) -> Option<()> {
    out.rule(rule);
    out.set(MET, i64::from(met));
    Some(())
}

/// Whether the hours suffice; `None` when that hangs on a month that is not known.
fn hours_met(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<bool> {
    let months = [
        (facts.month_1, arg::month_1),
        (facts.month_2, arg::month_2),
        (facts.month_3, arg::month_3),
        (facts.month_4, arg::month_4),
        (facts.month_5, arg::month_5),
        (facts.month_6, arg::month_6),
    ];
    let (total, in_month) = (out.units(law, TOTAL), out.units(law, IN_MONTH));
    let needed = out.whole(law, NEEDED_MONTHS);
    // Rates are in units of 1/10 000 hour, hours in hundredths.
    let (total, in_month, needed) = (total? / 100, in_month? / 100, needed?);
    let known = months.iter().filter_map(|(hours, _)| *hours);
    let hours: i64 = known.clone().sum();
    let full = known.filter(|hours| *hours >= in_month).count() as i64;
    out.set(HOURS, hours);
    out.set(MONTHS, full);
    if hours >= total && full >= needed {
        return Some(true);
    }
    let unknown = months.iter().filter(|(hours, _)| hours.is_none()).count() as i64;
    if full + unknown >= needed {
        for (hours, argument) in months {
            out.need(hours, argument);
        }
        if out.is_stopped() {
            return None;
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests;
