"""The workloads: which engines run what, and how their results are compared."""

import argparse
import csv
import dataclasses
import io
import itertools
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import data
import process
import worker
from data import QUERIES, WORKER
from process import Failed, Run


@dataclasses.dataclass
class Engine:
    """One line of the table."""

    name: str
    run: Callable[[], Run]
    #: Whether its result must equal the others'; a bare scan has another.
    compared: bool = True


@dataclasses.dataclass
class Workload:
    """One table."""

    title: str
    #: Rows that `rows/s` counts.
    rows: int
    engines: list[Engine]
    #: What of a run is compared.
    result: Callable[[Run], object]


def cpr(chosen: argparse.Namespace) -> Iterator[Workload]:
    """Validity and birth date of CPR texts, beside only reading them."""
    texts = data.cpr_texts(chosen)
    views = {"texts": str(texts)}

    def advisql(file: str) -> Run:
        query = (QUERIES / file).read_text().replace("FROM texts", f"FROM '{texts}'")
        path = written(chosen.data / file, query)
        return timed(process.run([chosen.advisql, "sql", "-", "-f", path, "--format", "csv", "--threads", chosen.threads]))

    yield Workload(
        title=f"CPR texts: valid, birth date ({chosen.texts:,} texts from Parquet)",
        rows=chosen.texts,
        engines=[
            Engine("advisql", lambda: advisql("cpr.advisql.sql")),
            Engine("DuckDB, arithmetic", lambda: peer(chosen, "duckdb", views, QUERIES / "cpr.duckdb_arithmetic.sql")),
            Engine("DuckDB, calendar", lambda: peer(chosen, "duckdb", views, QUERIES / "cpr.duckdb_calendar.sql")),
            Engine("Polars", lambda: peer(chosen, "polars", views, "cpr")),
            Engine("advisql, scan only", lambda: advisql("scan.advisql.sql"), compared=False),
            Engine("DuckDB, scan only", lambda: peer(chosen, "duckdb", views, QUERIES / "scan.duckdb.sql"), compared=False),
        ],
        result=first_row,
    )


def month_end(chosen: argparse.Namespace) -> Iterator[Workload]:
    """A month's run: grants, facts, incomes, rates, calculations and payments, written."""
    root = data.month_end_store(chosen)
    work = chosen.data / "month-end-work"
    views = {table: str(root / "store" / "data" / table / "*.parquet") for table in
             ("cases", "case_facts", "persons", "incomes")}
    views["rates"] = str(root / "rates.parquet")
    steps = QUERIES / "month_end"
    count = itertools.count()

    def fresh() -> Path:
        """A folder of its own for every run; the last one stays for the comparison."""
        folder = work / str(next(count))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def advisql() -> Run:
        folder = fresh()
        # Files of a store never change, so a copy of hard links is a store of its own; its log is new.
        shutil.copytree(root / "store", folder / "store", copy_function=link)
        ran = process.run([
            chosen.advisql, "run", folder / "store", "month_end", "--period", "2022-12",
            "--threads", chosen.threads, "--by", "benchmark",
        ])
        return with_folder(timed(ran), folder / "store" / "data")

    def duckdb() -> Run:
        folder = fresh()
        parts = [steps / "assessed.sql", "--write", steps / "calculations.sql", steps / "payments.sql"]
        return with_folder(peer(chosen, "duckdb_steps", views, folder, *parts), folder)

    def polars() -> Run:
        folder = fresh()
        return with_folder(peer(chosen, "polars", views, "month_end", folder), folder)

    def payments(run: Run) -> object:
        """Compared as sums and a hash over every payment's case, amount, status and reason."""
        files = [str(path) for path in sorted(run.folder.glob("payments*")) for path in parquet_files(path)]
        views = {"payments": files[0] if len(files) == 1 else f"{run.folder}/payments/*.parquet"}
        return first_row(peer(chosen, "duckdb", views, steps / "compared.sql"))

    engines = [Engine("advisql run", advisql), Engine("DuckDB", duckdb), Engine("Polars", polars)]
    yield Workload(
        title=f"Month-end of {chosen.cases:,} cases, {chosen.persons:,} persons, 24 months of income",
        rows=chosen.cases,
        engines=engines,
        result=payments,
    )
    shutil.rmtree(work, ignore_errors=True)


#: The table in memory before the time starts, and the query again as often as the peers' is.
IN_MEMORY = ["--memory", "--again", worker.AGAIN]


