"""The evidence for and against two clusters of one unit being one person, as features of the pair.

A ``Field`` holds the clusters of one unit: first its atoms, then, as clusters are joined, what is left. All its sums
are exact (see ``columns``), so a joined cluster has the same evidence whatever was joined first. Knows numbers; the
weights of the features are in ``weights``, what is joined in ``linkage``.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kg.identity.columns import Columns, Floats, Ints
from kg.identity.products import dense, gram
from kg.identity.rarity import FLOOR, names
from kg.identity.seats import Seat, WorkContext
from kg.identity.weights import CONTEXT, INITIALS, KINDS, RENAMED
from kg.model.name_forms import Laid, NameForm, Relation, outline, related, relation

Bools = npt.NDArray[np.bool_]

FEW: Final = 4
"""Works from which a cluster has a profile of topics of its own."""

_NUMBER: Final = {name: i for i, name in enumerate(KINDS)}
_CONFLICT: Final = Relation("conflict")
_COLUMN: Final = {name: i for i, name in enumerate(CONTEXT)}


@dataclass(frozen=True, slots=True)
class NamePairs:
    """What every two forms of a unit say: arrays with a row and a column for each form.

    ``kind`` is the number of the relation in ``KINDS``, -1 for a conflict; ``rank`` orders relations, smaller is
    closer. ``rarity`` is the logarithm of how many people carry what the two names have in common, ``namesakes`` that
    of the seats of an equal name, ``competitors`` that of the first names that initials fit; NaN where not asked.
    ``short`` marks forms with initials only.
    """

    kind: npt.NDArray[np.int8]
    rank: npt.NDArray[np.int32]
    rarity: Floats
    namesakes: Floats
    competitors: Floats
    short: Bools


def name_pairs(forms: list[NameForm], seats_of: list[int], sharing: set[tuple[int, int]]) -> NamePairs:
    """Compare the forms of a unit with one another; ``seats_of`` counts the seats of each form.

    ``sharing`` are pairs of forms (numbers, ascending) that share an identifier, so that a change of name is looked at.
    """
    n = len(forms)
    kind = np.full((n, n), -1, dtype=np.int8)
    rarity, namesakes, competitors = (np.full((n, n), np.nan) for _ in range(3))
    table = names()
    firsts = {f.given[0] for f in forms if f.given and len(f.given[0]) > 1}
    fitting = Counter(word[0] for word in firsts)
    outlines = [outline(f) for f in forms]
    laid = [Laid.of(f) for f in forms]
    for i, a in enumerate(forms):
        for j in range(i, n):
            b = forms[j]
            if i == j:
                found = Relation("same", a.words)
            elif outlines[i].may_fit(outlines[j]):
                found = relation(a, b) if laid[i].key == laid[j].key else related(laid[i], laid[j])
            else:
                found = _CONFLICT
            name = found.kind
            if name == "conflict":
                if (i, j) not in sharing or not _renamed(a, b):
                    continue
                name = RENAMED
            kind[i, j] = kind[j, i] = _NUMBER[name]
            rarity[i, j] = rarity[j, i] = _rarity(found, a, b) if name != RENAMED else table.expected_of(a)
            if name == "same":
                count = seats_of[i] + (seats_of[j] if i != j else 0)
                namesakes[i, j] = namesakes[j, i] = math.log(count)
            elif name in INITIALS:
                short = a if a.initials_only or not b.initials_only else b
                count = max(1, fitting[short.given[0][0]]) if short.given else 1
                competitors[i, j] = competitors[j, i] = math.log(count)
    # Of equal relations the one of the rarer name is closer.
    rank = kind.astype(np.int32) * 1000 + np.nan_to_num(10 * (rarity - FLOOR)).astype(np.int32)
    rank[kind < 0] = 1 << 30
    return NamePairs(kind, rank, rarity, namesakes, competitors, np.array([f.initials_only for f in forms], dtype=bool))


def _rarity(found: Relation, a: NameForm, b: NameForm) -> float:
    """Return the logarithm of how many people carry what the two names have in common."""
    table = names()
    core = a.core if len(a.words) <= len(b.words) else b.core
    last = core[-1] if core else ""
    full = [w for w in found.full if w != last]
    if last not in found.full:
        full, last = list(found.full[:-1]), found.full[-1] if found.full else last
    words = [*full, *found.initials] if full else list(found.initials)
    return table.expected(words[0] if words else "", tuple(words[1:]), last)


def _renamed(a: NameForm, b: NameForm) -> bool:
    """Return whether two names agree in a written-out given name: one family name may have been taken for another."""
    return bool(a.given and b.given and len(a.given[0]) > 1 and a.given[0] == b.given[0])


class Field:
    """The clusters of a unit and their evidence; ``join`` makes two of them one.

    ``label`` gives the atom of each seat, from 0. Arrays have one row a cluster; joined clusters leave dead rows.
    """

    def __init__(
        self, ids: Ints, label: Ints, seats: list[Seat], data: Columns, works: list[WorkContext | None]
    ) -> None:
        count = int(label.max()) + 1
        self.alive = np.ones(count, dtype=bool)
        self.members: list[list[int]] = [[] for _ in range(count)]
        for seat, atom in enumerate(label):
            self.members[atom].append(seat)
        self.size = np.bincount(label, minlength=count).astype(np.float64)
        self._coauthors(ids, label, data, count)
        work = data.work[ids]
        row, token, weight = data.text.rows(work)
        self.text = gram(label[row], token, weight, count)
        self.text_peak = _cosine(self.text)
        row, token, weight = data.venue.rows(work)
        self.venue = gram(label[row], token, weight, count)
        row, token, weight = data.affiliation.rows(ids)
        self.affiliation = gram(label[row], token, weight, count) if len(row) else None
        year = data.year[ids].astype(np.float64)
        self.first_year = np.full(count, np.inf)
        self.last_year = np.full(count, -np.inf)
        known = year > 0
        np.minimum.at(self.first_year, label[known], year[known])
        np.maximum.at(self.last_year, label[known], year[known])
        self.veto = _same_work(work, label, count, data) | _said_distinct(seats, label, count)
        self.special = _special(seats, label, works, count)

    def _coauthors(self, ids: Ints, label: Ints, data: Columns, count: int) -> None:
        row, token, weight = data.coauthors.rows(data.work[ids])
        own = data.own[ids]
        other = (token != own[row, 0]) & (token != own[row, 1])
        row, token, weight = label[row[other]], token[other], weight[other]
        tokens, column = np.unique(token, return_inverse=True)
        value = np.zeros(len(tokens))
        value[column] = weight
        if dense(count, len(tokens)):
            table = np.zeros((count, len(tokens)))
            table[row, column] = 1.0
            self.coauthor_total = table @ value
            shared = np.flatnonzero(table.sum(axis=0) > 1)
            table = table[:, shared]
            self.coauthor = table > 0
            self.coauthor_peak: Floats = (table * value[shared]) @ table.T
        else:
            there = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(count, len(tokens)))
            there.data[:] = 1.0
            self.coauthor_total = np.asarray(there @ value).ravel()
            shared = np.flatnonzero(np.bincount(there.indices, minlength=len(tokens)) > 1)
            there = there[:, shared]
            self.coauthor = there.toarray() > 0
            self.coauthor_peak = (there.multiply(value[shared]).tocsr() @ there.T).toarray()
        self.coauthor_value = value[shared]
        # Between single atoms the peak is all that is shared.
        self.coauthor_shared = self.coauthor_peak.copy()

    def features(self, a: int | Ints, others: Ints) -> Floats:
        """Return one row of ``CONTEXT`` for cluster ``a`` and each of the others, or for each two of as many clusters.

        NaN stands where something is not known.
        """
        f = np.full((len(others), len(CONTEXT)), np.nan)
        shared = self.coauthor_shared[a, others]
        mine, theirs = self.coauthor_total[a], self.coauthor_total[others]
        both = (mine > 0) & (theirs > 0)
        some, none = both & (shared > 0), both & (shared == 0)
        geometric = np.sqrt(mine * theirs)
        f[some, _COLUMN["coauthors-shared"]] = shared[some] / geometric[some]
        f[some, _COLUMN["coauthors-covered"]] = shared[some] / np.minimum(mine, theirs)[some]
        f[some, _COLUMN["coauthors-sum"]] = np.log(shared[some])
        f[some, _COLUMN["coauthors-size"]] = np.log(geometric[some])
        f[some, _COLUMN["coauthors-peak"]] = self.coauthor_peak[a, others][some]
        f[none, _COLUMN["coauthors-none"]] = np.log(geometric[none])
        small, large = np.minimum(self.size[a], self.size[others]), np.maximum(self.size[a], self.size[others])
        own, their = self.text[a, a], self.text[others, others]
        words = (own > 0) & (their > 0)
        product = self.text[a, others]
        cosine = product / np.sqrt(np.maximum(own * their, 1e-12))
        few = words & (small < FEW)
        many = words & (small >= FEW)
        f[few, _COLUMN["text-small"]] = cosine[few]
        f[many, _COLUMN["text-large"]] = cosine[many]
        f[words, _COLUMN["text-mean"]] = product[words] / (small * large)[words]
        f[words, _COLUMN["text-peak"]] = self.text_peak[a, others][words]
        own, their = self.venue[a, a], self.venue[others, others]
        venues = (own > 0) & (their > 0)
        f[venues, _COLUMN["venue"]] = self.venue[a, others][venues] / np.sqrt(own * their)[venues]
        if self.affiliation is not None:
            own, their = self.affiliation[a, a], self.affiliation[others, others]
            known = (own > 0) & (their > 0)
            f[known, _COLUMN["affiliation"]] = self.affiliation[a, others][known] / np.sqrt(own * their)[known]
        first, last = self.first_year[others], self.last_year[others]
        dated = np.isfinite(first) & np.isfinite(self.first_year[a])
        apart = np.maximum(0.0, np.maximum(first - self.last_year[a], self.first_year[a] - last))
        span = np.maximum(last, self.last_year[a]) - np.minimum(first, self.first_year[a])
        f[dated, _COLUMN["years-apart"]] = apart[dated]
        f[dated, _COLUMN["years-span"]] = span[dated]
        f[:, _COLUMN["smaller"]] = np.log(small)
        f[:, _COLUMN["larger"]] = np.log(large)
        for name, matrix in self.special.items():
            f[:, _COLUMN[name]] = matrix[a, others]
        return f

    def join(self, a: int, b: int) -> None:
        """Make cluster ``b`` part of cluster ``a``."""
        self.members[a] += self.members[b]
        self.size[a] += self.size[b]
        common = self.coauthor[a] & self.coauthor[b]
        self.coauthor[a] |= self.coauthor[b]
        self.coauthor_total[a] += self.coauthor_total[b] - float(common @ self.coauthor_value)
        own = np.flatnonzero(self.coauthor[a])
        self.coauthor_shared[a] = self.coauthor_shared[:, a] = self.coauthor[:, own] @ self.coauthor_value[own]
        for matrix in (self.text, self.venue, self.affiliation):
            if matrix is not None:
                matrix[a, :] += matrix[b, :]
                matrix[:, a] += matrix[:, b]
        for matrix in (self.text_peak, self.coauthor_peak):
            matrix[a, :] = np.maximum(matrix[a, :], matrix[b, :])
            matrix[:, a] = matrix[a, :]
        self.first_year[a] = min(self.first_year[a], self.first_year[b])
        self.last_year[a] = max(self.last_year[a], self.last_year[b])
        self.veto[a, :] |= self.veto[b, :]
        self.veto[:, a] |= self.veto[:, b]
        for matrix in self.special.values():
            matrix[a, :] = _stronger(matrix[a, :], matrix[b, :])
            matrix[:, a] = matrix[a, :]
        self.alive[b] = False


def _cosine(gram: Floats) -> Floats:
    length = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    cosine: Floats = gram / length[:, None] / length[None, :]
    return cosine


def _same_work(work: Ints, label: Ints, count: int, data: Columns) -> Bools:
    """Return which atoms stand on one work: they are never one person."""
    known = work < len(data.coauthors.starts) - 2
    veto: Bools = gram(label[known], work[known], None, count) > 0
    np.fill_diagonal(veto, False)
    return veto


def _said_distinct(seats: list[Seat], label: Ints, count: int) -> Bools:
    """Return which atoms a source tells apart, or whose names alone it calls no evidence."""
    veto = np.zeros((count, count), dtype=bool)
    for i, seat in enumerate(seats):
        if seat.distinct or seat.by_id_only:
            own = seat.orcids | seat.ids
            for j, other in enumerate(seats):
                theirs = other.orcids | other.ids
                if not seat.distinct.isdisjoint(theirs) or (seat.by_id_only and own.isdisjoint(theirs)):
                    veto[label[i], label[j]] = veto[label[j], label[i]] = True
    np.fill_diagonal(veto, False)
    return veto


def _special(seats: list[Seat], label: Ints, works: list[WorkContext | None], count: int) -> dict[str, Floats]:
    """Return the matrices of what few sources tell: identifiers (1 shared, -1 different) and citations.

    One that tells nothing of any two is left out.
    """
    found: dict[str, Floats] = {}
    for name, values in (
        ("orcid", [s.orcids for s in seats]),
        ("doubtful-orcid", [s.doubtful for s in seats]),
        ("identifier", [s.ids for s in seats]),
    ):
        if any(values):
            found[name] = _agreeing(values, label, count, by_registry=name == "identifier")
    if any(w and w.cites for w in works):
        matrix = np.full((count, count), np.nan)
        held = {i: n for n, w in enumerate(works) if w for i in w.identifiers}
        for n, w in enumerate(works):
            for iri in w.cites if w else ():
                if iri in held:
                    a, b = label[n], label[held[iri]]
                    matrix[a, b] = matrix[b, a] = 1.0
        found["cites"] = matrix
    return {name: matrix for name, matrix in found.items() if not np.isnan(matrix).all()}


def _agreeing(values: list[frozenset[str]], label: Ints, count: int, *, by_registry: bool) -> Floats:
    """Return 1 where two atoms share an identifier, -1 where both have one of a registry and share none, else NaN."""
    held: list[dict[str, set[str]]] = [{} for _ in range(count)]
    for own, atom in zip(values, label, strict=True):
        for value in own:
            registry = value.rpartition("/")[0] if by_registry else ""
            held[atom].setdefault(registry, set()).add(value)
    matrix = np.full((count, count), np.nan)
    some = [i for i in range(count) if held[i]]
    for position, a in enumerate(some):
        for b in some[position + 1 :]:
            common = held[a].keys() & held[b].keys()
            if common:
                shared = any(held[a][r] & held[b][r] for r in common)
                matrix[a, b] = matrix[b, a] = 1.0 if shared else -1.0
    return matrix


def _stronger(a: Floats, b: Floats) -> Floats:
    """Return the value of two clusters' joined row: an agreement outweighs a difference, both outweigh not known."""
    return np.fmax(a, b)
