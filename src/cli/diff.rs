//! `advisql diff`: two runs of a month side by side.

use clap::Args;

use super::Global;
use super::format::{Format, Sink};
use super::open;
use super::output::Output;
use crate::error::Result;
use crate::pipeline;

/// Show the cases that two runs of the same month end differently
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  advisql diff ./store month_end-2022-12-5d0c1f8a9b3e month_end-2022-12-77ab01c2d3e4"
)]
pub(super) struct DiffArgs {
    /// The store
    store: String,
    /// The first run; a part of its id that only it has is enough
    before: String,
    /// The second run
    after: String,
    /// How the rows are written
    #[arg(long, value_enum)]
    format: Option<Format>,
}

pub(super) async fn run(args: DiffArgs, global: &Global, output: &Output) -> Result<()> {
    let batches = pipeline::diff(open::builder(&args.store, global), &args.before, &args.after).await?;
    let cases: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let format = args.format.unwrap_or(if output.is_json() { Format::Json } else { Format::Table });
    if let Some(first) = batches.first() {
        let mut sink = Sink::new(format, None, &first.schema(), output)?;
        for batch in &batches {
            sink.write(batch)?;
        }
        sink.finish()?;
    }
    output.note(match cases {
        0 => "The two runs end the same way for every case.".to_owned(),
        1 => "1 case differs".to_owned(),
        n => format!("{n} cases differ"),
    });
    Ok(())
}
