//! The as-of join in a logical plan.

use std::cmp::Ordering;
use std::fmt::Formatter;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, DFSchemaRef, Result, internal_err, plan_err};
use datafusion::logical_expr::builder::build_join_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, JoinType, LogicalPlan, UserDefinedLogicalNodeCore};

use super::times::is_time;

/// The time comparison: right against left.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Match {
    pub left: Expr,
    pub right: Expr,
    /// The right time is not before the left one, and the earliest counts; else not after, and the latest.
    pub reverse: bool,
    /// Equal times do not match.
    pub strict: bool,
    /// Values of the right side; of rows with equal keys and times the greatest counts.
    pub ties: Vec<Expr>,
}

impl Match {
    /// The comparison as written, right side first.
    pub fn operator(&self) -> &'static str {
        operator(self.reverse, self.strict)
    }
}

/// How a right time compares with a left one.
pub(super) fn operator(reverse: bool, strict: bool) -> &'static str {
    match (reverse, strict) {
        (false, false) => "<=",
        (false, true) => "<",
        (true, false) => ">=",
        (true, true) => ">",
    }
}

/// For each row of `left` the best row of `right`; its columns are those of both, left first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct AsOfJoin {
    pub left: LogicalPlan,
    pub right: LogicalPlan,
    pub on: Vec<(Expr, Expr)>,
    pub matching: Match,
    pub join_type: JoinType,
    schema: DFSchemaRef,
}

impl AsOfJoin {
    pub fn try_new(
        left: LogicalPlan,
        right: LogicalPlan,
        on: Vec<(Expr, Expr)>,
        matching: Match,
        join_type: JoinType,
    ) -> Result<Self> {
        let schema = build_join_schema(left.schema(), right.schema(), &join_type)?;
        let types = |a: &Expr, b: &Expr| -> Result<(DataType, DataType)> {
            Ok((a.get_type(left.schema())?, b.get_type(right.schema())?))
        };
        for (a, b) in &on {
            let (a, b) = types(a, b)?;
            if a != b {
                return plan_err!("the keys of an as-of join have the types {a} and {b}; cast one of them");
            }
        }
        let (a, b) = types(&matching.left, &matching.right)?;
        if a != b || !is_time(&a) {
            return plan_err!(
                "an as-of join compares dates, timestamps or whole numbers of one type, not {b} with {a}"
            );
        }
        Ok(Self { left, right, on, matching, join_type, schema: Arc::new(schema) })
    }
}

impl PartialOrd for AsOfJoin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let order = (&self.left, &self.right).partial_cmp(&(&other.left, &other.right))?;
        let order = order.then(self.expressions().partial_cmp(&other.expressions())?);
        (order != Ordering::Equal || self == other).then_some(order)
    }
}

impl UserDefinedLogicalNodeCore for AsOfJoin {
    fn name(&self) -> &str {
        "AsOfJoin"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.left, &self.right]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    /// The pairs of keys, the times, then the tie-breaks.
    fn expressions(&self) -> Vec<Expr> {
        let keys = self.on.iter().flat_map(|(left, right)| [left, right]);
        let times = [&self.matching.left, &self.matching.right];
        keys.chain(times).chain(&self.matching.ties).cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut Formatter) -> std::fmt::Result {
        write!(f, "AsOfJoin: {}", self.join_type)?;
        for (left, right) in &self.on {
            write!(f, " {left} = {right},")?;
        }
        write!(f, " {} {} {}", self.matching.right, self.matching.operator(), self.matching.left)?;
        for tie in &self.matching.ties {
            write!(f, ", greatest {tie}")?;
        }
        Ok(())
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let Ok([left, right]) = <[LogicalPlan; 2]>::try_from(inputs) else {
            return internal_err!("an as-of join has two inputs");
        };
        let keys = self.on.len();
        let mut exprs = exprs.into_iter();
        let mut on = Vec::with_capacity(keys);
        for _ in 0..keys {
            if let (Some(left), Some(right)) = (exprs.next(), exprs.next()) {
                on.push((left, right));
            }
        }
        let (Some(left_time), Some(right_time)) = (exprs.next(), exprs.next()) else {
            return internal_err!("an as-of join has two times");
        };
        let matching =
            Match { left: left_time, right: right_time, ties: exprs.collect(), ..self.matching.clone() };
        Self::try_new(left, right, on, matching, self.join_type)
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let lefts = self.left.schema().fields().len();
        let needed = |schema: &DFSchema, offset: usize, own: Vec<&Expr>| {
            let mut columns: Vec<usize> = output_columns
                .iter()
                .filter_map(|column| column.checked_sub(offset))
                .filter(|column| *column < schema.fields().len())
                .collect();
            let used = own.into_iter().flat_map(Expr::column_refs);
            columns.extend(used.filter_map(|column| schema.maybe_index_of_column(column)));
            columns.sort_unstable();
            columns.dedup();
            columns
        };
        let left = self.on.iter().map(|on| &on.0).chain([&self.matching.left]).collect();
        let right = self.on.iter().map(|on| &on.1).chain([&self.matching.right]).chain(&self.matching.ties);
        Some(vec![needed(self.left.schema(), 0, left), needed(self.right.schema(), lefts, right.collect())])
    }
}
