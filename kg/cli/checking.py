"""The command ``kg check``, and what it shares with a build: the inputs that are named, and the table of them.

Knows its options and the columns of the table. What can be read, `kg.sources` knows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kg.cli.console import progress, read, say, table, tabulate
from kg.cli.options import FINDINGS, home_option, json_option

if TYPE_CHECKING:
    from kg.sources import InputFile

COUNTED: Final = ("read", "mapped", "quarantined", "unread")
"""What is counted of a file: records, records, records, lines."""

MOST_INPUTS: Final = 200
"""Inputs that stand in the table, each on a line of its own."""

MOST_NAMED: Final = 5
"""Files that are named of those passed over."""

_STDIN: Final = Path("-")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@home_option
@json_option
def check(paths: tuple[Path, ...], home: Path | None, as_json: bool) -> None:
    """Read PATHS (the shipped seeds when none are given) and report what could not be read, without building.

    PATHS are files, folders and pipes; - is stdin. Below it stands what was read of each. --json gives the list of what
    could not be read.

    Exit code 3 when a line fits no layout or a record is in quarantine; notes alone do not count. --home is taken as
    everywhere; no release is read or changed.

    \b
    Example:
      kg check my-pages/
      curl https://example.org/list.bib | kg check -
    """
    from kg.manifest import about_input, problems_of
    from kg.sources import read_all

    inputs = inputs_of(paths)
    with progress(["read"]) as watch:
        watch("read", 0, 0)
        reading: dict[str, float] = {}
        started = time.perf_counter()
        readings = read_all(
            inputs,
            progress=lambda done, total: watch("read", done, total),
            timed=reading.__setitem__,
        )
        took = round(time.perf_counter() - started, 3)
    problems = problems_of(readings)
    if problems or as_json:
        rows = [[p.kind, str(p.place), p.cause, p.advice] for p in problems]
        tabulate(("kind", "place", "cause", "advice"), rows, as_json=as_json)
    if not as_json:
        show_inputs([about_input(one) for one in readings], reading, took)
    sys.exit(FINDINGS if any(p.kind != "note" for p in problems) else 0)


def inputs_of(paths: tuple[Path, ...]) -> list[InputFile]:
    """Return the inputs in files, folders and pipes (``-`` is stdin), the seeds without any; say what is passed over.

    Raises InputError where there are none, and for what cannot be read.
    """
    from kg.errors import InputError
    from kg.sources import InputFile, find_inputs, passed_over, seed_inputs, told_in_vain
    from kg.sources.opening import legible

    if not paths:
        return seed_inputs()
    named = apart_from_pipes(paths)
    inputs = find_inputs(named)
    if left := passed_over(named):
        more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
        names = ", ".join(legible(str(path)) for path in left[:MOST_NAMED])
        say(f"Passed over: {names}{more}; *.md and *.toml in a folder lie beside inputs, name one to read it")
    for file, name in told_in_vain(named):
        say(f"{legible(str(file))}: an entry tells of {name!r}, which is no file in this folder; correct the name")
    for path in paths:
        if _is_pipe(path):
            name = "stdin" if path == _STDIN else path.name
            if any(one.name == name for one in inputs):
                raise InputError(f"two inputs are called {name}", advice="save one of them to a file")
            inputs.append(InputFile(name, read(str(path))))
    if not inputs:
        raise InputError("there is nothing to read", advice="name files, or folders that hold some")
    return sorted(inputs, key=lambda one: one.name)


def apart_from_pipes(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that are files and folders, or nothing at all."""
    return [path for path in paths if not _is_pipe(path)]


def _is_pipe(path: Path) -> bool:
    """Return whether this is read once, from its beginning to its end: stdin, a pipe, a device."""
    try:
        return path == _STDIN or (path.exists() and not path.is_file() and not path.is_dir())
    except OSError:
        return False


def show_inputs(files: Sequence[Mapping[str, Any]], reading: Mapping[str, float], together: float) -> None:
    """Print what was read of each input: a file, or an archive with the files in it. Very many are shown by format.

    ``files`` are rows as a manifest has them; ``reading`` are the seconds of each input that was read, ``together``
    those that all took: less than their sum, where several are read at once.
    """
    by_input = _grouped(files, "input")
    lines: list[list[object]] = []
    if len(by_input) <= MOST_INPUTS:
        columns = ["input", "format"]
        for name, rows in by_input.items():
            formats = ", ".join(_grouped(rows, "layout"))
            lines.append([name, formats, len(rows), *_sums(rows), round(reading.get(name, 0.0), 3)])
    else:
        columns = ["format"]
        for name, rows in _grouped(files, "layout").items():
            seconds = sum(reading.get(row["input"], 0.0) / len(by_input[row["input"]]) for row in rows)
            lines.append([name, len(rows), *_sums(rows), round(seconds, 3)])
    if len(lines) > 1:
        lines.append(["together", *[""] * (len(columns) - 1), len(files), *_sums(files), together])
    table((*columns, "files", *COUNTED, "seconds"), lines)


def _grouped(files: Sequence[Mapping[str, Any]], by: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in files:
        found.setdefault(row[by] or "unknown", []).append(row)
    return dict(sorted(found.items()))


def _sums(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return [sum(row[name] for row in rows) for name in COUNTED]
