//! The contracts of the tables: columns, types, codes, keys and sort order, read from `contracts.toml`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::Deserialize;

use crate::error::{Error, Result};

/// What a column holds; decides its Arrow type and how text of a delivery is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Dense surrogate key or count, `BIGINT`.
    Id,
    /// Small whole number, `INTEGER`.
    Int,
    /// Text.
    Text,
    /// Short text of a closed or open set; dictionary-encoded in the files.
    Code,
    /// Civil registration number: ten digits as text.
    Cpr,
    /// Truth value.
    Bool,
    /// Day.
    Date,
    /// Inclusive first day of a half-open period.
    From,
    /// Exclusive end of a half-open period; the open end is 2200-01-01.
    To,
    /// First day of a month.
    Month,
    /// Kroner, `DECIMAL(12,2)`.
    Money,
    /// Hours, `DECIMAL(9,2)`.
    Hours,
    /// A dated amount of the law in its own unit, `DECIMAL(14,4)`.
    Amount,
    /// Instant in UTC, microseconds.
    Instant,
}

impl Kind {
    /// The Arrow type of a column of this kind.
    pub fn data_type(self) -> DataType {
        match self {
            Kind::Id => DataType::Int64,
            Kind::Int => DataType::Int32,
            Kind::Text | Kind::Code | Kind::Cpr => DataType::Utf8View,
            Kind::Bool => DataType::Boolean,
            Kind::Date | Kind::From | Kind::To | Kind::Month => DataType::Date32,
            Kind::Money => DataType::Decimal128(12, 2),
            Kind::Hours => DataType::Decimal128(9, 2),
            Kind::Amount => DataType::Decimal128(14, 4),
            Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// One column of a contract.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name in SQL and in the files.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether the value may be unknown.
    pub nullable: bool,
    /// Allowed values; empty: any.
    pub codes: Vec<String>,
    /// What it means, for readers.
    pub description: String,
}

/// One table: what a row means, its columns, key and sort order.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Name of the table.
    pub name: String,
    /// What one row means.
    pub row: String,
    /// Columns in file order.
    pub columns: Vec<Column>,
    /// Columns that are unique together within one `registered_at`.
    pub key: Vec<String>,
    /// Columns every file is sorted by, ascending, NULL first.
    pub sort: Vec<String>,
    schema: SchemaRef,
}

impl Contract {
    /// Arrow schema of the table.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Position and description of a column.
    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, c)| c.name == name)
    }
}

#[derive(Deserialize)]
struct RawContract {
    row: String,
    key: Vec<String>,
    sort: Vec<String>,
    columns: toml::Table,
}

/// Text of all contracts as shipped.
pub const CONTRACTS: &str = include_str!("contracts.toml");

static ALL: LazyLock<std::result::Result<BTreeMap<String, Arc<Contract>>, String>> =
    LazyLock::new(|| parse(CONTRACTS).map(with_simulated));

/// Tables a pipeline publishes to. A simulated run writes the same rows to the table's twin, so that they can
/// be queried and compared without being what the municipality has paid.
const PUBLISHED_BY_RUNS: [&str; 3] = ["calculations", "payments", "tasks"];

/// Name of the table that holds the rows of simulated runs in place of `table`.
pub fn simulated(table: &str) -> String {
    format!("simulated_{table}")
}

/// Whether pipeline runs publish to `table`, in earnest or simulated.
pub fn is_published_by_runs(table: &str) -> bool {
    PUBLISHED_BY_RUNS.contains(&table.strip_prefix("simulated_").unwrap_or(table))
}

fn with_simulated(mut all: BTreeMap<String, Arc<Contract>>) -> BTreeMap<String, Arc<Contract>> {
    for table in PUBLISHED_BY_RUNS {
        if let Some(contract) = all.get(table) {
            let mut twin = Contract::clone(contract);
            twin.name = simulated(table);
            twin.row = format!("{}, of a simulated run", twin.row);
            all.insert(twin.name.clone(), Arc::new(twin));
        }
    }
    all
}

/// All contracts by table name.
///
/// # Errors
/// [`Error::Contract`] when the shipped text is faulty.
pub fn contracts() -> Result<&'static BTreeMap<String, Arc<Contract>>> {
    ALL.as_ref().map_err(|e| Error::Contract(format!("shipped contracts: {e}")))
}

/// The contract of one table.
///
/// # Errors
/// [`Error::Contract`] naming the tables there are when `table` is not one of them.
pub fn contract(table: &str) -> Result<Arc<Contract>> {
    let all = contracts()?;
    all.get(table).cloned().ok_or_else(|| {
        let names: Vec<&str> = all
            .keys()
            .map(String::as_str)
            .filter(|n| !n.starts_with("sys_") && !n.starts_with("simulated_"))
            .collect();
        Error::Contract(format!("there is no table '{table}'; the tables are {}", names.join(", ")))
    })
}

fn parse(text: &str) -> std::result::Result<BTreeMap<String, Arc<Contract>>, String> {
    let raw: BTreeMap<String, RawContract> = toml::from_str(text).map_err(|e| e.to_string())?;
    raw.into_iter()
        .map(|(name, raw)| {
            let columns = raw
                .columns
                .iter()
                .map(|(column, text)| {
                    let text = text.as_str().ok_or_else(|| format!("{name}.{column}: not a text"))?;
                    parse_column(column, text).map_err(|e| format!("{name}.{column}: {e}"))
                })
                .collect::<std::result::Result<Vec<_>, String>>()?;
            for c in raw.key.iter().chain(&raw.sort) {
                if !columns.iter().any(|column| &column.name == c) {
                    return Err(format!("{name}: key or sort column {c} is not a column"));
                }
            }
            let fields: Vec<Field> =
                columns.iter().map(|c| Field::new(&c.name, c.kind.data_type(), c.nullable)).collect();
            let contract = Contract {
                name: name.clone(),
                row: raw.row,
                columns,
                key: raw.key,
                sort: raw.sort,
                schema: Arc::new(Schema::new(fields)),
            };
            Ok((name, Arc::new(contract)))
        })
        .collect()
}

fn parse_column(name: &str, text: &str) -> std::result::Result<Column, String> {
    let (spec, description) = text.split_once(" — ").ok_or("no description after ' — '")?;
    let mut words = spec.split_whitespace();
    let kind = match words.next().unwrap_or_default() {
        "id" => Kind::Id,
        "int" => Kind::Int,
        "text" => Kind::Text,
        "code" => Kind::Code,
        "cpr" => Kind::Cpr,
        "bool" => Kind::Bool,
        "date" => Kind::Date,
        "from" => Kind::From,
        "to" => Kind::To,
        "month" => Kind::Month,
        "money" => Kind::Money,
        "hours" => Kind::Hours,
        "amount" => Kind::Amount,
        "instant" => Kind::Instant,
        other => return Err(format!("unknown type '{other}'")),
    };
    let (mut nullable, mut codes) = (false, Vec::new());
    for word in words {
        if word == "null" {
            nullable = true;
        } else {
            codes = word.split('|').map(str::to_owned).collect();
        }
    }
    Ok(Column { name: name.to_owned(), kind, nullable, codes, description: description.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_contracts_are_sound_and_keep_column_order() {
        let all = contracts().unwrap();
        assert!(all.len() > 25);
        let advis = contract("advis").unwrap();
        assert_eq!(advis.columns[0].name, "advis_id");
        assert_eq!(advis.column("amount").unwrap().1.kind, Kind::Money);
        assert!(contract("nope").unwrap_err().to_string().contains("advis_status"));
    }
}
