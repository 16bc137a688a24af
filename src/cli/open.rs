//! Opening an engine the way the options of a command say.

use std::path::{Path, PathBuf};

use advisql_udfs::law::{RateRow, Rates};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Copenhagen;
use clap::Args;

use super::Global;
use crate::error::{Error, Result};
use crate::session::{Engine, EngineBuilder};
use crate::store::AsOf;

/// Which state to read, and the day reports look from.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Reading {
    /// Read the state after this commit (a number), at this time (RFC 3339) or at the end of this day
    #[arg(long, value_name = "COMMIT|TIME")]
    as_of: Option<String>,
    /// The day reports look from; by default the day of the newest registration read
    #[arg(long, value_name = "DATE")]
    report_date: Option<NaiveDate>,
}

impl Reading {
    /// The newest state, looked at from `day`.
    pub(super) fn on(day: NaiveDate) -> Reading {
        Reading { as_of: None, report_date: Some(day) }
    }
}

/// Rates to calculate with, other than those of the store.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct OtherRates {
    /// Calculate with the rates of this CSV file laid over those of the store; its columns are those of law.rates
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
}

impl OtherRates {
    /// The builder with these rates, if there are any.
    pub(super) fn laid_over(&self, builder: EngineBuilder) -> Result<EngineBuilder> {
        match &self.rates {
            Some(file) => Ok(builder.rates_overlay(read_rates(file)?)),
            None => Ok(builder),
        }
    }
}

/// The rows of a file of rates.
pub(super) fn read_rates(file: &Path) -> Result<Vec<RateRow>> {
    let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
    Rates::read_rows(&file.display().to_string(), &text).map_err(|e| Error::Law(e.to_string()))
}

/// A builder with the threads and the memory the options say; `store` `-`: none.
pub(super) fn builder(store: &str, global: &Global) -> EngineBuilder {
    let mut builder = EngineBuilder::new();
    if store != "-" {
        builder = builder.store(store);
    }
    if let Some(threads) = global.threads {
        builder = builder.threads(usize::from(threads));
    }
    if let Some(bytes) = global.memory {
        builder = builder.memory_limit(bytes);
    }
    builder
}

/// Opens `store` (`-`: none) as the options say. Files of this machine can be read by path.
pub(super) async fn engine(store: &str, reading: &Reading, global: &Global) -> Result<Engine> {
    engine_with(store, reading, &OtherRates::default(), global).await
}

/// As [`engine`], with other rates.
pub(super) async fn engine_with(
    store: &str,
    reading: &Reading,
    rates: &OtherRates,
    global: &Global,
) -> Result<Engine> {
    let mut builder = rates.laid_over(builder(store, global).local_files(true))?;
    let mut report_date = reading.report_date;
    if let Some(text) = &reading.as_of {
        let (as_of, day) = parse_as_of(text)?;
        builder = builder.as_of(as_of);
        report_date = report_date.or(day);
    }
    if let Some(day) = report_date {
        builder = builder.report_date(day);
    }
    builder.build().await
}

/// A commit number, an RFC 3339 time, or a day, which means its last instant in Copenhagen and is also the day
/// that reports look from.
fn parse_as_of(text: &str) -> Result<(AsOf, Option<NaiveDate>)> {
    if let Ok(commit) = text.parse::<u64>() {
        return Ok((AsOf::Commit(commit), None));
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok((AsOf::Time(time.with_timezone(&Utc)), None));
    }
    let day = text.parse::<NaiveDate>().ok();
    let last = day.and_then(|day| {
        let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
        // Danish clocks change at two and three in the night, so midnight is never ambiguous.
        let midnight = Copenhagen.from_local_datetime(&midnight).earliest()?;
        Some(midnight.with_timezone(&Utc) - TimeDelta::microseconds(1))
    });
    match last {
        Some(last) => Ok((AsOf::Time(last), day)),
        None => Err(Error::Usage(format!(
            "--as-of '{text}' is neither a commit number, an RFC 3339 time (2022-12-31T12:00:00Z) nor a day (2022-12-31)"
        ))),
    }
}

/// Reads a number of bytes: `1500000`, `512MiB`, `2GiB`, `2GB`.
pub(super) fn parse_bytes(text: &str) -> std::result::Result<usize, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor: usize = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err("write it as 1500000, 512MiB or 2GiB".to_owned()),
    };
    number
        .parse::<usize>()
        .ok()
        .and_then(|n| n.checked_mul(factor))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "write it as 1500000, 512MiB or 2GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_binary_and_decimal_units() {
        assert_eq!(parse_bytes("2GiB"), Ok(2_147_483_648));
        assert_eq!(parse_bytes("512m"), Ok(536_870_912));
        assert_eq!(parse_bytes("2GB"), Ok(2_000_000_000));
        assert_eq!(parse_bytes("4096"), Ok(4096));
        for wrong in ["", "GiB", "2 stones", "0", "-1", "99999999999999999999"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_means_its_last_instant_in_copenhagen() {
        let (as_of, day) = parse_as_of("2022-12-31").unwrap();
        assert_eq!(day, NaiveDate::from_ymd_opt(2022, 12, 31));
        assert_eq!(as_of, AsOf::Time("2022-12-31T22:59:59.999999Z".parse().unwrap()));
        // Summer time: two hours ahead of UTC.
        let (as_of, _) = parse_as_of("2022-07-01").unwrap();
        assert_eq!(as_of, AsOf::Time("2022-07-01T21:59:59.999999Z".parse().unwrap()));
        assert_eq!(parse_as_of("17").unwrap(), (AsOf::Commit(17), None));
        let (as_of, day) = parse_as_of("2022-07-01T12:00:00+02:00").unwrap();
        assert_eq!((as_of, day), (AsOf::Time("2022-07-01T10:00:00Z".parse().unwrap()), None));
        assert_eq!(parse_as_of("yesterday").unwrap_err().code(), "A5002");
    }
}
