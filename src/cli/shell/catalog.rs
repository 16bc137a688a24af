//! What there is to query: for `\d`, `\df` and completion.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::TableReference;

use super::super::functions::{self, first_sentence};
use super::super::output::Output;
use crate::error::{Error, Result};
use crate::session::Engine;
use crate::store::contract::{contracts, simulated};
use crate::views::VIEWS;

const TABLES: &str = "select table_schema, table_name, table_type from information_schema.tables \
                      where table_schema <> 'information_schema' \
                      order by case table_schema when 'public' then 1 when 'report' then 2 when 'law' then 3 else 4 end, \
                      1, 2";

/// What one row of a table of `law` or `sys` means.
const MEANINGS: &[(&str, &str)] = &[
    ("law.accounts", "One grouping of the chart of accounts that a benefit is booked on"),
    ("law.bank_days", "One day from 1900 to 2199: whether banks are open, and if not, why"),
    ("law.cpr_statuses", "One status of a person in the population register"),
    ("law.event_types", "One kind of advis"),
    ("law.glossary", "One term in English and Danish"),
    ("law.kle", "One subject of the municipalities' classification (KLE)"),
    ("law.municipalities", "One municipality"),
    ("law.order_of_operations", "One step on the way from grants to what is paid out, in order"),
    ("law.parameters", "One question that the law leaves open and a store must answer"),
    ("law.rates", "One dated amount of the law, shipped or added by the store"),
    ("law.rounding_rules", "One rule of rounding"),
    ("law.rules", "One rule that decides an amount, with its paragraph"),
    ("law.task_types", "One kind of task"),
    ("sys.checks", "One gate or check of a run, and each row it found"),
    ("sys.columns", "One column of one table, with what it means"),
    ("sys.commits", "One commit of the store"),
    ("sys.files", "One file of one table"),
    ("sys.functions", "One function, with source and example"),
    ("sys.lineage", "One table that a step of a run read"),
    ("sys.rejects", "One row of a delivery that was not taken in, and why"),
    ("sys.runs", "One run of a pipeline, and what became of it"),
    ("sys.settings", "One setting of the session, with its reason"),
    ("sys.steps", "One step of a run"),
    ("sys.tables", "One table, with its key and order"),
];

const COLUMNS: &str = "select distinct column_name from information_schema.columns \
                       where table_schema <> 'information_schema'";

const KEYWORDS: &[&str] = &[
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COUNT",
    "DATE",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FILTER",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OVER",
    "PARTITION",
    "QUALIFY",
    "RIGHT",
    "SELECT",
    "THEN",
    "TRUE",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
];

/// Words for completion.
pub(super) async fn words(engine: &Engine) -> Result<Vec<String>> {
    let mut words: Vec<String> = KEYWORDS.iter().map(|word| (*word).to_owned()).collect();
    for row in texts(engine, TABLES).await? {
        words.push(qualified(&row[0], &row[1]));
    }
    words.extend(texts(engine, COLUMNS).await?.into_iter().flatten());
    let state = engine.context().state();
    words.extend(state.scalar_functions().keys().cloned());
    words.extend(state.aggregate_functions().keys().cloned());
    words.extend(state.window_functions().keys().cloned());
    Ok(words)
}

/// `\d`: tables and views with what one row means.
pub(super) async fn list_tables(engine: &Engine, output: &Output) -> Result<()> {
    let contracts = contracts()?;
    let rows = texts(engine, TABLES).await?;
    let lines = rows.iter().map(|row| {
        let name = qualified(&row[0], &row[1]);
        let of_table = |table: &str| contracts.get(table).map(|contract| contract.row.clone());
        let meaning = match row[0].as_str() {
            "public" => of_table(&row[1]),
            "simulated" => of_table(&simulated(&row[1])),
            "report" => view_meaning(&row[1]).map(|text| first_sentence(&text).to_owned()),
            _ => meaning(&name).map(str::to_owned),
        };
        (name, meaning.unwrap_or_default())
    });
    print_pairs(lines.collect(), output)
}

