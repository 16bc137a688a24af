//! Sygedagpenge (sickness benefit) of one week, sygedagpengeloven (SDPL) chapters 15-18.
//!
//! The week is that of its Monday, so that a new maximum counts from the first Monday of January. The amount of a whole week of absence is
//! found by kind of recipient; what falls outside the absence, in the employer's or the waiting period, and what the employer pays is
//! taken from it.

pub mod duration;
pub mod employer_requirement;
pub mod hours;
pub mod payout;
mod recipient;
pub mod refund_supplement;
pub mod requirement;
pub mod self_employed_requirement;
mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Book, Date, Decimal, Flag, Input, Law, LawVersion, Outcome, Output, Percent, Spec, Unit,
    Week, WeekHours, facts, fields, gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// On what ground the benefit is calculated.
    pub enum Recipient {
        /// Employed: hours times hourly earning.
        Employee = "employee",
        /// Self-employed: the latest tax assessment.
        SelfEmployed = "self_employed",
        /// Unemployed member of an a-kasse: the dagpenge rate of the first day.
        Unemployed = "unemployed",
        /// Member with supplementary dagpenge: the hours without work.
        PartlyUnemployed = "partly_unemployed",
    }
}

words! {
    /// Insurance of a self-employed person (SDPL § 45).
    pub enum Insurance {
        /// None: the municipality pays after two weeks.
        None = "none",
        /// From the first day of absence.
        FirstDay = "first_day",
        /// From the third day of absence.
        ThirdDay = "third_day",
    }
}

facts! {
    /// The facts of one recipient and job in one week.
    pub struct Facts {
        needed {
            /// Monday of the week.
            week: Week,
            /// On what ground the benefit is calculated.
            recipient: Recipient,
        }
        given {
            /// First day of absence.
            absent_from: Date,
            /// First day no longer absent; 2200-01-01 while the absence lasts.
            absent_to: Date,
            /// Employee: hours of a normal week.
            weekly_hours: WeekHours,
            /// Employee: hours of a whole week of absence; weekly_hours when wholly absent.
            absent_hours: WeekHours,
            /// Employee partly absent: the employer offers work in part time.
            employer_offers_part_time: Flag,
            /// Employee: pay over the last three completed calendar months in the job, before AM-bidrag.
            pay: Amount,
            /// Employee: hours that pay is for.
            pay_hours: Decimal,
            /// Employee: the employer pays the first 30 days (§ 30 is met, no § 56 agreement and no flexjob); needed in them.
            employer_period: Flag,
            /// Employee: what the employer pays for the paid days of the week; 0 for nothing.
            employer_pay: Amount,
            /// Self-employed: earning a week after the latest tax assessment.
            weekly_earning: Amount,
            /// Self-employed: insurance.
            insurance: Insurance,
            /// Self-employed: share of the normal work that can be done; 0 when wholly absent.
            work_share: Percent,
            /// Unemployed: dagpenge rate a day on the first day with right.
            dagpenge_per_day: Amount,
            /// Partly unemployed: dagpenge an hour.
            dagpenge_per_hour: Amount,
            /// Partly unemployed: insured full time.
            insured_full_time: Flag,
            /// Partly unemployed: hours that would have been worked in the week; the average when they vary.
            work_hours: WeekHours,
        }
    }
}

fields! {
    steps {
        WEEK = "week_amount", "Benefit of a whole week of this absence.";
        NOT_ABSENT = "days_not_absent", "Days of the week outside the absence, zero or negative.";
        PERIOD = "employer_or_waiting_period", "Days the employer pays, or the self-employed waits, zero or negative.";
        EMPLOYER_PAY = "employer_pay_deduction", "The employer's pay, at most the benefit, zero or negative.";
    }
    details {
        EARNING = "hourly_earning": Unit::Kroner, "Pay an hour after AM-bidrag, nearest øre.";
        PER_HOUR = "hourly_amount": Unit::Kroner, "Benefit an hour, at most the maximum.";
        HOURS = "paid_hours": Unit::Hundredths, "Hours of a whole week that count.";
        DAYS = "paid_days": Unit::Whole, "Days of the week (Monday to Friday) the municipality pays.";
    }
}

rates! {
    MAX_WEEK = "sygedagpenge" / "max_per_week";
    MAX_HOUR = "sygedagpenge" / "max_per_hour";
    INSURED_MINIMUM = "sygedagpenge" / "self_employed_minimum_two_thirds";
    MINIMUM_ABSENCE = "sygedagpenge" / "minimum_absence_hours_per_week";
    EMPLOYER_DAYS = "sygedagpenge" / "employer_period_days";
    WAITING_DAYS = "sygedagpenge" / "self_employed_waiting_days";
    PCT_QUARTER = "sygedagpenge" / "self_employed_pct_when_at_most_quarter_of_work";
    PCT_HALF = "sygedagpenge" / "self_employed_pct_when_at_most_half_of_work";
    HOURS_FULL_TIME = "sygedagpenge" / "partly_unemployed_hours_full_time_insured";
    HOURS_PART_TIME = "sygedagpenge" / "partly_unemployed_hours_part_time_insured";
    AM_PCT = "skat" / "am_contribution_pct";
}

rule_ids! {
    EMPLOYEE = "sdp_employee";
    EMPLOYEE_PARTLY = "sdp_employee_partly";
    EMPLOYEE_NO_PART_TIME = "sdp_employee_no_part_time";
    EMPLOYEE_FIT = "sdp_employee_fit";
    SELF_EMPLOYED = "sdp_self_employed";
    SELF_EMPLOYED_QUARTER = "sdp_self_employed_quarter";
    SELF_EMPLOYED_HALF = "sdp_self_employed_half";
    SELF_EMPLOYED_FIT = "sdp_self_employed_fit";
    UNEMPLOYED = "sdp_unemployed";
    PARTLY_UNEMPLOYED = "sdp_partly_unemployed";
}

