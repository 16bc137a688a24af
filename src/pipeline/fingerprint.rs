//! What makes two runs the same: SHA-256 over everything that decides the result.
//!
//! Two layers. The *code* fingerprint covers the statements (parsed, so layout and comments do not count), the
//! manifest and the contracts of the tables it writes and reads; `sql/pipeline.lock` pins it for released
//! versions. The *run* fingerprint adds what changes without a new version of the pipeline: the functions and
//! the law's amounts. A new rate table must not need a new pipeline, but it must give another run fingerprint.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::shipped::LOCK;
use super::version::Version;
use crate::error::{Error, Result};
use crate::store::contract::{Contract, contracts};

/// SHA-256 of a text, hexadecimal.
pub(super) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The fingerprint of a version's own text and the contracts it relies on.
///
/// # Errors
/// [`Error::Contract`] when the shipped contracts are faulty.
pub fn code_fingerprint(version: &Version) -> Result<String> {
    let all = contracts()?;
    let statements: BTreeMap<String, String> =
        version.statements().map(|(name, statement)| (name, statement.normalised())).collect();
    let mut tables = BTreeMap::new();
    for name in version.manifest.inputs.iter().chain(version.manifest.steps.iter().map(|s| &s.output)) {
        if let Some(contract) = all.get(name) {
            tables.insert(name.clone(), describe(contract));
        }
    }
    let manifest = serde_json::to_value(&version.manifest)?;
    Ok(sha256(&canonical(&json!({ "manifest": manifest, "statements": statements, "tables": tables }))))
}

/// The fingerprint of everything besides data and parameters that decides a run's result.
pub fn run_fingerprint(code: &str, functions: &str, rates: &str) -> String {
    sha256(&format!("code {code}\nfunctions {functions}\nrates {rates}\n"))
}

/// What of a contract decides the bytes that are written and how they are read; descriptions do not.
fn describe(contract: &Contract) -> Value {
    let columns: Vec<Value> = contract
        .columns
        .iter()
        .map(|c| json!([c.name, c.kind.data_type().to_string(), c.nullable, c.codes]))
        .collect();
    json!({ "columns": columns, "key": contract.key, "sort": contract.sort })
}

/// JSON with its keys in order, whatever order the map was filled in.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let inner: Vec<String> = sorted
                .into_iter()
                .map(|(k, v)| format!("{}:{}", Value::String(k.clone()), canonical(v)))
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The released versions: `<pipeline> <version>` and code fingerprint.
///
/// # Errors
/// [`Error::Pipeline`] naming the line that is not one.
pub fn lock() -> Result<BTreeMap<String, String>> {
    parse_lock(LOCK)
}

fn parse_lock(text: &str) -> Result<BTreeMap<String, String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [name, version, fingerprint] => Ok((format!("{name} {version}"), (*fingerprint).to_owned())),
            _ => Err(Error::Pipeline(format!("pipeline.lock: '{line}' is not 'name version fingerprint'"))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::shipped::SHIPPED;
    use super::*;

    fn changed(file: &str, from: &str, to: &str) -> String {
        let (_, _, files) = SHIPPED[0];
        let texts: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| {
                if *name == file {
                    assert!(text.contains(from), "{file} holds no '{from}'");
                    (*name, text.replacen(from, to, 1))
                } else {
                    (*name, (*text).to_owned())
                }
            })
            .collect();
        let version = Version::read(texts.iter().map(|(n, t)| (*n, t.as_str()))).unwrap();
        code_fingerprint(&version).unwrap()
    }

    /// What is wrong with the shipped versions, judged by a lock.
    fn faults(locked: &BTreeMap<String, String>) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, released) in locked {
            let shipped = SHIPPED.iter().find(|(name, version, _)| key == &format!("{name} {version}"));
            let Some((name, version, _)) = shipped else {
                faults.push(format!("{key} is released but no longer shipped"));
                continue;
            };
            let now = code_fingerprint(&Version::shipped(name, Some(version)).unwrap()).unwrap();
            if &now != released {
                faults.push(format!("{key} is released and now has {now}: release a new version instead"));
            }
        }
        faults
    }

    #[test]
    fn a_released_version_has_not_changed() {
        assert_eq!(faults(&lock().unwrap()), Vec::<String>::new());
        let wrong = parse_lock("# note\nmonth_end v1 00ff\nmonth_end v0 00ff\n").unwrap();
        assert_eq!(faults(&wrong).len(), 2);
        assert!(parse_lock("month_end v1").is_err());
    }

    #[test]
    fn meaning_counts_and_layout_does_not() {
        let same = changed("10_payments.sql", "", "");
        assert_eq!(changed("10_payments.sql", "SELECT", "-- a comment\nselect\n   "), same);
        assert_ne!(changed("10_payments.sql", "<> 0", "> 1"), same);
        assert_ne!(changed("gates/law_unknown.sql", "'published'", "'base'"), same);
        assert_ne!(changed("checks/sum_of_steps.sql", "<>", ">"), same);
        assert_ne!(changed("pipeline.toml", "2014-01", "2015-01"), same);
    }

    #[test]
    fn functions_and_rates_count_for_a_run() {
        let same = run_fingerprint("c", "f", "r");
        assert_eq!(same.len(), 64);
        assert_ne!(run_fingerprint("c", "f", "s"), same);
        assert_ne!(run_fingerprint("c", "g", "r"), same);
    }

    #[test]
    fn canonical_json_does_not_depend_on_order() {
        let a: Value = serde_json::from_str(r#"{"b":[1,{"y":1,"x":null}],"a":"q\""}"#).unwrap();
        assert_eq!(canonical(&a), r#"{"a":"q\"","b":[1,{"x":null,"y":1}]}"#);
    }
}
