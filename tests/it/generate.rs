//! The generator: the same bytes on any number of threads, people as the statistics have them, nothing that points
//! nowhere, and planted faults that really are where their truth says.

use std::collections::BTreeMap;

use advisql::generate::{GenerateOptions, GenerateReport, generate};
use advisql::store::{AsOf, Store};
use chrono::NaiveDate;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::prelude::{ParquetReadOptions, SessionContext};

fn options(citizens: u64, municipalities: &[&str]) -> GenerateOptions {
    GenerateOptions {
        citizens,
        months: 24,
        last_month: NaiveDate::from_ymd_opt(2022, 12, 1).unwrap(),
        seed: 7,
        municipalities: municipalities.iter().map(|&m| m.to_owned()).collect(),
        threads: Some(2),
        by: "test".to_owned(),
    }
}

/// A generated store with its tables in a session of its own.
struct Generated {
    _dir: tempfile::TempDir,
    report: GenerateReport,
    files: BTreeMap<String, Vec<String>>,
    context: SessionContext,
}

impl Generated {
    async fn new(options: &GenerateOptions) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("store");
        let store = Store::init(root.to_str().unwrap(), "test").await.unwrap();
        let report = generate(&store, options, &|_, _, _| {}).await.unwrap();
        let snapshot = store.snapshot(AsOf::Latest).await.unwrap();
        let context = SessionContext::new();
        let mut files = BTreeMap::new();
        for (table, list) in &snapshot.tables {
            let paths: Vec<String> = list.iter().map(|f| f.path.clone()).collect();
            let full: Vec<String> = paths.iter().map(|p| root.join(p).to_str().unwrap().to_owned()).collect();
            if !full.is_empty() {
                let frame = context.read_parquet(full, ParquetReadOptions::default()).await.unwrap();
                context.register_table(table.as_str(), frame.into_view()).unwrap();
            }
            files.insert(table.clone(), paths);
        }
        Generated { _dir: dir, report, files, context }
    }

    async fn number(&self, query: &str) -> i64 {
        let batches = self.context.sql(query).await.unwrap().collect().await.unwrap();
        let batch = batches.iter().find(|b| b.num_rows() > 0).unwrap();
        batch.column(0).as_primitive::<Int64Type>().value(0)
    }

    /// Pairs of a text and a number.
    async fn shares(&self, query: &str) -> BTreeMap<String, f64> {
        let query = format!("select cast(k as varchar) k, cast(v as double) v from ({query})");
        let mut shares = BTreeMap::new();
        for batch in self.context.sql(&query).await.unwrap().collect().await.unwrap() {
            let keys = datafusion::arrow::compute::cast(
                batch.column(0),
                &datafusion::arrow::datatypes::DataType::Utf8,
            );
            let keys = keys.unwrap();
            for row in 0..batch.num_rows() {
                let value = batch.column(1).as_primitive::<Float64Type>().value(row);
                shares.insert(keys.as_string::<i32>().value(row).to_owned(), value);
            }
        }
        shares
    }

    /// Each query counts rows that must not be.
    async fn none(&self, queries: &[(&str, &str)]) {
        for (what, query) in queries {
            assert_eq!(self.number(&format!("select count(*) from ({query})")).await, 0, "{what}");
        }
    }
}

