//! Pairs as runs: one row of one side with neighbours of the other. Their columns are copied in long pieces.

use std::ops::Range;

use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, UInt32Array, make_array};
use arrow::buffer::Buffer;
use arrow::compute::take;
use arrow::datatypes::ArrowNativeType;
use datafusion::common::Result;

use super::probe::Pairs;

/// One row and its partners, which are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub one: u32,
    pub first: u32,
    pub len: u32,
}

/// Runs of one kind.
#[derive(Debug, Default)]
pub(super) struct Runs {
    pub runs: Vec<Run>,
    /// The neighbours are build rows; otherwise they are probe rows.
    pub of_build: bool,
    /// Pairs.
    pub len: usize,
}

impl Runs {
    /// Written down before it is known whether there is anything in it: a branch on that would often be guessed wrong.
    #[inline]
    pub(super) fn push(&mut self, one: u32, first: usize, len: usize) {
        let kept = self.runs.len() + usize::from(len > 0);
        self.runs.push(Run { one, first: first as u32, len: len as u32 });
        self.runs.truncate(kept);
        self.len += len;
    }

    /// The pairs for which `wanted` is true.
    pub(super) fn pairs(&self, wanted: impl Fn(u32, u32) -> bool) -> Pairs {
        let (mut build, mut probe) = (Vec::with_capacity(self.len), Vec::with_capacity(self.len));
        for Run { one, first, len } in &self.runs {
            for other in *first..first + len {
                let (b, p) = if self.of_build { (other, *one) } else { (*one, other) };
                if wanted(b, p) {
                    build.push(b);
                    probe.push(p);
                }
            }
        }
        Pairs { build, probe }
    }

    /// The build rows of every run.
    pub(super) fn build_rows(&self) -> impl Iterator<Item = Range<u32>> {
        let rows = |run: &Run| match self.of_build {
            true => run.first..run.first + run.len,
            false => run.one..run.one + 1,
        };
        self.runs.iter().map(rows)
    }

    /// Column `column` of the build side or of the probe side.
    pub(super) fn column(&self, of_build: bool, batch: &RecordBatch, column: usize) -> Result<ArrayRef> {
        let array = batch.column(column);
        let neighbours = of_build == self.of_build;
        let data = array.to_data();
        let values = match array.data_type().primitive_width() {
            Some(4) if array.null_count() == 0 => self.copied::<u32>(&data, neighbours),
            Some(8) if array.null_count() == 0 => self.copied::<u64>(&data, neighbours),
            _ => {
                let pairs = self.pairs(|_, _| true);
                let rows = UInt32Array::from(if of_build { pairs.build } else { pairs.probe });
                return Ok(take(array, &rows, None)?);
            }
        };
        let data = ArrayData::builder(array.data_type().clone()).len(self.len).add_buffer(values);
        Ok(make_array(data.build()?))
    }

    fn copied<T: ArrowNativeType>(&self, data: &ArrayData, neighbours: bool) -> Buffer {
        let from = data.buffer::<T>(0);
        let mut values = vec![T::default(); self.len + PIECE];
        let mut at = 0;
        for run in &self.runs {
            let (first, len) = (run.first as usize, run.len as usize);
            let to = &mut values[at..];
            match neighbours {
                true => copy(&from[first..], len, to),
                false => fill(from[run.one as usize], len, to),
            }
            at += len;
        }
        values.truncate(self.len);
        Buffer::from_vec(values)
    }
}

/// Values are written in whole pieces of so many as long as they are few; what is too much, the next run writes over.
const PIECE: usize = 8;
const FEW_PIECES: usize = 4;

/// The first `len` values of `from`; `to` has room for a piece more.
#[inline]
fn copy<T: Copy>(from: &[T], len: usize, to: &mut [T]) {
    if len > FEW_PIECES * PIECE || from.len() < len + PIECE {
        return to[..len].copy_from_slice(&from[..len]);
    }
    for at in (0..len).step_by(PIECE) {
        to[at..at + PIECE].copy_from_slice(&from[at..at + PIECE]);
    }
}

/// `len` times the value; `to` has room for a piece more.
#[inline]
fn fill<T: Copy>(value: T, len: usize, to: &mut [T]) {
    if len > FEW_PIECES * PIECE {
        return to[..len].fill(value);
    }
    for at in (0..len).step_by(PIECE) {
        to[at..at + PIECE].fill(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Date32Array, Int64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn columns_are_those_of_the_pairs() {
        let columns: [(&str, ArrayRef); 4] = [
            ("number", Arc::new(Int64Array::from_iter_values(0..10))),
            ("day", Arc::new(Date32Array::from_iter_values((0..10).map(|day| day * 3)))),
            ("unknown", Arc::new(Int64Array::from_iter((0..10).map(|n| (n % 3 > 0).then_some(n))))),
            ("text", Arc::new(StringArray::from_iter_values((0..10).map(|n| n.to_string())))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let sliced = batch.slice(1, 9);
        for of_build in [true, false] {
            let mut runs = Runs { of_build, ..Runs::default() };
            for (one, first, len) in [(3, 0, 4), (1, 2, 0), (8, 5, 1), (0, 6, 3)] {
                runs.push(one, first, len);
            }
            let Pairs { build, probe } = runs.pairs(|_, _| true);
            assert_eq!((runs.len, build.len()), (8, 8));
            for column in 0..4 {
                for (is_build, rows) in [(true, &build), (false, &probe)] {
                    let expected = take(sliced.column(column), &UInt32Array::from(rows.clone()), None);
                    assert_eq!(&runs.column(is_build, &sliced, column).unwrap(), &expected.unwrap());
                }
            }
        }
    }
}
