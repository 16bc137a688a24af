"""One measured run: a fresh process, its time and its peak memory."""

import dataclasses
import os
import subprocess
import tempfile
import time
from pathlib import Path


class Failed(Exception):
    """An engine failed, or the engines do not agree."""


@dataclasses.dataclass
class Run:
    """What one process did."""

    stdout: str
    stderr: str
    #: Seconds from start to end of the process, its loading included.
    process: float
    #: Seconds the engine itself reports: reading, planning and working, without loading the program.
    inside: float
    #: Largest resident set (VmHWM). The caller must be small: a child's figure starts at its parent's size.
    peak_kib: int
    #: The same query again in the same process, over a table in memory: the median of its seconds.
    again: float | None = None
    #: Where it wrote its tables, when it wrote any.
    folder: Path | None = None


def run(command: list, environment: dict | None = None) -> Run:
    """Runs a command to its end; `inside` is the whole process until the caller knows better."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=err, env={**os.environ, **(environment or {})}
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read().decode(), err.read().decode()
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\nended with {child.returncode}: {stderr.strip()}")
    return Run(stdout, stderr, seconds, seconds, usage.ru_maxrss)
