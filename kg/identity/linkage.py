"""Join the seats of one unit into clusters, the best-founded pair first, until no pair is more likely one than not.

After each step the joined cluster is compared anew, with all its evidence together. Two seats of one work are never
joined, nor two careers of a crowded name. A name with initials only that fits two people about equally well joins
neither. The result is a function of the unit's seats and the weights; ties go to the pair that comes first in the order
of the seats' digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from scipy import sparse

from kg.identity.careers import Careers, careers_of
from kg.identity.clusters import Clusters
from kg.identity.columns import Columns, Floats, Ints
from kg.identity.evidence import Field, NamePairs, name_pairs
from kg.identity.products import dense, table
from kg.identity.seats import Seat, WorkContext
from kg.identity.weights import CONTEXT

SURE_NAME: Final = -2.5
"""Logarithm of an expected number of people: a name carried by fewer is taken for one person's from the start."""

SURE_COAUTHORS: Final = 22.0
SURE_SLOPE: Final = 2.0
"""Rarity of shared co-authors, in natural log units, from which two equal names are one from the start; so much more
for each step of the name's own expected number of people above one."""

MARGIN: Final = 1.0
"""By how much the log-odds for one person must exceed those for another before initials are given to the first."""

MOST: Final = 2000
"""Atoms of a unit that are all compared with one another. In a larger one, such as all that may be Y. Li, Y. Lin or
Y. Liu, the seats of each name are joined first, by themselves, and then what they came to."""

_NEVER: Final = -1e9
_FAR: Final = 1 << 29
_AT_ONCE: Final = 1 << 13  # pairs that are scored at once
_CONFLICT: Final = CONTEXT.index("names-conflict")
_NAMES: Final = {
    CONTEXT.index(name): field
    for name, field in (
        ("relation", "kind"),
        ("rarity", "rarity"),
        ("namesakes", "namesakes"),
        ("competitors", "competitors"),
    )
}


@dataclass(frozen=True, slots=True)
class Step:
    """Two clusters that were joined or kept apart: their seats, the log-odds, the relation of names, the features.

    ``why_not`` says what kept them apart beside the log-odds, ``counts`` what that rests on.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    score: float
    forms: tuple[int, int]
    features: Floats
    why_not: str = ""
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """What a unit came to: clusters of seat numbers (within the unit), atoms, steps in order, and near misses."""

    clusters: list[list[int]]
    atoms: list[list[int]]
    steps: list[Step]
    near: list[Step]


class Scoring(Protocol):
    """Whatever tells the log-odds of pairs of clusters."""

    def score(self, features: Floats) -> Floats:
        """Return the log-odds of rows of features, in the order of ``CONTEXT``."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided by hand: pairs of seats (numbers within the unit) that are one person, and that are two."""

    same: Sequence[tuple[int, int]] = ()
    apart: Sequence[tuple[int, int]] = ()


UNDECIDED: Final = Decided()

Watch = Callable[[Field, int, int, Floats], None]
"""Told of pairs of clusters that were looked at while training: field, clusters, features."""


def link(
    ids: Ints,
    seats: Sequence[Seat],
    works: Sequence[WorkContext | None],
    data: Columns,
    weights: Scoring,
    *,
    decided: Decided = UNDECIDED,
    watch: Watch | None = None,
) -> Linked:
    """Join the seats of one unit. ``ids`` are their rows in ``data``, in the order of their digests.

    ``decided`` outranks everything, the rule that two seats of one work are two people included.
    """
    local = list(seats)
    if len(local) == 1:
        return Linked([[0]], [[0]], [], [])
    label, form = _atoms(ids, local, data, decided)
    atoms = _members(label)
    if len(atoms) == 1:
        return Linked(atoms, atoms, [], [])
    steps: list[Step] = []
    if len(atoms) > MOST:
        label, steps = _names_first(ids, local, list(works), data, weights, decided, watch, label)
    numbers, form = np.unique(form, return_inverse=True)
    forms = [data.forms[n] for n in numbers]
    per_form = Counter(form.tolist())
    pairs = name_pairs(forms, [per_form[i] for i in range(len(forms))], _related(local, form))
    field = Field(ids, label, local, data, list(works))
    for a, b in decided.apart:
        field.veto[label[a], label[b]] = field.veto[label[b], label[a]] = True
    lives = list(careers_of(ids, local, label, data, decided.same))
    for pair in lives:
        field.veto[np.ix_(pair.one, pair.other)] = field.veto[np.ix_(pair.other, pair.one)] = True
    state = _State(field, form[[members[0] for members in _members(label)]], pairs, weights, watch)
    state.run()
    clusters = [sorted(field.members[i]) for i in np.flatnonzero(field.alive)]
    near = [*state.kept_apart(lives, label), *state.near_misses()]
    return Linked(clusters, atoms, [*steps, *state.steps], near)


def _members(label: Ints) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(int(label.max()) + 1)]
    for seat, number in enumerate(label.tolist()):
        found[number].append(seat)
    return found


