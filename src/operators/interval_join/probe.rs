//! Finds the pairs of one probe batch, a bounded number at a time.

use arrow::array::RecordBatch;
use datafusion::common::Result;

use super::blocks::MaxBlocks;
use super::columns::SideColumns;
use super::index::{BuildIndex, Run};
use super::spec::Spec;

/// Runs up to this length are compared row by row from the start.
const SHORT_RUN: usize = 16;

/// Pairs of row numbers: of the index and of the probe batch.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub build: Vec<u32>,
    pub probe: Vec<u32>,
}

impl Pairs {
    pub(super) fn len(&self) -> usize {
        self.build.len()
    }
}

/// When the rest of a probe row's candidates is of no interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Never,
    AtPartner,
    AtFirst,
}

/// A probe batch and how far it has been compared.
pub(super) struct Probe {
    pub batch: RecordBatch,
    columns: SideColumns,
    runs: Vec<Run>,
    /// Per row whether it has a partner, where that matters.
    pub matched: Vec<bool>,
    low_strict: bool,
    high_strict: bool,
    /// The row that is being compared, and the positions of its run still to compare.
    row: usize,
    open: Option<Open>,
}

#[derive(Clone, Copy)]
struct Open {
    position: usize,
    end: usize,
    least: i64,
}

impl Probe {
    pub(super) fn new(spec: &Spec, index: &BuildIndex, batch: RecordBatch) -> Result<Self> {
        let columns = spec.right.evaluate(&batch)?;
        let runs = index.find(&columns, batch.num_rows());
        let matched = if spec.tracks_probe() { vec![false; batch.num_rows()] } else { Vec::new() };
        let (low_strict, high_strict) = (spec.low_strict, spec.high_strict);
        Ok(Self { batch, columns, runs, matched, low_strict, high_strict, row: 0, open: None })
    }

    /// Adds pairs until there are `limit`, `budget` comparisons are used up, or the batch is done (then true).
    ///
    /// [`Stop::AtPartner`] leaves a row that is known to have a partner, [`Stop::AtFirst`] also after its first pair.
    pub(super) fn next_pairs(
        &mut self,
        index: &BuildIndex,
        pairs: &mut Pairs,
        limit: usize,
        budget: &mut usize,
        stop_rule: Stop,
    ) -> bool {
        while self.row < self.runs.len() {
            let run = self.runs[self.row];
            if run.len == 0 {
                self.row += 1;
                continue;
            }
            let shard = &index.shards[run.shard as usize];
            let open = match self.open {
                Some(open) => open,
                None => match self.open(run, &shard.bounds) {
                    Some(open) => open,
                    None => {
                        self.row += 1;
                        continue;
                    }
                },
            };
            let Open { mut position, mut end, least } = open;
            if stop_rule != Stop::Never && self.matched.get(self.row).copied().unwrap_or(false) {
                end = position;
            }
            let row = self.row as u32;
            while position < end {
                if pairs.len() >= limit || *budget == 0 {
                    self.open = Some(Open { position, end, least });
                    return false;
                }
                if end - position > SHORT_RUN {
                    position = shard.blocks.next_possible(position, end, least);
                }
                let stop = end.min(MaxBlocks::block_end(position)).min(position + limit - pairs.len());
                for (i, bounds) in shard.bounds[position..stop.max(position)].iter().enumerate() {
                    if bounds[1] >= least {
                        pairs.build.push(shard.base + (position + i) as u32);
                        pairs.probe.push(row);
                        if stop_rule == Stop::AtFirst {
                            end = stop;
                            break;
                        }
                    }
                }
                *budget = budget.saturating_sub(stop.saturating_sub(position));
                position = stop.max(position);
            }
            self.open = None;
            self.row += 1;
        }
        true
    }

    /// The part of `run` whose lower bounds fit the current row, and the least upper bound that does.
    #[inline]
    fn open(&self, run: Run, bounds: &[[i64; 2]]) -> Option<Open> {
        if !self.columns.can_match(self.row) {
            return None;
        }
        let most = self.columns.low[self.row].checked_sub(i64::from(self.low_strict))?;
        let least = self.columns.high[self.row].checked_add(i64::from(self.high_strict))?;
        let position = run.start as usize;
        let rows = &bounds[position..position + run.len as usize];
        let fitting = if rows.len() <= SHORT_RUN {
            rows.iter().take_while(|b| b[0] <= most).count()
        } else {
            rows.partition_point(|b| b[0] <= most)
        };
        (fitting > 0).then_some(Open { position, end: position + fitting, least })
    }
}
