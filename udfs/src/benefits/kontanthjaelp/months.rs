//! Everything the kernel needs of a month: where its decisions and amounts are, its disregard per hour.

use super::columns::Lane;
use super::declaration::{DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR};
use super::rules::{Band, Decision, Version};
use super::table::{TABLE, families, version_start};
use crate::benefits::frame::{Book, LANE, Law, RateId};
use crate::law::{day, money};

/// Amounts above this many øre are left to the plain function: below it, sums fit 32 bits.
pub(super) const LIMIT: i32 = 1 << 29;

/// One month; in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Month {
    /// First day.
    pub first: i32,
    /// First decision of each band of the version.
    pub bands: [u32; Band::ALL.len()],
    /// Version in the order of the declaration.
    pub version: u8,
    /// First of its amounts in [`Compiled::entries`].
    pub entries: u32,
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
                bands: Band::ALL
                    .map(|band| (version_start(version) + band as usize * families(version)) as u32),
                version: law.version() as u8,
                entries: (entries.len() - TABLE.decisions.len()) as u32,
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

    /// The positions of the months that some days begin; for any other day that of a month which begins on another.
    #[inline(always)]
    pub(super) fn positions(&self, first: &Lane, to: &mut Lane) {
        let last = self.months.len() as i32 - 1;
        for (to, first) in to.iter_mut().zip(first) {
            *to = position(*first).min(last);
        }
    }
}

/// The position of a month that a day begins.
#[inline(always)]
fn position(first: i32) -> i32 {
    // A month is 30.436875 days on average, and no first of a month is more than three days off that line: half a month
    // added, the division rounds to the right one. 141 110 649 is 2^32 / 30.436875.
    let days = (first.max(FIRST - 15) - (FIRST - 15)) as u32;
    let position = (u64::from(days) * 141_110_649) >> 32;
    position as i32
}

/// The bands of persons by their birth dates and the positions of the months: what [`Band::of`] says of the age on the first day. Who
/// is not born yet or older than 150 years is a minor: of those the plain function is asked.
#[inline(always)]
pub(super) fn bands(births: &Lane, months: &Lane, to: &mut Lane) {
    for row in 0..LANE {
        let age = FIRST_MONTH + months[row] - first_month(births[row]);
        let band = i32::from(age >= 18 * 12) + i32::from(age >= 25 * 12) + i32::from(age >= 30 * 12);
        to[row] = band & -i32::from(age < 151 * 12);
    }
}

/// January 2014 as a month of [`first_month`].
const FIRST_MONTH: i32 = 2014 * 12 + 1;

/// The first month, counted from the year 0, that begins on a day or later. The calendar is Neri's and Schneider's ("Euclidean
/// affine functions", 2022), whose years begin in March: no division but by constants.
#[inline(always)]
fn first_month(day: i32) -> i32 {
    const CENTURIES: u32 = 146_097;
    // From the first of March of the year 0; before 1778 and after 2199 nothing is told apart.
    let days = (day.clamp(-70_000, day::OPEN_END) + 719_468) as u32;
    let quarters = 4 * days + 3;
    let (century, of_century) = (quarters / CENTURIES, (quarters % CENTURIES) | 3);
    let years = 2_939_745 * u64::from(of_century);
    let (year, day_of_year) = ((years >> 32) as u32, years as u32 / 2_939_745 / 4);
    let month = 2141 * day_of_year + 197_913;
    let later = u32::from(month & 0xFFFF >= 2141);
    (12 * (100 * century + year) + (month >> 16) + later) as i32
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
    fn every_month_is_found() {
        let book = Book::new(SPEC, &Rates::shipped().unwrap());
        let compiled = Compiled::new(&book);
        assert_eq!(compiled.months.len(), 186 * 12);
        for (n, month) in compiled.months.iter().enumerate() {
            assert_eq!(position(month.first), n as i32);
            let new_system = Version::ALL[usize::from(month.version)].is_new_system();
            assert_eq!(new_system, n as i32 >= compiled.new_system);
        }
        let mut positions = [0; LANE];
        for day in [i32::MIN, 0, FIRST - 1, FIRST + 1, day::OPEN_END, i32::MAX] {
            compiled.positions(&[day; LANE], &mut positions);
            assert_ne!(compiled.months[positions[LANE - 1] as usize].first, day);
        }
    }

    #[test]
    fn every_birth_date_has_the_band_of_the_age() {
        let mut to = [0; LANE];
        let band = |birth: i32, first: i32| match day::age_on(birth, first) {
            age if birth > first || age > 150 => Band::Minor,
            age => Band::of(age),
        };
        for n in (0..186 * 12).step_by(37).chain([1, 2, 25, 26, 30, 1034]) {
            let first = day::from_civil(2014 + n / 12, 1 + n as u32 % 12, 1);
            let births: Vec<i32> = (first - 152 * 366..first + 800).collect();
            for births in births.as_chunks::<LANE>().0 {
                bands(births, &[n; LANE], &mut to);
                for (birth, to) in births.iter().zip(&to) {
                    assert_eq!(*to, band(*birth, first) as i32, "{birth} in {first}");
                }
            }
        }
        let day = day::from_civil(1777, 1, 1);
        for birth in [i32::MIN, day, -70_001, day::OPEN_END - 1, day::OPEN_END, i32::MAX] {
            bands(&[birth; LANE], &[0; LANE], &mut to);
            assert_eq!(to, [0; LANE]);
        }
    }
}
