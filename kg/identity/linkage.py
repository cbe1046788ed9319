"""Join the seats of one unit into clusters, the best-founded pair first, until no pair is more likely one than not.

After each step the joined cluster is compared anew, with all its evidence together. Two seats of one work are never
joined, nor two careers of a crowded name. A name with initials only that fits two people about equally well joins
neither. The result is a function of the unit's seats and the weights; ties go to the pair that comes first in the order
of the seats' digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from kg.identity.atoms import UNDECIDED, Decided, atoms_of, components
from kg.identity.careers import Careers, careers_of
from kg.identity.columns import Columns, Floats, Ints
from kg.identity.evidence import Field, NamePairs, name_pairs
from kg.identity.seats import Seat, WorkContext
from kg.identity.weights import CONTEXT

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
    label, form = atoms_of(ids, local, data, decided)
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
    groups = _members(components(len(seats), edges))
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
