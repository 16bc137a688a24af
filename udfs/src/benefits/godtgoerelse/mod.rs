//! Godtgørelse for taking part in an offer, LAB §§ 175-176 (until 2019 §§ 82-83): transport and estimated expenses.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Count, Decimal, Input, Law, LawVersion, Month, Outcome, Output, Spec, facts,
    fields, gaps, rates, roundings, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;
use crate::law::money::AMOUNT_UNIT;

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month.
            period: Month,
        }
        given {
            /// Kilometres a day between home and offer and back; 0 without right to § 175.
            km_per_day: Decimal,
            /// Days of the month with transport; needed beyond the kilometres without allowance.
            days: Count,
            /// Estimated expenses of the month (§ 176), as decided; 0 for none.
            expenses: Amount,
        }
    }
}

fields! {
    steps {
        TRANSPORT = "transport", "Kilometres beyond 24 a day times the rate, nearest whole krone (§ 175).";
        EXPENSES = "expenses_paid", "Expenses up to the most of a month (§ 176).";
    }
    details {}
}

rates! {
    FREE_KM = "godtgoerelse" / "transport_km_per_day_without_allowance";
    PER_KM = "godtgoerelse" / "transport_per_km";
    MOST = "godtgoerelse" / "expenses_max_per_month";
}

rule_ids! {
    RULE = "god_transport_and_expenses";
}

gaps! {
    MORE_DAYS = "error: days is more than a month has";
}

roundings! {
    KRONE = "krone_nearest";
}

/// Most days of a month.
const MOST_DAYS: i64 = 31;

/// The benefit.
#[derive(Debug)]
pub struct Godtgoerelse;

impl Benefit<COUNT> for Godtgoerelse {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "godtgoerelse",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: ROUNDINGS,
        versions: &[LawVersion { from: day::from_civil(2019, 1, 1), name: "lab_2019" }],
        until: day::OPEN_END,
        doc: "Godtgørelse of one person and month in an offer: the kilometres of each day beyond 24 times the rate, rounded to the nearest whole \
              krone in one sum, and estimated expenses up to 1,000 kr. Which target groups have the right, and actual transport expenses of \
              the disabled (§ 175, stk. 4), are decisions. Before 2019 no rate was read.",
        source: "LAB §§ 175, 176; law.rules and law.rates.",
        example: Example {
            sql: "SELECT godtgoerelse(period => DATE '2022-05-01', km_per_day => 40, days => 20, expenses => 1200)['gross'] AS gross",
            column: "gross",
            value: "1317.00",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let km = out.need(facts.km_per_day, arg::km_per_day);
        let expenses = out.need(facts.expenses, arg::expenses);
        if facts.days.is_some_and(|days| days > MOST_DAYS) {
            out.stop(MORE_DAYS);
        }
        let (free, most) = (out.units(law, FREE_KM), out.oere(law, MOST));
        // Hundredths of kilometres; the rate is in units of 1/10 000.
        let beyond = (km? - free? / 100).max(0);
        let transport = match beyond {
            0 => 0,
            beyond => {
                let days = out.need(facts.days, arg::days);
                let per_km = out.units(law, PER_KM);
                let total = i128::from(beyond * days?) * i128::from(per_km?);
                out.round(law, KRONE, Ratio { dividend: total, divisor: i128::from(AMOUNT_UNIT) })?
            }
        };
        out.rule(RULE);
        out.set(TRANSPORT, transport);
        out.set(EXPENSES, expenses?.min(most?));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests;
