//! Rejected rows: kept in `sys_rejects`, and in a file on request.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray, TimestampMicrosecondArray};
use arrow::record_batch::RecordBatch;

use super::cpr;
use super::reason::Reason;
use super::source::{Format, Source};
use crate::error::{Error, Result};
use crate::store::contract::contract;

/// One rejected row.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Number of its file in the delivery, from 0.
    pub file: usize,
    /// Line it begins on, from 1 (the header is line 1); in Parquet its row, from 1.
    pub line: u64,
    /// The column at fault, by its name in the table.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: Reason,
    /// The row as delivered.
    pub text: String,
}

/// Rows of each reason.
pub fn by_reason(rejects: &[Reject]) -> BTreeMap<Reason, u64> {
    let mut counts = BTreeMap::new();
    for reject in rejects {
        *counts.entry(reject.reason).or_insert(0) += 1;
    }
    counts
}

/// The rows of `sys_rejects`, in its sort order. CPR numbers are masked.
pub fn batch(
    rejects: &[Reject],
    names: &[String],
    delivery: &str,
    table: &str,
    registered_at: i64,
) -> Result<RecordBatch> {
    let mut order: Vec<&Reject> = rejects.iter().collect();
    order.sort_by(|a, b| (&names[a.file], a.line).cmp(&(&names[b.file], b.line)));
    let text = |f: &dyn Fn(&Reject) -> Option<String>| -> ArrayRef {
        Arc::new(order.iter().map(|r| f(r)).collect::<StringViewArray>())
    };
    let line = |r: &&Reject| i64::try_from(r.line).unwrap_or(i64::MAX);
    let columns: Vec<ArrayRef> = vec![
        text(&|_| Some(delivery.to_owned())),
        text(&|_| Some(table.to_owned())),
        text(&|r| Some(names[r.file].clone())),
        Arc::new(order.iter().map(line).collect::<Int64Array>()),
        text(&|r| r.column.clone()),
        text(&|r| Some(r.reason.code().to_owned())),
        text(&|r| Some(r.reason.sentence().to_owned())),
        text(&|r| Some(cpr::mask(&r.text))),
        Arc::new(TimestampMicrosecondArray::from(vec![registered_at; order.len()]).with_timezone("UTC")),
    ];
    Ok(RecordBatch::try_new(contract("sys_rejects")?.schema(), columns)?)
}

/// Writes the rejected rows as they were delivered (CPR numbers included: it is the sender's own data),
/// each followed by code, reason, column, file and line, so that they can be corrected and delivered again.
///
/// # Errors
/// [`Error::File`].
pub fn write_file(path: &Path, rejects: &[Reject], sources: &[Source], names: &[String]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create(path)?);
        let delimiter = sources.first().map_or(b';', separator);
        if let Some(source) = sources.first() {
            for name in &source.header {
                write!(out, "{}{}", quoted(name, delimiter), char::from(delimiter))?;
            }
            let d = char::from(delimiter);
            writeln!(out, "reject_code{d}reject_reason{d}reject_column{d}reject_file{d}reject_line")?;
        }
        for reject in rejects {
            let delimiter = separator(&sources[reject.file]);
            let d = char::from(delimiter);
            let reason = quoted(reject.reason.sentence(), delimiter);
            let column = reject.column.as_deref().unwrap_or_default();
            let file = quoted(&names[reject.file], delimiter);
            let (text, code, line) = (&reject.text, reject.reason.code(), reject.line);
            writeln!(out, "{text}{d}{code}{d}{reason}{d}{column}{d}{file}{d}{line}")?;
        }
        out.into_inner().map_err(|e| e.into_error())?.sync_all()
    };
    write().map_err(Error::file(path))
}

fn separator(source: &Source) -> u8 {
    match source.format {
        Format::Csv => source.delimiter,
        Format::Parquet => b';',
    }
}

fn quoted(text: &str, delimiter: u8) -> String {
    if text.contains([char::from(delimiter), '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
