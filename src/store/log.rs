//! The form of a log entry: one line of JSON, sealed with the SHA-256 of its body.

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use chrono::{DateTime, SecondsFormat, Utc};
use datafusion::common::ScalarValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::{Contract, contract};
use super::scalar_json::{Plain, from_json, to_json};
use super::snapshot::{DataFile, Key};
use super::transaction::CommitKind;
use crate::error::{Error, Result};

/// Version of the form; a reader refuses a newer one.
pub(crate) const FORMAT: u32 = 1;
/// Folder of the log.
pub(crate) const LOG: &str = "_log";

const HEAD: &str = "{\"sha256\":\"";
const MIDDLE: &str = "\",\"body\":";
const TAIL: &str = "}\n";

/// Path of the entry with this number.
pub(crate) fn entry_path(number: u64) -> String {
    format!("{LOG}/{number:020}.json")
}

/// Number of the entry with this file name; `None` for other files.
pub(crate) fn entry_number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".json")?;
    (digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The body of a log entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) format: u32,
    pub(crate) number: u64,
    pub(crate) parent_sha256: String,
    /// RFC 3339 with microseconds; never before the parent's.
    pub(crate) at: String,
    pub(crate) kind: CommitKind,
    pub(crate) by: String,
    pub(crate) message: String,
    pub(crate) detail: Value,
    /// Makes entries of two writers differ even when everything else is the same.
    pub(crate) nonce: String,
    pub(crate) tables: BTreeMap<String, Change>,
    pub(crate) marks: BTreeMap<String, Option<String>>,
}

/// What an entry does to the files of one table: first `remove`, then `add`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) add: Vec<FileRecord>,
    pub(crate) remove: Vec<String>,
}

/// A [`DataFile`] as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRecord {
    pub(crate) path: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) min: BTreeMap<String, Plain>,
    pub(crate) max: BTreeMap<String, Plain>,
    pub(crate) nulls: BTreeMap<String, u64>,
    pub(crate) first: Vec<Plain>,
    pub(crate) last: Vec<Plain>,
}

/// Path of the data file of a table with this content.
pub(crate) fn data_path(table: &str, sha256: &str) -> String {
    format!("{}/{table}/{}.parquet", super::DATA, sha256.get(..32).unwrap_or(sha256))
}

impl FileRecord {
    pub(crate) fn new(file: &DataFile) -> Result<Self> {
        let values = |map: &BTreeMap<String, ScalarValue>| -> Result<BTreeMap<String, Plain>> {
            map.iter().map(|(k, v)| Ok((k.clone(), to_json(v)?))).collect()
        };
        Ok(Self {
            path: file.path.clone(),
            rows: file.rows,
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            min: values(&file.min)?,
            max: values(&file.max)?,
            nulls: file.nulls.clone(),
            first: file.first.iter().map(to_json).collect::<Result<_>>()?,
            last: file.last.iter().map(to_json).collect::<Result<_>>()?,
        })
    }

    /// Back to a [`DataFile`] of this table; the error says what does not fit.
    pub(crate) fn into_file(self, contract: &Contract) -> Result<DataFile, String> {
        if self.sha256.len() != 64 || self.path != data_path(&contract.name, &self.sha256) {
            return Err(format!("file {} does not have the name of its content", self.path));
        }
        let values = |map: BTreeMap<String, Plain>| -> Result<BTreeMap<String, ScalarValue>, String> {
            map.into_iter()
                .map(|(column, json)| {
                    let value = value_of(json, &type_of(contract, &column)?, &column)?;
                    Ok((column, value))
                })
                .collect()
        };
        let types = key_types(contract)?;
        let key = |list: Vec<Plain>| key_of(list, contract, &types);
        Ok(DataFile {
            min: values(self.min)?,
            max: values(self.max)?,
            first: key(self.first)?,
            last: key(self.last)?,
            path: self.path,
            rows: self.rows,
            bytes: self.bytes,
            sha256: self.sha256,
            nulls: self.nulls,
        })
    }
}

