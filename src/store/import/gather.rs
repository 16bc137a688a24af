//! Reads all files of a delivery on several threads; the result does not depend on how many.

use std::collections::{HashMap, HashSet};

use super::keys::Ranges;
use super::numbers::{DecimalSign, Seen};
use super::persons::PersonIndex;
use super::plan::Plan;
use super::rejects::Reject;
use super::rows::{Parsed, Reading, each_row, parse};
use super::sorted::Sorter;
use super::source::{Block, Blocks, Format, Source};
use super::{Progress, Step};
use crate::error::{Error, Result};

/// A file, how it fills the table and how its numbers are read.
pub struct Input {
    /// The file.
    pub source: Source,
    /// How its columns fill the table.
    pub plan: Plan,
    /// What three digits after a lone separator mean in it.
    pub sign: DecimalSign,
}

/// What the files of a delivery hold.
pub struct Gathered {
    /// The good rows.
    pub sorter: Sorter,
    /// The bad rows so far, in order.
    pub rejects: Vec<Reject>,
    /// Data rows per file.
    pub rows: Vec<u64>,
    /// Sum per column of the table, where it is wanted.
    pub sums: Vec<i128>,
    /// Values that could not be read for the sum, per column.
    pub unread: Vec<u64>,
    /// Smallest and largest keys.
    pub ranges: Ranges,
}

/// Reads everything.
///
/// # Errors
/// [`Error::Delivery`] when a column uses the same sign for thousands and for decimals.
pub fn gather(
    inputs: &[Input],
    persons: Option<&PersonIndex>,
    mut sorter: Sorter,
    threads: usize,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Gathered> {
    let columns = inputs.first().map_or(0, |input| input.plan.targets.len());
    let contract = inputs.first().map(|input| &input.plan.contract);
    let contract = contract.ok_or_else(|| Error::Usage("a delivery needs at least one file".into()))?;
    let mut rejects = Vec::new();
    let mut rows = Vec::new();
    let mut sums = vec![0i128; columns];
    let mut unread = vec![0u64; columns];
    let mut ranges = Ranges::new(contract);
    let total: u64 = inputs.iter().map(|input| input.source.bytes).sum();
    let mut before = 0;
    for (file, input) in inputs.iter().enumerate() {
        let reading =
            Reading { file, plan: &input.plan, delimiter: input.source.delimiter, sign: input.sign, persons };
        let mut seen = vec![Seen::default(); columns];
        let mut in_file = 0u64;
        let mut blocks = input.source.blocks()?;
        loop {
            let round = take(&mut blocks, threads)?;
            if round.is_empty() {
                break;
            }
            for parsed in parse_all(&round, &reading)? {
                in_file += parsed.rows;
                for at in 0..columns {
                    sums[at] += parsed.sums[at];
                    unread[at] += parsed.unread[at];
                    seen[at].merge(parsed.seen[at]);
                }
                rejects.extend(parsed.rejects);
                ranges.extend(&parsed.batch);
                sorter.push(parsed.batch)?;
            }
            progress(Progress {
                step: Step::Reading,
                done: rows.iter().sum::<u64>() + in_file,
                bytes: before,
                total,
            });
        }
        if let Some(at) = seen.iter().position(|seen| seen.ambiguous()) {
            return Err(Error::Delivery(format!(
                "{}: column {} uses the same sign for thousands and for decimals, so three digits after it \
                 can mean either; deliver the amounts with one decimal sign",
                input.source.path.display(),
                input.plan.targets[at].column.name
            )));
        }
        before += input.source.bytes;
        rows.push(in_file);
    }
    Ok(Gathered { sorter, rejects, rows, sums, unread, ranges })
}

/// Up to two blocks per thread.
fn take(blocks: &mut Blocks, threads: usize) -> Result<Vec<Block>> {
    let mut round = Vec::with_capacity(threads * 2);
    while round.len() < threads * 2 {
        match blocks.next()? {
            Some(block) => round.push(block),
            None => break,
        }
    }
    Ok(round)
}

/// Parses blocks side by side; results in the order of the blocks.
fn parse_all(blocks: &[Block], reading: &Reading<'_>) -> Result<Vec<Parsed>> {
    if let [only] = blocks {
        return Ok(vec![parse(only, reading)?]);
    }
    let parts = blocks.chunks(2);
    std::thread::scope(|scope| {
        let handles: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || part.iter().map(|b| parse(b, reading)).collect::<Result<Vec<_>>>())
            })
            .collect();
        let mut all = Vec::with_capacity(blocks.len());
        for handle in handles {
            let parsed =
                handle.join().map_err(|_| Error::Delivery("a reading thread ended unexpectedly".into()))?;
            all.extend(parsed?);
        }
        Ok(all)
    })
}

/// Goes through the files once more for the texts of the rows at these places (file, line).
pub fn texts(inputs: &[Input], places: &HashSet<(usize, u64)>) -> Result<HashMap<(usize, u64), String>> {
    let mut found = HashMap::with_capacity(places.len());
    for (file, input) in inputs.iter().enumerate() {
        if !places.iter().any(|(f, _)| *f == file) {
            continue;
        }
        let mut blocks = input.source.blocks()?;
        while let Some(block) = blocks.next()? {
            each_row(&block, &input.plan, input.source.delimiter, &mut |line, _, text| {
                if places.contains(&(file, line)) {
                    found.insert((file, line), text());
                }
            })?;
        }
    }
    Ok(found)
}

/// What three digits after a lone separator mean in a file: Danish where `;` separates the columns, because
/// the comma is then free for decimals.
pub fn decimal_sign(source: &Source, given: Option<DecimalSign>) -> DecimalSign {
    given.unwrap_or(match (source.format, source.delimiter) {
        (Format::Csv, b';') => DecimalSign::Comma,
        _ => DecimalSign::Point,
    })
}
