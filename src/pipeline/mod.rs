//! Pipelines: the work of a municipality as released versions of SQL, run on one pinned state of the store
//! and published in one commit.
//!
//! A version is a directory of `sql/pipelines`: steps (one `SELECT` each, named after its output), gates that
//! must hold before, checks that must hold of the produced rows, and a manifest. The runner owns every write.

mod diff;
mod evidence;
mod explain;
mod fingerprint;
mod ledger;
mod manifest;
mod produce;
mod publish;
mod replay;
mod run;
mod schedule;
mod session;
mod shipped;
mod statement;
mod unique;
mod version;
mod what_if;

pub use crate::store::runs::{RunRecord, RunReport, RunStatus, RunSum, Sentence, StepOutcome, TestOutcome};
pub use diff::diff;
pub use explain::{Explanation, explain};
pub use fingerprint::{code_fingerprint, lock, run_fingerprint};
pub use ledger::{runs, show};
pub use manifest::{Manifest, StepDeclaration};
pub use publish::withdraw;
pub use replay::{Replay, replay};
pub use run::{Progress, Run, RunOptions, Stage, Watcher, run, run_version};
pub use statement::{Parameter, Parameters, Statement};
pub use version::{Step, Test, Version};
pub use what_if::{WhatIf, what_if};
