//! A month under other rates: exactly the cases that a rate matters for change, by exactly what it changes.

use advisql::pipeline::{self, WhatIf};
use advisql::{EngineBuilder, Error};
use advisql_udfs::law::{RateRow, Rates};
use serde_json::json;

use crate::cli::advisql;
use crate::pipeline_fixture::*;

/// A file of rates with one row: what a provider of 30 or more gets in 2023.
fn rates(parameter: &str, amount: &str) -> Vec<RateRow> {
    let top = "benefit,parameter,law_ref,amount,unit,valid_from,valid_to,status,source,note";
    let row = format!(
        "kontanthjaelp,{parameter},\"LAS § 25\",{amount},dkk_per_month,2023-01-01,2024-01-01,published,https://x,"
    );
    Rates::read_rows("rates.csv", &format!("{top}\n{row}\n")).unwrap()
}

/// Two single providers and a couple with children, a citizen without children, and one of whom a fact is unknown.
async fn municipality() -> advisql::store::Store {
    let mut tables = two_citizens();
    tables[0].1.extend([person(3, json!({})), person(4, json!({})), person(5, json!({}))]);
    tables[1].1.extend([case(13, 3, json!({})), case(14, 4, json!({})), case(15, 5, json!({}))]);
    tables[2].1.extend([
        facts(13, json!({ "single": false })),
        facts(14, json!({ "provider": false })),
        facts(15, json!({ "provider": null })),
    ]);
    store(&tables).await
}

async fn ask(store: &advisql::store::Store, over: Vec<RateRow>) -> WhatIf {
    pipeline::what_if(builder(store), &v1(), period(), over).await.unwrap()
}

#[tokio::test]
async fn a_changed_rate_changes_its_cases_by_its_kroner_and_no_others() {
    let store = municipality().await;
    let result = ask(&store, rates("age_30_plus_provider", "16000.50")).await;
    let changes = table(&result.changes);
    let shown: Vec<[&str; 6]> =
        changes.iter().map(|r| [&r[0], &r[3], &r[4], &r[5], &r[6], &r[7]].map(String::as_str)).collect();
    assert_eq!(
        shown,
        [
            ["11", "single_provider", "15874.00", "16000.50", "126.50", "gains"],
            ["12", "single_provider", "15874.00", "16000.50", "126.50", "gains"],
            ["13", "couple_provider", "15874.00", "16000.50", "126.50", "gains"],
            ["14", "single", "11944.00", "11944.00", "0.00", "unchanged"],
            ["15", "unknown", "-", "-", "-", "not_calculated"],
        ]
    );
    assert_eq!(
        table(&result.summary),
        [
            ["kontanthjaelp", "couple_provider", "1", "1", "0", "0", "0", "126.50", "0.00", "126.50"],
            ["kontanthjaelp", "single", "1", "0", "0", "1", "0", "0.00", "0.00", "0.00"],
            ["kontanthjaelp", "single_provider", "2", "2", "0", "0", "0", "253.00", "0.00", "253.00"],
            ["kontanthjaelp", "unknown", "1", "0", "0", "0", "1", "0.00", "0.00", "0.00"],
            ["total", "-", "5", "3", "0", "1", "1", "379.50", "0.00", "379.50"],
        ]
    );
    let lower = table(&ask(&store, rates("age_30_plus_other", "11000")).await.summary);
    assert_eq!(lower.last().unwrap()[2..], ["5", "0", "1", "3", "1", "0.00", "-944.00", "-944.00"]);
}

#[tokio::test]
async fn the_same_rates_change_nothing_and_nothing_is_written() {
    let store = municipality().await;
    let commits = query(&store, "SELECT count(*) FROM sys.commits").await;
    let files = query(&store, "SELECT count(*) FROM sys.files").await;
    for over in [Vec::new(), rates("age_30_plus_provider", "15874.00")] {
        let summary = table(&ask(&store, over).await.summary);
        assert_eq!(summary.last().unwrap()[2..], ["5", "0", "0", "4", "1", "0.00", "0.00", "0.00"]);
    }
    assert_eq!(query(&store, "SELECT count(*) FROM sys.commits").await, commits);
    assert_eq!(query(&store, "SELECT count(*) FROM sys.files").await, files);
    // A month that is paid already can be asked about.
    run(&store, &v1(), false).await;
    let after = table(&ask(&store, rates("age_30_plus_provider", "15875")).await.summary);
    assert_eq!(after.last().unwrap()[9], "3.00");
}

