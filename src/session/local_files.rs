//! Files of this machine in queries: `FROM 'incomes.parquet'`, `FROM 'list.csv'`.
//!
//! The query engine's own reading of CSV looks at the first rows only and turns `0101011234` into a number, which
//! loses the leading zero of CPR numbers and municipality codes. Here the whole file decides: a column is a number or a
//! date only when every value is one; digits with a leading zero are text, as are columns of ten-digit numbers.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;
use datafusion::catalog::{DynamicFileCatalog, TableProvider, UrlTableFactory};
use datafusion::common::{Result, plan_datafusion_err};
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableConfigExt, ListingTableUrl,
};
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;
use parking_lot::{Mutex, RwLock};

/// Digits a whole number may have before it is taken for text: more would not fit a `BIGINT`.
const INTEGER_DIGITS: usize = 18;

/// Rebuilds the session so that quoted paths are tables.
pub(super) fn enable(context: SessionContext) -> SessionContext {
    let factory = Arc::new(LocalFiles::default());
    let inner = Arc::clone(context.state().catalog_list());
    let catalog = Arc::new(DynamicFileCatalog::new(inner, Arc::clone(&factory) as Arc<dyn UrlTableFactory>));
    let state = context.into_state_builder().with_catalog_list(catalog).build();
    let context = SessionContext::new_with_state(state);
    *factory.state.lock() = Some(context.state_weak_ref());
    context
}

#[derive(Default)]
struct LocalFiles {
    state: Mutex<Option<Weak<RwLock<SessionState>>>>,
}

impl std::fmt::Debug for LocalFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalFiles")
    }
}

#[async_trait::async_trait]
impl UrlTableFactory for LocalFiles {
    async fn try_new(&self, url: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Ok(table_url) = ListingTableUrl::parse(url) else { return Ok(None) };
        if let Some(path) = csv_file(url) {
            return Ok(Some(open_csv(table_url, path).await?));
        }
        let Some(state) = self.state.lock().as_ref().and_then(|s| s.upgrade()).map(|s| s.read().clone())
        else {
            return Ok(None);
        };
        let Ok(config) = ListingTableConfig::new(table_url).infer_options(&state).await else {
            return Ok(None);
        };
        let config = config.infer_partitions_from_path(&state).await?.infer_schema(&state).await?;
        Ok(Some(Arc::new(ListingTable::try_new(config)?)))
    }
}

/// The path of one CSV file of this machine.
fn csv_file(url: &str) -> Option<PathBuf> {
    let path = Path::new(url.strip_prefix("file://").unwrap_or(url));
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    (is_csv && path.is_file()).then(|| path.to_owned())
}