gaps! {
    ABSENCE_ENDS = "error: absent_to is not after absent_from";
    ABSENT_HOURS = "error: absent_hours is more than weekly_hours";
    NO_HOURS = "error: pay_hours is nil: hours of unknown working time come from sygedagpenge_hours";
}

/// Working days of a week: the benefit is paid in equal shares over them (§ 50, stk. 3).
const WORKING_DAYS: i64 = 5;

/// The benefit.
#[derive(Debug)]
pub struct Sygedagpenge;

impl Benefit<COUNT> for Sygedagpenge {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "sygedagpenge",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "sdpl_2006" }],
        until: day::OPEN_END,
        doc: "Sygedagpenge the municipality pays one recipient for one job and week, before tax and ATP. Employees: hours of absence times \
              hourly earning over three completed months after AM-bidrag, at most the maximum an hour and a week; partly absent the same an \
              hour, from 4 hours a week on, and as wholly absent where the employer offers no part time. Self-employed: the latest \
              assessment, at least two thirds of the maximum when insured, three quarters or half when partly fit. Unemployed: the \
              dagpenge rate of five days. Equal shares over Monday to Friday. Not calculated here: the right (see \
              sygedagpenge_beskaeftigelseskrav, sygedagpenge_selvstaendigkrav, sygedagpenge_varighed), other working weeks than Monday to Friday, employer's refund.",
        source: "SDPL §§ 30, 41, 45, 46-53; order 1091 of 2021 § 13; law.rules and law.rates.",
        example: Example {
            sql: "SELECT sygedagpenge(week => DATE '2022-05-02', recipient => 'employee', absent_from => DATE '2022-01-03', \
                  absent_to => DATE '2200-01-01', weekly_hours => 30, absent_hours => 30, employer_offers_part_time => NULL, \
                  pay => 75000, pay_hours => 390, employer_period => true, employer_pay => 0)['gross'] AS gross",
            column: "gross",
            value: "3620.40",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let absence = out.need(facts.absent_from, arg::absent_from);
        let absence = absence.zip(out.need(facts.absent_to, arg::absent_to));
        if absence.is_some_and(|(from, to)| to <= from) {
            out.stop(ABSENCE_ENDS);
        }
        let week_amount = match facts.recipient {
            Recipient::Employee => recipient::employee(facts, law, out),
            Recipient::SelfEmployed => recipient::self_employed(facts, law, out),
            Recipient::Unemployed => recipient::unemployed(facts, out),
            Recipient::PartlyUnemployed => recipient::partly_unemployed(facts, law, out),
        };
        let (from, to) = absence?;
        let absent_days = days_within(facts.week, from, to);
        let paid_days = match absent_days {
            0 => Some(0),
            // Where nothing is due, whose days they would be is not needed.
            _ if week_amount == Some(0) && !tells_whose_days(facts) => None,
            _ => Some(days_within(facts.week, from.saturating_add(waiting(facts, from, law, out)?), to)),
        };
        if let Some(days) = paid_days {
            out.set(DAYS, days);
        }
        let week_amount = week_amount?;
        let absent = share(week_amount, absent_days)?;
        let paid = share(week_amount, paid_days.unwrap_or(0))?;
        let employer_pay = match facts.recipient {
            Recipient::Employee if paid > 0 => out.need(facts.employer_pay, arg::employer_pay)?,
            _ => 0,
        };
        out.set(WEEK, week_amount);
        out.set(NOT_ABSENT, absent - week_amount);
        out.set(PERIOD, paid - absent);
        out.set(EMPLOYER_PAY, -employer_pay.min(paid));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// Whether the facts say whose the first days are.
fn tells_whose_days(facts: &Facts) -> bool {
    match facts.recipient {
        Recipient::Employee => facts.employer_period.is_some(),
        Recipient::SelfEmployed => facts.insurance.is_some(),
        Recipient::Unemployed | Recipient::PartlyUnemployed => true,
    }
}

/// Days of absence before the municipality pays: the employer's, or those a self-employed person waits.
fn waiting(facts: &Facts, from: i32, law: &Law, out: &mut Outcome<COUNT>) -> Option<i32> {
    let days = match facts.recipient {
        Recipient::Unemployed | Recipient::PartlyUnemployed => 0,
        Recipient::Employee => {
            let days = out.whole(law, EMPLOYER_DAYS)?;
            // Needed only while the days can reach into the week.
            let over = i64::from(facts.week) - i64::from(from) >= days;
            if over || !out.need(facts.employer_period, arg::employer_period)? { 0 } else { days }
        }
        Recipient::SelfEmployed => match facts.insurance? {
            Insurance::FirstDay => 0,
            Insurance::ThirdDay => 2,
            Insurance::None => out.whole(law, WAITING_DAYS)?,
        },
    };
    i32::try_from(days).ok()
}

/// Working days of a week within half-open days.
fn days_within(week: i32, from: i32, to: i32) -> i64 {
    let first = from.max(week);
    let last = to.min(week.saturating_add(WORKING_DAYS as i32));
    i64::from((last - first).max(0))
}

/// The share of some working days of a week, nearest øre.
fn share(week_amount: i64, days: i64) -> Option<i64> {
    Ratio::over(i128::from(week_amount) * i128::from(days), WORKING_DAYS).nearest()
}

#[cfg(test)]
mod tests;
