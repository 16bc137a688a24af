//! Instants to local days in Denmark and back.
//!
//! The changes of the clock are listed once: from the tz database (Europe/Copenhagen) until 1995, and by the EU
//! rule from 1996 on (last Sunday of March and of October at 01:00 UTC; directive 2000/84/EC since 2001, the same
//! days since 1996). An instant is then found in the list, without any calendar arithmetic for each row.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Europe::Copenhagen;

use crate::civil::{day_number, iso_weekday};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2299;
const FIRST_EU_YEAR: i32 = 1996;
const HOUR: i64 = 3600;

/// A stretch of time with one offset.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// First second, UTC.
    start: i64,
    /// Second after the last, UTC.
    end: i64,
    /// Local time minus UTC, seconds.
    offset: i64,
}

/// The stretches in order, without gaps, from the start of 1900 to the end of 2299 UTC.
static STRETCHES: LazyLock<Vec<Stretch>> = LazyLock::new(|| {
    let start = seconds_of(day_number(FIRST_YEAR, 1, 1));
    let mut changes = vec![(start, offset_at(start))];
    changes.extend(changes_of_database(start, seconds_of(day_number(FIRST_EU_YEAR, 1, 1))));
    for year in FIRST_EU_YEAR..=LAST_YEAR {
        changes.push((last_sunday(year, 3) + HOUR, 2 * HOUR));
        changes.push((last_sunday(year, 10) + HOUR, HOUR));
    }
    let ends = changes.iter().skip(1).map(|(start, _)| *start);
    let ends = ends.chain([seconds_of(day_number(LAST_YEAR + 1, 1, 1))]);
    changes
        .iter()
        .zip(ends)
        .map(|((start, offset), end)| Stretch { start: *start, end, offset: *offset })
        .collect()
});

fn seconds_of(day: i32) -> i64 {
    i64::from(day) * DAY
}

/// Midnight UTC of the last Sunday of a month of 31 days.
fn last_sunday(year: i32, month: i32) -> i64 {
    let last = day_number(year, month, 31);
    seconds_of(last - iso_weekday(last) % 7)
}

/// The offset by the tz database.
fn offset_at(second: i64) -> i64 {
    let instant: NaiveDateTime = DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc();
    i64::from(Copenhagen.offset_from_utc_datetime(&instant).fix().local_minus_utc())
}

/// The changes by the tz database: a day is looked at closer when its ends differ.
fn changes_of_database(start: i64, end: i64) -> Vec<(i64, i64)> {
    let mut changes = Vec::new();
    let mut day = start;
    while day < end {
        let (mut low, mut high) = (day, day + DAY);
        let after = offset_at(high);
        if offset_at(low) != after {
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if offset_at(middle) == after { high = middle } else { low = middle }
            }
            changes.push((high, after));
        }
        day += DAY;
    }
    changes
}

/// Finds offsets; remembers the stretch it last used, since neighbouring rows mostly lie in it.
pub struct LocalTime {
    stretches: &'static [Stretch],
    last: Stretch,
}

impl Default for LocalTime {
    fn default() -> Self {
        Self { stretches: &STRETCHES, last: Stretch { start: 0, end: 0, offset: 0 } }
    }
}

impl LocalTime {
    /// The local day (days since 1970-01-01) of an instant in seconds since 1970-01-01 UTC; `None` outside 1900
    /// to 2299.
    #[inline]
    pub fn day_of(&mut self, second: i64) -> Option<i32> {
        if second < self.last.start || second >= self.last.end {
            let after = self.stretches.partition_point(|stretch| stretch.end <= second);
            self.last = *self.stretches.get(after).filter(|stretch| stretch.start <= second)?;
        }
        i32::try_from((second + self.last.offset).div_euclid(DAY)).ok()
    }

    /// The first second of a local day, UTC; `None` outside 1900-01-02 to 2299-12-31.
    #[inline]
    pub fn midnight_of(&mut self, day: i32) -> Option<i64> {
        let local = seconds_of(day);
        // The stretch holds this midnight when midnight is after its first and before its last local second.
        let holds = |stretch: &Stretch| {
            stretch.start + stretch.offset < local && local < stretch.end + stretch.offset
        };
        if !holds(&self.last) {
            let after = self.stretches.partition_point(|stretch| stretch.end + stretch.offset <= local);
            self.last = *self.stretches.get(after)?;
            if after == 0 && local < self.last.start + self.last.offset {
                return None;
            }
        }
        // Where the clock is moved on across midnight, the day starts with the change.
        Some((local - self.last.offset).max(self.last.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, NaiveDate};
    use proptest::prelude::*;

    fn by_chrono(second: i64) -> i32 {
        let local = Copenhagen.from_utc_datetime(&DateTime::from_timestamp(second, 0).unwrap().naive_utc());
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        (local.date_naive() - epoch).num_days() as i32
    }

    #[test]
    fn the_rule_agrees_with_the_database_at_every_change() {
        for stretch in STRETCHES.iter().filter(|stretch| stretch.start < seconds_of(day_number(2037, 1, 1))) {
            for second in [stretch.start, stretch.start + 1, stretch.end - 1] {
                assert_eq!(offset_at(second), stretch.offset, "{stretch:?}");
            }
        }
    }

    #[test]
    fn every_midnight_is_the_first_second_of_its_day() {
        let mut local = LocalTime::default();
        for day in day_number(1900, 1, 2)..day_number(2300, 1, 1) {
            let midnight = local.midnight_of(day).unwrap();
            assert_eq!(local.day_of(midnight), Some(day));
            assert_eq!(local.day_of(midnight - 1), Some(day - 1), "{day}");
        }
    }

    #[test]
    fn outside_the_range_is_unknown() {
        let mut local = LocalTime::default();
        for second in
            [i64::MIN, seconds_of(day_number(1900, 1, 1)) - 1, seconds_of(day_number(2300, 1, 1)), i64::MAX]
        {
            assert_eq!(local.day_of(second), None);
        }
        for day in [i32::MIN, day_number(1900, 1, 1) - 1, day_number(2300, 1, 2), i32::MAX] {
            assert_eq!(local.midnight_of(day), None, "{day}");
        }
    }

    proptest! {
        #[test]
        fn days_agree_with_chrono(seconds in prop::collection::vec(-2_208_988_800_i64..2_114_380_800, 1..50)) {
            let mut local = LocalTime::default();
            for second in seconds {
                prop_assert_eq!(local.day_of(second), Some(by_chrono(second)));
                let next_day = second + Duration::days(1).num_seconds();
                prop_assert_eq!(local.day_of(next_day), Some(by_chrono(next_day)));
            }
        }
    }
}
