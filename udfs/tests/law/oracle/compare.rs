//! Runs a benefit's rules and its function over the same rows, and counts every difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisql_udfs::law::{RateRow, Rates, Status};
use datafusion_expr::ScalarUDF;

use super::rates::Law;
use super::{Benefit, Case, Stop};
use crate::call::{Answers, argument_fields, columns, invoke};
use crate::facts::{Fact, Facts, days};
use crate::random::Random;

const BATCH: usize = 4096;
const EVERYDAY_ROWS: usize = 20_000;

/// The law a batch is calculated with: the oracle's own reading and the library's.
struct Side {
    law: Law,
    function: Arc<ScalarUDF>,
}

/// What a store says about the maximum of særlig støtte: two amounts, and none before 2015.
const MAXIMUM: [(&str, &str, &str); 2] =
    [("2015-01-01", "2020-01-01", "3000"), ("2020-01-01", "2200-01-01", "4321.50")];

fn sides(name: &str) -> [Side; 2] {
    let find = |rates: &Arc<Rates>| {
        let all = advisql_udfs::law_functions(rates);
        all.into_iter().find(|f| f.name() == name).unwrap()
    };
    let shipped = Rates::shipped().unwrap();
    let rows: Vec<RateRow> = MAXIMUM
        .iter()
        .map(|(from, to, amount)| RateRow {
            benefit: "parameter".into(),
            parameter: "saerlig_stoette_maximum".into(),
            law_ref: String::new(),
            amount: (amount.replace('.', "").parse::<i64>().unwrap())
                * if amount.contains('.') { 100 } else { 10_000 },
            unit: "dkk_per_month".into(),
            valid_from: days(from[..4].parse().unwrap(), 1, 1),
            valid_to: days(to[..4].parse().unwrap(), 1, 1),
            status: Status::Published,
            source: "test".into(),
            note: None,
        })
        .collect();
    let store = Rates::with_overlay(&[], true).unwrap().overlaid(&rows).unwrap();
    let mut with_derived = Law::read(true);
    for (from, to, amount) in MAXIMUM {
        with_derived.add("parameter", "saerlig_stoette_maximum", from, to, amount);
    }
    [
        Side { law: Law::read(false), function: find(&shipped) },
        Side { law: with_derived, function: find(&store) },
    ]
}

/// Compares over as many rows as asked for; any difference fails.
pub fn run(benefit: &Benefit) {
    let rows = std::env::var("ADVISQL_ORACLE_ROWS").map_or(EVERYDAY_ROWS, |n| n.parse().unwrap());
    let sides = sides(benefit.function);
    let mut random = Random::new(2026);
    let mut seen = Seen::default();
    let mut done = 0;
    while done < rows {
        let batch: Vec<Facts> = (0..BATCH.min(rows - done)).map(|_| (benefit.row)(&mut random)).collect();
        let side = &sides[(done / BATCH) % 2];
        let fields = argument_fields(&side.function, benefit.arguments);
        let result =
            invoke(&side.function, &fields, columns(&batch, &fields, benefit.arguments), batch.len())
                .unwrap();
        let answers = Answers::new(&result);
        for (at, facts) in batch.iter().enumerate() {
            seen.row(benefit, facts, &side.law, &answers, at);
        }
        done += batch.len();
    }
    seen.report(benefit.function, done);
}

#[derive(Default)]
struct Seen {
    computed: usize,
    stopped: usize,
    rules: BTreeMap<&'static str, usize>,
    /// Kind of difference → how often, and the first rows.
    differences: BTreeMap<String, (usize, Vec<String>)>,
}

impl Seen {
    fn row(&mut self, benefit: &Benefit, facts: &Facts, law: &Law, answers: &Answers, at: usize) {
        let mut case = Case::new(facts, law);
        let answer = (benefit.rules)(&mut case);
        let difference = match answer.filter(|_| case.clear()) {
            Some(answer) => {
                self.computed += 1;
                *self.rules.entry(answer.rule).or_default() += 1;
                match answers.text("missing", at) {
                    Some(missing) => {
                        Some(format!("{} calculates, the function says: {}", answer.rule, undated(missing)))
                    }
                    None => differing_step(&answer, answers, at),
                }
            }
            None => {
                self.stopped += 1;
                differing_stop(&case, answers, at)
            }
        };
        if let Some(difference) = difference {
            let (count, examples) = self.differences.entry(difference).or_default();
            *count += 1;
            if examples.is_empty() {
                examples.push(facts.text());
            }
        }
    }

