//! The law as tables: what a session registers under the schema `law`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Array, Date32Builder, Decimal128Array, Int64Builder, StringViewArray,
    StringViewBuilder,
};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;

use super::error::LawError;
use super::rates::{RateRow, Rates};
use super::rules::Rules;
use super::{day, shipped};

/// The tables of the schema `law`: name and rows. `rates` holds every status, shipped rows overlaid by the store's.
///
/// # Errors
/// `A1201` when a shipped file is faulty; the errors of [`Rules::shipped`].
pub fn law_tables(rates: &Rates) -> Result<Vec<(&'static str, RecordBatch)>, LawError> {
    // A session with rules that cannot be explained is refused, not only the explanation.
    Rules::shipped()?;
    let mut tables = vec![("rates", rates_table(rates.rows())?)];
    for (name, file, text) in shipped::TABLES {
        tables.push((name, csv_table(file, text)?));
    }
    Ok(tables)
}

fn rates_table(rows: &[RateRow]) -> Result<RecordBatch, LawError> {
    let text = |of: fn(&RateRow) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringViewArray>())
    };
    let date = |of: fn(&RateRow) -> i32| -> ArrayRef {
        Arc::new(Date32Array::from_iter_values(rows.iter().map(of)))
    };
    let amounts = Decimal128Array::from_iter_values(rows.iter().map(|r| i128::from(r.amount)))
        .with_precision_and_scale(14, 4)
        .map_err(|e| LawError::new("A1201", format!("rates: {e}")))?;
    let columns: [(&str, ArrayRef); 10] = [
        ("benefit", text(|r| Some(&r.benefit))),
        ("parameter", text(|r| Some(&r.parameter))),
        ("law_ref", text(|r| Some(&r.law_ref))),
        ("amount", Arc::new(amounts)),
        ("unit", text(|r| Some(&r.unit))),
        ("valid_from", date(|r| r.valid_from)),
        ("valid_to", date(|r| r.valid_to)),
        ("status", text(|r| Some(r.status.as_str()))),
        ("source", text(|r| Some(&r.source))),
        ("note", text(|r| r.note.as_deref())),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), *name == "note"))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, array)| array).collect())
        .map_err(|e| LawError::new("A1201", format!("rates: {e}")))
}

/// What a column of a shipped file holds; everything not named is text.
fn column_type(name: &str) -> DataType {
    match name {
        "valid_from" | "valid_to" | "population_date" => DataType::Date32,
        "population" | "step_oere" | "step" => DataType::Int64,
        "must_before_run" | "active" => DataType::Boolean,
        _ => DataType::Utf8View,
    }
}

