//! Brings the columns of the build side into index order.

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::{Buffer, ScalarBuffer};
use arrow::compute::{concat, interleave};
use arrow::datatypes::{ArrowNativeType, DataType, SchemaRef};
use datafusion::common::{Result, internal_err};

use super::stored::batch_and_row;
use super::tasks::Watch;

/// Rows of a gathered piece, where pieces are put together at the end.
const ROWS_PER_PIECE: usize = 1 << 18;

/// Rows gathered between two looks at whether they are still wanted.
const ROWS_PER_LOOK: usize = 1 << 14;

/// Columns on their way: those of four and eight bytes without NULLs are filled by several threads, the others are made at
/// the end.
pub(super) struct Gathering {
    columns: Vec<Gathered>,
    rows: usize,
    /// Rows that have been put in their places.
    filled: AtomicUsize,
}

enum Gathered {
    Four(Values<u32>),
    Eight(Values<u64>),
    Other(Vec<ArrayRef>),
}

/// The values of all batches, whatever their type, and room for all of them in order.
struct Values<T: ArrowNativeType> {
    from: Vec<ScalarBuffer<T>>,
    to: Vec<T>,
}

impl<T: ArrowNativeType> Values<T> {
    fn new(arrays: &[ArrayRef], rows: usize) -> Self {
        let values = |array: &ArrayRef| {
            let data = array.to_data();
            ScalarBuffer::new(data.buffers()[0].clone(), data.offset(), data.len())
        };
        Self { from: arrays.iter().map(values).collect(), to: Vec::with_capacity(rows) }
    }

    /// The values in order.
    ///
    /// # Safety
    /// All `rows` places have been filled.
    unsafe fn finish(mut self, rows: usize, kind: &DataType) -> Result<ArrayRef> {
        // SAFETY: there was room for so many, and they are filled.
        unsafe { self.to.set_len(rows) };
        let data = ArrayData::builder(kind.clone()).len(rows).add_buffer(Buffer::from_vec(self.to));
        Ok(make_array(data.build()?))
    }
}

/// Rows that are filled by one thread, one after the other.
pub(super) struct Share<'a> {
    slots: Vec<Slots<'a>>,
    filled: &'a AtomicUsize,
}

enum Slots<'a> {
    Four(Vec<&'a [u32]>, &'a mut [MaybeUninit<u32>]),
    Eight(Vec<&'a [u64]>, &'a mut [MaybeUninit<u64>]),
}

impl Share<'_> {
    /// The next rows: those of these places.
    pub(super) fn put(&mut self, places: &[u64], watch: &Watch) -> Result<()> {
        for places in places.chunks(ROWS_PER_LOOK) {
            watch.look()?;
            for slots in &mut self.slots {
                match slots {
                    Slots::Four(from, to) => put(from, to, places),
                    Slots::Eight(from, to) => put(from, to, places),
                }
            }
            self.filled.fetch_add(places.len(), Ordering::Relaxed);
        }
        Ok(())
    }
}

fn put<T: Copy>(from: &[&[T]], to: &mut &mut [MaybeUninit<T>], places: &[u64]) {
    let (mine, rest) = std::mem::take(to).split_at_mut(places.len());
    for (to, place) in mine.iter_mut().zip(places) {
        let (batch, row) = batch_and_row(*place);
        to.write(from[batch][row]);
    }
    *to = rest;
}

impl Gathering {
    /// Of the columns of `batches`, as many as `schema` has, `rows` rows.
    pub(super) fn new(batches: &[RecordBatch], schema: &SchemaRef, rows: usize) -> Self {
        let column = |position| {
            let arrays: Vec<ArrayRef> =
                batches.iter().map(|batch| Arc::clone(batch.column(position))).collect();
            let plain = arrays.iter().all(|array| array.null_count() == 0);
            match schema.field(position).data_type().primitive_width() {
                Some(4) if plain => Gathered::Four(Values::new(&arrays, rows)),
                Some(8) if plain => Gathered::Eight(Values::new(&arrays, rows)),
                _ => Gathered::Other(arrays),
            }
        };
        let columns = (0..schema.fields().len()).map(column).collect();
        Self { columns, rows, filled: AtomicUsize::new(0) }
    }

    /// Some columns are made at the end, for which the places of all rows are needed.
    pub(super) fn needs_places(&self) -> bool {
        self.columns.iter().any(|column| matches!(column, Gathered::Other(_)))
    }

    /// The rows in shares of these lengths, one after the other.
    pub(super) fn shares(&mut self, lengths: &[usize]) -> Vec<Share<'_>> {
        let filled = &self.filled;
        let mut shares: Vec<Share<'_>> =
            lengths.iter().map(|_| Share { slots: Vec::new(), filled }).collect();
        for column in &mut self.columns {
            match column {
                Gathered::Four(Values { from, to }) => {
                    let from: Vec<&[u32]> = from.iter().map(|values| &values[..]).collect();
                    for (share, to) in shares.iter_mut().zip(split(to.spare_capacity_mut(), lengths)) {
                        share.slots.push(Slots::Four(from.clone(), to));
                    }
                }
                Gathered::Eight(Values { from, to }) => {
                    let from: Vec<&[u64]> = from.iter().map(|values| &values[..]).collect();
                    for (share, to) in shares.iter_mut().zip(split(to.spare_capacity_mut(), lengths)) {
                        share.slots.push(Slots::Eight(from.clone(), to));
                    }
                }
                Gathered::Other(_) => {}
            }
        }
        shares
    }

    /// The columns, all shares being filled; `places` of all rows where they are needed.
    pub(super) fn finish(self, schema: &SchemaRef, places: &[&[u64]], watch: &Watch) -> Result<RecordBatch> {
        if self.filled.into_inner() != self.rows {
            return internal_err!("an index has room for other rows than it was given");
        }
        let rows = self.rows;
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (column, field) in self.columns.into_iter().zip(schema.fields()) {
            arrays.push(match column {
                // SAFETY: every share fills its own part, one place after the other, and together they have filled all.
                Gathered::Four(values) => unsafe { values.finish(rows, field.data_type())? },
                Gathered::Eight(values) => unsafe { values.finish(rows, field.data_type())? },
                Gathered::Other(from) => pieces(&from, places, field.data_type(), watch)?,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
    }
}

/// `values` in pieces of these lengths.
fn split<'a, T>(mut values: &'a mut [T], lengths: &[usize]) -> Vec<&'a mut [T]> {
    let piece = |length: &usize| {
        let (piece, rest) = std::mem::take(&mut values).split_at_mut(*length);
        values = rest;
        piece
    };
    lengths.iter().map(piece).collect()
}

fn pieces(arrays: &[ArrayRef], places: &[&[u64]], kind: &DataType, watch: &Watch) -> Result<ArrayRef> {
    let views: Vec<&dyn Array> = arrays.iter().map(|a| a.as_ref()).collect();
    let mut places = places.iter().flat_map(|places| places.iter()).map(|place| batch_and_row(*place));
    let mut pieces: Vec<ArrayRef> = Vec::new();
    loop {
        watch.look()?;
        let piece: Vec<(usize, usize)> = places.by_ref().take(ROWS_PER_PIECE).collect();
        if piece.is_empty() {
            break;
        }
        pieces.push(interleave(&views, &piece)?);
    }
    Ok(match pieces.as_slice() {
        [] => arrow::array::new_empty_array(kind),
        [one] => Arc::clone(one),
        several => concat(&several.iter().map(|a| a.as_ref()).collect::<Vec<_>>())?,
    })
}
