"""Which seats are one person: unit by unit, and only those units whose seats or works changed.

A unit's result follows from its seats, the records of the works they sit on, and the weights; it is kept under a hash
of these. Records are looked into only for units that are not known yet. Knows seats and records; how evidence is
weighed stands in ``linkage``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from kg.identity.columns import columns
from kg.identity.linkage import SURE_NAME, UNDECIDED, Decided, Linked, Scoring, Watch, link
from kg.identity.rarity import names
from kg.identity.seats import (
    Printed,
    Recorded,
    Seat,
    WorkContext,
    digest,
    seat_digest,
    work_context,
    work_digest,
)
from kg.identity.telling import Found, moved, packed, settled, told, unpacked
from kg.identity.units import partition
from kg.identity.weights import Weights
from kg.model.keys import all_mentions
from kg.model.records import WorkRecord

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
    seats: Sequence[Seat],
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
        ordered, key = lists.identified([seats[i] for i in unit], weights.digest)
        unit = [unit[i] for i in ordered]
        if any(pairs := decided.within(unit)):
            key = digest(key.hex(), repr(pairs))
        if (data := memo.get(key)) is not None and (found := unpacked(data)) is not None:
            memo.put(key, data)
            yield Unit(unit, found)
        else:
            pending.append(unit)
            keys.append(key)
    if pending:
        for unit, key, found in zip(pending, keys, _weigh(seats, lists, pending, weights, decided), strict=True):
            memo.put(key, packed(found))
            yield Unit(unit, found)


def _settled_by_name(seats: Sequence[Seat], unit: Sequence[int]) -> bool:
    """Return whether a unit has one seat, or one name that so few people carry that nothing is left to ask."""
    first = seats[unit[0]]
    if len(unit) == 1:
        return True
    if any(seats[i].identified or seats[i].form != first.form for i in unit):
        return False
    works = [seats[i].work for i in unit if seats[i].work >= 0]
    return len(set(works)) == len(works) and names().expected_of(first.form) <= SURE_NAME


class Lists:
    """The lists that names stand on: a work's authors, a record's contributors; and the records behind them."""

    def __init__(self, printed: Sequence[Printed], records: Sequence[Recorded]) -> None:
        self._printed = printed
        self._records = records
        behind: dict[int, set[int]] = defaultdict(set)
        signed: dict[int, list[str]] = defaultdict(list)
        for name in printed:
            if name.work >= 0:
                behind[name.work].add(name.record)
                signed[name.work].append(name.name)
        self.records_of = {work: sorted(found - {-1}) for work, found in behind.items()}
        self._keys = {
            work: digest(*sorted(records[i].keys.digest.hex() for i in found), "", *sorted(signed[work])).hex()
            for work, found in self.records_of.items()
        }

    def identified(self, seats: Sequence[Seat], weights: str) -> tuple[list[int], bytes]:
        """Return the seats of a unit in an order of their own, and a hash of all that its result follows from."""
        keys = [(self._seat_key(seat), self._printed[seat.printed[0]].node) for seat in seats]
        order = sorted(range(len(seats)), key=keys.__getitem__)
        return order, digest(weights, *(keys[i][0] for i in order))

    def _seat_key(self, seat: Seat) -> str:
        found = []
        for i in seat.printed:
            name, entry = self._printed[i], self._printed[i].entry
            said = (entry.affiliations, entry.distinct_from, entry.identified_only) if entry else ()
            record = self._records[name.record].keys.digest.hex() if name.record >= 0 else ""
            found.append(f"{record}/{name.number}/{name.is_subject}/{name.mention!r}/{said!r}")
        return digest(self._keys.get(seat.work, ""), *sorted(found)).hex()

    def load(self, work: int) -> dict[int, WorkRecord]:
        """Return the records behind a list."""
        return {i: self._records[i].load() for i in self.records_of[work]}

    def affiliations(self, seat: Seat, loaded: dict[int, WorkRecord]) -> tuple[str, ...]:
        """Return what is printed as a seat's affiliations."""
        found: list[str] = []
        for i in seat.printed:
            name = self._printed[i]
            if name.number and name.record in loaded:
                found += all_mentions(loaded[name.record])[name.number - 1].affiliations
            elif name.entry:
                found += name.entry.affiliations
        return tuple(dict.fromkeys(found))

    def names(self, seat: Seat) -> list[str]:
        """Return the names printed at a seat."""
        return [self._printed[i].name for i in seat.printed]


