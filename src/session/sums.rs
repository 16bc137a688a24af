//! `sum` of a whole column of amounts, which every question of money asks.
//!
//! DataFusion adds up numbers of 128 bits one by one, and tests each of them for NULL. Here their halves are added up several at once,
//! of NULLs as zeros. All else, groups of rows above all, is left to DataFusion's own function.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type, FieldRef};
use arrow::util::bit_chunk_iterator::BitChunks;
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Operator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs,
};

/// The function, to be registered over DataFusion's own.
pub(super) fn function() -> AggregateUDF {
    AggregateUDF::from(Sum { stock: sum_udaf() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Sum {
    /// DataFusion's own function.
    stock: Arc<AggregateUDF>,
}

impl AggregateUDFImpl for Sum {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.stock.return_type(given)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match args.return_field.data_type() {
            DataType::Decimal128(precision, scale) if !args.is_distinct => {
                Ok(Box::new(Amounts { sum: None, precision: *precision, scale: *scale }))
            }
            _ => self.stock.accumulator(args),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.stock.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.stock.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        self.stock.create_groups_accumulator(args)
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.stock.create_sliding_accumulator(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.stock.reverse_udf()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.stock.order_sensitivity()
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.stock.inner().set_monotonicity(data_type)
    }

    fn simplify_expr_op_literal(
        &self,
        function: &AggregateFunction,
        argument: &Expr,
        operator: Operator,
        literal: &Expr,
        argument_is_left: bool,
    ) -> Result<Option<Expr>> {
        self.stock.simplify_expr_op_literal(function, argument, operator, literal, argument_is_left)
    }

    fn value_from_stats(&self, statistics: &StatisticsArgs) -> Option<ScalarValue> {
        self.stock.value_from_stats(statistics)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

/// The sum of numbers of 128 bits; none of no number.
#[derive(Debug)]
struct Amounts {
    sum: Option<i128>,
    precision: u8,
    scale: i8,
}

impl Accumulator for Amounts {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<Decimal128Type>();
        if values.null_count() < values.len() {
            self.sum = Some(self.sum.unwrap_or(0).wrapping_add(sum(values)));
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Decimal128(self.sum, self.precision, self.scale))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The sum of the numbers that are not NULL; beyond 128 bits it wraps around, as DataFusion's own. Compiled for the processor it runs on.
fn sum(values: &Decimal128Array) -> i128 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has the features the function is compiled for.
        return unsafe { sum_avx512(values) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: likewise.
        return unsafe { sum_avx2(values) };
    }
    sum_of(values)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sum_avx2(values: &Decimal128Array) -> i128 {
    sum_of(values)
}

/// Numbers of 128 bits added up as numbers of 64, which a processor adds several of at once.
#[inline(always)]
fn sum_of(values: &Decimal128Array) -> i128 {
    let mut sum = 0_i128;
    for (piece, words) in pieces(values) {
        let mut halves = Halves::default();
        for (numbers, word) in piece.chunks(WORD).zip(words) {
            match word {
                u64::MAX => numbers.iter().for_each(|number| halves.add(*number, u64::MAX)),
                _ => {
                    for (bit, number) in numbers.iter().enumerate() {
                        halves.add(*number, 0_u64.wrapping_sub(word >> bit & 1));
                    }
                }
            }
        }
        sum = sum.wrapping_add(halves.sum());
    }
    sum
}

/// The same, four numbers at once: the halves of all of them lie in a register as they lie in memory, and are not put in another order
/// first.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,bmi2")]
fn sum_avx512(values: &Decimal128Array) -> i128 {
    use std::arch::x86_64::_mm512_storeu_si512;
    let mut sum = 0_i128;
    for (piece, words) in pieces(values) {
        let mut fours = Fours::new();
        for (numbers, word) in piece.chunks(WORD).zip(words) {
            fours.add(numbers, word);
        }
        for register in 0..Fours::REGISTERS {
            let (mut lower, mut upper) = ([0_u64; 8], [0_u64; 8]);
            // SAFETY: arrays of the size of a register are written.
            unsafe {
                _mm512_storeu_si512(lower.as_mut_ptr().cast(), fours.lower[register]);
                _mm512_storeu_si512(upper.as_mut_ptr().cast(), fours.upper[register]);
            }
            for number in 0..4 {
                let half = |n: usize| i128::from(lower[n]) + (i128::from(upper[n]) << 32);
                sum = sum.wrapping_add(half(2 * number)).wrapping_add(half(2 * number + 1) << 64);
            }
        }
    }
    sum
}

/// The sums of both halves of some numbers, each as those of its lower and its upper 32 bits.
#[cfg(target_arch = "x86_64")]
struct Fours {
    lower: [std::arch::x86_64::__m512i; Fours::REGISTERS],
    upper: [std::arch::x86_64::__m512i; Fours::REGISTERS],
}

#[cfg(target_arch = "x86_64")]
impl Fours {
    /// A register does not wait for the one before it.
    const REGISTERS: usize = 4;

    #[target_feature(enable = "avx512f")]
    fn new() -> Self {
        let zero = std::arch::x86_64::_mm512_setzero_si512();
        Self { lower: [zero; Self::REGISTERS], upper: [zero; Self::REGISTERS] }
    }

    /// Adds those of up to [`WORD`] numbers whose bit is set.
    #[inline]
    #[target_feature(enable = "avx512f,bmi2")]
    fn add(&mut self, numbers: &[i128], word: u64) {
        use std::arch::x86_64::{
            _mm512_add_epi64, _mm512_and_si512, _mm512_maskz_loadu_epi64, _mm512_set1_epi64,
            _mm512_srli_epi64, _pdep_u64,
        };
        const { assert!(cfg!(target_endian = "little"), "the low half is the first") }
        const EVERY_OTHER: u64 = u64::MAX / 3;
        let low = _mm512_set1_epi64(0xffff_ffff);
        for (n, numbers) in numbers.chunks(32).enumerate() {
            // A bit for each half of the numbers that count.
            let halves = 3 * _pdep_u64(word >> (32 * n) & (u64::MAX >> (64 - numbers.len())), EVERY_OTHER);
            for four in 0..8 {
                let from = numbers.as_ptr().wrapping_add(4 * four).cast();
                // SAFETY: only what has its bit is read, and only numbers of the part have.
                let four_numbers = unsafe { _mm512_maskz_loadu_epi64((halves >> (8 * four)) as u8, from) };
                let (lower, upper) =
                    (&mut self.lower[four % Self::REGISTERS], &mut self.upper[four % Self::REGISTERS]);
                *lower = _mm512_add_epi64(*lower, _mm512_and_si512(four_numbers, low));
                *upper = _mm512_add_epi64(*upper, _mm512_srli_epi64::<32>(four_numbers));
            }
        }
    }
}

/// Numbers that a word of the validity is for.
const WORD: usize = u64::BITS as usize;

/// The numbers in pieces, each with the words of the validity: a bit says that a number is not NULL.
#[inline(always)]
fn pieces(values: &Decimal128Array) -> impl Iterator<Item = (&[i128], impl Iterator<Item = u64>)> {
    values.values().chunks(PIECE).enumerate().map(|(n, piece)| {
        let nulls = values.nulls().map(|nulls| {
            let words = BitChunks::new(nulls.validity(), nulls.offset() + n * PIECE, piece.len());
            words.iter().chain([words.remainder_bits()])
        });
        let every = if nulls.is_none() { piece.len().div_ceil(WORD) } else { 0 };
        (piece, nulls.into_iter().flatten().chain(std::iter::repeat_n(u64::MAX, every)))
    })
}

/// Of so many numbers the sums of the lower halves' halves fit.
const PIECE: usize = 1 << 16;

/// The sums of the high halves of some numbers, and of the halves of their low ones.
#[derive(Default)]
struct Halves {
    high: u64,
    middle: u64,
    low: u64,
}

impl Halves {
    /// Adds a number where the bits are all set; where none is, nothing.
    #[inline(always)]
    fn add(&mut self, number: i128, valid: u64) {
        let lower = number as u64 & valid;
        self.high = self.high.wrapping_add((number >> 64) as u64 & valid);
        self.middle += lower >> 32;
        self.low += lower & 0xffff_ffff;
    }

    fn sum(&self) -> i128 {
        let upper = i128::from(self.high) << 64;
        upper.wrapping_add(i128::from(self.middle) << 32).wrapping_add(i128::from(self.low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(numbers: Vec<Option<i128>>, offset: usize) {
        // A NULL may have any number below it.
        let values = numbers.iter().map(|number| number.unwrap_or(i128::MAX / 7)).collect::<Vec<_>>();
        let nulls =
            numbers.iter().any(Option::is_none).then(|| numbers.iter().map(Option::is_some).collect());
        let column = Decimal128Array::new(values.into(), nulls);
        let column = column.slice(offset.min(column.len()), column.len() - offset.min(column.len()));
        let expected = arrow::compute::sum(&column);
        let mut amounts = Amounts { sum: None, precision: 22, scale: 2 };
        amounts.update_batch(&[Arc::new(column.clone())]).unwrap();
        assert_eq!(amounts.sum, expected);
        assert_eq!(expected.unwrap_or(0), sum_of(&column));
    }

    proptest! {
        #[test]
        fn a_sum_is_that_of_arrow(
            numbers in prop::collection::vec(prop_oneof![
                4 => (-1_000_000_i128..1_000_000).prop_map(Some),
                2 => any::<i128>().prop_map(Some),
                1 => Just(None),
            ], 0..300),
            offset in 0_usize..70,
        ) {
            check(numbers, offset);
        }
    }

    #[test]
    fn many_large_numbers_and_only_nulls() {
        check(vec![Some(-1); 150_000], 0);
        check(vec![Some(i128::from(u64::MAX)); 150_000], 3);
        check((0..70_000).map(|n| (n % 9 != 0).then_some(i128::MAX - n)).collect(), 1);
        check(vec![None; 100], 0);
        check(Vec::new(), 0);
    }

    #[tokio::test]
    async fn every_sum_is_what_datafusion_gives() {
        let context = datafusion::prelude::SessionContext::new();
        let questions = [
            "SELECT sum(a), sum(DISTINCT a), sum(b), sum(a + 1), sum(a) FILTER (WHERE b > 2) FROM t",
            "SELECT b, sum(a) FROM t GROUP BY b ORDER BY b",
            "SELECT sum(a) OVER (ORDER BY b ROWS 2 PRECEDING) FROM t ORDER BY 1",
            "SELECT sum(a), arrow_typeof(sum(a)) FROM t WHERE b > 100",
            "SELECT sum(c), sum(d) FROM t",
        ];
        let table = "CREATE TABLE t AS SELECT CASE WHEN b % 3 = 0 THEN NULL ELSE CAST(b AS DECIMAL(12, 2)) END AS a, b, \
                     CAST(b AS DOUBLE) AS c, CAST(b AS INT) AS d FROM (SELECT value % 7 AS b FROM generate_series(1, 100))";
        context.sql(table).await.unwrap().collect().await.unwrap();
        let mut answers = Vec::new();
        for own in [false, true] {
            if own {
                context.register_udaf(function());
            }
            let mut all = Vec::new();
            for question in questions {
                all.push(context.sql(question).await.unwrap().collect().await.unwrap());
            }
            answers.push(all);
        }
        assert_eq!(answers[0], answers[1]);
    }
}
