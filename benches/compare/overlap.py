"""Joins of periods: with a key, with a skewed key, without a key, and larger than memory."""

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import data
import process
from data import QUERIES
from workloads import Engine, Run, Workload, first_row, peer, timed, written

OVERLAP = QUERIES / "overlap"
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 1000000"
STOCK = "SET advisql.interval_join.enable = false;\n"


def periods(chosen: argparse.Namespace, name: str, **shape: object) -> Path:
    make = data.by_duckdb("overlap/data_periods.sql", shape, PARQUET)
    size = "-".join(str(value) for value in shape.values())
    return data.made(chosen.data / f"{name}-{size}.parquet", name, make)


def engines(chosen: argparse.Namespace, query: str, files: dict[str, Path], *, memory: str | None = None,
            polars: bool = True, stock: bool = True) -> list[Engine]:
    views = {name: str(file) for name, file in files.items()}

    def advisql(before: str) -> Run:
        text = (OVERLAP / f"{query}.advisql.sql").read_text()
        for name, file in views.items():
            text = text.replace(f"FROM {name} ", f"FROM '{file}' ").replace(f"JOIN {name} ", f"JOIN '{file}' ")
        path = written(chosen.data / f"overlap-{'stock' if before else 'advisql'}.sql", before + text)
        command = [chosen.advisql, "sql", "-", "-f", path, "--format", "csv", "--threads", chosen.threads]
        return timed(process.run(command + (["--memory", memory] if memory else [])))

    def duckdb() -> Run:
        limit = f"SET memory_limit = '{memory}';\n" if memory else ""
        text = limit + (OVERLAP / f"{query}.duckdb.sql").read_text()
        return peer(chosen, "duckdb", views, written(chosen.data / "overlap-duckdb.sql", text))

    listed = [Engine("advisql", lambda: advisql("")), Engine("DuckDB", duckdb)]
    if polars:
        listed.append(Engine("Polars", lambda: peer(chosen, "polars", views, f"overlap_{query}")))
    if stock:
        listed.append(Engine("DataFusion (operator off)", lambda: advisql(STOCK)))
    return listed


def answer(run: Run) -> list[str]:
    """The only row; a SET before the query prints an empty line."""
    return first_row(dataclasses.replace(run, stdout=run.stdout.lstrip()))


def overlap(chosen: argparse.Namespace) -> Iterator[Workload]:
    """The shapes that fit in memory."""
    benefits = periods(chosen, "benefits", rows=3_000_000, persons=5_000_000, skew=1.3, days=400, seed=0)
    employments = periods(chosen, "employments", rows=10_000_000, persons=5_000_000, skew=1.3, days=1200, seed=3)
    files = {"benefits": benefits, "employments": employments}
    yield Workload("Benefits × employments of one person, 3 M × 10 M", 13_000_000, engines(chosen, "keyed", files), answer)

    make = data.by_duckdb("overlap/data_residences.sql", {"rows": 8_000_000}, PARQUET)
    residences = data.made(chosen.data / "residences-8000000.parquet", "residences", make)
    files = {"residences": residences}
    yield Workload("Same address at the same time, 8 M stays", 8_000_000, engines(chosen, "same_address", files), answer)

    few = periods(chosen, "few", rows=20_000, persons=5_000_000, skew=1, days=8, seed=0)
    many = periods(chosen, "many", rows=200_000, persons=5_000_000, skew=1, days=8, seed=3)
    files = {"benefits": many, "employments": few}
    yield Workload("Overlap without a key, 200 k × 20 k", 220_000, engines(chosen, "unkeyed", files), answer)


def overlap_spilling(chosen: argparse.Namespace) -> Iterator[Workload]:
    """20 M × 20 M rows with little memory; the operator-off plan's hash join cannot spill, Polars takes no limit."""
    shape = {"rows": 20_000_000, "persons": 10_000_000, "skew": 1, "days": 400}
    benefits = periods(chosen, "benefits", **shape, seed=0)
    employments = periods(chosen, "employments", **shape, seed=3)
    files = {"benefits": benefits, "employments": employments}
    for memory in ["2GiB", "1GiB"]:
        listed = engines(chosen, "keyed", files, memory=memory, polars=False, stock=False)
        name = f"Benefits × employments of one person, 20 M × 20 M in {memory}"
        yield Workload(name, 40_000_000, listed, answer)
