//! Months as options: `YYYY-MM`.

use chrono::NaiveDate;

/// Reads a month as its first day.
pub(super) fn parse(text: &str) -> std::result::Result<NaiveDate, String> {
    let wrong = || "write the month as YYYY-MM, for example 2022-12".to_owned();
    if text.len() != 7 {
        return Err(wrong());
    }
    format!("{text}-01").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_its_first_day() {
        assert_eq!(parse("2022-12").unwrap(), NaiveDate::from_ymd_opt(2022, 12, 1).unwrap());
        for wrong in ["2022-13", "2022-1", "2022-12-01", "december", "2022/12"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