def _names_first(
    ids: Ints,
    seats: list[Seat],
    works: list[WorkContext | None],
    data: Columns,
    weights: Scoring,
    decided: Decided,
    watch: Watch | None,
    label: Ints,
) -> tuple[Ints, list[Step]]:
    """Return the clusters of the seats of each name by itself, as a number for each seat, and the steps to them.

    ``label`` gives the atom of each seat; an atom stays whole. Returns it unchanged where all seats carry one name.
    """
    first: dict[object, int] = {}
    edges = [(first.setdefault(data.forms[f].key, i), i) for i, f in enumerate(data.form[ids].tolist())]
    edges += [(first.setdefault(atom, i), i) for i, atom in enumerate(label.tolist())]
    groups = _members(_components(len(seats), edges))
    if len(groups) == 1:
        return label, []
    steps: list[Step] = []
    cluster_of = [0] * len(seats)
    for own in groups:
        at = {seat: k for k, seat in enumerate(own)}
        same, apart = ([(at[a], at[b]) for a, b in pairs if a in at and b in at]
                       for pairs in (decided.same, decided.apart))  # fmt: skip
        found = link(ids[own], [seats[i] for i in own], [works[i] for i in own], data, weights,
                     decided=Decided(same, apart), watch=watch)  # fmt: skip
        for cluster in found.clusters:
            for k in cluster:
                cluster_of[own[k]] = own[cluster[0]]
        for step in found.steps:
            left, right = (tuple(own[k] for k in side) for side in (step.left, step.right))
            steps.append(replace(step, left=left, right=right))
    return np.unique(cluster_of, return_inverse=True)[1], steps


def _atoms(ids: Ints, seats: list[Seat], data: Columns, decided: Decided) -> tuple[Ints, Ints]:
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
    label = _components(n, edges + list(decided.same))
    for a, b in decided.apart:
        if label[a] == label[b]:
            # What is sure here was decided to be wrong: these seats are asked one by one.
            edges = [(i, j) for i, j in edges if label[i] != label[a]]
            label = _components(n, edges + list(decided.same))
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


def _components(count: int, edges: Iterable[tuple[int, int]]) -> Ints:
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
    if dense(*shape):
        weights = table(row, column, weight, shape)
        product = weights @ (weights > 0).T.astype(np.float64)
        first, second = np.nonzero(product)
        rarity = product[first, second]
    else:
        weighted = sparse.csr_matrix((weight, (row, column)), shape=shape)
        there = weighted.astype(bool).astype(np.float64)
        shared = (weighted @ there.T).tocoo()
        first, second, rarity = shared.row, shared.col, shared.data
    strong = (first < second) & (rarity >= SURE_COAUTHORS + SURE_SLOPE * np.maximum(ambiguity[first], -1.0))
    return list(zip(first[strong].tolist(), second[strong].tolist(), strict=True))


def _related(seats: list[Seat], form: Ints) -> set[tuple[int, int]]:
    """Return the pairs of forms that share an identifier."""
    held: dict[str, set[int]] = {}
    for seat, f in zip(seats, form.tolist(), strict=True):
        for value in (*seat.orcids, *seat.ids):
            held.setdefault(value, set()).add(f)
    return {(a, b) for fs in held.values() for a in fs for b in fs if a < b}


