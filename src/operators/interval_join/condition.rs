//! Recognises, in the filter of a join, the two comparisons that an index over one side can answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, TimeUnit};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{JoinSide, Result, internal_err};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, IsNotNullExpr, IsNullExpr, Literal, NotExpr, TryCastExpr,
};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, conjunction_opt, split_conjunction};
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};

/// Scalar functions that cannot fail, so that a bound may be computed before it is known whether a row has a partner.
const HARMLESS_FUNCTIONS: [&str; 4] = ["coalesce", "nullif", "least", "greatest"];

/// One comparison `left op right`, each operand over the columns of its own side.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub left: Arc<dyn PhysicalExpr>,
    pub op: Operator,
    pub right: Arc<dyn PhysicalExpr>,
}

/// What an interval join compares besides its equality keys: two bounds and whatever else has to hold.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    /// `left < right` or `left <= right`.
    pub low: Bound,
    /// `left > right` or `left >= right`.
    pub high: Bound,
    /// Where both comparisons point the same way, the values of one are compared in reverse order.
    pub complement: Complement,
    /// One more comparison across the sides.
    pub third: Option<Bound>,
    /// Every other conjunct.
    pub residual: Option<JoinFilter>,
}

/// Whose values are complemented (`!v` reverses the order of integers), and so whose operator is the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complement {
    Nothing,
    Low,
    High,
}

struct Candidate {
    position: usize,
    bound: Bound,
    temporal: bool,
}

impl Candidate {
    fn points_up(&self) -> bool {
        matches!(self.bound.op, Operator::Lt | Operator::LtEq)
    }
}

impl Condition {
    /// The condition in `filter`, or `None` when it has no two comparisons of the supported kinds.
    ///
    /// Opposite directions (a range) are preferred to the same direction, dates and times to numbers, neighbours in
    /// the text to distant ones: `a.id < b.id AND a.from < b.to AND b.from < a.to` is joined on the period.
    pub(crate) fn recognise(filter: &JoinFilter) -> Result<Option<Self>> {
        let conjuncts = split_conjunction(filter.expression());
        let mut candidates = Vec::new();
        for (position, conjunct) in conjuncts.iter().enumerate() {
            if let Some((bound, temporal)) = bound(filter, conjunct)? {
                candidates.push(Candidate { position, bound, temporal });
            }
        }
        let mut best: Option<(&Candidate, &Candidate, (bool, bool, usize))> = None;
        for (i, first) in candidates.iter().enumerate() {
            for second in &candidates[i + 1..] {
                let rank = (
                    first.points_up() == second.points_up(),
                    !(first.temporal && second.temporal),
                    second.position - first.position,
                );
                if best.as_ref().is_none_or(|(_, _, known)| rank < *known) {
                    best = Some((first, second, rank));
                }
            }
        }
        let Some((first, second, _)) = best else { return Ok(None) };
        let (low, high, complement) = match (first.points_up(), second.points_up()) {
            (true, false) => (first, second, Complement::Nothing),
            (false, true) => (second, first, Complement::Nothing),
            (true, true) => (first, second, Complement::High),
            (false, false) => (first, second, Complement::Low),
        };
        let taken = [low.position, high.position];
        let third = candidates.iter().find(|candidate| !taken.contains(&candidate.position));
        let rest: Vec<_> = conjuncts
            .iter()
            .enumerate()
            .filter(|(i, _)| !taken.contains(i) && third.is_none_or(|third| third.position != *i))
            .map(|(_, conjunct)| Arc::clone(conjunct))
            .collect();
        let residual = match conjunction_opt(rest) {
            Some(expression) => Some(pruned_filter(filter, &expression)?),
            None => None,
        };
        let third = third.map(|third| third.bound.clone());
        Ok(Some(Self { low: low.bound.clone(), high: high.bound.clone(), complement, third, residual }))
    }
}

/// `conjunct` as a comparison across the sides, and whether it compares dates or times.
fn bound(filter: &JoinFilter, conjunct: &Arc<dyn PhysicalExpr>) -> Result<Option<(Bound, bool)>> {
    let Some(binary) = conjunct.downcast_ref::<BinaryExpr>() else { return Ok(None) };
    let op = *binary.op();
    if !matches!(op, Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq) {
        return Ok(None);
    }
    let (a, b) = (binary.left(), binary.right());
    let schema = filter.schema();
    let kind = a.data_type(schema)?;
    if kind != b.data_type(schema)? || !is_bound_type(&kind) {
        return Ok(None);
    }
    if !is_harmless(a, schema)? || !is_harmless(b, schema)? {
        return Ok(None);
    }
    let (left, op, right) = match (side(filter, a), side(filter, b)) {
        (Some(JoinSide::Left), Some(JoinSide::Right)) => (a, op, b),
        (Some(JoinSide::Right), Some(JoinSide::Left)) => match op.swap() {
            Some(op) => (b, op, a),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let temporal = !kind.is_integer();
    let bound = Bound { left: to_side(filter, left)?, op, right: to_side(filter, right)? };
    Ok(Some((bound, temporal)))
}

fn is_bound_type(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _))
}

