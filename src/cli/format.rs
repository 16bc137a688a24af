//! Result rows as table, CSV, JSON or Parquet.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::json::writer::{JsonFormat, Writer as JsonWriter, WriterBuilder};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use clap::ValueEnum;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use tempfile::NamedTempFile;

use super::output::{Output, stdout_error};
use super::table::{TableError, TableWriter};
use crate::error::{Error, Result};

/// Rows of a table shown on a terminal, unless told otherwise.
const TERMINAL_ROWS: usize = 100;

/// How result rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people
    Table,
    /// RFC 4180 with a header, lines ended by a line feed; NULL is empty, an empty text is ""
    Csv,
    /// An array with one object per line; decimals are numbers with all their decimals
    Json,
    /// Parquet, compressed with zstd; needs --output
    Parquet,
}

impl Format {
    /// The format a file name asks for by its extension.
    pub(super) fn of(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "parquet" => Some(Format::Parquet),
            "txt" => Some(Format::Table),
            _ => None,
        }
    }
}

/// Takes the rows of one result and writes them in one format.
pub(super) struct Sink {
    writer: Writer,
    target: Target,
    rows: u64,
}

/// Where a result goes.
enum Target {
    Stdout,
    File { path: PathBuf, file: NamedTempFile },
}

enum Writer {
    Table(TableWriter<Box<dyn Write + Send>>),
    Csv(Box<dyn Write + Send>),
    Json(Box<JsonWriter<Box<dyn Write + Send>, Rows>>),
    Parquet(Box<ArrowWriter<Box<dyn Write + Send>>>),
}

impl Sink {
    /// Starts writing rows of `schema` to a file, or to standard output when there is none. A file appears under
    /// its name only when it is whole.
    ///
    /// # Errors
    /// [`Error::Usage`] for Parquet without a file, [`Error::File`] when the file cannot be made.
    pub(super) fn new(
        format: Format,
        file: Option<&Path>,
        schema: &SchemaRef,
        output: &Output,
    ) -> Result<Sink> {
        let (target, out): (Target, Box<dyn Write + Send>) = match file {
            None if format == Format::Parquet => {
                return Err(Error::Usage("Parquet is not text: name a file with --output".to_owned()));
            }
            None => (Target::Stdout, output.results()),
            Some(path) => {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let file = NamedTempFile::new_in(folder).map_err(Error::file(path))?;
                let out = file.reopen().map_err(Error::file(path))?;
                (Target::File { path: path.to_owned(), file }, Box::new(BufWriter::new(out)))
            }
        };
        let on_terminal = file.is_none() && output.to_terminal();
        let limit = if on_terminal { TERMINAL_ROWS } else { usize::MAX };
        let writer = match format {
            Format::Table => Writer::Table(TableWriter::new(out, schema, limit, on_terminal)),
            Format::Csv => Writer::Csv(out),
            Format::Json => {
                Writer::Json(Box::new(WriterBuilder::new().with_explicit_nulls(true).build::<_, Rows>(out)))
            }
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(Default::default()))
                    .build();
                let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
                Writer::Parquet(Box::new(writer))
            }
        };
        let mut sink = Sink { writer, target, rows: 0 };
        if let Writer::Csv(out) = &mut sink.writer {
            let names = schema.fields().iter().map(|field| Some(field.name().as_str()));
            write_csv_line(out, names).map_err(|e| sink.target.error(e))?;
        }
        Ok(sink)
    }

    /// Takes rows.
    ///
    /// # Errors
    /// [`Error::File`] when they cannot be written; see [`super::output::is_closed_pipe`].
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        let target = &self.target;
        match &mut self.writer {
            Writer::Table(table) => table.write(batch).map_err(|e| target.table_error(e)),
            Writer::Csv(out) => write_csv(out, batch).map_err(|e| target.table_error(e)),
            Writer::Json(json) => json.write(batch).map_err(|e| target.arrow_error(e)),
            Writer::Parquet(parquet) => Ok(parquet.write(batch)?),
        }
    }

    /// Ends the result; gives the number of rows, and how many of them were not shown.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub(super) fn finish(self) -> Result<(u64, u64)> {
        let Sink { writer, target, rows } = self;
        let mut hidden = 0;
        let mut out = match writer {
            Writer::Table(table) => {
                let (out, shown) = table.finish().map_err(|e| target.table_error(e))?;
                hidden = rows - shown as u64;
                out
            }
            Writer::Csv(out) => out,
            Writer::Json(mut json) => {
                json.finish().map_err(|e| target.arrow_error(e))?;
                json.into_inner()
            }
            Writer::Parquet(parquet) => parquet.into_inner()?,
        };
        out.flush().map_err(|e| target.error(e))?;
        if let Target::File { path, file } = target {
            file.persist(&path).map_err(|e| Error::file(path)(e.error))?;
        }
        Ok((rows, hidden))
    }
}

