//! The rates of a benefit as plain numbers by day, for the straight form.

use super::input::LANE;
use super::law::{Book, Law};
use super::outcome::NO_RULE;
use super::spec::RateId;
use super::straight::{LIMIT, Read, Straight};
use crate::law::money;

/// One number a row.
pub(super) type Lane = [i64; LANE];

/// Rates in units of 1/10 000 from here on are left to the plain function: 1677 kroner an hour, or per cent.
const UNITS_LIMIT: i64 = 1 << 24;

/// The rates of a stretch of days.
#[derive(Debug)]
struct Tariff<const R: usize> {
    amounts: [i64; R],
    known: i64,
    version: u8,
    /// -1: no law, or rates beyond the bounds, so that every row is left; else 0.
    left: i64,
}

impl<const R: usize> Tariff<R> {
    fn new(law: &Law, read: &[Read; R]) -> Self {
        let mut tariff = Self { amounts: [0; R], known: 0, version: law.version() as u8, left: 0 };
        let mut sound = law.exists();
        for (n, read) in read.iter().enumerate() {
            let Some(units) = law.units(RateId(n as u8)) else { continue };
            let amount = match read {
                Read::Oere => money::oere_of_amount(units).filter(|oere| (0..LIMIT).contains(oere)),
                Read::Units => (0..UNITS_LIMIT).contains(&units).then_some(units),
                Read::Whole => (0..UNITS_LIMIT).contains(&units).then_some(units / money::AMOUNT_UNIT),
            };
            sound &= amount.is_some();
            tariff.amounts[n] = amount.unwrap_or(0);
            tariff.known |= 1 << n;
        }
        tariff.left = -i64::from(!sound);
        tariff
    }
}

/// The rates of a benefit by day.
#[derive(Debug)]
pub(super) struct Table<const R: usize> {
    tariffs: Vec<Tariff<R>>,
    /// From the first day of the first law version on; the last one stands for every other day.
    days: Vec<Day>,
    first: i32,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    tariff: u16,
    of_day: i32,
}

/// Days of a table: 60 years.
const DAYS: i32 = 60 * 366;

impl<const R: usize> Table<R> {
    pub(super) fn new<B: Straight<N, A, R>, const N: usize, const A: usize>(book: &Book) -> Self {
        let first = B::SPEC.versions.first().map_or(0, |version| version.from);
        let (mut tariffs, mut days, mut stretch) = (Vec::new(), Vec::with_capacity(DAYS as usize + 1), None);
        for day in first..first + DAYS {
            let law = book.stretch(day);
            if stretch != Some(law.first_day()) {
                stretch = Some(law.first_day());
                tariffs.push(Tariff::new(law, &B::READ));
            }
            days.push(Day { tariff: tariffs.len() as u16 - 1, of_day: B::of_day(day) });
        }
        days.push(Day { tariff: tariffs.len() as u16, of_day: 0 });
        tariffs.push(Tariff { amounts: [0; R], known: 0, version: NO_RULE, left: -1 });
        Self { tariffs, days, first }
    }

    #[inline(always)]
    fn day(&self, day: i64) -> Day {
        let place = (day.wrapping_sub(i64::from(self.first)) as u64).min(self.days.len() as u64 - 1);
        self.days[place as usize]
    }

    /// Finds the rates and the law version of every row by its day.
    pub(super) fn look_up(&self, days: &[i64], rates: &mut Rates<R>, versions: &mut [u8; LANE]) {
        for (row, day) in days.iter().enumerate().take(LANE) {
            let day = self.day(*day);
            let tariff = &self.tariffs[usize::from(day.tariff)];
            for (lane, amount) in rates.amounts.iter_mut().zip(&tariff.amounts) {
                lane[row] = *amount;
            }
            rates.known[row] = tariff.known;
            rates.of_day[row] = i64::from(day.of_day);
            rates.left[row] = tariff.left;
            versions[row] = tariff.version;
        }
    }
}

/// The rates of the rows of a block.
pub(super) struct Rates<const R: usize> {
    pub(super) amounts: [Lane; R],
    pub(super) known: Lane,
    pub(super) of_day: Lane,
    pub(super) left: Lane,
}

impl<const R: usize> Rates<R> {
    pub(super) fn new() -> Box<Self> {
        const ZERO: Lane = [0; LANE];
        Box::new(Self { amounts: [ZERO; R], known: ZERO, of_day: ZERO, left: ZERO })
    }
}
