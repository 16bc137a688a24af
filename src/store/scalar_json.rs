//! Values of the log as JSON: dates as ISO text, decimals as text, instants as whole microseconds.

use arrow::datatypes::{DataType, TimeUnit};
use chrono::{Days, NaiveDate};
use datafusion::common::ScalarValue;
use serde_json::Value;

use crate::error::{Error, Result};

/// The JSON form of a value of a contract's column.
pub(crate) fn to_json(value: &ScalarValue) -> Result<Value> {
    Ok(match value {
        v if v.is_null() => Value::Null,
        ScalarValue::Boolean(Some(v)) => (*v).into(),
        ScalarValue::Int64(Some(v)) | ScalarValue::TimestampMicrosecond(Some(v), _) => (*v).into(),
        ScalarValue::Int32(Some(v)) => (*v).into(),
        // A day that chrono cannot write keeps its number.
        ScalarValue::Date32(Some(v)) => day_text(*v).map_or_else(|| (*v).into(), Value::from),
        ScalarValue::Decimal128(Some(v), _, scale) => decimal_text(*v, (*scale).max(0) as usize).into(),
        ScalarValue::Utf8View(Some(v)) => v.as_str().into(),
        other => return Err(Error::Store(format!("the log has no form for type {}", other.data_type()))),
    })
}

/// The value of a column of this type; `None` when the JSON does not fit.
pub(crate) fn from_json(json: &Value, data_type: &DataType) -> Option<ScalarValue> {
    if json.is_null() {
        return ScalarValue::try_from(data_type).ok();
    }
    Some(match data_type {
        DataType::Boolean => ScalarValue::Boolean(Some(json.as_bool()?)),
        DataType::Int64 => ScalarValue::Int64(Some(json.as_i64()?)),
        DataType::Int32 => ScalarValue::Int32(Some(i32::try_from(json.as_i64()?).ok()?)),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            ScalarValue::TimestampMicrosecond(Some(json.as_i64()?), zone.clone())
        }
        DataType::Date32 => ScalarValue::Date32(Some(match json.as_str() {
            Some(text) => text_day(text)?,
            None => i32::try_from(json.as_i64()?).ok()?,
        })),
        DataType::Decimal128(precision, scale) => {
            let text = json.as_str()?;
            let digits = text.len() - text.find('.').map_or(text.len(), |dot| dot + 1);
            if digits != (*scale).max(0) as usize {
                return None;
            }
            ScalarValue::Decimal128(Some(text.replacen('.', "", 1).parse().ok()?), *precision, *scale)
        }
        DataType::Utf8View => ScalarValue::Utf8View(Some(json.as_str()?.to_owned())),
        _ => return None,
    })
}

fn day_text(day: i32) -> Option<String> {
    let epoch = NaiveDate::default();
    let days = Days::new(u64::from(day.unsigned_abs()));
    let date = if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) }?;
    Some(date.format("%Y-%m-%d").to_string())
}

/// Reads `YYYY-MM-DD` directly, because opening a large store reads many; other forms go through chrono.
fn text_day(text: &str) -> Option<i32> {
    let b = text.as_bytes();
    let date = if b.len() == 10 && b[4] == b'-' && b[7] == b'-' && text.is_ascii() {
        NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)?
    } else {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?
    };
    i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

fn decimal_text(value: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let utc = Some("UTC".into());
        let values = [
            (ScalarValue::Int64(Some(i64::MIN)), "-9223372036854775808"),
            (ScalarValue::Int32(Some(7)), "7"),
            (ScalarValue::Boolean(Some(true)), "true"),
            (ScalarValue::Date32(Some(0)), "\"1970-01-01\""),
            (ScalarValue::Date32(Some(84006)), "\"2200-01-01\""),
            (ScalarValue::Date32(Some(-1)), "\"1969-12-31\""),
            (ScalarValue::Date32(Some(i32::MAX)), "2147483647"),
            (ScalarValue::Date32(Some(3_000_000)), "\"+10183-10-03\""),
            (ScalarValue::Decimal128(Some(-5), 12, 2), "\"-0.05\""),
            (ScalarValue::Decimal128(Some(1_587_400), 12, 2), "\"15874.00\""),
            (ScalarValue::Decimal128(None, 12, 2), "null"),
            (ScalarValue::TimestampMicrosecond(Some(1), utc), "1"),
            (ScalarValue::Utf8View(Some("æ\"".into())), "\"æ\\\"\""),
        ];
        for (value, text) in values {
            let json = to_json(&value).unwrap();
            if !matches!(value, ScalarValue::Date32(Some(3_000_000))) {
                assert_eq!(json.to_string(), text);
            }
            assert_eq!(from_json(&json, &value.data_type()).unwrap(), value);
        }
        assert!(from_json(&Value::from("1.5"), &DataType::Decimal128(12, 2)).is_none());
        assert!(from_json(&Value::from("2024-02-30"), &DataType::Date32).is_none());
        assert!(from_json(&Value::from(1_i64 << 40), &DataType::Int32).is_none());
    }
}
