//! The SQL functions on bank days and working days.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type};
use datafusion_common::Result;

use super::days::{Calendar, easter_sunday};
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// The functions on bank days and working days.
pub(super) static ALL: &[&Spec] =
    &[&BANK_DAY_IS, &LAST_OF_MONTH, &BANK_DAY_ADD, &BANK_DAY_COUNT, &WORKING_DAY_COUNT, &EASTER_SUNDAY];

pub(super) const FAMILY: &str = "Calendar";
const BANK_DAY: &str = "public holidays by law (Store bededag until 2023: act no. 214 of 6 March 2023); bank closing \
    days as published by Danmarks Nationalbank (Friday after Ascension, 5 June, 24 and 31 December)";
const NULL: &str = "when an argument is NULL or a day lies outside 1900-01-01 to 2199-12-31; the open end 2200-01-01 \
    of a period thus gives NULL";
const DATE: (&str, &str) = ("date", "date: the day asked about");
const FROM: (&str, &str) = ("from", "date: the day after which counting starts");
const TO: (&str, &str) = ("to", "date: the last day counted");

/// A date for every pair of a date and another value.
fn dates(of: impl Iterator<Item = Option<i32>>) -> Result<ArrayRef> {
    Ok(Arc::new(of.collect::<PrimitiveArray<Date32Type>>()))
}

/// A number of days for every pair of dates.
fn counts(args: &[ArrayRef], count: impl Fn(i32, i32) -> Option<i32>) -> Result<ArrayRef> {
    let (from, to) = (args[0].as_primitive::<Date32Type>(), args[1].as_primitive::<Date32Type>());
    let counted = from.iter().zip(to).map(|(from, to)| count(from?, to?));
    Ok(Arc::new(counted.collect::<PrimitiveArray<Int32Type>>()))
}

static BANK_DAY_IS: Spec = Spec {
    name: "bank_day_is",
    text: DocText {
        family: FAMILY,
        syntax: "bank_day_is(date)",
        description: "Whether the day is a Danish bank day: Monday to Friday, no public holiday, no bank closing day. \
            A rule for 1900 to 2199, not a table.",
        arguments: &[DATE],
        returns: "boolean",
        nulls: NULL,
        source: BANK_DAY,
        example: Example {
            sql: "SELECT bank_day_is(DATE '2024-04-26') AS bank_day",
            column: "bank_day",
            value: "true",
        },
    },
    kinds: &[Kind::Date],
    required: 1,
    returns: || DataType::Boolean,
    kernel: |args| {
        let calendar = Calendar::get();
        let days = args[0].as_primitive::<Date32Type>();
        Ok(Arc::new(days.iter().map(|day| calendar.is_bank_day(day?)).collect::<BooleanArray>()))
    },
};

static LAST_OF_MONTH: Spec = Spec {
    name: "bank_day_last_of_month",
    text: DocText {
        family: FAMILY,
        syntax: "bank_day_last_of_month(date)",
        description: "The last bank day of the month the date lies in: the day monthly support is at disposal.",
        arguments: &[("date", "date: any day of the month")],
        returns: "date",
        nulls: NULL,
        source: BANK_DAY,
        example: Example {
            sql: "SELECT bank_day_last_of_month(DATE '2025-12-01') AS pay_day",
            column: "pay_day",
            value: "2025-12-30",
        },
    },
    kinds: &[Kind::Date],
    required: 1,
    returns: || DataType::Date32,
    kernel: |args| {
        let calendar = Calendar::get();
        dates(args[0].as_primitive::<Date32Type>().iter().map(|day| calendar.last_bank_day_of_month(day?)))
    },
};

static BANK_DAY_ADD: Spec = Spec {
    name: "bank_day_add",
    text: DocText {
        family: FAMILY,
        syntax: "bank_day_add(date, n)",
        description: "The n-th bank day after the date; for negative n the |n|-th bank day before it. 0 gives the date \
            itself, bank day or not.",
        arguments: &[DATE, ("n", "integer: bank days to go, negative to go back")],
        returns: "date",
        nulls: "when an argument is NULL, or the date or the result lies outside 1900-01-01 to 2199-12-31",
        source: BANK_DAY,
        example: Example {
            sql: "SELECT bank_day_add(DATE '2025-12-30', -5) AS run_day",
            column: "run_day",
            value: "2025-12-18",
        },
    },
    kinds: &[Kind::Date, Kind::Integer],
    required: 2,
    returns: || DataType::Date32,
    kernel: |args| {
        let calendar = Calendar::get();
        let (days, steps) = (args[0].as_primitive::<Date32Type>(), args[1].as_primitive::<Int64Type>());
        dates(days.iter().zip(steps).map(|(day, n)| calendar.add_bank_days(day?, n?)))
    },
};

static BANK_DAY_COUNT: Spec = Spec {
    name: "bank_day_count",
    text: DocText {
        family: FAMILY,
        syntax: "bank_day_count(from, to)",
        description: "The number of bank days d with from < d ≤ to. When to is before from, the number of bank days d \
            with to < d ≤ from, negative: exchanging the arguments changes the sign only.",
        arguments: &[FROM, TO],
        returns: "integer, bank days",
        nulls: NULL,
        source: BANK_DAY,
        example: Example {
            sql: "SELECT bank_day_count(DATE '2025-12-19', DATE '2026-01-02') AS bank_days",
            column: "bank_days",
            value: "5",
        },
    },
    kinds: &[Kind::Date, Kind::Date],
    required: 2,
    returns: || DataType::Int32,
    kernel: |args| {
        let calendar = Calendar::get();
        counts(args, |from, to| calendar.bank_days_between(from, to))
    },
};

static WORKING_DAY_COUNT: Spec = Spec {
    name: "working_day_count",
    text: DocText {
        family: FAMILY,
        syntax: "working_day_count(from, to)",
        description: "The number of working days d with from < d ≤ to: Monday to Friday, no public holiday. Negative \
            when to is before from. 24 and 31 December, 5 June and the Friday after Ascension count as working days: \
            whether a municipality closes then is its own choice.",
        arguments: &[FROM, TO],
        returns: "integer, working days",
        nulls: NULL,
        source: "public holidays by law (Store bededag until 2023: act no. 214 of 6 March 2023)",
        example: Example {
            sql: "SELECT working_day_count(DATE '2025-12-19', DATE '2026-01-02') AS working_days",
            column: "working_days",
            value: "7",
        },
    },
    kinds: &[Kind::Date, Kind::Date],
    required: 2,
    returns: || DataType::Int32,
    kernel: |args| {
        let calendar = Calendar::get();
        counts(args, |from, to| calendar.working_days_between(from, to))
    },
};

static EASTER_SUNDAY: Spec = Spec {
    name: "easter_sunday",
    text: DocText {
        family: FAMILY,
        syntax: "easter_sunday(year)",
        description: "Easter Sunday of a year, from which the moving holidays are counted.",
        arguments: &[("year", "integer: the year, 1900 to 2199")],
        returns: "date",
        nulls: "when year is NULL or outside 1900 to 2199",
        source: "Gregorian computus (Meeus/Jones/Butcher)",
        example: Example {
            sql: "SELECT easter_sunday(2025) AS easter",
            column: "easter",
            value: "2025-04-20",
        },
    },
    kinds: &[Kind::Integer],
    required: 1,
    returns: || DataType::Date32,
    kernel: |args| {
        let years = args[0].as_primitive::<Int64Type>();
        dates(years.iter().map(|year| easter_sunday(i32::try_from(year?).ok()?)))
    },
};
