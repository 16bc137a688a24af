//! `period_merge`: the periods of a group as the fewest periods that hold the same days.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, ListArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Fields};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_doc::Documentation;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::AggregateOrderSensitivity;
use datafusion_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::days::{FAMILY, SOURCE};
use crate::documentation::{DocText, Example};
use crate::function::{Kind, accept_all};

const NAME: &str = "period_merge";
/// The accumulator merges what it holds when this many periods have come in since the last time.
const MERGE_AFTER: usize = 1024;

const TEXT: DocText = DocText {
    family: FAMILY,
    syntax: "period_merge(from, to)",
    description: "The days of all periods of the group as the fewest possible periods, in order of time. Periods that \
        overlap or that follow each other without a gap become one. Ignored are periods with an unknown bound and \
        periods without days (to on or before from).",
    arguments: &[
        ("from", "date: the first day of the period"),
        ("to", "date: the day after the last, 2200-01-01 for an open period"),
    ],
    returns: "list of struct(\"from\" date, \"to\" date); an empty list when no period has days",
    nulls: "never",
    source: SOURCE,
    example: Example {
        sql: "SELECT array_length(period_merge(f, t)) AS periods FROM (VALUES (DATE '2025-01-01', DATE '2025-02-01'), \
            (DATE '2025-02-01', DATE '2025-03-01'), (DATE '2025-05-01', DATE '2025-06-01')) AS p(f, t)",
        column: "periods",
        value: "2",
    },
};

/// Merges periods `(from, to)`, sorted in place, into the fewest that hold the same days, in order.
pub fn islands(periods: &mut Vec<(i32, i32)>) {
    periods.retain(|(from, to)| from < to);
    periods.sort_unstable();
    periods.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
}

/// The function to register.
pub(super) fn udaf() -> AggregateUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    AggregateUDF::new_from_impl(PeriodMerge { signature, documentation: TEXT.build() })
}

fn period_fields() -> Fields {
    Fields::from(vec![Field::new("from", DataType::Date32, false), Field::new("to", DataType::Date32, false)])
}

fn item_field() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(period_fields()), true))
}

fn list_type() -> DataType {
    DataType::List(item_field())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PeriodMerge {
    signature: Signature,
    documentation: Documentation,
}

impl AggregateUDFImpl for PeriodMerge {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(NAME, &[Kind::Date; 2], 2, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_type())
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn default_value(&self, _: &DataType) -> Result<ScalarValue> {
        Merger::default().evaluate()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[periods]", args.name), list_type(), true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Merger::default()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The periods of one group; `merged` of them were left by the last merging.
#[derive(Debug, Default)]
struct Merger {
    periods: Vec<(i32, i32)>,
    merged: usize,
}

impl Merger {
    fn add(&mut self, from: &Date32Array, to: &Date32Array) {
        self.periods.extend(from.iter().zip(to).filter_map(|(from, to)| Some((from?, to?))));
        // At least doubling between two mergings keeps the total work at n log n.
        if self.periods.len() > MERGE_AFTER + 2 * self.merged {
            self.merge();
        }
    }

    fn merge(&mut self) {
        islands(&mut self.periods);
        self.merged = self.periods.len();
    }
}

impl Accumulator for Merger {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [from, to] = values else {
            return internal_err!("{NAME} was given {} columns", values.len());
        };
        self.add(from.as_primitive::<Date32Type>(), to.as_primitive::<Date32Type>());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [lists] = states else {
            return internal_err!("{NAME} was given {} state columns", states.len());
        };
        for list in lists.as_list::<i32>().iter().flatten() {
            let periods = list.as_struct();
            self.add(
                periods.column(0).as_primitive::<Date32Type>(),
                periods.column(1).as_primitive::<Date32Type>(),
            );
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.merge();
        let from = Date32Array::from_iter_values(self.periods.iter().map(|period| period.0));
        let to = Date32Array::from_iter_values(self.periods.iter().map(|period| period.1));
        let rows = from.len();
        let periods = StructArray::try_new(period_fields(), vec![Arc::new(from), Arc::new(to)], None)?;
        let list =
            ListArray::try_new(item_field(), OffsetBuffer::from_lengths([rows]), Arc::new(periods), None)?;
        Ok(ScalarValue::List(Arc::new(list)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.periods.capacity() * size_of::<(i32, i32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The same by the set of days: a period starts at a day whose day before is not in the set.
    fn by_days(periods: &[(i32, i32)]) -> Vec<(i32, i32)> {
        let days: BTreeSet<i32> = periods.iter().flat_map(|(from, to)| *from..*to).collect();
        let starts = days.iter().filter(|day| !days.contains(&(**day - 1)));
        starts.map(|start| (*start, (*start..).find(|day| !days.contains(day)).unwrap())).collect()
    }

    fn evaluated(merger: &mut Merger) -> Vec<(i32, i32)> {
        let ScalarValue::List(list) = merger.evaluate().unwrap() else { panic!("a list") };
        let periods = list.value(0);
        let column = |i| periods.as_struct().column(i).as_primitive::<Date32Type>().values().to_vec();
        column(0).into_iter().zip(column(1)).collect()
    }

    fn columns(periods: &[(i32, i32)]) -> [ArrayRef; 2] {
        let column =
            |of: fn(&(i32, i32)) -> i32| Arc::new(Date32Array::from_iter_values(periods.iter().map(of)));
        [column(|p| p.0), column(|p| p.1)]
    }

    fn periods() -> impl Strategy<Value = Vec<(i32, i32)>> {
        prop::collection::vec(
            (-40..60_i32, -5..12_i32).prop_map(|(from, length)| (from, from + length)),
            0..40,
        )
    }

    proptest! {
        #[test]
        fn merging_agrees_with_the_set_of_days(mut periods in periods()) {
            let expected = by_days(&periods);
            islands(&mut periods);
            prop_assert_eq!(periods, expected);
        }

        #[test]
        fn partial_states_give_the_same(left in periods(), right in periods()) {
            let (mut a, mut b) = (Merger::default(), Merger::default());
            a.update_batch(&columns(&left)).unwrap();
            b.update_batch(&columns(&right)).unwrap();
            let state = b.state().unwrap()[0].to_array().unwrap();
            a.merge_batch(&[state]).unwrap();
            prop_assert_eq!(evaluated(&mut a), by_days(&[left, right].concat()));
        }
    }

    #[test]
    fn unknown_bounds_are_ignored_and_nothing_gives_an_empty_list() {
        let mut merger = Merger::default();
        let from: ArrayRef = Arc::new(Date32Array::from(vec![Some(1), None, Some(9)]));
        let to: ArrayRef = Arc::new(Date32Array::from(vec![None, Some(5), Some(9)]));
        merger.update_batch(&[from, to]).unwrap();
        assert_eq!(evaluated(&mut merger), []);
    }

    #[test]
    fn many_batches_stay_small() {
        let mut merger = Merger::default();
        for start in 0..20_000 {
            merger.update_batch(&columns(&[(start, start + 2)])).unwrap();
        }
        assert!(merger.size() < 64 * 1024);
        assert_eq!(evaluated(&mut merger), [(0, 20_001)]);
    }
}
