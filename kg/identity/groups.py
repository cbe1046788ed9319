"""Which printed names are one group: an organisation or a collaboration that signs works.

Groups are one where their folded names are, or an identifier, and where a decision by hand says so. Nothing is weighed.
Knows printed names and decisions; persons are resolved elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.identity.clusters import Clusters
from kg.identity.decisions import Applied, Decision
from kg.identity.seats import Printed
from kg.identity.telling import DECIDED
from kg.model.entities import Join
from kg.model.records import AgentKind

_WEIGHT: Final = 0.9


@dataclass(frozen=True, slots=True)
class Built:
    """An agent while the others are not numbered yet: near misses name a printed name of the other one."""

    kind: AgentKind
    printed: tuple[int, ...]
    joins: tuple[Join, ...]
    near: tuple[tuple[int, Join], ...] = ()


def groups_of(printed: Sequence[Printed], slots: Sequence[int], hand: Applied) -> Iterator[Built]:
    """Yield the groups. Groups of one name in two places of one work are two, counted from the first place on.

    Where two of one name were decided to be two, the other names of theirs stay with the one that was named first. A
    name that was moved takes with it what stands at its place of its work, and nothing else.
    """
    indexes = [i for i, name in enumerate(printed) if name.kind == "group"]
    at = {i: n for n, i in enumerate(indexes)}

    def local(of: Iterable[tuple[int, int, Decision]]) -> list[tuple[int, int, Decision]]:
        return sorted(((at[a], at[b], d) for a, b, d in of if a in at and b in at), key=lambda pair: pair[:2])

    def decided(a: int, b: int, decision: Decision) -> Join:
        return decided_join(printed[indexes[a]].node, printed[indexes[b]].node, decision)

    same, apart, moves = local(hand.same), local(hand.apart), local(hand.moves)
    clusters = _Kept(len(indexes), [(a, b) for a, b, _ in apart])
    gone = {slots[indexes[a]] for a, _, _ in moves}
    keys = [() if slots[i] in gone else found for i, found in zip(indexes, _keys(printed, slots, indexes), strict=True)]
    joins: list[tuple[int, Join]] = []
    for a, b, decision in same:
        clusters.join(a, b)
        joins.append((a, decided(a, b, decision)))
    held: dict[object, int] = {}
    for n in (*(a for a, _, _ in apart), *range(len(indexes))):
        for key in keys[n]:
            first = held.setdefault(key, n)
            if clusters.join(first, n):
                joins.append((n, _join(printed[indexes[first]], printed[indexes[n]], key)))
    first_at: dict[int, int] = {}
    for n, i in enumerate(indexes):
        clusters.join(first_at.setdefault(slots[i], n), n)
    for a, b, decision in moves:
        clusters.join(a, b)
        joins.append((a, decided(b, a, decision)))
    reasons: dict[int, list[Join]] = defaultdict(list)
    for n, reason in joins:
        reasons[clusters.find(n)].append(reason)
    near: dict[int, list[tuple[int, Join]]] = defaultdict(list)
    for a, b, decision in apart:
        if clusters.find(a) != clusters.find(b):
            near[clusters.find(a)].append((indexes[b], decided(a, b, decision)))
    for group in clusters.groups():
        yield Built("group", tuple(indexes[n] for n in group), in_order(reasons[group[0]]), tuple(near[group[0]]))


def _keys(printed: Sequence[Printed], slots: Sequence[int], indexes: Sequence[int]) -> Iterator[tuple[object, ...]]:
    """Yield what makes each name one group with others: the name and which one of that name it is, and identifiers."""
    ordinals: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for i in indexes:
        name = printed[i]
        seen = ordinals[name.work, name.key] if name.work >= 0 else {}
        ordinal = seen.setdefault(slots[i], len(seen))
        yield (name.key, ordinal), *(name.mention.identifiers if ordinal == 0 else ())


def _join(a: Printed, b: Printed, key: object) -> Join:
    rule, said = "same-name", "are the same name"
    if a.key != b.key:
        rule, said = "same-identifier", f"have the identifier {key}"
    both = f"“{a.name}” and “{b.name}” {said}" if a.name != b.name else f"both are “{b.name}”"
    return Join(a.node, b.node, rule, _WEIGHT, both)


def decided_join(a: str, b: str, decision: Decision) -> Join:
    """Return what a decision says of two printed names, given by their nodes: that they are one, or two."""
    comment = f"decided by {decision.by} on {decision.at}: {decision.why}"
    return Join(a, b, DECIDED, 0.0 if decision.kind == "different" else 1.0, comment)


def in_order(joins: Iterable[Join]) -> tuple[Join, ...]:
    """Return joins in the order in which they are told."""
    return tuple(sorted(joins, key=lambda j: (j.a, j.b, j.rule)))


class _Kept(Clusters):
    """Clusters of which some pairs are never one."""

    def __init__(self, size: int, apart: Sequence[tuple[int, int]]) -> None:
        super().__init__(size)
        self._pairs = apart

    def join(self, a: int, b: int) -> bool:
        """Join the clusters of two items unless they are kept apart; return whether they were joined."""
        roots = {self.find(a), self.find(b)}
        if any({self.find(x), self.find(y)} == roots for x, y in self._pairs):
            return False
        return super().join(a, b)
