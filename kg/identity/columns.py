"""The evidence of all seats as numbers: who signs beside whom, the words of titles, venues and affiliations.

Everything a seat says is turned once into sorted runs of token numbers with weights, so that a unit can be compared
with a few matrix products. Weights come from shipped tables and are rounded to binary fractions: sums of them are
exact, whatever the order they are taken in, and so is every later comparison. Knows tokens, not persons.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.identity.rarity import WordTable, names, title_words, venue_words
from kg.identity.seats import Seat, WorkContext
from kg.model.name_forms import NameForm, skeleton
from kg.model.text import words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FRACTION: Final = 1 << 16
"""Weights are multiples of one over this; products of two and sums of a million of them are exact in 64 bits."""

ABSTRACT_WEIGHT: Final = 0.35
"""What a word of the abstract counts beside one of the title."""

MOST_COAUTHORS: Final = 60
"""Names taken from one byline; of longer ones the rarest."""

_COAUTHOR_RARITY: Final = 16.0
_STOP: Final = frozenset(
    "a an the of for and in on to with from by as at is are we this that our which be it can using based via its their "
    "has have been was were not but or these those such also both than more most other into over between".split()
)
_PLACE_STOP: Final = frozenset("of the and for in de at la di le".split())


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows of (token, weight): row ``i`` is ``tokens[starts[i]:starts[i + 1]]``."""

    starts: Ints
    tokens: Ints
    weights: Floats

    def rows(self, ids: Ints) -> tuple[Ints, Ints, Floats]:
        """Return (row number within ``ids``, token, weight) of the given rows, one after the other."""
        begin, length = self.starts[ids], self.starts[ids + 1] - self.starts[ids]
        total = int(length.sum())
        row = np.repeat(np.arange(len(ids)), length)
        at = np.arange(total) - np.repeat(np.cumsum(length) - length, length) + np.repeat(begin, length)
        return row, self.tokens[at], self.weights[at]


@dataclass(frozen=True, slots=True)
class Columns:
    """The seats' evidence. ``work`` and ``form`` index the runs by work and the list of forms; years are 0 if unknown.

    ``coauthors`` has one row a work, with two tokens a signature: the last name with the first initial, and the whole
    name, weighing what it adds; ``own`` holds the two tokens of each seat itself.
    """

    work: Ints
    form: Ints
    forms: tuple[NameForm, ...]
    ambiguity: Floats
    year: Ints
    coauthors: Runs
    own: Ints
    text: Runs
    venue: Runs
    affiliation: Runs


