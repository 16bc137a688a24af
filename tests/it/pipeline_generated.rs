//! The month-end on a generated municipality, against an oracle: a slow, obvious, row-by-row judgement of every
//! case, written without SQL.

use std::collections::{BTreeMap, HashMap};

use advisql::generate::{GenerateOptions, generate};
use advisql::pipeline::{self, RunOptions, RunStatus};
use advisql::store::Store;
use chrono::NaiveDate;

use crate::pipeline_fixture::{builder, query};

const FIRST: &str = "2022-12-01";
const NEXT: &str = "2023-01-01";

type Rows = Vec<BTreeMap<String, String>>;

/// All rows of a table, every value as text, NULL as a dash. Days and instants compare as texts.
async fn read(store: &Store, table: &str, columns: &[&str]) -> Rows {
    let rows = query(store, &format!("SELECT {} FROM {table}", columns.join(", "))).await;
    let named = |row: Vec<String>| columns.iter().map(|c| (*c).to_owned()).zip(row).collect();
    rows.into_iter().map(named).collect()
}

/// Of rows that say the same thing (equal in `key`), the one registered last.
fn newest(rows: Rows, key: &[&str]) -> Rows {
    let mut kept: HashMap<Vec<String>, BTreeMap<String, String>> = HashMap::new();
    for row in rows {
        let of: Vec<String> = key.iter().map(|k| row[*k].clone()).collect();
        if kept.get(&of).is_none_or(|k| k["registered_at"] < row["registered_at"]) {
            kept.insert(of, row);
        }
    }
    kept.into_values().collect()
}

