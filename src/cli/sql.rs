//! `advisql sql`: one query, a file of queries, or the interactive shell.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use futures::StreamExt;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::Global;
use super::format::{Format, Sink};
use super::open::{self, OtherRates, Reading};
use super::output::Output;
use super::shell;
use super::statement::{self, Parameters};
use crate::error::{Error, Result};
use crate::session::Engine;

/// Query a store, or files: one query, a file of queries, or an interactive shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    advisql sql ./store \"select benefit, sum(gross) from payments group by benefit\"\n  \
    advisql sql ./store -f month.sql --param month=2022-12-01 --format csv -o month.csv\n  \
    advisql sql - \"select count(*) from 'incomes.parquet'\"\n  \
    advisql sql ./store")]
pub(super) struct SqlArgs {
    /// The store; `-` for none
    store: String,
    /// The query; without it and without --file, the shell opens
    #[arg(conflicts_with = "file")]
    query: Option<String>,
    /// Run the queries of a file, separated by semicolons; `-` reads standard input
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How rows are written; by default a table, or what the name of the output file says
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the rows to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A value for $name in the query: a date, a decimal, an integer, else a text
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = statement::parse_parameter)]
    parameters: Vec<(String, String)>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    rates: OtherRates,
}

pub(super) async fn run(args: SqlArgs, global: &Global, output: &Output) -> Result<()> {
    let parameters: Parameters = args.parameters.iter().cloned().collect();
    let text = match (&args.query, &args.file) {
        (Some(query), _) => Some(query.clone()),
        (None, Some(path)) if path == Path::new("-") => Some(read_stdin()?),
        (None, Some(path)) => Some(std::fs::read_to_string(path).map_err(Error::file(path))?),
        (None, None) if !std::io::stdin().is_terminal() => Some(read_stdin()?),
        (None, None) => None,
    };
    let engine = open::engine_with(&args.store, &args.reading, &args.rates, global).await?;
    let format = format(&args, output);
    let Some(text) = text else {
        return shell::run(&engine, &parameters, format, global, output).await;
    };
    let statements = statement::split(&text)?;
    match (statements.len(), &args.output) {
        (0, _) => return Err(Error::Usage("there is no query to run".to_owned())),
        (2.., Some(_)) => {
            return Err(Error::Usage(
                "--output takes the rows of one query, and there are several".to_owned(),
            ));
        }
        _ => {}
    }
    let queries = Queries { engine: &engine, parameters: &parameters, workers: &Handle::current(), output };
    for text in &statements {
        queries.execute(text, format, args.output.as_deref(), true).await?;
    }
    Ok(())
}

/// What queries run with.
pub(super) struct Queries<'a> {
    pub engine: &'a Engine,
    pub parameters: &'a Parameters,
    /// The threads that work on them.
    pub workers: &'a Handle,
    pub output: &'a Output,
}

impl Queries<'_> {
    /// Runs one statement and writes its rows; with `timing`, a note says how many rows came in what time.
    ///
    /// The query works apart from whoever waits for its rows: who is told to stop waiting can do so at once, also while
    /// a step of the query takes long. The work ends when nobody waits.
    pub(super) async fn execute(
        &self,
        text: &str,
        format: Format,
        file: Option<&Path>,
        timing: bool,
    ) -> Result<()> {
        let started = Instant::now();
        let progress = self.output.progress("rows", 0);
        let text = statement::bind(text, self.parameters)?;
        let engine = self.engine.clone();
        let mut starting: JoinSet<Result<_>> = JoinSet::new();
        starting.spawn_on(
            async move { Ok(apart(engine.sql(&text).await?.execute_stream().await?)) },
            self.workers,
        );
        let mut stream = match starting.join_next().await {
            Some(Ok(stream)) => stream?,
            Some(Err(e)) if e.is_panic() => std::panic::resume_unwind(e.into_panic()),
            _ => return Err(Error::Query("interrupted".to_owned())),
        };
        let mut sink = Sink::new(format, file, &stream.schema(), self.output)?;
        let mut rows = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            rows += batch.num_rows() as u64;
            progress.set(rows, 0);
            sink.write(&batch)?;
        }
        drop(progress);
        let (rows, hidden) = sink.finish()?;
        if hidden > 0 {
            self.output.note(format!("… {hidden} more rows; write them all with --output or --format csv"));
        }
        if timing {
            let seconds = started.elapsed().as_secs_f64();
            let noun = if rows == 1 { "row" } else { "rows" };
            self.output.note(format!("{rows} {noun} in {seconds:.3} s"));
        }
        Ok(())
    }
}

/// The same stream, worked on by a task of its own that ends when the stream is dropped.
fn apart(mut stream: SendableRecordBatchStream) -> SendableRecordBatchStream {
    let mut builder = RecordBatchReceiverStream::builder(stream.schema(), 2);
    let sender = builder.tx();
    builder.spawn(async move {
        while let Some(batch) = stream.next().await {
            if sender.send(batch).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    builder.build()
}

fn format(args: &SqlArgs, output: &Output) -> Format {
    let by_name = || args.output.as_deref().and_then(Format::of);
    let by_default = if output.is_json() { Format::Json } else { Format::Table };
    args.format.or_else(by_name).unwrap_or(by_default)
}

fn read_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(Error::file("standard input"))?;
    Ok(text)
}
