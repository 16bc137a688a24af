//! The calendar as a table, made by the rule.

use std::sync::{Arc, LazyLock};

use arrow::array::{BooleanArray, Date32Array, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use super::days::{AFTER_LAST_DAY, Day, FIRST_DAY, kind_of, named_day};

static BANK_DAYS: LazyLock<Result<RecordBatch, String>> =
    LazyLock::new(|| compute().map_err(|error| error.to_string()));

/// Every day from 1900 to 2199 in order: `date`, `bank_day`, `working_day`, `reason` why banks are closed
/// (`weekend`, `public_holiday` or `bank_closing_day`; NULL on a bank day), `name_da` of a named day, which may fall
/// on a weekend, and the `source` of what the row says. Computed at first use.
///
/// # Errors
/// When the columns do not make a table.
pub fn bank_days() -> Result<RecordBatch, ArrowError> {
    BANK_DAYS.clone().map_err(ArrowError::ComputeError)
}

fn compute() -> Result<RecordBatch, ArrowError> {
    let days = FIRST_DAY..AFTER_LAST_DAY;
    let texts = || StringViewBuilder::new().with_deduplicate_strings();
    let (mut reasons, mut names, mut sources) = (texts(), texts(), texts());
    for day in days.clone() {
        let named = named_day(day);
        let kind = kind_of(day);
        reasons.append_option(reason(kind));
        names.append_option(named.map(|(_, name)| name));
        sources.append_value(source(named));
    }
    let kinds = || days.clone().map(kind_of);
    let bank_days: BooleanArray = kinds().map(|kind| Some(kind == Day::Bank)).collect();
    let working_days: BooleanArray =
        kinds().map(|kind| Some(matches!(kind, Day::Bank | Day::BankClosing))).collect();
    let schema = Schema::new(vec![
        Field::new("date", DataType::Date32, false),
        Field::new("bank_day", DataType::Boolean, false),
        Field::new("working_day", DataType::Boolean, false),
        Field::new("reason", DataType::Utf8View, true),
        Field::new("name_da", DataType::Utf8View, true),
        Field::new("source", DataType::Utf8View, false),
    ]);
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(Date32Array::from_iter_values(days)),
            Arc::new(bank_days),
            Arc::new(working_days),
            Arc::new(reasons.finish()),
            Arc::new(names.finish()),
            Arc::new(sources.finish()),
        ],
    )
}

fn reason(kind: Day) -> Option<&'static str> {
    match kind {
        Day::Weekend => Some("weekend"),
        Day::PublicHoliday => Some("public_holiday"),
        Day::BankClosing => Some("bank_closing_day"),
        Day::Bank => None,
    }
}

fn source(named: Option<(Day, &str)>) -> &'static str {
    match named {
        Some((_, "Store bededag")) => {
            "public holidays by law; abolished from 2024 by act no. 214 of 6 March 2023"
        }
        Some((Day::PublicHoliday, _)) => "public holidays by law",
        Some(_) => "closing days published by Danmarks Nationalbank",
        None => "weekday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::Date32Type;

    use crate::calendar::Calendar;

    #[test]
    fn says_what_the_functions_say() {
        let table = bank_days().unwrap();
        let days = table.column(0).as_primitive::<Date32Type>();
        assert_eq!((days.len(), days.value(0)), (109_573, FIRST_DAY));
        let (bank, working, reason) =
            (table.column(1).as_boolean(), table.column(2).as_boolean(), table.column(3));
        for (row, day) in days.values().iter().enumerate() {
            assert_eq!(Calendar::get().is_bank_day(*day), Some(bank.value(row)));
            assert_eq!(Calendar::get().is_working_day(*day), Some(working.value(row)));
            assert_eq!(reason.is_null(row), bank.value(row));
        }
    }
}
