"""The dataset's description of itself (DCAT, VoID) and the ontology, as quads in their own graphs.

Knows what is said about the whole. Does not know the release: ids and times stand in the manifest, so that the same
inputs give the same quads.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.model.entities import Resolved
from kg.rdf import vocab as v
from kg.rdf.fragments import Fragment
from kg.rdf.iris import Iris
from kg.rdf.lines import Pages, page

_VOCABULARIES = ("kg", "schema", "foaf", "dcterms", "prov", "skos")


def dataset_quads(iris: Iris, resolved: Resolved) -> Iterator[Quad]:
    """Yield the description of the dataset: title, vocabularies, access, sources; `kg.rdf.void` counts."""
    graph, dataset = iris.graph("dataset"), iris.dataset

    def say(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
        prefix, _, local = predicate.partition(":")
        return Quad(subject, NamedNode(v.PREFIXES[prefix] + local), value, graph)

    for kind in ("dcat:Dataset", "void:Dataset"):
        prefix, _, local = kind.partition(":")
        yield say(dataset, "rdf:type", NamedNode(v.PREFIXES[prefix] + local))
    yield say(dataset, "dcterms:title", Literal("A knowledge graph of scholarly authorship", language="en"))
    about = (
        f"{resolved.count('work')} works, {resolved.count('person')} people and {resolved.count('group')} groups from "
        f"{resolved.count('source')} sources, each statement with its source and each person with the evidence."
    )
    yield say(dataset, "dcterms:description", Literal(about, language="en"))
    yield say(dataset, "dcat:landingPage", NamedNode(iris.base))
    yield say(dataset, "foaf:homepage", NamedNode(iris.base))
    yield say(dataset, "void:sparqlEndpoint", NamedNode(iris.base + "sparql"))
    yield say(dataset, "void:uriSpace", Literal(iris.base))
    for prefix in _VOCABULARIES:
        yield say(dataset, "void:vocabulary", NamedNode(v.PREFIXES[prefix]))
    for source in resolved.sources:
        yield say(dataset, "dcterms:source", iris.thing("source", source.id))


def ontology_fragment(iris: Iris, turtle: bytes) -> Fragment:
    """Return the own terms, in the ontology graph. ``turtle`` is the shipped ``ontology/kg.ttl``."""
    graph = str(iris.graph("ontology"))

    def make() -> Pages:
        quads = parse(turtle, format=RdfFormat.TURTLE)
        return [page(graph, ((str(q.subject), str(q.predicate), str(q.object)) for q in quads))]

    return Fragment(f"<{v.PREFIXES['kg'].removesuffix('#')}", blake2b(turtle, digest_size=16).digest(), make)
