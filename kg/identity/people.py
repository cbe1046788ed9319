"""Which seats are one person: unit by unit, and only those units whose seats or works changed.

A unit's result follows from its seats, the records of the works they sit on, and the weights; it is kept under a hash
of these. Records are looked into only for units that are not known yet. Knows seats and records; how evidence is
weighed stands in ``linkage``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kg.identity.atoms import SURE_NAME, Decided
from kg.identity.prepared import Lists, Prepared
from kg.identity.rarity import names
from kg.identity.seating import Seats
from kg.identity.seats import Printed, Recorded, digest
from kg.identity.telling import Found, settled, unpacked
from kg.identity.units import partition
from kg.identity.weighing import answers, question
from kg.identity.weights import Weights

Pair = tuple[int, int]


class Memo(Protocol):
    """Results kept under hashes of what they follow from."""

    def get(self, key: bytes) -> bytes | None:
        """Return what is kept, None where there is nothing."""

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a result."""


class NoMemo:
    """Keeps nothing."""

    def get(self, key: bytes) -> bytes | None:
        """Return None."""

    def put(self, key: bytes, value: bytes) -> None:
        """Forget a result."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """Pairs that were decided upon: one, two, and (what moves, one of whom it belongs to)."""

    same: Sequence[Pair] = ()
    apart: Sequence[Pair] = ()
    moves: Sequence[Pair] = ()


NOTHING: Final = ByHand()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and what it came to: the numbers of ``found`` count in ``seats``."""

    seats: list[int]
    found: Found


def resolve_people(
    printed: Sequence[Printed],
    seats: Seats,
    records: Sequence[Recorded],
    weights: Weights,
    memo: Memo,
    hand: ByHand = NOTHING,
) -> Iterator[Unit]:
    """Yield every unit with what it came to; ``hand`` holds pairs of seats that were decided upon."""
    decided = _Decided(hand)
    lists = Lists(printed, records)
    pending: list[list[int]] = []
    keys: list[bytes] = []
    for unit in partition(seats, (*hand.same, *hand.moves)):
        if _settled_by_name(seats, unit) and not decided.touches(unit):
            yield Unit(unit, settled(len(unit)))
            continue
        unit, key = lists.identified(seats, unit, weights.digest)
        if any(pairs := decided.within(unit)):
            key = digest(key.hex(), repr(pairs))
        if (data := memo.get(key)) is not None and (found := unpacked(data)) is not None:
            memo.put(key, data)
            yield Unit(unit, found)
        else:
            pending.append(unit)
            keys.append(key)
    if pending:
        for unit, key, answer in zip(pending, keys, _weigh(seats, lists, pending, weights, decided), strict=True):
            memo.put(key, answer)
            if (kept := unpacked(answer)) is not None:
                yield Unit(unit, kept)


def _settled_by_name(seats: Seats, unit: Sequence[int]) -> bool:
    """Return whether a unit has one seat, or one name that so few people carry that nothing is left to ask."""
    if len(unit) == 1:
        return True
    form = seats.form[unit[0]]
    if any(seats.form[i] != form or (i in seats.said and seats.said[i].identified) for i in unit):
        return False
    works = [work for i in unit if (work := seats.work[i]) >= 0]
    return len(set(works)) == len(works) and names().expected_of(seats.forms[form]) <= SURE_NAME


def _weigh(
    seats: Seats, lists: Lists, units: Sequence[Sequence[int]], weights: Weights, decided: _Decided
) -> Iterator[bytes]:
    """Return what each unit comes to as it is kept, its seats numbered as they stand in it."""
    prepared = Prepared(seats, lists, units)
    questions = []
    for unit in units:
        # What a seat says puts it in order, then how it is printed: no order of the inputs changes that.
        _, _, moves = decided.within(unit)
        gone = {seat for seat, _ in moves}
        order = [k for k in prepared.order(unit) if k not in gone]
        local = decided.ordered(unit, order)
        questions.append(question([unit[k] for k in order], seats, prepared, local, order, moves))
    # Nothing here holds on to the columns: they may be laid out in a file, to be held once.
    return answers(questions, prepared.columns, weights)


class _Decided:
    """The pairs of seats that were decided upon, asked for those within a unit."""

    def __init__(self, hand: ByHand) -> None:
        self._pairs = (hand.same, hand.apart, hand.moves)
        self._touched = {i for pairs in self._pairs for pair in pairs for i in pair}

    def touches(self, unit: Sequence[int]) -> bool:
        """Return whether anything was decided upon a seat of a unit."""
        return bool(self._touched) and not self._touched.isdisjoint(unit)

    def within(self, unit: Sequence[int]) -> tuple[list[Pair], list[Pair], list[Pair]]:
        """Return the pairs within a unit (same, apart, moves), numbered as its seats are."""
        if not self.touches(unit):
            return [], [], []
        at = {seat: k for k, seat in enumerate(unit)}
        same, apart, moves = ([(at[a], at[b]) for a, b in pairs if a in at and b in at] for pairs in self._pairs)
        return sorted(map(_upwards, same)), sorted(map(_upwards, apart)), sorted(moves)

    def ordered(self, unit: Sequence[int], order: Sequence[int]) -> Decided:
        """Return what was decided upon seats of a unit, numbered by the order given, which leaves some out."""
        same, apart, _ = self.within(unit)
        place = {k: n for n, k in enumerate(order)}
        kept = ([(place[a], place[b]) for a, b in pairs if a in place and b in place] for pairs in (same, apart))
        return Decided(*kept)


def _upwards(pair: Pair) -> Pair:
    return min(pair), max(pair)
