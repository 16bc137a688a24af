//! Ledighedsydelse (persons approved for a flexjob without one), LAS chapter 7 and order 111 of 2021.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Flag, Hours, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit,
    facts, fields, gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// The level that was granted.
    pub enum Level {
        /// 89 % of the maximum (§ 74 a, stk. 2).
        Max89 = "max_89_pct",
        /// The level of kontanthjælp (§ 74 a, stk. 3).
        Low = "kontanthjaelp",
    }
}

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
            /// The level that was granted.
            level: Level,
        }
        given {
            /// Level of kontanthjælp: has the duty to provide for an own child under 18.
            provider: Flag,
            /// Level of 89 %: weeks paid, 4 or 5; NULL for the amount of a whole month.
            weeks: Count,
            /// What is deducted after §§ 14-15 of the order, on the basis of the month before, as decided; 0 for nothing.
            deduction: Amount,
            /// Hours of side business, unpaid voluntary work or own building work in the month before; turned into income, not deducted.
            side_hours: Hours,
        }
    }
}

fields! {
    steps {
        BASE = "base_rate", "The level of the month.";
        DEDUCTION = "income_deduction", "The deduction, at most the level, zero or negative.";
    }
    details {
        SIDE_INCOME = "side_income": Unit::Kroner, "side_hours times the conversion rate: income of § 15, part of what deduction is decided on.";
    }
}

rates! {
    WEEKLY = "ledighedsydelse" / "max_89_pct_weekly";
    MONTHLY = "ledighedsydelse" / "max_89_pct";
    LOW_PROVIDER = "ledighedsydelse" / "low_rate_provider";
    LOW_OTHER = "ledighedsydelse" / "low_rate_non_provider";
    CONVERSION = "fradrag" / "conversion_factor_income_to_hours";
}

rule_ids! {
    MAX_89 = "led_89_pct";
    PROVIDER = "led_low_provider";
    OTHER = "led_low_other";
}

gaps! {
    WEEKS = "error: weeks is more than a month has";
}

/// Most weeks paid with a month.
const MOST_WEEKS: i64 = 5;

/// The benefit.
#[derive(Debug)]
pub struct Ledighedsydelse;

impl Benefit<COUNT> for Ledighedsydelse {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "ledighedsydelse",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_74" }],
        until: day::OPEN_END,
        doc: "Ledighedsydelse of one person and month before tax and ATP, independent of spouse and assets: 89 % of the maximum by week or \
              month, or the level of kontanthjælp, less what is deducted for income of the month before. How §§ 14-15 of the order deduct \
              hours and days was not read: the deduction is a fact, and the row stops without it. Not calculated here: which level a \
              person has, holiday days.",
        source: "LAS §§ 74-74 i; order 111 of 29 January 2021 §§ 14, 15, 19; law.rules and law.rates.",
        example: Example {
            sql: "SELECT ledighedsydelse(period => DATE '2024-05-01', level => 'max_89_pct', provider => NULL, weeks => 4, \
                  deduction => 1000)['gross'] AS gross",
            column: "gross",
            value: "15740.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let deduction = out.need(facts.deduction, arg::deduction);
        if let Some(hours) = facts.side_hours {
            let per_hour = out.units(law, CONVERSION)?;
            out.set(SIDE_INCOME, Ratio::hours(per_hour, hours).nearest()?);
        }
        let base = match (facts.level, facts.weeks) {
            (Level::Max89, Some(weeks)) if weeks > MOST_WEEKS => {
                out.stop(WEEKS);
                return None;
            }
            (Level::Max89, Some(weeks)) => weeks * out.oere(law, WEEKLY)?,
            (Level::Max89, None) => out.oere(law, MONTHLY)?,
            (Level::Low, _) if out.need(facts.provider, arg::provider)? => out.oere(law, LOW_PROVIDER)?,
            (Level::Low, _) => out.oere(law, LOW_OTHER)?,
        };
        out.rule(match (facts.level, facts.provider) {
            (Level::Max89, _) => MAX_89,
            (Level::Low, Some(true)) => PROVIDER,
            (Level::Low, _) => OTHER,
        });
        out.set(BASE, base);
        out.set(DEDUCTION, -deduction?.min(base));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
