"""Which printed names are one person or group.

Rules, each kept as evidence: names that are the same name after folding are one; on one work, a compatible name at the
same place is one; elsewhere, compatible names ("A. Mensch", "Arthur Mensch") are one only when they share a co-author
and no other candidate fits. Two names on one byline are never one.

This is the place for evidence-based author identity: ``cluster_agents`` takes mentions and returns clusters with joins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kg.identity.clusters import Clusters
from kg.model.entities import Join
from kg.model.names import block_key, compatible
from kg.model.records import AgentKind

_WEIGHTS: Final = {"same-name": 0.9, "same-place-on-work": 0.95, "compatible-name-and-co-author": 0.8}


@dataclass(frozen=True, slots=True)
class Printed:
    """A name as printed in a record (or as the subject of a page), before it is known whose it is.

    ``place`` is the position on the byline from 1, None for a page subject. ``work`` is the index of the work cluster,
    -1 for the subject of a page without works.
    """

    node: str
    key: str
    name: str
    kind: AgentKind
    work: int
    place: int | None
    record: int = -1
    is_subject: bool = False


class _Item(NamedTuple):
    """All printings of one name that cannot be told apart; ``ordinal`` counts namesakes on one byline from 0."""

    kind: AgentKind
    key: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class AgentCluster:
    """The indexes of the printed names that are one agent, and why."""

    kind: AgentKind
    printed: tuple[int, ...]
    joins: tuple[Join, ...]


def cluster_agents(printed: Sequence[Printed]) -> tuple[list[AgentCluster], list[int]]:
    """Return the clusters of printed names, and for each printed name its slot on its work.

    Two printed names share a slot when they are the same place on the same work. Slots count from 0 over all works.
    ``printed`` must be sorted by node; then the result does not depend on the order of the inputs.
    """
    slots = _slots(printed)
    members: dict[int, list[int]] = defaultdict(list)
    for index, slot in enumerate(slots):
        members[slot].append(index)
    item_of = _items(printed, slots)
    items = sorted(set(item_of))
    number = {item: i for i, item in enumerate(items)}
    places: list[dict[int, int]] = [{} for _ in items]
    for index, item in enumerate(item_of):
        if printed[index].work >= 0:
            places[number[item]][printed[index].work] = slots[index]
    corroborated = _Names(items, places)

    clusters = Clusters(len(items))
    joins: dict[int, list[Join]] = defaultdict(list)

    def join(a: int, b: int) -> bool:
        """Join two items unless they stand in different places of one work."""
        one, two = places[clusters.find(a)], places[clusters.find(b)]
        if any(two.get(work, slot) != slot for work, slot in one.items()) or not clusters.join(a, b):
            return False
        places[clusters.find(a)] = one | two
        return True

    for indexes in members.values():
        first = indexes[0]
        for other in indexes[1:]:
            a, b = number[item_of[first]], number[item_of[other]]
            if a != b and join(a, b):
                comment = f"“{printed[first].name}” and “{printed[other].name}” stand at the same place of one work"
                joins[a].append(_join(printed, first, other, "same-place-on-work", comment))
    first_of: dict[_Item, int] = {}
    for index, item in enumerate(item_of):
        if (first := first_of.setdefault(item, index)) != index:
            comment = f"both are printed “{printed[index].name}”"
            if printed[first].name != printed[index].name:
                comment = f"“{printed[first].name}” and “{printed[index].name}” are the same name"
            joins[number[item]].append(_join(printed, first, index, "same-name", comment))
    for a, b, shared in corroborated.pairs():
        if join(a, b):
            one, two = first_of[items[a]], first_of[items[b]]
            comment = f"“{printed[one].name}” and “{printed[two].name}” are compatible and share {shared} co-author(s)"
            joins[a].append(_join(printed, one, two, "compatible-name-and-co-author", comment))

    gathered: dict[int, list[int]] = defaultdict(list)
    for index, item in enumerate(item_of):
        gathered[clusters.find(number[item])].append(index)
    reasons: dict[int, list[Join]] = defaultdict(list)
    for item_number, found in joins.items():
        reasons[clusters.find(item_number)].extend(found)
    result = [
        AgentCluster(items[root].kind, tuple(indexes), tuple(sorted(reasons[root], key=lambda j: (j.a, j.b))))
        for root, indexes in sorted(gathered.items())
    ]
    return result, slots


def _join(printed: Sequence[Printed], a: int, b: int, rule: str, comment: str) -> Join:
    return Join(printed[a].node, printed[b].node, rule, _WEIGHTS[rule], comment)


def _slots(printed: Sequence[Printed]) -> list[int]:
    """Give each printed name the slot on its work that it fills: bylines first, page subjects into what is there."""
    slots = [-1] * len(printed)
    by_work: dict[int, list[int]] = defaultdict(list)
    for index, name in enumerate(printed):
        by_work[name.work].append(index)
    following = 0
    for work, indexes in sorted(by_work.items()):
        filled: list[list[int]] = []
        ordered = sorted(indexes, key=lambda i: (printed[i].is_subject, printed[i].record, printed[i].place or 0, i))
        for index in ordered:
            slot = _find_slot(printed, filled, index) if work >= 0 else None
            if slot is None:
                filled.append([index])
            else:
                slot.append(index)
        for slot in filled:
            for index in slot:
                slots[index] = following
            following += 1
    return slots


def _find_slot(printed: Sequence[Printed], filled: list[list[int]], index: int) -> list[int] | None:
    """Return the slot of the same work that a printed name belongs to, or None for a new one."""
    name = printed[index]
    free = [
        slot
        for slot in filled
        if printed[slot[0]].kind == name.kind
        and (name.is_subject or all(printed[i].record != name.record or printed[i].is_subject for i in slot))
    ]
    same = [slot for slot in free if any(printed[i].key == name.key for i in slot)]
    if same:
        at_place = [slot for slot in same if any(printed[i].place == name.place for i in slot)]
        return (at_place or same)[0]
    if name.kind == "group":
        return None
    fitting = [slot for slot in free if all(compatible(printed[i].name, name.name) for i in slot)]
    at_place = [slot for slot in fitting if any(printed[i].place == name.place for i in slot)]
    if len(at_place) == 1:
        return at_place[0]
    return fitting[0] if len(fitting) == 1 else None


def _items(printed: Sequence[Printed], slots: Sequence[int]) -> list[_Item]:
    """Return the item of each printed name; namesakes in different slots of one work get different ordinals."""
    ordinals: dict[tuple[int, AgentKind, str], dict[int, int]] = defaultdict(dict)
    result = []
    for index, name in enumerate(printed):
        seen = ordinals[name.work, name.kind, name.key] if name.work >= 0 else {}
        ordinal = seen.setdefault(slots[index], len(seen))
        result.append(_Item(name.kind, name.key, ordinal))
    return result


class _Names:
    """The items and the works they stand on, asked for compatible names with a co-author in common."""

    def __init__(self, items: Sequence[_Item], places: Sequence[dict[int, int]]) -> None:
        self._items = items
        self._works = [frozenset(p) for p in places]
        self._signers: dict[int, set[int]] = defaultdict(set)
        for item, works in enumerate(self._works):
            for work in works:
                self._signers[work].add(item)

    def pairs(self) -> list[tuple[int, int, int]]:
        """Return (item, item, shared co-authors) for compatible names that fit only each other, strongest first."""
        blocks: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(self._items):
            if item.kind == "person" and item.ordinal == 0 and " " in item.key:
                blocks[block_key(item.key)].append(i)
        shared: dict[tuple[int, int], int] = {}
        partners: dict[int, list[int]] = defaultdict(list)
        for block in blocks.values():
            for position, a in enumerate(block):
                for b in block[position + 1 :]:
                    if count := self._shared(a, b):
                        shared[a, b] = count
                        partners[a].append(b)
                        partners[b].append(a)
        fitting = [
            (a, b, count) for (a, b), count in shared.items() if self._agree(partners[a]) and self._agree(partners[b])
        ]
        return sorted(fitting, key=lambda found: (-found[2], found[0], found[1]))

    def _shared(self, a: int, b: int) -> int:
        """Return how many co-authors two compatible names share; 0 for names that stand on one work or do not fit."""
        if self._works[a] & self._works[b] or not compatible(self._items[a].key, self._items[b].key):
            return 0
        return len((self._beside(a) & self._beside(b)) - {a, b})

    def _beside(self, item: int) -> set[int]:
        return set().union(*(self._signers[work] for work in self._works[item]))

    def _agree(self, found: Sequence[int]) -> bool:
        """Return whether the names are all compatible with one another: else the initials fit two people."""
        keys = [self._items[i].key for i in found]
        return all(compatible(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :])
