"""Validate again only what a change can have touched, with the report of a full run as the result.

A changed triple is walked back along the ways of each shape to the focus nodes that read it; these are checked again
and their findings replaced. Counts, figures and scorecards are kept up by difference. Knows reports and changes; how a
node is checked is the processor's matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from kg.quality.compose import LIMIT, Composer, shape_counts, thing_of
from kg.quality.data import Graphs, Remembered, View, default_size
from kg.quality.figures import STATEMENTS, changed_tallies, figures
from kg.quality.places import Places
from kg.quality.report import Finding, Report, SourceScore
from kg.quality.shacl.footprint import reached
from kg.quality.shacl.model import Node
from kg.quality.shacl.outcome import Result, Value, text_of
from kg.quality.shacl.paths import Statements, Term
from kg.quality.shacl.targets import of_target
from kg.quality.shapes import Shapes
from kg.quality.validate import DEFAULT_BASE, chosen_shapes, validate
from kg.rdf import vocab

Affected = dict[Node, frozenset[Term] | None]
"""For each root with any the focus nodes to check again; None for all of them."""


@dataclass(frozen=True)
class Changes:
    """What became true and what ceased to be, in the graph that is validated."""

    added: frozenset[Triple] = frozenset()
    removed: frozenset[Triple] = frozenset()

    @property
    def triples(self) -> frozenset[Triple]:
        """All changed triples."""
        return self.added | self.removed

    @property
    def subjects(self) -> frozenset[Term]:
        """The subjects of all changed triples."""
        return frozenset(one.subject for one in self.triples if not isinstance(one.subject, Triple))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def changes(subjects: Iterable[NamedNode | BlankNode], before: Statements, after: Statements) -> Changes:
    """Return what changed about some subjects between two graphs."""
    added: set[Triple] = set()
    removed: set[Triple] = set()
    for subject in subjects:
        old, new = set(before.match(subject, None, None)), set(after.match(subject, None, None))
        added |= new - old
        removed |= old - new
    return Changes(frozenset(added), frozenset(removed))


def affected(shapes: Shapes, changed: Changes, after: Statements) -> Affected:
    """Return the nodes whose check a change can have touched, by root; targets or not.

    ``after`` is the graph that the changes led to. A node that was a target and is none any more is among them.
    """
    by_property: dict[NamedNode, list[Triple]] = {}
    for triple in changed.triples:
        by_property.setdefault(triple.predicate, []).append(triple)
    found: Affected = {}
    for root in shapes.processor.roots:
        nodes = reached(shapes.processor.footprint(root.node), by_property, after)
        if nodes is None or nodes:
            found[root.node] = None if nodes is None else frozenset(nodes)
    return found


def revalidate(
    store: Store,
    shapes: str | Shapes | None,
    old: Report,
    changed: Iterable[NamedNode | BlankNode],
    *,
    before: Store,
    base_iri: str = DEFAULT_BASE,
    graphs: Graphs = "view",
    limit: int = LIMIT,
    artefact: Path | None = None,
) -> Report:
    """Return the report of a store that differs from ``before``, whose report is ``old``, in some subjects.

    Equal to `validate` of the whole. Falls back to it where the shapes are others, the class hierarchy changed, a
    shape reads everything, or a finding is gone from a list that ``limit`` had cut: nobody knows what comes next.
    Else it costs in proportion to the change. Raises ShapesError.
    """
    chosen = chosen_shapes(shapes)

    def whole() -> Report:
        return validate(
            store, chosen, base_iri=base_iri, graphs=graphs, level=old.level, limit=limit, artefact=artefact
        )

    after, earlier = Remembered(View(store, graphs)), Remembered(View(before, graphs))
    subjects = list(dict.fromkeys(changed))
    found = changes(subjects, earlier, after)
    again = affected(chosen, found, after) if old.tallies and old.shapes_digest == chosen.digest else {}
    comparable = old.tallies and old.shapes_digest == chosen.digest and old.base_iri == base_iri
    if not comparable or any(nodes is None for nodes in again.values()):
        return whole()
    nodes = {root: some for root, some in again.items() if some is not None}
    composer = Composer(chosen, store, after, base_iri, limit)
    report = _Revision(chosen, old, composer, subjects, found, nodes, earlier, after).report()
    if report is None:
        return whole()
    return report


class _Revision:
    """One report being made from the last."""

    def __init__(
        self,
        shapes: Shapes,
        old: Report,
        composer: Composer,
        subjects: Iterable[NamedNode | BlankNode],
        changed: Changes,
        nodes: Mapping[Node, frozenset[Term]],
        before: Remembered,
        after: Remembered,
    ) -> None:
        self._shapes = shapes
        self._processor = shapes.processor
        self._old = old
        self._composer = composer
        self._subjects = subjects
        self._changed = changed
        self._nodes = nodes
        self._before = before
        self._after = after

    def report(self) -> Report | None:
        """Return the new report; None where a cut list lost a finding."""
        processor, old = self._processor, self._old
        targets = {root: self._targets(root, some) for root, some in self._nodes.items()}
        focus_nodes = {root: now for root, (_, now) in targets.items()}
        outcome = processor.check_nodes(self._after, focus_nodes, level=old.level)
        checked = {processor.names[root]: some for root, some in self._nodes.items()}
        kept: list[Finding] = []
        dropped: list[Finding] = []
        for finding in old.findings:
            root, focus = self._origin(finding)
            (dropped if focus in checked.get(root, ()) else kept).append(finding)
        touched, moved = self._touched(), self._moved()
        stale = [one for one in kept if self._stale(one, touched, moved)]
        fresh = [one for one in kept if not self._stale(one, touched, moved)]
        renewed = self._composer.findings([*outcome.results, *map(self._result, stale)])
        findings = tuple(sorted((*fresh, *renewed), key=lambda one: one.key))
        if self._lost(dropped, renewed):
            return None
        unlisted = self._unlisted(targets)
        gone = Counter((one.shape, one.severity) for one in dropped)
        gone.update((one.shape, one.severity) for one in unlisted)
        new = Counter((one.shape, one.severity) for one in outcome.results)
        counts = self._counts(targets, gone, new)
        findings = self._cut(findings)
        tallies = self._tallies()
        return replace(
            old,
            findings=findings,
            counts=shape_counts(self._shapes.infos, *counts, Counter(one.shape for one in findings)),
            figures=figures(tallies),
            tallies=tuple((name, part, whole) for name, (part, whole) in tallies.items()),
            sources=self._scores((*dropped, *stale), unlisted, renewed),
        )

    def _lost(self, dropped: Iterable[Finding], renewed: Iterable[Finding]) -> bool:
        """Say whether a finding is gone from a list that was cut."""
        cut = {one.shape for one in self._old.counts if one.listed < one.findings}
        left = Counter(one.key for one in dropped if one.shape in cut)
        return bool(left - Counter(one.key for one in renewed))

    def _targets(self, root: Node, nodes: frozenset[Term]) -> tuple[set[Term], set[Term]]:
        """Return those of some nodes that were targets of a root, and those that are."""
        targets = self._processor.shapes[root].targets
        return of_target(targets, nodes, self._before), of_target(targets, nodes, self._after)

    def _origin(self, finding: Finding) -> tuple[str, Value | None]:
        info = self._shapes.infos.get(finding.shape)
        root = finding.root or (info.parents[0] if info and info.parents else finding.shape)
        return root, finding.focus_term if finding.root_focus is None else finding.root_focus

    def _result(self, finding: Finding) -> Result:
        """Return the result that a finding was made of."""
        root, _ = self._origin(finding)
        if finding.focus_term is None:
            raise AssertionError("a finding of a run has its focus")
        return Result(
            finding.focus_term,
            finding.path,
            finding.value_term,
            finding.shape,
            finding.component,
            finding.severity,
            finding.messages,
            root,
            finding.root_focus,
        )

    def _stale(self, finding: Finding, touched: set[str], moved: set[str]) -> bool:
        """Say whether the names or places of a finding may have changed, though its result has not."""
        return finding.thing in touched or bool(touched & set(finding.sources)) or bool(moved)

    def _touched(self) -> set[str]:
        places = (Places(self._before.store), Places(self._after.store))
        return {thing for subject in self._subjects for one in places for thing in one.depending(subject)}

    def _moved(self) -> set[str]:
        """Return the sources that are now named otherwise, or said to be another file."""
        old, new = Places(self._before.store), Places(self._after.store)
        names = {one.value for one in self._subjects if isinstance(one, NamedNode)}
        files = {one for one in names if old.file(one) and old.file(one) != new.file(one)}
        return files | {one for one in names if old.file(one) and old.label(one) != new.label(one)}

    def _unlisted(self, targets: Mapping[Node, tuple[set[Term], set[Term]]]) -> list[Result]:
        """Return the results that are gone and that the old report only counted."""
        cut = {one.shape for one in self._old.counts if one.listed < one.findings}
        if not cut:
            return []
        listed = Counter((one.shape, one.focus, one.path, str(one.value_term)) for one in self._old.findings)
        earlier = self._processor.check_nodes(self._before, {root: was for root, (was, _) in targets.items()})
        unlisted = []
        for result in earlier.results:
            key = (result.shape, text_of(result.focus), result.path, str(result.value))
            if result.shape not in cut:
                continue
            if listed[key]:
                listed[key] -= 1
            else:
                unlisted.append(result)
        return unlisted

    def _counts(
        self,
        targets: Mapping[Node, tuple[set[Term], set[Term]]],
        gone: Mapping[tuple[str, str], int],
        new: Mapping[tuple[str, str], int],
    ) -> tuple[dict[str, int], dict[str, tuple[int, str]]]:
        """Return focus nodes and findings by shape after the change."""
        focus_nodes = {one.shape: one.focus_nodes for one in self._old.counts}
        severities = {one.shape: one.severity for one in self._old.counts}
        numbers = Counter({one.shape: one.findings for one in self._old.counts})
        differences = self._processor.counted({root: len(now) - len(was) for root, (was, now) in targets.items()})
        for shape, difference in differences.items():
            if shape in focus_nodes:
                focus_nodes[shape] += difference
        for sign, some in ((-1, gone), (1, new)):
            for (shape, severity), number in some.items():
                numbers[shape] += sign * number
                severities.setdefault(shape, severity)
        known = {self._processor.names[root.node]: root.node for root in self._processor.roots}
        for shape, number in numbers.items():
            if number and shape not in focus_nodes and shape in known:
                focus_nodes[shape] = len(self._processor.focus_nodes(self._after, known[shape]))
        return focus_nodes, {shape: (number, severities[shape]) for shape, number in numbers.items() if number}

    def _cut(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Leave out what is over the limit of a shape."""
        limit = self._composer.limit
        if not limit:
            return findings
        seen: Counter[str] = Counter()
        kept = []
        for one in findings:
            seen[one.shape] += 1
            if seen[one.shape] <= limit:
                kept.append(one)
        return tuple(kept)

    def _tallies(self) -> dict[str, tuple[int, int]]:
        subjects = self._changed.subjects
        old = {name: (part, whole) for name, part, whole in self._old.tallies}
        grown = sum(default_size(self._after.store, one) - default_size(self._before.store, one) for one in subjects)
        return changed_tallies(
            old,
            {one: set(self._before.match(one, None, None)) for one in subjects},
            {one: set(self._after.match(one, None, None)) for one in subjects},
            old[STATEMENTS][0] + grown,
        )

    def _scores(
        self, gone: Iterable[Finding], unlisted: Iterable[Result], renewed: Iterable[Finding]
    ) -> tuple[SourceScore, ...]:
        """Return the scorecards after the change."""
        severity = {one.shape: one.severity for one in self._old.counts}
        severity |= {one.shape: one.severity for one in renewed}
        tally = {one.source: Counter(dict(one.shapes)) for one in self._old.sources}
        things = Counter({one.source: one.things for one in self._old.sources})
        places = Places(self._before.store)
        lost = [(one.shape, places.sources(one.focus, thing_of(one))) for one in unlisted]
        lost += [(one.shape, set(one.sources)) for one in gone]
        for sign, some in ((-1, lost), (1, [(one.shape, set(one.sources)) for one in renewed])):
            for shape, sources in some:
                for source in sources:
                    tally.setdefault(source, Counter())[shape] += sign
        for sign, triples in ((-1, self._changed.removed), (1, self._changed.added)):
            for triple in triples:
                if triple.predicate == vocab.PROV_WAS_DERIVED_FROM and isinstance(triple.object, NamedNode):
                    things[triple.object.value] += sign
                    tally.setdefault(triple.object.value, Counter())
        return tuple(
            self._composer.score(
                source, things[source], {(severity[shape], shape): number for shape, number in found.items()}
            )
            for source, found in sorted(tally.items())
            if things[source] or any(found.values())
        )
