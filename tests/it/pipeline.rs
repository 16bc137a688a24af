//! The month-end from end to end: what is paid, what is withheld, what refuses it, and the ledger.

use advisql::Error;
use advisql::pipeline::{self, RunStatus};
use advisql::store::AsOf;
use serde_json::{Value, json};

use crate::pipeline_fixture::*;

const PAYMENTS: &str = "SELECT case_id, gross, status, status_reason FROM payments ORDER BY case_id";

#[tokio::test]
async fn a_plain_month_is_paid_and_recorded() {
    let store = store(&two_citizens()).await;
    let run = run(&store, &v1(), false).await;
    assert_eq!(run.report.status, RunStatus::Published, "{:?}", run.report);
    assert_eq!(
        query(&store, PAYMENTS).await,
        [["11", PROVIDER_RATE, "requested", "-"], ["12", PROVIDER_RATE, "requested", "-"]]
    );
    let rest = "SELECT payment_id, run_id = '{id}', person_id, net, pay_on, length(fingerprint) FROM payments \
                ORDER BY payment_id LIMIT 1";
    assert_eq!(
        query(&store, &rest.replace("{id}", &run.report.run_id)).await,
        [["2023050000000011", "true", "1", "-", "2023-05-31", "64"]]
    );
    assert_eq!(
        query(
            &store,
            "SELECT base_rate + supplement + income_deduction + spouse_deduction - gross, missing FROM \
                       calculations"
        )
        .await,
        [["0.00", "-"], ["0.00", "-"]]
    );
    let sums = &run.report.sums;
    assert_eq!(sums.len(), 1, "{sums:?}");
    assert_eq!(
        (sums[0].outcome.as_str(), sums[0].cases, sums[0].gross_oere),
        ("requested", 2, Some(3_174_800))
    );
    assert!(run.report.run_id.starts_with("month_end-2023-05-"));
    let recorded = query(&store, "SELECT run_id, status, commit FROM sys.runs").await;
    assert_eq!(recorded, [[run.report.run_id.clone(), "published".into(), run.commit.to_string()]]);
    assert_eq!(
        query(&store, "SELECT output, rows FROM sys.steps WHERE published ORDER BY ordinal").await,
        [["calculations", "2"], ["payments", "2"], ["tasks", "0"]]
    );
    let read = query(&store, "SELECT input FROM sys.lineage WHERE output = 'income' ORDER BY input").await;
    assert_eq!(read, [["incomes"], ["run.facts_in_force"], ["run.grants"]]);
    let tests = query(
        &store,
        "SELECT stage, count(*) FROM sys.checks WHERE passed AND ordinal = 0 GROUP BY stage \
                               ORDER BY stage",
    )
    .await;
    assert_eq!(tests, [["check", "6"], ["gate", "3"]]);
}

