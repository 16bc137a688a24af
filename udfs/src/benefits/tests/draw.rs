//! Random facts.

use crate::benefits::frame::{Argument, Kind};
use crate::law::day;

/// Decisions that few cases have, and that fit few months.
pub(super) const DECISIONS: &[&str] = &["child_support", "spouse_opted_out", "reduction_225"];

/// A reproducible stream of facts.
pub(super) struct Draw {
    pub(super) state: u64,
    pub(super) of: Rows,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Seldom what stops a calculation.
    Tame,
    /// Sensible, but with several unknown facts a row.
    Patchy,
    Wild,
}

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % n
    }

    fn day(&mut self, from: i32, days: u64) -> i64 {
        i64::from(from) + self.below(days) as i64
    }

    /// A value of an argument: mostly plausible, sometimes unknown, at a bound, or absurd.
    pub(super) fn value(&mut self, argument: &Argument, first: bool) -> Option<i64> {
        let tame = self.of != Rows::Wild;
        if tame && DECISIONS.contains(&argument.name) && self.below(20) > 0 {
            return None;
        }
        let (unknown, odd) = match (self.of, argument.needed) {
            (Rows::Tame, _) | (Rows::Patchy, true) => (300, 3000),
            (Rows::Patchy, false) => (6, 3000),
            (Rows::Wild, true) => (60, 80),
            (Rows::Wild, false) => (9, 80),
        };
        if self.below(unknown) == 0 {
            return None;
        }
        let odd = self.below(odd) == 0;
        let most = argument.kind.bounds().1;
        let absurd = match self.of {
            Rows::Wild => [i64::MIN + 1, -1, i64::MAX, most, most + 1][self.below(5) as usize],
            _ => [i64::MIN + 1, -1, i64::MAX][self.below(3) as usize],
        };
        Some(match argument.kind {
            Kind::Month | Kind::Week | Kind::Date if odd => {
                [i64::from(i32::MIN), i64::from(i32::MAX), 0, 17_000, 84_006][self.below(5) as usize]
            }
            Kind::Month => {
                let month = self.below(15 * 12) as i32;
                i64::from(day::from_civil(2013 + month / 12, 1 + month as u32 % 12, 1))
            }
            Kind::Week => 4 + 7 * (2244 + self.below(780)) as i64,
            Kind::Date if first => self.day(day::from_civil(2013, 6, 1), 5000),
            Kind::Date if tame => self.day(day::from_civil(1940, 1, 1), 24_000),
            Kind::Date => match self.below(3) {
                0 => self.day(day::from_civil(1940, 1, 1), 24_000),
                1 => self.day(day::from_civil(2013, 6, 1), 5000),
                _ => i64::from(day::OPEN_END),
            },
            Kind::Flag => self.below(2) as i64,
            Kind::Word(_) if odd => -1,
            Kind::Word(words) => self.below(words.len() as u64) as i64,
            _ if odd => absurd,
            Kind::Amount | Kind::Money if tame => match self.below(3) {
                0 => self.below(3_000_000) as i64,
                _ => 0,
            },
            Kind::Amount | Kind::Money => match self.below(12) {
                0..4 => 0,
                4 => 999_999_999_999,
                5 => self.below(1_000_000_000) as i64,
                _ => self.below(4_000_000) as i64,
            },
            Kind::Hours => self.below(20_000) as i64,
            Kind::WeekHours => self.below(6_000) as i64,
            Kind::Percent => self.below(101) as i64 * 100,
            Kind::Decimal => self.below(60_000) as i64,
            Kind::Count => self.below(40) as i64,
        })
    }
}

/// Facts that fit each other, where chance seldom makes them do so.
pub(super) fn fitting(arguments: &[Argument], row: &mut [Option<i64>], draw: &mut Draw) {
    let at = |name: &str| arguments.iter().position(|a| a.name == name);
    let first = row[0].unwrap_or(0);
    let single = at("single").is_some_and(|at| row[at] == Some(1));
    let mut put = |name: &str, value: i64| {
        if let Some(at) = at(name).filter(|at| row[*at].is_some()) {
            row[at] = Some(value);
        }
    };
    put("weeks", 4 + draw.below(2) as i64);
    put("children", 1 + draw.below(4) as i64);
    put("children_at_home", draw.below(4) as i64);
    put("children_away", draw.below(2) as i64);
    put("work_share", [0, 0, 0, 2500, 2501, 5000, 5001][draw.below(7) as usize]);
    put("other_benefit_days", [0, 0, 1, 30][draw.below(4) as usize]);
    put("holiday_supplement", [0, 0, 1][draw.below(3) as usize]);
    // The employer's share is paid of jobs from before 2013.
    let before = if at("share").is_some() { 2200 } else { 0 };
    put("flexjob_from", first - before - draw.below(900) as i64);
    if at("rate_row").is_some() {
        // The years and the form of which amounts were read.
        put("event_date", i64::from(day::from_civil(2016, 1, 1)) + draw.below(1500) as i64);
        put("form", i64::from(draw.below(8) == 0));
    }
    put("wage_month", i64::from(crate::civil::months_before(first as i32, 1)));
    put("absent_from", first + 8 - draw.below(60) as i64);
    put("absent_to", [first + 3, first + 9, i64::from(day::OPEN_END)][draw.below(3) as usize]);
    put("employer_wage", 5_000_000);
    if at("first_month").is_some() {
        // Decided within a year, about an offence of lately or of about five years ago.
        let decision = first - draw.below(360) as i64;
        let ago = [draw.below(100), 1826 - 40 + draw.below(80)][draw.below(2) as usize] as i64;
        put("decision_date", decision);
        put("established_date", decision - ago);
        put("first_month", i64::from(crate::civil::months_before(first as i32, draw.below(8) as i32 - 1)));
    }
    if draw.below(8) == 0 {
        put("km_per_day", 24_00);
    }
    put("full_time_pay", 1_500_000 + draw.below(2_500_000) as i64);
    put("pay_hours", [0, 1, 48_100][draw.below(3) as usize]);
    put("previous_week_amount", 300_000 + draw.below(200_000) as i64);
    if draw.below(10) > 0 {
        put("residence_requirement_met", 1);
        put("employment_requirement_met", 1);
        if single {
            for name in ["spouse_work_income", "spouse_other_income", "spouse_help"] {
                put(name, 0);
            }
        }
    }
    if draw.below(3) == 0 {
        // About a 25th birthday.
        put("birth_date", first - 9131 - draw.below(2) as i64);
    }
    if draw.below(4) == 0 {
        // The same amount twice.
        for (one, other) in [
            ("work_income", "other_income"),
            ("spouse_work_income", "spouse_other_income"),
            ("wage", "offer_income"),
        ] {
            if let (Some(one), Some(other)) = (at(one), at(other)) {
                row[other] = row[other].and(row[one]);
            }
        }
    }
    if let Some(hours) = at("weekly_hours").and_then(|at| row[at]) {
        let absent = [hours, hours / 2, 399, 400][draw.below(4) as usize];
        if let Some(at) = at("absent_hours") {
            row[at] = row[at].and(Some(absent));
        }
    }
}
