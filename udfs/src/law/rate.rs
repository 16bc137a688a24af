//! `rate`, `try_rate`, `rate_status`: dated amounts in SQL.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal128Builder, StringViewBuilder};
use arrow::datatypes::{DataType, Date32Type};
use datafusion_common::types::{logical_date, logical_string};
use datafusion_common::{Result, exec_err};
use datafusion_doc::Documentation;
use datafusion_expr::{
    Coercion, ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignatureClass, Volatility,
};

use crate::documentation::{DocText, Example};

use super::day;
use super::error::LawError;
use super::money::{MONEY_PRECISION, MONEY_SCALE, oere_of_amount};
use super::rates::{Missing, RateRow, Rates};

fn signature() -> Signature {
    let text = || Coercion::new_exact(TypeSignatureClass::Native(logical_string()));
    let date = Coercion::new_exact(TypeSignatureClass::Native(logical_date()));
    let names = vec!["benefit".to_string(), "parameter".to_string(), "date".to_string()];
    let mut signature = Signature::coercible(vec![text(), text(), date], Volatility::Immutable);
    signature.parameter_names = Some(names);
    signature
}

/// Benefit, parameter and day of one row of the arguments; `None` when one of them is NULL.
struct Questions {
    arrays: Vec<ArrayRef>,
    scalar: bool,
}

