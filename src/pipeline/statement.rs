//! One `SELECT` of a pipeline: parsed once, checked for what would make a run irreproducible, normalised for
//! the fingerprint, and bound to the parameters of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::sql::parser::Statement as PlannedStatement;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Query, Spanned, Statement as Ast, TableFactor, TimezoneInfo, TypedString, Value, Visit,
    Visitor, visit_expressions_mut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::error::{Error, Result};
use crate::session::NEWEST;

/// Functions whose result depends on when or how often a query runs. Days come from parameters and ids from
/// keys, so that the same input gives the same bytes.
const IRREPRODUCIBLE: [&str; 10] = [
    "now",
    "random",
    "uuid",
    "today",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "getdate",
];

/// A value that a run gives to the placeholder of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// A day, `DATE`.
    Day(NaiveDate),
    /// An instant, `TIMESTAMP` in UTC.
    Instant(DateTime<Utc>),
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl Parameter {
    fn literal(&self, at: &Expr) -> Expr {
        let (data_type, text) = match self {
            Parameter::Text(text) => {
                return Expr::Value(Value::SingleQuotedString(text.clone()).with_span(at.span()));
            }
            Parameter::Number(number) => {
                return Expr::Value(Value::Number(number.to_string(), false).with_span(at.span()));
            }
            Parameter::Day(day) => (DataType::Date, day.to_string()),
            Parameter::Instant(instant) => (
                DataType::Timestamp(None, TimezoneInfo::WithTimeZone),
                instant.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            ),
        };
        let value = Value::SingleQuotedString(text).with_span(at.span());
        Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })
    }
}

/// The parameters of a run by name, without the dollar sign.
pub type Parameters = BTreeMap<&'static str, Parameter>;

/// One checked `SELECT`.
#[derive(Debug, Clone)]
pub struct Statement {
    ast: Ast,
    tables: BTreeSet<String>,
    placeholders: BTreeSet<String>,
    ordered: bool,
}

impl Statement {
    /// Parses and checks the text of one file.
    ///
    /// # Errors
    /// [`Error::Pipeline`] naming `file` when it is not exactly one `SELECT` or calls an irreproducible
    /// function.
    pub fn parse(file: &str, text: &str) -> Result<Statement> {
        let faulty = |why: String| Error::Pipeline(format!("{file}: {why}"));
        let mut parsed = Parser::parse_sql(&GenericDialect {}, text).map_err(|e| faulty(e.to_string()))?;
        let ast = match (parsed.pop(), parsed.is_empty()) {
            (Some(ast @ Ast::Query(_)), true) => ast,
            _ => return Err(faulty("a step, gate or check is exactly one SELECT".into())),
        };
        let mut findings = Findings::default();
        let _ = ast.visit(&mut findings);
        if let Some(name) = findings.irreproducible {
            return Err(faulty(format!(
                "{name} gives another result at another time; use $period or another parameter"
            )));
        }
        let ordered = matches!(&ast, Ast::Query(query) if query.order_by.is_some());
        let tables = findings.tables.difference(&findings.defined).cloned().collect();
        Ok(Statement { ast, tables, placeholders: findings.placeholders, ordered })
    }

    /// The statement in one layout, without comments: what the fingerprint is made of.
    pub fn normalised(&self) -> String {
        self.ast.to_string()
    }

    /// The tables it reads: `run.<step>`, a schema's table, or a table of the store.
    pub fn tables(&self) -> &BTreeSet<String> {
        &self.tables
    }

    /// The parameters it uses.
    pub fn placeholders(&self) -> &BTreeSet<String> {
        &self.placeholders
    }

