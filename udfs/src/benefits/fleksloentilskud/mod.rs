//! Fleksløntilskud (wage supplement of flexjobs begun from 2013), LAB §§ 116-139 and the order on its calculation.
//!
//! The subsidy of a month is calculated from the wage of the month before.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Date, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts,
    fields, gaps, rates, rule_ids,
};
use crate::civil;
use crate::documentation::Example;
use crate::law::day;
use crate::law::money::AMOUNT_UNIT;

facts! {
    /// The facts of one flexjob in one month.
    pub struct Facts {
        needed {
            /// First day of the month the subsidy covers.
            period: Month,
        }
        given {
            /// Wage in the flexjob in the month before the period: income with AM-bidrag, the whole pension contribution (own and
            /// employer's) and ferietillæg. 0: no wage, no subsidy.
            flex_wage: Amount,
            /// Other wage of that month, with pension, and surplus of a side business before interest.
            other_wage: Amount,
            /// Full-time pay on ordinary terms in the same job (lønloft), as decided; needed when the subsidy is not nil.
            full_time_pay: Amount,
            /// Ferietillæg within flex_wage, at most that, which raises the lønloft; needed when the lønloft is passed without it.
            holiday_supplement: Amount,
            /// Working days of the period with ledighedsydelse or another benefit instead, at most 31; 0 for none.
            other_benefit_days: Count,
            /// First day of the month flex_wage is of; refused when it is not the month before the period.
            wage_month: Month,
            /// First day of the flexjob; before 2013 the subsidy goes to the employer, see fleksjob_refusion.
            flexjob_from: Date,
        }
    }
}

fields! {
    steps {
        MAXIMUM = "maximum", "98 % of the highest dagpenge.";
        BELOW_LIMIT = "reduction_below_limit", "30 % of wage up to the limit, zero or negative.";
        ABOVE_LIMIT = "reduction_above_limit", "55 % of wage above the limit, zero or negative.";
        CEILING = "ceiling_reduction", "What subsidy and flexjob wage together exceed the lønloft by, zero or negative.";
        OTHER_BENEFIT = "other_benefit_reduction", "Share of the days with another benefit, zero or negative.";
    }
    details {
        WAGE = "wage_income": Unit::Kroner, "Wage that reduces the subsidy.";
        ELEVATED_ATP = "elevated_atp": Unit::Kroner, "Elevated ATP of the person, withheld from the subsidy (5 %, at most 500 kr.).";
    }
}

rates! {
    MAX = "fleksloentilskud" / "max_98_pct_of_dagpenge";
    LIMIT = "fleksloentilskud" / "income_limit_30_to_55_pct";
    PCT_BELOW = "fleksloentilskud" / "reduction_pct_below_limit";
    PCT_ABOVE = "fleksloentilskud" / "reduction_pct_above_limit";
    MONTH_DAYS = "fleksloentilskud" / "average_days_per_month";
    ATP_PCT = "atp" / "fleksloentilskud_recipient_contribution_pct";
    ATP_MAX = "atp" / "fleksloentilskud_recipient_contribution_max";
}

rule_ids! {
    SUBSIDY = "flex_subsidy";
    SUBSIDY_CEILING = "flex_subsidy_ceiling";
    NO_WAGE = "flex_no_wage";
}

gaps! {
    OLD_SCHEME = "rule: flexjob begun before 2013: the subsidy goes to the employer (LAB § 133), see fleksjob_refusion";
    WAGE_MONTH = "error: wage_month is not the month before the period";
    SUPPLEMENT_ABOVE_WAGE = "error: holiday_supplement is more than flex_wage";
    TOO_MANY_DAYS = "error: other_benefit_days is more than a month has";
}

/// First day of the scheme.
const SCHEME: i32 = day::from_civil(2013, 1, 1);

/// The benefit.
#[derive(Debug)]
pub struct Fleksloentilskud;

