//! `latest`: the value of the row with the greatest order keys of each group, in one pass and without a sort.

use std::sync::Arc;

use arrow::array::new_empty_array;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::AggregateOrderSensitivity;
use datafusion_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

use crate::documentation::{DocText, Example};
use crate::one_group::OneGroup;

mod chunks;
mod groups;
mod keys;
mod raw;
#[cfg(test)]
mod tests;
mod values;
mod views;

const NAME: &str = "latest";

const TEXT: DocText = DocText {
    family: "Latest",
    syntax: "latest(value, order_key[, tie_break])",
    description: "The value of the row with the greatest order key, for example the last status of a case: \
        latest(status, changed_at, registered_at). Rows with the same order key are told apart by the tie-breaks, of \
        which there may be several, then by the value itself: the greatest counts, NULL is the least. So the result \
        depends neither on the order of the rows nor on the number of threads. Rows in which an order key or a \
        tie-break is NULL are ignored. Several values of one row: latest(struct(status, caseworker_id), changed_at).",
    arguments: &[
        ("value", "any type that can be compared"),
        ("order_key", "number, date, timestamp, text or boolean: the greatest wins"),
        ("tie_break", "as order_key; may be repeated"),
    ],
    returns: "the type of value",
    nulls: "when the value of that row is NULL, and when the group has no row with all order keys",
    source: "definition: the row that ORDER BY order_key DESC, tie_break DESC, value DESC NULLS LAST has first",
    example: Example {
        sql: "SELECT latest(status, day) AS status FROM (VALUES ('new', DATE '2025-01-03'), \
            ('done', DATE '2025-02-01'), ('in_progress', DATE '2025-01-20')) AS s(status, day)",
        column: "status",
        value: "done",
    },
};

/// The aggregate functions of this family.
pub fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let signature = Signature::user_defined(Volatility::Immutable);
    let latest = Latest { signature, documentation: TEXT.build() };
    vec![Arc::new(AggregateUDF::new_from_impl(latest))]
}

/// The state of [`latest`](aggregates) for many groups: for each the value of the row with the greatest order keys.
/// Its columns are the value and the keys, in that order, both of its arguments and of its state.
///
/// # Errors
/// When Arrow has no row format for a key.
pub fn groups(value: &DataType, order_keys: &[DataType]) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(groups::groups(value, order_keys)?)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Latest {
    signature: Signature,
    documentation: Documentation,
}

/// The type in which an order key is compared.
fn key_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Null => Some(DataType::Int64),
        DataType::Dictionary(_, values) => key_type(values),
        other if other.is_nested() => None,
        other => Some(other.clone()),
    }
}

fn types(args: &AccumulatorArgs) -> (DataType, Vec<DataType>) {
    let mut types = args.expr_fields.iter().map(|field| field.data_type().clone());
    (types.next().unwrap_or(DataType::Null), types.collect())
}

impl AggregateUDFImpl for Latest {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [value, keys @ ..] = given else {
            return plan_err!("{NAME} takes a value and at least one order key");
        };
        if keys.is_empty() {
            return plan_err!("{NAME} takes a value and at least one order key");
        }
        let nothing = new_empty_array(value);
        if chunks::comparator(&nothing, &nothing).is_err() {
            return plan_err!("{NAME} cannot compare values of type {value}, so ties would have no answer");
        }
        let mut types = vec![value.clone()];
        for key in keys {
            match key_type(key) {
                Some(data_type) => types.push(data_type),
                None => return plan_err!("{NAME} cannot order rows by a value of type {key}"),
            }
        }
        Ok(types)
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        match args.first() {
            Some(value) => Ok(value.clone()),
            None => plan_err!("{NAME} takes a value and at least one order key"),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let fields = args.input_fields.iter().enumerate().map(|(i, field)| {
            let part = if i == 0 { "value".to_owned() } else { format!("key{i}") };
            Arc::new(Field::new(format!("{}[{part}]", args.name), field.data_type().clone(), true))
        });
        Ok(fields.collect())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let (value, keys) = types(&args);
        let group = groups::groups(&value, &keys)?;
        Ok(Box::new(OneGroup::new(NAME, group, &[vec![value], keys].concat())?))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let (value, keys) = types(&args);
        groups(&value, &keys)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
