"""The evidence of all seats as numbers: who signs beside whom, the words of titles, venues and affiliations.

Everything a seat says is turned once into sorted runs of token numbers with weights, so that a unit can be compared
with a few matrix products. Weights come from shipped tables and are rounded to binary fractions: sums of them are
exact, whatever the order they are taken in, and so is every later comparison. Knows tokens, not persons.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.identity.rarity import WordTable, names, title_words, venue_words
from kg.identity.seats import WorkContext
from kg.model.name_forms import NameForm, skeleton
from kg.model.text import words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Forms = Sequence[NameForm] | Mapping[int, NameForm]

FRACTION: Final = 1 << 16
"""Weights are multiples of one over this; products of two and sums of a million of them are exact in 64 bits."""

ABSTRACT_WEIGHT: Final = 0.35
"""What a word of the abstract counts beside one of the title."""

MOST_COAUTHORS: Final = 60
"""Names taken from one byline; of longer ones the rarest."""

_COAUTHOR_RARITY: Final = 16.0
_PACKED: Final = 1 << 18
_REMEMBERED: Final = 1 << 14
_STOP: Final = frozenset(
    "a an the of for and in on to with from by as at is are we this that our which be it can using based via its their "
    "has have been was were not but or these those such also both than more most other into over between".split()
)
_PLACE_STOP: Final = frozenset("of the and for in de at la di le".split())


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows of (token, weight): row ``i`` is ``tokens[starts[i]:starts[i + 1]]``. Weights are exact in 32 bits."""

    starts: Ints
    tokens: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def rows(self, ids: Ints) -> tuple[Ints, Ints, Floats]:
        """Return (row number within ``ids``, token, weight) of the given rows, one after the other."""
        begin = self.starts[ids]
        length = self.starts[ids + 1] - begin
        row = np.repeat(np.arange(len(ids)), length)
        at = np.arange(len(row)) + (begin - np.cumsum(length) + length)[row]
        return row, self.tokens[at].astype(np.int64), self.weights[at].astype(np.float64)


@dataclass(frozen=True, slots=True)
class Columns:
    """The seats' evidence. ``work`` and ``form`` index the runs by work and the list of forms; years are 0 if unknown.

    ``coauthors`` has one row a work, with two tokens a signature: the last name with the first initial, and the whole
    name, weighing what it adds; ``own`` holds the two tokens of each seat itself.
    """

    work: Ints
    form: Ints
    forms: Forms
    ambiguity: Floats
    year: Ints
    coauthors: Runs
    own: Ints
    text: Runs
    venue: Runs
    affiliation: Runs


class Gathering:
    """Takes in works and the seats on them, one after the other, and gives their columns in the end.

    Seats are to hold everybody who signed the works.
    """

    def __init__(self) -> None:
        self._form: list[NameForm] = []
        self._work = array("q")
        self._year = array("q")
        self._text, self._venue, self._affiliation = _Rows(), _Rows(), _Rows()
        self._terms = _Vocabulary(title_words(), _STOP)
        self._venues, self._places = _Bags(venue_words()), _Bags(None)

    def work(self, work: WorkContext) -> int:
        """Take in what a work says; return its number, from 0."""
        self._text.add(_text(work, self._terms))
        self._venue.add(self._venues.of((work.venue,)))
        self._year.append(work.year)
        return len(self._year) - 1

    def seat(self, form: NameForm, work: int, affiliations: Sequence[str]) -> int:
        """Take in a seat on a work, -1 for none, with what is printed beside it; return its number, from 0."""
        self._form.append(form)
        self._work.append(work)
        self._affiliation.add(self._places.of(affiliations) if affiliations else {})
        return len(self._form) - 1

    def columns(self) -> Columns:
        """Return the columns. Nothing can be taken in any more."""
        # Numbers follow the names themselves, not the order they are met in: ties between co-authors go by them.
        forms = tuple(sorted(set(self._form), key=lambda f: (f.given, f.family, f.suffix)))
        numbers = {form: i for i, form in enumerate(forms)}
        form = np.fromiter(map(numbers.__getitem__, self._form), np.int64, len(self._form))
        self._form = []
        # The last row stands for "no work".
        none = len(self._year)
        for rows in (self._text, self._venue):
            rows.add({})
        self._year.append(0)
        work = np.array(self._work, dtype=np.int64)
        work[work < 0] = none
        coauthors, own = _signatures(work, form, forms, none + 1)
        table = names()
        return Columns(
            work=work,
            form=form,
            forms=forms,
            ambiguity=np.array([table.expected_of(f) for f in forms], dtype=np.float64),
            year=np.array(self._year, dtype=np.int64)[work],
            coauthors=coauthors,
            own=own,
            text=self._text.runs(),
            venue=self._venue.runs(),
            affiliation=self._affiliation.runs(),
        )


