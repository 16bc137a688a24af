//! The SQL functions `cpr_*`: documentation and the column form of the kernel.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int32Array};
use arrow::compute::binary;
use arrow::datatypes::{DataType, Date32Type, Int32Type};
use datafusion_common::Result;

use super::column::{KnownTruth, Number, OfBlock, ShortText, run};
use super::kernel::{
    BLOCK, Births, LAST_BIRTH_DATE, bits, day_key, is_male, is_ten_digits, passes_modulus_11, view_of,
};
use super::together;
use crate::civil::year_month_day;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// The functions of the family.
pub(super) static ALL: &[&Spec] =
    &[&IS_VALID, &PASSES_MODULUS_11, &BIRTH_DATE, &SEX, &AGE, &IS_REPLACEMENT, &MASK, &DAY_KEY];

const FAMILY: &str = "CPR";
const CPR: (&str, &str) = ("cpr", "text: a CPR number, ten digits with or without a hyphen after the sixth");
const STRUCTURE: &str = "cpr.dk, Opbygning af CPR-nummeret";
const MALFORMED_NULL: &str = "when cpr is NULL or is not ten digits (a hyphen after the sixth is allowed)";

static IS_VALID: Spec = Spec {
    name: "cpr_is_valid",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_is_valid(cpr [, born_by])",
        description: "Whether the text is a valid CPR number: ten digits or ddmmyy-nnnn, a birth date that exists by \
            the century table and is not after born_by, no replacement number, serial not 0000. Modulus 11 plays no \
            part: numbers that fail it are issued since 1 October 2007 and are fully valid.",
        arguments: &[
            CPR,
            (
                "born_by",
                "date: the last birth date accepted; 2026-01-01 when left out, a constant and not the clock, \
                so that a row is judged alike every day. Data of a later day passes that day.",
            ),
        ],
        returns: "boolean; text of any other form is false",
        nulls: "when an argument is NULL",
        source: "cpr.dk, Opbygning af CPR-nummeret; Personnumre uden kontrolciffer",
        example: Example {
            sql: "SELECT cpr_is_valid('070761-4285') AS valid",
            column: "valid",
            value: "true",
        },
    },
    kinds: &[Kind::Text, Kind::Date],
    required: 1,
    returns: || DataType::Boolean,
    kernel: |args| match args {
        [texts, limits] => valid_by(texts, limits),
        _ => together::is_valid(&args[0]),
    },
};

/// Validity by the limit that stands when none is named.
pub(super) struct Valid;

impl OfBlock for Valid {
    type Made = u64;

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let births = Births::of(numbers);
        bits(|i| births.is_valid(i, LAST_BIRTH_DATE))
    }
}

/// Validity with a limit of its own for every row.
fn valid_by(texts: &ArrayRef, limits: &ArrayRef) -> Result<ArrayRef> {
    // The birth date where the number is valid but for the limit, else a day after every limit.
    let births = run::<Number<Int32Type, ValidDates>>(texts)?;
    let (births, limits) = (births.as_primitive::<Int32Type>(), limits.as_primitive::<Date32Type>());
    let valid = births.iter().zip(limits).map(|(birth, limit)| Some(birth? <= limit? && birth? < i32::MAX));
    Ok(Arc::new(valid.collect::<BooleanArray>()))
}

struct ValidDates;

impl OfBlock for ValidDates {
    type Made = ([i32; BLOCK], u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let births = Births::of(numbers);
        let date = |i| if births.is_valid(i, i32::MAX) { births.dates[i] } else { i32::MAX };
        (std::array::from_fn(date), u64::MAX)
    }
}

static PASSES_MODULUS_11: Spec = Spec {
    name: "cpr_passes_modulus_11",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_passes_modulus_11(cpr)",
        description: "Whether the digits weighted 4 3 2 7 6 5 4 3 2 1 sum up to a multiple of 11. For information \
            only: a number that fails may be valid and must not be refused.",
        arguments: &[CPR],
        returns: "boolean",
        nulls: MALFORMED_NULL,
        source: "cpr.dk, Personnumre uden kontrolciffer",
        example: Example {
            sql: "SELECT cpr_passes_modulus_11('0707614285') AS passes",
            column: "passes",
            value: "true",
        },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Boolean,
    kernel: |args| run::<KnownTruth<Passing>>(&args[0]),
};

struct Passing;

impl OfBlock for Passing {
    type Made = (u64, u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        (bits(|i| passes_modulus_11(numbers[i])), bits(|i| is_ten_digits(numbers[i])))
    }
}

static BIRTH_DATE: Spec = Spec {
    name: "cpr_birth_date",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_birth_date(cpr)",
        description: "The birth date in the number: positions 1-6 with the century from position 7 and the year. For \
            a replacement number 60 is taken off the day first. The number need not be valid otherwise.",
        arguments: &[CPR],
        returns: "date from 1858-01-01 to 2057-12-31",
        nulls: "when cpr is NULL, is not ten digits, or its date does not exist",
        source: STRUCTURE,
        example: Example {
            sql: "SELECT cpr_birth_date('070761-4285') AS born",
            column: "born",
            value: "1961-07-07",
        },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Date32,
    kernel: |args| together::birth_date(&args[0]),
};

/// The birth dates, known where they are real.
pub(super) struct BirthDates;

impl OfBlock for BirthDates {
    type Made = ([i32; BLOCK], u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let births = Births::of(numbers);
        let real = bits(|i| births.is_real(i));
        (births.dates, real)
    }
}

