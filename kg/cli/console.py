"""How the command line reads and writes: progress and talk on stderr, tables and data on stdout, ``-`` for stdin.

Knows rich, terminals and pipes. Knows nothing of the graph.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

import click

from kg.errors import InputError, KgError, OutputError

if TYPE_CHECKING:
    from rich.console import Console

    from kg.build import Watcher

_SAYS = {
    "read": "Reading the inputs",
    "identify": "Working out who is who",
    "map": "Mapping to RDF",
    "load": "Loading the store",
    "describe": "Describing what is in it",
    "validate": "Validating with SHACL",
    "index": "Indexing for search",
    "publish": "Publishing the release",
}
_UNITS = {"read": ("MB", 1_000_000), "map": ("things", 1)}

MOST_PIPED: Final = 1 << 28
"""Bytes of a pipe that are held in memory: as many as of a file that is read as a whole."""


def say(text: str) -> None:
    """Write one line to stderr: talk, not data."""
    click.echo(text, err=True)


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Watcher]:
    """Show the stages of a build on stderr: bars on a terminal, one line a stage elsewhere.

    A bar shows rate and remaining time where a stage counts what it does: bytes when it reads, things when it maps.
    """
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None if done or total else say(f"{_SAYS[stage]} …")
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Count(TextColumn):
        """How much is done, of how much, and how much a second."""

        def render(self, task: Task) -> Text:
            unit, size = _UNITS.get(task.fields["stage"], ("", 1))
            if not task.total or not unit:
                return Text()
            rate = f" · {(task.finished_speed or task.speed or 0) / size:,.1f} {unit}/s"
            return Text(
                f"{task.completed / size:,.0f} of {task.total / size:,.0f} {unit}{rate}", style="progress.data.speed"
            )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        Count(""),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {
            stage: bar.add_task(_SAYS[stage], total=None, start=False, visible=False, stage=stage) for stage in stages
        }

        def watch(stage: str, done: int, total: int) -> None:
            if not done and not total:
                bar.start_task(tasks[stage])
            if (done, total) == (1, 1):  # the end of a stage: what it counted stays
                counted = next(task.total for task in bar.tasks if task.id == tasks[stage])
                done, total = int(counted or 1), int(counted or 1)
            bar.update(tasks[stage], completed=done, total=total or None, visible=True)

        yield watch


def stdout() -> Console:
    """Return the console for data. Off a terminal it is wide: nobody unfolds a table in a file."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=180)


def table(columns: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """Write a table to stdout; numbers stand to the right."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(header_style="bold")
    for position, name in enumerate(columns):
        numeric = bool(lines) and all(isinstance(line[position], int | float) for line in lines)
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for line in lines:
        drawn.add_row(*(Text(f"{cell:,}" if type(cell) is int else str(cell)) for cell in line))
    stdout().print(drawn)


def tabulate(columns: Sequence[str], lines: Sequence[Sequence[Any]], *, as_json: bool) -> None:
    """Write lines under their columns: as a table, or as a JSON list of objects."""
    if as_json:
        body = [dict(zip(columns, line, strict=True)) for line in lines]
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        table(columns, lines)


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """Open a file, or stdin for ``-``, to be read as it is needed. Raises InputError when it cannot be read."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}", advice="check the name and the rights") from error


def read(name: str) -> bytes:
    """Return the bytes of a file or pipe, or of stdin for ``-``. Raises InputError when they cannot be held or read."""
    with opened(name) as file:
        data = file.read(MOST_PIPED + 1)
    if len(data) > MOST_PIPED:
        called = "stdin" if name == "-" else name
        raise InputError(f"{called} gives more than {MOST_PIPED:,} bytes", advice="save them to a file and name it")
    return data


def write(data: bytes) -> None:
    """Write data to stdout as it is."""
    put(data)
    flush()


def put(data: bytes) -> None:
    """Write a part of the data to stdout; `flush` follows the last."""
    sys.stdout.buffer.write(data)


def flush() -> None:
    """Give on what waits to be written to stdout."""
    sys.stdout.buffer.flush()


@contextmanager
def written(path: Path | None) -> Iterator[BinaryIO]:
    """Give stdout, without a path or for ``-``, or a new file that takes the place of ``path`` at the end.

    A device or a pipe is written to directly. Raises OutputError; what stood at ``path`` before stands there still.
    """
    if path is None or str(path) == "-":
        yield sys.stdout.buffer
        flush()
        return
    target = Path(os.path.realpath(path))
    new = target.with_name(f".kg-{secrets.token_hex(8)}")
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        with new.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, new)
        new.replace(target)
    except OSError as error:
        if isinstance(error, KgError | BrokenPipeError) or error.filename not in (None, str(path), str(new)):
            raise
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        reason = f"there is no folder {path.parent}" if missing else error.strerror
        advice = "make it first" if missing else "check the rights and the space, or name another file"
        raise OutputError(f"{path} cannot be written: {reason}", advice=advice) from error
    finally:
        with suppress(OSError):
            new.unlink()
