//! The common form of a function on columns: what it accepts, what it gives, how it is documented.

use std::hash::{Hash, Hasher};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, TimeUnit};
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::documentation::DocText;
use crate::period;

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text of any Arrow flavour, dictionaries included. A number is refused: it has lost its leading zero.
    Text,
    /// A date, or text that is one.
    Date,
    /// A whole number.
    Integer,
    /// Kroner with øre: a decimal or whole number. A floating-point number is refused.
    Money,
    /// An instant in any unit. Without a time zone it is read as UTC.
    Timestamp,
    /// A list of periods: of structs of two dates.
    Periods,
}

impl Kind {
    /// The type the kernel receives for an argument of type `given`.
    fn accept(self, given: &DataType) -> Option<DataType> {
        use DataType::{
            Date32, Date64, Decimal128, Dictionary, Int64, LargeUtf8, Null, Timestamp, Utf8, Utf8View,
        };
        match (self, given) {
            (Self::Text, Null) => Some(Utf8View),
            (Self::Text, Utf8 | LargeUtf8 | Utf8View) => Some(given.clone()),
            (Self::Text, Dictionary(_, values)) => self.accept(values).map(|_| given.clone()),
            (Self::Date, Date32 | Date64 | Utf8 | LargeUtf8 | Utf8View | Null) => Some(Date32),
            (Self::Integer, Null) => Some(Int64),
            (Self::Integer, whole) if whole.is_integer() => Some(Int64),
            (Self::Money, Null | Decimal128(_, _)) => Some(Decimal128(12, 2)),
            (Self::Money, whole) if whole.is_integer() => Some(Decimal128(12, 2)),
            (Self::Timestamp, Timestamp(_, _)) => Some(given.clone()),
            (Self::Periods, Null) => Some(period::list_type()),
            (Self::Periods, periods) if period::is_list_of_periods(periods) => Some(given.clone()),
            (Self::Timestamp, Null) => Some(Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
            _ => None,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Text => "text (a number has lost its leading zero)",
            Self::Date => "a date (of an instant: local_date(…))",
            Self::Integer => "a whole number",
            Self::Money => "an amount in kroner (a decimal)",
            Self::Timestamp => "a timestamp",
            Self::Periods => "a list of periods (of period, period_merge …)",
        }
    }
}

/// The types `given` are coerced to for arguments of these `kinds`, or a sentence on what does not fit.
pub(crate) fn accept_all(
    name: &str,
    kinds: &[Kind],
    required: usize,
    given: &[DataType],
) -> Result<Vec<DataType>> {
    if given.len() < required || given.len() > kinds.len() {
        return plan_err!("{name} takes {} arguments, not {}", kinds.len(), given.len());
    }
    let accepted = given.iter().zip(kinds).enumerate().map(|(i, (given, kind))| match kind.accept(given) {
        Some(accepted) => Ok(accepted),
        None => plan_err!("argument {} of {name} must be {}, not {given}", i + 1, kind.describe()),
    });
    accepted.collect()
}

/// A function whose result for a row depends on nothing but the arguments of that row, and is NULL when
/// one of them is.
pub(crate) struct Spec {
    pub name: &'static str,
    pub text: DocText,
    pub kinds: &'static [Kind],
    /// How many arguments must be given; those after are optional.
    pub required: usize,
    pub returns: fn() -> DataType,
    /// Receives columns of equal length and of the types accepted for `kinds`.
    pub kernel: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

/// The specification as DataFusion sees it.
#[derive(Debug)]
struct ColumnFunction {
    spec: &'static Spec,
    signature: Signature,
    documentation: Documentation,
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

// A name is given once (a test holds this), so it is the identity.
impl PartialEq for ColumnFunction {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for ColumnFunction {}

impl Hash for ColumnFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spec.name.hash(state);
    }
}

impl Spec {
    /// The function to register.
    pub fn udf(&'static self) -> ScalarUDF {
        ScalarUDF::new_from_impl(ColumnFunction {
            spec: self,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: self.text.build(),
        })
    }
}

impl ScalarUDFImpl for ColumnFunction {
    fn name(&self) -> &str {
        self.spec.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        accept_all(self.spec.name, self.spec.kinds, self.spec.required, given)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok((self.spec.returns)())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let result = (self.spec.kernel)(&columns)?;
        if args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_))) {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
