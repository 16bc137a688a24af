//! Everything the kernel needs of a month: where its decisions and amounts are, its disregard per hour.

use super::columns::{LANE, Lane};
use super::declaration::{DISREGARD_MAX_HOURS, DISREGARD_PER_HOUR};
use super::rules::{Band, Decision, Version};
use super::table::{FAMILIES, TABLE};
use crate::benefits::frame::{Book, Law, RateId};
use crate::law::{day, money};

/// Amounts above this many øre are left to the plain function: below it, sums fit 32 bits.
pub(super) const LIMIT: i32 = 1 << 29;

/// A month in one number, so that a row reads all of it at once: from the lowest bit on the stretch of the law, by how many days its
/// first day is off the [`line`], the leap days between that and the same day of the years that [`AGES`] begin, the version, and
/// whether there is no law.
#[derive(Debug, Clone, Copy)]
struct Month(i32);

const OFF: u32 = 16;
const LEAPS: u32 = 19;
const VERSION: u32 = 27;

/// The ages that bands begin with, and the fewest leap days in so many years.
const AGES: [(i32, i32); 3] = [(18, 3), (25, 5), (30, 6)];

/// 150 years and some months in days: who has lived longer is left to the plain function, which takes nobody for older than 150.
const OLDEST: i32 = 55_000;

/// A stretch of the law.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// First day.
    pub from: i32,
    /// Version in the order of the declaration.
    pub version: u8,
}

/// The amounts of a decision in a stretch of the law, and what is disregarded of a work income in it.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(16))]
pub(super) struct Amounts {
    /// Øre; negative where the plain function has to say what is missing.
    pub base: i32,
    /// Øre.
    pub supplement: i32,
    /// Øre an hour, negative where the plain function has to calculate with it.
    pub per_hour: i32,
    /// At most for this many hundredths of hours.
    pub max_hours: i32,
}

impl Amounts {
    /// Four rows' amounts as four of each amount, in the order of the fields.
    #[inline(always)]
    pub(super) fn by_amount(rows: [&Amounts; 4]) -> [[i32; 4]; 4] {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{
                __m128i, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_unpacklo_epi64,
            };
            // SAFETY: every processor of the architecture has SSE2; amounts and arrays of four are 16 bytes that may be any.
            unsafe {
                let [a, b, c, d] = rows.map(|row| std::mem::transmute::<Amounts, __m128i>(*row));
                let (low, low_of_others) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
                let (high, high_of_others) = (_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
                let by_amount = [
                    _mm_unpacklo_epi64(low, low_of_others),
                    _mm_unpackhi_epi64(low, low_of_others),
                    _mm_unpacklo_epi64(high, high_of_others),
                    _mm_unpackhi_epi64(high, high_of_others),
                ];
                std::mem::transmute::<[__m128i; 4], [[i32; 4]; 4]>(by_amount)
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            [
                rows.map(|row| row.base),
                rows.map(|row| row.supplement),
                rows.map(|row| row.per_hour),
                rows.map(|row| row.max_hours),
            ]
        }
    }
}

/// The tables of one law.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Every month from January 2014 to December 2199.
    months: Vec<Month>,
    pub stretches: Vec<Stretch>,
    /// Position of the first stretch of the system of July 2025.
    pub new_system: i32,
    /// By stretch, then by price.
    pub amounts: Vec<Amounts>,
    /// Rates used, by decision.
    pub used: Vec<u64>,
    /// Rule, by decision.
    pub rules: Vec<u8>,
}

const FIRST: i32 = day::from_civil(2014, 1, 1);

/// The first day of the last month.
const LAST: i32 = day::from_civil(2199, 12, 1);

