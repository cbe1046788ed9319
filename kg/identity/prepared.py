"""What the records say of the seats of units, as numbers; and what tells whether any of it is other than it was.

A record is looked into once, for all the seats on its work, and let go. Knows seats and records, no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from kg.identity.columns import Gathering, Ints
from kg.identity.seating import Seats
from kg.identity.seats import Printed, Recorded, Seat, WorkContext, digest, seat_digest, work_context, work_digest
from kg.model.keys import all_mentions
from kg.model.records import WorkRecord


class Lists:
    """The lists that names stand on: a work's authors, a record's contributors; and the records behind them."""

    def __init__(self, printed: Sequence[Printed], records: Sequence[Recorded]) -> None:
        self._printed = printed
        self._records = records
        work = np.fromiter((name.work for name in printed), np.int64, len(printed))
        self._order = np.argsort(work, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(work[self._order], np.arange(int(work.max(initial=-1)) + 2))
        self._keys: dict[int, str] = {}

    def _on(self, work: int) -> list[Printed]:
        """Return the names that stand on a list."""
        return [self._printed[i] for i in self._order[self._starts[work] : self._starts[work + 1]].tolist()]

    def records_of(self, work: int) -> list[int]:
        """Return the numbers of the records behind a list, ascending."""
        return sorted({name.record for name in self._on(work)} - {-1})

    def identified(self, seats: Sequence[Seat], weights: str) -> tuple[list[int], bytes]:
        """Return the seats of a unit in an order of their own, and a hash of all that its result follows from."""
        keys = [(self._seat_key(seat), self._printed[seat.printed[0]].node) for seat in seats]
        order = sorted(range(len(seats)), key=keys.__getitem__)
        return order, digest(weights, *(keys[i][0] for i in order))

    def _work_key(self, work: int) -> str:
        found = self._keys.get(work)
        if found is None:
            names = self._on(work)
            records = {name.record for name in names} - {-1}
            hashes = sorted(self._records[i].keys.digest.hex() for i in records)
            found = self._keys[work] = digest(*hashes, "", *sorted(name.name for name in names)).hex()
        return found

    def _seat_key(self, seat: Seat) -> str:
        found = []
        for i in seat.printed:
            name, entry = self._printed[i], self._printed[i].entry
            said = (entry.affiliations, entry.distinct_from, entry.identified_only) if entry else ()
            record = self._records[name.record].keys.digest.hex() if name.record >= 0 else ""
            found.append(f"{record}/{name.number}/{name.is_subject}/{name.mention!r}/{said!r}")
        return digest(self._work_key(seat.work) if seat.work >= 0 else "", *sorted(found)).hex()

    def load(self, work: int) -> dict[int, WorkRecord]:
        """Return the records behind a list."""
        return {i: self._records[i].load() for i in self.records_of(work)}

    def affiliations(self, printed: Sequence[int], loaded: dict[int, WorkRecord]) -> tuple[str, ...]:
        """Return what is printed as the affiliations of a seat with the names given."""
        found: list[str] = []
        for i in printed:
            name = self._printed[i]
            if name.number and name.record in loaded:
                found += all_mentions(loaded[name.record])[name.number - 1].affiliations
            elif name.entry:
                found += name.entry.affiliations
        return tuple(dict.fromkeys(found))

    def names(self, printed: Sequence[int]) -> list[str]:
        """Return the names printed at a seat."""
        return [self._printed[i].name for i in printed]


class Prepared:
    """The evidence of units as numbers: their seats, and everybody else who signed the same works.

    ``citing`` holds, by the number of a work in the columns, what it cites and is cited by, where any work cites.
    """

    def __init__(self, seats: Seats, lists: Lists, units: Sequence[Sequence[int]]) -> None:
        work_of = np.array(seats.work, dtype=np.int64)
        asked = np.zeros(len(seats), dtype=bool)
        asked[[i for unit in units for i in unit]] = True
        on_list = work_of >= 0
        signed = np.zeros(int(work_of.max(initial=0)) + 1, dtype=bool)
        signed[work_of[asked & on_list]] = True
        near = np.flatnonzero(np.where(on_list, signed[np.maximum(work_of, 0)], asked))
        self._row = np.full(len(seats), -1, dtype=np.int32)
        self._row[near] = np.arange(len(near))
        self._digests = bytearray()
        contexts: list[WorkContext] = []
        gathering = Gathering()
        for work, group in groupby(near.tolist(), key=seats.work.__getitem__):
            members = list(group)
            loaded = lists.load(work) if work >= 0 else {}
            context = work_context(list(loaded.values()))
            hashed = work_digest(context, map(seats.form_of, members)) if work >= 0 else b""
            number = gathering.work(context) if work >= 0 else -1
            for i in members:
                printed = seats.printed_at(i)
                affiliations = lists.affiliations(printed, loaded)
                self._digests += seat_digest(seats[i], lists.names(printed), affiliations, hashed)
                gathering.seat(seats.form_of(i), number, affiliations)
            if work >= 0:
                contexts.append(WorkContext(identifiers=context.identifiers, cites=context.cites))
        self.citing = contexts if any(context.cites for context in contexts) else []
        self.columns = gathering.columns()

    def rows(self, unit: Sequence[int]) -> Ints:
        """Return the rows of a unit's seats in the columns."""
        return self._row[unit].astype(np.int64)

    def order(self, unit: Sequence[int]) -> list[int]:
        """Return the places of a unit's seats in the order of what they say; equal ones stay as they stand."""
        said = [bytes(self._digests[n * 16 : n * 16 + 16]) for n in self._row[unit].tolist()]
        return sorted(range(len(unit)), key=said.__getitem__)
