//! Values of the log as JSON: dates as ISO text, decimals as text, instants as whole microseconds.

use std::fmt;

use arrow::datatypes::{DataType, TimeUnit};
use chrono::{Days, NaiveDate};
use datafusion::common::ScalarValue;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::error::{Error, Result};

/// A JSON value that is no list and no object; read without the detours of a general JSON value, because
/// opening a large store reads hundreds of thousands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Null => to.serialize_unit(),
            Plain::Bool(v) => to.serialize_bool(*v),
            Plain::Int(v) => to.serialize_i64(*v),
            Plain::Text(v) => to.serialize_str(v),
        }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct PlainVisitor;
        impl Visitor<'_> for PlainVisitor {
            type Value = Plain;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a truth value, a whole number or text")
            }
            fn visit_unit<E>(self) -> Result<Plain, E> {
                Ok(Plain::Null)
            }
            fn visit_bool<E>(self, v: bool) -> Result<Plain, E> {
                Ok(Plain::Bool(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Plain, E> {
                Ok(Plain::Int(v))
            }
            fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Plain, E> {
                i64::try_from(v).map(Plain::Int).map_err(|_| E::custom("a number is too large"))
            }
            fn visit_str<E>(self, v: &str) -> Result<Plain, E> {
                Ok(Plain::Text(v.to_owned()))
            }
        }
        from.deserialize_any(PlainVisitor)
    }
}

/// The JSON form of a value of a contract's column.
pub(crate) fn to_json(value: &ScalarValue) -> Result<Plain> {
    Ok(match value {
        v if v.is_null() => Plain::Null,
        ScalarValue::Boolean(Some(v)) => Plain::Bool(*v),
        ScalarValue::Int64(Some(v)) | ScalarValue::TimestampMicrosecond(Some(v), _) => Plain::Int(*v),
        ScalarValue::Int32(Some(v)) => Plain::Int((*v).into()),
        // A day that chrono cannot write keeps its number.
        ScalarValue::Date32(Some(v)) => day_text(*v).map_or(Plain::Int((*v).into()), Plain::Text),
        ScalarValue::Decimal128(Some(v), _, scale) => Plain::Text(decimal_text(*v, (*scale).max(0) as usize)),
        ScalarValue::Utf8View(Some(v)) => Plain::Text(v.clone()),
        other => return Err(Error::Store(format!("the log has no form for type {}", other.data_type()))),
    })
}

/// As [`to_json`], with days as numbers: quicker to read where no person does.
pub(crate) fn to_compact_json(value: &ScalarValue) -> Result<Plain> {
    match value {
        ScalarValue::Date32(Some(day)) => Ok(Plain::Int((*day).into())),
        other => to_json(other),
    }
}

/// The value of a column of this type; `None` when the JSON does not fit.
pub(crate) fn from_json(json: Plain, data_type: &DataType) -> Option<ScalarValue> {
    Some(match (data_type, json) {
        (_, Plain::Null) => ScalarValue::try_from(data_type).ok()?,
        (DataType::Boolean, Plain::Bool(v)) => ScalarValue::Boolean(Some(v)),
        (DataType::Int64, Plain::Int(v)) => ScalarValue::Int64(Some(v)),
        (DataType::Int32, Plain::Int(v)) => ScalarValue::Int32(Some(i32::try_from(v).ok()?)),
        (DataType::Timestamp(TimeUnit::Microsecond, zone), Plain::Int(v)) => {
            ScalarValue::TimestampMicrosecond(Some(v), zone.clone())
        }
        (DataType::Date32, Plain::Text(text)) => ScalarValue::Date32(Some(text_day(&text)?)),
        (DataType::Date32, Plain::Int(v)) => ScalarValue::Date32(Some(i32::try_from(v).ok()?)),
        (DataType::Decimal128(precision, scale), Plain::Text(text)) => {
            let digits = text.len() - text.find('.').map_or(text.len(), |dot| dot + 1);
            if digits != (*scale).max(0) as usize {
                return None;
            }
            ScalarValue::Decimal128(Some(text.replacen('.', "", 1).parse().ok()?), *precision, *scale)
        }
        (DataType::Utf8View, Plain::Text(text)) => ScalarValue::Utf8View(Some(text)),
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
                assert_eq!(serde_json::to_string(&json).unwrap(), text);
            }
            let compact = to_compact_json(&value).unwrap();
            assert_eq!(from_json(compact, &value.data_type()).unwrap(), value);
            let read = serde_json::from_str(&serde_json::to_string(&json).unwrap()).unwrap();
            assert_eq!(from_json(read, &value.data_type()).unwrap(), value);
        }
        let text = |t: &str| Plain::Text(t.into());
        assert!(from_json(text("1.5"), &DataType::Decimal128(12, 2)).is_none());
        assert!(from_json(text("2024-02-30"), &DataType::Date32).is_none());
        assert!(from_json(Plain::Int(1 << 40), &DataType::Int32).is_none());
        for other in ["1.5", "[1]", "{}", "18446744073709551615"] {
            assert!(serde_json::from_str::<Plain>(other).is_err());
        }
    }
}
