//! Reads of a result's fields that stay where they are. Rules of DataFusion move a read of a field down to what makes the
//! column: of a result with eight fields read that are eight copies of the call, and every rule after it goes through the
//! arguments of each. A read of this form is left alone, so the call stays one.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Fields};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ExprSchema, Result, internal_err};
use datafusion::functions::core::get_field;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};
use datafusion::optimizer::AnalyzerRule;

use super::{FieldsRead, field_of, shared::input_schema};

/// `get_field` in all but its place in a plan.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Kept {
    signature: Signature,
}

impl ScalarUDFImpl for Kept {
    fn name(&self) -> &str {
        "get_field"
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        get_field().schema_name(args)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        get_field().coerce_types(given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("the type of a field depends on its name")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        get_field().return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        get_field().invoke_with_args(args)
    }
}

/// The analyzer rule that keeps the reads of the results of benefit functions.
#[derive(Debug)]
pub(super) struct Keeping {
    reads: Arc<FieldsRead>,
    results: Vec<Fields>,
    kept: Arc<ScalarUDF>,
}

impl Keeping {
    pub(super) fn new(reads: Arc<FieldsRead>) -> Self {
        let types = reads.benefits.values().map(|benefit| benefit.udf.return_type(&[]));
        let results = types.filter_map(|of| match of {
            Ok(DataType::Struct(fields)) => Some(fields),
            _ => None,
        });
        let kept = Kept { signature: get_field().signature().clone() };
        Self { results: results.collect(), reads, kept: Arc::new(ScalarUDF::from(kept)) }
    }

    /// The read of a field of a column that has the type of a result, kept.
    fn kept(&self, expr: &Expr, schema: &DFSchema) -> Option<Expr> {
        let Expr::ScalarFunction(function) = expr else { return None };
        let (Expr::Column(column), _) = field_of(function)? else { return None };
        match schema.data_type(column) {
            Ok(DataType::Struct(fields)) if self.results.contains(fields) => {
                let func = Arc::clone(&self.kept);
                Some(Expr::ScalarFunction(ScalarFunction { func, args: function.args.clone() }))
            }
            _ => None,
        }
    }
}

impl AnalyzerRule for Keeping {
    fn name(&self) -> &str {
        "benefit_reads_kept"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        if self.reads.calls_made(&plan)?.is_empty() {
            return Ok(plan);
        }
        let kept = plan.transform_down_with_subqueries(|node| {
            let mut reads = false;
            node.apply_expressions(|expr| {
                reads |= expr.exists(|e| {
                    Ok(matches!(e, Expr::ScalarFunction(function) if field_of(function).is_some()))
                })?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            if !reads {
                return Ok(Transformed::no(node));
            }
            let schema = input_schema(&node)?;
            // Name and type stay the same, and with them the schema of the node.
            node.map_expressions(|expr| {
                expr.transform_up(|e| match self.kept(&e, &schema) {
                    Some(kept) => Ok(Transformed::yes(kept)),
                    None => Ok(Transformed::no(e)),
                })
            })
        })?;
        Ok(kept.data)
    }
}