class Prepared:
    """The evidence of units as numbers: their seats, and everybody else who signed the same works."""

    def __init__(self, seats: Sequence[Seat], lists: Lists, units: Sequence[Sequence[int]]) -> None:
        self._seats = seats
        asked = {seats[i].work for unit in units for i in unit}
        near = [i for i, seat in enumerate(seats) if seat.work >= 0 and seat.work in asked]
        near += [i for unit in units for i in unit if seats[i].work < 0]
        self._row = {seat: n for n, seat in enumerate(near)}
        by_work: dict[int, list[int]] = defaultdict(list)
        for i in near:
            by_work[seats[i].work].append(i)
        self._contexts: list[WorkContext] = []
        self._work_of = [-1] * len(near)
        self._digests: list[bytes] = [b""] * len(near)
        affiliations: list[tuple[str, ...]] = [()] * len(near)
        for work, members in by_work.items():
            loaded = lists.load(work) if work >= 0 else {}
            context = work_context(list(loaded.values()))
            hashed = work_digest(context, (seats[i].form for i in members)) if work >= 0 else b""
            for i in members:
                n = self._row[i]
                affiliations[n] = lists.affiliations(seats[i], loaded)
                self._digests[n] = seat_digest(seats[i], lists.names(seats[i]), affiliations[n], hashed)
                self._work_of[n] = len(self._contexts) if work >= 0 else -1
            if work >= 0:
                self._contexts.append(context)
        self._citing = any(context.cites for context in self._contexts)
        self.columns = columns([seats[i] for i in near], self._work_of, self._contexts, affiliations)

    def order(self, unit: Sequence[int]) -> list[int]:
        """Return the places of a unit's seats in the order of what they say; equal ones stay as they stand."""
        return sorted(range(len(unit)), key=lambda k: (self._digests[self._row[unit[k]]], k))

    def link(
        self, unit: Sequence[int], weights: Scoring, decided: Decided = UNDECIDED, watch: Watch | None = None
    ) -> Linked:
        """Join the seats of a unit, which stand in their order."""
        ids = np.array([self._row[i] for i in unit], dtype=np.int64)
        works = [self._contexts[w] if self._citing and (w := self._work_of[n]) >= 0 else None for n in ids.tolist()]
        return link(ids, [self._seats[i] for i in unit], works, self.columns, weights, decided=decided, watch=watch)


def _weigh(
    seats: Sequence[Seat], lists: Lists, units: Sequence[Sequence[int]], weights: Weights, decided: _Decided
) -> Iterator[Found]:
    """Yield what each unit comes to, its seats numbered as they stand in it."""
    prepared = Prepared(seats, lists, units)
    for unit in units:
        # What a seat says puts it in order, then its place in the unit, which no order of the inputs changes.
        _, _, moves = decided.within(unit)
        gone = {seat for seat, _ in moves}
        order = [k for k in prepared.order(unit) if k not in gone]
        local = decided.ordered(unit, order)
        linked = prepared.link([unit[k] for k in order], weights, local)
        found = told(linked, weights, [seats[unit[k]].form.key for k in order], local)
        yield moved(_renumbered(found, order), moves)


def _renumbered(found: Found, order: Sequence[int]) -> Found:
    return Found(
        sorted(sorted(order[k] for k in cluster) for cluster in found.clusters),
        *([t._replace(seats=[order[k] for k in t.seats]) for t in side] for side in (found.joins, found.near)),
    )


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
