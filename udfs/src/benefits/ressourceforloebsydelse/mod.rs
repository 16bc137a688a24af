//! Ressourceforløbsydelse, also under jobafklaring with and without employer refund (RES, RESJ, RESJR), LAS §§ 68, 68 a, 69 j, 69 t.

mod income;
mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Date, Flag, Hours, Input, Law, LawVersion, Month, Outcome, Output, Percent,
    RuleId, Spec, Unit, facts, fields, gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// The course the benefit is paid in.
    pub enum Course {
        /// Ressourceforløb (RES).
        Ressourceforloeb = "ressourceforloeb",
        /// Jobafklaring, paid to the person (RESJ).
        Jobafklaring = "jobafklaring",
        /// Jobafklaring with wage, refunded to the employer (RESJR).
        EmployerRefund = "jobafklaring_employer_refund",
    }
}

words! {
    /// The level that was granted.
    pub enum Level {
        /// Level of kontanthjælp (§ 68, stk. 2; § 69 j, stk. 2).
        Kontanthjaelp = "kontanthjaelp",
        /// Level of the sygedagpenge before, as long as that right would have lasted (§ 68, stk. 4).
        Sygedagpenge = "sygedagpenge",
        /// Level of the ledighedsydelse before, 89 % (§ 68, stk. 5).
        Ledighedsydelse89 = "ledighedsydelse_89_pct",
        /// Level of the ledighedsydelse before, that of kontanthjælp (§ 68, stk. 5).
        LedighedsydelseLow = "ledighedsydelse_kontanthjaelp",
    }
}

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// The course the benefit is paid in.
            course: Course,
            /// The level that was granted.
            level: Level,
        }
        given {
            /// Date of birth; needed of persons who live with a parent and provide for no child.
            birth_date: Date,
            /// Has the duty to provide for an own child under 18.
            provider: Flag,
            /// Lives with a parent; needed under 25 without duty to provide.
            lives_with_parent: Flag,
            /// Child maintenance paid in the month; needed under 25 living with a parent.
            child_maintenance: Amount,
            /// Level of sygedagpenge: amount a week before.
            previous_week_amount: Amount,
            /// Weeks paid with the month, 4 or 5; needed at levels by week.
            weeks: Count,
            /// Ordinary wage with pension.
            wage: Amount,
            /// Jobafklaring: employed with wage when the course began, so that the whole wage counts; needed when there is wage.
            employed_at_start: Flag,
            /// Fleksløntilskud of the month; needed when employed_at_start.
            fleksloentilskud: Amount,
            /// Work income in an offer (tilbud), reduced by the disregard of its hours.
            offer_income: Amount,
            /// Hours of that work; needed when there is offer_income.
            offer_hours: Hours,
            /// Other income, deducted krone for krone.
            other_income: Amount,
            /// Jobafklaring, self-employed: share of the normal work that can be done; 0 for none, and of everyone else.
            work_share: Percent,
            /// Employer refund: wage the employer paid in the month.
            employer_wage: Amount,
        }
    }
}

fields! {
    steps {
        BASE = "base_rate", "The level of the month.";
        MAINTENANCE = "child_maintenance_supplement", "Child maintenance of those under 25 who live with a parent, up to the most there is.";
        PARTLY_FIT = "partly_fit_reduction", "Reduction of partly fit self-employed, zero or negative.";
        BELOW_LIMIT = "wage_reduction_below_limit", "30 % of wage up to the limit, zero or negative.";
        ABOVE_LIMIT = "wage_reduction_above_limit", "55 % of wage above the limit, zero or negative.";
        FULL_WAGE = "full_wage_deduction", "Whole wage and fleksløntilskud of those employed at the start, zero or negative.";
        OFFER = "offer_income_deduction", "Income in an offer above the disregard, zero or negative.";
        OTHER = "other_income_deduction", "Other income, zero or negative.";
    }
    details {
        PAYEE = "payee": Unit::Word(PAYEES), "Who is paid.";
        DISREGARD = "disregard": Unit::Kroner, "Disregarded part of offer_income.";
    }
}

/// Words of the payee.
const PAYEES: &[&str] = &["person", "employer"];

