//! The facts of one row: what is known of a person and month, by the names the functions document.

use crate::random::Random;

/// How a fact is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Day,
    Bool,
    /// Two decimals: kroner, hours, per cent.
    Decimal,
    Count,
    Code,
}

/// One value; decimals in hundredths, days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    Unknown,
    Day(i32),
    Bool(bool),
    Decimal(i64),
    Count(i64),
    Code(&'static str),
}

/// The arguments of a function in their order.
pub type Names = &'static [(&'static str, Kind)];

/// One row.
#[derive(Debug, Clone)]
pub struct Facts {
    pub names: Names,
    pub values: Vec<Fact>,
}

impl Facts {
    pub fn new(names: Names) -> Self {
        Self { names, values: vec![Fact::Unknown; names.len()] }
    }

    pub fn set(&mut self, name: &str, value: Fact) {
        let at = self.names.iter().position(|(n, _)| *n == name).unwrap();
        self.values[at] = value;
    }

    pub fn get(&self, name: &str) -> Fact {
        self.values[self.names.iter().position(|(n, _)| *n == name).unwrap()]
    }

    pub fn day(&self, name: &str) -> Option<i32> {
        match self.get(name) {
            Fact::Day(day) => Some(day),
            _ => None,
        }
    }

    pub fn bool(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Fact::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A decimal in hundredths, or a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Fact::Decimal(value) | Fact::Count(value) => Some(value),
            _ => None,
        }
    }

    pub fn code(&self, name: &str) -> Option<&'static str> {
        match self.get(name) {
            Fact::Code(code) => Some(code),
            _ => None,
        }
    }

    /// As a person reads it: known facts only.
    pub fn text(&self) -> String {
        let known = self.names.iter().zip(&self.values).filter(|(_, v)| **v != Fact::Unknown);
        known
            .map(|((name, _), value)| match value {
                Fact::Day(day) => {
                    let (y, m, d) = civil(*day);
                    format!("{name}={y}-{m:02}-{d:02}")
                }
                Fact::Decimal(v) => format!("{name}={}.{:02}", v / 100, (v % 100).abs()),
                other => format!("{name}={other:?}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
pub fn days(year: i32, month: i32, day: i32) -> i32 {
    let leap = |y: i32| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let before =
        |y: i32| 365 * (y - 1) + (y - 1).div_euclid(4) - (y - 1).div_euclid(100) + (y - 1).div_euclid(400);
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    before(year) + lengths[..month as usize - 1].iter().sum::<i32>() + day - 1 - before(1970)
}

/// Year, month and day of a day.
pub fn civil(day: i32) -> (i32, i32, i32) {
    // Too early at first.
    let mut year = 1970 + day.div_euclid(if day < 0 { 365 } else { 366 });
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days(year, month + 1, 1) <= day {
        month += 1;
    }
    (year, month, day - days(year, month, 1) + 1)
}

/// Whole years from `birth` to `on`; a birthday on 29 February comes on 1 March in other years.
pub fn age(birth: i32, on: i32) -> i32 {
    let ((by, bm, bd), (y, m, d)) = (civil(birth), civil(on));
    y - by - i32::from((m, d) < (bm, bd))
}

/// The first day of a month that a row is about: mostly within the law, often where it changes.
pub fn month(random: &mut Random) -> Fact {
    match random.below(100) {
        0 => Fact::Unknown,
        1 => Fact::Day(days(
            2014 + random.below(13) as i32,
            1 + random.below(12) as i32,
            random.pick(&[2, 15, 28]),
        )),
        2 => Fact::Day(random.pick(&[
            days(2013, 12, 1),
            days(2013, 1, 1),
            days(1900, 1, 1),
            days(2200, 1, 1),
            days(2199, 12, 1),
        ])),
        3..=22 => {
            let changes = [
                (2014, 1),
                (2015, 12),
                (2016, 1),
                (2016, 9),
                (2016, 10),
                (2020, 1),
                (2025, 6),
                (2025, 7),
                (2026, 1),
            ];
            let (y, m) = random.pick(&changes);
            Fact::Day(days(y, m, 1))
        }
        _ => Fact::Day(days(2014 + random.below(13) as i32, 1 + random.below(12) as i32, 1)),
    }
}

/// An amount in øre; `near` are amounts of the law where a rule turns.
pub fn money(random: &mut Random, near: &[i64]) -> Fact {
    Fact::Decimal(match random.below(100) {
        0 => -random.between(1, 100_000),
        1 => random.pick(&[999_999_999_999, 999_999_999_998, 500_000_000_000, 100_000_000_000]),
        2..=31 => 0,
        32..=41 => random.between(1, 100),
        42..=61 if !near.is_empty() => (random.pick(near) + random.between(-100, 100)).max(0),
        42..=71 => random.between(1, 5_000) * 100,
        72..=89 => random.between(1, 2_500_000),
        _ => random.between(1, 8_000_000),
    })
}

/// Hours in hundredths; `near` are limits of the law.
pub fn hours(random: &mut Random, near: &[i64]) -> Fact {
    Fact::Decimal(match random.below(100) {
        0 => -random.between(1, 20_000),
        1 => random.pick(&[74_400, 74_401, 99_999, 16_800, 16_801]),
        2..=9 => 0,
        10..=39 => (random.pick(near) + random.between(-2, 2)).max(0),
        40..=69 => random.between(0, 200) * 100,
        _ => random.between(0, 20_000),
    })
}

/// True or false, true in `percent` of a hundred.
pub fn truth(random: &mut Random, percent: i64) -> Fact {
    Fact::Bool(random.chance(percent))
}

/// Forgets facts: in half of the rows one in ten, in the others none.
pub fn forget(random: &mut Random, facts: &mut Facts) {
    if random.chance(50) {
        for value in facts.values.iter_mut().skip(1) {
            if random.chance(10) {
                *value = Fact::Unknown;
            }
        }
    }
}
