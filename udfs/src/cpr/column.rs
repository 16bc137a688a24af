//! From a text column of any flavour to blocks of numbers, and back to a column.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, GenericStringArray, OffsetSizeTrait, PrimitiveArray,
    StringViewArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::take;
use arrow::datatypes::{ArrowPrimitiveType, DataType};
use datafusion_common::{Result, internal_err};

use super::kernel::{BLOCK, MALFORMED, number_of, without_hyphen};

/// A column whose rows are CPR numbers. A row that is NULL may give any number.
trait Numbers {
    fn len(&self) -> usize;

    /// The numbers of [`BLOCK`] rows, or of those that are left; the rest of the block is of no meaning.
    fn block<'a>(&'a self, from: usize, space: &'a mut [u128; BLOCK]) -> &'a [u128; BLOCK];
}

impl Numbers for &[u128] {
    fn len(&self) -> usize {
        <[u128]>::len(self)
    }

    #[inline(always)]
    fn block<'a>(&'a self, from: usize, space: &'a mut [u128; BLOCK]) -> &'a [u128; BLOCK] {
        let views = &self[from..];
        // Columns are nearly always written in one of the two forms.
        if let Some(block) = views.first_chunk::<BLOCK>()
            && !block.iter().fold(false, |any, view| any | (*view as u32 == 11))
        {
            return block;
        }
        for (number, view) in space.iter_mut().zip(views) {
            *number = without_hyphen(*view);
        }
        space
    }
}

impl<O: OffsetSizeTrait> Numbers for &GenericStringArray<O> {
    fn len(&self) -> usize {
        Array::len(*self)
    }

    #[inline(always)]
    fn block<'a>(&'a self, from: usize, space: &'a mut [u128; BLOCK]) -> &'a [u128; BLOCK] {
        for (number, row) in space.iter_mut().zip(from..Array::len(*self)) {
            *number = number_of(self.value(row).as_bytes());
        }
        space
    }
}

/// What a function makes of a block. `of` must be `#[inline(always)]`, and so must what it calls on blocks: only then
/// is it compiled for the instructions that [`walk`] chooses. (That is why it is no closure: those are not.)
pub(crate) trait OfBlock {
    type Made;
    fn of(numbers: &[u128; BLOCK]) -> Self::Made;
}

/// What blocks are given to. `take` must be `#[inline(always)]`, see [`OfBlock`].
pub(super) trait Blocks {
    /// Takes the next block of rows.
    fn take(&mut self, numbers: &[u128; BLOCK]);
}

/// A column that is made block by block.
pub(super) trait Kernel: Blocks + Sized {
    /// An empty column with room for so many rows, a whole number of blocks.
    fn with_capacity(rows: usize) -> Self;

    /// The result; what was made of rows beyond `rows` is left out.
    fn finish(self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef>;
}

/// Runs a kernel over a text column. Of a dictionary only the values are looked at.
pub(crate) fn run<K: Kernel>(texts: &ArrayRef) -> Result<ArrayRef> {
    match texts.data_type() {
        DataType::Utf8View => over::<K, _>(&texts.as_string_view().views()[..], texts),
        DataType::Utf8 => over::<K, _>(texts.as_string::<i32>(), texts),
        DataType::LargeUtf8 => over::<K, _>(texts.as_string::<i64>(), texts),
        DataType::Dictionary(_, _) => {
            let dictionary = texts.as_any_dictionary();
            Ok(take(&run::<K>(dictionary.values())?, dictionary.keys(), None)?)
        }
        other => internal_err!("a CPR function was given {other}"),
    }
}

fn over<K: Kernel, N: Numbers>(numbers: N, texts: &ArrayRef) -> Result<ArrayRef> {
    let mut kernel = K::with_capacity(numbers.len().next_multiple_of(BLOCK));
    walk(&mut kernel, &numbers);
    kernel.finish(numbers.len(), texts.logical_nulls())
}

/// Walks over views of a text column.
pub(super) fn walk_views(kernel: &mut impl Blocks, views: &[u128]) {
    walk(kernel, &views);
}

/// Walks over the blocks with the widest instructions that this machine has.
fn walk<K: Blocks, N: Numbers>(kernel: &mut K, numbers: &N) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
        if is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the machine has the instructions the function is compiled for.
            return unsafe { walk_widest(kernel, numbers) };
        }
        // SAFETY: as above.
        return unsafe { walk_wide(kernel, numbers) };
    }
    walk_blocks(kernel, numbers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2,avx512bw,avx512dq,avx512vl")]
fn walk_widest<K: Blocks, N: Numbers>(kernel: &mut K, numbers: &N) {
    walk_blocks(kernel, numbers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn walk_wide<K: Blocks, N: Numbers>(kernel: &mut K, numbers: &N) {
    walk_blocks(kernel, numbers);
}

#[inline(always)]
fn walk_blocks<K: Blocks, N: Numbers>(kernel: &mut K, numbers: &N) {
    let mut space = [MALFORMED; BLOCK];
    for from in (0..numbers.len()).step_by(BLOCK) {
        kernel.take(numbers.block(from, &mut space));
    }
}

/// A bitmap filled 64 rows at a time, so that no word is read back.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self(Vec::with_capacity(rows / BLOCK))
    }

    /// Takes the bits of the next block.
    #[inline(always)]
    pub(super) fn push(&mut self, block: u64) {
        self.0.push(block);
    }

    pub(super) fn finish(self, rows: usize) -> BooleanBuffer {
        BooleanBuffer::new(ScalarBuffer::from(self.0).into_inner(), 0, rows)
    }

    /// As validity, together with the NULLs of the input.
    fn and(self, rows: usize, nulls: Option<NullBuffer>) -> Option<NullBuffer> {
        known(self.finish(rows), nulls)
    }
}

/// Validity of rows that are known, together with the NULLs of the input.
pub(super) fn known(bits: BooleanBuffer, nulls: Option<NullBuffer>) -> Option<NullBuffer> {
    NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(bits))).filter(|nulls| nulls.null_count() > 0)
}

