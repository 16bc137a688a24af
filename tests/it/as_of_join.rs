//! As-of joins against the plain SQL that says the same: every pair, ranked by a window.
//!
//! `ADVISQL_AS_OF_CASES` sets how many random cases are tried, 40 by default.

use std::fmt::Write;
use std::sync::Arc;

use advisql::EngineBuilder;
use arrow::array::{ArrayRef, AsArray, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionContext, col};

struct Random(u64);

impl Random {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A number below `n`, or unknown once in a while.
    fn maybe(&mut self, n: usize) -> Option<usize> {
        (self.below(12) > 0).then(|| self.below(n))
    }
}

/// Rows with columns id, k, name, t, seq, v; few values, so that keys, times and tie-breaks are often equal.
fn table(random: &mut Random, rows: usize) -> Arc<MemTable> {
    let keys = 1 + random.below(6);
    let mut partitions = vec![Vec::new(); 1 + random.below(3)];
    let mut next_id = 0_i64;
    let mut left = rows;
    // An empty batch first: inputs may have no rows at all.
    let mut size = 0;
    loop {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(Int64Array::from_iter_values((0..size).map(|i| next_id + i as i64)))),
            ("k", Arc::new((0..size).map(|_| random.maybe(keys).map(|k| k as i32)).collect::<Int32Array>())),
            (
                "name",
                Arc::new(
                    (0..size).map(|_| random.maybe(3).map(|n| format!("name {n}"))).collect::<StringArray>(),
                ),
            ),
            (
                "t",
                Arc::new(
                    (0..size).map(|_| random.maybe(20).map(|t| 20_000 + t as i32)).collect::<Date32Array>(),
                ),
            ),
            ("seq", Arc::new((0..size).map(|_| random.maybe(3).map(|s| s as i64)).collect::<Int64Array>())),
            (
                "v",
                Arc::new(
                    (0..size)
                        .map(|_| random.maybe(5).map(|v| format!("value {v} of some length")))
                        .collect::<StringArray>(),
                ),
            ),
        ];
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, c)| (name, c, true)))
                .unwrap();
        let partition = random.below(partitions.len());
        partitions[partition].push(batch);
        next_id += size as i64;
        left -= size;
        if left == 0 {
            break;
        }
        size = 1 + random.below(left.min(30));
    }
    let schema = partitions.iter().flatten().next().unwrap().schema();
    Arc::new(MemTable::try_new(schema, partitions).unwrap())
}

async fn printed(context: &SessionContext, sql: &str) -> String {
    let batches = context.sql(sql).await.unwrap_or_else(|e| panic!("{sql}\n{e}")).collect().await;
    let mut batches = batches.unwrap_or_else(|e| panic!("{sql}\n{e}"));
    // Without rows there may be a batch or none: that is not compared.
    batches.retain(|batch| batch.num_rows() > 0);
    pretty_format_batches(&batches).unwrap().to_string()
}