static SEX: Spec = Spec {
    name: "cpr_sex",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_sex(cpr)",
        description: "The sex in the number: M (man) when the last digit is odd, F (woman) when it is even.",
        arguments: &[CPR],
        returns: "text, 'M' or 'F'",
        nulls: MALFORMED_NULL,
        source: STRUCTURE,
        example: Example { sql: "SELECT cpr_sex('070761-4285') AS sex", column: "sex", value: "M" },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Utf8View,
    kernel: |args| run::<ShortText<Sexes>>(&args[0]),
};

struct Sexes;

impl OfBlock for Sexes {
    type Made = ([u128; BLOCK], u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let sex = |number| if is_male(number) { MAN } else { WOMAN };
        (numbers.map(sex), bits(|i| is_ten_digits(numbers[i])))
    }
}

const MAN: u128 = view_of(b"M");
const WOMAN: u128 = view_of(b"F");

static AGE: Spec = Spec {
    name: "cpr_age",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_age(cpr, on)",
        description: "Whole years of age on a day, from the birth date in the number. Someone born on 29 February \
            becomes a year older on 1 March in a year without that day.",
        arguments: &[CPR, ("on", "date: the day the age is asked for")],
        returns: "integer, years, 0 or more",
        nulls: "when an argument is NULL, the number has no birth date, or the day is before it",
        source: STRUCTURE,
        example: Example {
            sql: "SELECT cpr_age('070761-4285', DATE '2025-07-06') AS age",
            column: "age",
            value: "63",
        },
    },
    kinds: &[Kind::Text, Kind::Date],
    required: 2,
    returns: || DataType::Int32,
    kernel: |args| {
        let births = run::<Number<Date32Type, BirthDates>>(&args[0])?;
        let (births, days) = (births.as_primitive::<Date32Type>(), args[1].as_primitive::<Date32Type>());
        let ages: Int32Array = binary(births, days, age)?;
        // A negative age stands for a day before birth.
        Ok(Arc::new(ages.iter().map(|age| age.filter(|years| *years >= 0)).collect::<Int32Array>()))
    },
};

/// Whole years between two day numbers.
fn age(birth: i32, on: i32) -> i32 {
    let (birth_year, birth_month, birth_day) = year_month_day(birth);
    let (year, month, day) = year_month_day(on);
    year - birth_year - i32::from((month, day) < (birth_month, birth_day))
}

static IS_REPLACEMENT: Spec = Spec {
    name: "cpr_is_replacement",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_is_replacement(cpr)",
        description: "Whether the number is a replacement number (erstatningspersonnummer): the day raised by 60, and \
            a date that exists when 60 is taken off. Such numbers are made by systems for people without a CPR \
            number; they are never valid CPR numbers.",
        arguments: &[CPR],
        returns: "boolean",
        nulls: MALFORMED_NULL,
        source: "cpr.dk, Erstatningspersonnummer i eksterne systemer",
        example: Example {
            sql: "SELECT cpr_is_replacement('770158-0017') AS replacement",
            column: "replacement",
            value: "true",
        },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Boolean,
    kernel: |args| run::<KnownTruth<Replacements>>(&args[0]),
};

struct Replacements;

impl OfBlock for Replacements {
    type Made = (u64, u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let births = Births::of(numbers);
        (bits(|i| births.is_replacement(i)), bits(|i| is_ten_digits(numbers[i])))
    }
}

static MASK: Spec = Spec {
    name: "cpr_mask",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_mask(cpr)",
        description: "The number with its last four digits hidden, for screens and logs. Text of another form is \
            hidden whole, since it may hold a number with a typing error.",
        arguments: &[CPR],
        returns: "text, ddmmyy-xxxx, or xxxxxx-xxxx for text of another form",
        nulls: "when cpr is NULL",
        source: "definition",
        example: Example {
            sql: "SELECT cpr_mask('0707614285') AS masked",
            column: "masked",
            value: "070761-xxxx",
        },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Utf8View,
    kernel: |args| run::<ShortText<Masks>>(&args[0]),
};

struct Masks;

impl OfBlock for Masks {
    type Made = ([u128; BLOCK], u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let birth_part = 0xffff_ffff_ffff << 32;
        let mask = |number| if is_ten_digits(number) { SERIAL_HIDDEN | number & birth_part } else { HIDDEN };
        (numbers.map(mask), u64::MAX)
    }
}

const HIDDEN: u128 = view_of(b"xxxxxx-xxxx");
const SERIAL_HIDDEN: u128 = view_of(b"\0\0\0\0\0\0-xxxx");

static DAY_KEY: Spec = Spec {
    name: "cpr_day_key",
    text: DocText {
        family: FAMILY,
        syntax: "cpr_day_key(cpr)",
        description: "month × 100 + day of the birth date, for distributing tasks by birthday. Replacement numbers \
            are reduced by 60 first.",
        arguments: &[CPR],
        returns: "integer from 101 to 1231",
        nulls: "when cpr is NULL, is not ten digits, or its date does not exist",
        source: "definition",
        example: Example {
            sql: "SELECT cpr_day_key('770158-0017') AS day_key",
            column: "day_key",
            value: "117",
        },
    },
    kinds: &[Kind::Text],
    required: 1,
    returns: || DataType::Int32,
    kernel: |args| run::<Number<Int32Type, DayKeys>>(&args[0]),
};

struct DayKeys;

impl OfBlock for DayKeys {
    type Made = ([i32; BLOCK], u64);

    #[inline(always)]
    fn of(numbers: &[u128; BLOCK]) -> Self::Made {
        let births = Births::of(numbers);
        (numbers.map(day_key), bits(|i| births.is_real(i)))
    }
}
