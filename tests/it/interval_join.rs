//! Interval joins against the plain plan: the same random queries with the operator on and off.
//!
//! `ADVISQL_INTERVAL_JOIN_CASES=20000 cargo test --test it interval_join` is the long run; a failure names the seed,
//! and `ADVISQL_INTERVAL_JOIN_SEED` runs that case alone; `ADVISQL_INTERVAL_JOIN_FROM` is the first seed of the run, which
//! ends before the number of cases.

use std::sync::Arc;
use std::time::Duration;

use advisql::operators::interval_join::with_interval_join;
use advisql_udfs::AdvisqlOptions;
use arrow::array::{
    ArrayRef, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
    UInt64Array,
};
use arrow::datatypes::{Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::collect;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;

/// Cases of an ordinary test run.
const CASES: u64 = 300;

/// A small generator of pseudo-random numbers (splitmix64), so that a seed names a case for good.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// How a table is made.
struct Shape {
    rows: u64,
    keys: u64,
    /// Every how manieth row has the first key.
    skew: u64,
    days: u64,
    nulls: u64,
    bounds: usize,
    reversed: u64,
}

/// A column of bounds out of day numbers, in one of the supported types.
fn bounds(kind: usize, days: &[Option<i64>]) -> ArrayRef {
    let days = days.iter().copied();
    match kind {
        0 => Arc::new(days.map(|d| d.map(|d| d as i32)).collect::<Date32Array>()),
        1 => Arc::new(days.map(|d| d.map(|d| d * 86_400)).collect::<TimestampSecondArray>()),
        2 => Arc::new(days.map(|d| d.map(|d| d * 86_400_000)).collect::<TimestampMillisecondArray>()),
        3 => Arc::new(days.map(|d| d.map(|d| d * 86_400_000_000)).collect::<TimestampMicrosecondArray>()),
        4 => Arc::new(days.map(|d| d.map(|d| d * 86_400_000_000_000)).collect::<TimestampNanosecondArray>()),
        5 => Arc::new(days.map(|d| d.map(|d| d as i32)).collect::<Int32Array>()),
        // Both ends of the range, where adding or subtracting one would wrap.
        6 => Arc::new(
            days.map(|d| d.map(|d| if d < 2 { i64::MIN + d.max(0) } else { i64::MAX - 60 + d.min(60) }))
                .collect::<Int64Array>(),
        ),
        _ => Arc::new(
            days.map(|d| d.map(|d| if d < 2 { d.max(0) as u64 } else { u64::MAX - 60 + d.min(60) as u64 }))
                .collect::<UInt64Array>(),
        ),
    }
}

fn table(random: &mut Random, shape: &Shape, views: bool) -> RecordBatch {
    let rows = shape.rows as usize;
    let mut numbers = Vec::with_capacity(rows);
    let mut texts = Vec::with_capacity(rows);
    let (mut from, mut to) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    for _ in 0..rows {
        let null = |random: &mut Random| random.below(100) < shape.nulls;
        let key = if random.below(shape.skew) == 0 { 0 } else { random.below(shape.keys) };
        numbers.push((!null(random)).then_some(key as i32));
        texts.push((!null(random)).then(|| format!("key number {key}, long enough not to be inlined")));
        let start = random.below(shape.days) as i64;
        let length = random.below(6) as i64 - if random.below(100) < shape.reversed { 3 } else { 0 };
        from.push((!null(random)).then_some(start));
        to.push((!null(random)).then_some(start + length));
    }
    let id: Int64Array = (0..rows as i64).map(Some).collect();
    let texts: ArrayRef = match views {
        true => Arc::new(texts.into_iter().collect::<StringViewArray>()),
        false => Arc::new(texts.into_iter().collect::<StringArray>()),
    };
    let (from, to) = (bounds(shape.bounds, &from), bounds(shape.bounds, &to));
    let field = |name: &str, array: &ArrayRef| Field::new(name, array.data_type().clone(), true);
    let id: ArrayRef = Arc::new(id);
    let numbers: ArrayRef = Arc::new(numbers.into_iter().collect::<Int32Array>());
    let columns = [("id", id), ("k", numbers), ("s", texts), ("f", from), ("t", to)];
    let schema = Schema::new(columns.iter().map(|(name, array)| field(name, array)).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array)| array).collect()).unwrap()
}

/// `batch` cut into partitions and batches at random places.
fn mem_table(random: &mut Random, batch: &RecordBatch, partitions: usize) -> MemTable {
    let mut parts = vec![Vec::new(); partitions];
    let mut row = 0;
    while row < batch.num_rows() {
        let len = (1 + random.below(40) as usize).min(batch.num_rows() - row);
        parts[random.below(partitions as u64) as usize].push(batch.slice(row, len));
        row += len;
    }
    MemTable::try_new(batch.schema(), parts).unwrap()
}