def _signatures(work: Ints, form: Ints, forms: Sequence[NameForm], count: int) -> tuple[Runs, Ints]:
    """Return the co-author tokens of each work and the two tokens of each seat."""
    table = names()
    tokens: dict[str, int] = {}
    pair = np.zeros((len(forms), 2), dtype=np.int64)
    weight = np.zeros((len(forms), 2))
    top = math.log(table.total)
    for i, f in enumerate(forms):
        core, first = f.core, f.given[0] if f.given else ""
        initial = f"{skeleton(core[-1]) if core else ''}|{first[:1]}"
        pair[i] = tokens.setdefault(initial, len(tokens)), tokens.setdefault("=" + f.key, len(tokens))
        coarse = min(_COAUTHOR_RARITY, max(0.5, top - table.expected(first[:1], (), core[-1] if core else "")))
        fine = min(_COAUTHOR_RARITY, max(coarse, top - table.expected_of(f)))
        weight[i] = coarse, fine - coarse
    order = np.lexsort((form, work))
    starts = np.searchsorted(work[order], np.arange(count + 1))
    kept = np.ones(len(order), dtype=bool)
    # Seats without a work sign nothing together.
    kept[starts[count - 1] :] = False
    for w in np.flatnonzero(np.diff(starts[:count]) > MOST_COAUTHORS).tolist():
        mine = order[starts[w] : starts[w + 1]]
        rarest = np.lexsort((form[mine], -weight[form[mine]].sum(axis=1)))
        kept[starts[w] + rarest[MOST_COAUTHORS:]] = False
    lengths = np.bincount(work[order[kept]], minlength=count)
    chosen = form[order[kept]]
    exact = _exact(weight[chosen].ravel())
    runs = Runs(np.concatenate(([0], 2 * np.cumsum(lengths))), pair[chosen].ravel().astype(np.int32), exact)
    return runs, pair[form]


class _Vocabulary(dict[str, tuple[int, float]]):
    """Word -> (number, rarity), one for singular and plural; the rarity is 0 for words that say nothing."""

    def __init__(self, table: WordTable | None, stop: frozenset[str]) -> None:
        super().__init__()
        self._table = table
        self._stop = stop
        self._terms: dict[str, tuple[int, float]] = {}

    def __missing__(self, word: str) -> tuple[int, float]:
        term = word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
        found = self._terms.get(term)
        if found is None:
            said = term not in self._stop and (len(term) > 1 or not term.isascii())
            rarity = (self._table.rarity(term) if self._table else 5.0) if said else 0.0
            self._terms[term] = found = (len(self._terms), rarity)
        self[word] = found
        return found


def _text(work: WorkContext, vocabulary: _Vocabulary) -> dict[int, float]:
    """Return the words of a title, subjects and an abstract with what they weigh."""
    row: dict[int, float] = {}
    for text in (work.title, *work.subjects):
        for word in words(text):
            number, rarity = vocabulary[word]
            if rarity:
                row[number] = rarity
    for word in set(words(work.abstract)):
        number, rarity = vocabulary[word]
        if rarity and number not in row:
            row[number] = rarity * ABSTRACT_WEIGHT
    return row


class _Bags:
    """The words of short texts with what they weigh. Many works have one venue, and many seats one affiliation."""

    def __init__(self, table: WordTable | None) -> None:
        vocabulary = _Vocabulary(table, _PLACE_STOP)

        def terms(text: str) -> tuple[tuple[int, float], ...]:
            found = (vocabulary[word] for word in words(text) if not word.isdigit())
            return tuple((number, rarity) for number, rarity in found if rarity)

        self._terms = lru_cache(maxsize=_REMEMBERED)(terms)

    def of(self, texts: Sequence[str]) -> dict[int, float]:
        """Return the words of some texts."""
        return {number: rarity for text in texts for number, rarity in self._terms(text)}


class _Rows:
    """Rows of weights, made unit vectors; packed as they come in."""

    def __init__(self) -> None:
        self._lengths = array("q")
        self._tokens, self._weights = array("i"), array("d")
        self._norms = array("d")
        self._packed: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]] = []

    def add(self, row: Mapping[int, float]) -> None:
        """Take in a row, by token."""
        self._lengths.append(len(row))
        if row:
            self._tokens.extend(row)
            self._weights.extend(row.values())
            self._norms.extend([math.sqrt(math.fsum([w * w for w in row.values()]))] * len(row))
            if len(self._tokens) > _PACKED:
                self._pack()

    def _pack(self) -> None:
        weights = np.array(self._weights) / np.array(self._norms)
        self._packed.append((np.array(self._tokens, dtype=np.int32), _exact(weights)))
        self._tokens, self._weights, self._norms = array("i"), array("d"), array("d")

    def runs(self) -> Runs:
        """Return the rows."""
        self._pack()
        starts = np.concatenate(([0], np.cumsum(np.array(self._lengths, dtype=np.int64))))
        tokens, weights = zip(*self._packed, strict=True)
        return Runs(starts, np.concatenate(tokens), np.concatenate(weights))


def _exact(weights: Floats) -> npt.NDArray[np.float32]:
    """Round weights to binary fractions whose sums are exact; at most 16, they take 20 bits."""
    return (np.round(weights * FRACTION) / FRACTION).astype(np.float32)
