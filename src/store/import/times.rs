//! Days, months and instants as registers write them.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Copenhagen;

use super::reason::Reason;

/// Days from 1970-01-01 to 2200-01-01, the open end of a period.
pub const OPEN_END: i32 = 84_006;
/// Days from 1970-01-01 to 1800-01-01, the first day taken in.
const FIRST_DAY: i32 = -62_091;

/// Reads `yyyy-mm-dd`, `yyyymmdd`, `dd.mm.yyyy` or `dd-mm-yyyy` as days since 1970-01-01.
///
/// # Errors
/// [`Reason::Date`], or [`Reason::DateRange`] outside 1800-01-01 to 2200-01-01.
pub fn date(text: &str) -> Result<i32, Reason> {
    let day = calendar_day(day_part(text)?)?;
    in_range(days(day))
}

/// Reads the end of a period as its exclusive end: an inclusive one moves on by a day, any day of the
/// years from 2200 on (registers write 9999-12-31) is the open end 2200-01-01.
///
/// # Errors
/// As [`date`].
pub fn period_end(text: &str, inclusive: bool) -> Result<i32, Reason> {
    let day = days(calendar_day(day_part(text)?)?);
    if day >= OPEN_END {
        return Ok(OPEN_END);
    }
    in_range(day + i32::from(inclusive))
}

/// Reads `yyyy-mm`, `mm.yyyy`, `mm-yyyy`, `yyyymm` or the first day of a month in any form of [`date`].
///
/// # Errors
/// [`Reason::Month`], or [`Reason::DateRange`].
pub fn month(text: &str) -> Result<i32, Reason> {
    let b = text.as_bytes();
    let (year, month) = match b {
        [_, _, _, _, b'-', _, _] => (number(&b[..4]), number(&b[5..])),
        [_, _, b'.' | b'-', _, _, _, _] => (number(&b[3..]), number(&b[..2])),
        [_, _, _, _, _, _] => (number(&b[..4]), number(&b[4..])),
        _ => {
            let day = day_part(text).and_then(calendar_day).map_err(|_| Reason::Month)?;
            return if day.day() == 1 { in_range(days(day)) } else { Err(Reason::Month) };
        }
    };
    let (year, month) = year.zip(month).ok_or(Reason::Month)?;
    let first = i32::try_from(year).ok().and_then(|y| NaiveDate::from_ymd_opt(y, month, 1));
    in_range(days(first.ok_or(Reason::Month)?))
}

/// Reads an instant as microseconds since 1970 in UTC: a day in any form of [`date`], then `T` or a space
/// and a time of day, then `Z`, an offset, or nothing. Without an offset it is local time in Copenhagen:
/// of the hour that occurs twice in autumn the first is meant. A day alone is its local midnight.
/// Digits beyond microseconds are dropped.
///
/// # Errors
/// [`Reason::Instant`], [`Reason::NonexistentTime`] or [`Reason::DateRange`].
pub fn instant(text: &str) -> Result<i64, Reason> {
    let split = text.find(['T', ' ', 't']);
    let (day, rest) = split.map_or((text, ""), |at| (&text[..at], text[at + 1..].trim_start()));
    let day = calendar_day(day).map_err(|_| Reason::Instant)?;
    in_range(days(day))?;
    let (clock, zone) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (rest[..at].trim_end(), Some(&rest[at..])),
        None => (rest, None),
    };
    let time = if clock.is_empty() && zone.is_none() && split.is_none() {
        0
    } else {
        clock_micros(clock).ok_or(Reason::Instant)?
    };
    let local = i64::from(days(day)) * 86_400_000_000 + time;
    match zone {
        Some("Z" | "z") => Ok(local),
        Some(offset) => Ok(local - i64::from(offset_minutes(offset).ok_or(Reason::Instant)?) * 60_000_000),
        None => from_copenhagen(local),
    }
}

fn from_copenhagen(local_micros: i64) -> Result<i64, Reason> {
    let local = DateTime::from_timestamp_micros(local_micros).ok_or(Reason::Instant)?.naive_utc();
    let found = Copenhagen.from_local_datetime(&local).earliest().ok_or(Reason::NonexistentTime)?;
    Ok(found.with_timezone(&Utc).timestamp_micros())
}

/// The day of a text that may carry a time of day of exactly midnight, as tools write pure days.
fn day_part(text: &str) -> Result<&str, Reason> {
    let Some(at) = text.find(['T', ' ']) else { return Ok(text) };
    let clock = text[at + 1..].trim_end_matches('Z');
    if clock_micros(clock) == Some(0) { Ok(&text[..at]) } else { Err(Reason::Date) }
}

fn calendar_day(text: &str) -> Result<NaiveDate, Reason> {
    let b = text.as_bytes();
    let (year, month, day) = match b {
        [_, _, _, _, b'-', _, _, b'-', _, _] => (number(&b[..4]), number(&b[5..7]), number(&b[8..])),
        [_, _, b'.', _, _, b'.', ..] | [_, _, b'-', _, _, b'-', ..] if b.len() == 10 => {
            (number(&b[6..]), number(&b[3..5]), number(&b[..2]))
        }
        [_, _, _, _, _, _, _, _] => (number(&b[..4]), number(&b[4..6]), number(&b[6..])),
        _ => return Err(Reason::Date),
    };
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(Reason::Date) };
    let year = i32::try_from(year).map_err(|_| Reason::Date)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(Reason::Date)
}

