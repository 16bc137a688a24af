//! Money as whole øre in `i64`; every step checked, never a float.

use super::error::LawError;

/// Kroner in a table: `DECIMAL(12,2)`, whose unscaled value is a number of øre.
pub const MONEY_PRECISION: u8 = 12;
/// Decimals of kroner.
pub const MONEY_SCALE: i8 = 2;
/// Largest number of øre that `DECIMAL(12,2)` holds.
pub const MAX_OERE: i64 = 999_999_999_999;

/// Amounts of the law tables are kept in units of 1/10 000 (`DECIMAL(14,4)`).
pub const AMOUNT_UNIT: i64 = 10_000;
/// One øre in units of 1/10 000 krone.
const AMOUNT_PER_OERE: i64 = 100;

/// Øre of an amount of the law tables; `None` when it has parts of an øre.
pub const fn oere_of_amount(amount: i64) -> Option<i64> {
    if amount % AMOUNT_PER_OERE == 0 { Some(amount / AMOUNT_PER_OERE) } else { None }
}

/// Øre of the unscaled value of a `DECIMAL(12,2)`; `None` when it cannot be one.
pub fn oere_of_decimal(unscaled: i128) -> Option<i64> {
    let oere = i64::try_from(unscaled).ok()?;
    (oere.abs() <= MAX_OERE).then_some(oere)
}

/// The unscaled `DECIMAL(12,2)` of an amount in øre; `None` when it does not fit.
pub fn decimal_of_oere(oere: i64) -> Option<i128> {
    (oere.abs() <= MAX_OERE).then_some(i128::from(oere))
}

/// Sum of two amounts in øre; an error, never a wrapped number, when it is not a sum of money any more.
///
/// # Errors
/// `A1206` when the sum leaves the range of `DECIMAL(12,2)`.
pub fn add(a: i64, b: i64) -> Result<i64, LawError> {
    match a.checked_add(b) {
        Some(sum) if sum.abs() <= MAX_OERE => Ok(sum),
        _ => Err(LawError::new("A1206", "the sum of two amounts is larger than DECIMAL(12,2) holds")),
    }
}

/// Reads a plain decimal number (`-12.5`) into units of 1/10 000; `None` when it is none, has more than four
/// decimals or more than ten digits before the point.
pub fn parse_amount(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || whole.len() > 10 || fraction.len() > 4 {
        return None;
    }
    let scale = 10_i64.pow(4 - fraction.len() as u32);
    let value = whole.parse::<i64>().ok()? * AMOUNT_UNIT + fraction.parse::<i64>().ok()? * scale;
    Some(if negative { -value } else { value })
}

/// Writes an amount of 1/10 000 with two decimals, or four when it has more than two.
pub fn format_amount(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, fraction) = (amount.unsigned_abs() / 10_000, amount.unsigned_abs() % 10_000);
    if fraction % 100 == 0 {
        format!("{sign}{whole}.{:02}", fraction / 100)
    } else {
        format!("{sign}{whole}.{fraction:04}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for (text, value) in [("15874", 158_740_000), ("27.32", 273_200), ("-0.5", -5_000), ("0.0001", 1)] {
            assert_eq!(parse_amount(text), Some(value));
        }
        for text in ["", "-", "1,5", "1.23456", ".5", "5.", "1e3", "12345678901", "+1", "--1"] {
            assert_eq!(parse_amount(text), None, "{text}");
        }
        assert_eq!(format_amount(273_200), "27.32");
        assert_eq!(format_amount(-5_000), "-0.50");
        assert_eq!(format_amount(1), "0.0001");
        assert_eq!(oere_of_amount(273_200), Some(2732));
        assert_eq!(oere_of_amount(1), None);
    }

    #[test]
    fn sums_never_wrap() {
        assert_eq!(add(1, 2), Ok(3));
        assert!(add(MAX_OERE, 1).is_err());
        assert!(add(i64::MAX, 1).is_err());
        assert_eq!(oere_of_decimal(i128::MAX), None);
        assert_eq!(decimal_of_oere(MAX_OERE + 1), None);
    }
}
