//! The SQL functions `local_date` and `local_midnight`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::ArrowTimestampType;
use arrow::datatypes::{
    DataType, Date32Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use datafusion_common::{Result, internal_err};

use super::functions::FAMILY;
use super::local_time::LocalTime;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// The functions on local days.
pub(super) static ALL: &[&Spec] = &[&LOCAL_DATE, &LOCAL_MIDNIGHT];

const SOURCE: &str = "directive 2000/84/EC on summer time; until 1995 the tz database, Europe/Copenhagen";

static LOCAL_DATE: Spec = Spec {
    name: "local_date",
    text: DocText {
        family: FAMILY,
        syntax: "local_date(timestamp)",
        description: "The day an instant falls on in Denmark (Europe/Copenhagen). A timestamp without a time zone is \
            read as UTC, which is how advisql stores instants.",
        arguments: &[("timestamp", "timestamp of any unit: an instant")],
        returns: "date",
        nulls: "when the argument is NULL or outside the years 1900 to 2299 UTC",
        source: SOURCE,
        example: Example {
            sql: "SELECT local_date(TIMESTAMP '2025-06-30 22:30:00') AS day",
            column: "day",
            value: "2025-07-01",
        },
    },
    kinds: &[Kind::Timestamp],
    required: 1,
    returns: || DataType::Date32,
    kernel: |args| match args[0].data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => local_dates::<TimestampSecondType>(&args[0], 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            local_dates::<TimestampMillisecondType>(&args[0], 1_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            local_dates::<TimestampMicrosecondType>(&args[0], 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            local_dates::<TimestampNanosecondType>(&args[0], 1_000_000_000)
        }
        other => internal_err!("local_date was given {other}"),
    },
};

fn local_dates<T: ArrowTimestampType>(instants: &ArrayRef, per_second: i64) -> Result<ArrayRef> {
    let mut local = LocalTime::default();
    let instants = instants.as_primitive::<T>();
    let days = instants.iter().map(|instant| local.day_of(instant?.div_euclid(per_second)));
    Ok(Arc::new(days.collect::<PrimitiveArray<Date32Type>>()))
}

static LOCAL_MIDNIGHT: Spec = Spec {
    name: "local_midnight",
    text: DocText {
        family: FAMILY,
        syntax: "local_midnight(date)",
        description: "The first instant of a day in Denmark (Europe/Copenhagen): the inverse of local_date, for \
            comparing a column of instants with a day without converting every row.",
        arguments: &[("date", "date: a local day")],
        returns: "timestamp in microseconds, UTC",
        nulls: "when the argument is NULL or outside 1900-01-02 to 2299-12-31",
        source: SOURCE,
        example: Example {
            sql: "SELECT local_midnight(DATE '2025-07-01') AS starts",
            column: "starts",
            value: "2025-06-30T22:00:00Z",
        },
    },
    kinds: &[Kind::Date],
    required: 1,
    returns: || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    kernel: |args| {
        let mut local = LocalTime::default();
        let days = args[0].as_primitive::<Date32Type>();
        let starts = days.iter().map(|day| local.midnight_of(day?)?.checked_mul(1_000_000));
        Ok(Arc::new(starts.collect::<PrimitiveArray<TimestampMicrosecondType>>().with_timezone("UTC")))
    },
};