def benefits(chosen: argparse.Namespace) -> Iterator[Workload]:
    """Kontanthjælp of person-months with every step, from Parquet and from memory; the peers read law.rates in the query.

    Beside it the peers with the rates of every month laid out before.
    """
    months, rates = data.person_months(chosen)
    stored = {
        "person_months": str(months),
        "rates": str(data.law_rates(chosen)),
        "months": str(data.calendar(chosen, "month", "month")),
    }
    prepared = {"person_months": str(months), "rates_by_month": str(rates)}
    queries = QUERIES / "benefits"
    steps = queries / "kontanthjaelp.duckdb.sql"
    reading = (queries / "kontanthjaelp_rates.duckdb.sql").read_text()
    from_the_store = written(chosen.data / "kontanthjaelp.duckdb.sql", reading + steps.read_text().partition("WITH ")[2])

    def advisql(query: str, *options: str) -> Run:
        program = chosen.bench_memory if options else chosen.bench_query
        return timed(process.run([program, months, queries / query, "--threads", chosen.threads, *options]))

    narrow = Engine(NARROW, lambda: advisql("kontanthjaelp.advisql.sql", *IN_MEMORY, "--narrow"))
    for place, memory, suffix, more in [("from Parquet", [], "", []), ("in memory", IN_MEMORY, "_memory", [narrow])]:
        yield Workload(
            title=f"Kontanthjælp with every step, {chosen.person_months:,} person-months {place}",
            rows=chosen.person_months,
            engines=[
                Engine("advisql", lambda m=memory: advisql("kontanthjaelp.advisql.sql", *m)),
                *more,
                Engine("advisql, amount only", lambda m=memory: advisql("kontanthjaelp_gross.advisql.sql", *m), compared=False),
                Engine("DuckDB", lambda s=suffix: peer(chosen, f"duckdb{s}", stored, from_the_store)),
                Engine("Polars", lambda s=suffix: peer(chosen, f"polars{s}", stored, "kontanthjaelp")),
                Engine("DuckDB, prepared rates", lambda s=suffix: peer(chosen, f"duckdb{s}", prepared, steps)),
                Engine("Polars, prepared rates", lambda s=suffix: peer(chosen, f"polars{s}", prepared, "kontanthjaelp")),
            ],
            result=first_row,
        )


#: The benefits whose peer forms are in `benches/queries/benefits/<name>.peers.sql`.
BENEFITS = (
    "fleksloentilskud", "saerlig_stoette", "ressourceforloebsydelse", "ledighedsydelse", "oekonomisk_friplads", "sygedagpenge",
)

#: Those over `more_facts.sql`, and of what is around the benefits a few.
MORE_BENEFITS = (
    "uddannelseshjaelp", "selvforsoergelsesydelse", "overgangsydelse", "revalideringsydelse", "kontanthjaelpsloft",
    "reduction_225", "engangshjaelp", "enkeltydelse", "dental_subsidy", "godtgoerelse", "fleksjob_refusion",
    "boligstoetteloft", "fritidstillaeg", "asset_test", "a_tax", "atp_contribution", "sanction",
)

#: How each peer turns a date into days since 1970.
DAYS = {"duckdb": r"(\1 - DATE '1970-01-01')", "polars": r"CAST(\1 AS INTEGER)"}


def other_benefits(chosen: argparse.Namespace) -> Iterator[Workload]:
    """Six more benefits with every step, in memory; DuckDB and Polars run the same SQL over the store's types and law.rates.

    Beside it the same over facts that were brought to whole øre and days before, with the rates of every day laid out before.
    """
    typed, facts, rates = data.benefit_facts(chosen)
    days, law = data.calendar(chosen, "day", "DATE '1970-01-01' + day AS day"), data.law_rates(chosen)
    stored = {"person_months": str(typed), "rates": str(law), "days": str(days)}
    prepared = {"facts": str(facts), "rates_by_day": str(rates)}
    queries = QUERIES / "benefits"

    def from_the_store(name: str, engine: str) -> Path:
        """The steps of the query, with what reads the store in front."""
        reading = re.sub(r"\$days\((\w+)\)", DAYS[engine], (queries / "from_the_store.peers.sql").read_text())
        steps = (queries / f"{name}.peers.sql").read_text().partition("WITH ")[2]
        return written(chosen.data / f"{name}.{engine}.sql", reading + steps)

    for name in only(chosen, BENEFITS):
        steps = queries / f"{name}.peers.sql"
        duckdb, polars = from_the_store(name, "duckdb"), from_the_store(name, "polars")
        yield Workload(
            title=f"{name} with every step, {chosen.facts:,} person-months in memory",
            rows=chosen.facts,
            engines=[
                *both_widths(chosen, typed, queries / f"{name}.advisql.sql"),
                Engine("DuckDB", lambda q=duckdb: peer(chosen, "duckdb_memory", stored, q)),
                Engine("Polars", lambda q=polars: peer(chosen, "polars_memory", stored, "benefit", q)),
                Engine("DuckDB, prepared facts", lambda q=steps: peer(chosen, "duckdb_memory", prepared, q)),
                Engine("Polars, prepared facts", lambda q=steps: peer(chosen, "polars_memory", prepared, "benefit", q)),
            ],
            result=first_row,
        )


