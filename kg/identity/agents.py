"""Which printed names are one person or group, with the evidence for it: the door to who is who.

Persons are resolved unit by unit (``people``), groups by their names (``groups``). Names at one place of one work are
one in any case. Knows printed names; the ids they get are the ledger's.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from kg.identity.decisions import Applied, Decision
from kg.identity.groups import Built, decided_join, groups_of, in_order
from kg.identity.people import ByHand, Memo, NoMemo, Pair, Unit, resolve_people
from kg.identity.seating import Seats
from kg.identity.seats import Printed, Recorded, find_slots
from kg.identity.telling import DECIDED, Told, weight_of, words_of
from kg.identity.weights import Weights, shipped_weights
from kg.model.entities import Join
from kg.model.records import AgentKind

_PLACE_WEIGHT = 0.95


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Two clusters that were kept apart: the evidence as a join has it, and the number of the other cluster."""

    other: int
    evidence: Join


class AgentCluster(Protocol):
    """The indexes of the printed names that are one agent, why, and who else was nearly taken for it."""

    @property
    def kind(self) -> AgentKind:
        """Whether it is a person or a group."""

    @property
    def printed(self) -> Sequence[int]:
        """The printed names, ascending."""

    @property
    def joins(self) -> tuple[Join, ...]:
        """Why they are one, in the order in which it is told."""

    @property
    def basis(self) -> object:
        """What the joins follow from beside the names that are printed, more cheaply than the joins."""

    @property
    def near(self) -> tuple[NearMiss, ...]:
        """Who else was nearly taken for it; each two are told of at one of them."""


def cluster_agents(
    printed: Sequence[Printed],
    records: Sequence[Recorded],
    *,
    weights: Weights | None = None,
    memo: Memo | None = None,
    decided: Applied | None = None,
) -> tuple[list[AgentCluster], list[int]]:
    """Return the clusters of printed names, and for each printed name its slot on its work.

    Two printed names share a slot when they are the same place on the same work. Slots count from 0 over all works.
    ``printed`` must be sorted by node; then the result does not depend on the order of the inputs. ``records`` are
    those that the names count in. ``decided`` was decided by hand and always wins.
    """
    slots = find_slots(printed)
    seats = Seats(printed, slots)
    hand = decided or Applied()
    seat_at = seats.at([i for a, b, _ in (*hand.same, *hand.apart, *hand.moves) for i in (a, b)])

    def pairs(of: Iterable[tuple[int, int, Decision]]) -> list[Pair]:
        seated = ((seat_at[a], seat_at[b]) for a, b, _ in of if a in seat_at and b in seat_at)
        return sorted({(a, b) for a, b in seated if a != b})

    by_hand = ByHand(pairs(hand.same), pairs(hand.apart), pairs(hand.moves))
    units = resolve_people(printed, seats, records, weights or shipped_weights(), memo or NoMemo(), by_hand)
    said = {
        frozenset((seat_at.get(a, -1), seat_at.get(b, -1))): decision
        for a, b, decision in (*hand.same, *hand.apart, *hand.moves)
    }
    telling = _Telling(
        printed, slots, {frozenset(map(seats.first_at, of)): d for of, d in said.items() if -1 not in of}
    )
    clusters: list[_Person | _Group] = [one for unit in units for one in _people_of(unit, seats, telling)]
    clusters += [_Group(built, telling) for built in groups_of(printed, slots, hand)]
    clusters.sort(key=lambda cluster: cluster.printed[0])
    for n, cluster in enumerate(clusters):
        for i in cluster.printed:
            telling.cluster_of[i] = n
    return list[AgentCluster](clusters), slots


class _Telling:
    """What the joins of clusters are made of, when they are asked for; ``said`` are decisions on seats."""

    def __init__(
        self, printed: Sequence[Printed], slots: Sequence[int], said: Mapping[frozenset[int], Decision]
    ) -> None:
        self.printed, self.slots, self.said = printed, slots, said
        self.cluster_of = array("i", bytes(4 * len(printed)))

    def join(self, told: Told) -> Join:
        """Return a join or a near miss; its seats are given by the first names printed at them."""
        shown = told.seats
        nodes = [self.printed[i].node for i in shown]
        if told.rule == DECIDED:
            return decided_join(nodes[0], nodes[1], self.said[frozenset(shown)])
        rule = "same-name" if told.rule == "same" else told.rule
        words = words_of(told, [self.printed[i].mention for i in shown])
        return Join(nodes[0], nodes[1], rule, weight_of(told), words, tuple(nodes[2:]), tuple(told.reasons))


