//! Which delivered column becomes which column of the table.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::store::contract::{Column, Contract, Kind};

/// Other names deliveries use for the columns of a table, best first. The event logs' names are those of the
/// XES standard and of its common exports.
const ALIASES: &[(&str, &str, &[&str])] = &[
    ("event_log", "case_id", &["case", "case:concept:name"]),
    ("event_log", "activity", &["concept:name"]),
    ("event_log", "lifecycle", &["lifecycle:transition"]),
    ("event_log", "at", &["timestamp", "timestamp_original", "time:timestamp"]),
    ("event_log", "resource", &["org:resource"]),
    ("event_log_cases", "case_id", &["case", "case:concept:name"]),
    ("event_log_cases", "started_at", &["startdate", "startdate_original"]),
    ("event_log_cases", "ended_at", &["enddate", "enddate_original"]),
    ("event_log_cases", "planned_end_at", &["enddate_planned", "enddate_planned_original"]),
    ("event_log_cases", "deadline_at", &["deadline", "deadline_original"]),
];

/// How the last day of a period is given by the ends a delivery writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ends {
    /// The first day on which it no longer holds, as in the tables here.
    #[default]
    Exclusive,
    /// The last day on which it holds, as registers write it.
    Inclusive,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The field at this position.
    Field(usize),
    /// The person whose CPR number is in the field at this position.
    PersonOf(usize),
    /// One instant for the whole delivery, microseconds.
    Instant(i64),
    /// One text for the whole delivery.
    Text(String),
    /// Numbered after sorting: the order of the events of a case.
    Numbered,
    /// Unknown in this delivery.
    Null,
}

/// One column of the table and how it is filled.
#[derive(Debug, Clone)]
pub struct Target {
    /// The column.
    pub column: Column,
    /// Where its values come from.
    pub origin: Origin,
    /// Whether an end of a period is the last day it holds.
    pub inclusive: bool,
    /// For an end of a period: position of the column with its beginning.
    pub begins: Option<usize>,
    /// Whether its values are added up.
    pub summed: bool,
}

/// The filling of a table from the columns of one file.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The table.
    pub contract: Arc<Contract>,
    /// Its columns in file order.
    pub targets: Vec<Target>,
    /// Delivered columns that are not used, as delivered.
    pub ignored: Vec<String>,
    /// Number of delivered columns.
    pub fields: usize,
    /// Column that orders the events of a case with the same time, when they are numbered here.
    pub source_position: Option<usize>,
}

/// What a delivery says about all its rows.
#[derive(Debug, Clone)]
pub struct Given<'a> {
    /// When it became known, microseconds since 1970.
    pub registered_at: i64,
    /// Name of the event log.
    pub log: Option<&'a str>,
    /// What the ends of periods mean.
    pub ends: Ends,
    /// Columns whose sum is checked.
    pub summed: Vec<&'a str>,
}

impl Plan {
    /// Matches column names, upper and lower case alike.
    ///
    /// # Errors
    /// [`Error::Delivery`] naming every required column that is missing, names that occur twice, and columns
    /// whose sum is wanted but that are not delivered.
    pub fn new(contract: &Arc<Contract>, header: &[String], given: &Given<'_>) -> Result<Plan> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let mut twice: Vec<&str> = Vec::new();
        for (i, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..i].contains(name) && !twice.contains(&name.as_str()) {
                twice.push(name);
            }
        }
        if !twice.is_empty() {
            return Err(Error::Delivery(format!("the header names {} more than once", twice.join(", "))));
        }
        let find = |name: &str| names.iter().position(|n| n == name);
        let mut used = vec![false; names.len()];
        let mut missing = Vec::new();
        let mut targets = Vec::with_capacity(contract.columns.len());
        for column in &contract.columns {
            let (origin, inclusive) = origin(contract, column, &find, given);
            match (&origin, column.nullable) {
                (Origin::Field(at) | Origin::PersonOf(at), _) => used[*at] = true,
                (Origin::Null, false) => missing.push(column.name.as_str()),
                _ => {}
            }
            let begins = (column.kind == Kind::To)
                .then(|| column.name.strip_suffix("_to"))
                .flatten()
                .and_then(|stem| contract.column(&format!("{stem}_from")))
                .map(|(at, _)| at);
            let summed = given.summed.contains(&column.name.as_str());
            targets.push(Target { column: column.clone(), origin, inclusive, begins, summed });
        }
        if !missing.is_empty() {
            let hint = if missing.contains(&"log") { "; give the name of the log with --log" } else { "" };
            return Err(Error::Delivery(format!(
                "the delivery lacks {} which {} needs{hint}",
                missing.join(", "),
                contract.name
            )));
        }
        for name in &given.summed {
            if !targets.iter().any(|t| t.column.name == *name && matches!(t.origin, Origin::Field(_))) {
                return Err(Error::Delivery(format!("the delivery has no column {name} to add up")));
            }
        }
        let numbered = targets.iter().any(|t| t.origin == Origin::Numbered);
        let source_position = numbered.then(|| find("source_position")).flatten();
        if let Some(at) = source_position {
            used[at] = true;
        }
        let ignored = header.iter().zip(&used).filter(|(_, used)| !**used).map(|(name, _)| name.clone());
        Ok(Plan {
            contract: Arc::clone(contract),
            ignored: ignored.collect(),
            fields: header.len(),
            targets,
            source_position,
        })
    }
}

