"""Union-find with a veto: join things that belong together, never two that are known to differ.

Knows numbers only.
"""

from __future__ import annotations

from collections import defaultdict


class Clusters:
    """Disjoint sets over ``0 … size-1``, with pairs that must stay apart."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._apart: dict[int, set[int]] = defaultdict(set)

    def find(self, item: int) -> int:
        """Return the representative of an item's cluster: its smallest member."""
        root = item
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def keep_apart(self, a: int, b: int) -> None:
        """Forbid that two items ever share a cluster. They must not share one already."""
        a, b = self.find(a), self.find(b)
        self._apart[a].add(b)
        self._apart[b].add(a)

    def may_join(self, a: int, b: int) -> bool:
        """Return whether the clusters of two items are one already or nothing forbids joining them."""
        a, b = self.find(a), self.find(b)
        return a == b or b not in self._apart.get(a, ())

    def join(self, a: int, b: int) -> bool:
        """Join the clusters of two items; return whether they were separate and could be joined."""
        a, b = self.find(a), self.find(b)
        if a == b or not self.may_join(a, b):
            return False
        low, high = min(a, b), max(a, b)
        self._parent[high] = low
        for other in self._apart.pop(high, ()):
            self._apart[other].discard(high)
            self._apart[other].add(low)
            self._apart[low].add(other)
        return True

    def groups(self) -> list[list[int]]:
        """Return the clusters, each sorted, in the order of their smallest members."""
        members: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parent)):
            members[self.find(item)].append(item)
        return [members[root] for root in sorted(members)]
