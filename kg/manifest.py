"""What a release says of its inputs and of what they came to, as its manifest has it.

Knows readings and what was resolved. Does not know how a release is made.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import kg
from kg.model.entities import KINDS, Resolved
from kg.model.records import Problem, SourceReading
from kg.rdf.iris import Iris
from kg.store.quarantine import described

PROBLEMS: Final = 1_000
"""Problems of the inputs that stand in the manifest; all of them are in the release's ``quarantine`` folder."""


def manifest_of(readings: Sequence[SourceReading], resolved: Resolved, iris: Iris) -> dict[str, Any]:
    """Return what a release says about its inputs: files, counts and problems."""
    ids = {source.source.sha256: source.id for source in resolved.sources}
    files = [
        {"source": ids[r.source.sha256], "sha256": r.source.sha256, "container": r.source.container, **about_input(r)}
        for r in sorted(readings, key=lambda r: r.source.file)
    ]
    problems = problems_of(readings)
    kinds = Counter(problem.kind for problem in problems)
    return {
        "kg": kg.__version__,
        "base_iri": iris.base,
        "inputs": files,
        "problems": [described(problem) for problem in problems[:PROBLEMS]],
        "problem_counts": dict(sorted(kinds.items())),
        "counts": {kind: resolved.count(kind) for kind in KINDS},
        "decisions": {
            "made": len(resolved.decisions),
            "unapplied": [dataclasses.asdict(d) for d in resolved.decisions if d.fault],
        },
    }


def problems_of(readings: Sequence[SourceReading]) -> list[Problem]:
    """Return the problems of all readings, in the order of their places."""
    return sorted((p for r in readings for p in r.problems), key=lambda p: (p.place, p.kind, p.cause))


def about_input(reading: SourceReading) -> dict[str, Any]:
    """Return a file that was read: its input, its format and what was found in it (`reading_counts`)."""
    source = reading.source
    named = {"file": source.file, "input": source.input or source.file, "layout": source.layout}
    return named | reading_counts(reading)


def reading_counts(reading: SourceReading) -> dict[str, int]:
    """Return how many records a source holds, how many were mapped and how many are in quarantine.

    ``read`` is the sum of the other two: nothing disappears. ``unread`` counts lines that fit no layout.
    """
    quarantined = sum(p.kind == "quarantined" for p in reading.problems)
    mapped = len(reading.works) + len(reading.people)
    unread = sum(p.kind == "unread" for p in reading.problems)
    return {"read": mapped + quarantined, "mapped": mapped, "quarantined": quarantined, "unread": unread}
