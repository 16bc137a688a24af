//! Allen's thirteen relations between two periods, each as comparisons that the optimizer sees.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::and_kleene;
use arrow::compute::kernels::cmp::{eq, lt};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_doc::Documentation;
use datafusion_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::days::FAMILY;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, accept_all};

/// A comparison of two of the four bounds.
#[derive(Debug, Clone, Copy)]
enum Compare {
    Less(Bound, Bound),
    Equal(Bound, Bound),
}

/// A bound, by the place of its argument.
#[derive(Debug, Clone, Copy)]
enum Bound {
    AFrom,
    ATo,
    BFrom,
    BTo,
}

use Bound::{AFrom, ATo, BFrom, BTo};
use Compare::{Equal, Less};

struct Relation {
    name: &'static str,
    text: DocText,
    /// They hold together exactly when both periods have days and are in this relation.
    comparisons: &'static [Compare],
}

impl std::fmt::Debug for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A relation whose example compares a with 10 to 20 June 2025.
macro_rules! relation {
    ($name:literal, $description:literal, $from:literal, $to:literal, $comparisons:expr) => {
        Relation {
            name: $name,
            text: DocText {
                family: FAMILY,
                syntax: concat!($name, "(a_from, a_to, b_from, b_to)"),
                description: concat!(
                    $description,
                    " Of the thirteen relations of Allen exactly one holds between two periods with days, and none \
                     when a period ends on or before its start. The planner replaces the call by comparisons of the \
                     bounds, so joins and file pruning see them."
                ),
                arguments: &[
                    ("a_from", "date: the first day of period a"),
                    ("a_to", "date: the day after the last of period a"),
                    ("b_from", "date: the first day of period b"),
                    ("b_to", "date: the day after the last of period b"),
                ],
                returns: "boolean",
                nulls: "when a bound is NULL, unless another comparison is false: then false, as AND has it",
                source: "definition: J. F. Allen, Maintaining Knowledge about Temporal Intervals, CACM 26 (1983), on \
                    half-open periods",
                example: Example {
                    sql: concat!(
                        "SELECT ", $name, "(DATE '2025-06-", $from, "', DATE '2025-06-", $to,
                        "', DATE '2025-06-10', DATE '2025-06-20') AS holds"
                    ),
                    column: "holds",
                    value: "true",
                },
            },
            comparisons: $comparisons,
        }
    };
}

static RELATIONS: [Relation; 13] = [
    relation!(
        "period_before",
        "Whether a ends before b starts, with at least one day between them.",
        "01",
        "05",
        &[Less(ATo, BFrom), Less(AFrom, ATo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_meets",
        "Whether b starts on the day after the last day of a.",
        "01",
        "10",
        &[Equal(ATo, BFrom), Less(AFrom, ATo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_overlaps_allen",
        "Whether a starts before b and ends within b, before b's end. Whether two \
        periods have any day in common is period_overlaps.",
        "05",
        "15",
        &[Less(AFrom, BFrom), Less(BFrom, ATo), Less(ATo, BTo)]
    ),
    relation!(
        "period_finished_by",
        "Whether a and b end together and a starts before b.",
        "05",
        "20",
        &[Less(AFrom, BFrom), Equal(ATo, BTo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_contains",
        "Whether a starts before b and ends after b.",
        "05",
        "25",
        &[Less(AFrom, BFrom), Less(BTo, ATo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_starts",
        "Whether a and b start together and a ends before b.",
        "10",
        "15",
        &[Equal(AFrom, BFrom), Less(ATo, BTo), Less(AFrom, ATo)]
    ),
    relation!(
        "period_equals",
        "Whether a and b hold the same days.",
        "10",
        "20",
        &[Equal(AFrom, BFrom), Equal(ATo, BTo), Less(AFrom, ATo)]
    ),
    relation!(
        "period_started_by",
        "Whether a and b start together and a ends after b.",
        "10",
        "25",
        &[Equal(AFrom, BFrom), Less(BTo, ATo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_during",
        "Whether a starts after b and ends before b.",
        "12",
        "15",
        &[Less(BFrom, AFrom), Less(ATo, BTo), Less(AFrom, ATo)]
    ),
    relation!(
        "period_finishes",
        "Whether a and b end together and a starts after b.",
        "15",
        "20",
        &[Less(BFrom, AFrom), Equal(ATo, BTo), Less(AFrom, ATo)]
    ),
    relation!(
        "period_overlapped_by_allen",
        "Whether b starts before a and ends within a, before a's end. Whether \
        two periods have any day in common is period_overlaps.",
        "15",
        "25",
        &[Less(BFrom, AFrom), Less(AFrom, BTo), Less(BTo, ATo)]
    ),
    relation!(
        "period_met_by",
        "Whether a starts on the day after the last day of b.",
        "20",
        "25",
        &[Equal(BTo, AFrom), Less(AFrom, ATo), Less(BFrom, BTo)]
    ),
    relation!(
        "period_after",
        "Whether a starts after b has ended, with at least one day between them.",
        "25",
        "28",
        &[Less(BTo, AFrom), Less(AFrom, ATo), Less(BFrom, BTo)]
    ),
];

/// The functions to register.
pub(super) fn udfs() -> impl Iterator<Item = ScalarUDF> {
    RELATIONS.iter().map(|relation| {
        ScalarUDF::new_from_impl(RelationFunction {
            relation,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: relation.text.build(),
        })
    })
}

#[derive(Debug)]
struct RelationFunction {
    relation: &'static Relation,
    signature: Signature,
    documentation: Documentation,
}

// A name is given once (a test holds this), so it is the identity.
impl PartialEq for RelationFunction {
    fn eq(&self, other: &Self) -> bool {
        self.relation.name == other.relation.name
    }
}

impl Eq for RelationFunction {}

impl Hash for RelationFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.relation.name.hash(state);
    }
}

impl ScalarUDFImpl for RelationFunction {
    fn name(&self) -> &str {
        self.relation.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(self.relation.name, &[Kind::Date; 4], 4, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    // The same nullability as the comparisons have, so that replacing the call changes no schema.
    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.relation.name, DataType::Boolean, nullable)))
    }

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if args.len() != 4 {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let bound = |bound: Bound| args[bound as usize].clone();
        let comparisons = self.relation.comparisons.iter().map(|comparison| match *comparison {
            Less(left, right) => bound(left).lt(bound(right)),
            Equal(left, right) => bound(left).eq(bound(right)),
        });
        match comparisons.reduce(Expr::and) {
            Some(all) => Ok(ExprSimplifyResult::Simplified(all)),
            None => internal_err!("{} has no comparisons", self.relation.name),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        if columns.len() != 4 {
            return internal_err!("{} was given {} arguments", self.relation.name, columns.len());
        }
        let mut holds: Option<BooleanArray> = None;
        for comparison in self.relation.comparisons {
            let next = match *comparison {
                Less(left, right) => lt(&columns[left as usize], &columns[right as usize])?,
                Equal(left, right) => eq(&columns[left as usize], &columns[right as usize])?,
            };
            holds = Some(match holds {
                Some(holds) => and_kleene(&holds, &next)?,
                None => next,
            });
        }
        let Some(holds) = holds else {
            return internal_err!("{} has no comparisons", self.relation.name);
        };
        if args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_))) {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&holds, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(holds)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