    /// Whether its rows come in a stated order.
    pub fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// The statement with typed literals in place of its parameters, ready to be planned. (Placeholders that
    /// reach the planner have no type where a function is called on them.)
    ///
    /// # Errors
    /// [`Error::Pipeline`] when a parameter has no value.
    pub fn bind(&self, parameters: &Parameters) -> Result<PlannedStatement> {
        if let Some(unknown) = self.placeholders.iter().find(|p| !parameters.contains_key(p.as_str())) {
            return Err(Error::Pipeline(format!("there is no parameter ${unknown}")));
        }
        let mut ast = self.ast.clone();
        let _ = visit_expressions_mut(&mut ast, |expr| {
            if let Some(value) = placeholder(expr).and_then(|name| parameters.get(name)) {
                *expr = value.literal(expr);
            }
            ControlFlow::<()>::Continue(())
        });
        Ok(PlannedStatement::Statement(Box::new(ast)))
    }
}

fn placeholder(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Placeholder(name) => name.strip_prefix('$'),
            _ => None,
        },
        _ => None,
    }
}

/// What a walk over the statement finds.
#[derive(Default)]
struct Findings {
    tables: BTreeSet<String>,
    defined: BTreeSet<String>,
    placeholders: BTreeSet<String>,
    irreproducible: Option<String>,
}

impl Visitor for Findings {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            self.defined.extend(with.cte_tables.iter().map(|cte| cte.alias.name.value.clone()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor {
            let name = name.to_string();
            // The newest rows of a table are read from the table.
            let table = name.strip_prefix(NEWEST).and_then(|rest| rest.strip_prefix('.'));
            self.tables.insert(table.unwrap_or(&name).to_owned());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Some(name) = placeholder(expr) {
            self.placeholders.insert(name.to_owned());
        }
        if let Expr::Function(function) = expr {
            let name = function.name.to_string().to_lowercase();
            if IRREPRODUCIBLE.contains(&name.as_str()) {
                self.irreproducible = Some(name);
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_tables_placeholders_and_order() {
        let s = Statement::parse(
            "x.sql",
            "-- note\nWITH a AS (SELECT * FROM newest.cases) SELECT * FROM a JOIN run.facts f ON f.x = a.x \
             WHERE d = $period AND EXISTS (SELECT 1 FROM law.rates) ORDER BY 1",
        )
        .unwrap();
        let tables: Vec<&str> = s.tables().iter().map(String::as_str).collect();
        assert_eq!(tables, ["cases", "law.rates", "run.facts"]);
        assert!(s.placeholders().contains("period") && s.is_ordered());
    }

    #[test]
    fn layout_and_comments_do_not_count() {
        let normalised = |text| Statement::parse("x.sql", text).unwrap().normalised();
        assert_eq!(
            normalised("-- one\nselect a,\n   b from t -- two"),
            normalised("SELECT a, b /* three */ FROM t")
        );
        assert_ne!(normalised("SELECT a FROM t"), normalised("SELECT b FROM t"));
    }

    #[test]
    fn refuses_what_is_not_one_reproducible_select() {
        for text in [
            "DELETE FROM payments",
            "SELECT 1; SELECT 2",
            "",
            "SELECT now()",
            "SELECT current_date",
            "SELECT a FROM t WHERE EXISTS (SELECT uuid())",
            "SELECT Random() FROM t",
        ] {
            assert!(matches!(Statement::parse("x.sql", text), Err(Error::Pipeline(_))), "{text}");
        }
    }

    #[test]
    fn binds_typed_literals_and_names_what_is_missing() {
        let s = Statement::parse("x.sql", "SELECT f($period), $run_id").unwrap();
        let day = Parameter::Day(NaiveDate::from_ymd_opt(2022, 12, 1).unwrap());
        let mut parameters = Parameters::from([("period", day)]);
        assert!(s.bind(&parameters).unwrap_err().to_string().contains("$run_id"));
        parameters.insert("run_id", Parameter::Text("it's".into()));
        let PlannedStatement::Statement(ast) = s.bind(&parameters).unwrap() else { panic!("not SQL") };
        assert_eq!(ast.to_string(), "SELECT f(DATE '2022-12-01'), 'it''s'");
    }
}
