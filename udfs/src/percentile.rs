//! `percentile_exact`: percentiles of whole numbers, interpolated without rounding.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion_common::{Result, ScalarValue, exec_err, internal_err};
use datafusion_doc::Documentation;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::AggregateOrderSensitivity;
use datafusion_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use crate::documentation::{DocText, Example};
use crate::function::{Kind, accept_all};

const NAME: &str = "percentile_exact";

const TEXT: DocText = DocText {
    family: "Statistics",
    syntax: "percentile_exact(value, percent)",
    description: "The percentile of the group's values, by linear interpolation between order statistics (\"type 7\", \
        as quantile_cont elsewhere): the value at place (n - 1) * percent / 100 of the sorted values, counted from 0. \
        Exact, for whole numbers such as days, or microseconds of a duration.",
    arguments: &[
        ("value", "whole number"),
        ("percent", "whole number from 0 to 100, the same in all rows of a group; 50 is the median"),
    ],
    returns: "DECIMAL(21,2), in the unit of the values",
    nulls: "when no value is known; unknown values are left out",
    source: "definition",
    example: Example {
        sql: "SELECT percentile_exact(days, 90) AS p90 FROM (VALUES (1), (2), (3), (14)) AS waits(days)",
        column: "p90",
        value: "10.70",
    },
};

/// The aggregate functions of this family.
pub(crate) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let signature = Signature::user_defined(Volatility::Immutable);
    vec![Arc::new(AggregateUDF::new_from_impl(Percentile { signature, documentation: TEXT.build() }))]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Percentile {
    signature: Signature,
    documentation: Documentation,
}

impl AggregateUDFImpl for Percentile {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(NAME, &[Kind::Integer; 2], 2, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(21, 2))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![
            Arc::new(Field::new_list(
                format!("{}[values]", args.name),
                Field::new_list_field(DataType::Int64, true),
                true,
            )),
            Arc::new(Field::new(format!("{}[percent]", args.name), DataType::Int64, true)),
        ])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Values::default()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The known values of one group, and the percentile asked for.
#[derive(Debug, Default)]
struct Values {
    values: Vec<i64>,
    percent: Option<i64>,
}

impl Values {
    fn ask(&mut self, percents: &ArrayRef) -> Result<()> {
        for percent in percents.as_primitive::<Int64Type>().iter().flatten() {
            if !(0..=100).contains(&percent) {
                return exec_err!("{NAME}: {percent} is not a percentage from 0 to 100");
            }
            if *self.percent.get_or_insert(percent) != percent {
                return exec_err!("{NAME}: the percentage must be the same in all rows of a group");
            }
        }
        Ok(())
    }

    fn add(&mut self, values: &ArrayRef) {
        self.values.extend(values.as_primitive::<Int64Type>().iter().flatten());
    }

    /// In hundredths.
    fn percentile(&mut self) -> Option<i128> {
        let percent = usize::try_from(self.percent?).ok()?;
        let place = self.values.len().checked_sub(1)? * percent;
        let (_, below, above) = self.values.select_nth_unstable(place / 100);
        let (below, share) = (i128::from(*below), (place % 100) as i128);
        let next = above.iter().min().map_or(below, |next| i128::from(*next));
        Some(below * (100 - share) + next * share)
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [values, percents] = columns else {
            return internal_err!("{NAME} was given {} columns", columns.len());
        };
        self.add(values);
        self.ask(percents)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [lists, percents] = states else {
            return internal_err!("{NAME} was given {} state columns", states.len());
        };
        lists.as_list::<i32>().iter().flatten().for_each(|values| self.add(&values));
        self.ask(percents)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = Int64Array::from(std::mem::take(&mut self.values));
        let offsets = OffsetBuffer::from_lengths([values.len()]);
        let item = Arc::new(Field::new_list_field(DataType::Int64, true));
        let list = ListArray::try_new(item, offsets, Arc::new(values), None)?;
        Ok(vec![ScalarValue::List(Arc::new(list)), ScalarValue::Int64(self.percent)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Decimal128(self.percentile(), 21, 2))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<i64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(values: &[Option<i64>], percent: i64) -> [ArrayRef; 2] {
        [Arc::new(Int64Array::from(values.to_vec())), Arc::new(Int64Array::from(vec![percent; values.len()]))]
    }

    fn hundredths(values: &mut Values) -> Option<i128> {
        let ScalarValue::Decimal128(found, 21, 2) = values.evaluate().unwrap() else { panic!("a decimal") };
        found
    }

    proptest! {
        /// As fractions of the sorted values, in partial states and at once.
        #[test]
        fn interpolates_between_neighbours(
            all in prop::collection::vec(prop::option::of(-1_000_000_i64..1_000_000), 0..60),
            percent in 0..=100_i64,
            cut in 0..60_usize,
        ) {
            let (left, right) = all.split_at(cut.min(all.len()));
            let (mut a, mut b) = (Values::default(), Values::default());
            a.update_batch(&columns(left, percent)).unwrap();
            b.update_batch(&columns(right, percent)).unwrap();
            let state: Vec<ArrayRef> = b.state().unwrap().iter().map(|s| s.to_array().unwrap()).collect();
            a.merge_batch(&state).unwrap();
            let mut sorted: Vec<i64> = all.into_iter().flatten().collect();
            sorted.sort_unstable();
            let wanted = sorted.len().checked_sub(1).map(|last| {
                let place = last as f64 * percent as f64 / 100.0;
                let (low, high) = (sorted[(place + 1e-9).floor() as usize], sorted[(place - 1e-9).ceil() as usize]);
                let share = ((place - place.floor()) * 100.0).round() / 100.0;
                ((low as f64 + share * (high - low) as f64) * 100.0).round() as i128
            });
            prop_assert_eq!(hundredths(&mut a), wanted);
        }
    }

    #[test]
    fn is_exact_at_the_ends_of_the_numbers() {
        let mut values = Values::default();
        values.update_batch(&columns(&[Some(i64::MAX), Some(i64::MIN)], 50)).unwrap();
        assert_eq!(hundredths(&mut values), Some(-50));
    }

    #[test]
    fn percentages_are_checked() {
        let mut values = Values::default();
        assert!(values.update_batch(&columns(&[Some(1)], 101)).is_err());
        values.update_batch(&columns(&[Some(1)], 50)).unwrap();
        assert!(values.update_batch(&columns(&[Some(1)], 51)).is_err());
    }
}
