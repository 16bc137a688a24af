//! Whether persons have reached an age, told by their birth dates: a comparison, where an age takes two calendar dates.

use crate::law::day;

/// Older people are left to the plain function: 149 years, in days.
pub(crate) const OLDEST: i64 = 149 * 365;

/// The latest birth dates of persons of some ages on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Birthdays {
    pub(crate) of_18: i64,
    pub(crate) of_25: i64,
    pub(crate) of_30: i64,
}

/// Bits of the days between two of them.
const BITS: u32 = 12;

impl Birthdays {
    /// Those of a day in one number, for [`Straight::of_day`](super::Straight::of_day).
    pub(crate) fn packed(on: i32) -> i64 {
        let (year, month, of_month) = day::to_civil(on);
        let [of_18, of_25, of_30] = [18, 25, 30].map(|age| {
            let birthday = day::from_civil(year - age, month, of_month);
            // Of a 29 February there is none in most years: the age tells.
            let none = (month, of_month) == (2, 29) && day::age_on(birthday, on) < age;
            i64::from(birthday) - i64::from(none)
        });
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
        for on in day::from_civil(2014, 1, 1)..day::from_civil(2074, 1, 1) {
            let birthdays = Birthdays::of(Birthdays::packed(on));
            for (age, latest) in [(18, birthdays.of_18), (25, birthdays.of_25), (30, birthdays.of_30)] {
                let (reached, next) = (latest as i32, latest as i32 + 1);
                assert_eq!((day::age_on(reached, on), day::age_on(next, on)), (age, age - 1), "{on}");
            }
        }
    }
}
