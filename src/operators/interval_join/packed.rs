//! Rows as bytes: what is written to files, and what is held in memory where the columns would take too much of it.
//!
//! Columns of four, eight or sixteen bytes are written as distances from their least value, in as few bytes as the
//! greatest distance needs. The others follow in Arrow's IPC format.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, NullBufferBuilder, RecordBatch, RecordBatchOptions, make_array,
};
use arrow::buffer::{BooleanBuffer, Buffer};
use arrow::compute::concat_batches;
use arrow::datatypes::{ArrowNativeType, DataType, SchemaRef};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use datafusion::common::{Result, exec_err};

/// Bytes before the columns: the length of everything and the number of rows.
pub(super) const HEADER: usize = 16;
/// Added to the width of a column that has NULLs.
const NULLS: u8 = 64;

/// Writes the rows of `batch` over what is in `bytes`.
pub(super) fn pack(batch: &RecordBatch, bytes: &mut Vec<u8>) -> Result<()> {
    let rows = batch.num_rows();
    bytes.clear();
    bytes.resize(HEADER, 0);
    let mut others = Vec::new();
    for (number, column) in batch.columns().iter().enumerate() {
        let data = column.to_data();
        match column.data_type().primitive_width() {
            Some(4) => pack_values(&data.buffer::<i32>(0)[..rows], column, bytes),
            Some(8) => pack_values(&data.buffer::<i64>(0)[..rows], column, bytes),
            Some(16) => pack_values(&data.buffer::<i128>(0)[..rows], column, bytes),
            _ => others.push(number),
        }
    }
    if !others.is_empty() {
        let others = compact(batch.project(&others)?)?;
        let mut writer = StreamWriter::try_new(&mut *bytes, others.schema_ref())?;
        writer.write(&others)?;
        writer.finish()?;
    }
    let length = bytes.len() as u64;
    bytes[..8].copy_from_slice(&length.to_le_bytes());
    bytes[8..HEADER].copy_from_slice(&(rows as u64).to_le_bytes());
    Ok(())
}

/// Length in bytes and number of rows of what starts with `header`; `None` where that is cut off.
pub(super) fn length_and_rows(header: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| Some(u64::from_le_bytes(header.get(at..at + 8)?.try_into().ok()?) as usize);
    Some((number(0)?, number(8)?))
}

/// Views keep only the texts they show: IPC would write all of them.
fn compact(batch: RecordBatch) -> Result<RecordBatch> {
    let compact = |column: &ArrayRef| -> ArrayRef {
        match column.data_type() {
            DataType::Utf8View => Arc::new(column.as_string_view().gc()),
            DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
            _ => Arc::clone(column),
        }
    };
    let columns = batch.columns().iter().map(compact).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(batch.schema(), columns, &options)?)
}

/// Values that are written as distances.
trait Word: ArrowNativeType + Ord {
    fn wide(self) -> i128;
    fn narrow(wide: i128) -> Self;
    /// From `least`, which is not greater. Only its lower bytes count.
    fn distance(self, least: Self) -> u64;
    fn plus(self, distance: u64) -> Self;
}

macro_rules! word {
    ($kind:ty) => {
        impl Word for $kind {
            #[inline]
            fn wide(self) -> i128 {
                self as i128
            }

            #[inline]
            fn narrow(wide: i128) -> Self {
                wide as Self
            }

            #[inline]
            fn distance(self, least: Self) -> u64 {
                self.wrapping_sub(least) as u64
            }

            #[inline]
            fn plus(self, distance: u64) -> Self {
                self.wrapping_add(distance as Self)
            }
        }
    };
}

word!(i32);
word!(i64);
word!(i128);