def more_benefits(chosen: argparse.Namespace) -> Iterator[Workload]:
    """The other benefits, and some of what is around them, with every step in memory; the peers run the same SQL."""
    every, stored = data.more_facts(chosen)
    queries = QUERIES / "benefits"
    for name in only(chosen, MORE_BENEFITS):
        facts, steps = data.facts_of(chosen, every, name), queries / f"{name}.peers.sql"
        views = {table: str(file) for table, file in {**stored, "person_months": facts}.items()}
        yield Workload(
            title=f"{name} with every step, {chosen.facts:,} person-months in memory",
            rows=chosen.facts,
            engines=[
                *both_widths(chosen, facts, queries / f"{name}.advisql.sql"),
                Engine("DuckDB", lambda v=views, q=steps: peer(chosen, "duckdb_memory", v, q)),
                Engine("Polars", lambda v=views, q=steps: peer(chosen, "polars_memory", v, "benefit", q)),
            ],
            result=first_row,
        )


#: DuckDB has decimals of 64 bits in memory; advisql with the same, beside those of 128 bits that a query from Parquet gets.
NARROW = "advisql, decimals of 64 bits"


def both_widths(chosen: argparse.Namespace, file: Path, query: Path) -> list[Engine]:
    """A query of advisql over a file in memory, with decimals of either width."""

    def run(*options: str) -> Run:
        return timed(process.run([chosen.bench_memory, file, query, "--threads", chosen.threads, *IN_MEMORY, *options]))

    return [Engine("advisql", run), Engine(NARROW, lambda: run("--narrow"))]


def only(chosen: argparse.Namespace, names: tuple[str, ...]) -> list[str]:
    """The benefits that were asked for, of a workload."""
    return [name for name in names if name in (chosen.benefits or names)]


def generate(chosen: argparse.Namespace) -> Iterator[Workload]:
    """A synthetic municipality; no peer has one."""
    store = chosen.data / "generated"

    def advisql() -> Run:
        shutil.rmtree(store, ignore_errors=True)
        process.run([chosen.advisql, "init", store])
        return timed(process.run([
            chosen.advisql, "generate", store, "--citizens", chosen.citizens, "--months", 24, "--seed", 1,
            "--threads", chosen.threads,
        ]))

    advisql()
    query = "select sum(rows) as rows from sys.files"
    rows = int(first_row(process.run([chosen.advisql, "sql", store, query, "--format", "csv"]))[0])
    yield Workload(
        title=f"Generate {chosen.citizens:,} citizens × 24 months: {rows:,} rows",
        rows=rows,
        engines=[Engine("advisql generate", advisql)],
        result=lambda run: None,
    )
    shutil.rmtree(store, ignore_errors=True)


def import_advis(chosen: argparse.Namespace) -> Iterator[Workload]:
    """A delivery of advis as CSV. DuckDB reads and sorts the same file without checking it: for scale only."""
    store, parquet = chosen.data / "imported", chosen.data / "imported.parquet"

    def advisql(file: Path) -> Run:
        shutil.rmtree(store, ignore_errors=True)
        process.run([chosen.advisql, "init", store])
        return timed(process.run([chosen.advisql, "import", store, "advis", file, "--threads", chosen.threads]))

    def duckdb(file: Path) -> Run:
        query = (QUERIES / "import.duckdb.sql").read_text().replace("$file", f"'{file}'").replace("$out", f"'{parquet}'")
        return peer(chosen, "duckdb", {}, written(chosen.data / "import.sql", query))

    for rows in chosen.advis:
        file = data.advis_csv(chosen, rows)
        engines = [
            Engine("advisql import", lambda file=file: advisql(file), compared=False),
            Engine("DuckDB read_csv, sort, COPY (no checks)", lambda file=file: duckdb(file), compared=False),
        ]
        yield Workload(f"Import {rows:,} advis rows from CSV", rows, engines, result=lambda run: None)
        shutil.rmtree(store, ignore_errors=True)
        parquet.unlink(missing_ok=True)


def peer(chosen: argparse.Namespace, mode: str, views: dict, *rest: object) -> Run:
    """One run of a peer in a fresh Python; its seconds count from after the imports."""
    ran = process.run([sys.executable, WORKER, mode, chosen.threads, json.dumps(views), *rest])
    said = json.loads(ran.stdout)
    ran.inside, ran.again = said["seconds"], said["again"]
    return ran


def timed(run: Run) -> Run:
    """With the seconds the program itself reports: `… in 1.234 s`, or `…: published, 1.23 s`; and `again in 1.2 s`."""
    again = re.search(r"\bagain in (\d+\.\d+) s\b", run.stderr)
    run.again = float(again[1]) if again else None
    said = re.findall(r"(?<!again )(?:\bin|: \w+,) (\d+(?:\.\d+)?) s\b", run.stderr + run.stdout)
    if not said:
        raise Failed(f"the program reports no seconds: {run.stdout}{run.stderr}")
    run.inside = float(said[-1])
    return run


def first_row(run: Run) -> list[str]:
    """The only row of a result, as texts; CSV of the command line or JSON of a worker."""
    if run.stdout.startswith("{"):
        return json.loads(run.stdout)["rows"][0]
    rows = list(csv.reader(io.StringIO(run.stdout)))
    if len(rows) != 2:
        raise Failed(f"expected one row, got: {run.stdout}")
    return rows[1]


def with_folder(run: Run, folder: Path) -> Run:
    return dataclasses.replace(run, folder=folder)


def parquet_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
