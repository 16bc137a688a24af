//! Blocks whose days lie in few stretches of the same rates: a month-end has one day, many calls few years. The rates of their rows are
//! chosen by comparing days, several rows at once, instead of looking each of them up.

use super::processor::Processor;
use super::tariff::Lane;
use crate::law::day;

/// Most stretches of a block: with more, looking up is as fast.
const FEW: usize = 4;

/// The stretches of a table, in order of their days.
#[derive(Debug)]
pub(super) struct Stretches {
    /// First day of each; the first one, before every law, has the least number.
    from: Vec<i64>,
    /// What the table has for their days.
    entries: Vec<i64>,
    /// Only the first day of a month counts.
    months: bool,
}

/// Those that the days of a block lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Few {
    count: usize,
    /// First day of each but the first.
    from: [i64; FEW - 1],
    entries: [i64; FEW],
}

impl Stretches {
    /// Of the entries of the days from `first` on, of months those of their first days; `None` for a day that is refused. Behind the last
    /// one there is no law.
    pub(super) fn new(first: i32, days: impl IntoIterator<Item = Option<i64>>, months: bool) -> Self {
        let mut made = Self { from: vec![i64::MIN], entries: vec![0], months };
        let mut day = i64::from(first);
        for entry in days {
            if let Some(entry) = entry {
                made.begin(day, entry);
            }
            day += 1;
        }
        made.begin(day, 0);
        made
    }

    fn begin(&mut self, day: i64, entry: i64) {
        if self.entries.last() != Some(&entry) {
            self.from.push(day);
            self.entries.push(entry);
        }
    }

    /// The stretches that the days of a block lie in, where they are few.
    pub(super) fn few(&self, days: &Lane) -> Option<Few> {
        let (least, most) = match Processor::here() {
            // SAFETY: the processor has the features the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 | Processor::Avx512 => unsafe { bounds_avx2(days) },
            Processor::Any => bounds(days),
        };
        if self.months && (least < FIRST_MARCH || most >= LAST_MARCH) {
            return None;
        }
        let at = |day: i64| self.from.partition_point(|from| *from <= day) - 1;
        let (first, last) = (at(least), at(most));
        (last - first < FEW).then(|| Few {
            count: last - first + 1,
            from: std::array::from_fn(|n| self.from[(first + n + 1).min(last)]),
            entries: std::array::from_fn(|n| self.entries[(first + n).min(last)]),
        })
    }

    /// Makes what is known of the rates of a row negative where its day is none that counts; whether there was one.
    pub(super) fn refuse(&self, days: &Lane, known: &mut Lane) -> bool {
        if !self.months {
            return false;
        }
        match Processor::here() {
            // SAFETY: the processor has the features the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 | Processor::Avx512 => unsafe { refuse_avx2(days, known) },
            Processor::Any => refuse_months(days, known),
        }
    }
}

impl Few {
    /// The entry of every row, where it is the same.
    pub(super) fn only(&self) -> Option<i64> {
        (self.count == 1).then_some(self.entries[0])
    }