/// Each fault withholds its own case, and only that one.
#[tokio::test]
async fn what_is_not_certain_is_withheld_with_its_reason() {
    let dead = json!({ "status": "90", "valid_from": "2023-04-20", "registered_at": "2023-04-25T00:00:00Z" });
    let until = |day: &str| json!({ "valid_to": day, "registered_at": "2023-04-25T00:00:00Z" });
    type Fault<'a> = (&'a str, Vec<Value>, Vec<Value>, Vec<Value>);
    let faults: Vec<Fault> = vec![
        ("-", vec![person(3, json!({}))], vec![case(3, 3, json!({}))], vec![facts(3, json!({}))]),
        ("person_unknown", vec![], vec![case(4, 4, json!({}))], vec![facts(4, json!({}))]),
        (
            "overlapping_person_rows",
            vec![person(5, json!({})), person(5, json!({ "valid_from": "2000-01-01" }))],
            vec![case(5, 5, json!({}))],
            vec![facts(5, json!({}))],
        ),
        (
            "dead",
            vec![person(6, json!({})), person(6, until("2023-04-20")), person(6, dead)],
            vec![case(6, 6, json!({}))],
            vec![facts(6, json!({}))],
        ),
        (
            "not_resident",
            vec![person(7, json!({ "status": "80" }))],
            vec![case(7, 7, json!({}))],
            vec![facts(7, json!({}))],
        ),
        (
            "cpr_invalid",
            vec![person(8, json!({ "cpr": "9913801234" }))],
            vec![case(8, 8, json!({}))],
            vec![facts(8, json!({}))],
        ),
        (
            "part_month",
            vec![person(9, json!({}))],
            vec![case(9, 9, json!({ "granted_from": "2023-05-10" }))],
            vec![facts(9, json!({}))],
        ),
        ("facts_missing", vec![person(10, json!({}))], vec![case(10, 10, json!({}))], vec![]),
        (
            "overlapping_facts",
            vec![person(11, json!({}))],
            vec![case(11, 11, json!({}))],
            vec![facts(11, json!({})), facts(11, json!({ "valid_from": "2023-04-01" }))],
        ),
        (
            "overlapping_facts",
            vec![person(12, json!({}))],
            vec![case(12, 12, json!({}))],
            vec![
                facts(12, json!({})),
                facts(12, json!({ "valid_from": "2023-05-10", "valid_to": "2023-05-20" })),
            ],
        ),
        (
            "calculation_incomplete",
            vec![person(13, json!({}))],
            vec![case(13, 13, json!({}))],
            vec![facts(13, json!({ "provider": null }))],
        ),
        (
            "missing_payslip",
            vec![person(14, json!({}))],
            vec![case(14, 14, json!({}))],
            vec![facts(14, json!({ "supplementary": true, "payslip_received_for": "2023-04-01" }))],
        ),
        (
            "-",
            vec![person(15, json!({}))],
            vec![case(15, 15, json!({}))],
            vec![facts(15, json!({ "supplementary": true, "payslip_received_for": "2023-05-01" }))],
        ),
        (
            "double_grant",
            vec![person(16, json!({}))],
            vec![case(1, 16, json!({})), case(16, 16, json!({}))],
            vec![facts(1, json!({})), facts(16, json!({}))],
        ),
    ];
    let (mut persons, mut cases, mut all_facts, mut wanted) = (vec![], vec![], vec![], vec![]);
    for (reason, p, c, f) in faults {
        let id = c.last().unwrap()["case_id"].to_string();
        wanted.push((id.parse::<i64>().unwrap(), reason.to_owned()));
        persons.extend(p);
        cases.extend(c);
        all_facts.extend(f);
    }
    wanted.push((1, "-".into()));
    wanted.sort();
    let store = store(&[("persons", persons), ("cases", cases), ("case_facts", all_facts)]).await;
    let run = run(&store, &v1(), false).await;
    assert_eq!(run.report.status, RunStatus::Published, "{:?}", run.report.failed().collect::<Vec<_>>());
    let got: Vec<(i64, String)> = query(&store, PAYMENTS)
        .await
        .into_iter()
        .map(|row| {
            assert_eq!(row[2] == "requested", row[3] == "-", "{row:?}");
            (row[0].parse().unwrap(), row[3].clone())
        })
        .collect();
    assert_eq!(got, wanted);
    let unknown = "SELECT count(*) FROM payments WHERE gross IS NULL AND status <> 'withheld'";
    assert_eq!(query(&store, unknown).await, [["0"]]);
    let missing = "SELECT missing FROM calculations WHERE case_id IN (9, 10, 13) ORDER BY case_id";
    let missing = query(&store, missing).await;
    assert_eq!(missing[0], ["part_month"]);
    assert_eq!(missing[1], ["facts_missing"]);
    assert!(missing[2][0].contains("provider"), "{missing:?}");
}

