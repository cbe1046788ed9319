"""RDF that describes works and people: schema.org, FOAF and their neighbours, in any syntax; own exports come back.

Specification: RDF 1.1 (Turtle, TriG, N-Triples, N-Quads, RDF/XML) and JSON-LD 1.1; schema.org 29, FOAF 0.99, DCMI
Terms, BIBO 1.3, the SPAR ontologies as OpenCitations Meta uses them, SemOpenAlex 2023, VIVO-ISF 1.6, and the own terms.
Both namespaces of schema.org are read. Each node that is a work, a person or a group that signs is a record; a work is
also whatever has a title and somebody who signed it, unless its class says otherwise, as all classes of schema.org,
SKOS, DCAT, BIBO, FOAF and their like do that are not known as works. What stands around a record (authorships,
manifestations, journals, identifiers) is folded into it. Of an own export the merged view is read; its named graphs
tell where that comes from. Leaves aside figures that sites measured (their sources are not this file), provenance,
quality findings, images, and all terms of other vocabularies. Contexts are never fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson

from kg.errors import InputError
from kg.model.records import Place, SourceReading
from kg.sources import rdf_vocab as v
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.opening import Opened
from kg.sources.rdf_agents import kind, names, organizations, profile
from kg.sources.rdf_graph import Description, Graph, Iri, Node, Term, Text
from kg.sources.rdf_jsonld import documents
from kg.sources.rdf_syntax import OWN, base_of, fill, syntax_of
from kg.sources.rdf_works import work, works

FIELDS: Final[Mapping[str, str]] = {
    ", ".join(v.TITLE): "title",
    ", ".join(v.OTHER_TITLE): "alternative_titles",
    ", ".join(v.ABSTRACT): "abstract",
    ", ".join(v.DATE): "date",
    ", ".join((*v.AUTHOR_LIST, *v.AUTHOR)): "byline",
    "kg:authorship, pro:isDocumentContextFor, vivo:relatedBy, soa:hasAuthorPosition": "byline",
    "schema:position, vivo:rank, oco:hasNext, soa:position": "byline.mentions.position",
    "kg:nameAsPrinted": "byline.mentions.variants",
    "kg:contribution": "contributors",
    ", ".join(v.NAME): "byline.mentions.name",
    ", ".join((*v.GIVEN, *v.MIDDLE)): "byline.mentions.given",
    ", ".join(v.FAMILY): "byline.mentions.family",
    ", ".join(v.AFFILIATION) + ", kg:affiliationAsPrinted": "byline.mentions.affiliations",
    "dbo:orcidId, vivo:orcidId, kg:orcidAsPrinted, schema:identifier": "byline.mentions.orcid",
    ", ".join((*v.SAME_AS, "kg:identifiedAs")): "byline.mentions.identifiers",
    ", ".join(v.CONTRIBUTOR): "contributors",
    ", ".join((*v.ANY_IDENTIFIER, *v.IDENTIFIER)): "identifiers",
    ", ".join(v.PART_OF): "venue",
    ", ".join(v.SERIAL): "venue_identifiers",
    ", ".join(v.EVENT): "event",
    ", ".join(v.VOLUME): "volume",
    ", ".join(v.ISSUE): "issue",
    ", ".join((*v.PAGES, *v.FIRST_PAGE, *v.LAST_PAGE)): "pages",
    ", ".join(v.PUBLISHER): "publisher",
    ", ".join(v.LANGUAGE): "languages",
    ", ".join(v.VERSION): "version",
    ", ".join(v.LINK): "urls",
    ", ".join(v.LICENSE): "licenses",
    ", ".join(v.SUBJECT): "subjects",
    "schema:about (arXiv)": "topics",
    ", ".join(v.FUNDER): "funding",
    ", ".join((*v.RELATION, "schema:isPartOf, dcterms:isPartOf (not described)")): "related",
    ", ".join(v.AWARD): "awards",
    ", ".join((*v.GENRE, "rdf:type", "soa:crossrefType")): "genre",
    ", ".join(v.NOTE): "notes",
    ", ".join(v.ORGANIZATION): "organizations",
    ", ".join((*v.STATUS, "soa:isRetracted")): "retracted",
    "kg:codeAvailable": "code_badge",
    ", ".join(v.DESCRIPTION): "people.description",
    ", ".join(v.OTHER_NAME): "people.names",
    ", ".join((*v.MEMBERSHIP, "vivo:relates")): "people.affiliations",
    ", ".join(v.ALUMNI): "people.alumni_of",
    ", ".join(v.DISTINCT): "people.distinct_from",
}

ASIDE: Final = (
    "schema:Observation", "schema:mentions", "schema:image", "schema:encoding", "schema:distribution",
    "dcat:distribution", "prov:*", "dqv:*", "soa:countsByYear", "soa:hasConceptScore", "vivo:TeacherRole",
    "vcard:hasTelephone", "kg:Disagreement", "kg:Join", "schema:contentUrl (other than http)",
)  # fmt: skip

_SCHEMA: Final = ('"http://schema.org', '"https://schema.org', '"http://www.schema.org', "w3id.org/ro/crate")
_VOCABULARIES: Final = tuple(v.NAMESPACES[prefix] for prefix in ("schema", "foaf", "bibo", "kg", "fabio", "soa"))


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is RDF; JSON must show that it is JSON-LD of a vocabulary that is read."""
    syntax = syntax_of(beginning)
    if syntax != "json":
        return 0.85 if syntax else 0.0
    if '"@context"' not in beginning and '"@id"' not in beginning:
        return 0.0
    known = any(sign in beginning for sign in _SCHEMA) or any(iri in beginning for iri in _VOCABULARIES)
    return 0.9 if known else 0.0


