//! Whether a month's income changes an økonomisk fripladstilskud: from five steps of the scale on, up or down.

mod straight;

use crate::benefits::frame::{
    Amount, Benefit, Book, Input, Law, LawVersion, Month, Outcome, Output, Spec, Unit, facts, fields, gaps,
    rates, rule_ids,
};
use crate::documentation::Example;
use crate::law::day;

facts! {
    /// The incomes of a household.
    pub struct Facts {
        needed {
            /// First day of the month of the income; the scale is that of its year.
            period: Month,
        }
        given {
            /// Income a month the subsidy was calculated on, as monthly_income of oekonomisk_friplads.
            decided_income: Amount,
            /// Income of the month, as eIndkomst has it.
            actual_income: Amount,
        }
    }
}

fields! {
    steps {}
    details {
        RECALCULATE = "recalculate": Unit::Flag, "Whether the subsidy is calculated again.";
        DIFFERENCE = "annual_difference": Unit::Kroner, "Twelve times the income of the month less the other, of any sign.";
        STEPS_APART = "steps_apart": Unit::Whole, "Whole steps of the scale between the two.";
    }
}

rates! {
    STEP = "oekonomisk_friplads" / "income_step_per_1_pct_parent_payment";
    LEAST = "oekonomisk_friplads" / "recalculation_steps";
}

rule_ids! {
    AGAIN = "fri_recalculated";
    UNCHANGED = "fri_not_recalculated";
}

gaps! {
    NO_STEP = "error: the step of the scale is not positive";
}

/// The recalculation.
#[derive(Debug)]
pub struct FripladsRecalculation;

impl Benefit<COUNT> for FripladsRecalculation {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "friplads_genberegning",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "dagtilbudsloven_43" }],
        until: day::OPEN_END,
        doc: "Whether the monthly recalculation changes an økonomisk fripladstilskud: when twelve times the income of the month differs by \
              at least five steps of the scale from that the subsidy was calculated on, up or down. The yearly regulation against the tax \
              assessment takes small changes as well and is not decided here, nor with which payment a change is paid.",
        source: "Municipal pages (secondary source); law.rules and law.rates.",
        example: Example {
            sql: "SELECT friplads_genberegning(period => DATE '2021-05-01', decided_income => 20000, actual_income => 22000)['steps_apart'] \
                  AS steps",
            column: "steps",
            value: "5",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let decided = out.need(facts.decided_income, arg::decided_income);
        let actual = out.need(facts.actual_income, arg::actual_income);
        let (step, least) = (out.oere(law, STEP), out.whole(law, LEAST));
        let difference = 12 * (actual? - decided?);
        let (step, least) = (step?, least?);
        if step <= 0 {
            out.stop(NO_STEP);
            return None;
        }
        let apart = difference.abs() / step;
        let again = apart >= least;
        out.rule(if again { AGAIN } else { UNCHANGED });
        out.set(RECALCULATE, i64::from(again));
        out.set(DIFFERENCE, difference);
        out.set(STEPS_APART, apart);
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::frame::Book;
    use crate::benefits::las::testing::rates_with;
    use crate::benefits::testing::book;

    fn outcome(decided: Option<i64>, actual: Option<i64>) -> Outcome<COUNT> {
        let period = day::from_civil(2021, 5, 1);
        let facts = Facts { period, decided_income: decided, actual_income: actual };
        FripladsRecalculation::outcome(&facts, book::<COUNT, FripladsRecalculation>().on(period).unwrap())
    }

    #[test]
    fn five_steps_to_the_oere_up_and_down() {
        // The step of 2021 is 4117 kroner a year: five are 20585, or 1715.41⅔ a month.
        for (difference, apart) in
            [(0, 0), (171_541, 4), (171_542, 5), (34_308, 0), (34_309, 1), (343_084, 10)]
        {
            for (decided, actual) in
                [(2_000_000, 2_000_000 + difference), (2_000_000 + difference, 2_000_000)]
            {
                let out = outcome(Some(decided), Some(actual));
                assert_eq!(out.get(STEPS_APART), Some(apart), "{difference}");
                assert_eq!(out.get(RECALCULATE), Some(i64::from(apart >= 5)));
                assert_eq!(out.get(DIFFERENCE), Some(12 * (actual - decided)));
                let rule = if apart >= 5 { "fri_recalculated" } else { "fri_not_recalculated" };
                assert_eq!(out.rule_of(RULES), Some(rule));
            }
        }
    }

    #[test]
    fn a_scale_without_steps_gives_no_number_of_them() {
        let period = day::from_civil(2021, 5, 1);
        let facts = Facts { period, decided_income: Some(1), actual_income: Some(2) };
        for (step, gaps) in [(0, 1 << NO_STEP.0), (1, 0)] {
            let name = "income_step_per_1_pct_parent_payment";
            let rates = rates_with(&[("oekonomisk_friplads", name, step)], false);
            let book = Book::new(FripladsRecalculation::SPEC, &rates);
            assert_eq!(FripladsRecalculation::outcome(&facts, book.on(period).unwrap()).stopped().gaps, gaps);
        }
    }

    #[test]
    fn both_incomes_are_needed() {
        let asked = 1 << arg::decided_income.0 | 1 << arg::actual_income.0;
        assert_eq!(outcome(None, None).stopped().facts, asked);
    }
}
