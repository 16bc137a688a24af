//! The rates of a benefit as plain numbers by day, for the straight form.

use super::ahead::{self, Ahead, FETCHED};
use super::facts::Facts;
use super::input::LANE;
use super::law::{Book, Law};
use super::line::LIMIT;
use super::outcome::NO_RULE;
use super::pairs::{self, Pair, Tariffs};
use super::processor::Processor;
use super::spec::{Kind, RateId};
use super::straight::{Read, Straight};
use super::stretches::Stretches;
use crate::law::money;

/// One number a row.
pub(super) type Lane = [i64; LANE];

/// Rates in units of 1/10 000 from here on are left to the plain function: 1677 kroner an hour, or per cent.
pub(super) const UNITS_LIMIT: i64 = 1 << 24;

/// The rates of a stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tariff<const R: usize> {
    amounts: [i64; R],
    /// The rates that count, a bit each; negative: no law, or rates beyond the bounds, so that every row is left.
    known: i64,
    version: u8,
}

impl<const R: usize> Tariff<R> {
    /// No law.
    const NONE: Self = Self { amounts: [0; R], known: i64::MIN, version: NO_RULE };

    fn new(law: &Law, read: &[Read; R]) -> Self {
        let mut tariff = Self { amounts: [0; R], known: 0, version: law.version() as u8 };
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
        tariff.known |= if sound { 0 } else { i64::MIN };
        tariff
    }
}

/// At most so many tariffs are in a table; the rows of further ones are left to the plain function.
pub(super) const MOST: usize = 64;

/// One number a tariff.
pub(super) type ByTariff = [i64; MOST];

/// A benefit has fewer rates: of the bits of a number one each, and the sign leaves the row.
const MOST_RATES: usize = 64;

/// By rate, then by tariff, so that a rate of many rows is chosen at once.
pub(super) type Numbers = [ByTariff; MOST_RATES];

/// A rate of a tariff, both by number.
#[inline(always)]
pub(super) fn pick(numbers: &Numbers, rate: i64, tariff: i64) -> i64 {
    numbers[rate as usize % MOST_RATES][tariff as usize % MOST]
}

/// The rates of a benefit by day.
#[derive(Debug)]
pub(super) struct Table<const R: usize> {
    pub(super) numbers: Box<Numbers>,
    /// Those looked up for every row.
    looked_up: [bool; R],
    known: ByTariff,
    /// None where the benefit calculates nothing of the rates.
    of_rates: Option<ByTariff>,
    /// What is found for every row, in the order of [`Rates::found`].
    pairs: Vec<Pair>,
    versions: [u8; MOST],
    /// Tariffs there are; the first is none.
    count: usize,
    /// From the first day of the first law version on; the last one stands for every other day. The position of the tariff is in
    /// the lowest bits, what the benefit calculated of the day above them. A day that the benefit refuses has no tariff.
    days: Vec<i64>,
    /// None where the days are Mondays.
    stretches: Option<Stretches>,
    /// Whether the benefit calculated something of a day.
    of_days: bool,
    first: i32,
}

/// Bits of the position of a tariff.
const TARIFF_BITS: u32 = MOST.ilog2();

/// These bits of an entry.
const TARIFF: i64 = MOST as i64 - 1;

/// Blocks of which none is tried after one whose days lie in many stretches.
const WAIT: u8 = 15;

/// Most days of a table: 60 years.
const DAYS: i32 = 60 * 366;