fn pack_values<T: Word>(values: &[T], column: &ArrayRef, bytes: &mut Vec<u8>) {
    let rows = values.len();
    let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
    let (mut least, mut most) = values.first().map_or((T::default(), T::default()), |first| (*first, *first));
    for value in values {
        least = least.min(*value);
        most = most.max(*value);
    }
    let width = match most.wide().wrapping_sub(least.wide()) as u128 {
        0 => 0,
        1..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        0x1_0000_0000..=0xFFFF_FFFF_FFFF_FFFF => 8,
        _ => 16,
    };
    bytes.push(width as u8 + if nulls.is_some() { NULLS } else { 0 });
    bytes.extend(least.wide().to_le_bytes());
    if let Some(nulls) = nulls {
        bytes.extend(nulls.inner().sliced().as_slice().iter().take(rows.div_ceil(8)));
    }
    match width {
        0 => {}
        1 => write::<T, 1>(values, least, bytes),
        2 => write::<T, 2>(values, least, bytes),
        4 => write::<T, 4>(values, least, bytes),
        8 => write::<T, 8>(values, least, bytes),
        _ => values.iter().for_each(|value| bytes.extend(value.wide().to_le_bytes())),
    }
}

fn write<T: Word, const WIDTH: usize>(values: &[T], least: T, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.resize(start + WIDTH * values.len(), 0);
    for (to, value) in bytes[start..].as_chunks_mut::<WIDTH>().0.iter_mut().zip(values) {
        to.copy_from_slice(&value.distance(least).to_le_bytes()[..WIDTH]);
    }
}

