//! Finds joins with `as_of(…)` in ON and makes them as-of joins.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, NullEquality, Result, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{BinaryExpr, Expr, Extension, Filter, Join, JoinType, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;
use std::sync::Arc;

use super::marker::NAME;
use super::node::{AsOfJoin, Match};

/// Runs after types are coerced and before anything is optimised: a filter that passed the join would change it.
#[derive(Debug)]
pub(crate) struct AsOfRule;

impl AnalyzerRule for AsOfRule {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let changed = plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Join(join) if join.filter.as_ref().is_some_and(has_mark) => {
                Ok(Transformed::yes(as_of_join(join)?))
            }
            plan => Ok(Transformed::no(plan)),
        })?;
        changed.data.apply_with_subqueries(|plan| {
            plan.apply_expressions(|expr| match expr.exists(|part| Ok(mark(part).is_some()))? {
                true => plan_err!(
                    "{NAME}(…) is a condition of its own in the ON of a JOIN or LEFT JOIN, joined to others by AND"
                ),
                false => Ok(TreeNodeRecursion::Continue),
            })
        })?;
        Ok(changed.data)
    }

    fn name(&self) -> &str {
        "advisql_as_of_join"
    }
}

fn mark(expr: &Expr) -> Option<&ScalarFunction> {
    match expr {
        Expr::ScalarFunction(function) if function.func.name() == NAME => Some(function),
        _ => None,
    }
}

fn has_mark(filter: &Expr) -> bool {
    split_conjunction(filter).into_iter().any(|condition| mark(condition).is_some())
}

/// Which side the columns of an expression come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    /// Both, or none.
    Mixed,
}

fn side(expr: &Expr, left: &DFSchema, right: &DFSchema) -> Side {
    let columns = expr.column_refs();
    if columns.is_empty() || expr.is_volatile() {
        Side::Mixed
    } else if columns.iter().all(|column| left.has_column(column)) {
        Side::Left
    } else if columns.iter().all(|column| right.has_column(column)) {
        Side::Right
    } else {
        Side::Mixed
    }
}

fn as_of_join(join: Join) -> Result<LogicalPlan> {
    if !matches!(join.join_type, JoinType::Inner | JoinType::Left) {
        return plan_err!("{NAME} works in JOIN and LEFT JOIN, not in a {} join", join.join_type);
    }
    if join.null_equality != NullEquality::NullEqualsNothing {
        return plan_err!("the keys of a join with {NAME} are compared with =");
    }
    let (left, right) = (join.left.schema().clone(), join.right.schema().clone());
    let mut on = join.on;
    let mut candidates = Vec::new();
    let mut time = None;
    for condition in join.filter.iter().flat_map(split_conjunction) {
        if let Some(function) = mark(condition) {
            if time.replace(function).is_some() {
                return plan_err!("a join takes one {NAME}");
            }
            continue;
        }
        match condition {
            Expr::BinaryExpr(BinaryExpr { left: a, op: Operator::Eq, right: b }) => {
                match (side(a, &left, &right), side(b, &left, &right)) {
                    (Side::Left, Side::Right) => on.push((*a.clone(), *b.clone())),
                    (Side::Right, Side::Left) => on.push((*b.clone(), *a.clone())),
                    (Side::Right, _) | (_, Side::Right) if side(condition, &left, &right) == Side::Right => {
                        candidates.push(condition.clone());
                    }
                    _ => return refused(condition),
                }
            }
            other if side(other, &left, &right) == Side::Right => candidates.push(other.clone()),
            other => return refused(other),
        }
    }
    let Some(function) = time else { return plan_err!("a join without {NAME} is not an as-of join") };
    let matching = matching(function, &left, &right)?;
    let right = match conjunction(candidates) {
        Some(condition) => Arc::new(LogicalPlan::Filter(Filter::try_new(condition, join.right)?)),
        None => join.right,
    };
    let node = AsOfJoin::try_new((*join.left).clone(), (*right).clone(), on, matching, join.join_type)?;
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
}

fn refused(condition: &Expr) -> Result<LogicalPlan> {
    plan_err!(
        "ON of a join with {NAME} takes equalities between both sides and conditions on the right side alone, not \
         {condition}; conditions on the left side belong in a subquery or in WHERE"
    )
}

/// The comparison inside the mark, with the right side's time first.
fn matching(function: &ScalarFunction, left: &DFSchema, right: &DFSchema) -> Result<Match> {
    let Some((Expr::BinaryExpr(comparison), ties)) = function.args.split_first() else {
        return plan_err!(
            "{NAME} takes a comparison of two times, for example {NAME}(s.valid_from <= q.day)"
        );
    };
    let (a, b) = (&comparison.left, &comparison.right);
    let (right_time, op, left_time) = match (side(a, left, right), side(b, left, right)) {
        (Side::Right, Side::Left) => (a, Some(comparison.op), b),
        (Side::Left, Side::Right) => (b, comparison.op.swap(), a),
        _ => return plan_err!("{NAME} compares a time of the right side with one of the left side"),
    };
    let (reverse, strict) = match op {
        Some(Operator::LtEq) => (false, false),
        Some(Operator::Lt) => (false, true),
        Some(Operator::GtEq) => (true, false),
        Some(Operator::Gt) => (true, true),
        _ => return plan_err!("{NAME} compares with <=, <, >= or >"),
    };
    if ties.iter().any(|tie| side(tie, left, right) != Side::Right) {
        return plan_err!("the tie-breaks of {NAME} are values of the right side");
    }
    Ok(Match {
        left: (**left_time).clone(),
        right: (**right_time).clone(),
        reverse,
        strict,
        ties: ties.to_vec(),
    })
}