fn oere(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// What must become of every case granted in the month: the reason to withhold it that does not depend on the law.
struct Oracle {
    reasons: BTreeMap<i64, Option<&'static str>>,
    /// Øre of other income in the month, by person.
    other_income: HashMap<String, i64>,
    persons: HashMap<i64, String>,
}

async fn oracle(store: &Store) -> Oracle {
    let columns = [
        "case_id",
        "person_id",
        "benefit",
        "status",
        "granted_from",
        "stopped_from",
        "closed_on",
        "registered_at",
    ];
    let mut cases = newest(read(store, "cases", &columns).await, &["case_id"]);
    let ends = |case: &BTreeMap<String, String>| {
        [&case["stopped_from"], &case["closed_on"]].into_iter().find(|d| *d != "-").cloned()
    };
    cases.retain(|case| {
        let granted = ["granted", "stopped", "closed"].contains(&case["status"].as_str());
        granted
            && case["benefit"] == "kontanthjaelp"
            && case["granted_from"] != "-"
            && case["granted_from"].as_str() < NEXT
            && ends(case).is_none_or(|end| end.as_str() > FIRST)
    });
    let persons = ["person_id", "status", "cpr", "valid_from", "valid_to", "registered_at"];
    let persons = newest(read(store, "persons", &persons).await, &["person_id", "valid_from"]);
    let facts =
        ["case_id", "valid_from", "valid_to", "supplementary", "payslip_received_for", "registered_at"];
    let facts = newest(read(store, "case_facts", &facts).await, &["case_id", "valid_from"]);
    let mut facts_of: HashMap<&str, Vec<&BTreeMap<String, String>>> = HashMap::new();
    for row in facts.iter().filter(|f| f["valid_from"].as_str() < NEXT && f["valid_to"].as_str() > FIRST) {
        facts_of.entry(&row["case_id"]).or_default().push(row);
    }
    let mut person_of: HashMap<&str, Vec<&BTreeMap<String, String>>> = HashMap::new();
    for row in persons.iter().filter(|p| p["valid_from"].as_str() < NEXT && p["valid_to"].as_str() >= NEXT) {
        person_of.entry(&row["person_id"]).or_default().push(row);
    }
    let mut oldest: HashMap<&str, i64> = HashMap::new();
    for case in &cases {
        let id: i64 = case["case_id"].parse().unwrap();
        let known = oldest.entry(&case["person_id"]).or_insert(id);
        *known = id.min(*known);
    }
    let mut reasons = BTreeMap::new();
    for case in &cases {
        let id: i64 = case["case_id"].parse().unwrap();
        let person = person_of.get(case["person_id"].as_str()).cloned().unwrap_or_default();
        let mut facts = facts_of.get(case["case_id"].as_str()).cloned().unwrap_or_default();
        facts.sort_by(|a, b| a["valid_from"].cmp(&b["valid_from"]));
        let overlap = facts.windows(2).any(|w| w[0]["valid_to"] > w[1]["valid_from"]);
        let on_first: Vec<_> = facts.iter().filter(|f| f["valid_from"].as_str() <= FIRST).collect();
        let digits = person.first().map_or("", |p| p["cpr"].as_str());
        // A replacement number: the day of the month plus 60, on a day that is in the calendar.
        let day = digits.get(..2).and_then(|d| d.parse::<u32>().ok()).map(|d| d.wrapping_sub(60));
        let month = digits.get(2..4).and_then(|m| m.parse::<u32>().ok());
        let longest = NaiveDate::from_ymd_opt(2000, month.unwrap_or(0), day.unwrap_or(0)).is_some();
        let whole =
            case["granted_from"].as_str() <= FIRST && ends(case).is_none_or(|end| end.as_str() >= NEXT);
        let reason = match person.as_slice() {
            [] => Some("person_unknown"),
            [_, _, ..] => Some("overlapping_person_rows"),
            [one] if one["status"] == "90" => Some("dead"),
            [one] if one["status"] != "01" && one["status"] != "03" => Some("not_resident"),
            [_] if !longest => Some("cpr_invalid"),
            [_] if oldest[case["person_id"].as_str()] != id => Some("double_grant"),
            [_] if !whole => Some("part_month"),
            [_] if on_first.is_empty() => Some("facts_missing"),
            [_] if overlap => Some("overlapping_facts"),
            [_] => {
                let late = on_first[0]["payslip_received_for"].as_str();
                let waits = on_first[0]["supplementary"] == "true" && (late == "-" || late < FIRST);
                waits.then_some("missing_payslip")
            }
        };
        reasons.insert(id, reason);
    }
    let mut other_income: HashMap<String, i64> = HashMap::new();
    for line in read(store, "incomes", &["person_id", "period", "income_group", "amount"]).await {
        if line["period"] == FIRST && line["income_group"] != "wage" {
            *other_income.entry(line["person_id"].clone()).or_default() += oere(&line["amount"]);
        }
    }
    let persons = cases.iter().map(|c| (c["case_id"].parse().unwrap(), c["person_id"].clone())).collect();
    Oracle { reasons, other_income, persons }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_month_is_judged_as_the_oracle_judges_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::init(directory.path().join("store").to_str().unwrap(), "test").await.unwrap();
    let people = GenerateOptions {
        citizens: 6_000,
        months: 6,
        last_month: FIRST.parse().unwrap(),
        seed: 11,
        municipalities: vec![],
        threads: Some(2),
        by: "test".into(),
    };
    generate(&store, &people, &|_, _, _| {}).await.unwrap();
    let options = RunOptions {
        pipeline: "month_end".into(),
        version: None,
        period: FIRST.parse().unwrap(),
        simulate: false,
        by: "test".into(),
    };
    let run = pipeline::run(builder(&store), &options, &mut |_| {}).await.unwrap();
    assert_eq!(run.report.status, RunStatus::Published, "{:?}", run.report.failed().collect::<Vec<_>>());

    let oracle = oracle(&store).await;
    assert!(oracle.reasons.len() > 50, "too few cases to mean anything: {}", oracle.reasons.len());
    let columns = "c.case_id, c.gross, c.facts_used, p.status, p.status_reason, p.gross, c.base_rate + c.supplement, \
                   c.income_deduction + c.spouse_deduction";
    let rows = query(
        &store,
        &format!(
            "SELECT {columns} FROM calculations AS c LEFT JOIN payments AS p ON p.case_id = c.case_id ORDER BY 1"
        ),
    )
    .await;
    let cases: Vec<i64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(cases, oracle.reasons.keys().copied().collect::<Vec<_>>());
    let (mut requested, mut paid) = (0, 0);
    for (case, row) in cases.iter().zip(&rows) {
        let [gross, facts, status, reason, payment] = [&row[1], &row[2], &row[3], &row[4], &row[5]];
        let expected = oracle.reasons[case];
        let facts: serde_json::Value = serde_json::from_str(facts).unwrap();
        let income = oracle.other_income.get(&oracle.persons[case]).copied().unwrap_or(0);
        assert_eq!(
            facts["other_income"].as_f64().map(|kroner| (kroner * 100.0).round() as i64),
            Some(income),
            "case {case}"
        );
        match (expected, status.as_str()) {
            // What the amount is, the law says; here it must be there and the sum of its parts.
            (None, "requested") => {
                assert_eq!(gross, payment);
                assert_eq!(oere(gross), oere(&row[6]) + oere(&row[7]), "case {case}");
                requested += 1;
                paid += oere(gross);
            }
            (None, "withheld") => assert_eq!(reason, "calculation_incomplete", "case {case}"),
            (Some("missing_payslip"), "withheld") => {
                assert!(
                    ["missing_payslip", "calculation_incomplete"].contains(&reason.as_str()),
                    "case {case}"
                );
            }
            (Some(expected), "withheld") => assert_eq!(reason, expected, "case {case}"),
            (_, "-") => assert_eq!(gross, "0.00", "case {case}"),
            other => panic!("case {case}: {other:?}"),
        }
    }
    assert!(requested > oracle.reasons.len() / 3, "{requested} of {}", oracle.reasons.len());
    let sum = run.report.sums.iter().find(|s| s.outcome == "requested").unwrap();
    assert_eq!((sum.cases, sum.gross_oere), (requested as i64, Some(paid)));

    // No planted fault of the month is paid.
    let planted = query(
        &store,
        &format!(
            "SELECT fault, person_id, case_id, detail FROM planted_faults WHERE period = DATE '{FIRST}' ORDER BY 1, 2"
        ),
    )
    .await;
    assert!(!planted.is_empty());
    for fault in &planted {
        let sql =
            format!("SELECT count(*) FROM payments WHERE person_id = {} AND status = 'requested'", fault[1]);
        let requested: i64 = query(&store, &sql).await[0][0].parse().unwrap();
        let allowed = match (fault[0].as_str(), fault[3].as_str()) {
            // The first of the two grants is good; a number taken from somebody else, and an address too many, are
            // for the controls to find.
            ("double_payment", _) => 1,
            ("wrong_cpr", detail) if detail.contains("another person") => 1,
            ("overlapping_periods", detail) if detail.contains("residences") => 1,
            _ => 0,
        };
        assert!(requested <= allowed, "{fault:?} is paid {requested} times");
    }
}