pub(crate) struct Session {
    pub(crate) enabled: bool,
    pub(crate) partitions: usize,
    pub(crate) batch_size: usize,
    pub(crate) memory: Option<usize>,
}

impl Session {
    pub(crate) fn open(&self) -> SessionContext {
        let mut options = AdvisqlOptions::default();
        options.interval_join.enable = self.enabled;
        let mut config = SessionConfig::new()
            .with_target_partitions(self.partitions)
            .with_batch_size(self.batch_size)
            .set_bool("datafusion.optimizer.enable_join_dynamic_filter_pushdown", false)
            .set_usize("datafusion.execution.max_spill_file_size_bytes", 1);
        config.options_mut().extensions.insert(options);
        let mut runtime = RuntimeEnvBuilder::new();
        if let Some(bytes) = self.memory {
            runtime = runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes)));
        }
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime.build_arc().unwrap())
            .with_default_features()
            .with_physical_optimizer_rules(with_interval_join(PhysicalOptimizer::new().rules).unwrap())
            .build();
        SessionContext::new_with_state(state)
    }
}

fn query(random: &mut Random) -> String {
    let pick = |random: &mut Random, from: &[&'static str]| from[random.below(from.len() as u64) as usize];
    let less = ["<", "<="];
    let (first, second) = (pick(random, &less), pick(random, &less));
    let interval = match random.below(7) {
        0..3 => format!("a.f {first} b.t AND b.f {second} a.t"),
        3 => format!("a.f {first} b.f AND b.f {second} a.t"),
        4 => "a.t BETWEEN b.f AND b.t".to_owned(),
        5 => format!("a.f {first} b.f AND a.t {second} b.t"),
        _ => format!("coalesce(a.f, a.t) {first} b.t AND a.t > b.f"),
    };
    let key = pick(
        random,
        &["", "", "a.k = b.k AND ", "a.k = b.k AND ", "a.s = b.s AND ", "a.k = b.k AND a.s = b.s AND "],
    );
    let residual = pick(
        random,
        &["", "", "", " AND a.id < b.id", " AND (a.id + b.id) % 3 = 0", " AND (a.k <> b.k OR a.s = b.s)"],
    );
    let on = format!("{key}{interval}{residual}");
    let join = pick(
        random,
        &["INNER", "INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI", "LEFT ANTI", "RIGHT SEMI", "RIGHT ANTI"],
    );
    let joined = format!("a {join} JOIN b ON {on}");
    match (join, random.below(6)) {
        ("LEFT SEMI" | "LEFT ANTI", 0..2) => format!("SELECT count(*) AS n, sum(a.id) AS s FROM {joined}"),
        ("LEFT SEMI" | "LEFT ANTI", _) => format!("SELECT a.id, a.s, a.f FROM {joined}"),
        ("RIGHT SEMI" | "RIGHT ANTI", 0..2) => format!("SELECT count(*) AS n FROM {joined}"),
        ("RIGHT SEMI" | "RIGHT ANTI", _) => format!("SELECT b.id, b.k, b.t FROM {joined}"),
        (_, 0) => format!("SELECT count(*) AS n FROM {joined}"),
        (_, 1) => format!(
            "SELECT a.k AS k, count(*) AS n, sum(b.id) AS s, min(a.id) AS m FROM {joined} GROUP BY a.k"
        ),
        (_, 2) => format!(
            "SELECT a.id, b.id AS c, d.id AS e FROM {joined} JOIN b AS d ON a.id = d.id AND d.f <= a.t AND a.f < d.t"
        ),
        (_, 3) => format!(
            "SELECT x.id, x.c FROM (SELECT a.id AS id, b.id AS c FROM {joined}) AS x WHERE x.id % 2 = 0"
        ),
        (_, 4) => format!("SELECT b.s, a.id, a.s AS t FROM {joined}"),
        _ => format!(
            "SELECT a.id, a.k, a.s, a.f, a.t, b.id AS b1, b.k AS b2, b.s AS b3, b.f AS b4, b.t AS b5 FROM {joined}"
        ),
    }
}

/// The rows as text, sorted.
fn rows(batches: &[RecordBatch]) -> Vec<String> {
    let options = FormatOptions::default().with_null("∅");
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<_> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|"));
        }
    }
    rows.sort_unstable();
    rows
}

