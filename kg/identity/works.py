"""Which records are one work: the same identifier, the same title, nearly the same abstract, or the same team.

Records are compared by their keys; the texts themselves are looked at only where keys meet. Each join keeps its rule,
weight and a sentence. Kept apart: records with different part numbers in their titles, records that one registry knows
as two items, and equal titles over other authors or contradicting abstracts. Knows works; takes the records in a fixed
order (by node), on which the result depends no more than that.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from kg.identity.clusters import Clusters
from kg.model.entities import Join
from kg.model.names import block_key
from kg.model.records import WorkKeys, WorkRecord
from kg.model.text import containment, resemblance, shingles

SAME_TEXT: Final = 0.6
"""Jaccard resemblance of 4-word shingles above which two abstracts are one text. Measured: versions of one abstract
in the seeds stay above 0.9, abstracts of different works of one team below 0.1."""

SAME_TEXT_OTHER_TITLE: Final = 0.8
"""The same for records whose titles differ: a preprint published under another title keeps most of its abstract."""

HELD_TEXT: Final = 0.9
"""Containment above which the shorter abstract is a cut of the longer one."""

DIFFERENT_TEXT: Final = 0.1
"""Containment below which two abstracts contradict an equal title."""

SHORT_TITLE_WORDS: Final = 2
"""Titles of so few words ("Voxtral", "Introduction") prove nothing alone."""

MIN_SHINGLES: Final = 12
"""Texts with fewer shingles are too short to prove anything."""

SHARED_NAMES: Final = 0.5
"""Share of the shorter author list that must stand on the longer one, by family name and initial, where both are
known: lists are cut, and names are misspelt, but another paper has other authors."""

TITLE_WORDS: Final = 4
"""Content words that two different titles of one team must share, at least; and the share of the shorter title."""
TITLE_SHARE: Final = 0.8

YEARS: Final = 2
"""A preprint and its publication lie at most so many years apart, where nothing but title or team joins them."""

_CROWD: Final = 64
_PART: Final = re.compile(r"^(?:\d+(?:st|nd|rd|th)?|[ivx]{1,4}|v\d+)$")
_WEIGHTS: Final = {
    "same-identifier": 1.0,
    "same-title": 0.95,
    "same-abstract": 0.9,
    "abstract-part": 0.8,
    "same-team-like-title": 0.75,
}
_STOP: Final = frozenset("a an and as at by for from in into is of on or the to via with without using towards".split())
# Registrants whose items are versions of one work (Zenodo, figshare, OSF, Research Square, Dryad).
_VERSIONED: Final = frozenset({"10.5281", "10.6084", "10.31219", "10.31234", "10.31235", "10.21203", "10.5061"})


class Candidate(NamedTuple):
    """A work record: its node name, its keys, the names of a page's subject who signed it, and a way to the record."""

    node: str
    keys: WorkKeys
    subject: str
    record: Callable[[], WorkRecord]


def cluster_works(candidates: Sequence[Candidate]) -> tuple[list[list[int]], dict[int, list[Join]]]:
    """Return the clusters of record indexes, and the joins of each by its first index.

    The candidates are sorted by node.
    """
    found = _Found(candidates)
    for a, b, identifier in _same(candidates, lambda c: c.keys.identifiers):
        if not found.contradicted(a, b):
            found.join(a, b, "same-identifier", f"both carry {identifier}")
    for a, b, _ in _same(candidates, lambda c: [c.keys.title] if c.keys.title else []):
        if found.title_holds(a, b):
            found.join(a, b, "same-title", f"both are titled “{candidates[a].record().title}”")
    for a, b in _alike(candidates):
        if found.apart(a, b) and (rule := found.text_rule(a, b)):
            share = resemblance(found.text(a), found.text(b))
            found.join(a, b, rule, f"the abstracts share {share:.0%} of their four-word runs")
    for a, b in _teams(candidates):
        if found.apart(a, b) and (shared := found.like_titles(a, b)):
            words = ", ".join(sorted(shared))
            found.join(a, b, "same-team-like-title", f"the first authors are the same, and both titles hold {words}")
    return found.groups()