impl<const R: usize> Table<R> {
    pub(super) fn new<B: Straight<N, A, R>, const N: usize, const A: usize>(book: &Book) -> Self {
        let first = B::SPEC.versions.first().map_or(0, |version| version.from);
        let end = B::SPEC.until.min(first + DAYS);
        let kind = <B::Facts as Facts>::ARGUMENTS[0].kind;
        let (mut tariffs, mut days, mut from) = (vec![Tariff::NONE], Vec::new(), first);
        while from < end {
            let law = book.stretch(from);
            let to = law.to.min(end);
            let tariff = Tariff::new(law, &B::READ);
            let known = tariffs.iter().position(|known| *known == tariff);
            let place = known.unwrap_or(tariffs.len());
            if place == tariffs.len() && place < MOST {
                tariffs.push(tariff);
            }
            let place = if place < MOST { place as i64 } else { 0 };
            days.extend((from..to).map(|day| {
                let refused = kind.refuses(i64::from(day));
                (!refused).then(|| B::of_day(law, day) << TARIFF_BITS | place)
            }));
            from = to;
        }
        let stretches =
            (kind != Kind::Week).then(|| Stretches::new(first, days.iter().copied(), kind == Kind::Month));
        let days: Vec<i64> = days.into_iter().chain([None]).map(|entry| entry.unwrap_or(0)).collect();
        let of =
            |number: &dyn Fn(&Tariff<R>) -> i64| std::array::from_fn(|n| tariffs.get(n).map_or(0, number));
        let mut numbers = Box::new([[0; MOST]; MOST_RATES]);
        for (rate, numbers) in numbers.iter_mut().enumerate().take(R) {
            *numbers = of(&|tariff| tariff.amounts[rate]);
        }
        let looked_up: [bool; R] = std::array::from_fn(|rate| B::PICKED >> rate & 1 == 0);
        let known = of(&|tariff| tariff.known);
        let of_rates = Some(of(&|tariff| B::of_rates(&tariff.amounts))).filter(|of| *of != [0; MOST]);
        let position: ByTariff = std::array::from_fn(|n| n as i64);
        let rates = numbers.iter().zip(looked_up).filter_map(|(of, looked_up)| looked_up.then_some(of));
        let found: Vec<&ByTariff> = [&position, &known].into_iter().chain(&of_rates).chain(rates).collect();
        Self {
            pairs: pairs::pairs(&found),
            numbers,
            looked_up,
            known,
            of_rates,
            versions: std::array::from_fn(|n| tariffs.get(n).map_or(NO_RULE, |tariff| tariff.version)),
            count: tariffs.len(),
            of_days: days.iter().any(|entry| entry >> TARIFF_BITS != 0),
            days,
            stretches,
            first,
        }
    }

    /// Finds the rates of every row by its day; whether the memory of a block to come has been fetched on the way.
    pub(super) fn look_up(&self, days: &Lane, next: &[Ahead], rates: &mut Rates<R>) -> bool {
        if self.choose(days, rates) {
            return false;
        }
        let (first, entries) = (i64::from(self.first), &self.days[..]);
        #[cfg(target_arch = "x86_64")]
        if Processor::here() == Processor::Avx512 {
            ahead::fetch(next, 0..LANE);
            // SAFETY: the processor has the features the functions are compiled for.
            unsafe {
                find_avx512(entries, first, days, &mut rates.tariff, &mut rates.of_day);
                rates.chosen(self, |tariff, of, to| choose_avx512(of, self.count, tariff, to));
            }
            return true;
        }
        let by_day = ByDay { entries, first, days, next };
        self.lay(&by_day, rates);
        if self.of_days {
            for (to, day) in rates.of_day.iter_mut().zip(days) {
                *to = by_day.entry(*day) >> TARIFF_BITS;
            }
        }
        true
    }

    /// Finds the rates of every row by the few stretches that the days lie in; false where they are more.
    fn choose(&self, days: &Lane, rates: &mut Rates<R>) -> bool {
        // The days of a call are alike.
        if let Some(wait) = rates.wait.checked_sub(1) {
            rates.wait = wait;
            return false;
        }
        let Some((stretches, few)) = self.stretches.as_ref().and_then(|of| Some((of, of.few(days)?))) else {
            (rates.only, rates.wait) = (None, WAIT);
            return false;
        };
        if rates.only.is_none() || rates.only != few.only() {
            few.choose(days, |entry| entry & TARIFF, &mut rates.tariff);
            rates
                .chosen(self, |_, of, to| few.choose(days, |entry| of[(entry & TARIFF) as usize % MOST], to));
            if self.of_days {
                few.choose(days, |entry| entry >> TARIFF_BITS, &mut rates.of_day);
            }
        }
        let refused = stretches.refuse(days, &mut rates.known);
        rates.only = few.only().filter(|_| !refused);
        true
    }