rates! {
    PROVIDER = "ressourceforloebsydelse" / "provider";
    NON_PROVIDER = "ressourceforloebsydelse" / "non_provider";
    LIVING_HOME = "ressourceforloebsydelse" / "under_25_living_home_non_provider";
    MAINTENANCE_MAX = "ressourceforloebsydelse" / "under_25_living_home_child_maintenance_max_total";
    SYGEDAGPENGE_MAX = "ressourceforloebsydelse" / "from_sygedagpenge_max";
    LEDIGHEDSYDELSE_89 = "ressourceforloebsydelse" / "from_ledighedsydelse_89_pct";
    LEDIGHEDSYDELSE_PROVIDER = "ressourceforloebsydelse" / "from_ledighedsydelse_kontanthjaelp_provider";
    LEDIGHEDSYDELSE_OTHER = "ressourceforloebsydelse" / "from_ledighedsydelse_kontanthjaelp_non_provider";
    QUARTER_PCT = "ressourceforloebsydelse" / "self_employed_pct_when_at_most_quarter_of_work";
    HALF_PCT = "ressourceforloebsydelse" / "self_employed_pct_when_at_most_half_of_work";
    WAGE_LIMIT = "fradrag" / "ressourceforloebsydelse_wage_income_limit";
    PCT_BELOW = "fradrag" / "ressourceforloebsydelse_wage_pct_below_limit";
    PCT_ABOVE = "fradrag" / "ressourceforloebsydelse_wage_pct_above_limit";
    PER_OFFER_HOUR = "fradrag" / "ressourceforloebsydelse_disregard_per_hour_in_offer";
}

rule_ids! {
    RULE_PROVIDER = "res_provider";
    RULE_OTHER = "res_other";
    RULE_LIVING_HOME = "res_u25_living_home";
    RULE_SYGEDAGPENGE = "res_sygedagpenge";
    RULE_LED_89 = "res_ledighedsydelse_89";
    RULE_LED_PROVIDER = "res_ledighedsydelse_provider";
    RULE_LED_OTHER = "res_ledighedsydelse_other";
}

gaps! {
    WEEKS = "error: weeks is more than a month has";
    PERIOD_BEFORE_BIRTH = "error: birth_date is after the period or more than 150 years before it";
    FIT = "rule: self-employed who can do more than half of the work (LAS § 69 j): no rate was read";
    PARTLY_FIT_COURSE = "error: work_share is given outside jobafklaring";
    REFUND_ABOVE_WAGE = "rule: refund of more than the employer's wage (LAS § 69 t) was not read";
    REFUND_OF_WAGE = "error: wage or offer_income of a person whose employer is refunded";
}

/// Most weeks paid with a month.
const MOST_WEEKS: i64 = 5;

/// The benefit.
#[derive(Debug)]
pub struct Ressourceforloebsydelse;

