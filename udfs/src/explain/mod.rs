//! `explain_assessment(assessment, lang)`: the result of any benefit function as a text for a person.
//!
//! It reads the result's own fields: amounts before `gross` are the steps of the sum, fields after it details. Names become
//! words by `law.glossary`, the rule and whatever rules name the shown amounts by `law.rules`.

mod missing;
mod text;
mod value;

use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, AsArray, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::{Result, ScalarValue, exec_err, internal_err, plan_err};
use datafusion_doc::Documentation;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::documentation::{DocText, Example};
use crate::language::Lang;
use crate::law::{Glossary, Rates, Rules};
use text::Writer;
use value::Assessment;

/// The functions of this family for one law.
pub fn functions(rates: &Arc<Rates>) -> Vec<Arc<ScalarUDF>> {
    vec![Arc::new(ScalarUDF::from(ExplainAssessment::new(rates)))]
}

/// `explain_assessment(assessment, lang)` for one law.
#[derive(Debug)]
pub struct ExplainAssessment {
    rates: Arc<Rates>,
    signature: Signature,
}

impl ExplainAssessment {
    /// The function over one law.
    pub fn new(rates: &Arc<Rates>) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["assessment".to_owned(), "lang".to_owned()]);
        Self { rates: Arc::clone(rates), signature }
    }
}

/// Amounts are decimals; a floating-point number is none.
fn is_amount(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Decimal128(_, _) | DataType::Null)
}

impl PartialEq for ExplainAssessment {
    fn eq(&self, other: &Self) -> bool {
        self.rates.hash() == other.rates.hash()
    }
}

impl Eq for ExplainAssessment {}

impl Hash for ExplainAssessment {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rates.hash().hash(state);
    }
}

impl ScalarUDFImpl for ExplainAssessment {
    fn name(&self) -> &str {
        "explain_assessment"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let [assessment, lang] = given else {
            return plan_err!(
                "explain_assessment takes an assessment and a language, not {} arguments",
                given.len()
            );
        };
        match assessment {
            DataType::Struct(fields)
                if fields.find("gross").is_some_and(|(_, f)| is_amount(f.data_type())) => {}
            other => {
                return plan_err!(
                    "explain_assessment takes the result of a benefit function, a struct with gross in kroner, not {other}"
                );
            }
        }
        match lang {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
                Ok(vec![assessment.clone(), DataType::Utf8View])
            }
            other => plan_err!("lang of explain_assessment must be 'da' or 'en', not {other}"),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let columns = args.args.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let [assessments, langs] = &columns[..] else {
            return internal_err!("explain_assessment arrived with {} arguments", columns.len());
        };
        let (Some(assessments), Some(langs)) = (assessments.as_struct_opt(), langs.as_string_view_opt())
        else {
            return internal_err!("explain_assessment arrived with other types than it accepted");
        };
        let (rules, glossary) = (Rules::shipped()?, Glossary::shipped()?);
        let mut texts = StringViewBuilder::with_capacity(rows);
        for row in 0..rows {
            if assessments.is_null(row) || langs.is_null(row) {
                texts.append_null();
                continue;
            }
            let Some(lang) = Lang::parse(langs.value(row)) else {
                return exec_err!(
                    "lang of explain_assessment must be 'da' or 'en', not '{}'",
                    langs.value(row)
                );
            };
            let writer = Writer { rates: &self.rates, rules, glossary, lang };
            texts.append_value(writer.text(&Assessment::read(assessments, row)?));
        }
        let texts = texts.finish();
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(texts)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&DOCUMENTATION)
    }
}

static DOCUMENTATION: LazyLock<Documentation> = LazyLock::new(|| {
    DocText {
        family: "benefits",
        syntax: "explain_assessment(assessment, lang)",
        description: "One result of a benefit function as a text for a person: the amount, the rule with its paragraph, every step \
                      that is not zero in the order applied, the details of the calculation, what is missing, and the rates used. \
                      Lines are separated by line ends; numbers and days are written the way of the language.",
        arguments: &[
            ("assessment", "The result of a benefit function."),
            ("lang", "The language: da or en; anything else is an error."),
        ],
        returns: "text, lines separated by line ends.",
        nulls: "When the assessment or the language is NULL.",
        source: "law.rules, law.glossary and law.rates.",
        example: Example {
            sql: "SELECT explain_assessment(named_struct('gross', CAST(1234.50 AS DECIMAL(12, 2))), 'da') AS text",
            column: "text",
            value: "Beregning: 1.234,50 kr.",
        },
    }
    .build()
});

#[cfg(test)]
mod tests;