    /// Puts what is found of every row in its place: the first few numbers while its tariff is at hand.
    fn lay(&self, by_day: &ByDay<'_>, rates: &mut Rates<R>) {
        let mut lanes = rates.found(self);
        let mut pair = || [lanes.next(), lanes.next()];
        if let (Some((first, rest)), [Some(tariff), Some(known)]) = (self.pairs.split_first(), pair()) {
            let mut rest = rest.iter().map(|of| (of, pair()));
            match rest.next() {
                Some((of, [Some(a), Some(b)])) => pairs::lay(by_day, [first, of], [[tariff, known], [a, b]]),
                _ => pairs::lay(by_day, [first], [[tariff, known]]),
            }
            let known = Laid(tariff);
            for (of, to) in rest {
                if let [Some(a), Some(b)] = to {
                    pairs::lay(&known, [of], [[a, b]]);
                }
            }
        }
    }
}

impl<const R: usize> Table<R> {
    /// The law version of every row whose rates were looked up.
    pub(super) fn versions(&self, rates: &Rates<R>, versions: &mut [u8; LANE]) {
        for (version, tariff) in versions.iter_mut().zip(&rates.tariff) {
            *version = self.versions[*tariff as usize % MOST];
        }
    }
}

/// The tariffs of rows by their day. Memory is fetched on the way, as there are few places for it at a time.
struct ByDay<'a> {
    entries: &'a [i64],
    first: i64,
    days: &'a Lane,
    next: &'a [Ahead],
}

impl ByDay<'_> {
    #[inline(always)]
    fn entry(&self, day: i64) -> i64 {
        self.entries.get(day.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }
}

impl Tariffs for ByDay<'_> {
    #[inline(always)]
    fn four(&self, row: usize) -> [usize; 4] {
        if row.is_multiple_of(FETCHED) {
            self.next.iter().for_each(|column| column.fetch_all(row));
        }
        let place = |row: usize| self.entry(self.days[row]) as usize;
        [place(row), place(row + 1), place(row + 2), place(row + 3)]
    }
}

/// The tariffs of rows that have been found.
struct Laid<'a>(&'a Lane);

impl Tariffs for Laid<'_> {
    #[inline(always)]
    fn four(&self, row: usize) -> [usize; 4] {
        let place = |row: usize| self.0[row] as usize;
        [place(row), place(row + 1), place(row + 2), place(row + 3)]
    }
}

/// The tariff of every row and what the benefit calculated of its day, of eight rows at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn find_avx512(entries: &[i64], first: i64, days: &Lane, tariff: &mut Lane, of_day: &mut Lane) {
    use std::arch::x86_64::{
        __m512i, _mm512_and_si512, _mm512_i64gather_epi64, _mm512_loadu_si512, _mm512_min_epu64,
        _mm512_set1_epi64, _mm512_srai_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
    };
    assert!(!entries.is_empty(), "there is an entry for a day which none is for");
    let (first, last) = (_mm512_set1_epi64(first), _mm512_set1_epi64(entries.len() as i64 - 1));
    let (eights, _) = days.as_chunks::<8>();
    let (tariffs, _) = tariff.as_chunks_mut::<8>();
    let (of_days, _) = of_day.as_chunks_mut::<8>();
    for ((eight, tariff), of_day) in eights.iter().zip(tariffs).zip(of_days) {
        // SAFETY: an array of eight numbers is read.
        let days = unsafe { _mm512_loadu_si512(eight.as_ptr().cast::<__m512i>()) };
        let places = _mm512_min_epu64(_mm512_sub_epi64(days, first), last);
        // SAFETY: no place is behind the last entry.
        let entries = unsafe { _mm512_i64gather_epi64::<8>(places, entries.as_ptr()) };
        let tariffs = _mm512_and_si512(entries, _mm512_set1_epi64(TARIFF));
        // SAFETY: an array of eight numbers is written, each time.
        unsafe {
            _mm512_storeu_si512(tariff.as_mut_ptr().cast::<__m512i>(), tariffs);
            _mm512_storeu_si512(
                of_day.as_mut_ptr().cast::<__m512i>(),
                _mm512_srai_epi64::<TARIFF_BITS>(entries),
            );
        }
    }
}