impl Benefit<COUNT> for Fleksloentilskud {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "fleksloentilskud",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "lab_2013" }],
        until: day::OPEN_END,
        doc: "Fleksløntilskud of one flexjob and month before tax and ATP. It starts at 98 % of the highest dagpenge and falls by 30 % of \
              wage up to a limit and 55 % above it; subsidy and flexjob wage together stop at full-time pay (lønloft). The wage is \
              that of the month before. Every step is rounded to the nearest øre: no text read rounds the subsidy to kroner. Not calculated \
              here: how the lønloft is composed, months with negative wage, the gross-up of holiday pay from Feriekonto.",
        source: "LAB §§ 123, 133, 137; order on fleksløntilskud §§ 1, 2, 10; principle decisions 51-16, 14-22, 6-23; law.rules and law.rates.",
        example: Example {
            sql: "SELECT fleksloentilskud(period => DATE '2024-05-01', flex_wage => 15600, other_wage => 0, full_time_pay => 32067, \
                  holiday_supplement => 0, other_benefit_days => 0)['gross'] AS gross",
            column: "gross",
            value: "15272.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        if facts.wage_month.is_some_and(|month| month != civil::months_before(facts.period, 1)) {
            out.stop(WAGE_MONTH);
        }
        if facts.flexjob_from.is_some_and(|from| from < SCHEME) {
            out.stop(OLD_SCHEME);
        }
        if facts.other_benefit_days.is_some_and(|days| days > DAYS_OF_A_MONTH) {
            out.stop(TOO_MANY_DAYS);
        }
        let flex = out.need(facts.flex_wage, arg::flex_wage);
        if flex == Some(0) {
            return no_wage(out);
        }
        let other = out.need(facts.other_wage, arg::other_wage);
        let days = out.need(facts.other_benefit_days, arg::other_benefit_days);
        if facts.holiday_supplement.zip(flex).is_some_and(|(part, whole)| part > whole) {
            out.stop(SUPPLEMENT_ABOVE_WAGE);
        }
        let (maximum, limit) = (out.oere(law, MAX), out.oere(law, LIMIT));
        let (below, above) = (out.units(law, PCT_BELOW), out.units(law, PCT_ABOVE));
        let (atp_pct, atp_max) = (out.units(law, ATP_PCT), out.oere(law, ATP_MAX));
        let (flex, maximum, limit) = (flex?, maximum?, limit?);
        let wage = flex.checked_add(other?)?;
        out.set(WAGE, wage);
        let below = Ratio::percent(wage.min(limit), below?).nearest()?.min(maximum);
        let above = Ratio::percent((wage - limit).max(0), above?).nearest()?.min(maximum - below);
        let reduced = maximum - below - above;
        let over = over_ceiling(facts, flex, reduced, out);
        let over = over?;
        let days = match days? {
            // Of nothing no share is taken, whatever the month's days.
            _ if reduced == over => 0,
            0 => 0,
            days => {
                let month = out.units(law, MONTH_DAYS)?;
                let part = i128::from(reduced - over) * i128::from(days * AMOUNT_UNIT);
                Ratio::over(part, month).nearest()?.min(reduced - over)
            }
        };
        let gross = reduced - over - days;
        out.rule(if over > 0 { SUBSIDY_CEILING } else { SUBSIDY });
        out.set(MAXIMUM, maximum);
        out.set(BELOW_LIMIT, -below);
        out.set(ABOVE_LIMIT, -above);
        out.set(CEILING, -over);
        out.set(OTHER_BENEFIT, -days);
        out.set(ELEVATED_ATP, Ratio::percent(gross, atp_pct?).nearest()?.min(atp_max?));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// Most days a month has.
const DAYS_OF_A_MONTH: i64 = 31;

/// Without wage from an employer there is no subsidy.
fn no_wage(out: &mut Outcome<COUNT>) -> Option<()> {
    out.rule(NO_WAGE);
    for step in [MAXIMUM, BELOW_LIMIT, ABOVE_LIMIT, CEILING, OTHER_BENEFIT, ELEVATED_ATP] {
        out.set(step, 0);
    }
    Some(())
}

/// What the subsidy must fall by so that it and the flexjob wage stay within the lønloft.
fn over_ceiling(facts: &Facts, flex: i64, subsidy: i64, out: &mut Outcome<COUNT>) -> Option<i64> {
    if subsidy == 0 {
        return Some(0);
    }
    let full_time = out.need(facts.full_time_pay, arg::full_time_pay)?;
    let over = (flex + subsidy - full_time).clamp(0, subsidy);
    if over == 0 {
        return Some(0);
    }
    let raised = out.need(facts.holiday_supplement, arg::holiday_supplement)?;
    Some((flex + subsidy - full_time - raised).clamp(0, subsidy))
}

#[cfg(test)]
mod tests;
