"""The atoms of one unit: seats that are one person without weighing, which all later steps keep together.

So are seats of one page's subject, equal names that hardly anybody else carries, and equal names beside the same rare
co-authors; and what was decided by hand. Knows seats and their co-authors, no weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from kg.identity.clusters import Clusters
from kg.identity.columns import Columns, Floats, Ints
from kg.identity.products import dense, table
from kg.identity.seats import Seat

SURE_NAME: Final = -2.5
"""Logarithm of an expected number of people: a name carried by fewer is taken for one person's from the start."""

SURE_COAUTHORS: Final = 22.0
SURE_SLOPE: Final = 2.0
"""Rarity of shared co-authors, in natural log units, from which two equal names are one from the start; so much more
for each step of the name's own expected number of people above one."""

_PAIRS: Final = 1 << 22
"""Pairs of seats of a large unit that are looked at together."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided by hand: pairs of seats (numbers within the unit) that are one person, and that are two."""

    same: Sequence[tuple[int, int]] = ()
    apart: Sequence[tuple[int, int]] = ()


UNDECIDED: Final = Decided()


def atoms_of(ids: Ints, seats: list[Seat], data: Columns, decided: Decided) -> tuple[Ints, Ints]:
    """Return the atom of each seat and the form it counts under: equal names that are one without further question."""
    form = data.form[ids]
    keys: dict[str, int] = {}
    key = np.array([keys.setdefault(data.forms[f].key, len(keys)) for f in form], dtype=np.int64)
    ambiguity = data.ambiguity[form]
    n = len(seats)
    edges: list[tuple[int, int]] = []
    held: dict[object, int] = {}
    for i, seat in enumerate(seats):
        edges.extend((held.setdefault(page, i), i) for page in seat.pages)
        if ambiguity[i] <= SURE_NAME and not seat.by_id_only:
            group = (int(key[i]), seat.orcids, seat.doubtful, seat.ids, seat.distinct, seat.form.suffix)
            edges.append((held.setdefault(group, i), i))
    edges += _with_coauthors(ids, key, ambiguity, data)
    label = components(n, edges + list(decided.same))
    for a, b in decided.apart:
        if label[a] == label[b]:
            # What is sure here was decided to be wrong: these seats are asked one by one.
            edges = [(i, j) for i, j in edges if label[i] != label[a]]
            label = components(n, edges + list(decided.same))
    work = data.work[ids]
    none = len(data.coauthors.starts) - 2
    taken = Counter((int(a), int(w)) for a, w in zip(label, work, strict=True) if w < none)
    crowded = {a for (a, _), c in taken.items() if c > 1}
    fresh = int(label.max()) + 1
    held_together = {i for pair in decided.same for i in pair}
    for i in range(n):
        if label[i] in crowded and not seats[i].pages and i not in held_together:
            label[i] = fresh
            fresh += 1
    # Atoms are numbered by their first seat.
    order: dict[int, int] = {}
    return np.array([order.setdefault(int(a), len(order)) for a in label], dtype=np.int64), form


def components(count: int, edges: Iterable[tuple[int, int]]) -> Ints:
    """Return the number of each item's component, in the order of their first items."""
    clusters = Clusters(count)
    for a, b in edges:
        clusters.join(a, b)
    first: dict[int, int] = {}
    return np.array([first.setdefault(clusters.find(item), len(first)) for item in range(count)], dtype=np.int64)


def _with_coauthors(ids: Ints, key: Ints, ambiguity: Floats, data: Columns) -> list[tuple[int, int]]:
    """Return the pairs of equal names with so rare co-authors in common that they are one person's."""
    if len(set(key.tolist())) == len(key):
        return []
    row, token, weight = data.coauthors.rows(data.work[ids])
    own = data.own[ids]
    other = (token != own[row, 0]) & (token != own[row, 1]) & (ambiguity[row] > SURE_NAME)
    row, token, weight = row[other], token[other], weight[other]
    if not len(row):
        return []
    _, column = np.unique(key[row] * (int(token.max()) + 1) + token, return_inverse=True)
    shape = (len(ids), int(column.max()) + 1)
    needed = SURE_COAUTHORS + SURE_SLOPE * np.maximum(ambiguity, -1.0)
    if dense(*shape):
        weights = table(row, column, weight, shape)
        product = weights @ (weights > 0).T.astype(np.float64)
        first, second = np.nonzero(product)
        first, second = _strong(first, second, product[first, second], needed)
        return list(zip(first.tolist(), second.tolist(), strict=True))
    weighted = sparse.csr_matrix((weight, (row, column)), shape=shape)
    there = weighted.astype(bool).astype(np.float64).T.tocsr()
    rows = max(1, _PAIRS // len(ids))
    blocks = ((start, (weighted[start : start + rows] @ there).tocoo()) for start in range(0, len(ids), rows))
    return spanning(len(ids), (_strong(block.row + start, block.col, block.data, needed) for start, block in blocks))


def _strong(first: Ints, second: Ints, rarity: Floats, needed: Floats) -> tuple[Ints, Ints]:
    """Return the pairs that have enough in common, each once."""
    enough = (first < second) & (rarity >= needed[first])
    return first[enough], second[enough]


def spanning(count: int, some: Iterable[tuple[Ints, Ints]]) -> list[tuple[int, int]]:
    """Return the fewest edges that join what others join, which for a thousand works of one team are half a million."""
    label = np.arange(count)
    for first, second in some:
        edges = sparse.coo_matrix((np.ones(len(first)), (label[first], label[second])), shape=(count, count))
        label = connected_components(edges, directed=False)[1][label]
    _, at, number = np.unique(label, return_index=True, return_inverse=True)
    other = np.flatnonzero(at[number] < np.arange(count))
    return list(zip(at[number][other].tolist(), other.tolist(), strict=True))
