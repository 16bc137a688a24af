//! `report_date()`: the day reports look from, a setting of the session and never the clock.

use arrow::datatypes::DataType;
use datafusion_common::{Result, ScalarValue, exec_datafusion_err, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::functions::FAMILY;
use crate::documentation::{DocText, Example};
use crate::options::AdvisqlOptions;

const TEXT: DocText = DocText {
    family: FAMILY,
    syntax: "report_date()",
    description: "The day reports look from: the setting advisql.report_date of the session, in the example \
        2025-07-01. It is an error to ask for it while it is not set; the clock is never used in its place.",
    arguments: &[],
    returns: "date",
    nulls: "never",
    source: "definition",
    example: Example { sql: "SELECT report_date() AS day", column: "day", value: "2025-07-01" },
};

/// The function to register.
pub(super) fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(ReportDate {
        signature: Signature::nullary(Volatility::Stable),
        text: TEXT.build(),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ReportDate {
    signature: Signature,
    text: Documentation,
}

impl ScalarUDFImpl for ReportDate {
    fn name(&self) -> &str {
        "report_date"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let options = args.config_options.extensions.get::<AdvisqlOptions>();
        let Some(text) = options.and_then(|options| options.report_date.as_deref()) else {
            return plan_err!(
                "the session has no report date; set one: SET advisql.report_date = 'YYYY-MM-DD'"
            );
        };
        let date = ScalarValue::from(text).cast_to(&DataType::Date32).map_err(|_| {
            exec_datafusion_err!("advisql.report_date is not a date of the form YYYY-MM-DD: '{text}'")
        })?;
        Ok(ColumnarValue::Scalar(date))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.text)
    }
}
