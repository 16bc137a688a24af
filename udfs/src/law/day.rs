//! Days as the number of days since 1970-01-01 (Arrow's `Date32`), without a calendar library.

/// Open end of a period: 2200-01-01.
pub const OPEN_END: i32 = 84_006;

/// Days since 1970-01-01 of a day of the Gregorian calendar; the caller vouches that the day exists.
pub const fn from_civil(year: i32, month: u32, day: u32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let shifted_month = (month as i32 + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub const fn to_civil(days: i32) -> (i32, u32, u32) {
    let z = days as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year as i32, month, day)
}

/// Reads `yyyy-mm-dd`; `None` when it is not an existing day written so.
pub fn parse(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
    };
    let (year, month, day) = (number(0..4)? as i32, number(5..7)?, number(8..10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = from_civil(year, month, day);
    (to_civil(days) == (year, month, day)).then_some(days)
}

/// Writes a day as `yyyy-mm-dd`.
pub fn format(days: i32) -> String {
    let (year, month, day) = to_civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whole years from `birth` to `on`: the age on that day. A birthday on 29 February falls on 1 March in other years.
pub const fn age_on(birth: i32, on: i32) -> i32 {
    let (birth_year, birth_month, birth_day) = to_civil(birth);
    let (year, month, day) = to_civil(on);
    year - birth_year - (month < birth_month || (month == birth_month && day < birth_day)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1899, 12, 31);
        for days in from_civil(1900, 1, 1)..=from_civil(2300, 1, 1) {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + leap as u32,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, d) if d == length => (year, month + 1, 1),
                (_, d) => (year, month, d + 1),
            };
            assert_eq!(to_civil(days), (year, month, day));
            assert_eq!(parse(&format(days)), Some(days));
        }
        assert_eq!(from_civil(1970, 1, 1), 0);
        assert_eq!(format(OPEN_END), "2200-01-01");
    }

    #[test]
    fn days_that_do_not_exist_are_not_read() {
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-01-00",
            "2023-01-32",
            "2023-1-01",
            "20230101",
            "2023-01.01",
            "2023.01-01",
            "+023-01-01",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let birth = from_civil(1995, 5, 2);
        assert_eq!(age_on(birth, from_civil(2025, 5, 1)), 29);
        assert_eq!(age_on(birth, from_civil(2025, 5, 2)), 30);
        assert_eq!(age_on(from_civil(2000, 2, 29), from_civil(2025, 2, 28)), 24);
        assert_eq!(age_on(from_civil(2000, 2, 29), from_civil(2025, 3, 1)), 25);
    }
}
