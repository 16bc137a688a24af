"""One run of a peer, in a process of its own. Prints one line of JSON: seconds after imports, of the first run and of those again, and the result.

    worker.py make QUERY FILE OPTIONS             rows of a query to a file, with DuckDB
    worker.py duckdb THREADS VIEWS FILE…          the rows of the last query
    worker.py duckdb_steps THREADS VIEWS OUT STEP…  each step a table named after its file; --write writes it
    worker.py duckdb_memory THREADS VIEWS FILE…   the same with the tables read into memory before the time starts; then AGAIN times more
    worker.py polars THREADS VIEWS FORM [OUT]     a form of polars_forms.py
    worker.py polars_memory THREADS VIEWS FORM    likewise

VIEWS is JSON: name of the table to a glob of Parquet files.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

#: How often a query over tables in memory is run again in the same process.
AGAIN = 5


def main(mode: str, *rest: str) -> None:
    if mode == "make":
        make(*rest)
        return
    threads, views, *rest = rest
    views = json.loads(views)
    work = {
        "duckdb": duckdb_query,
        "duckdb_memory": duckdb_query,
        "duckdb_steps": duckdb_steps,
        "polars": polars_form,
        "polars_memory": polars_form,
    }[mode]
    if mode.startswith("polars"):
        # Read once, when Polars is imported.
        os.environ["POLARS_MAX_THREADS"] = threads
        import polars_forms  # noqa: F401
    else:
        import duckdb  # noqa: F401
    if mode == "duckdb_memory":
        views = {None: connection(int(threads), views, "TABLE")}
    elif mode == "polars_memory":
        import polars

        views = {name: polars.read_parquet(files) for name, files in views.items()}
    runs = [timed(work, int(threads), views, *rest) for _ in range(1 + AGAIN * mode.endswith("_memory"))]
    (seconds, rows), again = runs[0], [seconds for seconds, _ in runs[1:]]
    said = {"seconds": seconds, "again": statistics.median(again) if again else None}
    print(json.dumps({**said, "rows": [[str(value) for value in row] for row in rows]}))


def timed(work, *given: object) -> tuple[float, list]:
    """The seconds of one run, and its rows."""
    started = time.perf_counter()
    rows = work(*given)
    return time.perf_counter() - started, rows


def connection(threads: int, views: dict, kind: str = "VIEW"):
    """A connection with the Parquet files as views, or as tables in memory."""
    import duckdb

    if None in views:
        return views[None]

    connected = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    for name, files in views.items():
        connected.execute(f"CREATE {kind} {name} AS SELECT * FROM read_parquet('{files}')")
    return connected


def make(query: str, path: str, options: str) -> None:
    import duckdb

    duckdb.connect().execute(f"COPY ({query.rstrip().rstrip(';')}) TO '{path}' ({options})")


def duckdb_query(threads: int, views: dict, *files: str) -> list:
    connected = connection(threads, views)
    for file in files:
        answer = connected.execute(Path(file).read_text())
    return answer.fetchall()


def duckdb_steps(threads: int, views: dict, out: str, *steps: str) -> list:
    """Steps before `--write` become tables in memory, those after it Parquet files."""
    connected = connection(threads, views)
    write = False
    for step in steps:
        if step == "--write":
            write = True
            continue
        query, name = Path(step).read_text(), Path(step).stem
        if write:
            options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
            connected.execute(f"COPY ({query}) TO '{out}/{name}.parquet' ({options})")
        else:
            connected.execute(f"CREATE TEMP TABLE {name} AS {query}")
    return []


def polars_form(_threads: int, views: dict, form: str, *out: str) -> list:
    import polars_forms

    return getattr(polars_forms, form)(views, *out)


if __name__ == "__main__":
    main(*sys.argv[1:])
