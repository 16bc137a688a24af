//! The sum of decimals of 64 bits, which is one of 128: several are added up at once, NULLs as zeros.

use arrow::array::{Array, Decimal64Array};
use arrow::datatypes::{DataType, FieldRef};
use arrow::util::bit_chunk_iterator::BitChunks;
use datafusion::common::{Result, plan_err};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::Amounts;

/// The function, for results that only we read: as the sum of the same decimals of 128 bits.
pub(in crate::session) fn function() -> AggregateUDF {
    AggregateUDF::from(SumOf64 { signature: Signature::any(1, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SumOf64 {
    signature: Signature,
}

impl AggregateUDFImpl for SumOf64 {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        match given {
            [DataType::Decimal64(precision, scale)] => {
                sum_udaf().return_type(&[DataType::Decimal128(*precision, *scale)])
            }
            _ => plan_err!("this sum is one of decimals of 64 bits"),
        }
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match args.return_field.data_type() {
            DataType::Decimal128(precision, scale) => {
                Ok(Box::new(Amounts { sum: None, precision: *precision, scale: *scale }))
            }
            _ => plan_err!("this sum is a decimal of 128 bits"),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        sum_udaf().state_fields(args)
    }
}

/// The sum of the numbers that are not NULL. Compiled for the processor it runs on.
pub(super) fn sum(values: &Decimal64Array) -> i128 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
        // SAFETY: the processor has the features the function is compiled for.
        return unsafe { sum_avx512(values) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: likewise.
        return unsafe { sum_avx2(values) };
    }
    sum_of(values)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl")]
fn sum_avx512(values: &Decimal64Array) -> i128 {
    sum_of(values)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(super) fn sum_avx2(values: &Decimal64Array) -> i128 {
    sum_of(values)
}

/// Numbers that a word of the validity is for.
const WORD: usize = u64::BITS as usize;

/// Of so many numbers, a multiple of [`WORD`], the sum fits 64 bits if each is below [`BOUND`].
const PIECE: usize = 1 << 13;

/// What is added to each number, so that a small one is not negative and below its double: a large one then has a bit above that.
const BOUND: i64 = 1 << 48;

/// The same for a caller that is compiled for its processor.
#[inline(always)]
pub(super) fn sum_of(values: &Decimal64Array) -> i128 {
    let mut sum = 0_i128;
    for (n, piece) in values.values().chunks(PIECE).enumerate() {
        let mut raised = Raised { sum: 0, bits: 0 };
        match values.nulls() {
            None => raised.add(piece),
            Some(nulls) => {
                let words = BitChunks::new(nulls.validity(), nulls.offset() + n * PIECE, piece.len());
                for (numbers, word) in piece.chunks(WORD).zip(words.iter_padded()) {
                    match word {
                        u64::MAX => raised.add(numbers),
                        _ => raised.add_known(numbers, word),
                    }
                }
            }
        }
        sum += if raised.bits >> (BOUND.ilog2() + 1) == 0 {
            i128::from(raised.sum - BOUND * piece.len() as i64)
        } else {
            let valid = |row: usize| values.nulls().is_none_or(|nulls| nulls.is_valid(n * PIECE + row));
            piece
                .iter()
                .enumerate()
                .filter(|(row, _)| valid(*row))
                .map(|(_, number)| i128::from(*number))
                .sum()
        };
    }
    sum
}

/// The sum of numbers that were raised, and the bits that they have together.
struct Raised {
    sum: i64,
    bits: i64,
}

impl Raised {
    #[inline(always)]
    fn add(&mut self, numbers: &[i64]) {
        for number in numbers {
            self.add_one(*number);
        }
    }

    /// Adds the numbers whose bit is set, and for each other one 0.
    #[inline(always)]
    fn add_known(&mut self, numbers: &[i64], word: u64) {
        for (bit, number) in numbers.iter().enumerate() {
            self.add_one(number & 0_i64.wrapping_sub((word >> bit & 1) as i64));
        }
    }

    #[inline(always)]
    fn add_one(&mut self, number: i64) {
        let raised = number.wrapping_add(BOUND);
        self.sum = self.sum.wrapping_add(raised);
        self.bits |= raised;
    }
}