#[tokio::test]
async fn only_grants_of_the_month_in_their_newest_registration_count() {
    let newer = "2023-04-01T10:00:00Z";
    let cases = vec![
        case(1, 1, json!({})),
        case(2, 1, json!({ "benefit": "sygedagpenge" })),
        case(3, 3, json!({ "granted_from": "2023-06-01" })),
        case(4, 4, json!({})),
        case(4, 4, json!({ "status": "stopped", "stopped_from": "2023-05-01", "registered_at": newer })),
        case(5, 5, json!({ "status": "applied", "granted_from": null })),
        case(6, 6, json!({ "status": "refused" })),
        case(7, 7, json!({})),
        case(7, 7, json!({ "status": "closed", "stopped_from": "2023-06-01", "registered_at": newer })),
    ];
    let persons = (1..=7).map(|id| person(id, json!({}))).collect();
    let facts = (1..=7).map(|id| facts(id, json!({}))).collect();
    let store = store(&[("persons", persons), ("cases", cases), ("case_facts", facts)]).await;
    let run = run(&store, &v1(), false).await;
    let paid: Vec<String> = query(&store, PAYMENTS).await.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(paid, ["1", "7"]);
    let uncovered = run.report.sums.iter().find(|s| s.outcome == "not_covered").unwrap();
    assert_eq!(
        (uncovered.benefit.as_str(), uncovered.cases, uncovered.gross_oere),
        ("sygedagpenge", 1, None)
    );
}

#[tokio::test]
async fn income_of_the_month_is_counted_net_of_corrections_and_reversals() {
    let store = store(&two_citizens()).await;
    let later = |kind: &str, at: &str| json!({ "kind": kind, "registered_at": at });
    deliver(
        &store,
        &[(
            "incomes",
            vec![
                income(1, "unemployment_benefit", "5000.00", json!({})),
                income(1, "unemployment_benefit", "-200.50", later("correction", "2023-06-06T00:00:00Z")),
                income(1, "pension", "900.00", json!({ "se_number": "10000002" })),
                income(1, "pension", "-900.00", later("reversal", "2023-06-07T00:00:00Z")),
                income(1, "pension", "7000.00", json!({ "period": "2023-04-01" })),
                income(3, "pension", "8000.00", json!({})),
            ],
        )],
    )
    .await;
    run(&store, &v1(), false).await;
    // 15 874.00 − (5 000.00 − 200.50)
    assert_eq!(
        query(&store, PAYMENTS).await,
        [["11", "11074.50", "requested", "-"], ["12", PROVIDER_RATE, "requested", "-"]]
    );
    let facts = query(&store, "SELECT facts_used FROM calculations WHERE case_id = 11").await;
    let facts: Value = serde_json::from_str(&facts[0][0]).unwrap();
    assert_eq!(facts["other_income"].to_string(), "4799.5");
    assert_eq!(facts["work_income"].as_f64(), Some(0.0));
}

#[tokio::test]
async fn a_case_with_nothing_to_pay_has_a_calculation_and_no_payment() {
    let store = store(&two_citizens()).await;
    deliver(&store, &[("incomes", vec![income(1, "pension", "40000.00", json!({}))])]).await;
    let run = run(&store, &v1(), false).await;
    assert_eq!(query(&store, PAYMENTS).await, [["12", PROVIDER_RATE, "requested", "-"]]);
    assert_eq!(query(&store, "SELECT gross FROM calculations WHERE case_id = 11").await, [["0.00"]]);
    assert!(run.report.sums.iter().any(|s| s.outcome == "nothing_to_pay" && s.cases == 1));
}

