//! The function reference, read from the documentation every registered function carries.

use std::sync::Arc;

use datafusion_common::{Result, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{AggregateUDF, ScalarUDF};

use crate::documentation::{NULLS, RETURNS, SOURCE};

/// One argument of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentDoc {
    /// The name in the reference and in error messages.
    pub name: String,
    /// Meaning, type and unit.
    pub description: String,
}

/// One line of the function reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionDoc {
    /// The name used in SQL.
    pub name: String,
    /// `scalar` or `aggregate`.
    pub kind: &'static str,
    /// The family it belongs to: CPR, calendar, period, law …
    pub family: String,
    /// The call with its arguments.
    pub syntax: String,
    /// What it does.
    pub description: String,
    /// Its arguments in order; empty only for a function without arguments.
    pub arguments: Vec<ArgumentDoc>,
    /// Type, unit and range of the result.
    pub returns: String,
    /// When the result is NULL.
    pub nulls: String,
    /// Where the rule comes from.
    pub source: String,
    /// A query that shows it.
    pub example_sql: String,
    /// What that query prints.
    pub example_output: String,
}

/// Describes the functions, sorted by family and name.
pub(crate) fn describe(
    scalars: &[Arc<ScalarUDF>],
    aggregates: &[Arc<AggregateUDF>],
) -> Result<Vec<FunctionDoc>> {
    let scalars = scalars.iter().map(|f| read(f.name(), "scalar", f.documentation()));
    let aggregates = aggregates.iter().map(|f| read(f.name(), "aggregate", f.documentation()));
    let mut all = scalars.chain(aggregates).collect::<Result<Vec<_>>>()?;
    all.sort_by(|a, b| (&a.family, &a.name).cmp(&(&b.family, &b.name)));
    Ok(all)
}

fn read(name: &str, kind: &'static str, documentation: Option<&Documentation>) -> Result<FunctionDoc> {
    let Some(doc) = documentation else {
        return plan_err!("function {name} has no documentation");
    };
    let paragraph = |mark: &str| {
        let found = doc.description.split("\n\n").find_map(|p| p.trim().strip_prefix(mark));
        match found {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => plan_err!("the documentation of {name} has no paragraph `{}`", mark.trim()),
        }
    };
    let marks = [RETURNS, NULLS, SOURCE];
    let description = doc
        .description
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !marks.iter().any(|mark| p.starts_with(mark)))
        .collect::<Vec<_>>()
        .join("\n\n");
    let (example_sql, example_output) = example(name, doc)?;
    Ok(FunctionDoc {
        name: name.to_owned(),
        kind,
        family: doc.doc_section.label.to_owned(),
        syntax: doc.syntax_example.clone(),
        description,
        arguments: doc
            .arguments
            .iter()
            .flatten()
            .map(|(name, text)| ArgumentDoc { name: name.clone(), description: text.clone() })
            .collect(),
        returns: paragraph(RETURNS)?,
        nulls: paragraph(NULLS)?,
        source: paragraph(SOURCE)?,
        example_sql,
        example_output,
    })
}

/// The query (after `> `, up to the semicolon) and the printed lines below it.
fn example(name: &str, doc: &Documentation) -> Result<(String, String)> {
    let text = doc.sql_example.as_deref().unwrap_or_default().trim();
    let body = text.trim_start_matches("```sql").trim_end_matches("```").trim();
    match body.strip_prefix("> ").and_then(|rest| rest.split_once(";\n")) {
        Some((sql, output)) => Ok((sql.to_owned(), output.trim_end().to_owned())),
        None => plan_err!("the documentation of {name} has no example of the form `> query;` and its output"),
    }
}
