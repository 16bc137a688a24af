//! `as_of(…)`: marks the time comparison of an as-of join in ON.

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The name of the mark.
pub(super) const NAME: &str = "as_of";

/// The function to register; it is planned away, never calculated.
pub(crate) fn as_of() -> ScalarUDF {
    // Volatile: no rule may move or fold it before it is planned.
    ScalarUDF::new_from_impl(AsOf { signature: Signature::variadic_any(Volatility::Volatile) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AsOf {
    signature: Signature,
}

impl ScalarUDFImpl for AsOf {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        match args.first() {
            Some(DataType::Boolean) => Ok(DataType::Boolean),
            _ => {
                plan_err!("{NAME} takes a comparison of two times, for example {NAME}(s.valid_from <= q.day)")
            }
        }
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        plan_err!(
            "{NAME}(…) is a condition of its own in the ON of a JOIN or LEFT JOIN, joined to others by AND"
        )
    }
}
