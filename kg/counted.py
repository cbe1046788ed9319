"""Rows of sub-selects that a build can count by itself: from cards, in a hundredth of the time of the engine.

A question about the whole graph counts in a sub-select (who signed how much with whom) and then sorts, names and cuts
what was counted. The counting is what costs. Where everything it reads stands on the cards of things, the sub-select is
replaced by a ``VALUES`` block with its rows, and of these by such as can be among the first that the query's LIMIT
leaves. The engine still names, sorts, cuts and writes, so that the answer is the same byte by byte, which tests hold.

Cards say of a thing what a build says: one name, one date. Of graphs that were edited by hand the engine counts.
Knows the sub-selects of the shipped queries. Does not know how answers are kept.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyoxigraph import Literal, NamedNode

from kg.rdf.cards import Card

Row = tuple[Any, ...]
"""Values of a row: an IRI as NamedNode, text, whole number, None where nothing is bound."""

_SUBSELECT: Final = re.compile(r"^  \{\n(?:    #.*\n)*    SELECT .*?^  \}\n", re.M | re.S)
_LIMIT: Final = re.compile(r"LIMIT (\d+)\s*$")
_YEARLESS: Final = (9999, 0)
_PAIRS: Final = 1 << 22
"""Pairs that are held before equal ones are counted together."""


def counted(texts: Mapping[str, str], cards: Sequence[Card]) -> dict[str, str]:
    """Return name -> the same question with its sub-select counted; only of questions that can be counted.

    ``texts`` are bound with their defaults. ``cards`` are those of the whole graph, which nobody edited.
    """
    return {
        name: with_rows(texts[name], *count(cards, limit_of(texts[name])))
        for name, count in COUNTS.items()
        if name in texts
    }


def with_rows(text: str, variables: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a query with rows in the place of its sub-select. Raises ValueError for a query without one."""
    names = " ".join(f"?{name}" for name in variables)
    block = "".join(f"    ({' '.join(map(_term, row))})\n" for row in rows)
    changed, count = _SUBSELECT.subn(lambda _: f"  VALUES ({names}) {{\n{block}  }}\n", text, count=1)
    if not count:
        raise ValueError("the query has no sub-select of its own")
    return changed


def limit_of(text: str) -> int:
    """Return the rows that a query leaves of its answer. Raises ValueError for a query without a limit."""
    found = _LIMIT.search(text)
    if found is None:
        raise ValueError("the query has no limit")
    return int(found[1])


def _term(value: Any) -> str:
    if value is None:
        return "UNDEF"
    return str(value) if isinstance(value, NamedNode) else str(Literal(value))


