//! Whether persons have reached an age, told by their birth dates: a comparison, where an age takes two calendar dates.

use crate::law::day;

/// Older people are left to the plain function: 149 years, in days.
pub(crate) const OLDEST: i64 = 149 * 365;

/// The latest birth dates of persons of some ages on the first day of a month.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Birthdays {
    pub(crate) of_18: i64,
    pub(crate) of_25: i64,
    pub(crate) of_30: i64,
}

/// Bits of the days between two of them.
const BITS: u32 = 12;

impl Birthdays {
    /// Those of the month of a day in one number, for [`Straight::of_day`](super::Straight::of_day).
    pub(crate) fn packed(day: i32) -> i64 {
        let (year, month, _) = day::to_civil(day);
        let [of_18, of_25, of_30] = [18, 25, 30].map(|age| i64::from(day::from_civil(year - age, month, 1)));
        of_25 << (2 * BITS) | (of_18 - of_25) << BITS | (of_25 - of_30)
    }

    #[inline(always)]
    pub(crate) fn of(packed: i64) -> Self {
        let days = |place: u32| packed >> (place * BITS) & ((1 << BITS) - 1);
        let of_25 = packed >> (2 * BITS);
        Self { of_18: of_25 + days(1), of_25, of_30: of_25 - days(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birth_dates_tell_the_ages() {
        for n in 0..60 * 12 {
            let first = day::from_civil(2014 + n / 12, 1 + n as u32 % 12, 1);
            let birthdays = Birthdays::of(Birthdays::packed(first));
            for (age, latest) in [(18, birthdays.of_18), (25, birthdays.of_25), (30, birthdays.of_30)] {
                let (reached, next) = (latest as i32, latest as i32 + 1);
                assert_eq!((day::age_on(reached, first), day::age_on(next, first)), (age, age - 1), "{n}");
            }
        }
    }
}
