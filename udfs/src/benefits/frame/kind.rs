//! What a fact of each kind may be: its bounds, the types it is read from, and what is said of one that is refused.

use std::sync::LazyLock;

use arrow::datatypes::DataType;
use datafusion_common::{Result, plan_err};

use super::spec::Kind;
use crate::law::{day, money};

const FIRST_DAY: i32 = day::from_civil(1800, 1, 1);

impl Kind {
    /// Smallest and largest value in a block.
    pub(crate) fn bounds(self) -> (i64, i64) {
        match self {
            Kind::Month | Kind::Week => (i64::from(FIRST_DAY), i64::from(day::OPEN_END) - 1),
            Kind::Date => (i64::from(FIRST_DAY), i64::from(day::OPEN_END)),
            Kind::Flag => (0, 1),
            Kind::Amount => (0, money::MAX_OERE),
            Kind::Money => (-money::MAX_OERE, money::MAX_OERE),
            Kind::Hours => (0, 74_400),
            Kind::WeekHours => (0, 16_800),
            Kind::Percent => (0, 10_000),
            Kind::Decimal => (0, 100_000_000),
            Kind::Count => (0, 1_000_000),
            Kind::Word(words) => (0, words.len() as i64 - 1),
        }
    }

    /// Whether some values within the bounds are [refused](Self::refuses).
    pub(super) fn has_gaps(self) -> bool {
        matches!(self, Kind::Month | Kind::Week)
    }

    /// Whether a value within the bounds is none of the kind's after all.
    pub(super) fn refuses(self, value: i64) -> bool {
        match self {
            Kind::Month => !first_of_a_month(value),
            // 1970-01-05 was a Monday.
            Kind::Week => (value - 4).rem_euclid(7) != 0,
            _ => false,
        }
    }

    /// Whether a known value is not one of the kind.
    pub(super) fn is_wrong(self, value: i64) -> bool {
        let (low, high) = self.bounds();
        value < low || value > high || self.refuses(value)
    }

    /// What is wrong with a value that is refused.
    pub(super) fn refusal(self, name: &str) -> String {
        match self {
            Kind::Month => format!("error: {name} is not the first day of a month before 2200"),
            Kind::Week => format!("error: {name} is not a Monday before 2200"),
            Kind::Date => format!("error: {name} does not fit, or is not between 1800 and 2200"),
            Kind::Flag => format!("error: {name} is neither true nor false"),
            Kind::Amount => format!("error: {name} is negative or larger than DECIMAL(12,2) holds"),
            Kind::Money => format!("error: {name} is larger than DECIMAL(12,2) holds"),
            Kind::Hours => format!("error: {name} is negative or more than a month has"),
            Kind::WeekHours => format!("error: {name} is negative or more than a week has"),
            Kind::Percent => format!("error: {name} is not between 0 and 100"),
            Kind::Decimal | Kind::Count => format!("error: {name} is negative or more than a million"),
            Kind::Word(words) => format!("error: {name} is none of {}", words.join(", ")),
        }
    }

    /// The type an argument is read as, or a sentence on what does not fit.
    pub(super) fn accept(self, function: &str, name: &str, given: &DataType) -> Result<DataType> {
        use DataType::{
            Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Dictionary, Int64,
            LargeUtf8, Null, Utf8, Utf8View,
        };
        let text = |t: &DataType| matches!(t, Utf8 | LargeUtf8 | Utf8View);
        let (fits, wanted) = match self {
            Kind::Month | Kind::Week | Kind::Date => {
                let fits = matches!(given, Date32 | Date64 | Null) || text(given);
                (fits.then_some(Date32), "a date")
            }
            Kind::Flag => (matches!(given, Boolean | Null).then_some(Boolean), "true, false or NULL"),
            Kind::Amount | Kind::Money | Kind::Hours | Kind::WeekHours | Kind::Percent | Kind::Decimal => {
                let fits = match given {
                    Decimal64(_, 2) | Decimal128(_, 2) => Some(given.clone()),
                    Decimal32(_, _) | Decimal64(_, _) | Decimal128(_, _) | Decimal256(_, _) | Null => {
                        Some(Decimal128(38, 2))
                    }
                    whole => whole.is_integer().then_some(Decimal128(38, 2)),
                };
                (fits, "a decimal number")
            }
            Kind::Count => ((given.is_integer() || given.is_null()).then_some(Int64), "a whole number"),
            Kind::Word(_) => match given {
                Null => (Some(Utf8View), "text"),
                Dictionary(_, values) if text(values) => (Some(given.clone()), "text"),
                given => (text(given).then(|| given.clone()), "text"),
            },
        };
        match fits {
            Some(accepted) => Ok(accepted),
            None => plan_err!("{name} of {function} must be {wanted}, not {given}"),
        }
    }
}

/// Words of 64 days from [`FIRST_DAY`] to the open end.
const WORDS: usize = (day::OPEN_END - FIRST_DAY) as usize / 64 + 1;

/// The days that begin a month, a bit each: rows in no order have another month each, and a calendar date costs a division.
static FIRSTS: LazyLock<[u64; WORDS]> = LazyLock::new(|| {
    let mut bits = [0; WORDS];
    for month in 0..12 * 400 {
        let first = day::from_civil(1800 + month / 12, 1 + month as u32 % 12, 1) - FIRST_DAY;
        bits[first as usize / 64] |= 1 << (first % 64);
    }
    bits
});

/// Whether a day begins a month from 1800 to 2199.
pub(super) fn first_of_a_month(on: i64) -> bool {
    let day = on.wrapping_sub(i64::from(FIRST_DAY));
    let word = usize::try_from(day >> 6).ok().and_then(|word| FIRSTS.get(word));
    word.is_some_and(|word| word >> (day & 63) & 1 == 1)
}