/// The number of its tariff for every row, of eight rows at once: the numbers of sixteen tariffs lie in two registers, and are chosen
/// among without memory.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn choose_avx512(of: &ByTariff, count: usize, tariff: &Lane, to: &mut Lane) {
    use std::arch::x86_64::{
        __m512i, _mm512_cmpeq_epi64_mask, _mm512_loadu_si512, _mm512_mask_mov_epi64,
        _mm512_permutex2var_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_srli_epi64,
        _mm512_storeu_si512,
    };
    let (sixteens, _) = of.as_chunks::<16>();
    let (eights, _) = tariff.as_chunks::<8>();
    let (places, _) = to.as_chunks_mut::<8>();
    // SAFETY: an array of eight numbers is read.
    let load = |eight: &[i64]| unsafe { _mm512_loadu_si512(eight.as_ptr().cast::<__m512i>()) };
    for (place, eight) in places.iter_mut().zip(eights) {
        let at = load(eight);
        let sixteenth = _mm512_srli_epi64::<4>(at);
        let mut chosen = _mm512_setzero_si512();
        for (n, sixteen) in sixteens.iter().enumerate().take(count.div_ceil(16)) {
            let numbers = _mm512_permutex2var_epi64(load(&sixteen[..8]), at, load(&sixteen[8..]));
            let here = _mm512_cmpeq_epi64_mask(sixteenth, _mm512_set1_epi64(n as i64));
            chosen = _mm512_mask_mov_epi64(chosen, here, numbers);
        }
        // SAFETY: an array of eight numbers is written.
        unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast::<__m512i>(), chosen) }
    }
}

/// The rates of the rows of a block.
pub(super) struct Rates<const R: usize> {
    pub(super) amounts: [Lane; R],
    /// The rates that count, a bit each; negative where the row is left.
    pub(super) known: Lane,
    pub(super) of_day: Lane,
    pub(super) of_rates: Lane,
    /// Position of the tariff.
    pub(super) tariff: Lane,
    /// The entry that all lanes hold the numbers of.
    only: Option<i64>,
    /// Blocks of which none is tried whether its days lie in few stretches.
    wait: u8,
}

impl<const R: usize> Rates<R> {
    pub(super) fn new() -> Box<Self> {
        const ZERO: Lane = [0; LANE];
        Box::new(Self {
            amounts: [ZERO; R],
            known: ZERO,
            of_day: ZERO,
            of_rates: ZERO,
            tariff: ZERO,
            only: None,
            wait: 0,
        })
    }

    /// Has what is found by the tariff of every row chosen: tariffs, numbers by tariff, and where those of the rows go.
    fn chosen(&mut self, table: &Table<R>, choose: impl Fn(&Lane, &ByTariff, &mut Lane)) {
        choose(&self.tariff, &table.known, &mut self.known);
        if let Some(of) = &table.of_rates {
            choose(&self.tariff, of, &mut self.of_rates);
        }
        for ((to, of), looked_up) in self.amounts.iter_mut().zip(&*table.numbers).zip(table.looked_up) {
            if looked_up {
                choose(&self.tariff, of, to);
            }
        }
    }

    /// Where what is found of every row goes, and one more, for what stands beside the last of an odd count.
    fn found(&mut self, table: &Table<R>) -> impl Iterator<Item = &mut Lane> {
        let Self { amounts, known, of_day, of_rates, tariff, .. } = self;
        let of_rates = table.of_rates.is_some().then_some(of_rates);
        let rates = amounts.iter_mut().zip(table.looked_up);
        let rates = rates.filter_map(|(rate, looked_up)| looked_up.then_some(rate));
        [tariff, known].into_iter().chain(of_rates).chain(rates).chain([of_day])
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn eight_rows_at_once_get_the_numbers_of_their_tariffs() {
        if Processor::here() != Processor::Avx512 {
            return;
        }
        let of: ByTariff = std::array::from_fn(|n| 1_000_000_007 * n as i64 - 5);
        for count in [1, 2, 15, 16, 17, 33, MOST] {
            let tariff: Lane = std::array::from_fn(|row| (row * 37 % count) as i64);
            let one = tariff.map(|tariff| of[tariff as usize]);
            let mut eight = [1; LANE];
            // SAFETY: the processor has the features the function is compiled for.
            unsafe { choose_avx512(&of, count, &tariff, &mut eight) }
            assert_eq!(one, eight, "{count}");
        }
    }
}
