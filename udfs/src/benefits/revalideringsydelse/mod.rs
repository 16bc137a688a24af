//! Revalideringsydelse (rehabilitation), LAS chapter 6 §§ 51-64 a. Forrevalidering has no rate of its own.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Flag, Input, Law, LawVersion, Month, Outcome, Output, RateId, RuleId, Spec,
    Unit, facts, fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Date of birth; the age on the first day of the month decides.
            birth_date: Date,
            /// Forrevalidering: paid as kontanthjælp or uddannelseshjælp, not here.
            pre_rehabilitation: Flag,
            /// Provides for an own child; needed under 30.
            provider: Flag,
            /// The child lives at home; needed of providers under 30.
            child_at_home: Flag,
            /// Income on average above the maximum for the 6 months before; needed under 30.
            prior_income_above_max: Flag,
            /// Pregnant past week 12; needed under 25.
            pregnant_past_week_12: Flag,
            /// Mental illness (§ 52, stk. 2, nr. 7-8); needed under 25.
            mental_illness: Flag,
            /// Lives with a parent; needed under 25.
            lives_with_parent: Flag,
            /// Child maintenance paid in the month; needed under 25.
            child_maintenance: Amount,
            /// Other work income in the calendar year so far.
            other_work_income_of_year: Amount,
        }
    }
}

fields! {
    steps {
        BASE = "base_rate", "Rate of § 52.";
        MAINTENANCE = "child_maintenance_supplement", "Child maintenance of those under 25, up to the most there is (§ 52, stk. 3).";
    }
    details {
        DISREGARD = "work_income_disregard_of_year": Unit::Kroner, "Other work income a year that reduces nothing (§ 58).";
    }
}

rates! {
    AGE_30 = "revalideringsydelse" / "age_30_plus";
    PRIOR_INCOME = "revalideringsydelse" / "prior_income_above_max_6_months";
    CHILD_AT_HOME = "revalideringsydelse" / "under_30_provider_own_child_at_home";
    PROVIDER_2014 = "revalideringsydelse" / "age_25_plus_provider";
    PROVIDER = "revalideringsydelse" / "age_25_plus_provider_child_not_at_home";
    NON_PROVIDER = "revalideringsydelse" / "age_25_plus_non_provider";
    LIVING_OUT = "revalideringsydelse" / "under_25_living_out";
    LIVING_HOME = "revalideringsydelse" / "under_25_living_home";
    PREGNANT = "revalideringsydelse" / "under_25_pregnant_past_week_12";
    MENTAL_PROVIDER = "revalideringsydelse" / "under_25_mental_illness_provider_child_not_at_home";
    MENTAL_LIVING_OUT = "revalideringsydelse" / "under_25_mental_illness_living_out";
    MAINTENANCE_MAX = "revalideringsydelse" / "under_25_child_maintenance_max_total";
    INCOME_OF_YEAR = "fradrag" / "revalideringsydelse_other_work_income_disregard";
}

rule_ids! {
    RULE_30 = "rev_30";
    RULE_PRIOR_INCOME = "rev_prior_income";
    RULE_CHILD_AT_HOME = "rev_child_at_home";
    RULE_PROVIDER_2014 = "rev_25_provider_2014";
    RULE_PROVIDER = "rev_25_provider";
    RULE_NON_PROVIDER = "rev_25_other";
    RULE_LIVING_OUT = "rev_u25_living_out";
    RULE_LIVING_HOME = "rev_u25_living_home";
    RULE_PREGNANT = "rev_u25_pregnant";
    RULE_MENTAL_PROVIDER = "rev_u25_mental_provider";
    RULE_MENTAL_LIVING_OUT = "rev_u25_mental_living_out";
}

gaps! {
    FORREVALIDERING = "rule: forrevalidering has no rate of its own; it is paid as kontanthjaelp or uddannelseshjaelp";
    INCOME = "rule: how work income above the disregard of the year reduces the benefit (LAS § 58, stk. 1) was not read";
    BIRTH = "error: birth_date is after the period or more than 150 years before it";
}

/// The year whose table has its own rows.
const VERSION_2014: usize = 0;

/// First day after it.
const FROM_2015: i32 = day::from_civil(2015, 1, 1);

/// The benefit.
#[derive(Debug)]
pub struct Revalideringsydelse;

