//! Facts that get a benefit function as far as an amount, found by trying: one fact after the other is exchanged, and
//! the exchange stays when no more stops the row than before.

use std::sync::Arc;

use advisql_udfs::benefits::frame::{Argument, Kind, Registered};
use advisql_udfs::law::Rates;

use crate::facts::{civil, days};
use crate::random::Random;

/// Rows to find.
const ROWS: usize = 40;
/// Rows to begin with, and exchanges in each, at most.
const BEGINNINGS: usize = 80;
const EXCHANGES: usize = 400;

/// Rows of one function under one law that are calculated.
pub(super) struct Sense(Vec<Vec<Option<i64>>>);

impl Sense {
    pub(super) fn find(registered: &Registered, random: &mut Random) -> Self {
        let mut found = Vec::new();
        for _ in 0..BEGINNINGS {
            found.extend(calculated(registered, random));
            if found.len() == ROWS {
                break;
            }
        }
        Self(found)
    }

    /// Exchanges one row for another, so that a long run sees more of them.
    pub(super) fn renew(&mut self, registered: &Registered, random: &mut Random) {
        if let (Some(row), false) = (calculated(registered, random), self.is_empty()) {
            let at = random.below(self.0.len() as i64) as usize;
            self.0[at] = row;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One of the rows, in the units of the arguments.
    pub(super) fn row(&self, random: &mut Random) -> &[Option<i64>] {
        &self.0[random.below(self.0.len() as i64) as usize]
    }
}

/// The shipped law with derived amounts, and with a value for every parameter of the store.
pub(super) fn every_amount() -> Arc<Rates> {
    let parameters = include_str!("../../../../datasets/parameters.csv").lines().skip(1);
    let mut file =
        String::from("benefit,parameter,law_ref,amount,unit,valid_from,valid_to,status,source,note\n");
    for parameter in parameters {
        let mut columns = parameter.split(',');
        let (name, unit) = (columns.next().unwrap(), columns.nth(1).unwrap());
        let amount = match unit {
            "count" => 1,
            "pct" => 25,
            _ => 2_000,
        };
        file += &format!("parameter,{name},a test,{amount},{unit},2014-01-01,2200-01-01,published,a test,\n");
    }
    let rows = Rates::read_rows("parameters of a test", &file).unwrap();
    Rates::with_overlay(&[], true).unwrap().overlaid(&rows).unwrap()
}

fn calculated(registered: &Registered, random: &mut Random) -> Option<Vec<Option<i64>>> {
    let arguments = registered.declared.arguments();
    let begin = any_month(random);
    let mut row: Vec<Option<i64>> = arguments.iter().map(|a| fact(a, random, begin)).collect();
    let mut stopped = reasons(registered, &row);
    for _ in 0..EXCHANGES {
        if stopped == 0 {
            return Some(row);
        }
        let mut other = row.clone();
        for _ in 0..random.between(1, 3) {
            let at = random.below(arguments.len() as i64) as usize;
            let around = if at == 0 { any_month(random) } else { month(&row) };
            other[at] = fact(&arguments[at], random, around);
        }
        let stops = reasons(registered, &other);
        if stops <= stopped {
            (row, stopped) = (other, stops);
        }
    }
    None
}

/// What stops a row; a day outside the law hides all else.
fn reasons(registered: &Registered, row: &[Option<i64>]) -> usize {
    let missing = registered.declared.calculate(row).explained.missing;
    match missing.as_str() {
        "" => 0,
        outside if outside.starts_with("no law") => usize::MAX,
        other => other.split("; ").count(),
    }
}

fn any_month(random: &mut Random) -> i32 {
    random.between(12 * 2014, 12 * 2027) as i32
}

/// The month a row is about, counted from year 0.
pub(super) fn month(row: &[Option<i64>]) -> i32 {
    let (year, month, _) = civil(row[0].map_or(0, |day| day as i32));
    12 * year + month - 1
}

/// A fact within the bounds of its argument, or none.
pub(super) fn fact(argument: &Argument, random: &mut Random, around: i32) -> Option<i64> {
    (argument.needed || !random.chance(15)).then(|| known(argument, random, around))
}

/// A fact within the bounds of its argument; days are near the month `around`, counted from year 0.
pub(super) fn known(argument: &Argument, random: &mut Random, around: i32) -> i64 {
    let limit = match argument.kind {
        Kind::Month | Kind::Week | Kind::Date => return i64::from(day(argument.kind, random, around)),
        Kind::Flag => 2,
        Kind::Word(words) => words.len() as i64,
        Kind::Count => random.pick(&[1, 5, 40]),
        Kind::Percent => random.pick(&[1, 10_001]),
        Kind::Hours | Kind::WeekHours | Kind::Decimal => random.pick(&[1, 4_000, 16_800]),
        _ => random.pick(&[1, 100_000, 4_000_000]),
    };
    random.below(limit)
}

fn day(kind: Kind, random: &mut Random, around: i32) -> i32 {
    let month = around - i32::from(random.chance(50));
    let first = days(month.div_euclid(12), month.rem_euclid(12) + 1, 1);
    match kind {
        Kind::Month => first,
        Kind::Week => first + (4 - first).rem_euclid(7),
        _ if random.chance(50) => first - random.below(400) as i32,
        _ => days(1950, 1, 1) + random.below(28_000) as i32,
    }
}
