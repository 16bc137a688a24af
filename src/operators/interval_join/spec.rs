//! The parts of a join that every stage needs, fixed when the plan is made.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{JoinSide, JoinType, Result, internal_err};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_plan::joins::utils::ColumnIndex;

use super::columns::{KeyForm, SideExprs};
use super::condition::{Bound, Condition};

/// Equality keys, of the left and of the right input.
pub type On = Vec<(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>)>;

/// A column of the joined pair, by where it is found while joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PairColumn {
    /// Column of the gathered build side.
    Build(usize),
    /// Column of the probe batch.
    Probe(usize),
}

/// A residual filter over pairs.
#[derive(Debug, Clone)]
pub(super) struct Residual {
    pub expression: Arc<dyn PhysicalExpr>,
    pub columns: Vec<PairColumn>,
    pub schema: SchemaRef,
}

/// A third comparison: `build < probe`, or `<=` where it is not strict.
#[derive(Debug, Clone)]
pub(super) struct Third {
    /// Its left side, over the gathered build side.
    pub build: Arc<dyn PhysicalExpr>,
    pub strict: bool,
    /// The values of both sides are complemented: it was `>` or `>=`.
    pub reversed: bool,
}

/// Everything about the join but its inputs.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub join_type: JoinType,
    pub left: SideExprs,
    pub right: SideExprs,
    /// `<` and not `<=`; `>` and not `>=`.
    pub low_strict: bool,
    pub high_strict: bool,
    pub third: Option<Third>,
    /// Four bytes hold every bound.
    pub narrow: bool,
    pub residual: Option<Residual>,
    /// Columns of the left input kept in the index, and their schema.
    pub payload: Vec<usize>,
    pub payload_schema: SchemaRef,
    /// The result.
    pub output: Vec<PairColumn>,
    pub schema: SchemaRef,
}

impl Spec {
    pub(super) fn new(
        join_type: JoinType,
        on: &On,
        condition: &Condition,
        form: KeyForm,
        left_schema: &SchemaRef,
        output: &[ColumnIndex],
        schema: SchemaRef,
    ) -> Result<Self> {
        let third_reversed = |third: &Bound| matches!(third.op, Operator::Gt | Operator::GtEq);
        let side = |keys, of: fn(&Bound) -> &Arc<dyn PhysicalExpr>| SideExprs {
            keys,
            low: Arc::clone(of(&condition.low)),
            high: Arc::clone(of(&condition.high)),
            complement: condition.complement,
            third: condition.third.as_ref().map(|third| (Arc::clone(of(third)), third_reversed(third))),
            form: form.clone(),
        };
        let (left_keys, right_keys) = on.iter().map(|(l, r)| (Arc::clone(l), Arc::clone(r))).unzip();
        let left = side(left_keys, |bound| &bound.left);
        let right = side(right_keys, |bound| &bound.right);
        let filter_columns = condition.residual.iter().flat_map(|f| f.column_indices());
        let third_columns = condition.third.iter().flat_map(|third| collect_columns(&third.left));
        let mut payload: Vec<usize> = output
            .iter()
            .chain(filter_columns)
            .filter(|c| c.side == JoinSide::Left)
            .map(|c| c.index)
            .chain(third_columns.map(|c| c.index()))
            .collect();
        payload.sort_unstable();
        payload.dedup();
        let find = |c: &ColumnIndex| match c.side {
            JoinSide::Left => match payload.binary_search(&c.index) {
                Ok(position) => Ok(PairColumn::Build(position)),
                Err(_) => internal_err!("column {} of the left side is not kept", c.index),
            },
            JoinSide::Right => Ok(PairColumn::Probe(c.index)),
            JoinSide::None => internal_err!("an interval join has no mark column"),
        };
        let residual = match &condition.residual {
            None => None,
            Some(filter) => Some(Residual {
                expression: Arc::clone(filter.expression()),
                columns: filter.column_indices().iter().map(find).collect::<Result<_>>()?,
                schema: Arc::clone(filter.schema()),
            }),
        };
        let third = match &condition.third {
            None => None,
            Some(third) => Some(Third {
                build: kept_columns(&third.left, &payload)?,
                strict: matches!(third.op, Operator::Lt | Operator::Gt),
                reversed: third_reversed(third),
            }),
        };
        let narrow = is_narrow(&condition.low.left.data_type(left_schema)?)
            && is_narrow(&condition.high.left.data_type(left_schema)?);
        let output = output.iter().map(find).collect::<Result<_>>()?;
        let payload_schema = Arc::new(Schema::new(left_schema.project(&payload)?.fields().clone()));
        Ok(Self {
            join_type,
            left,
            right,
            low_strict: matches!(condition.low.op, Operator::Lt | Operator::Gt),
            high_strict: matches!(condition.high.op, Operator::Gt | Operator::Lt),
            third,
            narrow,
            residual,
            payload,
            payload_schema,
            output,
            schema,
        })
    }

    /// There are equality keys.
    pub(super) fn keyed(&self) -> bool {
        !self.left.keys.is_empty()
    }

    /// Build rows without a partner matter, or whether there is one.
    pub(super) fn tracks_build(&self) -> bool {
        matches!(self.join_type, JoinType::Left | JoinType::Full | JoinType::LeftSemi | JoinType::LeftAnti)
    }

    /// Build rows that cannot match appear in the result.
    pub(super) fn keeps_build(&self) -> bool {
        matches!(self.join_type, JoinType::Left | JoinType::Full | JoinType::LeftAnti)
    }

    /// Probe rows without a partner matter, or whether there is one.
    pub(super) fn tracks_probe(&self) -> bool {
        matches!(self.join_type, JoinType::Right | JoinType::Full | JoinType::RightSemi | JoinType::RightAnti)
    }

    /// Probe rows that cannot match appear in the result.
    pub(super) fn keeps_probe(&self) -> bool {
        matches!(self.join_type, JoinType::Right | JoinType::Full | JoinType::RightAnti)
    }

    /// Pairs themselves are part of the result.
    pub(super) fn emits_pairs(&self) -> bool {
        matches!(self.join_type, JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full)
    }
}

/// Whether every value of the type, and its complement, has four bytes.
fn is_narrow(kind: &DataType) -> bool {
    use DataType::{Date32, Int8, Int16, Int32, UInt8, UInt16};
    matches!(kind, Date32 | Int8 | Int16 | Int32 | UInt8 | UInt16)
}

/// `expr` over the columns in `kept` instead of all columns.
fn kept_columns(expr: &Arc<dyn PhysicalExpr>, kept: &[usize]) -> Result<Arc<dyn PhysicalExpr>> {
    Arc::clone(expr)
        .transform(|node| {
            let Some(column) = node.downcast_ref::<Column>() else { return Ok(Transformed::no(node)) };
            match kept.binary_search(&column.index()) {
                Ok(position) => {
                    let column = Column::new(column.name(), position);
                    Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
                }
                Err(_) => internal_err!("column {} of the left side is not kept", column.index()),
            }
        })
        .data()
}