fn csv_table(file: &str, text: &str) -> Result<RecordBatch, LawError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let bad = |line: usize, reason: &str| LawError::new("A1201", format!("{file} line {line}: {reason}"));
    let header = reader.headers().map_err(|e| bad(1, &e.to_string()))?.clone();
    let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|e| bad(0, &e.to_string()))?;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (c, name) in header.iter().enumerate() {
        let values = records.iter().map(|r| r.get(c).filter(|v| !v.is_empty()));
        let wrong = |row: usize, value: &str| {
            bad(row + 2, &format!("{name} '{value}' is not a {}", column_type(name)))
        };
        let column: ArrayRef = match column_type(name) {
            DataType::Date32 => {
                let mut builder = Date32Builder::new();
                for (row, value) in values.enumerate() {
                    builder.append_option(
                        value.map(|v| day::parse(v).ok_or_else(|| wrong(row, v))).transpose()?,
                    );
                }
                Arc::new(builder.finish())
            }
            DataType::Int64 => {
                let mut builder = Int64Builder::new();
                for (row, value) in values.enumerate() {
                    builder.append_option(value.map(|v| v.parse().map_err(|_| wrong(row, v))).transpose()?);
                }
                Arc::new(builder.finish())
            }
            DataType::Boolean => {
                let mut builder = BooleanBuilder::new();
                for (row, value) in values.enumerate() {
                    builder.append_option(value.map(|v| v.parse().map_err(|_| wrong(row, v))).transpose()?);
                }
                Arc::new(builder.finish())
            }
            _ => {
                let mut builder = StringViewBuilder::new();
                for value in values {
                    builder.append_option(value);
                }
                Arc::new(builder.finish())
            }
        };
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|e| bad(0, &e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::datatypes::{Date32Type, Int64Type};
    use std::collections::HashSet;

    #[test]
    fn every_table_has_its_rows_and_a_source_in_each() {
        let rates = Rates::shipped().unwrap();
        let tables = law_tables(&rates).unwrap();
        let rows = |name: &str| tables.iter().find(|(n, _)| *n == name).unwrap().1.num_rows();
        assert_eq!(rows("rates"), rates.rows().len());
        assert_eq!((rows("event_types"), rows("task_types"), rows("municipalities")), (244, 53, 98));
        assert_eq!((rows("cpr_statuses"), rows("accounts"), rows("kle")), (12, 37, 20));
        assert_eq!(rows("order_of_operations"), 9);
        for (name, batch) in &tables {
            let source = batch.column_by_name("source").unwrap_or_else(|| panic!("{name} has no source"));
            assert_eq!(source.null_count(), 0, "{name}");
        }
    }

    #[test]
    fn days_numbers_and_answers_are_no_texts() {
        let tables = law_tables(&Rates::shipped().unwrap()).unwrap();
        let column = |table: &str, name: &str| -> ArrayRef {
            Arc::clone(tables.iter().find(|(n, _)| *n == table).unwrap().1.column_by_name(name).unwrap())
        };
        let true_rows = |table: &str, name: &str| {
            let answers = column(table, name);
            let answers = answers.as_boolean();
            (0..answers.len()).filter(|row| answers.value(*row)).collect::<Vec<_>>()
        };
        // Statuses 01, 03, 05 and 07: a person with an address in Denmark or Greenland.
        assert_eq!(true_rows("cpr_statuses", "active"), [0, 1, 2, 3]);
        assert_eq!(true_rows("task_types", "must_before_run").len(), 3);
        // Copenhagen is the first municipality.
        let population = column("municipalities", "population");
        assert_eq!(population.as_primitive::<Int64Type>().value(0), 641_714);
        let counted = column("municipalities", "population_date");
        assert_eq!(counted.as_primitive::<Date32Type>().value(0), day::from_civil(2022, 3, 1));
        let steps = column("order_of_operations", "step");
        assert_eq!(steps.as_primitive::<Int64Type>().values().to_vec(), (1..=9).collect::<Vec<_>>());
        for (table, name) in [("rules", "valid_from"), ("rules", "valid_to"), ("rates", "valid_from")] {
            assert_eq!(column(table, name).data_type(), &DataType::Date32, "{table}.{name}");
        }
    }

    #[test]
    fn a_faulty_file_is_named_with_line_column_and_value() {
        let refused = |text: &str| csv_table("kinds.csv", text).unwrap_err().to_string();
        for (text, where_) in [
            (
                "kind,valid_from\na,2016-01-01\nb,2016-02-30\n",
                "kinds.csv line 3: valid_from '2016-02-30' is not",
            ),
            ("population\n12 \n", "kinds.csv line 2: population '12 ' is not"),
            ("active,kind\ntrue,a\n,b\nyes,c\n", "kinds.csv line 4: active 'yes' is not"),
        ] {
            assert!(refused(text).contains(where_), "{}", refused(text));
        }
    }

    #[test]
    fn glossary_terms_and_rule_ids_are_unique() {
        let rates = Rates::shipped().unwrap();
        for (name, batch) in law_tables(&rates).unwrap() {
            let keys: &[&str] = match name {
                "glossary" => &["term_en", "kind"],
                "rules" => &["rule_id"],
                "event_types" => &["code"],
                "municipalities" => &["municipality_code"],
                _ => continue,
            };
            let columns: Vec<_> = keys.iter().map(|k| batch.column_by_name(k).unwrap()).collect();
            let mut seen = HashSet::new();
            for i in 0..batch.num_rows() {
                let key: Vec<String> = columns
                    .iter()
                    .map(|c| c.as_any().downcast_ref::<StringViewArray>().unwrap().value(i).to_string())
                    .collect();
                assert!(seen.insert(key.clone()), "{name}: {key:?}");
            }
        }
    }
}