/// Runs `query`; also the plan with what it did.
async fn run(
    session: &Session,
    tables: [(&str, MemTable); 2],
    query: &str,
) -> Result<(Vec<String>, String), String> {
    let context = session.open();
    for (name, table) in tables {
        context.register_table(name, Arc::new(table)).unwrap();
    }
    let plan = context.sql(query).await.unwrap().create_physical_plan().await.map_err(|e| e.to_string())?;
    let running = collect(Arc::clone(&plan), context.task_ctx());
    let batches = running.await.map_err(|e| e.to_string())?;
    for batch in &batches {
        assert!(batch.num_rows() <= session.batch_size.max(8192), "a batch of {} rows", batch.num_rows());
    }
    let plan = DisplayableExecutionPlan::with_metrics(plan.as_ref()).indent(false).to_string();
    Ok((rows(&batches), plan))
}

/// Runs one case; whether an interval join was in the plan.
async fn case(seed: u64) -> bool {
    let random = &mut Random(seed);
    let kind = random.below(8) as usize;
    let size = [0, 1, 5, 40, 150, 600][random.below(6) as usize];
    let shape = |random: &mut Random, rows: u64| Shape {
        rows,
        keys: 1 + random.below(40),
        skew: 3,
        days: 1 + random.below(60),
        nulls: [0, 0, 5, 30][random.below(4) as usize],
        bounds: kind,
        reversed: [0, 0, 40][random.below(3) as usize],
    };
    let views = random.below(2) == 0;
    let a = shape(random, size);
    let a = table(random, &a, views);
    let other = [0, 3, 60, 200][random.below(4) as usize];
    let b = shape(random, other);
    let b = table(random, &b, views);
    let query = query(random);
    let partitions = [1, 2, 7][random.below(3) as usize];
    let batch_size = [1, 7, 100, 8192][random.below(4) as usize];
    let plain = Session { enabled: false, partitions: 1, batch_size: 8192, memory: None };
    let tables = |random: &mut Random, parts| {
        [("a", mem_table(random, &a, parts)), ("b", mem_table(random, &b, parts))]
    };
    let (expected, _) = run(&plain, tables(random, 1), &query).await.unwrap();
    // In every third case less memory than the build side needs, in the others no limit.
    let memory = (random.below(3) == 0).then(|| 20_000 + random.below(100_000) as usize);
    let session = Session { enabled: true, partitions, batch_size, memory };
    let parts = 1 + random.below(4) as usize;
    let what =
        format!("seed {seed}, {partitions} partitions, batches of {batch_size}, memory {memory:?}, {query}");
    match run(&session, tables(random, parts), &query).await {
        // Turned round by the optimizer into a shape that is left to DataFusion, whose own spilling is not tested here.
        Ok((_, plan)) if memory.is_some() && !plan.contains("IntervalJoinExec") => false,
        Ok((found, plan)) => {
            if found != expected {
                let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).take(5).collect();
                let extra: Vec<_> = found.iter().filter(|row| !expected.contains(row)).take(5).collect();
                panic!(
                    "{what}: {} rows instead of {}; missing {missing:?}, extra {extra:?}\n{plan}",
                    found.len(),
                    expected.len()
                );
            }
            plan.contains("IntervalJoinExec")
        }
        // Other operators of the plan may not manage with so little.
        Err(e) if memory.is_some() && e.contains("Resources exhausted") && !e.contains("IntervalJoin") => {
            true
        }
        Err(e) => panic!("{what}: {e}"),
    }
}

/// Two tables of `rows` rows, cut into `parts` partitions.
fn large_tables(rows: u64, keys: u64) -> impl Fn(usize) -> [(&'static str, MemTable); 2] {
    let random = &mut Random(99);
    let shape = Shape { rows, keys, skew: rows, days: 400, nulls: 0, bounds: 0, reversed: 40 };
    let (a, b) = (table(random, &shape, false), table(random, &shape, false));
    move |parts| {
        let cut = |batch: &RecordBatch| {
            let mut partitions = vec![Vec::new(); parts];
            for (number, first) in (0..batch.num_rows()).step_by(10_000).enumerate() {
                let rows = 10_000.min(batch.num_rows() - first);
                partitions[number % parts].push(batch.slice(first, rows));
            }
            MemTable::try_new(batch.schema(), partitions).unwrap()
        };
        [("a", cut(&a)), ("b", cut(&b))]
    }
}

const SUMS: &str =
    "SELECT count(*) AS n, sum(a.id) AS a, sum(b.id) AS b, sum(a.id * 31 % 1009 * b.id) AS ab FROM a";

/// A build side larger than a core's cache: its probe rows are grouped before they are looked up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_inputs_give_what_the_plain_plan_gives() {
    let tables = large_tables(250_000, 90_000);
    for (join, key, third) in [
        ("INNER", "b.k", ""),
        // Most of its rows have keys that the other side does not have.
        ("INNER", "b.k * 3 + 1", ""),
        ("LEFT", "b.k + 60000", ""),
        ("RIGHT", "b.k + 60000", ""),
        ("FULL", "b.k", " AND a.id < b.id"),
        ("RIGHT", "b.k", " AND b.id <= a.id"),
    ] {
        let query = format!("{SUMS} {join} JOIN b ON a.k = {key} AND a.f < b.t AND b.f < a.t{third}");
        let mut answers = Vec::new();
        for (enabled, partitions) in [(false, 2), (true, 1), (true, 2)] {
            let session = Session { enabled, partitions, batch_size: 8192, memory: None };
            let (answer, plan) = run(&session, tables(partitions), &query).await.unwrap();
            assert_eq!(plan.contains("IntervalJoinExec"), enabled, "{plan}");
            answers.push(answer);
        }
        assert_eq!(answers[1], answers[0], "{query}");
        assert_eq!(answers[2], answers[0], "{query}");
    }
}

