//! Days as numbers (days since 1970-01-01): the generator's inner loops use no date types.

use advisql_udfs::calendar::Calendar as BankCalendar;

/// The open end of a period, 2200-01-01.
pub(super) const OPEN: i32 = 84_006;

/// Year, month and day of a day number (civil calendar, H. Hinnant's algorithm).
pub(super) fn ymd(day: i32) -> (i32, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    (yoe + era * 400 + i32::from(m <= 2), m as u32, d as u32)
}

/// Day number of a date; months outside 1..=12 carry over into the years.
pub(super) fn day(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    let y = year - i32::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// First day of the month `months` after the one of `at`.
pub(super) fn month_start(at: i32, months: i32) -> i32 {
    let (y, m, _) = ymd(at);
    day(y, m as i32 + months, 1)
}

/// The same date `years` later; 29 February becomes 1 March.
pub(super) fn add_years(at: i32, years: i32) -> i32 {
    let (y, m, d) = ymd(at);
    if (m, d) == (2, 29) && ymd(day(y + years, 2, 29)).1 != 2 {
        return day(y + years, 3, 1);
    }
    day(y + years, m as i32, d as i32)
}

/// Whole years of age.
pub(super) fn age(birth: i32, at: i32) -> i32 {
    let ((by, bm, bd), (y, m, d)) = (ymd(birth), ymd(at));
    y - by - i32::from((m, d) < (bm, bd))
}

/// 0 is Monday.
pub(super) fn weekday(day: i32) -> i32 {
    (day + 3).rem_euclid(7)
}

/// The calendar of the office: which days people work, how much gets done, and when clocks change.
#[derive(Debug)]
pub(super) struct Calendar {
    first: i32,
    /// Working days before each day.
    working: Vec<i32>,
    /// Work done before each day, in half days: holiday weeks count half.
    capacity: Vec<i32>,
}

impl Calendar {
    /// Knows the days `first..last`; earlier and later ones are treated as the first and last.
    pub(super) fn new(first: i32, last: i32) -> Self {
        let (mut working, mut capacity) = (vec![0], vec![0]);
        let (mut days, mut halves) = (0, 0);
        for at in first..last {
            if BankCalendar::get().is_working_day(at) == Some(true) {
                let (_, m, d) = ymd(at);
                // General holiday weeks (July) and the days around Christmas: half the office is away.
                let slow = (m == 7 && d >= 4) || (m == 12 && d >= 21) || (m == 1 && d <= 3);
                days += 1;
                halves += if slow { 1 } else { 2 };
            }
            working.push(days);
            capacity.push(halves);
        }
        Self { first, working, capacity }
    }

    fn index(&self, day: i32) -> usize {
        (day - self.first).clamp(0, self.working.len() as i32 - 1) as usize
    }

    fn find(&self, sums: &[i32], target: i32) -> i32 {
        self.first + sums.partition_point(|&sum| sum < target) as i32 - 1
    }

    /// The `n`th working day from `day` on; `n` 0 is `day` itself when people work on it.
    pub(super) fn working_day(&self, day: i32, n: i32) -> i32 {
        let target = self.working[self.index(day)] + n + 1;
        self.find(&self.working, target)
    }

    /// The day on which `half_days` of work counted from `day` are done.
    pub(super) fn day_of_work_done(&self, day: i32, half_days: i32) -> i32 {
        let target = self.capacity[self.index(day)] + half_days + 1;
        self.find(&self.capacity, target)
    }
}

/// The last bank day of the month of `day`; outside 1900 to 2199 the last day of the month.
pub(super) fn last_bank_day(day: i32) -> i32 {
    BankCalendar::get().last_bank_day_of_month(day).unwrap_or(month_start(day, 1) - 1)
}

/// Microseconds UTC of a local minute of a day in Copenhagen.
pub(super) fn instant(day: i32, minute: i32) -> i64 {
    let (y, m, _) = ymd(day);
    let last_sunday = |month: i32| {
        let end = self::day(y, month + 1, 1) - 1;
        end - (weekday(end) + 1) % 7
    };
    let summer = match m {
        4..=9 => true,
        3 => day >= last_sunday(3),
        10 => day < last_sunday(10),
        _ => false,
    };
    let hours = if summer { 2 } else { 1 };
    (i64::from(day) * 1_440 + i64::from(minute) - hours * 60) * 60_000_000
}

/// The local day of an instant made by [`instant`].
pub(super) fn local_day(instant: i64) -> i32 {
    // Office hours are far from midnight, so an hour more or less does not matter.
    ((instant / 60_000_000 + 60) / 1_440) as i32
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Duration, NaiveDate};

    use super::*;

    #[test]
    fn days_are_those_of_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for n in (-40_000..50_000).step_by(7) {
            let date = epoch + Duration::days(i64::from(n));
            assert_eq!(ymd(n), (date.year(), date.month(), date.day()));
            assert_eq!(day(date.year(), date.month() as i32, date.day() as i32), n);
            assert_eq!(weekday(n), date.weekday().num_days_from_monday() as i32);
        }
        assert_eq!(ymd(OPEN), (2200, 1, 1));
        assert_eq!(day(2021, 14, 1), day(2022, 2, 1));
        assert_eq!(age(day(2000, 2, 29), day(2022, 2, 28)), 21);
        assert_eq!(add_years(day(2000, 2, 29), 30), day(2030, 3, 1));
    }

    #[test]
    fn working_days_skip_weekends_and_work_slows_down_in_july() {
        let calendar = Calendar::new(day(2021, 1, 1), day(2023, 12, 31));
        assert_eq!(calendar.working_day(day(2022, 4, 14), 0), day(2022, 4, 19));
        assert_eq!(calendar.working_day(day(2022, 10, 3), 0), day(2022, 10, 3));
        assert_eq!(calendar.working_day(day(2022, 10, 7), 1), day(2022, 10, 10));
        let took = |from: i32| calendar.day_of_work_done(from, 10) - from;
        assert_eq!(took(day(2022, 10, 3)), 7);
        assert!(took(day(2022, 7, 4)) > 11);
    }

    #[test]
    fn instants_follow_the_clock_change() {
        assert_eq!(instant(0, 60), 0);
        assert_eq!(instant(day(2022, 7, 1), 120), i64::from(day(2022, 7, 1)) * 86_400_000_000);
        assert_eq!(local_day(instant(day(2022, 10, 30), 480)), day(2022, 10, 30));
    }
}