/// The rows of all `packed`, which are of `schema`, as one batch.
pub(super) fn unpack(packed: &[&[u8]], schema: &SchemaRef) -> Result<RecordBatch> {
    let mut pieces = Vec::with_capacity(packed.len());
    let mut rows = 0;
    for bytes in packed {
        let Some((length, count)) = length_and_rows(bytes) else { return cut_off() };
        if length != bytes.len() {
            return cut_off();
        }
        rows += count;
        pieces.push((&bytes[HEADER..], count));
    }
    let mut columns: Vec<Option<ArrayRef>> = Vec::with_capacity(schema.fields().len());
    let mut others = Vec::new();
    for (number, field) in schema.fields().iter().enumerate() {
        columns.push(match field.data_type().primitive_width() {
            Some(4) => Some(unpack_values::<i32>(&mut pieces, rows, field.data_type())?),
            Some(8) => Some(unpack_values::<i64>(&mut pieces, rows, field.data_type())?),
            Some(16) => Some(unpack_values::<i128>(&mut pieces, rows, field.data_type())?),
            _ => {
                others.push(number);
                None
            }
        });
    }
    if !others.is_empty() {
        let mut batches = Vec::with_capacity(pieces.len());
        for (bytes, _) in pieces {
            for batch in StreamReader::try_new(bytes, None)? {
                batches.push(batch?);
            }
        }
        let batch = concat_batches(&Arc::new(schema.project(&others)?), &batches)?;
        for (number, column) in others.into_iter().zip(batch.columns()) {
            columns[number] = Some(Arc::clone(column));
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let columns = columns.into_iter().flatten().collect();
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}

/// The error for less than was written.
pub(super) fn cut_off<T>() -> Result<T> {
    exec_err!("what an interval join wrote to a file has been cut off")
}

/// The first column of `pieces`, which then start after it.
fn unpack_values<T: Word>(pieces: &mut [(&[u8], usize)], rows: usize, kind: &DataType) -> Result<ArrayRef> {
    let mut values: Vec<T> = Vec::with_capacity(rows);
    let mut nulls = NullBufferBuilder::new(rows);
    for (bytes, rows) in pieces {
        let Some((head, rest)) = bytes.split_first_chunk::<17>() else { return cut_off() };
        let (width, base) = head.split_at(1);
        let least = T::narrow(i128::from_le_bytes(base.try_into().unwrap_or_default()));
        let width = usize::from(width[0] & !NULLS);
        let known = if head[0] & NULLS != 0 { rows.div_ceil(8) } else { 0 };
        let Some((bitmap, rest)) = rest.split_at_checked(known) else { return cut_off() };
        let Some((data, rest)) = rest.split_at_checked(width * *rows) else { return cut_off() };
        match known {
            0 => nulls.append_n_non_nulls(*rows),
            _ => nulls.append_buffer(&BooleanBuffer::new(Buffer::from(bitmap), 0, *rows).into()),
        }
        match width {
            0 => values.resize(values.len() + *rows, least),
            1 => read::<T, 1>(data, least, &mut values),
            2 => read::<T, 2>(data, least, &mut values),
            4 => read::<T, 4>(data, least, &mut values),
            8 => read::<T, 8>(data, least, &mut values),
            _ => {
                let wide = data.as_chunks::<16>().0.iter();
                values.extend(wide.map(|value| T::narrow(i128::from_le_bytes(*value))));
            }
        }
        *bytes = rest;
    }
    let data = ArrayData::builder(kind.clone()).len(rows).add_buffer(Buffer::from_vec(values));
    Ok(make_array(data.nulls(nulls.finish()).build()?))
}

fn read<T: Word, const WIDTH: usize>(data: &[u8], least: T, values: &mut Vec<T>) {
    values.extend(data.as_chunks::<WIDTH>().0.iter().map(|bytes| {
        let mut distance = [0; 8];
        distance[..WIDTH].copy_from_slice(bytes);
        least.plus(u64::from_le_bytes(distance))
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringViewArray, UInt64Array,
    };

    fn packed(batch: &RecordBatch) -> Vec<u8> {
        // What was there before does not matter.
        let mut bytes = vec![7; 100];
        pack(batch, &mut bytes).unwrap();
        bytes
    }

    /// Values of every width, with NULLs and without, slices, and types that are left to Arrow.
    #[test]
    fn what_is_packed_comes_out_again() {
        let nth = |row: i64, step: i64| (row % 5 > 0).then_some(row * step);
        let numbers =
            |step: i64| -> ArrayRef { Arc::new((0..500).map(|row| nth(row, step)).collect::<Int64Array>()) };
        let text = |row: i64| (row % 3 > 0).then(|| format!("a text that is long, number {row}"));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("same", Arc::new(Int64Array::from(vec![i64::MIN; 500]))),
            ("byte", Arc::new(Int64Array::from_iter_values((0..500).map(|row| i64::MAX - row % 200)))),
            ("two", numbers(100)),
            ("four", numbers(-1_000_000)),
            ("eight", numbers(i64::MAX / 500)),
            (
                "turned",
                Arc::new(Int64Array::from_iter_values((0..500).map(|row| i64::MAX - (row % 2) * i64::MAX))),
            ),
            ("day", Arc::new((0..500).map(|row| (row % 7 > 0).then_some(row)).collect::<Date32Array>())),
            ("text", Arc::new((0..500).map(text).collect::<StringViewArray>())),
            ("float", Arc::new(Float64Array::from_iter_values((0..500).map(|row| f64::from(row).sqrt())))),
            ("unsigned", Arc::new(UInt64Array::from_iter_values((0..500).map(|row| u64::MAX - row)))),
            ("small", Arc::new(Decimal128Array::from_iter_values((0..500).map(|row| i128::from(row) - 7)))),
            (
                "wide",
                Arc::new(Decimal128Array::from_iter_values((0..500).map(|row| row * (i128::MAX / 600)))),
            ),
            (
                "yes",
                Arc::new((0..500).map(|row| (row % 4 > 0).then_some(row % 3 == 0)).collect::<BooleanArray>()),
            ),
        ];
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        let slices = [batch.slice(0, 0), batch.slice(3, 101), batch.slice(104, 1), batch.slice(105, 395)];
        let all: Vec<Vec<u8>> = slices.iter().map(packed).collect();
        let views: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        let schema = batch.schema();
        assert_eq!(unpack(&views, &schema).unwrap(), batch.slice(3, 497));
        assert_eq!(unpack(&[], &schema).unwrap().num_rows(), 0);
        let cut = &all[1][..all[1].len() - 1];
        assert!(unpack(&[cut], &schema).is_err());
        // Ten bytes a row less than the two numbers and the date have.
        let few = batch.project(&[1, 2, 6]).unwrap();
        assert!(packed(&few).len() < 500 * 6 + 200);
    }

    #[test]
    fn rows_without_columns_are_counted() {
        let schema: SchemaRef = Arc::new(arrow::datatypes::Schema::empty());
        let options = RecordBatchOptions::new().with_row_count(Some(7));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), vec![], &options).unwrap();
        assert_eq!(unpack(&[&packed(&batch)], &schema).unwrap().num_rows(), 7);
    }
}
