//! Day numbers (days since 1970-01-01, Arrow's Date32) to and from year, month, day.

/// The day number of a proleptic Gregorian date; the nearest there is when it does not fit. `month` is 1 to 12;
/// a day past the month's end counts on.
pub(crate) const fn day_number(year: i32, month: i32, day: i32) -> i32 {
    // March starts the year, so that the leap day comes last and month lengths follow one formula.
    let year = if month <= 2 { year as i64 - 1 } else { year as i64 };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let number = era * 146_097 + day_of_era - 719_468;
    if number > i32::MAX as i64 {
        i32::MAX
    } else if number < i32::MIN as i64 {
        i32::MIN
    } else {
        number as i32
    }
}

/// Year, month and day of a day number.
pub(crate) const fn year_month_day(day_number: i32) -> (i32, i32, i32) {
    // i64: every i32 day number is accepted.
    let shifted = day_number as i64 + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year as i32, month as i32, day as i32)
}

/// The day numbers of the first day of the date's month and of the month after it.
pub(crate) const fn month_bounds(date: i32) -> (i32, i32) {
    let (year, month, day) = year_month_day(date);
    let first = date.saturating_sub(day - 1);
    let next = if month == 12 { day_number(year + 1, 1, 1) } else { day_number(year, month + 1, 1) };
    (first, next)
}

/// The first day of the month some months before the month of a date.
pub(crate) const fn months_before(date: i32, months: i32) -> i32 {
    let (year, month, _) = year_month_day(date);
    let count = year as i64 * 12 + month as i64 - 1 - months as i64;
    day_number(count.div_euclid(12) as i32, count.rem_euclid(12) as i32 + 1, 1)
}

/// ISO weekday of a day number: Monday is 1, Sunday is 7.
pub(crate) const fn iso_weekday(day_number: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    (day_number as i64 + 3).rem_euclid(7) as i32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn agrees_with_chrono_on_every_day_of_eight_centuries() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut date = NaiveDate::from_ymd_opt(1600, 1, 1).unwrap();
        while date.year() < 2400 {
            let number = (date - epoch).num_days() as i32;
            let parts = (date.year(), date.month() as i32, date.day() as i32);
            assert_eq!(day_number(parts.0, parts.1, parts.2), number);
            assert_eq!(year_month_day(number), parts);
            assert_eq!(iso_weekday(number), date.weekday().number_from_monday() as i32);
            let (first, next) = month_bounds(number);
            assert_eq!(year_month_day(first), (parts.0, parts.1, 1));
            assert_eq!(next - first, date.num_days_in_month() as i32);
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn months_before_are_counted_over_years() {
        let mut first = day_number(1999, 1, 1);
        for months in 1..=500 {
            let before = months_before(day_number(2040, 9, 1) - 1, 500 - months);
            let (from, next) = month_bounds(before);
            assert_eq!(before, from);
            assert!(months == 1 || before == first, "{months}");
            first = next;
        }
        assert_eq!(first, day_number(2040, 9, 1));
        assert_eq!(months_before(day_number(2024, 3, 31), 0), day_number(2024, 3, 1));
    }

    #[test]
    fn extreme_day_numbers_do_not_overflow() {
        for number in [i32::MIN, i32::MIN + 1, i32::MAX - 1, i32::MAX] {
            assert!((1..=12).contains(&year_month_day(number).1));
            assert!((1..=7).contains(&iso_weekday(number)));
            let (first, next) = month_bounds(number);
            assert!(first <= number && number <= next);
        }
    }
}
