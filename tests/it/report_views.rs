//! The views of schema `report` on a few rows whose answers were worked out by hand.

use tempfile::TempDir;

use super::cli::advisql;

const ADVIS: &str = "\
advis_id,event_code,source_group,municipality_code,person_id,party,case_id,event_date,created_at,amount,registered_at
1,505.005.010,folkeregister,0751,1,primary,,2022-01-03,2022-01-03T09:00:00Z,,2022-01-03T09:00:00Z
2,505.005.010,folkeregister,0751,2,primary,,2022-01-07,2022-01-07T09:00:00Z,,2022-01-07T09:00:00Z
3,505.005.010,folkeregister,0751,3,primary,,2022-01-31,2022-01-31T23:30:00Z,,2022-01-31T23:30:00Z
4,505.005.010,folkeregister,0751,4,primary,,2022-01-10,2022-01-10T09:00:00Z,,2022-01-10T09:00:00Z
5,505.005.010,folkeregister,0751,5,primary,,2022-01-11,2022-01-11T09:00:00Z,,2022-01-11T09:00:00Z
6,505.005.010,folkeregister,0751,6,primary,,2022-02-10,2022-02-10T09:00:00Z,,2022-02-10T09:00:00Z
6,505.005.020,folkeregister,0751,6,primary,,2022-02-10,2022-02-10T09:00:00Z,,2022-02-11T09:00:00Z
7,505.005.010,folkeregister,0751,7,primary,,2022-03-01,2022-03-01T09:00:00Z,,2022-03-01T09:00:00Z
";

/// Advis 4 is opened again; what was said of advis 5 on 20 January is corrected on the 25th; 1 is done again after
/// the day of the report, which must not be seen.
const STATUS: &str = "\
advis_id,status,changed_at,caseworker_id,registered_at
1,done,2022-01-05T09:00:00Z,11,2022-01-05T09:00:00Z
1,in_progress,2022-03-02T09:00:00Z,11,2022-03-02T09:00:00Z
2,in_progress,2022-01-07T10:00:00Z,11,2022-01-07T10:00:00Z
2,done,2022-01-10T09:00:00Z,11,2022-01-10T09:00:00Z
4,done,2022-01-12T09:00:00Z,12,2022-01-12T09:00:00Z
4,in_progress,2022-02-02T09:00:00Z,12,2022-02-02T09:00:00Z
4,done,2022-02-20T09:00:00Z,12,2022-02-20T09:00:00Z
5,in_progress,2022-01-12T09:00:00Z,12,2022-01-12T09:00:00Z
5,done,2022-01-20T09:00:00Z,12,2022-01-20T09:00:00Z
5,cancelled,2022-01-20T09:00:00Z,12,2022-01-25T09:00:00Z
";

const TASKS: &str = "\
task_id,task_type,advis_id,case_id,person_id,benefit,municipality_code,created_at,due_on,must_before_run,package,owner_id,assigned_by_rule,registered_at
1,Manuel godkendelse,,,1,kontanthjaelp,0751,2022-02-21T09:00:00Z,2022-02-25,true,,,,2022-02-21T09:00:00Z
2,Manuel godkendelse,,,2,kontanthjaelp,0751,2022-01-03T09:00:00Z,,true,,,,2022-01-03T09:00:00Z
3,Manuel godkendelse,,,3,kontanthjaelp,0751,2022-01-03T09:00:00Z,,true,,,,2022-01-03T09:00:00Z
";

const TASK_STATUS: &str = "\
task_id,status,changed_at,caseworker_id,registered_at
3,done,2022-02-01T09:00:00Z,11,2022-02-01T09:00:00Z
";

const SET_OFFS: &str = "\
request_id,person_id,creditor,amount,remaining,created_on,registered_at
1,1,SKAT,500.00,200.00,2021-03-31,2021-03-31T09:00:00Z
2,2,SKAT,500.00,0.00,2021-03-31,2021-03-31T09:00:00Z
3,3,SKAT,500.00,500.00,2021-12-01,2021-12-01T09:00:00Z
";

/// A store with a few rows.
struct Made {
    folder: TempDir,
    store: String,
}

impl Made {
    fn new(deliveries: &[(&str, &str)]) -> Made {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store").to_str().unwrap().to_owned();
        let made = Made { folder, store };
        advisql(&["init", made.store()]).ok();
        for (table, rows) in deliveries {
            let file = made.folder.path().join(format!("{table}.csv"));
            std::fs::write(&file, rows).unwrap();
            let taken = advisql(&["import", made.store(), table, file.to_str().unwrap(), "--json"]).ok();
            assert!(taken.contains("\"rejected_rows\": 0"), "{taken}");
        }
        made
    }

