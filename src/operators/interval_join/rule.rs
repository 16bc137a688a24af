//! The rule that puts interval joins into plans.

use std::sync::Arc;

use advisql_udfs::AdvisqlOptions;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{NullEquality, Result, plan_err};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};

use super::exec::IntervalJoinExec;

/// The rule the interval joins come right after: it has decided which side is built.
const AFTER: &str = "join_selection";
/// The rule they have to come before: it satisfies the requirements of what is in the plan by then.
const BEFORE: &str = "EnsureRequirements";

/// Replaces hash joins and nested-loop joins whose filter holds two comparisons across the sides on dates, timestamps
/// or integers by [`IntervalJoinExec`].
///
/// `SET advisql.interval_join.enable = false` turns it off; any other shape keeps the plan it has.
#[derive(Debug, Default)]
pub struct IntervalJoinRule;

impl PhysicalOptimizerRule for IntervalJoinRule {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let enabled =
            config.extensions.get::<AdvisqlOptions>().is_none_or(|options| options.interval_join.enable);
        if !enabled {
            return Ok(plan);
        }
        plan.transform_up(|node| {
            let join = match (node.downcast_ref::<HashJoinExec>(), node.downcast_ref::<NestedLoopJoinExec>())
            {
                (Some(join), _) => keyed(join)?,
                (_, Some(join)) => unkeyed(join)?,
                _ => None,
            };
            Ok(match join {
                Some(join) => Transformed::yes(Arc::new(join) as Arc<dyn ExecutionPlan>),
                None => Transformed::no(node),
            })
        })
        .data()
    }

    fn name(&self) -> &str {
        "interval_join"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn keyed(join: &HashJoinExec) -> Result<Option<IntervalJoinExec>> {
    let Some(filter) = join.filter() else { return Ok(None) };
    if join.null_equality() != NullEquality::NullEqualsNothing || join.null_aware || join.fetch().is_some() {
        return Ok(None);
    }
    let projection = join.projection.as_ref().map(|p| p.to_vec());
    IntervalJoinExec::try_new(
        join.left(),
        join.right(),
        join.on().to_vec(),
        filter,
        *join.join_type(),
        projection,
    )
}

fn unkeyed(join: &NestedLoopJoinExec) -> Result<Option<IntervalJoinExec>> {
    let Some(filter) = join.filter() else { return Ok(None) };
    let projection = join.projection().as_ref().map(|p| p.to_vec());
    IntervalJoinExec::try_new(join.left(), join.right(), Vec::new(), filter, *join.join_type(), projection)
}

/// `rules` with [`IntervalJoinRule`] at its place.
///
/// # Errors
/// When the rules it has to stand between are not there in that order.
pub fn with_interval_join(
    mut rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>,
) -> Result<Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>> {
    let place = |name: &str| rules.iter().position(|rule| rule.name() == name);
    match (place(AFTER), place(BEFORE)) {
        (Some(after), Some(before)) if after < before => {
            rules.insert(after + 1, Arc::new(IntervalJoinRule));
            Ok(rules)
        }
        _ => plan_err!(
            "interval joins need the rules {AFTER} and {BEFORE}, in this order, in the physical optimizer"
        ),
    }
}
