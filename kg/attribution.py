"""Who is who in a release: every printed name with its person, why two are one or not, and what a mention is called.

Reads the release's own statements. Does not know how people are resolved, nor what decisions follow from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

import orjson
from pyoxigraph import Literal, NamedNode, Store

from kg.errors import NotFoundError
from kg.identity.decisions import Anchor
from kg.rdf import vocab as v
from kg.rdf.evidence import GROUPS
from kg.rdf.iris import Iris
from kg.rdf.lines import Statement, W, read_line
from kg.store.finished import Release


class Row(NamedTuple):
    """A printed name: the record's id within its source (its IRI where it has none), the place from 0, whose it is.

    ``position`` is None where no source tells it.
    """

    record: str
    position: int | None
    name: str
    person: str


_MENTION: Final = {W.KG_NAME_AS_PRINTED, W.KG_IN_RECORD, W.KG_REFERS_TO, W.POSITION}


def mentions(release: Release) -> Iterator[Row]:
    """Yield all printed names of a release, source by source, sorted by record and place."""
    beginning = f"<{release.manifest['base_iri']}source/"
    with release.artefact_path.open("rb") as lines:
        texts = (line.decode() for line in lines if line.startswith(beginning.encode()))
        kept = (read_line(text)[0] for text in texts)
        for _, said in groupby(kept, key=lambda s: s[0][len(beginning) :].partition("#")[0].rstrip(">")):
            yield from sorted(_rows(said), key=lambda row: (row.record, row.position is None, row.position or 0, row))


def _rows(said: Iterable[Statement]) -> Iterator[Row]:
    items: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for subject, predicate, value in said:
        if predicate == W.KG_ITEM:
            items[subject] = str(orjson.loads(value))
        elif predicate in _MENTION:
            found.setdefault(subject, {})[predicate] = value
    for values in found.values():
        record = values.get(W.KG_IN_RECORD)
        if record is None or W.KG_REFERS_TO not in values:
            continue  # a place elsewhere: a record's own position
        place = values.get(W.POSITION)
        yield Row(
            items.get(record, record[1:-1]),
            int(place.split('"')[1]) - 1 if place else None,
            str(orjson.loads(values[W.KG_NAME_AS_PRINTED])),
            values[W.KG_REFERS_TO][1:-1],
        )


class Reason(NamedTuple):
    """Why two are one, or two: a join, a separation or a decision; ``weight`` 0 to 1, higher means one."""

    what: str
    rule: str
    weight: str
    evidence: str
    comment: str


class Attribution:
    """The identity graph of a release, asked about people and mentions by their IRIs."""

    def __init__(self, store: Store, iris: Iris) -> None:
        self._store = store
        self._iris = iris
        self._graph = iris.graph("identity")

    def is_mention(self, node: NamedNode) -> bool:
        """Return whether a node is a printed name."""
        return self._one(node, v.KG_NAME_AS_PRINTED) is not None

    def person_of(self, node: NamedNode) -> NamedNode:
        """Return the person or group that a mention was given to; anything else is returned as it is."""
        found = self._one(node, v.KG_REFERS_TO) if self.is_mention(node) else None
        return found if isinstance(found, NamedNode) else node

    def mentions_of(self, person: NamedNode) -> list[NamedNode]:
        """Return the mentions given to a person or group, sorted. Raises NotFoundError where there are none."""
        nodes = (q.subject for q in self._store.quads_for_pattern(None, v.KG_REFERS_TO, person, self._graph))
        found = [node for node in nodes if isinstance(node, NamedNode) and self.is_mention(node)]
        if not found:
            raise NotFoundError(f"no printed name was given to {person.value}", advice="give a person or a mention")
        return sorted(found, key=lambda node: node.value)

    def anchor(self, node: NamedNode) -> Anchor:
        """Return how a decision names a mention: a mention's IRI, or a person's, of whom the first mention is taken."""
        mention = node if self.is_mention(node) else self.mentions_of(node)[0]
        record = self._one(mention, v.KG_IN_RECORD)
        if not isinstance(record, NamedNode):
            raise NotFoundError(f"{mention.value} stands on no record")
        source_id = record.value.removeprefix(f"{self._iris.base}source/").partition("#")[0]
        source, graph = self._iris.thing("source", source_id), self._iris.source_graph(source_id)
        place = self._one(mention, v.POSITION)
        file = self._value(source, v.KG_FILE, None)
        called = self._value(record, v.KG_ITEM, graph) or self._title(record, graph)
        name = self._one(mention, v.KG_NAME_AS_PRINTED)
        position = int(place.value) if isinstance(place, Literal) else 0
        return Anchor(file, called, name.value if isinstance(name, Literal) else "", position)

    def _title(self, record: NamedNode, graph: NamedNode) -> str:
        works = [q.object for q in self._store.quads_for_pattern(record, v.ABOUT, None, graph)]
        return next((self._value(work, v.NAME, graph) for work in works if isinstance(work, NamedNode)), "")

    def _value(self, subject: NamedNode, predicate: NamedNode, graph: NamedNode | None) -> str:
        found = self._store.quads_for_pattern(subject, predicate, None, graph)
        return min((q.object.value for q in found if isinstance(q.object, Literal)), default="")

    def why(self, a: NamedNode, b: NamedNode) -> tuple[bool, list[Reason]]:
        """Return whether two are one, and the reasons. Each is a person, a group or a mention."""
        one, two = self.person_of(a), self.person_of(b)
        if one == two:
            asked = [node for node in (a, b) if self.is_mention(node)]
            joins = self._subjects(v.KG_REFERS_TO, one, v.KG_JOIN)
            if asked and len(set(asked)) == 2:
                joins = self._path(joins, a, b)
            return True, [self._reason("join", node) for node in joins]
        apart = set(self._subjects(v.KG_SEPARATES, one, v.KG_SEPARATION))
        both = [node for node in self._subjects(v.KG_SEPARATES, two, v.KG_SEPARATION) if node in apart]
        return False, [self._reason("separation", node) for node in both]

    def _path(self, joins: list[NamedNode], a: NamedNode, b: NamedNode) -> list[NamedNode]:
        """Return the joins that lead from one mention to another, the fewest there are; all where none lead there."""
        held = {join: self._objects(join, v.KG_JOINS) for join in joins}
        reached: dict[NamedNode, list[NamedNode]] = {a: []}
        edge = [a]
        while edge and b not in reached:
            following = []
            for node in edge:
                for join, members in held.items():
                    if node in members:
                        for member in sorted(members - reached.keys(), key=lambda n: n.value):
                            reached[member] = [*reached[node], join]
                            following.append(member)
            edge = following
        return reached.get(b, joins)

    def _reason(self, what: str, node: NamedNode) -> Reason:
        values = {q.predicate: q.object for q in self._store.quads_for_pattern(node, None, None, self._graph)}

        def text(predicate: NamedNode) -> str:
            found = values.get(predicate)
            return found.value if isinstance(found, Literal) else ""

        told = ((group, text(v.kg_term(local))) for group, local in GROUPS.items())
        evidence = ", ".join(f"{group} {value}" for group, value in told if value)
        return Reason(what, text(v.KG_RULE), text(v.KG_WEIGHT), evidence, text(v.RDFS_COMMENT))

    def _one(self, subject: NamedNode, predicate: NamedNode) -> object:
        return next((q.object for q in self._store.quads_for_pattern(subject, predicate, None, self._graph)), None)

    def _objects(self, subject: NamedNode, predicate: NamedNode) -> set[NamedNode]:
        found = self._store.quads_for_pattern(subject, predicate, None, self._graph)
        return {q.object for q in found if isinstance(q.object, NamedNode)}

    def _subjects(self, predicate: NamedNode, value: NamedNode, kind: NamedNode) -> list[NamedNode]:
        found = self._store.quads_for_pattern(None, predicate, value, self._graph)
        nodes = {q.subject for q in found if isinstance(q.subject, NamedNode)}
        return sorted((n for n in nodes if kind in self._objects(n, v.RDF_TYPE)), key=lambda n: n.value)
