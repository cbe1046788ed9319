"""Careers of one crowded name: groups of its works that go on side by side and hardly ever share a co-author.

Where many people may carry a name, no pair of works tells that two people are behind it: one prolific person has teams
that do not know each other, too. All the works together do. A person's teams are tied to one another by those who
change between them, while two people's works fall into two groups with next to nothing between them. Such groups are
found by conductance (Kannan, Vempala and Vetta, "On clusterings", 2004): the share of a group's ties that lead out of
it. Works with few ties go to the career that they are most like. Knows seats and what they say, no weights.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.identity.clusters import Clusters
from kg.identity.columns import Columns, Floats, Ints, Runs
from kg.identity.seats import Seat

Bools = npt.NDArray[np.bool_]

CROWDED: Final = 0.0
"""Logarithm of an expected number of people from which a name is asked for careers: more than one in the sample."""

FINE: Final = 2.0
"""How many times as much as by chance works are tied within a team."""

CONDUCTANCE: Final = 0.035
"""Share of the ties of the smaller of two groups that lead to the larger, up to which they stay two."""

SMALLEST: Final = 16
"""Works that make a career, at least."""

_VENUE: Final = 0.125
_IDENTIFIER: Final = 4.0
"""What the words of a venue and a shared identifier count beside the words of titles and abstracts; binary fractions,
so that sums are exact."""


@dataclass(frozen=True, slots=True)
class Careers:
    """Two careers of one name: their atoms, and the numbers of works of each and of pairs of them with a co-author."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    counts: tuple[int, int, int]


def careers_of(
    ids: Ints, seats: Sequence[Seat], label: Ints, data: Columns, same: Sequence[tuple[int, int]]
) -> Iterator[Careers]:
    """Yield every two careers of each crowded name of a unit, which are two people's.

    ``label`` gives the atom of each seat: it lies in the career that has most of its seats. ``same`` are pairs of seats
    that were decided to be one person, and make their careers one.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for i, f in enumerate(data.form[ids].tolist()):
        if data.ambiguity[f] > CROWDED and not data.forms[f].initials_only:
            by_name[data.forms[f].key].append(i)
    for own in by_name.values():
        if len(own) < 2 * SMALLEST:
            continue
        members, work = [seats[i] for i in own], data.work[ids[own]]
        tied, apart = _ties(ids[own], members, data)
        alike = _likeness(data.text, work) + _VENUE * _likeness(data.venue, work)
        alike += _IDENTIFIER * _shared([(*seat.orcids, *seat.ids) for seat in members])
        found = careers(tied, apart, alike)
        if len(found) > 1:
            local = {i: k for k, i in enumerate(own)}
            pairs = [(local[a], local[b]) for a, b in same if a in local and b in local]
            yield from _kept_apart(_united(found, members, pairs), label[own], tied)


def _ties(ids: Ints, seats: Sequence[Seat], data: Columns) -> tuple[Bools, Bools]:
    """Return which places of a name share a co-author by the whole name, or the page of one person, and which a work.

    One identifier is no tie: one on the wrong place would tie two careers to each other.
    """
    work = data.work[ids]
    row, token, _ = data.coauthors.rows(work)
    # Of the two tokens of a signature the second is the whole name.
    row, token = row[1::2], token[1::2]
    other = token != data.own[ids][row, 1]
    _, column = np.unique(token[other], return_inverse=True)
    there = sparse.csr_matrix((np.ones(len(column)), (row[other], column)), shape=(len(ids), len(column) + 1))
    tied: Bools = ((there @ there.T).toarray() > 0) | _shared([seat.pages for seat in seats])
    on_work = work < len(data.coauthors.starts) - 2
    apart: Bools = (work[:, None] == work[None, :]) & on_work[:, None]
    np.fill_diagonal(apart, False)
    return tied & ~apart, apart


def _shared(values: Sequence[Iterable[str]]) -> Bools:
    """Return which places have a value in common."""
    held: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(values):
        for value in found:
            held[value].append(place)
    shared = np.zeros((len(values), len(values)), dtype=bool)
    for places in held.values():
        shared[np.ix_(places, places)] = True
    return shared


def _likeness(runs: Runs, rows: Ints) -> Floats:
    """Return the products of the given rows with one another."""
    row, token, weight = runs.rows(rows)
    _, column = np.unique(token, return_inverse=True)
    matrix = sparse.csr_matrix((weight, (row, column)), shape=(len(rows), len(column) + 1))
    product: Floats = (matrix @ matrix.T).toarray()
    return product


def careers(tied: Bools, apart: Bools, alike: Floats) -> list[list[int]]:
    """Return the careers among the works of one name as sorted lists, by their first work; none if there is but one.

    ``tied`` marks pairs of works that share a co-author, ``apart`` pairs that are never one person's, ``alike`` says
    how much two works have in common otherwise, at least 0. A work that no career may have is in none.
    """
    groups = _groups(tied, apart)
    cores = [group for group in groups if len(group) >= SMALLEST]
    if len(cores) < 2:
        return []
    found = [list(core) for core in cores]
    for group in groups[len(cores) :]:
        likeness = [
            -1.0 if apart[np.ix_(group, members)].any() else float(alike[np.ix_(group, core)].sum()) / len(core)
            for core, members in zip(cores, found, strict=True)
        ]
        best = int(np.argmax(likeness))
        if likeness[best] >= 0:
            found[best] += group
    return sorted(map(sorted, found))


def _groups(tied: Bools, apart: Bools) -> list[list[int]]:
    """Return all works in groups between which the conductance is small, the largest first, then by the first work."""
    state = _Groups(tied, apart)
    state.join(state.gain, 0.0)
    state.join(state.alone, 0.0)
    state.join(state.conductance, CONDUCTANCE)
    return state.groups()


class _Groups:
    """Groups that grow from single works, by the ties between them.

    First teams grow: works that are tied more than ``FINE`` times as much as chance would have it (the gain of
    modularity). Then single works that have a tie go where most of theirs lead, for in one large team none is tied so
    much more than chance. At last teams join by conductance, which does not ask how large a group is.
    """

    def __init__(self, tied: Bools, apart: Bools) -> None:
        self._between = tied.astype(np.float64)
        np.fill_diagonal(self._between, 0.0)
        self._volume = self._between.sum(axis=1)
        self._total = float(self._volume.sum())
        self._apart = apart.copy()
        self._alive = np.ones(len(tied), dtype=bool)
        self._members = [[i] for i in range(len(tied))]
        self._size = np.ones(len(tied), dtype=np.int64)

    def groups(self) -> list[list[int]]:
        """Return the groups, the largest first, then by their first member."""
        found = [sorted(group) for group, there in zip(self._members, self._alive, strict=True) if there]
        return sorted(found, key=lambda group: (-len(group), group[0]))

    def gain(self, a: int) -> Floats:
        """Return for one group and each other how much more they are tied than chance would have it."""
        gain: Floats = self._between[a] * self._total - FINE * self._volume[a] * self._volume
        return gain

    def conductance(self, a: int) -> Floats:
        """Return for one group and each other the share of the smaller one's ties that lead to the larger."""
        share: Floats = self._between[a] / np.maximum(np.minimum(self._volume[a], self._volume), 1.0)
        return share

    def alone(self, a: int) -> Floats:
        """Return ``conductance`` where one of the two groups is a single work, else nothing."""
        share = self.conductance(a)
        return share if self._size[a] == 1 else np.where(self._size == 1, share, -np.inf)

    def join(self, measure: Callable[[int], Floats], above: float) -> None:
        """Join the two groups that measure the most, until none measures more; among equal ones the first pair."""
        everyone = np.arange(len(self._members))

        def measured(a: int) -> Floats:
            row: Floats = np.where((self._between[a] > 0) & ~self._apart[a] & self._alive, measure(a), -np.inf)
            row[a] = -np.inf
            return row

        nothing = np.full(len(everyone), -np.inf)
        score = np.stack([measured(a) if self._alive[a] else nothing for a in everyone.tolist()])
        best = score.argmax(axis=1)
        while True:
            a = int(score[everyone, best].argmax())
            b = int(best[a])
            if score[a, b] <= above:
                return
            a, b = min(a, b), max(a, b)
            self._unite(a, b)
            score[a] = score[:, a] = row = measured(a)
            score[b] = score[:, b] = nothing
            # The best partner is another one where it was one of the two, or may be the new group.
            changed = (best == a) | (best == b) | (row >= score[everyone, best])
            changed[a] = True
            best[changed] = score[changed].argmax(axis=1)

    def _unite(self, a: int, b: int) -> None:
        self._members[a] += self._members[b]
        self._size[a] += self._size[b]
        self._volume[a] += self._volume[b]
        self._between[a] += self._between[b]
        self._between[a, a] = 0.0
        self._between[:, a] = self._between[a]
        self._apart[a] |= self._apart[b]
        self._apart[:, a] = self._apart[a]
        self._alive[b] = False


