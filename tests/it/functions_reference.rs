//! The function reference: every function is documented, and its example prints what the reference says.

use std::collections::HashSet;

use advisql::register;
use advisql_udfs::law::Rates;
use advisql_udfs::{AdvisqlOptions, FunctionDoc};
use arrow::util::pretty::pretty_format_batches;
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::{SessionConfig, SessionContext};

fn session() -> SessionContext {
    let context = SessionContext::new_with_config(
        SessionConfig::new().with_target_partitions(2).with_option_extension(AdvisqlOptions::default()),
    );
    register(&context).unwrap();
    context
}

fn reference() -> Vec<FunctionDoc> {
    advisql_udfs::functions_reference(&Rates::shipped().unwrap()).unwrap()
}

#[tokio::test]
async fn every_example_prints_what_the_reference_says() {
    let context = session();
    context.sql("SET advisql.report_date = '2025-07-01'").await.unwrap();
    let mut wrong = Vec::new();
    for function in reference() {
        let printed = match context.sql(&function.example_sql).await {
            Ok(frame) => frame.collect().await,
            Err(error) => Err(error),
        };
        let printed = match printed {
            Ok(batches) => pretty_format_batches(&batches).unwrap().to_string(),
            Err(error) => error.to_string(),
        };
        if printed != function.example_output {
            wrong.push(format!("{}: {}\n{printed}", function.name, function.example_sql));
        }
        assert!(function.example_sql.contains(&format!("{}(", function.name)), "{}", function.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_function_and_every_argument_is_documented() {
    let reference = reference();
    let names: HashSet<&str> = reference.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names.len(), reference.len(), "a name is used twice");
    for function in &reference {
        let name = &function.name;
        let texts =
            [&function.family, &function.description, &function.returns, &function.nulls, &function.source];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{name} lacks a text");
        let inner = function.syntax.strip_prefix(&format!("{name}(")).and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.unwrap_or_else(|| panic!("the syntax of {name} is not a call of it"));
        let called: Vec<&str> = inner
            .split(',')
            .map(|argument| argument.trim_matches(|c: char| c.is_whitespace() || "[]".contains(c)))
            .filter(|argument| !argument.is_empty())
            .collect();
        let described: Vec<&str> = function.arguments.iter().map(|argument| argument.name.as_str()).collect();
        assert_eq!(called, described, "the arguments of {name}");
        assert!(function.arguments.iter().all(|argument| !argument.description.trim().is_empty()), "{name}");
    }
}

#[test]
fn the_reference_names_every_function_that_register_adds() {
    let bare = SessionContext::new();
    let state = session().state();
    let added: HashSet<String> = [state.udfs(), state.udafs()].concat_sets();
    let built_in: HashSet<String> = [bare.state().udfs(), bare.state().udafs()].concat_sets();
    let mut added: Vec<&String> = added.difference(&built_in).collect();
    let reference = reference();
    let mut described: Vec<&String> = reference.iter().map(|function| &function.name).collect();
    added.sort();
    described.sort();
    assert_eq!(added, described);
}

trait ConcatSets {
    fn concat_sets(self) -> HashSet<String>;
}

impl ConcatSets for [HashSet<String>; 2] {
    fn concat_sets(self) -> HashSet<String> {
        self.into_iter().flatten().collect()
    }
}

#[tokio::test]
async fn the_report_date_must_be_set_and_must_be_a_date() {
    let context = session();
    let ask = || async { context.sql("SELECT report_date()").await?.collect().await };
    assert!(ask().await.unwrap_err().to_string().contains("SET advisql.report_date = 'YYYY-MM-DD'"));
    context.sql("SET advisql.report_date = 'today'").await.unwrap();
    assert!(ask().await.unwrap_err().to_string().contains("is not a date"));
}