impl Questions {
    fn new(args: &ScalarFunctionArgs) -> Result<Self> {
        let scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let types = [DataType::Utf8View, DataType::Utf8View, DataType::Date32];
        let arrays = args
            .args
            .iter()
            .zip(types)
            .map(|(value, to)| value.cast_to(&to, None)?.to_array(rows))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { arrays, scalar })
    }

    fn iter(&self) -> impl Iterator<Item = Option<(&str, &str, i32)>> {
        let (benefits, parameters) = (self.arrays[0].as_string_view(), self.arrays[1].as_string_view());
        let dates = self.arrays[2].as_primitive::<Date32Type>();
        (0..dates.len()).map(move |i| {
            let known = benefits.is_valid(i) && parameters.is_valid(i) && dates.is_valid(i);
            known.then(|| (benefits.value(i), parameters.value(i), dates.value(i)))
        })
    }

    fn answer(&self, array: ArrayRef) -> Result<ColumnarValue> {
        if self.scalar {
            return Ok(ColumnarValue::Scalar(datafusion_common::ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// A rate as øre; more than two decimals are refused rather than cut.
fn hundredths(row: &RateRow, on: i32) -> std::result::Result<i64, LawError> {
    oere_of_amount(row.amount).ok_or_else(|| {
        LawError::new(
            "A1205",
            format!(
                "rate '{}', '{}' on {}: the amount has more than two decimals; read it from law.rates",
                row.benefit,
                row.parameter,
                day::format(on)
            ),
        )
    })
}

/// `rate(benefit, parameter, date)`, and `try_rate`, which gives NULL where `rate` refuses.
#[derive(Debug)]
pub struct Rate {
    rates: Arc<Rates>,
    signature: Signature,
    /// NULL instead of an error.
    lenient: bool,
}

impl Rate {
    /// `rate` over one law.
    pub fn new(rates: Arc<Rates>) -> Self {
        Self { rates, signature: signature(), lenient: false }
    }

    /// `try_rate` over one law.
    pub fn new_try(rates: Arc<Rates>) -> Self {
        Self { rates, signature: signature(), lenient: true }
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Self) -> bool {
        self.lenient == other.lenient && self.rates.hash() == other.rates.hash()
    }
}

impl Eq for Rate {}

impl Hash for Rate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lenient.hash(state);
        self.rates.hash().hash(state);
    }
}

impl ScalarUDFImpl for Rate {
    fn name(&self) -> &str {
        if self.lenient { "try_rate" } else { "rate" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let questions = Questions::new(&args)?;
        let mut amounts = Decimal128Builder::with_capacity(questions.arrays[2].len())
            .with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
        for question in questions.iter() {
            let amount = match question {
                None => None,
                Some((benefit, parameter, on)) if self.lenient => {
                    self.rates.lookup(benefit, parameter, on).ok().and_then(|row| hundredths(row, on).ok())
                }
                Some((benefit, parameter, on)) => {
                    Some(hundredths(self.rates.require(benefit, parameter, on)?, on)?)
                }
            };
            amounts.append_option(amount.map(i128::from));
        }
        let amounts: Decimal128Array = amounts.finish();
        questions.answer(Arc::new(amounts))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(if self.lenient { &TRY_RATE } else { &RATE })
    }
}

const ARGUMENTS: &[(&str, &str)] = &[
    ("benefit", "Benefit or area, see law.rates."),
    ("parameter", "Parameter of the benefit, see law.rates."),
    ("date", "The day asked about."),
];

static RATE: LazyLock<Documentation> = LazyLock::new(|| {
    DocText {
        family: "law",
        syntax: "rate(benefit, parameter, date)",
        description: "The amount of a dated parameter of the law in force on a day. Refuses base amounts of the law text, amounts of \
                      political agreements, derived amounts unless the store opts in, and days without a known amount.",
        arguments: ARGUMENTS,
        returns: "DECIMAL(12,2) in the unit of the parameter: kroner, percent or hours, always two decimals; an amount with more \
                  is refused rather than cut.",
        nulls: "When an argument is NULL.",
        source: "law.rates, each row with its paragraph and page.",
        example: Example {
            sql: "SELECT rate('kontanthjaelp', 'age_30_plus_provider', DATE '2023-05-01') AS rate",
            column: "rate",
            value: "15874.00",
        },
    }
    .build()
});

static TRY_RATE: LazyLock<Documentation> = LazyLock::new(|| {
    DocText {
        family: "law",
        syntax: "try_rate(benefit, parameter, date)",
        description: "As rate, but NULL for every benefit, parameter or day for which rate refuses to give an amount.",
        arguments: ARGUMENTS,
        returns: "DECIMAL(12,2) in the unit of the parameter.",
        nulls: "When an argument is NULL, or rate would refuse.",
        source: "law.rates, each row with its paragraph and page.",
        example: Example {
            sql: "SELECT try_rate('kontanthjaelp', 'age_30_plus_provider', DATE '2030-01-01') IS NULL AS unknown",
            column: "unknown",
            value: "true",
        },
    }
    .build()
});

static RATE_STATUS: LazyLock<Documentation> = LazyLock::new(|| {
    DocText {
        family: "law",
        syntax: "rate_status(benefit, parameter, date)",
        description: "What is known of a dated parameter of the law on a day.",
        arguments: ARGUMENTS,
        returns: "published, base, agreement or derived: the status of the row in force; or no row, unknown parameter, unknown benefit.",
        nulls: "When an argument is NULL.",
        source: "law.rates, column status.",
        example: Example {
            sql: "SELECT rate_status('kontanthjaelp_2025', 'raised_rate', DATE '2025-07-01') AS status",
            column: "status",
            value: "derived",
        },
    }
    .build()
});

/// `rate_status(benefit, parameter, date)`.
#[derive(Debug)]
pub struct RateStatus {
    rates: Arc<Rates>,
    signature: Signature,
}

impl RateStatus {
    /// `rate_status` over one law.
    pub fn new(rates: Arc<Rates>) -> Self {
        Self { rates, signature: signature() }
    }
}

impl PartialEq for RateStatus {
    fn eq(&self, other: &Self) -> bool {
        self.rates.hash() == other.rates.hash()
    }
}

impl Eq for RateStatus {}

impl Hash for RateStatus {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rates.hash().hash(state);
    }
}

impl ScalarUDFImpl for RateStatus {
    fn name(&self) -> &str {
        "rate_status"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if args.args.len() != 3 {
            return exec_err!("rate_status takes benefit, parameter and date");
        }
        let questions = Questions::new(&args)?;
        let mut answers = StringViewBuilder::with_capacity(questions.arrays[2].len());
        for question in questions.iter() {
            answers.append_option(question.map(|(benefit, parameter, on)| {
                match self.rates.row(benefit, parameter, on) {
                    Some(row) => row.status.as_str(),
                    None => {
                        self.rates.lookup(benefit, parameter, on).err().unwrap_or(Missing::NoRow).as_str()
                    }
                }
            }));
        }
        questions.answer(Arc::new(answers.finish()))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&RATE_STATUS)
    }
}
