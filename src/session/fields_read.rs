//! A benefit function whose result a query reads only in part gives only that part: step columns and texts that nobody
//! reads are never made.
//!
//! The rule walks a plan from its output down and keeps, for every column, which fields of it are read. Where the column
//! is a call of a benefit function, the call is exchanged for the same function giving those fields. Other rules must not
//! copy the call to every read before ([`kept`]); copies that they make all the same, for filters and orders, become one
//! call again, in one node and across nodes ([`shared`]). A result that is only added up has decimals of 64 bits ([`summed`]).

mod kept;
mod shared;
mod summed;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use advisql_udfs::benefits::frame::{Registered, Width};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, Projection, ScalarUDF};
use datafusion::optimizer::{AnalyzerRule, OptimizerConfig, OptimizerRule};
use datafusion::physical_expr::ScalarFunctionExpr;

/// What is read of a column or call.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Read {
    Fields(BTreeSet<String>),
    Whole,
}

impl Read {
    fn nothing() -> Self {
        Read::Fields(BTreeSet::new())
    }

    fn add(&mut self, other: &Read) {
        match (&mut *self, other) {
            (Read::Fields(fields), Read::Fields(more)) => fields.extend(more.iter().cloned()),
            _ => *self = Read::Whole,
        }
    }
}

/// The optimizer rule over the benefit functions of one law.
#[derive(Debug)]
pub(super) struct FieldsRead {
    benefits: HashMap<&'static str, Registered>,
}

/// The rules of a session: one keeps reads of fields where they are, one narrows the calls.
pub(super) type Rules = (Arc<dyn AnalyzerRule + Send + Sync>, Arc<FieldsRead>);

pub(super) use summed::SummedRule;

impl FieldsRead {
    pub(super) fn rules(benefits: Vec<Registered>) -> Rules {
        let benefits = benefits.into_iter().map(|benefit| (benefit.declared.spec().name, benefit)).collect();
        let reads = Arc::new(Self { benefits });
        (Arc::new(kept::Keeping::new(Arc::clone(&reads))), reads)
    }

    /// The function of a call that gives every field of its benefit; `None` for any other expression.
    fn benefit(&self, expr: &Expr) -> Option<&Registered> {
        let Expr::ScalarFunction(ScalarFunction { func, .. }) = expr else { return None };
        self.benefits.get(func.name()).filter(|benefit| *benefit.udf == **func)
    }

    /// The function giving every field, for a call that gives some.
    fn full(&self, expr: &Expr) -> Option<Arc<ScalarUDF>> {
        let Expr::ScalarFunction(ScalarFunction { func, .. }) = expr else { return None };
        let (name, fields) = func.name().strip_suffix(']')?.split_once('[')?;
        let benefit = self.benefits.get(name)?;
        let names: Vec<&str> = fields.split(',').collect();
        let same = benefit.declared.giving(&names, Width::Bits128)? == *func;
        same.then(|| Arc::clone(&benefit.udf))
    }

    /// The function of a call giving the same fields, its decimals of 64 bits; `None` where it is none of ours or has none.
    fn of_64_bits(&self, call: &ScalarFunctionExpr) -> Option<Arc<ScalarUDF>> {
        let benefit = self.benefits.get(call.name().split('[').next()?)?;
        let DataType::Struct(fields) = call.return_type() else { return None };
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let same = *benefit.declared.giving(&names, Width::Bits128)? == *call.fun();
        benefit.declared.giving(&names, Width::Bits64).filter(|_| same)
    }

    /// The function giving the fields read; `None` when the call stays as it is.
    fn narrowed(&self, call: &Expr, read: &Read) -> Option<Arc<ScalarUDF>> {
        let Expr::ScalarFunction(ScalarFunction { func, .. }) = call else { return None };
        match read {
            // A result nobody reads is dropped by other rules; a struct needs a field.
            Read::Fields(fields) if !fields.is_empty() => {
                let names: Vec<&str> = fields.iter().map(String::as_str).collect();
                let ours = self.benefit(call).is_some() || self.full(call).is_some();
                let narrowed = self.called(call).filter(|_| ours)?.declared.giving(&names, Width::Bits128)?;
                (narrowed != *func).then_some(narrowed)
            }
            _ => None,
        }
    }

    /// The benefit that an expression calls, whichever fields it gives.
    fn called(&self, expr: &Expr) -> Option<&Registered> {
        let Expr::ScalarFunction(ScalarFunction { func, .. }) = expr else { return None };
        self.benefits.get(func.name().split('[').next()?)
    }

