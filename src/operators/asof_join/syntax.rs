//! `ASOF JOIN … MATCH_CONDITION (…) ON …` as the left join with `as_of(…)` that it means.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, Join, JoinConstraint, JoinOperator, ObjectName, Query, SetExpr, TableFactor, TableWithJoins,
    VisitMut, VisitorMut,
};

use super::marker::NAME;

/// Rewrites every as-of join of a statement. One with USING is left alone and refused by the planner.
pub(crate) fn rewrite(statement: &mut Statement) {
    match statement {
        Statement::Statement(statement) => {
            let _ = statement.visit(&mut Rewriter);
        }
        Statement::Explain(explain) => rewrite(&mut explain.statement),
        _ => {}
    }
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Self::Break> {
        rewrite_body(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn rewrite_body(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => select.from.iter_mut().for_each(rewrite_from),
        SetExpr::SetOperation { left, right, .. } => {
            rewrite_body(left);
            rewrite_body(right);
        }
        _ => {}
    }
}

fn rewrite_from(from: &mut TableWithJoins) {
    for factor in
        std::iter::once(&mut from.relation).chain(from.joins.iter_mut().map(|join| &mut join.relation))
    {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            rewrite_from(table_with_joins);
        }
    }
    from.joins.iter_mut().for_each(rewrite_join);
}

fn rewrite_join(join: &mut Join) {
    let JoinOperator::AsOf { match_condition, constraint } = &join.join_operator else { return };
    let mark = call(match_condition.clone());
    let condition = match constraint {
        JoinConstraint::On(on) => Expr::BinaryOp {
            left: Box::new(Expr::Nested(Box::new(on.clone()))),
            op: BinaryOperator::And,
            right: Box::new(mark),
        },
        JoinConstraint::None => mark,
        JoinConstraint::Using(_) | JoinConstraint::Natural => return,
    };
    join.join_operator = JoinOperator::Left(JoinConstraint::On(condition));
}

fn call(condition: Expr) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(NAME)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(condition))],
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}
