//! A result that a query only adds up or counts has decimals of 64 bits: half as much to write and to read again. The sums are
//! those of 128 bits, and so is what anybody else reads.

use std::sync::{Arc, OnceLock};

use arrow::datatypes::{DataType, Schema};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

use super::FieldsRead;
use crate::session::sums;

/// The physical rule; until it [knows](SummedRule::know) the benefit functions it does nothing.
#[derive(Debug)]
pub(in crate::session) struct SummedRule {
    reads: OnceLock<Arc<FieldsRead>>,
    /// The session's own sum and DataFusion's.
    sums: [Arc<AggregateUDF>; 2],
    /// Of decimals of 64 bits.
    sum: Arc<AggregateUDF>,
}

impl Default for SummedRule {
    fn default() -> Self {
        let [own, sum] = [sums::function(), sums::of_64_bits()].map(Arc::new);
        Self { reads: OnceLock::new(), sums: [own, sum_udaf()], sum }
    }
}

impl PhysicalOptimizerRule for SummedRule {
    fn name(&self) -> &str {
        "benefit_fields_summed"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(reads) = self.reads.get() else { return Ok(plan) };
        plan.transform_up(|node| {
            let narrowed = match node.downcast_ref::<AggregateExec>() {
                Some(aggregate) => self.aggregate(reads, aggregate)?,
                None => None,
            };
            Ok(narrowed.map_or_else(|| Transformed::no(node), Transformed::yes))
        })
        .data()
    }
}

impl SummedRule {
    /// Says which functions are those of benefits, once.
    pub(in crate::session) fn know(&self, reads: Arc<FieldsRead>) {
        self.reads.get_or_init(|| reads);
    }

    /// Sums of whole results over decimals of 64 bits; `None` where something else reads a result.
    fn aggregate(
        &self,
        reads: &FieldsRead,
        aggregate: &AggregateExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let first = matches!(aggregate.mode(), AggregateMode::Partial | AggregateMode::Single);
        if !first || !aggregate.group_expr().is_empty() {
            return Ok(None);
        }
        let input = narrowed(reads, aggregate.input())?.unwrap_or_else(|| Arc::clone(aggregate.input()));
        let (before, now) = (aggregate.input().schema(), input.schema());
        let mut functions = Vec::new();
        for function in aggregate.aggr_expr() {
            let Some(function) = self.function(reads, function, &before, &now)? else { return Ok(None) };
            functions.push(function);
        }
        let same = functions.iter().zip(aggregate.aggr_expr()).all(|(made, given)| Arc::ptr_eq(made, given));
        if same && Arc::ptr_eq(&input, aggregate.input()) {
            return Ok(None);
        }
        let filters = aggregate.filter_expr();
        if filters.iter().flatten().any(|filter| reads_changed(filter, &before, &now)) {
            return Ok(None);
        }
        let (group, mode) = (aggregate.group_expr().clone(), *aggregate.mode());
        let made = AggregateExec::try_new(mode, group, functions, filters.to_vec(), input, now)?;
        let made = made.with_limit_options(aggregate.limit_options());
        Ok((made.schema() == aggregate.schema()).then(|| Arc::new(made) as Arc<dyn ExecutionPlan>))
    }

