//! CPR numbers in deliveries: ten digits, a hyphen allowed after the sixth.

use chrono::NaiveDate;

/// The number as an integer when it is well formed: ten digits with a real birth date. Replacement numbers
/// (day + 60) stand for persons without a number and count; modulus 11 plays no part since 1 October 2007.
pub fn parse(text: &str) -> Option<u64> {
    let b = text.as_bytes();
    let (date, serial) = match b.len() {
        10 => (&b[..6], &b[6..]),
        11 if b[6] == b'-' => (&b[..6], &b[7..]),
        _ => return None,
    };
    let mut value = 0u64;
    for digit in date.iter().chain(serial) {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
    }
    let two = |at: usize| u32::from(date[at] - b'0') * 10 + u32::from(date[at + 1] - b'0');
    let (day, month, year) = (two(0), two(2), two(4));
    let day = if day > 60 { day - 60 } else { day };
    let century = match (serial[0], year) {
        (b'0'..=b'3', _) | (b'4' | b'9', 37..) => 1900,
        (b'4' | b'9', _) | (b'5'..=b'8', ..58) => 2000,
        _ => 1800,
    };
    NaiveDate::from_ymd_opt(i32::try_from(century + year).ok()?, month, day)?;
    Some(value)
}

/// The ten digits of a number of [`parse`].
pub fn digits(number: u64) -> String {
    format!("{number:010}")
}

/// `text` with the end of everything that may be a CPR number replaced by `*`: from the seventh digit on in
/// any run of seven or more digits, and after six digits with a hyphen or blank. Hides too much rather than too little.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = 0usize;
    for c in text.chars() {
        if c.is_ascii_digit() {
            run += 1;
            masked.push(if run > 6 { '*' } else { c });
        } else {
            // the separator inside a number keeps the run going
            if !(run == 6 && matches!(c, '-' | ' ')) {
                run = 0;
            }
            masked.push(c);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(parse("610170-1234"), Some(6_101_701_234));
        assert_eq!(parse("6101701234"), Some(6_101_701_234));
        assert_eq!(digits(101_701_234), "0101701234");
        for text in
            ["", "610170 1234", "61017012345", "9002301234", "6001701234", "610170-123a", "61017æ1234"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        // 29 February: 1900 was no leap year, 2000 was
        assert_eq!(parse("8902000001"), None);
        assert!(parse("8902004001").is_some());
    }

    #[test]
    fn masking_hides_the_serial_everywhere() {
        assert_eq!(mask("7;610170-1234;x"), "7;610170-****;x");
        assert_eq!(mask("6101701234,61017012345"), "610170****,610170*****");
        assert_eq!(mask("2025-03-01;12,50"), "2025-03-01;12,50");
    }
}
