"""Union-find: join things that belong together.

Knows numbers only. Whether two things may be joined is asked before, by whoever knows what they are.
"""

from __future__ import annotations

from collections import defaultdict


class Clusters:
    """Disjoint sets over ``0 … size-1``."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def __len__(self) -> int:
        return len(self._parent)

    def find(self, item: int) -> int:
        """Return the representative of an item's cluster: its smallest member."""
        root = item
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[item] != root:
            self._parent[item], item = root, self._parent[item]
        return root

    def join(self, a: int, b: int) -> bool:
        """Join the clusters of two items; return whether they were separate."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        self._parent[max(a, b)] = min(a, b)
        return True

    def groups(self) -> list[list[int]]:
        """Return the clusters, each sorted, in the order of their smallest members."""
        members: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parent)):
            members[self.find(item)].append(item)
        return [members[root] for root in sorted(members)]
