"""Make a report of an outcome: tell each finding whose it is, where it was read and what to do.

Knows what a curator needs. Knows neither how results are found nor how a report is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, NamedNode, QuerySolutions, Store

from kg.quality.branches import Branches
from kg.quality.figures import Tallies, figures
from kg.quality.places import Places
from kg.quality.repairs import Repairs
from kg.quality.report import SEVERITIES, Branch, Detail, Finding, Report, ShapeCount, SourceScore
from kg.quality.shacl.outcome import Outcome, Result, text_of
from kg.quality.shacl.paths import Statements
from kg.quality.shacl.processor import Level
from kg.quality.shapes import ShapeInfo, Shapes
from kg.rdf import vocab

LIMIT: Final = 2_000
"""Findings of one shape that a report lists unless it is told otherwise; all are counted."""


class Composer:
    """Makes reports about one store: names and places stand there. ``graph`` is what was checked."""

    def __init__(self, shapes: Shapes, store: Store, graph: Statements, base_iri: str, limit: int = LIMIT) -> None:
        self._shapes = shapes
        self._base_iri = base_iri
        self.limit = limit
        self._places = Places(store)
        self._branches = Branches(shapes, graph)
        self._repairs = Repairs(shapes, store)

    def compose(self, outcome: Outcome, tallies: Tallies, things: Mapping[str, int], level: Level) -> Report:
        """Return the report. ``things`` says how many nodes come from each source."""
        by_shape: dict[str, list[Result]] = {}
        for result in outcome.results:
            by_shape.setdefault(result.shape, []).append(result)
        listed = [result for some in by_shape.values() for result in self.listed(some)]
        findings = self.findings(listed)
        return Report(
            findings=findings,
            counts=self.counts(outcome.focus_nodes, by_shape, Counter(one.shape for one in findings)),
            figures=figures(tallies),
            base_iri=self._base_iri,
            level=level,
            shapes_digest=self._shapes.digest,
            refusals=outcome.refusals,
            sources=self.scores(outcome.results, things),
            tallies=tuple((name, part, whole) for name, (part, whole) in tallies.items()),
        )

    def listed(self, results: Sequence[Result]) -> list[Result]:
        """Return the results of one shape that are listed: the first in the order of findings (`Finding.key`)."""
        ordered = sorted(results, key=_order)
        return ordered[: self.limit] if self.limit else ordered

    def findings(self, results: Iterable[Result]) -> tuple[Finding, ...]:
        """Return findings for results, in the order of a report."""
        results = list(results)
        branches = self._branches.of(results)
        return tuple(sorted(map(self._finding, results, branches), key=lambda found: found.key))

    def _finding(self, result: Result, branches: tuple[Branch, ...]) -> Finding:
        info = self._shapes.infos.get(result.shape)
        focus = text_of(result.focus)
        thing = thing_of(result)
        found = self._places.of(result.focus, thing)
        root_is_parent = info is not None and (result.root in info.parents or result.root == result.shape)
        return Finding(
            focus=focus,
            path=result.path,
            value=text_of(result.value),
            shape=result.shape,
            component=result.component,
            severity=result.severity,
            message=f"{result.message} {found.detail}".strip(),
            thing=thing,
            label=self._places.label(thing),
            places=found.places,
            repair=info.repair or info.why if info else "",
            why=info.why if info else "",
            value_term=result.value,
            records=found.records,
            focus_term=result.focus,
            messages=result.messages,
            sources=found.sources,
            branches=branches,
            proposal=self._repairs.of(result),
            details=tuple(map(_detail, result.details)),
            root="" if root_is_parent and info and len(info.parents) <= 1 else result.root,
            root_focus=result.root_focus,
        )

    def counts(
        self, focus_nodes: Mapping[str, int], by_shape: Mapping[str, Sequence[Result]], listed: Mapping[str, int]
    ) -> tuple[ShapeCount, ...]:
        """Count per shape: property shapes, node shapes that found something, anything else that found something."""
        found = {shape: (len(some), some[0].severity) for shape, some in by_shape.items()}
        return shape_counts(self._shapes.infos, focus_nodes, found, listed)

    def scores(self, results: Iterable[Result], things: Mapping[str, int]) -> tuple[SourceScore, ...]:
        """Return a scorecard for each source, the one with most findings for its size last in name order."""
        tally: dict[str, Counter[tuple[str, str]]] = {source: Counter() for source in things}
        known: dict[object, set[str]] = {}
        for result in results:
            if result.focus not in known:
                known[result.focus] = self._places.sources(result.focus, thing_of(result))
            for source in known[result.focus]:
                tally.setdefault(source, Counter())[(result.severity, result.shape)] += 1
        return tuple(self.score(source, things.get(source, 0), tally[source]) for source in sorted(tally))

    def score(self, source: str, things: int, found: Mapping[tuple[str, str], int]) -> SourceScore:
        """Return the scorecard of one source, from its findings by severity and shape."""
        severities: Counter[str] = Counter()
        shapes: Counter[str] = Counter()
        for (severity, shape), number in found.items():
            severities[severity] += number
            shapes[shape] += number
        order = {name: place for place, name in enumerate(SEVERITIES)}
        return SourceScore(
            source=source,
            label=self._places.label(source) or source,
            file=self._places.file(source),
            things=things,
            findings=tuple(sorted(((n, c) for n, c in severities.items() if c), key=lambda one: order.get(one[0], 9))),
            shapes=tuple(sorted((name, number) for name, number in shapes.items() if number)),
        )


def things_of_sources(data: Store) -> dict[str, int]:
    """Return how many nodes name each source as the one they come from."""
    rows = data.query(
        f"SELECT ?source (COUNT(?s) AS ?n) WHERE {{ ?s {vocab.PROV_WAS_DERIVED_FROM} ?source }} GROUP BY ?source"
    )
    if not isinstance(rows, QuerySolutions):
        raise AssertionError("a SELECT query has solutions")
    return {text_of(row[0]): int(row[1].value) for row in rows if isinstance(row[0], NamedNode)}


def thing_of(result: Result) -> str:
    """Return the thing a result is about: its focus node without the fragment."""
    focus = text_of(result.focus)
    return focus if isinstance(result.focus, BlankNode) else focus.partition("#")[0]


def _order(result: Result) -> tuple[str, str, str, str, str, str]:
    """Return what the results of one shape are sorted by: the key of their findings."""
    rank = SEVERITIES.index(result.severity) if result.severity in SEVERITIES else len(SEVERITIES)
    thing, focus = thing_of(result), text_of(result.focus)
    return (str(rank), thing, focus, result.path, result.component, str(result.value))


def shape_counts(
    infos: Mapping[str, ShapeInfo],
    focus_nodes: Mapping[str, int],
    found: Mapping[str, tuple[int, str]],
    listed: Mapping[str, int],
) -> tuple[ShapeCount, ...]:
    """Return the counts in order. ``found`` gives for a shape the number of findings and their severity."""
    counts = []
    parents = {parent for info in infos.values() for parent in info.parents}
    for shape in sorted({*focus_nodes, *found}):
        info = infos.get(shape)
        number, severity = found.get(shape, (0, ""))
        if info and not info.path and not number and shape in parents:
            continue
        counts.append(
            ShapeCount(
                shape=shape,
                target_class=info.target if info else "",
                severity=severity or (info.severity if info else "Violation"),
                focus_nodes=focus_nodes.get(shape, 0),
                findings=number,
                label=info.label if info else "",
                message=info.message if info else "",
                listed=listed.get(shape, 0),
            )
        )
    return tuple(counts)


def _detail(result: Result) -> Detail:
    return Detail(
        result.focus,
        result.path,
        result.value,
        result.shape,
        result.component,
        result.severity,
        result.message,
        tuple(map(_detail, result.details)),
    )
