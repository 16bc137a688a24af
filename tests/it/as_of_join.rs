//! As-of joins against the plain SQL that says the same: every pair, ranked by a window.
//!
//! `ADVISQL_AS_OF_CASES` sets how many random cases are tried, 40 by default.

use std::fmt::Write;
use std::sync::Arc;

use advisql::EngineBuilder;
use arrow::array::{ArrayRef, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

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

#[tokio::test]
async fn the_memory_of_both_forms_is_limited() {
    let mut random = Random(8);
    for (lefts, rights, side) in [(5_000, 20_000, "left side"), (20_000, 5_000, "right side")] {
        let engine = EngineBuilder::new().threads(2).memory_limit(100_000).build().await.unwrap();
        engine.context().register_table("q", table(&mut random, lefts)).unwrap();
        engine.context().register_table("s", table(&mut random, rights)).unwrap();
        let query = "SELECT count(s.v) FROM q JOIN s ON q.id = s.id AND as_of(s.t <= q.t)";
        let refused = engine.sql(query).await.unwrap().collect().await.unwrap_err().to_string();
        assert!(refused.contains("Resources exhausted") && refused.contains(side), "{refused}");
    }
}
