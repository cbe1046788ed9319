"""Which records are one work: the same identifier, the same title, or nearly the same abstract.

Knows works. Each join keeps its rule, weight and a sentence. Two records with different part numbers in their titles,
or with titles of one or two words and nothing else in common, are kept apart.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kg.identity.clusters import Clusters
from kg.model.entities import Join
from kg.model.names import name_key
from kg.model.records import WorkRecord
from kg.model.text import containment, fold, resemblance, shingles

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

_SKETCH: Final = 12
_CROWD: Final = 64

_PART = re.compile(r"^(?:\d+|[ivx]{1,4}|v\d+)$")
_WEIGHTS: Final = {"same-identifier": 1.0, "same-title": 0.95, "same-abstract": 0.9, "abstract-part": 0.8}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A work record with its node name and the names of those who certainly signed it (byline and page subject)."""

    node: str
    record: WorkRecord
    signed: frozenset[str]


def cluster_works(candidates: Sequence[Candidate]) -> tuple[list[list[int]], dict[int, list[Join]]]:
    """Return the clusters of record indexes, and the joins of each by its first index.

    The result depends on the records, not on their order, as long as the candidates are sorted by node.
    """
    clusters = Clusters(len(candidates))
    joins: dict[int, list[Join]] = defaultdict(list)

    def join(a: int, b: int, rule: str, comment: str) -> None:
        if clusters.join(a, b):
            joins[a].append(Join(candidates[a].node, candidates[b].node, rule, _WEIGHTS[rule], comment))

    @lru_cache(maxsize=4096)
    def text(index: int) -> frozenset[str]:
        return shingles(candidates[index].record.abstract)

    for a, b, identifier in _same(candidates, lambda c: c.record.identifiers):
        join(a, b, "same-identifier", f"both carry {identifier}")
    for a, b, title in _same(candidates, lambda c: [fold(c.record.title)] if c.record.title else []):
        if _title_holds(candidates[a], candidates[b], text(a), text(b), title):
            join(a, b, "same-title", f"both are titled “{candidates[a].record.title}”")
    for a, b in sorted(_alike(candidates)):
        if clusters.find(a) != clusters.find(b) and (
            rule := _text_rule(candidates[a], candidates[b], text(a), text(b))
        ):
            share = resemblance(text(a), text(b))
            join(a, b, rule, f"the abstracts share {share:.0%} of their four-word runs")

    groups = clusters.groups()
    by_group: dict[int, list[Join]] = defaultdict(list)
    for index, found in joins.items():
        by_group[clusters.find(index)].extend(found)
    return groups, by_group


def _same(
    candidates: Sequence[Candidate], keys_of: Callable[[Candidate], Iterable[str]]
) -> Iterable[tuple[int, int, str]]:
    """Yield (earlier index, index, key) for every record that shares a key with an earlier one."""
    earlier: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        for key in keys_of(candidate):
            # Compare with the first few only: joining is transitive, and a crowd under one title is a generic title.
            for other in earlier[key][:_CROWD]:
                yield other, index, key
            earlier[key].append(index)


def _title_holds(a: Candidate, b: Candidate, text_a: frozenset[str], text_b: frozenset[str], title: str) -> bool:
    """Return whether an equal title is enough: no contradicting abstract, and more than a short title."""
    comparable = min(len(text_a), len(text_b)) >= MIN_SHINGLES
    if comparable and containment(text_a, text_b) < DIFFERENT_TEXT:
        return False
    if len(title.split()) > SHORT_TITLE_WORDS:
        return True
    return (comparable and containment(text_a, text_b) >= SAME_TEXT) or bool(a.signed & b.signed)


def _text_rule(a: Candidate, b: Candidate, text_a: frozenset[str], text_b: frozenset[str]) -> str:
    """Return the rule under which two abstracts are one text, or an empty string."""
    if min(len(text_a), len(text_b)) < MIN_SHINGLES:
        return ""
    titles = fold(a.record.title), fold(b.record.title)
    other_title = bool(titles[0] and titles[1] and titles[0] != titles[1])
    if other_title and _parts(titles[0]) != _parts(titles[1]):
        return ""
    if resemblance(text_a, text_b) >= (SAME_TEXT_OTHER_TITLE if other_title else SAME_TEXT):
        return "same-abstract"
    if not other_title and containment(text_a, text_b) >= HELD_TEXT:
        return "abstract-part"
    return ""


def _parts(title: str) -> tuple[str, ...]:
    """Return the words of a title that number parts or versions."""
    return tuple(word for word in title.split() if _PART.match(word))


def _alike(candidates: Sequence[Candidate]) -> set[tuple[int, int]]:
    """Return the pairs of records whose abstracts share one of the smallest shingle hashes (a bottom-k sketch).

    Texts with a resemblance of 0.6 share at least one of twelve with a chance above 0.9999.
    """
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        hashes = sorted(zlib.crc32(s.encode()) for s in shingles(candidate.record.abstract))
        for value in hashes[:_SKETCH]:
            buckets[value].append(index)
    return {
        (bucket[i], bucket[j])
        for bucket in buckets.values()
        if 1 < len(bucket) <= _CROWD
        for i in range(len(bucket))
        for j in range(i + 1, len(bucket))
    }


def signed_by(record: WorkRecord, subject: str) -> frozenset[str]:
    """Return the name keys of those who signed a record: its byline and the subject of its page."""
    names = {name_key(m.name) for m in record.byline.mentions} if record.byline else set()
    return frozenset(names | ({name_key(subject)} if subject else set()))
