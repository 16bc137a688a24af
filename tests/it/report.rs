//! The demo and the report page: whole, safe to open, the same every time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::cli::advisql;

/// A small municipality, made once for all tests here.
static DEMO: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder.path().join("demo"), "1");
    folder
});

fn demo(dir: &Path, threads: &str) -> String {
    let dir = dir.to_str().unwrap();
    advisql(&[
        "demo",
        "--dir",
        dir,
        "--citizens",
        "2000",
        "--months",
        "6",
        "--seed",
        "7",
        "--threads",
        threads,
    ])
    .ok()
}

fn file(path: &str) -> String {
    std::fs::read_to_string(DEMO.path().join("demo").join(path)).unwrap()
}

#[test]
fn the_demo_is_the_same_every_time_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    demo(&dir, "2");
    assert_eq!(tables(&DEMO.path().join("demo")), tables(&dir));
    // A rerun replaces its own, and only its own.
    std::fs::write(dir.join("notes.txt"), "mine").unwrap();
    demo(&dir, "2");
    assert!(dir.join("notes.txt").is_file());
    let other = advisql(&["demo", "--dir", folder.path().to_str().unwrap(), "--citizens", "100"]);
    assert_eq!(other.code, 1, "a folder with something else in it was taken");
}

/// Names (by content) of the data files by table; `sys` tables hold times and ids of this very run.
fn tables(demo: &Path) -> BTreeMap<String, Vec<String>> {
    let data = demo.join("store").join("data");
    let mut tables = BTreeMap::new();
    for table in std::fs::read_dir(data).unwrap().map(|e| e.unwrap()) {
        let mut names: Vec<String> = std::fs::read_dir(table.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        tables.insert(table.file_name().into_string().unwrap(), names);
    }
    assert!(tables.contains_key("payments") && tables.contains_key("advis"));
    tables
}

#[test]
fn the_page_is_whole_and_needs_nothing_from_elsewhere() {
    let page = file("report/index.html");
    balanced(&page);
    for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(elsewhere), "the page asks for {elsewhere}");
    }
    assert!(page.contains("<html lang=\"da\">") && page.contains("name=\"viewport\""));
    for needed in ["payments_by_benefit", "advis_backlog", "advis_processing_time", "not_paid"] {
        assert!(page.contains(&format!("<section id=\"{needed}\"")), "{needed}");
        assert!(Path::new(&DEMO.path().join("demo/report").join(format!("{needed}.csv"))).is_file());
    }
    assert!(page.matches("<svg class=\"wide\"").count() >= 5);
    assert!(page.contains(" kr."));
}

#[test]
fn nobody_can_be_recognised_on_the_page() {
    let page = file("report/index.html");
    let mut run = 0;
    for c in page.chars() {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        assert!(run < 10, "the page holds ten digits in a row");
    }
    let counts = file("report/advis_per_caseworker.csv");
    for line in counts.lines().skip(1) {
        for count in line.rsplitn(4, ',').take(3).filter_map(|field| field.parse::<u32>().ok()) {
            assert!(!(1..5).contains(&count), "{line}");
        }
    }
}

#[test]
fn the_flow_of_advis_adds_up_and_meets_the_backlog() {
    let store = DEMO.path().join("demo/store");
    let store = store.to_str().unwrap();
    let csv = |query: &str| advisql(&["sql", store, query, "--format", "csv", "--quiet"]).ok();
    let wrong =
        "select count(*) as n from report.advis_flow where opening + new - done - cancelled <> closing";
    assert_eq!(csv(wrong), "n\n0\n");
    let gaps = "select count(*) as n from report.advis_flow a join report.advis_flow b \
                on b.municipality_code = a.municipality_code \
                and b.month = cast(a.month + interval '1 month' as date) where b.opening <> a.closing";
    assert_eq!(csv(gaps), "n\n0\n");
    // The same figure, counted row by row from the tables.
    let counted = "with last as (select advis_id, max(changed_at) as at from advis_status group by advis_id) \
                   select count(*) as n from advis_status s join last on last.advis_id = s.advis_id \
                   and last.at = s.changed_at where s.status in ('new', 'in_progress')";
    let summed = "select sum(advis) as n from report.advis_backlog";
    let closing = "select sum(closing) as n from report.advis_flow where month = (select max(month) from report.advis_flow)";
    assert_eq!(csv(counted), csv(summed));
    assert_eq!(csv(summed), csv(closing));
}

#[test]
fn what_is_paid_is_the_sum_of_the_payments() {
    let store = DEMO.path().join("demo/store");
    let store = store.to_str().unwrap();
    let csv = |query: &str| advisql(&["sql", store, query, "--format", "csv", "--quiet"]).ok();
    let table =
        csv("select period, sum(gross) as gross, count(*) as n from payments where status = 'requested' \
                     group by period order by period");
    let view = csv("select period, sum(gross) as gross, sum(payments) as n from report.payments_by_benefit \
                    group by period order by period");
    assert!(table.lines().count() > 6, "{table}");
    assert_eq!(table, view);
    let page: Vec<String> = file("report/payments_by_benefit.csv").lines().map(str::to_owned).collect();
    assert_eq!(page.len(), table.lines().count());
}

/// Fails when a tag is not closed, or closed in the wrong order.
fn balanced(page: &str) {
    const VOID: [&str; 7] = ["meta", "line", "rect", "circle", "polyline", "br", "!DOCTYPE"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("a tag that does not end");
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| c.is_alphanumeric() || *c == '!').collect();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed));
        } else if !tag.ends_with('/') && !VOID.contains(&name.as_str()) {
            open.push(name.clone());
        }
        if name == "style" || name == "script" {
            let close = format!("</{name}>");
            if tag.starts_with('/') {
                continue;
            }
            rest = &rest[rest.find(&close).expect("style or script without an end")..];
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}
