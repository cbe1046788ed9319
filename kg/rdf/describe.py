"""Gather one bounded description of one thing from the merged view: what every page and every document is made of.

Knows how far a description reaches:

- every triple with the thing as subject, and its parts: the nodes ``<thing>#…`` that it leads to, and the observations
  about it;
- for whoever made works: each work with its type, name, date, topics, authors and authorships, so that a profile is
  complete by itself (at most WORKS of them, newest first);
- the things that point to it (works about a topic, in a venue, of an organisation, from a source; pages about a
  person), at most THINGS of them, newest first;
- for every linked thing that the merged view describes: types and names, a source's file and date of capture;
- one computed statement: ``bibo:authorList``, the agents of known position in order, as an RDF list.

A brief description, which pages begin with, leaves out the works of whoever made more than BRIEF and most of what
points to a topic or venue: pages list works by queries.

Triples come in reading order (the thing, its parts, the works, the rest; authors by position, works newest first), the
same in every run; writers keep it. Beside them: which source graphs state the thing's own triples, and the records it
was read from. Everything cut is named in ``limits``. Does not follow redirects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    Store,
    Triple,
    Variable,
)

from kg.rdf import vocab
from kg.rdf.description import (
    Description,
    Limit,
    SourceRecord,
    from_nquads,
    natural,
    to_nquads,
)
from kg.rdf.nodes import Subject, Term
from kg.rdf.recorded import SCAN, is_source_graph, records_about

__all__ = ["Description", "Limit", "SourceRecord", "describe", "describe_nquads", "from_nquads"]

WORKS = 2_000
THINGS = 1_000
RECORDS = 200
BRIEF = 50

_MERGED = DefaultGraph()
_LABELS = (
    vocab.RDF_TYPE, vocab.NAME, vocab.SKOS_PREF_LABEL, vocab.SKOS_NOTATION, vocab.CODE_REPOSITORY,
    vocab.KG_FILE, vocab.KG_CAPTURED, vocab.KG_SITE,
)  # fmt: skip
_AGENT_LABELS = (vocab.RDF_TYPE, vocab.NAME)
_WORK_IN_PROFILE = frozenset(
    (
        vocab.RDF_TYPE, vocab.NAME, vocab.DATE_PUBLISHED, vocab.KG_YEAR_FROM_CAPTURE, vocab.GENRE, vocab.ABOUT,
        vocab.IS_PART_OF, vocab.AUTHOR, vocab.KG_AUTHORSHIP_OF, vocab.KG_AUTHOR_LIST_COMPLETE, vocab.SAME_AS,
    )
)  # fmt: skip
_POINTING = (vocab.RDF_TYPE, vocab.NAME, vocab.DATE_PUBLISHED)
_POINTERS = (
    vocab.ABOUT, vocab.IS_PART_OF, vocab.SOURCE_ORGANIZATION, vocab.AFFILIATION, vocab.MENTIONS, vocab.SKOS_BROADER,
    vocab.SKOS_IN_SCHEME, vocab.MAIN_ENTITY, vocab.FOAF_PRIMARY_TOPIC, vocab.PROV_WAS_DERIVED_FROM,
)  # fmt: skip
_COUNT_POINTING = """
PREFIX schema: <http://schema.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?thing (COUNT(DISTINCT ?s) AS ?total) {
  ?s ?p ?thing
  FILTER(?p IN (schema:about, schema:isPartOf, schema:sourceOrganization, schema:affiliation, schema:mentions,
                skos:broader, skos:inScheme, schema:mainEntity, foaf:primaryTopic, prov:wasDerivedFrom))
  FILTER(!CONTAINS(STR(?s), "#"))
} GROUP BY ?thing
"""
# One query, because the authorships are by far the most nodes of a profile: half the time of look-ups one by one.
_AUTHORSHIPS_IN_PROFILE = """
PREFIX kg: <https://w3id.org/kg/ns#>
PREFIX schema: <http://schema.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?thing ?work ?authorship ?type ?agent ?position ?name {
  ?thing foaf:made ?work .
  ?work kg:authorship ?authorship .
  OPTIONAL { ?authorship a ?type }
  OPTIONAL { ?authorship kg:agent ?agent }
  OPTIONAL { ?authorship schema:position ?position }
  OPTIONAL { ?authorship kg:nameAsPrinted ?name }
}
"""
_AUTHORSHIP_COLUMNS = (vocab.RDF_TYPE, vocab.KG_AGENT, vocab.POSITION, vocab.KG_NAME_AS_PRINTED)
_ORDER = {
    predicate: rank
    for rank, predicate in enumerate(
        (
            vocab.RDF_TYPE, vocab.NAME, vocab.FOAF_NAME, vocab.SKOS_PREF_LABEL, vocab.ALTERNATE_NAME,
            vocab.DESCRIPTION, vocab.DATE_PUBLISHED, vocab.KG_YEAR_FROM_CAPTURE, vocab.DCT_TYPE, vocab.GENRE,
            vocab.BIBO_AUTHOR_LIST, vocab.AUTHOR, vocab.FOAF_MAKER, vocab.KG_AUTHOR_LIST_COMPLETE,
            vocab.KG_AUTHORSHIP_OF, vocab.KG_AGENT, vocab.POSITION, vocab.KG_NAME_AS_PRINTED, vocab.IS_PART_OF,
            vocab.ABOUT, vocab.ABSTRACT, vocab.AFFILIATION, vocab.SOURCE_ORGANIZATION, vocab.SAME_AS, vocab.URL,
            vocab.FOAF_MADE, vocab.OBSERVATION_ABOUT, vocab.MEASURED_PROPERTY, vocab.VALUE, vocab.UNIT_TEXT,
        )
    )
}  # fmt: skip

_AGENT_LINKS = frozenset((vocab.AUTHOR, vocab.FOAF_MAKER, vocab.KG_AGENT))
_NOT_THINGS = frozenset((vocab.RDF_TYPE, vocab.MEASURED_PROPERTY, vocab.KG_ON_PROPERTY, vocab.DCT_TYPE, vocab.SAME_AS))

# Where a node comes among its like: the rank of an author or authorship in a work, of a work among those made.
_Order = dict[Term, tuple[int]]
_UNKNOWN = 1 << 62


def describe(store: Store, iri: NamedNode, *, brief: bool = False) -> Description | None:
    """Describe one thing. Return None when the merged view has no statement with it as subject."""
    gathered = _Gathered(store, iri, brief)
    stated: dict[Triple, list[NamedNode]] = {}
    for quad in store.quads_for_pattern(iri, None, None, None):
        if isinstance(quad.graph_name, DefaultGraph):
            gathered.add(iri, quad.predicate, quad.object)
        elif is_source_graph(quad.graph_name):
            stated.setdefault(quad.triple, []).append(quad.graph_name)
    if iri not in gathered.nodes:
        return None
    gathered.add_parts()
    gathered.add_works()
    gathered.add_pointing()
    gathered.add_labels()
    gathered.add_author_lists()
    triples = tuple(gathered.triples())
    own = {
        triple: tuple(sorted(stated[triple], key=lambda graph: natural(graph.value)))
        for triple in triples[: sum(len(objects) for objects in gathered.nodes[iri].values())]
        if triple in stated
    }
    most = (BRIEF, BRIEF) if brief else (RECORDS, None)
    records, limit = records_about(store, iri, set(gathered.values(iri, vocab.RDF_TYPE)), *most)
    if limit:
        gathered.limits.append(limit)
    return Description(iri, triples, own, records, tuple(gathered.limits))


def describe_nquads(store: Store, iri: str, *, brief: bool = False) -> bytes | None:
    """Describe one thing in the bytes that ``from_nquads`` reads. Return None when there is no such thing.

    Raises ValueError when ``iri`` is no absolute IRI.
    """
    description = describe(store, NamedNode(iri), brief=brief)
    return None if description is None else to_nquads(description)


class _Gathered:
    """The nodes of a description while it is gathered: subject -> predicate -> objects, subjects in reading order."""

    def __init__(self, store: Store, iri: NamedNode, brief: bool) -> None:
        self.store = store
        self.iri = iri
        self.brief = brief
        self.nodes: dict[Subject, dict[NamedNode, dict[Term, None]]] = {}
        self.complete: set[Term] = {iri}
        self.orders: dict[Subject, _Order] = {}
        self.limits: list[Limit] = []

    def add(self, subject: Subject, predicate: NamedNode, value: Term) -> None:
        self.nodes.setdefault(subject, {}).setdefault(predicate, {})[value] = None

    def add_some(self, node: NamedNode, only: frozenset[NamedNode]) -> None:
        """Note those of a node's triples whose predicate is asked for: one look-up, good for small nodes."""
        self.complete.add(node)
        known = self.nodes.setdefault(node, {})
        for quad in self.store.quads_for_pattern(node, None, None, _MERGED):
            predicate = quad.predicate
            if predicate in only:
                known.setdefault(predicate, {})[quad.object] = None

    def add_each(self, node: NamedNode, only: Iterable[NamedNode]) -> None:
        """Note a node's triples predicate by predicate: for nodes that may be large, such as persons."""
        for predicate in only:
            for quad in self.store.quads_for_pattern(node, predicate, None, _MERGED):
                self.nodes.setdefault(node, {}).setdefault(predicate, {})[quad.object] = None

    def values(self, node: Subject, predicate: NamedNode) -> Iterable[Term]:
        return self.nodes.get(node, {}).get(predicate, ())

    def add_parts(self) -> None:
        """Follow the thing to its parts, and to the observations about it, which point to it instead."""
        start = self.iri.value + "#"
        observations = self.store.quads_for_pattern(None, vocab.OBSERVATION_ABOUT, self.iri, _MERGED)
        waiting = [quad.subject for quad in observations if isinstance(quad.subject, NamedNode)]
        waiting.extend(_parts(start, self.nodes[self.iri].values()))
        parts: dict[NamedNode, list[Quad]] = {}
        while waiting:
            part = waiting.pop()
            if part not in parts and part != self.iri:
                parts[part] = list(self.store.quads_for_pattern(part, None, None, _MERGED))
                waiting.extend(_parts(start, [(quad.object for quad in parts[part])]))
        for part in sorted(parts, key=lambda node: natural(node.value)):
            self.complete.add(part)
            for quad in parts[part]:
                self.add(part, quad.predicate, quad.object)

    def add_works(self) -> None:
        """Describe the works the thing made, each with its authorships."""
        works = [
            work
            for work in self.values(self.iri, vocab.FOAF_MADE)
            if isinstance(work, NamedNode) and work not in self.complete
        ]
        total = len(works)
        if self.brief and total > BRIEF:
            self.limits.append(Limit("works", 0, total))
            return
        if total > WORKS:
            works = _newest_first(works, self._dates(works))[:WORKS]
            self.limits.append(Limit("works", WORKS, total))
        for work in works:
            self.add_some(work, _WORK_IN_PROFILE)
        works = _newest_first(works, {work: self._date(work) for work in works})
        self.orders[self.iri] = {work: (rank,) for rank, work in enumerate(works)}
        authorships: dict[Term | None, list[QuerySolution]] = {}
        if works:
            for row in self._select(_AUTHORSHIPS_IN_PROFILE):
                authorships.setdefault(row[1], []).append(row)
        for work in works:
            self.nodes[work] = self.nodes.pop(work, {})  # moves it to the end: reading order
            for row in sorted(authorships.get(work, ()), key=lambda row: (_number(row[5]), str(row[2]))):
                authorship = row[2]
                if isinstance(authorship, NamedNode):
                    self.complete.add(authorship)
                    node = self.nodes.setdefault(authorship, {})
                    for predicate, value in zip(_AUTHORSHIP_COLUMNS, (row[3], row[4], row[5], row[6]), strict=True):
                        if value is not None:
                            node.setdefault(predicate, {})[value] = None

    def add_pointing(self) -> None:
        """Note the things that point to the thing, newest first, with types, names and dates."""
        links: dict[NamedNode, list[NamedNode]] = {}
        scanned, whole = 0, True
        for predicate in _POINTERS:
            for quad in islice(self.store.quads_for_pattern(None, predicate, self.iri, _MERGED), SCAN + 1 - scanned):
                scanned += 1
                subject = quad.subject
                if isinstance(subject, NamedNode) and "#" not in subject.value and subject != self.iri:
                    links.setdefault(subject, []).append(predicate)
            whole = whole and scanned <= SCAN
        total = len(links) if whole else self._count_pointing()
        things = list(links)
        if total > 1:
            things = self._chosen(things, self._dates(things))
        if total > len(things):
            self.limits.append(Limit("things that point here", len(things), total))
        for thing in things:
            for predicate in links[thing]:
                self.add(thing, predicate, self.iri)
            if thing not in self.complete:
                self.add_each(thing, _POINTING)

    def _chosen(self, things: list[NamedNode], dates: dict[NamedNode, str]) -> list[NamedNode]:
        """Return the things to show of those that point here, newest first."""
        things = _newest_first(things, dates)
        if not self.brief:
            return things[:THINGS]
        undated = [thing for thing in things if thing not in dates]
        return [*[thing for thing in things if thing in dates][:BRIEF], *undated[: 4 * BRIEF]]

    def add_labels(self) -> None:
        """Add types and names of the linked things that the merged view describes."""
        wanted: dict[NamedNode, tuple[NamedNode, ...]] = {}
        for subject, predicates in self.nodes.items():
            for predicate, objects in predicates.items():
                # Works beyond the limit stay bare links; other things' own links are not followed.
                if predicate in _NOT_THINGS or (predicate == vocab.FOAF_MADE and subject == self.iri):
                    continue
                labels = _AGENT_LABELS if predicate in _AGENT_LINKS else _LABELS
                for node in objects:
                    if isinstance(node, NamedNode) and node not in self.complete:
                        wanted[node] = wanted.get(node) or labels
        for node in sorted(wanted, key=lambda node: node.value):
            self.add_each(node, wanted[node])

    def add_author_lists(self) -> None:
        """Put the authors of each described work in order, and say so as ``bibo:authorList``."""
        for work in [node for node, predicates in self.nodes.items() if vocab.KG_AUTHORSHIP_OF in predicates]:
            signed: list[tuple[int, str, Term, Term | None]] = []
            for authorship in self.values(work, vocab.KG_AUTHORSHIP_OF):
                if isinstance(authorship, NamedNode):
                    agent = next(iter(self.values(authorship, vocab.KG_AGENT)), None)
                    position = min(map(_number, self.values(authorship, vocab.POSITION)), default=_UNKNOWN)
                    signed.append((position, authorship.value, authorship, agent))
            signed.sort(key=lambda entry: entry[:2])
            order: _Order = {}
            for rank, (_, _, authorship, agent) in enumerate(signed):
                order[authorship] = (rank,)
                if agent is not None:
                    order.setdefault(agent, (rank,))
            self.orders[work] = self.orders.get(work, {}) | order
            known = [agent for position, _, _, agent in signed if agent is not None and position != _UNKNOWN]
            if known and vocab.BIBO_AUTHOR_LIST not in self.nodes[work]:
                self._add_list(work, known)

    def _add_list(self, work: Subject, items: list[Term]) -> None:
        # The labels follow from the work alone, so that two descriptions of it, and two runs, give the same bytes.
        name = "authors" + hashlib.sha256(str(work).encode()).hexdigest()[:12]
        cells = [BlankNode(f"{name}n{n}") for n in range(1, len(items) + 1)]
        self.add(work, vocab.BIBO_AUTHOR_LIST, cells[0])
        tails: list[Term] = [*cells[1:], vocab.RDF_NIL]
        for cell, item, rest in zip(cells, items, tails, strict=True):
            self.nodes[cell] = {vocab.RDF_FIRST: {item: None}, vocab.RDF_REST: {rest: None}}

    def triples(self) -> Iterator[Triple]:
        """Give everything gathered in reading order."""
        shapes: dict[tuple[NamedNode, ...], list[NamedNode]] = {}
        for subject, predicates in self.nodes.items():
            order = self.orders.get(subject, {})
            shape = tuple(predicates)
            if shape not in shapes:
                shapes[shape] = sorted(shape, key=_predicate_order)
            for predicate in shapes[shape]:
                objects: Iterable[Term] = predicates[predicate]
                if len(predicates[predicate]) > 1:
                    objects = sorted(objects, key=lambda node: order.get(node) or (_UNKNOWN, str(node)))
                for node in objects:
                    yield Triple(subject, predicate, node)

    def _date(self, thing: NamedNode) -> str:
        return max((d.value for d in self.values(thing, vocab.DATE_PUBLISHED) if isinstance(d, Literal)), default="")

    def _dates(self, things: Iterable[NamedNode]) -> dict[NamedNode, str]:
        dates: dict[NamedNode, str] = {}
        for thing in things:
            for quad in self.store.quads_for_pattern(thing, vocab.DATE_PUBLISHED, None, _MERGED):
                if isinstance(quad.object, Literal):
                    dates[thing] = max(quad.object.value, dates.get(thing, ""))
        return dates

    def _count_pointing(self) -> int:
        return next((_number(row["total"]) for row in self._select(_COUNT_POINTING)), 0)

    def _select(self, query: str) -> QuerySolutions:
        # The variable is projected and in no sub-select, where a substitution would be ignored without a word.
        solutions = self.store.query(query, substitutions={Variable("thing"): self.iri})
        if not isinstance(solutions, QuerySolutions):
            raise TypeError("a SELECT query did not give solutions")
        return solutions


def _parts(start: str, objects: Iterable[Iterable[Term]]) -> list[NamedNode]:
    return [node for group in objects for node in group if isinstance(node, NamedNode) and node.value.startswith(start)]


def _newest_first(things: Iterable[NamedNode], dates: dict[NamedNode, str]) -> list[NamedNode]:
    by_name = sorted(things, key=lambda thing: natural(thing.value))
    return sorted(by_name, key=lambda thing: dates.get(thing, ""), reverse=True)


def _predicate_order(predicate: NamedNode) -> tuple[int, str]:
    return (_ORDER.get(predicate, len(_ORDER)), predicate.value)


def _number(term: Term | None) -> int:
    """Return an integer literal's value; anything else counts as unknown."""
    if isinstance(term, Literal) and term.datatype == vocab.XSD_INTEGER:
        return int(term.value)
    return _UNKNOWN
