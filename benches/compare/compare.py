#!/usr/bin/env python3
"""Runs advisql, DuckDB and Polars on the same Parquet files in turns and prints a Markdown table.

    pip install -r benches/compare/requirements.txt
    cargo build --release --bin advisql --example bench_store --example bench_query --example bench_memory
    python3 benches/compare/compare.py cpr month_end generate import

The data is made once, from a fixed seed, in --data. Before anything is timed, every engine's result must be
the same. Every repetition is a fresh process with --threads threads; the engines take turns (A B C A B C …).
See docs/benchmarks.md.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import as_of
import data
import overlap
import workloads
from process import Failed

WORKLOADS = {
    "cpr": workloads.cpr,
    "month_end": workloads.month_end,
    "benefits": workloads.benefits,
    "other_benefits": workloads.other_benefits,
    "more_benefits": workloads.more_benefits,
    "generate": workloads.generate,
    "import": workloads.import_advis,
    "as_of": as_of.as_of,
    "latest": as_of.latest,
    "overlap": overlap.overlap,
    "overlap_spilling": overlap.overlap_spilling,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"{', '.join(WORKLOADS)}; by default all")
    parser.add_argument("--repetitions", type=int, default=5, help="timed runs of each engine (default %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each engine (default %(default)s)")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "advisql-bench")
    release = data.REPOSITORY / "target" / "release"
    parser.add_argument("--advisql", type=Path, default=release / "advisql")
    parser.add_argument("--bench-store", type=Path, default=release / "examples" / "bench_store")
    parser.add_argument("--bench-query", type=Path, default=release / "examples" / "bench_query")
    parser.add_argument("--bench-memory", type=Path, default=release / "examples" / "bench_memory")
    parser.add_argument("--person-months", type=int, default=5_000_000, help="person-months (default %(default)s)")
    parser.add_argument("--facts", type=int, default=5_000_000, help="person-months of other_benefits, more_benefits (default %(default)s)")
    every = workloads.BENEFITS + workloads.MORE_BENEFITS
    parser.add_argument("--benefits", nargs="*", choices=every, help="of other_benefits and more_benefits only these")
    parser.add_argument("--texts", type=int, default=100_000_000, help="CPR texts (default %(default)s)")
    parser.add_argument("--persons", type=int, default=5_000_000, help="persons (default %(default)s)")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases (default %(default)s)")
    parser.add_argument("--citizens", type=int, default=100_000, help="citizens to generate (default %(default)s)")
    parser.add_argument("--advis", type=int, nargs="*", default=[1_000_000, 5_000_000], help="advis rows to import")
    parser.add_argument("--check-only", action="store_true", help="compare the results, time nothing")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"unknown workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    return chosen


def main() -> int:
    chosen = arguments()
    if not chosen.advisql.is_file():
        sys.exit(f"{chosen.advisql} is not there: cargo build --release --bin advisql --example bench_store")
    chosen.data.mkdir(parents=True, exist_ok=True)
    try:
        for name in chosen.workloads or WORKLOADS:
            for workload in WORKLOADS[name](chosen):
                run(workload, chosen)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def run(workload: workloads.Workload, chosen: argparse.Namespace) -> None:
    """Checks, times and prints one workload."""
    say(f"{workload.title}: comparing results")
    results = {engine.name: workload.result(engine.run()) for engine in workload.engines if engine.compared}
    expected = next(iter(results.values()), None)
    for name, result in results.items():
        if result != expected:
            raise Failed(f"{workload.title}: the result of {name} differs:\n  {result}\n  {expected}")
    if chosen.check_only:
        print(f"{workload.title}: {len(results)} engines agree: {expected}")
        return
    runs = {engine.name: [] for engine in workload.engines}
    for repetition in range(chosen.repetitions):
        say(f"{workload.title}: repetition {repetition + 1} of {chosen.repetitions}, load {os.getloadavg()[0]:.2f}")
        for engine in workload.engines:
            runs[engine.name].append(engine.run())
    print_table(workload, runs, expected)


def print_table(workload: workloads.Workload, runs: dict, expected: object) -> None:
    """Medians; the ratio says how many times faster than the fastest form for DuckDB."""

    def median(name: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in runs[name])

    peers = [name for name in runs if name.startswith("DuckDB") and "scan" not in name]

    def ratio(name: str, what: str) -> str:
        if not peers:
            return "–"
        return f"{min(median(peer, what) for peer in peers) / median(name, what):.2f}"

    print(f"\n### {workload.title}\n")
    if expected is not None:
        print(f"Same result of all engines that are compared: `{expected}`\n")
    again = all(run.again for done in runs.values() for run in done)
    print(
        "| engine | inside s (min–max) |" + " again s (min–max) |" * again + " process s | rows/s | × DuckDB inside |"
        + " × DuckDB again |" * again + " × DuckDB process | peak MiB |"
    )
    print("|---|---|---|---|---|---|---|" + "---|---|" * again)

    def spread(name: str, what: str) -> str:
        seconds = sorted(getattr(run, what) for run in runs[name])
        return f"{statistics.median(seconds):.3f} ({seconds[0]:.3f}–{seconds[-1]:.3f})"

    for name in runs:
        print(
            f"| {name} | {spread(name, 'inside')} |" + (f" {spread(name, 'again')} |" if again else "")
            + f" {median(name, 'process'):.3f} | {workload.rows / median(name, 'inside'):,.0f} | {ratio(name, 'inside')} |"
            + (f" {ratio(name, 'again')} |" if again else "")
            + f" {ratio(name, 'process')} | {median(name, 'peak_kib') / 1024:,.0f} |"
        )
    print(flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
