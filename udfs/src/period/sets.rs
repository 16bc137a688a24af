//! Periods as sets of days: what two lists have in common, what one has more, what is missing.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::days::{FAMILY, FROM, SOURCE, TO};
use super::list::{Lists, Period, PeriodColumn, list_type};
use super::merge::islands;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec, accept_all};

/// The functions of one fixed form.
pub(super) static ALL: &[&Spec] = &[&PERIOD, &GAPS];

static PERIOD: Spec = Spec {
    name: "period",
    text: DocText {
        family: FAMILY,
        syntax: "period(from, to)",
        description: "One period as a list, for the functions that take lists of periods.",
        arguments: &[FROM, TO],
        returns: "list of struct(\"from\" date, \"to\" date) with one period; an empty list when the period has no \
            days (to on or before from)",
        nulls: "when an argument is NULL",
        source: SOURCE,
        example: Example {
            sql: "SELECT period(DATE '2025-01-01', DATE '2025-02-01') AS one",
            column: "one",
            value: "[{from: 2025-01-01, to: 2025-02-01}]",
        },
    },
    kinds: &[Kind::Date, Kind::Date],
    required: 2,
    returns: list_type,
    kernel: |args| {
        let nulls = common_nulls(args);
        let mut found = Lists::default();
        for row in 0..args[0].len() {
            found.items.extend(pair(args, 0, row).filter(|(from, to)| from < to));
            found.close();
        }
        found.column(nulls)
    },
};

static GAPS: Spec = Spec {
    name: "period_gaps",
    text: DocText {
        family: FAMILY,
        syntax: "period_gaps(periods, from, to)",
        description: "The days from ≤ d < to that no period of the list holds, as the fewest possible periods in \
            order of time. The list may be in any order and its periods may overlap; ignored are periods with an \
            unknown bound and those without days. Gaps of a group of rows: period_gaps(period_merge(f, t), from, to).",
        arguments: &[
            ("periods", "list of periods, for example of period_merge"),
            ("from", "date: the first day looked at"),
            ("to", "date: the day after the last looked at"),
        ],
        returns: "list of struct(\"from\" date, \"to\" date); an empty list when no day is missing",
        nulls: "when an argument is NULL",
        source: SOURCE,
        example: Example {
            sql: "SELECT period_gaps(period(DATE '2025-02-01', DATE '2200-01-01'), DATE '2025-01-01', \
                DATE '2026-01-01') AS gaps",
            column: "gaps",
            value: "[{from: 2025-01-01, to: 2025-02-01}]",
        },
    },
    kinds: &[Kind::Periods, Kind::Date, Kind::Date],
    required: 3,
    returns: list_type,
    kernel: |args| {
        let nulls = common_nulls(args);
        let periods = PeriodColumn::new(&args[0])?;
        let mut found = Lists::default();
        let mut covered = Vec::new();
        for row in 0..args[0].len() {
            if is_known(&nulls, row) {
                read(&periods, row, &mut covered);
                let within: Vec<Period> = pair(args, 1, row).filter(|(from, to)| from < to).collect();
                subtract(&within, &covered, &mut found.items);
            }
            found.close();
        }
        found.column(nulls)
    },
};

fn common_nulls(args: &[ArrayRef]) -> Option<NullBuffer> {
    args.iter().fold(None, |nulls, arg| NullBuffer::union(nulls.as_ref(), arg.nulls()))
}

fn is_known(nulls: &Option<NullBuffer>, row: usize) -> bool {
    nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
}

/// The period of two date columns, the first at `place`, when both bounds are known.
fn pair(args: &[ArrayRef], place: usize, row: usize) -> impl Iterator<Item = Period> {
    let (from, to) = (args[place].as_primitive::<Date32Type>(), args[place + 1].as_primitive::<Date32Type>());
    let known = from.is_valid(row) && to.is_valid(row);
    known.then(|| (from.value(row), to.value(row))).into_iter()
}

/// The days of a list as the fewest periods, in order.
fn read(column: &PeriodColumn, row: usize, into: &mut Vec<Period>) {
    into.clear();
    into.extend(column.periods(row));
    islands(into);
}

/// The days in both of two lists of periods that are apart and in order.
fn intersect(a: &[Period], b: &[Period], found: &mut Vec<Period>) {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let common = (x.0.max(y.0), x.1.min(y.1));
        if common.0 < common.1 {
            found.push(common);
        }
        if x.1 <= y.1 {
            i += 1;
        } else {
            j += 1;
        }
    }
}

