"""The rows of questions of pages, counted from cards: in a tenth of the time of the engine, and the same.

Who shares works with whom, what is printed beside a name, what a list of works shares: of a graph as a build made it
all of that stands on the cards. Dates do not, nor who signed from where; those the engine is asked for, and so is what
a LIMIT would cut, or where a date has no year.

Knows which question reads what of a card. Does not know how rows are kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kg.queries import NamedQuery
from kg.rdf import vocab
from kg.rdf.cards import Card

Rows = list[list[str]]

_COUNTED: Final = {
    "person": ("affiliations", "cited", "listed-with", "partners"),
    "group": ("affiliations", "cited", "listed-with", "partners"),
    "topic": ("listed-with", "signed"),
    "venue": ("listed-with", "signed"),
    "source": ("listed-with",),
}
"""Kinds of things -> the questions about them that are counted."""
_NONE: Final = 9999


class Counting:
    """Counts rows for some things, given as (kind, IRI); ``cards`` are those of a whole graph that nobody edited."""

    def __init__(
        self, cards: Sequence[Card], things: Iterable[tuple[str, str]], queries: Mapping[str, NamedQuery]
    ) -> None:
        self._limits = {name: query.limit or 0 for name, query in queries.items()}
        wanted = {iri for _, iri in things}
        self._works: dict[str, list[Card]] = defaultdict(list)
        self._names: dict[str, str] = {}
        for card in cards:
            if card.kind == "work":
                for iri in wanted.intersection((*card.authors, *card.topics, *card.venues, *card.sources)):
                    self._works[iri].append(card)
            elif card.titled:
                self._names[card.iri] = card.label
        own = {card.iri for works in self._works.values() for card in works}
        self._citing = Counter(cited for card in cards for cited in card.cites if cited in own)

    def rows(self, name: str, kind: str, iri: str) -> Rows | None:
        """Return the rows of a question about a thing, in order; None where the engine has to be asked."""
        if name not in _COUNTED.get(kind, ()):
            return None
        works = self._works[iri]
        if name not in ("cited", "listed-with") and any(card.dated and not card.year for card in works):
            return None
        found = getattr(self, f"_{name.replace('-', '_')}")(iri, works)
        return sorted(found) if len(found) <= self._limits[name] else None

    def _affiliations(self, iri: str, works: Sequence[Card]) -> Rows:
        return _spans((printed, card) for card in works for author, printed in card.signed if author == iri)

    def _cited(self, iri: str, works: Sequence[Card]) -> Rows:
        return [[card.iri, str(self._citing[card.iri])] for card in works if self._citing[card.iri]]

    def _listed_with(self, iri: str, works: Sequence[Card]) -> Rows:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for card in works:
            for term, values in (
                (vocab.ABOUT, card.topics),
                (vocab.SOURCE_ORGANIZATION, card.organizations),
                (vocab.PROV_WAS_DERIVED_FROM, card.sources),
            ):
                for value in values:
                    found[term.value, value].append(card.iri)
        return [[term, value, " ".join(sorted(iris))] for (term, value), iris in found.items()]

    def _partners(self, iri: str, works: Sequence[Card]) -> Rows:
        return self._named(_spans((other, card) for card in works for other in card.authors if other != iri))

    def _signed(self, iri: str, works: Sequence[Card]) -> Rows:
        found = _spans((other, card) for card in works for other in card.authors)
        found.sort(key=lambda row: (-int(row[1]), row[0]))
        return self._named(found[: self._limits["signed"]])

    def _named(self, rows: Rows) -> Rows:
        return [[row[0], self._names.get(row[0], ""), *row[1:]] for row in rows]


def _spans(found: Iterable[tuple[str, Card]]) -> Rows:
    """Return for each text the number of its works, and the years of the first and last that have one."""
    counts: Counter[str] = Counter()
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for key, card in found:
        counts[key] += 1
        low[key] = min(low.get(key, _NONE), card.year or _NONE)
        high[key] = max(high.get(key, 0), card.year)
    return [
        [key, str(count), f"{low[key]:04}" if low[key] < _NONE else "", f"{high[key]:04}" if high[key] else ""]
        for key, count in counts.items()
    ]