/// Runs that must be refused by exactly `test`, with evidence and nothing else left behind.
async fn refused(store: &advisql::store::Store, version: &pipeline::Version, test: &str) {
    let before = store.snapshot(AsOf::Latest).await.unwrap();
    let run = run(store, version, false).await;
    assert_eq!(run.report.status, RunStatus::Refused, "{test}");
    let failed: Vec<&str> = run.report.failed().map(|t| t.name.as_str()).collect();
    assert!(failed.contains(&test), "{test} did not fire, but {failed:?} did");
    let evidence = format!(
        "SELECT passed, rows > 0, detail IS NOT NULL FROM sys.checks WHERE check_name = '{test}' AND run_id = '{}' \
         ORDER BY ordinal",
        run.report.run_id
    );
    let evidence = query(store, &evidence).await;
    assert!(
        evidence.len() >= 2 && evidence.iter().all(|row| row == &["false", "true", "true"]),
        "{evidence:?}"
    );
    let after = store.snapshot(AsOf::Latest).await.unwrap();
    assert_eq!(before.marks, after.marks);
    for table in ["payments", "calculations", "tasks"] {
        assert_eq!(before.tables.get(table), after.tables.get(table));
    }
}

#[tokio::test]
async fn gates_refuse_a_month_that_cannot_be_run() {
    use advisql::store::Store;
    let no_income =
        Store::on(std::sync::Arc::new(object_store::memory::InMemory::new()), "memory://empty").await;
    let no_income = no_income.unwrap();
    deliver(&no_income, &two_citizens()).await;
    refused(&no_income, &v1(), "income_not_delivered").await;

    let paid = store(&two_citizens()).await;
    assert_eq!(run(&paid, &v1(), false).await.report.status, RunStatus::Published);
    let receipt = json!({ "payment_id": 2_023_050_000_000_011_i64, "answer_code": "ok", "answered_at": "2023-06-01T08:00:00Z" });
    deliver(&paid, &[("payment_receipts", vec![receipt])]).await;
    refused(&paid, &v1(), "month_already_paid").await;

    let beyond = store(&two_citizens()).await;
    deliver(&beyond, &[("incomes", vec![income(1, "wage", "1.00", json!({ "period": "2190-05-01" }))])])
        .await;
    let later = pipeline::RunOptions { period: "2190-05-01".parse().unwrap(), ..options(false) };
    let run = pipeline::run_version(builder(&beyond), &v1(), &later, &mut |_| {}).await.unwrap();
    let failed: Vec<&str> = run.report.failed().map(|t| t.name.as_str()).collect();
    assert_eq!(failed, ["law_unknown"]);
    assert!(run.report.steps.is_empty() && run.report.checks.is_empty());
}