    /// The benefits that a plan calls, one name a call.
    fn calls_made(&self, plan: &LogicalPlan) -> Result<Vec<&'static str>> {
        let mut made = Vec::new();
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| {
                expr.apply(|e| {
                    made.extend(self.called(e).map(|benefit| benefit.declared.spec().name));
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        })?;
        Ok(made)
    }
}

impl OptimizerRule for FieldsRead {
    fn name(&self) -> &str {
        "benefit_fields_read"
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let calls = self.calls_made(&plan)?;
        if calls.is_empty() {
            return Ok(Transformed::no(plan));
        }
        let (aliases, whole) = (config.alias_generator(), vec![Read::Whole; plan.schema().fields().len()]);
        let distinct: HashSet<&str> = calls.iter().copied().collect();
        if distinct.len() == calls.len() {
            return self.node(plan, &whole, aliases);
        }
        let plan = self.shared(self.widened(plan)?.data, aliases)?.data;
        Ok(Transformed::yes(self.node(plan, &whole, aliases)?.data))
    }
}

/// What the expressions of a node read of its inputs' columns and of the calls in them.
#[derive(Default)]
struct Reads {
    columns: HashMap<Column, Read>,
    calls: HashMap<Expr, Read>,
    /// A subquery may read anything.
    anything: bool,
}

