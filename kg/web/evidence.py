"""Why the names that stand for one person are taken for one person's, in words.

Made of the rows of the question ``evidence``: joins with their rule, weight and reason, and the names that
each of them joined. Does not know how joins are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.web.links import Links, spoken
from kg.web.reading import Ref
from kg.web.tex import plain

if TYPE_CHECKING:
    from kg.rdf.nodes import Term

SHOWN: Final = 40
"""Reasons that a page shows; the query gives all."""
ROWS: Final = 120
"""Rows of evidence that a page asks for."""


@dataclass(frozen=True)
class Part:
    """What one kind of evidence adds, in natural log-odds, and the length of its bar from 0 to 100."""

    kind: str
    value: float
    length: float


@dataclass(frozen=True)
class Reason:
    """One reason, with the names it joined and where they stand. ``weight`` runs from 0 to 1, 1 is surest."""

    comment: str
    rule: str
    weight: str
    names: tuple[str, ...]
    places: tuple[Ref, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The reasons, surest first. ``more`` says that there are others."""

    reasons: tuple[Reason, ...] = ()
    more: bool = False


def read_evidence(
    rows: Iterable[Sequence[Term | None]],
    links: Links,
    parts: Mapping[str, tuple[Part, ...]] | None = None,
    called: Mapping[str, str] | None = None,
) -> Evidence:
    """Make reasons of rows (join, rule, weight, comment, mention, printed name). Equal reasons are told once.

    ``parts`` say what the kinds of evidence added to a join, ``called`` are the names of sources.
    """
    told = list(rows)
    joins: dict[str, tuple[str, str, str, dict[str, None], dict[str, None]]] = {}
    for row in told:
        join, rule, weight, comment, mention, printed = (getattr(term, "value", "") for term in row[:6])
        _, _, _, names, places = joins.setdefault(join, (comment, rule, weight, {}, {}))
        names[printed] = None
        places[mention] = None
    found: dict[tuple[str, str, str, tuple[str, ...]], dict[str, None]] = {}
    added: dict[tuple[str, str, str, tuple[str, ...]], tuple[Part, ...]] = {}
    for join, (comment, rule, weight, names, places) in joins.items():
        key = (comment, rule, weight, tuple(sorted(names)))
        found.setdefault(key, {}).update(places)
        added.setdefault(key, (parts or {}).get(join, ()))
    ordered = sorted(found.items(), key=lambda entry: (-_number(entry[0][2]), entry[0]))
    reasons = tuple(
        Reason(plain(key[0]), *key[1:], _places(places, links, called or {}), added[key])
        for key, places in ordered[:SHOWN]
    )
    return Evidence(reasons, len(ordered) > SHOWN or len(told) >= ROWS)


def read_parts(rows: Iterable[Sequence[Term | None]]) -> dict[str, tuple[Part, ...]]:
    """Gather (join, kind of evidence, log-odds) by join, what speaks loudest first."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        join, kind, value = (getattr(term, "value", "") for term in row[:3])
        found[join].append((spoken(kind).removesuffix(" evidence"), _number(value)))
    most = max((abs(value) for values in found.values() for _, value in values), default=0.0) or 1.0
    return {
        join: tuple(
            Part(kind, value, round(abs(value) / most * 100, 1))
            for kind, value in sorted(values, key=lambda entry: (-abs(entry[1]), entry[0]))
        )
        for join, values in found.items()
    }


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def sources_of(rows: Iterable[Sequence[Term | None]]) -> set[str]:
    """Return the sources in which the mentions of such rows stand."""
    return {getattr(row[4], "value", "").partition("#")[0] for row in rows} - {""}


def _places(mentions: Iterable[str], links: Links, names: Mapping[str, str]) -> tuple[Ref, ...]:
    """Return the first sources in which mentions stand; their pages show the records."""
    sources = list(dict.fromkeys(mention.partition("#")[0] for mention in mentions))[:3]
    own = {one: (links.own(one) or one).rpartition("/")[2] for one in sources}
    return tuple(Ref(one, plain(names.get(one, "")) or own[one], links.href(one), "source") for one in sources)
