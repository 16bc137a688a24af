//! From a text column of any flavour to the kernel's words, and back to a column.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, GenericStringArray, OffsetSizeTrait, PrimitiveArray,
    StringViewArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::take;
use arrow::datatypes::{ArrowPrimitiveType, DataType};
use datafusion_common::{Result, internal_err};

use super::kernel::{words_of, words_of_view};

/// A column whose rows are CPR numbers as two words. A row that is NULL may give any words.
trait Words {
    fn len(&self) -> usize;
    fn at(&self, row: usize) -> (u64, u16);
}

impl Words for &[u128] {
    fn len(&self) -> usize {
        <[u128]>::len(self)
    }

    #[inline(always)]
    fn at(&self, row: usize) -> (u64, u16) {
        words_of_view(self[row])
    }
}

impl<O: OffsetSizeTrait> Words for &GenericStringArray<O> {
    fn len(&self) -> usize {
        Array::len(*self)
    }

    #[inline(always)]
    fn at(&self, row: usize) -> (u64, u16) {
        words_of(self.value(row).as_bytes())
    }
}

/// What a kernel makes of a column.
pub(crate) trait Kernel {
    /// The result for columns whose rows `words` reads and whose NULLs are `nulls`.
    fn run<W: Fn(usize) -> (u64, u16)>(
        &self,
        rows: usize,
        words: W,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef>;
}

/// Runs a kernel over a text column. Of a dictionary only the values are looked at.
pub(crate) fn run(texts: &ArrayRef, kernel: &impl Kernel) -> Result<ArrayRef> {
    fn over<K: Kernel, W: Words>(kernel: &K, words: W, texts: &ArrayRef) -> Result<ArrayRef> {
        kernel.run(words.len(), |row| words.at(row), texts.logical_nulls())
    }
    match texts.data_type() {
        DataType::Utf8View => over(kernel, &texts.as_string_view().views()[..], texts),
        DataType::Utf8 => over(kernel, texts.as_string::<i32>(), texts),
        DataType::LargeUtf8 => over(kernel, texts.as_string::<i64>(), texts),
        DataType::Dictionary(_, _) => {
            let dictionary = texts.as_any_dictionary();
            Ok(take(&run(dictionary.values(), kernel)?, dictionary.keys(), None)?)
        }
        other => internal_err!("a CPR function was given {other}"),
    }
}

/// A bitmap filled 64 rows at a time, so that no word is read back.
struct Bits {
    words: Vec<u64>,
    rows: usize,
}

impl Bits {
    fn new(rows: usize) -> Self {
        Self { words: Vec::with_capacity(rows.div_ceil(64)), rows }
    }

    fn push(&mut self, word: u64) {
        self.words.push(word);
    }

    fn finish(self) -> BooleanBuffer {
        BooleanBuffer::new(ScalarBuffer::from(self.words).into_inner(), 0, self.rows)
    }

    /// As validity, together with the NULLs of the input.
    fn and(self, nulls: Option<NullBuffer>) -> Option<NullBuffer> {
        let known = NullBuffer::new(self.finish());
        NullBuffer::union(nulls.as_ref(), Some(&known)).filter(|nulls| nulls.null_count() > 0)
    }
}

/// A truth value of every row.
pub(crate) struct Truth<F: Fn(u64, u16) -> bool>(pub F);

impl<F: Fn(u64, u16) -> bool> Kernel for Truth<F> {
    fn run<W: Fn(usize) -> (u64, u16)>(
        &self,
        rows: usize,
        words: W,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let truth = BooleanBuffer::collect_bool(rows, |row| {
            let (head, tail) = words(row);
            self.0(head, tail)
        });
        Ok(Arc::new(BooleanArray::new(truth, nulls)))
    }
}

/// A truth value of the rows that `known` accepts, NULL of the others.
pub(crate) struct KnownTruth<K: Fn(u64, u16) -> bool, F: Fn(u64, u16) -> bool> {
    pub known: K,
    pub truth: F,
}

impl<K: Fn(u64, u16) -> bool, F: Fn(u64, u16) -> bool> Kernel for KnownTruth<K, F> {
    fn run<W: Fn(usize) -> (u64, u16)>(
        &self,
        rows: usize,
        words: W,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let (mut truth, mut known) = (Bits::new(rows), Bits::new(rows));
        for start in (0..rows).step_by(64) {
            let (mut truth_word, mut known_word) = (0_u64, 0_u64);
            for row in start..rows.min(start + 64) {
                let (head, tail) = words(row);
                truth_word |= u64::from((self.truth)(head, tail)) << (row - start);
                known_word |= u64::from((self.known)(head, tail)) << (row - start);
            }
            truth.push(truth_word);
            known.push(known_word);
        }
        Ok(Arc::new(BooleanArray::new(truth.finish(), known.and(nulls))))
    }
}

/// A number of every row: `(value, known)`; NULL where it is not known.
pub(crate) struct Number<T: ArrowPrimitiveType, F: Fn(u64, u16) -> (T::Native, bool)> {
    pub of: F,
    pub marker: std::marker::PhantomData<T>,
}

impl<T: ArrowPrimitiveType, F: Fn(u64, u16) -> (T::Native, bool)> Kernel for Number<T, F> {
    fn run<W: Fn(usize) -> (u64, u16)>(
        &self,
        rows: usize,
        words: W,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let mut values = Vec::with_capacity(rows);
        let mut known = Bits::new(rows);
        for start in (0..rows).step_by(64) {
            let end = rows.min(start + 64);
            let mut bits = 0_u64;
            values.extend((start..end).map(|row| {
                let (head, tail) = words(row);
                let (value, is_known) = (self.of)(head, tail);
                bits |= u64::from(is_known) << (row - start);
                value
            }));
            known.push(bits);
        }
        Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), known.and(nulls))))
    }
}

/// A short text of every row as an Arrow view (at most twelve bytes); NULL where there is none.
pub(crate) struct ShortText<F: Fn(u64, u16) -> Option<u128>>(pub F);

impl<F: Fn(u64, u16) -> Option<u128>> Kernel for ShortText<F> {
    fn run<W: Fn(usize) -> (u64, u16)>(
        &self,
        rows: usize,
        words: W,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef> {
        let views = (0..rows).map(|row| {
            let (head, tail) = words(row);
            self.0(head, tail)
        });
        let (views, known): (Vec<u128>, Vec<bool>) =
            views.map(|view| (view.unwrap_or(0), view.is_some())).unzip();
        let nulls = NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::from(known)));
        Ok(Arc::new(StringViewArray::try_new(views.into(), Vec::<Buffer>::new(), nulls)?))
    }
}

/// The view of a text of at most twelve bytes; longer text is cut.
pub(crate) fn view_of(text: &[u8]) -> u128 {
    let text = &text[..text.len().min(12)];
    text.iter().rev().fold(0_u128, |view, byte| (view << 8) | u128::from(*byte)) << 32 | text.len() as u128
}
