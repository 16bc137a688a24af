//! Hours of pay with unknown working time, SDPL § 47, stk. 2.

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Date, Law, LawVersion, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;
use crate::law::money::AMOUNT_UNIT;

words! {
    /// Whose average pay the hours are counted with.
    pub enum Sex {
        /// Man.
        Man = "M",
        /// Woman.
        Woman = "F",
    }
}

facts! {
    /// The facts of some pay.
    pub struct Facts {
        needed {
            /// First day of absence.
            first_absence_day: Date,
            /// Sex, as cpr_sex gives it.
            sex: Sex,
        }
        given {
            /// Pay whose working time is unknown.
            pay: Amount,
        }
    }
}

fields! {
    steps {}
    details {
        HOURS = "hours": Unit::Hundredths, "Pay over the conversion rate, two decimals.";
    }
}

rates! {
    MAN = "sygedagpenge" / "unknown_working_time_man";
    WOMAN = "sygedagpenge" / "unknown_working_time_woman";
}

rule_ids! {
    RULE = "sdp_unknown_working_time";
}

gaps! {
    NO_RATE = "error: the conversion rate is nil";
}

/// The conversion.
#[derive(Debug)]
pub struct UnknownWorkingTime;

impl Benefit<COUNT> for UnknownWorkingTime {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge_hours",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2013, 1, 7), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Hours of pay whose working time is unknown: the pay over the conversion rate of the year for men or women.",
        source: "SDPL § 47, stk. 2; order 1091 of 2021 § 11; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge_hours(first_absence_day => DATE '2023-05-01', sex => 'M', pay => 10000)['hours'] AS hours",
            column: "hours",
            value: "43.90",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let pay = out.need(facts.pay, arg::pay);
        let rate = out.units(
            law,
            match facts.sex {
                Sex::Man => MAN,
                Sex::Woman => WOMAN,
            },
        )?;
        if rate <= 0 {
            out.stop(NO_RATE);
            return None;
        }
        out.rule(RULE);
        out.set(HOURS, Ratio::over(i128::from(pay?) * i128::from(AMOUNT_UNIT), rate).nearest()?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::frame::Book;
    use crate::benefits::las::testing::rates_with;
    use crate::benefits::testing::book;

    fn hours(year: i32, sex: Sex, pay: Option<i64>) -> (Option<i64>, u64) {
        let facts = Facts { first_absence_day: day::from_civil(year, 5, 1), sex, pay };
        let out = UnknownWorkingTime::outcome(
            &facts,
            book::<COUNT, UnknownWorkingTime>().on(facts.first_absence_day).unwrap(),
        );
        (out.get(HOURS), out.stopped().facts | out.stopped().rates << 32)
    }

    #[test]
    fn pay_over_the_rate_of_the_year_and_sex() {
        assert_eq!(hours(2013, Sex::Man, Some(185_77)), (Some(1_00), 0));
        assert_eq!(hours(2013, Sex::Woman, Some(167_76)), (Some(1_00), 0));
        assert_eq!(hours(2015, Sex::Man, Some(19_214_00)), (Some(100_00), 0));
        assert_eq!(hours(2015, Sex::Woman, Some(173_52 * 37)), (Some(37_00), 0));
        // Half a hundredth goes up: 0.92885 kr. are 0.5 hundredths of 2013's hour.
        assert_eq!(
            (hours(2013, Sex::Man, Some(92)).0, hours(2013, Sex::Man, Some(93)).0),
            (Some(0), Some(1))
        );
        assert_eq!(hours(2013, Sex::Man, Some(0)), (Some(0), 0));
    }

    #[test]
    fn an_hour_that_pays_nothing_gives_no_hours() {
        let facts = Facts { first_absence_day: day::from_civil(2013, 5, 1), sex: Sex::Man, pay: Some(100) };
        for (rate, gaps) in [(0, 1 << NO_RATE.0), (1, 0)] {
            let rates = rates_with(&[("sygedagpenge", "unknown_working_time_man", rate)], false);
            let book = Book::new(UnknownWorkingTime::SPEC, &rates);
            let out = UnknownWorkingTime::outcome(&facts, book.on(facts.first_absence_day).unwrap());
            assert_eq!(out.stopped().gaps, gaps);
            assert_eq!(out.get(HOURS), (gaps == 0).then_some(100));
        }
    }

    #[test]
    fn what_is_unknown_is_said() {
        assert_eq!(hours(2013, Sex::Man, None), (None, 1 << arg::pay.0));
        assert_eq!(hours(2024, Sex::Woman, Some(1)), (None, 1 << (32 + WOMAN.0)));
    }
}
