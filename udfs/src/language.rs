//! The two languages of texts for people, and how numbers and days are written in them.

use chrono::{Datelike, NaiveDate};

/// Language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Danish.
    Da,
    /// English.
    En,
}

const MONTHS_DA: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Lang {
    /// Reads `da` or `en`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "da" => Some(Lang::Da),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// Chooses between two texts.
    pub fn pick<'a>(self, da: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Da => da,
            Lang::En => en,
        }
    }

    /// A number with `scale` decimals kept as a whole number: 1234567 with 2 is `12.345,67`, in English `12,345.67`.
    pub fn number(self, unscaled: i128, scale: u8) -> String {
        let (thousands, point) = match self {
            Lang::Da => ('.', ','),
            Lang::En => (',', '.'),
        };
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = usize::from(scale) + 1);
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
        let mut text = String::new();
        if unscaled < 0 {
            // The typographic minus: as wide as a digit, and never taken for a hyphen at a line end.
            text.push('\u{2212}');
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }

    /// A day: `31. december 2022`, in English `31 December 2022`.
    pub fn day(self, day: NaiveDate) -> String {
        let point = self.pick(".", "");
        format!("{}{point} {} {}", day.day(), self.month_name(day), day.year())
    }

    /// A month: `december 2022`.
    pub fn month(self, day: NaiveDate) -> String {
        format!("{} {}", self.month_name(day), day.year())
    }

    /// A month on an axis: `dec 22`.
    pub fn short_month(self, day: NaiveDate) -> String {
        let name: String = self.month_name(day).chars().take(3).collect();
        format!("{name} {:02}", day.year().rem_euclid(100))
    }

    fn month_name(self, day: NaiveDate) -> &'static str {
        let names = match self {
            Lang::Da => &MONTHS_DA,
            Lang::En => &MONTHS_EN,
        };
        names.get(day.month0() as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_danish_way() {
        assert_eq!(Lang::Da.number(123_456, 2), "1.234,56");
        assert_eq!(Lang::En.number(123_456, 2), "1,234.56");
        assert_eq!(Lang::Da.number(-5, 2), "\u{2212}0,05");
        assert_eq!(Lang::Da.number(0, 2), "0,00");
        assert_eq!(Lang::Da.number(1_000_000, 0), "1.000.000");
        assert_eq!(Lang::Da.number(999, 0), "999");
        assert_eq!(Lang::Da.number(i128::MIN, 0).chars().filter(char::is_ascii_digit).count(), 39);
    }

    #[test]
    fn days_and_months_are_written_out() {
        let day = NaiveDate::from_ymd_opt(2022, 3, 1).unwrap();
        assert_eq!(Lang::Da.day(day), "1. marts 2022");
        assert_eq!(Lang::En.day(day), "1 March 2022");
        assert_eq!(Lang::Da.month(day), "marts 2022");
        assert_eq!(Lang::Da.short_month(day), "mar 22");
    }
}
