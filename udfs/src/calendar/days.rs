//! Bank days and working days by rule, for the years 1900 to 2199.
//!
//! The rules are today's applied to the whole range; only Store bededag has an end (act no. 214 of
//! 6 March 2023: the last was in 2023). They agree with the closing days published by Danmarks Nationalbank
//! and with the published pay days of 2017 to 2026.

use std::sync::LazyLock;

use crate::civil::{day_number, iso_weekday, month_bounds, year_month_day};

const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2199;
/// The first day of the calendar.
pub(super) const FIRST_DAY: i32 = day_number(FIRST_YEAR, 1, 1);
/// The day after the last day of the calendar.
pub(super) const AFTER_LAST_DAY: i32 = day_number(LAST_YEAR + 1, 1, 1);
/// The last year with Store bededag as a holiday.
const LAST_STORE_BEDEDAG: i32 = 2023;

/// Easter Sunday of a year as a day number (Meeus/Jones/Butcher); `None` outside 1900 to 2199.
pub const fn easter_sunday(year: i32) -> Option<i32> {
    if year < FIRST_YEAR || year > LAST_YEAR {
        return None;
    }
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Some(day_number(year, days / 31, days % 31 + 1))
}

/// What kind of day a day is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Day {
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday that is no Saturday or Sunday.
    PublicHoliday,
    /// Closed in the banks only; a working day.
    BankClosing,
    /// Banks are open.
    Bank,
}

/// The named day that a day is, weekend or not, with the kind it has on a weekday; `None` on other days and
/// outside 1900 to 2199. A public holiday hides a bank closing day on the same date.
pub fn named_day(day: i32) -> Option<(Day, &'static str)> {
    let (year, month, day_of_month) = year_month_day(day);
    let after_easter = day - easter_sunday(year)?;
    let holiday = match (after_easter, month, day_of_month) {
        (-3, ..) => "Skærtorsdag",
        (-2, ..) => "Langfredag",
        (0, ..) => "Påskedag",
        (1, ..) => "Anden påskedag",
        // The fourth Friday after Easter.
        (26, ..) if year <= LAST_STORE_BEDEDAG => "Store bededag",
        (39, ..) => "Kristi himmelfartsdag",
        (49, ..) => "Pinsedag",
        (50, ..) => "Anden pinsedag",
        (_, 1, 1) => "Nytårsdag",
        (_, 12, 25) => "Juledag",
        (_, 12, 26) => "Anden juledag",
        (40, ..) => return Some((Day::BankClosing, "Fredag efter Kristi himmelfartsdag")),
        (_, 6, 5) => return Some((Day::BankClosing, "Grundlovsdag")),
        (_, 12, 24) => return Some((Day::BankClosing, "Juleaftensdag")),
        (_, 12, 31) => return Some((Day::BankClosing, "Nytårsaftensdag")),
        _ => return None,
    };
    Some((Day::PublicHoliday, holiday))
}

/// What kind of day a day of 1900 to 2199 is.
pub fn kind_of(day: i32) -> Day {
    if iso_weekday(day) >= 6 { Day::Weekend } else { named_day(day).map_or(Day::Bank, |(kind, _)| kind) }
}

/// Every day of the range counted once, so that a question is one or two look-ups.
pub struct Calendar {
    /// For each day, and the day after the last: the bank days before it.
    bank_days_before: Vec<i32>,
    /// The same for working days.
    working_days_before: Vec<i32>,
    /// The bank days in order, as day numbers.
    bank_days: Vec<i32>,
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::compute);

