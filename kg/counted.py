"""Rows of sub-selects that a build can count by itself: from cards, in a hundredth of the time of the engine.

A question about the whole graph counts in a sub-select (who signed how much with whom) and then sorts, names and cuts
what was counted. The counting is what costs. Where everything it reads stands on the cards of things, the sub-select is
replaced by a ``VALUES`` block with its rows, and of these by such as can be among the first that the query's LIMIT
leaves. The engine still names, sorts, cuts and writes, so that the answer is the same byte by byte, which tests hold.
Rows come in the order of the answer as far as cards know it: sorting texts that are sorted already costs the engine
nothing, and half of its time otherwise. How often a name is printed stands on no card; a build knows it beside them.

Cards say of a thing what a build says: one name, one date. Of graphs that were edited by hand the engine counts.
Knows the sub-selects of the shipped queries. Does not know how answers are kept.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyoxigraph import Literal, NamedNode

from kg.rdf.cards import Card
from kg.rdf.signatures import Numbers, Signatures
from kg.rdf.void import Survey

Row = tuple[Any, ...]
"""Values of a row: an IRI as NamedNode, text, whole number, None where nothing is bound."""

Printed = Mapping[str, Sequence[tuple[str, int]]]
"""IRI of a person or group -> (name as printed, how often)."""

_SUBSELECT: Final = re.compile(r"^  (?:OPTIONAL )?\{\n(?:    #.*\n)*    SELECT .*?^  \}\n", re.M | re.S)
_LIMIT: Final = re.compile(r"LIMIT (\d+)\s*$")
_YEARLESS: Final = (9999, 0)
_PAIRS: Final = 1 << 22
"""Pairs that are held before equal ones are counted together."""


@dataclass(frozen=True)
class Known:
    """What is known of a graph that nobody edited.

    ``cards`` are those of all its things, ``signatures`` say who signed what, ``survey`` are its counts; ``printed``
    gives the IRI of a person or group the names that are printed for it, each with how often.
    """

    cards: Sequence[Card]
    signatures: Signatures
    survey: Survey
    printed: Printed


def counted(texts: Mapping[str, str], known: Known) -> dict[str, str]:
    """Return name -> the same question with its sub-select counted; only of questions that can be counted.

    ``texts`` are bound with their defaults.
    """
    return {name: count_one(name, texts[name], known) for name in COUNTS if name in texts}


def count_one(name: str, text: str, known: Known) -> str:
    """Return one question, bound with its defaults, with its sub-select counted."""
    return with_rows(text, *COUNTS[name](known, limit_of(text)))


def values_with_rows(name: str, known: Known) -> frozenset[str] | None:
    """Return the IRIs for which a question of one thing has rows; None where cards do not know."""
    works = (card for card in known.cards if card.kind == "work")
    if name == "single-source-works":
        return frozenset(card.sources[0] for card in works if len(card.sources) == 1)
    if name == "organization-signatures":
        people = (card for card in known.cards if card.kind in ("person", "group"))
        return frozenset(
            iri
            for cards in ((card for card in works if card.authors), people)
            for card in cards
            for iri in card.organizations
        )
    return None


def with_rows(text: str, variables: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a query with rows in the place of its sub-selects. Raises ValueError for a query without one."""
    names = " ".join(f"?{name}" for name in variables)
    block = "".join(f"    ({' '.join(map(_term, row))})\n" for row in rows)
    before, *parts = _SUBSELECT.split(text)
    if not parts:
        raise ValueError("the query has no sub-select of its own")
    return f"{before}  VALUES ({names}) {{\n{block}  }}\n{''.join(parts)}"


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


