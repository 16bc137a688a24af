//! What the aggregates of periods have in common as functions.

use std::fmt::{Debug, Formatter};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue};
use datafusion_doc::Documentation;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::AggregateOrderSensitivity;
use datafusion_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

use super::grouped::{Fold, GroupLog};
use super::list::Lists;
use crate::documentation::DocText;
use crate::function::{Kind, accept_all};
use crate::one_group::OneGroup;

/// The function `name(from, to)` to register; its result is never NULL.
pub(super) fn udaf<F: Fold>(name: &'static str, text: DocText) -> AggregateUDF {
    AggregateUDF::new_from_impl(PeriodAggregate::<F> {
        name,
        signature: Signature::user_defined(Volatility::Immutable),
        documentation: text.build(),
        fold: PhantomData,
    })
}

struct PeriodAggregate<F> {
    name: &'static str,
    signature: Signature,
    documentation: Documentation,
    fold: PhantomData<fn() -> F>,
}

impl<F> Debug for PeriodAggregate<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

// A name is given once (a test holds this), so it is the identity.
impl<F> PartialEq for PeriodAggregate<F> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<F> Eq for PeriodAggregate<F> {}

impl<F> Hash for PeriodAggregate<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl<F: Fold> AggregateUDFImpl for PeriodAggregate<F> {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(self.name, &[Kind::Date; 2], 2, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(F::result_type())
    }

    fn is_nullable(&self) -> bool {
        false
    }

    fn default_value(&self, _: &DataType) -> Result<ScalarValue> {
        let nothing = Lists { items: Vec::new(), ends: vec![0] };
        ScalarValue::try_from_array(&F::result(&nothing)?, 0)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[periods]", args.name), F::state_type(), true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let group = Box::new(GroupLog::<F>::new());
        Ok(Box::new(OneGroup::new(self.name, group, &[F::state_type()])?))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(GroupLog::<F>::new()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
