//! Reading rates from the shipped files and a store's rows, and refusing what cannot be law.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};

use super::error::LawError;
use super::rates::{RateRow, Status};
use super::{day, money, shipped};

const HEADER: [&str; 10] = [
    "benefit",
    "parameter",
    "law_ref",
    "amount",
    "unit",
    "valid_from",
    "valid_to",
    "status",
    "source",
    "note",
];

/// A row and where it stands, for the sentence that refuses it.
struct Located {
    row: RateRow,
    place: String,
}

/// The rows of all shipped files, sorted and checked.
pub(super) fn shipped() -> Result<Vec<RateRow>, LawError> {
    let mut all = Vec::new();
    for (file, text) in shipped::RATES {
        all.extend(file_rows(file, text)?);
    }
    checked(all)
}

/// The rows of a store's table `rates`, sorted and checked.
pub(super) fn from_batches(batches: &[RecordBatch]) -> Result<Vec<RateRow>, LawError> {
    let mut all = Vec::new();
    for batch in batches {
        let start = all.len();
        all.extend(batch_rows(batch, start)?);
    }
    checked(all)
}

/// The rows of a file in the form of the shipped ones, sorted and checked.
pub(super) fn from_file(file: &str, text: &str) -> Result<Vec<RateRow>, LawError> {
    checked(file_rows(file, text)?)
}

/// Rows laid over others: for the days such a row covers, no row below of the same parameter is left.
pub(super) fn overlay(below: Vec<RateRow>, over: Vec<RateRow>) -> Result<Vec<RateRow>, LawError> {
    let mut out = Vec::with_capacity(below.len() + over.len());
    for row in below {
        let covering: Vec<&RateRow> = over.iter().filter(|o| key(o) == key(&row)).collect();
        let mut left = vec![row];
        for cover in covering {
            left = left.into_iter().flat_map(|r| without(r, cover.valid_from, cover.valid_to)).collect();
        }
        out.extend(left.into_iter().map(|row| Located { row, place: "the rates below".into() }));
    }
    out.extend(over.into_iter().map(|row| Located { row, place: "the rates laid over".into() }));
    checked(out)
}

/// A row without the days `from..to`: nothing, one or two rows.
fn without(row: RateRow, from: i32, to: i32) -> Vec<RateRow> {
    if to <= row.valid_from || row.valid_to <= from {
        return vec![row];
    }
    let mut left = Vec::new();
    if row.valid_from < from {
        left.push(RateRow { valid_to: from, ..row.clone() });
    }
    if to < row.valid_to {
        left.push(RateRow { valid_from: to, ..row });
    }
    left
}

fn key(row: &RateRow) -> (&str, &str, &str) {
    (&row.benefit, &row.parameter, &row.unit)
}

fn file_rows(file: &str, text: &str) -> Result<Vec<Located>, LawError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let bad = |line: u64, reason: String| LawError::new("A1201", format!("{file} line {line}: {reason}"));
    let header = reader.headers().map_err(|e| bad(1, e.to_string()))?;
    if header.iter().ne(HEADER) {
        return Err(bad(1, format!("the first line must be {}", HEADER.join(","))));
    }
    let mut rows: Vec<Located> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| bad(e.position().map_or(0, |p| p.line()), e.to_string()))?;
        let line = record.position().map_or(0, |p| p.line());
        if record.len() != HEADER.len() {
            return Err(bad(line, format!("{} fields instead of {}", record.len(), HEADER.len())));
        }
        let field = |i: usize| record.get(i).unwrap_or("").to_string();
        let date = |i: usize| {
            day::parse(&field(i))
                .ok_or_else(|| bad(line, format!("{} '{}' is not a date", HEADER[i], field(i))))
        };
        let row = RateRow {
            benefit: field(0),
            parameter: field(1),
            law_ref: field(2),
            amount: money::parse_amount(&field(3)).ok_or_else(|| {
                bad(line, format!("amount '{}' is not a number with at most four decimals", field(3)))
            })?,
            unit: field(4),
            valid_from: date(5)?,
            valid_to: date(6)?,
            status: Status::parse(&field(7)).ok_or_else(|| {
                bad(line, format!("status '{}' is none of published, base, agreement, derived", field(7)))
            })?,
            source: field(8),
            note: Some(field(9)).filter(|n| !n.is_empty()),
        };
        fit(&row).map_err(|reason| bad(line, reason))?;
        if let Some(before) = rows.last()
            && (key(&row), row.valid_from) < (key(&before.row), before.row.valid_from)
        {
            let reason = format!(
                "{}/{} from {} stands after a later row; sort by benefit, parameter, unit and valid_from",
                row.benefit,
                row.parameter,
                day::format(row.valid_from)
            );
            return Err(LawError::new("A1202", format!("{file} line {line}: {reason}")));
        }
        rows.push(Located { row, place: format!("{file} line {line}") });
    }
    Ok(rows)
}