impl Benefit<COUNT> for Ressourceforloebsydelse {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "ressourceforloebsydelse",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_68" }],
        until: day::OPEN_END,
        doc: "Ressourceforløbsydelse of one person and month before tax and ATP, independent of spouse and assets: the level that was granted, \
              less 30 % of ordinary wage up to a limit and 55 % above it; under jobafklaring of those employed at the start less the whole \
              wage and fleksløntilskud; income in an offer above a disregard an hour and other income krone for krone. With employer refund \
              the same amount goes to the employer who pays wage. Each step is rounded to the nearest øre. Not calculated here: income for \
              periods before or after the course, sanctions, part months.",
        source: "LAS §§ 68, 68 a, 69 j, 69 t; law.rules and law.rates.",
        example: Example {
            sql: "SELECT ressourceforloebsydelse(period => DATE '2017-05-01', course => 'ressourceforloeb', level => 'kontanthjaelp', \
                  birth_date => NULL, provider => true, lives_with_parent => NULL, child_maintenance => NULL, previous_week_amount => NULL, \
                  weeks => NULL, wage => 10000, employed_at_start => NULL, fleksloentilskud => NULL, offer_income => 0, offer_hours => NULL, \
                  other_income => 500, work_share => 0)['gross'] AS gross",
            column: "gross",
            value: "11308.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let base = base(facts, law, out);
        let partly = partly_fit(facts, law, out);
        let deductions = income::deductions(facts, law, out);
        let employer_wage = match facts.course {
            Course::EmployerRefund => out.need(facts.employer_wage, arg::employer_wage)?,
            Course::Ressourceforloeb | Course::Jobafklaring => i64::MAX,
        };
        let (base, supplement) = base?;
        let reduced = match partly? {
            Some(percent) => Ratio::percent(base + supplement, percent).nearest()?,
            None => base + supplement,
        };
        out.set(BASE, base);
        out.set(MAINTENANCE, supplement);
        out.set(PARTLY_FIT, reduced - base - supplement);
        let mut left = reduced;
        for (step, deduction) in deductions? {
            let part = deduction.min(left);
            left -= part;
            out.set(step, -part);
        }
        if left > employer_wage {
            out.stop(REFUND_ABOVE_WAGE);
        }
        out.set(PAYEE, i64::from(facts.course == Course::EmployerRefund));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// The level and the supplement for child maintenance, øre.
fn base(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let (rule, base) = match facts.level {
        Level::Kontanthjaelp => return kontanthjaelp_level(facts, law, out),
        Level::Sygedagpenge => {
            let (before, weeks) =
                (out.need(facts.previous_week_amount, arg::previous_week_amount), weeks(facts, out));
            let maximum = out.oere(law, SYGEDAGPENGE_MAX)?;
            (RULE_SYGEDAGPENGE, before?.min(maximum) * weeks?)
        }
        Level::Ledighedsydelse89 => {
            let weeks = weeks(facts, out);
            (RULE_LED_89, out.oere(law, LEDIGHEDSYDELSE_89)? * weeks?)
        }
        Level::LedighedsydelseLow if out.need(facts.provider, arg::provider)? => {
            (RULE_LED_PROVIDER, out.oere(law, LEDIGHEDSYDELSE_PROVIDER)?)
        }
        Level::LedighedsydelseLow => (RULE_LED_OTHER, out.oere(law, LEDIGHEDSYDELSE_OTHER)?),
    };
    out.rule(rule);
    Some((base, 0))
}

fn weeks(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<i64> {
    let weeks = out.need(facts.weeks, arg::weeks)?;
    if weeks > MOST_WEEKS {
        out.stop(WEEKS);
        return None;
    }
    Some(weeks)
}

/// The level of kontanthjælp: by duty to provide, and of the young by where they live.
fn kontanthjaelp_level(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(i64, i64)> {
    let rate = |rule: RuleId, rate, out: &mut Outcome<COUNT>| {
        out.rule(rule);
        out.oere(law, rate)
    };
    if out.need(facts.provider, arg::provider)? {
        return Some((rate(RULE_PROVIDER, PROVIDER, out)?, 0));
    }
    if facts.lives_with_parent == Some(false) || !under_25(facts, out)? {
        return Some((rate(RULE_OTHER, NON_PROVIDER, out)?, 0));
    }
    out.need(facts.lives_with_parent, arg::lives_with_parent)?;
    let base = rate(RULE_LIVING_HOME, LIVING_HOME, out)?;
    let supplement = match out.need(facts.child_maintenance, arg::child_maintenance)? {
        0 => 0,
        paid => paid.min((out.oere(law, MAINTENANCE_MAX)? - base).max(0)),
    };
    Some((base, supplement))
}

fn under_25(facts: &Facts, out: &mut Outcome<COUNT>) -> Option<bool> {
    let birth = out.need(facts.birth_date, arg::birth_date)?;
    let age = day::age_on(birth, facts.period);
    if birth > facts.period || age > 150 {
        out.stop(PERIOD_BEFORE_BIRTH);
        return None;
    }
    Some(age < 25)
}

/// Per cent of the benefit of self-employed who can do some work; `Some(None)` when the whole is paid.
fn partly_fit(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<Option<i64>> {
    let share = out.need(facts.work_share, arg::work_share)?;
    if share == 0 {
        return Some(None);
    }
    if facts.course == Course::Ressourceforloeb {
        out.stop(PARTLY_FIT_COURSE);
        return None;
    }
    match share {
        share if share <= QUARTER => Some(Some(out.units(law, QUARTER_PCT)?)),
        share if share <= HALF => Some(Some(out.units(law, HALF_PCT)?)),
        _ => {
            out.stop(FIT);
            None
        }
    }
}

/// A quarter and a half of the normal work, in hundredths of a per cent.
const QUARTER: i64 = 2_500;
const HALF: i64 = 5_000;

#[cfg(test)]
mod tests;