impl Benefit<COUNT> for Revalideringsydelse {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "revalideringsydelse",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[
            LawVersion { from: day::from_civil(2014, 1, 1), name: "las_52_2014" },
            LawVersion { from: FROM_2015, name: "las_52_2015" },
        ],
        until: day::OPEN_END,
        doc: "Revalideringsydelse of one person and month before tax and ATP, independent of spouse and assets: the rate of § 52 by age, duty \
              to provide, where the child and the person live, pregnancy and mental illness; of several that fit the highest. Other work \
              income up to a disregard a year reduces nothing; what more does was not read and stops the row. Not calculated here: wage \
              of trainees (§ 51, stk. 2), the five years, part months.",
        source: "LAS §§ 51, 52, 58; law.rules and law.rates.",
        example: Example {
            sql: "SELECT revalideringsydelse(period => DATE '2023-05-01', birth_date => DATE '1996-02-10', pre_rehabilitation => false, \
                  provider => true, child_at_home => false, prior_income_above_max => false, pregnant_past_week_12 => NULL, \
                  mental_illness => NULL, lives_with_parent => NULL, child_maintenance => NULL, other_work_income_of_year => 0)['gross'] AS gross",
            column: "gross",
            value: "15874.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        if out.need(facts.pre_rehabilitation, arg::pre_rehabilitation) == Some(true) {
            out.stop(FORREVALIDERING);
        }
        let income = out.need(facts.other_work_income_of_year, arg::other_work_income_of_year);
        if income.is_some_and(|income| income > 0) {
            let disregard = out.oere(law, INCOME_OF_YEAR)?;
            out.set(DISREGARD, disregard);
            if income > Some(disregard) {
                out.stop(INCOME);
            }
        }
        let age = age(facts, out)?;
        let (rule, rate) = match age {
            30.. => (RULE_30, AGE_30),
            _ => match under_30(facts, law, out)? {
                Some(chosen) => chosen,
                None if age >= 25 => from_25(facts, law),
                None => under_25(facts, out)?,
            },
        };
        out.rule(rule);
        let base = out.oere(law, rate)?;
        let supplement = match age < 25 && rule != RULE_CHILD_AT_HOME && rule != RULE_PRIOR_INCOME {
            true => maintenance(facts, base, law, out)?,
            false => 0,
        };
        out.set(BASE, base);
        out.set(MAINTENANCE, supplement);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

fn age(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<i32> {
    let birth = out.need(facts.birth_date, arg::birth_date)?;
    let age = day::age_on(birth, facts.period);
    if birth > facts.period || age > 150 {
        out.stop(BIRTH);
        return None;
    }
    Some(age)
}

/// What gives the full rate under 30; `Some(None)` when nothing does.
fn under_30(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<Option<(RuleId, RateId)>> {
    if facts.prior_income_above_max == Some(true) {
        return Some(Some((RULE_PRIOR_INCOME, PRIOR_INCOME)));
    }
    if facts.provider == Some(true) && facts.child_at_home == Some(true) {
        // The table of 2014 has those who provide for a child at home in its first row.
        let rate = if law.version() == VERSION_2014 { AGE_30 } else { CHILD_AT_HOME };
        return Some(Some((RULE_CHILD_AT_HOME, rate)));
    }
    out.need(facts.prior_income_above_max, arg::prior_income_above_max);
    if out.need(facts.provider, arg::provider) == Some(true) {
        out.need(facts.child_at_home, arg::child_at_home);
    }
    if out.is_stopped() { None } else { Some(None) }
}

/// From 25 to 29, without child at home.
fn from_25(facts: &Facts, law: &Law) -> (RuleId, RateId) {
    match (facts.provider == Some(true), law.version() == VERSION_2014) {
        (true, true) => (RULE_PROVIDER_2014, PROVIDER_2014),
        (true, false) => (RULE_PROVIDER, PROVIDER),
        (false, _) => (RULE_NON_PROVIDER, NON_PROVIDER),
    }
}

/// Under 25, without child at home: the highest of the rates that fit.
fn under_25(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<(RuleId, RateId)> {
    let ill = out.need(facts.mental_illness, arg::mental_illness);
    if ill == Some(true) && facts.provider == Some(true) {
        return Some((RULE_MENTAL_PROVIDER, MENTAL_PROVIDER));
    }
    let pregnant = out.need(facts.pregnant_past_week_12, arg::pregnant_past_week_12);
    let (ill, pregnant) = (ill?, pregnant?);
    if pregnant {
        return Some((RULE_PREGNANT, PREGNANT));
    }
    Some(match (out.need(facts.lives_with_parent, arg::lives_with_parent)?, ill) {
        (true, _) => (RULE_LIVING_HOME, LIVING_HOME),
        (false, true) => (RULE_MENTAL_LIVING_OUT, MENTAL_LIVING_OUT),
        (false, false) => (RULE_LIVING_OUT, LIVING_OUT),
    })
}

/// Child maintenance up to the most there is.
fn maintenance(facts: &Facts, base: i64, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    match out.need(facts.child_maintenance, arg::child_maintenance)? {
        0 => Some(0),
        paid => Some(paid.min((out.oere(law, MAINTENANCE_MAX)? - base).max(0))),
    }
}

#[cfg(test)]
mod tests;
