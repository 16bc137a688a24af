//! Runs one query of the benefit comparison over person-months, from Parquet or from memory (see docs/benchmarks.md).

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use advisql::EngineBuilder;
use arrow::compute::concat_batches;
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    advisql::cli::keep_freed_memory();
    let args = Args::parse();
    let query = std::fs::read_to_string(&args.query)?;
    let engine = EngineBuilder::new().threads(args.threads).derived_rates(true).build().await?;
    let context = engine.context();
    if args.memory {
        let mut file = context.read_parquet(&args.file, ParquetReadOptions::default()).await?;
        if args.narrow {
            let columns =
                file.schema().as_arrow().fields().iter().map(|field| narrow(field)).collect::<Vec<_>>();
            file = file.select(columns)?;
        }
        let schema = Arc::new(file.schema().as_arrow().clone());
        let mut rows = file.collect().await?;
        // As many partitions as threads: which thread read a batch of the file is chance. In one piece each: DataFusion cuts it, and does
        // not go through hundreds of batches with all their columns to plan a query.
        let part = rows.len().div_ceil(args.threads.max(1)).max(1);
        let mut parts = Vec::new();
        while !rows.is_empty() {
            let batches: Vec<_> = rows.drain(..part.min(rows.len())).collect();
            parts.push(vec![concat_batches(&schema, &batches)?]);
        }
        context.register_table("person_months", Arc::new(MemTable::try_new(schema, parts)?))?;
    }
    let started = Instant::now();
    if !args.memory {
        context.register_parquet("person_months", &args.file, ParquetReadOptions::default()).await?;
    }
    let batches = engine.sql(&query).await?.collect().await?;
    let seconds = started.elapsed().as_secs_f64();
    let mut writer = arrow::csv::Writer::new(std::io::stdout());
    for batch in &batches {
        writer.write(batch)?;
    }
    writeln!(std::io::stderr(), "done in {seconds:.4} s")?;
    Ok(())
}
