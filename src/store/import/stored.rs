//! Reads chosen columns of files that are already in the store.

use arrow::array::{Array, UInt64Array};
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use futures::TryStreamExt;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use parquet::file::metadata::ParquetMetaData;

use crate::error::Result;
use crate::store::reader::FileReader;
use crate::store::{DataFile, Store};

/// What is known of the values of a column in a part of a file; NULL and `None` are unknown.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// No value is smaller.
    pub min: ScalarValue,
    /// No value is greater.
    pub max: ScalarValue,
    /// Unknown values.
    pub nulls: Option<u64>,
}

/// Calls `take` with every batch of `file`, holding just `columns`, in that order. Only these columns are read, and
/// only the row groups that `wanted` says yes to, asked with the bounds of each of `columns`.
pub async fn each_batch(
    store: &Store,
    file: &DataFile,
    columns: &[&str],
    wanted: impl Fn(&[Bounds]) -> bool,
    mut take: impl FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let reader = FileReader::new(store.object_store(), file);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await?;
    let groups = groups(builder.metadata(), builder.schema(), columns, wanted)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let builder = builder.with_projection(mask).with_row_groups(groups).with_batch_size(32_768);
    let mut batches = builder.build()?;
    while let Some(batch) = batches.try_next().await? {
        let order = columns.iter().map(|c| batch.schema().index_of(c)).collect::<Result<Vec<_>, _>>()?;
        take(batch.project(&order)?)?;
    }
    Ok(())
}

/// Numbers of the row groups that are wanted.
fn groups(
    metadata: &ParquetMetaData,
    schema: &Schema,
    columns: &[&str],
    wanted: impl Fn(&[Bounds]) -> bool,
) -> Result<Vec<usize>> {
    let all = metadata.row_groups();
    let mut bounds = vec![Vec::with_capacity(columns.len()); all.len()];
    for column in columns {
        let converter =
            StatisticsConverter::try_new(column, schema, metadata.file_metadata().schema_descr())?;
        let (mins, maxes) = (converter.row_group_mins(all)?, converter.row_group_maxes(all)?);
        let nulls: UInt64Array = converter.row_group_null_counts(all)?;
        for (group, bounds) in bounds.iter_mut().enumerate() {
            bounds.push(Bounds {
                min: ScalarValue::try_from_array(&mins, group)?,
                max: ScalarValue::try_from_array(&maxes, group)?,
                nulls: nulls.is_valid(group).then(|| nulls.value(group)),
            });
        }
    }
    Ok((0..all.len()).filter(|group| wanted(&bounds[*group])).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use arrow::array::{ArrayRef, Int64Array, StringViewArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::WriterProperties;

    #[test]
    fn row_groups_are_chosen_by_their_bounds() {
        let columns: [(&str, ArrayRef); 2] = [
            ("id", Arc::new(Int64Array::from_iter_values(0..30))),
            (
                "name",
                Arc::new(StringViewArray::from_iter((0..30).map(|n| (n >= 10).then(|| format!("{n:02}"))))),
            ),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable([
            (columns[0].0, Arc::clone(&columns[0].1), false),
            (columns[1].0, Arc::clone(&columns[1].1), true),
        ])
        .unwrap();
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(10)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        let bytes = writer.into_inner().unwrap();
        let file = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
        let seen = std::cell::RefCell::new(Vec::new());
        let wanted = |bounds: &[Bounds]| {
            seen.borrow_mut().push(bounds.to_vec());
            bounds[0].min == ScalarValue::Int64(Some(20))
        };
        assert_eq!(groups(file.metadata(), file.schema(), &["id", "name"], wanted).unwrap(), [2]);
        let seen = seen.into_inner();
        assert_eq!((seen.len(), seen[0][1].nulls, seen[1][1].nulls), (3, Some(10), Some(0)));
        assert_eq!(seen[1][1].max.try_as_str(), Some(Some("19")));
        assert!(seen[0][1].min.is_null());
    }
}
