//! What a report is: its query, and how its rows are shown.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lang::{Lang, Words};
use super::shipped;
use crate::error::{Error, Result};
use crate::pipeline;

/// One report, read from `sql/reports/<name>.sql` and `<name>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Name, as in the file names.
    #[serde(skip)]
    pub name: String,
    /// The query.
    #[serde(skip)]
    pub sql: String,
    /// Heading.
    pub title: Words,
    /// What the figures are and how they are counted.
    pub description: Words,
    /// How the first row is shown large, one tile for each column, in place of chart and table.
    #[serde(default)]
    pub tiles: bool,
    /// The chart; none for a table alone.
    pub chart: Option<ChartDefinition>,
    /// The columns of the table in order; the query may have others.
    pub columns: Vec<ColumnDefinition>,
}

/// What a chart shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartDefinition {
    /// Form.
    pub kind: ChartKind,
    /// Column of the categories along the axis.
    pub x: String,
    /// Columns of the values; each is a series of its own, unless `series` is given.
    pub y: Vec<String>,
    /// Column whose values split the rows into series.
    pub series: Option<String>,
}

/// Form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Standing columns, series on top of each other.
    Stacked,
    /// A line for each series.
    Line,
    /// Lying bars, series below each other; for categories with long names.
    Bar,
}

/// One column of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDefinition {
    /// Name in the query, in the language of the page where the query has one for each.
    pub name: ColumnName,
    /// Heading.
    pub title: Words,
    /// How values are written.
    pub format: Format,
    /// The set of labels that explain the codes.
    pub labels: Option<String>,
    /// Counts below this are not shown: few cases could be recognised as persons.
    pub suppress_below: Option<u32>,
}

/// Name of a column in the query.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ColumnName {
    /// The same in both languages.
    One(String),
    /// One for each language.
    Each(Words),
}

impl ColumnName {
    /// The column to read.
    pub fn of(&self, lang: Lang) -> &str {
        match self {
            ColumnName::One(name) => name,
            ColumnName::Each(names) => names.of(lang),
        }
    }
}

/// How the values of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As it is.
    Text,
    /// A month.
    Month,
    /// A day.
    Date,
    /// A whole number.
    Count,
    /// An amount of money with øre.
    Kroner,
    /// Days, with decimals where there are some.
    Days,
}

impl Format {
    /// Whether values stand to the right.
    pub fn is_number(self) -> bool {
        matches!(self, Format::Count | Format::Kroner | Format::Days)
    }
}

/// Readable words for codes: set, code, words.
#[derive(Debug, Clone, Default)]
pub struct Labels(BTreeMap<String, BTreeMap<String, Words>>);

impl Labels {
    /// The shipped labels, and the reasons the shipped pipelines give.
    ///
    /// # Errors
    /// [`Error::Query`] when the shipped text is faulty.
    pub fn shipped() -> Result<Labels> {
        let mut sets: BTreeMap<String, BTreeMap<String, Words>> =
            toml::from_str(shipped::LABELS).map_err(|e| faulty("labels", &e))?;
        let reasons = sets.entry("reason".to_owned()).or_default();
        for (code, sentence) in pipeline::Version::shipped("month_end", None)?.manifest.reasons {
            reasons.insert(code, Words { da: sentence.da, en: sentence.en });
        }
        Ok(Labels(sets))
    }

    /// The words for a code; the code itself when there are none.
    pub fn of<'a>(&'a self, set: &str, code: &'a str, lang: Lang) -> &'a str {
        self.0.get(set).and_then(|set| set.get(code)).map_or(code, |words| words.of(lang))
    }
}

/// The names of all shipped reports, in the order of a page.
pub fn names() -> impl Iterator<Item = &'static str> {
    shipped::REPORTS.iter().map(|(name, _, _)| *name)
}

/// One shipped report.
///
/// # Errors
/// [`Error::Usage`] naming the reports there are; [`Error::Query`] when the shipped text is faulty.
pub fn definition(name: &str) -> Result<Definition> {
    let Some((name, sql, text)) = shipped::REPORTS.iter().find(|(shipped, _, _)| *shipped == name) else {
        let all: Vec<&str> = names().collect();
        return Err(Error::Usage(format!("there is no report '{name}'; the reports are {}", all.join(", "))));
    };
    Definition::parse(name, sql, text)
}

impl Definition {
    /// Reads a definition from the text of its query and the text that says how the rows are shown.
    ///
    /// # Errors
    /// [`Error::Query`] when the second is faulty.
    pub fn parse(name: &str, sql: &str, text: &str) -> Result<Definition> {
        let mut definition: Definition = toml::from_str(text).map_err(|e| faulty(name, &e))?;
        definition.name = name.to_owned();
        definition.sql = sql.to_owned();
        Ok(definition)
    }
}

fn faulty(name: &str, error: &toml::de::Error) -> Error {
    Error::Query(format!("the definition of report {name} is faulty: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_definition_can_be_read_and_its_chart_uses_its_columns() {
        let labels = Labels::shipped().unwrap();
        for name in names() {
            let report = definition(name).unwrap();
            let columns: Vec<&str> = report.columns.iter().map(|c| c.name.of(Lang::Da)).collect();
            if let Some(chart) = &report.chart {
                for used in chart.y.iter().chain([&chart.x]).chain(&chart.series) {
                    assert!(columns.contains(&used.as_str()), "{name}: the chart uses {used}");
                }
            }
            for set in report.columns.iter().filter_map(|c| c.labels.as_ref()) {
                assert!(labels.0.contains_key(set), "{name}: there is no set of labels {set}");
            }
            assert!(report.sql.starts_with("-- One row"), "{name}: the query does not say what a row means");
        }
        assert!(definition("nope").unwrap_err().to_string().contains("payments_by_benefit"));
    }
}
