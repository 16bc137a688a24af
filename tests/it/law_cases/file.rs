//! Reading the files.
//!
//! ```toml
//! function = "kontanthjaelp"                  # of every case that names no other
//! [facts]                                     # of every case that says nothing else of them
//! work_income = "0"
//!
//! [[case]]
//! id = "kh-2016-30-fors"                      # unique
//! facts = { period = "2016-05-01", provider = true, work_hours = "NULL" }   # the function's SQL arguments by name
//! expected = { gross = "14575.00" }           # fields of the result; `value` is a result that is no struct
//! why = "published rate"
//! source = "http://…"
//! derived = true                              # derived amounts count
//! error = "A1203"                             # instead of `expected`: the call fails with this text
//! ```
//!
//! Text that is a date or a plain decimal is one; `NULL` is unknown, and so is a fact that is not named.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// One published result.
#[derive(Debug, Clone)]
pub struct Case {
    pub benefit: String,
    /// First day of the law version.
    pub version: String,
    pub id: String,
    pub function: String,
    pub facts: Table,
    pub expected: Table,
    pub error: Option<String>,
    pub derived: bool,
}

/// The folders of the benefits.
pub fn benefits(root: &Path) -> Vec<PathBuf> {
    entries(root).into_iter().filter(|path| path.is_dir()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Every case of one benefit.
pub fn cases(benefit: &Path) -> Result<Vec<Case>, String> {
    let versions: Vec<PathBuf> = entries(benefit).into_iter().filter(|path| path.is_dir()).collect();
    let mut all = Vec::new();
    for (i, version) in versions.iter().enumerate() {
        let next = versions.get(i + 1).map(|path| name(path));
        for file in entries(version).into_iter().filter(|f| f.extension().is_some_and(|e| e == "toml")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let read = read(&name(benefit), &name(version), next.as_deref(), &text);
            all.extend(read.map_err(|why| format!("{}: {why}", file.display()))?);
        }
    }
    Ok(all)
}

/// The cases of one file; `next` is the first day of the law version after this one.
pub fn read(benefit: &str, version: &str, next: Option<&str>, text: &str) -> Result<Vec<Case>, String> {
    if !is_date(version) {
        return Err(format!("the folder {version} is not a date"));
    }
    let file: Table = toml::from_str(text).map_err(|e| e.to_string())?;
    only(&file, &["function", "facts", "case"], "the file")?;
    let shared = file.get("facts").and_then(Value::as_table).cloned().unwrap_or_default();
    let listed = file.get("case").and_then(Value::as_array).ok_or("the file has no [[case]]")?;
    listed
        .iter()
        .map(|case| {
            let case = case.as_table().ok_or("[[case]] is not a table")?;
            one(benefit, version, next, file.get("function"), &shared, case)
        })
        .collect()
}

fn one(
    benefit: &str,
    version: &str,
    next: Option<&str>,
    function: Option<&Value>,
    shared: &Table,
    case: &Table,
) -> Result<Case, String> {
    let text = |key: &str| case.get(key).and_then(Value::as_str).map(str::to_owned);
    let id = text("id").ok_or("a case has no id")?;
    let keys = ["id", "function", "facts", "expected", "error", "derived", "why", "source"];
    only(case, &keys, &id)?;
    let function = text("function").or(function.and_then(Value::as_str).map(str::to_owned));
    let function = function.ok_or(format!("{id} has no function"))?;
    text("why").filter(|why| !why.is_empty()).ok_or(format!("{id} has no why"))?;
    text("source").filter(|s| s.starts_with("http")).ok_or(format!("{id} has no source that is a page"))?;
    let table = |key: &str| case.get(key).and_then(Value::as_table).cloned().unwrap_or_default();
    let mut facts = shared.clone();
    facts.extend(table("facts"));
    let (expected, error) = (table("expected"), text("error"));
    if expected.is_empty() == error.is_none() {
        return Err(format!("{id} expects nothing, or both a result and an error"));
    }
    if facts.values().chain(expected.values()).any(|v| v.is_float()) {
        return Err(format!("{id} has a floating-point number; write it as text"));
    }
    if let Some(period) = facts.get("period").and_then(Value::as_str)
        && (period < version || next.is_some_and(|next| period >= next))
    {
        return Err(format!("{id}: the month {period} is not of the law version {version}"));
    }
    let derived = case.get("derived").and_then(Value::as_bool).unwrap_or(false);
    let (benefit, version) = (benefit.to_owned(), version.to_owned());
    Ok(Case { benefit, version, id, function, facts, expected, error, derived })
}

fn only(table: &Table, known: &[&str], what: &str) -> Result<(), String> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("{what}: unknown key {key}")),
        None => Ok(()),
    }
}

/// Whether a text is a day, `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    text.parse::<chrono::NaiveDate>().is_ok() && text.len() == 10
}
