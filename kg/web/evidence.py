"""Why the names that stand for one person are taken for one person's, in words.

Made of the rows of the question ``evidence``: joins with their rule, weight and reason, and the names that
each of them joined. Does not know how joins are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.web.links import Links
from kg.web.reading import Ref
from kg.web.tex import plain

if TYPE_CHECKING:
    from kg.rdf.nodes import Term

SHOWN: Final = 40
"""Reasons that a page shows; the query gives all."""
ROWS: Final = 120
"""Rows of evidence that a page asks for."""


@dataclass(frozen=True)
class Reason:
    """One reason, with the names it joined and where they stand. ``weight`` runs from 0 to 1, 1 is surest."""

    comment: str
    rule: str
    weight: str
    names: tuple[str, ...]
    places: tuple[Ref, ...]


@dataclass(frozen=True)
class Evidence:
    """The reasons, surest first. ``more`` says that there are others."""

    reasons: tuple[Reason, ...] = ()
    more: bool = False


def read_evidence(rows: Iterable[Sequence[Term | None]], links: Links) -> Evidence:
    """Make reasons of rows (join, rule, weight, comment, mention, printed name). Equal reasons are told once."""
    told = list(rows)
    joins: dict[str, tuple[str, str, str, dict[str, None], dict[str, None]]] = {}
    for row in told:
        join, rule, weight, comment, mention, printed = (getattr(term, "value", "") for term in row[:6])
        _, _, _, names, places = joins.setdefault(join, (comment, rule, weight, {}, {}))
        names[printed] = None
        places[mention] = None
    found: dict[tuple[str, str, str, tuple[str, ...]], dict[str, None]] = {}
    for comment, rule, weight, names, places in joins.values():
        found.setdefault((comment, rule, weight, tuple(sorted(names))), {}).update(places)
    ordered = sorted(found.items(), key=lambda entry: (-_number(entry[0][2]), entry[0]))
    reasons = tuple(
        Reason(plain(comment), rule, weight, names, tuple(_place(place, links) for place in list(places)[:3]))
        for (comment, rule, weight, names), places in ordered[:SHOWN]
    )
    return Evidence(reasons, len(ordered) > SHOWN or len(told) >= ROWS)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _place(mention: str, links: Links) -> Ref:
    """Return the source in which a mention stands; its page shows the record."""
    source = mention.partition("#")[0]
    return Ref(source, (links.own(source) or source).rpartition("/")[2], links.href(source), "source")
