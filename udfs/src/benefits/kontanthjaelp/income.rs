//! Income offset, LAS §§ 30-31 as in force until June 2025, on whole øre.

use super::keys::{self, Key};
use super::month::Month;

/// Income of one person in the month, after ATP, AM-bidrag, set-aside holiday pay and collective pension; øre and hundredths of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Income {
    /// Work income.
    pub work: Option<i64>,
    /// Worked hours; unknown: the conversion factor is used.
    pub hours: Option<i64>,
    /// Other income, deducted krone for krone.
    pub other: Option<i64>,
}

/// What stops a calculation in the income, one bit each: the texts of `missing`.
pub const GAPS: &[&str] = &[
    "work_income",
    "other_income",
    "single",
    "spouse_work_income",
    "spouse_other_income",
    "spouse_help",
    "error: work_income, other_income or spouse_help is negative",
    "error: an amount is larger than DECIMAL(12,2) holds",
    "error: work_hours is negative or more than a month has",
    "error: single, but a spouse has income",
    "rule: income offset from 2025-07-01 (LAS § 31): only the level of the agreement was read",
];

pub(super) const WORK: u32 = 0;
pub(super) const OTHER: u32 = 1;
pub(super) const SINGLE: u32 = 2;
pub(super) const SPOUSE_WORK: u32 = 3;
pub(super) const SPOUSE_OTHER: u32 = 4;
pub(super) const SPOUSE_HELP: u32 = 5;
pub(super) const NEGATIVE: u32 = 6;
pub(super) const TOO_LARGE: u32 = 7;
pub(super) const HOURS: u32 = 8;
pub(super) const SINGLE_WITH_SPOUSE: u32 = 9;
pub(super) const NEW_SYSTEM: u32 = 10;

/// Hours of a month of 31 days, in hundredths.
const MONTH_HOURS: i64 = 74_400;

/// Bit of a rate the income needed, from bit 16: missing when its rate is, else used.
fn rate_bit(key: Key) -> u32 {
    1 << (16 + key - keys::DISREGARD_PER_HOUR)
}

/// The rates whose bits are set, in their order.
pub(super) fn rates_of(bits: u32) -> impl Iterator<Item = Key> {
    [keys::DISREGARD_PER_HOUR, keys::DISREGARD_MAX_HOURS, keys::CONVERSION_FACTOR]
        .into_iter()
        .filter(move |key| bits & rate_bit(*key) != 0)
}

/// What one person's income gives.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Offset {
    /// Income before the disregard, øre.
    pub income: i64,
    /// Disregarded part, øre.
    pub disregard: i64,
    /// Bits of [`GAPS`], and from bit 16 the rates asked for.
    pub bits: u32,
}

/// The offset of one person; `work_gap` and `other_gap` are the bits of an unknown income.
pub(super) fn offset(income: &Income, month: &Month, work_gap: u32, other_gap: u32) -> Offset {
    let mut result = Offset::default();
    let (work, other) = (income.work.unwrap_or(0), income.other.unwrap_or(0));
    result.bits |= u32::from(income.work.is_none()) << work_gap;
    result.bits |= u32::from(income.other.is_none()) << other_gap;
    result.bits |= u32::from(work < 0 || other < 0) << NEGATIVE;
    result.bits |= u32::from(income.hours.is_some_and(|h| !(0..=MONTH_HOURS).contains(&h))) << HOURS;
    if result.bits != 0 {
        return result;
    }
    result.income = work + other;
    if work > 0 {
        let (disregard, bits) = disregard(work, income.hours, month);
        result.disregard = disregard;
        result.bits |= bits;
    }
    result
}

/// LAS § 31(1) and (3): kroner per worked hour, at most 160 hours; hours not known are the income over the conversion factor. The
/// product is rounded once, to the nearest øre: no text read rounds it, and tables hold whole øre.
fn disregard(work: i64, hours: Option<i64>, month: &Month) -> (i64, u32) {
    let mut bits = rate_bit(keys::DISREGARD_PER_HOUR) | rate_bit(keys::DISREGARD_MAX_HOURS);
    let per_hour = month.value(keys::DISREGARD_PER_HOUR);
    let max_hours = month.value(keys::DISREGARD_MAX_HOURS);
    let amount = match hours {
        Some(hours) => per_hour
            .zip(max_hours)
            .map(|(rate, max)| nearest(rate * (i128::from(hours) * 100).min(max), 1_000_000)),
        None => {
            bits |= rate_bit(keys::CONVERSION_FACTOR);
            per_hour.zip(max_hours).zip(month.value(keys::CONVERSION_FACTOR).filter(|f| *f > 0)).map(
                |((rate, max), factor)| {
                    if i128::from(work) * 1_000_000 >= max * factor {
                        nearest(rate * max, 1_000_000)
                    } else {
                        nearest(rate * i128::from(work), factor)
                    }
                },
            )
        }
    };
    (amount.map_or(0, |a| i64::try_from(a).unwrap_or(i64::MAX)).clamp(0, work), bits)
}

/// Nearest whole number of a quotient of numbers that are not negative, the half up.
fn nearest(dividend: i128, divisor: i128) -> i128 {
    (2 * dividend + divisor) / (2 * divisor)
}
