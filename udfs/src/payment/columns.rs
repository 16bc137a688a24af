//! `payment_id` and `payment_fingerprint`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use datafusion_common::{Result, exec_err};
use sha2::{Digest, Sha256};

use super::digits::{push_day, push_decimal};
use crate::civil::year_month_day;
use crate::documentation::{DocText, Example};
use crate::function::{Kind, Spec};

/// Case ids a payment id has room for.
const CASES: i64 = 10_000_000_000;

pub(super) static ALL: &[Spec] = &[
    Spec {
        name: "payment_id",
        text: DocText {
            family: "Payment",
            syntax: "payment_id(period, case_id)",
            description: "The id of the payment of a case for a month: year and month, then ten digits of the \
                          case, so that a run gives the same ids whenever it is run.",
            arguments: &[
                ("period", "date in the month that is paid"),
                ("case_id", "whole number from 0 to 9 999 999 999; another is an error"),
            ],
            returns: "BIGINT, year · 10^12 + month · 10^10 + case_id",
            nulls: "when an argument is NULL",
            source: "definition",
            example: Example {
                sql: "SELECT payment_id(DATE '2022-12-01', 4711) AS id",
                column: "id",
                value: "2022120000004711",
            },
        },
        kinds: &[Kind::Date, Kind::Integer],
        required: 2,
        returns: || DataType::Int64,
        kernel: payment_ids,
    },
    Spec {
        name: "payment_fingerprint",
        text: DocText {
            family: "Payment",
            syntax: "payment_fingerprint(person_id, benefit, period, gross)",
            description: "SHA-256 of what is paid, to recognise the same payment wherever it turns up again: \
                          the text person_id|benefit|YYYY-MM-DD|amount in øre.",
            arguments: &[
                ("person_id", "whole number"),
                ("benefit", "text"),
                ("period", "date, first day of the month"),
                ("gross", "kroner, DECIMAL(12,2)"),
            ],
            returns: "text of 64 hexadecimal digits",
            nulls: "when an argument is NULL",
            source: "definition",
            example: Example {
                sql: "SELECT substr(payment_fingerprint(1, 'kontanthjaelp', DATE '2022-12-01', 11282), 1, 8) AS f",
                column: "f",
                value: "fefc5939",
            },
        },
        kinds: &[Kind::Integer, Kind::Text, Kind::Date, Kind::Money],
        required: 4,
        returns: || DataType::Utf8View,
        kernel: fingerprints,
    },
];

fn payment_ids(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (periods, cases) = (columns[0].as_primitive::<Date32Type>(), columns[1].as_primitive::<Int64Type>());
    let ids = periods.iter().zip(cases).map(|row| match row {
        (Some(period), Some(case)) if (0..CASES).contains(&case) => {
            let (year, month, _) = year_month_day(period);
            Ok(Some((i64::from(year) * 100 + i64::from(month)) * CASES + case))
        }
        (Some(_), Some(case)) => {
            exec_err!("payment_id: case_id {case} has more than ten digits or is negative")
        }
        _ => Ok(None),
    });
    Ok(Arc::new(ids.collect::<Result<Int64Array>>()?))
}

fn fingerprints(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let benefits = cast(&columns[1], &DataType::Utf8)?;
    let (persons, benefits) = (columns[0].as_primitive::<Int64Type>(), benefits.as_string::<i32>());
    let (periods, amounts) =
        (columns[2].as_primitive::<Date32Type>(), columns[3].as_primitive::<Decimal128Type>());
    let mut out = StringViewBuilder::with_capacity(persons.len());
    let (mut text, mut hex) = (String::new(), [0; 64]);
    for (((person, benefit), period), amount) in persons.iter().zip(benefits).zip(periods).zip(amounts) {
        let (Some(person), Some(benefit), Some(period), Some(amount)) = (person, benefit, period, amount)
        else {
            out.append_null();
            continue;
        };
        text.clear();
        push_decimal(person.into(), 0, &mut text);
        text.push('|');
        text.push_str(benefit);
        text.push('|');
        push_day(period, &mut text);
        text.push('|');
        push_decimal(amount, 0, &mut text);
        out.append_value(hexadecimal(&Sha256::digest(&text), &mut hex));
    }
    Ok(Arc::new(out.finish()))
}

fn hexadecimal<'a>(digest: &[u8], to: &'a mut [u8; 64]) -> &'a str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, byte) in to.chunks_exact_mut(2).zip(digest) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    std::str::from_utf8(to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, Date32Array, Decimal128Array, StringViewArray};

    #[test]
    fn ids_hold_month_and_case() {
        let columns: [ArrayRef; 2] = [
            Arc::new(Date32Array::from(vec![Some(19327), None, Some(19327)])),
            Arc::new(Int64Array::from(vec![4711, 1, CASES - 1])),
        ];
        let ids = payment_ids(&columns).unwrap();
        let ids: Vec<Option<i64>> = ids.as_primitive::<Int64Type>().iter().collect();
        assert_eq!(ids, [Some(2_022_120_000_004_711), None, Some(2_022_129_999_999_999)]);
        let beyond: [ArrayRef; 2] =
            [Arc::new(Date32Array::from(vec![0])), Arc::new(Int64Array::from(vec![CASES]))];
        assert!(payment_ids(&beyond).is_err());
    }

    #[test]
    fn fingerprints_are_sha256_of_the_documented_text() {
        let columns: [ArrayRef; 4] = [
            Arc::new(Int64Array::from(vec![7, 7])),
            Arc::new(StringViewArray::from(vec!["kontanthjaelp", "kontanthjaelp"])),
            Arc::new(Date32Array::from(vec![19327, 19327])),
            Arc::new(
                Decimal128Array::from(vec![Some(1_128_200), None]).with_precision_and_scale(12, 2).unwrap(),
            ),
        ];
        let out = fingerprints(&columns).unwrap();
        let wanted = format!("{:x}", Sha256::digest("7|kontanthjaelp|2022-12-01|1128200"));
        assert_eq!(out.as_string_view().value(0), wanted);
        assert!(out.is_null(1));
    }
}
