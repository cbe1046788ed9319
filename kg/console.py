"""How the command line looks: progress on stderr, tables on stdout.

Knows rich and terminals. Knows nothing of the graph.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from kg.build import Watcher

_SAYS = {
    "read": "Reading the inputs",
    "identify": "Working out who is who",
    "map": "Mapping to RDF",
    "load": "Loading the store",
    "validate": "Validating with SHACL",
    "index": "Indexing for search",
    "publish": "Publishing the release",
}


def say(text: str) -> None:
    """Write one line to stderr: talk, not data."""
    click.echo(text, err=True)


@contextmanager
def progress(stages: Sequence[str]) -> Iterator[Watcher]:
    """Show the stages of a build on stderr: a bar on a terminal, one line a stage elsewhere."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None if done else say(f"{_SAYS[stage]} …")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {stage: bar.add_task(_SAYS[stage], total=None, start=False, visible=False) for stage in stages}

        def watch(stage: str, done: int, total: int) -> None:
            if not done and not total:
                bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=done, total=total or None, visible=True)

        yield watch


def stdout() -> Console:
    """Return the console for data. Off a terminal it is wide: nobody unfolds a table in a file."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=180)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Write a table to stdout; numbers stand to the right."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, title_justify="left", header_style="bold")
    for position, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[position], int | float) for row in rows)
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    stdout().print(drawn)
