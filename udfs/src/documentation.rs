//! One layout for the documentation of every function, written as DataFusion's [`Documentation`] so that
//! any host can show it, and read back by the function reference.

use datafusion_doc::{DocSection, Documentation};

/// Marks the paragraph that says what comes out.
pub(crate) const RETURNS: &str = "Returns: ";
/// Marks the paragraph that says when NULL comes out.
pub(crate) const NULLS: &str = "NULL: ";
/// Marks the paragraph that names the rule's source.
pub(crate) const SOURCE: &str = "Source: ";

/// A query over one value, and the value it prints.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The query, without the closing semicolon.
    pub sql: &'static str,
    /// The name of the only column it gives.
    pub column: &'static str,
    /// The only value it gives, as printed.
    pub value: &'static str,
}

impl Example {
    /// The query as typed and the table as printed.
    pub(crate) fn render(&self) -> String {
        let width = self.column.chars().count().max(self.value.chars().count());
        let line = "-".repeat(width + 2);
        format!(
            "```sql\n> {};\n+{line}+\n| {:<width$} |\n+{line}+\n| {:<width$} |\n+{line}+\n```",
            self.sql, self.column, self.value
        )
    }
}

/// Everything a reader needs to know about one function.
#[derive(Debug, Clone, Copy)]
pub struct DocText {
    /// The family the function belongs to, as shown in the reference.
    pub family: &'static str,
    /// The call, for example `bank_day_add(date, n)`.
    pub syntax: &'static str,
    /// What the function does, with the limits of the rule.
    pub description: &'static str,
    /// Name and meaning of each argument, with its unit.
    pub arguments: &'static [(&'static str, &'static str)],
    /// Type, unit and range of the result.
    pub returns: &'static str,
    /// When the result is NULL.
    pub nulls: &'static str,
    /// Where the rule comes from; "definition" where advisql itself defines it.
    pub source: &'static str,
    /// A query and what it prints.
    pub example: Example,
}

impl DocText {
    /// The text in DataFusion's form.
    pub fn build(&self) -> Documentation {
        let section = DocSection { include: true, label: self.family, description: None };
        let description = format!(
            "{}\n\n{RETURNS}{}\n\n{NULLS}{}\n\n{SOURCE}{}",
            self.description, self.returns, self.nulls, self.source
        );
        let builder =
            Documentation::builder(section, description, self.syntax).with_sql_example(self.example.render());
        self.arguments
            .iter()
            .fold(builder, |builder, (name, text)| builder.with_argument(*name, *text))
            .build()
    }
}
