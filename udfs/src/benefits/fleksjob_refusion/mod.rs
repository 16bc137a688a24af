//! The employer's subsidy of flexjobs begun before 2013, LAB § 133.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Hours, Input, Law, LawVersion, Month, Outcome, Output, Spec, facts, fields,
    gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// The share of the wage that is paid, by reduction of the working capacity.
    pub enum Share {
        /// Half.
        Half = "one_half",
        /// Two thirds.
        TwoThirds = "two_thirds",
    }
}

facts! {
    /// The facts of one flexjob in one month.
    pub struct Facts {
        needed {
            /// First day of the month.
            period: Month,
        }
        given {
            /// First day of the flexjob; refused from 2013 on.
            flexjob_from: Date,
            /// Wage the employer paid in the month.
            wage: Amount,
            /// Share of the wage that is paid.
            share: Share,
            /// Paid hours of the month: the cap is then that of an hour; NULL for a full-time month, a twelfth of the cap of a year.
            hours: Hours,
        }
    }
}

fields! {
    steps {
        WAGE_SHARE = "wage_share", "Share of the wage.";
        CAP = "cap_reduction", "Share of the wage above the cap, zero or negative.";
    }
    details {}
}

rates! {
    PER_YEAR = "fleksloentilskud" / "old_scheme_wage_cap_per_year";
    PER_HOUR = "fleksloentilskud" / "old_scheme_wage_cap_per_hour";
}

rule_ids! {
    HALF = "flex_employer_half";
    TWO_THIRDS = "flex_employer_two_thirds";
}

gaps! {
    NEW_SCHEME = "rule: flexjob begun from 2013: the subsidy goes to the person, see fleksloentilskud";
}

/// First day of the scheme that followed.
const NEXT_SCHEME: i32 = day::from_civil(2013, 1, 1);

/// The refund.
#[derive(Debug)]
pub struct FleksjobRefusion;

impl Benefit<COUNT> for FleksjobRefusion {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "fleksjob_refusion",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "lab_before_2013" }],
        until: day::OPEN_END,
        doc: "What the municipality pays the employer for one month of a flexjob begun before 2013: half or two thirds of the wage, of at most \
              a wage cap an hour or a year. Each step is rounded to the nearest øre.",
        source: "LAB § 133; law.rules and law.rates.",
        example: Example {
            sql: "SELECT fleksjob_refusion(period => DATE '2019-05-01', flexjob_from => DATE '2010-02-01', wage => 30000, \
                  share => 'two_thirds', hours => 160)['gross'] AS gross",
            column: "gross",
            value: "20000.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let from = out.need(facts.flexjob_from, arg::flexjob_from);
        if from.is_some_and(|from| from >= NEXT_SCHEME) {
            out.stop(NEW_SCHEME);
        }
        let (wage, share) = (out.need(facts.wage, arg::wage), out.need(facts.share, arg::share));
        let cap = match facts.hours {
            Some(hours) => Ratio::hours(out.units(law, PER_HOUR)?, hours).nearest()?,
            None => Ratio::over(i128::from(out.oere(law, PER_YEAR)?), 12).nearest()?,
        };
        let (wage, (numerator, denominator, rule)) = (
            wage?,
            match share? {
                Share::Half => (1, 2, HALF),
                Share::TwoThirds => (2, 3, TWO_THIRDS),
            },
        );
        let part = |of: i64| Ratio::over(i128::from(of) * numerator, denominator).nearest();
        let (whole, capped) = (part(wage)?, part(wage.min(cap))?);
        out.rule(rule);
        out.set(WAGE_SHARE, whole);
        out.set(CAP, capped - whole);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