impl Target {
    fn error(&self, source: io::Error) -> Error {
        match self {
            Target::Stdout => stdout_error(source),
            Target::File { path, .. } => Error::file(path)(source),
        }
    }

    fn arrow_error(&self, error: ArrowError) -> Error {
        match error {
            ArrowError::IoError(_, source) => self.error(source),
            other => Error::Arrow(other),
        }
    }

    fn table_error(&self, error: TableError) -> Error {
        match error {
            TableError::Io(source) => self.error(source),
            TableError::Arrow(error) => Error::Arrow(error),
        }
    }
}

/// An array with one row per line: one JSON value, that a person can read and `grep` too.
#[derive(Debug, Default)]
struct Rows;

impl JsonFormat for Rows {
    fn start_stream<W: Write>(&self, out: &mut W) -> std::result::Result<(), ArrowError> {
        Ok(out.write_all(b"[")?)
    }
    fn start_row<W: Write>(&self, out: &mut W, is_first: bool) -> std::result::Result<(), ArrowError> {
        Ok(out.write_all(if is_first { b"\n" } else { b",\n" })?)
    }
    fn end_stream<W: Write>(&self, out: &mut W) -> std::result::Result<(), ArrowError> {
        Ok(out.write_all(b"\n]\n")?)
    }
}

fn write_csv(out: &mut dyn Write, batch: &RecordBatch) -> std::result::Result<(), TableError> {
    let options = FormatOptions::new();
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<std::result::Result<_, _>>()?;
    let mut texts: Vec<Option<String>> = Vec::with_capacity(columns.len());
    for row in 0..batch.num_rows() {
        texts.clear();
        for (column, values) in columns.iter().zip(batch.columns()) {
            texts.push(match values.is_null(row) {
                true => None,
                false => Some(column.value(row).try_to_string()?),
            });
        }
        write_csv_line(out, texts.iter().map(Option::as_deref))?;
    }
    Ok(())
}

/// Writes one line of CSV; a comma, quote or line end puts a value in quotes, and so does being an empty text.
pub(super) fn write_csv_line<'a>(
    out: &mut dyn Write,
    values: impl Iterator<Item = Option<&'a str>>,
) -> io::Result<()> {
    for (column, value) in values.enumerate() {
        if column > 0 {
            out.write_all(b",")?;
        }
        match value {
            None => {}
            Some(text) if text.is_empty() || text.contains([',', '"', '\n', '\r']) => {
                write!(out, "\"{}\"", text.replace('"', "\"\""))?;
            }
            Some(text) => out.write_all(text.as_bytes())?,
        }
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_keeps_null_and_empty_text_apart_and_quotes_what_it_must() {
        let mut out = Vec::new();
        let line =
            [Some("a"), None, Some(""), Some("1,5"), Some("say \"hi\""), Some("two\nlines"), Some("æ")];
        write_csv_line(&mut out, line.into_iter()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,,\"\",\"1,5\",\"say \"\"hi\"\"\",\"two\nlines\",æ\n");
    }

    #[test]
    fn the_file_name_tells_the_format() {
        assert_eq!(Format::of(Path::new("a/b.CSV")), Some(Format::Csv));
        assert_eq!(Format::of(Path::new("b.parquet")), Some(Format::Parquet));
        assert_eq!(Format::of(Path::new("b")), None);
    }
}
