"""Things of a kind in order, a page at a time: by name, by the number of works, works by date.

Every thing has a place in each order of its kind: a number that is given when the index is written and kept in a column
of it. A page is a range of places, so the thousandth costs what the first does. A page begins behind a key and not at a
place: the key of a thing stays what it is in the next release, its place does not. The place of a key is found by
halving, in 17 look-ups among 100,000 things.

Knows keys and places. Does not know how a label is searched.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import tantivy

Label = tuple[str, str, str, str]
Numbers = npt.NDArray[np.int64]

_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}(?= |$)")
_LAST: Final = "~"
"""Stands for a name without a letter: behind all letters and digits."""
_MOST: Final = 9_999_999_999


@dataclass(frozen=True)
class Listed:
    """One thing of a list. ``works`` is its number of works (of citing works, for a work), ``date`` that of a work."""

    iri: str
    label: str
    detail: str
    works: int
    date: str
    key: str
    """What it is sorted by in the order it was listed in."""


class _Keyed(NamedTuple):
    iri: str
    words: str
    works: int
    date: str


class _Order(NamedTuple):
    field: str
    key: Callable[[_Keyed], str]
    descending: bool = False


ORDERS: Final[Mapping[str, _Order]] = {
    "name": _Order("by_name", lambda one: f"{one.words or _LAST} {one.iri}"),
    "works": _Order("by_works", lambda one: f"{_MOST - one.works:010} {one.words or _LAST} {one.iri}"),
    "new": _Order("by_date", lambda one: f"{one.date} {one.iri}", descending=True),
    "old": _Order("by_age", lambda one: f"{one.date or _LAST} {one.iri}"),
}
"""Name of an order -> its column, its key and its direction. ``works`` has the most first; the undated come last."""


def date_of(kind: str, detail: str) -> str:
    """Return the date with which the detail of a work begins; empty without one and for other kinds.

    >>> date_of("work", "2021-10-15 · Ada Byron"), date_of("person", "2021")
    ('2021-10-15', '')
    """
    found = _DATE.match(detail) if kind == "work" else None
    return found[0] if found else ""


def places(labels: Sequence[Label], words: Sequence[str], works: Sequence[int]) -> dict[str, array[int]]:
    """Return the columns: for each order the places of the ``labels``, in the order in which these are given.

    Beside them stand their folded words and the numbers of works. Places count from 0 within a kind. What comes first
    is what the keys say, but the texts of these are sorted for two orders only: numbers and dates give the rest.
    """
    numbers = range(len(labels))
    names = [f"{text or _LAST} {label[0]}" for label, text in zip(labels, words, strict=True)]
    by_name = np.array(sorted(numbers, key=names.__getitem__), np.int64)
    by_iri = np.array(sorted(numbers, key=lambda number: labels[number][0]), np.int64)
    kinds, _ = _ranks([label[1] for label in labels])
    dates, undated = _ranks([date_of(kind, detail) for _, kind, _, detail in labels])
    least = -np.array(works, np.int64)
    in_order = {
        "name": by_name,
        "works": _sorted(by_name, least),
        "new": _sorted(by_iri, dates)[::-1],
        "old": _sorted(by_iri, np.where(dates == undated, len(labels), dates)),
    }
    columns: dict[str, array[int]] = {}
    for name, order in ORDERS.items():
        found = _sorted(in_order[name], kinds)
        column = np.zeros(len(labels), np.uint32)
        column[found] = np.arange(len(labels)) - np.searchsorted(kinds[found], kinds[found])
        columns[order.field] = array("I", column.tobytes())
    return columns


def _sorted(numbers: Numbers, by: Numbers) -> Numbers:
    """Return numbers sorted by what they are the places of; equal ones stay as they were."""
    return numbers[np.argsort(by[numbers], kind="stable")]


def _ranks(texts: Sequence[str]) -> tuple[Numbers, int]:
    """Return for each text its place among the different ones, and that of the empty text, -1 where there is none."""
    place = {text: number for number, text in enumerate(sorted(set(texts)))}
    return np.fromiter(map(place.__getitem__, texts), np.int64, len(texts)), place.get("", -1)


def declare(builder: Any) -> None:
    """Add the columns, and the number of works, to the schema of an index."""
    for order in ORDERS.values():
        builder.add_unsigned_field(order.field, fast=True, indexed=True)
    builder.add_unsigned_field("works", stored=True)


class Shelf:
    """The things of one kind in one order. ``words`` folds a label as the index does."""

    def __init__(self, schema: Any, searcher: Any, kind: str, order: str, words: Callable[[str], str]) -> None:
        self._schema = schema
        self._searcher = searcher
        self._kind = kind
        self._order = ORDERS[order]
        self._words = words

    def page(self, behind: str, most: int) -> list[Listed]:
        """Return up to ``most`` things that follow a key; from the first thing on for an empty one."""
        start = self._place(behind) if behind else 0
        return self._between(start, start + most)

    def _between(self, start: int, end: int) -> list[Listed]:
        query, must = tantivy.Query, tantivy.Occur.Must
        field = self._order.field
        within = query.range_query(
            self._schema, field, tantivy.FieldType.Unsigned, start, end, include_upper=False, use_inverted_index=True
        )
        asked = query.boolean_query([(must, query.term_query(self._schema, "kind", self._kind)), (must, within)])
        found = self._searcher.search(
            asked, limit=max(1, end - start), count=False, order_by_field=field, order=tantivy.Order.Asc
        )
        return [self._listed(address) for _, address in found.hits]

    def _listed(self, address: Any) -> Listed:
        stored = self._searcher.doc(address)
        label, detail = (bytes(stored.get_first(field)).decode() for field in ("label", "detail"))
        iri, works, date = stored.get_first("iri"), stored.get_first("works"), date_of(self._kind, detail)
        key = self._order.key(_Keyed(iri, self._words(label), works, date))
        return Listed(iri, label, detail, works, date, key)

    def _place(self, behind: str) -> int:
        """Return the place of the first thing behind a key; the number of things when none is."""
        low, high = 0, int(self._searcher.num_docs)
        while low < high:
            middle = (low + high) // 2
            found = self._between(middle, middle + 1)
            reached = not found or (found[0].key < behind if self._order.descending else found[0].key > behind)
            low, high = (low, middle) if reached else (middle + 1, high)
        return low
