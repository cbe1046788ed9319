"""What is told of a unit that was resolved: its clusters, why they were joined, and which were nearly joined.

Seats are numbers within the unit, so that a result can be kept and used again. A name that is printed a hundred times
and joined without further question is told once. Knows steps and features; the names themselves are put in last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from kg.identity.atoms import UNDECIDED, Decided
from kg.identity.linkage import Linked, Step
from kg.identity.weights import CONTEXT, KINDS, Weights
from kg.model.records import MentionKey

NEAR: Final = -4.0
"""Log-odds from which two clusters that were kept apart are told of: a chance of one in fifty that they are one."""

SURE: Final = 0.99
"""Weight of a join that is made without weighing: so rare a name, or so rare co-authors, or one page's subject."""

DECIDED: Final = "decision"

_WORDS: Final = {
    "same": "are the same name",
    "spelling": "are two spellings of one name",
    "particle": "differ in a particle of the family name",
    "initial-added": "differ in an initial that one of them has more",
    "word-added": "differ in a name that one of them has more",
    "middle-initial": "differ in a middle name that one of them gives as an initial",
    "last-dropped": "differ in a last family name that one of them has more",
    "first-dropped": "differ in a first given name that one of them has more",
    "nickname": "differ in a short form of the given name",
    "near": "differ in a letter or an ending",
    "swapped": "are the same names in another order",
    "initials": "are a full name and its initials",
    "initials-partial": "are a full name and the initials of a part of it",
    "initials-both": "agree as far as their initials go",
    "middle-conflict": "differ in the middle name",
    "renamed": "have different family names",
}
_WHY_NOT: Final = {
    "fits-two": "the initials fit somebody else about as well",
    "careers": "many people have this name, and these are two careers side by side: of {} works and {}, {} pairs share "
    "a co-author",
}
_RELATION: Final = CONTEXT.index("relation")
_encoder = msgspec.msgpack.Encoder()
_decoder: Callable[[bytes], Found]


class Told(NamedTuple):
    """Seats that are one person, or that were kept apart: the rule, and what was weighed.

    ``score`` is in natural log-odds, ``reasons`` what each group of evidence adds to it. ``why_not`` is what else kept
    them apart, ``counts`` what that rests on.
    """

    seats: list[int]
    rule: str
    score: float
    reasons: list[tuple[str, float]]
    why_not: str = ""
    counts: tuple[int, ...] = ()


class Found(NamedTuple):
    """What a unit came to: clusters of seats, the joins that hold them together, and the near misses."""

    clusters: list[list[int]]
    joins: list[Told]
    near: list[Told]


_decoder = msgspec.msgpack.Decoder(Found).decode


def told(linked: Linked, weights: Weights, keys: Sequence[str], decided: Decided = UNDECIDED) -> Found:
    """Return what is kept of a unit; ``keys`` are the folded names of its seats, and ``decided`` what was decided."""
    touched = {k for pair in decided.same for k in pair}
    joins = []
    for atom in linked.atoms:
        # What holds an atom together with a decision in it is told by the names that are equal, and the decision.
        by_name: dict[str, list[int]] = {}
        for k in atom:
            by_name.setdefault(keys[k] if touched.intersection(atom) else "", []).append(k)
        joins += [Told(group, "same-name", 0.0, []) for group in by_name.values() if len(group) > 1]
    joins += [Told(list(pair), DECIDED, 0.0, []) for pair in decided.same]
    joins += [_told(step, weights) for step in linked.steps]
    near = [_told(step, weights) for step in linked.near if step.score >= NEAR or step.why_not]
    near += [Told(list(pair), DECIDED, 0.0, []) for pair in decided.apart]
    return Found(linked.clusters, joins, near)


def moved(found: Found, moves: Sequence[tuple[int, int]]) -> Found:
    """Return what a unit came to with seats that belong where a decision says: (the seat, one of whom it joins)."""
    clusters = [list(cluster) for cluster in found.clusters]
    joins, waiting = list(found.joins), list(moves)
    while waiting:
        at = {k: cluster for cluster in clusters for k in cluster}
        ready = [move for move in waiting if move[1] in at]
        if not ready:
            # Each waits for another: the first one stays by itself.
            clusters.append([waiting.pop(0)[0]])
            continue
        for seat, to in ready:
            at[to].append(seat)
            joins.append(Told([to, seat], DECIDED, 0.0, []))
        waiting = [move for move in waiting if move not in ready]
    return Found(sorted(map(sorted, clusters)), joins, found.near)


def settled(count: int) -> Found:
    """Return what is told of seats whose name alone makes them one person."""
    everyone = list(range(count))
    return Found([everyone], [Told(everyone, "same-name", 0.0, [])] if count > 1 else [], [])


def _told(step: Step, weights: Weights) -> Told:
    kind = KINDS[int(step.features[_RELATION])]
    reasons = sorted(weights.contributions(step.features).items(), key=lambda item: (-abs(item[1]), item[0]))
    rounded = [(group, round(value, 2)) for group, value in reasons]
    return Told([step.left[0], step.right[0]], kind, step.score, rounded, step.why_not, step.counts)


def packed(found: Found) -> bytes:
    """Return a result as bytes."""
    return _encoder.encode(found)


def unpacked(data: bytes) -> Found | None:
    """Return a result from bytes; None where they are none."""
    try:
        return _decoder(data)
    except msgspec.MsgspecError:
        return None


def weight_of(found: Told) -> float:
    """Return the probability of being one person, 0 to 1, as it was weighed."""
    if not found.reasons:
        return SURE
    return round(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, found.score)))), 4)


def words_of(found: Told, mentions: Sequence[MentionKey]) -> str:
    """Return a sentence on a join or a near miss, for a reader. ``mentions`` are those of its seats, in order."""
    names = list(dict.fromkeys(m.name for m in mentions))
    if not found.reasons:
        if len(names) == 1:
            return f"“{names[0]}” is printed {len(mentions)} times: so rare a name, or with so rare co-authors"
        return f"{_listed(names)} are one name, so rare or with so rare co-authors"
    first, second = mentions[0].name, mentions[1].name
    said = f"both are printed “{first}”" if first == second else f"“{first}” and “{second}” {_WORDS[found.rule]}"
    weighed = ", ".join(f"{group} {_signed(value)}" for group, value in found.reasons)
    reason = f"; {_WHY_NOT[found.why_not].format(*found.counts)}" if found.why_not else ""
    return f"{said}; weighed: {weighed}; in all {_signed(found.score)}{reason}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _listed(names: Sequence[str], most: int = 4) -> str:
    shown = [f"“{name}”" for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
