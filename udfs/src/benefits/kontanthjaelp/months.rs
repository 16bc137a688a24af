//! Everything the kernel needs of a month: cut-off birth dates, where its decisions and amounts are, its disregard per hour.

use super::declaration::{DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR};
use super::rules::{Decision, Version};
use super::table::{TABLE, families, version_start};
use crate::benefits::frame::{Book, Law, RateId};
use crate::law::{day, money};

/// Amounts above this many øre are left to the plain function: below it, sums fit 32 bits.
pub(super) const LIMIT: i32 = 1 << 29;

/// One month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    /// First day.
    pub first: i32,
    /// Latest birth date of a person of 18, 25 and 30 years on the first day.
    pub cuts: [i32; 3],
    /// Earliest birth date that is not refused.
    pub oldest: i32,
    /// Version in the order of the declaration.
    pub version: u8,
    /// First of its amounts in [`Compiled::entries`].
    pub entries: u32,
    /// First decision of the version, and how many a band has.
    pub ids: u32,
    pub families: u32,
    pub disregard: Disregard,
}

/// The disregard of a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disregard {
    /// Øre an hour, [`NO_HOURS`] where the plain function has to calculate with it.
    pub per_hour: i32,
    /// At most for this many hundredths of hours.
    pub max_hours: i32,
}

/// No disregard to calculate with.
pub(super) const NO_HOURS: Disregard = Disregard { per_hour: -1, max_hours: 0 };

/// The amounts of a decision in øre; negative where the plain function has to say what is missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub base: i32,
    pub supplement: i32,
}

/// The tables of one law.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Every month from January 2014 to December 2199.
    pub months: Vec<Month>,
    /// Position of the first month of the system of July 2025.
    pub new_system: i32,
    /// Amounts by stretch of the law, then by decision.
    pub entries: Vec<Entry>,
    /// Rates used, by decision.
    pub used: Vec<u64>,
    /// Rule, by decision.
    pub rules: Vec<u8>,
}

const FIRST: i32 = day::from_civil(2014, 1, 1);

impl Compiled {
    pub(super) fn new(book: &Book) -> Compiled {
        let mut stretch = None;
        let mut entries = Vec::new();
        let mut months = Vec::new();
        for n in 0..(2200 - 2014) * 12 {
            let first = day::from_civil(2014 + n / 12, 1 + n as u32 % 12, 1);
            let Some(law) = book.on(first) else { continue };
            if stretch != Some(law.first_day()) {
                stretch = Some(law.first_day());
                entries.extend(TABLE.decisions.iter().map(|decision| price(decision, law)));
            }
            let version = Version::ALL[law.version()];
            months.push(Month {
                first,
                cuts: [18, 25, 30].map(|age| latest_birth(first, age)),
                oldest: latest_birth(first, 151) + 1,
                version: law.version() as u8,
                entries: (entries.len() - TABLE.decisions.len()) as u32,
                ids: version_start(version) as u32,
                families: families(version) as u32,
                disregard: disregard(law).unwrap_or(NO_HOURS),
            });
        }
        let used = |decision: &Decision| {
            let rates = decision.base.into_iter().chain(decision.supplements.into_iter().flatten());
            rates.fold(0, |used, rate| used | 1 << rate.0)
        };
        let old = |month: &Month| !Version::ALL[usize::from(month.version)].is_new_system();
        Compiled {
            new_system: months.partition_point(old) as i32,
            months,
            entries,
            used: TABLE.decisions.iter().map(used).collect(),
            rules: TABLE.decisions.iter().map(|d| d.rule.map_or(u8::MAX, |rule| rule.0)).collect(),
        }
    }

    /// The position of the month that a day begins; for any other day that of a month which begins on another.
    #[inline(always)]
    pub(super) fn position(&self, first: i32) -> i32 {
        // A month is 30.436875 days on average, and no first of a month is more than three days off that line: half a month
        // added, the division rounds to the right one. 141 110 649 is 2^32 / 30.436875.
        let days = (first.max(FIRST - 15) - (FIRST - 15)) as u32;
        let position = (u64::from(days) * 141_110_649) >> 32;
        (position as i32).min(self.months.len() as i32 - 1)
    }
}

/// The latest birth date of a person who has an age on a day.
fn latest_birth(on: i32, age: i32) -> i32 {
    let (year, month, day_of_month) = day::to_civil(on);
    let mut birth = day::from_civil(year - age, month, day_of_month);
    while day::age_on(birth + 1, on) >= age {
        birth += 1;
    }
    while day::age_on(birth, on) < age {
        birth -= 1;
    }
    birth
}

fn price(decision: &Decision, law: &Law) -> Entry {
    let oere = |rate: RateId| {
        let oere = law.units(rate).and_then(money::oere_of_amount)?;
        (0..i64::from(LIMIT / 8)).contains(&oere).then_some(oere as i32)
    };
    let sum = || {
        let mut supplement = 0;
        for rate in decision.supplements.into_iter().flatten() {
            supplement += oere(rate)?;
        }
        Some(Entry { base: oere(decision.base?)?, supplement })
    };
    sum().filter(|_| decision.is_complete()).unwrap_or(Entry { base: -1, supplement: 0 })
}

/// The disregard of a month; `None` when one of its rates is missing or not of that grain.
fn disregard(law: &Law) -> Option<Disregard> {
    let per_hour = money::oere_of_amount(law.units(DISREGARD_PER_HOUR)?)?;
    let max_hours = money::oere_of_amount(law.units(DISREGARD_MAX_HOURS)?)?;
    let fits =
        per_hour >= 0 && max_hours >= 0 && per_hour.checked_mul(max_hours)? < i64::from(i32::MAX - 100);
    fits.then_some(Disregard { per_hour: per_hour as i32, max_hours: max_hours as i32 })
}

#[cfg(test)]
mod tests {
    use super::super::SPEC;
    use super::*;
    use crate::law::Rates;

    #[test]
    fn every_month_is_found_and_its_cut_off_dates_are_the_ages() {
        let book = Book::new(SPEC, &Rates::shipped().unwrap());
        let compiled = Compiled::new(&book);
        assert_eq!(compiled.months.len(), 186 * 12);
        for (n, month) in compiled.months.iter().enumerate() {
            assert_eq!(compiled.position(month.first), n as i32);
            let new_system = Version::ALL[usize::from(month.version)].is_new_system();
            assert_eq!(new_system, n as i32 >= compiled.new_system);
            for (cut, age) in month.cuts.iter().zip([18, 25, 30]) {
                assert!(day::age_on(*cut, month.first) >= age && day::age_on(cut + 1, month.first) < age);
            }
            assert_eq!(day::age_on(month.oldest, month.first), 150);
            assert_eq!(day::age_on(month.oldest - 1, month.first), 151);
        }
        for day in [i32::MIN, 0, FIRST - 1, FIRST + 1, day::OPEN_END, i32::MAX] {
            assert_ne!(compiled.months[compiled.position(day) as usize].first, day);
        }
    }
}