    /// The function over what it reads now; `None` where it does more with it than add it up or count it.
    fn function(
        &self,
        reads: &FieldsRead,
        function: &Arc<AggregateFunctionExpr>,
        before: &Schema,
        now: &Arc<Schema>,
    ) -> Result<Option<Arc<AggregateFunctionExpr>>> {
        let arguments = function.expressions();
        let plain = !function.is_distinct() && function.order_bys().is_empty();
        let adds = self.sums.iter().any(|sum| **sum == *function.fun());
        let adds_or_counts = plain && (adds || *function.fun() == *count_udaf());
        let called = match &arguments[..] {
            [argument] if adds_or_counts => called(reads, argument, before, now)?,
            _ => None,
        };
        let argument = match (called, &arguments[..]) {
            (Some(called), _) => called,
            _ if !arguments.iter().any(|argument| reads_changed(argument, before, now)) => {
                return Ok(Some(Arc::clone(function)));
            }
            (None, [argument]) if adds_or_counts => match retyped(argument, before, now)? {
                Some(argument) => argument,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let narrow = matches!(argument.data_type(now)?, DataType::Decimal64(_, _));
        let exchanged = match adds && narrow {
            true => Arc::clone(&self.sum),
            false => Arc::new(function.fun().clone()),
        };
        let made = AggregateExprBuilder::new(exchanged, vec![argument])
            .schema(Arc::clone(now))
            .alias(function.name())
            .with_ignore_nulls(function.ignore_nulls())
            .build()?;
        Ok(Some(Arc::new(made)))
    }
}

/// Projections one over the other, with filters among them, whose calls of benefit functions give decimals of 64 bits; `None` where there
/// is no call, or something else than reads of fields is made of a result.
fn narrowed(reads: &FieldsRead, plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        let Some(below) = narrowed(reads, filter.input())? else { return Ok(None) };
        if reads_changed(filter.predicate(), &filter.input().schema(), &below.schema()) {
            return Ok(None);
        }
        let recomputed = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        return Arc::clone(plan).replace_children(vec![below], recomputed).map(Some);
    }
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else { return Ok(None) };
    let below = match narrowed(reads, projection.input())? {
        Some(below) => below,
        None => Arc::clone(projection.input()),
    };
    let (before, now) = (projection.input().schema(), below.schema());
    let (mut made, mut changed) = (Vec::new(), !Arc::ptr_eq(&below, projection.input()));
    for ProjectionExpr { expr, alias } in projection.expr() {
        let expr = match called(reads, expr, &before, &now)? {
            Some(called) => {
                changed = true;
                called
            }
            None => match retyped(expr, &before, &now)? {
                Some(expr) => expr,
                None => return Ok(None),
            },
        };
        made.push(ProjectionExpr { expr, alias: alias.clone() });
    }
    match changed {
        true => Ok(Some(Arc::new(ProjectionExec::try_new(made, below)?))),
        false => Ok(None),
    }
}

/// The call of a benefit function, or the read of a field of one, with decimals of 64 bits; `None` for any other expression, and for a
/// call whose facts are read of a column that has changed.
fn called(
    reads: &FieldsRead,
    expr: &Arc<dyn PhysicalExpr>,
    before: &Schema,
    now: &Schema,
) -> Result<Option<Arc<dyn PhysicalExpr>>> {
    let Some(function) = expr.downcast_ref::<ScalarFunctionExpr>() else { return Ok(None) };
    if reads_changed(expr, before, now) {
        return Ok(None);
    }
    let (exchanged, arguments) = match (reads.of_64_bits(function), function.args()) {
        (Some(narrow), arguments) => (narrow, arguments.to_vec()),
        (None, [of, field]) if function.fun().name() == "get_field" => {
            match called(reads, of, before, now)? {
                Some(of) => (Arc::new(function.fun().clone()), vec![of, Arc::clone(field)]),
                None => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    let config = Arc::new(function.config_options().clone());
    Ok(Some(Arc::new(ScalarFunctionExpr::try_new(exchanged, arguments, now, config)?)))
}

/// The expression over columns of other types; `None` where it is more than a column or the read of a field of one.
fn retyped(
    expr: &Arc<dyn PhysicalExpr>,
    before: &Schema,
    now: &Schema,
) -> Result<Option<Arc<dyn PhysicalExpr>>> {
    if expr.is::<Column>() || !reads_changed(expr, before, now) {
        return Ok(Some(Arc::clone(expr)));
    }
    match expr.downcast_ref::<ScalarFunctionExpr>() {
        Some(read) if read.fun().name() == "get_field" && read.args()[0].is::<Column>() => {
            let (function, arguments) = (Arc::new(read.fun().clone()), read.args().to_vec());
            let config = Arc::new(read.config_options().clone());
            Ok(Some(Arc::new(ScalarFunctionExpr::try_new(function, arguments, now, config)?)))
        }
        _ => Ok(None),
    }
}

/// Whether an expression reads a column whose type has changed.
fn reads_changed(expr: &Arc<dyn PhysicalExpr>, before: &Schema, now: &Schema) -> bool {
    collect_columns(expr).iter().any(|column| {
        let at = column.index();
        before.fields().get(at).map(|field| field.data_type())
            != now.fields().get(at).map(|field| field.data_type())
    })
}
