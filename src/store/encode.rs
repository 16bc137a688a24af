//! The form of the files: what is handed to the Parquet writer at once, how it is compressed, and which columns
//! get a dictionary. All of it depends on the rows alone, so that the same rows give the same bytes.

use std::collections::HashSet;
use std::hash::Hash;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType,
};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::backend::{Spool, SpooledFile};
use super::contract::{Contract, Kind};
use crate::error::{Error, Result};

/// Rows handed to the Parquet writer at once; part of the form of the files.
const BATCH: usize = 8192;
/// How text without a dictionary is written: the lengths apart from the characters. Lengths between the characters, as
/// in the plain form, keep the compression from taking the characters in one go: CPR numbers are then 20 % larger and take
/// twice the time to read.
const TEXT: Encoding = Encoding::DELTA_LENGTH_BYTE_ARRAY;
/// Rows of a page. More than the writer's default of 20 000: from 256 KiB on, zstd looks for long repetitions only and
/// leaves digits to its faster half. A look-up of one key reads one page.
const PAGE: usize = 64 * 1024;
/// Rows of a row group: few enough that two dozen open writers stay well below a gibibyte.
const ROW_GROUP: usize = 256 * 1024;
/// Goes into every file; part of its bytes, so it names the form and not the release.
const CREATED_BY: &str = "advisql format 1";

/// One file while its rows come.
pub(super) struct Encoder {
    state: State,
    properties: WriterProperties,
    /// Rows that do not fill a batch yet.
    pending: Vec<RecordBatch>,
    pending_rows: usize,
}

enum State {
    /// The first batch, which decides about dictionaries, is not complete.
    Waiting(Spool),
    Writing(Box<ArrowWriter<Spool>>),
    /// An error ended the file.
    Failed,
}

impl Encoder {
    /// A file with the `properties` of its table, see [`properties`].
    pub(super) fn new(spool: Spool, properties: WriterProperties) -> Self {
        Self { state: State::Waiting(spool), properties, pending: Vec::new(), pending_rows: 0 }
    }

    /// Takes rows in pieces of any size.
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut from = 0;
        while from < batch.num_rows() {
            let rows = (BATCH - self.pending_rows).min(batch.num_rows() - from);
            self.pending.push(batch.slice(from, rows));
            self.pending_rows += rows;
            from += rows;
            if self.pending_rows == BATCH {
                self.encode()?;
            }
        }
        Ok(())
    }

    /// Writes what is left and the footer.
    pub(super) fn close(mut self) -> Result<SpooledFile> {
        self.encode()?;
        match self.state {
            State::Writing(writer) => writer.into_inner()?.close(),
            State::Waiting(_) | State::Failed => Err(ended()),
        }
    }

    fn encode(&mut self) -> Result<()> {
        let batch = match self.pending.as_slice() {
            [] => return Ok(()),
            [one] => one.clone(),
            [first, ..] => concat_batches(&first.schema(), &self.pending)?,
        };
        self.pending.clear();
        self.pending_rows = 0;
        let mut writer = match std::mem::replace(&mut self.state, State::Failed) {
            State::Writing(writer) => writer,
            State::Waiting(spool) => {
                let properties = without_useless_dictionaries(self.properties.clone(), &batch);
                Box::new(ArrowWriter::try_new(spool, batch.schema(), Some(properties))?)
            }
            State::Failed => return Err(ended()),
        };
        writer.write(&batch)?;
        self.state = State::Writing(writer);
        Ok(())
    }
}

fn ended() -> Error {
    Error::Contract("the file was ended by an earlier error, or has no rows".to_owned())
}

/// The properties of all files of a table, sorted by the columns at `sort`.
pub(super) fn properties(contract: &Contract, sort: &[usize]) -> Result<WriterProperties> {
    let too_wide = |_| Error::Contract(format!("{} has too many columns for Parquet", contract.name));
    let sorting = sort.iter().map(|i| {
        Ok(SortingColumn {
            column_idx: i32::try_from(*i).map_err(too_wide)?,
            descending: false,
            nulls_first: true,
        })
    });
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_row_count_limit(PAGE)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(true)
        .set_sorting_columns(Some(sorting.collect::<Result<Vec<_>>>()?));
    for (i, column) in contract.columns.iter().enumerate() {
        let path = ColumnPath::from(column.name.as_str());
        if column.kind.data_type() == DataType::Utf8View {
            properties = properties.set_column_encoding(path.clone(), TEXT);
        }
        match column.kind {
            Kind::Cpr => properties = properties.set_column_bloom_filter_enabled(path, true),
            // Smallest and largest text leave no page out, and comparing long ones costs more than writing them.
            Kind::Text if !sort.contains(&i) => {
                properties = properties.set_column_statistics_enabled(path, EnabledStatistics::None);
            }
            _ => {}
        }
    }
    Ok(properties.build())
}

/// Turns the dictionary off for columns whose values hardly repeat in the first batch of the file: ids,
/// fingerprints, facts. It would be given up after its first megabyte, and cost most of the time until then.
fn without_useless_dictionaries(properties: WriterProperties, first: &RecordBatch) -> WriterProperties {
    let mut builder = properties.into_builder();
    for (field, column) in first.schema().fields().iter().zip(first.columns()) {
        if distinct(column).is_some_and(|distinct| distinct > first.num_rows() / 2) {
            builder = builder.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
        }
    }
    builder.build()
}

/// How many values a column of one of the contracts' types holds; `None` for others.
fn distinct(column: &ArrayRef) -> Option<usize> {
    fn primitive<T: ArrowPrimitiveType<Native: Eq + Hash>>(column: &PrimitiveArray<T>) -> usize {
        column.iter().flatten().collect::<HashSet<_>>().len()
    }
    Some(match column.data_type() {
        DataType::Utf8View => column.as_string_view().iter().flatten().collect::<HashSet<_>>().len(),
        DataType::Int32 => primitive(column.as_primitive::<Int32Type>()),
        DataType::Int64 => primitive(column.as_primitive::<Int64Type>()),
        DataType::Date32 => primitive(column.as_primitive::<Date32Type>()),
        DataType::Decimal128(_, _) => primitive(column.as_primitive::<Decimal128Type>()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            primitive(column.as_primitive::<TimestampMicrosecondType>())
        }
        _ => return None,
    })
}