class _Found:
    """The clusters so far: what may be joined, and why."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._clusters = Clusters(len(candidates))
        self._joins: dict[int, list[Join]] = defaultdict(list)
        self._registered: dict[int, dict[str, str]] = {}
        for index, candidate in enumerate(candidates):
            if own := dict(filter(None, map(registration, candidate.keys.identifiers))):
                self._registered[index] = own
        # Nothing remembered leads back here: this object, and all records with it, would outlive its use.
        self.text = lru_cache(maxsize=4096)(lambda index: shingles(candidates[index].record().abstract))

    def apart(self, a: int, b: int) -> bool:
        """Return whether two records are not one work yet, and may be."""
        a, b = self._clusters.find(a), self._clusters.find(b)
        return a != b and not self._two_items(a, b)

    def join(self, a: int, b: int, rule: str, comment: str) -> None:
        """Join the clusters of two records, unless some registry knows them as two items."""
        one, two = self._clusters.find(a), self._clusters.find(b)
        if one == two or self._two_items(one, two):
            return
        own = self._registered.pop(one, {}) | self._registered.pop(two, {})
        self._clusters.join(a, b)
        self._registered[self._clusters.find(a)] = own
        self._joins[a].append(Join(self._candidates[a].node, self._candidates[b].node, rule, _WEIGHTS[rule], comment))

    def groups(self) -> tuple[list[list[int]], dict[int, list[Join]]]:
        """Return the clusters, and the joins of each by its first member."""
        by_group: dict[int, list[Join]] = defaultdict(list)
        for index, found in sorted(self._joins.items()):
            by_group[self._clusters.find(index)].extend(found)
        return self._clusters.groups(), by_group

    def _two_items(self, a: int, b: int) -> bool:
        one = self._registered.get(a)
        two = self._registered.get(b) if one else None
        if not one or not two:
            return False
        return any(two.get(registry, item) != item for registry, item in one.items())

    def contradicted(self, a: int, b: int) -> bool:
        """Return whether everything else speaks against an identifier that two records share: title and authors."""
        one, two = self._candidates[a].keys, self._candidates[b].keys
        if not (one.title and two.title) or _shared_names(self._candidates[a], self._candidates[b]) != 0:
            return False
        words = _content(one.title), _content(two.title)
        return all(words) and containment(*words) < DIFFERENT_TEXT

    def title_holds(self, a: int, b: int) -> bool:
        """Return whether an equal title is enough: no contradicting abstract or authors, more than a short title."""
        if not self.apart(a, b):
            return False
        one, two = self._candidates[a], self._candidates[b]
        comparable = min(one.keys.shingles, two.keys.shingles) >= MIN_SHINGLES
        if comparable and containment(self.text(a), self.text(b)) < DIFFERENT_TEXT:
            return False
        if comparable and containment(self.text(a), self.text(b)) >= SAME_TEXT:
            return True
        shared = _shared_names(one, two)
        if shared is not None:
            return shared >= SHARED_NAMES
        return len(one.keys.title.split()) > SHORT_TITLE_WORDS and _near(one.keys, two.keys)

    def text_rule(self, a: int, b: int) -> str:
        """Return the rule under which two abstracts are one text, or an empty string."""
        one, two = self._candidates[a].keys, self._candidates[b].keys
        if min(one.shingles, two.shingles) < MIN_SHINGLES:
            return ""
        other_title = bool(one.title and two.title and one.title != two.title)
        if other_title and _parts(one.title) != _parts(two.title):
            return ""
        if resemblance(self.text(a), self.text(b)) >= (SAME_TEXT_OTHER_TITLE if other_title else SAME_TEXT):
            return "same-abstract"
        if not other_title and containment(self.text(a), self.text(b)) >= HELD_TEXT:
            return "abstract-part"
        return ""

    def like_titles(self, a: int, b: int) -> frozenset[str]:
        """Return the content words that the titles of one team's two records share, if they are enough."""
        one, two = self._candidates[a].keys, self._candidates[b].keys
        if _parts(one.title) != _parts(two.title) or not _near(one, two):
            return frozenset()
        words = _content(one.title), _content(two.title)
        shared = words[0] & words[1]
        if len(shared) < TITLE_WORDS or containment(*words) < TITLE_SHARE:
            return frozenset()
        if min(one.shingles, two.shingles) >= MIN_SHINGLES and containment(self.text(a), self.text(b)) < DIFFERENT_TEXT:
            return frozenset()
        return shared if (_shared_names(self._candidates[a], self._candidates[b]) or 0) >= SHARED_NAMES else frozenset()


