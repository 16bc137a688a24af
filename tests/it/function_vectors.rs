//! The functions against the published vectors beside the repository; skipped, with a notice, where absent.

use std::path::{Path, PathBuf};

use advisql::register;
use datafusion::prelude::{CsvReadOptions, SessionContext};

/// The folder `../shared/data` beside the repository.
fn data(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if !path.exists() {
        println!("skipped: {file} is not there");
        return None;
    }
    Some(path)
}

/// The table `v` of a vector file, all columns text, and the rows of it for which each condition holds.
async fn rows_where(file: &str, conditions: &[(&str, i64)]) {
    let Some(path) = data(file) else { return };
    let context = SessionContext::new();
    register(&context).unwrap();
    let options = CsvReadOptions::new().has_header(true).schema_infer_max_records(0);
    context.register_csv("v", path.to_str().unwrap(), options).await.unwrap();
    for (condition, expected) in conditions {
        let sql = format!("SELECT count(*) FROM v WHERE {condition}");
        let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
        let count =
            arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(batches[0].column(0)).value(0);
        assert_eq!(count, *expected, "{file}: {condition}");
    }
}

#[tokio::test]
async fn cpr_functions_agree_with_every_vector() {
    rows_where(
        "cpr_test_numbers/vectors.csv",
        &[
            ("true", 101),
            ("cpr_is_valid(input) IS DISTINCT FROM (valid = '1')", 0),
            ("cpr_is_valid(input, DATE '2026-01-01') IS DISTINCT FROM (valid = '1')", 0),
            ("cpr_birth_date(input) IS DISTINCT FROM CAST(nullif(birth_date, '') AS DATE)", 0),
            ("cpr_sex(input) IS DISTINCT FROM nullif(gender, '')", 0),
            ("cpr_passes_modulus_11(input) IS DISTINCT FROM (nullif(mod11_ok, '') = '1')", 0),
            ("cpr_is_replacement(input) IS DISTINCT FROM (nullif(replacement_number, '') = '1')", 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn bank_days_agree_with_every_listed_day() {
    rows_where(
        "dk_calendar/days.csv",
        &[
            ("true", 6574),
            ("bank_day_is(\"date\") IS DISTINCT FROM (is_bank_day = '1')", 0),
            ("bank_day_count(\"date\", bank_day_last_of_month(\"date\")) <> CAST(bank_days_left_in_month AS INT)", 0),
            (
                "working_day_count(CAST(\"date\" AS DATE) - 1, \"date\") \
                 <> CASE WHEN is_weekend = '0' AND is_public_holiday = '0' THEN 1 ELSE 0 END",
                0,
            ),
        ],
    )
    .await;
    rows_where(
        "dk_calendar/months.csv",
        &[
            ("true", 216),
            ("bank_day_last_of_month(\"month\" || '-01') <> CAST(last_bank_day AS DATE)", 0),
            ("bank_day_add(CAST(\"month\" || '-01' AS DATE) - 1, 1) <> CAST(first_bank_day AS DATE)", 0),
            ("bank_day_add(last_bank_day, -1) <> CAST(last_bank_day_minus_1 AS DATE)", 0),
            ("bank_day_add(last_bank_day, -5) <> CAST(last_bank_day_minus_5 AS DATE)", 0),
            ("bank_day_count(CAST(\"month\" || '-01' AS DATE) - 1, last_bank_day) <> CAST(bank_days AS INT)", 0),
        ],
    )
    .await;
    let published = [("true", 26), ("bank_day_last_of_month(\"date\") <> CAST(\"date\" AS DATE)", 0)];
    rows_where("dk_calendar/published_payout_dates.csv", &published).await;
}

/// The table of the calendar, day by day, with the reasons and the names.
#[test]
fn the_calendar_table_agrees_with_every_listed_day() {
    let Some(days) = data("dk_calendar/days.csv") else { return };
    let query = format!(
        "select count(*) as days, \
         count(*) filter (where law.bank_day is distinct from (day.is_bank_day = 1)) as bank_days, \
         count(*) filter (where law.working_day is distinct from (day.is_weekend = 0 and day.is_public_holiday = 0)) \
         as working_days, \
         count(*) filter (where law.reason is distinct from \
         (case when day.is_weekend = 1 then 'weekend' when day.is_public_holiday = 1 then 'public_holiday' \
         when day.is_bank_closing_day = 1 then 'bank_closing_day' end)) as reasons, \
         count(*) filter (where law.name_da is distinct from \
         (coalesce(nullif(day.holiday_name, ''), nullif(day.closing_name, '')))) as names \
         from '{}' as day left join law.bank_days as law on law.date = day.date",
        days.display()
    );
    let found = super::cli::advisql(&["sql", "-", &query, "--format", "csv"]).ok();
    assert_eq!(found, "days,bank_days,working_days,reasons,names\n6574,0,0,0,0\n");
}
