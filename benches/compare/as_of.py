"""The status of a case: the newest, and that of a day."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import data
import process
from data import QUERIES
from workloads import Engine, Run, Workload, first_row, peer, timed, written

PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 1000000"
BY_CASE = "ORDER BY case_id, valid_from"


def table(chosen: argparse.Namespace, name: str, label: str, **shape: object) -> Path:
    make = data.by_duckdb(f"as_of/data_{name}.sql", shape, PARQUET)
    return data.made(chosen.data / f"{name}-{label}.parquet", name, make)


def engine(chosen: argparse.Namespace, name: str, query: str, files: dict[str, Path]) -> Engine:
    """`query` is a file of benches/queries; its ending says for which engine."""
    views = {table: str(file) for table, file in files.items()}

    def advisql() -> Run:
        text = (QUERIES / query).read_text()
        for view, file in views.items():
            text = text.replace(f"FROM {view}", f"FROM '{file}'").replace(f"JOIN {view} ", f"JOIN '{file}' ")
        path = written(chosen.data / "as-of.sql", text)
        return timed(process.run([chosen.advisql, "sql", "-", "-f", path, "--format", "csv", "--threads", chosen.threads]))

    if query.endswith(".duckdb.sql"):
        return Engine(name, lambda: peer(chosen, "duckdb", views, QUERIES / query))
    return Engine(name, advisql)


def as_of(chosen: argparse.Namespace) -> Iterator[Workload]:
    """The status on a day: 1 M questions about 20 M statuses of 5 M cases."""
    questions = table(chosen, "questions", "1000000", rows=1_000_000, cases=5_000_000)
    for order, label in (("", "as registered"), (BY_CASE, "by case")):
        shape = {"rows": 20_000_000, "cases": 5_000_000, "order": order}
        statuses = table(chosen, "statuses", f"20000000{'-by-case' if order else ''}", **shape)
        files = {"questions": questions, "statuses": statuses}
        yield Workload(
            title=f"Status on a day, 1 M questions × 20 M statuses {label}",
            rows=21_000_000,
            engines=[
                engine(chosen, "advisql, as_of", "as_of/as_of.advisql.sql", files),
                engine(chosen, "DuckDB, ASOF", "as_of/as_of.duckdb.sql", files),
                engine(chosen, "advisql, window", "as_of/window.advisql.sql", files),
            ],
            result=first_row,
        )


def latest(chosen: argparse.Namespace) -> Iterator[Workload]:
    """The newest status of each of 1 M cases."""
    statuses = table(chosen, "statuses", "3500000", rows=3_500_000, cases=1_000_000, order="")
    files = {"statuses": statuses}
    yield Workload(
        title="Newest status of each case, 3.5 M statuses of 1 M cases",
        rows=3_500_000,
        engines=[
            engine(chosen, "advisql, latest", "latest/latest.advisql.sql", files),
            engine(chosen, "advisql, window", "latest/window.advisql.sql", files),
            engine(chosen, "DuckDB, arg_max", "latest/arg_max.duckdb.sql", files),
            engine(chosen, "DuckDB, window", "latest/window.duckdb.sql", files),
        ],
        result=first_row,
    )
