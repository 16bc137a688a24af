//! Whole numbers and decimals as registers write them: `1.234,56`, `1,234.56`, `-12`, `12-`.

use super::reason::Reason;

/// Which sign a single separator with exactly three digits after it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// Danish: `1.234` is one thousand two hundred and thirty-four.
    Comma,
    /// `1,234` is one thousand two hundred and thirty-four.
    Point,
}

/// What a column was seen to use; both together make `1.234` ambiguous and the delivery unreadable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// A lone separator was read as a thousands separator.
    pub grouped: bool,
    /// The same sign was read as the decimal sign.
    pub decimal: bool,
}

impl Seen {
    /// Adds what another part of the file used.
    pub fn merge(&mut self, other: Seen) {
        self.grouped |= other.grouped;
        self.decimal |= other.decimal;
    }
    /// The same sign was used for both, so three-digit values cannot be trusted.
    pub fn ambiguous(self) -> bool {
        self.grouped && self.decimal
    }
}

/// Reads a whole number.
///
/// # Errors
/// [`Reason::WholeNumber`], or [`Reason::Range`] beyond 64 bits.
pub fn whole(text: &str) -> Result<i64, Reason> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::WholeNumber);
    }
    text.parse().map_err(|_| Reason::Range)
}

/// Reads a decimal number as a count of units of 10^-`scale`, exactly.
///
/// Signs in front or behind; thousands separators only in proper groups of three. The last of `.` and `,`
/// is the decimal sign when both occur; a lone one followed by exactly three digits is read by `sign`.
///
/// # Errors
/// [`Reason::Decimal`] when it is no number, [`Reason::Scale`] when it has more decimals than `scale`
/// (zeros do not count), [`Reason::Range`] when it does not fit `precision` digits.
pub fn decimal(
    text: &str,
    precision: u8,
    scale: u8,
    sign: DecimalSign,
    seen: &mut Seen,
) -> Result<i128, Reason> {
    let (negative, body) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        [.., b'-'] => (true, &text[..text.len() - 1]),
        _ => (false, text),
    };
    let (integer, fraction) = split(body, sign, seen)?;
    let fraction = fraction.trim_end_matches('0');
    let mut value: i128 = 0;
    let mut digits = 0u32;
    for b in integer.bytes().chain(fraction.bytes()).filter(|b| *b != b'.' && *b != b',') {
        if !b.is_ascii_digit() {
            return Err(Reason::Decimal);
        }
        digits += u32::from(value != 0 || b != b'0');
        if digits > 36 {
            return Err(Reason::Range);
        }
        value = value * 10 + i128::from(b - b'0');
    }
    let missing = u32::from(scale).checked_sub(fraction.len() as u32).ok_or(Reason::Scale)?;
    value = value.checked_mul(10i128.pow(missing)).ok_or(Reason::Range)?;
    if value >= 10i128.pow(u32::from(precision)) {
        return Err(Reason::Range);
    }
    Ok(if negative { -value } else { value })
}

/// Splits into the integer part (separators still in it, checked) and the decimals.
fn split<'a>(body: &'a str, sign: DecimalSign, seen: &mut Seen) -> Result<(&'a str, &'a str), Reason> {
    let (dot, comma) = (body.rfind('.'), body.rfind(','));
    let at = match (dot, comma) {
        (None, None) => None,
        (Some(d), Some(c)) => Some(d.max(c)),
        (Some(at), None) => lone(body, at, '.', sign == DecimalSign::Comma, seen),
        (None, Some(at)) => lone(body, at, ',', sign == DecimalSign::Point, seen),
    };
    let (integer, fraction) = at.map_or((body, ""), |at| (&body[..at], &body[at + 1..]));
    if fraction.contains(['.', ',']) || (integer.is_empty() && fraction.is_empty()) {
        return Err(Reason::Decimal);
    }
    let decimal_sign = at.map(|at| body.as_bytes()[at]);
    if let Some(separator) = integer.bytes().find(|b| *b == b'.' || *b == b',') {
        let mut groups = integer.split(char::from(separator));
        let first = groups.next().unwrap_or_default();
        if Some(separator) == decimal_sign
            || !(1..=3).contains(&first.len())
            || groups.any(|group| group.len() != 3)
        {
            return Err(Reason::Decimal);
        }
    }
    Ok((integer, fraction))
}

/// Position of the decimal sign when only one kind of separator occurs; `None`: it groups thousands.
fn lone(body: &str, at: usize, separator: char, groups_by_style: bool, seen: &mut Seen) -> Option<usize> {
    if body.matches(separator).count() > 1 {
        return None;
    }
    let grouped = groups_by_style && body.len() - at == 4 && (1..=3).contains(&at);
    if groups_by_style {
        seen.merge(Seen { grouped, decimal: !grouped });
    }
    (!grouped).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, sign: DecimalSign) -> Result<i128, Reason> {
        decimal(text, 12, 2, sign, &mut Seen::default())
    }

    #[test]
    fn danish_and_english_forms() {
        use DecimalSign::{Comma, Point};
        for (text, sign, ore) in [
            ("1.234,56", Comma, 123_456),
            ("1.234,56", Point, 123_456),
            ("1,234.56", Point, 123_456),
            ("1.234", Comma, 123_400),
            ("1,234", Point, 123_400),
            ("1.234.567", Point, 123_456_700),
            ("12,5", Point, 1_250),
            ("12.5", Comma, 1_250),
            ("-0,05", Comma, -5),
            ("100,00-", Comma, -10_000),
            ("15874.00", Point, 1_587_400),
            ("1.5000", Point, 150),
            (",5", Comma, 50),
            ("7", Comma, 700),
            ("9.999.999.999,99", Comma, 999_999_999_999),
        ] {
            assert_eq!(money(text, sign), Ok(ore), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount() {
        use DecimalSign::{Comma, Point};
        for (text, sign, reason) in [
            ("", Comma, Reason::Decimal),
            ("-", Comma, Reason::Decimal),
            ("1.23,456.7", Comma, Reason::Decimal),
            ("12.34.56", Comma, Reason::Decimal),
            ("1e3", Point, Reason::Decimal),
            ("kr 5", Comma, Reason::Decimal),
            ("1,234", Comma, Reason::Scale),
            ("1.234", Point, Reason::Scale),
            ("10000000000", Point, Reason::Range),
            ("99999999999999999999999999999999999999999", Point, Reason::Range),
        ] {
            assert_eq!(money(text, sign), Err(reason), "{text}");
        }
    }

    #[test]
    fn a_column_that_mixes_both_meanings_of_the_point_is_noticed() {
        let mut seen = Seen::default();
        assert_eq!(decimal("1.234", 12, 2, DecimalSign::Comma, &mut seen), Ok(123_400));
        assert!(!seen.ambiguous());
        assert_eq!(decimal("12.34", 12, 2, DecimalSign::Comma, &mut seen), Ok(1_234));
        assert!(seen.ambiguous());
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(whole("-42"), Ok(-42));
        assert_eq!(whole("007"), Ok(7));
        assert_eq!(whole("4.0"), Err(Reason::WholeNumber));
        assert_eq!(whole("92233720368547758070"), Err(Reason::Range));
    }
}
