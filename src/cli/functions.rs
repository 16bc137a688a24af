//! `advisql functions`: the reference of every function.

use advisql_udfs::{FunctionDoc, functions_reference};
use clap::Args;
use serde_json::json;

use super::Global;
use super::open::{self, Reading};
use super::output::Output;
use crate::error::Result;
use crate::session::Engine;

/// Print every function with its arguments, units, law source and an example
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  advisql functions\n  advisql functions cpr\n  advisql functions --markdown > functions.md"
)]
pub(super) struct FunctionsArgs {
    /// Only functions whose name or family holds this text
    pattern: Option<String>,
    /// Print a Markdown page
    #[arg(long)]
    markdown: bool,
}

pub(super) async fn run(args: FunctionsArgs, global: &Global, output: &Output) -> Result<()> {
    let engine = open::engine("-", &Reading::default(), global).await?;
    let wanted = args.pattern.unwrap_or_default().to_lowercase();
    let functions: Vec<FunctionDoc> = functions_reference(engine.rates())?
        .into_iter()
        .filter(|f| f.name.contains(&wanted) || f.family.to_lowercase().contains(&wanted))
        .collect();
    if output.is_json() {
        return output.json(&functions.iter().map(as_json).collect::<Vec<_>>());
    }
    output.line(if args.markdown { markdown(&functions) } else { text(&functions) }.trim_end())
}

/// Call and first sentence of every function, for the shell.
pub(super) fn summary(engine: &Engine) -> Result<Vec<(String, String)>> {
    let functions = functions_reference(engine.rates())?;
    Ok(functions.into_iter().map(|f| (f.syntax, first_sentence(&f.description).replace('\n', " "))).collect())
}

/// A text up to the end of its first sentence.
pub(super) fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |at| &text[..=at])
}

fn text(functions: &[FunctionDoc]) -> String {
    let mut page = String::new();
    let mut family = "";
    for function in functions {
        if function.family != family {
            family = &function.family;
            page.push_str(&format!("{}\n{}\n\n", family, "═".repeat(family.chars().count())));
        }
        page.push_str(&format!("{}\n", function.syntax));
        page.push_str(&indent(&function.description));
        for argument in &function.arguments {
            page.push_str(&indent(&format!("{}: {}", argument.name, argument.description)));
        }
        page.push_str(&indent(&format!("Returns: {}", function.returns)));
        page.push_str(&indent(&format!("NULL: {}", function.nulls)));
        page.push_str(&indent(&format!("Source: {}", function.source)));
        page.push_str(&indent(&format!("Example: {}\n{}", function.example_sql, function.example_output)));
        page.push('\n');
    }
    page
}

fn markdown(functions: &[FunctionDoc]) -> String {
    let mut page = "# Functions\n\nWritten by `advisql functions --markdown`.\n\n".to_owned();
    let mut family = "";
    for function in functions {
        if function.family != family {
            family = &function.family;
            page.push_str(&format!("## {family}\n\n"));
        }
        page.push_str(&format!("### `{}`\n\n{}\n\n", function.syntax, function.description));
        for argument in &function.arguments {
            page.push_str(&format!("- `{}`: {}\n", argument.name, argument.description));
        }
        if !function.arguments.is_empty() {
            page.push('\n');
        }
        page.push_str(&format!("Returns: {}\n\n", function.returns));
        page.push_str(&format!("NULL: {}\n\n", function.nulls));
        page.push_str(&format!("Source: {}\n\n", function.source));
        let (query, result) = (&function.example_sql, &function.example_output);
        page.push_str(&format!("```sql\n{query}\n-- {}\n```\n\n", result.replace('\n', "\n-- ")));
    }
    page
}

fn as_json(function: &FunctionDoc) -> serde_json::Value {
    let arguments: Vec<_> =
        function.arguments.iter().map(|a| json!({ "name": a.name, "description": a.description })).collect();
    json!({
        "name": function.name,
        "kind": function.kind,
        "family": function.family,
        "syntax": function.syntax,
        "description": function.description,
        "arguments": arguments,
        "returns": function.returns,
        "nulls": function.nulls,
        "source": function.source,
        "example": { "sql": function.example_sql, "output": function.example_output },
    })
}

/// Paragraphs set in from the left.
fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect()
}
