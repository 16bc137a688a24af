//! Exact arithmetic for amounts: no float, no wrap.

use crate::law::money::AMOUNT_UNIT;

/// An exact quotient of whole numbers, in øre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub dividend: i128,
    /// Below the line, positive.
    pub divisor: i128,
}

impl Ratio {
    /// A whole number of øre.
    pub fn whole(oere: i64) -> Self {
        Self { dividend: i128::from(oere), divisor: 1 }
    }

    /// `dividend` øre over `divisor`; a divisor below one counts as one, for the caller has refused it before.
    pub fn over(dividend: i128, divisor: i64) -> Self {
        Self { dividend, divisor: i128::from(divisor.max(1)) }
    }

    /// A percentage in units of 1/10 000 per cent (as rates are) of an amount in øre.
    pub fn percent(oere: i64, units: i64) -> Self {
        Self { dividend: i128::from(oere) * i128::from(units), divisor: i128::from(100 * AMOUNT_UNIT) }
    }

    /// A rate per hour in units of 1/10 000 krone times hundredths of hours.
    pub fn hours(per_hour: i64, hundredths: i64) -> Self {
        Self { dividend: i128::from(per_hour) * i128::from(hundredths), divisor: 10_000 }
    }

    /// The nearest whole number of øre, the half away from zero; `None` when it does not fit.
    pub fn nearest(self) -> Option<i64> {
        let Self { dividend, divisor } = self;
        let half = (2 * dividend.unsigned_abs() + divisor.unsigned_abs()) / (2 * divisor.unsigned_abs());
        let size = i64::try_from(half).ok()?;
        Some(if dividend < 0 { -size } else { size })
    }
}
