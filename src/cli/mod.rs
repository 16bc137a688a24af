//! The command line: one file per command, a thin face over the library.

mod allocator;
mod author;
mod compact;
mod demo;
mod diff;
mod explain;
mod format;
mod functions;
mod generate;
mod import;
mod init;
mod month;
mod newest_month;
mod open;
mod output;
mod report;
mod run;
mod runs;
mod shell;
mod sql;
mod statement;
mod table;
mod vacuum;
mod verify;
mod what_if;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::error::{Error, Result};
pub use allocator::keep_freed_memory;
use output::Output;

/// Exit code of a command that was used wrongly; the same as the argument parser's.
const WRONG_USAGE: u8 = 2;

/// Bytes of stack for each worker: plans of the size analysts write recurse deeply in unoptimised builds.
const WORKER_STACK: usize = 8 << 20;

/// Embedded database for Danish municipal benefit administration.
#[derive(Debug, Parser)]
#[command(
    name = "advisql",
    version,
    after_help = "Example:\n  advisql demo\n  advisql sql ./advisql-demo/store \"select * from report.payments_by_benefit\"\n\n\
                  Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "General options")]
struct Global {
    /// Only results and errors: no notes, no progress
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Language of reports, summaries and explanations
    #[arg(long, global = true, value_enum, default_value_t = Lang::Da, value_name = "LANG")]
    lang: Lang,
    /// Threads that work; by default all of the machine's
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Memory that queries may use before they spill to disk, for example 2GiB
    #[arg(long, global = true, value_name = "SIZE", value_parser = open::parse_bytes)]
    memory: Option<usize>,
}

/// Language of texts made for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Danish.
    Da,
    /// English.
    En,
}

impl From<Lang> for crate::report::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Da => crate::report::Lang::Da,
            Lang::En => crate::report::Lang::En,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Init(init::InitArgs),
    Generate(generate::GenerateArgs),
    Import(import::ImportArgs),
    Sql(sql::SqlArgs),
    Run(run::RunArgs),
    Runs(runs::RunsArgs),
    Show(runs::ShowArgs),
    Diff(diff::DiffArgs),
    Withdraw(runs::WithdrawArgs),
    Replay(runs::ReplayArgs),
    Explain(explain::ExplainArgs),
    Report(report::ReportArgs),
    Verify(verify::VerifyArgs),
    WhatIf(what_if::WhatIfArgs),
    Vacuum(vacuum::VacuumArgs),
    Compact(compact::CompactArgs),
    Functions(functions::FunctionsArgs),
}

/// Parses the arguments of the process, runs the command and gives its exit code: 0 done, 1 refused or
/// failed, 2 wrong usage. Never panics on what a user gives it; a reader that closes the pipe ends it quietly.
pub fn main() -> ExitCode {
    keep_freed_memory();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // When even the refusal cannot be printed, the exit code still tells.
            let _ = refusal.print();
            return ExitCode::from(u8::try_from(refusal.exit_code()).unwrap_or(WRONG_USAGE));
        }
    };
    let output = Output::new(&cli.global);
    match run(cli, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(if matches!(error, Error::Usage(_)) { WRONG_USAGE } else { 1 })
        }
    }
}

fn run(cli: Cli, output: &Output) -> Result<()> {
    runtime(&cli.global)?.block_on(dispatch(cli.command, &cli.global, output))
}

/// As many threads as were asked for.
fn runtime(global: &Global) -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(WORKER_STACK);
    if let Some(threads) = global.threads {
        builder.worker_threads(usize::from(threads));
    }
    builder.build().map_err(Error::file("worker threads"))
}

async fn dispatch(command: Command, global: &Global, output: &Output) -> Result<()> {
    match command {
        Command::Demo(args) => demo::run(args, global, output).await,
        Command::Init(args) => init::run(args, output).await,
        Command::Generate(args) => generate::run(args, global, output).await,
        Command::Import(args) => import::run(args, global, output).await,
        Command::Sql(args) => sql::run(args, global, output).await,
        Command::Run(args) => run::run(args, global, output).await,
        Command::Runs(args) => runs::runs(args, output).await,
        Command::Show(args) => runs::show(args, output).await,
        Command::Diff(args) => diff::run(args, global, output).await,
        Command::Withdraw(args) => runs::withdraw(args, output).await,
        Command::Replay(args) => runs::replay(args, global, output).await,
        Command::Explain(args) => explain::run(args, global, output).await,
        Command::Report(args) => report::run(args, global, output).await,
        Command::Verify(args) => verify::run(args, output).await,
        Command::WhatIf(args) => what_if::run(args, global, output).await,
        Command::Vacuum(args) => vacuum::run(args, output).await,
        Command::Compact(args) => compact::run(args, output).await,
        Command::Functions(args) => functions::run(args, global, output).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_tree_is_sound_and_every_command_has_an_example() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} has no example", command.get_name());
            assert!(help.contains("advisql "), "{}: the example is not a command", command.get_name());
        }
    }
}
