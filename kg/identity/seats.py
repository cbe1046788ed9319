"""Seats: the places on works that names are printed at, with what each says about who sat there.

A seat is one place on one work. Names printed at the same place by several sources share it, and the subject of a page
sits on the works of that page. Two seats of one work are two people. All seats at once stand in ``seating``. Knows
records and works, not who is who.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kg.model.name_forms import NameForm
from kg.model.names import compatible
from kg.model.records import AgentKind, MentionKey, ProfileRecord, WorkKeys, WorkRecord


class Recorded(Protocol):
    """A work record that is looked into only where it is needed."""

    @property
    def keys(self) -> WorkKeys:
        """What the record is compared by."""

    def load(self) -> WorkRecord:
        """Return the record itself."""


class Printed(NamedTuple):
    """A name as printed in a record (or as the subject of a page), before it is known whose it is.

    ``stands_on`` is the node of the record, of the head of the page or of the entry that prints it. ``work`` is the
    number of the list it stands on: of a work's authors, or of a record's other contributors; -1 for none. ``record``
    is the number of the record, -1 for none, and ``number`` the name's own on it, from 1, 0 for a page's subject.
    ``entry`` is what a list of people says of it.
    """

    stands_on: str
    mention: MentionKey
    work: int
    record: int = -1
    number: int = 0
    is_subject: bool = False
    entry: ProfileRecord | None = None

    @property
    def node(self) -> str:
        """What the name is called for ever. A million of them are made when they are asked for."""
        if self.entry:
            return self.stands_on
        return f"{self.stands_on}-subject" if self.is_subject else f"{self.stands_on}-m{self.number}"

    @property
    def source_id(self) -> str:
        """The source that prints it."""
        return self.stands_on.partition("#")[0]

    @property
    def name(self) -> str:
        """The name as printed."""
        return self.mention.name

    @property
    def key(self) -> str:
        """The form under which equal names meet."""
        return self.mention.key

    @property
    def kind(self) -> AgentKind:
        """Whether the source prints a person or a group."""
        return self.mention.kind

    @property
    def place(self) -> int | None:
        """The position on the byline from 1, None where it is not known."""
        return self.mention.position


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What a work says about its authors beside their names: words, venue, year, and what it cites.

    ``identifiers`` are IRIs of the work, ``cites`` IRIs of works it cites; ``year`` is 0 where it is not known.
    """

    title: str = ""
    abstract: str = ""
    venue: str = ""
    year: int = 0
    subjects: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """One place on one work: the printed names at it (indexes), and the names and identifiers that they carry.

    ``form`` is the fullest of ``forms``. ``pages`` are the sources whose subject sits here. ``orcids`` hold canonical
    IRIs, ``doubtful`` iDs with a wrong check digit, and ``ids`` other identifiers of the agent. ``distinct`` are
    identifiers of others that this is said not to be; ``by_id_only`` says that the name alone is no evidence.
    """

    printed: tuple[int, ...]
    work: int
    form: NameForm
    forms: tuple[NameForm, ...]
    pages: tuple[str, ...] = ()
    orcids: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    distinct: frozenset[str] = frozenset()
    by_id_only: bool = False

    @property
    def identified(self) -> bool:
        """Whether any identifier of the agent, or of somebody else, is known."""
        return bool(self.orcids or self.doubtful or self.ids or self.distinct)


def work_context(records: Sequence[WorkRecord]) -> WorkContext:
    """Return what the records of one work say, the longest text of each kind; their order does not matter."""

    def longest(texts: Iterable[str]) -> str:
        return max(texts, key=lambda text: (len(text), text), default="")

    years = [r.date.year for r in records if r.date and r.date.year]
    subjects = {s.name for r in records for s in r.subjects} | {t for r in records for t in r.topics}
    return WorkContext(
        longest(r.title for r in records),
        longest(r.abstract for r in records),
        longest(r.venue for r in records),
        min(years, default=0),
        tuple(sorted(subjects)),
        tuple(sorted({i for r in records for i in r.identifiers})),
        tuple(sorted({x.iri for r in records for x in r.related if x.kind == "cites" and x.iri})),
    )


