"""Lines and branches per file from the JSON of llvm-cov; branches without those of the tests themselves."""

import collections
import json
import pathlib
import sys


def main() -> None:
    rows, here = [], pathlib.Path.cwd()
    for file in json.load(open(sys.argv[1]))["data"][0]["files"]:
        name = str(pathlib.Path(file["filename"]).relative_to(here))
        if name.endswith("tests.rs") or "/tests/" in name:
            continue
        # A branch of a generic function comes once for every type it is made for.
        branches, end = collections.Counter(), first_line_of_tests(name)
        for line, column, _, last, taken, not_taken, *_ in file["branches"]:
            if line < end:
                branches[line, column, last, True] += taken
                branches[line, column, last, False] += not_taken
        lines = file["summary"]["lines"]
        rows.append((name, lines["covered"], lines["count"], sum(map(bool, branches.values())), len(branches)))
        if "--show" in sys.argv:
            for (line, column, _, side), count in sorted(branches.items()):
                if not count:
                    print(f"{name}:{line}:{column}: never {str(side).lower()}")
    print(f"{'file':<60} {'lines':>18} {'branches':>18}")
    for row in [*sorted(rows), ("all", *(sum(column) for column in list(zip(*rows))[1:]))]:
        print(f"{row[0]:<60} {share(*row[1:3]):>18} {share(*row[3:5]):>18}")


def first_line_of_tests(name: str) -> int:
    """Where the tests in a file begin, which are the end of it."""
    text = pathlib.Path(name).read_text().splitlines()
    tests = (i for i, line in enumerate(text[:-1]) if line == "#[cfg(test)]" and text[i + 1].endswith("{"))
    return next(tests, len(text)) + 1


def share(reached: int, all_of: int) -> str:
    return f"{reached}/{all_of} {reached / all_of:.1%}" if all_of else "-"


main()
