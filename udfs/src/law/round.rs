//! `round_law`: rounding by a named rule.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, AsArray, Decimal128Builder};
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion_common::types::logical_string;
use datafusion_common::{Result, ScalarValue, exec_datafusion_err};
use datafusion_doc::Documentation;
use datafusion_expr::{
    Coercion, ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignatureClass, Volatility,
};

use crate::documentation::{DocText, Example};

use super::money::{MONEY_PRECISION, MONEY_SCALE, oere_of_decimal};
use super::rounding::RoundingRule;

/// `round_law(amount, rule)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RoundLaw {
    signature: Signature,
}

impl Default for RoundLaw {
    fn default() -> Self {
        Self::new()
    }
}

impl RoundLaw {
    /// The function.
    pub fn new() -> Self {
        let amount = Coercion::new_implicit(
            TypeSignatureClass::Decimal,
            vec![TypeSignatureClass::Integer],
            datafusion_common::types::NativeType::Decimal(MONEY_PRECISION, MONEY_SCALE),
        );
        let rule = Coercion::new_exact(TypeSignatureClass::Native(logical_string()));
        let mut signature = Signature::coercible(vec![amount, rule], Volatility::Immutable);
        signature.parameter_names = Some(vec!["amount".to_string(), "rule".to_string()]);
        Self { signature }
    }
}

impl ScalarUDFImpl for RoundLaw {
    fn name(&self) -> &str {
        "round_law"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let amounts = args.args[0]
            .cast_to(&DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE), None)?
            .to_array(rows)?;
        let amounts = amounts.as_primitive::<Decimal128Type>();
        let rules = args.args[1].cast_to(&DataType::Utf8View, None)?.to_array(rows)?;
        let rules = rules.as_string_view();
        let mut rounded =
            Decimal128Builder::with_capacity(rows).with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE)?;
        for i in 0..rows {
            if amounts.is_null(i) || rules.is_null(i) {
                rounded.append_null();
                continue;
            }
            let oere = oere_of_decimal(amounts.value(i))
                .ok_or_else(|| exec_datafusion_err!("round_law: the amount does not fit DECIMAL(12,2)"))?;
            rounded.append_value(i128::from(RoundingRule::named(rules.value(i))?.apply(oere)?));
        }
        let rounded = rounded.finish();
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&rounded, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(rounded)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&ROUND_LAW)
    }
}

static ROUND_LAW: LazyLock<Documentation> = LazyLock::new(|| {
    DocText {
        family: "law",
        syntax: "round_law(amount, rule)",
        description: "Rounds kroner by a named rule of the law: krone_nearest (LAS § 42(2)), kroner_5_nearest, kroner_50_nearest (særlig \
                      støtte § 3(5)), oere_nearest, krone_down (ATP per week), tax_base_down_10, tax_up_krone, tax_50_oere, \
                      tax_cut_oere. Parts of an øre are first rounded to whole øre, half away from zero.",
        arguments: &[("amount", "Kroner."), ("rule", "Name of the rule, see law.rounding_rules.")],
        returns: "DECIMAL(12,2) kroner.",
        nulls: "When an argument is NULL.",
        source: "law.rounding_rules, each rule with its paragraph and page.",
        example: Example {
            sql: "SELECT round_law(CAST(3778.05 AS DECIMAL(12, 2)), 'kroner_5_nearest') AS rounded",
            column: "rounded",
            value: "3780.00",
        },
    }
    .build()
});
