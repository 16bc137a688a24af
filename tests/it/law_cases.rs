//! Every published case of `tests/cases/<benefit>/*.toml` against the benefit's plain function.

use std::fs;
use std::path::Path;

use advisql_udfs::benefits::kontanthjaelp::{Assessment, Facts, Family, Income, assess};
use advisql_udfs::law::{Rates, day, money};
use toml::{Table, Value};

/// Every `[[case]]` of one benefit, with the file it stands in.
fn cases(benefit: &str) -> Vec<(String, Table)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(benefit);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let content: Table = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for case in content["case"].as_array().unwrap() {
            all.push((
                file.file_name().unwrap().to_string_lossy().into_owned(),
                case.as_table().unwrap().clone(),
            ));
        }
    }
    all
}

fn oere(value: &Value) -> i64 {
    money::oere_of_amount(money::parse_amount(value.as_str().unwrap()).unwrap()).unwrap()
}

/// The facts of a case; income that a case does not name is none, a person it does not call a spouse is single.
fn facts(case: &Table) -> Facts {
    let given = case["facts"].as_table().unwrap();
    let fact = |name: &str| given.get(name).map(|v| v.as_bool().unwrap());
    let amount = |name: &str| given.get(name).map(oere);
    let date = |name: &str| day::parse(case[name].as_str().unwrap());
    let known = [
        "provider",
        "extra_child_allowance",
        "single",
        "lives_with_parent",
        "partner_on_assistance",
        "pregnant_past_week_12",
        "severe_mental_illness",
        "vocational_education",
        "activity_ready",
        "residence_requirement_met",
        "employment_requirement_met",
        "work_income",
        "work_hours",
        "other_income",
        "spouse_work_income",
        "spouse_work_hours",
        "spouse_other_income",
        "spouse_help",
    ];
    for name in given.keys() {
        assert!(known.contains(&name.as_str()), "{}: unknown fact {name}", case["id"]);
    }
    Facts {
        period: date("period"),
        birth_date: date("birth_date"),
        family: Family {
            provider: fact("provider"),
            extra_child_allowance: fact("extra_child_allowance"),
            single: fact("single").or(Some(true)),
            lives_with_parent: fact("lives_with_parent"),
            partner_on_assistance: fact("partner_on_assistance"),
            pregnant_past_week_12: fact("pregnant_past_week_12"),
            severe_mental_illness: fact("severe_mental_illness"),
            vocational_education: fact("vocational_education"),
            activity_ready: fact("activity_ready"),
            residence_requirement_met: fact("residence_requirement_met"),
            employment_requirement_met: fact("employment_requirement_met"),
        },
        own: Income {
            work: amount("work_income").or(Some(0)),
            hours: amount("work_hours"),
            other: amount("other_income").or(Some(0)),
        },
        spouse: Income {
            work: amount("spouse_work_income"),
            hours: amount("spouse_work_hours"),
            other: amount("spouse_other_income"),
        },
        spouse_help: amount("spouse_help"),
    }
}

fn step(result: &Assessment, name: &str) -> Option<i64> {
    match name {
        "base_rate" => result.base_rate,
        "supplement" => result.supplement,
        "income_deduction" => result.income_deduction,
        "spouse_deduction" => result.spouse_deduction,
        "gross" => result.gross,
        "income" => result.income,
        "disregard" => result.disregard,
        other => panic!("there is no step {other}"),
    }
}

#[test]
fn published_cases_of_kontanthjaelp() {
    let rates = Rates::shipped().unwrap();
    let mut wrong = Vec::new();
    let all = cases("kontanthjaelp");
    for (file, case) in &all {
        assert!(case["source"].as_str().is_some_and(|s| s.starts_with("http")), "{}: no source", case["id"]);
        let result = assess(&facts(case), &rates);
        for (name, value) in case["expected"].as_table().unwrap() {
            let got = step(&result, name);
            if got != Some(oere(value)) {
                wrong.push(format!(
                    "{file} {}: {name} {value}, got {got:?} øre; missing: {}",
                    case["id"], result.missing
                ));
            }
        }
    }
    println!("kontanthjaelp: {} cases, {} wrong", all.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.len() >= 140, "{} cases", all.len());
}
