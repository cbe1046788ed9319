"""What the graph is made of, as VoID: classes, their properties, what these lead to, and how often.

Two things stand here: ``Survey``, the counts of a whole graph as plain numbers, and the statements about them in the
form SIB's void-generator writes, so that editors which read VoID complete classes and properties unconfigured. Counts
are those of the data alone: the description does not count itself, nor the quality report.

Knows VoID, its extension for datatypes, DCAT and the service description's names for graphs. Does not know how the
counts were found (`kg.store.survey`), nor anything that changes from build to build: sizes and times are added where
the description is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kg.rdf import vocab as v
from kg.rdf.iris import Iris
from kg.rdf.terms import literal

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
VOID_EXT: Final = "http://ldf.fi/void-ext#"
PREFIXES: Final = {**v.PREFIXES, "sd": SD, "void-ext": VOID_EXT}
"""The prefixes the description is written with."""

MERGED: Final = "merged"
IDENTITY: Final = "identity"
SOURCES: Final = "sources"
LAYERS: Final = {
    MERGED: "The merged view: one value of each property where sources disagree, in the default graph.",
    IDENTITY: "Who is who: mentions, what joined them and the evidence.",
    SOURCES: "What the sources said, each in a graph of its own; counted here over all of them.",
}
"""The parts of the graph whose classes and properties are counted. The sources are one part: they are alike."""

DOWNLOADS: Final = {
    "nq": ("N-Quads", "application/n-quads", "every graph, one statement a line"),
    "trig": ("TriG", "application/trig", "the data of every graph, with prefixes"),
    "ttl": ("Turtle", "text/turtle", "the merged view alone, with prefixes"),
}
"""The files of the whole graph: extension -> name, media type, what is in it."""

_COMPLETES: Final = (
    "void:class",
    "void:classPartition",
    "void:entities",
    "void:property",
    "void:propertyPartition",
    "void:triples",
    "void-ext:datatype",
    "void-ext:datatypePartition",
)

RIGHTS: Final = (
    "The statements were read from the sources named here, and each statement names its source. The terms of those "
    "sources apply to what they say, above all to abstracts and other texts; no licence is granted beyond them."
)


@dataclass
class Counts:
    """How many statements there are, and about how many subjects."""

    triples: int = 0
    subjects: int = 0


@dataclass
class PropertyCounts(Counts):
    """The same for one property, with the classes and datatypes its values have (statements, not values)."""

    classes: dict[str, int] = field(default_factory=dict)
    datatypes: dict[str, int] = field(default_factory=dict)


@dataclass
class Layer:
    """One part of the graph. ``entities`` counts the things of each class, ``by_class`` what is said about them."""

    entities: dict[str, int] = field(default_factory=dict)
    properties: dict[str, PropertyCounts] = field(default_factory=dict)
    by_class: dict[str, dict[str, PropertyCounts]] = field(default_factory=dict)


@dataclass
class Survey:
    """The counts of a whole graph. The default graph has the empty name; IRIs stand without angle brackets.

    ``records`` and ``unread`` are the numbers of records that are about something, and of lines that fit no layout, by
    source.
    """

    graphs: dict[str, Counts] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)


def partition_triples(survey: Survey, iris: Iris) -> Iterator[Triple]:
    """Yield the layers with their classes, properties and what these lead to: what editors complete from."""
    for name, layer in survey.layers.items():
        yield from _layer(iris, name, _layer_node(iris, name), layer)


def completion_triples(survey: Survey, iris: Iris) -> Iterator[Triple]:
    """Yield those partitions that help to write a query on the default graph: they stand in the default graph too.

    Only the merged view, since nothing else is found without GRAPH; and only what SIB's editor reads, with the number
    of statements, so that the description of a small graph does not outweigh it.
    """
    kept = {_term(name) for name in _COMPLETES}
    merged = _layer_node(iris, MERGED)
    start, whole_properties = f"{_document(iris)}#{MERGED}!", f"{_document(iris)}#{MERGED}!!"
    for triple in partition_triples(survey, iris):
        node = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
        of_class = node.startswith(start) and not node.startswith(whole_properties)
        if (of_class and triple.predicate in kept) or (
            triple.subject == merged and triple.predicate == _term("void:classPartition")
        ):
            yield triple


def access_triples(survey: Survey, iris: Iris) -> Iterator[Triple]:
    """Yield how the dataset is reached, and the counts of each of its graphs."""
    dataset = iris.dataset
    yield from _access(iris)
    yield _say(dataset, "void:triples", literal(sum(counts.triples for counts in survey.graphs.values())))
    service = NamedNode(f"{iris.base}sparql#dataset")
    yield _say(service, "rdf:type", _term("sd:Dataset"))
    for graph, counts in sorted(survey.graphs.items()):
        node = _graph_node(iris, graph) if graph else _layer_node(iris, MERGED)
        yield _say(dataset, "void:subset", node)
        yield _say(node, "rdf:type", _term("void:Dataset"))
        yield from _counted(node, counts)
        if graph:
            yield _say(service, "sd:namedGraph", node)
            yield _say(node, "rdf:type", _term("sd:NamedGraph"))
            yield _say(node, "sd:name", NamedNode(graph))
        else:
            yield _say(service, "sd:defaultGraph", node)
            yield _say(node, "rdf:type", _term("sd:Graph"))


def _access(iris: Iris) -> Iterator[Triple]:
    """How to get at the graph. Sizes and dates of the files are facts of a release and added when it is served."""
    dataset, endpoint = iris.dataset, NamedNode(f"{iris.base}sparql")
    document = NamedNode(_document(iris))
    yield _say(document, "rdf:type", _term("void:DatasetDescription"))
    yield _say(document, "foaf:primaryTopic", dataset)
    yield _say(dataset, "void:rootResource", NamedNode(iris.base))
    yield _say(dataset, "dcterms:rights", Literal(RIGHTS, language="en"))
    service = NamedNode(f"{iris.base}dataset#sparql")
    yield _say(service, "rdf:type", _term("dcat:DataService"))
    yield _say(service, "dcterms:title", Literal("SPARQL endpoint", language="en"))
    yield _say(service, "dcat:endpointURL", endpoint)
    yield _say(service, "dcat:endpointDescription", NamedNode(f"{iris.base}openapi.json"))
    yield _say(service, "dcat:servesDataset", dataset)
    for extension, (title, media_type, about) in DOWNLOADS.items():
        file = distribution(iris, extension)
        yield _say(dataset, "dcat:distribution", file)
        yield _say(dataset, "void:dataDump", NamedNode(f"{iris.base}dataset.{extension}"))
        yield _say(file, "rdf:type", _term("dcat:Distribution"))
        yield _say(file, "dcterms:title", Literal(title, language="en"))
        yield _say(file, "dcterms:description", Literal(about, language="en"))
        yield _say(file, "dcat:downloadURL", NamedNode(f"{iris.base}dataset.{extension}"))
        yield _say(file, "dcat:mediaType", NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}"))


def distribution(iris: Iris, extension: str) -> NamedNode:
    """Return the IRI of one file of the whole graph."""
    return NamedNode(f"{iris.base}dataset#{extension}")


def _layer(iris: Iris, name: str, node: NamedNode, layer: Layer) -> Iterator[Triple]:
    yield _say(iris.dataset, "void:subset", node)
    yield _say(node, "rdf:type", _term("void:Dataset"))
    yield _say(node, "dcterms:description", Literal(LAYERS[name], language="en"))
    yield _say(node, "void:classes", literal(len(layer.entities)))
    yield _say(node, "void:properties", literal(len(layer.properties)))
    start = f"{_document(iris)}#{name}"
    for cls, entities in sorted(layer.entities.items()):
        part = NamedNode(f"{start}!{_local(cls)}")
        yield _say(node, "void:classPartition", part)
        yield _say(part, "rdf:type", _term("void:Dataset"))
        yield _say(part, "void:class", NamedNode(cls))
        yield _say(part, "void:entities", literal(entities))
        yield from _properties(part, layer.by_class.get(cls, {}), part.value)
    yield from _properties(node, layer.properties, f"{start}!")


def _properties(node: NamedNode, properties: Mapping[str, PropertyCounts], start: str) -> Iterator[Triple]:
    for name, counts in sorted(properties.items()):
        part = NamedNode(f"{start}!{_local(name)}")
        yield _say(node, "void:propertyPartition", part)
        yield _say(part, "rdf:type", _term("void:Dataset"))
        yield _say(part, "void:property", NamedNode(name))
        yield from _counted(part, counts)
        for kind, link, values in (
            ("void:class", "void:classPartition", counts.classes),
            ("void-ext:datatype", "void-ext:datatypePartition", counts.datatypes),
        ):
            for value, triples in sorted(values.items()):
                target = NamedNode(f"{part.value}!{_local(value)}")
                yield _say(part, link, target)
                yield _say(target, "rdf:type", _term("void:Dataset"))
                yield _say(target, kind, NamedNode(value))
                yield _say(target, "void:triples", literal(triples))


def _counted(node: NamedNode, counts: Counts) -> Iterator[Triple]:
    yield _say(node, "void:triples", literal(counts.triples))
    yield _say(node, "void:distinctSubjects", literal(counts.subjects))


def _document(iris: Iris) -> str:
    return f"{iris.base}.well-known/void"


def _graph_node(iris: Iris, graph: str) -> NamedNode:
    own = f"{iris.base}graph/"
    return NamedNode(f"{_document(iris)}#graph!{graph.removeprefix(own) if graph.startswith(own) else _local(graph)}")


def _layer_node(iris: Iris, name: str) -> NamedNode:
    if name == MERGED:
        return NamedNode(f"{iris.base}sparql#default-graph")
    return NamedNode(f"{_document(iris)}#{'graph!' if name == IDENTITY else ''}{name}")


def _local(iri: str) -> str:
    """Return a short name that no other IRI has, fit for a fragment: ``schema:Person``, or a sum where no prefix fits.

    >>> _local("http://schema.org/Person")
    'schema:Person'
    """
    for prefix, namespace in v.PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z0-9_.-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return sha256(iri.encode()).hexdigest()[:16]


def _term(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _say(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(subject, _term(predicate), value)
