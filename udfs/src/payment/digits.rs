//! Numbers and days as text: written for every row of a month's run, without going through a formatter.

use std::fmt::Write;

use crate::civil::year_month_day;

/// Digits of the greatest `i128`, a point and the zeros of any scale that a decimal has.
const LONGEST: usize = 80;

/// `value` with its last `scale` digits after a point: `-5` of scale 2 is `-0.05`.
pub(super) fn push_decimal(value: i128, scale: u32, out: &mut String) {
    let scale = (scale as usize).min(LONGEST / 2 - 2);
    let (mut text, mut from) = ([b'0'; LONGEST], LONGEST);
    let (mut large, mut digits) = (value.unsigned_abs(), 0);
    while large > 0 || digits <= scale {
        if digits == scale && scale > 0 {
            from -= 1;
            text[from] = b'.';
        }
        from -= 1;
        // Division of 128 bits costs many times that of 64, and hardly any amount needs it.
        let digit = match u64::try_from(large) {
            Ok(small) => {
                large = u128::from(small / 10);
                small % 10
            }
            Err(_) => {
                let digit = large % 10;
                large /= 10;
                digit as u64
            }
        };
        text[from] = b'0' + digit as u8;
        digits += 1;
    }
    if value < 0 {
        from -= 1;
        text[from] = b'-';
    }
    out.push_str(std::str::from_utf8(&text[from..]).unwrap_or_default());
}

/// A day number as `2022-12-31`.
pub(super) fn push_day(day: i32, out: &mut String) {
    let (year, month, day) = year_month_day(day);
    if !(0..=9999).contains(&year) {
        // Writing to a text cannot fail.
        let _ = write!(out, "{year:04}-{month:02}-{day:02}");
        return;
    }
    let mut text = *b"0000-00-00";
    let digit = |number: i32| b'0' + (number % 10) as u8;
    for (place, number) in [
        (0, year / 1000),
        (1, year / 100),
        (2, year / 10),
        (3, year),
        (5, month / 10),
        (6, month),
        (8, day / 10),
        (9, day),
    ] {
        text[place] = digit(number);
    }
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(value: i128, scale: u32) -> String {
        let mut out = String::new();
        push_decimal(value, scale, &mut out);
        out
    }

    #[test]
    fn decimals_are_written_like_the_formatter_does() {
        for value in [
            0,
            1,
            -1,
            9,
            10,
            99,
            -100,
            12345,
            i128::from(u64::MAX),
            i128::from(u64::MAX) + 1,
            i128::MAX,
            i128::MIN,
        ] {
            assert_eq!(decimal(value, 0), value.to_string());
            for scale in 1..=20_u32 {
                let (unit, places) = (10_u128.pow(scale), scale as usize);
                let (whole, rest) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
                let sign = if value < 0 { "-" } else { "" };
                assert_eq!(decimal(value, scale), format!("{sign}{whole}.{rest:0places$}"));
            }
        }
        assert!(decimal(i128::MIN, 38).ends_with(".70141183460469231731687303715884105728"));
        assert_eq!(decimal(i128::MIN, 37), "-17.0141183460469231731687303715884105728");
    }

    #[test]
    fn days_are_written_like_the_formatter_does() {
        for day in
            [i32::MIN, -800_000, -719_529, -719_528, -1, 0, 19_357, 84_006, 2_932_896, 2_932_897, i32::MAX]
        {
            let (year, month, of_month) = year_month_day(day);
            let mut out = String::new();
            push_day(day, &mut out);
            assert_eq!(out, format!("{year:04}-{month:02}-{of_month:02}"));
        }
    }
}
