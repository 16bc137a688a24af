//! The law cases of `tests/cases`: published results that the functions have to give.
//!
//! `tests/cases/<benefit>/<first day of the law version>/*.toml`; the form of a file is written in [`file`].

mod file;
mod rates;
mod runner;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use advisql::EngineBuilder;
use file::Case;
use runner::run;

/// Folder whose files are wrong on purpose.
const HARNESS: &str = "harness";
/// Folder of the rate tables, see [`rates`].
const RATES: &str = "rates";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Checks cases and gives what is wrong, by position.
fn check(cases: &[Case]) -> Vec<(usize, String)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut failures = Vec::new();
        for derived in [false, true] {
            let chosen: Vec<usize> = (0..cases.len()).filter(|i| cases[*i].derived == derived).collect();
            if chosen.is_empty() {
                continue;
            }
            let engine = EngineBuilder::new().threads(2).derived_rates(derived).build().await.unwrap();
            let group: Vec<&Case> = chosen.iter().map(|i| &cases[*i]).collect();
            failures.extend(run(&engine, &group).await.into_iter().map(|(i, why)| (chosen[i], why)));
        }
        failures
    })
}

#[test]
fn every_published_case_holds() {
    let cases: Vec<Case> = file::benefits(&root())
        .iter()
        .filter(|folder| !folder.ends_with(HARNESS) && !folder.ends_with(RATES))
        .flat_map(|folder| file::cases(folder).unwrap())
        .collect();
    let mut ids: Vec<&str> = cases.iter().map(|c| c.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "two cases have one id");

    let failures = check(&cases);
    let mut report: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for (i, case) in cases.iter().enumerate() {
        let (held, all) = report.entry((&case.benefit, &case.version)).or_default();
        *held += usize::from(failures.iter().all(|(failed, _)| *failed != i));
        *all += 1;
    }
    for ((benefit, version), (held, all)) in &report {
        println!("{benefit:<34} {version}: {held} of {all} published cases hold");
    }
    let wrong: Vec<&str> = failures.iter().map(|(_, why)| why.as_str()).collect();
    assert!(wrong.is_empty(), "{} of {} cases fail:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 151, "{} cases", cases.len());
}

#[test]
fn the_harness_notices_wrong_cases() {
    let folder = root().join(HARNESS);
    let failures = check(&file::cases(&folder).unwrap());
    let failures: Vec<&str> = failures.iter().map(|(_, why)| why.as_str()).collect();
    for part in [
        "wrong-amount: gross is 15874.00, expected 15873.99",
        "not-null: gross is NULL, expected 15874.00",
        "unknown-fact: kontanthjaelp has no argument favourite_colour",
        "unknown-field: the result has no field net",
        "unknown-function: there is no function kontanthjelp",
        "no-error: expected the error A1203, got a result",
    ] {
        assert!(failures.iter().any(|f| f.contains(part)), "{part} is not in {failures:#?}");
    }
    assert_eq!(failures.len(), 6, "a right case of the folder fails: {failures:#?}");
}

#[test]
fn files_that_prove_nothing_are_refused() {
    let good = "[[case]]\nid = 'x'\nfunction = 'rate'\nfacts = { date = '2023-05-01' }\nexpected = { value = '1' }\n\
                why = 'y'\nsource = 'https://example.dk'\n";
    assert!(file::read("b", "2023-01-01", None, good).is_ok());
    for (change, to, reason) in [
        ("source = 'https://example.dk'", "", "no source"),
        ("https://example.dk", "a book", "no source"),
        ("why = 'y'", "", "no why"),
        ("id = 'x'", "", "no id"),
        ("function = 'rate'", "", "no function"),
        ("{ value = '1' }", "{}", "expects nothing"),
        ("why", "whi", "unknown key whi"),
        ("'2023-05-01' }", "1.5 }", "floating-point"),
    ] {
        let refusal = file::read("b", "2023-01-01", None, &good.replacen(change, to, 1)).unwrap_err();
        assert!(refusal.contains(reason), "{change}: {refusal}");
    }
    // A month before the folder's law version, and one after it ended.
    let misplaced = good.replace("date =", "period =");
    assert!(file::read("b", "2024-01-01", None, &misplaced).unwrap_err().contains("not of the law version"));
    assert!(file::read("b", "2022-01-01", Some("2023-05-01"), &misplaced).is_err());
}

/// The examples that were collected: each is a case of its id (or cases of its id, a point and a word), or stands with the
/// reason in `tests/cases/examples_not_covered.toml`.
#[test]
fn every_published_example_is_a_case_or_has_its_reason() {
    let text = std::fs::read_to_string(root().join("examples_not_covered.toml")).unwrap();
    let reasons: toml::Table = toml::from_str(&text).unwrap();
    assert!(reasons.values().all(|reason| reason.as_str().is_some_and(|text| text.len() > 20)));
    let cases: Vec<Case> = file::benefits(&root())
        .iter()
        .filter(|folder| !folder.ends_with(HARNESS) && !folder.ends_with(RATES))
        .flat_map(|folder| file::cases(folder).unwrap())
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/examples.jsonl");
    let Ok(examples) = std::fs::read_to_string(&path) else {
        println!("skipped: the collected examples are not there");
        return;
    };
    let mut covered = 0;
    let mut wrong = Vec::new();
    let mut known = Vec::new();
    for line in examples.lines() {
        let example: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = example["id"].as_str().unwrap().to_owned();
        let is_case = cases.iter().any(|case| {
            case.id.strip_prefix(&id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        covered += usize::from(is_case);
        if is_case == reasons.contains_key(&id) {
            wrong.push(format!("{id}: {}", if is_case { "a case and a reason" } else { "neither" }));
        }
        known.push(id);
    }
    wrong.extend(reasons.keys().filter(|id| !known.contains(id)).map(|id| format!("{id}: no such example")));
    println!("{covered} of {} published examples are cases", known.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