impl Calendar {
    /// The calendar, computed at first use (about 110 000 days).
    pub fn get() -> &'static Self {
        &CALENDAR
    }

    fn compute() -> Self {
        let days = (AFTER_LAST_DAY - FIRST_DAY) as usize;
        let mut calendar = Self {
            bank_days_before: Vec::with_capacity(days + 1),
            working_days_before: Vec::with_capacity(days + 1),
            bank_days: Vec::new(),
        };
        let mut working = 0;
        for day in FIRST_DAY..AFTER_LAST_DAY {
            calendar.bank_days_before.push(calendar.bank_days.len() as i32);
            calendar.working_days_before.push(working);
            let kind = kind_of(day);
            working += i32::from(matches!(kind, Day::Bank | Day::BankClosing));
            if kind == Day::Bank {
                calendar.bank_days.push(day);
            }
        }
        calendar.bank_days_before.push(calendar.bank_days.len() as i32);
        calendar.working_days_before.push(working);
        calendar
    }

    /// How many days of a running count come before `day`; `None` outside the range.
    fn before(counts: &[i32], day: i32) -> Option<i32> {
        counts.get(usize::try_from(i64::from(day) - i64::from(FIRST_DAY)).ok()?).copied()
    }

    /// How many counted days come before the end of `day`.
    fn through(counts: &[i32], day: i32) -> Option<i32> {
        Self::before(counts, day.checked_add(1)?).filter(|_| day >= FIRST_DAY)
    }

    /// Monday to Friday, neither a public holiday nor a bank closing day.
    pub fn is_bank_day(&self, day: i32) -> Option<bool> {
        Some(Self::through(&self.bank_days_before, day)? > Self::before(&self.bank_days_before, day)?)
    }

    /// Monday to Friday and no public holiday.
    pub fn is_working_day(&self, day: i32) -> Option<bool> {
        Some(Self::through(&self.working_days_before, day)? > Self::before(&self.working_days_before, day)?)
    }

    /// The last bank day of the day's month.
    pub fn last_bank_day_of_month(&self, day: i32) -> Option<i32> {
        Self::through(&self.bank_days_before, day)?;
        let next_month = month_bounds(day).1;
        let before = Self::before(&self.bank_days_before, next_month)?;
        self.bank_days.get(usize::try_from(before - 1).ok()?).copied()
    }

    /// The n-th bank day after `day`, the |n|-th before it for negative n, `day` itself for 0.
    pub fn add_bank_days(&self, day: i32, n: i64) -> Option<i32> {
        let through = i64::from(Self::through(&self.bank_days_before, day)?);
        let before = i64::from(Self::before(&self.bank_days_before, day)?);
        let position = match n {
            0 => return Some(day),
            1.. => through.checked_add(n - 1)?,
            _ => before.checked_add(n)?,
        };
        self.bank_days.get(usize::try_from(position).ok()?).copied()
    }

    /// Bank days d with from < d ≤ to; negative when `to` is before `from`.
    pub fn bank_days_between(&self, from: i32, to: i32) -> Option<i32> {
        Some(Self::through(&self.bank_days_before, to)? - Self::through(&self.bank_days_before, from)?)
    }

    /// Working days d with from < d ≤ to; negative when `to` is before `from`. A working day is Monday to Friday
    /// and no public holiday.
    pub fn working_days_between(&self, from: i32, to: i32) -> Option<i32> {
        Some(Self::through(&self.working_days_before, to)? - Self::through(&self.working_days_before, from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Easter by Gauss with Lichtenberg's exceptions.
    fn easter_by_gauss(year: i32) -> i32 {
        let k = year / 100;
        let m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25;
        let s = 2 - (3 * k + 3) / 4;
        let a = year % 19;
        let d = (19 * a + m) % 30;
        let r = (d + a / 11) / 29;
        let og = 21 + d - r;
        let sz = 7 - (year + year / 4 + s) % 7;
        let oe = 7 - (og - sz) % 7;
        day_number(year, 3, 1) + og + oe - 1
    }

    #[test]
    fn two_formulas_give_one_easter() {
        for year in FIRST_YEAR..=LAST_YEAR {
            let easter = easter_sunday(year).unwrap();
            assert_eq!(easter, easter_by_gauss(year), "{year}");
            assert_eq!(iso_weekday(easter), 7, "{year}");
        }
        assert_eq!(easter_sunday(1899), None);
        assert_eq!(easter_sunday(2200), None);
    }

    #[test]
    fn store_bededag_ends_with_2023() {
        let calendar = Calendar::get();
        assert_eq!(calendar.is_bank_day(day_number(2023, 5, 5)), Some(false));
        assert_eq!(calendar.is_bank_day(day_number(2024, 4, 26)), Some(true));
    }

    #[test]
    fn days_outside_the_range_are_unknown() {
        let calendar = Calendar::get();
        for day in [FIRST_DAY - 1, AFTER_LAST_DAY, i32::MIN, i32::MAX] {
            assert_eq!(calendar.is_bank_day(day), None);
            assert_eq!(calendar.last_bank_day_of_month(day), None);
            assert_eq!(calendar.add_bank_days(day, 1), None);
            assert_eq!(calendar.bank_days_between(0, day), None);
            assert_eq!(calendar.working_days_between(day, 0), None);
        }
        assert_eq!(calendar.is_bank_day(AFTER_LAST_DAY - 1), Some(false));
        assert_eq!(calendar.is_bank_day(FIRST_DAY), Some(false));
        assert_eq!(calendar.add_bank_days(AFTER_LAST_DAY - 1, 1), None);
        assert_eq!(calendar.add_bank_days(0, i64::MAX), None);
        assert_eq!(calendar.add_bank_days(0, i64::MIN), None);
        assert_eq!(calendar.last_bank_day_of_month(AFTER_LAST_DAY - 1), Some(day_number(2199, 12, 30)));
    }

    proptest! {
        #[test]
        fn counting_and_adding_agree_with_walking(from in 0..60_000_i32, length in 0..400_i32) {
            let calendar = Calendar::get();
            let to = from + length;
            let walked = (from + 1..=to).filter(|day| kind_of(*day) == Day::Bank).count() as i32;
            prop_assert_eq!(calendar.bank_days_between(from, to), Some(walked));
            prop_assert_eq!(calendar.bank_days_between(to, from), Some(-walked));
            let working = (from + 1..=to).filter(|day| matches!(kind_of(*day), Day::Bank | Day::BankClosing)).count();
            prop_assert_eq!(calendar.working_days_between(from, to), Some(working as i32));
            let after = (from + 1..).filter(|day| kind_of(*day) == Day::Bank).nth(length as usize);
            prop_assert_eq!(calendar.add_bank_days(from, i64::from(length) + 1), after);
            let before = (0..to).rev().find(|day| kind_of(*day) == Day::Bank);
            prop_assert_eq!(calendar.add_bank_days(to, -1).filter(|day| *day >= 0), before);
        }
    }
}