    fn report(self, function: &str, rows: usize) {
        println!(
            "{function}: {rows} rows, {} calculated, {} stopped, rules {:?}",
            self.computed, self.stopped, self.rules
        );
        let differing: usize = self.differences.values().map(|(count, _)| count).sum();
        let mut worst: Vec<_> = self.differences.into_iter().collect();
        worst.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for (kind, (count, examples)) in worst.iter().take(40) {
            println!("{count} rows: {kind}");
            for example in examples {
                println!("    {example}");
            }
        }
        assert_eq!(differing, 0, "{function}: rows that differ");
        assert!(self.computed > rows / 8 && self.stopped > rows / 20, "{function}: rows of one kind only");
    }
}

fn differing_step(answer: &super::Answer, answers: &Answers, at: usize) -> Option<String> {
    for (name, expected) in &answer.steps {
        let got = answers.number(name, at);
        if got != Some(*expected) {
            return Some(
                format!("{}: {name} differs (like {got:?} for {expected})", answer.rule)
                    .split(" (like")
                    .next()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
    let texts = [("rule_id", answer.rule), ("law_version", answer.law)];
    texts
        .iter()
        .find(|(name, expected)| answers.text(name, at) != Some(expected))
        .map(|(name, expected)| format!("{name} is {:?} for {expected}", answers.text(name, at)))
}

/// The function has to stop as well, and every reason it gives has to be one the oracle knows.
fn differing_stop(case: &Case<'_>, answers: &Answers, at: usize) -> Option<String> {
    let stop = &case.stop;
    let Some(missing) = answers.text("missing", at) else {
        return Some(format!("calculates where the oracle says {stop:?}"));
    };
    if answers.number("gross", at).is_some() {
        return Some(format!("gross and missing at once: {missing}"));
    }
    let reasons: Vec<&str> = missing.split("; ").collect();
    // A row that cannot be or is of another benefit may name more that is unknown, but not only that.
    let apart = stop.other.is_some() || !stop.errors.is_empty();
    let known = |reason: &&str| is_known(reason, stop);
    let wrong = match apart {
        true if reasons.iter().any(&known) => reasons.iter().find(|r| !known(r) && !is_unknown(r, case)),
        true => reasons.first(),
        false => reasons.iter().find(|r| !known(r)),
    };
    wrong.map(|reason| format!("says {}; the oracle says {stop:?}", undated(reason)))
}

/// Whether a reason is one the oracle gives.
fn is_known(reason: &str, stop: &Stop) -> bool {
    if let Some(error) = reason.strip_prefix("error: ") {
        let mut words = error.split([' ', ',', ':']);
        let amount = error.starts_with("an amount is larger") && !stop.errors.is_empty();
        return amount || words.any(|word| stop.errors.contains(word));
    }
    if reason.starts_with("rule: ") || reason.starts_with("no law: ") {
        return stop.other.is_some();
    }
    match rate_of(reason) {
        Some(rate) => stop.rates.contains(&rate),
        None => stop.facts.contains(reason),
    }
}

/// Whether what a reason names is unknown at all: the fact in the row, the amount on the day.
fn is_unknown(reason: &str, case: &Case<'_>) -> bool {
    match rate_of(reason) {
        Some(rate) => case.law.at(&rate, case.day).is_none(),
        None => case
            .facts
            .names
            .iter()
            .zip(&case.facts.values)
            .any(|((n, _), v)| *n == reason && *v == Fact::Unknown),
    }
}

fn rate_of(reason: &str) -> Option<String> {
    let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let parameter = || reason.strip_prefix("parameter ").map(|p| format!("parameter/{}", first(p)));
    reason.strip_prefix("rate ").map(first).or_else(parameter)
}

fn undated(text: &str) -> String {
    text.split(' ').filter(|word| !word.starts_with("20")).collect::<Vec<_>>().join(" ")
}
