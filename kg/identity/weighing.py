"""Units that are to be weighed, each as a question that says all that its answer follows from; many on several cores.

A question holds numbers of rows in the columns of evidence, and the few seats that say more than a name. Its answer is
what is kept of the unit (``telling``). Knows no records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kg import shares
from kg.identity.atoms import UNDECIDED, Decided
from kg.identity.columns import Columns, Forms, Ints, Runs
from kg.identity.linkage import Linked, Scoring, Watch, link
from kg.identity.prepared import Prepared
from kg.identity.seating import Seats
from kg.identity.seats import Seat, WorkContext
from kg.identity.telling import Found, moved, packed, told
from kg.identity.weights import Weights
from kg.model.name_forms import NameForm

Pair = tuple[int, int]

MANY: Final = 20_000
"""Seats that are to be weighed, from which another process is worth its start."""

MOST_PROCESSES: Final = 4
"""Processes that weigh, at most: each may hold the tables of one of the largest units."""

_SHARES: Final = 100
# What a unit costs in any case, and each pair of its seats, in what a seat costs.
_UNIT: Final = 8
_PAIR: Final = 0.003


class Question(NamedTuple):
    """A unit that is to be weighed, its seats in the order of what they say.

    ``rows`` are their rows in the columns; ``said`` are those that say more than a name, by their place, and ``works``
    what their works cite, where any does. ``order`` gives the place of each in the unit as it is kept, of which some
    may have been moved away: ``moves`` are pairs of places in the unit.
    """

    rows: Ints
    said: Mapping[int, Seat]
    works: Sequence[WorkContext | None]
    decided: Decided
    order: Sequence[int]
    moves: Sequence[Pair]


def question(
    unit: Sequence[int],
    seats: Seats,
    prepared: Prepared,
    decided: Decided = UNDECIDED,
    order: Sequence[int] = (),
    moves: Sequence[Pair] = (),
) -> Question:
    """Return the question of a unit, given by its seats in the order of what they say."""
    rows = prepared.rows(unit)
    said = {k: seats[i] for k, i in enumerate(unit) if i in seats.said}
    citing = prepared.citing
    works = [citing[w] if w < len(citing) else None for w in prepared.columns.work[rows].tolist()] if citing else []
    return Question(rows, said, works, decided, order, moves)


def linked(asked: Question, data: Columns, weights: Scoring, watch: Watch | None = None) -> Linked:
    """Return how the seats of a question are joined, numbered as they stand in it."""
    seats = []
    for k, (form, work) in enumerate(zip(data.form[asked.rows].tolist(), data.work[asked.rows].tolist(), strict=True)):
        name = data.forms[form]
        seats.append(asked.said.get(k) or Seat((), work, name, (name,)))
    works = asked.works or [None] * len(seats)
    return link(asked.rows, seats, works, data, weights, decided=asked.decided, watch=watch)


def answer(asked: Question, data: Columns, weights: Weights) -> bytes:
    """Return what is kept of a unit: a ``Found`` as bytes."""
    keys = [data.forms[form].key for form in data.form[asked.rows].tolist()]
    found = told(linked(asked, data, weights), weights, keys, asked.decided)
    return packed(moved(_renumbered(found, asked.order), asked.moves))


def _renumbered(found: Found, order: Sequence[int]) -> Found:
    return Found(
        sorted(sorted(order[k] for k in cluster) for cluster in found.clusters),
        *([t._replace(seats=[order[k] for k in t.seats]) for t in side] for side in (found.joins, found.near)),
    )


def answers(
    questions: Sequence[Question], data: Columns, weights: Weights, processes: int | None = None
) -> Iterator[bytes]:
    """Yield the answer to each question. ``processes`` weigh at once; as many as are worth it if it is not given."""
    if processes is None:
        many = sum(len(asked.rows) for asked in questions) >= MANY
        processes = min(shares.cores(), MOST_PROCESSES) if many else 1
    mapped = _laid_out(data) if processes > 1 else None
    if mapped is None:
        for asked in questions:
            yield answer(asked, data, weights)
        return
    order = _in_turn([_cost(asked) for asked in questions], processes)
    try:
        weigher = _Weigher(mapped, weights)
        sharing = _shares([questions[n] for n in order], weigher.form, data.forms)
        del data
        given = shares.over(weigher, sharing, processes, ahead=len(questions), mapped=[mapped])
        found = dict(zip(order, (one for some in given for one in some), strict=True))
    finally:
        mapped.close()
    for n in range(len(questions)):
        yield found.pop(n)


class _Share(NamedTuple):
    """Some questions, and the parts of the names in them by the number of their forms."""

    questions: list[Question]
    forms: dict[int, tuple[tuple[str, ...], tuple[str, ...], str]]


def _in_turn(costs: Sequence[float], processes: int) -> list[int]:
    """Return the numbers of questions in the order in which they are begun.

    One process is to have the largest in turn, while the others do small ones, the smallest at last: two of the largest
    at once would take up twice the memory.
    """
    falling = sorted(range(len(costs)), key=lambda n: -costs[n])
    large, small = 0, int(np.searchsorted(np.cumsum([costs[n] for n in falling]), sum(costs) / processes))
    middle = small
    order: list[int] = []
    spent = [0.0, 0.0]
    while len(order) < len(costs):
        if large < middle and (small == len(costs) or spent[0] * (processes - 1) <= spent[1]):
            order.append(falling[large])
            spent[0] += costs[falling[large]]
            large += 1
        else:
            order.append(falling[small])
            spent[1] += costs[falling[small]]
            small += 1
    return order


def _shares(questions: Sequence[Question], form: Ints, forms: Forms) -> Iterator[_Share]:
    """Yield the questions in shares that cost about as much, where they can."""
    most = sum(map(_cost, questions)) / _SHARES
    some: list[Question] = []
    cost = 0.0
    for asked in questions:
        some.append(asked)
        cost += _cost(asked)
        if cost >= most:
            yield _share(some, form, forms)
            some, cost = [], 0.0
    if some:
        yield _share(some, form, forms)


def _cost(asked: Question) -> float:
    return _UNIT + len(asked.rows) + _PAIR * len(asked.rows) ** 2


def _share(questions: list[Question], form: Ints, forms: Forms) -> _Share:
    numbers = {number for asked in questions for number in form[asked.rows].tolist()}
    return _Share(questions, {n: (forms[n].given, forms[n].family, forms[n].suffix) for n in numbers})


class _Weigher:
    """Answers shares from columns that lie in a file."""

    def __init__(self, mapped: shares.Mapped, weights: Weights) -> None:
        self._mapped, self._weights = mapped, weights
        self._data = _columns(mapped.arrays())
        self.form = self._data.form

    def __reduce__(self) -> tuple[type[_Weigher], tuple[shares.Mapped, Weights]]:
        return _Weigher, (self._mapped, self._weights)

    def __call__(self, share: _Share) -> list[bytes]:
        data = replace(self._data, forms={number: NameForm(*parts) for number, parts in share.forms.items()})
        return [answer(asked, data, self._weights) for asked in share.questions]


def _laid_out(data: Columns) -> shares.Mapped | None:
    """Return the columns in a file; None where there is no room for it, and one process has to do."""
    with suppress(OSError):
        return shares.Mapped(_arrays(data))
    return None


def _arrays(data: Columns) -> list[npt.NDArray[Any]]:
    runs = (data.coauthors, data.text, data.venue, data.affiliation)
    plain = (data.work, data.form, data.ambiguity, data.year, data.own)
    return [*plain, *(array for r in runs for array in (r.starts, r.tokens, r.weights))]


def _columns(arrays: Sequence[npt.NDArray[Any]]) -> Columns:
    work, form, ambiguity, year, own = arrays[:5]
    coauthors, text, venue, affiliation = (Runs(*arrays[n : n + 3]) for n in range(5, len(arrays), 3))
    return Columns(work, form, (), ambiguity, year, coauthors, own, text, venue, affiliation)
