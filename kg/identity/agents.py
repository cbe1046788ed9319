"""Which printed names are one person or group, with the evidence for it: the door to who is who.

Persons are resolved unit by unit (``people``), groups by their names (``groups``). Names at one place of one work are
one in any case. Knows printed names; the ids they get are the ledger's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class AgentCluster:
    """The indexes of the printed names that are one agent, why, and who else was nearly taken for it."""

    kind: AgentKind
    printed: tuple[int, ...]
    joins: tuple[Join, ...]
    near: tuple[NearMiss, ...] = ()


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
    people = [cluster for unit in units for cluster in _clusters_of(unit, seats, printed, said)]
    groups = list(groups_of(printed, slots, hand))
    clusters = [*people, *groups]
    order = sorted(range(len(clusters)), key=lambda c: clusters[c].printed[0])
    cluster_of = {i: n for n, c in enumerate(order) for i in clusters[c].printed}
    made = []
    for c in order:
        built = clusters[c]
        near = tuple(NearMiss(cluster_of[i], evidence) for i, evidence in built.near)
        made.append(AgentCluster(built.kind, built.printed, built.joins, near))
    return made, slots


def _clusters_of(
    unit: Unit, seats: Seats, printed: Sequence[Printed], said: Mapping[frozenset[int], Decision]
) -> Iterator[Built]:
    def first(k: int) -> int:
        return seats.printed_at(unit.seats[k])[0]

    def join(told: Told) -> Join:
        shown = [first(k) for k in told.seats]
        nodes = [printed[i].node for i in shown]
        if told.rule == DECIDED:
            decision = said[frozenset(unit.seats[k] for k in told.seats)]
            return decided_join(nodes[0], nodes[1], decision)
        rule = "same-name" if told.rule == "same" else told.rule
        words = words_of(told, [printed[i].mention for i in shown])
        return Join(nodes[0], nodes[1], rule, weight_of(told), words, tuple(nodes[2:]), tuple(told.reasons))

    number = {k: n for n, cluster in enumerate(unit.found.clusters) for k in cluster}
    joins: dict[int, list[Join]] = defaultdict(list)
    near: dict[int, list[tuple[int, Join]]] = defaultdict(list)
    for told in unit.found.joins:
        joins[number[told.seats[0]]].append(join(told))
    for told in unit.found.near:
        a, b = sorted(told.seats, key=lambda k: first(min(unit.found.clusters[number[k]], key=first)))
        near[number[a]].append((first(b), join(told)))
    for n, cluster in enumerate(unit.found.clusters):
        members = [unit.seats[k] for k in cluster]
        indexes = sorted(i for seat in members for i in seats.printed_at(seat))
        told_here = [*joins[n], *(j for seat in members for j in _at_one_place(printed, seats.printed_at(seat)))]
        yield Built("person", tuple(indexes), in_order(told_here), tuple(near[n]))


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