    /// Writes the number of every row's entry.
    pub(super) fn choose(&self, days: &Lane, number: impl Fn(i64) -> i64, to: &mut Lane) {
        let numbers = self.entries.map(number);
        match Processor::here() {
            // SAFETY: the processor has the features the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 | Processor::Avx512 => unsafe {
                choose_avx2(self.count, &self.from, &numbers, days, to);
            },
            Processor::Any => choose(self.count, &self.from, &numbers, days, to),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn bounds_avx2(days: &Lane) -> (i64, i64) {
    bounds(days)
}

/// The first and the last of the days.
#[inline(always)]
fn bounds(days: &Lane) -> (i64, i64) {
    days.iter().fold((i64::MAX, i64::MIN), |(least, most), day| (least.min(*day), most.max(*day)))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn choose_avx2(count: usize, from: &[i64; FEW - 1], numbers: &[i64; FEW], days: &Lane, to: &mut Lane) {
    choose(count, from, numbers, days, to);
}

#[inline(always)]
fn choose(count: usize, from: &[i64; FEW - 1], numbers: &[i64; FEW], days: &Lane, to: &mut Lane) {
    match count {
        1 => to.fill(numbers[0]),
        2 => choose_after::<1>(from, numbers, days, to),
        _ => choose_after::<{ FEW - 1 }>(from, numbers, days, to),
    }
}

/// Of the numbers the one behind the last of the first `LATER` days that a row has come to.
#[inline(always)]
fn choose_after<const LATER: usize>(from: &[i64; FEW - 1], numbers: &[i64; FEW], days: &Lane, to: &mut Lane) {
    for (to, day) in to.iter_mut().zip(days) {
        // Differences are added, as compilers make branches of choices.
        *to = (0..LATER).fold(numbers[0], |chosen, n| {
            chosen.wrapping_add(numbers[n + 1].wrapping_sub(numbers[n]) & -i64::from(*day >= from[n]))
        });
    }
}

/// From 1 March 1900 up to 1 March 2100 every fourth year is a leap year, and a year that begins in March ends with the leap day.
const FIRST_MARCH: i64 = day::from_civil(1900, 3, 1) as i64;
const LAST_MARCH: i64 = day::from_civil(2100, 3, 1) as i64;

/// The lowest 32 bits: processors multiply several numbers of them at once.
const SHORT: u64 = u32::MAX as u64;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn refuse_avx2(days: &Lane, known: &mut Lane) -> bool {
    refuse_months(days, known)
}

/// Of days from [`FIRST_MARCH`] up to [`LAST_MARCH`] all that do not begin a month.
#[inline(always)]
fn refuse_months(days: &Lane, known: &mut Lane) -> bool {
    let mut any = 0;
    for (known, day) in known.iter_mut().zip(days) {
        let refused = -i64::from(!begins_a_month(*day)) & i64::MIN;
        *known |= refused;
        any |= refused;
    }
    any != 0
}

/// Whether a day from [`FIRST_MARCH`] up to [`LAST_MARCH`] begins a month, without a division.
///
/// Cassio Neri and Lorenz Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022): the fraction of
/// `(4 · days + 3) / 1461` is the day of a year that begins in March, and `(2141 · day + 197 913) / 2^16` its month, whose fraction is the
/// day of the month.
#[inline(always)]
fn begins_a_month(day: i64) -> bool {
    // 2^32 / 1461, rounded up: the fraction of the year are the lowest 32 bits.
    const YEAR: u64 = (1 << 32) / 1461 + 1;
    // 2^55 over four such fractions, which are a day.
    const DAY: u64 = (1 << 55) / (4 * YEAR) + 1;
    const MONTH: u64 = 2141;
    let days = day.wrapping_sub(FIRST_MARCH) as u64 & SHORT;
    let year = days * (4 * YEAR) + 3 * YEAR;
    let day_of_year = ((year & SHORT) * DAY) >> 55;
    (day_of_year * MONTH + 197_913) & 0xffff < MONTH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::frame::input::LANE;
    use crate::benefits::frame::kind::first_of_a_month;

    #[test]
    fn days_that_begin_a_month_are_those_of_the_calendar() {
        let days: Vec<i64> = (FIRST_MARCH..LAST_MARCH).collect();
        for processor in Processor::ALL {
            let stretches = Stretches::new(0, [], true);
            for days in days.chunks(LANE) {
                let days: Lane = std::array::from_fn(|n| days[n % days.len()]);
                let mut known = [5; LANE];
                let any = processor.at_most(|| stretches.refuse(&days, &mut known));
                let expected = days.map(|day| if first_of_a_month(day) { 5 } else { 5 | i64::MIN });
                assert_eq!(known, expected, "{} {processor:?}", days[0]);
                assert_eq!(any, expected.iter().any(|known| *known < 0));
            }
        }
    }

    #[test]
    fn a_row_gets_the_number_of_its_stretch() {
        // Of three days each.
        let entry = |day: i64| if (0..30).contains(&day) { 1 + day / 3 } else { 0 };
        let refused = |day: i64| day % 5 == 4;
        let stretches = Stretches::new(0, (0..30).map(|day| (!refused(day)).then(|| entry(day))), false);
        for processor in Processor::ALL {
            let blocks = (-9..40).flat_map(|first| (1..14).map(move |length| (first, length)));
            for (first, length) in blocks.filter(|(first, _)| !refused(*first)) {
                let days: Lane = std::array::from_fn(|n| first + (n as i64 * 7) % length);
                let days = days.map(|day| if refused(day) { first } else { day });
                let mut distinct = days.map(entry).to_vec();
                distinct.dedup();
                distinct.sort_unstable();
                distinct.dedup();
                let few = processor.at_most(|| stretches.few(&days));
                let Some(few) = few else {
                    assert!(distinct.len() + 2 > FEW, "{first} {length}");
                    continue;
                };
                assert_eq!(few.only(), (distinct.len() == 1).then(|| distinct[0]), "{first} {length}");
                let mut to = [0; LANE];
                processor.at_most(|| few.choose(&days, |entry| entry * 100, &mut to));
                assert_eq!(to, days.map(|day| entry(day) * 100), "{first} {length}");
            }
        }
    }

    #[test]
    fn days_out_of_every_calendar_are_left_to_be_looked_up() {
        let stretches = |months| Stretches::new(0, [Some(1)], months);
        for day in [i64::MIN, FIRST_MARCH - 1, LAST_MARCH, i64::MAX] {
            assert_eq!(stretches(true).few(&[day; LANE]), None);
            assert_eq!(stretches(false).few(&[day; LANE]).and_then(|few| few.only()), Some(0));
        }
        assert!(stretches(true).few(&[FIRST_MARCH; LANE]).is_some());
        assert!(stretches(true).few(&[LAST_MARCH - 1; LANE]).is_some());
    }
}
