"""What a validation found: findings, counts by shape, figures, and the policy that turns them into an exit code.

Knows the words of a report and its order. Does not know how findings are made (``shacl``), how they are enriched
(``places``), nor how they are shown (``forms``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal as Choice
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, Triple

from kg.quality.shacl.outcome import Refusal, Value

SEVERITIES: tuple[str, ...] = ("Violation", "Warning", "Info")
"""From worst to mildest; the meaning of each stands in ``shapes/README.md``."""

FailOn: TypeAlias = Choice["violation", "warning", "info", "never"]


class Place(NamedTuple):
    """Where something was read. ``line`` counts from 1; 0 means the file as a whole, with an empty snippet."""

    file: str
    line: int
    snippet: str


class Figure(NamedTuple):
    """One quality measurement: the local name of its metric, what it says, and a count or a share from 0 to 1."""

    name: str
    about: str
    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a finding: a shape the value was held against, whether it kept it, and what was wrong."""

    shape: str
    label: str
    holds: bool
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Statements that would repair a finding, where one follows from the shape: to take away and to add."""

    remove: tuple[Triple, ...] = ()
    add: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One result inside a finding (``sh:detail``), as pySHACL gives it; ``details`` are those inside it."""

    focus: Value
    path: str
    value: Value | None
    shape: str
    component: str
    severity: str
    message: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One result of a shape on one node, with what a curator needs to act on it.

    ``path`` is the IRI of the property, or a SPARQL property path for a longer way, or ``""`` when the finding is
    about the node as a whole. ``value`` is the offending value as text and ``value_term`` the same as a term.
    ``thing`` is the focus without its fragment: the person, work or source whose page shows the finding.
    ``sources`` are the IRIs of the sources that state what was found. ``root`` and ``root_focus`` say which target led
    here, where that is not the shape's own parent and the focus.
    """

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    message: str
    thing: str
    label: str
    places: tuple[Place, ...] = ()
    repair: str = ""
    why: str = ""
    value_term: Value | None = None
    records: tuple[str, ...] = ()
    focus_term: Value | None = None
    messages: tuple[Literal, ...] = ()
    sources: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    proposal: Proposal | None = None
    details: tuple[Detail, ...] = ()
    root: str = ""
    root_focus: Value | None = None

    @cached_property
    def key(self) -> tuple[int, str, str, str, str, str, str]:
        """What findings are sorted by: worst first, then shape, thing, node and value."""
        rank = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)
        return (rank, self.shape, self.thing, self.focus, self.path, self.component, str(self.value_term))


@dataclass(frozen=True)
class ShapeCount:
    """How many nodes a shape looked at and how many findings it gave. No node looked at means: it checked nothing.

    ``findings`` counts all of them; ``listed`` says how many are in the report, where a limit was set.
    """

    shape: str
    target_class: str
    severity: str
    focus_nodes: int
    findings: int
    label: str = ""
    message: str = ""
    listed: int = -1

    def __post_init__(self) -> None:
        if self.listed < 0:
            object.__setattr__(self, "listed", self.findings)


@dataclass(frozen=True, slots=True)
class SourceScore:
    """How one source fares: the things it states, and the findings that lead to it, by severity and by shape."""

    source: str
    label: str
    file: str
    things: int
    findings: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Findings of any severity."""
        return sum(number for _, number in self.findings)


@dataclass(frozen=True)
class Report:
    """A whole validation, in a fixed order: the same graph and shapes give the same report.

    ``shapes_digest`` names the shapes, ``level`` the depth of the run, ``refusals`` what pySHACL had to check.
    ``tallies`` are the counts behind the figures.
    """

    findings: tuple[Finding, ...]
    counts: tuple[ShapeCount, ...]
    figures: tuple[Figure, ...]
    base_iri: str
    level: Choice["fast", "full"] = "fast"
    shapes_digest: str = ""
    refusals: tuple[Refusal, ...] = ()
    sources: tuple[SourceScore, ...] = ()
    tallies: tuple[tuple[str, int, int], ...] = ()

    @property
    def conforms(self) -> bool:
        """True when there is no finding of any severity, as SHACL defines it."""
        return not self.total

    @property
    def total(self) -> int:
        """All findings, listed or not."""
        return max(len(self.findings), sum(count.findings for count in self.counts))

    @property
    def worst(self) -> str | None:
        """Return the worst severity found, or None."""
        found = self.counts_by_severity
        return next((severity for severity in SEVERITIES if found[severity]), None)

    @property
    def counts_by_severity(self) -> dict[str, int]:
        """Return findings per severity, worst first; severities without findings are there with 0."""
        found = Counter(finding.severity for finding in self.findings)
        for count in self.counts:
            found[count.severity] += max(0, count.findings - count.listed)
        return {severity: found.pop(severity, 0) for severity in SEVERITIES} | dict(sorted(found.items()))

    def of(self, thing: str) -> tuple[Finding, ...]:
        """Return the findings about one thing, parts of it included."""
        return self._by_thing.get(thing, ())

    @cached_property
    def _by_thing(self) -> dict[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.thing, []).append(finding)
        return {thing: tuple(findings) for thing, findings in found.items()}


def fails(report: Report, fail_on: FailOn = "violation") -> bool:
    """Say whether a report is bad enough to stop for.

    ``violation`` stops for violations only, ``warning`` for these and warnings, ``info`` for any finding,
    ``never`` for none.
    """
    if fail_on == "never":
        return False
    stopping = SEVERITIES[: ("violation", "warning", "info").index(fail_on) + 1]
    return any(report.counts_by_severity[severity] for severity in stopping)
