"""Where the data of the benchmarks is and how it is made: once, from fixed seeds, outside the repository."""

import argparse
import re
import sys
from pathlib import Path

import process

REPOSITORY = Path(__file__).resolve().parents[2]
QUERIES = REPOSITORY / "benches" / "queries"
WORKER = Path(__file__).resolve().parent / "worker.py"


def made(path: Path, what: str, make) -> Path:
    """`path`, made by `make(temporary path)` when it is not there yet; a stopped attempt leaves nothing."""
    if not path.exists():
        print(f"making {what}: {path}", file=sys.stderr, flush=True)
        unfinished = path.with_name(f"unfinished-{path.name}")
        if unfinished.exists():
            process.run(["rm", "-r", unfinished])
        make(unfinished)
        unfinished.rename(path)
    return path


def by_duckdb(query: str, parameters: dict, options: str):
    """A maker that writes the rows of a query of this repository with DuckDB."""

    def make(path: Path) -> None:
        text = (QUERIES / query).read_text()
        for name, value in parameters.items():
            text = text.replace(f"${name}", str(value))
        process.run([sys.executable, WORKER, "make", text, path, options])

    return make


def cpr_texts(chosen: argparse.Namespace) -> Path:
    """CPR texts in one Parquet file of the form that a store writes: see src/store/encode.rs."""
    # Version 2 writes the lengths of texts apart from their characters, as the store does.
    options = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 262144"
    make = by_duckdb("data_cpr.sql", {"rows": chosen.texts}, options)
    return made(chosen.data / f"cpr-v2-{chosen.texts}.parquet", "CPR texts", make)


def person_months(chosen: argparse.Namespace) -> tuple[Path, Path]:
    """Person-months with their facts, and the rates of every month in a wide table for the peers; both Parquet."""
    # Row groups as in the files of a store: see src/store/encode.rs.
    options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 262144"
    make = by_duckdb("benefits/data.sql", {"rows": chosen.person_months}, options)
    months = made(chosen.data / f"person-months-groups-{chosen.person_months}.parquet", "person-months", make)

    return months, rates_table(chosen, "rates_by_month")


def benefit_facts(chosen: argparse.Namespace) -> tuple[Path, Path, Path]:
    """Facts of six benefits in the types of the store; for the peers in whole øre and days; their rates by day. All Parquet."""
    options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 1000000"
    make = by_duckdb("benefits/facts.sql", {"rows": chosen.facts}, options)
    facts = made(chosen.data / f"facts-{chosen.facts}.parquet", "facts of benefits", make)

    def typed(path: Path) -> None:
        query = (QUERIES / "benefits" / "facts_of_the_store.sql").read_text().replace("FROM facts", f"FROM '{facts}'")
        process.run([sys.executable, WORKER, "make", query, path, options])

    return made(chosen.data / f"facts-typed-{chosen.facts}.parquet", "facts in the types of the store", typed), facts, (
        rates_table(chosen, "rates_by_day")
    )


def more_facts(chosen: argparse.Namespace) -> tuple[Path, dict[str, Path]]:
    """Facts of more benefits in the types of the store, and what the peers read the law from: its amounts, and months."""
    options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 1000000"
    make = by_duckdb("benefits/more_facts.sql", {"rows": chosen.facts}, options)
    facts = made(chosen.data / f"more-facts-{chosen.facts}.parquet", "facts of more benefits", make)

    def months(path: Path) -> None:
        query = "SELECT CAST(DATE '2013-01-01' + to_months(CAST(n AS INTEGER)) AS DATE) AS month FROM range(168) AS months (n)"
        process.run([sys.executable, WORKER, "make", query, path, "FORMAT parquet"])

    return facts, {
        "person_months": facts,
        "rates": law_rates(chosen, "every_rate"),
        "months": made(chosen.data / "every-month.parquet", "months", months),
    }


def facts_of(chosen: argparse.Namespace, facts: Path, name: str) -> Path:
    """The columns of the facts that the queries of a benefit name: no engine's memory holds others."""
    queries = [QUERIES / "benefits" / f"{name}.{of}.sql" for of in ("advisql", "peers")]
    named = sorted({word for query in queries for word in re.findall(r"\w+", query.read_text())})
    options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 1000000"

    def make(path: Path) -> None:
        query = f"SELECT COLUMNS(lambda c: list_contains({named}, c)) FROM '{facts}'"
        process.run([sys.executable, WORKER, "make", query, path, options])

    return made(facts.with_name(f"{facts.stem}-{name}.parquet"), f"facts of {name}", make)


def rates_table(chosen: argparse.Namespace, name: str) -> Path:
    """Rates as columns for the peers."""

    def make(path: Path) -> None:
        wide = (QUERIES / "benefits" / f"{name}.duckdb.sql").read_text()
        wide = wide.replace("JOIN rates ON", f"JOIN '{law_csv(chosen)}' AS rates ON")
        process.run([sys.executable, WORKER, "make", wide, path, "FORMAT parquet"])

    return made(chosen.data / f"{name}.parquet", "rates", make)


def law_csv(chosen: argparse.Namespace, name: str = "rates") -> Path:
    """The amounts from the same law tables that advisql calculates with."""

    def make(path: Path) -> None:
        query = QUERIES / "benefits" / f"{name}.advisql.sql"
        path.write_text(process.run([chosen.advisql, "sql", "-", "-f", query, "--format", "csv"]).stdout)

    return made(chosen.data / f"{name}.csv", "amounts of the law", make)


def law_rates(chosen: argparse.Namespace, name: str = "rates") -> Path:
    """`law.rates` as it is: an amount a row with its days."""

    def rates(path: Path) -> None:
        query = f"SELECT * REPLACE (CAST(amount AS DECIMAL(14, 4)) AS amount) FROM '{law_csv(chosen, name)}'"
        process.run([sys.executable, WORKER, "make", query, path, "FORMAT parquet"])

    return made(chosen.data / f"law-{name}.parquet", "rates", rates)


def calendar(chosen: argparse.Namespace, name: str, day: str) -> Path:
    """The days of a wide table of rates: those on which rates are asked for."""

    def days(path: Path) -> None:
        query = f"SELECT {day} FROM '{rates_table(chosen, f'rates_by_{name}')}'"
        process.run([sys.executable, WORKER, "make", query, path, "FORMAT parquet"])

    return made(chosen.data / f"{name}s.parquet", f"{name}s", days)


def advis_csv(chosen: argparse.Namespace, rows: int) -> Path:
    """Advis rows in one CSV file."""
    make = by_duckdb(
        "data_advis.sql", {"rows": rows, "event_types": REPOSITORY / "datasets" / "event_types.csv"}, "FORMAT csv, HEADER"
    )
    return made(chosen.data / f"advis-{rows}.csv", "advis rows", make)


def month_end_store(chosen: argparse.Namespace) -> Path:
    """A store with persons, cases, facts and 24 months of income, and the rates in force beside it."""

    def make(path: Path) -> None:
        path.mkdir()
        process.run([chosen.bench_store, path / "store", "--persons", chosen.persons, "--cases", chosen.cases])
        # The amounts come from the same law tables that advisql calculates with.
        query = QUERIES / "month_end" / "rates.advisql.sql"
        process.run([chosen.advisql, "sql", path / "store", "-f", query, "-o", path / "rates.parquet"])

    return made(chosen.data / f"month-end-{chosen.persons}-{chosen.cases}", "store of the month-end", make)
