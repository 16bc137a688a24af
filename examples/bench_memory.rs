//! `bench_query` with an allocator of its own, as the other engines' programs bring one: for tables in memory it is a tenth faster than the C
//! library's, and reading Parquet files a quarter slower. A program that embeds advisql chooses; the library sets none.

#[path = "bench_query.rs"]
mod query;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    query::main()
}
