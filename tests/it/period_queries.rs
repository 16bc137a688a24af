//! Every statement of docs/period-queries.md runs on a generated municipality, and its plan is what the page says.

use advisql::EngineBuilder;
use advisql::generate::{GenerateOptions, generate};
use advisql::store::Store;
use arrow::util::pretty::pretty_format_batches;
use chrono::NaiveDate;

const PAGE: &str = include_str!("../../docs/period-queries.md");

/// The blocks of one language, each with the heading above it.
fn blocks(language: &str) -> Vec<(&'static str, &'static str)> {
    let sections = PAGE.split("\n## ").skip(1);
    let block = |section: &'static str| {
        let (_, rest) = section.split_once(&format!("```{language}\n"))?;
        Some((section.lines().next()?, rest.split_once("```")?.0))
    };
    sections.filter_map(block).collect()
}

#[tokio::test]
async fn every_statement_of_the_page_runs_and_is_planned_as_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("store").to_str().unwrap().to_owned();
    let store = Store::init(&root, "test").await.unwrap();
    let options = GenerateOptions {
        citizens: 2000,
        months: 12,
        last_month: NaiveDate::from_ymd_opt(2022, 12, 1).unwrap(),
        seed: 3,
        municipalities: vec!["0751".to_owned()],
        threads: Some(2),
        by: "test".to_owned(),
    };
    generate(&store, &options, &|_, _, _| {}).await.unwrap();
    let engine = EngineBuilder::new().open_store(store).threads(2).build().await.unwrap();

    let (statements, plans) = (blocks("sql"), blocks("text"));
    assert_eq!((statements.len(), plans.len()), (10, 10));
    assert_eq!(PAGE.matches("```sql").count(), 10, "one statement a question");
    let mut empty = Vec::new();
    for ((heading, statement), (_, plan)) in statements.into_iter().zip(plans) {
        let frame = engine.sql(statement).await.unwrap_or_else(|e| panic!("{heading}: {e}"));
        let rows = frame.collect().await.unwrap_or_else(|e| panic!("{heading}: {e}"));
        if rows.iter().all(|batch| batch.num_rows() == 0) {
            empty.push(heading);
        }
        let explained = engine.sql(&format!("EXPLAIN {statement}")).await.unwrap().collect().await.unwrap();
        let explained = pretty_format_batches(&explained).unwrap().to_string();
        for line in plan.lines() {
            assert!(explained.contains(line), "{heading}: the plan has no `{line}`\n{explained}");
        }
    }
    // A municipality without errors in its registers has nobody at two addresses at once.
    assert!(empty.len() <= 3, "questions without an answer show nothing: {empty:?}");
}