/// A truth value of every row; of a block its bits are made.
pub(crate) struct Truth<B> {
    truth: Bits,
    of: PhantomData<B>,
}

impl<B: OfBlock<Made = u64>> Blocks for Truth<B> {
    #[inline(always)]
    fn take(&mut self, numbers: &[u128; BLOCK]) {
        self.truth.push(B::of(numbers));
    }
}

impl<B: OfBlock<Made = u64>> Kernel for Truth<B> {
    fn with_capacity(rows: usize) -> Self {
        Self { truth: Bits::with_capacity(rows), of: PhantomData }
    }

    fn finish(self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        Ok(Arc::new(BooleanArray::new(self.truth.finish(rows), nulls)))
    }
}

/// A truth value of every row, NULL where it is not known; of a block the bits of the truth are made, and those of
/// the rows where it is known.
pub(crate) struct KnownTruth<B> {
    truth: Bits,
    known: Bits,
    of: PhantomData<B>,
}

impl<B: OfBlock<Made = (u64, u64)>> Blocks for KnownTruth<B> {
    #[inline(always)]
    fn take(&mut self, numbers: &[u128; BLOCK]) {
        let (truth, known) = B::of(numbers);
        self.truth.push(truth);
        self.known.push(known);
    }
}

impl<B: OfBlock<Made = (u64, u64)>> Kernel for KnownTruth<B> {
    fn with_capacity(rows: usize) -> Self {
        Self { truth: Bits::with_capacity(rows), known: Bits::with_capacity(rows), of: PhantomData }
    }

    fn finish(self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        Ok(Arc::new(BooleanArray::new(self.truth.finish(rows), self.known.and(rows, nulls))))
    }
}

/// A number of every row, NULL where it is not known; of a block the numbers are made, and the bits of the rows where
/// they are known.
pub(crate) struct Number<T: ArrowPrimitiveType, B> {
    values: Vec<T::Native>,
    known: Bits,
    of: PhantomData<B>,
}

impl<T: ArrowPrimitiveType, B: OfBlock<Made = ([T::Native; BLOCK], u64)>> Blocks for Number<T, B> {
    #[inline(always)]
    fn take(&mut self, numbers: &[u128; BLOCK]) {
        let (values, known) = B::of(numbers);
        self.values.extend_from_slice(&values);
        self.known.push(known);
    }
}

impl<T: ArrowPrimitiveType, B: OfBlock<Made = ([T::Native; BLOCK], u64)>> Kernel for Number<T, B> {
    fn with_capacity(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), known: Bits::with_capacity(rows), of: PhantomData }
    }

    fn finish(mut self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        self.values.truncate(rows);
        Ok(Arc::new(PrimitiveArray::<T>::new(self.values.into(), self.known.and(rows, nulls))))
    }
}

/// A text of at most twelve bytes of every row, NULL where there is none; of a block the Arrow views are made, and
/// the bits of the rows that have a text.
pub(crate) struct ShortText<B> {
    views: Vec<u128>,
    known: Bits,
    of: PhantomData<B>,
}

impl<B: OfBlock<Made = ([u128; BLOCK], u64)>> Blocks for ShortText<B> {
    #[inline(always)]
    fn take(&mut self, numbers: &[u128; BLOCK]) {
        let (views, known) = B::of(numbers);
        self.views.extend_from_slice(&views);
        self.known.push(known);
    }
}

impl<B: OfBlock<Made = ([u128; BLOCK], u64)>> Kernel for ShortText<B> {
    fn with_capacity(rows: usize) -> Self {
        Self { views: Vec::with_capacity(rows), known: Bits::with_capacity(rows), of: PhantomData }
    }

    fn finish(mut self, rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        self.views.truncate(rows);
        let nulls = self.known.and(rows, nulls);
        Ok(Arc::new(StringViewArray::try_new(self.views.into(), Vec::<Buffer>::new(), nulls)?))
    }
}