/// What every row must have, wherever it comes from.
fn fit(row: &RateRow) -> Result<(), String> {
    for (name, value) in [
        ("benefit", &row.benefit),
        ("parameter", &row.parameter),
        ("law_ref", &row.law_ref),
        ("unit", &row.unit),
        ("source", &row.source),
    ] {
        if value.trim().is_empty() {
            return Err(format!("{name} is missing"));
        }
    }
    if row.valid_from >= row.valid_to {
        return Err(format!("valid_from {} is not before valid_to", day::format(row.valid_from)));
    }
    let expected_base = row.parameter.starts_with("base_");
    let expected_agreement = row.parameter.contains("agreement_level_");
    if matches!(row.status, Status::Published | Status::Derived) && (expected_base || expected_agreement) {
        return Err(format!(
            "{} is a base or agreement amount and cannot be {}",
            row.parameter,
            row.status.as_str()
        ));
    }
    Ok(())
}

/// Sorts rows of several places and refuses what contradicts: two rows of one first day, overlapping days, two units.
fn checked(mut rows: Vec<Located>) -> Result<Vec<RateRow>, LawError> {
    rows.sort_by(|a, b| {
        let of = |l: &Located| (l.row.benefit.clone(), l.row.parameter.clone(), l.row.valid_from);
        of(a).cmp(&of(b))
    });
    for pair in rows.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        if a.row.benefit != b.row.benefit || a.row.parameter != b.row.parameter {
            continue;
        }
        let what = format!(
            "{}: {}/{} from {}",
            b.place,
            b.row.benefit,
            b.row.parameter,
            day::format(b.row.valid_from)
        );
        let reason = if a.row.unit != b.row.unit {
            format!("is in {}, but {} has it in {}", b.row.unit, a.place, a.row.unit)
        } else if a.row.valid_from == b.row.valid_from {
            format!("is a duplicate key; it also stands in {}", a.place)
        } else if b.row.valid_from < a.row.valid_to {
            format!("overlaps the row of {}, which holds until {}", a.place, day::format(a.row.valid_to))
        } else {
            continue;
        };
        return Err(LawError::new("A1202", format!("{what} {reason}")));
    }
    Ok(rows.into_iter().map(|l| l.row).collect())
}

