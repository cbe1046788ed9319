"""What became better or worse: two reports compared, and the counts of earlier releases in a row.

A release keeps its counts as DQV measurements beside its findings; only these lines are read. Knows reports and where a
release keeps its own; judges nothing (`gates` does).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.quality import kept
from kg.quality.report import SEVERITIES, Figure, Finding, Report
from kg.rdf.vocab import PREFIXES
from kg.store.finished import Release

_DQV: Final = PREFIXES["dqv"]
_KG: Final = PREFIXES["kg"]
_SH: Final = PREFIXES["sh"]
_MARKS: Final = (b"#isMeasurementOf>", b"/dqv#value>", b"/shacl#sourceShape>")


@dataclass(frozen=True)
class Change:
    """One shape in two reports: findings and nodes looked at, before and now. ``gone``: it is no rule any more."""

    shape: str
    label: str
    severity: str
    before: int
    now: int
    nodes_before: int
    nodes_now: int
    gone: bool = False

    @property
    def difference(self) -> int:
        """How many more findings there are now; below 0 for fewer."""
        return self.now - self.before


@dataclass(frozen=True)
class Comparison:
    """What two reports differ in. ``new`` and ``gone`` are findings that only one of them lists."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    figures: tuple[tuple[Figure, int | Decimal | None], ...]
    """Figures that changed, with their value before; None for one that was not measured."""


@dataclass(frozen=True)
class Point:
    """The counts of one release: findings by severity, and figures by name."""

    release: str
    built: str
    counts: dict[str, int]
    figures: dict[str, Decimal] = field(default_factory=dict)
    shapes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """For each shape the nodes looked at and the findings."""


@dataclass(frozen=True)
class Background:
    """What is known of earlier releases: their counts, the oldest first and the report's own last, and what changed."""

    points: tuple[Point, ...] = ()
    comparison: Comparison | None = None


NOTHING: Final = Background()
REMEMBERED: Final = 30
"""Releases whose counts are shown in a row."""


def changes(old: Report | None, new: Report) -> list[Change]:
    """Return every shape of two reports beside itself, by its IRI; ``old`` is None before the first release."""
    before = {} if old is None else {one.shape: one for one in old.counts}
    now = {one.shape: one for one in new.counts}
    found = []
    for shape in sorted({*before, *now}):
        was, is_now = before.get(shape), now.get(shape)
        known = is_now or was
        assert known is not None  # it stands in one of the two
        found.append(
            Change(
                shape=shape,
                label=known.label,
                severity=known.severity,
                before=was.findings if was else 0,
                now=is_now.findings if is_now else 0,
                nodes_before=was.focus_nodes if was else 0,
                nodes_now=is_now.focus_nodes if is_now else 0,
                gone=is_now is None,
            )
        )
    return found


def compare(old: Report, new: Report) -> Comparison:
    """Return what changed from one report to another, the worst first."""
    rank = {severity: place for place, severity in enumerate(SEVERITIES)}
    changed = [one for one in changes(old, new) if one.difference]
    changed.sort(key=lambda one: (rank.get(one.severity, 9), -abs(one.difference), one.shape))
    had, has = Counter(map(_identity, old.findings)), Counter(map(_identity, new.findings))
    values = {figure.name: figure.value for figure in old.figures}
    return Comparison(
        worse=tuple(one for one in changed if one.difference > 0),
        better=tuple(one for one in changed if one.difference < 0),
        new=tuple(one for one in new.findings if not had[_identity(one)]),
        gone=tuple(one for one in old.findings if not has[_identity(one)]),
        figures=tuple((one, values.get(one.name)) for one in new.figures if values.get(one.name) != one.value),
    )


def _identity(finding: Finding) -> tuple[str, str, str, str, str]:
    return (finding.shape, finding.component, finding.focus, finding.path, str(finding.value_term))


def background(releases: Sequence[Release], release: Release, report: Report) -> Background:
    """Return what is known of the releases up to one, whose report is given; ``releases`` come oldest first.

    At most `REMEMBERED` releases are looked at. Nothing is compared where the last report was made by other shapes.
    """
    ids = [one.id for one in releases]
    earlier = list(releases)[: ids.index(release.id)] if release.id in ids else list(releases)
    points = history(earlier[1 - REMEMBERED :])
    own = Point(release.id, str(release.manifest.get("built", "")), report.counts_by_severity)
    last = next((old for one in reversed(earlier) if (old := kept.of_release(one)) is not None), None)
    comparable = last is not None and last.shapes_digest == report.shapes_digest
    return Background((*points, own), compare(last, report) if last is not None and comparable else None)


def history(releases: Iterable[Release]) -> tuple[Point, ...]:
    """Return the counts of releases, in their order; releases that were not validated are left out."""
    return tuple(point for release in releases if (point := read_point(release)) is not None)


def read_point(release: Release) -> Point | None:
    """Return the counts of one release, or None where it was built without validation."""
    counts = release.manifest.get("quality")
    if not counts or not release.quality_path.is_file():
        return None
    with release.quality_path.open("rb") as file:
        kept = b"".join(line for line in file if any(mark in line for mark in _MARKS))
    said: dict[object, dict[str, str]] = {}
    for quad in parse(kept, RdfFormat.N_QUADS):
        said.setdefault(quad.subject, {})[quad.predicate.value] = _text(quad.object)
    figures: dict[str, Decimal] = {}
    shapes: dict[str, list[int]] = {}
    for one in said.values():
        name = one.get(f"{_DQV}isMeasurementOf", "").removeprefix(_KG)
        value, shape = one.get(f"{_DQV}value", ""), one.get(f"{_SH}sourceShape")
        if name in ("focusNodesChecked", "findingsOfShape") and shape is not None:
            shapes.setdefault(shape, [0, 0])[name == "findingsOfShape"] = int(value)
        elif name and value and name != "findingsOfSource":
            figures[name] = Decimal(value)
    return Point(
        release=release.id,
        built=str(release.manifest.get("built", "")),
        counts={str(name): int(number) for name, number in counts.items()},
        figures=figures,
        shapes={shape: (nodes, findings) for shape, (nodes, findings) in shapes.items()},
    )


def _text(term: NamedNode | BlankNode | Literal | Triple) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else getattr(term, "value", str(term))
