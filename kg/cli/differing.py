"""The command ``kg diff``: two releases beside each other, for people, for programs, as a patch.

Knows its options and how a difference is written. What a difference is, `kg.difference` knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli.console import say
from kg.cli.options import home_of, home_option, release_of
from kg.errors import ReleaseError
from kg.settings import Settings, from_environment

if TYPE_CHECKING:
    from kg.difference import Changed, Difference, Value
    from kg.store.finished import Release

_SIGNS: Final = {"added": "+", "lost": "-", "altered": "~"}
_WIDTH: Final = 100
_BEFORE: Final = 40  # characters shown before the first in which two long values differ
_PARTS: Final = 12
"""Statements of one thing that the text shows, unless all are asked for; the other forms show all."""


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@home_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "quads", "patch", "json"]),
    default="text",
    show_default=True,
    help="text: things and what is said of them; quads: N-Quads with a sign; patch: RDF Patch; json: both.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    help="Show at most so many things or quads; 0 shows all, and all statements.  [default: all, as text with"
    f" {_PARTS} statements of each]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def diff(a: str | None, b: str | None, home: Path | None, form: str, limit: int | None, as_json: bool) -> None:
    """Show what release B added to release A, lost of it and says otherwise. Ids may be shortened.

    Without B the published release is taken, without A as well the one that was published before it.

    \b
    Example:
      kg diff 3f2a 91bc
      kg diff --format patch > changes.rdfp
    """
    from kg.store.nquads import diff as compare

    old, new = _releases(from_environment(home=home), a, b)
    lines = compare(old.artefact_path, new.artefact_path)
    form = "json" if as_json else form
    if form == "patch" and limit:
        raise click.UsageError("a part of a patch is no patch: leave --limit out")
    if form in {"quads", "patch"}:
        _print_lines(lines, form, limit)
        return
    from kg.difference import difference, document

    quads: list[tuple[str, str]] = []

    def noted() -> Iterator[tuple[str, str]]:
        for sign, line in lines:
            if form == "json" and (not limit or len(quads) < limit):
                quads.append((sign, line))
            yield sign, line

    found = difference(noted(), old.open_store(), new.open_store())
    if form == "json":
        click.echo(json.dumps(document(found, old.id, new.id, quads, limit or None), ensure_ascii=False, indent=2))
        return
    shown = found.things[: limit or None]
    for thing in shown:
        for text in _text(thing, None if limit == 0 else _PARTS):
            click.echo(text)
    if left := len(found.things) - len(shown):
        say(f"and {left:,} more things")
    for text in _summary(found):
        say(text)


def _releases(settings: Settings, a: str | None, b: str | None) -> tuple[Release, Release]:
    """Return the two releases. Raises ReleaseError, with the next step, where there are not two."""
    home, current = home_of(settings), release_of(settings)
    new = home.get(b) if b else current
    if a:
        return home.get(a), new
    ids = [entry.release for entry in home.history() if entry.release != new.id]
    if not ids:
        raise ReleaseError("there is no release before this one", advice="`kg releases` lists what there is")
    return home.get(ids[-1]), new


def _print_lines(lines: Iterator[tuple[str, str]], form: str, limit: int | None) -> None:
    """Write statements with ``+`` and ``-``, or as a transaction of RDF Patch."""
    counts = {"+": 0, "-": 0}
    if form == "patch":
        click.echo("TX .")
    for sign, line in lines:
        counts[sign] += 1
        if not limit or sum(counts.values()) <= limit:
            click.echo(f"{sign} {line}" if form == "quads" else f"{'A' if sign == '+' else 'D'} {line}")
    if form == "patch":
        click.echo("TC .")
    left = sum(counts.values()) - limit if limit else 0
    say(f"{counts['+']:,} added, {counts['-']:,} removed" + (f", {left:,} not shown" if left > 0 else ""))


def _text(thing: Changed, most: int | None) -> Iterator[str]:
    yield f"{_SIGNS[thing.state]} {thing.name or thing.iri} <{thing.iri}>"
    if thing.state != "altered":
        return
    for value, text in list(_side_by_side(thing.values))[:most]:
        where = f"{value.part} " if value.part else ""
        yield f"    {value.sign} {where}{value.predicate} {text}"
    if most is not None and (left := len(thing.values) - most) > 0:
        yield f"      and {left:,} statements more"


def _side_by_side(values: Sequence[Value]) -> Iterator[tuple[Value, str]]:
    """Yield the values of each property with their texts, what went before what came; of two long ones what differs."""
    for _, group in groupby(values, key=attrgetter("part", "predicate")):
        alike = sorted(group, key=lambda value: value.sign == "+")
        texts = [" ".join(value.value.split()) for value in alike]
        same = 0
        if [value.sign for value in alike] == ["-", "+"]:
            same = next((i for i, (x, y) in enumerate(zip(*texts, strict=False)) if x != y), 0)
        start = same - _BEFORE if same > _BEFORE and max(map(len, texts)) > _WIDTH else 0
        for value, text in zip(alike, texts, strict=True):
            shown = f"…{text[start + 1 :]}" if start else text
            yield value, shown if len(shown) <= _WIDTH else f"{shown[: _WIDTH - 1]}…"


def _summary(found: Difference) -> Iterator[str]:
    states = ", ".join(f"{found.count(state):,} {state}" for state in ("added", "lost", "altered"))
    yield f"things: {states}"
    for graph, counts in sorted(found.graphs.items()):
        yield f"{graph or 'merged view'}: {counts['+']:,} statements added, {counts['-']:,} removed"