fn batch_rows(batch: &RecordBatch, start: usize) -> Result<Vec<Located>, LawError> {
    let place = |row: usize| format!("rates of the store, row {}", start + row + 1);
    let bad = |reason: String| LawError::new("A1201", reason);
    let column = |name: &str, to: &DataType| {
        let column =
            batch.column_by_name(name).ok_or_else(|| bad(format!("rates of the store: no column {name}")))?;
        cast(column, to).map_err(|e| bad(format!("rates of the store, {name}: {e}")))
    };
    let text = DataType::Utf8View;
    let texts = ["benefit", "parameter", "law_ref", "unit", "status", "source", "note"]
        .iter()
        .map(|name| column(name, &text))
        .collect::<Result<Vec<_>, _>>()?;
    let amounts = column("amount", &DataType::Decimal128(14, 4))?;
    let dates = [column("valid_from", &DataType::Date32)?, column("valid_to", &DataType::Date32)?];
    let mut rows = Vec::with_capacity(batch.num_rows());
    for i in 0..batch.num_rows() {
        let known = amounts.is_valid(i) && dates.iter().all(|d| d.is_valid(i));
        if !known {
            return Err(bad(format!("{}: amount, valid_from or valid_to is missing", place(i))));
        }
        let field = |n: usize| {
            let values = texts[n].as_string_view();
            if values.is_valid(i) { values.value(i).to_string() } else { String::new() }
        };
        let row = RateRow {
            benefit: field(0),
            parameter: field(1),
            law_ref: field(2),
            amount: i64::try_from(amounts.as_primitive::<Decimal128Type>().value(i))
                .map_err(|_| bad(format!("{}: amount is too large", place(i))))?,
            unit: field(3),
            valid_from: dates[0].as_primitive::<Date32Type>().value(i),
            valid_to: dates[1].as_primitive::<Date32Type>().value(i),
            status: Status::parse(&field(4)).ok_or_else(|| bad(format!("{}: unknown status", place(i))))?,
            source: field(5),
            note: Some(field(6)).filter(|n| !n.is_empty()),
        };
        fit(&row).map_err(|reason| bad(format!("{}: {reason}", place(i))))?;
        rows.push(Located { row, place: place(i) });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: &str = "benefit,parameter,law_ref,amount,unit,valid_from,valid_to,status,source,note\n";

    fn refused(lines: &str) -> String {
        let rows = file_rows("x.csv", &format!("{TOP}{lines}"));
        match rows.and_then(checked) {
            Ok(_) => String::from("accepted"),
            Err(e) => e.to_string(),
        }
    }

    const GOOD: &str = "b,p,§ 1,10,dkk,2020-01-01,2021-01-01,published,http://x,\n";

    #[test]
    fn good_rows_are_taken() {
        assert_eq!(refused(GOOD), "accepted");
        let next = GOOD.replace("2020-01-01,2021-01-01", "2021-01-01,2022-01-01");
        assert_eq!(refused(&format!("{GOOD}{next}")), "accepted");
    }

    #[test]
    fn each_fault_names_file_and_line() {
        for (change, to, code, reason) in [
            ("2020-01-01", "2020-02-30", "A1201", "not a date"),
            ("2020-01-01", "01.01.2020", "A1201", "not a date"),
            ("2021-01-01", "2019-01-01", "A1201", "not before valid_to"),
            (",10,", ",1o,", "A1201", "not a number"),
            ("http://x", "", "A1201", "source is missing"),
            ("§ 1", " ", "A1201", "law_ref is missing"),
            ("published", "publisched", "A1201", "status"),
            (",p,", ",base_p,", "A1201", "base or agreement"),
            ("http://x,", "http://x", "A1201", "fields"),
        ] {
            let text = refused(&format!("{}{}", GOOD.replace(",p,", ",o,"), GOOD.replace(change, to)));
            assert!(
                text.starts_with(code) && text.contains("x.csv line 3") && text.contains(reason),
                "{change}: {text}"
            );
        }
    }

    #[test]
    fn rows_that_contradict_are_refused() {
        let overlap = GOOD.replace("2020-01-01,2021-01-01", "2020-12-31,2022-01-01");
        assert!(refused(&format!("{GOOD}{overlap}")).contains("overlaps the row of x.csv line 2"));
        let earlier = GOOD.replace("2020-01-01,2021-01-01", "2019-01-01,2020-01-01");
        let text = refused(&format!("{GOOD}{earlier}"));
        assert!(text.starts_with("A1202 x.csv line 3") && text.contains("sort by"), "{text}");
        let twice = refused(&format!("{GOOD}{GOOD}"));
        assert!(twice.starts_with("A1202 x.csv line 3") && twice.contains("duplicate key"), "{twice}");
        let unit = GOOD.replace("dkk", "pct").replace("2020-01-01,2021-01-01", "2021-01-01,2022-01-01");
        assert!(refused(&format!("{GOOD}{unit}")).contains("is in pct"));
    }

    #[test]
    fn a_store_row_replaces_the_days_it_covers_and_no_others() {
        let row = |from: &str, to: &str, amount: i64| RateRow {
            benefit: "b".into(),
            parameter: "p".into(),
            law_ref: "§ 1".into(),
            amount,
            unit: "dkk".into(),
            valid_from: day::parse(from).unwrap(),
            valid_to: day::parse(to).unwrap(),
            status: Status::Published,
            source: "x".into(),
            note: None,
        };
        let shipped = vec![row("2020-01-01", "2021-01-01", 1), row("2021-01-01", "2022-01-01", 2)];
        let store = vec![row("2020-07-01", "2021-02-01", 9)];
        let laid = overlay(shipped.clone(), store.clone()).unwrap();
        assert!(laid.iter().all(|row| row.valid_from < row.valid_to));
        let whole = vec![row("2020-01-01", "2021-01-01", 9)];
        assert_eq!(overlay(shipped.clone(), whole.clone()).unwrap().len(), shipped.len());
        for date in day::parse("2019-12-30").unwrap()..day::parse("2022-01-03").unwrap() {
            let at = |rows: &[RateRow]| {
                rows.iter().find(|r| r.valid_from <= date && date < r.valid_to).map(|r| r.amount)
            };
            assert_eq!(at(&laid), at(&store).or(at(&shipped)), "{}", day::format(date));
        }
    }
}
