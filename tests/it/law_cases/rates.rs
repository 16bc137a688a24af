//! Every row of every rate table is a case: `tests/cases/rates/rates.csv` holds the amounts as they were read, with the last
//! day the source prints, not the first day after it.

use std::path::{Path, PathBuf};

use advisql::{Engine, EngineBuilder};
use advisql_udfs::law::{Rates, day};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::prelude::CsvReadOptions;

const OPEN: &str = "2199-12-31";

/// A parameter as it was collected and as the law tables call it: the first step of the sanction rates, which the page of 2023
/// names by its limit.
const RENAMED: [&str; 2] = ["tiered_sanction_monthly_help_below_5751", "tiered_sanction_level_1"];

/// The rows as they were read (without amounts of more than two decimals, which `rate` refuses), and the day before the first,
/// the first, the last and the day after the last of each, with what the rows say of that day.
const ASKED: &str = "
    WITH known AS (
        SELECT benefit, parameter, status,
            CASE WHEN length(split_part(amount, '.', 2)) <= 2 THEN CAST(amount AS DECIMAL(12, 2)) END AS amount,
            CAST(first_day AS DATE) AS first_day,
            CAST(coalesce(nullif(last_day, ''), '2199-12-31') AS DATE) AS last_day
        FROM cases
    ),
    days AS (
        SELECT benefit, parameter, first_day - 1 AS asked FROM known
        UNION SELECT benefit, parameter, first_day AS asked FROM known
        UNION SELECT benefit, parameter, last_day AS asked FROM known
        UNION SELECT benefit, parameter, last_day + 1 AS asked FROM known
    ),
    asked AS (
        SELECT days.benefit, days.parameter, days.asked, known.amount, known.status
        FROM days
        LEFT JOIN known
            ON known.benefit = days.benefit AND known.parameter = days.parameter
            AND known.first_day <= days.asked AND days.asked <= known.last_day
    )";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rates/rates.csv")
}

/// An engine with the file as the table `cases`, all columns text.
async fn engine(derived: bool) -> Engine {
    let engine = EngineBuilder::new().threads(2).derived_rates(derived).build().await.unwrap();
    table(&engine, "cases", &file()).await;
    engine
}

async fn table(engine: &Engine, name: &str, path: &Path) {
    let options = CsvReadOptions::new().has_header(true).schema_infer_max_records(0);
    engine.context().register_csv(name, path.to_str().unwrap(), options).await.unwrap();
}

async fn count(engine: &Engine, sql: &str) -> i64 {
    let batches = engine.sql(sql).await.unwrap().collect().await.unwrap();
    batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

/// Days for which `condition` does not hold.
async fn wrong(engine: &Engine, condition: &str) -> i64 {
    count(engine, &format!("{ASKED} SELECT count(*) FROM asked WHERE NOT ({condition})")).await
}

const STATUS: &str = "rate_status(benefit, parameter, asked) = coalesce(status, 'no row')";

#[tokio::test]
async fn every_row_holds_from_its_first_to_its_last_day_and_no_longer() {
    for (derived, payable) in [(false, "('published')"), (true, "('published', 'derived')")] {
        let engine = engine(derived).await;
        let days = count(&engine, &format!("{ASKED} SELECT count(*) FROM asked")).await;
        assert!(days > 3000, "{days}");
        assert_eq!(wrong(&engine, STATUS).await, 0, "of {days}");
        let amount = format!(
            "NOT (try_rate(benefit, parameter, asked) IS DISTINCT FROM CASE WHEN status IN {payable} THEN amount END)"
        );
        assert_eq!(wrong(&engine, &amount).await, 0, "of {days}, derived {derived}");
        let given = format!(
            "CASE WHEN coalesce(status, '') NOT IN {payable} OR amount IS NULL THEN true
                ELSE rate(benefit, parameter, asked) = amount END"
        );
        assert_eq!(wrong(&engine, &given).await, 0, "of {days}, derived {derived}");
    }
}

#[tokio::test]
async fn the_case_file_is_the_whole_law_and_a_wrong_row_in_it_is_noticed() {
    let engine = engine(false).await;
    let rows = count(&engine, "SELECT count(*) FROM cases").await;
    assert!(rows >= 924 + 709, "{rows}");
    let of = |from: &str| format!("SELECT DISTINCT benefit, parameter, unit FROM {from}");
    let lacking = format!("SELECT count(*) FROM ({} EXCEPT {})", of("law.rates"), of("cases"));
    assert_eq!(count(&engine, &lacking).await, 0);
    assert_eq!(count(&engine, "SELECT count(*) FROM law.rates").await, rows, "a rate has no case row");
    assert_eq!(count(&engine, "SELECT count(*) FROM cases WHERE coalesce(source, '') = ''").await, 0);
    // Every row ends a day early: all closed ends are noticed.
    let early = ASKED.replace("AS DATE) AS last_day", "AS DATE) - 1 AS last_day");
    let noticed = format!("{early} SELECT count(*) FROM asked WHERE NOT ({STATUS})");
    assert!(count(&engine, &noticed).await > 200);
}

#[test]
fn what_is_not_published_is_refused() {
    let published = Rates::shipped().unwrap();
    let opted = Rates::with_overlay(&[], true).unwrap();
    let text = std::fs::read_to_string(file()).unwrap();
    let mut refused = 0;
    for line in text.lines().skip(1) {
        // No column before the status holds a comma.
        let cells: Vec<&str> = line.split(',').take(7).collect();
        let [benefit, parameter, _, _, first, last, status] = cells[..] else { panic!("{line}") };
        let last = if last.is_empty() { OPEN } else { last };
        for asked in [first, last].map(|d| day::parse(d).unwrap()) {
            let why = published.require(benefit, parameter, asked).err().map(|e| e.code());
            let why_opted = opted.require(benefit, parameter, asked).err().map(|e| e.code());
            let (expected, expected_opted) = match status {
                "published" => (None, None),
                "derived" => (Some("A1205"), None),
                _ => (Some("A1205"), Some("A1205")),
            };
            assert_eq!((why, why_opted), (expected, expected_opted), "{line}");
            refused += usize::from(why.is_some());
        }
    }
    assert!(refused >= 2 * (708 + 33), "{refused}");
}

#[tokio::test]
async fn the_case_file_is_what_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/rates");
    if !folder.exists() {
        println!("skipped: the collected rates are not there");
        return;
    }
    let engine = engine(false).await;
    let mut rows = 0;
    for file in std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
        if file.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        table(&engine, "collected", &file).await;
        rows += count(&engine, "SELECT count(*) FROM collected").await;
        // A derived amount may have been found published since.
        let same = match file.ends_with("derived.csv") {
            true => "(c.status = 'published' OR (c.status = 'derived' AND c.source = f.formula))",
            false => "c.status <> 'derived' AND c.source = f.source_url",
        };
        let [collected, now] = RENAMED;
        let strange = format!(
            "SELECT count(*) FROM collected AS f WHERE NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.benefit = f.benefit
                AND c.parameter = replace(f.parameter, '{collected}', '{now}') AND c.amount = f.amount AND c.unit = f.unit AND c.first_day = f.valid_from
                AND coalesce(c.last_day, '') = coalesce(f.valid_to, '') AND {same})"
        );
        assert_eq!(count(&engine, &strange).await, 0, "{}", file.display());
        engine.context().deregister_table("collected").unwrap();
    }
    assert_eq!(rows, 924 + 709);
}