def _prolific(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    people = {card.iri for card in cards if card.kind == "person"}
    works: Counter[str] = Counter()
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for card in cards:
        if card.kind == "work":
            for iri in card.authors:
                works[iri] += 1
                low[iri] = min(low.get(iri, 9999), card.year or _YEARLESS[0])
                high[iri] = max(high.get(iri, 0), card.year or _YEARLESS[1])
    counts = {iri: (count,) for iri, count in works.items() if iri in people}
    first = _most(counts, limit)
    return ("person", "works", "low", "high"), ((NamedNode(i), works[i], low[i], high[i]) for i in first)


def _ends(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    firsts = Counter(card.first for card in cards if card.first)
    lasts = Counter(card.last for card in cards if card.last)
    counts = {iri: (firsts[iri], lasts[iri]) for iri in firsts | lasts}
    return ("author", "first", "last"), ((NamedNode(iri), *counts[iri]) for iri in _most(counts, limit))


def _together(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    people = sorted(card.iri for card in cards if card.kind == "person")
    number = {iri: i for i, iri in enumerate(people)}
    teams = (sorted({number[a] for a in card.authors if a in number}) for card in cards if card.kind == "work")
    pairs, counts = _pair_counts(teams, len(people))
    if len(counts) > limit:
        enough = counts >= np.partition(counts, len(counts) - limit)[len(counts) - limit]
        pairs, counts = pairs[enough], counts[enough]
    rows = (
        (NamedNode(people[pair // len(people)]), NamedNode(people[pair % len(people)]), count)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True)
    )
    return ("person1", "person2", "works"), rows


def _pair_counts(teams: Iterable[Sequence[int]], people: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the pairs within teams, as one number each (first times ``people`` plus second), and how often they are.

    Memory follows from the number of different pairs, not from how many there are in all.
    """
    pairs = counts = np.zeros(0, dtype=np.int64)
    waiting: list[npt.NDArray[np.int64]] = []
    size = 0

    def together() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        found, times = np.unique(np.concatenate((*waiting, pairs[:0])), return_counts=True)
        both, place = np.unique(np.concatenate((pairs, found)), return_inverse=True)
        return both, np.bincount(place, np.concatenate((counts, times)), len(both)).astype(np.int64)

    by_size: dict[int, list[Sequence[int]]] = defaultdict(list)
    for team in teams:
        by_size[len(team)].append(team)
    for length, alike in by_size.items():
        members = np.array(alike, dtype=np.int64)
        for apart in range(1, length):
            waiting.append((members[:, :-apart] * people + members[:, apart:]).ravel())
            size += len(waiting[-1])
            if size > _PAIRS:
                pairs, counts = together()
                waiting, size = [], 0
    return together()


def _single(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    alone: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if card.kind == "work" and len(card.sources) == 1:
            alone[card.sources[0]].append(card)
    files = {card.iri: card.file for card in cards if card.kind == "source"}
    chosen: list[Card] = []
    # By file, by source, by title: whole sources until there are enough works, and of the last one the first titles.
    for source in sorted(alone, key=lambda iri: (files.get(iri, ""), iri)):
        wanted = limit - len(chosen)
        if wanted <= 0:
            break
        works = alone[source]
        if len(works) > wanted:
            # What has no title is shown by its abstract, and may come before.
            titled = sorted(card.label for card in works if card.titled)
            last = titled[min(wanted, len(titled)) - 1] if titled else ""
            works = [card for card in works if not card.titled or card.label <= last]
        chosen += works
    return ("work", "source"), ((NamedNode(card.iri), NamedNode(card.sources[0])) for card in chosen)


def _signing(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    names = {card.iri: card.label for card in cards if card.kind == "organization" and card.label != card.iri}
    counts: Counter[tuple[str | None, str | None, str, str]] = Counter()
    for card in cards:
        if card.kind == "work":
            counts.update(
                (iri, names.get(iri), author, "work") for iri in card.organizations for author in card.authors
            )
            counts.update((None, affiliation, author, "signature") for author, affiliation in card.signed)
        elif card.kind in ("person", "group"):
            for iri in card.organizations:
                counts[iri, names.get(iri), card.iri, "profile"] = 0
    # What is not bound comes before every text.
    order = sorted(counts, key=lambda row: row[1] or "")
    last = order[limit - 1][1] or "" if len(order) > limit else None
    rows = (
        (iri and NamedNode(iri), affiliation, NamedNode(author), basis, counts[iri, affiliation, author, basis])
        for iri, affiliation, author, basis in order
        if last is None or (affiliation or "") <= last
    )
    return ("organization", "affiliation", "author", "basis", "works"), rows


def _yearly(cards: Sequence[Card], limit: int) -> tuple[Sequence[str], Iterator[Row]]:
    works: Counter[int] = Counter()
    badged: Counter[int] = Counter()
    authors: dict[int, set[str]] = defaultdict(set)
    for card in cards:
        if card.kind == "work":
            works[card.year] += 1
            badged[card.year] += card.badge
            authors[card.year].update(card.authors)
    rows = ((year or None, works[year], badged[year], len(authors[year])) for year in sorted(works))
    return ("year", "works", "withCode", "authors"), rows


def _most(counts: Mapping[str, tuple[int, ...]], limit: int) -> list[str]:
    """Return the keys with the largest counts, and all that equal the last of them."""
    largest = heapq.nlargest(limit, counts.values())
    return [iri for iri, count in counts.items() if count >= largest[-1]] if largest else []


COUNTS: Final[Mapping[str, Callable[[Sequence[Card], int], tuple[Sequence[str], Iterator[Row]]]]] = {
    "first-last-authors": _ends,
    "most-prolific-authors": _prolific,
    "organization-signatures": _signing,
    "single-source-works": _single,
    "top-coauthor-pairs": _together,
    "works-by-year": _yearly,
}
"""The queries whose sub-select can be counted."""
