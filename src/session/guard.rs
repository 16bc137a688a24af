//! What a session refuses although DataFusion would do it: statements that write, and comparisons that
//! silently give a wrong answer.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::expr::{Between, InList, NullTreatment, WindowFunction};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, Statement};
use datafusion::optimizer::AnalyzerRule;

/// Statements that may run: queries, EXPLAIN and harmless settings; nothing that writes or defines.
pub(super) fn sql_options() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(true)
}

/// Settings a query may change: how it is shown and how it runs, never what is read or what is right.
const MAY_SET: &[&str] = &[
    "advisql.",
    "datafusion.explain.",
    "datafusion.execution.target_partitions",
    "datafusion.execution.batch_size",
    "datafusion.format.",
];

/// Refuses statements that are neither queries nor allowed settings.
pub(super) fn check_statement(plan: &LogicalPlan) -> Result<()> {
    match plan {
        LogicalPlan::Statement(Statement::SetVariable(set)) => {
            let key = set.variable.to_lowercase();
            if MAY_SET.iter().any(|prefix| key.starts_with(prefix)) {
                Ok(())
            } else {
                plan_err!("the setting '{key}' is fixed; what may be set starts with {}", MAY_SET.join(", "))
            }
        }
        LogicalPlan::Statement(_) => {
            plan_err!(
                "only queries, EXPLAIN, SHOW and SET are possible: data changes by import and by pipelines"
            )
        }
        _ => Ok(()),
    }
}

/// Analyzer rule that turns silent wrong answers into errors (see [`Guard::analyze`]).
#[derive(Debug, Default)]
pub(super) struct Guard;

impl Guard {
    pub(super) fn rule() -> Arc<dyn AnalyzerRule + Send + Sync> {
        Arc::new(Self)
    }
}

impl AnalyzerRule for Guard {
    fn name(&self) -> &str {
        "advisql_guard"
    }

    /// Runs before type coercion, on the types as written:
    /// - a CPR number compared with a number would lose its leading zero and match the wrong person;
    /// - `lead`/`lag … IGNORE NULLS` returns NULL across gaps (upstream 25471).
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.apply_with_subqueries(|node| {
            let mut schema = DFSchema::empty();
            for input in node.inputs() {
                schema.merge(input.schema());
            }
            if let LogicalPlan::TableScan(scan) = node {
                schema.merge(&scan.projected_schema);
            }
            node.apply_expressions(|expr| {
                expr.apply(|e| check_expr(e, &schema).map(|()| TreeNodeRecursion::Continue))
            })
        })?;
        Ok(plan)
    }
}

fn check_expr(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
            check_pair(left, right, schema)?;
            check_pair(right, left, schema)
        }
        Expr::InList(InList { expr, list, .. }) => list.iter().try_for_each(|e| check_pair(expr, e, schema)),
        Expr::Between(Between { expr, low, high, .. }) => {
            check_pair(expr, low, schema)?;
            check_pair(expr, high, schema)
        }
        Expr::WindowFunction(window) => check_window(window),
        _ => Ok(()),
    }
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

fn check_pair(cpr: &Expr, other: &Expr, schema: &DFSchema) -> Result<()> {
    let Expr::Column(column) = cpr else { return Ok(()) };
    if column.name != "cpr" && !column.name.ends_with("_cpr") {
        return Ok(());
    }
    match other.get_type(schema) {
        Ok(kind) if kind.is_numeric() && is_text(cpr, schema) => plan_err!(
            "{column} is text of ten digits: compare it with text in quotes, a number loses its leading zero"
        ),
        _ => Ok(()),
    }
}

fn is_text(expr: &Expr, schema: &DFSchema) -> bool {
    match expr.get_type(schema) {
        Ok(DataType::Dictionary(_, value)) => value.is_string(),
        Ok(kind) => kind.is_string(),
        Err(_) => false,
    }
}

fn check_window(window: &WindowFunction) -> Result<()> {
    let name = window.fun.name();
    if matches!(name, "lead" | "lag") && window.params.null_treatment == Some(NullTreatment::IgnoreNulls) {
        return plan_err!(
            "{name} with IGNORE NULLS gives wrong results in this version: filter the NULLs first or use last_value"
        );
    }
    Ok(())
}