class _Group:
    """A group; its joins are made already."""

    __slots__ = ("_built", "_telling", "kind", "printed")

    def __init__(self, built: Built, telling: _Telling) -> None:
        self.kind, self.printed = built.kind, built.printed
        self._built, self._telling = built, telling

    @property
    def joins(self) -> tuple[Join, ...]:
        return self._built.joins

    @property
    def basis(self) -> object:
        return self._built.joins

    @property
    def near(self) -> tuple[NearMiss, ...]:
        return tuple(NearMiss(self._telling.cluster_of[i], evidence) for i, evidence in self._built.near)


class _Person:
    """A person; joins are kept packed, for all of them at once would fill the memory.

    The seats of a join are places in ``printed``, so that it is packed the same whoever else there is; those of a near
    miss are numbers of printed names.
    """

    __slots__ = ("_joins", "_near", "_telling", "kind", "printed")

    def __init__(self, printed: array[int], joins: list[Told], near: list[tuple[int, Told]], telling: _Telling) -> None:
        self.kind: AgentKind = "person"
        self.printed: Sequence[int] = printed
        self._joins = _encoder.encode(joins) if joins else b""
        self._near = _encoder.encode(near) if near else b""
        self._telling = telling

    @property
    def joins(self) -> tuple[Join, ...]:
        telling, printed = self._telling, self.printed
        told = [one._replace(seats=[printed[k] for k in one.seats]) for one in self._told()]
        by_slot: dict[int, list[int]] = {}
        for i in printed:
            by_slot.setdefault(telling.slots[i], []).append(i)
        placed = [join for indexes in by_slot.values() for join in _at_one_place(telling.printed, indexes)]
        return in_order([*map(telling.join, told), *placed])

    @property
    def basis(self) -> object:
        telling = self._telling
        if telling.said and any(told.rule == DECIDED for told in self._told()):
            return self.joins
        return self._joins, first_of_each([telling.slots[i] for i in self.printed])

    @property
    def near(self) -> tuple[NearMiss, ...]:
        telling = self._telling
        found = _near_decoder(self._near) if self._near else ()
        return tuple([NearMiss(telling.cluster_of[i], telling.join(told)) for i, told in found])

    def _told(self) -> list[Told]:
        return _joins_decoder(self._joins) if self._joins else []


_encoder: Final = msgspec.msgpack.Encoder()
_joins_decoder: Final = msgspec.msgpack.Decoder(list[Told]).decode
_near_decoder: Final = msgspec.msgpack.Decoder(list[tuple[int, Told]]).decode


def first_of_each(slots: Sequence[int]) -> list[int] | None:
    """Return for each name the first one at its slot; None where every name has a slot of its own."""
    if len(set(slots)) == len(slots):
        return None
    first: dict[int, int] = {}
    return [first.setdefault(slot, k) for k, slot in enumerate(slots)]


def _people_of(unit: Unit, seats: Seats, telling: _Telling) -> Iterator[_Person]:
    first = [seats.first_at(seat) for seat in unit.seats]
    clusters = unit.found.clusters
    number = {k: n for n, cluster in enumerate(clusters) for k in cluster}
    joins: dict[int, list[Told]] = defaultdict(list)
    near: dict[int, list[tuple[int, Told]]] = defaultdict(list)
    for told in unit.found.joins:
        joins[number[told.seats[0]]].append(told)
    for told in unit.found.near:
        a, b = sorted(told.seats, key=lambda k: min(first[m] for m in clusters[number[k]]))
        near[number[a]].append((first[b], told._replace(seats=[first[k] for k in told.seats])))
    for n, cluster in enumerate(clusters):
        printed = array("I", sorted(i for k in cluster for i in seats.printed_at(unit.seats[k])))
        place = {i: at for at, i in enumerate(printed)} if n in joins else {}
        within = [told._replace(seats=[place[first[k]] for k in told.seats]) for told in joins.get(n, ())]
        yield _Person(printed, within, near.get(n, []), telling)


def _at_one_place(printed: Sequence[Printed], indexes: Sequence[int]) -> Iterator[Join]:
    """Yield why the names at one place of one work are one agent's."""
    if len(indexes) > 1:
        first, *others = (printed[i] for i in indexes)
        names = dict.fromkeys(name.name for name in (first, *others))
        said = " and ".join(f"“{name}”" for name in names)
        stand = "stand" if len(names) > 1 else "stands"
        comment = f"{said} {stand} at the same place of one work in {len(indexes)} records or pages"
        nodes = [name.node for name in others]
        yield Join(first.node, nodes[0], "same-place-on-work", _PLACE_WEIGHT, comment, tuple(nodes[1:]))