def columns(
    seats: Sequence[Seat], work_of: Sequence[int], works: Sequence[WorkContext], affiliations: Sequence[Sequence[str]]
) -> Columns:
    """Return the evidence of the seats, which hold everybody who signed the works.

    ``work_of`` gives the index of each seat's work in ``works``, -1 for none, ``affiliations`` what is printed beside
    each seat.
    """
    # Numbers follow the names themselves, not the order they are met in: ties between co-authors go by them.
    forms = tuple(sorted({seat.form for seat in seats}, key=lambda f: (f.given, f.family, f.suffix)))
    numbers = {form: i for i, form in enumerate(forms)}
    form = np.array([numbers[seat.form] for seat in seats], dtype=np.int64)
    table = names()
    ambiguity = np.array([table.expected_of(f) for f in forms], dtype=np.float64)
    # The last row stands for "no work".
    none = len(works)
    work = np.array([w if w >= 0 else none for w in work_of], dtype=np.int64)
    coauthors, own = _signatures(work, form, forms, none + 1)
    return Columns(
        work=work,
        form=form,
        forms=forms,
        ambiguity=ambiguity,
        year=np.array([*(w.year for w in works), 0], dtype=np.int64)[work],
        coauthors=coauthors,
        own=own,
        text=_texts(works),
        venue=_bags(([_Term.of(w.venue)] for w in (*works, WorkContext())), venue_words()),
        affiliation=_bags(([_Term.of(a) for a in printed] for printed in affiliations), None),
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
    sorted_work = work[order]
    starts = np.searchsorted(sorted_work, np.arange(count + 1))
    kept = []
    lengths = np.zeros(count, dtype=np.int64)
    for w in range(count - 1):
        mine = order[starts[w] : starts[w + 1]]
        if len(mine) > MOST_COAUTHORS:
            rarity = weight[form[mine]].sum(axis=1)
            mine = mine[np.lexsort((form[mine], -rarity))[:MOST_COAUTHORS]]
        kept.append(mine)
        lengths[w] = 2 * len(mine)
    chosen = form[np.concatenate(kept)] if kept else np.zeros(0, dtype=np.int64)
    runs = Runs(np.concatenate(([0], np.cumsum(lengths))), pair[chosen].ravel(), _exact(weight[chosen].ravel()))
    return runs, pair[form]


class _Term(dict[str, str]):
    """Words cut to what singular and plural share, remembered."""

    def __missing__(self, word: str) -> str:
        cut = word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
        self[word] = cut
        return cut

    @staticmethod
    def of(text: str) -> list[str]:
        """Return the terms of a text."""
        return [_TERMS[w] for w in words(text)]


_TERMS: Final = _Term()


class _Vocabulary(dict[str, tuple[int, float]]):
    """Term -> (number, rarity); 0 for words that say nothing."""

    def __init__(self, table: WordTable | None, stop: frozenset[str]) -> None:
        super().__init__()
        self._table = table
        self._stop = stop

    def __missing__(self, term: str) -> tuple[int, float]:
        said = term not in self._stop and (len(term) > 1 or not term.isascii())
        rarity = (self._table.rarity(term) if self._table else 5.0) if said else 0.0
        self[term] = found = (len(self), rarity)
        return found


def _texts(works: Sequence[WorkContext]) -> Runs:
    """Return the words of titles, subjects and abstracts as unit vectors, one row a work and an empty one."""
    vocabulary = _Vocabulary(title_words(), _STOP)

    def rows() -> Iterable[dict[int, float]]:
        for work in works:
            row: dict[int, float] = {}
            for term in {*_Term.of(work.title), *(t for s in work.subjects for t in _Term.of(s))}:
                number, rarity = vocabulary[term]
                if rarity:
                    row[number] = rarity
            for term in set(_Term.of(work.abstract)):
                number, rarity = vocabulary[term]
                if rarity and number not in row:
                    row[number] = rarity * ABSTRACT_WEIGHT
            yield row
        yield {}

    return _runs(rows())


def _bags(texts: Iterable[list[list[str]]], table: WordTable | None) -> Runs:
    """Return the words of short texts as unit vectors, one row each."""
    vocabulary = _Vocabulary(table, _PLACE_STOP)

    def rows() -> Iterable[dict[int, float]]:
        for terms in texts:
            found = [vocabulary[term] for text in terms for term in text if not term.isdigit()]
            yield {number: rarity for number, rarity in found if rarity}

    return _runs(rows())


def _runs(rows: Iterable[dict[int, float]]) -> Runs:
    lengths: list[int] = []
    tokens: list[int] = []
    weights: list[float] = []
    norms: dict[int, float] = defaultdict(float)
    for i, row in enumerate(rows):
        lengths.append(len(row))
        tokens += row.keys()
        weights += row.values()
        norms[i] = math.sqrt(math.fsum(w * w for w in row.values()))
    starts = np.concatenate(([0], np.cumsum(np.array(lengths, dtype=np.int64))))
    norm = np.repeat(np.array([norms[i] for i in range(len(lengths))]), np.array(lengths, dtype=np.int64))
    values = np.array(weights, dtype=np.float64)
    return Runs(starts, np.array(tokens, dtype=np.int64), _exact(values / norm if len(values) else values))


def _exact(weights: Floats) -> Floats:
    """Round weights to binary fractions whose sums are exact."""
    rounded: Floats = np.round(weights * FRACTION) / FRACTION
    return rounded