    fn store(&self) -> &str {
        &self.store
    }

    fn ask(&self, day: &str, query: &str) -> String {
        advisql(&["sql", self.store(), query, "--report-date", day, "--format", "csv", "--quiet"]).ok()
    }
}

#[test]
fn advis_flow_counts_what_is_opened_again_and_leaves_out_what_was_corrected() {
    let made = Made::new(&[("advis", ADVIS), ("advis_status", STATUS)]);
    assert_eq!(
        made.ask("2022-02-28", "select * from report.advis_flow order by month"),
        "municipality_code,month,opening,new,reopened,done,cancelled,closing\n\
         0751,2022-01-01,0,4,0,3,1,0\n\
         0751,2022-02-01,0,3,1,1,0,2\n"
    );
    // A month in which nothing happened still stands there.
    let june = made
        .ask("2022-06-15", "select month, opening, new, done, closing from report.advis_flow order by month");
    assert!(june.ends_with("2022-04-01,4,0,0,4\n2022-05-01,4,0,0,4\n2022-06-01,4,0,0,4\n"), "{june}");
}

#[test]
fn advis_backlog_is_what_was_open_that_day_under_the_newest_event_type() {
    let made = Made::new(&[("advis", ADVIS), ("advis_status", STATUS)]);
    let backlog = "select event_code, status, age_band, advis from report.advis_backlog order by 1, 2, 3";
    assert_eq!(
        made.ask("2022-02-28", backlog),
        "event_code,status,age_band,advis\n505.005.010,new,15-30,1\n505.005.020,new,15-30,1\n"
    );
    assert_eq!(made.ask("2022-01-11", backlog), "event_code,status,age_band,advis\n505.005.010,new,0-7,2\n");
}

#[test]
fn processing_time_counts_the_first_finish_in_days_that_occurred() {
    let made = Made::new(&[("advis", ADVIS), ("advis_status", STATUS)]);
    assert_eq!(
        made.ask("2022-02-28", "select * from report.advis_processing_time order by month"),
        "event_code,month,finished,median_days,p90_days,mean_days,median_working_days,p90_working_days,mean_working_days\n\
         505.005.010,2022-01-01,3,2,3,2.3,2,2,1.7\n"
    );
}

#[test]
fn tasks_are_counted_by_bank_days_left_to_the_run() {
    let made = Made::new(&[("tasks", TASKS), ("task_status", TASK_STATUS)]);
    // Monday 28 February is the last bank day; the deadline of the 25th passed one bank day before.
    assert_eq!(
        made.ask("2022-02-28", "select bank_days_left, tasks from report.tasks_before_run order by 1"),
        "bank_days_left,tasks\n-1,1\n0,1\n"
    );
    assert_eq!(
        made.ask("2022-02-24", "select bank_days_left, tasks from report.tasks_before_run order by 1"),
        "bank_days_left,tasks\n1,1\n2,1\n"
    );
    assert_eq!(
        made.ask("2022-02-28", "select age_band, tasks, overdue from report.task_backlog order by 1"),
        "age_band,tasks,overdue\n0-7,1,1\n31+,1,0\n"
    );
}

#[test]
fn set_offs_are_shown_when_their_year_is_nearly_over() {
    let made = Made::new(&[("set_off_requests", SET_OFFS)]);
    let near =
        "select request_id, remaining, twelve_months_on, days_left from report.set_offs_near_12_months";
    assert_eq!(
        made.ask("2022-02-28", near),
        "request_id,remaining,twelve_months_on,days_left\n1,200.00,2022-03-31,31\n"
    );
    assert_eq!(made.ask("2022-01-15", near), "request_id,remaining,twelve_months_on,days_left\n");
}

#[test]
fn every_view_can_be_asked_of_an_empty_store() {
    let made = Made::new(&[]);
    let names = advisql(&[
        "sql",
        made.store(),
        "select table_name from information_schema.tables where table_schema = 'report' order by 1",
        "--report-date",
        "2022-12-31",
        "--format",
        "csv",
    ])
    .ok();
    let views: Vec<&str> = names.lines().skip(1).collect();
    assert!(views.contains(&"month_change") && views.contains(&"not_paid_but_granted"), "{names}");
    for view in views {
        let none = made.ask("2022-12-31", &format!("select count(*) as n from report.{view}"));
        assert_eq!(none, "n\n0\n", "{view}");
    }
    let page = made.folder.path().join("page");
    let page = page.to_str().unwrap();
    advisql(&["report", made.store(), "--all", "--out", page, "--report-date", "2022-12-31"]).ok();
}
