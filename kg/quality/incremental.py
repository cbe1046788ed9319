"""Validate again only what a change can have touched, with the report of a full run as the result.

The focus nodes that read a changed triple are checked again by the parts of the shapes that read it, and the findings
of these replaced. Counts, figures and scorecards are kept up by difference. Knows reports; how a node is checked is the
processor's matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Store

from kg.quality.changes import Changes, affected, changes
from kg.quality.compose import LIMIT, Composer, shape_counts, thing_of
from kg.quality.data import Graphs, Remembered, View
from kg.quality.figures import STATEMENTS, changed_tallies, figures
from kg.quality.places import Places
from kg.quality.report import Finding, Report, SourceScore
from kg.quality.shacl.model import Node
from kg.quality.shacl.outcome import Result, Value, text_of
from kg.quality.shacl.parts import Part
from kg.quality.shacl.paths import Term
from kg.quality.shacl.targets import of_target
from kg.quality.shapes import Shapes
from kg.quality.validate import DEFAULT_BASE, chosen_shapes, validate
from kg.rdf import vocab


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
    scratch: Path | None = None,
) -> Report:
    """Return the report of a store that differs from ``before``, whose report is ``old``, in some subjects.

    Equal to `validate` of the whole. Falls back to it where the shapes are others, the class hierarchy changed, a
    shape reads everything, or a finding is gone from a list that ``limit`` had cut: nobody knows what comes next.
    Else it costs in proportion to the change. Raises ShapesError.
    """
    chosen = chosen_shapes(shapes)

    def whole() -> Report:
        return validate(
            *(store, chosen),
            base_iri=base_iri,
            graphs=graphs,
            level=old.level,
            limit=limit,
            artefact=artefact,
            scratch=scratch,
        )

    after, earlier = Remembered(View(store, graphs)), Remembered(View(before, graphs))
    subjects = list(dict.fromkeys(changed))
    found = changes(subjects, earlier, after)
    comparable = old.tallies and old.shapes_digest == chosen.digest and old.base_iri == base_iri
    again = affected(chosen, found, after) if comparable else {}
    nodes = {part: some for part, some in again.items() if some is not None}
    if not comparable or len(nodes) < len(again):
        return whole()
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
        nodes: Mapping[Part, frozenset[Term]],
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
        old = self._old
        targets = self._targets()
        outcome = self._processor.check_parts(
            self._after, {part: some & targets[part.root][1] for part, some in self._nodes.items()}, level=old.level
        )
        kept, dropped = self._parted()
        renewed_as = self._reusable(dropped)
        again: list[Finding] = []
        results: list[Result] = []
        for result in outcome.results:
            same = renewed_as.get(result)
            if same:
                again.append(same.pop())
            else:
                results.append(result)
        stale = [one for one in kept if self._stale(one)]
        fresh = kept if not stale else [one for one in kept if not self._stale(one)]
        renewed = (*again, *self._composer.findings([*results, *map(self._result, stale)]))
        if self._lost(dropped, renewed):
            return None
        findings = self._cut(sorted((*fresh, *renewed), key=lambda one: one.key))
        unlisted = self._unlisted(targets)
        gone = Counter((one.shape, one.severity) for one in dropped)
        gone.update((one.shape, one.severity) for one in unlisted)
        new = Counter((one.shape, one.severity) for one in outcome.results)
        counts = self._counts(targets, gone, new)
        tallies = self._tallies()
        return replace(
            old,
            findings=findings,
            counts=shape_counts(self._shapes.infos, *counts, Counter(one.shape for one in findings)),
            figures=figures(tallies),
            tallies=tuple((name, part, whole) for name, (part, whole) in tallies.items()),
            sources=self._scores((*dropped, *stale), unlisted, renewed),
        )

    def _parted(self) -> tuple[list[Finding], list[Finding]]:
        """Return the findings that are kept, and those of nodes that were checked again."""
        names = self._processor.names
        checked = {
            (names[part.root], names[shape]): some for part, some in self._nodes.items() for shape in part.shapes
        }
        kept: list[Finding] = []
        dropped: list[Finding] = []
        for finding in self._old.findings:
            root, focus = self._origin(finding)
            some = checked.get((root, finding.shape))
            (dropped if some is not None and focus in some else kept).append(finding)
        return kept, dropped

    def _reusable(self, dropped: Iterable[Finding]) -> dict[Result, list[Finding]]:
        """Return the findings that say of their result what they would say again, by result.

        What depends on more than the result: names, places and repairs, of which `_stale` knows, alternatives, details.
        """
        found: dict[Result, list[Finding]] = {}
        for one in dropped:
            if not (one.branches or one.details or self._stale(one)):
                found.setdefault(self._result(one), []).append(one)
        return found

    def _lost(self, dropped: Iterable[Finding], renewed: Iterable[Finding]) -> bool:
        """Say whether a finding is gone from a list that was cut."""
        cut = {one.shape for one in self._old.counts if one.listed < one.findings}
        left = Counter(one.key for one in dropped if one.shape in cut)
        return bool(left - Counter(one.key for one in renewed))

    def _targets(self) -> dict[Node, tuple[set[Term], set[Term]]]:
        """Return for each root those of the nodes that were its targets, and those that are."""
        nodes: dict[Node, set[Term]] = {}
        for part, some in self._nodes.items():
            nodes.setdefault(part.root, set()).update(some)
        found = {}
        for root, together in nodes.items():
            targets = self._processor.shapes[root].targets
            found[root] = (of_target(targets, together, self._before), of_target(targets, together, self._after))
        return found

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

    def _stale(self, finding: Finding) -> bool:
        """Say whether the names, places or repair of a finding may have changed, though its result has not."""
        if self._moved or finding.thing in self._touched or finding.value_term in self._changed_nodes:
            return True
        return not self._touched.isdisjoint(finding.sources)

    @cached_property
    def _changed_nodes(self) -> set[Value | None]:
        return set(self._subjects)

    @cached_property
    def _touched(self) -> set[str]:
        """The things whose names or places may have changed."""
        places = (Places(self._before.store), Places(self._after.store))
        return {thing for subject in self._subjects for one in places for thing in one.depending(subject)}

    @cached_property
    def _moved(self) -> set[str]:
        """The sources that are now named otherwise, or said to be another file."""
        old, new = Places(self._before.store), Places(self._after.store)
        names = {one.value for one in self._subjects if isinstance(one, NamedNode)}
        files = {one for one in names if old.file(one) and old.file(one) != new.file(one)}
        return files | {one for one in names if old.file(one) and old.label(one) != new.label(one)}

    def _unlisted(self, targets: Mapping[Node, tuple[set[Term], set[Term]]]) -> list[Result]:
        """Return the results that are gone and that the old report only counted."""
        cut = {one.shape for one in self._old.counts if one.listed < one.findings}
        if not cut:
            return []
        asked = {
            part: some & targets[part.root][0]
            for part, some in self._nodes.items()
            if any(self._processor.names[shape] in cut for shape in part.shapes)
        }
        listed = Counter((one.shape, one.focus, one.path, str(one.value_term)) for one in self._old.findings)
        unlisted = []
        for result in self._processor.check_parts(self._before, asked).results:
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

    def _cut(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Leave out what is over the limit of a shape."""
        limit = self._composer.limit
        if not limit:
            return tuple(findings)
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
        grown = sum(self._after.statements(one) - self._before.statements(one) for one in subjects)
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