#[tokio::test]
async fn checks_stop_what_a_mistake_in_the_sql_would_pay() {
    let mut tables = two_citizens();
    let dead = json!({ "status": "90", "valid_from": "2023-04-20", "registered_at": "2023-04-25T00:00:00Z" });
    let ends = json!({ "valid_to": "2023-04-20", "registered_at": "2023-04-25T00:00:00Z" });
    tables[0].1.extend([person(3, json!({})), person(3, ends), person(3, dead)]);
    tables[1].1.extend([case(13, 3, json!({})), case(22, 2, json!({}))]);
    tables[2].1.extend([facts(13, json!({})), facts(22, json!({}))]);
    let store = store(&tables).await;
    let assessed = "08_assessed.sql";
    type Mistake<'a> = (&'a str, Vec<(&'a str, &'a str, &'a str)>);
    let mistakes: [Mistake; 6] = [
        ("double_payment", vec![(assessed, "double_grants.oldest_case_id <> grants.case_id", "false")]),
        (
            "payment_after_death",
            vec![
                (assessed, "WHEN persons.dead", "WHEN false"),
                (assessed, "WHEN NOT persons.resident", "WHEN false"),
            ],
        ),
        (
            "sum_of_steps",
            vec![("10_payments.sql", "    result['gross'] AS gross", "    result['gross'] + 1 AS gross")],
        ),
        (
            "amount_outside_rate",
            vec![("09_calculations.sql", "result['gross'] AS gross", "-result['gross'] AS gross")],
        ),
        (
            "grant_without_calculation",
            vec![("09_calculations.sql", "FROM run.assessed", "FROM run.assessed WHERE case_id <> 11")],
        ),
        (
            "withheld_without_task",
            vec![("11_tasks.sql", "payments.status = 'withheld'", "payments.case_id <> 22")],
        ),
    ];
    for (check, changes) in mistakes {
        refused(&store, &broken(&changes), check).await;
    }
    assert_eq!(run(&store, &v1(), false).await.report.status, RunStatus::Published);
}

#[tokio::test]
async fn a_step_that_gives_two_rows_for_a_key_stops_the_run() {
    let store = store(&two_citizens()).await;
    let doubled = broken(&[(
        "09_calculations.sql",
        "FROM run.assessed",
        "FROM run.assessed CROSS JOIN (VALUES (1), (2)) AS v(x)",
    )]);
    let error =
        pipeline::run_version(builder(&store), &doubled, &options(false), &mut |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("calculations: 2 values of its key (case_id)"), "{error}");
}

#[tokio::test]
async fn a_simulation_changes_nothing_that_counts() {
    let store = store(&two_citizens()).await;
    let simulated = run(&store, &v1(), true).await;
    assert_eq!(simulated.report.status, RunStatus::Simulated);
    assert_eq!(query(&store, PAYMENTS).await, Vec::<Vec<String>>::new());
    let rows = query(&store, "SELECT count(*), sum(gross) FROM simulated.payments").await;
    assert_eq!(rows, [["2", "31748.00"]]);
    let published = run(&store, &v1(), false).await;
    assert_eq!(published.report.replaces, None);
    let same =
        pipeline::diff(builder(&store), &simulated.report.run_id, &published.report.run_id).await.unwrap();
    assert_eq!(table(&same), Vec::<Vec<String>>::new());
    // A second simulation replaces the first.
    run(&store, &v1(), true).await;
    assert_eq!(query(&store, "SELECT count(*) FROM simulated.payments").await, [["2"]]);
}

#[tokio::test]
async fn a_rerun_replaces_and_a_withdrawal_takes_back() {
    let store = store(&two_citizens()).await;
    let first = run(&store, &v1(), false).await;
    deliver(&store, &[("incomes", vec![income(1, "pension", "874.00", json!({}))])]).await;
    let second = run(&store, &v1(), false).await;
    assert_eq!(second.report.replaces.as_ref(), Some(&first.report.run_id));
    assert_ne!(second.report.run_id, first.report.run_id);
    assert_eq!(
        query(&store, PAYMENTS).await,
        [["11", "15000.00", "requested", "-"], ["12", PROVIDER_RATE, "requested", "-"]]
    );
    let changed = pipeline::diff(builder(&store), &first.report.run_id, &second.report.run_id).await.unwrap();
    let changed = table(&changed);
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0][..6], ["11", "1", "kontanthjaelp", PROVIDER_RATE, "15000.00", "-874.00"]);

    let why = "wrong delivery of pensions";
    assert!(matches!(
        pipeline::withdraw(&store, &first.report.run_id, why, "ada").await,
        Err(Error::Usage(_))
    ));
    assert!(matches!(
        pipeline::withdraw(&store, &second.report.run_id, " ", "ada").await,
        Err(Error::Usage(_))
    ));
    pipeline::withdraw(&store, &second.report.run_id, why, "ada").await.unwrap();
    assert_eq!(query(&store, "SELECT count(*) FROM payments").await, [["0"]]);
    assert!(matches!(
        pipeline::withdraw(&store, &second.report.run_id, why, "ada").await,
        Err(Error::Usage(_))
    ));
    let states: Vec<_> = pipeline::runs(&store).await.unwrap().iter().map(|r| r.state()).collect();
    assert_eq!(states, ["replaced", "withdrawn"]);
    assert_eq!(
        query(&store, "SELECT withdrawn_by, withdrawn_why FROM sys.runs WHERE status = 'withdrawn'").await,
        [["ada", why]]
    );
    let then = builder(&store).as_of(AsOf::Commit(first.commit)).build().await.unwrap();
    let then = table(&then.sql("SELECT sum(gross) FROM payments").await.unwrap().collect().await.unwrap());
    assert_eq!(then, [["31748.00"]]);
    // The month can be run anew.
    assert_eq!(run(&store, &v1(), false).await.report.replaces, None);
}