class _State:
    """The clusters of a unit while they are joined: scores of all pairs beside their evidence."""

    def __init__(self, field: Field, form: Ints, pairs: NamePairs, weights: Scoring, watch: Watch | None) -> None:
        self.field, self.pairs, self.weights, self.watch = field, pairs, weights, watch
        count = len(form)
        # Which two forms are closest, as one number.
        width = len(pairs.kind)
        self.by = (form[:, None] * width + form[None, :]).astype(np.int32)
        self.rank = pairs.rank.ravel()[self.by]
        self.conflicts = (pairs.kind.ravel()[self.by] < 0).astype(np.float32)
        self.atoms = np.ones(count)
        self.short = pairs.short[form]
        self.steps: list[Step] = []
        # What pairs score, which of them were refused, and the best of the others for each cluster.
        self.score = np.full((count, count), _NEVER)
        self.refused = np.zeros((count, count), dtype=bool)
        self._compare_all()
        self.best = self.score.argmax(axis=1)
        self.top = self.score[np.arange(count), self.best]

    def run(self) -> None:
        while True:
            a = int(self.top.argmax())
            b = int(self.best[a])
            if self.top[a] <= 0:
                return
            a, b = min(a, b), max(a, b)
            if self._fits_two(a, b):
                self.refused[a, b] = self.refused[b, a] = True
                self._choose(np.array([a, b]))
                continue
            self._tell(a, b)
            self.steps.append(self._step(a, b))
            self._join(a, b)

    def near_misses(self) -> list[Step]:
        """Return for each cluster the best pair that was not joined, each pair once, best first."""
        found: dict[tuple[int, int], Step] = {}
        for a in np.flatnonzero(self.field.alive).tolist():
            b = int(self.score[a].argmax())
            pair = min(a, b), max(a, b)
            if self.score[a, b] > _NEVER / 2 and pair not in found:
                self._tell(*pair)
                found[pair] = self._step(*pair, "fits-two" if self.score[a, b] > 0 else "")
        return sorted(found.values(), key=lambda s: (-s.score, s.left, s.right))

    def kept_apart(self, lives: Sequence[Careers], label: Ints) -> list[Step]:
        """Return the careers that were kept apart, each by the cluster that has most of its seats."""
        size = np.bincount(label)
        cluster = {atom: c for c in np.flatnonzero(self.field.alive).tolist() for atom in label[self.field.members[c]]}
        found: dict[tuple[int, int], Step] = {}
        for pair in lives:
            shares = [Counter[int]() for _ in range(2)]
            for share, atoms in zip(shares, (pair.one, pair.other), strict=True):
                for atom in atoms:
                    share[cluster[atom]] += int(size[atom])
            a, b = (max(sorted(share), key=share.__getitem__) for share in shares)
            if a != b and self.rank[a, b] < _FAR and not {(a, b), (b, a)} & found.keys():
                score = float(np.round(self.weights.score(self._features(a, np.array([b]))), 6)[0])
                found[a, b] = replace(self._step(a, b, "careers"), score=score, counts=pair.counts)
        return list(found.values())

    def _features(self, a: int | Ints, others: Ints) -> Floats:
        features = self.field.features(a, others)
        by = self.by[a, others]
        for name, values in _NAMES.items():
            features[:, name] = getattr(self.pairs, values).ravel()[by]
        features[:, _CONFLICT] = self.conflicts[a, others] / (self.atoms[a] * self.atoms[others])
        return features

    def _compare_all(self) -> None:
        """Score all atoms with one another, some rows at once."""
        count = len(self.atoms)
        rows = max(1, _AT_ONCE // count)
        for start in range(0, count, rows):
            able = (self.rank[start : start + rows] < _FAR) & ~self.field.veto[start : start + rows]
            a, b = np.nonzero(np.triu(able, start + 1))
            if len(a):
                self._score(a + start, b, first=True)

    def _compare(self, a: int, others: Ints) -> None:
        """Score a cluster with others; those with incompatible names or on one work stay apart."""
        able = others[(self.rank[a, others] < _FAR) & ~self.field.veto[a, others] & self.field.alive[others]]
        if len(able):
            self._score(a, able)

    def _score(self, a: int | Ints, others: Ints, *, first: bool = False) -> None:
        features = self._features(a, others)
        self.score[a, others] = self.score[others, a] = np.round(self.weights.score(features), 6)
        if self.watch and first:
            firsts = np.broadcast_to(a, len(others)).tolist()
            for row, one, other in zip(features, firsts, others.tolist(), strict=True):
                self.watch(self.field, one, other, row)

    def _tell(self, a: int, b: int) -> None:
        if self.watch:
            self.watch(self.field, a, b, self._features(a, np.array([b]))[0])

    def _step(self, a: int, b: int, why_not: str = "") -> Step:
        forms = divmod(int(self.by[a, b]), len(self.pairs.kind))
        left, right = (tuple(sorted(self.field.members[c])) for c in (a, b))
        return Step(left, right, float(self.score[a, b]), forms, self._features(a, np.array([b]))[0], why_not)

    def _fits_two(self, a: int, b: int) -> bool:
        """Return whether one of two clusters has initials only and fits a third that is not the other about as well."""
        for short, long in ((a, b), (b, a)):
            if not self.short[short] or self.short[long]:
                continue
            row = self.score[short]
            rivals = (row > row[long] - MARGIN) & self.field.alive
            rivals[[short, long]] = False
            rivals &= ((self.conflicts[long] > 0) | self.field.veto[long]) & (self.score[long] <= 0)
            if rivals.any():
                return True
        return False

    def _join(self, a: int, b: int) -> None:
        self.field.join(a, b)
        better = self.rank[b] < self.rank[a]
        self.by[a] = np.where(better, self.by[b], self.by[a])
        self.rank[a] = np.where(better, self.rank[b], self.rank[a])
        self.by[:, a], self.rank[:, a] = self.by[a], self.rank[a]
        self.conflicts[a] += self.conflicts[b]
        self.conflicts[:, a] = self.conflicts[a]
        self.atoms[a] += self.atoms[b]
        self.short[a] &= self.short[b]
        self.score[[a, b]] = self.score[:, [a, b]] = _NEVER
        self.refused[a] = self.refused[:, a] = False
        others = np.flatnonzero(self.field.alive)
        self._compare(a, others[others != a])
        # The best partner is another one where it was one of the two, or may be what they have become.
        new = self.score[a]
        nearer = (new > self.top) | ((new == self.top) & (a < self.best))
        self.best[nearer], self.top[nearer] = a, new[nearer]
        lost = ~nearer & ((self.best == a) | (self.best == b))
        lost[[a, b]] = True
        self._choose(np.flatnonzero(lost))

    def _choose(self, rows: Ints) -> None:
        """Find the best partner of some clusters again; of equal ones the first."""
        free = np.where(self.refused[rows], _NEVER, self.score[rows])
        self.best[rows] = free.argmax(axis=1)
        self.top[rows] = free[np.arange(len(rows)), self.best[rows]]
