//! Keys and times as bytes in the order of the merge.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::Result;

/// Bytes of a time, which is the last column and has a byte for NULL.
const TIME_BYTES: usize = 9;

/// Encodes keys followed by a time.
pub(super) struct Encoder(RowConverter);

impl Encoder {
    /// `keys` are the types of the keys.
    pub fn new(keys: &[DataType]) -> Result<Self> {
        let fields = keys.iter().chain([&DataType::Int64]).cloned().map(SortField::new);
        Ok(Self(RowConverter::new(fields.collect())?))
    }

    pub fn encode(&self, columns: &[ArrayRef]) -> Result<Encoded> {
        Ok(Encoded(self.0.convert_columns(columns)?))
    }
}

/// The encoded rows of a batch.
pub(super) struct Encoded(Rows);

impl Encoded {
    /// Key and time of a row: the order of the bytes is that of keys, then times.
    pub fn row(&self, row: usize) -> &[u8] {
        self.0.row(row).data()
    }
}

/// The key in an encoded row.
pub(super) fn key(row: &[u8]) -> &[u8] {
    &row[..row.len().saturating_sub(TIME_BYTES)]
}