def _prolific(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    signed = known.signatures
    order = np.argsort(signed.signers, kind="stable")
    people, begins, works = np.unique(signed.signers[order], return_index=True, return_counts=True)
    years = np.repeat(signed.years, signed.sizes)[order]
    if not len(people):
        return ("person", "works", "low", "high"), ()
    low = np.minimum.reduceat(np.where(years == 0, _YEARLESS[0], years), begins)
    high = np.maximum.reduceat(np.where(years == 0, _YEARLESS[1], years), begins)
    columns = (column[_enough(works, limit)].tolist() for column in (people, works, low, high))
    rows = ((NamedNode(signed.people[person]), *counts) for person, *counts in zip(*columns, strict=True))
    return ("person", "works", "low", "high"), rows


def _ends(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    cards = known.cards
    firsts = Counter(card.first for card in cards if card.first)
    lasts = Counter(card.last for card in cards if card.last)
    counts = {iri: (firsts[iri], lasts[iri]) for iri in firsts | lasts}
    return ("author", "first", "last"), ((NamedNode(iri), *counts[iri]) for iri in _most(counts, limit))


def _together(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    signed = known.signatures
    people = signed.people
    pairs, counts = _pair_counts(signed)
    enough = _enough(counts, limit)
    rows = (
        (NamedNode(people[pair // len(people)]), NamedNode(people[pair % len(people)]), count)
        for pair, count in zip(pairs[enough].tolist(), counts[enough].tolist(), strict=True)
    )
    return ("person1", "person2", "works"), rows


def _enough(counts: Numbers, limit: int) -> npt.NDArray[np.bool_]:
    """Say which counts are among the largest, or equal the last of these."""
    if len(counts) <= limit:
        return np.ones(len(counts), np.bool_)
    return np.asarray(counts >= np.partition(counts, len(counts) - limit)[len(counts) - limit])


def _pair_counts(signed: Signatures) -> tuple[Numbers, Numbers]:
    """Return the pairs within works, as one number each (first times all people plus second), and how often they are.

    Memory follows from the number of different pairs, not from how many there are in all.
    """
    pairs = counts = np.zeros(0, dtype=np.int64)
    waiting: list[Numbers] = []
    size = 0

    def together() -> tuple[Numbers, Numbers]:
        found, times = np.unique(np.concatenate((*waiting, pairs[:0])), return_counts=True)
        both, place = np.unique(np.concatenate((pairs, found)), return_inverse=True)
        return both, np.bincount(place, np.concatenate((counts, times)), len(both)).astype(np.int64)

    ends = np.repeat(signed.starts[1:], signed.sizes)
    first = np.arange(len(signed.signers))
    for apart in range(1, int(signed.sizes.max(initial=0))):
        first = first[first + apart < ends[first]]
        waiting.append(signed.signers[first] * len(signed.people) + signed.signers[first + apart])
        size += len(first)
        if size > _PAIRS:
            pairs, counts = together()
            waiting, size = [], 0
    return together()


def _single(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    cards = known.cards
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
        chosen += _first_titles(alone[source], wanted)
    return ("work", "source"), ((NamedNode(card.iri), NamedNode(card.sources[0])) for card in chosen)


def _signing(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    cards = known.cards
    called = {card.iri: card.label for card in cards if card.titled}
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
    order = sorted(
        counts, key=lambda row: (row[1] or "", -counts[row], called.get(row[2], ""), row[2], row[3], row[0] or "")
    )
    last = order[limit - 1][1] or "" if len(order) > limit else None
    rows = (
        (iri and NamedNode(iri), affiliation, NamedNode(author), basis, counts[iri, affiliation, author, basis])
        for iri, affiliation, author, basis in order
        if last is None or (affiliation or "") <= last
    )
    return ("organization", "affiliation", "author", "basis", "works"), rows


def _yearly(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    cards = known.cards
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


def _by_topic(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    works: Counter[tuple[int, str]] = Counter()
    for card in known.cards:
        if card.kind == "work" and card.dated:
            works.update((card.year, topic) for topic in card.topics)
    order = sorted(works, key=lambda one: (-one[0], -works[one]))
    last = [(-order[limit - 1][0], -works[order[limit - 1]])] if len(order) > limit else []
    rows = (
        (NamedNode(topic), year or None, works[year, topic])
        for year, topic in order
        if not last or (-year, -works[year, topic]) <= last[0]
    )
    return ("topic", "year", "works"), rows


def _undated(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    found = [card for card in known.cards if card.kind == "work" and not card.dated]
    # A work may come from several sources and then has several rows.
    return ("work",), [(NamedNode(card.iri),) for card in _first_titles(found, limit)]


def _untitled(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    return ("work",), [(NamedNode(card.iri),) for card in known.cards if card.kind == "work" and not card.titled]


def _contributing(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    works: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for card in known.cards:
        if card.kind == "work":
            works.update(card.sources)
            if len(card.sources) == 1:
                alone.update(card.sources)
    sources = sorted((card.file, card.iri) for card in known.cards if card.kind == "source")
    records, unread = known.survey.records, known.survey.unread
    rows = ((NamedNode(i), records.get(i, 0), works[i], alone[i], unread.get(i, 0)) for _, i in sources)
    return ("source", "recordCount", "workCount", "aloneCount", "unreadCount"), rows


def _printed(known: Known, limit: int) -> tuple[Sequence[str], Iterable[Row]]:
    people = sorted(
        (card.label if card.titled else "", card.iri) for card in known.cards if card.kind in ("person", "group")
    )
    rows: list[Row] = []
    for _, iri in people:
        names = sorted(known.printed.get(iri, ()), key=lambda one: (-one[1], one[0]))
        rows += ((NamedNode(iri), name, times) for name, times in names)
        if len(rows) >= limit:
            break
    return ("person", "printed", "mentions"), rows


def _first_titles(works: Sequence[Card], wanted: int) -> list[Card]:
    """Return the works that can be among the first by title, by title."""
    if len(works) > wanted:
        # What has no title is shown by its abstract, and may come before.
        titled = sorted(card.label for card in works if card.titled)
        last = titled[min(wanted, len(titled)) - 1] if titled else ""
        works = [card for card in works if not card.titled or card.label <= last]
    return sorted(works, key=lambda card: (card.label, card.iri))


def _most(counts: Mapping[str, tuple[int, ...]], limit: int) -> list[str]:
    """Return the keys with the largest counts, and all that equal the last of them."""
    largest = heapq.nlargest(limit, counts.values())
    return [iri for iri, count in counts.items() if count >= largest[-1]] if largest else []


COUNTS: Final[Mapping[str, Callable[[Known, int], tuple[Sequence[str], Iterable[Row]]]]] = {
    "first-last-authors": _ends,
    "most-prolific-authors": _prolific,
    "name-variants": _printed,
    "organization-signatures": _signing,
    "single-source-works": _single,
    "source-contributions": _contributing,
    "top-coauthor-pairs": _together,
    "works-by-topic-year": _by_topic,
    "works-by-year": _yearly,
    "works-without-date": _undated,
    "works-without-title": _untitled,
}
"""The queries whose sub-select can be counted."""
