//! Runs the steps and checks of a version as soon as what they read is there: each of them has parts that keep one
//! thread busy only. The rows do not depend on what ran beside what.

use std::collections::BTreeSet;

use futures::StreamExt;
use futures::future::FutureExt;
use futures::stream::FuturesUnordered;

use super::evidence::{Tested, examine};
use super::produce::{Finished, produce};
use super::run::Stage;
use super::session::RunSession;
use super::statement::Statement;
use super::version::{Step, Test, Version};
use crate::error::{Error, Result};
use crate::store::Transaction;
use crate::store::runs::StepOutcome;

/// Parts of a run that are in progress at the same time: more would only need more memory.
const AT_ONCE: usize = 3;

/// What the steps and checks gave, in the order of the version.
pub(super) struct CarriedOut {
    pub(super) steps: Vec<StepOutcome>,
    pub(super) finished: Vec<Finished>,
    pub(super) checks: Vec<Tested>,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Step(&'a Step),
    Check(&'a Test),
}

enum Done {
    Step(StepOutcome, Option<Finished>),
    Check(Tested),
}

impl<'a> Part<'a> {
    fn stage(self) -> Stage {
        match self {
            Part::Step(_) => Stage::Step,
            Part::Check(_) => Stage::Check,
        }
    }

    fn name(self) -> &'a str {
        match self {
            Part::Step(step) => &step.output,
            Part::Check(check) => &check.name,
        }
    }

    fn statement(self) -> &'a Statement {
        match self {
            Part::Step(step) => &step.statement,
            Part::Check(check) => &check.statement,
        }
    }

    /// The table of the run that it makes.
    fn output(self) -> Option<&'a str> {
        match self {
            Part::Step(step) => Some(&step.output),
            Part::Check(_) => None,
        }
    }

    /// The tables of the run that it reads.
    fn reads(self) -> impl Iterator<Item = &'a str> {
        reads(self.statement())
    }

    async fn run(self, session: &RunSession, transaction: &Transaction, simulate: bool) -> Result<Done> {
        match self {
            Part::Step(step) => {
                let produced = produce(session, step, transaction, simulate).await?;
                let outcome = produced.outcome.clone();
                Ok(Done::Step(outcome, produced.into_run(session, step).await?))
            }
            Part::Check(check) => Ok(Done::Check(examine(session, check).await?)),
        }
    }
}

fn reads(statement: &Statement) -> impl Iterator<Item = &str> {
    statement.tables().iter().filter_map(|table| table.strip_prefix("run."))
}

fn parts(version: &Version) -> Vec<Part<'_>> {
    version.steps.iter().map(Part::Step).chain(version.checks.iter().map(Part::Check)).collect()
}

/// Runs all steps and checks; `tell` hears of each when it begins. Afterwards `session` holds the tables that the
/// version's summary reads.
///
/// # Errors
/// Those of the first part that fails; the others are stopped.
pub(super) async fn carry_out(
    session: &RunSession,
    version: &Version,
    transaction: &Transaction,
    simulate: bool,
    tell: &mut (dyn FnMut(Stage, &str) + Send),
) -> Result<CarriedOut> {
    let parts = parts(version);
    let mut results: Vec<Option<Done>> = parts.iter().map(|_| None).collect();
    let mut waiting: Vec<usize> = (0..parts.len()).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    loop {
        let ready = |i: &usize| parts[*i].reads().all(|table| known.contains(table));
        while running.len() < AT_ONCE
            && let Some(next) = waiting.iter().position(ready)
        {
            let part = waiting.remove(next);
            tell(parts[part].stage(), parts[part].name());
            running.push(parts[part].run(session, transaction, simulate).map(move |done| (part, done)));
        }
        let Some((part, done)) = running.next().await else { break };
        results[part] = Some(done?);
        let output = parts[part].output();
        known.extend(output);
        let unread = |table: &&str| {
            let unfinished = parts.iter().zip(&results).filter(|(_, result)| result.is_none());
            !unfinished
                .map(|(part, _)| part.statement())
                .chain([&version.summary])
                .any(|s| reads(s).any(|t| t == *table))
        };
        for table in parts[part].reads().chain(output).filter(unread) {
            session.forget(table)?;
        }
    }
    let mut out = CarriedOut { steps: Vec::new(), finished: Vec::new(), checks: Vec::new() };
    for (result, part) in results.into_iter().zip(&parts) {
        match result {
            Some(Done::Step(outcome, finished)) => {
                out.steps.push(outcome);
                out.finished.extend(finished);
            }
            Some(Done::Check(tested)) => out.checks.push(tested),
            None => {
                return Err(Error::Pipeline(format!("{}: nothing makes a table that it reads", part.name())));
            }
        }
    }
    Ok(out)
}