/// The days in `a` and not in `b`, both lists of periods that are apart and in order.
fn subtract(a: &[Period], b: &[Period], found: &mut Vec<Period>) {
    let mut j = 0;
    for (from, to) in a {
        let mut from = *from;
        while let Some(hole) = b.get(j) {
            if hole.0 >= *to {
                break;
            }
            if from < hole.0 {
                found.push((from, hole.0));
            }
            from = from.max(hole.1);
            if hole.1 > *to {
                // It may cut the next period too.
                break;
            }
            j += 1;
        }
        if from < *to {
            found.push((from, *to));
        }
    }
}

/// A function of two lists of periods, or of the four bounds of two periods.
struct SetFunction {
    name: &'static str,
    text: DocText,
    combine: fn(&[Period], &[Period], &mut Vec<Period>),
}

const LISTS: &[(&str, &str)] = &[
    ("a", "list of periods, for example of period_merge; or two dates, the bounds of one period"),
    ("b", "as a"),
];

static SETS: [SetFunction; 2] = [
    SetFunction {
        name: "period_intersection",
        text: DocText {
            family: FAMILY,
            syntax: "period_intersection(a, b)",
            description: "The days that are in a and in b, as the fewest possible periods in order of time. Also \
                period_intersection(a_from, a_to, b_from, b_to). A list may be in any order and its periods may \
                overlap; ignored in it are periods with an unknown bound and those without days.",
            arguments: LISTS,
            returns: "list of struct(\"from\" date, \"to\" date); an empty list when no day is left",
            nulls: "when an argument is NULL",
            source: SOURCE,
            example: Example {
                sql: "SELECT period_intersection(DATE '2025-01-01', DATE '2200-01-01', DATE '2024-06-01', \
                    DATE '2025-02-01') AS both",
                column: "both",
                value: "[{from: 2025-01-01, to: 2025-02-01}]",
            },
        },
        combine: intersect,
    },
    SetFunction {
        name: "period_subtract",
        text: DocText {
            family: FAMILY,
            syntax: "period_subtract(a, b)",
            description: "The days that are in a and not in b, as the fewest possible periods in order of time. Also \
                period_subtract(a_from, a_to, b_from, b_to). A list may be in any order and its periods may \
                overlap; ignored in it are periods with an unknown bound and those without days.",
            arguments: LISTS,
            returns: "list of struct(\"from\" date, \"to\" date); an empty list when no day is left",
            nulls: "when an argument is NULL",
            source: SOURCE,
            example: Example {
                sql: "SELECT period_subtract(DATE '2025-01-01', DATE '2025-03-01', DATE '2025-01-01', \
                    DATE '2025-02-01') AS rest",
                column: "rest",
                value: "[{from: 2025-02-01, to: 2025-03-01}]",
            },
        },
        combine: subtract,
    },
];

/// The functions of two forms.
pub(super) fn udfs() -> impl Iterator<Item = ScalarUDF> {
    SETS.iter().map(|set| {
        ScalarUDF::new_from_impl(SetUdf {
            set,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: set.text.build(),
        })
    })
}

struct SetUdf {
    set: &'static SetFunction,
    signature: Signature,
    documentation: Documentation,
}

impl std::fmt::Debug for SetUdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.set.name)
    }
}

// A name is given once (a test holds this), so it is the identity.
impl PartialEq for SetUdf {
    fn eq(&self, other: &Self) -> bool {
        self.set.name == other.set.name
    }
}

impl Eq for SetUdf {}

impl Hash for SetUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.set.name.hash(state);
    }
}

impl SetUdf {
    fn combine(&self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let nulls = common_nulls(args);
        let lists = match args {
            [a, b] => Some((PeriodColumn::new(a)?, PeriodColumn::new(b)?)),
            [_, _, _, _] => None,
            _ => return internal_err!("{} was given {} arguments", self.set.name, args.len()),
        };
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let mut found = Lists::default();
        for row in 0..args[0].len() {
            if is_known(&nulls, row) {
                match &lists {
                    Some((left, right)) => {
                        read(left, row, &mut a);
                        read(right, row, &mut b);
                    }
                    None => {
                        for (place, periods) in [(0, &mut a), (2, &mut b)] {
                            periods.clear();
                            periods.extend(pair(args, place, row).filter(|(from, to)| from < to));
                        }
                    }
                }
                (self.set.combine)(&a, &b, &mut found.items);
            }
            found.close();
        }
        found.column(nulls)
    }
}

impl ScalarUDFImpl for SetUdf {
    fn name(&self) -> &str {
        self.set.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() == 4 {
            return accept_all(self.set.name, &[Kind::Date; 4], 4, given);
        }
        accept_all(self.set.name, &[Kind::Periods; 2], 2, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_type())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let result = self.combine(&columns)?;
        if args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_))) {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