impl Compiled {
    pub(super) fn new(book: &Book) -> Compiled {
        let (mut stretches, mut amounts, mut months) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..(2200 - 2014) * 12 {
            let first = first_of(n);
            let Some(law) = book.on(first) else {
                months.push(Month::NONE);
                continue;
            };
            if stretches.last().is_none_or(|stretch: &Stretch| stretch.from != law.first_day()) {
                stretches.push(Stretch { from: law.first_day(), version: law.version() as u8 });
                let disregard = disregard(law).unwrap_or((-1, 0));
                amounts.extend(TABLE.priced.iter().map(|decision| price(decision, law, disregard)));
            }
            months.push(Month::new(n, stretches.len() - 1, law.version()));
        }
        let used = |decision: &Decision| {
            let rates = decision.base.into_iter().chain(decision.supplements.into_iter().flatten());
            rates.fold(0, |used, rate| used | 1 << rate.0)
        };
        let old = |stretch: &Stretch| !Version::ALL[usize::from(stretch.version)].is_new_system();
        Compiled {
            months,
            new_system: stretches.partition_point(old) as i32,
            stretches,
            amounts,
            used: TABLE.decisions.iter().map(used).collect(),
            rules: TABLE.decisions.iter().map(|d| d.rule.map_or(u8::MAX, |rule| rule.0)).collect(),
        }
    }

    /// What is found by the first days of months and birth dates. Any other day marks its row in `left`, and so does somebody older than
    /// [`OLDEST`]. Who is not born yet is a minor: of those the plain function is asked.
    #[inline(always)]
    pub(super) fn find(&self, firsts: &Lane, births: &Lane, found: &mut Found, left: &mut Lane) {
        let (mut positions, mut months) = ([0; LANE], [0; LANE]);
        for (to, first) in positions.iter_mut().zip(firsts) {
            *to = position(*first);
        }
        for (to, position) in months.iter_mut().zip(&positions) {
            *to = self.months[*position as usize].0;
        }
        for row in 0..LANE {
            let month = months[row];
            let first = line(positions[row]) + (month >> OFF & 7);
            left[row] |= firsts[row] ^ first | month >> 31 | -i32::from(births[row] < first - OLDEST);
            let begun = |age: usize| {
                let leaps = AGES[age].1 + (month >> (LEAPS + 2 * age as u32) & 3);
                -i32::from(births[row] <= first - 365 * AGES[age].0 - leaps)
            };
            let band = -(begun(0) + begun(1) + begun(2));
            let version = month >> VERSION & 3;
            found.stretch[row] = month & 0xffff;
            found.place[row] = (version * Band::ALL.len() as i32 + band) * FAMILIES as i32;
        }
    }
}

/// What is known of the rows' months and persons.
pub(super) struct Found {
    /// Position of the stretch of the law.
    pub stretch: Lane,
    /// Entry of the first family of the version and band in the [`TABLE`].
    pub place: Lane,
}

impl Month {
    /// A month without a law.
    const NONE: Month = Month(i32::MIN);

    fn new(position: i32, stretch: usize, version: usize) -> Month {
        let first = first_of(position);
        let off = first - line(position);
        let mut month = stretch as i32 | off << OFF | (version as i32) << VERSION;
        let mut fits = stretch <= 0xffff && (0..8).contains(&off) && version < 4;
        for (n, (age, fewest)) in AGES.into_iter().enumerate() {
            let leaps = first - first_of(position - 12 * age) - 365 * age - fewest;
            fits &= (0..4).contains(&leaps);
            month |= leaps << (LEAPS + 2 * n as u32);
        }
        if fits { Month(month) } else { Month::NONE }
    }
}

/// The first day of a month, counted from January 2014.
fn first_of(position: i32) -> i32 {
    day::from_civil(2014 + position.div_euclid(12), 1 + position.rem_euclid(12) as u32, 1)
}

/// A day at most seven before the month at a position begins: a month is 30.436875 days on average.
#[inline(always)]
fn line(position: i32) -> i32 {
    FIRST - 3 + ((position as u32 * 997_356) >> 15) as i32
}

/// The position of a month that a day begins, 0 for an earlier day and that of the last month for a later one.
#[inline(always)]
fn position(first: i32) -> i32 {
    // No first of a month is more than three days off the line: half a month added, the division rounds to the right one. In the years
    // there are, 8613 / 2^18 is off 1 / 30.436875 by less than three days.
    let days = (first.clamp(FIRST, LAST) - (FIRST - 15)) as u32;
    ((days * 8_613) >> 18) as i32
}

fn price(decision: &Decision, law: &Law, (per_hour, max_hours): (i32, i32)) -> Amounts {
    let oere = |rate: RateId| {
        let oere = law.units(rate).and_then(money::oere_of_amount)?;
        (0..i64::from(LIMIT / 8)).contains(&oere).then_some(oere as i32)
    };
    let sum = || {
        let mut supplement = 0;
        for rate in decision.supplements.into_iter().flatten() {
            supplement += oere(rate)?;
        }
        Some((oere(decision.base?)?, supplement))
    };
    let (base, supplement) = sum().filter(|_| decision.is_complete()).unwrap_or((-1, 0));
    Amounts { base, supplement, per_hour, max_hours }
}

