//! `sum` of a whole column of amounts, which every question of money asks.
//!
//! DataFusion adds up numbers of 128 bits one by one, and tests each of them for NULL. Here their halves are added up several at once,
//! of NULLs as zeros. All else, groups of rows above all, is left to DataFusion's own function.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal64Type, Decimal128Type, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Operator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs,
};

mod adding;
mod narrow;

pub(super) use narrow::function as of_64_bits;

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

/// The sum of numbers of 128 bits, or of 64; none of no number.
#[derive(Debug)]
struct Amounts {
    sum: Option<i128>,
    precision: u8,
    scale: i8,
}

impl Accumulator for Amounts {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = &values[0];
        if values.null_count() < values.len() {
            let sum = match values.as_primitive_opt::<Decimal64Type>() {
                Some(values) => narrow::sum(values),
                None => adding::sum(values.as_primitive::<Decimal128Type>()),
            };
            self.sum = Some(self.sum.unwrap_or(0).wrapping_add(sum));
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

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal64Array, Decimal128Array};
    use arrow::buffer::NullBuffer;
    use proptest::prelude::*;

    use super::*;

    /// Every form over numbers of 64 bits, then over those of 128.
    fn check(numbers: Vec<Option<i128>>, offset: usize) {
        // A NULL may have any number below it.
        let values = numbers.iter().map(|number| number.unwrap_or(i128::MAX / 7)).collect::<Vec<_>>();
        let nulls: Option<NullBuffer> =
            numbers.iter().any(Option::is_none).then(|| numbers.iter().map(Option::is_some).collect());
        let narrow = values.iter().map(|number| *number as i64).collect::<Vec<_>>();
        let narrow = Decimal64Array::new(narrow.into(), nulls.clone());
        let narrow = narrow.slice(offset.min(narrow.len()), narrow.len() - offset.min(narrow.len()));
        let expected: i128 = narrow.iter().flatten().map(i128::from).sum();
        let mut amounts = Amounts { sum: None, precision: 22, scale: 2 };
        amounts.update_batch(&[Arc::new(narrow.clone())]).unwrap();
        assert_eq!(amounts.sum, (narrow.null_count() < narrow.len()).then_some(expected));
        assert_eq!(expected, narrow::sum_of(&narrow));
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the features the function is compiled for.
            assert_eq!(expected, unsafe { narrow::sum_avx2(&narrow) });
        }
        let column = Decimal128Array::new(values.into(), nulls);
        let column = column.slice(offset.min(column.len()), column.len() - offset.min(column.len()));
        let expected = arrow::compute::sum(&column);
        let mut amounts = Amounts { sum: None, precision: 22, scale: 2 };
        amounts.update_batch(&[Arc::new(column.clone())]).unwrap();
        assert_eq!(amounts.sum, expected);
        assert_eq!(expected.unwrap_or(0), adding::sum_of(&column));
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the features the function is compiled for.
            assert_eq!(expected.unwrap_or(0), unsafe { adding::sum_avx2(&column) });
        }
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
        check((0..30_000).map(|n| (n % 5 != 0).then_some((1 << 48) - 3 + n % 9)).collect(), 0);
        check((0..30_000).map(|n| (n % 5 != 0).then_some(2 - (1 << 48) - n % 9)).collect(), 5);
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