fn statistic(file: &str, key: &str, value: &str) -> BTreeMap<String, f64> {
    let path = format!("{}/datasets/statistics/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (key, value) = (column(key), column(value));
    reader.records().map(|r| r.unwrap()).map(|r| (r[key].to_owned(), r[value].parse().unwrap())).collect()
}

/// Notes a figure that is too far from the published one, so that a failing test shows all of them.
fn near(off: &mut Vec<String>, what: &str, found: Option<&f64>, expected: f64, tolerance: f64) {
    let found = found.copied().unwrap_or(f64::NAN);
    // A missing figure is near nothing.
    if found.is_nan() || (found - expected).abs() > tolerance {
        off.push(format!("{what}: found {found:.4}, expected {expected:.4} ± {tolerance:.4}"));
    }
}

#[tokio::test]
async fn same_seed_same_bytes_on_any_number_of_threads() {
    let mut options = options(9_000, &[]);
    options.threads = Some(1);
    let one = Generated::new(&options).await;
    for threads in [2, 5] {
        options.threads = Some(threads);
        let other = Generated::new(&options).await;
        assert_eq!(one.files, other.files, "{threads} threads");
        assert_eq!(one.report.tables, other.report.tables);
    }
    options.seed += 1;
    let other = Generated::new(&options).await;
    assert_ne!(one.files["persons"], other.files["persons"]);
    assert_eq!(one.files["incomes"].len(), 24);
}

#[tokio::test]
async fn nothing_points_nowhere_and_time_runs_forwards() {
    let g = Generated::new(&options(12_000, &[])).await;
    assert_eq!(g.number("select count(distinct person_id) from persons").await, 12_000);
    assert_eq!(g.number("select max(person_id) from persons").await, 12_000);
    for table in
        ["residences", "relations", "civil_statuses", "incomes", "tax_cards", "cases", "advis", "tasks"]
    {
        let query =
            format!("select person_id from {table} where person_id not in (select person_id from persons)");
        g.none(&[(table, &query)]).await;
    }
    g.none(&[
        ("relations", "select 1 from relations where related_person_id not in (select person_id from persons)"),
        ("facts without case", "select 1 from case_facts where case_id not in (select case_id from cases)"),
        ("decisions without case", "select 1 from decisions where case_id not in (select case_id from cases)"),
        ("advis of unknown case", "select 1 from advis where case_id not in (select case_id from cases)"),
        ("advis of another's case",
         "select 1 from advis a join (select distinct case_id, person_id from cases) c using (case_id) where a.person_id <> c.person_id"),
        ("status of unknown advis", "select 1 from advis_status where advis_id not in (select advis_id from advis)"),
        ("advis without status", "select 1 from advis where advis_id not in (select advis_id from advis_status)"),
        ("task of unknown advis", "select 1 from tasks where advis_id not in (select advis_id from advis)"),
        ("task status", "select 1 from task_status where task_id not in (select task_id from tasks)"),
        ("owner", "select 1 from cases where owner_id is null or owner_id not in (select caseworker_id from caseworkers)"),
        ("caseworker", "select 1 from advis_status where caseworker_id not in (select caseworker_id from caseworkers)"),
        ("spouses are mutual",
         "select person_id, related_person_id from relations where relation = 'spouse'
          except select related_person_id, person_id from relations where relation = 'spouse'"),
        ("every child has its parent",
         "select person_id, related_person_id from relations where relation = 'child'
          except select related_person_id, person_id from relations where relation = 'parent'"),
        ("empty periods", "select 1 from persons where valid_to <= valid_from
          union all select 1 from residences where valid_to <= valid_from
          union all select 1 from civil_statuses where valid_to <= valid_from
          union all select 1 from relations where valid_to <= valid_from
          union all select 1 from case_facts where valid_to <= valid_from
          union all select 1 from incomes where pay_to <= pay_from"),
        ("known before it happened",
         "select 1 from persons where registered_at < cast(valid_from as timestamp)
          union all select 1 from residences where registered_at < cast(valid_from as timestamp)
          union all select 1 from incomes where registered_at < cast(available_on as timestamp)
          union all select 1 from advis where created_at < cast(event_date as timestamp)
          union all select 1 from cases where registered_at < cast(received_on as timestamp)"),
        ("known after the data ends",
         "select 1 from persons where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from residences where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from incomes where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from cases where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from case_facts where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from decisions where registered_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from advis_status where changed_at >= timestamp '2023-01-01T00:00:00'
          union all select 1 from task_status where changed_at >= timestamp '2023-01-01T00:00:00'"),
        ("work on a weekend or holiday",
         "select 1 from (select changed_at d from advis_status union all select changed_at from task_status
                         union all select registered_at from cases union all select registered_at from decisions)
          where extract(dow from d) in (0, 6)
             or cast(d as date) in (date '2022-04-15', date '2022-04-18', date '2022-05-26', date '2022-12-26')"),
        ("a status twice, or not in order",
         "select 1 from (select advis_id, status, changed_at, caseworker_id,
                           lag(status) over (partition by advis_id order by changed_at) before,
                           lag(changed_at) over (partition by advis_id order by changed_at) earlier from advis_status)
          where (before is null and status <> 'new') or changed_at = earlier
             or (before = 'new' and status not in ('in_progress', 'cancelled'))
             or (before = 'in_progress' and status <> 'done') or (before = 'done' and status <> 'in_progress')
             or before = 'cancelled' or (status <> 'new' and caseworker_id is null)"),
        ("a case granted before it was received, or stopped before it was granted",
         "select 1 from cases where decided_on < received_on or stopped_from < granted_from or closed_on < decided_on"),
        ("income key twice",
         "select person_id, period, income_group, se_number, pay_from, kind, registered_at from incomes
          group by 1, 2, 3, 4, 5, 6, 7 having count(*) > 1"),
        ("double keys of registers",
         "select person_id from persons group by person_id, valid_from, registered_at having count(*) > 1
          union all select person_id from residences group by person_id, valid_from, registered_at having count(*) > 1
          union all select case_id from cases group by case_id, registered_at having count(*) > 1
          union all select case_id from case_facts group by case_id, valid_from, registered_at having count(*) > 1"),
    ])
    .await;
    // Codes are those of the law tables.
    let types = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/event_types.csv");
    if std::path::Path::new(types).exists() {
        let frame = g.context.read_csv(types, Default::default()).await.unwrap();
        g.context.register_table("event_types", frame.into_view()).unwrap();
        let query = "select distinct event_code, source_group from advis
                     except select cast(code as varchar), cast(source_group as varchar) from event_types";
        g.none(&[("event types", query)]).await;
    }
}

/// Latest version of each row.
const PERSONS: &str = "(select * from (select *, row_number() over (partition by person_id, valid_from order by registered_at desc) n from persons) where n = 1)";

#[tokio::test]
async fn every_cpr_is_a_replacement_number_of_its_birth_date_but_the_planted_ones() {
    let g = Generated::new(&options(12_000, &[])).await;
    let wrong = "select person_id from planted_faults where fault = 'wrong_cpr'";
    g.none(&[
        ("not a replacement number", "select 1 from persons where cast(substr(cpr, 1, 1) as int) not between 6 and 9"),
        ("not ten digits", "select 1 from persons where not regexp_like(cpr, '^[0-9]{10}$')"),
        ("birth date", &format!(
            "select 1 from persons where person_id not in ({wrong}) and (
             cast(substr(cpr, 1, 2) as int) - 60 <> extract(day from birth_date)
             or cast(substr(cpr, 3, 2) as int) <> extract(month from birth_date)
             or cast(substr(cpr, 5, 2) as int) <> extract(year from birth_date) % 100)")),
        ("sex", &format!(
            "select 1 from persons where person_id not in ({wrong})
             and (cast(substr(cpr, 10, 1) as int) % 2 = 1) <> (sex = 'M')")),
        ("serial 0000", "select 1 from persons where substr(cpr, 7, 4) = '0000'"),
        ("shared", &format!(
            "select cpr from persons where person_id not in ({wrong}) group by cpr having count(distinct person_id) > 1")),
    ])
    .await;
    // The century table: seventh digit and year.
    g.none(&[("century",
        &format!("select 1 from (select cast(substr(cpr, 7, 1) as int) d, extract(year from birth_date) y from persons
                                 where person_id not in ({wrong}))
         where (d <= 3 and y not between 1900 and 1999) or (d in (4, 9) and y not between 1937 and 2036)
            or (d between 5 and 8 and y not between 2000 and 2057)"))])
    .await;
}

#[tokio::test]
async fn people_are_as_the_statistics_have_them() {
    let homes = ["0101", "0751", "0851", "0360", "0461"];
    let g = Generated::new(&options(40_000, &homes)).await;

    let mut off = Vec::new();

    // Inhabitants of the municipalities.
    let population = statistic("municipalities.csv", "municipality_code", "population_2022");
    let all: f64 = homes.iter().map(|m| population[*m]).sum();
    let found = g
        .shares(&format!(
            "select municipality_code k, count(distinct person_id) / 40000.0 v from {PERSONS}
        where valid_from <= date '2022-12-31' and valid_to > date '2022-12-31' group by 1"
        ))
        .await;
    for home in homes {
        near(&mut off, home, found.get(home), population[home] / all, 0.015);
    }

    // Ages.
    let women = statistic("population_by_age.csv", "age_from", "women");
    let men = statistic("population_by_age.csv", "age_from", "men");
    let total: f64 = women.values().chain(men.values()).sum();
    let found = g.shares("select least((2022 - extract(year from birth_date)) / 5 * 5, 85) k, count(distinct person_id) / 40000.0 v from persons group by 1").await;
    for (age, women) in &women {
        near(&mut off, &format!("age {age}"), found.get(age), (women + men[age]) / total, 0.006);
    }
    let share = g.shares("select sex k, count(distinct person_id) / 40000.0 v from persons group by 1").await;
    near(&mut off, "women", share.get("F"), women.values().sum::<f64>() / total, 0.012);

    // Civil statuses of ages 18-66.
    let found = g.shares("select s.civil_status k, count(*) * 1.0 / sum(count(*)) over () v from
        (select distinct person_id, birth_date from persons) p join
        (select * from (select *, row_number() over (partition by person_id order by valid_from desc, registered_at desc) n
                        from civil_statuses) where n = 1) s using (person_id)
        where 2022 - extract(year from birth_date) between 18 and 66 group by 1").await;
    let sum = |column| statistic("civil_status_by_age.csv", "age", column).values().sum::<f64>();
    let (never, married, widowed, divorced) =
        (sum("never_married"), sum("married"), sum("widowed"), sum("divorced"));
    let total = never + married + widowed + divorced;
    for (status, n) in
        [("unmarried", never), ("married", married), ("widowed", widowed), ("divorced", divorced)]
    {
        near(&mut off, status, found.get(status), n / total, 0.02);
    }

    // Households, by the address at the end of the data.
    let found = g
        .shares(
            "select least(n, 3) k, count(*) * 1.0 / sum(count(*)) over () v from
        (select address_id, count(distinct person_id) n from
          (select *, row_number() over (partition by person_id, valid_from order by registered_at desc) v from residences)
         where v = 1 and valid_from <= date '2022-12-31' and valid_to > date '2022-12-31' group by 1) group by 1",
        )
        .await;
    let published = statistic("national_figures.csv", "figure", "value");
    near(
        &mut off,
        "one-person households",
        found.get("1"),
        published["share_one_person_households"] / 100.0,
        0.05,
    );
    near(
        &mut off,
        "two-person households",
        found.get("2"),
        published["share_two_person_households"] / 100.0,
        0.05,
    );

    // Persons with cash benefit in the last year.
    let persons = statistic("municipalities.csv", "municipality_code", "cash_benefit_persons_2022");
    let expected: f64 = homes.iter().map(|m| persons[*m]).sum::<f64>() / all;
    let granted = "from cases where benefit in ('kontanthjaelp', 'uddannelseshjaelp') and granted_from < date '2023-01-01'
        and case_id not in (select case_id from cases where stopped_from <= date '2022-01-01')";
    let found = g.number(&format!("select count(distinct person_id) {granted}")).await as f64 / 40_000.0;
    near(&mut off, "cash benefit persons", Some(&found), expected, expected * 0.10);
    let found = g
        .shares(&format!("select municipality_code k, count(distinct person_id) v {granted} group by 1"))
        .await;
    let rate = |m: &str| found[m] / population[m];
    assert!(rate("0360") > rate("0751"), "Lolland has more cases a head than Aarhus");

    // Mean work income of people of fifteen and over in 2021.
    let income = statistic("municipalities.csv", "municipality_code", "mean_work_income_2021_dkk");
    for (home, tolerance) in [("0101", 0.06), ("0751", 0.06)] {
        let found = g
            .number(&format!(
                "select cast(sum(amount) / (select count(distinct person_id) from persons
              where municipality_code = '{home}' and birth_date < date '2006-07-01') as bigint)
            from incomes where income_group = 'wage' and period < date '2022-01-01'
              and person_id in (select person_id from persons where municipality_code = '{home}')"
            ))
            .await;
        near(
            &mut off,
            &format!("work income in {home}"),
            Some(&(found as f64)),
            income[home],
            income[home] * tolerance,
        );
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

#[tokio::test]
async fn planted_faults_are_in_the_data_and_nowhere_else() {
    let g = Generated::new(&options(20_000, &[])).await;
    let of = |kind: &str| format!("(select * from planted_faults where fault = '{kind}')");
    for kind in
        ["double_payment", "payment_after_death", "missing_payslip", "wrong_cpr", "overlapping_periods"]
    {
        assert!(g.number(&format!("select count(*) from {}", of(kind))).await >= 5, "{kind}");
        let last = format!("select count(*) from {} where period = date '2022-12-01'", of(kind));
        assert!(g.number(&last).await >= 1, "{kind} in the last month");
    }
    // What a month of the grants looks like, from the newest row of each case.
    let grants = "(select * from (select *, row_number() over (partition by case_id order by registered_at desc) n from cases)
        where n = 1 and granted_from is not null)";
    let months = "(select distinct period from incomes)";
    let in_force = "g.granted_from < m.period + interval '1 month' and coalesce(g.stopped_from, date '2200-01-01') > m.period";
    let differ = |found: &str, kind: &str| {
        format!(
            "(({found}) except (select person_id, period from {0})) union all
                 ((select person_id, period from {0}) except ({found}))",
            of(kind)
        )
    };
    let double = format!("select g.person_id, m.period from {grants} g join {months} m on {in_force}
        where g.benefit = 'kontanthjaelp' group by 1, 2
        having count(*) > 1 and count(*) filter (where g.granted_from <= m.period and coalesce(g.stopped_from, date '2200-01-01') >= m.period + interval '1 month') > 1");
    let dead = format!("select g.person_id, m.period from {grants} g join {months} m on {in_force}
        join (select person_id, min(valid_from) died from persons where status = '90' group by 1) d using (person_id)
        where d.died < m.period");
    let facts = "(select * from (select *, row_number() over (partition by case_id, valid_from order by registered_at desc) n from case_facts) where n = 1)";
    let payslip = format!(
        "select distinct g.person_id, m.period from {grants} g join {months} m on {in_force}
        join {facts} f on f.case_id = g.case_id and f.valid_from <= m.period and f.valid_to > m.period
        where f.supplementary and (f.payslip_received_for is null or f.payslip_received_for < m.period)"
    );
    g.none(&[
        ("double payments", &differ(&double, "double_payment")),
        ("payments after death", &differ(&dead, "payment_after_death")),
        ("missing payslips", &differ(&payslip, "missing_payslip")),
    ])
    .await;
    let overlaps = |table: &str, key: &str| {
        let latest = format!(
            "(select * from (select *, row_number() over (partition by {key}, valid_from order by registered_at desc) n from {table}) where n = 1)"
        );
        format!(
            "select distinct a.{key} k from {latest} a join {latest} b on a.{key} = b.{key} and a.valid_from < b.valid_from and b.valid_from < a.valid_to"
        )
    };
    let planted = of("overlapping_periods");
    g.none(&[
        ("overlaps not planted", &format!(
            "({} except select person_id from {planted}) union all ({} except select case_id from {planted})",
            overlaps("residences", "person_id"), overlaps("case_facts", "case_id"))),
        ("planted but not overlapping", &format!(
            "select 1 from {planted} p where p.person_id not in ({}) and p.case_id not in ({})",
            overlaps("residences", "person_id"), overlaps("case_facts", "case_id"))),
        ("other overlaps", &format!("{} union all {} union all {}", overlaps("persons", "person_id"),
            overlaps("civil_statuses", "person_id"), overlaps("tax_cards", "person_id"))),
        ("wrong number", &format!(
            "select 1 from {} f where not exists (select 1 from persons p where p.person_id = f.person_id and (
               cast(substr(p.cpr, 3, 2) as int) > 12 or exists (select 1 from persons o where o.cpr = p.cpr and o.person_id <> p.person_id)))",
            of("wrong_cpr"))),
    ])
    .await;
    // Supplementary help: a wage with hours in the month, for at most about one case in seven.
    let active = g
        .number(&format!(
            "select count(*) from {grants} g join {months} m on {in_force} where g.benefit = 'kontanthjaelp'"
        ))
        .await;
    let supplementary = g
        .number(&format!(
            "select count(*) from {grants} g join {months} m on {in_force}
        join {facts} f on f.case_id = g.case_id and f.valid_from <= m.period and f.valid_to > m.period
        where g.benefit = 'kontanthjaelp' and f.supplementary"
        ))
        .await;
    assert!(
        supplementary * 100 / active >= 5 && supplementary * 100 / active <= 15,
        "{supplementary} of {active}"
    );
}

#[tokio::test]
async fn faulty_options_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::init(dir.path().join("s").to_str().unwrap(), "test").await.unwrap();
    let ask = |change: fn(&mut GenerateOptions)| {
        let mut options = options(100, &[]);
        change(&mut options);
        options
    };
    for (wrong, word) in [
        (ask(|o| o.citizens = 0), "citizens"),
        (ask(|o| o.months = 0), "months"),
        (ask(|o| o.municipalities = vec!["9999".to_owned()]), "9999"),
    ] {
        let error = generate(&store, &wrong, &|_, _, _| {}).await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for months in [1, 3] {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::init(dir.path().join("s").to_str().unwrap(), "test").await.unwrap();
        let mut small = options(300, &[]);
        small.months = months;
        generate(&store, &small, &|_, _, _| {}).await.unwrap();
        let again = generate(&store, &small, &|_, _, _| {}).await.unwrap_err();
        assert_eq!(again.code(), "A5002");
    }
}