/// Øre an hour and the hundredths of hours at most; `None` when one of these rates is missing or not of that grain.
fn disregard(law: &Law) -> Option<(i32, i32)> {
    let per_hour = money::oere_of_amount(law.units(DISREGARD_PER_HOUR)?)?;
    let max_hours = money::oere_of_amount(law.units(DISREGARD_MAX_HOURS)?)?;
    let fits =
        per_hour >= 0 && max_hours >= 0 && per_hour.checked_mul(max_hours)? < i64::from(i32::MAX - 100);
    fits.then_some((per_hour as i32, max_hours as i32))
}

#[cfg(test)]
mod tests {
    use super::super::SPEC;
    use super::*;
    use crate::law::Rates;

    fn found(compiled: &Compiled, firsts: &Lane, births: &Lane) -> (Found, Lane) {
        let mut found = Found { stretch: [0; LANE], place: [0; LANE] };
        let mut left = [0; LANE];
        compiled.find(firsts, births, &mut found, &mut left);
        (found, left)
    }

    #[test]
    fn every_month_is_found_and_no_other_day() {
        let book = Book::new(SPEC, &Rates::shipped().unwrap());
        let compiled = Compiled::new(&book);
        assert_eq!(compiled.months.len(), 186 * 12);
        let days: Vec<i32> = (FIRST - 500..day::OPEN_END + 500).chain([i32::MIN, 0, i32::MAX]).collect();
        let mut firsts = 0;
        for days in days.chunks(LANE) {
            let lane = std::array::from_fn(|row| days[row.min(days.len() - 1)]);
            let (found, left) = found(&compiled, &lane, &lane);
            for (row, day) in days.iter().enumerate() {
                let law = book.on(*day).filter(|_| day::to_civil(*day).2 == 1);
                assert_eq!(left[row] == 0, law.is_some(), "{day}");
                let Some(law) = law else { continue };
                firsts += 1;
                let at = found.stretch[row];
                let stretch = compiled.stretches[at as usize];
                assert_eq!((stretch.from, usize::from(stretch.version)), (law.first_day(), law.version()));
                let new_system = Version::ALL[law.version()].is_new_system();
                assert_eq!(new_system, at >= compiled.new_system);
            }
        }
        assert_eq!(firsts, 186 * 12);
    }

    #[test]
    fn every_birth_date_has_the_band_of_the_age() {
        let compiled = Compiled::new(&Book::new(SPEC, &Rates::shipped().unwrap()));
        let band = |birth: i32, first: i32| match day::age_on(birth, first) {
            age if birth > first || age > 150 => Band::Minor,
            age => Band::of(age),
        };
        let check = |n: i32, births: &[i32; LANE]| {
            let first = first_of(n);
            let (found, left) = found(&compiled, &[first; LANE], births);
            for ((birth, place), left) in births.iter().zip(&found.place).zip(left) {
                let too_old = *birth < first - OLDEST;
                assert_eq!(left != 0, too_old, "{birth} in {first}");
                let of_version = *place as usize / FAMILIES % Band::ALL.len();
                assert!(too_old || of_version == band(*birth, first) as usize, "{birth} in {first}");
            }
            let oldest = (day::age_on(first - OLDEST, first), day::age_on(first - OLDEST - 1, first));
            assert!(oldest.0 <= 150 && oldest.1 >= 150, "150 years and some months");
        };
        for n in 0..186 * 12 {
            // The days about each birthday that counts, in every month; all days in some.
            let first = first_of(n);
            let about = [0, 18, 25, 30, 151].map(|age| first_of(n - 12 * age));
            check(n, &std::array::from_fn(|row| about[row % 5] - 12 + row as i32 / 5));
            check(n, &[i32::MIN; LANE]);
            check(n, &[i32::MAX; LANE]);
            if n % 97 == 0 {
                let births: Vec<i32> = (first - 152 * 366..first + 800).collect();
                births.as_chunks::<LANE>().0.iter().for_each(|births| check(n, births));
            }
        }
    }
}
