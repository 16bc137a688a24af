//! Brings the rows of batches into the order of the parts they belong to.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::Buffer;
use arrow::compute::interleave;
use arrow::datatypes::{ArrowNativeType, DataType};
use datafusion::common::Result;

use super::tasks::Pauses;

/// Where the rows of several batches go, which are brought into the order of their parts.
#[derive(Default)]
pub(super) struct Moves {
    /// The rows that go anywhere, by their numbers in their batches, and their parts.
    rows: Vec<u32>,
    parts: Vec<u16>,
    /// Where the rows of every batch end in these lists.
    ends: Vec<usize>,
    /// The place of every row.
    to: Vec<u32>,
    starts: Vec<usize>,
}

impl Moves {
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.parts.clear();
        self.ends.clear();
        self.to.clear();
    }

    /// Adds a batch: of every row its part, and whether it goes there or is left out. Rows are written down before it is
    /// known whether they go: a branch on that would often be guessed wrong.
    pub(super) fn add(&mut self, rows: impl ExactSizeIterator<Item = (u16, bool)>) {
        let mut count = self.rows.len();
        self.rows.resize(count + rows.len(), 0);
        self.parts.resize(count + rows.len(), 0);
        let (to_rows, to_parts) = (&mut self.rows[..], &mut self.parts[..]);
        for (row, (part, goes)) in rows.enumerate() {
            to_rows[count] = row as u32;
            to_parts[count] = part;
            count += usize::from(goes);
        }
        self.rows.truncate(count);
        self.parts.truncate(count);
        self.ends.push(count);
    }

    /// Rows that go anywhere.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where the rows of each of `count` parts start in the order of the parts, and where the last ones end.
    pub(super) fn order(&mut self, count: usize) -> &[usize] {
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        for part in &self.parts {
            self.starts[usize::from(*part) + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut next: Vec<u32> = self.starts.iter().map(|start| *start as u32).collect();
        self.to.clear();
        self.to.extend(self.parts.iter().map(|part| {
            let to = &mut next[usize::from(*part)];
            *to += 1;
            *to - 1
        }));
        &self.starts
    }

    /// Where the parts start, once they have been ordered.
    pub(super) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Of every batch the rows that go and their places.
    fn of_batches(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        let mut first = 0;
        self.ends.iter().map(move |end| {
            let range = first..*end;
            first = *end;
            (&self.rows[range.clone()], &self.to[range])
        })
    }
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

    /// The rows of `batches`, of which there is at least one, as `moves` has them.
    pub(super) async fn together(
        &mut self,
        batches: &[RecordBatch],
        moves: &Moves,
        pauses: &mut Pauses,
    ) -> Result<RecordBatch> {
        let schema = Arc::clone(batches[0].schema_ref());
        let mut spare = std::mem::take(&mut self.spare).into_iter();
        let mut order = None;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for (number, field) in schema.fields().iter().enumerate() {
            let arrays: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(number)).collect();
            if !is_movable(field.data_type()) || arrays.iter().any(|array| array.null_count() > 0) {
                let order = order.get_or_insert_with(|| places(moves));
                let arrays: Vec<&dyn Array> = arrays.into_iter().map(AsRef::as_ref).collect();
                columns.push(interleave(&arrays, order)?);
                pauses.pause().await;
                continue;
            }
            let arrays: Vec<ArrayData> = arrays.into_iter().map(|array| array.to_data()).collect();
            let spare = spare.next();
            let values = match field.data_type().primitive_width() {
                Some(1) => scattered::<u8>(&arrays, moves, spare, pauses).await,
                Some(2) => scattered::<u16>(&arrays, moves, spare, pauses).await,
                Some(4) => scattered::<u32>(&arrays, moves, spare, pauses).await,
                Some(8) => scattered::<u64>(&arrays, moves, spare, pauses).await,
                _ => scattered::<i128>(&arrays, moves, spare, pauses).await,
            };
            let data = ArrayData::builder(field.data_type().clone()).len(moves.len()).add_buffer(values);
            columns.push(make_array(data.build()?));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(moves.len()));
        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
    }
}

/// Batch and row of every row, in the order of the parts.
fn places(moves: &Moves) -> Vec<(usize, usize)> {
    let mut order = vec![(0, 0); moves.len()];
    for (number, (rows, to)) in moves.of_batches().enumerate() {
        for (row, to) in rows.iter().zip(to) {
            order[*to as usize] = (number, *row as usize);
        }
    }
    order
}

/// The values of `arrays`, each put in its place.
async fn scattered<T: ArrowNativeType>(
    arrays: &[ArrayData],
    moves: &Moves,
    spare: Option<Buffer>,
    pauses: &mut Pauses,
) -> Buffer {
    let mut values: Vec<T> = spare.and_then(|buffer| buffer.into_vec().ok()).unwrap_or_default();
    values.clear();
    if values.capacity() < moves.len() {
        values = Vec::with_capacity(moves.len());
    }
    for (array, (rows, to)) in arrays.iter().zip(moves.of_batches()) {
        let from = &array.buffer::<T>(0)[..array.len()];
        let values = values.spare_capacity_mut();
        for (row, to) in rows.iter().zip(to) {
            values[*to as usize].write(from[*row as usize]);
        }
        pauses.pause().await;
    }
    // SAFETY: the places of all rows of all batches are every number below their count, as `Moves::order` gives them out.
    unsafe { values.set_len(moves.len()) };
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
            // One row in eleven is left out.
            let goes = |row: usize| row % 11 != 3;
            let mut moves = Moves::default();
            let mut first = 0;
            for batch in &batches {
                moves.add((first..first + batch.num_rows()).map(|row| (part(row), goes(row))));
                first += batch.num_rows();
            }
            let starts = moves.order(200).to_vec();
            let found = scatter.together(&batches, &moves, &mut Pauses::new()).await.unwrap();
            let numbers = found.column(0).as_primitive::<Int64Type>().values();
            for part_number in 0..200 {
                let expected: Vec<i64> = (0..rows)
                    .filter(|row| usize::from(part(*row)) == part_number && goes(*row))
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
            let again = scatter.together(&batches, &moves, &mut Pauses::new()).await.unwrap();
            assert_eq!(again.num_rows(), (0..rows).filter(|row| goes(*row)).count());
        }
    }
}