/// `\d TABLE`: columns with type and meaning.
pub(super) async fn describe(engine: &Engine, table: &str, output: &Output) -> Result<()> {
    let reference = TableReference::parse_str(table);
    let frame = engine
        .context()
        .table(reference.clone())
        .await
        .map_err(|_| Error::Query(format!("there is no table or view '{table}': \\d lists them")))?;
    let contract = contracts()?.get(reference.table()).filter(|_| reference.schema().is_none());
    if let Some(contract) = contract {
        output.line(format!("{}; sorted by {}", contract.row, contract.sort.join(", ")))?;
    }
    if let Some(meaning) = meaning(table) {
        output.line(meaning)?;
    }
    if let Some(meaning) = view_meaning(reference.table()).filter(|_| reference.schema() == Some("report")) {
        output.line(meaning)?;
    }
    let lines = frame.schema().fields().iter().map(|field| {
        let column = contract.and_then(|c| c.column(field.name()));
        let mut meaning = type_name(field.data_type());
        if let Some((_, column)) = column {
            meaning = format!("{meaning:15} {}", column.description);
            if !column.codes.is_empty() {
                meaning.push_str(&format!(" ({})", column.codes.join(", ")));
            }
        }
        (field.name().clone(), meaning)
    });
    print_pairs(lines.collect(), output)
}

/// `\df`: functions whose name holds `pattern`.
pub(super) fn list_functions(engine: &Engine, pattern: Option<&str>, output: &Output) -> Result<()> {
    let wanted = pattern.unwrap_or_default().to_lowercase();
    let found: Vec<(String, String)> =
        functions::summary(engine)?.into_iter().filter(|(syntax, _)| syntax.contains(&wanted)).collect();
    print_pairs(found, output)
}

fn print_pairs(pairs: Vec<(String, String)>, output: &Output) -> Result<()> {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
    for (name, text) in pairs {
        output.line(format!("{name:width$}  {text}").trim_end())?;
    }
    Ok(())
}

/// What one row of a table of `law` or `sys` means.
fn meaning(table: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|(name, _)| *name == table).map(|(_, meaning)| *meaning)
}

/// What one row of a view of schema `report` means: the comment at the head of its file.
fn view_meaning(view: &str) -> Option<String> {
    let (_, sql) = VIEWS.iter().find(|(name, _)| *name == view)?;
    let lines: Vec<&str> = sql.lines().map_while(|line| line.strip_prefix("-- ")).collect();
    let text = lines.join(" ");
    let meaning = text.strip_prefix("One row: ").unwrap_or(&text);
    let (first, rest) = meaning.split_at_checked(1)?;
    Some(format!("{}{rest}", first.to_uppercase()))
}

/// The name to write in a query: tables of the default schema need no schema.
fn qualified(schema: &str, table: &str) -> String {
    if schema == "public" { table.to_owned() } else { format!("{schema}.{table}") }
}

/// The SQL name of a type, for readers.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Dictionary(_, value) => type_name(value),
        DataType::Int64 => "bigint".to_owned(),
        DataType::Int32 => "integer".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Timestamp(_, _) => "timestamp".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

/// All rows of a system query as texts; NULL is empty.
async fn texts(engine: &Engine, query: &str) -> Result<Vec<Vec<String>>> {
    let batches = engine.sql(query).await?.collect().await?;
    batches.iter().map(rows_of).collect::<Result<Vec<_>>>().map(|parts| parts.into_iter().flatten().collect())
}

fn rows_of(batch: &RecordBatch) -> Result<Vec<Vec<String>>> {
    let columns =
        batch.columns().iter().map(|c| Ok(cast(c, &DataType::Utf8)?)).collect::<Result<Vec<_>>>()?;
    let text = |column: &arrow::array::ArrayRef, row| {
        let column = column.as_string::<i32>();
        if column.is_null(row) { String::new() } else { column.value(row).to_owned() }
    };
    Ok((0..batch.num_rows()).map(|row| columns.iter().map(|c| text(c, row)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::session::EngineBuilder;

    #[tokio::test]
    async fn every_table_of_law_and_sys_says_what_a_row_means() {
        let store = Arc::new(object_store::memory::InMemory::new());
        let store = crate::store::Store::on(store, "memory://test").await.unwrap();
        let engine = EngineBuilder::new().open_store(store).build().await.unwrap();
        let rows = texts(&engine, TABLES).await.unwrap();
        let names: Vec<String> = rows
            .iter()
            .filter(|row| ["law", "sys"].contains(&row[0].as_str()))
            .map(|row| qualified(&row[0], &row[1]))
            .collect();
        let described: Vec<&str> = MEANINGS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, described);
    }

    #[tokio::test]
    async fn there_are_words_to_complete_without_a_store() {
        let engine = EngineBuilder::new().build().await.unwrap();
        let words = words(&engine).await.unwrap();
        assert!(["cpr_is_valid", "law.rates"].iter().all(|word| words.iter().any(|w| w == word)));
    }
}