def registration(iri: str) -> tuple[str, str] | None:
    """Return (registry, item) of an identifier under which a registry knows one item; None where items may be versions.

    >>> registration("https://doi.org/10.18653/v1/n19-1423"), registration("https://doi.org/10.5281/zenodo.1")
    (('10.18653', 'https://doi.org/10.18653/v1/n19-1423'), None)
    """
    if iri.startswith("https://doi.org/"):
        registrant = iri[16:].partition("/")[0]
        return None if registrant in _VERSIONED else (registrant, iri)
    for registry in ("https://arxiv.org/abs/", "https://aclanthology.org/"):
        if iri.startswith(registry):
            return registry, iri
    return None


def _same(
    candidates: Sequence[Candidate], keys_of: Callable[[Candidate], Iterable[str]]
) -> Iterator[tuple[int, int, str]]:
    """Yield (earlier index, index, key) for every record that shares a key with an earlier one."""
    earlier: dict[str, array[int]] = {}
    for index, candidate in enumerate(candidates):
        for key in keys_of(candidate):
            found = earlier.get(key)
            if found is None:
                earlier[key] = array("I", (index,))
                continue
            # Compare with the first few only: joining is transitive, and a crowd under one title is a generic title.
            for other in found[:_CROWD]:
                yield other, index, key
            found.append(index)


def _alike(candidates: Sequence[Candidate]) -> list[tuple[int, int]]:
    """Return the pairs of records whose abstracts share one of the smallest shingle hashes, sorted."""
    able = [i for i, candidate in enumerate(candidates) if candidate.keys.shingles >= MIN_SHINGLES]
    hashes = np.frombuffer(b"".join(candidates[i].keys.sketch for i in able), np.uint32)
    owner = np.repeat(np.array(able, np.int64), [len(candidates[i].keys.sketch) // hashes.itemsize for i in able])
    order = np.argsort(hashes, kind="stable")
    _, starts, counts = np.unique(hashes[order], return_index=True, return_counts=True)
    some = np.flatnonzero((counts > 1) & (counts <= _CROWD))
    buckets = (
        owner[order[start : start + count]].tolist()
        for start, count in zip(starts[some].tolist(), counts[some].tolist(), strict=True)
    )
    return sorted(set(_pairs(buckets)))


def _teams(candidates: Sequence[Candidate]) -> list[tuple[int, int]]:
    """Return the pairs of records with different titles and the same first two authors (or the only one), sorted."""
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        names = [m.key for m in candidate.keys.mentions[:3] if m.role == "author" and m.position and m.kind == "person"]
        if names and candidate.keys.title and len(candidate.keys.title.split()) >= TITLE_WORDS:
            buckets[tuple(map(_block, names[:2]))].append(index)
    found = set()
    for a, b in _pairs(buckets.values()):
        one, two = candidates[a].keys, candidates[b].keys
        if one.title != two.title and abs(one.year - two.year) <= YEARS:
            found.add((a, b))
    return sorted(found)


def _pairs(buckets: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for bucket in buckets:
        if 1 < len(bucket) <= _CROWD:
            for i, a in enumerate(bucket):
                for b in bucket[i + 1 :]:
                    yield a, b


def _shared_names(a: Candidate, b: Candidate) -> float | None:
    """Return which share of the shorter author list stands on the longer one; None where either is not known."""
    one, two = _signed(a), _signed(b)
    return containment(one, two) if one and two else None


def _signed(candidate: Candidate) -> frozenset[str]:
    names = {_block(m.key) for m in candidate.keys.mentions if m.role == "author"}
    return frozenset(names | ({_block(candidate.subject)} if candidate.subject else set()))


_block = lru_cache(maxsize=1 << 18)(block_key)


def _near(a: WorkKeys, b: WorkKeys) -> bool:
    """Return whether two years lie near each other; an unknown one is near every other."""
    return not a.year or not b.year or abs(a.year - b.year) <= YEARS


def _parts(title: str) -> tuple[str, ...]:
    """Return the words of a title that number parts, versions or years."""
    return tuple(word for word in title.split() if _PART.match(word))


def _content(title: str) -> frozenset[str]:
    """Return the words of a title that say something, without the s of a plural."""
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in title.split() if w not in _STOP)
