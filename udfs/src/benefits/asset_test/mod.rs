//! The asset test of the help under lov om aktiv socialpolitik, § 14(1): money and what is easily turned into money counts, less an
//! amount a person may keep.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts, fields,
    gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The facts of one person, or of spouses together.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Kroner, money and what is easily turned into money.
            assets: Amount,
            /// Kroner of it that a decision leaves out, such as savings for a purpose the law protects, or a back payment of public
            /// maintenance for two years. NULL: no such decision.
            assets_left_out: Amount,
            /// Not married.
            single: Flag,
            /// Kroner, as assets; needed unless single.
            spouse_assets: Amount,
        }
    }
}

rates! {
    LIMIT_SINGLE = "formue" / "limit_single";
    LIMIT_SPOUSES = "formue" / "limit_spouses_total";
}

rule_ids! {
    RULE_SINGLE = "assets_single";
    RULE_SPOUSES = "assets_spouses";
}

gaps! {
    LEFT_OUT = "error: assets_left_out is more than the assets";
    SINGLE_WITH_SPOUSE = "error: single, but a spouse has assets";
}

fields! {
    steps {
        ASSETS = "assets", "What counts, of spouses together.";
        DISREGARD = "disregard", "What may be kept, zero or negative.";
    }
    details {
        LIMIT = "limit": Unit::Kroner, "The amount that may be kept.";
        WITHIN_LIMIT = "within_limit": Unit::Flag, "Assets do not exclude from help.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "asset_test",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[
        LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" },
        LawVersion { from: day::from_civil(2025, 7, 1), name: "las_2025" },
    ],
    until: day::OPEN_END,
    doc: "Assets of a person, or of spouses together, against the limit of LAS § 14(1). gross is what lies above the limit and has to be \
          used first; within_limit is true when nothing does. Which assets are protected is decided case by case.",
    source: "law.rules and law.rates (formue), each row with its own source: LAS § 14.",
    example: Example {
        sql: "SELECT asset_test(period => DATE '2023-05-01', assets => 12500, assets_left_out => NULL, single => true)['gross'] \
              AS above_limit",
        column: "above_limit",
        value: "2500.00",
    },
};

/// The test.
#[derive(Debug)]
pub struct AssetTest;

impl Benefit<COUNT> for AssetTest {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (assets, single) = (out.need(facts.assets, arg::assets), out.need(facts.single, arg::single));
        let spouse = match single? {
            true => {
                if facts.spouse_assets.is_some_and(|a| a != 0) {
                    out.stop(SINGLE_WITH_SPOUSE);
                }
                Some(0)
            }
            false => out.need(facts.spouse_assets, arg::spouse_assets),
        };
        let (rule, rate) = if single? { (RULE_SINGLE, LIMIT_SINGLE) } else { (RULE_SPOUSES, LIMIT_SPOUSES) };
        out.rule(rule);
        let limit = out.oere(law, rate)?;
        out.set(LIMIT, limit);
        let counted = assets? + spouse? - facts.assets_left_out.unwrap_or(0);
        if counted < 0 {
            out.stop(LEFT_OUT);
            return None;
        }
        out.set(ASSETS, counted);
        out.set(DISREGARD, -counted.min(limit));
        out.set(WITHIN_LIMIT, i64::from(counted <= limit));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