#[tokio::test]
async fn a_replay_gives_the_same_bytes_with_any_number_of_threads() {
    let store = store(&two_citizens()).await;
    let made = run(&store, &v1(), false).await;
    deliver(&store, &[("incomes", vec![income(1, "pension", "874.00", json!({}))])]).await;
    for threads in [1, 2, 5] {
        let replay = pipeline::replay(builder(&store).threads(threads), &made.report.run_id, &mut |_| {})
            .await
            .unwrap();
        assert!(replay.is_same(), "{threads} threads: {replay:?}");
        assert_eq!(replay.tables.keys().collect::<Vec<_>>(), ["calculations", "payments", "tasks"]);
    }
    assert_eq!(pipeline::runs(&store).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_runs_at_once_one_counts() {
    let store = store(&two_citizens()).await;
    let (version, options) = (v1(), options(false));
    let (mut quiet, mut silent) = (|_: pipeline::Progress<'_>| {}, |_: pipeline::Progress<'_>| {});
    let (a, b) = tokio::join!(
        pipeline::run_version(builder(&store), &version, &options, &mut quiet),
        pipeline::run_version(builder(&store), &version, &options, &mut silent),
    );
    for lost in [&a, &b].into_iter().filter_map(|r| r.as_ref().err()) {
        assert!(matches!(lost, Error::Conflict(_)), "{lost}");
    }
    assert!(a.is_ok() || b.is_ok());
    assert_eq!(query(&store, "SELECT count(*) FROM payments").await, [["2"]]);
}

#[tokio::test]
async fn wrong_use_is_said() {
    let store = store(&two_citizens()).await;
    let ask = async |change: fn(&mut pipeline::RunOptions)| {
        let mut asked = options(false);
        change(&mut asked);
        pipeline::run(builder(&store), &asked, &mut |_| {}).await.unwrap_err().to_string()
    };
    assert!(ask(|o| o.period = "2023-05-02".parse().unwrap()).await.contains("first day"));
    assert!(ask(|o| o.period = "2013-05-01".parse().unwrap()).await.contains("from 2014-01"));
    assert!(ask(|o| o.pipeline = "year_end".into()).await.contains("there is month_end v1"));
    let without = pipeline::run(advisql::EngineBuilder::new(), &options(false), &mut |_| {}).await;
    assert!(matches!(without, Err(Error::Usage(_))));
    assert!(matches!(pipeline::show(&store, "nothing").await, Err(Error::Usage(_))));
}

#[tokio::test]
async fn a_payment_is_explained() {
    let store = store(&two_citizens()).await;
    deliver(&store, &[("incomes", vec![income(1, "pension", "874.00", json!({}))])]).await;
    run(&store, &v1(), false).await;
    let engine = engine(&store).await;
    let explained = pipeline::explain(&engine, 2_023_050_000_000_011).await.unwrap();
    assert_eq!(explained.payment.num_rows(), 1);
    assert_eq!(explained.facts["provider"], json!(true));
    let payment = table(std::slice::from_ref(&explained.payment));
    let danish = &payment[0][explained.payment.schema().index_of("explanation_da").unwrap()];
    for part in ["Kontanthjælp: 15.000 kr.", "LAS § 25, stk. 2, nr. 1", "\u{2212}874 kr. (LAS § 30, stk. 1)"]
    {
        assert!(danish.contains(part), "{part}: {danish}");
    }
    let rates = table(&explained.rates);
    assert!(rates.iter().any(|r| r[1] == "age_30_plus_provider" && r[4].contains("§ 25")), "{rates:?}");
    let incomes = table(&explained.incomes);
    assert_eq!((incomes.len(), incomes[0][6].as_str()), (1, "874.00"));
    assert!(matches!(pipeline::explain(&engine, 1).await, Err(Error::Usage(_))));
}
