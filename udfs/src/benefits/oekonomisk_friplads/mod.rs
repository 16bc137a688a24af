//! Økonomisk fripladstilskud and søskendetilskud (daycare), dagtilbudsloven § 43 and dagtilbudsbekendtgørelsen §§ 2, 27-33.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Flag, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts,
    fields, gaps, rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;
use crate::law::money::AMOUNT_UNIT;

facts! {
    /// The facts of one child's place in one month.
    pub struct Facts {
        needed {
            /// First day of the month; the scale is that of its year.
            period: Month,
        }
        given {
            /// Income of the household in the month, spouse or cohabitant included, after AM-bidrag and ATP; without the children's.
            monthly_income: Amount,
            /// Single provider.
            single_provider: Flag,
            /// Children under 18 at home.
            children: Count,
            /// Price of the place a month.
            place_price: Amount,
            /// The household pays for a dearer place as well: søskendetilskud is given for this one.
            sibling_in_dearer_place: Flag,
        }
    }
}

fields! {
    steps {
        FREE_PLACE = "economic_subsidy", "Økonomisk fripladstilskud.";
        SIBLING = "sibling_subsidy", "Søskendetilskud of what is left, 50 %.";
    }
    details {
        PAYMENT = "parent_payment": Unit::Kroner, "What the parents pay.";
        PAYMENT_PCT = "parent_payment_pct": Unit::Whole, "Share of the price before søskendetilskud, 0 or 5 to 100.";
        INCOME = "annual_income": Unit::Kroner, "The month's income times twelve.";
        LOWER = "free_below": Unit::Kroner, "Income from which the parents pay.";
        UPPER = "full_from": Unit::Kroner, "Income from which they pay the whole price.";
    }
}

rates! {
    FREE = "oekonomisk_friplads" / "full_place_income_up_to";
    FULL = "oekonomisk_friplads" / "no_subsidy_from_household_income";
    STEP = "oekonomisk_friplads" / "income_step_per_1_pct_parent_payment";
    SINGLE = "oekonomisk_friplads" / "single_parent_increase";
    PER_CHILD = "oekonomisk_friplads" / "increase_per_child_beyond_first";
    FIRST_PCT = "oekonomisk_friplads" / "parent_payment_pct_first_step";
    LAST_PCT = "oekonomisk_friplads" / "parent_payment_pct_last_step";
    SIBLING_PCT = "oekonomisk_friplads" / "sibling_subsidy_pct";
}

rule_ids! {
    FREE_RULE = "fri_free";
    SCALE = "fri_scale";
    NONE = "fri_none";
}

gaps! {
    NO_CHILD = "error: children is nil or more than 50";
}

/// More children than any household has.
const MOST_CHILDREN: i64 = 50;

/// The benefit.
#[derive(Debug)]
pub struct OekonomiskFriplads;

impl Benefit<COUNT> for OekonomiskFriplads {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "oekonomisk_friplads",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "dagtilbudsloven_43" }],
        until: day::OPEN_END,
        doc: "Subsidy for one child's place in daycare in one month. Below the lower limit the place is free, from the upper on it costs the \
              whole price; between them the parents pay 5 % and one point more for every step of income, at most 99 %. Both limits are \
              higher for single providers and for each child beyond the first. Søskendetilskud is half of what is left for all places but the \
              dearest. Each subsidy is rounded to the nearest øre. Not calculated here: when an application counts, subsidies on \
              treatment or social grounds.",
        source: "Dagtilbudsloven § 43; dagtilbudsbekendtgørelsen §§ 2, 27, 28; law.rules and law.rates.",
        example: Example {
            sql: "SELECT oekonomisk_friplads(period => DATE '2021-05-01', monthly_income => 15750, single_provider => false, children => 1, \
                  place_price => 3000, sibling_in_dearer_place => false)['gross'] AS gross",
            column: "gross",
            value: "2850.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let income = out.need(facts.monthly_income, arg::monthly_income);
        let single = out.need(facts.single_provider, arg::single_provider);
        let children = out.need(facts.children, arg::children);
        let price = out.need(facts.place_price, arg::place_price);
        let sibling = out.need(facts.sibling_in_dearer_place, arg::sibling_in_dearer_place);
        if children.is_some_and(|children| !(1..=MOST_CHILDREN).contains(&children)) {
            out.stop(NO_CHILD);
        }
        let (free, full) = (out.oere(law, FREE), out.oere(law, FULL));
        let raise = raise(single, children, law, out);
        let (income, raise) = (12 * income?, raise?);
        let (free, full) = (free? + raise, full? + raise);
        out.set(INCOME, income);
        out.set(LOWER, free);
        out.set(UPPER, full);
        let (percent, rule) = match income {
            income if income < free => (0, FREE_RULE),
            income if income >= full => (100, NONE),
            income => (on_the_scale(income - free, law, out)?, SCALE),
        };
        let price = price?;
        let payment = Ratio::percent(price, percent * AMOUNT_UNIT).nearest()?;
        let discount = match sibling? {
            true => Ratio::percent(payment, out.units(law, SIBLING_PCT)?).nearest()?,
            false => 0,
        };
        out.rule(rule);
        out.set(PAYMENT_PCT, percent);
        out.set(FREE_PLACE, price - payment);
        out.set(SIBLING, discount);
        out.set(PAYMENT, payment - discount);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// What both limits are raised by, øre.
fn raise(single: Option<bool>, children: Option<i64>, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let for_single = if single? { out.oere(law, SINGLE)? } else { 0 };
    let for_children = match children? {
        children if children > 1 => (children.min(MOST_CHILDREN) - 1) * out.oere(law, PER_CHILD)?,
        _ => 0,
    };
    Some(for_single + for_children)
}

/// Per cent of the price for income between the limits; the printed step is rounded, so the last one is held.
fn on_the_scale(above: i64, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let step = out.oere(law, STEP);
    let (first, last) = (out.whole(law, FIRST_PCT), out.whole(law, LAST_PCT));
    let steps = above.checked_div(step?)?;
    Some((first? + steps).min(last?))
}

#[cfg(test)]
mod tests;