def _united(found: Sequence[list[int]], seats: Sequence[Seat], same: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the careers, those as one that a decision makes one, or the iD that most places of both are printed with.

    One iD on the wrong person unites nothing: it is seldom the one that a career is mostly printed with.
    """
    at = {k: n for n, career in enumerate(found) for k in career}
    clusters = Clusters(len(found))
    for a, b in same:
        if a in at and b in at:
            clusters.join(at[a], at[b])
    mostly: dict[str, int] = {}
    for n, career in enumerate(found):
        iris = Counter(iri for k in career for iri in seats[k].orcids)
        most = max(iris.values(), default=0)
        for iri in sorted(iri for iri, times in iris.items() if times == most):
            clusters.join(mostly.setdefault(iri, n), n)
    return [sorted(k for n in group for k in found[n]) for group in clusters.groups()]


def _kept_apart(found: Sequence[list[int]], label: Ints, tied: Bools) -> Iterator[Careers]:
    """Yield every two careers by their atoms."""
    counted = Counter((int(label[k]), n) for n, career in enumerate(found) for k in career)
    of_atom: dict[int, int] = {}
    for (atom, n), _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        of_atom.setdefault(atom, n)
    atoms = [tuple(sorted(a for a, m in of_atom.items() if m == n)) for n in range(len(found))]
    for n, career in enumerate(found):
        for m in range(n + 1, len(found)):
            if atoms[n] and atoms[m]:
                ties = int(tied[np.ix_(career, found[m])].sum())
                yield Careers(atoms[n], atoms[m], (len(career), len(found[m]), ties))
