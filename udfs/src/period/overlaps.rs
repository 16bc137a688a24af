//! `period_overlaps`: one word for two comparisons, which the optimizer sees as comparisons.

use arrow::compute::and_kleene;
use arrow::compute::kernels::cmp::lt;
use arrow::datatypes::{DataType, Field, FieldRef};
use std::sync::Arc;

use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_doc::Documentation;
use datafusion_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::days::{FAMILY, SOURCE};
use crate::documentation::{DocText, Example};
use crate::function::{Kind, accept_all};

const NAME: &str = "period_overlaps";

const TEXT: DocText = DocText {
    family: FAMILY,
    syntax: "period_overlaps(a_from, a_to, b_from, b_to)",
    description: "Whether two periods have a day in common: a_from < b_to AND b_from < a_to. The planner replaces the \
        call by these comparisons, so joins and file pruning see them. Each period is expected to end after it starts.",
    arguments: &[
        ("a_from", "date: the first day of period a"),
        ("a_to", "date: the day after the last of period a"),
        ("b_from", "date: the first day of period b"),
        ("b_to", "date: the day after the last of period b"),
    ],
    returns: "boolean",
    nulls: "when a bound is NULL, unless the other comparison is false: then false, as AND has it",
    source: SOURCE,
    example: Example {
        sql: "SELECT period_overlaps(DATE '2025-01-01', DATE '2025-02-01', DATE '2025-02-01', DATE '2025-03-01') \
            AS overlap",
        column: "overlap",
        value: "false",
    },
};

/// The function to register.
pub(super) fn udf() -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::new_from_impl(PeriodOverlaps { signature, documentation: TEXT.build() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PeriodOverlaps {
    signature: Signature,
    documentation: Documentation,
}

impl ScalarUDFImpl for PeriodOverlaps {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(NAME, &[Kind::Date; 4], 4, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    // The same nullability as the comparisons have, so that replacing the call changes no schema.
    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(NAME, DataType::Boolean, nullable)))
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match <[Expr; 4]>::try_from(args) {
            Ok([a_from, a_to, b_from, b_to]) => {
                Ok(ExprSimplifyResult::Simplified(a_from.lt(b_to).and(b_from.lt(a_to))))
            }
            Err(args) => Ok(ExprSimplifyResult::Original(args)),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let [a_from, a_to, b_from, b_to] = columns.as_slice() else {
            return internal_err!("{NAME} was given {} arguments", columns.len());
        };
        let overlaps = and_kleene(&lt(a_from, b_to)?, &lt(b_from, a_to)?)?;
        if args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_))) {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&overlaps, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(overlaps)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