/// The one side all columns of `expr` come from.
fn side(filter: &JoinFilter, expr: &Arc<dyn PhysicalExpr>) -> Option<JoinSide> {
    let mut sides =
        collect_columns(expr).into_iter().map(|c| filter.column_indices().get(c.index()).map(|i| i.side));
    let first = sides.next()??;
    sides.all(|side| side == Some(first)).then_some(first)
}

/// `expr` over the filter's columns, rewritten to the columns of its own side.
fn to_side(filter: &JoinFilter, expr: &Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
    Arc::clone(expr)
        .transform(|node| {
            let Some(column) = node.downcast_ref::<Column>() else { return Ok(Transformed::no(node)) };
            let Some(index) = filter.column_indices().get(column.index()) else {
                return internal_err!(
                    "a join filter names column {} of {}",
                    column.index(),
                    filter.schema().fields().len()
                );
            };
            let column = Column::new(column.name(), index.index);
            Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
        })
        .data()
}

/// Whether evaluating `expr` on rows without a partner can neither fail nor have an effect.
fn is_harmless(expr: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Result<bool> {
    let known = expr.is::<Column>()
        || expr.is::<Literal>()
        || expr.is::<CaseExpr>()
        || expr.is::<IsNullExpr>()
        || expr.is::<IsNotNullExpr>()
        || expr.is::<NotExpr>()
        || expr.is::<TryCastExpr>()
        || expr.downcast_ref::<BinaryExpr>().is_some_and(|b| compares(*b.op()))
        || expr.downcast_ref::<ScalarFunctionExpr>().is_some_and(|f| HARMLESS_FUNCTIONS.contains(&f.name()))
        || match expr.downcast_ref::<CastExpr>() {
            Some(cast) => never_fails(&cast.expr().data_type(schema)?, cast.cast_type()),
            None => false,
        };
    if !known {
        return Ok(false);
    }
    for child in expr.children() {
        if !is_harmless(child, schema)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compares(op: Operator) -> bool {
    use Operator::{And, Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq, Or};
    matches!(op, And | Or | Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

/// Casts every value survives. Microseconds hold every day within 290 000 years of 1970; nanoseconds end in 2262.
fn never_fails(from: &DataType, to: &DataType) -> bool {
    use DataType::{Date32, Date64, Int8, Int16, Int32, Int64, Timestamp, UInt8, UInt16, UInt32, UInt64};
    match (from, to) {
        (a, b) if a == b => true,
        (Int8, Int16 | Int32 | Int64) | (Int16, Int32 | Int64) | (Int32, Int64) => true,
        (UInt8, UInt16 | UInt32 | UInt64 | Int16 | Int32 | Int64) => true,
        (UInt16, UInt32 | UInt64 | Int32 | Int64) | (UInt32, UInt64 | Int64) => true,
        (Date32, Date64) => true,
        (Date32, Timestamp(unit, None)) => *unit != TimeUnit::Nanosecond,
        _ => false,
    }
}

/// `expression` over the columns of `filter`, with the columns it does not use left out.
fn pruned_filter(filter: &JoinFilter, expression: &Arc<dyn PhysicalExpr>) -> Result<JoinFilter> {
    let used: BTreeSet<usize> = collect_columns(expression).into_iter().map(|c| c.index()).collect();
    let kept: Vec<usize> = used.into_iter().collect();
    let expression = Arc::clone(expression)
        .transform(|node| {
            let Some(column) = node.downcast_ref::<Column>() else { return Ok(Transformed::no(node)) };
            let Ok(position) = kept.binary_search(&column.index()) else { return Ok(Transformed::no(node)) };
            let column = Column::new(column.name(), position);
            Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
        })
        .data()?;
    let schema = filter.schema().project(&kept)?;
    let indices: Vec<ColumnIndex> = kept.iter().map(|i| filter.column_indices()[*i].clone()).collect();
    Ok(JoinFilter::new(expression, indices, Arc::new(schema)))
}

impl Condition {
    /// All comparisons across the sides that are not left to the residual filter.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = &Bound> {
        [&self.low, &self.high].into_iter().chain(&self.third)
    }
}
