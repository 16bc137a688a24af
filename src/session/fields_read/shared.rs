//! One call for all who read it. Other rules copy a call to where its fields are read: into a filter, an order or a sum, and
//! into the projections below them. The copies would each calculate the row again. Here the node above takes the result
//! from the lowest node that makes the same call, as a column of its own.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, Projection, SubqueryAlias};

use super::FieldsRead;

/// For which rows of a node a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// For each.
    All,
    /// For one or more.
    Some,
}

impl FieldsRead {
    /// Every call gives all fields again: what is read is found anew after calls were moved.
    pub(super) fn widened(&self, plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        let plan = plan.map_children(|child| self.widened(child))?;
        let below = plan.transformed;
        let plan = plan.data.map_expressions(|expr| {
            expr.transform_down(|e| match (self.full(&e), e) {
                (Some(func), Expr::ScalarFunction(ScalarFunction { args, .. })) => {
                    Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args })))
                }
                (_, e) => Ok(Transformed::no(e)),
            })
        })?;
        match plan.transformed || below {
            true => Ok(Transformed::yes(plan.data.recompute_schema()?)),
            false => Ok(plan),
        }
    }

    /// Calls made by a node and again below it are made once, below.
    pub(super) fn shared(
        &self,
        plan: LogicalPlan,
        aliases: &AliasGenerator,
    ) -> Result<Transformed<LogicalPlan>> {
        let taken = self.taken(plan, aliases)?;
        let plan = taken.data.map_children(|child| self.shared(child, aliases))?;
        match plan.transformed {
            true => Ok(Transformed::yes(plan.data.recompute_schema()?)),
            false => Ok(Transformed::new_transformed(plan.data, taken.transformed)),
        }
    }

    /// The node with every call that is also made below it read from there; its columns stay the same.
    fn taken(&self, plan: LogicalPlan, aliases: &AliasGenerator) -> Result<Transformed<LogicalPlan>> {
        if !matches!(plan, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_)) && !passes_columns(&plan) {
            return Ok(Transformed::no(plan));
        }
        let columns = plan.schema().columns();
        let (mut plan, mut changed) = (plan, false);
        for call in self.calls(&plan, Rows::Some)? {
            for (side, input) in plan.inputs().into_iter().enumerate() {
                if let Some((input, column)) = self.provided(input, &call, aliases)? {
                    plan = self.reading(plan, &call, &column, side, input)?;
                    changed = true;
                    break;
                }
            }
        }
        if changed && passes_columns(&plan) {
            let columns = columns.into_iter().map(Expr::Column).collect();
            plan = LogicalPlan::Projection(Projection::try_new(columns, Arc::new(plan))?);
        }
        Ok(Transformed::new_transformed(plan, changed))
    }

    /// The plan with the result of a call as one more column; `None` when the plan does not make the call.
    fn provided(
        &self,
        plan: &LogicalPlan,
        call: &Expr,
        aliases: &AliasGenerator,
    ) -> Result<Option<(LogicalPlan, Column)>> {
        match plan {
            LogicalPlan::Projection(projection) => {
                let made_as = |n: usize| projection.expr[n].clone().unalias_nested().data;
                let Some(below) = placed(call, &projection.schema, made_as)? else { return Ok(None) };
                let Some(below) = qualified(&below, projection.input.schema())? else { return Ok(None) };
                let mut exprs = projection.expr.clone();
                let (input, column) = if self.calls(plan, Rows::All)?.contains(&below) {
                    let name = aliases.next("__benefit");
                    exprs.push(below.alias(&name));
                    (Arc::clone(&projection.input), Column::from_name(name))
                } else {
                    let provided = self.provided(&projection.input, &below, aliases)?;
                    let Some((input, column)) = provided else { return Ok(None) };
                    exprs.push(Expr::Column(column.clone()));
                    (Arc::new(input), column)
                };
                Ok(Some((LogicalPlan::Projection(Projection::try_new(exprs, input)?), column)))
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let columns = alias.input.schema().columns();
                let below = placed(call, &alias.schema, |n| Expr::Column(columns[n].clone()))?;
                let Some(below) = below else { return Ok(None) };
                let provided = self.provided(&alias.input, &below, aliases)?;
                let Some((input, column)) = provided else { return Ok(None) };
                let name = alias.alias.clone();
                let plan = SubqueryAlias::try_new(Arc::new(input), name.clone())?;
                Ok(Some((LogicalPlan::SubqueryAlias(plan), Column::new(Some(name), column.name))))
            }
            other if passes_columns(other) => {
                for (side, input) in other.inputs().into_iter().enumerate() {
                    if !passes_rows(other, side) {
                        continue;
                    }
                    let Some(below) = qualified(call, input.schema())? else { continue };
                    let provided = match self.provided(input, &below, aliases)? {
                        None if self.calls(other, Rows::All)?.contains(call) => {
                            Some(beside(input.clone(), below, aliases)?)
                        }
                        provided => provided,
                    };
                    if let Some((input, column)) = provided {
                        let plan = self.reading(other.clone(), call, &column, side, input)?;
                        return Ok(Some((plan, column)));
                    }
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// The node over another input, reading a column of it where it made the call.
    fn reading(
        &self,
        plan: LogicalPlan,
        call: &Expr,
        column: &Column,
        side: usize,
        input: LogicalPlan,
    ) -> Result<LogicalPlan> {
        let (preserver, schema) = (NamePreserver::new(&plan), input_schema(&plan)?);
        let plan = plan.map_expressions(|expr| {
            let name = preserver.save(&expr);
            let expr = expr.transform_down(|e| {
                if self.is_call(&e) && qualified(&e, &schema)?.as_ref() == Some(call) {
                    let column = Expr::Column(column.clone());
                    return Ok(Transformed::new(column, true, TreeNodeRecursion::Jump));
                }
                Ok(Transformed::no(e))
            })?;
            Ok(expr.update_data(|expr| name.restore(expr)))
        })?;
        let (mut input, mut at) = (Some(input), 0);
        let plan = plan.data.map_children(|child| {
            let exchanged = if at == side { input.take() } else { None };
            at += 1;
            Ok(exchanged.map_or_else(|| Transformed::no(child), Transformed::yes))
        })?;
        plan.data.recompute_schema()
    }

    /// The calls that a node makes, outermost first. What only some rows need (a branch of `CASE`) is not made for all: the
    /// arguments may fail on the others.
    fn calls(&self, plan: &LogicalPlan, rows: Rows) -> Result<Vec<Expr>> {
        let (schema, mut found, mut seen) = (input_schema(plan)?, Vec::new(), HashSet::new());
        plan.apply_expressions(|expr| {
            expr.apply(|e| {
                match e {
                    Expr::Case(_) if rows == Rows::All => return Ok(TreeNodeRecursion::Jump),
                    Expr::ScalarFunction(f) if rows == Rows::All && f.func.short_circuits() => {
                        return Ok(TreeNodeRecursion::Jump);
                    }
                    _ if self.is_call(e) && !e.is_volatile() => {
                        let call = qualified(e, &schema)?.filter(|call| seen.insert(call.clone()));
                        found.extend(call);
                    }
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(found)
    }
}

/// The input with the result of a call as one more column.
fn beside(input: LogicalPlan, call: Expr, aliases: &AliasGenerator) -> Result<(LogicalPlan, Column)> {
    let name = aliases.next("__benefit");
    let mut exprs: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
    exprs.push(call.alias(&name));
    let plan = LogicalPlan::Projection(Projection::try_new(exprs, Arc::new(input))?);
    Ok((plan, Column::from_name(name)))
}

/// The columns of all inputs of a node.
pub(super) fn input_schema(plan: &LogicalPlan) -> Result<DFSchema> {
    let mut schema = DFSchema::empty();
    for input in plan.inputs() {
        schema = schema.join(input.schema())?;
    }
    Ok(schema)
}

/// An expression with every column exchanged for what `of` has in its place in the schema; `None` when one is not there, or
/// there is none.
fn placed(expr: &Expr, schema: &DFSchema, of: impl Fn(usize) -> Expr) -> Result<Option<Expr>> {
    let (mut known, mut columns) = (true, false);
    let expr = expr.clone().transform_down(|e| match &e {
        Expr::Column(column) => {
            columns = true;
            match schema.maybe_index_of_column(column) {
                Some(n) => Ok(Transformed::new(of(n), true, TreeNodeRecursion::Jump)),
                None => {
                    known = false;
                    Ok(Transformed::no(e))
                }
            }
        }
        _ => Ok(Transformed::no(e)),
    })?;
    Ok((known && columns && !expr.data.is_volatile()).then_some(expr.data))
}

/// An expression with its columns named in full, so that two of them compare.
fn qualified(expr: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    placed(expr, schema, |n| Expr::Column(Column::from(schema.qualified_field(n))))
}

/// Whether the columns of the inputs are columns of the node, unchanged.
fn passes_columns(plan: &LogicalPlan) -> bool {
    matches!(
        plan,
        LogicalPlan::Filter(_) | LogicalPlan::Sort(_) | LogicalPlan::Window(_) | LogicalPlan::Join(_)
    )
}

/// Whether a row of the node has the columns of a row of that input, never NULL in their place. An order that keeps the first
/// rows only is not passed: the few that are left are quicker calculated again.
fn passes_rows(plan: &LogicalPlan, side: usize) -> bool {
    match plan {
        LogicalPlan::Sort(sort) => sort.fetch.is_none(),
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner => true,
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => side == 0,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => side == 1,
            JoinType::Full => false,
        },
        _ => true,
    }
}
