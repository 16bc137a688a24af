//! Cases as SQL: one statement a function, one row a case.

use std::collections::BTreeMap;

use advisql::Engine;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::execution::FunctionRegistry;
use toml::Value;

use super::file::{Case, is_date};

/// What is wrong, by position in `cases`.
pub async fn run(engine: &Engine, cases: &[&Case]) -> Vec<(usize, String)> {
    let mut failures = Vec::new();
    let mut by_function: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, case) in cases.iter().enumerate() {
        by_function.entry(&case.function).or_default().push(i);
    }
    for (function, members) in by_function {
        let fail = |i: usize, why: String| (i, format!("{}: {why}", cases[i].id));
        let Some(arguments) = arguments(engine, function) else {
            failures.extend(members.iter().map(|i| fail(*i, format!("there is no function {function}"))));
            continue;
        };
        let mut together = Vec::new();
        for i in members {
            let unknown = cases[i].facts.keys().find(|fact| !arguments.names.contains(fact));
            match (unknown, &cases[i].error) {
                (Some(fact), _) => failures.push(fail(i, format!("{function} has no argument {fact}"))),
                (None, Some(expected)) => {
                    let why = match results(engine, &arguments, &[cases[i]]).await {
                        Ok(_) => format!("expected the error {expected}, got a result"),
                        Err(error) if error.contains(expected) => continue,
                        Err(error) => format!("expected the error {expected}, got {error}"),
                    };
                    failures.push(fail(i, why));
                }
                (None, None) => together.push(i),
            }
        }
        let chosen: Vec<&Case> = together.iter().map(|i| cases[*i]).collect();
        match results(engine, &arguments, &chosen).await {
            Err(error) => failures.extend(together.iter().map(|i| fail(*i, error.clone()))),
            Ok(column) => {
                for (row, i) in together.into_iter().enumerate() {
                    if let Err(why) = compare(&column, row, cases[i]) {
                        failures.push(fail(i, why));
                    }
                }
            }
        }
    }
    failures
}

/// A function and the names of its arguments; `named` where SQL can name them.
struct Arguments {
    function: String,
    names: Vec<String>,
    named: bool,
}

fn arguments(engine: &Engine, function: &str) -> Option<Arguments> {
    let udf = engine.context().state().udf(function).ok()?;
    let named = udf.signature().parameter_names.clone();
    let documented =
        || Some(udf.documentation()?.arguments.iter().flatten().map(|(name, _)| name.clone()).collect());
    Some(Arguments {
        function: function.to_owned(),
        named: named.is_some(),
        names: named.or_else(documented).unwrap_or_default(),
    })
}

/// The results of the cases, one row each in their order.
async fn results(engine: &Engine, arguments: &Arguments, cases: &[&Case]) -> Result<ArrayRef, String> {
    let used: Vec<&String> = arguments
        .names
        .iter()
        .filter(|name| cases.iter().any(|case| case.facts.contains_key(name.as_str())))
        .collect();
    let types: Vec<String> = used.iter().map(|name| sql_type(cases, name)).collect();
    let rows: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(row, case)| {
            let values = used.iter().zip(&types).map(|(name, sql_type)| {
                let value = case.facts.get(name.as_str()).map_or("NULL".to_owned(), literal);
                format!(", CAST({value} AS {sql_type})")
            });
            format!("({row}{})", values.collect::<String>())
        })
        .collect();
    // Optional arguments at the end of an unnamed list are left out.
    let last = arguments.names.iter().rposition(|name| used.contains(&name)).map_or(0, |at| at + 1);
    let asked = if arguments.named { arguments.names.len() } else { last };
    let call: Vec<String> = arguments.names[..asked]
        .iter()
        .map(|name| {
            let value = if used.contains(&name) { format!("c.\"{name}\"") } else { "NULL".to_owned() };
            if arguments.named { format!("{name} => {value}") } else { value }
        })
        .collect();
    let columns: String = used.iter().map(|name| format!(", \"{name}\"")).collect();
    let sql = format!(
        "SELECT {}({}) AS result FROM (VALUES {}) AS c (n{columns}) ORDER BY n",
        arguments.function,
        call.join(", "),
        rows.join(", ")
    );
    let frame = engine.sql(&sql).await.map_err(|e| e.to_string())?;
    let batches = frame.collect().await.map_err(|e| e.to_string())?;
    let columns: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(0).as_ref()).collect();
    let column = arrow::compute::concat(&columns).map_err(|e| e.to_string())?;
    match column.len() == cases.len() {
        true => Ok(column),
        false => Err(format!("{} rows for {} cases", column.len(), cases.len())),
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// The type of one argument: what its values in all cases have in common.
fn sql_type(cases: &[&Case], name: &str) -> String {
    let values: Vec<&Value> = cases.iter().filter_map(|case| case.facts.get(name)).collect();
    let inner: Vec<&Value> = match values.iter().any(|v| v.is_array()) {
        true => values.iter().filter_map(|v| v.as_array()).flatten().collect(),
        false => values.clone(),
    };
    let texts: Vec<&str> = inner.iter().filter_map(|v| v.as_str()).filter(|t| *t != "NULL").collect();
    let base = if inner.iter().any(|v| v.is_bool()) {
        "BOOLEAN"
    } else if !texts.is_empty() && texts.iter().all(|t| is_date(t)) {
        "DATE"
    } else if !texts.is_empty() && texts.iter().all(|t| is_decimal(t)) {
        "DECIMAL(18, 2)"
    } else if texts.is_empty() {
        "BIGINT"
    } else {
        "VARCHAR"
    };
    if values.iter().any(|v| v.is_array()) { format!("{base}[]") } else { base.to_owned() }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text == "NULL" => "NULL".to_owned(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Array(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// The fields a case expects, against one row.
fn compare(column: &ArrayRef, row: usize, case: &Case) -> Result<(), String> {
    let mut wrong = Vec::new();
    for (name, expected) in &case.expected {
        let field = match column.data_type() {
            DataType::Struct(_) => column.as_struct().column_by_name(name),
            _ if name == "value" => Some(column),
            _ => None,
        };
        let Some(field) = field else {
            wrong.push(format!("the result has no field {name}"));
            continue;
        };
        let (got, expected) = (shown(field, row), literal(expected).trim_matches('\'').to_owned());
        if !equal(field, row, &got, &expected) {
            let missing = match column.data_type() {
                DataType::Struct(_) => column.as_struct().column_by_name("missing").map(|m| shown(m, row)),
                _ => None,
            };
            let missing = missing.map_or(String::new(), |m| format!(" (missing: {m})"));
            wrong.push(format!("{name} is {got}, expected {expected}{missing}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

fn shown(column: &ArrayRef, row: usize) -> String {
    let options = FormatOptions::default().with_null("NULL");
    ArrayFormatter::try_new(column.as_ref(), &options).unwrap().value(row).to_string()
}

/// Decimals are equal when their digits are, whatever the zeros at the end.
fn equal(column: &ArrayRef, row: usize, got: &str, expected: &str) -> bool {
    match column.data_type() {
        DataType::Decimal128(_, scale) if column.is_valid(row) && is_decimal(expected) => {
            unscaled(expected, *scale) == Some(column.as_primitive::<Decimal128Type>().value(row))
        }
        _ => got == expected,
    }
}

fn unscaled(text: &str, scale: i8) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let scale = usize::try_from(scale).ok().filter(|scale| fraction.len() <= *scale)?;
    format!("{whole}{fraction}{}", "0".repeat(scale - fraction.len())).parse().ok()
}
