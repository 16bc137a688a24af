//! Reports: the rows of a query as a page for people, as text and as CSV.

mod chart;
mod definition;
mod html;
mod lang;
mod page;
mod rows;
mod shipped;
mod text;

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::session::Engine;

pub use definition::{Definition, Labels, definition, names};
pub use lang::Lang;
pub use rows::Rows;
pub use text::{aligned, text};

/// Name of the page in its folder.
const PAGE: &str = "index.html";

/// Reports read from one state.
#[derive(Debug, Clone)]
pub struct Set {
    /// Language.
    pub lang: Lang,
    /// What they were read from.
    pub about: About,
    /// Their rows, in the order of the page.
    pub reports: Vec<Rows>,
}

/// What a set of reports was read from.
#[derive(Debug, Clone)]
pub struct About {
    /// The day the reports look from.
    pub report_date: NaiveDate,
    /// The state of the store, when there is a store.
    pub state: Option<State>,
}

/// A state of a store, as shown on a page.
#[derive(Debug, Clone)]
pub struct State {
    /// Number of its last commit.
    pub commit: u64,
    /// SHA-256 of that commit, hexadecimal.
    pub sha256: String,
}

/// Reads the named reports.
///
/// # Errors
/// [`Error::Usage`] for a name that is none; an error of the query engine when a query fails.
pub async fn read<'a>(engine: &Engine, names: impl IntoIterator<Item = &'a str>, lang: Lang) -> Result<Set> {
    let mut reports = Vec::new();
    for name in names {
        reports.push(Rows::read(engine, definition(name)?, lang).await?);
    }
    let state = engine.snapshot().map(|s| State { commit: s.commit, sha256: s.sha256.clone() });
    Ok(Set { lang, about: About { report_date: report_date(engine).await?, state }, reports })
}

/// Writes a set of reports into a folder: one page, and the rows of each report as CSV. Gives the paths, the page first.
///
/// # Errors
/// [`Error::File`] when the folder cannot be written.
pub fn write(set: &Set, labels: &Labels, folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let mut written = Vec::new();
    let mut keep = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(Error::file(&path))?;
        written.push(path);
        Ok::<(), Error>(())
    };
    keep(PAGE.to_owned(), page::page(set, labels).as_bytes())?;
    for rows in &set.reports {
        keep(format!("{}.csv", rows.definition.name), &rows.csv()?)?;
    }
    Ok(written)
}

async fn report_date(engine: &Engine) -> Result<NaiveDate> {
    let batches = engine.sql("select report_date() as day").await?.collect().await?;
    batches
        .first()
        .and_then(|batch| batch.column(0).as_primitive_opt::<Date32Type>())
        .filter(|days| !days.is_empty() && days.null_count() == 0)
        .and_then(|days| days.value_as_date(0))
        .ok_or_else(|| {
            Error::Query(
                "the store is empty, so there is no day to report from: give --report-date".to_owned(),
            )
        })
}
