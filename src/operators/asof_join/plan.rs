//! From the logical to the physical as-of join.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, JoinType, Result, internal_err};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::exec::{AsOfJoinExec, InMemory};
use super::node::AsOfJoin;
use super::spec::Conditions;

/// DataFusion's planner and the one for as-of joins.
#[derive(Debug)]
pub(crate) struct AsOfQueryPlanner;

#[async_trait]
impl QueryPlanner for AsOfQueryPlanner {
    async fn create_physical_plan(
        &self,
        logical_plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(AsOfPlanner)]);
        planner.create_physical_plan(logical_plan, session).await
    }
}

struct AsOfPlanner;

#[async_trait]
impl ExtensionPlanner for AsOfPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        planning_ctx: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<AsOfJoin>() else { return Ok(None) };
        let ([left_plan, right_plan], [left, right]) = (logical_inputs, physical_inputs) else {
            return internal_err!("an as-of join has two inputs");
        };
        let physical = |expr: &Expr, schema: &DFSchema| -> Result<Arc<dyn PhysicalExpr>> {
            planner.create_physical_expr(expr, schema, session, planning_ctx)
        };
        let of_left = |expr: &Expr| physical(expr, left_plan.schema());
        let of_right = |expr: &Expr| physical(expr, right_plan.schema());
        let on = node.on.iter().map(|(left, right)| Ok((of_left(left)?, of_right(right)?)));
        let conditions = Conditions {
            on: on.collect::<Result<_>>()?,
            left_time: of_left(&node.matching.left)?,
            right_time: of_right(&node.matching.right)?,
            ties: node.matching.ties.iter().map(of_right).collect::<Result<_>>()?,
            reverse: node.matching.reverse,
            strict: node.matching.strict,
            inner: node.join_type == JoinType::Inner,
        };
        let in_memory = smaller(left.as_ref(), right.as_ref())?;
        let join = AsOfJoinExec::try_new(Arc::clone(left), Arc::clone(right), conditions, in_memory, None)?;
        Ok(Some(Arc::new(join)))
    }
}

/// The side with fewer rows; the right one, usually a register, when that is not known.
fn smaller(left: &dyn ExecutionPlan, right: &dyn ExecutionPlan) -> Result<InMemory> {
    let rows = |plan: &dyn ExecutionPlan| -> Result<Option<usize>> {
        let statistics = StatisticsContext::new().compute(plan, &StatisticsArgs::new())?;
        Ok(match statistics.num_rows {
            Precision::Exact(rows) | Precision::Inexact(rows) => Some(rows),
            Precision::Absent => None,
        })
    };
    Ok(match (rows(left)?, rows(right)?) {
        (Some(left), Some(right)) if left < right => InMemory::Left,
        _ => InMemory::Right,
    })
}
