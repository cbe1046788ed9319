"""All seats of a resolution: most say a name and nothing else, so that a million of them are a few columns of numbers.

Seats are numbered in the order of their slots, those of one work one after the other. Forms of names are numbered, too:
two seats with one form have one number. Knows printed names, and what they say of a seat.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, overload

import numpy as np

from kg.errors import IdentifierError
from kg.identity.seats import Printed, Seat
from kg.model.identifiers import parse_orcid
from kg.model.name_forms import NameForm, name_form
from kg.model.names import fullness
from kg.model.records import MentionKey
from kg.model.text import fold

_ORCID: Final = "https://orcid.org/"


class Seats(Sequence[Seat]):
    """The seats of persons. A seat is put together when it is asked for.

    ``form`` holds the number of each seat's form in ``forms``, ``work`` the number of its work, -1 for none; ``said``
    holds the seats that say more than one form of a name.
    """

    def __init__(self, printed: Sequence[Printed], slots: Sequence[int]) -> None:
        self.forms: list[NameForm] = []
        self.form = array("I")
        self.work = array("q")
        self.said: dict[int, Seat] = {}
        self._starts = array("I", [0])
        self._printed = array("I")
        numbers: dict[NameForm, int] = {}
        by_name: dict[object, int] = {}
        for indexes in _members(printed, slots):
            mention = printed[indexes[0]].mention
            if len(indexes) > 1 or _says_more(printed[indexes[0]]):
                seat = _seat(printed, indexes)
                if len(seat.forms) > 1 or seat.pages or seat.identified or seat.by_id_only:
                    self.said[len(self.form)] = seat
                number = numbers.setdefault(seat.form, len(numbers))
            else:
                # A name that is printed a hundred times is taken apart once.
                name = (mention.name, mention.family) if mention.family else mention.name
                number = by_name.get(name, -1)
                if number < 0:
                    by_name[name] = number = numbers.setdefault(form_of(mention), len(numbers))
            self.form.append(number)
            self.work.append(printed[indexes[0]].work)
            self._printed.extend(indexes)
            self._starts.append(len(self._printed))
        self.forms = list(numbers)
        self._without_shared_ids()

    def __len__(self) -> int:
        return len(self.form)

    @overload
    def __getitem__(self, index: int) -> Seat: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Seat]: ...
    def __getitem__(self, index: int | slice) -> Seat | Sequence[Seat]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if seat := self.said.get(index):
            return seat
        form = self.form_of(index)
        return Seat(tuple(self.printed_at(index)), self.work[index], form, (form,))

    def form_of(self, index: int) -> NameForm:
        """Return the form of a seat."""
        return self.forms[self.form[index]]

    def printed_at(self, index: int) -> Sequence[int]:
        """Return the numbers of the names printed at a seat."""
        return self._printed[self._starts[index] : self._starts[index + 1]]

    def first_at(self, index: int) -> int:
        """Return the number of the first name printed at a seat."""
        return self._printed[self._starts[index]]

    def at(self, printed: Collection[int]) -> dict[int, int]:
        """Return the seats at which some names are printed, by the name; names of groups sit nowhere."""
        if not printed:
            return {}
        places = np.array(self._printed)
        found = np.flatnonzero(np.isin(places, list(printed)))
        seats = np.searchsorted(np.array(self._starts), found, side="right") - 1
        return dict(zip(places[found].tolist(), seats.tolist(), strict=True))

    def _without_shared_ids(self) -> None:
        """Drop identifiers that one work gives to two of its authors: at least one of them has it wrongly."""
        seen: dict[tuple[int, str], int] = defaultdict(int)
        for seat in self.said.values():
            if seat.work >= 0:
                for value in (*seat.orcids, *seat.doubtful, *seat.ids):
                    seen[seat.work, value] += 1
        shared = {key for key, count in seen.items() if count > 1}
        if not shared:
            return

        def kept(seat: Seat, values: frozenset[str]) -> frozenset[str]:
            return frozenset(v for v in values if (seat.work, v) not in shared)

        for i, s in self.said.items():
            if s.identified:
                self.said[i] = replace(s, orcids=kept(s, s.orcids), doubtful=kept(s, s.doubtful), ids=kept(s, s.ids))


def _members(printed: Sequence[Printed], slots: Sequence[int]) -> Iterator[list[int]]:
    """Yield the names of persons at each slot, slot by slot."""
    persons = [i for i, name in enumerate(printed) if name.kind == "person"]
    persons.sort(key=slots.__getitem__)
    for _, members in groupby(persons, key=slots.__getitem__):
        yield list(members)


def _says_more(name: Printed) -> bool:
    """Return whether a printed name says more of a seat than its form."""
    mention = name.mention
    return bool(name.is_subject or name.entry or mention.orcid or mention.identifiers or mention.variants)


def _seat(printed: Sequence[Printed], indexes: Sequence[int]) -> Seat:
    mentions = [printed[i].mention for i in indexes]
    if len(indexes) > 1:
        mentions.sort(key=lambda m: (*(-f for f in fullness(m.name)), m.name))
    forms = tuple(dict.fromkeys(map(form_of, mentions)))
    variants = tuple(name_form(v) for m in mentions for v in m.variants)
    orcids: set[str] = set()
    doubtful: set[str] = set()
    for m in mentions:
        if m.orcid:
            try:
                orcids.add(parse_orcid(m.orcid))
            except IdentifierError:
                doubtful.add(fold(m.orcid))
    ids = {i for m in mentions for i in m.identifiers}
    entries = [e for i in indexes if (e := printed[i].entry)]
    return Seat(
        tuple(indexes),
        printed[indexes[0]].work,
        forms[0],
        tuple(dict.fromkeys((*forms, *variants))),
        tuple(sorted({printed[i].source_id for i in indexes if printed[i].is_subject})),
        frozenset(orcids | {i for i in ids if i.startswith(_ORCID)}),
        frozenset(doubtful),
        frozenset(i for i in ids if not i.startswith(_ORCID)),
        frozenset(i for e in entries for i in e.distinct_from),
        bool(entries) and all(e.identified_only for e in entries),
    )


def form_of(mention: MentionKey) -> NameForm:
    """Return the form of a printed name, cut where the source cuts it."""
    if mention.family:
        return name_form("", mention.name.removesuffix(mention.family).strip(), mention.family)
    return name_form(mention.name)