/// The type of a column that the log names.
pub(crate) fn type_of(contract: &Contract, column: &str) -> Result<DataType, String> {
    let (_, column) = contract.column(column).ok_or_else(|| format!("there is no column {column}"))?;
    Ok(column.kind.data_type())
}

/// The types of the columns of the sort key.
pub(crate) fn key_types(contract: &Contract) -> Result<Vec<DataType>, String> {
    contract.sort.iter().map(|column| type_of(contract, column)).collect()
}

/// The value of a column.
pub(crate) fn value_of(json: Plain, data_type: &DataType, column: &str) -> Result<ScalarValue, String> {
    from_json(json, data_type).ok_or_else(|| format!("a value of {column} does not fit its type"))
}

/// The values of a sort key whose columns have these types.
pub(crate) fn key_of(list: Vec<Plain>, contract: &Contract, types: &[DataType]) -> Result<Key, String> {
    if list.len() != types.len() {
        return Err("a sort key has another number of columns".into());
    }
    let columns = contract.sort.iter().zip(types);
    columns.zip(list).map(|((column, data_type), json)| value_of(json, data_type, column)).collect()
}

/// The contract of a table named in the log.
pub(crate) fn table_of_log(table: &str) -> Result<std::sync::Arc<Contract>> {
    contract(table).map_err(|_| {
        Error::Store(format!(
            "the store holds a table '{table}' that this version of advisql does not know; use a newer one"
        ))
    })
}

/// Seals a body: the bytes of the file, and the SHA-256 of the body in hexadecimal.
pub(crate) fn seal(body: &impl Serialize) -> Result<(Vec<u8>, String)> {
    let body = serde_json::to_string(body)?;
    let sha256 = super::sha256_hex(body.as_bytes());
    let mut text = String::with_capacity(body.len() + 90);
    for part in [HEAD, sha256.as_str(), MIDDLE, body.as_str(), TAIL] {
        text.push_str(part);
    }
    Ok((text.into_bytes(), sha256))
}

/// Opens what [`seal`] made. Every byte counts: any other bytes than the sealed ones are an error.
pub(crate) fn unseal<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<(T, String)> {
    let damaged = |what: &str| Error::Corrupt(format!("{path}: {what}"));
    let (sha256, body) = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.strip_prefix(HEAD)?.strip_suffix(TAIL)?.split_once(MIDDLE))
        .ok_or_else(|| damaged("it does not have the form of a sealed entry"))?;
    if super::sha256_hex(body.as_bytes()) != sha256 {
        return Err(damaged("its content does not have the SHA-256 it states"));
    }
    let body =
        serde_json::from_str(body).map_err(|e| damaged(&format!("its content cannot be read: {e}")))?;
    Ok((body, sha256.to_owned()))
}

/// The instant as the log writes it.
pub(crate) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads an instant of the log.
pub(crate) fn read_instant(path: &str, text: &str) -> Result<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Error::Corrupt(format!("{path}: its time cannot be read")))?;
    Ok(at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_sealed_entry_is_found() {
        let (bytes, sha256) = seal(&serde_json::json!({"number": 1, "message": "æøå"})).unwrap();
        assert_eq!(unseal::<Value>("x", &bytes).unwrap().1, sha256);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(unseal::<Value>("x", &damaged).is_err(), "byte {at} bit {bit}");
            }
        }
        for cut in 0..bytes.len() {
            assert!(unseal::<Value>("x", &bytes[..cut]).is_err());
        }
        assert!(unseal::<Value>("x", &[bytes.as_slice(), b"\n"].concat()).is_err());
    }

    #[test]
    fn only_whole_entry_names_are_entries() {
        assert_eq!(entry_number("00000000000000000012.json"), Some(12));
        for other in [
            "12.json",
            "0000000000000000001a.json",
            "00000000000000000012.json.tmp",
            "+0000000000000000012.json",
        ] {
            assert_eq!(entry_number(other), None);
        }
    }
}