def read(opened: Opened) -> SourceReading:
    """Read all works and people of a file. Raises InputError for RDF that describes none of them."""
    reading = gather(opened, _pieces(opened), _items, title="RDF description")
    if not (reading.works or reading.people or reading.problems):
        raise InputError(
            "the RDF describes neither works nor people in a vocabulary that is read",
            advice="schema.org, FOAF, BIBO, Dublin Core, SPAR, SemOpenAlex and VIVO are read",
        )
    return reading


@dataclass(frozen=True, slots=True)
class _Found:
    """A node that is a record (or None for the organisations of a whole graph), and whether order has a meaning.

    One that is ``kept_out`` looks like a work, but is what is said here.
    """

    graph: Graph
    node: Node | None
    ordered: bool
    kept_out: str = ""


def _pieces(opened: Opened) -> Iterator[Piece]:
    syntax = syntax_of(opened.beginning.text)
    if syntax == "json":
        for found in documents(opened):
            if isinstance(found, Piece):
                yield found
                continue
            graph, piece = found
            with graph:
                count = 0
                for record in _records(graph, True, piece):
                    count += 1
                    yield record
                if count == 1 and piece.item:  # only the organisations, which are there for every graph
                    error = InputError("the document describes neither works nor people", advice="leave it out")
                    yield Piece(error, piece.line, piece.last_line, piece.item, piece.raw)
        return
    if not syntax:
        raise InputError("the file is not RDF", advice="check its beginning")
    with Graph(own=OWN in opened.head, base=base_of(opened)) as graph:
        try:
            yield from fill(graph, opened, syntax)
        except InputError as error:
            graph.finish()
            yield from _records(graph, False, None)
            raise error
        graph.finish()
        yield from _records(graph, False, None)


def _records(graph: Graph, ordered: bool, piece: Piece | None) -> Iterator[Piece]:
    """Yield a piece for each work, person and signing group, and one for the organisations."""
    for node, other in (*works(graph), *((node, "") for node in _agents(graph))):
        item = node.value if isinstance(node, Iri) else piece.item if piece else ""
        line, last = (piece.line, piece.last_line) if piece else (1, 1)
        raw = piece.raw if piece and piece.item else partial(_statements, graph, node)
        yield Piece(_Found(graph, node, ordered, other), line, last, item, raw)
    yield Piece(_Found(graph, None, ordered), 1, 1)


def _agents(graph: Graph) -> Iterator[Node]:
    """Yield the nodes that are people, and groups that sign; one without an IRI that signs is told by its mention."""
    for node in graph.records:
        if not isinstance(node, Iri) and node in graph.signing:
            continue
        found = Description(graph, node)
        if found.classes & (v.PERSON_CLASSES | v.GROUP_CLASSES):
            yield node
        elif found.classes & v.ORGANIZATION_CLASSES:
            if node in graph.signing:
                yield node
        elif found.classes & v.AGENT_CLASSES:
            roles = [Description(graph, role) for role in graph.pointing(node, ["pro:isHeldBy"])]
            if found.text(v.FAMILY) or node in graph.signing or any(not _publishes(role) for role in roles):
                yield node


def _publishes(role: Description) -> bool:
    return any(value.value.endswith("/publisher") for value in role.values(["pro:withRole"]))


def _items(piece: Piece, place: Place) -> Iterable[Item]:
    found: _Found = piece.value
    graph, node = found.graph, found.node
    if node is None:
        nodes = (Description(graph, node) for node in graph.records)
        yield from organizations(n for n in nodes if n.classes & (v.ORGANIZATION_CLASSES | v.GROUP_CLASSES))
        return
    remarks: list[InputError] = []
    said = Description(graph, node)
    if found.kept_out:
        cause = f"it has a title and an author, but is no work: it is {found.kept_out}"
        error = InputError(cause, where="rdf:type")
        yield problem(place, error, text=said.text(v.TITLE))
    elif said.classes & v.AGENTS:
        person = profile(said, place, remarks)
        if person is None:
            raise InputError(f"the {kind(said, names(said)[0])} has no name", advice="state schema:name or foaf:name")
        yield person
    else:
        yield work(graph, node, place, ordered=found.ordered, remarks=remarks)
    yield from (problem(place, remark) for remark in remarks)


def _statements(graph: Graph, node: Node) -> bytes:
    """Return what is known of a node as N-Triples, for the quarantine: it may stand anywhere in the file."""
    lines: list[str] = []
    for name, values in graph.about(node).items():
        prefix, _, local = name.partition(":")
        lines += (f"{_printed(node)} <{v.NAMESPACES[prefix]}{local}> {_printed(value)} .\n" for value in values)
    return "".join(lines).encode("utf-8", "replace")


def _printed(term: Term) -> str:
    if isinstance(term, Text):
        return orjson.dumps(term.value).decode() + (f"@{term.language}" if term.language else "")
    return f"<{term}>" if isinstance(term, Iri) else f"_:{term}"


FORMAT: Final = Format(
    "rdf",
    "RDF in schema.org, FOAF and related vocabularies (JSON-LD, Turtle, …)",
    recognise,
    read,
    specification="RDF 1.1, JSON-LD 1.1",
    fields=FIELDS,
    aside=ASIDE,
)