#[tokio::test]
async fn other_rates_hold_for_their_session_only_and_are_never_published() {
    let store = municipality().await;
    let over = || builder(&store).rates_overlay(rates("age_30_plus_provider", "16000.00"));
    let refused = pipeline::run_version(over(), &v1(), &options(false), &mut |_| {}).await;
    assert!(
        matches!(&refused, Err(Error::Usage(why)) if why.contains("nothing is published")),
        "{refused:?}"
    );
    let simulated = pipeline::run_version(over(), &v1(), &options(true), &mut |_| {}).await.unwrap();
    let plain = pipeline::run_version(builder(&store), &v1(), &options(true), &mut |_| {}).await.unwrap();
    assert_ne!(simulated.report.fingerprint, plain.report.fingerprint);
    let differ =
        pipeline::diff(builder(&store), &plain.report.run_id, &simulated.report.run_id).await.unwrap();
    assert_eq!(table(&differ).len(), 3);
    let amount = "SELECT rate('kontanthjaelp', 'age_30_plus_provider', DATE '2023-05-01')";
    let asked = over().build().await.unwrap();
    assert!(asked.is_hypothetical());
    assert_eq!(table(&asked.sql(amount).await.unwrap().collect().await.unwrap()), [["16000.00"]]);
    assert_eq!(query(&store, amount).await, [["15874.00"]]);
    let row = "SELECT source FROM law.rates WHERE parameter = 'age_30_plus_provider' AND valid_from = DATE '2023-01-01'";
    assert_eq!(table(&asked.sql(row).await.unwrap().collect().await.unwrap()), [["https://x"]]);
}

#[tokio::test]
async fn rates_that_do_not_fit_the_law_are_refused() {
    let store = municipality().await;
    let misspelt = rates("age_30_provider", "1");
    let refused = pipeline::what_if(builder(&store), &v1(), period(), misspelt).await.unwrap_err();
    assert!(refused.to_string().contains("near names: age_30_plus_provider"), "{refused}");
    let other = rates("age_30_plus_provider", "1");
    let day = "2023-05-02".parse().unwrap();
    assert!(matches!(
        pipeline::what_if(builder(&store), &v1(), day, other.clone()).await,
        Err(Error::Usage(_))
    ));
    let without = pipeline::what_if(EngineBuilder::new(), &v1(), period(), other).await;
    assert!(matches!(without, Err(Error::Usage(_))));
}

#[test]
fn the_command_line_asks_with_a_file_of_rates() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, file) = (path("store"), path("rates.csv"));
    advisql(&["init", &store]).ok();
    // The form of the file is what a query of law.rates writes.
    let rows = "select benefit, parameter, law_ref, cast(16000 as decimal(12, 2)) as amount, unit, valid_from, valid_to, status, \
                source, note from law.rates where benefit = 'kontanthjaelp' and parameter = 'age_30_plus_provider' \
                and status = 'published' order by valid_from";
    advisql(&["sql", &store, rows, "-o", &file]).ok();
    let rate = "select rate('kontanthjaelp', 'age_30_plus_provider', date '2023-05-01') as rate";
    for store in [store.as_str(), "-"] {
        let asked = advisql(&["sql", store, rate, "--rates", &file, "--format", "csv"]).ok();
        assert_eq!(asked, "rate\n16000.00\n");
    }
    let month = ["--period", "2023-05", "--rates", &file];
    let refused = advisql(&[&["run", &store, "month_end"], &month[..]].concat());
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("nothing is published"), "{}", refused.err);
    let danish = advisql(&[&["what-if", &store], &month[..]].concat()).ok();
    for part in ["Hvem får mere og mindre med de andre satser", "Netto pr. måned", "I alt", "0,00 kr."] {
        assert!(danish.contains(part), "{part}: {danish}");
    }
    let csv = advisql(&[&["what-if", &store, "--format", "csv"], &month[..]].concat()).ok();
    assert_eq!(
        csv,
        "benefit,family_type,cases,gaining,losing,unchanged,not_compared,gained,lost,net\ntotal,,0,0,0,0,0,0.00,0.00,0.00\n"
    );
    std::fs::write(&file, "benefit,parameter\na,b\n").unwrap();
    let faulty = advisql(&["sql", "-", rate, "--rates", &file]);
    assert_eq!(faulty.code, 1);
    assert!(faulty.err.contains("rates.csv line 1"), "{}", faulty.err);
}
