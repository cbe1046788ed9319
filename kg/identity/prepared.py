"""What the records say of the seats of units, as numbers; and what tells whether any of it is other than it was.

A record is looked into once, for all the seats on its work, and let go. Knows seats and records, no weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import groupby

import numpy as np

from kg.identity.columns import Gathering, Ints
from kg.identity.seating import Seats
from kg.identity.seats import Printed, Recorded, WorkContext, digest, seat_digest, work_context, work_digest
from kg.model.keys import all_mentions
from kg.model.records import Mention, WorkRecord


class Lists:
    """The lists that names stand on: a work's authors, a record's contributors; and the records behind them."""

    def __init__(self, printed: Sequence[Printed], records: Sequence[Recorded]) -> None:
        self._printed = printed
        self._records = records
        work = np.fromiter((name.work for name in printed), np.int64, len(printed))
        self._order = np.argsort(work, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(work[self._order], np.arange(int(work.max(initial=-1)) + 2))
        self._hashes: dict[int, bytes] = {}

    def _on(self, work: int) -> list[Printed]:
        """Return the names that stand on a list."""
        return [self._printed[i] for i in self._order[self._starts[work] : self._starts[work + 1]].tolist()]

    def records_of(self, work: int) -> list[int]:
        """Return the numbers of the records behind a list, ascending."""
        return sorted({name.record for name in self._on(work)} - {-1})

    def identified(self, seats: Seats, unit: Sequence[int], weights: str) -> tuple[list[int], bytes]:
        """Return a unit's seats in an order of their own, and a hash of all that its result follows from."""
        said = [self._said(seats, i) for i in unit]
        order = sorted(range(len(unit)), key=said.__getitem__)
        if len(set(said)) < len(said):
            order.sort(key=lambda k: (said[k], self._printed[seats.first_at(unit[k])].node))
        hashed = blake2b(weights.encode(), digest_size=16)
        hashed.update(b"".join([b"%d:%b" % (len(said[k]), said[k]) for k in order]))
        return [unit[k] for k in order], hashed.digest()

    def _said(self, seats: Seats, seat: int) -> bytes:
        """Return what a seat says: hashes of its list and of its records, with the places of its names on them."""
        work = seats.work[seat]
        found = []
        for i in seats.printed_at(seat):
            name = self._printed[i]
            keys = self._records[name.record].keys if name.record >= 0 else None
            if keys and name.number and keys.mentions[name.number - 1] is name.mention:
                found.append(b"r" + keys.digest + name.number.to_bytes(4))
            else:
                # The subject of a page, an entry of a list of people, a name that a decision changed.
                entry = name.entry
                told = (entry.affiliations, entry.distinct_from, entry.identified_only) if entry else ()
                about = (keys.digest if keys else b"", name.number, name.is_subject, name.mention, told)
                found.append(b"n" + digest(repr(about)))
        on_list = self._listed(work) if work >= 0 else b""
        return on_list + found[0] if len(found) == 1 else b"".join((on_list, *sorted(found)))

    def _listed(self, work: int) -> bytes:
        """Return a hash of who stands on a list and of the records behind it."""
        found = self._hashes.get(work)
        if found is None:
            names = self._on(work)
            records = sorted({self._records[name.record].keys.digest for name in names if name.record >= 0})
            signed = digest(*sorted(name.name for name in names))
            found = self._hashes[work] = blake2b(b"".join((signed, *records)), digest_size=16).digest()
        return found

    def printed_as(self, seats: Seats, seat: int) -> tuple[str, str]:
        """Return what tells a seat from one that says the same, such as a namesake's on the same byline: a hash of how
        and where its names are printed, and the node of the first.
        """
        found = []
        for i in seats.printed_at(seat):
            name, entry = self._printed[i], self._printed[i].entry
            told = (entry.affiliations, entry.distinct_from, entry.identified_only) if entry else ()
            record = self._records[name.record].keys.digest.hex() if name.record >= 0 else ""
            found.append(f"{record}/{name.number}/{name.is_subject}/{name.mention!r}/{told!r}")
        on_list = ""
        if (work := seats.work[seat]) >= 0:
            records = sorted(self._records[i].keys.digest.hex() for i in self.records_of(work))
            on_list = digest(*records, "", *sorted(name.name for name in self._on(work))).hex()
        return digest(on_list, *sorted(found)).hex(), self._printed[seats.first_at(seat)].node

    def load(self, work: int) -> dict[int, WorkRecord]:
        """Return the records behind a list."""
        return {i: self._records[i].load() for i in self.records_of(work)}

    def affiliations(self, printed: Sequence[int], mentions: Mapping[int, Sequence[Mention]]) -> tuple[str, ...]:
        """Return what is printed as the affiliations of a seat, given the names at it and the mentions on records."""
        found: dict[str, None] = {}
        for i in printed:
            name = self._printed[i]
            if name.number and name.record in mentions:
                found |= dict.fromkeys(mentions[name.record][name.number - 1].affiliations)
            elif name.entry:
                found |= dict.fromkeys(name.entry.affiliations)
        return tuple(found)

    def names(self, printed: Sequence[int]) -> list[str]:
        """Return the names printed at a seat."""
        return [self._printed[i].name for i in printed]


class Prepared:
    """The evidence of units as numbers: their seats, and everybody else who signed the same works.

    ``citing`` holds, by the number of a work in the columns, what it cites and is cited by, where any work cites.
    """

    def __init__(self, seats: Seats, lists: Lists, units: Sequence[Sequence[int]]) -> None:
        self._seats, self._lists = seats, lists
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
            mentions = {i: all_mentions(record) for i, record in loaded.items()}
            hashed = work_digest(context, map(seats.form_of, members)) if work >= 0 else b""
            number = gathering.work(context) if work >= 0 else -1
            for i in members:
                printed = seats.printed_at(i)
                affiliations = lists.affiliations(printed, mentions)
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
        """Return the places of a unit's seats in the order of what they say."""
        said = [bytes(self._digests[n * 16 : n * 16 + 16]) for n in self._row[unit].tolist()]
        order = sorted(range(len(unit)), key=said.__getitem__)
        if len(set(said)) == len(said):
            return order
        equal = (list(group) for _, group in groupby(order, key=said.__getitem__))
        return [k for group in equal for k in self._untied(unit, group)]

    def _untied(self, unit: Sequence[int], places: list[int]) -> list[int]:
        """Return places of seats that say the same in the order of how they are printed."""
        if len(places) == 1:
            return places
        return sorted(places, key=lambda k: self._lists.printed_as(self._seats, unit[k]))