impl FieldsRead {
    /// Narrows a node whose output columns are read as `output` says.
    fn node(
        &self,
        plan: LogicalPlan,
        output: &[Read],
        aliases: &AliasGenerator,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut reads = Reads::default();
        let passes = passes(&plan);
        match &plan {
            LogicalPlan::Projection(projection) => {
                for (expr, read) in projection.expr.iter().zip(output) {
                    self.read(expr, read, &mut reads);
                }
            }
            other => {
                other.apply_expressions(|expr| {
                    self.read(expr, &Read::Whole, &mut reads);
                    Ok(TreeNodeRecursion::Continue)
                })?;
            }
        }
        let narrowed: HashMap<Expr, Arc<ScalarUDF>> = reads
            .calls
            .iter()
            .filter_map(|(call, read)| Some((call.clone(), self.narrowed(call, read)?)))
            .collect();
        let plan = if narrowed.is_empty() {
            Transformed::no(plan)
        } else {
            plan.map_expressions(|expr| {
                expr.transform_down(|e| {
                    let function = self.called(&e).and_then(|_| narrowed.get(&e));
                    match (function, e) {
                        (Some(function), Expr::ScalarFunction(ScalarFunction { args, .. })) => {
                            let func = Arc::clone(function);
                            Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args })))
                        }
                        (_, e) => Ok(Transformed::no(e)),
                    }
                })
            })?
        };
        let changed = plan.transformed;
        let mut first = 0;
        let plan = plan.data.map_children(|child| {
            let schema = Arc::clone(child.schema());
            let input = input_reads(&schema, &reads, &passes, output, first);
            first += schema.fields().len();
            self.node(child, &input, aliases)
        })?;
        let changed = changed || plan.transformed;
        let plan = if changed { plan.data.recompute_schema()? } else { plan.data };
        match plan {
            LogicalPlan::Projection(projection) => {
                let once = self.once(projection, aliases)?;
                Ok(Transformed::new_transformed(once.data, once.transformed || changed))
            }
            other => Ok(Transformed::new_transformed(other, changed)),
        }
    }

    /// Calls that a projection makes more than once are made once, in a projection below it.
    fn once(&self, projection: Projection, aliases: &AliasGenerator) -> Result<Transformed<LogicalPlan>> {
        let mut calls: HashMap<Expr, usize> = HashMap::new();
        for expr in &projection.expr {
            expr.apply(|e| {
                if self.is_call(e) {
                    *calls.entry(e.clone()).or_default() += 1;
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        calls.retain(|_, times| *times > 1);
        if calls.is_empty() {
            return Ok(Transformed::no(LogicalPlan::Projection(projection)));
        }
        let mut below = Vec::new();
        let mut names: HashMap<Expr, Column> = HashMap::new();
        for expr in &projection.expr {
            expr.apply(|e| {
                if calls.contains_key(e) && !names.contains_key(e) {
                    let name = aliases.next("__benefit");
                    below.push(e.clone().alias(&name));
                    names.insert(e.clone(), Column::from_name(name));
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        let preserver = NamePreserver::new_for_projection();
        let mut columns = HashSet::new();
        let mut above = Vec::new();
        for expr in projection.expr {
            let name = preserver.save(&expr);
            let expr = expr.transform_down(|e| match names.get(&e) {
                Some(column) => {
                    Ok(Transformed::new(Expr::Column(column.clone()), true, TreeNodeRecursion::Jump))
                }
                None => Ok(Transformed::no(e)),
            })?;
            columns.extend(expr.data.column_refs().into_iter().cloned());
            above.push(name.restore(expr.data));
        }
        let made: HashSet<&Column> = names.values().collect();
        let passed = projection.input.schema().columns().into_iter();
        below.extend(passed.filter(|c| columns.contains(c) && !made.contains(c)).map(Expr::Column));
        let below = LogicalPlan::Projection(Projection::try_new(below, projection.input)?);
        let above = Projection::try_new(above, Arc::new(below))?;
        Ok(Transformed::yes(LogicalPlan::Projection(above)))
    }

    /// Whether an expression calls a benefit function, whichever fields it gives.
    fn is_call(&self, expr: &Expr) -> bool {
        self.called(expr).is_some()
    }

    /// Notes what an expression reads when its own value is read as `read` says.
    fn read(&self, expr: &Expr, read: &Read, reads: &mut Reads) {
        match expr {
            Expr::Alias(alias) => self.read(&alias.expr, read, reads),
            Expr::Column(column) => {
                reads.columns.entry(column.clone()).or_insert_with(Read::nothing).add(read);
            }
            Expr::ScalarFunction(function) => {
                if let Some((value, field)) = field_of(function) {
                    return self.read(value, &Read::Fields(BTreeSet::from([field])), reads);
                }
                if self.is_call(expr) {
                    reads.calls.entry(expr.clone()).or_insert_with(Read::nothing).add(read);
                }
                for argument in &function.args {
                    self.read(argument, &Read::Whole, reads);
                }
            }
            Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_) => {
                reads.anything = true;
            }
            other => {
                let done = other.apply_children(|child| {
                    self.read(child, &Read::Whole, reads);
                    Ok(TreeNodeRecursion::Continue)
                });
                reads.anything |= done.is_err();
            }
        }
    }
}

/// Value and field of `get_field(value, 'field')`.
fn field_of(function: &ScalarFunction) -> Option<(&Expr, String)> {
    match (function.func.name(), function.args.as_slice()) {
        (
            "get_field",
            [
                value,
                Expr::Literal(
                    ScalarValue::Utf8(Some(field))
                    | ScalarValue::Utf8View(Some(field))
                    | ScalarValue::LargeUtf8(Some(field)),
                    _,
                ),
            ],
        ) => Some((value, field.clone())),
        _ => None,
    }
}

/// Which of a node's output columns are columns of its inputs, unchanged.
enum Passes {
    /// Output column n is column n of the only input.
    Same,
    /// The columns of the left input, then those of the right.
    Joined,
    /// Only what the expressions read is known: the output is made from them.
    OnlyRead,
    /// Nothing is known: every column counts as read whole.
    Unknown,
}

fn passes(plan: &LogicalPlan) -> Passes {
    match plan {
        LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) => Passes::OnlyRead,
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::SubqueryAlias(_) => Passes::Same,
        // The window's own columns come after those of the input.
        LogicalPlan::Window(_) => Passes::Same,
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => Passes::Joined,
            _ => Passes::Unknown,
        },
        _ => Passes::Unknown,
    }
}

/// What is read of the columns of one input; `first` is its first column among those of all inputs.
fn input_reads(
    schema: &DFSchema,
    reads: &Reads,
    passes: &Passes,
    output: &[Read],
    first: usize,
) -> Vec<Read> {
    let columns = schema.columns().into_iter().enumerate();
    columns
        .map(|(n, column)| {
            if reads.anything || matches!(passes, Passes::Unknown) {
                return Read::Whole;
            }
            let mut read = Read::nothing();
            for (name, of_name) in &reads.columns {
                // A name without relation may be this column.
                if name.name == column.name && (name.relation.is_none() || name.relation == column.relation) {
                    read.add(of_name);
                }
            }
            let passed = match passes {
                Passes::Same => output.get(n),
                Passes::Joined => output.get(first + n),
                Passes::OnlyRead | Passes::Unknown => None,
            };
            if let Some(passed) = passed {
                read.add(passed);
            }
            read
        })
        .collect()
}
