//! What a delivery is expected to hold: number of rows and sums, compared before anything is written.

use super::Delivery;
use super::gather::Gathered;
use super::numbers::{self, DecimalSign, Seen};
use crate::error::{Error, Result};
use crate::store::contract::{Contract, Kind};

/// Compares; returns the sums that were asked for.
///
/// # Errors
/// [`Error::Delivery`] with both figures when one differs.
pub fn check(delivery: &Delivery, contract: &Contract, found: &Gathered) -> Result<Vec<(String, String)>> {
    let rows: u64 = found.rows.iter().sum();
    if let Some(expected) = delivery.expect_rows.filter(|expected| *expected != rows) {
        return Err(Error::Delivery(format!(
            "the delivery has {rows} rows, {expected} were announced; nothing was taken in"
        )));
    }
    let mut sums = Vec::new();
    for (name, expected) in &delivery.expect_sums {
        let (at, column) = contract
            .column(name)
            .ok_or_else(|| Error::Delivery(format!("{} has no column {name} to add up", contract.name)))?;
        let scale = match column.kind {
            Kind::Id | Kind::Int => 0,
            Kind::Money | Kind::Hours => 2,
            Kind::Amount => 4,
            _ => return Err(Error::Usage(format!("column {name} holds no numbers to add up"))),
        };
        let wanted = numbers::decimal(expected, 36, scale, DecimalSign::Point, &mut Seen::default())
            .map_err(|reason| Error::Usage(format!("--expect-sum {name}: {}", reason.sentence())))?;
        let sum = decimal_text(found.sums[at], scale);
        if found.sums[at] != wanted {
            let unread = match found.unread[at] {
                0 => String::new(),
                n => format!(" ({n} values could not be read)"),
            };
            return Err(Error::Delivery(format!(
                "column {name} adds up to {sum}{unread}, {} was announced; nothing was taken in",
                decimal_text(wanted, scale)
            )));
        }
        sums.push((name.clone(), sum));
    }
    Ok(sums)
}

fn decimal_text(value: i128, scale: u8) -> String {
    let unit = 10u128.pow(u32::from(scale));
    let sign = if value < 0 { "-" } else { "" };
    let (whole, fraction) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    if scale == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction:0width$}", width = usize::from(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_text() {
        assert_eq!(decimal_text(-5, 2), "-0.05");
        assert_eq!(decimal_text(123_456, 2), "1234.56");
        assert_eq!(decimal_text(42, 0), "42");
    }
}