fn clock_micros(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let b = clock.as_bytes();
    let (hour, minute, second) = match b {
        [_, _, b':', _, _] => (number(&b[..2])?, number(&b[3..])?, 0),
        [_, _, b':', _, _, b':', _, _] => (number(&b[..2])?, number(&b[3..5])?, number(&b[6..])?),
        _ => return None,
    };
    if text.len() > clock.len() && (fraction.is_empty() || b.len() != 8) {
        return None;
    }
    let mut micros = 0i64;
    let mut unit = 100_000i64;
    for digit in fraction.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        micros += i64::from(digit - b'0') * unit;
        unit /= 10;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(i64::from(hour * 3600 + minute * 60 + second) * 1_000_000 + micros)
}

/// Minutes east of UTC of `+02:00`, `+0200` or `+02`.
fn offset_minutes(text: &str) -> Option<i32> {
    let b = text.as_bytes();
    let (hours, minutes) = match b {
        [_, _, _, b':', _, _] => (number(&b[1..3])?, number(&b[4..])?),
        [_, _, _, _, _] => (number(&b[1..3])?, number(&b[3..])?),
        [_, _, _] => (number(&b[1..3])?, 0),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    Some(if b[0] == b'-' { -total } else { total })
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |value, b| {
        if b.is_ascii_digit() { value.checked_mul(10)?.checked_add(u32::from(b - b'0')) } else { None }
    })
}

/// Days from 1970-01-01.
fn days(day: NaiveDate) -> i32 {
    day.num_days_from_ce() - 719_163
}

fn in_range(days: i32) -> Result<i32, Reason> {
    if (FIRST_DAY..=OPEN_END).contains(&days) { Ok(days) } else { Err(Reason::DateRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        days(text.parse().unwrap())
    }

    #[test]
    fn limits_are_the_days_they_are_named_after() {
        assert_eq!(OPEN_END, day("2200-01-01"));
        assert_eq!(FIRST_DAY, day("1800-01-01"));
    }

    #[test]
    fn days_in_every_form() {
        for text in
            ["2025-03-09", "20250309", "09.03.2025", "09-03-2025", "2025-03-09T00:00:00", "2025-03-09 00:00"]
        {
            assert_eq!(date(text), Ok(day("2025-03-09")), "{text}");
        }
        for text in
            ["2025-02-29", "31.04.2025", "2025-3-9", "9.3.2025", "09/03/2025", "", "2025-03-09T10:00:00"]
        {
            assert_eq!(date(text), Err(Reason::Date), "{text}");
        }
        assert_eq!(date("9999-12-31"), Err(Reason::DateRange));
        assert_eq!(date("1799-12-31"), Err(Reason::DateRange));
    }

    #[test]
    fn period_ends() {
        assert_eq!(period_end("2025-03-31", true), Ok(day("2025-04-01")));
        assert_eq!(period_end("2025-03-31", false), Ok(day("2025-03-31")));
        assert_eq!(period_end("9999-12-31", true), Ok(OPEN_END));
        assert_eq!(period_end("31.12.9999", false), Ok(OPEN_END));
        assert_eq!(period_end("2199-12-31", true), Ok(OPEN_END));
        assert_eq!(period_end("2025-13-01", false), Err(Reason::Date));
    }

    #[test]
    fn months() {
        for text in ["2025-03", "2025-03-01", "03.2025", "03-2025", "202503", "20250301", "01.03.2025"] {
            assert_eq!(month(text), Ok(day("2025-03-01")), "{text}");
        }
        for text in ["2025-13", "2025-03-02", "3.2025", "marts", "", "00.2025"] {
            assert_eq!(month(text), Err(Reason::Month), "{text}");
        }
    }

    #[test]
    fn instants() {
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp_micros();
        for (text, expected) in [
            ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00Z"),
            ("2011-10-01T00:38:44.546+02:00", "2011-09-30T22:38:44.546Z"),
            ("2025-03-01 12:00:00.123456789+0100", "2025-03-01T11:00:00.123456Z"),
            ("2025-03-01T12:00-03", "2025-03-01T15:00:00Z"),
            ("2025-03-01T12:00:00", "2025-03-01T11:00:00Z"),
            ("01.07.2025 12:30", "2025-07-01T10:30:00Z"),
            ("01-07-2025 12:30:05", "2025-07-01T10:30:05Z"),
            ("2025-07-01", "2025-06-30T22:00:00Z"),
            // the hour that occurs twice: the first, still summer time
            ("2025-10-26T02:30:00", "2025-10-26T00:30:00Z"),
        ] {
            assert_eq!(instant(text), Ok(utc(expected)), "{text}");
        }
        assert_eq!(instant("2025-03-30T02:30:00"), Err(Reason::NonexistentTime));
        for text in [
            "",
            "2025-03-01T",
            "2025-03-01T24:00:00",
            "2025-03-01T12:00:00+15:00",
            "12:00",
            "2025-03-01T1:00",
            "2025-03-01Tæ",
        ] {
            assert_eq!(instant(text), Err(Reason::Instant), "{text}");
        }
        assert_eq!(instant("9999-12-31T00:00:00Z"), Err(Reason::DateRange));
    }
}