class _Slot:
    """The names at one place of a work, and what is asked of all of them together."""

    __slots__ = ("keys", "kind", "members", "names", "places", "records")

    def __init__(self, kind: AgentKind) -> None:
        self.kind = kind
        self.members: list[int] = []
        self.keys: set[str] = set()
        self.names: set[str] = set()
        self.places: set[int | None] = set()
        self.records: set[int] = set()
        """The records whose byline has a name here; that of a page's subject stands on none."""

    def add(self, index: int, name: Printed) -> None:
        """Put a name here."""
        self.members.append(index)
        self.keys.add(name.key)
        self.names.add(name.name)
        self.places.add(name.place)
        if not name.is_subject:
            self.records.add(name.record)

    def free_for(self, name: Printed) -> bool:
        """Return whether a name may be at this place: one record has one name here."""
        return self.kind == name.kind and (name.is_subject or name.record not in self.records)


def find_slots(printed: Sequence[Printed]) -> list[int]:
    """Give each printed name the slot on its work that it fills: bylines first, page subjects into what is there.

    Two printed names share a slot when they are the same place on the same work. Slots count from 0 over all works.
    """
    slots = [-1] * len(printed)
    by_work: dict[int, list[int]] = defaultdict(list)
    for index, name in enumerate(printed):
        by_work[name.work].append(index)
    following = 0
    for work, indexes in sorted(by_work.items()):
        first = printed[indexes[0]]
        in_order = sorted(indexes, key=lambda i: _in_order(printed[i], i))
        if work < 0 or all(printed[i].record == first.record and not printed[i].is_subject for i in indexes):
            # One record alone has each name at a place of its own.
            for index in in_order:
                slots[index] = following
                following += 1
            continue
        filled: list[_Slot] = []
        for index in in_order:
            name = printed[index]
            slot = _find_slot(name, filled)
            if slot is None:
                slot = _Slot(name.kind)
                filled.append(slot)
            slot.add(index, name)
        for slot in filled:
            for index in slot.members:
                slots[index] = following
            following += 1
    return slots


def _in_order(name: Printed, index: int) -> tuple[bool, int, int, int]:
    return name.is_subject, name.record, name.place or 0, index


def _find_slot(name: Printed, filled: Sequence[_Slot]) -> _Slot | None:
    """Return the slot of the same work that a printed name belongs to, or None for a new one."""
    free = [slot for slot in filled if slot.free_for(name)]
    same = [slot for slot in free if name.key in slot.keys]
    if same:
        return next((slot for slot in same if name.place in slot.places), same[0])
    if name.kind == "group":
        return None
    fitting = [slot for slot in free if all(compatible(other, name.name) for other in slot.names)]
    at_place = [slot for slot in fitting if name.place in slot.places]
    if len(at_place) == 1:
        return at_place[0]
    return fitting[0] if len(fitting) == 1 else None


def work_digest(context: WorkContext, byline: Iterable[NameForm]) -> bytes:
    """Return a hash of all that a work says about who its authors are."""
    names = sorted(f"{form.key}|{form.suffix}" for form in byline)
    return digest(
        *(context.title, context.abstract, context.venue, str(context.year)),
        *(*context.subjects, "", *context.identifiers, "", *context.cites, "", *names),
    )


def seat_digest(seat: Seat, names: Iterable[str], affiliations: Iterable[str], work: bytes) -> bytes:
    """Return a hash of all that a seat says; seats are put in the order of their digests, wherever they came from."""
    forms = [" ".join((*form.given, "|", *form.family, form.suffix)) for form in seat.forms]
    return digest(
        *(work.hex(), *sorted(names), "", *forms, "", *sorted(affiliations), "", *(["page"] if seat.pages else [])),
        *("", *sorted(seat.orcids), "", *sorted(seat.doubtful), "", *sorted(seat.ids), "", *sorted(seat.distinct)),
    )


def digest(*texts: str) -> bytes:
    """Return a hash of texts in their order."""
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
