//! `pipeline.toml`: what a version of a pipeline is for, its steps, and the sentences of its gates, checks
//! and reasons.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
pub use crate::store::runs::Sentence;

/// One step as the manifest declares it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDeclaration {
    /// Name of its output: a table of the store, or a name only this run knows.
    pub output: String,
    /// Columns that are unique together; left out, the key of the table's contract.
    #[serde(default)]
    pub key: Vec<String>,
}

/// The manifest of one version of a pipeline.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the pipeline.
    pub name: String,
    /// Version, for example `v1`.
    pub version: String,
    /// What it is called.
    pub title: Sentence,
    /// Benefits it calculates.
    pub covers: Vec<String>,
    /// First month it may be run for, `YYYY-MM`.
    pub first_period: String,
    /// First month it may no longer be run for, `YYYY-MM`; none: open.
    #[serde(default)]
    pub end_period: Option<String>,
    /// Tables its SQL reads.
    pub inputs: Vec<String>,
    /// Its steps in order.
    pub steps: Vec<StepDeclaration>,
    /// What each gate says when it refuses.
    #[serde(default)]
    pub gates: BTreeMap<String, Sentence>,
    /// What each check says when it refuses.
    #[serde(default)]
    pub checks: BTreeMap<String, Sentence>,
    /// What each reason for withholding a payment means.
    #[serde(default)]
    pub reasons: BTreeMap<String, Sentence>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`Error::Pipeline`] when it is not one.
    pub fn parse(text: &str) -> Result<Manifest> {
        let manifest: Manifest =
            toml::from_str(text).map_err(|e| Error::Pipeline(format!("pipeline.toml: {e}")))?;
        month(&manifest.first_period)?;
        manifest.end_period.as_deref().map(month).transpose()?;
        Ok(manifest)
    }

    /// Whether it may be run for the month that begins on `period`.
    ///
    /// # Errors
    /// [`Error::Pipeline`] saying which months it is for.
    pub fn admit(&self, period: NaiveDate) -> Result<()> {
        let first = month(&self.first_period)?;
        let end = self.end_period.as_deref().map(month).transpose()?;
        if period < first || end.is_some_and(|end| period >= end) {
            let until = self.end_period.as_ref().map_or(String::new(), |end| format!(" and before {end}"));
            return Err(Error::Pipeline(format!(
                "{} {} is for months from {}{until}, not {}",
                self.name,
                self.version,
                self.first_period,
                period.format("%Y-%m")
            )));
        }
        Ok(())
    }
}

fn month(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
        .map_err(|_| Error::Pipeline(format!("pipeline.toml: '{text}' is not a month like 2025-10")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_only_its_months() {
        let manifest = Manifest::parse(
            "name='p'\nversion='v1'\ntitle={da='a',en='b'}\ncovers=[]\nfirst_period='2014-01'\n\
             end_period='2015-01'\ninputs=[]\nsteps=[]",
        )
        .unwrap();
        let admit = |y, m| manifest.admit(NaiveDate::from_ymd_opt(y, m, 1).unwrap());
        assert!(admit(2014, 1).is_ok() && admit(2014, 12).is_ok());
        assert!(admit(2013, 12).is_err() && admit(2015, 1).is_err());
    }

    #[test]
    fn says_what_is_wrong_with_it() {
        let error = Manifest::parse("name='p'").unwrap_err().to_string();
        assert!(error.starts_with("pipeline.toml:"), "{error}");
    }
}
