//! The rates of a benefit by day: looked up once per stretch of days in which none of them changes.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use super::spec::{RateId, RoundingId, Spec};
use super::texts::Made;
use crate::law::{Missing, Rates, RoundingRule, Status, day};

/// The law of a benefit on the days of one stretch.
#[derive(Debug)]
pub struct Law {
    pub(super) from: i32,
    pub(super) to: i32,
    version: Option<u8>,
    /// In units of 1/10 000; 0 when missing.
    units: Box<[i64]>,
    known: u64,
    pub(super) derived: u64,
    why: Box<[Option<Missing>]>,
    roundings: Box<[Option<&'static RoundingRule>]>,
}

impl Law {
    /// Position of the law version in [`Spec::versions`]; the stretches without one are never calculated.
    #[inline(always)]
    pub fn version(&self) -> usize {
        usize::from(self.version.unwrap_or(0))
    }

    /// First day of the stretch.
    pub(crate) fn first_day(&self) -> i32 {
        self.from
    }

    /// Whether there is a law on these days.
    #[inline(always)]
    pub(super) fn exists(&self) -> bool {
        self.version.is_some()
    }

    /// A rate in units of 1/10 000; `None` when it does not count. [`Outcome`](super::Outcome) notes what it was asked for; this
    /// does not.
    #[inline(always)]
    pub(crate) fn units(&self, rate: RateId) -> Option<i64> {
        (self.known & (1 << rate.0) != 0).then(|| self.units[usize::from(rate.0)])
    }

    #[inline(always)]
    pub(super) fn rounding(&self, rounding: RoundingId) -> Option<&'static RoundingRule> {
        self.roundings[usize::from(rounding.0)]
    }

    /// Why a rate does not count.
    pub(super) fn why(&self, rate: usize) -> Option<Missing> {
        self.why.get(rate).copied().flatten()
    }
}

/// Days per entry of the index into the stretches.
const BUCKET: i32 = 32;

/// Every stretch of a benefit under one law.
#[derive(Debug)]
pub struct Book {
    pub(super) spec: &'static Spec,
    pub(super) rates: Arc<Rates>,
    stretches: Vec<Law>,
    /// First day of the index.
    start: i32,
    /// Stretch of the first day of every bucket from `start`.
    index: Vec<u16>,
    pub(super) texts: Made,
    /// What a benefit makes of it for its own way over many rows.
    compiled: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Book {
    /// Looks up the rates of a benefit.
    pub fn new(spec: &'static Spec, rates: &Arc<Rates>) -> Book {
        let mut breaks: Vec<i32> =
            spec.versions.iter().map(|v| v.from).chain([i32::MIN, spec.until]).collect();
        for row in rates.rows() {
            if spec.rates.iter().any(|(b, p)| *b == row.benefit && *p == row.parameter) {
                breaks.extend([row.valid_from, row.valid_to]);
            }
        }
        breaks.sort_unstable();
        breaks.dedup();
        let roundings: Vec<_> = spec.roundings.iter().map(|name| RoundingRule::named(name).ok()).collect();
        let stretches: Vec<Law> = breaks
            .iter()
            .enumerate()
            .map(|(i, from)| {
                let to = breaks.get(i + 1).copied().unwrap_or(i32::MAX);
                stretch(spec, rates, &roundings, *from, to)
            })
            .collect();
        let start = spec.versions.first().map_or(0, |v| v.from);
        let index = (start..day::OPEN_END)
            .step_by(BUCKET as usize)
            .map(|first| stretches.partition_point(|s| s.from <= first) as u16 - 1)
            .collect();
        Book {
            spec,
            rates: Arc::clone(rates),
            stretches,
            start,
            index,
            texts: Made::default(),
            compiled: OnceLock::new(),
        }
    }

    /// The law of a day; `None` when the benefit has none on it.
    pub fn on(&self, day: i32) -> Option<&Law> {
        let law = self.stretch(day);
        law.exists().then_some(law)
    }

    /// What a benefit makes of its rates, made once; `None` only where two types were asked for.
    pub(crate) fn compiled<T: Any + Send + Sync>(&self, make: fn(&Book) -> T) -> Option<&T> {
        self.compiled.get_or_init(|| Box::new(make(self))).downcast_ref()
    }

    /// The stretch of a day. Every day is in one.
    #[inline(always)]
    pub(crate) fn stretch(&self, day: i32) -> &Law {
        let bucket = (i64::from(day) - i64::from(self.start)).div_euclid(i64::from(BUCKET));
        let known = usize::try_from(bucket).ok().and_then(|bucket| self.index.get(bucket));
        let mut at = usize::from(known.copied().unwrap_or(0));
        while at + 1 < self.stretches.len() && self.stretches[at].to <= day {
            at += 1;
        }
        &self.stretches[at]
    }
}

fn stretch(
    spec: &Spec,
    rates: &Rates,
    roundings: &[Option<&'static RoundingRule>],
    from: i32,
    to: i32,
) -> Law {
    let version = spec.versions.iter().rposition(|v| v.from <= from && from < spec.until);
    let found: Vec<_> = spec.rates.iter().map(|(b, p)| rates.lookup(b, p, from)).collect();
    let bits = |of: &dyn Fn(&Result<&crate::law::RateRow, Missing>) -> bool| {
        found.iter().enumerate().fold(0u64, |bits, (i, rate)| bits | u64::from(of(rate)) << i)
    };
    Law {
        from,
        to,
        version: version.map(|v| v as u8),
        known: bits(&|rate| rate.is_ok()),
        derived: bits(&|rate| rate.is_ok_and(|row| row.status == Status::Derived)),
        units: found.iter().map(|rate| rate.map_or(0, |row| row.amount)).collect(),
        why: found
            .iter()
            .map(|rate| match rate {
                Ok(_) => None,
                // The shipped law has no such parameter in any year: for a row this is the same as no row.
                Err(Missing::UnknownBenefit | Missing::UnknownParameter) => Some(Missing::NoRow),
                Err(why) => Some(*why),
            })
            .collect(),
        roundings: roundings.into(),
    }
}