async fn open_csv(url: ListingTableUrl, path: PathBuf) -> Result<Arc<dyn TableProvider>> {
    let name = path.display().to_string();
    let inferred = tokio::task::spawn_blocking(move || infer(&path))
        .await
        .map_err(|e| plan_datafusion_err!("{name} could not be read: {e}"))?
        .map_err(|e| plan_datafusion_err!("{name} could not be read as CSV: {e}"))?;
    let format = CsvFormat::default()
        .with_has_header(true)
        .with_delimiter(inferred.delimiter)
        .with_newlines_in_values(inferred.line_ends_in_values);
    let options = ListingOptions::new(Arc::new(format)).with_file_extension("");
    let config = ListingTableConfig::new(url).with_listing_options(options).with_schema(inferred.schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// What all values of a column read so far have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Integer,
    /// Whole numbers of ten digits: CPR numbers, of which none began with a zero so far.
    TenDigits,
    /// Most digits before and after the point.
    Decimal(u8, u8),
    Date,
    Text,
}

impl Seen {
    fn and(self, value: &str) -> Seen {
        if value.is_empty() || self == Seen::Text {
            return self;
        }
        match (self, Seen::of(value)) {
            (Seen::Nothing, new) => new,
            (old, new) if old == new => old,
            (Seen::Integer, Seen::TenDigits) | (Seen::TenDigits, Seen::Integer) => Seen::Integer,
            (Seen::Integer, Seen::Decimal(_, scale)) | (Seen::Decimal(_, scale), Seen::Integer) => {
                Seen::Decimal(INTEGER_DIGITS as u8, scale)
            }
            (Seen::Decimal(a, b), Seen::Decimal(c, d)) => Seen::Decimal(a.max(c), b.max(d)),
            _ => Seen::Text,
        }
    }

    fn of(value: &str) -> Seen {
        if value.len() == 10 && value.parse::<NaiveDate>().is_ok() {
            return Seen::Date;
        }
        let digits = value.strip_prefix('-').unwrap_or(value);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits =
            |t: &str| !t.is_empty() && t.len() <= INTEGER_DIGITS && t.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || (whole.len() > 1 && whole.starts_with('0')) {
            return Seen::Text;
        }
        match (digits.contains('.'), value.len()) {
            (true, _) => Seen::Decimal(whole.len() as u8, fraction.len() as u8),
            (false, 10) => Seen::TenDigits,
            (false, _) => Seen::Integer,
        }
    }

    fn data_type(self) -> DataType {
        match self {
            Seen::Integer => DataType::Int64,
            Seen::Decimal(whole, scale) => DataType::Decimal128(whole + scale, scale as i8),
            Seen::Date => DataType::Date32,
            Seen::Nothing | Seen::TenDigits | Seen::Text => DataType::Utf8View,
        }
    }
}

/// How a CSV file is written.
struct Inferred {
    /// `;` or `,`, whichever the header has more of.
    delimiter: u8,
    /// A value holds a line end, so the file must not be read from the middle.
    line_ends_in_values: bool,
    schema: SchemaRef,
}

/// Reads a whole CSV file with a header.
fn infer(path: &Path) -> std::result::Result<Inferred, Box<dyn std::error::Error + Send + Sync>> {
    let mut header = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut header)?;
    let count = |wanted: u8| header.iter().filter(|b| **b == wanted).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut seen = vec![Seen::Nothing; names.len()];
    let mut line_ends_in_values = false;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        line_ends_in_values |= record.as_slice().contains(&b'\n');
        for (seen, value) in seen.iter_mut().zip(&record) {
            *seen = std::str::from_utf8(value).map_or(Seen::Text, |value| seen.and(value));
        }
    }
    let fields: Vec<Field> =
        names.into_iter().zip(seen).map(|(name, seen)| Field::new(name, seen.data_type(), true)).collect();
    Ok(Inferred { delimiter, line_ends_in_values, schema: Arc::new(Schema::new(fields)) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn types(text: &str) -> Vec<DataType> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        infer(file.path()).unwrap().schema.fields().iter().map(|f| f.data_type().clone()).collect()
    }

    #[test]
    fn digits_with_a_leading_zero_are_text_wherever_they_come() {
        assert_eq!(types("cpr,n\n6101011234,1\n0101011234,20\n"), [DataType::Utf8View, DataType::Int64]);
        assert_eq!(
            types("cpr,n\n6101011234,6101011234\n7101011234,20\n"),
            [DataType::Utf8View, DataType::Int64]
        );
        assert_eq!(types("kommune\n751\n0751\n"), [DataType::Utf8View]);
        assert_eq!(types("flag,rate\n0,0.50\n1,-12.5\n"), [DataType::Int64, DataType::Decimal128(4, 2)]);
    }

    #[test]
    fn a_column_is_what_all_its_values_are() {
        assert_eq!(types("d\n2022-12-31\n\n2022-02-28\n"), [DataType::Date32]);
        assert_eq!(types("d\n2022-12-31\n2022-02-30\n"), [DataType::Utf8View]);
        assert_eq!(types("x;y\n1;1,5\n2;a\n"), [DataType::Int64, DataType::Utf8View]);
        assert_eq!(types("x\n12345678901234567890\n"), [DataType::Utf8View]);
        assert_eq!(types("x,y\n,\n"), [DataType::Utf8View, DataType::Utf8View]);
        assert_eq!(types("x\n1\n2.25\n"), [DataType::Decimal128(20, 2)]);
    }
}
