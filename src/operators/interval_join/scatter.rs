//! Brings the rows of batches into the order of the parts they belong to.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::Buffer;
use arrow::compute::interleave;
use arrow::datatypes::{ArrowNativeType, DataType};
use datafusion::common::Result;

use super::tasks::Pauses;

/// Where the rows of each of `count` parts start in the order of the parts, and where the last ones end.
pub(super) fn starts_of(parts: &[u16], count: usize) -> Vec<usize> {
    let mut starts = vec![0; count + 1];
    for part in parts {
        starts[usize::from(*part) + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// Whether a column of this type is moved value by value where it has no NULLs.
pub(super) fn is_movable(kind: &DataType) -> bool {
    matches!(kind.primitive_width(), Some(1 | 2 | 4 | 8 | 16))
}

/// Puts rows together by part, again and again.
#[derive(Default)]
pub(super) struct Scatter {
    /// Columns of the last batch, to be written again: fresh memory costs more than writing it does.
    spare: Vec<Buffer>,
}

impl Scatter {
    /// Bytes kept for the next batch.
    pub(super) fn spare_bytes(&self) -> usize {
        self.spare.iter().map(Buffer::capacity).sum()
    }

    /// Takes the memory of a batch back that is done with.
    pub(super) fn give_back(&mut self, batch: RecordBatch) {
        let (_, columns, _) = batch.into_parts();
        let buffers = |column: ArrayRef| match is_movable(column.data_type()) {
            true => column.to_data().buffers().to_vec(),
            false => Vec::new(),
        };
        self.spare = columns.into_iter().flat_map(buffers).collect();
    }

    /// The rows of `batches`, of which there is at least one, by `parts`; these start at `starts`.
    pub(super) async fn together(
        &mut self,
        batches: &[RecordBatch],
        parts: &[u16],
        starts: &[usize],
        pauses: &mut Pauses,
    ) -> Result<RecordBatch> {
        let schema = Arc::clone(batches[0].schema_ref());
        let mut spare = std::mem::take(&mut self.spare).into_iter();
        let mut order = None;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for (number, field) in schema.fields().iter().enumerate() {
            let arrays: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(number)).collect();
            if !is_movable(field.data_type()) || arrays.iter().any(|array| array.null_count() > 0) {
                let order = order.get_or_insert_with(|| places(batches, parts, starts));
                let arrays: Vec<&dyn Array> = arrays.into_iter().map(AsRef::as_ref).collect();
                columns.push(interleave(&arrays, order)?);
                pauses.pause().await;
                continue;
            }
            let arrays: Vec<ArrayData> = arrays.into_iter().map(|array| array.to_data()).collect();
            let spare = spare.next();
            let values = match field.data_type().primitive_width() {
                Some(1) => scattered::<u8>(&arrays, parts, starts, spare, pauses).await,
                Some(2) => scattered::<u16>(&arrays, parts, starts, spare, pauses).await,
                Some(4) => scattered::<u32>(&arrays, parts, starts, spare, pauses).await,
                Some(8) => scattered::<u64>(&arrays, parts, starts, spare, pauses).await,
                _ => scattered::<i128>(&arrays, parts, starts, spare, pauses).await,
            };
            let data = ArrayData::builder(field.data_type().clone()).len(parts.len()).add_buffer(values);
            columns.push(make_array(data.build()?));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(parts.len()));
        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
    }
}

/// Batch and row of every row, in the order of the parts.
fn places(batches: &[RecordBatch], parts: &[u16], starts: &[usize]) -> Vec<(usize, usize)> {
    let mut next = starts.to_vec();
    let mut order = vec![(0, 0); parts.len()];
    let rows =
        batches.iter().enumerate().flat_map(|(number, b)| (0..b.num_rows()).map(move |row| (number, row)));
    for (place, part) in rows.zip(parts) {
        let to = &mut next[usize::from(*part)];
        order[*to] = place;
        *to += 1;
    }
    order
}

/// The values of `arrays`, each put where its part goes on.
async fn scattered<T: ArrowNativeType>(
    arrays: &[ArrayData],
    parts: &[u16],
    starts: &[usize],
    spare: Option<Buffer>,
    pauses: &mut Pauses,
) -> Buffer {
    let mut next = starts.to_vec();
    let mut values: Vec<T> = spare.and_then(|buffer| buffer.into_vec().ok()).unwrap_or_default();
    if values.capacity() < parts.len() {
        values = Vec::new();
    }
    values.resize(parts.len(), T::default());
    let mut parts = parts.iter();
    for array in arrays {
        for (value, part) in array.buffer::<T>(0)[..array.len()].iter().zip(parts.by_ref()) {
            let to = &mut next[usize::from(*part)];
            values[*to] = *value;
            *to += 1;
        }
        pauses.pause().await;
    }
    Buffer::from_vec(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{AsArray, Int16Array, Int64Array, StringArray};
    use arrow::datatypes::{Int16Type, Int64Type};

    #[tokio::test]
    async fn rows_stay_whole_and_come_to_their_part() {
        let part = |row: usize| (row * 7919 % 5003 % 200) as u16;
        for rows in [0, 1, 3000, 20_000, 10_000] {
            let mut scatter = Scatter::default();
            let batch = |range: std::ops::Range<usize>| {
                let columns: [(&str, ArrayRef); 4] = [
                    ("row", Arc::new(Int64Array::from_iter_values(range.clone().map(|row| row as i64)))),
                    ("small", Arc::new(Int16Array::from_iter_values(range.clone().map(|row| row as i16)))),
                    (
                        "odd",
                        Arc::new(Int64Array::from_iter(
                            range.clone().map(|row| (row % 2 == 1).then_some(row as i64)),
                        )),
                    ),
                    ("text", Arc::new(StringArray::from_iter_values(range.map(|row| row.to_string())))),
                ];
                RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
                    .unwrap()
            };
            // Slices, so that values do not start where the buffer does.
            let whole = batch(0..rows + 10);
            let mut batches: Vec<RecordBatch> =
                (0..rows).step_by(999).map(|first| whole.slice(first, 999.min(rows - first))).collect();
            batches.push(whole.slice(0, 0));
            let parts: Vec<u16> = (0..rows).map(part).collect();
            let starts = starts_of(&parts, 200);
            let found = scatter.together(&batches, &parts, &starts, &mut Pauses::new()).await.unwrap();
            let numbers = found.column(0).as_primitive::<Int64Type>().values();
            for part_number in 0..200 {
                let expected: Vec<i64> = (0..rows)
                    .filter(|row| usize::from(part(*row)) == part_number)
                    .map(|row| row as i64)
                    .collect();
                assert_eq!(numbers[starts[part_number]..starts[part_number + 1]], expected);
            }
            for (at, number) in numbers.iter().enumerate() {
                assert_eq!(found.column(1).as_primitive::<Int16Type>().value(at), *number as i16);
                assert_eq!(found.column(2).is_valid(at), number % 2 == 1);
                assert_eq!(found.column(3).as_string::<i32>().value(at), number.to_string());
            }
            scatter.give_back(found);
            let again = scatter.together(&batches, &parts, &starts, &mut Pauses::new()).await.unwrap();
            assert_eq!(again.num_rows(), rows);
        }
    }
}