fn origin(
    contract: &Contract,
    column: &Column,
    find: &impl Fn(&str) -> Option<usize>,
    given: &Given<'_>,
) -> (Origin, bool) {
    let inclusive = given.ends == Ends::Inclusive;
    if let Some(at) = find(&column.name) {
        return (Origin::Field(at), inclusive);
    }
    if column.kind == Kind::To
        && let Some(at) = find(&format!("{}_inclusive", column.name))
    {
        return (Origin::Field(at), true);
    }
    let alias = ALIASES
        .iter()
        .filter(|(table, name, _)| *table == contract.name && *name == column.name)
        .flat_map(|(_, _, aliases)| aliases.iter())
        .find_map(|alias| find(alias));
    let origin = match (alias, column.name.as_str()) {
        (Some(at), _) => Origin::Field(at),
        (None, "registered_at") => Origin::Instant(given.registered_at),
        (None, "person_id") if contract.column("cpr").is_none() => {
            find("cpr").map_or(Origin::Null, Origin::PersonOf)
        }
        (None, "log") if contract.name.starts_with("event_log") => {
            given.log.map_or(Origin::Null, |log| Origin::Text(log.to_owned()))
        }
        (None, "event_no") if contract.name == "event_log" => Origin::Numbered,
        _ => Origin::Null,
    };
    (origin, inclusive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::contract;

    fn plan(table: &str, header: &[&str]) -> Result<Plan> {
        let given = Given { registered_at: 7, log: None, ends: Ends::Exclusive, summed: vec![] };
        let header: Vec<String> = header.iter().map(|s| s.to_string()).collect();
        Plan::new(&contract(table).unwrap(), &header, &given)
    }

    #[test]
    fn names_match_in_any_case_and_the_rest_is_named() {
        let p = plan(
            "residences",
            &["PERSON_ID", "Address_Id", "municipality_code", "valid_from", "valid_to_inclusive", "vej"],
        )
        .unwrap();
        assert_eq!(p.ignored, ["vej"]);
        assert!(p.targets[4].inclusive && !p.targets[3].inclusive);
        assert_eq!(p.targets[4].begins, Some(3));
        assert_eq!(p.targets[5].origin, Origin::Instant(7));
    }

    #[test]
    fn a_cpr_column_stands_in_for_the_person() {
        let p = plan("residences", &["cpr", "address_id", "municipality_code", "valid_from", "valid_to"])
            .unwrap();
        assert_eq!(p.targets[0].origin, Origin::PersonOf(0));
        assert!(p.ignored.is_empty());
    }

    #[test]
    fn missing_and_double_columns_refuse() {
        let e = plan("advis_status", &["advis_id", "caseworker_id"]).unwrap_err().to_string();
        assert!(e.contains("status, changed_at"), "{e}");
        let e = plan("set_offs", &["amount", "Amount"]).unwrap_err().to_string();
        assert!(e.contains("amount more than once"), "{e}");
    }

    #[test]
    fn event_logs_have_other_names() {
        let given = Given { registered_at: 0, log: Some("x"), ends: Ends::Exclusive, summed: vec![] };
        let header = ["case_id", "activity", "timestamp_original", "source_position"].map(String::from);
        let p = Plan::new(&contract("event_log").unwrap(), &header, &given).unwrap();
        assert_eq!(p.source_position, Some(3));
        assert!(p.targets.iter().any(|t| t.origin == Origin::Numbered));
        assert!(p.targets.iter().any(|t| t.column.name == "at" && t.origin == Origin::Field(2)));
    }
}