/// Less memory than the build side needs: it is split and packed, and where that is not enough written to files; with a
/// key and without.
/// Readers take over each other's rows, so no partition may be given a build that has answered it before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_run_in_any_order_and_again_give_every_pair_once() {
    let tables = large_tables(20_000, 9_000);
    for join in ["INNER", "FULL"] {
        let context = Session { enabled: true, partitions: 2, batch_size: 1024, memory: None }.open();
        for (name, table) in tables(2) {
            context.register_table(name, Arc::new(table)).unwrap();
        }
        let query = format!(
            "SELECT a.id AS a, b.id AS b FROM a {join} JOIN b ON a.k = b.k AND a.f < b.t AND b.f < a.t"
        );
        let plan = context.sql(&query).await.unwrap().create_physical_plan().await.unwrap();
        assert!(
            DisplayableExecutionPlan::new(plan.as_ref())
                .indent(false)
                .to_string()
                .contains("IntervalJoinExec")
        );
        let expected = rows(&collect(Arc::clone(&plan), context.task_ctx()).await.unwrap());
        // A partition whose sibling never runs, then two whole executions, the second begun within the first.
        let begin = |partition| plan.execute(partition, context.task_ctx()).unwrap();
        begin(1).try_collect::<Vec<_>>().await.unwrap();
        let begun: Vec<_> = [0, 0, 1, 1].map(begin).into();
        let mut batches = Vec::new();
        for stream in begun {
            batches.extend(stream.try_collect::<Vec<_>>().await.unwrap());
        }
        let mut twice = [expected.clone(), expected].concat();
        twice.sort_unstable();
        assert!(rows(&batches) == twice, "{join}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_in_memory_is_spilled() {
    for (rows, bytes, key, join) in [
        (100_000, 60, "a.k = b.k AND ", "INNER"),
        (100_000, 16, "a.k = b.k AND ", "INNER"),
        (100_000, 16, "a.k = b.k AND ", "FULL"),
        (3_000, 60, "", "LEFT"),
    ] {
        let tables = large_tables(rows, 40_000);
        let query = format!("{SUMS} {join} JOIN b ON {key}a.f < b.t AND b.f < a.t");
        let plain = Session { enabled: false, partitions: 2, batch_size: 8192, memory: None };
        let (expected, _) = run(&plain, tables(2), &query).await.unwrap();
        let memory = Some(rows as usize * bytes);
        let limited = Session { enabled: true, partitions: 2, batch_size: 1024, memory };
        let (found, plan) = run(&limited, tables(2), &query).await.unwrap();
        let join = plan.lines().find(|line| line.contains("IntervalJoinExec")).unwrap();
        assert!(join.contains("packed_bytes=") && !join.contains("packed_bytes=0"), "{plan}");
        assert_eq!(!join.contains("spill_count=0,"), bytes == 16, "{plan}");
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_queries_give_what_the_plain_plan_gives() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    if let Some(seed) = number("ADVISQL_INTERVAL_JOIN_SEED") {
        case(seed).await;
        return;
    }
    let cases = number("ADVISQL_INTERVAL_JOIN_CASES").unwrap_or(CASES);
    let (first, mut used) = (number("ADVISQL_INTERVAL_JOIN_FROM").unwrap_or(0), 0);
    assert!(first < cases, "no case from {first} up to {cases}");
    for seed in first..cases {
        // A case that never ends would not name its seed.
        let ended = tokio::time::timeout(Duration::from_secs(300), case(seed)).await;
        used += u64::from(ended.unwrap_or_else(|_| panic!("seed {seed} does not end")));
    }
    let cases = cases - first;
    assert!(used * 10 >= cases * 9, "only {used} of {cases} plans have an interval join");
}
