//! Runs one query of the benefit comparison over person-months, from Parquet or from memory (see docs/benchmarks.md).

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use advisql::EngineBuilder;
use arrow::array::{Array, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field};
use clap::Parser;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{Expr, cast, ident};
use datafusion::prelude::ParquetReadOptions;

/// Run a query over the table `person_months`; derived amounts of the law count
#[derive(Debug, Parser)]
struct Args {
    /// Parquet file of the person-months
    file: String,
    /// File with the query
    query: PathBuf,
    /// Threads
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Read the file into memory before the time starts
    #[arg(long)]
    memory: bool,
    /// In memory, the decimals as 64 bits, which is what they have in the file
    #[arg(long, requires = "memory")]
    narrow: bool,
    /// In memory, how often the query is run again; the median of these runs is reported beside the first
    #[arg(long, requires = "memory", default_value_t = 0)]
    again: usize,
}

/// A column, of decimals those of 64 bits.
fn narrow(field: &Field) -> Expr {
    match field.data_type() {
        DataType::Decimal128(precision @ ..=18, scale) => {
            cast(ident(field.name()), DataType::Decimal64(*precision, *scale)).alias(field.name())
        }
        _ => ident(field.name()),
    }
}

/// Partitions of a thread: one that is done takes the next, so that none waits long for another at the end.
const PARTITIONS: usize = 4;

/// The file in memory: partitions that are each in one piece, which DataFusion cuts; it does not go through hundreds of batches with all
/// their columns to plan a query. A column is read after the other, so that only one of them is there twice.
async fn loaded(args: &Args) -> Result<MemTable, Box<dyn std::error::Error>> {
    // One thread reads the rows of every column in the same order.
    let engine = EngineBuilder::new().threads(1).build().await?;
    let mut file = engine.context().read_parquet(&args.file, ParquetReadOptions::default()).await?;
    if args.narrow {
        let columns = file.schema().as_arrow().fields().iter().map(|field| narrow(field)).collect::<Vec<_>>();
        file = file.select(columns)?;
    }
    let schema = Arc::new(file.schema().as_arrow().clone());
    let mut parts = vec![Vec::new(); PARTITIONS * args.threads.max(1)];
    for field in schema.fields() {
        let rows = file.clone().select([ident(field.name())])?.collect().await?;
        let arrays: Vec<&dyn Array> = rows.iter().map(|batch| batch.column(0).as_ref()).collect();
        let chunk = arrays.len().div_ceil(parts.len()).max(1);
        for (part, arrays) in parts.iter_mut().zip(arrays.chunks(chunk)) {
            part.push(concat(arrays)?);
        }
    }
    let whole = |columns| RecordBatch::try_new(Arc::clone(&schema), columns).map(|batch| vec![batch]);
    let parts = parts.into_iter().filter(|part| !part.is_empty()).map(whole);
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    Ok(MemTable::try_new(schema, parts)?)
}

/// Keeps every processor busy for a moment: one that has slept while another read the file is slow at first. The other engines load with
/// all their threads until the time starts.
fn awake(threads: usize) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let started = Instant::now();
                while started.elapsed() < Duration::from_millis(200) {
                    std::hint::spin_loop();
                }
            });
        }
    });
}

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    advisql::cli::keep_freed_memory();
    let args = Args::parse();
    let query = std::fs::read_to_string(&args.query)?;
    let engine = EngineBuilder::new().threads(args.threads).derived_rates(true).build().await?;
    let context = engine.context();
    if args.memory {
        context.register_table("person_months", Arc::new(loaded(&args).await?))?;
        awake(args.threads);
    }
    let started = Instant::now();
    if !args.memory {
        context.register_parquet("person_months", &args.file, ParquetReadOptions::default()).await?;
    }
    let batches = engine.sql(&query).await?.collect().await?;
    let seconds = started.elapsed().as_secs_f64();
    let mut again = Vec::new();
    for _ in 0..args.again {
        let started = Instant::now();
        engine.sql(&query).await?.collect().await?;
        again.push(started.elapsed().as_secs_f64());
    }
    again.sort_by(f64::total_cmp);
    let mut writer = arrow::csv::Writer::new(std::io::stdout());
    for batch in &batches {
        writer.write(batch)?;
    }
    let mut said = std::io::stderr();
    writeln!(said, "done in {seconds:.4} s")?;
    if let Some(median) = again.get(again.len() / 2) {
        writeln!(said, "again in {median:.4} s")?;
    }
    Ok(())
}