/// The same question twice: with `as_of`, and as all pairs ranked by a window.
fn questions(random: &mut Random) -> (String, String) {
    let join = ["JOIN", "LEFT JOIN"][random.below(2)];
    let (op, order) = [("<=", "DESC"), ("<", "DESC"), (">=", "ASC"), (">", "ASC")][random.below(4)];
    let keys =
        ["s.k = q.k AND ", "q.k = s.k AND s.name = q.name AND ", "s.name = q.name AND ", ""][random.below(4)];
    let candidates = ["", " AND s.v > 'value 2'", " AND s.seq = 1"][random.below(3)];
    let ties = random.below(2) == 1;
    // The columns of the right side in the order of its table, as the last rule has it.
    let (selected, last) = [
        ("s.id AS s_id, s.t AS s_t, s.seq AS s_seq, s.v AS s_v", "s.id DESC NULLS LAST"),
        ("s.seq AS s_seq, s.v AS s_v", "s.seq DESC NULLS LAST, s.v DESC NULLS LAST"),
        ("s.v AS s_v", "s.v DESC NULLS LAST"),
        ("s.t AS s_t", "s.t"),
    ][random.below(4)];
    let mut of_join = String::new();
    let flipped = random.below(2) == 1;
    let compare = if flipped {
        let turned = match op {
            "<=" => ">=",
            "<" => ">",
            ">=" => "<=",
            _ => "<",
        };
        format!("q.t {turned} s.t")
    } else {
        format!("s.t {op} q.t")
    };
    let tie = if ties { ", s.seq" } else { "" };
    write!(
        of_join,
        "SELECT q.id, q.v AS q_v, {selected} FROM q {join} s ON {keys}as_of({compare}{tie}){candidates} ORDER BY q.id"
    )
    .unwrap();
    let (known, ranked) = if ties { (" AND s.seq IS NOT NULL", "s.seq DESC, ") } else { ("", "") };
    let names: Vec<&str> = selected.split(", ").map(|column| column.split(" AS ").nth(1).unwrap()).collect();
    let plain = format!(
        "SELECT id, q_v, {} FROM (SELECT q.id, q.v AS q_v, {selected}, row_number() OVER (PARTITION BY q.id \
         ORDER BY s.t {order}, {ranked}{last}) AS place FROM q {join} s ON {keys}s.t {op} q.t{candidates}{known}) \
         WHERE place = 1 ORDER BY id",
        names.join(", ")
    );
    (of_join, plain)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_of_joins_agree_with_windows_over_all_pairs() {
    let cases = std::env::var("ADVISQL_AS_OF_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let mut random = Random(7);
    let (mut left, mut right) = (0, 0);
    let mut contexts = Vec::new();
    for threads in [1, 2, 7] {
        contexts.push(EngineBuilder::new().threads(threads).build().await.unwrap().context().clone());
    }
    for case in 0..cases {
        let (lefts, rights) = (random.below(120), random.below(120));
        let (q, s) = (table(&mut random, lefts), table(&mut random, rights));
        for context in &contexts {
            context.deregister_table("q").unwrap();
            context.deregister_table("s").unwrap();
            context.register_table("q", q.clone()).unwrap();
            context.register_table("s", s.clone()).unwrap();
        }
        for _ in 0..4 {
            let (of_join, plain) = questions(&mut random);
            let expected = printed(&contexts[1], &plain).await;
            for context in &contexts {
                let given = printed(context, &of_join).await;
                assert_eq!(given, expected, "case {case}\n{of_join}\n{plain}");
            }
            // What is compared really is the operator, and nothing below it is sorted.
            let unordered = of_join.trim_end_matches(" ORDER BY q.id");
            let plan = printed(&contexts[1], &format!("EXPLAIN {unordered}")).await;
            let (_, below) = plan.split_once("AsOfJoinExec: in_memory=").unwrap();
            assert!(!below.contains("SortExec"), "{plan}");
            left += usize::from(below.starts_with("left"));
            right += usize::from(below.starts_with("right"));
        }
    }
    assert!(left > cases / 2 && right > cases / 2, "both forms are compared: {left}, {right}");
}

/// Memory that few sides of the following joins fit in.
const LIMIT: usize = 3 << 19;

async fn limited(threads: usize) -> SessionContext {
    let engine = EngineBuilder::new().threads(threads).memory_limit(LIMIT).build().await.unwrap();
    // Seven partitions sort at once, and each needs a few batches.
    engine.sql("SET datafusion.execution.batch_size = 256").await.unwrap();
    engine.context().clone()
}

fn replace_tables(context: &SessionContext, q: &Arc<MemTable>, s: &Arc<MemTable>) {
    for (name, table) in [("q", q), ("s", s)] {
        context.deregister_table(name).unwrap();
        context.register_table(name, table.clone()).unwrap();
    }
}

/// The rows of a query in no order, and how often its as-of join has spilled.
async fn rows_and_spills(context: &SessionContext, sql: &str) -> (Vec<String>, usize) {
    let plan = context.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let batches = collect(Arc::clone(&plan), context.task_ctx()).await;
    let batches = batches.unwrap_or_else(|e| panic!("{sql}\n{e}"));
    let printed = pretty_format_batches(&batches).unwrap().to_string();
    let mut rows: Vec<String> = printed.lines().map(str::to_owned).collect();
    rows.sort();
    (rows, spills(plan.as_ref()))
}

fn spills(plan: &dyn ExecutionPlan) -> usize {
    let own = match plan.name() {
        "AsOfJoinExec" => plan.metrics().unwrap().spill_count().unwrap_or(0),
        _ => 0,
    };
    own + plan.children().into_iter().map(|child| spills(child.as_ref())).sum::<usize>()
}

/// The questions with a key that four rows have, so that all pairs can be ranked.
fn with_few_pairs(sql: &str) -> String {
    let key = "s.id % 8000 = q.id % 8000 AND ";
    let mut sql = sql.replace(" ON ", &format!(" ON {key}"));
    for few_keys in ["s.k = q.k AND ", "q.k = s.k AND s.name = q.name AND ", "s.name = q.name AND "] {
        sql = sql.replace(&format!("{key}{few_keys}"), key);
    }
    sql
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_side_that_does_not_fit_in_memory_is_sorted_on_disk() {
    let mut random = Random(8);
    let unlimited = EngineBuilder::new().threads(2).build().await.unwrap().context().clone();
    let (mut joins, mut spilling) = (0, 0);
    let limited = [limited(1).await, limited(2).await, limited(7).await];
    for (lefts, rights) in [(30_000, 40_000), (40_000, 30_000)] {
        let (q, s) = (table(&mut random, lefts), table(&mut random, rights));
        limited.iter().chain([&unlimited]).for_each(|context| replace_tables(context, &q, &s));
        for few_pairs in [true, true, true, false, false] {
            let (mut of_join, mut plain) = questions(&mut random);
            if few_pairs {
                (of_join, plain) = (with_few_pairs(&of_join), with_few_pairs(&plain));
            }
            let of_join = of_join.trim_end_matches(" ORDER BY q.id");
            let (expected, spilled) = rows_and_spills(&unlimited, of_join).await;
            assert_eq!(spilled, 0, "{of_join}");
            if few_pairs {
                let plain = plain.trim_end_matches(" ORDER BY id");
                let (ranked, _) = rows_and_spills(&unlimited, plain).await;
                assert!(ranked == expected, "{of_join}\n{plain}");
            }
            for context in &limited {
                let (rows, spilled) = rows_and_spills(context, of_join).await;
                joins += 1;
                spilling += usize::from(spilled > 0);
                assert!(rows == expected, "{of_join}");
            }
        }
    }
    // A side that few columns are read of fits after all.
    assert!(spilling * 3 > joins * 2, "{spilling} of {joins} joins have spilled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sorted_on_disk_comes_out_in_the_order_of_the_left_side() {
    let mut random = Random(9);
    for (lefts, rights) in [(30_000, 40_000), (40_000, 30_000)] {
        let unsorted = SessionContext::new();
        unsorted.register_table("q", table(&mut random, lefts)).unwrap();
        let sorted = unsorted.sql("SELECT * FROM q ORDER BY id").await.unwrap().collect().await.unwrap();
        let by_id = vec![col("id").sort(true, false)];
        let sorted =
            MemTable::try_new(sorted[0].schema(), vec![sorted]).unwrap().with_sort_order(vec![by_id]);
        let context = limited(1).await;
        replace_tables(&context, &Arc::new(sorted), &table(&mut random, rights));
        let query = "SELECT q.id, s.v FROM q LEFT JOIN s ON s.id % 8000 = q.id % 8000 AND as_of(s.t <= q.t) \
                     ORDER BY q.id";
        let plan = context.sql(query).await.unwrap().create_physical_plan().await.unwrap();
        let shown = displayable(plan.as_ref()).indent(false).to_string();
        assert!(!shown.contains("SortExec"), "{shown}");
        let rows = collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
        assert!(spills(plan.as_ref()) > 0);
        let ids = rows.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec());
        assert!(ids.eq(0..lefts as i64));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_side_that_is_sorted_already_streams() {
    let mut random = Random(10);
    let unsorted = SessionContext::new();
    replace_tables(&unsorted, &table(&mut random, 30_000), &table(&mut random, 40_000));
    let (context, unlimited) = (limited(1).await, EngineBuilder::new().threads(2).build().await.unwrap());
    for name in ["q", "s"] {
        let query = format!("SELECT *, id % 8000 AS key FROM {name} ORDER BY key, t NULLS FIRST");
        let rows = unsorted.sql(&query).await.unwrap().collect().await.unwrap();
        let order = vec![col("key").sort(true, true), col("t").sort(true, true)];
        let table = MemTable::try_new(rows[0].schema(), vec![rows]).unwrap().with_sort_order(vec![order]);
        let table = Arc::new(table);
        context.register_table(name, table.clone()).unwrap();
        unlimited.context().register_table(name, table).unwrap();
    }
    for op in ["<=", "<"] {
        let query = format!(
            "SELECT q.id, q.v, s.v AS s_v FROM q LEFT JOIN s ON s.key = q.key AND as_of(s.t {op} q.t)"
        );
        let (expected, _) = rows_and_spills(unlimited.context(), &query).await;
        let (rows, spilled) = rows_and_spills(&context, &query).await;
        assert!(rows == expected, "{op}");
        // What had been read before memory ran out, and nothing else.
        let plan = context.sql(&query).await.unwrap().create_physical_plan().await.unwrap();
        assert_eq!(spilled, 1, "{}", displayable(plan.as_ref()).indent(true));
    }
}
