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
    #[inline]
    pub fn whole(oere: i64) -> Self {
        Self { dividend: i128::from(oere), divisor: 1 }
    }

    /// `dividend` øre over `divisor`; a divisor below one counts as one, for the caller has refused it before.
    #[inline]
    pub fn over(dividend: i128, divisor: i64) -> Self {
        Self { dividend, divisor: i128::from(divisor.max(1)) }
    }

    /// A percentage in units of 1/10 000 per cent (as rates are) of an amount in øre.
    #[inline]
    pub fn percent(oere: i64, units: i64) -> Self {
        Self { dividend: i128::from(oere) * i128::from(units), divisor: i128::from(100 * AMOUNT_UNIT) }
    }

    /// A rate per hour in units of 1/10 000 krone times hundredths of hours.
    #[inline]
    pub fn hours(per_hour: i64, hundredths: i64) -> Self {
        Self { dividend: i128::from(per_hour) * i128::from(hundredths), divisor: 10_000 }
    }

    /// The nearest whole number of øre, the half away from zero; `None` when it does not fit.
    #[inline]
    pub fn nearest(self) -> Option<i64> {
        let (dividend, divisor) = (self.dividend.unsigned_abs(), self.divisor.unsigned_abs());
        // Most amounts fit 64 bits, where division is several times faster.
        let (below, rest) = match (u64::try_from(dividend), u64::try_from(divisor)) {
            (Ok(dividend), Ok(divisor)) => (u128::from(dividend / divisor), u128::from(dividend % divisor)),
            _ => (dividend / divisor, dividend % divisor),
        };
        // Compared without doubling, which could overflow.
        let size = i64::try_from(below + u128::from(rest >= divisor - rest)).ok()?;
        Some(if self.dividend < 0 { -size } else { size })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_half_goes_away_from_zero() {
        for (dividend, divisor, expected) in [
            (5, 2, 3),
            (-5, 2, -3),
            (49, 100, 0),
            (50, 100, 1),
            (-49, 100, 0),
            (7, 3, 2),
            (8, 3, 3),
            (0, 7, 0),
            (7, 1, 7),
        ] {
            assert_eq!(Ratio::over(dividend, divisor).nearest(), Some(expected), "{dividend}/{divisor}");
        }
        assert_eq!(Ratio::over(i128::MAX, 1).nearest(), None);
        assert_eq!(Ratio::over(i128::from(i64::MAX), 1).nearest(), Some(i64::MAX));
        assert_eq!(Ratio::over(7, 0).nearest(), Some(7));
        assert_eq!(Ratio::whole(-3).nearest(), Some(-3));
        assert_eq!(Ratio::percent(10_000, 305_000).nearest(), Some(3_050));
        assert_eq!(Ratio::hours(1_206_800, 30_00).nearest(), Some(362_040));
    }

    proptest! {
        #[test]
        fn narrow_and_wide_division_agree(dividend in any::<i64>(), divisor in 1..=i64::MAX, factor in 1..1_000_000i64) {
            let wide = i128::from(dividend) * i128::from(factor);
            let by = i128::from(divisor) * i128::from(factor);
            let scaled = Ratio { dividend: wide, divisor: by }.nearest();
            prop_assert_eq!(Ratio::over(i128::from(dividend), divisor).nearest(), scaled);
            let error = 2 * (i128::from(scaled.unwrap()) * i128::from(divisor) - i128::from(dividend));
            prop_assert!(error.abs() <= i128::from(divisor));
        }
    }
}
